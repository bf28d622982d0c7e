//! Something between the tool and a server: passes requests on, or does something else with them.

use std::io::{Read, Write};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;

use crate::message::whole;

/// Makes another answer of one.
pub(crate) type Alter = fn(&[u8]) -> Vec<u8>;

/// What becomes of a request.
pub(crate) enum Fate {
    /// It is passed on, and so is its answer.
    Pass,
    /// It is passed on, and its answer is cut off before its last bytes.
    Cut,
    /// It is passed on, and the connection is closed instead of an answer.
    Close,
    /// It is passed on, and its answer altered in this way.
    Alter(Alter),
    /// It is not passed on; this is the answer.
    Answer(String),
}

/// Starts a proxy before the server of a base URL, and gives the base URL through it. What becomes of a request
/// is decided by its number, from 1, and its first line.
pub(crate) fn before(
    base_url: &str,
    decide: impl Fn(u64, &str) -> Fate + Send + Sync + 'static,
) -> String {
    let (server, path) = base_url
        .trim_start_matches("http://")
        .split_once('/')
        .unwrap();
    let (server, path) = (server.to_owned(), path.to_owned());
    let listener = TcpListener::bind(("127.0.0.1", 0)).unwrap();
    let url = format!("http://{}/{path}", listener.local_addr().unwrap());
    let (decide, number) = (Arc::new(decide), Arc::new(AtomicU64::new(0)));
    thread::spawn(move || {
        for stream in listener.incoming() {
            let (server, decide, number) = (server.clone(), decide.clone(), number.clone());
            thread::spawn(move || {
                // A client that goes away is no matter of a proxy.
                drop(serve(stream.unwrap(), &server, &|line| {
                    decide(number.fetch_add(1, Ordering::Relaxed) + 1, line)
                }));
            });
        }
    });
    url
}

/// Serves one request: whoever asks makes a connection for each.
fn serve(
    mut client: TcpStream,
    server: &str,
    decide: &dyn Fn(&str) -> Fate,
) -> std::io::Result<()> {
    let Some(request) = whole(&client) else {
        return Ok(());
    };
    let text = String::from_utf8_lossy(&request);
    let answer = match decide(text.lines().next().unwrap_or_default()) {
        Fate::Pass => pass(&request, server)?,
        Fate::Cut => {
            let mut answer = pass(&request, server)?;
            answer.truncate(answer.len().saturating_sub(3));
            answer
        }
        Fate::Close => {
            pass(&request, server)?;
            Vec::new()
        }
        Fate::Alter(alter) => alter(&pass(&request, server)?),
        Fate::Answer(answer) => answer.into_bytes(),
    };
    client.write_all(&answer)?;
    client.shutdown(Shutdown::Write)
}

fn pass(request: &[u8], server: &str) -> std::io::Result<Vec<u8>> {
    let mut upstream = TcpStream::connect(server)?;
    let line = request.iter().position(|byte| *byte == b'\n').unwrap() + 1;
    upstream.write_all(&request[..line])?;
    upstream.write_all(b"connection: close\r\n")?;
    upstream.write_all(&request[line..])?;
    let mut answer = Vec::new();
    upstream.read_to_end(&mut answer)?;
    Ok(answer)
}
