//! A real nginx before a server, with a configuration and a folder of its own for each test.

use std::net::TcpStream;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};
use tempfile::TempDir;

use crate::installed;
use crate::support::free_port;

/// How long it may take until it listens.
const START: Duration = Duration::from_secs(10);

/// How often that is looked at.
const MOMENT: Duration = Duration::from_millis(10);

/// An nginx, while it runs.
pub(crate) struct Nginx {
    child: Child,
    /// The base URL of what is behind it.
    pub(crate) base_url: String,
    _folder: TempDir,
}

impl Nginx {
    /// Starts one before the server at this base URL. `server` is what its configuration says besides. None if
    /// nginx is not installed, which is said.
    pub(crate) fn start(base_url: &str, server: &str) -> Option<Self> {
        let program = installed::program("nginx", "tests/parts.sh installs it")?;
        let (origin, path) = base_url.split_at(base_url.rfind("/api").unwrap());
        let (folder, port) = (tempfile::tempdir().unwrap(), free_port());
        let prefix = folder.path().to_str().unwrap();
        // One process, so that it ends by its id.
        let configuration = format!(
            "daemon off; master_process off; worker_processes 1; pid nginx.pid; error_log error.log;\n\
             events {{}}\n\
             http {{\n access_log off;\n client_body_temp_path body; proxy_temp_path proxy;\n\
             fastcgi_temp_path fastcgi; uwsgi_temp_path uwsgi; scgi_temp_path scgi;\n\
             upstream behind {{ server {}; keepalive 64; }}\n\
             server {{\n listen 127.0.0.1:{port};\n {server}\n location / {{\n proxy_pass http://behind;\n\
             proxy_http_version 1.1;\n proxy_set_header Connection \"\";\n }} }} }}\n",
            origin.trim_start_matches("http://"),
        );
        std::fs::write(folder.path().join("nginx.conf"), configuration).unwrap();
        let child = Command::new(program)
            .args(["-p", prefix, "-e", "error.log", "-c", "nginx.conf"])
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let mut nginx = Self {
            child,
            base_url: format!("http://127.0.0.1:{port}{path}"),
            _folder: folder,
        };
        let begun = Instant::now();
        while TcpStream::connect(("127.0.0.1", port)).is_err() {
            assert_eq!(nginx.child.try_wait().unwrap(), None, "nginx has ended");
            assert!(begun.elapsed() < START, "nginx does not listen");
            std::thread::sleep(MOMENT);
        }
        Some(nginx)
    }
}

impl Drop for Nginx {
    fn drop(&mut self) {
        // It may have ended by itself.
        drop(self.child.kill());
        drop(self.child.wait());
    }
}
