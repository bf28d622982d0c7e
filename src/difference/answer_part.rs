//! The parts of an answer that are compared.

use std::fmt;

/// A part of an answer. The order is that in which a reader meets them.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) enum AnswerPart {
    /// Whether an answer came at all.
    Whole,
    Status,
    /// A header, its name in small letters.
    Header(String),
    /// What the body is: nothing, a JSON object, text.
    Body,
    /// A member of a JSON body, by its JSON Pointer (RFC 6901).
    Member(String),
    /// The way that the case took.
    Course,
}

impl AnswerPart {
    /// The part that a finding speaks of: `status`, `header x-error`, `json /alias`, a schema at a member; none if it
    /// is none of an answer.
    pub(super) fn of_finding(subject: &str, instance_path: Option<&str>) -> Option<Self> {
        if let Some(name) = subject.strip_prefix("header ") {
            return Some(Self::Header(name.to_ascii_lowercase()));
        }
        if let Some(path) = subject.strip_prefix("json ") {
            return Some(Self::Member(path.to_owned()));
        }
        match subject {
            "answer" => Some(Self::Whole),
            "status" => Some(Self::Status),
            "body" | "json" => Some(Self::Body),
            _ => instance_path.map(|path| match path {
                "" => Self::Body,
                path => Self::Member(path.to_owned()),
            }),
        }
    }

    /// Whether what is found at one of them is what is found at the other: a body holds its members.
    pub(super) fn meets(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Member(one), Self::Member(other)) => {
                one.starts_with(other.as_str()) || other.starts_with(one.as_str())
            }
            // What is said of an answer as a whole is said of all its parts.
            (Self::Whole | Self::Status, _)
            | (_, Self::Whole | Self::Status)
            | (Self::Body, Self::Member(_))
            | (Self::Member(_), Self::Body) => true,
            _ => self == other,
        }
    }

    /// The same with `*` for the places in lists, which are one cause.
    pub(super) fn general(&self) -> Self {
        let Self::Member(path) = self else {
            return self.clone();
        };
        let is_index =
            |part: &str| !part.is_empty() && part.bytes().all(|one| one.is_ascii_digit());
        let parts = path.split('/');
        let parts: Vec<&str> = parts
            .map(|part| if is_index(part) { "*" } else { part })
            .collect();
        Self::Member(parts.join("/"))
    }
}

impl fmt::Display for AnswerPart {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Whole => formatter.write_str("answer"),
            Self::Status => formatter.write_str("status"),
            Self::Header(name) => write!(formatter, "header {name}"),
            Self::Body => formatter.write_str("body"),
            Self::Member(path) => write!(formatter, "body {path}"),
            Self::Course => formatter.write_str("course"),
        }
    }
}
