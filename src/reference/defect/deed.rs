//! What is done besides what was asked, or in place of it.

use uuid::Uuid;

use super::{Calls, Person, Records, Scene};
use crate::reference::{Attempt, Store, StoreFault};

/// Besides what was asked something else is done.
#[derive(Clone, Copy, Debug)]
pub struct Deed {
    /// After which calls.
    pub calls: Calls,
    /// How long after the answer, in milliseconds; at once, before the answer, if 0.
    pub after_ms: u64,
    /// What is done. The records are those after the call, the scene is that before it.
    pub does: fn(&dyn Store, &Records, &Scene<'_>) -> Result<(), StoreFault>,
}

type Done = Result<(), StoreFault>;

/// Removes all whose accounts stand and who are so, given whom the call concerned; not that person.
fn remove_others(
    store: &dyn Store,
    records: &Records,
    scene: &Scene<'_>,
    so: impl Fn(&Person, &Person) -> bool,
) -> Done {
    let Some(person) = subject(records, scene) else {
        return Ok(());
    };
    let others = records
        .alive()
        .filter(|other| other.number != person.number);
    for other in others.filter(|other| so(&person, other)) {
        store.remove_account(other.id)?;
    }
    Ok(())
}

/// Whom a call concerned: the one whom it created, if it did.
fn subject(records: &Records, scene: &Scene<'_>) -> Option<Person> {
    let person = scene.person.clone();
    person.or_else(|| {
        records
            .person_of_email(&scene.asked.text("email")?)
            .cloned()
    })
}

fn domain(email: &str) -> Option<&str> {
    Some(email.rsplit_once('@')?.1)
}

pub(super) fn removes_same_alias(store: &dyn Store, records: &Records, scene: &Scene<'_>) -> Done {
    remove_others(store, records, scene, |one, other| one.alias == other.alias)
}

pub(super) fn removes_same_name(store: &dyn Store, records: &Records, scene: &Scene<'_>) -> Done {
    remove_others(store, records, scene, |one, other| {
        one.full_name == other.full_name
    })
}

pub(super) fn removes_same_domain(store: &dyn Store, records: &Records, scene: &Scene<'_>) -> Done {
    remove_others(store, records, scene, |one, other| {
        domain(&one.email) == domain(&other.email)
    })
}

pub(super) fn removes_all(store: &dyn Store, records: &Records, scene: &Scene<'_>) -> Done {
    remove_others(store, records, scene, |_, _| true)
}

pub(super) fn removes_previous(store: &dyn Store, records: &Records, scene: &Scene<'_>) -> Done {
    remove_others(store, records, scene, |one, other| {
        one.number == other.number + 1
    })
}

pub(super) fn removes_oldest(store: &dyn Store, records: &Records, scene: &Scene<'_>) -> Done {
    let oldest = records.alive().map(|one| one.number).min();
    remove_others(store, records, scene, |_, other| {
        Some(other.number) == oldest
    })
}

pub(super) fn removes_unverified(store: &dyn Store, records: &Records, scene: &Scene<'_>) -> Done {
    remove_others(store, records, scene, |_, other| {
        other.verified_ms.is_none()
    })
}

pub(super) fn removes_subject(store: &dyn Store, records: &Records, scene: &Scene<'_>) -> Done {
    let person = subject(records, scene);
    let gone = person.map(|person| store.remove_account(person.id));
    gone.transpose().map(|_| ())
}

/// Removes whoever has a key pair whose key the call gave, if the call is by somebody else's bearer.
pub(super) fn removes_holder_of_key(
    store: &dyn Store,
    records: &Records,
    scene: &Scene<'_>,
) -> Done {
    let key = scene.asked.key().unwrap_or_default();
    let mut holders = records.holders.iter();
    let holder = holders.find(|holder| !key.is_empty() && holder.api_key == key);
    let person = holder.and_then(|holder| records.numbered(holder.person));
    let gone = person.map(|person| store.remove_account(person.id));
    gone.transpose().map(|_| ())
}

/// Verifies whatever was mailed a code with one of these identifiers.
fn verify<'a>(store: &dyn Store, codes: impl Iterator<Item = &'a str>) -> Done {
    for code in codes.filter_map(|code| Uuid::try_parse(code).ok()) {
        store.attempt(code, &|_| Attempt::Accepted)?;
    }
    Ok(())
}

/// The sessions of those who are so.
fn verify_sessions(store: &dyn Store, records: &Records, so: impl Fn(&Person) -> bool) -> Done {
    let theirs = records
        .holders
        .iter()
        .filter(|holder| records.numbered(holder.person).is_some_and(&so));
    verify(store, theirs.map(|holder| holder.code_id.as_str()))
}

pub(super) fn verifies_all_sessions(
    store: &dyn Store,
    records: &Records,
    scene: &Scene<'_>,
) -> Done {
    let number = subject(records, scene).map(|person| person.number);
    verify_sessions(store, records, |one| Some(one.number) == number)
}

pub(super) fn verifies_same_alias(store: &dyn Store, records: &Records, scene: &Scene<'_>) -> Done {
    let alias = subject(records, scene).map(|person| person.alias);
    verify_sessions(store, records, |one| {
        alias.as_deref() == Some(one.alias.as_str())
    })
}

/// The session whose code the call gave, right or wrong.
pub(super) fn verifies_subject(store: &dyn Store, _: &Records, scene: &Scene<'_>) -> Done {
    let code = scene.asked.text("verificationCodeID").unwrap_or_default();
    verify(store, std::iter::once(code.as_str()))
}

/// The session that made the call.
pub(super) fn verifies_caller(store: &dyn Store, records: &Records, scene: &Scene<'_>) -> Done {
    let holder = records.holder(scene.asked);
    verify(
        store,
        holder.map(|holder| holder.code_id.as_str()).into_iter(),
    )
}

pub(super) fn closes_sessions(store: &dyn Store, records: &Records, scene: &Scene<'_>) -> Done {
    let Some(person) = subject(records, scene) else {
        return Ok(());
    };
    for session in store.sessions(person.id)? {
        store.remove_session(person.id, session.id)?;
    }
    Ok(())
}

pub(super) fn removes_pairs(store: &dyn Store, records: &Records, scene: &Scene<'_>) -> Done {
    let Some(person) = subject(records, scene) else {
        return Ok(());
    };
    for pair in store.key_pairs(person.id)? {
        store.remove_key_pair(person.id, pair.id)?;
    }
    Ok(())
}
