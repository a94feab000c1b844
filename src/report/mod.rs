//! A finding as data, and the text it becomes.

mod escape;

pub use escape::escape;
pub(crate) use escape::is_invisible;
