//! Letters on their way to a mail server.
//!
//! A few couriers share the work, each with a queue and a connection of its own. All letters to
//! one recipient go through the same courier and so arrive in the order they were posted.

use lettre::message::{Mailbox, MultiPart};
use lettre::transport::smtp::client::AsyncSmtpConnection;
use lettre::transport::smtp::extension::ClientId;
use lettre::{Address, Message};
use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::sync::{OwnedSemaphorePermit, Semaphore, mpsc};
use tokio::task::JoinSet;
use tokio::time::timeout;

use super::{Incident, IncidentListener, SmtpServer};
use crate::edge::resolver::{converse_with, part_for_name};
use crate::reference::Letter;

/// Connections to the mail server. One alone would wait out every round trip.
const COURIERS: usize = 4;
/// How many letters may wait in all: a second of a busy load.
const MOST_WAITING: usize = 4_096;
/// How long a request waits for room before it is answered with an error.
const ROOM_TIME: Duration = Duration::from_secs(5);
/// How long one delivery may take, connecting included.
const DELIVERY_TIME: Duration = Duration::from_secs(10);
/// How long the waiting letters may take after the shutdown.
const CLOSING_TIME: Duration = Duration::from_secs(10);
/// A domain that can never be anybody's (RFC 2606): nobody is to answer these mails.
const SENDER: &str = "no-reply@assize.invalid";

/// No room for another letter.
#[derive(Debug, thiserror::Error)]
#[error("{MOST_WAITING} codes wait for the mail server, and none left in {} s", ROOM_TIME.as_secs())]
pub(super) struct OutboxFull;

/// Why a letter could not be delivered.
#[derive(Debug, thiserror::Error)]
enum DeliveryError {
    #[error("the address cannot be mailed to: {0}")]
    Address(#[from] lettre::address::AddressError),
    #[error("the mail cannot be written: {0}")]
    Message(#[from] lettre::error::Error),
    #[error("the mail server cannot be reached: {0}")]
    Unreachable(#[from] std::io::Error),
    #[error("the mail server did not take it: {0}")]
    Smtp(#[from] lettre::transport::smtp::Error),
    #[error("the mail server took longer than {} s", DELIVERY_TIME.as_secs())]
    TooSlow,
}

/// Room for one letter, kept until the letter is delivered.
#[derive(Debug)]
pub(super) struct OutboxSlot {
    _permit: Option<OwnedSemaphorePermit>,
}

impl OutboxSlot {
    /// Room that nobody counts.
    pub(super) fn unlimited() -> Self {
        Self { _permit: None }
    }
}

/// A letter in a queue. If it is dropped before it was delivered, for whatever reason, it reports
/// that itself: no code is lost in silence.
struct Posted {
    letter: Letter,
    incidents: IncidentListener,
    settled: bool,
    _slot: OutboxSlot,
}

impl Posted {
    fn settle(mut self, result: Result<(), DeliveryError>) {
        self.settled = true;
        if let Err(error) = result {
            self.tell(error.to_string());
        }
    }

    fn tell(&self, cause: String) {
        self.incidents.tell(&Incident::Undelivered {
            recipient: self.letter.to.as_given().to_owned(),
            cause,
        });
    }
}

impl Drop for Posted {
    fn drop(&mut self) {
        if !self.settled {
            self.tell("the server ended before it was sent".to_owned());
        }
    }
}

enum OutboxOrder {
    Deliver(Posted),
    Close,
}

/// The couriers and their queues.
pub(super) struct Outbox {
    queues: Vec<mpsc::UnboundedSender<OutboxOrder>>,
    /// Bounds what the queues hold together.
    room: Arc<Semaphore>,
    couriers: Mutex<JoinSet<()>>,
    incidents: IncidentListener,
}

impl Outbox {
    pub(super) fn open(server: &SmtpServer, incidents: &IncidentListener) -> Self {
        let mut couriers = JoinSet::new();
        let queues = (0..COURIERS)
            .map(|_| {
                let (sender, receiver) = mpsc::unbounded_channel();
                couriers.spawn(Courier::new(server.clone()).work(receiver));
                sender
            })
            .collect();
        Self {
            queues,
            room: Arc::new(Semaphore::new(MOST_WAITING)),
            couriers: Mutex::new(couriers),
            incidents: incidents.clone(),
        }
    }

    pub(super) async fn slot(&self) -> Result<OutboxSlot, OutboxFull> {
        let room = Arc::clone(&self.room);
        match timeout(ROOM_TIME, room.acquire_owned()).await {
            Ok(Ok(permit)) => Ok(OutboxSlot {
                _permit: Some(permit),
            }),
            // The room is never closed, so the only failure is the wait.
            Ok(Err(_)) | Err(_) => Err(OutboxFull),
        }
    }

    pub(super) fn post(&self, slot: OutboxSlot, letter: Letter) {
        let mut hasher = DefaultHasher::new();
        letter.to.folded().hash(&mut hasher);
        let choice = hasher.finish() % COURIERS as u64;
        let posted = Posted {
            letter,
            incidents: self.incidents.clone(),
            settled: false,
            _slot: slot,
        };
        let queue = usize::try_from(choice)
            .ok()
            .and_then(|choice| self.queues.get(choice));
        if let Some(queue) = queue {
            // If its courier is gone the letter is dropped, and reports itself.
            let _ = queue.send(OutboxOrder::Deliver(posted));
        }
    }

    pub(super) async fn close(&self) {
        for queue in &self.queues {
            // A courier that is gone already needs no order to go.
            let _ = queue.send(OutboxOrder::Close);
        }
        let mut couriers = {
            let mut couriers = self.couriers.lock().unwrap_or_else(PoisonError::into_inner);
            std::mem::take(&mut *couriers)
        };
        let all_done = async { while couriers.join_next().await.is_some() {} };
        // Those that take too long end with the set, and their letters report themselves.
        let _ = timeout(CLOSING_TIME, all_done).await;
    }
}

struct Courier {
    server: SmtpServer,
    /// Kept from one letter to the next.
    connection: Option<AsyncSmtpConnection>,
}

impl Courier {
    fn new(server: SmtpServer) -> Self {
        Self {
            server,
            connection: None,
        }
    }

    async fn work(mut self, mut queue: mpsc::UnboundedReceiver<OutboxOrder>) {
        while let Some(OutboxOrder::Deliver(posted)) = queue.recv().await {
            let result = self.deliver(&posted.letter).await;
            posted.settle(result);
        }
        if let Some(mut connection) = self.connection {
            // All letters are delivered; a farewell that fails changes nothing.
            let _ = timeout(DELIVERY_TIME, connection.quit()).await;
        }
    }

    async fn deliver(&mut self, letter: &Letter) -> Result<(), DeliveryError> {
        let message = compose(letter)?;
        timeout(DELIVERY_TIME, self.send(&message))
            .await
            .unwrap_or(Err(DeliveryError::TooSlow))
    }

    /// The connection is kept only if all went well.
    async fn send(&mut self, message: &Message) -> Result<(), DeliveryError> {
        let mut connection = self.connected().await?;
        connection
            .send(message.envelope(), &message.formatted())
            .await?;
        self.connection = Some(connection);
        Ok(())
    }

    async fn connected(&mut self) -> Result<AsyncSmtpConnection, DeliveryError> {
        if let Some(mut connection) = self.connection.take()
            && connection.test_connected().await
        {
            return Ok(connection);
        }
        let (host, port) = (&self.server.host, self.server.port);
        let stream = converse_with(host, port, part_for_name(DELIVERY_TIME)).await?;
        let hello = ClientId::default();
        Ok(AsyncSmtpConnection::connect_with_transport(Box::new(stream), &hello).await?)
    }
}

/// The mail: plain text and HTML, each with the code on a line of its own. No other six digits
/// stand in it.
fn compose(letter: &Letter) -> Result<Message, DeliveryError> {
    let to: Address = letter.to.as_given().parse()?;
    let from: Address = SENDER.parse()?;
    let digits = letter.digits.reveal();
    let minutes = letter.valid_seconds.div_ceil(60);
    let plain = format!(
        "Your verification code is\r\n\r\n{digits}\r\n\r\n\
         It works once, for {minutes} minutes. If you did not ask for it, ignore this mail.\r\n"
    );
    let html = format!(
        "<p>Your verification code is</p>\r\n<p><strong>\r\n{digits}\r\n</strong></p>\r\n\
         <p>It works once, for {minutes} minutes. If you did not ask for it, ignore this mail.</p>\r\n"
    );
    Ok(Message::builder()
        .from(Mailbox::new(None, from))
        .to(Mailbox::new(None, to))
        .subject("Your verification code")
        .message_id(None)
        .multipart(MultiPart::alternative_plain_html(plain, html))?)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::reference::{Email, Secret};

    fn letter(to: &str) -> Letter {
        Letter {
            to: Email::parse(to).unwrap(),
            digits: Secret::new("012345"),
            valid_seconds: 900,
        }
    }

    #[test]
    fn every_address_that_is_read_can_be_mailed_to() {
        for text in [
            "john@doe.net",
            "john.doe+tag@mail.example.com",
            "o'neil@localhost",
            "a@b",
            "x_1=y@xn--bcher-kva.example",
            "!#$%&'*+-/=?^_`{|}~@1.example",
        ] {
            let message = compose(&letter(text)).unwrap();
            assert_eq!(message.envelope().to()[0].to_string(), text);
        }
    }

    #[tokio::test]
    async fn letters_that_are_dropped_under_way_report_themselves() {
        // It accepts connections, by its backlog, and never says a word.
        let silent = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let server = silent.local_addr().unwrap().to_string().parse().unwrap();
        let (sender, mut incidents) = mpsc::unbounded_channel();
        let listener = IncidentListener::new(move |incident| {
            sender.send(incident.clone()).unwrap();
        });
        let outbox = Outbox::open(&server, &listener);
        for _ in 0..2 {
            let slot = outbox.slot().await.unwrap();
            outbox.post(slot, letter("john@doe.net"));
        }
        // The first letter is under way, the second waits.
        let (_connection, _) = silent.accept().await.unwrap();
        drop(outbox);
        for _ in 0..2 {
            let incident = incidents.recv().await.unwrap();
            assert_eq!(
                incident.to_string(),
                "deliver a code to john@doe.net: the server ended before it was sent"
            );
        }
    }
}
