//! A shell command on several lines that still can be copied.

use super::columns::columns;

/// What ends a line that goes on.
const CONTINUED: &str = " \\";

/// The command in lines of at most `width` columns where its arguments allow that. Breaks only between
/// arguments, so that a shell reads the lines as the one command.
pub(super) fn lines(command: &str, width: usize) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    let room = width.saturating_sub(columns(CONTINUED));
    for argument in arguments(command) {
        match lines.last_mut() {
            Some(line) if columns(line) + 1 + columns(argument) <= room => {
                line.push(' ');
                line.push_str(argument);
            }
            Some(line) => {
                line.push_str(CONTINUED);
                lines.push(format!("  {argument}"));
            }
            None => lines.push(argument.to_owned()),
        }
    }
    lines
}

/// How a part of a command is quoted.
#[derive(Clone, Copy)]
enum Quote {
    /// `'…'`: a backslash is a letter.
    Single,
    /// `"…"`: a backslash takes the meaning from what follows.
    Double,
    /// `$'…'`: a backslash takes or gives a meaning.
    Dollar,
}

/// The arguments as they are written, quotes included. An option that takes a value stays with it.
fn arguments(command: &str) -> Vec<&str> {
    let mut arguments = Vec::new();
    let mut start = 0;
    let mut quote = None;
    let mut escaped = false;
    let mut before = ' ';
    for (index, letter) in command.char_indices() {
        match (quote, letter) {
            _ if escaped => escaped = false,
            (None | Some(Quote::Double | Quote::Dollar), '\\') => escaped = true,
            (Some(Quote::Double), '"') | (Some(Quote::Single | Quote::Dollar), '\'') => {
                quote = None;
            }
            (None, '"') => quote = Some(Quote::Double),
            (None, '\'') if before == '$' => quote = Some(Quote::Dollar),
            (None, '\'') => quote = Some(Quote::Single),
            (None, ' ') if !takes_value(&command[start..index]) => {
                arguments.push(&command[start..index]);
                start = index + 1;
            }
            _ => {}
        }
        before = letter;
    }
    arguments.push(&command[start..]);
    arguments
}

/// Whether an argument is an option that is read together with the next.
fn takes_value(argument: &str) -> bool {
    let of_curl = matches!(argument, "-X" | "-H" | "--data-raw" | "--data-binary");
    of_curl
        || matches!(
            argument,
            "--mailbox" | "--suites" | "--case" | "--seed" | "--draw"
        )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn breaks_between_arguments_only() {
        let command = r#"curl -i -X POST -H 'Authorization: Bearer '"$AUTHORIZATION" --data-raw '{"a":"it'\''s so"}' http://h/user"#;
        assert_eq!(
            lines(command, 48),
            [
                r"curl -i -X POST \",
                r#"  -H 'Authorization: Bearer '"$AUTHORIZATION" \"#,
                r#"  --data-raw '{"a":"it'\''s so"}' \"#,
                "  http://h/user",
            ]
        );
    }

    #[test]
    fn an_escaped_quote_does_not_end_a_dollar_quote() {
        let command = r"curl -H $'x: \'a b\' c' http://h";
        assert_eq!(
            arguments(command),
            ["curl", r"-H $'x: \'a b\' c'", "http://h"]
        );
    }
}
