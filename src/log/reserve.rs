//! Words that take part of a yes back.

use super::tokens::Token;

/// The first reserve in a sentence, as written, or `None`.
///
/// Source: the protocol asks for an *explicit* ACK; one that is bound to a condition, or leaves a part out, asks for
/// changes instead.
pub(super) fn reserve(sentence: &[Token]) -> Option<String> {
    let said: Vec<String> =
        sentence.iter().filter_map(Token::word).map(|w| w.to_lowercase().replace('’', "'")).collect();
    let words: Vec<&str> = said.iter().map(String::as_str).collect();
    for (i, word) in words.iter().enumerate() {
        let after = words.get(i + 1).copied().unwrap_or_default();
        let before = i.checked_sub(1).and_then(|i| words.get(i)).copied().unwrap_or_default();
        if ALWAYS.contains(word) || word.ends_with("n't") {
            return Some((*word).to_owned());
        }
        let held = match *word {
            "no" => !HARMLESS_NO.contains(&after),
            "with" => {
                let rest = words.get(i + 1..).unwrap_or_default();
                rest.iter().take(4).any(|w| RESERVED_WITH.contains(w)) && !matches!(after, "no" | "zero")
            }
            "when" => !matches!(before, "here" | "us" | "me" | "know" | "ping" | "back" | "note"),
            "subject" => after == "to",
            "apart" | "aside" => after == "from",
            "other" => matches!(after, "than"),
            "as" | "so" => after == "long",
            "in" => matches!(after, "principle" | "part" | "theory"),
            "for" => after == "now",
            "on" => after == "condition",
            "save" => after == "for",
            "all" => after == "but",
            "needs" | "need" | "requires" | "require" => before != "no",
            _ => false,
        };
        if held {
            return Some(format!("{word} {after}").trim_end().to_owned());
        }
    }
    None
}

/// Whether a sentence begins by taking back what the one before it said.
pub(super) fn opens_with_reserve(sentence: &[Token]) -> Option<String> {
    let mut tokens = sentence.iter().skip_while(|t| !matches!(t, Token::Word(_)));
    let first = tokens.next()?.word()?;
    let next = tokens.next();
    let takes_back = match first.to_lowercase().as_str() {
        "no" => next.is_none_or(|t| matches!(t, Token::Mark(_))),
        "not" => next.is_some_and(|t| t.is_word("yet")),
        "subject" => next.is_some_and(|t| t.is_word("to")),
        word => TAKES_BACK.contains(&word),
    };
    takes_back.then(|| first.to_owned())
}

const ALWAYS: &[&str] = &[
    "after",
    "afterwards",
    "albeit",
    "almost",
    "although",
    "assuming",
    "awaiting",
    "barring",
    "before",
    "but",
    "cannot",
    "caveat",
    "caveats",
    "condition",
    "conditional",
    "conditionally",
    "conditioned",
    "conditions",
    "contingent",
    "depending",
    "except",
    "excepted",
    "excepting",
    "exception",
    "exceptions",
    "excluding",
    "excludes",
    "first",
    "given",
    "hold",
    "however",
    "if",
    "incomplete",
    "instead",
    "lacking",
    "minus",
    "modulo",
    "mostly",
    "neither",
    "never",
    "nor",
    "not",
    "nearly",
    "once",
    "only",
    "otherwise",
    "partial",
    "partially",
    "partly",
    "pending",
    "preliminary",
    "preliminarily",
    "presuming",
    "provided",
    "providing",
    "provisional",
    "provisionally",
    "provisory",
    "reservation",
    "reservations",
    "revise",
    "should",
    "somewhat",
    "sans",
    "supposing",
    "temporarily",
    "tentative",
    "tentatively",
    "tbd",
    "though",
    "till",
    "unless",
    "until",
    "wait",
    "waiting",
    "whenever",
    "without",
    "yet",
    "nack",
];

const HARMLESS_NO: &[&str] = &[
    "blocker",
    "blockers",
    "change",
    "changes",
    "comment",
    "comments",
    "concern",
    "concerns",
    "edit",
    "edits",
    "further",
    "issue",
    "issues",
    "more",
    "objection",
    "objections",
    "additional",
    "other",
    "open",
    "problem",
    "problems",
    "question",
    "questions",
    "need",
    "action",
    "longer",
    "surprises",
    "remarks",
    "notes",
];

const RESERVED_WITH: &[&str] = &[
    "amendment",
    "amendments",
    "caveat",
    "caveats",
    "change",
    "changes",
    "comment",
    "comments",
    "condition",
    "conditions",
    "correction",
    "corrections",
    "edit",
    "edits",
    "exception",
    "exceptions",
    "fix",
    "fixes",
    "modification",
    "modifications",
    "nit",
    "nits",
    "note",
    "notes",
    "remark",
    "remarks",
    "request",
    "requests",
    "reservation",
    "reservations",
    "reserve",
    "reserves",
    "restriction",
    "restrictions",
    "revision",
    "revisions",
    "suggestion",
    "suggestions",
    "tweak",
    "tweaks",
    "adjustment",
    "adjustments",
    "limitation",
    "limitations",
    "proviso",
    "qualification",
    "qualifications",
];

const TAKES_BACK: &[&str] = &[
    "but",
    "caveat",
    "caveats",
    "condition",
    "conditional",
    "conditionally",
    "conditions",
    "except",
    "exception",
    "exceptions",
    "however",
    "only",
    "partial",
    "partially",
    "pending",
    "provided",
    "unless",
];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::log::tokens::words;

    #[test]
    fn finds_reserves_and_leaves_plain_remarks_alone() {
        for text in [
            "but rename it",
            "with edits",
            "with two small changes",
            "pending tests",
            "except question 3",
            "once green",
            "if flat",
            "unless you object",
            "subject to review",
            "partial",
            "not yet",
            "in principle",
            "as long as it holds",
            "for now",
            "all but packaging",
            "no to question 3",
            "don’t start",
            "apart from 3",
            "save for naming",
        ] {
            assert!(reserve(&words(text)).is_some(), "{text}");
        }
        for text in [
            "proceed",
            "go ahead, no changes needed",
            "flat names confirmed; rid/ts confirmed",
            "ping here when landed",
            "thanks for the detail",
            "as written",
            "with thanks",
            "with no changes",
            "all four Yes",
        ] {
            assert_eq!(reserve(&words(text)), None, "{text}");
        }
    }
}
