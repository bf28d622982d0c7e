//! Where a request goes: to a path that is written, or to a location that an earlier answer named.

use std::sync::Arc;
use url::{Position, Url};

use super::plan::RequestTemplate;
use super::template::{MissingValue, Template};
use super::variable::Values;

/// The request whose answer named a location: what is relative in that is so to this (RFC 3986, section 5).
#[derive(Clone, Debug)]
pub struct Whence {
    /// Its path, or its own location.
    pub path: Template,
    /// Where its location came from, if its path is one.
    pub whence: Option<Arc<Self>>,
}

/// Why a request goes nowhere.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PathError {
    /// A value in it is missing.
    #[error("a value in it is missing, since no earlier step captured it")]
    Missing(MissingValue),
    /// What is no URL.
    #[error("{location:?} is no URL that could be followed")]
    NotAUrl {
        /// What the answer named.
        location: String,
    },
    /// A location at another host, at another port, or of another scheme.
    #[error("the location {location:?} is not at {origin}, so nothing is sent there")]
    Elsewhere {
        /// What the answer named.
        location: String,
        /// The scheme, host and port of the target.
        origin: String,
    },
}

impl From<MissingValue> for PathError {
    fn from(missing: MissingValue) -> Self {
        Self::Missing(missing)
    }
}

impl Whence {
    fn url(&self, base_url: &str, values: &Values) -> Result<Url, PathError> {
        url(base_url, &self.path, self.whence.as_deref(), values)
    }
}

impl RequestTemplate {
    /// What follows the base URL, filled in. Where that is a location outside of it, but on the same host,
    /// the whole URL.
    ///
    /// # Errors
    ///
    /// If a value is missing, or the location is not at the target.
    pub fn path_at(&self, base_url: &str, values: &Values) -> Result<String, PathError> {
        if self.whence.is_none() {
            return Ok(self.path.render(values)?);
        }
        let url = self.location(base_url, values)?;
        let whole = &url[Position::BeforePath..Position::AfterQuery];
        let begun = Url::parse(base_url).ok();
        let root = begun
            .as_ref()
            .map_or("", |base| base.path().trim_end_matches('/'));
        Ok(match whole.strip_prefix(root) {
            Some(rest) if rest.is_empty() || rest.starts_with(['/', '?']) => rest.to_owned(),
            _ => format!("{}{whole}", url.origin().ascii_serialization()),
        })
    }

    /// The URL of a request that goes where an earlier answer says.
    ///
    /// # Errors
    ///
    /// If a value is missing, or the location is not at the target.
    pub fn location(&self, base_url: &str, values: &Values) -> Result<Url, PathError> {
        let url = url(base_url, &self.path, self.whence.as_deref(), values)?;
        let base = parse(base_url)?;
        if url.origin() == base.origin() {
            return Ok(url);
        }
        Err(PathError::Elsewhere {
            location: self.path.render(values)?,
            origin: base.origin().ascii_serialization(),
        })
    }
}

fn url(
    base_url: &str,
    path: &Template,
    whence: Option<&Whence>,
    values: &Values,
) -> Result<Url, PathError> {
    let path = path.render(values)?;
    match whence {
        None => parse(&format!("{base_url}{path}")),
        Some(whence) => whence
            .url(base_url, values)?
            .join(&path)
            .map_err(|_| PathError::NotAUrl { location: path }),
    }
}

fn parse(text: &str) -> Result<Url, PathError> {
    Url::parse(text).map_err(|_| PathError::NotAUrl {
        location: text.to_owned(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::suite::template::{Encoding, Segment};
    use crate::suite::variable::{Source, Variables};

    /// Where a location leads that the answer to `/tasks/7` named.
    fn led(base_url: &str, location: &str) -> Result<String, PathError> {
        let mut variables = Variables::default();
        let variable = variables.declare("location", Source::Captured);
        let mut values = variables.empty_values();
        values.set(variable, location.to_owned());
        let request = RequestTemplate {
            method: "GET".to_owned(),
            path: Template::new(vec![Segment::Value {
                variable,
                filters: Vec::new(),
                encoding: Encoding::Plain,
            }]),
            whence: Some(Arc::new(Whence {
                path: Template::new(vec![Segment::Text("/tasks/7".to_owned())]),
                whence: None,
            })),
            headers: Vec::new(),
            body: None,
            manner: crate::model::Manner::default(),
            is_plain: false,
            is_foreign: false,
        };
        request.path_at(base_url, &values)
    }

    #[test]
    fn a_location_at_the_target_is_followed_whatever_its_form() {
        const BASE: &str = "http://h:80/api/v1";
        for (location, path) in [
            ("http://h/api/v1/tasks/8?a=b#c", "/tasks/8?a=b"),
            ("HTTP://H:80/api/v1/tasks/8", "/tasks/8"),
            ("http://me:pass@h/api/v1/x", "/x"),
            ("//h/api/v1/x", "/x"),
            ("/api/v1/tasks/8", "/tasks/8"),
            ("/api/v1", ""),
            ("/api/v1?page=2", "?page=2"),
            ("8", "/tasks/8"),
            ("./8/../9", "/tasks/9"),
            ("../notes/1", "/notes/1"),
            ("?page=2", "/tasks/7?page=2"),
            ("", "/tasks/7"),
            ("/other", "http://h/other"),
            ("/api/v10/x", "http://h/api/v10/x"),
            ("/a b", "http://h/a%20b"),
        ] {
            assert_eq!(led(BASE, location).as_deref(), Ok(path), "{location:?}");
        }
    }

    #[test]
    fn a_location_anywhere_else_is_not() {
        for location in [
            "http://evil/api/v1/tasks/8",
            "https://h/api/v1/tasks/8",
            "http://h:8080/api/v1/tasks/8",
            "//evil/x",
            "\\\\evil/x",
            "http://h@evil/x",
            "http://h.evil/x",
            "file:///etc/passwd",
            "mailto:a@h",
            "javascript:x",
        ] {
            let error = led("http://h/api/v1", location).unwrap_err();
            assert!(
                matches!(error, PathError::Elsewhere { .. }),
                "{location}: {error}"
            );
        }
        assert!(matches!(
            led("http://h", "http://[").unwrap_err(),
            PathError::NotAUrl { .. }
        ));
    }
}
