//! Whether an answer to a question is “No”.

use super::label::part_of;
use super::reserve::reserve;
use super::tokens::Token;

/// Whether an item or cell answers a question with “No”: an answer stands at the start, perhaps behind the question's
/// number, and behind each question mark and colon. What a dash, an arrow or a bracket sets off is an answer if it is
/// no more than the word. “No” before a thing that could stand in the way (“No further questions.”) is no answer.
pub(super) fn answers_no(tokens: &[Token]) -> bool {
    let tokens: Vec<&Token> = tokens.iter().filter(|t| !matches!(t, Token::Hidden)).collect();
    let number = tokens.iter().take_while(|t| is_number(t)).count();
    let refuses = |question: &[&Token], answer: &[&Token]| {
        let question = question.get(question.len().saturating_sub(AROUND)..).unwrap_or_default();
        let answer = answer.get(..AROUND).unwrap_or(answer);
        said_with(answer).is_some_and(|rest| {
            let is_numbered = number > 0 && last_clause(question).iter().all(|t| is_number(t) || t.name().is_none());
            let says_not = answer.iter().filter_map(|t| t.name()).find(|n| !is_no_word(n)).is_some_and(|n| !is_no(n));
            says_not || !is_nothing(question, is_numbered, rest)
        })
    };
    let behind = |i: usize| {
        let rest = tokens.get(i + 1..).unwrap_or_default();
        rest.get(rest.iter().take_while(|t| t.is_line_end()).count()..).unwrap_or_default()
    };
    let answers = |(i, mark): (usize, &&Token)| match mark {
        Token::Mark('?' | ':') => refuses(tokens.get(..i).unwrap_or_default(), behind(i)),
        mark if sets_off(mark) => {
            let rest = behind(i);
            let rest = said_with(rest.get(..AROUND).unwrap_or(rest)).unwrap_or_default();
            // “Yes, no change” says Yes.
            let agreed = lower(last_clause(tokens.get(..i).unwrap_or_default())).first().is_some_and(|w| {
                matches!(w.as_str(), "yes" | "ok" | "okay" | "confirmed" | "agreed" | "good" | "all" | "fine")
            });
            let change = !agreed
                && rest.first().and_then(|t| t.word()).is_some_and(|w| CHANGES.contains(&w.to_lowercase().as_str()));
            let ends = rest.get(usize::from(change)).is_none_or(|t| matches!(t, Token::Mark(_) | Token::Newline));
            ends && refuses(tokens.get(..i).unwrap_or_default(), behind(i))
        }
        _ => false,
    };
    refuses(&[], &tokens)
        || refuses(tokens.get(..number).unwrap_or_default(), tokens.get(number..).unwrap_or_default())
        || tokens.iter().enumerate().any(answers)
}

/// As many tokens as are looked at around a “No”, so that many of them cost no more than their length.
const AROUND: usize = 64;

/// Whether a line of a paragraph that begins with a question's number answers it with “No”: a list that starts at 2 is
/// none where a paragraph goes on.
pub(super) fn numbered_no(tokens: &[Token]) -> bool {
    tokens.split(Token::is_line_end).any(|line| line.first().is_some_and(is_number) && answers_no(line))
}

/// Whether a “No” to this question, asked in running text, says that nothing stands in the way: it asks whether there is any such thing
/// (“Any network calls?”), or names one (“Breaking changes:”), and is no question for leave.
pub(super) fn asks_for_trouble(question: &[&Token]) -> bool {
    let clause = last_clause(question);
    let start = clause.iter().take_while(|t| is_number(t) || t.name().is_none_or(is_no_word)).count();
    let label: Vec<String> = lower(clause.get(start..).unwrap_or_default());
    // A part of the gate that is answered “No” is refused, “Packaging/licensing impacts” too.
    if part_of(&label.join(" ")).is_some() {
        return false;
    }
    let said: Vec<&str> = label.iter().map(String::as_str).collect();
    let Some(first) = said.first() else { return false };
    let leave = said.iter().any(|w| LEAVE.contains(w) || w.ends_with("n't") || matches!(*w, "no" | "not" | "without"));
    if leave || VERBS.contains(first) || said.iter().any(|w| w.chars().any(|c| c.is_ascii_digit())) {
        return false;
    }
    let asks = ["is", "are", "do", "does", "did", "has", "have", "will", "would", "was", "were"].contains(first);
    let any = said.iter().any(|w| matches!(*w, "any" | "anything" | "anyone" | "anybody"));
    // Of what is named the last word before its complement is the thing itself: “Questions on packaging”.
    let thing = said.split(|w| COMPLEMENT.contains(w)).next().unwrap_or_default().last().copied().unwrap_or_default();
    let thing = thing.rsplit('/').next().unwrap_or_default();
    let changes = CHANGES.contains(&thing) && said.iter().any(|w| OF_CHANGES.contains(w));
    any || changes || TROUBLE.contains(&thing) || (asks && said.iter().any(|w| BREAKS.contains(w)))
}

/// What follows the “No” that a run of tokens opens with; `None` if it opens with something else.
fn said_with<'t, 'r>(tokens: &'r [&'t Token]) -> Option<&'r [&'t Token]> {
    // A box, an arrow, a cross or quotation marks before an answer are no part of it.
    let mut words = tokens.iter().enumerate().filter(|(_, t)| t.name().is_some_and(|name| !is_no_word(name)));
    let (at, first) = words.next().and_then(|(at, t)| Some((at, t.name()?.to_lowercase())))?;
    let is_answer = match first.as_str() {
        "not" => words.next().and_then(|(_, t)| t.name()).is_some_and(|next| {
            matches!(next.to_lowercase().as_str(), "yet" | "ok" | "okay" | "agreed" | "confirmed" | "accepted")
        }),
        word => is_no(word),
    };
    // “Not yet” is two words.
    let behind = at + 1 + usize::from(first == "not");
    is_answer.then(|| tokens.get(behind..).unwrap_or_default())
}

/// Whether an answer that opens with “No” says no more than that nothing is in the way.
fn is_nothing(question: &[&Token], is_numbered: bool, rest: &[&Token]) -> bool {
    let asked = lower(last_clause(question));
    let held = |rest: &[&Token]| reserve(&rest.iter().map(|t| (*t).clone()).collect::<Vec<_>>()).is_some();
    match rest.first() {
        // Whatever was asked, it is answered “No”.
        None | Some(Token::Mark(_) | Token::Newline) => false,
        Some(_) => {
            let words: Vec<String> = rest.iter().map_while(|t| t.word()).map(str::to_lowercase).collect();
            let Some(at) = words.iter().take(4).position(|w| is_thing(w)) else { return false };
            let (before, after) = (words.get(..at).unwrap_or_default(), words.get(at + 1..).unwrap_or_default());
            let tail = rest.get(at + 1..).unwrap_or_default();
            let thing = words.get(at).map(String::as_str).unwrap_or_default();
            let is_change = CHANGES.contains(&thing) && !thing.starts_with("question");
            let next = after.first().map(String::as_str);
            let plain = if is_change {
                // “Rename it? No changes.” refuses; so may “2. No change”.
                let whether = asked.first().is_some_and(|w| VERBS.contains(&w.as_str()) || ASKS.contains(&w.as_str()))
                    || asked.iter().any(|w| LEAVE.contains(&w.as_str()));
                // A list's numbers are not read, so that “No change” alone may be the answer to a question.
                let says_which = !asked.is_empty() || !before.is_empty() || next.is_some();
                !is_numbered
                    && says_which
                    && !whether
                    && before.iter().all(|w| OF_CHANGES.contains(&w.as_str()))
                    && next.is_none_or(|w| NEEDED.contains(&w))
            } else {
                next.is_none_or(|w| NEEDED.contains(&w) || COMPLEMENT.contains(&w))
            };
            plain && !held(tail) && !after.iter().any(|w| LEAVE.contains(&w.as_str()))
        }
    }
}

/// What stands behind the last mark that ends a clause.
fn last_clause<'t, 'r>(tokens: &'r [&'t Token]) -> &'r [&'t Token] {
    let ends = |t: &&Token| matches!(t, Token::Mark('.' | '?' | '!' | ';' | ':' | ',') | Token::Newline);
    tokens.rsplit(ends).next().unwrap_or_default()
}

fn lower(tokens: &[&Token]) -> Vec<String> {
    tokens.iter().filter_map(|t| t.name()).map(|w| w.to_lowercase().replace('’', "'")).collect()
}

fn is_thing(word: &str) -> bool {
    TROUBLE.contains(&word) || CHANGES.contains(&word)
}

/// A mark that sets an answer off from its question.
fn sets_off(token: &Token) -> bool {
    token.is_dash() || matches!(token, Token::Mark('→' | '(' | '[' | '"' | '“' | ',')) || token.word() == Some("=")
}

/// The number of a question: `Q3`, `#3`, `3`, `Question 3`.
fn is_number(token: &Token) -> bool {
    token.word().is_some_and(|w| {
        let digits = w.trim_start_matches(['#', 'q', 'Q']);
        let number = !digits.is_empty() && digits.chars().all(|c| c.is_ascii_digit());
        number || ["question", "point", "item", "answer"].iter().any(|name| w.eq_ignore_ascii_case(name))
    })
}

/// A cross, a box or an arrow.
fn is_no_word(name: &str) -> bool {
    !name.chars().any(|c| c.is_alphanumeric() && c != 'x')
}

fn is_no(word: &str) -> bool {
    matches!(word.to_lowercase().as_str(), "no" | "nope" | "nack")
}

/// Things that stand in the way of a yes, so that to have none is one.
const TROUBLE: &[&str] = &[
    "blocker",
    "blockers",
    "breakage",
    "breakages",
    "caveat",
    "caveats",
    "comment",
    "comments",
    "concern",
    "concerns",
    "conflict",
    "conflicts",
    "disagreement",
    "disagreements",
    "doubt",
    "doubts",
    "downtime",
    "hurry",
    "impact",
    "impacts",
    "issue",
    "issues",
    "objection",
    "objections",
    "problem",
    "problems",
    "regression",
    "regressions",
    "remarks",
    "reservation",
    "reservations",
    "risk",
    "risks",
    "rush",
    "surprises",
    "trouble",
    "veto",
    "worries",
];

/// What may be refused as well as not needed.
const CHANGES: &[&str] = &[
    "action",
    "actions",
    "amendment",
    "amendments",
    "change",
    "changes",
    "correction",
    "corrections",
    "edit",
    "edits",
    "follow-up",
    "follow-ups",
    "modifications",
    "question",
    "questions",
    "requests",
    "suggestions",
    "tweaks",
];

/// What makes changes such that to have none is good, or shows that they would be the answerer's own.
const OF_CHANGES: &[&str] = &[
    "additional",
    "breaking",
    "extra",
    "further",
    "incompatible",
    "more",
    "needed",
    "new",
    "open",
    "other",
    "outstanding",
    "requested",
    "required",
];

/// What may follow “no changes”, to say that none are called for.
const NEEDED: &[&str] = &["needed", "necessary", "required", "requested", "expected", "here", "from", "either", "left"];

/// What begins the complement of a thing.
const COMPLEMENT: &[&str] = &[
    "about",
    "at",
    "for",
    "found",
    "from",
    "here",
    "in",
    "left",
    "needed",
    "of",
    "on",
    "regarding",
    "required",
    "requested",
    "expected",
    "to",
    "with",
];

/// Words of a question for leave or agreement: its “No” refuses.
const LEAVE: &[&str] = &[
    "accept",
    "acceptable",
    "accepted",
    "ack",
    "acked",
    "agree",
    "agreed",
    "agreement",
    "align",
    "aligned",
    "alignment",
    "all",
    "both",
    "each",
    "every",
    "these",
    "those",
    "allow",
    "allowed",
    "approval",
    "approve",
    "approved",
    "can",
    "chance",
    "clear",
    "compatible",
    "complete",
    "confirm",
    "confirmed",
    "correct",
    "could",
    "done",
    "enough",
    "fine",
    "go",
    "good",
    "let",
    "may",
    "must",
    "ok",
    "okay",
    "permitted",
    "please",
    "possible",
    "proceed",
    "ready",
    "right",
    "safe",
    "shall",
    "should",
    "start",
    "sufficient",
    "support",
    "supported",
    "valid",
    "way",
    "work",
    "works",
    "yes",
];

/// Words that open a question for something to be done.
const VERBS: &[&str] = &[
    "add", "adopt", "bump", "change", "drop", "emit", "expose", "include", "keep", "leave", "log", "make", "merge",
    "migrate", "move", "pin", "publish", "put", "remove", "rename", "replace", "send", "set", "ship", "store",
    "switch", "take", "tolerate", "treat", "use", "write",
];

/// Words that open a question for leave, or for what shall be.
const ASKS: &[&str] =
    &["are", "can", "could", "did", "does", "is", "may", "must", "shall", "should", "want", "will", "would"];

/// What something may do to what is there.
const BREAKS: &[&str] = &[
    "affect",
    "affects",
    "block",
    "blocks",
    "break",
    "breaks",
    "conflict",
    "conflicts",
    "harm",
    "harms",
    "leak",
    "leaks",
    "missing",
    "object",
    "regress",
    "violate",
    "violates",
];
