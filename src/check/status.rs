//! Is the status one of those allowed?

use super::phrase;
use crate::model::Mismatch;
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
pub(super) fn check_class(wanted: &Template, status: u16, values: &Values) -> Option<Mismatch> {
    let class = status / 100;
    let expected = match wanted.render(values).map(|wanted| wanted.parse::<u16>()) {
        Ok(Ok(wanted)) if wanted / 100 == class => return None,
        Ok(Ok(wanted)) => format!("{}xx again, as {wanted} was", wanted / 100),
        Ok(Err(_)) | Err(_) => phrase::template(wanted, values),
    };
    Some(Mismatch::new("status", expected, status.to_string()))
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
