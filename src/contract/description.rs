//! The OpenAPI description of the API as the reference server serves it.

/// An `OpenAPI` 3.1 document in JSON: the three operations on trial and those that lead to them, with
/// every status, header and member that the reference server gives.
pub const OPENAPI: &str = include_str!("../../schemas/openapi.json");
