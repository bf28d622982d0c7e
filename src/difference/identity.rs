//! Which values of a case are the same one: what is made by a server is compared by that alone.

use std::collections::HashMap;

use super::answer_part::AnswerPart;

/// The places of values of one case, in the order in which both sides have them.
#[derive(Default)]
pub(super) struct Identities {
    first: [HashMap<String, usize>; 2],
    places: Vec<String>,
}

impl Identities {
    /// Takes the values that both sides have at one place. If one is that of an earlier place and the other is not,
    /// gives what each is.
    pub(super) fn take(
        &mut self,
        literals: [&str; 2],
        (step, part): (&str, &AnswerPart),
    ) -> Option<[String; 2]> {
        let place = self.places.len();
        self.places.push(format!("{part} of “{step}”"));
        let [a, b] = [0, 1].map(|side| {
            let first = &mut self.first[side];
            *first.entry(literals[side].to_owned()).or_insert(place)
        });
        (a != b).then(|| [a, b].map(|first| self.named(first, place)))
    }

    fn named(&self, first: usize, place: usize) -> String {
        if first == place {
            return "a new one".to_owned();
        }
        format!("that of {}", self.places[first])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_is_told_by_the_place_where_it_was_first_met_and_not_by_what_it_is() {
        let mut identities = Identities::default();
        let mut take = |literals, step| {
            let part = AnswerPart::Member("/id".to_owned());
            identities.take(literals, (step, &part))
        };
        assert_eq!(take(["a1", "b1"], "create"), None);
        assert_eq!(take(["a2", "b2"], "create another"), None);
        assert_eq!(take(["a1", "b1"], "look"), None);
        let told = take(["a1", "b2"], "look again").unwrap();
        assert_eq!(
            told,
            [
                "that of body /id of “create”",
                "that of body /id of “create another”"
            ]
        );
        let told = take(["a3", "b1"], "once more").unwrap();
        assert_eq!(told, ["a new one", "that of body /id of “create”"]);
    }
}
