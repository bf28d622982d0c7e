//! Deletes that are done for somebody whose credentials were nearly given. A credential is one exact
//! string.

use super::{Defect, Fault};
use crate::reference::defect::nearly::{self, Nearly, Part};
use crate::reference::defect::{Area, admission};

/// Who is deleted by one who does not have the right half of a pair.
const KEY: &[&str] = &["delete.bad-key"];
const SECRET: &[&str] = &["delete.bad-secret"];

const fn near(part: Part, alike: fn(&str, &str) -> bool) -> Fault {
    Fault::Nearly(Nearly { part, alike })
}

/// Each way of resembling, for each part of the credentials.
macro_rules! near {
    ($($name:literal, $says:literal, $alike:ident;)*) => {
        defects! {
            $(must Authentication concat!("bearer-", $name), &["delete.bad-bearer"],
                concat!("A bearer ", $says, " is taken for the bearer.") =>
                near(Part::Bearer, nearly::$alike);
            must Authentication concat!("api-key-", $name), KEY,
                concat!("An API key ", $says, " is taken for the key.") =>
                near(Part::Key, nearly::$alike);
            must Authentication concat!("api-secret-", $name), SECRET,
                concat!("An API secret ", $says, " is taken for the secret.") =>
                near(Part::Secret, nearly::$alike);)*
            must Authentication "api-secret-of-sibling", SECRET,
                "An API key goes with the secret of another key of its user." =>
                Fault::Admission { of: admission::sibling_secret, denied: false };
        }
    };
}

near! {
    "in-other-case", "in another letter case", letter_case;
    "with-one-letter-in-other-case", "with one letter in another case", case_of_one_letter;
    "with-other-first", "that begins with another character", but_for_first;
    "with-other-last", "that ends in another character", but_for_last;
    "with-other-inside", "with another character inside", but_for_one_inside;
    "by-beginning", "that begins with the same 16 characters", by_beginning;
    "by-end", "that ends in the same 16 characters", by_end;
    "without-last", "without its last character", without_last;
    "without-first", "without its first character", without_first;
    "with-one-more", "with one more character behind it", with_one_more;
    "with-one-before", "with one more character before it", with_one_before;
    "doubled", "that stands there twice", doubled;
    "percent-encoded", "that is percent-encoded", percent_encoded;
    "in-quotes", "in quotation marks", in_quotes;
    "with-blank-inside", "with a blank inside", with_blanks_inside;
}
