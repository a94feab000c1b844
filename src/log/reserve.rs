//! Words that take part of a yes back.

use super::tokens::Token;

/// The first reserve in a sentence: the token it starts at, and its words.
///
/// Source: the protocol asks for an *explicit* ACK; one that is bound to a condition, or leaves a part out, asks for
/// changes instead.
pub(super) fn reserve(sentence: &[Token]) -> Option<(usize, String)> {
    let said: Vec<(usize, String)> = sentence
        .iter()
        .enumerate()
        .filter_map(|(at, token)| Some((at, token.word()?.to_lowercase().replace('’', "'"))))
        .collect();
    let words: Vec<&str> = said.iter().map(|(_, word)| word.as_str()).collect();
    let at = |i: usize| said.get(i).map_or(0, |(at, _)| *at);
    for (i, word) in words.iter().enumerate() {
        let after = words.get(i + 1).copied().unwrap_or_default();
        let before = i.checked_sub(1).and_then(|i| words.get(i)).copied().unwrap_or_default();
        // “No reservations”, “without any conditions” hold nothing back.
        let none = words.get(i.saturating_sub(2)..i).unwrap_or_default().iter().any(|w| NONE.contains(w));
        if none && RESERVED_WITH.contains(word) {
            continue;
        }
        let nack = || word.split(|c: char| !c.is_alphanumeric()).any(|piece| piece == "nack");
        if ALWAYS.contains(word) || word.ends_with("n't") || nack() {
            return Some((at(i), (*word).to_owned()));
        }
        let held = match *word {
            "no" => !HARMLESS_NO.contains(&after) && !RESERVED_WITH.contains(&after),
            "without" => {
                let rest = words.get(i + 1..).unwrap_or_default();
                !rest.iter().take(3).any(|w| RESERVED_WITH.contains(w) || HARMLESS_NO.contains(w))
            }
            "with" | "w/" => {
                let rest = words.get(i + 1..).unwrap_or_default();
                rest.iter().take(4).any(|w| RESERVED_WITH.contains(w)) && !matches!(after, "no" | "zero")
            }
            "when" => !matches!(before, "here" | "us" | "me" | "know" | "ping" | "back" | "note"),
            "subject" => after == "to",
            "apart" | "aside" => after == "from",
            "other" => matches!(after, "than"),
            "as" | "so" => matches!(after, "long" | "soon"),
            "draft" => after.is_empty(),
            "up" => after == "to",
            "just" => matches!(after, "for" | "the" | "this" | "question" | "questions") || has_digit(after),
            "edit" | "edits" | "change" | "changes" | "amendment" | "amendments" | "correction" | "corrections" => {
                let announced = matches!(before, "" | "see" | "some" | "few" | "minor" | "small") && after.is_empty();
                announced || ASKED_FOR.contains(&after)
            }
            "in" => matches!(after, "principle" | "part" | "theory"),
            "for" => after == "now",
            "on" => after == "condition",
            "save" => after == "for",
            "all" => after == "but",
            "needs" | "need" | "requires" | "require" => before != "no",
            _ => false,
        };
        if held {
            return Some((at(i), format!("{word} {after}").trim_end().to_owned()));
        }
    }
    None
}

fn has_digit(word: &str) -> bool {
    word.chars().any(|c| c.is_ascii_digit())
}

/// What makes edits a demand rather than a topic: “edits below”, “changes requested”.
const ASKED_FOR: &[&str] =
    &["below", "inline", "requested", "required", "needed", "wanted", "attached", "follow", "following"];

const NONE: &[&str] = &["no", "zero", "without", "further"];

/// Whether a sentence begins by taking back what the one before it said. In a block of its own (not `same_block`) many
/// of these words begin what has nothing to do with the ACK (“Pending on our side: …”). One that comes right behind the first
/// (`is_second`) may be the condition that this leaves out.
pub(super) fn opens_with_reserve(sentence: &[Token], same_block: bool, is_second: bool) -> Option<String> {
    let mut tokens = sentence.iter().skip_while(|t| !matches!(t, Token::Word(_)));
    let first = tokens.next()?.word()?;
    let next = tokens.next();
    let takes_back = match first.to_lowercase().as_str() {
        "no" => next.is_none_or(|t| matches!(t, Token::Mark(_))),
        "not" if next.is_some_and(|t| t.is_word("yet")) => true,
        "not" => same_block && next.is_some_and(|t| BINDS_LATER.iter().any(|w| t.is_word(w))) && is_bare(sentence),
        "on" => same_block && next.is_some_and(|t| t.is_word("condition")),
        "as" | "so" => same_block && next.is_some_and(|t| t.is_word("long")) && is_bare(sentence),
        word if same_block && BINDS.contains(&word) => is_bare(sentence),
        word if is_second && BINDS_LATER.contains(&word) => is_bare(sentence),
        "with" => reserve(sentence).is_some(),
        "but" if only_points(sentence) => false,
        "subject" => next.is_some_and(|t| t.is_word("to")),
        word if same_block || first.starts_with(char::is_lowercase) => TAKES_BACK.contains(&word),
        word => matches!(word, "but" | "however" | "except" | "unless"),
    };
    takes_back.then(|| first.to_owned())
}

/// A condition without what it is one of: “Once tests are green.”, not “Once tests are green, land it”.
fn is_bare(sentence: &[Token]) -> bool {
    let goes_on = |token: &Token| match token {
        Token::Mark(mark) => matches!(mark, ',' | ';' | ':') || token.is_dash(),
        Token::Word(word) => {
            let word = word.to_lowercase();
            GOES_ON.contains(&word.split(['\'', '’']).next().unwrap_or_default())
        }
        Token::Code(_) | Token::Newline | Token::Hidden => false,
    };
    !sentence.iter().any(goes_on)
}

/// “But see our note below.”, “But no rush.”: it points at something that is no part of the answer.
fn only_points(sentence: &[Token]) -> bool {
    let said: Vec<String> = sentence.iter().filter_map(Token::word).map(str::to_lowercase).collect();
    let Some((_, rest)) = said.split_first() else { return false };
    let points = matches!(
        rest.iter().map(String::as_str).collect::<Vec<_>>().as_slice(),
        ["see" | "read" | "note", "also" | "the" | "our" | "my", "note" | "notes", ..] | ["no", "rush" | "hurry", ..]
    );
    let behind = sentence
        .iter()
        .skip_while(|t| !t.is_word("note") && !t.is_word("notes") && !t.is_word("rush") && !t.is_word("hurry"));
    let behind: Vec<Token> = behind.skip(1).cloned().collect();
    points && reserve(&behind).is_none()
}

const ALWAYS: &[&str] = &[
    "after",
    "afterwards",
    "aborted",
    "albeit",
    "almost",
    "although",
    "assuming",
    "awaiting",
    "barring",
    "blocked",
    "cancelled",
    "canceled",
    "cant",
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
    "declined",
    "denied",
    "dependent",
    "depending",
    "depends",
    "disagree",
    "disagreed",
    "dont",
    "excl",
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
    "hopefully",
    "however",
    "if",
    "incomplete",
    "invalid",
    "instead",
    "kidding",
    "lacking",
    "less",
    "likely",
    "maybe",
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
    "perhaps",
    "possibly",
    "probably",
    "pending",
    "preliminary",
    "preliminarily",
    "presuming",
    "provided",
    "providing",
    "provisional",
    "provisionally",
    "provisory",
    "refused",
    "rejected",
    "rescinded",
    "reservation",
    "reservations",
    "retracted",
    "revise",
    "revoked",
    "should",
    "somewhat",
    "stop",
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
    "upon",
    "void",
    "wait",
    "waiting",
    "whenever",
    "withdrawn",
    "withheld",
    "wont",
    "yet",
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

/// What begins a condition, and hardly anything else.
const BINDS: &[&str] = &[
    "assuming",
    "barring",
    "conditioned",
    "contingent",
    "dependent",
    "depending",
    "modulo",
    "presuming",
    "providing",
    "supposing",
];

/// What begins a condition, or says when something else is done.
const BINDS_LATER: &[&str] = &["after", "before", "if", "once", "till", "until", "upon", "when", "whenever"];

/// What a condition is one of begins with, or speaks of: somebody, or what to do.
const GOES_ON: &[&str] = &[
    "add", "ask", "call", "check", "close", "commit", "continue", "do", "go", "i", "keep", "land", "leave", "let",
    "look", "make", "me", "merge", "note", "open", "ping", "please", "post", "proceed", "publish", "push", "read",
    "remember", "reply", "run", "say", "see", "send", "ship", "shout", "start", "take", "tell", "then", "update", "us",
    "we", "will", "write", "you", "your",
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
            "maybe",
            "edits below",
            "w/ edits",
            "changes requested",
            "as soon as green",
            "up to question 3",
            "just D+1",
            "dont start",
            "blocked",
            "revoked",
            "see /NACK",
            "without the docs",
            "when green",
            "other than naming",
            "needs a rename",
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
            "without changes",
            "no reservations",
            "without any reservations",
            "no changes to the plan",
            "the draft reads well",
            "with no changes",
            "all four Yes",
            "without any big changes",
            "no need to rename it",
            "see edits in r5",
            "we read the edits",
            "just proceed",
        ] {
            assert_eq!(reserve(&words(text)), None, "{text}");
        }
        for (text, at, held) in [
            ("all but packaging", 0, "all but"),
            ("r4-adapter on condition of tests", 1, "on condition"),
            ("with two rather tiny edits to it", 0, "with two"),
        ] {
            assert_eq!(reserve(&words(text)), Some((at, held.to_owned())), "{text}");
        }
    }
}
