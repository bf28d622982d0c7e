//! One sender's connection: reads commands, writes answers, hands mails on. Decides nothing.

use std::borrow::Cow;
use std::io;

use tokio::io::{AsyncWriteExt, BufReader, BufWriter};
use tokio::net::TcpStream;
use tokio::net::tcp::{OwnedReadHalf, OwnedWriteHalf};
use tokio::time::timeout;

use super::SmtpLimits;
use super::command;
use super::lines::{CommandLine, Data, Lines};
use super::session::{SmtpNext, SmtpSession, SmtpStep};
use super::visits::Visits;
use crate::edge::mailbox::mail::Mail;
use crate::edge::mailbox::received_mails::ReceivedMails;

/// What all senders share.
#[derive(Debug)]
pub(super) struct Reception {
    pub(super) pile: ReceivedMails,
    pub(super) visits: Visits,
    pub(super) limits: SmtpLimits,
}

/// Serves a sender until it leaves, is sent away, or is silent for too long.
///
/// # Errors
///
/// Whatever the connection tells. A mail that was not acknowledged was not taken.
pub(super) async fn serve(stream: TcpStream, reception: &Reception) -> io::Result<()> {
    reception.visits.begin();
    stream.set_nodelay(true)?;
    let limits = reception.limits;
    let mut session = SmtpSession::new(limits);
    let (reader, writer) = stream.into_split();
    let mut connection = SmtpConnection {
        lines: Lines::new(BufReader::new(reader), limits.idle),
        writer: BufWriter::new(writer),
        limits,
    };
    let served = connection.serve(&mut session, reception).await;
    reception.visits.end(session.end());
    let farewell = match &served {
        Err(error) if error.kind() == io::ErrorKind::TimedOut => "421 silent for too long",
        Err(error) if error.kind() == io::ErrorKind::InvalidData => "421 far too much data",
        _ => return served,
    };
    connection.answer(farewell).await?;
    connection.flush().await
}

struct SmtpConnection {
    lines: Lines<BufReader<OwnedReadHalf>>,
    writer: BufWriter<OwnedWriteHalf>,
    limits: SmtpLimits,
}

impl SmtpConnection {
    async fn serve(&mut self, session: &mut SmtpSession, reception: &Reception) -> io::Result<()> {
        self.answer("220 assize takes mail").await?;
        loop {
            // Answers to a batch of commands leave together (RFC 2920, section 3.2).
            if !self.lines.more() {
                self.flush().await?;
            }
            let (step, crlf) = match self.lines.command().await? {
                CommandLine::Whole { text, crlf } => (session.take(command::parse(&text)), crlf),
                CommandLine::TooLong => (session.take_overlong(), true),
                CommandLine::VisitEnd => return Ok(()),
            };
            let SmtpStep { answer, next } = step;
            if let SmtpNext::Login(questions) = next {
                self.log_in(questions).await?;
                continue;
            }
            self.answer(&answer).await?;
            match next {
                SmtpNext::Command | SmtpNext::Login(_) => {}
                SmtpNext::Data => {
                    self.flush().await?;
                    let data = self.lines.data(crlf, self.limits.mail_bytes).await?;
                    let answer = store(reception, &session.finish(), &data);
                    self.answer(&answer).await?;
                }
                SmtpNext::Close => return self.flush().await,
            }
        }
    }

    /// Asks each question and takes any answer; nothing of it is kept.
    async fn log_in(&mut self, questions: &[&str]) -> io::Result<()> {
        for question in questions {
            self.answer(&format!("334 {question}")).await?;
            self.flush().await?;
            match self.lines.command().await? {
                CommandLine::Whole { text, .. } if text == b"*" => {
                    return self.answer("501 given up").await;
                }
                CommandLine::Whole { .. } | CommandLine::TooLong => {}
                CommandLine::VisitEnd => return Ok(()),
            }
        }
        self.answer("235 welcome").await
    }

    async fn answer(&mut self, answer: &str) -> io::Result<()> {
        self.writer.write_all(answer.as_bytes()).await?;
        self.writer.write_all(b"\r\n").await
    }

    async fn flush(&mut self) -> io::Result<()> {
        let flushed = timeout(self.limits.idle, self.writer.flush()).await;
        flushed.map_err(|_| io::ErrorKind::TimedOut)?
    }
}

fn store(reception: &Reception, recipients: &[String], data: &Data) -> Cow<'static, str> {
    let Data::Whole(raw) = data else {
        reception.visits.refused();
        return "552 the mail is too big".into();
    };
    reception.visits.took(recipients);
    match reception.pile.put(recipients, &Mail::parse(raw)) {
        Ok(()) => "250 taken".into(),
        Err(full) => format!("452 {full}").into(),
    }
}
