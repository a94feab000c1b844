//! Why a contract cannot be read.

/// Why a contract cannot be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ContractError {
    /// More than [`super::LARGEST`] bytes.
    #[error("is larger than 4 MiB")]
    TooLarge,
    /// Not text.
    #[error("is not UTF-8")]
    NotUtf8,
    /// Not JSON, or not JSON with one meaning.
    #[error("is not JSON with one meaning: {0}")]
    Json(#[from] crate::json::Error),
    /// Markdown that names more than [`super::MOST_FIELDS`] fields.
    #[error("names more than {max} fields", max = super::MOST_FIELDS)]
    TooManyFields,
    /// JSON whose root is neither an object nor a boolean.
    #[error("is no JSON Schema: its root is neither an object nor true or false")]
    NoSchema,
    /// A `$schema` that is not a text, or names something else than the three drafts.
    #[error("line {line}: `$schema` names none of draft-07, 2019-09 and 2020-12")]
    UnknownDraft {
        /// Its line.
        line: usize,
    },
}

impl ContractError {
    /// The line that it is about.
    pub fn line(&self) -> Option<usize> {
        match self {
            ContractError::Json(error) => Some(error.line),
            ContractError::UnknownDraft { line } => Some(*line),
            ContractError::TooLarge
            | ContractError::NotUtf8
            | ContractError::TooManyFields
            | ContractError::NoSchema => None,
        }
    }
}
