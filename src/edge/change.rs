//! What tells that a file or a server of this machine is another than it was.

use std::collections::BTreeSet;
use std::fs;
use std::os::unix::fs::MetadataExt;
use std::path::Path;

/// A file as it is now. One that is written anew has another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FileMark {
    file: u64,
    length: u64,
    changed: (i64, i64),
}

/// The mark of a file; none if it cannot be seen, as while it is replaced.
#[must_use]
pub fn file_mark(path: &Path) -> Option<FileMark> {
    let seen = fs::metadata(path).ok()?;
    Some(FileMark {
        file: seen.ino(),
        length: seen.len(),
        changed: (seen.mtime(), seen.mtime_nsec()),
    })
}

/// The tables of sockets of this machine.
const TABLES: [&str; 2] = ["/proc/net/tcp", "/proc/net/tcp6"];
/// How the kernel writes that a socket listens.
const LISTENS: &str = "0A";

/// The sockets that listen at a port of this machine, by numbers that no later one has: a server that was started anew
/// has others, however quickly that went. None where the system does not tell.
#[must_use]
pub fn listeners_at(port: u16) -> Option<BTreeSet<u64>> {
    let texts: Vec<String> = TABLES
        .iter()
        .filter_map(|table| fs::read_to_string(table).ok())
        .collect();
    let lines = || texts.iter().flat_map(|text| text.lines());
    (!texts.is_empty()).then(|| lines().filter_map(|line| listener(line, port)).collect())
}

/// The number of the socket in a line of such a table, if it listens at the port.
fn listener(line: &str, port: u16) -> Option<u64> {
    let mut words = line.split_whitespace();
    let (_, own) = words.nth(1)?.rsplit_once(':')?;
    let state = words.nth(1)?;
    let is_it = state == LISTENS && u16::from_str_radix(own, 16) == Ok(port);
    let number = words.nth(5)?;
    is_it.then(|| number.parse().ok()).flatten()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::net::TcpListener;

    #[test]
    fn a_socket_that_listens_is_known_by_its_number_and_gone_with_it() {
        let first = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = first.local_addr().unwrap().port();
        let numbers = listeners_at(port).unwrap();
        assert_eq!(numbers.len(), 1);
        drop(first);
        assert_eq!(listeners_at(port), Some(BTreeSet::new()));
    }

    #[test]
    fn a_connection_is_no_listener() {
        let line = "  1: 0100007F:1F90 0100007F:9C40 01 00000000:00000000 00:00000000 00000000     0        0 4711 1 0 20 4 30 10 -1";
        assert_eq!(listener(line, 8080), None);
        let line = line.replace(" 01 ", " 0A ");
        assert_eq!(listener(&line, 8080), Some(4711));
        assert_eq!(listener(&line, 8081), None);
    }
}
