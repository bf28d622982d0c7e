//! A real IMAP server: Dovecot, with a configuration and a folder of its own for each test.

use std::fs::{self, Permissions};
use std::os::unix::fs::{MetadataExt, PermissionsExt, chown};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use assize::engine::{MailError, Mailbox};
use tempfile::TempDir;
use tokio::process::{Child, Command};

use super::parts::{free_port, program, started};
use super::{LONG, code, missing, opened, refused, within};

/// Who owns the mails: Dovecot refuses to serve those of root.
const NOBODY: u32 = 65534;

/// How often it is tried whether something has ended.
const MOMENT: Duration = Duration::from_millis(20);

struct Dovecot {
    folder: TempDir,
    port: u16,
    mails: usize,
    server: Child,
}

impl Dovecot {
    /// Starts a server, unless there is none, which is said.
    #[expect(clippy::print_stdout, reason = "a test's own word to who runs it")]
    async fn new(tls: bool) -> Option<Self> {
        let dovecot = program("dovecot")?;
        let version = std::process::Command::new(&dovecot)
            .arg("--version")
            .output()
            .unwrap();
        if !version.stdout.starts_with(b"2.3.") {
            // No failure where `CI` is set: a distribution has one series, and this may be the next.
            println!("skipped, because the installed Dovecot is not of the series 2.3");
            return None;
        }
        let folder = tempfile::tempdir().unwrap();
        fs::set_permissions(&folder, Permissions::from_mode(0o755)).unwrap();
        let port = free_port();
        configure(folder.path(), port, tls);
        let server = serve(&dovecot, folder.path(), port).await;
        let mails = 0;
        Some(Self {
            folder,
            port,
            mails,
            server,
        })
    }

    fn location(&self) -> String {
        format!("imap://ann:hush@127.0.0.1:{}/INBOX", self.port)
    }

    /// Delivers a mail as a mail server does: written aside, then moved in.
    fn deliver(&mut self, headers: &str, code: &str) {
        self.mails += 1;
        let name = format!("{}.test", self.mails);
        let maildir = self.folder.path().join("mail");
        let raw = format!("{headers}\r\nSubject: Hello\r\n\r\nCode: {code}\r\n");
        fs::write(maildir.join("tmp").join(&name), raw).unwrap();
        own(&maildir.join("tmp").join(&name));
        fs::rename(
            maildir.join("tmp").join(&name),
            maildir.join("new").join(&name),
        )
        .unwrap();
    }

    /// Ends the server with all its processes, which would go on serving their connections.
    fn stop(&mut self) {
        let Some(id) = self.server.id() else { return };
        let mut kill = std::process::Command::new("kill");
        let killed = kill
            .args(["-KILL", "--", &format!("-{id}")])
            .status()
            .unwrap();
        assert!(killed.success());
        let begun = Instant::now();
        while self.server.try_wait().unwrap().is_none() {
            assert!(begun.elapsed() < LONG, "what was killed does not end");
            std::thread::sleep(MOMENT);
        }
    }

    async fn restart(&mut self) {
        self.stop();
        let dovecot = program("dovecot").unwrap();
        self.server = serve(&dovecot, self.folder.path(), self.port).await;
    }
}

impl Drop for Dovecot {
    fn drop(&mut self) {
        self.stop();
    }
}

fn own(path: &Path) {
    // Only root can give things away; another user keeps them and serves them as their own.
    if is_root() {
        chown(path, Some(NOBODY), Some(NOBODY)).unwrap();
    }
}

fn is_root() -> bool {
    fs::metadata("/proc/self").unwrap().uid() == 0
}

fn configure(folder: &Path, port: u16, tls: bool) {
    for name in ["mail", "mail/new", "mail/cur", "mail/tmp"] {
        fs::create_dir(folder.join(name)).unwrap();
        own(&folder.join(name));
    }
    let me = fs::metadata("/proc/self").unwrap();
    let (uid, gid) = if is_root() {
        (NOBODY, NOBODY)
    } else {
        (me.uid(), me.gid())
    };
    let internal = if is_root() {
        String::new()
    } else {
        format!(
            "default_internal_user = {uid}\ndefault_login_user = {uid}\ndefault_internal_group = {gid}\n"
        )
    };
    let at = folder.display();
    let (plain_port, tls_port) = if tls { (0, port) } else { (port, 0) };
    let certificate = if tls {
        format!("ssl = yes\nssl_cert = <{at}/leaf.pem\nssl_key = <{at}/leaf.key\n")
    } else {
        "ssl = no\ndisable_plaintext_auth = no\n".to_owned()
    };
    if tls {
        certify(folder);
    }
    let text = format!(
        "base_dir = {at}/run\nstate_dir = {at}/state\nlog_path = {at}/log\n\
         protocols = imap\nlisten = 127.0.0.1\n{internal}{certificate}\
         first_valid_uid = 1\nfirst_valid_gid = 0\nmail_location = maildir:{at}/mail\n\
         passdb {{\n driver = static\n args = password=hush\n}}\n\
         userdb {{\n driver = static\n args = uid={uid} gid={gid} home={at}/mail\n}}\n\
         service imap-login {{\n chroot =\n\
         inet_listener imap {{\n port = {plain_port}\n }}\n\
         inet_listener imaps {{\n port = {tls_port}\n ssl = yes\n }}\n}}\n\
         service anvil {{\n chroot =\n}}\n"
    );
    fs::write(folder.join("dovecot.conf"), text).unwrap();
}

async fn serve(dovecot: &Path, folder: &Path, port: u16) -> Child {
    let mut command = Command::new(dovecot);
    command.arg("-F").arg("-c").arg(folder.join("dovecot.conf"));
    started(&mut command, port).await
}

/// Makes an authority, and a certificate for 127.0.0.1 that it has signed.
fn certify(folder: &Path) {
    let commands = "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes \
         -keyout root.key -out root.pem -subj /CN=root -days 2 && \
         openssl req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes \
         -keyout leaf.key -out leaf.csr -subj /CN=leaf && \
         printf 'subjectAltName=IP:127.0.0.1\\n' > leaf.ext && \
         openssl x509 -req -in leaf.csr -CA root.pem -CAkey root.key -CAcreateserial \
         -days 2 -extfile leaf.ext -out leaf.pem";
    let mut shell = std::process::Command::new("sh");
    let made = shell
        .args(["-c", commands])
        .current_dir(folder)
        .output()
        .unwrap();
    assert!(
        made.status.success(),
        "{}",
        String::from_utf8_lossy(&made.stderr)
    );
}

#[tokio::test]
async fn mails_that_come_after_opening_are_told_apart_by_their_headers() {
    let Some(mut dovecot) = Dovecot::new(false).await else {
        return;
    };
    dovecot.deliver("To: ann+1@x.org", "999999");
    let mailbox = opened(&dovecot.location()).await;
    let mailbox: &dyn Mailbox = &*mailbox;
    // One is there before it is asked for, the others are waited for, all over one connection.
    dovecot.deliver("To: ann+1@x.org", "111111");
    assert_eq!(code(mailbox, "ann+1@x.org", 0).await, "111111");
    let waiting = async {
        tokio::join!(
            code(mailbox, "ann+1@x.org", 1),
            code(mailbox, "ann+2@x.org", 0),
            code(mailbox, "ann+3@x.org", 0),
            code(mailbox, "ann+4@x.org", 0),
        )
    };
    let delivering = async {
        dovecot.deliver("To: \"A, B\" <ann+2@x.org>, Ann <ann+1@x.org>", "222222");
        dovecot.deliver("To: list@x.org\r\nX-Original-To: ann+3@x.org", "333333");
        dovecot.deliver("Cc: ann@x.org\r\nDelivered-To: Ann+4@x.org", "444444");
    };
    let ((one, two, three, four), ()) = tokio::join!(waiting, delivering);
    assert_eq!(
        [&*one, &*two, &*three, &*four],
        ["222222", "222222", "333333", "444444"]
    );
    let error = missing(mailbox, "ann+5@x.org", 0).await;
    assert!(matches!(error, MailError::NotArrived { .. }), "{error}");
    // Nothing has been marked as read: it would have been moved out of `new`, with a flag.
    let seen = fs::read_dir(dovecot.folder.path().join("mail/cur")).unwrap();
    let names = seen.map(|entry| entry.unwrap().file_name().into_string().unwrap());
    assert_eq!(names.filter(|name| name.ends_with('S')).count(), 0);
}

#[tokio::test]
async fn a_server_that_restarts_is_connected_to_again() {
    let Some(mut dovecot) = Dovecot::new(false).await else {
        return;
    };
    let mailbox = opened(&dovecot.location()).await;
    dovecot.deliver("To: a@x.org", "111111");
    assert_eq!(code(&*mailbox, "a@x.org", 0).await, "111111");
    dovecot.restart().await;
    dovecot.deliver("To: a@x.org", "222222");
    assert_eq!(code(&*mailbox, "a@x.org", 1).await, "222222");
    assert_eq!(code(&*mailbox, "a@x.org", 0).await, "111111");
}

#[tokio::test]
async fn what_cannot_be_opened_is_named_without_the_password() {
    let Some(dovecot) = Dovecot::new(false).await else {
        return;
    };
    let port = dovecot.port;
    for (location, expected) in [
        (
            format!("imap://ann:wrong@127.0.0.1:{port}/INBOX"),
            "it refuses the user or the password",
        ),
        (
            format!("imap://ann:hush@127.0.0.1:{port}/None"),
            "the folder None cannot be opened",
        ),
        (
            format!("imaps://ann:hush@127.0.0.1:{port}/INBOX"),
            "InvalidContentType",
        ),
        ("imap://ann:hush@127.0.0.1:1/INBOX".to_owned(), "refused"),
    ] {
        let error = refused(&location).await;
        assert!(error.contains(expected), "{expected}: {error}");
        assert!(
            !error.contains("hush") && !error.contains("wrong"),
            "{expected}"
        );
    }
}

/// Set for the child process of the test below; its server's URL.
const CHILD: &str = "ASSIZE_TEST_IMAPS";

#[tokio::test]
async fn a_certificate_that_the_system_trusts_is_accepted_and_no_other() {
    if let Ok(location) = std::env::var(CHILD) {
        let mailbox = opened(&location).await;
        assert_eq!(code(&*mailbox, "a@x.org", 0).await, "111111");
        return;
    }
    let Some(mut dovecot) = Dovecot::new(true).await else {
        return;
    };
    let location = dovecot.location().replace("imap://", "imaps://");
    let error = refused(&location).await;
    assert!(error.contains("invalid peer certificate"), "{error}");

    // What the system trusts can only be changed for another process.
    let mut child = Command::new(std::env::current_exe().unwrap());
    child.args([
        "--exact",
        "dovecot::a_certificate_that_the_system_trusts_is_accepted_and_no_other",
    ]);
    child
        .env(CHILD, &location)
        .env("SSL_CERT_FILE", root(&dovecot))
        .kill_on_drop(true);
    child.stdout(std::process::Stdio::piped());
    let child = child.spawn().unwrap();
    // Whenever the child opens the mailbox, some of these come after it.
    let output = child.wait_with_output();
    tokio::pin!(output);
    let output = loop {
        dovecot.deliver("To: a@x.org", "111111");
        match tokio::time::timeout(MOMENT, &mut output).await {
            Ok(output) => break output.unwrap(),
            Err(_elapsed) => assert!(dovecot.mails < 1000, "the child does not end"),
        }
    };
    let printed = String::from_utf8_lossy(&output.stdout);
    assert!(
        output.status.success() && printed.contains("1 passed"),
        "{printed}"
    );
}

fn root(dovecot: &Dovecot) -> PathBuf {
    dovecot.folder.path().join("root.pem")
}

#[tokio::test]
async fn a_server_that_is_gone_is_not_the_fault_of_the_target() {
    let Some(mut dovecot) = Dovecot::new(false).await else {
        return;
    };
    let mailbox = opened(&dovecot.location()).await;
    dovecot.stop();
    let error = within(&*mailbox, "a@x.org", 0, LONG).await.unwrap_err();
    assert!(matches!(error, MailError::Unusable { .. }), "{error}");
}
