//! Connections: taken in, bounded, and brought to an end.

use axum::Router;
use axum::extract::ConnectInfo;
use hyper::Request;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::{Service, service_fn};
use hyper_util::rt::TokioIo;
use hyper_util::service::TowerToHyperService;
use std::io::{self, ErrorKind};
use std::net::SocketAddr;
use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore, watch};
use tokio::task::JoinSet;

use super::Limits;

/// How long to leave the listener alone when the system has nothing left to accept with.
const ACCEPT_PAUSE: Duration = Duration::from_millis(100);

/// In the extensions of an answer: it is not sent, and the connection ends in its place.
#[derive(Clone, Copy, Debug)]
pub(super) struct HangUp;

/// A client's connection, and its place among those that are served at a time.
struct Accepted {
    stream: TcpStream,
    peer: SocketAddr,
    _place: OwnedSemaphorePermit,
}

/// Serves connections until `shutdown` completes. Then none is accepted any more, the idle ones
/// are closed, and the requests under way are answered if they come to an end in time.
pub(super) async fn serve(
    listener: TcpListener,
    router: Router,
    limits: Limits,
    shutdown: impl Future<Output = ()>,
) {
    let room = Arc::new(Semaphore::new(limits.room()));
    let (stop, stopped) = watch::channel(false);
    let mut connections = JoinSet::new();
    let mut shutdown = pin!(shutdown);
    loop {
        let accepted = tokio::select! {
            () = &mut shutdown => break,
            accepted = accept(&listener, &room) => accepted,
        };
        // The places of those that have ended are not to pile up.
        while connections.try_join_next().is_some() {}
        connections.spawn(converse(accepted, router.clone(), limits, stopped.clone()));
    }
    drop(listener);
    stop.send_replace(true);
    let all_ended = async { while connections.join_next().await.is_some() {} };
    // Those that do not end in time end with their set.
    let _ = tokio::time::timeout(limits.drain_time, all_ended).await;
}

async fn accept(listener: &TcpListener, room: &Arc<Semaphore>) -> Accepted {
    loop {
        let place = Arc::clone(room).acquire_owned().await;
        let (accepted, place) = match (listener.accept().await, place) {
            (Ok(accepted), Ok(place)) => (accepted, place),
            (Err(error), _) => {
                if !is_of_the_client(&error) {
                    tokio::time::sleep(ACCEPT_PAUSE).await;
                }
                continue;
            }
            // The room is never closed.
            (_, Err(_)) => continue,
        };
        let (stream, peer) = accepted;
        // A connection that died between accept and here is noticed when it is read.
        let _ = stream.set_nodelay(true);
        return Accepted {
            stream,
            peer,
            _place: place,
        };
    }
}

/// Whether accepting failed because the client was gone again, rather than for want of files.
fn is_of_the_client(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        ErrorKind::ConnectionAborted | ErrorKind::ConnectionReset | ErrorKind::ConnectionRefused
    )
}

async fn converse(
    accepted: Accepted,
    router: Router,
    limits: Limits,
    mut stopped: watch::Receiver<bool>,
) {
    let peer = accepted.peer;
    let router = TowerToHyperService::new(router);
    let progress = Arc::new(AnswerProgress::default());
    let counted = Arc::clone(&progress);
    let service = service_fn(move |mut request: Request<Incoming>| {
        request.extensions_mut().insert(ConnectInfo(peer));
        let answer = router.call(request);
        let progress = Arc::clone(&counted);
        progress.begin();
        async move {
            let answer = answer.await;
            progress.end();
            match answer {
                Ok(answer) if answer.extensions().get::<HangUp>().is_some() => {
                    Err(io::Error::from(ErrorKind::ConnectionAborted))
                }
                Ok(answer) => Ok(answer),
                Err(never) => match never {},
            }
        }
    });
    let stream = TokioIo::new(accepted.stream);
    let mut connection = pin!(http1::Builder::new().serve_connection(stream, service));
    tokio::select! {
        // However a client's connection ends, nobody is left to be told.
        _ = connection.as_mut() => return,
        () = progress.silence(limits.head_time) => return,
        _ = stopped.wait_for(|stopped| *stopped) => {}
    }
    connection.as_mut().graceful_shutdown();
    let _ = connection.await;
}

/// How far the requests of a connection are. Counting them costs nothing beside answering them; a
/// timer for each would.
#[derive(Default)]
struct AnswerProgress {
    begun: AtomicU64,
    answered: AtomicU64,
}

impl AnswerProgress {
    fn begin(&self) {
        self.begun.fetch_add(1, Ordering::Relaxed);
    }

    fn end(&self) {
        self.answered.fetch_add(1, Ordering::Relaxed);
    }

    /// How many requests there were, if all of them are answered.
    fn rest(&self) -> Option<u64> {
        let begun = self.begun.load(Ordering::Relaxed);
        (begun == self.answered.load(Ordering::Relaxed)).then_some(begun)
    }

    /// Waits until no request has come for this long, or up to twice as long, while none was at work.
    async fn silence(&self, time: Duration) {
        let mut before = Some(0);
        loop {
            tokio::time::sleep(time).await;
            let rest = self.rest();
            if rest.is_some() && rest == before {
                return;
            }
            before = rest;
        }
    }
}
