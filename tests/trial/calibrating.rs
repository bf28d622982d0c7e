//! The server whose times are known serves other tools, and tells what it gave.

use crate::tested::binary;
use serde_json::Value;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::process::{Command, Stdio};

#[test]
fn the_server_of_known_times_tells_how_long_each_request_took() {
    let mut process = Command::new(binary())
        .args(["calibrate", "--serve", "5ms"])
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut stdout = BufReader::new(process.stdout.take().unwrap());
    let mut line = String::new();
    stdout.read_line(&mut line).unwrap();
    let address = line.trim().trim_start_matches("listening at http://");
    let mut stream = TcpStream::connect(address).unwrap();
    for _ in 0..3 {
        stream
            .write_all(b"GET / HTTP/1.1\r\nhost: known\r\n\r\n")
            .unwrap();
        let mut answer = [0; 15];
        stream.read_exact(&mut answer).unwrap();
        assert_eq!(&answer, b"HTTP/1.1 200 OK");
        let mut rest = [0; 512];
        let _length = stream.read(&mut rest).unwrap();
    }
    let process_id = process.id().to_string();
    let killed = Command::new("kill")
        .args(["-TERM", &process_id])
        .status()
        .unwrap();
    assert!(killed.success());
    let mut given = String::new();
    stdout.read_to_string(&mut given).unwrap();
    assert!(process.wait().unwrap().success());
    let given: Value = serde_json::from_str(given.trim()).unwrap();
    assert_eq!(given["count"], 3);
    assert!(given["p50_us"].as_u64().unwrap() >= 5_000, "{given}");
}
