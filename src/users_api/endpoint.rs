//! The endpoints on trial, and the statuses that the document gives them.

/// An endpoint of the document.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DocumentedEndpoint {
    /// The method.
    pub method: &'static str,
    /// The path below the base URL, `{id}` for what varies.
    pub path: &'static str,
    /// The statuses of which the document speaks: those of its sections "Returns", where 202 may stand for 200
    /// (section "Error Response Headers"), and those of its table of errors, which holds for all three.
    pub statuses: &'static [u16],
}

/// The three endpoints on trial.
pub const ENDPOINTS: [DocumentedEndpoint; 3] = [
    DocumentedEndpoint {
        method: "POST",
        path: "/user",
        statuses: &[200, 202, 400, 401, 403, 404],
    },
    DocumentedEndpoint {
        method: "GET",
        path: "/user/{id}",
        statuses: &[200, 202, 400, 401, 403, 404],
    },
    DocumentedEndpoint {
        method: "DELETE",
        path: "/user",
        statuses: &[202, 400, 401, 403, 404],
    },
];
