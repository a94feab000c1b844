//! The catalogue of rules.
pub mod names;
