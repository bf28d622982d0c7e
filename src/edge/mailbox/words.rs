//! Splits a command line into words. Quotes group; nothing is expanded.

/// The words of a line: separated by spaces, grouped by single or double quotes. A backslash takes
/// the next character as it is, except between single quotes. `None` if a quote is left open.
pub(super) fn split(line: &str) -> Option<Vec<String>> {
    let mut words = Vec::new();
    let mut word: Option<String> = None;
    let mut quote: Option<char> = None;
    let mut letters = line.chars();
    while let Some(letter) = letters.next() {
        match (letter, quote) {
            (closing, Some(open)) if closing == open => quote = None,
            ('\\', None | Some('"')) => word.get_or_insert_default().push(letters.next()?),
            ('"' | '\'', None) => {
                quote = Some(letter);
                word.get_or_insert_default();
            }
            (space, None) if space.is_whitespace() => words.extend(word.take()),
            _ => word.get_or_insert_default().push(letter),
        }
    }
    words.extend(word);
    quote.is_none().then_some(words)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(line: &str) -> Vec<String> {
        split(line).unwrap()
    }

    #[test]
    fn quotes_group_and_backslashes_take_one_character() {
        assert_eq!(words("  ./code.sh  -v "), ["./code.sh", "-v"]);
        assert_eq!(
            words(r#"sh -c 'echo "$1"' "a b"c d\ e '' "#),
            ["sh", "-c", r#"echo "$1""#, "a bc", "d e", ""]
        );
        assert_eq!(words(""), [""; 0]);
    }

    #[test]
    fn an_open_quote_is_no_line() {
        assert_eq!(split("sh -c 'oops"), None);
        assert_eq!(split("sh \\"), None);
    }
}
