//! What a sender writes, cut into command lines and mail data, within bounds of size and time.

use std::io;
use std::time::Duration;

use tokio::io::{AsyncBufRead, AsyncBufReadExt};
use tokio::time::timeout;

/// A command line may be this long. RFC 5321 asks for 512 bytes and more where extensions add
/// parameters; international addresses take several bytes a letter.
const LONGEST_COMMAND: usize = 4096;

/// A mail that is too big is read to its end for a proper answer, but only up to this multiple of
/// the limit.
const PATIENCE: usize = 4;

/// A command line.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum CommandLine {
    /// Without its line end, which was CRLF or LF alone.
    Whole { text: Vec<u8>, crlf: bool },
    /// It was too long and has been skipped.
    TooLong,
    /// The sender has closed the connection.
    VisitEnd,
}

/// The data of a mail.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Data {
    /// Without stuffed dots and the final dot.
    Whole(Vec<u8>),
    /// It was too big and has been skipped.
    TooBig,
}

/// Reads what one sender writes.
#[derive(Debug)]
pub(super) struct Lines<R> {
    reader: R,
    idle: Duration,
}

impl<R: AsyncBufRead + Unpin> Lines<R> {
    pub(super) fn new(reader: R, idle: Duration) -> Self {
        Self { reader, idle }
    }

    /// The next command line.
    ///
    /// # Errors
    ///
    /// [`io::ErrorKind::TimedOut`] if nothing comes for too long; whatever the connection tells.
    pub(super) async fn command(&mut self) -> io::Result<CommandLine> {
        let mut text = Vec::new();
        let mut too_long = false;
        loop {
            let chunk = self.chunk().await?;
            if chunk.is_empty() {
                return Ok(CommandLine::VisitEnd);
            }
            let end = chunk.iter().position(|byte| *byte == b'\n');
            let piece = &chunk[..end.unwrap_or(chunk.len())];
            too_long |= text.len() + piece.len() > LONGEST_COMMAND;
            if !too_long {
                text.extend_from_slice(piece);
            }
            let used = end.map_or(chunk.len(), |end| end + 1);
            self.reader.consume(used);
            if end.is_some() {
                let crlf = text.pop_if(|byte| *byte == b'\r').is_some();
                return Ok(if too_long {
                    CommandLine::TooLong
                } else {
                    CommandLine::Whole { text, crlf }
                });
            }
        }
    }

    /// The data of a mail, up to the line that is a single dot. A sender that ends its commands
    /// with CRLF also ends this line, and the one before it, with CRLF; others may use LF alone.
    ///
    /// # Errors
    ///
    /// [`io::ErrorKind::TimedOut`] if nothing comes for too long, [`io::ErrorKind::UnexpectedEof`]
    /// if the connection ends, [`io::ErrorKind::InvalidData`] if it is far beyond the limit.
    pub(super) async fn data(&mut self, crlf: bool, limit: usize) -> io::Result<Data> {
        let mut body = MailBody::new(crlf, limit);
        loop {
            let chunk = self.chunk().await?;
            if chunk.is_empty() {
                return Err(io::ErrorKind::UnexpectedEof.into());
            }
            let (used, ended) = body.take(chunk);
            self.reader.consume(used);
            if ended {
                return Ok(body.finish());
            }
            if body.size > limit.saturating_mul(PATIENCE) {
                return Err(io::ErrorKind::InvalidData.into());
            }
        }
    }

    /// What is there to read, or comes within the idle limit; nothing at the end.
    async fn chunk(&mut self) -> io::Result<&[u8]> {
        let chunk = timeout(self.idle, self.reader.fill_buf()).await;
        chunk.map_err(|_| io::ErrorKind::TimedOut)?
    }
}

impl<R> Lines<tokio::io::BufReader<R>>
where
    R: tokio::io::AsyncRead + Unpin,
{
    /// Whether a whole command line is there already, so that its answer can wait for others.
    pub(super) fn more(&self) -> bool {
        self.reader.buffer().contains(&b'\n')
    }
}

/// The data of a mail while it comes in.
#[derive(Debug)]
struct MailBody {
    crlf: bool,
    limit: usize,
    kept: Vec<u8>,
    size: usize,
    at: LinePlace,
}

/// Where in a line the last byte stood.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum LinePlace {
    Start,
    Dot,
    DotReturn,
    Text,
    Return,
}

impl MailBody {
    fn new(crlf: bool, limit: usize) -> Self {
        Self {
            crlf,
            limit,
            kept: Vec::new(),
            size: 0,
            at: LinePlace::Start,
        }
    }

    /// Takes bytes up to the end of the data: how many, and whether the end was there.
    fn take(&mut self, chunk: &[u8]) -> (usize, bool) {
        for (at, byte) in chunk.iter().enumerate() {
            if self.byte(*byte) {
                return (at + 1, true);
            }
        }
        (chunk.len(), false)
    }

    /// Takes a byte; true if it ended the data. A dot that begins a line is dropped.
    fn byte(&mut self, byte: u8) -> bool {
        match (self.at, byte) {
            (LinePlace::Start, b'.') => self.at = LinePlace::Dot,
            (LinePlace::Dot, b'\r') => self.at = LinePlace::DotReturn,
            (LinePlace::DotReturn, b'\n') => return true,
            (LinePlace::Dot, b'\n') if !self.crlf => return true,
            (LinePlace::DotReturn, _) => {
                self.keep(b'\r');
                self.at = LinePlace::Return;
                return self.byte(byte);
            }
            (at, _) => {
                self.keep(byte);
                self.at = match byte {
                    b'\r' => LinePlace::Return,
                    b'\n' if at == LinePlace::Return || !self.crlf => LinePlace::Start,
                    _ => LinePlace::Text,
                };
            }
        }
        false
    }

    fn keep(&mut self, byte: u8) {
        self.size += 1;
        if self.size <= self.limit {
            self.kept.push(byte);
        }
    }

    fn finish(self) -> Data {
        if self.size > self.limit {
            Data::TooBig
        } else {
            Data::Whole(self.kept)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const IDLE: Duration = Duration::from_mins(1);

    async fn data(input: &[u8], crlf: bool) -> io::Result<Data> {
        Lines::new(input, IDLE).data(crlf, 100).await
    }

    #[tokio::test]
    async fn dots_are_unstuffed_and_the_final_one_ends() {
        let whole = |text: &str| Data::Whole(text.as_bytes().to_vec());
        for (input, expected) in [
            (".\r\n", ""),
            ("a\r\n..\r\n.b\r\n...\r\n.\r\nrest", "a\r\n.\r\nb\r\n..\r\n"),
            ("a\n.\nb\r\n.\r\n", "a\n.\nb\r\n"),
            ("a\r\n.\rb\r\n.\r\n", "a\r\n\rb\r\n"),
            ("a\r\r\n.\r\n", "a\r\r\n"),
        ] {
            assert_eq!(
                data(input.as_bytes(), true).await.unwrap(),
                whole(expected),
                "{input:?}"
            );
        }
        for input in ["a\n..b\n.\n", "a\n..b\n.\r\n", "a\n.b\n.\n"] {
            let expected = if input.contains("..") {
                "a\n.b\n"
            } else {
                "a\nb\n"
            };
            assert_eq!(
                data(input.as_bytes(), false).await.unwrap(),
                whole(expected)
            );
        }
    }

    #[tokio::test]
    async fn data_is_bounded() {
        let big = [vec![b'a'; 101], b"\r\n.\r\n".to_vec()].concat();
        assert_eq!(data(&big, true).await.unwrap(), Data::TooBig);
        let flood = data(&vec![b'a'; 500], true).await.unwrap_err();
        assert_eq!(flood.kind(), io::ErrorKind::InvalidData);
        let cut = data(b"a\r\n", true).await.unwrap_err();
        assert_eq!(cut.kind(), io::ErrorKind::UnexpectedEof);
    }

    #[tokio::test]
    async fn command_lines_end_with_crlf_or_lf_and_are_bounded() {
        let input = [
            b"NOOP\r\nRSET\n".to_vec(),
            vec![b'x'; 5000],
            b"\r\nQUIT\r\nrest".to_vec(),
        ];
        let input = input.concat();
        let mut lines = Lines::new(&input[..], IDLE);
        let whole = |text: &str, crlf| CommandLine::Whole {
            text: text.as_bytes().to_vec(),
            crlf,
        };
        assert_eq!(lines.command().await.unwrap(), whole("NOOP", true));
        assert_eq!(lines.command().await.unwrap(), whole("RSET", false));
        assert_eq!(lines.command().await.unwrap(), CommandLine::TooLong);
        assert_eq!(lines.command().await.unwrap(), whole("QUIT", true));
        assert_eq!(lines.command().await.unwrap(), CommandLine::VisitEnd);
    }
}
