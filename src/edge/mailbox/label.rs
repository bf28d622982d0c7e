//! The words that tell a number's meaning: "your code is", "Código:", "order no.". Only vocabulary;
//! it knows nothing of numbers.

/// How surely a text next to a number calls it a code.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Strength {
    /// A word of the surroundings: "verify", "sign-in".
    Weak,
    /// A word for the thing itself: "code", "PIN".
    Strong,
}

/// A label found in a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Label {
    pub(super) strength: Strength,
    /// Where it begins, in bytes of the text that was searched.
    pub(super) start: usize,
    /// Where it ends.
    pub(super) end: usize,
}

/// Words for the code itself, in lower case.
const STRONG: [&str; 22] = [
    "code", "codes", "código", "codigo", "codi", "codice", "kod", "kode", "koden", "koodi", "kód",
    "cod", "codul", "pin", "otp", "totp", "tan", "passcode", "token", "mfa", "kodas", "kods",
];

/// Compounds end in these: "Bestätigungscode", "verificatiecode", "bekreftelseskode".
const STRONG_ENDINGS: [&str; 3] = ["code", "kode", "koodi"];

/// The same in scripts that join words or write prefixes to them: found anywhere.
const STRONG_ANYWHERE: [&str; 19] = [
    "код",
    "κωδικ",
    "كود",
    "رمز",
    "קוד",
    "验证码",
    "驗證碼",
    "校验码",
    "校驗碼",
    "动态码",
    "認證碼",
    "認証コード",
    "確認コード",
    "コード",
    "인증번호",
    "코드",
    "รหัส",
    "कोड",
    "mã xác",
];

/// Words of the surroundings.
const WEAK: [&str; 33] = [
    "verification",
    "verify",
    "verifying",
    "confirm",
    "confirmation",
    "authenticate",
    "authentication",
    "password",
    "passwort",
    "kennwort",
    "login",
    "log",
    "sign",
    "signing",
    "enter",
    "use",
    "security",
    "vérification",
    "vérifier",
    "verificación",
    "verificar",
    "verificação",
    "verifica",
    "verifizierung",
    "verifizieren",
    "bestätigung",
    "bestätigen",
    "confirmación",
    "confirmar",
    "confirmer",
    "potwierdzenia",
    "weryfikacyjny",
    "activation",
];

/// Before or after "code" these make something else of it: a postal code, código postal.
const QUALIFIERS: [&str; 40] = [
    "postal",
    "post",
    "zip",
    "area",
    "country",
    "promo",
    "promotional",
    "promotion",
    "discount",
    "coupon",
    "voucher",
    "gift",
    "error",
    "status",
    "source",
    "bar",
    "qr",
    "sort",
    "dress",
    "tracking",
    "product",
    "item",
    "booking",
    "referral",
    "colour",
    "color",
    "bank",
    "currency",
    "swift",
    "postale",
    "barras",
    "descuento",
    "fiscale",
    "fiscal",
    "país",
    "réduction",
    "desconto",
    "promocional",
    "dial",
    "reference",
];

/// Compounds that end like a code but are none.
const OTHER_COMPOUNDS: [&str; 14] = [
    "barcode",
    "postcode",
    "zipcode",
    "decode",
    "encode",
    "unicode",
    "sourcecode",
    "postkode",
    "gutscheincode",
    "rabattcode",
    "promocode",
    "errorcode",
    "areacode",
    "strichcode",
];

/// Right before a number these say that it is something else.
const OTHER_NUMBERS: [&str; 62] = [
    "order",
    "orders",
    "bestellung",
    "bestellnummer",
    "pedido",
    "commande",
    "ordine",
    "invoice",
    "rechnung",
    "rechnungsnummer",
    "factura",
    "facture",
    "fattura",
    "receipt",
    "ticket",
    "case",
    "tel",
    "telephone",
    "telefon",
    "teléfono",
    "téléphone",
    "phone",
    "fax",
    "call",
    "mobile",
    "cell",
    "sms",
    "ref",
    "referenz",
    "referencia",
    "référence",
    "customer",
    "kunde",
    "kundennummer",
    "cliente",
    "client",
    "member",
    "plz",
    "box",
    "suite",
    "room",
    "ext",
    "extension",
    "vat",
    "ust",
    "version",
    "build",
    "article",
    "artikel",
    "sku",
    "serial",
    "transaction",
    "usd",
    "eur",
    "gbp",
    "inr",
    "chf",
    "rs",
    "txn",
    "registration",
    "copyright",
    "incident",
];

/// Between such a word and its number.
pub(super) const NUMBER_WORDS: [&str; 10] = [
    "number", "no", "nr", "num", "número", "numéro", "nummer", "id", "is", "code",
];

/// The last label in a text.
pub(super) fn last(text: &str) -> Option<Label> {
    labels(text).into_iter().max_by_key(|label| label.end)
}

/// The first label in a text.
pub(super) fn first(text: &str) -> Option<Label> {
    labels(text).into_iter().min_by_key(|label| label.start)
}

/// The strongest label in a text; of equals the last.
pub(super) fn strongest(text: &str) -> Option<Label> {
    labels(text)
        .into_iter()
        .max_by_key(|label| (label.strength, label.end))
}

/// Whether a text ends in a name for another number than a code, such as `Order no. ` or `Tel: `.
pub(super) fn ends_in_other_number(text: &str) -> bool {
    let mut numbered = false;
    for (_, word) in words(text).into_iter().rev() {
        if OTHER_NUMBERS.contains(&word) || QUALIFIERS.contains(&word) {
            return true;
        }
        if OTHER_COMPOUNDS.contains(&word) {
            return true;
        }
        if !NUMBER_WORDS.contains(&word) {
            return numbered && strength(word).is_none() && !anywhere(word);
        }
        // Something with an id or a number that no word calls a code is none.
        numbered |= word != "is" && word != "code";
        if word == "code" {
            numbered = false;
        }
    }
    numbered
}

/// Whether a text ends in `PIN: ` or `PIN code `: in an Indian address that is the postal code.
pub(super) fn ends_in_pin(text: &str) -> bool {
    let words = words(text);
    let mut words = words.iter().rev().map(|(_, word)| *word);
    words.find(|word| !NUMBER_WORDS.contains(word)) == Some("pin")
}

fn labels(text: &str) -> Vec<Label> {
    let words = words(text);
    let mut found: Vec<Label> = Vec::new();
    for (at, (start, word)) in words.iter().enumerate() {
        let near = [at.checked_sub(1), Some(at + 1), Some(at + 2)];
        let mut near = near.iter().flatten().filter_map(|at| words.get(*at));
        let Some(strength) = strength(word) else {
            continue;
        };
        if strength == Strength::Strong && near.any(|(_, word)| QUALIFIERS.contains(word)) {
            continue;
        }
        found.push(Label {
            strength,
            start: *start,
            end: start + word.len(),
        });
    }
    for word in STRONG_ANYWHERE {
        found.extend(text.match_indices(word).map(|(start, word)| Label {
            strength: Strength::Strong,
            start,
            end: start + word.len(),
        }));
    }
    found
}

fn anywhere(word: &str) -> bool {
    STRONG_ANYWHERE.iter().any(|label| word.contains(label))
}

pub(super) fn strength(word: &str) -> Option<Strength> {
    if OTHER_COMPOUNDS.contains(&word) {
        None
    } else if STRONG.contains(&word) || STRONG_ENDINGS.iter().any(|end| word.ends_with(end)) {
        Some(Strength::Strong)
    } else if WEAK.contains(&word) {
        Some(Strength::Weak)
    } else {
        None
    }
}

/// The runs of letters of a text, each with its place.
pub(super) fn words(text: &str) -> Vec<(usize, &str)> {
    let mut at = 0;
    let mut words = Vec::new();
    for piece in text.split_inclusive(|letter: char| !letter.is_alphabetic()) {
        let word = piece.trim_end_matches(|letter: char| !letter.is_alphabetic());
        if !word.is_empty() {
            words.push((at, word));
        }
        at += piece.len();
    }
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_for_codes_are_found_in_many_languages() {
        for text in [
            "your verification code is",
            "Dein Bestätigungscode lautet",
            "tu código de verificación es",
            "ваш код подтверждения",
            "您的验证码是",
            "認証コードは",
            "인증번호는",
            "رمز التحقق الخاص بك هو",
            "pin:",
        ] {
            let strength = strongest(&text.to_lowercase()).map(|label| label.strength);
            assert_eq!(strength, Some(Strength::Strong), "{text}");
        }
    }

    #[test]
    fn other_codes_are_no_labels() {
        for text in [
            "postal code",
            "zip code:",
            "código postal",
            "código de barras",
            "error code",
            "scan the barcode",
            "unicode",
            "spinning",
        ] {
            assert_eq!(strongest(text), None, "{text}");
        }
    }

    #[test]
    fn names_of_other_numbers_are_told_from_codes() {
        for text in [
            "order ",
            "order no. ",
            "your order number is ",
            "ticket #",
            "tel: ",
            "invoice nr. ",
            "tracking code ",
            "postal code: ",
            "session id: ",
            "kundennummer: ",
            "usd ",
        ] {
            assert!(ends_in_other_number(text), "{text}");
        }
        for text in [
            "your code is ",
            "verification number ",
            "code: ",
            "enter ",
            "",
            "security code ",
            "to create your account, use ",
        ] {
            assert!(!ends_in_other_number(text), "{text}");
        }
    }
}
