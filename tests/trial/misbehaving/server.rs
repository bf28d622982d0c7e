//! A target that answers rightly, except where it misbehaves.

use rustls::ServerConfig;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use std::path::PathBuf;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, LazyLock};
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::runtime::Runtime;
use tokio_rustls::TlsAcceptor;

use super::act::{Act, After};
use super::{Misbehaviour, Stage};

/// A request to this path is answered wrongly.
const POISON: &str = "/poison";
/// A right answer.
pub(crate) const RIGHT_BODY: &str = "{\"alias\":\"right\"}";

/// All targets run here.
pub(crate) static RUNTIME: LazyLock<Runtime> = LazyLock::new(|| Runtime::new().unwrap());

/// The engine that meets a target.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Engine {
    Check,
    Load,
}

/// Which of the requests, and of the connections after the first, are answered wrongly.
pub(crate) type Choice = Arc<dyn Fn(u64) -> Option<Misbehaviour> + Send + Sync>;

struct Target {
    choice: Choice,
    requests: AtomicU64,
    tls: bool,
}

/// The folder of certificates. Their key guards nothing.
fn tls_folder() -> PathBuf {
    PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/targets/tls"))
}

/// The authority that signed all certificates but one.
pub(crate) fn authority() -> PathBuf {
    tls_folder().join("ca.pem")
}

fn acceptor(certificate: &str) -> TlsAcceptor {
    let file = tls_folder().join(format!("{certificate}.pem"));
    let chain = vec![CertificateDer::from_pem_file(file).unwrap()];
    let key = PrivateKeyDer::from_pem_file(tls_folder().join("key.pem")).unwrap();
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(chain, key)
        .unwrap();
    TlsAcceptor::from(Arc::new(config))
}

/// Starts a target that misbehaves in one way, and gives its base URL.
pub(crate) fn start(misbehaviour: &Misbehaviour, engine: Engine) -> String {
    let one = misbehaviour.clone();
    let is_tls = matches!(one.stage, Stage::Tls(_) | Stage::WithinTls);
    // A check meets it once, a load every other time, so that what else goes on is seen.
    let choice = move |number: u64| {
        let meets = match engine {
            Engine::Check => number == 1,
            Engine::Load => number % 2 == 1,
        };
        meets.then(|| one.clone())
    };
    start_with(Arc::new(choice), is_tls)
}

/// Starts a target that misbehaves as something chooses for each connection and each request, both
/// counted from 1.
pub(crate) fn start_with(choice: Choice, tls: bool) -> String {
    let listener = RUNTIME.block_on(TcpListener::bind("127.0.0.1:0")).unwrap();
    let scheme = if tls { "https" } else { "http" };
    let url = format!("{scheme}://{}/api", listener.local_addr().unwrap());
    let target = Arc::new(Target {
        choice,
        requests: AtomicU64::new(0),
        tls,
    });
    RUNTIME.spawn(async move {
        for number in 0.. {
            let (stream, _) = listener.accept().await.unwrap();
            tokio::spawn(Arc::clone(&target).connection(stream, number));
            let refuses =
                (target.choice)(number + 1).is_some_and(|one| matches!(one.stage, Stage::Refuse));
            if refuses {
                break;
            }
        }
    });
    url
}

impl Target {
    async fn connection(self: Arc<Self>, mut stream: TcpStream, number: u64) {
        stream.set_nodelay(true).unwrap();
        let chosen = (self.choice)(number).filter(|_| number > 0);
        let after = match chosen {
            Some(Misbehaviour {
                stage: Stage::Accept,
                act,
                ..
            }) => match act.play(&mut stream).await {
                After::GoOn => self.exchanges(&mut stream, false).await,
                after => after,
            },
            Some(Misbehaviour {
                stage: Stage::Tls(certificate),
                ..
            }) => self.over_tls(&mut stream, certificate).await,
            _ if self.tls => self.over_tls(&mut stream, "right").await,
            _ => self.exchanges(&mut stream, number == 0).await,
        };
        match after {
            After::Reset => stream.set_zero_linger().unwrap(),
            After::Raw(bytes) => drop(stream.write_all(&bytes).await),
            After::GoOn | After::Close => {}
        }
    }

    async fn over_tls(&self, stream: &mut TcpStream, certificate: &str) -> After {
        match acceptor(certificate).accept(stream).await {
            Ok(mut stream) => self.exchanges(&mut stream, true).await,
            Err(_) => After::Close,
        }
    }

    /// Answers requests until the connection is over; after the first, if `once`.
    async fn exchanges<S: AsyncRead + AsyncWrite + Unpin>(
        &self,
        stream: &mut S,
        once: bool,
    ) -> After {
        while let Some(request) = read_request(stream).await {
            let wrong = request.contains(POISON).then(|| self.wrong()).flatten();
            let after = match wrong {
                Some(act) => act.play(stream).await,
                None if once => {
                    super::act::close(right("connection: close\r\n"))
                        .play(stream)
                        .await
                }
                None => super::act::send(right("")).play(stream).await,
            };
            if after != After::GoOn {
                return after;
            }
        }
        After::Close
    }

    fn wrong(&self) -> Option<Act> {
        let number = self.requests.fetch_add(1, Ordering::Relaxed) + 1;
        let chosen = (self.choice)(number)?;
        matches!(chosen.stage, Stage::Request | Stage::WithinTls).then_some(chosen.act)
    }
}

/// A request; none if no more come.
async fn read_request<S: AsyncRead + Unpin>(stream: &mut S) -> Option<String> {
    let mut bytes = Vec::new();
    loop {
        match stream.read_buf(&mut bytes).await {
            Ok(1..) => {}
            _ => return None,
        }
        let text = String::from_utf8_lossy(&bytes);
        if let Some((head, body)) = text.split_once("\r\n\r\n") {
            let length = head
                .lines()
                .find_map(|line| line.strip_prefix("content-length: "));
            if body.len() >= length.map_or(0, |length| length.parse().unwrap()) {
                return Some(text.into_owned());
            }
        }
    }
}

/// A right answer, with some more headers.
pub(crate) fn right(headers: &str) -> String {
    with(headers, RIGHT_BODY)
}

/// A well-formed answer with this body.
pub(crate) fn with(headers: &str, body: &str) -> String {
    let length = body.len();
    format!(
        "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\n{headers}content-length: {length}\r\n\r\n{body}"
    )
}
