//! What a receiving server answers to each command, and what it remembers in between. No sockets.

use std::borrow::Cow;

use super::SmtpLimits;
use super::command::Command;
use super::visits::End;

/// A sender that makes more mistakes than this is not talking SMTP.
const MOST_MISTAKES: usize = 20;

/// What to do after an answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Next {
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
pub(super) struct Step {
    pub(super) answer: Cow<'static, str>,
    pub(super) next: Next,
}

impl Step {
    fn new(answer: impl Into<Cow<'static, str>>, next: Next) -> Self {
        Self {
            answer: answer.into(),
            next,
        }
    }
}

/// One sender's session (RFC 5321, section 3.3).
#[derive(Debug)]
pub(super) struct Session {
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

impl Session {
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
    pub(super) fn take(&mut self, command: Command) -> Step {
        let step = match command {
            Command::Hello => self.greet("250 assize".into()),
            Command::ExtendedHello => self.greet(self.extensions()),
            Command::Mail { size } => self.begin(size),
            Command::Recipient(address) => self.add(address),
            Command::Data => self.data(),
            Command::Reset => {
                self.mail = None;
                Step::new("250 forgotten", Next::Command)
            }
            Command::Noop => Step::new("250 still here", Next::Command),
            Command::Verify => Step::new("252 cannot tell, but takes mail for all", Next::Command),
            Command::Help => Step::new("214 see RFC 5321", Next::Command),
            Command::Quit => Step::new("221 goodbye", Next::Close),
            Command::StartTls => {
                self.wanted_tls = true;
                Step::new("502 not offered here", Next::Command)
            }
            Command::Auth(questions) => self.log_in(questions),
            Command::NotOffered => Step::new("502 not offered here", Next::Command),
            Command::BadArguments => Step::new("501 cannot read the arguments", Next::Command),
            Command::Unknown => Step::new("500 no such command", Next::Command),
        };
        self.counted(step)
    }

    /// Answers a line that was too long to be read.
    pub(super) fn take_overlong(&mut self) -> Step {
        self.counted(Step::new("500 the line is too long", Next::Command))
    }

    /// The recipients of the mail whose data has been read. The session is ready for another.
    pub(super) fn finish(&mut self) -> Vec<String> {
        self.mail.take().unwrap_or_default()
    }

    /// What its end says of what it wanted.
    pub(super) const fn end(&self) -> End {
        if self.has_mailed {
            End::Mailed
        } else if self.wanted_tls {
            End::WantedTls
        } else if self.greeted {
            End::Greeted
        } else {
            End::Silent
        }
    }

    fn log_in(&self, questions: &'static [&'static str]) -> Step {
        match questions {
            _ if !self.greeted => Step::new("503 say EHLO first", Next::Command),
            _ if self.mail.is_some() => Step::new("503 a mail is being sent", Next::Command),
            [] => Step::new("235 welcome", Next::Command),
            _ => Step::new("", Next::Login(questions)),
        }
    }

    fn extensions(&self) -> Cow<'static, str> {
        format!(
            "250-assize\r\n250-PIPELINING\r\n250-8BITMIME\r\n250-SMTPUTF8\r\n250-AUTH PLAIN LOGIN\r\n250 SIZE {}",
            self.limits.mail_bytes
        )
        .into()
    }

    fn greet(&mut self, answer: Cow<'static, str>) -> Step {
        self.greeted = true;
        self.mail = None;
        Step::new(answer, Next::Command)
    }

    fn begin(&mut self, size: Option<u64>) -> Step {
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
        Step::new(answer, Next::Command)
    }

    fn add(&mut self, address: String) -> Step {
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
        Step::new(answer, Next::Command)
    }

    fn data(&mut self) -> Step {
        match &self.mail {
            None => Step::new("503 say MAIL and RCPT first", Next::Command),
            Some(recipients) if recipients.is_empty() => {
                Step::new("554 no valid recipients", Next::Command)
            }
            Some(_) => Step::new("354 end with a dot on a line of its own", Next::Data),
        }
    }

    /// Ends a session in which too much went wrong.
    fn counted(&mut self, step: Step) -> Step {
        self.mistakes += usize::from(step.answer.starts_with('5'));
        if self.mistakes > MOST_MISTAKES {
            return Step::new("421 too many mistakes", Next::Close);
        }
        step
    }
}

#[cfg(test)]
mod tests {
    use super::super::command::parse;
    use super::*;

    fn talk(session: &mut Session, lines: &[&str]) -> Vec<String> {
        let answers = lines
            .iter()
            .map(|line| session.take(parse(line.as_bytes())).answer);
        answers.map(|answer| answer[..3].to_owned()).collect()
    }

    fn session() -> Session {
        Session::new(SmtpLimits::default())
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
        let mut session = Session::new(SmtpLimits {
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
        assert_eq!(last.next, Next::Close);
        assert!(last.answer.starts_with("421"));
    }
}
