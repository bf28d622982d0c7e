//! Something that stands in front of a target and decides who may pass.

use std::io::Write;
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::thread;

use crate::message::message;

/// What is answered to a request with this head in place of the target's answer, or, where it is no
/// answer, the line that is added to that; none lets the request pass.
type Rule = dyn Fn(&[String]) -> Option<String> + Send + Sync;

/// Passes requests on, or answers them itself, and remembers their heads.
pub(crate) struct Gatekeeper {
    address: String,
    heads: Arc<Mutex<Vec<Vec<String>>>>,
}

impl Gatekeeper {
    /// Stands in front of a base URL at a port of its own.
    pub(crate) fn start(
        base_url: &str,
        rule: impl Fn(&[String]) -> Option<String> + Send + Sync + 'static,
    ) -> Self {
        let listener = TcpListener::bind(("127.0.0.1", 0)).unwrap();
        let address = listener.local_addr().unwrap().to_string();
        let heads = Arc::new(Mutex::new(Vec::new()));
        let behind = host(base_url).to_owned();
        let (seen, rule): (_, Arc<Rule>) = (heads.clone(), Arc::new(rule));
        thread::spawn(move || {
            for stream in listener.incoming() {
                let (behind, seen, rule) = (behind.clone(), seen.clone(), rule.clone());
                thread::spawn(move || pass(stream.unwrap(), &behind, &seen, &*rule));
            }
        });
        Self { address, heads }
    }

    /// The base URL with the gatekeeper's address in place of that of the target.
    pub(crate) fn url(&self, base_url: &str) -> String {
        base_url.replace(host(base_url), &self.address)
    }

    /// The heads of all requests so far.
    pub(crate) fn heads(&self) -> Vec<Vec<String>> {
        self.heads.lock().unwrap().clone()
    }
}

fn host(base_url: &str) -> &str {
    let rest = base_url.strip_prefix("http://").unwrap();
    rest.split('/').next().unwrap()
}

fn pass(mut client: TcpStream, behind: &str, seen: &Mutex<Vec<Vec<String>>>, rule: &Rule) {
    let Some((head, body)) = message(&client) else {
        return;
    };
    seen.lock().unwrap().push(head.clone());
    let own = rule(&head);
    // A client that goes away is no matter of this server.
    if let Some(answer) = own.as_deref().filter(|text| text.starts_with("HTTP/")) {
        drop(client.write_all(answer.as_bytes()));
        return;
    }
    let mut server = TcpStream::connect(behind).unwrap();
    server.write_all(closing(&head).as_bytes()).unwrap();
    server.write_all(&body).unwrap();
    let (mut head, body) = message(&server).unwrap();
    head.extend(own);
    drop(client.write_all(closing(&head).as_bytes()));
    drop(client.write_all(&body));
}

/// A head that ends its connection.
fn closing(head: &[String]) -> String {
    let kept = head.iter().filter(|line| !line.starts_with("connection"));
    let kept: Vec<&str> = kept.map(String::as_str).collect();
    format!("{}\r\nconnection: close\r\n\r\n", kept.join("\r\n"))
}

/// The value of a header in a head.
pub(crate) fn value<'a>(head: &'a [String], name: &str) -> Option<&'a str> {
    let fields = head.iter().filter_map(|line| line.split_once(": "));
    let mut named = fields.filter(|(one, _)| one.eq_ignore_ascii_case(name));
    named.next().map(|(_, value)| value)
}
