//! Plans: what a slice sets out to do, and how it is checked.

pub mod matrix;
