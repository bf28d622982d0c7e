//! Headers that every request to the target carries.

use std::fmt;

use super::secret_name::is_secret_header;

/// Headers that every request to the target carries, unless it has one of that name itself: what a suite
/// sets is what it is about.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct StandingHeaders(Vec<(String, String)>);

/// Shows no value: some are secrets.
impl fmt::Debug for StandingHeaders {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_list().entries(self.names()).finish()
    }
}

impl StandingHeaders {
    /// Adds a header. A name may be added more than once; then each of its values is sent.
    pub fn push(&mut self, name: impl Into<String>, value: impl Into<String>) {
        self.0.push((name.into(), value.into()));
    }

    /// Whether there is one of this name, in any letter case.
    #[must_use]
    pub fn has(&self, name: &str) -> bool {
        self.values(name).next().is_some()
    }

    /// The values of a header of this name, in any letter case.
    pub fn values(&self, name: &str) -> impl Iterator<Item = &str> {
        let named = self
            .0
            .iter()
            .filter(move |(one, _)| one.eq_ignore_ascii_case(name));
        named.map(|(_, value)| value.as_str())
    }

    /// The names, in the order of sending.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(|(name, _)| name.as_str())
    }

    /// Adds to the headers of a request those that it lacks.
    pub fn complete<V>(&self, headers: &mut Vec<(String, V)>, value_of: impl Fn(&str) -> V) {
        let own = headers.len();
        for (name, value) in &self.0 {
            let is_own = |(one, _): &(String, V)| one.eq_ignore_ascii_case(name);
            if !headers.iter().take(own).any(is_own) {
                headers.push((name.clone(), value_of(value)));
            }
        }
    }

    /// The texts that no output may show: values of headers whose names say so, and in them what stands
    /// behind a scheme and the values of cookies.
    #[must_use]
    pub fn secrets(&self) -> Vec<String> {
        let secret = self.0.iter().filter(|(name, _)| is_secret_header(name));
        secret.flat_map(|(_, value)| parts(value)).collect()
    }
}

/// A secret value and the parts of it that are as good as the whole.
fn parts(value: &str) -> Vec<String> {
    let behind_scheme = value.split_once(' ').map(|(_, rest)| rest.trim());
    let pairs = value.split(';').filter_map(|pair| pair.split_once('='));
    let values = pairs.map(|(_, value)| value.trim());
    let all = std::iter::once(value).chain(behind_scheme).chain(values);
    all.filter(|part| !part.is_empty())
        .map(str::to_owned)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_request_has_itself_wins_and_what_it_lacks_is_added() {
        let mut standing = StandingHeaders::default();
        standing.push("X-Env", "qa");
        standing.push("x-env", "eu");
        standing.push("Authorization", "Basic eHg6eXk=");
        let mut headers = vec![("authorization".to_owned(), "Bearer b".to_owned())];
        standing.complete(&mut headers, str::to_owned);
        let shown: Vec<String> = headers
            .iter()
            .map(|(name, value)| format!("{name}: {value}"))
            .collect();
        assert_eq!(shown, ["authorization: Bearer b", "X-Env: qa", "x-env: eu"]);
    }

    #[test]
    fn what_a_secret_header_holds_is_secret_in_its_parts() {
        let mut standing = StandingHeaders::default();
        standing.push("X-Env", "production");
        standing.push("Authorization", "Basic eHg6eXk=");
        standing.push("Cookie", "a=first-one; b=second-one");
        let secrets = standing.secrets();
        for secret in ["eHg6eXk=", "first-one", "second-one"] {
            assert!(secrets.iter().any(|one| one == secret), "{secrets:?}");
        }
        assert!(!secrets.iter().any(|one| one == "production"));
    }
}
