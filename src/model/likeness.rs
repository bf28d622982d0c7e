//! Which known word a user may have meant.

/// How alike two words must be for one to be proposed for the other.
const ALIKE: f64 = 0.8;

/// Of known things the one whose name is most like a word, if any is as much like it (Jaro-Winkler, 0 to 1).
pub fn nearest<T>(
    (word, least): (&str, f64),
    known: impl IntoIterator<Item = T>,
    name: impl Fn(&T) -> &str,
) -> Option<T> {
    known
        .into_iter()
        .map(|one| (strsim::jaro_winkler(word, name(&one)), one))
        .filter(|(likeness, _)| *likeness >= least)
        .max_by(|one, other| one.0.total_cmp(&other.0))
        .map(|(_, one)| one)
}

/// `did you mean …?` with the known word that is most like the written one, if any is like it.
pub fn did_you_mean<T: AsRef<str>>(
    word: &str,
    known: impl IntoIterator<Item = T>,
) -> Option<String> {
    let close = nearest((word, ALIKE), known, |one| one.as_ref())?;
    Some(format!("did you mean `{}`?", close.as_ref()))
}
