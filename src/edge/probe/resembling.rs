//! Texts that resemble a credential, and are none.

/// A credential that nobody has.
pub(super) const STRANGE: &str = "not-a-secret-not-a-secret-not-a-secret-not-a-secret-not-a-secret";

/// Texts that resemble a credential.
pub(super) fn neighbours(text: &str) -> Vec<String> {
    let (middle, last) = (text.len() / 2, text.len().saturating_sub(1));
    let part = |range: std::ops::Range<usize>| text.get(range).unwrap_or_default();
    let (beginning, end) = (part(0..16), part(text.len().saturating_sub(16)..text.len()));
    let first = text.bytes().next().unwrap_or_default();
    let mut near = one_letter_aside(text);
    near.extend([
        part(1..text.len()).to_owned(),
        part(0..last).to_owned(),
        format!("{text}0"),
        format!("0{text}"),
        format!("{text}{text}"),
        format!("\"{text}\""),
        format!("%{first:02X}{}", part(1..text.len())),
        format!("{} {}", part(0..middle), part(middle..text.len())),
        format!("{beginning}{STRANGE}"),
        format!("{STRANGE}{end}"),
    ]);
    near
}

/// With another letter in front, inside, at the end, and with the first letter in the other case.
fn one_letter_aside(text: &str) -> Vec<String> {
    let letters: Vec<char> = text.chars().collect();
    let with = |place: usize, make: fn(char) -> char| -> String {
        let changed = letters.iter().enumerate();
        changed
            .map(|(at, letter)| if at == place { make(*letter) } else { *letter })
            .collect()
    };
    let last = letters.len().saturating_sub(1);
    let a_letter = letters.iter().position(char::is_ascii_alphabetic);
    let mut near: Vec<String> = [0, letters.len() / 2, last]
        .map(|place| with(place, |letter| if letter == 'x' { 'y' } else { 'x' }))
        .to_vec();
    near.extend(a_letter.map(|place| with(place, in_other_case)));
    near
}

/// The text with each letter in the other case.
pub(super) fn swapped(text: &str) -> String {
    text.chars().map(in_other_case).collect()
}

fn in_other_case(letter: char) -> char {
    if letter.is_ascii_lowercase() {
        letter.to_ascii_uppercase()
    } else {
        letter.to_ascii_lowercase()
    }
}
