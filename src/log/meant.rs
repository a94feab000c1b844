//! What an answer that fits no gate was meant for, as far as its words tell.

use super::entry::Read;
use super::object::Object;

/// Whether an ACK that counts for no gate looks as if it were for one: it names an unknown slice, a part, or the gate by a
/// word that may be anything else's.
pub(super) fn is_meant_for_the_gate(read: &Read) -> bool {
    match &read.object {
        Object::Part(_) | Object::Gate { .. } => true,
        Object::Other(what) => says_one_of(what, NEARLY_THE_GATE),
        Object::Slice(_) => true,
        Object::Bare => !read.beside.is_empty(),
    }
}

/// Whether what a refusal is of is something that a gate asks for.
pub(super) fn is_of_a_gate(what: &str) -> bool {
    says_one_of(what, NEARLY_THE_GATE) || says_one_of(what, OF_A_GATE)
}

fn says_one_of(what: &str, words: &[&str]) -> bool {
    what.split(|c: char| !c.is_alphanumeric()).any(|word| words.iter().any(|w| w.eq_ignore_ascii_case(word)))
}

const OF_A_GATE: &[&str] = &[
    "acceptance",
    "adapter",
    "all",
    "any",
    "api",
    "approach",
    "change",
    "code",
    "contract",
    "contracts",
    "design",
    "edits",
    "everything",
    "field",
    "fields",
    "file",
    "files",
    "interface",
    "it",
    "key",
    "keys",
    "licence",
    "license",
    "licensing",
    "matrix",
    "name",
    "names",
    "naming",
    "packaging",
    "path",
    "point",
    "points",
    "question",
    "questions",
    "rename",
    "schema",
    "schemas",
    "test",
    "tests",
    "timeline",
    "type",
    "types",
    "validation",
    "wording",
];

const NEARLY_THE_GATE: &[&str] = &[
    "above",
    "alignment",
    "changes",
    "entry",
    "gate",
    "gates",
    "last",
    "latest",
    "message",
    "paths",
    "plan",
    "post",
    "proposal",
    "request",
    "scope",
    "slice",
    "that",
    "this",
];
