//! When two spellings of an address mean one recipient. A function of the texts alone.

/// A spelling that addresses share if they differ only in letter case, in needless quotes, or in
/// how an international domain is written (`bücher.example`, `xn--bcher-kva.example`).
pub(super) fn folded(address: &str) -> String {
    let address = address.trim();
    let Some((local, domain)) = address.rsplit_once('@') else {
        return address.to_lowercase();
    };
    let domain =
        url::Host::parse(domain).map_or_else(|_| domain.to_lowercase(), |host| host.to_string());
    format!("{}@{domain}", unquoted(local).to_lowercase())
}

fn unquoted(local: &str) -> String {
    let quoted = local
        .strip_prefix('"')
        .and_then(|local| local.strip_suffix('"'));
    let Some(quoted) = quoted else {
        return local.to_owned();
    };
    let mut letters = quoted.chars();
    let mut plain = String::with_capacity(quoted.len());
    while let Some(letter) = letters.next() {
        plain.extend(if letter == '\\' {
            letters.next()
        } else {
            Some(letter)
        });
    }
    plain
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spellings_of_one_recipient_fold_to_one_text() {
        for (one, other) in [
            ("Ann@Example.ORG", "ann@example.org"),
            ("JÜRGEN@bücher.example", "jürgen@xn--bcher-kva.example"),
            (r#""ann.b"@x.org"#, "ann.b@x.org"),
            (r#""a\"b"@x.org"#, r#"a"b@x.org"#),
            (" ann@x.org ", "ann@x.org"),
        ] {
            assert_eq!(folded(one), folded(other));
        }
    }

    #[test]
    fn different_recipients_stay_different() {
        for (one, other) in [
            ("ann+a@x.org", "ann@x.org"),
            ("ann@x.org", "ann@y.org"),
            ("a.nn@x.org", "ann@x.org"),
            ("postmaster", "postmaster@x.org"),
        ] {
            assert_ne!(folded(one), folded(other));
        }
    }
}
