//! Sends the metrics of a run to a collector while it is under way (OTLP over HTTP). It has a thread of its own: a
//! collector that is slow, silent or broken changes nothing of the run.

use reqwest::header::{CONTENT_TYPE, HeaderMap};
use reqwest::redirect::Policy;
use reqwest::{Client, Url};
use serde_json::Value;
use std::io;
use std::sync::Arc;
use std::thread::{self, JoinHandle};
use std::time::{Duration, SystemTime, UNIX_EPOCH};
use tokio::sync::watch;

use super::http_fault::transfer_error;
use super::resolver::BoundedResolver;
use super::tls::Trust;

/// From one request to the next; twice as long after each that failed, up to the second.
const PAUSES: (Duration, Duration) = (Duration::from_secs(1), Duration::from_secs(8));
/// The limit of a connection.
const CONNECT: Duration = Duration::from_secs(2);
/// The limit of an exchange.
const EXCHANGE: Duration = Duration::from_secs(5);
/// How long the run waits for its last request.
const LAST: Duration = Duration::from_secs(1);
/// As much of an answer is read, in bytes.
const MOST: usize = 64 * 1024;

/// Where metrics go.
#[derive(Clone, Debug)]
pub struct OtlpCollector {
    /// The whole URL, `http://127.0.0.1:4318/v1/metrics`.
    pub url: Url,
    /// Headers of each request. Their values may be secrets.
    pub headers: HeaderMap,
    /// Whose certificates are accepted.
    pub trust: Trust,
}

/// What is sent.
pub trait MetricsSource: Send + Sync + 'static {
    /// The metrics so far as a request in JSON, at a time in nanoseconds since 1970.
    fn request(&self, now: u64) -> String;
}

/// What came of the requests.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct OtlpSent {
    /// Requests that the collector took.
    pub taken: u64,
    /// Requests that it did not.
    pub lost: u64,
    /// Why the last of those was lost.
    pub cause: Option<String>,
    /// Whether the last request of all was taken, which carries all sums.
    pub is_complete: bool,
}

/// Sends metrics until it is ended or dropped.
pub struct OtlpSender {
    end: watch::Sender<bool>,
    thread: Option<JoinHandle<OtlpSent>>,
}

impl OtlpSender {
    /// Begins to send.
    ///
    /// # Errors
    ///
    /// If there can be no client or no thread.
    pub fn start(collector: &OtlpCollector, source: Arc<dyn MetricsSource>) -> io::Result<Self> {
        let tls = collector.trust.client_config(&[]);
        let client = Client::builder()
            .tls_backend_preconfigured(tls.map_err(io::Error::other)?)
            .http1_only()
            .redirect(Policy::none())
            .no_proxy()
            .tcp_nodelay(true)
            .default_headers(collector.headers.clone())
            .dns_resolver(Arc::new(BoundedResolver::within(CONNECT)))
            .connect_timeout(CONNECT)
            .timeout(EXCHANGE)
            .user_agent(concat!("assize/", env!("CARGO_PKG_VERSION")))
            .build()
            .map_err(io::Error::other)?;
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()?;
        let (end, ended) = watch::channel(false);
        let sending = Sending {
            client,
            url: collector.url.clone(),
            source,
            sent: OtlpSent::default(),
        };
        let send = move || {
            let sent = runtime.block_on(sending.send_until(ended));
            runtime.shutdown_background();
            sent
        };
        let thread = thread::Builder::new().name("otlp".to_owned()).spawn(send)?;
        Ok(Self {
            end,
            thread: Some(thread),
        })
    }

    /// Sends what there is for the last time, within a second, and gives what came of all requests.
    pub fn end(mut self) -> OtlpSent {
        self.end.send_replace(true);
        // A panic of the thread has been printed; there is nothing to add.
        let sent = self.thread.take().map(JoinHandle::join);
        sent.and_then(Result::ok).unwrap_or_default()
    }
}

impl Drop for OtlpSender {
    fn drop(&mut self) {
        self.end.send_replace(true);
    }
}

/// What the thread works with.
struct Sending {
    client: Client,
    url: Url,
    source: Arc<dyn MetricsSource>,
    sent: OtlpSent,
}

impl Sending {
    async fn send_until(mut self, mut ended: watch::Receiver<bool>) -> OtlpSent {
        let (shortest, longest) = PAUSES;
        let mut pause = shortest;
        loop {
            let exchange = async {
                tokio::time::sleep(pause).await;
                self.exchange().await
            };
            let result = tokio::select! {
                // The sender is dropped with its owner: that, too, ends it.
                _ = ended.wait_for(|ended| *ended) => break,
                result = exchange => result,
            };
            pause = match &result {
                Ok(()) => shortest,
                Err(_) => longest.min(pause * 2),
            };
            self.note(result);
        }
        let last = tokio::time::timeout(LAST, self.exchange()).await;
        let silent = || format!("no answer within {} s at the end", LAST.as_secs());
        let last = last.unwrap_or_else(|_| Err(silent()));
        self.sent.is_complete = last.is_ok();
        self.note(last);
        self.sent
    }

    fn note(&mut self, result: Result<(), String>) {
        match result {
            Ok(()) => self.sent.taken += 1,
            Err(cause) => {
                self.sent.lost += 1;
                self.sent.cause = Some(cause);
            }
        }
    }

    /// One exchange. Why the collector did not take it is told as a phrase.
    async fn exchange(&self) -> Result<(), String> {
        let now = SystemTime::now().duration_since(UNIX_EPOCH);
        let now = now.map_or(0, |now| u64::try_from(now.as_nanos()).unwrap_or(u64::MAX));
        let told = |error| transfer_error(error).detail.replace("target", "collector");
        let request = self.client.post(self.url.clone());
        let request = request
            .header(CONTENT_TYPE, "application/json")
            .body(self.source.request(now));
        let mut answer = request.send().await.map_err(told)?;
        let status = answer.status();
        if !status.is_success() {
            return Err(format!("it answers {}", status.as_u16()));
        }
        let mut body = Vec::new();
        while let Some(chunk) = answer.chunk().await.map_err(told)? {
            body.extend_from_slice(&chunk);
            if body.len() > MOST {
                break;
            }
        }
        rejected(&body).map_or(Ok(()), Err)
    }
}

/// What a collector says that it did not take of a request that it took otherwise (`partialSuccess`).
fn rejected(body: &[u8]) -> Option<String> {
    let answer: Value = serde_json::from_slice(body).ok()?;
    let partial = answer.get("partialSuccess")?;
    // A 64-bit number is a string in this encoding.
    let count = partial.get("rejectedDataPoints")?;
    let count = count
        .as_str()
        .map_or_else(|| count.as_u64(), |text| text.parse().ok())?;
    let why = partial.get("errorMessage").and_then(Value::as_str);
    (count > 0).then(|| {
        format!(
            "it rejects {count} data points: {}",
            why.unwrap_or("no reason")
        )
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_collector_rejects_is_told_and_what_it_takes_is_not() {
        for (answer, told) in [
            ("", None),
            ("{}", None),
            (r#"{"partialSuccess":{}}"#, None),
            (r#"{"partialSuccess":{"rejectedDataPoints":"0"}}"#, None),
            (
                r#"{"partialSuccess":{"rejectedDataPoints":"3","errorMessage":"too old"}}"#,
                Some("it rejects 3 data points: too old"),
            ),
            (
                r#"{"partialSuccess":{"rejectedDataPoints":2}}"#,
                Some("it rejects 2 data points: no reason"),
            ),
        ] {
            assert_eq!(rejected(answer.as_bytes()).as_deref(), told, "{answer}");
        }
    }
}
