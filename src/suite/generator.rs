//! Values made from the seed, so that a run can be repeated.
//!
//! Every value is a function of (seed, case, name, round) alone: not of the order in which cases
//! happen to run. What a server may keep to one user is made from the tag of the run as well, so that
//! a run never meets the users of another one, whatever became of those.

use uuid::{Builder, Uuid};

use super::run_tag::RunTag;

/// The namespace of the digests (RFC 9562, section 5.5): any fixed UUID does.
const NAMESPACE: Uuid = Uuid::from_u128(0x6173_7369_7a65_4e61_8d65_7370_6163_6500);

/// What kind of value to make.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Generator {
    /// A fresh email address that the mailbox receives.
    Email,
    /// A person's full name.
    FullName,
    /// A fresh alias.
    Alias,
    /// A random UUID, version 4.
    Uuid,
    /// 64 letters and digits, as unguessable tokens are; nobody's.
    Token,
    /// Nine small letters, to be put into a text that must be new.
    Tag,
    /// Nine digits for the same purpose.
    Digits,
}

impl Generator {
    /// All generators.
    pub const ALL: [Self; 7] = [
        Self::Email,
        Self::FullName,
        Self::Alias,
        Self::Uuid,
        Self::Token,
        Self::Tag,
        Self::Digits,
    ];

    /// The name in a placeholder. `${email.other}` is another address than `${email}`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Email => "email",
            Self::FullName => "fullName",
            Self::Alias => "alias",
            Self::Uuid => "uuid",
            Self::Token => "token",
            Self::Tag => "tag",
            Self::Digits => "digits",
        }
    }

    /// Whether the values are others in each run, with the same seed, too.
    #[must_use]
    pub const fn is_fresh(self) -> bool {
        match self {
            Self::Email | Self::FullName | Self::Alias | Self::Tag | Self::Digits => true,
            Self::Uuid | Self::Token => false,
        }
    }
}

/// Makes the values of one run.
#[derive(Clone, Debug)]
pub struct Generation {
    seed: u64,
    /// What the manners of requests are drawn from.
    draw: u64,
    tag: RunTag,
    email_before: String,
    email_after: String,
}

/// The placeholder in the pattern of addresses.
const TAG: &str = "{tag}";
/// An alias that is short and plain enough for servers that limit either.
const ALIAS_LENGTH: usize = 12;
/// The letters of a full name that are made for it.
const NAME_LENGTH: usize = 8;
/// What digests are written in.
const LETTERS: std::ops::RangeInclusive<char> = 'a'..='p';

/// An email pattern without `{tag}` in it.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the email pattern {0:?} has no {{tag}}; write one such as qa+{{tag}}@example.com")]
pub struct PatternError(pub String);

impl Generation {
    /// The generation of a run.
    ///
    /// `email` is the pattern of addresses, such as `qa+{tag}@example.com`.
    ///
    /// # Errors
    ///
    /// If the pattern has no `{tag}`: all users would share one address.
    pub fn new(seed: u64, email: &str) -> Result<Self, PatternError> {
        let (before, after) = email
            .split_once(TAG)
            .ok_or_else(|| PatternError(email.to_owned()))?;
        Ok(Self {
            seed,
            draw: 0,
            tag: RunTag::default(),
            email_before: before.to_owned(),
            email_after: after.to_owned(),
        })
    }

    /// The generation of the run with this tag; with none, of the only one.
    #[must_use]
    pub fn of_run(self, tag: RunTag) -> Self {
        Self { tag, ..self }
    }

    /// The generation with this draw; without it, the one that is the same in every run.
    #[must_use]
    pub fn of_draw(self, draw: u64) -> Self {
        Self { draw, ..self }
    }

    /// What the manners of requests are drawn from.
    #[must_use]
    pub const fn draw(&self) -> u64 {
        self.draw
    }

    /// What is drawn for the nth request of a step: 16 even bytes.
    #[must_use]
    pub fn drawn(&self, scope: &str, step: &str, round: u64, nth: u64) -> [u8; 16] {
        let text = format!("{}/{scope}/{step}/{round}/{nth}", self.draw);
        let digest = Uuid::new_v5(&NAMESPACE, text.as_bytes());
        // The bytes of a UUID are not all even: those that say its version are taken from others.
        let mut bytes = digest.into_bytes();
        bytes[6] = bytes[15] ^ bytes[0];
        bytes[8] = bytes[14] ^ bytes[1];
        bytes
    }

    /// The tag of the run.
    #[must_use]
    pub const fn tag(&self) -> &RunTag {
        &self.tag
    }

    /// The seed.
    #[must_use]
    pub const fn seed(&self) -> u64 {
        self.seed
    }

    /// The value of a variable: `scope` is the case or scenario, `name` the placeholder as written,
    /// `round` the iteration (0 in a conformance case).
    #[must_use]
    pub fn value(&self, generator: Generator, scope: &str, name: &str, round: u64) -> String {
        let digest = if generator.is_fresh() {
            self.fresh_digest(scope, name, round)
        } else {
            self.digest(scope, name, round)
        };
        match generator {
            // Letters alone, so that no part of it looks like a code. The tag stands at the beginning of
            // what users of one run have in common.
            Generator::Email => {
                let letters = letters(digest, 16);
                let (before, after) = (&self.email_before, &self.email_after);
                format!("{before}{}{letters}{after}", self.tag)
            }
            // As the document's own examples: a name of letters, and an alias of letters.
            Generator::FullName => format!("Assize {}", letters(digest, NAME_LENGTH)),
            Generator::Alias => letters(digest, ALIAS_LENGTH),
            Generator::Tag => letters(digest, 9),
            Generator::Digits => {
                let number = digest.as_u64_pair().0 % 1_000_000_000;
                format!("{number:09}")
            }
            Generator::Uuid => Builder::from_random_bytes(digest.into_bytes())
                .into_uuid()
                .to_string(),
            Generator::Token => {
                let second = self.digest(scope, &format!("{name}/second"), round);
                format!("{}{}", digest.simple(), second.simple())
            }
        }
    }

    /// Whether an address, an alias and a full name are of one user of this run alone, as far as they show it: each
    /// holds what is made anew for it. An alias of a few signs may be another run's, too, and addresses that differ
    /// in a plus tag are one to some servers.
    #[must_use]
    pub fn are_of_one_user(&self, [email, alias, name]: [&str; 3]) -> bool {
        let holds = |text: &str, letters: usize| {
            let mut parts = text.split(|letter: char| !LETTERS.contains(&letter));
            parts.any(|part| part.len() >= letters)
        };
        email.contains(self.tag.as_str())
            && !email.contains('+')
            && holds(alias, ALIAS_LENGTH)
            && holds(name, NAME_LENGTH)
    }

    fn fresh_digest(&self, scope: &str, name: &str, round: u64) -> Uuid {
        self.digest(scope, &format!("{name}/{}", self.tag), round)
    }

    fn digest(&self, scope: &str, name: &str, round: u64) -> Uuid {
        let text = format!("{}/{scope}/{name}/{round}", self.seed);
        Uuid::new_v5(&NAMESPACE, text.as_bytes())
    }
}

/// So many small letters; sixteen different ones, each as likely as the others.
fn letters(digest: Uuid, count: usize) -> String {
    let digits = digest.simple().to_string();
    let letters = digits.chars().filter_map(|digit| digit.to_digit(16));
    letters
        .filter_map(|value| char::from_digit(value + 10, 26 + 10))
        .take(count)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_of_one_user_if_each_holds_what_is_made_for_it() {
        let run = Generation::new(1, "a-{tag}@b.test")
            .unwrap()
            .of_run(RunTag::drawn(7));
        let [email, alias, name] = [Generator::Email, Generator::Alias, Generator::FullName]
            .map(|one| run.value(one, "s", "v", 0));
        let (email, alias, name) = (&*email, &*alias, &*name);
        assert!(run.are_of_one_user([email, alias, name]));
        assert!(run.are_of_one_user([email, &format!("Jo-{alias}"), name]));
        let tagged = email.replace('-', "+");
        for (email, alias, name) in [
            (email, "", name),
            (email, "null", name),
            (email, alias, "Some Body"),
            ("a@b.test", alias, name),
            (&*tagged, alias, name),
        ] {
            assert!(
                !run.are_of_one_user([email, alias, name]),
                "{email} {alias} {name}"
            );
        }
    }

    #[test]
    fn values_depend_on_seed_case_name_and_round_and_on_nothing_else() {
        let first = Generation::new(1, "a+{tag}@b.test").unwrap();
        let again = Generation::new(1, "a+{tag}@b.test").unwrap();
        let other = Generation::new(2, "a+{tag}@b.test").unwrap();
        let value = first.value(Generator::Email, "case", "email", 0);
        assert_eq!(value, again.value(Generator::Email, "case", "email", 0));
        assert!(value.starts_with("a+") && value.ends_with("@b.test"));
        let alias = first.value(Generator::Alias, "case", "alias", 0);
        assert!(alias.len() == 12 && alias.bytes().all(|byte| byte.is_ascii_lowercase()));
        for different in [
            other.value(Generator::Email, "case", "email", 0),
            first.value(Generator::Email, "case2", "email", 0),
            first.value(Generator::Email, "case", "email.other", 0),
            first.value(Generator::Email, "case", "email", 1),
        ] {
            assert_ne!(value, different);
        }
    }

    #[test]
    fn the_tag_of_the_run_makes_users_new_and_changes_nothing_else() {
        let of = |tag: &str| {
            let generation = Generation::new(1, "a+{tag}@b.test").unwrap();
            generation.of_run(tag.parse().unwrap())
        };
        for generator in Generator::ALL {
            let value = |tag| of(tag).value(generator, "case", generator.as_str(), 0);
            assert_eq!(value("one"), value("one"));
            assert_eq!(value("one") != value("two"), generator.is_fresh());
        }
        let email = of("one").value(Generator::Email, "case", "email", 0);
        assert!(email.starts_with("a+one"), "whose user it is can be seen");
    }

    #[test]
    fn a_generated_uuid_is_one_of_version_4_and_a_token_has_64_characters() {
        let generation = Generation::new(7, "{tag}@b.test").unwrap();
        let uuid = generation.value(Generator::Uuid, "c", "uuid", 0);
        assert_eq!(Uuid::parse_str(&uuid).unwrap().get_version_num(), 4);
        assert_eq!(
            generation.value(Generator::Token, "c", "token", 0).len(),
            64
        );
    }

    #[test]
    fn an_email_pattern_without_a_tag_is_refused() {
        assert!(Generation::new(1, "qa@example.com").is_err());
    }
}
