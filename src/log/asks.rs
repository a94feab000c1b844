//! Whether a heading asks for agreement.

use super::tokens::Token;

/// Where “alignment gate” stands: its first token, and the one after it.
pub(super) fn gate_phrase(tokens: &[Token]) -> Option<(usize, usize)> {
    let two = tokens.iter().zip(tokens.iter().skip(1)).position(|(a, b)| a.is_word("alignment") && b.is_word("gate"));
    let one = tokens.iter().position(|t| t.is_word("alignment-gate"));
    two.map(|i| (i, i + 2)).or(one.map(|i| (i, i + 1)))
}

/// Whether a qualifier asks for agreement: it says “alignment gate” and does not answer, or speak about, one.
pub(super) fn asks(qualifier: &[Token]) -> bool {
    let Some((start, end)) = gate_phrase(qualifier) else { return false };
    let before = qualifier.get(..start).unwrap_or_default();
    let after = qualifier.get(end..).unwrap_or_default();
    // “(reply 6 — alignment gate)” is a gate, numbered as the log numbers its entries.
    let numbered = before.iter().any(Token::is_dash)
        && !qualifier.first().is_some_and(|t| t.word().is_some_and(|w| w.to_lowercase().starts_with("ack")));
    let answers = !numbered && qualifier.first().is_some_and(|t| ANSWERS.iter().any(|w| t.is_word(w)));
    let last = before
        .iter()
        .rev()
        .find(|t| !["the", "your", "our", "this", "that", "last", "latest"].iter().any(|w| t.is_word(w)));
    let about = last.is_some_and(|t| ABOUT.iter().any(|w| t.is_word(w)));
    // “(alignment gate answers)”, “(alignment gate: ACK)” end in what they are.
    let words = match after {
        [mark, rest @ ..] if !mark.is_dash() && matches!(mark, Token::Mark(_)) => rest,
        _ => after,
    };
    let answered = matches!(words, [word] if ANSWERED.iter().any(|w| word.is_word(w)));
    !answers && !about && !answered
}

const ANSWERED: &[&str] = &[
    "ack",
    "acked",
    "acknowledged",
    "answer",
    "answered",
    "answers",
    "approved",
    "comments",
    "confirmation",
    "confirmed",
    "feedback",
    "rejected",
    "reply",
    "replies",
    "response",
];

pub(super) const ANSWERS: &[&str] = &[
    "re",
    "reply",
    "replies",
    "response",
    "answer",
    "answers",
    "comment",
    "comments",
    "feedback",
    "question",
    "questions",
    "follow-up",
    "followup",
    "ack",
    "acked",
    "acknowledged",
    "acknowledging",
    "reminder",
    "ping",
    "status",
    "note",
    "review",
    "reviewed",
    "reviewing",
    "thanks",
];

const ABOUT: &[&str] = &[
    "to",
    "on",
    "re",
    "about",
    "regarding",
    "no",
    "not",
    "without",
    "before",
    "after",
    "until",
    "awaiting",
    "for",
    "of",
    "see",
    "per",
];
