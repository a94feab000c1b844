//! `verify-gate licence` on files: what is good, what is refused and why, what cannot be decided.

use std::process::Output;

use crate::support::{Scratch, executable};

const VERIFY: &str = env!("CARGO_BIN_EXE_verify-gate");

const KEY: &str = "A6EHv/POEL4dcN0Y50vAmWfk1jCbpQ1fHdyGZBJVMbg=";
/// Signed by Python's `cryptography` over `json.dumps(…, sort_keys=True, separators=(",", ":"))`.
const PACK: &str = r#"{"license": {"schema": "ccp.license.v1", "kid": "default", "plan": "pro", "features": ["zai_offload"], "exp": 32503680000}, "signature": "/AVJvMJQfbfYeW28ViHZB0y1Ma8vy6VO3s/Ha2ljrc3ZJht0FVMYrKTFkqS40ijEBakKUOWSvihznP1l0IEUAQ=="}"#;
/// The same with text beyond ASCII, floats, a large integer and nesting.
const ODD: &str = r#"{"license": {"schema": "ccp.license.v1", "kid": "default", "plan": "prö 😀", "features": ["a", "b"], "exp": 32503680000, "device": "", "nested": {"z": [1.0, 1e-07, 1e+16, -0.0, 123456789012345678901234567890, null, true], "a": {"é": "\u007f\n"}}}, "signature": "eg7wckfADW1+hxgwNdgOinWeRbHGpfOoEhf7p2OIAgqk8nSTEsRbLRyuANVN0OEjcPe07tDJhn1DO0KAetmTCQ=="}"#;
const BARE: &str =
    r#"{"schema": "ccp.license.v1", "kid": "default", "plan": "pro", "features": ["zai_offload"], "exp": 32503680000}"#;
const BARE_SIGNATURE: &str = "SvrOcybAHlDmIbvXh3cRGPWHT4zg3W4ps1+vngN2WOuVNX2Bd2K9rFfo/p+N2k9iKiNM10d+OuAyr/WCZ9AAAg==";

fn bundle(more: &str) -> String {
    format!(
        "{{\"version\": \"1\", \"keys\": [{{\"id\": \"default\", \"type\": \"ed25519\", \"base64\": \"{KEY}\"{more}}}]}}"
    )
}

/// A folder with a good bundle and a pack.
fn scratch(pack: &str) -> Scratch {
    let scratch = Scratch::new();
    scratch.write("PUBKEYS.json", bundle(""));
    scratch.write("pack.json", pack);
    scratch
}

fn run(scratch: &Scratch, arguments: &[&str]) -> Output {
    let all = ["licence", "--bundle", "PUBKEYS.json", "--format", "json"];
    scratch.command(scratch.root(), VERIFY).args(all).args(arguments).output().unwrap()
}

fn reasons(output: &Output) -> Vec<String> {
    let value: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    let found = value["diagnostics"].as_array().unwrap();
    assert_eq!(value["valid"], found.is_empty());
    assert_eq!(output.status.code(), Some(i32::from(!found.is_empty())));
    found.iter().map(|one| format!("{} {}", one["code"].as_str().unwrap(), one["reason"].as_str().unwrap())).collect()
}

#[test]
fn packs_that_python_signed_hold_and_no_byte_of_them_may_change() {
    for (pack, form) in [(PACK, "pack"), (ODD, "pack"), (BARE, "split")] {
        let scratch = scratch(pack);
        scratch.write("pack.json.sig", format!(" {BARE_SIGNATURE}\n"));
        let output = run(&scratch, &["--pack", "pack.json"]);
        assert_eq!(reasons(&output), [""; 0], "{pack}");
        let value: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
        assert_eq!((value["form"].as_str(), value["key_id"].as_str()), (Some(form), Some("default")));
        assert_eq!(value["licence"]["exp"], 32_503_680_000_i64);
    }
    let scratch = scratch(PACK);
    for (from, to) in [
        ("pro", "Pro"),
        ("zai", "zbi"),
        ("32503680000", "32503680001"),
        ("/AVJ", "/BVJ"),
        ("\"features\"", "\"x\": 1, \"features\""),
    ] {
        scratch.write("pack.json", PACK.replacen(from, to, 1));
        assert_eq!(reasons(&run(&scratch, &["--pack", "pack.json"])), ["AG312 bad-signature"], "{from}");
    }
}

#[test]
fn what_is_wrong_is_said_by_its_reason() {
    let scratch = scratch(PACK);
    let refused = |pack: &str, arguments: &[&str]| {
        scratch.write("pack.json", pack);
        reasons(&run(&scratch, &[&["--pack", "pack.json"], arguments].concat()))
    };
    assert_eq!(refused(PACK, &["--at", "3000-01-01T00:00:00Z"]), ["AG312 expired"]);
    assert_eq!(refused(PACK, &["--at", "2999-12-31T23:59:59Z"]), [""; 0]);
    assert_eq!(refused(PACK, &["--key-id", "next"]), ["AG312 unknown-key"]);
    assert_eq!(refused(&PACK.replace("\"default\"", "\"next\""), &[]), ["AG312 unknown-key"]);
    assert_eq!(refused(PACK, &["--device", "d1"]), [""; 0], "no device is any device");
    assert_eq!(refused(BARE, &[]), ["AG312 unsigned"]);
    assert_eq!(refused(&PACK.replace("\"signature\"", "\"sign\""), &[]), ["AG312 unsigned"]);
    assert_eq!(refused(&PACK.replace("AQ==\"", "AQ=\""), &[]), ["AG312 bad-signature"]);
    for broken in
        ["{", "[]", "\u{feff}{}", "{\"license\": 1}", "{\"license\": {}, \"license\": {}}", "{\"kid\": 1e400}", "{}"]
    {
        assert_eq!(refused(broken, &[]), ["AG312 malformed"], "{broken}");
    }
    assert_eq!(refused(&format!("{}{}", "[".repeat(2000), "]".repeat(2000)), &[]), ["AG312 malformed"]);
    assert_eq!(refused(&" ".repeat((1 << 20) + 1), &[]), ["AG312 too-large"]);
}

#[test]
fn one_bad_key_refuses_the_bundle() {
    let scratch = scratch(PACK);
    for (text, reason) in [
        (bundle("").replace("ed25519", "rsa"), "key-type"),
        (bundle("").replace(KEY, "AQAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="), "key-bytes"),
        // The y of the point is above the prime.
        (bundle("").replace(KEY, "7v///////////////////////////////////////38="), "key-bytes"),
        (bundle("").replace(KEY, "AAAA"), "key-bytes"),
        (bundle("").replace('=', ""), "key-bytes"),
        (
            bundle("")
                .replace("}]}", &format!("}},{{\"id\":\"default\",\"type\":\"ed25519\",\"base64\":\"{KEY}\"}}]}}")),
            "duplicate-id",
        ),
        (bundle("").replace("\"1\"", "\"\""), "malformed"),
        (bundle("").replace("\"1\"", "1"), "malformed"),
        ("{\"version\": \"1\", \"keys\": []}".to_owned(), "malformed"),
        (bundle(", \"not_after\": \"soon\""), "malformed"),
    ] {
        scratch.write("PUBKEYS.json", &text);
        let output = run(&scratch, &["--pack", "pack.json"]);
        assert_eq!(reasons(&output), [format!("AG311 {reason}")], "{text}");
        let value: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
        assert!(value["bundle"].is_null() && value["licence"].is_null());
    }
    scratch.write("PUBKEYS.json", bundle(", \"not_after\": \"2026-01-01T00:00:00Z\""));
    assert_eq!(reasons(&run(&scratch, &["--pack", "pack.json", "--at", "2026-01-01T00:00:00Z"])), [""; 0]);
    assert_eq!(
        reasons(&run(&scratch, &["--pack", "pack.json", "--at", "2026-01-01T00:00:01Z"])),
        ["AG312 unknown-key"]
    );
}

#[test]
fn what_is_not_there_cannot_be_decided() {
    let scratch = scratch(PACK);
    scratch.write("sig", BARE_SIGNATURE);
    scratch.write("bare.json", BARE);
    for arguments in [
        &["--pack", "nothing.json"][..],
        &["--pack", "."],
        &["--file", "bare.json"],
        &["--file", "bare.json", "--signature", "nothing"],
        &["--pack", "pack.json", "--at", "today"],
        &["--pack", "pack.json", "--file", "bare.json", "--signature", "sig"],
    ] {
        assert_eq!(run(&scratch, arguments).status.code(), Some(2), "{arguments:?}");
    }
    assert_eq!(reasons(&run(&scratch, &["--file", "bare.json", "--signature", "sig"])), [""; 0]);
    assert_eq!(reasons(&run(&scratch, &["--file", "pack.json", "--signature", "sig"])), ["AG312 bad-signature"]);
}

#[test]
fn a_verifier_is_run_only_where_the_user_chose_it() {
    let scratch = scratch(&PACK.replace("\"default\"", "\"elsewhere\""));
    let pack = ["--pack", "pack.json"];
    executable(&scratch.root().join("yes"), "exit 0");
    executable(&scratch.root().join("no"), "exit 7");
    executable(&scratch.root().join("killed"), "kill -9 $$");
    executable(
        &scratch.root().join("arguments"),
        "test $# = 2 && test \"$1\" = elsewhere && grep -q '^{\"exp\":32503680000,'",
    );
    let program = |name: &str| scratch.root().join(name).to_str().unwrap().to_owned();
    for (name, found) in [("yes", None), ("no", Some("AG312 bad-signature")), ("arguments", None)] {
        scratch.git(&["config", "ackgate.verifier", &program(name)]);
        assert_eq!(reasons(&run(&scratch, &pack)), found.into_iter().collect::<Vec<_>>(), "{name}");
    }
    for name in ["killed", "not-there"] {
        scratch.git(&["config", "ackgate.verifier", &program(name)]);
        assert_eq!(run(&scratch, &pack).status.code(), Some(2), "{name}");
    }
    scratch.git(&["config", "--unset", "ackgate.verifier"]);
    assert_eq!(reasons(&run(&scratch, &pack)), ["AG312 unknown-key"]);
    // Found by itself, it runs nothing.
    scratch.write("ackgate.toml", format!("version = 1\n[licence]\nverifier = [\"{}\"]\n", program("yes")));
    let output = run(&scratch, &pack);
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(output.status.code() == Some(2) && said.contains("git config ackgate.verifier"), "{said}");
    assert_eq!(reasons(&run(&scratch, &[&pack[..], &["--config", "ackgate.toml"]].concat())), [""; 0]);
    // What a pack says is never an option or a line of its own.
    scratch.write("pack.json", PACK.replace("\"default\"", "\"-x\""));
    assert_eq!(reasons(&run(&scratch, &[&pack[..], &["--config", "ackgate.toml"]].concat())), ["AG312 unknown-key"]);
}
