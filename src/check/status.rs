//! Is the status one of those allowed?

use super::phrase::{self, Mismatch};
use crate::suite::{StatusText, Template, Values};

pub(super) fn check(allowed: &[StatusText], status: u16) -> Option<Mismatch> {
    if allowed.iter().any(|one| one.contains(status)) {
        return None;
    }
    let names: Vec<String> = allowed.iter().map(ToString::to_string).collect();
    let expected = match names.as_slice() {
        [one] => one.clone(),
        many => format!("one of {}", many.join(", ")),
    };
    Some(Mismatch::new("status", expected, status.to_string()))
}

/// Is the status the one that an earlier answer had?
pub(super) fn check_same(wanted: &Template, status: u16, values: &Values) -> Option<Mismatch> {
    let status = status.to_string();
    match wanted.render(values) {
        Ok(wanted) if wanted == status => None,
        Ok(wanted) => Some(Mismatch::new("status", format!("{wanted} again"), status)),
        Err(_) => Some(Mismatch::new(
            "status",
            phrase::template(wanted, values),
            status,
        )),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_status_is_compared_exactly_or_by_class() {
        let allowed = [StatusText::Exactly(200), StatusText::Class(4)];
        assert!(check(&allowed, 200).is_none());
        assert!(check(&allowed, 499).is_none());
        let mismatch = check(&allowed, 500).unwrap();
        assert_eq!(mismatch.expected, "one of 200, 4xx");
        assert_eq!(mismatch.actual, "500");
    }
}
