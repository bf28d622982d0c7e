//! The cookies that something in front of a target has given to one client of it.

use std::sync::{Mutex, MutexGuard, PoisonError};

use crate::model::Response;

/// The header in which a server gives a cookie.
const SET_COOKIE: &str = "set-cookie";
/// The header in which a client gives it back.
const COOKIE: &str = "cookie";

/// The cookies of one client, by which a balancer finds its server again (RFC 6265).
///
/// All requests go to one host, so that of the attributes only those count which take a cookie back.
#[derive(Debug, Default)]
pub struct CookieJar(Mutex<Vec<(String, String)>>);

impl CookieJar {
    /// Keeps the cookies of an answer, as far as their names are `wanted`.
    pub fn keep(&self, response: &Response, wanted: impl Fn(&str) -> bool) {
        for cookie in cookies_of(response).filter(|cookie| wanted(&cookie.name)) {
            let mut kept = self.lock();
            kept.retain(|(name, _)| *name != cookie.name);
            if !cookie.is_taken_back {
                kept.push((cookie.name, cookie.value));
            }
        }
    }

    /// Adds the cookies to the headers of a request.
    pub fn give_back(&self, headers: &mut Vec<(String, String)>) {
        let kept = self.lock();
        let pairs: Vec<String> = kept
            .iter()
            .map(|(name, value)| format!("{name}={value}"))
            .collect();
        drop(kept);
        if pairs.is_empty() {
            return;
        }
        let own = headers
            .iter_mut()
            .find(|(name, _)| name.eq_ignore_ascii_case(COOKIE));
        match own {
            Some((_, value)) => *value = format!("{value}; {}", pairs.join("; ")),
            None => headers.push((COOKIE.to_owned(), pairs.join("; "))),
        }
    }

    fn lock(&self) -> MutexGuard<'_, Vec<(String, String)>> {
        // Whole after a panic, too: each change is one call.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Whether a request says itself which cookies it carries.
#[must_use]
pub fn has_cookies(headers: &[(String, String)]) -> bool {
    headers
        .iter()
        .any(|(name, _)| name.eq_ignore_ascii_case(COOKIE))
}

/// The names of the cookies that an answer gives.
#[must_use]
pub fn cookie_names(response: &Response) -> Vec<String> {
    let given = cookies_of(response).filter(|cookie| !cookie.is_taken_back);
    given.map(|cookie| cookie.name).collect()
}

struct Cookie {
    name: String,
    value: String,
    is_taken_back: bool,
}

fn cookies_of(response: &Response) -> impl Iterator<Item = Cookie> {
    let named = |(name, _): &&(String, Vec<u8>)| name.eq_ignore_ascii_case(SET_COOKIE);
    response
        .headers
        .iter()
        .filter(named)
        .filter_map(|(_, value)| cookie(std::str::from_utf8(value).ok()?))
}

fn cookie(text: &str) -> Option<Cookie> {
    let mut parts = text.split(';').map(str::trim);
    let (name, value) = parts.next()?.split_once('=')?;
    let is_taken_back = value.is_empty() || parts.any(takes_back);
    let plain = |text: &str| {
        text.bytes()
            .all(|byte| byte.is_ascii() && !byte.is_ascii_control())
    };
    (!name.is_empty() && plain(name) && plain(value)).then(|| Cookie {
        name: name.to_owned(),
        value: value.to_owned(),
        is_taken_back,
    })
}

/// Whether an attribute says that the cookie is over. Of dates, the one that everybody takes for it.
fn takes_back(attribute: &str) -> bool {
    let Some((name, value)) = attribute.split_once('=') else {
        return false;
    };
    let is = |wanted: &str| name.trim().eq_ignore_ascii_case(wanted);
    (is("max-age") && value.trim().parse::<i64>().is_ok_and(|age| age <= 0))
        || (is("expires") && value.contains("1970"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answer(cookies: &[&str]) -> Response {
        let header = |text: &&str| ("Set-Cookie".to_owned(), text.as_bytes().to_vec());
        Response {
            status: 200,
            headers: cookies.iter().map(header).collect(),
            body: Vec::new(),
        }
    }

    fn sent(jar: &CookieJar, own: &[(&str, &str)]) -> Vec<(String, String)> {
        let own = own
            .iter()
            .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
        let mut headers = own.collect();
        jar.give_back(&mut headers);
        headers
    }

    #[test]
    fn what_is_wanted_is_given_back_until_it_is_taken_back() {
        let jar = CookieJar::default();
        let wanted = |name: &str| name != "session";
        jar.keep(
            &answer(&["LB=a=1; Path=/; HttpOnly", "B=2", "session=s"]),
            wanted,
        );
        jar.keep(&answer(&["LB=b; Max-Age=3600", "broken", "=x"]), wanted);
        assert_eq!(
            sent(&jar, &[]),
            [("cookie".to_owned(), "B=2; LB=b".to_owned())]
        );
        let with_own = sent(&jar, &[("Cookie", "mine=1")]);
        assert_eq!(with_own[0].1, "mine=1; B=2; LB=b");
        jar.keep(&answer(&["LB=x; Max-Age=0", "B=; Path=/"]), wanted);
        assert_eq!(sent(&jar, &[]), []);
    }
}
