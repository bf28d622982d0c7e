//! The JSON Schemas (2020-12) of the answers, compiled once, and those of the requests.

use include_dir::{Dir, include_dir};
use jsonschema::Validator;
use serde_json::Value;
use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

use super::body_shape::BodyShape;
use crate::model::JsonNode;

static REQUESTS: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/schemas/requests");
static ANSWERS: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/schemas/answers");

/// A compiled schema under the name that suites use.
pub struct AnswerSchema {
    name: String,
    validator: Validator,
    /// The same as a walk, if it demands only what that knows.
    shape: Option<BodyShape>,
}

impl AnswerSchema {
    /// The name that suites use, such as `session`.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Whether a value meets it.
    #[must_use]
    pub fn admits(&self, value: JsonNode<'_>) -> bool {
        match &self.shape {
            Some(shape) => shape.admits(value),
            None => self.validator.is_valid(&value.to_value()),
        }
    }

    /// The compiled schema, which says what is wrong with a value.
    #[must_use]
    pub const fn validator(&self) -> &Validator {
        &self.validator
    }
}

impl fmt::Debug for AnswerSchema {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_tuple("AnswerSchema")
            .field(&self.name)
            .finish()
    }
}

/// Why a schema cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum SchemaError {
    /// The file is not JSON.
    #[error("the schema {name} is not JSON: {cause}")]
    NotJson {
        /// The schema's name.
        name: String,
        /// What the JSON reader says.
        cause: serde_json::Error,
    },
    /// The file is JSON, but not a JSON Schema.
    #[error("the schema {name} is not a JSON Schema: {cause}")]
    NotASchema {
        /// The schema's name.
        name: String,
        /// What the schema compiler says.
        cause: String,
    },
}

/// What stands before the name of a built-in schema where suites have schemas of their own.
const BUILTIN: &str = "builtin:";

/// The schemas that suites may name.
#[derive(Clone, Debug, Default)]
pub struct Schemas {
    builtin: BTreeMap<String, Arc<AnswerSchema>>,
    own: BTreeMap<String, Arc<AnswerSchema>>,
    requests: BTreeMap<String, Value>,
    /// Where the schemas of the suites' own are; then only those have plain names.
    place: Option<String>,
}

impl Schemas {
    /// The schemas inside the binary.
    ///
    /// # Errors
    ///
    /// If one of them does not compile, which a test of the build rules out.
    pub fn builtin() -> Result<Self, SchemaError> {
        let mut schemas = Self::default();
        for file in ANSWERS.files() {
            let name = file.path().file_stem().unwrap_or_default();
            let schema = compile(&name.to_string_lossy(), file.contents())?;
            schemas
                .builtin
                .insert(schema.name.clone(), Arc::new(schema));
        }
        for file in REQUESTS.files() {
            let name = file.path().file_stem().unwrap_or_default();
            let name = name.to_string_lossy().into_owned();
            let schema = parse(&name, file.contents())?;
            schemas.requests.insert(name, schema);
        }
        Ok(schemas)
    }

    /// The names and texts of the schemas inside the binary.
    pub fn builtin_texts() -> impl Iterator<Item = (String, String)> {
        let files = ANSWERS.files().chain(REQUESTS.files());
        files.map(|file| {
            let name = file.path().display().to_string();
            (name, String::from_utf8_lossy(file.contents()).into_owned())
        })
    }

    /// The same for suites with schemas of their own, which are looked for at this place: a plain name is
    /// never that of a built-in one by accident. Those are called `builtin:session` and so on.
    #[must_use]
    pub fn beside_own(self, place: String) -> Self {
        Self {
            place: Some(place),
            ..self
        }
    }

    /// Compiles a schema of the suites' own and adds it under a name.
    ///
    /// # Errors
    ///
    /// If the bytes are not a JSON Schema of draft 2020-12.
    pub fn add(&mut self, name: &str, bytes: &[u8]) -> Result<(), SchemaError> {
        let schema = compile(name, bytes)?;
        self.own.insert(name.to_owned(), Arc::new(schema));
        Ok(())
    }

    /// The schema of this name.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<Arc<AnswerSchema>> {
        let found = match name.strip_prefix(BUILTIN) {
            Some(builtin) => self.builtin.get(builtin),
            None if self.place.is_some() => self.own.get(name),
            None => self.own.get(name).or_else(|| self.builtin.get(name)),
        };
        found.cloned()
    }

    /// Where schemas of the suites' own are looked for, if they have any.
    #[must_use]
    pub fn place(&self) -> Option<&str> {
        self.place.as_deref()
    }

    /// The schema of the request of this name, from which suites make requests that are wrong.
    #[must_use]
    pub fn request(&self, name: &str) -> Option<&Value> {
        self.requests.get(name)
    }

    /// The names of the requests that have a schema, sorted.
    pub fn requests(&self) -> impl Iterator<Item = &str> {
        self.requests.keys().map(String::as_str)
    }

    /// The names that suites may use: those of their own first, sorted.
    pub fn names(&self) -> impl Iterator<Item = String> {
        let prefix = if self.place.is_some() { BUILTIN } else { "" };
        let builtin = self.builtin.keys();
        let builtin = builtin.map(move |name| format!("{prefix}{name}"));
        self.own.keys().cloned().chain(builtin)
    }
}

fn compile(name: &str, bytes: &[u8]) -> Result<AnswerSchema, SchemaError> {
    let value = parse(name, bytes)?;
    let validator = jsonschema::draft202012::options()
        .should_validate_formats(true)
        .build(&value)
        .map_err(|cause| SchemaError::NotASchema {
            name: name.to_owned(),
            cause: cause.to_string(),
        })?;
    Ok(AnswerSchema {
        name: name.to_owned(),
        validator,
        shape: BodyShape::new(&value),
    })
}

fn parse(name: &str, bytes: &[u8]) -> Result<Value, SchemaError> {
    serde_json::from_slice(bytes).map_err(|cause| SchemaError::NotJson {
        name: name.to_owned(),
        cause,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_builtin_schemas_compile_and_judge() {
        let schemas = Schemas::builtin().unwrap();
        let user = schemas.get("user").unwrap();
        assert!(
            user.validator()
                .is_valid(&serde_json::json!({"alias": "x", "extra": 1}))
        );
        assert!(!user.validator().is_valid(&serde_json::json!({"alias": 1})));
    }
}
