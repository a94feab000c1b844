//! What a change of a contract is called.

/// A kind of change.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[expect(missing_docs, reason = "each is the word of its name")]
pub enum Kind {
    FieldAdded,
    FieldAddedRequired,
    FieldRemoved,
    TypeChanged,
    NowRequired,
    NowOptional,
    EnumGrown,
    EnumShrunk,
    Narrowed,
    Relaxed,
    Closed,
    IdentityChanged,
    CannotProve,
    ContractRemoved,
}

impl Kind {
    /// The word that every format uses.
    pub fn as_str(self) -> &'static str {
        match self {
            Kind::FieldAdded => "field-added",
            Kind::FieldAddedRequired => "field-added-required",
            Kind::FieldRemoved => "field-removed",
            Kind::TypeChanged => "type-changed",
            Kind::NowRequired => "now-required",
            Kind::NowOptional => "now-optional",
            Kind::EnumGrown => "enum-grown",
            Kind::EnumShrunk => "enum-shrunk",
            Kind::Narrowed => "narrowed",
            Kind::Relaxed => "relaxed",
            Kind::Closed => "closed",
            Kind::IdentityChanged => "identity-changed",
            Kind::CannotProve => "cannot-prove",
            Kind::ContractRemoved => "contract-removed",
        }
    }

    /// Whether it takes from writers or readers what they had: all that is not plainly additive.
    pub fn is_breaking(self) -> bool {
        !matches!(self, Kind::FieldAdded | Kind::EnumGrown | Kind::Relaxed)
    }

    /// Whether it may shut out a value that was let in, as far as the kind tells.
    pub(super) fn narrows(self) -> bool {
        self.is_breaking() && self != Kind::NowOptional
    }
}

/// One change of a contract.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// Where: a JSON pointer, for Markdown the field's path; into the old contract for what is gone.
    pub pointer: String,
    /// The line there, from 1; `None` for a contract that is gone.
    pub line: Option<usize>,
    /// What happened.
    pub kind: Kind,
    /// Why it breaks, or what it does, in one sentence; safe to print.
    pub message: String,
    /// The field it is about, by the names that lead to it; none for the contract as a whole.
    pub field: Vec<String>,
    /// How it was, in short.
    pub old: Option<String>,
    /// How it is, in short.
    pub new: Option<String>,
}
