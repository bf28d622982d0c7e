//! How requests reach a bucket: with the TLS of this program, on a runtime of the store's own, and again for some
//! time where the store is busy.

use async_trait::async_trait;
use object_store::client::{
    HttpClient, HttpConnector, HttpError, HttpErrorKind, HttpRequest, HttpResponse, HttpService,
};
use object_store::{ClientConfigKey, ClientOptions};
use reqwest::Client;
use std::time::{Duration, Instant, SystemTime};
use tokio::runtime::Handle;

use super::super::http_fault::transfer_error;
use super::super::tls::TlsClient;
use super::trouble::{AnswerUse, BucketTrouble, judged};
use crate::machines::BucketProvider;
use crate::model::{TransferError, TransferErrorKind};

/// The limit of a connection.
const CONNECT: Duration = Duration::from_secs(5);
/// The limit of an exchange.
const EXCHANGE: Duration = Duration::from_mins(1);
/// Between two tries: twice as long each time, but no longer than the second.
const PAUSES: (Duration, Duration) = (Duration::from_millis(100), Duration::from_secs(1));
/// Where machines in clouds get their keys. Elsewhere nobody answers there.
const LENDERS_OF_KEYS: [&str; 3] = [
    "169.254.169.254",
    "169.254.170.2",
    "metadata.google.internal",
];

/// When a store answered, by its own clock.
#[derive(Clone, Copy, Debug)]
pub(super) struct StoreDate(pub(super) SystemTime);

/// Makes what requests go through.
#[derive(Debug)]
pub(super) struct BucketConnector {
    /// Whose bucket it is.
    pub(super) provider: BucketProvider,
    /// Whose connections they are.
    pub(super) runtime: Handle,
    /// How long a store is waited for.
    pub(super) patience: Duration,
}

impl HttpConnector for BucketConnector {
    fn connect(&self, options: &ClientOptions) -> object_store::Result<HttpClient> {
        let allowed = options.get_config_value(&ClientConfigKey::AllowHttp);
        let allowed = allowed.unwrap_or_default().to_ascii_lowercase();
        let allows_http = ["1", "true", "yes", "on", "y"].contains(&allowed.as_str());
        let refused = |source| object_store::Error::Generic {
            store: self.provider.name(),
            source,
        };
        let tls = TlsClient::default()
            .client_config(&[])
            .map_err(|error| refused(Box::new(error)))?;
        let client = Client::builder()
            .tls_backend_preconfigured(tls)
            .http1_only()
            .https_only(!allows_http)
            .user_agent(concat!("assize/", env!("CARGO_PKG_VERSION")))
            .redirect(reqwest::redirect::Policy::none())
            .tcp_nodelay(true)
            .connect_timeout(CONNECT)
            .timeout(EXCHANGE)
            .build()
            .map_err(|error| refused(Box::new(error)))?;
        Ok(HttpClient::new(PatientClient {
            client,
            provider: self.provider,
            runtime: self.runtime.clone(),
            patience: self.patience,
        }))
    }
}

/// Asks until the store answers.
#[derive(Clone, Debug)]
struct PatientClient {
    client: Client,
    provider: BucketProvider,
    runtime: Handle,
    patience: Duration,
}

#[async_trait]
impl HttpService for PatientClient {
    async fn call(&self, request: HttpRequest) -> Result<HttpResponse, HttpError> {
        let own = self.clone();
        // On this runtime connections outlive whoever asks first.
        let asked = self.runtime.spawn(async move { own.ask(request).await });
        asked
            .await
            .map_err(|error| HttpError::new(HttpErrorKind::Unknown, error))?
            .map_err(|trouble| HttpError::new(HttpErrorKind::Unknown, trouble))
    }
}

impl PatientClient {
    async fn ask(&self, request: HttpRequest) -> Result<HttpResponse, BucketTrouble> {
        let lends_keys = |host| LENDERS_OF_KEYS.contains(&host);
        let is_for_keys = request.uri().host().is_some_and(lends_keys);
        let no_keys = || BucketTrouble::NoKeys(self.provider);
        let began = Instant::now();
        let (mut pause, longest) = PAUSES;
        loop {
            let trouble = match self.exchange(request.clone()).await {
                Ok(answer) => {
                    let waited = began.elapsed();
                    let told = (request.method(), answer.status(), answer.body().as_ref());
                    match judged(self.provider, told, waited) {
                        AnswerUse::Take => return Ok(answer.map(Into::into)),
                        AnswerUse::GiveUp(_) if is_for_keys => return Err(no_keys()),
                        AnswerUse::GiveUp(trouble) => return Err(trouble),
                        AnswerUse::AskAgain(trouble) => trouble,
                    }
                }
                Err(error) if error.kind == TransferErrorKind::Request => {
                    return Err(BucketTrouble::Unsendable {
                        cause: error.detail,
                        provider: self.provider,
                    });
                }
                Err(error) => BucketTrouble::Unreachable {
                    cause: error.detail,
                    waited: began.elapsed(),
                },
            };
            if is_for_keys {
                return Err(no_keys());
            }
            if began.elapsed() + pause > self.patience {
                return Err(trouble);
            }
            tokio::time::sleep(pause).await;
            pause = longest.min(pause * 2);
        }
    }

    /// One exchange, with the whole answer.
    async fn exchange(
        &self,
        request: HttpRequest,
    ) -> Result<http::Response<bytes::Bytes>, TransferError> {
        let (parts, body) = request.into_parts();
        let url = parts
            .uri
            .to_string()
            .parse()
            .map_err(|error: url::ParseError| {
                TransferError::new(TransferErrorKind::Request, error.to_string())
            })?;
        let mut request = reqwest::Request::new(parts.method, url);
        *request.headers_mut() = parts.headers;
        *request.body_mut() = Some(reqwest::Body::wrap(body));
        let answer = self.client.execute(request).await.map_err(transfer_error)?;
        let (status, headers) = (answer.status(), answer.headers().clone());
        let body = answer.bytes().await.map_err(transfer_error)?;
        let mut whole = http::Response::new(body);
        *whole.status_mut() = status;
        let date = headers
            .get(http::header::DATE)
            .and_then(|date| date.to_str().ok());
        if let Some(date) = date.and_then(|date| httpdate::parse_http_date(date).ok()) {
            whole.extensions_mut().insert(StoreDate(date));
        }
        *whole.headers_mut() = headers;
        Ok(whole)
    }
}
