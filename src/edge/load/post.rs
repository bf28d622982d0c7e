//! The way of mailed codes to the threads of a load: a mailbox belongs to one runtime, and theirs are
//! others.

use futures_util::FutureExt;
use futures_util::StreamExt;
use futures_util::future::BoxFuture;
use futures_util::stream::FuturesUnordered;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::{mpsc, oneshot};

use crate::engine::load::LoadMail;
use crate::engine::{MailError, MailQuery, Mailbox};

type CodeReply = Result<String, MailError>;

/// A code that is waited for.
struct CodeRequest {
    address: String,
    ordinal: usize,
    reply: oneshot::Sender<CodeReply>,
}

/// Where the threads of a load ask for codes.
struct Counter(mpsc::UnboundedSender<CodeRequest>);

/// Where their orders are carried out.
pub(super) struct PostOffice(mpsc::UnboundedReceiver<CodeRequest>);

/// A counter and the office behind it.
pub(super) fn post() -> (Arc<dyn LoadMail>, PostOffice) {
    let (orders, office) = mpsc::unbounded_channel();
    (Arc::new(Counter(orders)), PostOffice(office))
}

impl LoadMail for Counter {
    fn code(&self, address: String, ordinal: usize) -> BoxFuture<'static, CodeReply> {
        let (reply, code) = oneshot::channel();
        let order = CodeRequest {
            address,
            ordinal,
            reply,
        };
        // If the office is closed the order is dropped, and with it the reply.
        drop(self.0.send(order));
        let closed = |_| {
            Err(MailError::Unusable {
                mailbox: "of the run".to_owned(),
                cause: "nobody reads it any more".to_owned(),
            })
        };
        code.map(move |came| came.unwrap_or_else(closed)).boxed()
    }
}

impl PostOffice {
    /// Carries out orders for as long as somebody may order.
    pub(super) async fn serve(mut self, mailbox: &dyn Mailbox, limit: Duration) {
        let mut waits = FuturesUnordered::new();
        loop {
            tokio::select! {
                order = self.0.recv() => match order {
                    Some(order) => waits.push(carry_out(order, mailbox, limit)),
                    None => return,
                },
                Some(()) = waits.next() => {}
            }
        }
    }
}

async fn carry_out(order: CodeRequest, mailbox: &dyn Mailbox, limit: Duration) {
    let query = MailQuery {
        address: &order.address,
        ordinal: order.ordinal,
        limit,
        for_removal: false,
    };
    let code = mailbox.code(query).await;
    // A load that has ended meanwhile does not want it any more.
    drop(order.reply.send(code));
}
