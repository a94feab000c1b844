//! Links what unwinds the stack into the programs, where it would be a shared library that each start has to find and load: with
//! the C library of GNU/Linux, a tenth of the time in which a small program starts.

#![allow(
    clippy::disallowed_methods,
    reason = "all that a build script knows is in its environment, and the linker is a program"
)]

use std::env;
use std::path::Path;
use std::process::Command;

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rerun-if-env-changed=RUSTC_LINKER");
    let cargo = |name: &str| env::var(format!("CARGO_CFG_TARGET_{name}")).unwrap_or_default();
    let is_gnu = cargo("OS") == "linux" && cargo("ENV") == "gnu";
    let is_static = cargo("FEATURE").split(',').any(|feature| feature == "crt-static");
    if is_gnu && !is_static && linker_has("libgcc_eh.a") {
        println!("cargo::rustc-link-lib=static:-bundle=gcc_eh");
    }
}

/// Whether the linker would find a library; where it cannot be asked, the programs are linked as all others are.
fn linker_has(file: &str) -> bool {
    let linker = env::var_os("RUSTC_LINKER").unwrap_or_else(|| "cc".into());
    let said = Command::new(linker).arg(format!("-print-file-name={file}")).output();
    // One that is not found is printed as it was given.
    said.is_ok_and(|said| Path::new(String::from_utf8_lossy(&said.stdout).trim()).is_absolute())
}
