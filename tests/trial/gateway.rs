//! A gateway before a server: what it passes on is right, and it has a way of its own with connections.

use std::io::Write;
use std::net::{TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use crate::message::whole;

/// What a gateway does with a request, by its number, from 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Way {
    /// Passes it on.
    Pass,
    /// Passes it on, and closes the connection behind the answer without saying so.
    PassAndClose,
    /// Passes it on, and says that it keeps the connection for a second when it is idle.
    PassAndAnnounce,
    /// Reads it and closes the connection.
    Drop,
    /// Answers it with this instead.
    Answer(&'static str),
}

/// Starts a gateway before the server at this base URL. Gives its own.
pub(crate) fn gateway(base_url: &str, way: impl Fn(u64) -> Way + Send + Sync + 'static) -> String {
    let (origin, path) = base_url.split_at(base_url.rfind("/api").unwrap());
    let behind = origin.trim_start_matches("http://").to_owned();
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}{path}", listener.local_addr().unwrap());
    let (way, count) = (Arc::new(way), Arc::new(AtomicU64::new(0)));
    // It ends with the test program.
    std::thread::spawn(move || {
        for client in listener.incoming().flatten() {
            let (behind, way, count) = (behind.clone(), Arc::clone(&way), Arc::clone(&count));
            std::thread::spawn(move || {
                // A client that goes away ends the connection; whatever else is wrong, the run tells.
                let _: Option<()> = serve(client, &behind, || {
                    way(count.fetch_add(1, Ordering::Relaxed) + 1)
                });
            });
        }
    });
    url
}

/// Serves one connection. None when it is over.
fn serve(mut client: TcpStream, behind: &str, way: impl Fn() -> Way) -> Option<()> {
    client.set_nodelay(true).ok()?;
    let mut server = TcpStream::connect(behind).ok()?;
    loop {
        let request = whole(&client)?;
        let way = way();
        match way {
            Way::Drop => return None,
            Way::Answer(answer) => {
                client.write_all(answer.as_bytes()).ok()?;
                continue;
            }
            Way::Pass | Way::PassAndClose | Way::PassAndAnnounce => {}
        }
        server.write_all(&request).ok()?;
        let mut answer = whole(&server)?;
        if way == Way::PassAndAnnounce {
            let line = answer.iter().position(|byte| *byte == b'\n')? + 1;
            answer.splice(line..line, *b"Keep-Alive: timeout=1, max=99\r\n");
        }
        client.write_all(&answer).ok()?;
        if way == Way::PassAndClose {
            return None;
        }
    }
}
