//! A server whose times are known: what the load generator is calibrated against.
//!
//! It answers every request after a delay that it is told, kept by a precise timer, and records how
//! long each request was really with it, from when the kernel got it. It runs in a thread of its own, with
//! sockets between.

use std::cell::{Cell, RefCell};
use std::io;
use std::net::{Ipv4Addr, SocketAddr, TcpListener as StdListener};
use std::rc::Rc;
use std::thread::{Builder, JoinHandle};
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;
use tokio::sync::oneshot;
use tokio::task::LocalSet;
use tokio::time::Instant;

use super::clock::{Beginning, WorkerClock};
use crate::edge::wire::{Aged, Origin, Socket};
use crate::engine::load::{Leeway, LoadClock, LoadTimer};
use crate::load::{Times, nanos};

/// The answer to every request.
const ANSWER: &[u8] =
    b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 2\r\n\r\n{}";

/// The end of a request without a body.
const END: &[u8] = b"\r\n\r\n";

/// Longer requests are not answered: the generator sends none.
const LONGEST_REQUEST: usize = 4096;

/// When a server answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Behaviour {
    /// So long after each request.
    Delay(Duration),
    /// So long after each request; but from time to time it stands still, and answers what came
    /// meanwhile when that is over.
    Stalls {
        /// After each request.
        delay: Duration,
        /// From the beginning of one standstill to that of the next.
        every: Duration,
        /// A standstill.
        length: Duration,
    },
    /// One request after the other, each taking so long: a server with a highest rate.
    OneByOne(Duration),
}

/// A server whose times are known, while it runs.
#[derive(Debug)]
pub struct KnownServer {
    address: SocketAddr,
    /// The server stops when this is dropped.
    stop: oneshot::Sender<()>,
    thread: JoinHandle<io::Result<Times>>,
}

impl KnownServer {
    /// Starts a server on a free port of loopback.
    ///
    /// # Errors
    ///
    /// If there is no port or no thread.
    pub fn start(behaviour: Behaviour) -> io::Result<Self> {
        let listener = StdListener::bind((Ipv4Addr::LOCALHOST, 0))?;
        listener.set_nonblocking(true)?;
        let address = listener.local_addr()?;
        let (stop, stopped) = oneshot::channel();
        let thread = Builder::new()
            .name("known-server".to_owned())
            .spawn(move || serve(listener, behaviour, stopped))?;
        Ok(Self {
            address,
            stop,
            thread,
        })
    }

    /// Where it answers.
    #[must_use]
    pub fn base_url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Stops the server. Gives how long each request was with it, from its last byte to the end of its
    /// answer, in nanoseconds.
    ///
    /// # Errors
    ///
    /// If the server failed.
    pub fn finish(self) -> io::Result<Times> {
        drop(self.stop);
        let ended = self.thread.join();
        ended.map_err(|_| io::Error::other("the server ended before its time"))?
    }
}

fn serve(
    listener: StdListener,
    behaviour: Behaviour,
    stopped: oneshot::Receiver<()>,
) -> io::Result<Times> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    let room = Rc::new(Room {
        clock: WorkerClock::new(Beginning::now(), Origin::new(Instant::now())),
        behaviour,
        free: Cell::new(0),
        times: RefCell::default(),
    });
    let tasks = LocalSet::new();
    tasks.block_on(&runtime, async {
        let listener = TcpListener::from_std(listener)?;
        let accepting = async {
            loop {
                let (stream, _) = listener.accept().await?;
                let stream = Socket::new(stream, true)?;
                let room = Rc::clone(&room);
                // A connection ends when the generator closes it; what happens to it besides shows in
                // the generator's own figures.
                drop(tokio::task::spawn_local(async move {
                    room.answer(stream).await
                }));
            }
        };
        tokio::select! {
            ended = accepting => ended,
            _ = stopped => Ok::<(), io::Error>(()),
        }
    })?;
    Ok(room.times.take())
}

/// What the connections of a server share.
struct Room {
    clock: WorkerClock,
    behaviour: Behaviour,
    /// When the server is free again, for one that does one thing after the other.
    free: Cell<u64>,
    times: RefCell<Times>,
}

impl Room {
    async fn answer(&self, mut stream: Socket) -> io::Result<()> {
        let mut timer = self.clock.timer();
        let mut request = [0; LONGEST_REQUEST];
        let mut length = 0;
        while length < LONGEST_REQUEST {
            let read = stream.read(&mut request[length..]).await?;
            if read == 0 {
                break;
            }
            length += read;
            if !request[..length].ends_with(END) {
                continue;
            }
            length = 0;
            let came = self.clock.now().saturating_sub(stream.age());
            let due = self.due(came);
            if due > came {
                timer.wait_until(due, Leeway::default()).await;
            }
            // Taken before the write: a server that is put aside as it wakes the generator has answered
            // already, and its time must not be longer than what the generator could see.
            let took = self.clock.now().saturating_sub(came);
            stream.write_all(ANSWER).await?;
            self.times.borrow_mut().record(took);
        }
        Ok(())
    }

    /// When to answer a request that came at this time.
    fn due(&self, came: u64) -> u64 {
        match self.behaviour {
            Behaviour::Delay(delay) => came + nanos(delay),
            Behaviour::Stalls {
                delay,
                every,
                length,
            } => {
                let within = came % nanos(every).max(1);
                came + nanos(length).saturating_sub(within) + nanos(delay)
            }
            Behaviour::OneByOne(each) => {
                let due = self.free.get().max(came) + nanos(each);
                self.free.set(due);
                due
            }
        }
    }
}
