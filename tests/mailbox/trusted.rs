//! Mailboxes that speak TLS, with certificates of an authority that only the test knows.

use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};

use assize::edge::mailbox::{MailboxSettings, open};
use assize::edge::tls::Trust;

use super::tls::{Certified, Front};

/// The first page of Mailpit's list.
async fn serve_list(stream: TcpStream) -> std::io::Result<()> {
    let mut stream = BufReader::new(stream);
    stream.read_line(&mut String::new()).await?;
    let body = "{\"messages\":[]}";
    let head = "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\nconnection: close\r\n";
    let answer = format!("{head}content-length: {}\r\n\r\n{body}", body.len());
    stream.write_all(answer.as_bytes()).await
}

/// An empty folder of an IMAP server.
async fn serve_folder(stream: TcpStream) -> std::io::Result<()> {
    let mut stream = BufReader::new(stream);
    stream.write_all(b"* OK ready\r\n").await?;
    let mut lines = stream.lines();
    while let Some(line) = lines.next_line().await? {
        let (tag, command) = line.split_once(' ').unwrap_or_default();
        let told = match command.split(' ').next() {
            Some("CAPABILITY") => "* CAPABILITY IMAP4rev1\r\n",
            Some("EXAMINE") => "* 0 EXISTS\r\n* OK [UIDVALIDITY 1] .\r\n* OK [UIDNEXT 1] .\r\n",
            _ => "",
        };
        let answer = format!("{told}{tag} OK done\r\n");
        lines.get_mut().write_all(answer.as_bytes()).await?;
    }
    Ok(())
}

/// Serves each connection so, and gives the address.
async fn start<S>(serve: fn(TcpStream) -> S) -> String
where
    S: Future<Output = std::io::Result<()>> + Send + 'static,
{
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap().to_string();
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            tokio::spawn(serve(stream));
        }
    });
    address
}

#[tokio::test]
async fn catchers_and_imap_servers_must_have_a_certificate_that_is_trusted() {
    let certified = Certified::new();
    let front = |behind| Front::start(certified.acceptor(&[]), behind);
    let (imap, catcher) = (
        front(start(serve_folder).await),
        front(start(serve_list).await),
    );
    let folder = tempfile::tempdir().unwrap();
    let known = Trust::with_authorities(&certified.authority_file(&folder)).unwrap();
    for location in [
        format!("imaps://user:password@{}/INBOX", imap.address),
        format!("mailpit+https://{}", catcher.address),
    ] {
        let location = location.parse().unwrap();
        let settings = |trust: &Trust| MailboxSettings {
            trust: trust.clone(),
            ..MailboxSettings::default()
        };
        let refused = open(&location, &settings(&Trust::default())).await;
        let error = refused.err().unwrap().to_string();
        assert!(error.contains("certificate"), "{error}");
        let opened = open(&location, &settings(&known)).await;
        assert!(opened.is_ok(), "{:?}", opened.err());
    }
}
