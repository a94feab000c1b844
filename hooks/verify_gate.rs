//! One boundary.

fn main() {}
