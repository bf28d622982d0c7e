//! Whose buckets stores may be: what users call them, and which variables say where they are.

/// Whose bucket a store is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BucketProvider {
    /// Amazon S3, or whatever speaks as it does: `s3://BUCKET/PREFIX`.
    Amazon,
    /// Google Cloud Storage: `gs://BUCKET/PREFIX`.
    Google,
    /// Azure Blob Storage: `az://CONTAINER/PREFIX`.
    Azure,
}

impl BucketProvider {
    /// That of the store of this name, if it is a bucket of a known provider.
    #[must_use]
    pub fn of(store: &str) -> Option<Self> {
        match store.split_once("://")?.0 {
            "s3" => Some(Self::Amazon),
            "gs" => Some(Self::Google),
            "az" => Some(Self::Azure),
            _ => None,
        }
    }

    /// What users call it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Amazon => "S3",
            Self::Google => "Google Cloud Storage",
            Self::Azure => "Azure Blob Storage",
        }
    }

    /// The variables with the keys of it, as the object of a sentence.
    #[must_use]
    pub const fn keys(self) -> &'static str {
        match self {
            Self::Amazon => "AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY",
            Self::Google => "GOOGLE_SERVICE_ACCOUNT or GOOGLE_SERVICE_ACCOUNT_KEY",
            Self::Azure => "AZURE_STORAGE_ACCOUNT_NAME and AZURE_STORAGE_ACCOUNT_KEY",
        }
    }

    /// The variable that says whether it may be asked without TLS.
    #[must_use]
    pub const fn http_variable(self) -> &'static str {
        match self {
            Self::Amazon => "AWS_ALLOW_HTTP",
            Self::Google => "GOOGLE_ALLOW_HTTP",
            Self::Azure => "AZURE_ALLOW_HTTP",
        }
    }

    /// The variables that tell where a bucket is, and with which keys. Not all of them need be set.
    #[must_use]
    pub const fn variables(self) -> &'static [&'static str] {
        match self {
            Self::Amazon => &[
                "AWS_ACCESS_KEY_ID",
                "AWS_SECRET_ACCESS_KEY",
                "AWS_SESSION_TOKEN",
                "AWS_REGION",
                "AWS_ENDPOINT_URL",
                "AWS_ALLOW_HTTP",
            ],
            Self::Google => &["GOOGLE_SERVICE_ACCOUNT_KEY", "GOOGLE_BASE_URL"],
            Self::Azure => &[
                "AZURE_STORAGE_ACCOUNT_NAME",
                "AZURE_STORAGE_ACCOUNT_KEY",
                "AZURE_STORAGE_SAS_TOKEN",
                "AZURE_STORAGE_ENDPOINT",
                "AZURE_ALLOW_HTTP",
            ],
        }
    }
}
