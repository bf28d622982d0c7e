//! A build that is started for a comparison: a process group of its own, whose output is kept and of which
//! nothing is left when it is stopped.

use rustix::io::Errno;
use rustix::process::{Pid, Signal, kill_process_group, test_kill_process_group};
use std::collections::VecDeque;
use std::io::{self, Read};
use std::net::{Ipv4Addr, TcpListener};
use std::os::unix::process::CommandExt;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use super::random::random_seed;

/// What of the output is kept, from its end: a server that writes a line for each request fills no memory.
const MOST_OUTPUT: usize = 64 * 1024;

/// How long a build may take to end in order.
const GRACE: Duration = Duration::from_secs(5);

/// How often it is looked whether it has ended.
const LOOK: Duration = Duration::from_millis(5);

/// Ports that systems do not give to whoever asks for any, so that no connection of a load gets one meanwhile.
const PORTS: (u16, u16) = (10_000, 20_000);

/// So many ports are tried.
const MOST_TRIES: u64 = 200;

/// The process groups that are to be ended whatever happens.
#[derive(Clone, Debug, Default)]
pub struct RunningBuilds(Arc<Mutex<Vec<Pid>>>);

impl RunningBuilds {
    /// Ends all of them at once.
    pub fn kill(&self) {
        for group in self.0.lock().unwrap_or_else(PoisonError::into_inner).iter() {
            kill(*group);
        }
    }

    fn add(&self, group: Pid) {
        let mut groups = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        groups.push(group);
    }

    fn remove(&self, group: Pid) {
        let mut groups = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        groups.retain(|one| *one != group);
    }
}

/// A build while it runs. It ends when this is dropped.
#[derive(Debug)]
pub struct StartedBuild {
    child: Child,
    group: Pid,
    running: RunningBuilds,
    output: Arc<Mutex<VecDeque<u8>>>,
    readers: Vec<JoinHandle<()>>,
}

impl StartedBuild {
    /// Starts a command in a process group of its own.
    ///
    /// # Errors
    ///
    /// If there is no such program, or it cannot be started.
    pub fn start(words: &[String], running: &RunningBuilds) -> io::Result<Self> {
        let (program, arguments) = words.split_first().ok_or(io::ErrorKind::InvalidInput)?;
        let mut child = Command::new(program)
            .args(arguments)
            // Open as long as this process lives: a server that reads it ends with it, however that ends.
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .process_group(0)
            .spawn()?;
        let group = i32::try_from(child.id()).ok().and_then(Pid::from_raw);
        let group = group.ok_or(io::ErrorKind::InvalidData)?;
        running.add(group);
        let output = Arc::new(Mutex::new(VecDeque::new()));
        let pipes: [Option<Box<dyn Read + Send>>; 2] = [
            child.stdout.take().map(|pipe| Box::new(pipe) as _),
            child.stderr.take().map(|pipe| Box::new(pipe) as _),
        ];
        let mut build = Self {
            child,
            group,
            running: running.clone(),
            output,
            readers: Vec::new(),
        };
        for pipe in pipes.into_iter().flatten() {
            let output = build.output.clone();
            let reader = thread::Builder::new().name("output".to_owned());
            build
                .readers
                .push(reader.spawn(move || keep(pipe, &output))?);
        }
        Ok(build)
    }

    /// The number of its process group.
    #[must_use]
    pub fn group(&self) -> u32 {
        self.child.id()
    }

    /// How it ended, if it has by itself.
    ///
    /// # Errors
    ///
    /// If the system does not tell.
    pub fn ended(&mut self) -> io::Result<Option<ExitStatus>> {
        self.child.try_wait()
    }

    /// Asks it to end, ends whatever is left of its group after a while, and gives the end of what it printed.
    ///
    /// # Errors
    ///
    /// If it cannot be waited for.
    pub fn stop(mut self) -> io::Result<String> {
        self.end()?;
        for reader in self.readers.drain(..) {
            // What a reader has read stands there, whatever ended it.
            drop(reader.join());
        }
        let output = self.output.lock().unwrap_or_else(PoisonError::into_inner);
        let bytes: Vec<u8> = output.iter().copied().collect();
        Ok(String::from_utf8_lossy(&bytes).into_owned())
    }

    fn end(&mut self) -> io::Result<()> {
        // It fails if all of them have ended by themselves, as wanted.
        let _ended = kill_process_group(self.group, Signal::TERM);
        let began = Instant::now();
        while began.elapsed() < GRACE && !(self.ended()?.is_some() && is_gone(self.group)) {
            thread::sleep(LOOK);
        }
        kill(self.group);
        self.child.wait()?;
        self.running.remove(self.group);
        Ok(())
    }
}

impl Drop for StartedBuild {
    fn drop(&mut self) {
        kill(self.group);
        // What cannot be waited for is gone.
        drop(self.child.wait());
        self.running.remove(self.group);
    }
}

fn kill(group: Pid) {
    // It fails if all of them have ended by themselves, as wanted.
    let _ended = kill_process_group(group, Signal::KILL);
}

fn is_gone(group: Pid) -> bool {
    test_kill_process_group(group) == Err(Errno::SRCH)
}

/// Reads until the end, so that whoever writes is never held up, and keeps what came last.
fn keep(mut pipe: impl Read, output: &Mutex<VecDeque<u8>>) {
    let mut buffer = [0; 8 * 1024];
    loop {
        match pipe.read(&mut buffer) {
            Ok(0) => return,
            Ok(length) => {
                let mut kept = output.lock().unwrap_or_else(PoisonError::into_inner);
                kept.extend(&buffer[..length]);
                let surplus = kept.len().saturating_sub(MOST_OUTPUT);
                kept.drain(..surplus);
            }
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(_) => return,
        }
    }
}

/// A port of loopback that nothing listens at.
///
/// # Errors
///
/// If there is no randomness, or none of those that were tried is free.
pub fn free_port() -> io::Result<u16> {
    let (first, count) = PORTS;
    let drawn = random_seed().map_err(|error| io::Error::other(error.to_string()))?;
    let ports = (0..MOST_TRIES).map(|step| {
        let offset = drawn.wrapping_add(step) % u64::from(count);
        first + u16::try_from(offset).unwrap_or_default()
    });
    let mut free = ports.filter(|port| TcpListener::bind((Ipv4Addr::LOCALHOST, *port)).is_ok());
    free.next()
        .ok_or_else(|| io::Error::from(io::ErrorKind::AddrInUse))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(script: &str) -> Vec<String> {
        ["sh", "-c", script].map(str::to_owned).to_vec()
    }

    /// The group is what is ended, not its leader alone; and what was printed last is kept.
    #[test]
    fn nothing_of_a_group_is_left_and_its_output_is_kept() {
        let running = RunningBuilds::default();
        let script = "trap '' TERM; sleep 600 & echo first; echo last >&2; exec sleep 600";
        let build = StartedBuild::start(&words(script), &running).unwrap();
        let group = build.group;
        while build.output.lock().unwrap().len() < "first\nlast\n".len() {
            thread::yield_now();
        }
        running.kill();
        let output = build.stop().unwrap();
        assert!(
            output.contains("first\n") && output.contains("last\n"),
            "{output}"
        );
        assert!(is_gone(group));
        assert!(running.0.lock().unwrap().is_empty());
    }

    #[test]
    fn one_that_ends_by_itself_is_seen_and_one_that_is_not_there_is_an_error() {
        let running = RunningBuilds::default();
        let mut build = StartedBuild::start(&words("echo no port; exit 7"), &running).unwrap();
        let status = loop {
            if let Some(status) = build.ended().unwrap() {
                break status;
            }
        };
        assert_eq!(status.code(), Some(7));
        assert_eq!(build.stop().unwrap(), "no port\n");
        let none = ["/nowhere/at/all".to_owned()];
        assert!(StartedBuild::start(&none, &running).is_err());
    }

    #[test]
    fn what_a_build_prints_is_bounded() {
        let output = Mutex::new(VecDeque::new());
        let text = "x".repeat(3 * MOST_OUTPUT) + "end";
        keep(text.as_bytes(), &output);
        let kept: Vec<u8> = output.into_inner().unwrap().into();
        assert_eq!(kept.len(), MOST_OUTPUT);
        assert!(kept.ends_with(b"end"));
    }
}
