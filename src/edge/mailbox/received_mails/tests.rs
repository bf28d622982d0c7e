//! Who gets which mail, and which of its numbers.

use super::*;
use std::sync::Arc;
use std::time::Duration;

const LONG: Duration = Duration::from_mins(10);

fn mail(body: &str) -> Mail {
    Mail::parse(format!("Subject: Hello\r\n\r\n{body}\r\n").as_bytes())
}

fn query(address: &str, ordinal: usize) -> MailQuery<'_> {
    MailQuery {
        address,
        ordinal,
        limit: Duration::ZERO,
        for_removal: false,
    }
}

fn put(pile: &ReceivedMails, address: &str, body: &str) {
    pile.put(&[address.to_owned()], &mail(body)).unwrap();
}

#[tokio::test]
async fn codes_are_counted_by_recipient() {
    let pile = ReceivedMails::new(CodePattern::default());
    put(&pile, "a@x.org", "Code: 111111");
    put(&pile, "b@x.org", "Code: 222222");
    put(&pile, "a@x.org", "Code: 333333");
    assert_eq!(pile.code(query("a@x.org", 0)).await.unwrap(), "111111");
    assert_eq!(pile.code(query("a@x.org", 1)).await.unwrap(), "333333");
    assert_eq!(pile.code(query("b@x.org", 0)).await.unwrap(), "222222");
    let missing = pile.code(query("b@x.org", 1)).await.unwrap_err();
    assert!(matches!(missing, MailError::NotArrived { .. }), "{missing}");
}

#[tokio::test]
async fn an_exact_spelling_comes_before_a_like_one() {
    let pile = ReceivedMails::new(CodePattern::default());
    put(&pile, "Ann@x.org", "Code: 111111");
    assert_eq!(pile.code(query("ann@x.org", 0)).await.unwrap(), "111111");
    put(&pile, "ann@x.org", "Code: 222222");
    assert_eq!(pile.code(query("ann@x.org", 0)).await.unwrap(), "222222");
    assert_eq!(pile.code(query("Ann@x.org", 0)).await.unwrap(), "111111");
}

fn put_named(pile: &ReceivedMails, name: &str, body: &str) {
    let raw = format!("Message-ID: <{name}@x.org>\r\nSubject: Hello\r\n\r\n{body}\r\n");
    let mail = Mail::parse(raw.as_bytes());
    pile.put(&["a@x.org".to_owned()], &mail).unwrap();
}

fn within(query: MailQuery<'_>, limit: Duration) -> MailQuery<'_> {
    MailQuery { limit, ..query }
}

#[tokio::test(start_paused = true)]
async fn a_copy_is_no_new_mail_however_late_it_comes() {
    let pile = ReceivedMails::new(CodePattern::default());
    put_named(&pile, "one", "Code: 111111");
    put_named(
        &pile,
        "one",
        "Code: 111111\r\n-- \r\nsent again by the list",
    );
    let missing = pile.code(within(query("a@x.org", 1), LONG)).await;
    assert!(matches!(missing, Err(MailError::NotArrived { .. })));
    put_named(&pile, "two", "Code: 222222");
    put_named(&pile, "one", "Code: 111111");
    assert_eq!(pile.code(query("a@x.org", 1)).await.unwrap(), "222222");
    assert!(pile.code(query("a@x.org", 2)).await.is_err());
    put_named(&pile, "one", "Code: 333333");
    assert_eq!(pile.code(query("a@x.org", 2)).await.unwrap(), "333333");
}

#[tokio::test(start_paused = true)]
async fn the_same_text_under_another_name_is_new_only_if_nothing_else_comes() {
    let pile = Arc::new(ReceivedMails::new(CodePattern::default()));
    put_named(&pile, "one", "Code: 111111");
    put_named(&pile, "again", "Code: 111111");
    let waiter = tokio::spawn({
        let pile = Arc::clone(&pile);
        async move { pile.code(within(query("a@x.org", 1), LONG)).await }
    });
    tokio::time::sleep(LONG / (2 * PATIENCE_WITH_COPIES)).await;
    put_named(&pile, "two", "Code: 222222");
    assert_eq!(waiter.await.unwrap().unwrap(), "222222");

    put_named(&pile, "third", "Code: 222222");
    let began = tokio::time::Instant::now();
    let third = pile.code(within(query("a@x.org", 3), LONG)).await;
    assert_eq!(third.unwrap(), "222222");
    assert_eq!(began.elapsed(), LONG / PATIENCE_WITH_COPIES);
    put_named(&pile, "fourth", "Code: 222222");
    let fourth = pile.code(within(query("a@x.org", 4), LONG)).await;
    assert_eq!(fourth.unwrap(), "222222");
    assert_eq!(began.elapsed(), LONG / PATIENCE_WITH_COPIES, "known by now");
}

#[tokio::test]
async fn a_mail_without_a_code_is_named_only_if_no_code_came_later() {
    let pile = ReceivedMails::new(CodePattern::default());
    put(&pile, "a@x.org", "Welcome!");
    let missing = pile.code(query("a@x.org", 0)).await.unwrap_err();
    let subject = "Hello".to_owned();
    let address = "a@x.org".to_owned();
    assert_eq!(missing, MailError::NoCode { address, subject });
    put(&pile, "a@x.org", "Code: 111111");
    assert_eq!(pile.code(query("a@x.org", 0)).await.unwrap(), "111111");
    let missing = pile.code(query("a@x.org", 1)).await.unwrap_err();
    assert!(matches!(missing, MailError::NotArrived { .. }), "{missing}");
}

#[tokio::test]
async fn who_waits_is_woken() {
    let pile = Arc::new(ReceivedMails::new(CodePattern::default()));
    let waiters: Vec<_> = (0..100)
        .map(|number| {
            let pile = Arc::clone(&pile);
            tokio::spawn(async move {
                let address = format!("u{number}@x.org");
                let limit = LONG;
                pile.code(MailQuery {
                    address: &address,
                    ordinal: 0,
                    limit,
                    for_removal: false,
                })
                .await
            })
        })
        .collect();
    tokio::task::yield_now().await;
    for number in 0..100 {
        put(
            &pile,
            &format!("u{number}@x.org"),
            &format!("Code: {}", 100_000 + number),
        );
    }
    for (number, waiter) in waiters.into_iter().enumerate() {
        assert_eq!(
            waiter.await.unwrap().unwrap(),
            (100_000 + number).to_string()
        );
    }
}

#[tokio::test]
async fn a_recipient_gets_a_bounded_number_of_mails() {
    let pile = ReceivedMails::new(CodePattern::default());
    for _ in 0..MOST_LETTERS {
        put(&pile, "a@x.org", "Code: 111111");
    }
    let both = ["b@x.org".to_owned(), "a@x.org".to_owned()];
    assert_eq!(pile.put(&both, &mail("Code: 222222")), Err(RecipientFull));
    assert!(pile.code(query("b@x.org", 0)).await.is_err());
}

const TWO: &str = "Code: 111111\n\nor, should it be asked for, take 222222";

#[tokio::test]
async fn the_number_that_the_target_took_is_the_first_from_then_on() {
    let pile = ReceivedMails::new(CodePattern::default());
    put(&pile, "a@x.org", TWO);
    assert_eq!(pile.code(query("a@x.org", 0)).await.unwrap(), "111111");
    assert_eq!(pile.others("a@x.org", "111111"), ["222222"]);
    assert_eq!(pile.others("a@x.org", "333333"), [""; 0]);
    assert_eq!(pile.settle("a@x.org", "111111", Some("222222")), Some(1));
    assert_eq!(pile.settle("a@x.org", "111111", Some("222222")), None);
    put(&pile, "b@x.org", TWO);
    assert_eq!(pile.code(query("b@x.org", 0)).await.unwrap(), "222222");
    assert_eq!(pile.others("b@x.org", "222222"), ["111111"]);
    // A mail that holds one number alone gives that.
    put(&pile, "c@x.org", "Code: 333333");
    assert_eq!(pile.code(query("c@x.org", 0)).await.unwrap(), "333333");
    // Once something is known, a mail of which nothing was taken changes nothing.
    let _ = pile.settle("b@x.org", "222222", None);
    assert_eq!(pile.code(query("b@x.org", 0)).await.unwrap(), "222222");
}

#[tokio::test]
async fn where_a_wrong_number_locks_the_next_mail_begins_with_another() {
    let pile = ReceivedMails::new(CodePattern::default());
    put(&pile, "a@x.org", TWO);
    // Cases that met it at the same time move it on once.
    let _ = pile.settle("a@x.org", "111111", None);
    let _ = pile.settle("a@x.org", "111111", None);
    assert_eq!(pile.code(query("a@x.org", 0)).await.unwrap(), "222222");
    let _ = pile.settle("a@x.org", "222222", None);
    assert_eq!(pile.code(query("a@x.org", 0)).await.unwrap(), "111111");
}
