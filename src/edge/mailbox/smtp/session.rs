//! What a receiving server answers to each command, and what it remembers in between. No sockets.

use std::borrow::Cow;

use super::SmtpLimits;
use super::command::Command;
use super::visits::VisitEnd;

/// A sender that makes more mistakes than this is not talking SMTP.
const MOST_MISTAKES: usize = 20;

/// What to do after an answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum SmtpNext {
    /// Read the next command.
    Command,
    /// Read the data of a mail.
    Data,
    /// Ask this, one after the other, and take any answers for a login.
    Login(&'static [&'static str]),
    /// Close the connection.
    Close,
}

/// An answer without its last line end, and what to do after it.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct SmtpStep {
    pub(super) answer: Cow<'static, str>,
    pub(super) next: SmtpNext,
}

impl SmtpStep {
    fn new(answer: impl Into<Cow<'static, str>>, next: SmtpNext) -> Self {
        Self {
            answer: answer.into(),
            next,
        }
    }
}

/// One sender's session (RFC 5321, section 3.3).
#[derive(Debug)]
pub(super) struct SmtpSession {
    limits: SmtpLimits,
    greeted: bool,
    /// The recipients of the mail that is being announced.
    mail: Option<Vec<String>>,
    mistakes: usize,
    /// Whether it has begun a mail.
    has_mailed: bool,
    /// Whether it has asked for TLS.
    wanted_tls: bool,
}

impl SmtpSession {
    pub(super) fn new(limits: SmtpLimits) -> Self {
        Self {
            limits,
            greeted: false,
            mail: None,
            mistakes: 0,
            has_mailed: false,
            wanted_tls: false,
        }
    }

    /// Answers a command.
    pub(super) fn take(&mut self, command: Command) -> SmtpStep {
        let step = match command {
            Command::Hello => self.greet("250 assize".into()),
            Command::ExtendedHello => self.greet(self.extensions()),
            Command::Mail { size } => self.begin(size),
            Command::Recipient(address) => self.add(address),
            Command::Data => self.data(),
            Command::Reset => {
                self.mail = None;
                SmtpStep::new("250 forgotten", SmtpNext::Command)
            }
            Command::Noop => SmtpStep::new("250 still here", SmtpNext::Command),
            Command::Verify => {
                SmtpStep::new("252 cannot tell, but takes mail for all", SmtpNext::Command)
            }
            Command::Help => SmtpStep::new("214 see RFC 5321", SmtpNext::Command),
            Command::Quit => SmtpStep::new("221 goodbye", SmtpNext::Close),
            Command::StartTls => {
                self.wanted_tls = true;
                SmtpStep::new("502 not offered here", SmtpNext::Command)
            }
            Command::Auth(questions) => self.log_in(questions),
            Command::NotOffered => SmtpStep::new("502 not offered here", SmtpNext::Command),
            Command::BadArguments => {
                SmtpStep::new("501 cannot read the arguments", SmtpNext::Command)
            }
            Command::Unknown => SmtpStep::new("500 no such command", SmtpNext::Command),
        };
        self.counted(step)
    }

    /// Answers a line that was too long to be read.
    pub(super) fn take_overlong(&mut self) -> SmtpStep {
        self.counted(SmtpStep::new("500 the line is too long", SmtpNext::Command))
    }

    /// The recipients of the mail whose data has been read. The session is ready for another.
    pub(super) fn finish(&mut self) -> Vec<String> {
        self.mail.take().unwrap_or_default()
    }

    /// What its end says of what it wanted.
    pub(super) const fn end(&self) -> VisitEnd {
        if self.has_mailed {
            VisitEnd::Mailed
        } else if self.wanted_tls {
            VisitEnd::WantedTls
        } else if self.greeted {
            VisitEnd::Greeted
        } else {
            VisitEnd::Silent
        }
    }

    fn log_in(&self, questions: &'static [&'static str]) -> SmtpStep {
        match questions {
            _ if !self.greeted => SmtpStep::new("503 say EHLO first", SmtpNext::Command),
            _ if self.mail.is_some() => {
                SmtpStep::new("503 a mail is being sent", SmtpNext::Command)
            }
            [] => SmtpStep::new("235 welcome", SmtpNext::Command),
            _ => SmtpStep::new("", SmtpNext::Login(questions)),
        }
    }

    fn extensions(&self) -> Cow<'static, str> {
        format!(
            "250-assize\r\n250-PIPELINING\r\n250-8BITMIME\r\n250-SMTPUTF8\r\n250-AUTH PLAIN LOGIN\r\n250 SIZE {}",
            self.limits.mail_bytes
        )
        .into()
    }

    fn greet(&mut self, answer: Cow<'static, str>) -> SmtpStep {
        self.greeted = true;
        self.mail = None;
        SmtpStep::new(answer, SmtpNext::Command)
    }

    fn begin(&mut self, size: Option<u64>) -> SmtpStep {
        self.has_mailed = true;
        let limit = u64::try_from(self.limits.mail_bytes).unwrap_or(u64::MAX);
        let answer = if !self.greeted {
            "503 say EHLO or HELO first"
        } else if self.mail.is_some() {
            "503 a mail is being sent already"
        } else if size.is_some_and(|size| size > limit) {
            "552 the mail is too big"
        } else {
            self.mail = Some(Vec::new());
            "250 go on"
        };
        SmtpStep::new(answer, SmtpNext::Command)
    }

    fn add(&mut self, address: String) -> SmtpStep {
        let answer = match &mut self.mail {
            None => "503 say MAIL first",
            Some(recipients) if recipients.len() >= self.limits.recipients => {
                "452 too many recipients"
            }
            Some(recipients) => {
                recipients.push(address);
                "250 go on"
            }
        };
        SmtpStep::new(answer, SmtpNext::Command)
    }

    fn data(&mut self) -> SmtpStep {
        match &self.mail {
            None => SmtpStep::new("503 say MAIL and RCPT first", SmtpNext::Command),
            Some(recipients) if recipients.is_empty() => {
                SmtpStep::new("554 no valid recipients", SmtpNext::Command)
            }
            Some(_) => SmtpStep::new("354 end with a dot on a line of its own", SmtpNext::Data),
        }
    }

    /// Ends a session in which too much went wrong.
    fn counted(&mut self, step: SmtpStep) -> SmtpStep {
        self.mistakes += usize::from(step.answer.starts_with('5'));
        if self.mistakes > MOST_MISTAKES {
            return SmtpStep::new("421 too many mistakes", SmtpNext::Close);
        }
        step
    }
}

#[cfg(test)]
mod tests {
    use super::super::command::parse;
    use super::*;

    fn talk(session: &mut SmtpSession, lines: &[&str]) -> Vec<String> {
        let answers = lines
            .iter()
            .map(|line| session.take(parse(line.as_bytes())).answer);
        answers.map(|answer| answer[..3].to_owned()).collect()
    }

    fn session() -> SmtpSession {
        SmtpSession::new(SmtpLimits::default())
    }

    #[test]
    fn a_mail_needs_its_commands_in_order() {
        let mut session = session();
        let lines = [
            "MAIL FROM:<a@x.org>",
            "EHLO me",
            "RCPT TO:<b@x.org>",
            "DATA",
            "MAIL FROM:<a@x.org>",
            "DATA",
            "MAIL FROM:<a@x.org>",
            "RCPT TO:<b@x.org>",
            "RCPT TO:<c@x.org>",
            "DATA",
        ];
        assert_eq!(
            talk(&mut session, &lines),
            [
                "503", "250", "503", "503", "250", "554", "503", "250", "250", "354"
            ]
        );
        assert_eq!(session.finish(), ["b@x.org", "c@x.org"]);
        assert_eq!(
            talk(&mut session, &["DATA", "MAIL FROM:<>", "QUIT"]),
            ["503", "250", "221"]
        );
    }

    #[test]
    fn a_reset_or_another_greeting_forgets_the_mail() {
        for forget in ["RSET", "EHLO me", "HELO me"] {
            let mut session = session();
            let lines = [
                "HELO me",
                "MAIL FROM:<>",
                "RCPT TO:<b@x.org>",
                forget,
                "DATA",
            ];
            assert_eq!(
                talk(&mut session, &lines),
                ["250", "250", "250", "250", "503"]
            );
        }
    }

    #[test]
    fn sizes_and_recipients_are_bounded() {
        let mut session = SmtpSession::new(SmtpLimits {
            mail_bytes: 1000,
            recipients: 1,
            ..SmtpLimits::default()
        });
        let lines = [
            "EHLO me",
            "MAIL FROM:<> SIZE=1001",
            "MAIL FROM:<> SIZE=1000",
            "RCPT TO:<b@x.org>",
            "RCPT TO:<c@x.org>",
        ];
        assert_eq!(
            talk(&mut session, &lines),
            ["250", "552", "250", "250", "452"]
        );
    }

    #[test]
    fn who_does_not_speak_smtp_is_sent_away() {
        let mut session = session();
        let mut last = session.take(Command::Noop);
        for _ in 0..=MOST_MISTAKES {
            last = session.take(Command::Unknown);
        }
        assert_eq!(last.next, SmtpNext::Close);
        assert!(last.answer.starts_with("421"));
    }
}
