//! A bucket as a store: of S3 or of whatever speaks as it does, of Google, of Azure.

mod client;
mod trouble;

use async_trait::async_trait;
use object_store::aws::AmazonS3Builder;
use object_store::azure::MicrosoftAzureBuilder;
use object_store::gcp::GoogleCloudStorageBuilder;
use object_store::path::Path;
use object_store::{ObjectStore, ObjectStoreExt, PutMode, PutOptions, PutResult, RetryConfig};
use std::error::Error;
use std::sync::Arc;
use std::time::{Duration, UNIX_EPOCH};
use tokio::runtime::{Builder, Runtime};
use url::Url;

use crate::machines::{BucketProvider, SharedStore, StoreError, StoreTime, StoredObject};
use client::{BucketConnector, StoreDate};
use trouble::BucketTrouble;

/// A store that is busy, or away, is waited for so long.
const PATIENCE: Duration = Duration::from_secs(30);
/// An answer tells its second.
const SECOND: u64 = 1_000_000_000;

/// Objects below a prefix of a bucket.
#[derive(Debug)]
pub struct BucketStore {
    /// As the user named it.
    name: String,
    prefix: Path,
    provider: BucketProvider,
    bucket: Arc<dyn ObjectStore>,
    /// Its connections live here, whichever runtime asks.
    runtime: Option<Runtime>,
}

impl BucketStore {
    /// The store of a provider at a URL such as `s3://BUCKET/PREFIX`. Keys and place come from the usual variables,
    /// [`BucketProvider::variables`] and what else that provider's own tools take. Nothing is sent yet.
    ///
    /// # Errors
    ///
    /// If a variable makes no sense, or this machine refuses.
    pub fn open(provider: BucketProvider, url: &Url) -> Result<Self, StoreError> {
        let builder = match provider {
            BucketProvider::Amazon => BucketBuilder::Amazon(AmazonS3Builder::from_env()),
            BucketProvider::Google => BucketBuilder::Google(GoogleCloudStorageBuilder::from_env()),
            BucketProvider::Azure => BucketBuilder::Azure(MicrosoftAzureBuilder::from_env()),
        };
        Self::of(url, builder, PATIENCE)
    }

    fn of(url: &Url, builder: BucketBuilder, patience: Duration) -> Result<Self, StoreError> {
        let provider = builder.provider();
        let name = url.to_string();
        let refused = |cause: String| StoreError {
            store: name.clone(),
            cause,
        };
        let runtime = Builder::new_multi_thread()
            .worker_threads(1)
            .thread_name("store")
            .enable_all()
            .build()
            .map_err(|error| refused(format!("cannot start its thread: {error}")))?;
        let prefix = Path::from_url_path(url.path()).map_err(|error| refused(error.to_string()))?;
        // Whoever waits tells why in the end, so waiting is not left to the library.
        let at_once = RetryConfig {
            max_retries: 0,
            ..RetryConfig::default()
        };
        let connector = BucketConnector {
            provider,
            runtime: runtime.handle().clone(),
            patience,
        };
        let bucket = builder
            .build(url.host_str().unwrap_or_default(), at_once, connector)
            .map_err(|error| refused(error.to_string()))?;
        Ok(Self {
            name,
            prefix,
            provider,
            bucket,
            runtime: Some(runtime),
        })
    }

    fn path(&self, key: &str) -> Path {
        key.split('/').fold(self.prefix.clone(), Path::join)
    }

    async fn put(
        &self,
        key: &str,
        content: &[u8],
        mode: PutMode,
    ) -> Result<PutResult, object_store::Error> {
        let options = PutOptions::from(mode);
        let content = content.to_vec().into();
        self.bucket
            .put_opts(&self.path(key), content, options)
            .await
    }

    fn refused(&self, error: &object_store::Error) -> StoreError {
        StoreError {
            store: self.name.clone(),
            cause: cause_of(error, self.provider),
        }
    }
}

/// What is known of a bucket before it is asked.
enum BucketBuilder {
    Amazon(AmazonS3Builder),
    Google(GoogleCloudStorageBuilder),
    Azure(MicrosoftAzureBuilder),
}

impl BucketBuilder {
    const fn provider(&self) -> BucketProvider {
        match self {
            Self::Amazon(_) => BucketProvider::Amazon,
            Self::Google(_) => BucketProvider::Google,
            Self::Azure(_) => BucketProvider::Azure,
        }
    }

    fn build(
        self,
        name: &str,
        retry: RetryConfig,
        connector: BucketConnector,
    ) -> object_store::Result<Arc<dyn ObjectStore>> {
        Ok(match self {
            Self::Amazon(builder) => Arc::new(
                (builder.with_bucket_name(name).with_retry(retry))
                    .with_http_connector(connector)
                    .build()?,
            ),
            Self::Google(builder) => Arc::new(
                (builder.with_bucket_name(name).with_retry(retry))
                    .with_http_connector(connector)
                    .build()?,
            ),
            Self::Azure(builder) => Arc::new(
                (builder.with_container_name(name).with_retry(retry))
                    .with_http_connector(connector)
                    .build()?,
            ),
        })
    }
}

impl Drop for BucketStore {
    fn drop(&mut self) {
        // Where a runtime may not be waited for, it can still be ended.
        if let Some(runtime) = self.runtime.take() {
            runtime.shutdown_background();
        }
    }
}

/// What is wrong, without what the library says of the request: that has the name of a key, and more, in it.
fn cause_of(error: &object_store::Error, provider: BucketProvider) -> String {
    let mut cause = Some(error as &dyn Error);
    while let Some(one) = cause {
        if let Some(trouble) = one.downcast_ref::<BucketTrouble>() {
            return trouble.to_string();
        }
        cause = one.source();
    }
    match error {
        object_store::Error::NotFound { .. } => "there is no such bucket".to_owned(),
        _ => format!("its answer is not that of {}", provider.name()),
    }
}

#[async_trait]
impl SharedStore for BucketStore {
    fn name(&self) -> String {
        self.name.clone()
    }

    async fn create(&self, key: &str, content: &[u8]) -> Result<bool, StoreError> {
        match self.put(key, content, PutMode::Create).await {
            Ok(_) => Ok(true),
            Err(
                object_store::Error::AlreadyExists { .. }
                | object_store::Error::Precondition { .. },
            ) => Ok(false),
            Err(error) => Err(self.refused(&error)),
        }
    }

    async fn replace(&self, key: &str, content: &[u8]) -> Result<(), StoreError> {
        let put = self.put(key, content, PutMode::Overwrite).await;
        put.map(drop).map_err(|error| self.refused(&error))
    }

    async fn read(&self, key: &str) -> Result<Option<Vec<u8>>, StoreError> {
        let got = match self.bucket.get(&self.path(key)).await {
            Err(object_store::Error::NotFound { .. }) => return Ok(None),
            got => got.map_err(|error| self.refused(&error))?,
        };
        let bytes = got.bytes().await.map_err(|error| self.refused(&error))?;
        Ok(Some(bytes.to_vec()))
    }

    async fn list(&self, folder: &str) -> Result<Vec<StoredObject>, StoreError> {
        let folder = self.path(folder);
        let listed = self.bucket.list_with_delimiter(Some(&folder)).await;
        let listed = listed.map_err(|error| self.refused(&error))?;
        let objects = listed.objects.into_iter().map(|object| StoredObject {
            name: object.location.filename().unwrap_or_default().to_owned(),
            version: object
                .e_tag
                .unwrap_or_else(|| object.last_modified.to_rfc3339()),
        });
        let mut objects: Vec<StoredObject> = objects.collect();
        objects.sort();
        Ok(objects)
    }

    async fn remove(&self, key: &str) -> Result<(), StoreError> {
        match self.bucket.delete(&self.path(key)).await {
            Ok(()) | Err(object_store::Error::NotFound { .. }) => Ok(()),
            Err(error) => Err(self.refused(&error)),
        }
    }

    async fn stamp(&self, key: &str) -> Result<StoreTime, StoreError> {
        let put = self.put(key, b"?", PutMode::Overwrite).await;
        let put = put.map_err(|error| self.refused(&error))?;
        let date = put.extensions.get::<StoreDate>();
        let since = date.and_then(|date| date.0.duration_since(UNIX_EPOCH).ok());
        let nanos = since.and_then(|since| u64::try_from(since.as_nanos()).ok());
        Ok(StoreTime {
            nanos: nanos.ok_or_else(|| StoreError {
                store: self.name(),
                cause: "its answers have no Date, so nobody knows what time it is there".to_owned(),
            })?,
            granularity: SECOND,
        })
    }
}

#[cfg(test)]
mod tests;
