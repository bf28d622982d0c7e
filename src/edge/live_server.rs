//! Serves a page while a run is under way. It has a thread of its own, which works only for who asks: whoever looks on
//! late, slowly or no longer changes nothing of the run.

use axum::Router;
use axum::extract::{Request, State};
use axum::http::{StatusCode, header};
use axum::middleware::{self, Next};
use axum::response::sse::{Event, KeepAlive, Sse};
use axum::response::{Html, IntoResponse, Response};
use axum::routing::get;
use futures_util::stream;
use std::convert::Infallible;
use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};
use tokio::net::TcpListener;
use tokio::sync::watch;

/// From one part of the page to the next.
const EACH: Duration = Duration::from_secs(1);
/// Who looks on waits so many times as long as the part took to make, so that they take less than a three hundredth of a
/// processor.
const REST: u32 = 300;
/// But no longer than this.
const LONGEST: Duration = Duration::from_secs(10);
/// How long those who look on may take for the last part once the run has ended.
const LAST: Duration = Duration::from_millis(500);

/// What is served.
pub trait LiveSource: Send + Sync + 'static {
    /// The page as it is now.
    fn page(&self) -> String;
    /// Its script.
    fn script(&self) -> &'static str;
    /// The part of the page that changes, as a JSON string.
    fn part(&self) -> String;
    /// The metrics, with their media type.
    fn metrics(&self) -> (&'static str, String);
}

/// A server of a page. It ends when it is dropped.
pub struct LiveServer {
    address: SocketAddr,
    end: watch::Sender<bool>,
    thread: Option<JoinHandle<()>>,
}

#[derive(Clone)]
struct LiveState {
    source: Arc<dyn LiveSource>,
    ended: watch::Receiver<bool>,
    address: SocketAddr,
}

impl LiveServer {
    /// Begins to serve; port 0 takes any that is free.
    ///
    /// # Errors
    ///
    /// If the address cannot be listened at, or a thread is not to be had.
    pub fn start(address: SocketAddr, source: Arc<dyn LiveSource>) -> io::Result<Self> {
        let listener = std::net::TcpListener::bind(address)?;
        listener.set_nonblocking(true)?;
        let address = listener.local_addr()?;
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()?;
        let (end, ended) = watch::channel(false);
        let served = LiveState {
            source,
            ended,
            address,
        };
        let serve = move || {
            // A page that cannot be served is no fault of the run: whoever looks on sees that it stands still.
            drop(runtime.block_on(serve(listener, served)));
            runtime.shutdown_background();
        };
        let thread = thread::Builder::new()
            .name("live".to_owned())
            .spawn(serve)?;
        Ok(Self {
            address,
            end,
            thread: Some(thread),
        })
    }

    /// Where the page is.
    #[must_use]
    pub fn url(&self) -> String {
        format!("http://{}/", self.address)
    }
}

impl Drop for LiveServer {
    fn drop(&mut self) {
        self.end.send_replace(true);
        if let Some(thread) = self.thread.take() {
            // A panic of the server has been printed; there is nothing to add.
            drop(thread.join());
        }
    }
}

async fn serve(listener: std::net::TcpListener, served: LiveState) -> io::Result<()> {
    let listener = TcpListener::from_std(listener)?;
    let mut ended = served.ended.clone();
    let router = Router::new()
        .route(
            "/",
            get(|State(served): State<LiveState>| async move { Html(served.source.page()) }),
        )
        .route("/live.js", get(script))
        .route("/events", get(events))
        .route("/metrics", get(metrics))
        .layer(middleware::from_fn_with_state(
            served.clone(),
            asked_by_name,
        ))
        .with_state(served);
    let over = async move {
        // The sender is dropped with the server: that, too, ends it.
        drop(ended.wait_for(|ended| *ended).await);
    };
    let mut over = std::pin::pin!(over);
    tokio::select! {
        done = axum::serve(listener, router).into_future() => done,
        () = &mut over => {
            tokio::time::sleep(LAST).await;
            Ok(())
        }
    }
}

/// Refuses pages of others, which ask by a name of their own that leads here.
async fn asked_by_name(State(served): State<LiveState>, request: Request, next: Next) -> Response {
    let host = request.headers().get(header::HOST);
    let host = host.and_then(|host| host.to_str().ok()).unwrap_or_default();
    let own = [
        served.address.to_string(),
        format!("localhost:{}", served.address.port()),
    ];
    if served.address.ip().is_loopback() && !own.iter().any(|one| one == host) {
        return StatusCode::FORBIDDEN.into_response();
    }
    next.run(request).await
}

async fn script(State(served): State<LiveState>) -> Response {
    let kind = [(header::CONTENT_TYPE, "text/javascript; charset=utf-8")];
    (kind, served.source.script()).into_response()
}

async fn metrics(State(served): State<LiveState>) -> Response {
    let (kind, text) = served.source.metrics();
    ([(header::CONTENT_TYPE, kind)], text).into_response()
}

/// How far a stream of parts is.
enum PartsLeft {
    /// The next one is sent after a while.
    Parts(LiveState, Duration),
    Last,
    Over,
}

async fn events(State(served): State<LiveState>) -> Response {
    let parts = stream::unfold(PartsLeft::Parts(served, EACH), |progress| async {
        let (event, next) = match progress {
            PartsLeft::Parts(mut served, pause) => {
                let ended = served.ended.wait_for(|ended| *ended);
                let is_over = tokio::time::timeout(pause, ended).await.is_ok();
                let began = Instant::now();
                let event = Event::default().data(served.source.part());
                let pause = began.elapsed().saturating_mul(REST).clamp(EACH, LONGEST);
                let next = if is_over {
                    PartsLeft::Last
                } else {
                    PartsLeft::Parts(served, pause)
                };
                (event, next)
            }
            PartsLeft::Last => (Event::default().event("end").data("over"), PartsLeft::Over),
            PartsLeft::Over => return None,
        };
        Some((Ok::<_, Infallible>(event), next))
    });
    Sse::new(parts)
        .keep_alive(KeepAlive::default())
        .into_response()
}
