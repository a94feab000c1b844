//! `verify-gate licence`: a key bundle, a licence pack, a signature by itself.

mod verifier;

use std::ffi::OsString;
use std::io::Write;
use std::os::unix::ffi::{OsStrExt, OsStringExt};
use std::path::{Path, PathBuf};

use jiff::Timestamp;
use serde_json::{Value, json};

use self::verifier::{Program, chosen};
use crate::licence::{
    Bundle, License, MAX_BYTES, Pack, Reason, Refusal, Ring, Signed, Verifier, Wanted, detached, judge, signature_names,
};
use crate::report::human::{ERROR, HELP, Look, paint};
use crate::report::results::{self, Results};
use crate::report::{Finding, Severity, escape, human, json as document};
use crate::rules::find;
use crate::shell::cli::{Common, Format, LicenceArgs};
use crate::shell::rooted::rooted;
use crate::shell::terminal::{Outcome, finish, look};
use crate::shell::{Error, files};

/// Largest file that is checked against a signature of its own, in bytes.
const MAX_FILE: usize = 64 << 20;

/// What was found.
struct Answer {
    form: &'static str,
    key_id: Option<String>,
    bundle: Option<Bundle>,
    license: Option<License>,
    refusals: Vec<(&'static str, PathBuf, Refusal)>,
}

/// Checks what the command line names.
pub fn licence(common: &Common, arguments: &LicenceArgs) -> Result<Outcome, Error> {
    let now = match &arguments.at {
        None => Timestamp::now(),
        Some(text) => text.parse().map_err(|_| {
            Error::new(format!("`{}` is no time", escape(text)))
                .hint("say it as RFC 3339, such as 2026-01-31T00:00:00Z")
        })?,
    };
    let program = chosen(common)?;
    let answer = answer(arguments, now.as_second(), program.as_ref())?;
    let mut out = std::io::stdout().lock();
    let written = match common.format {
        Format::Json => document::document(&mut out, as_json(&answer)),
        Format::For(form) => {
            let findings = rooted(&answer.refusals.iter().map(finding).collect::<Vec<_>>());
            let what = "licence".to_owned();
            let results = Results { what, findings: &findings, quiet: common.quiet, ..Results::default() };
            results::write(form, &results, &mut out)
        }
        Format::Human => as_text(&answer, look(common), &mut out),
    };
    finish(written)?;
    Ok(if answer.refusals.is_empty() { Outcome::Pass } else { Outcome::Blocked })
}

fn answer(arguments: &LicenceArgs, now: i64, program: Option<&Program>) -> Result<Answer, Error> {
    let form = if arguments.file.is_some() { "file" } else { "bundle" };
    let mut answer = Answer { form, key_id: None, bundle: None, license: None, refusals: Vec::new() };
    // Read first, so that what is not there is said whatever else is wrong.
    let pack = arguments.pack.as_deref().map(read_pack).transpose()?;
    if let Some(Ok(pack)) = &pack {
        answer.form = if pack.is_split() { "split" } else { "pack" };
        answer.key_id = pack.key_id().map(str::to_owned);
    } else if pack.is_some() {
        answer.form = "pack";
    }
    let file = match (&arguments.file, &arguments.signature) {
        (Some(file), Some(signature)) => {
            Some((file, files::read_at_most(file, MAX_FILE)?, files::read_at_most(signature, MAX_BYTES)?))
        }
        _ => None,
    };
    let bundle = match Bundle::read(&files::read_at_most(&arguments.bundle, MAX_BYTES)?) {
        Ok(bundle) => bundle,
        Err(refusal) => {
            answer.refusals.push(("AG311", arguments.bundle.clone(), refusal));
            return Ok(answer);
        }
    };
    let verifier = Either { ring: Ring { bundle: &bundle, now }, program };
    if let (Some(path), Some(pack)) = (&arguments.pack, pack) {
        let wanted = Wanted { key_id: arguments.key_id.as_deref(), device: Some(arguments.device.as_deref()), now };
        let refusals = match &pack {
            Ok(pack) => {
                let (license, refusals) = judge(pack, &wanted, &verifier)?;
                answer.license = license;
                refusals
            }
            Err(refusal) => vec![refusal.clone()],
        };
        answer.refusals.extend(refusals.into_iter().map(|refusal| ("AG312", path.clone(), refusal)));
    }
    if let Some((path, message, signature)) = &file {
        let id = key_id(arguments.key_id.as_deref(), &bundle)?;
        let refused = signed_file(message, signature, &id, &verifier)?.err();
        answer.refusals.extend(refused.map(|refusal| ("AG312", (*path).clone(), refusal)));
        answer.key_id = Some(id);
    }
    answer.bundle = Some(bundle);
    Ok(answer)
}

/// The keys of the bundle, or the program that the user chose in their place.
struct Either<'a> {
    ring: Ring<'a>,
    program: Option<&'a Program>,
}

impl Verifier for Either<'_> {
    type Error = Error;

    fn verify(&self, signed: &Signed<'_>) -> Result<Result<(), Refusal>, Error> {
        match self.program {
            Some(program) => program.verify(signed),
            None => Ok(self.ring.holds(signed)),
        }
    }
}

fn signed_file(
    message: &[u8],
    signature: &[u8],
    key_id: &str,
    verifier: &Either<'_>,
) -> Result<Result<(), Refusal>, Error> {
    if message.len() > MAX_FILE {
        return Ok(Err(Refusal::new(Reason::TooLarge, 1, format!("is larger than {MAX_FILE} bytes"))));
    }
    match detached(signature) {
        Ok(signature) => verifier.verify(&Signed { message, key_id, signature: &signature }),
        Err(refusal) => Ok(Err(refusal)),
    }
}

/// The key that a file is said to be signed with: the one that is asked for, the only one, `default`.
fn key_id(asked: Option<&str>, bundle: &Bundle) -> Result<String, Error> {
    let only = || match bundle.keys.as_slice() {
        [only] => Some(only.id.clone()),
        _ => bundle.key("default").map(|key| key.id.clone()),
    };
    asked.map(str::to_owned).or_else(only).ok_or_else(|| {
        let ids: Vec<String> = bundle.keys.iter().map(|key| format!("`{}`", escape(&key.id))).collect();
        Error::new("the bundle has several keys, and none of them is called `default`")
            .hint(format!("name one with --key-id: {}", ids.join(", ")))
    })
}

/// A pack and, for a bare license, the signature beside it: `FILE.sig`, else the name with `.sig` for `.json`.
fn read_pack(path: &Path) -> Result<Result<Pack, Refusal>, Error> {
    let bytes = files::read_at_most(path, MAX_BYTES)?;
    let mut signature = None;
    for name in signature_names(path.as_os_str().as_bytes()) {
        let candidate = PathBuf::from(OsString::from_vec(name));
        if candidate.symlink_metadata().is_ok() {
            signature = Some(files::read_at_most(&candidate, MAX_BYTES)?);
            break;
        }
    }
    Ok(Pack::read(&bytes, signature.as_deref()))
}

fn finding((code, path, refusal): &(&'static str, PathBuf, Refusal)) -> Finding {
    Finding {
        code,
        name: find(code).map_or("", |rule| rule.name),
        severity: Severity::Error,
        message: escape(&refusal.message),
        path: Some(crate::change::RepoPath::new(path.as_os_str().as_encoded_bytes())),
        line: Some(refusal.line),
        log: None,
        help: None,
        commit: None,
    }
}

fn as_json(answer: &Answer) -> Value {
    let license = |license: &License| {
        // Beyond 64 bits there is no integer that every reader of JSON keeps.
        let exp = license.exp.parse::<i64>().map_or_else(|_| Value::from(license.exp.clone()), Value::from);
        json!({"schema": license.schema, "kid": license.kid, "plan": license.plan, "features": license.features,
            "exp": exp, "device": license.device})
    };
    let diagnostics: Vec<Value> = (answer.refusals.iter())
        .map(|one| {
            let finding = finding(one);
            json!({"code": finding.code, "name": finding.name, "severity": "error", "reason": one.2.reason.as_str(),
                "message": finding.message, "path": finding.path.map(|path| path.to_string())})
        })
        .collect();
    let bundle = |bundle: &Bundle| {
        let ids: Vec<&str> = bundle.keys.iter().map(|key| key.id.as_str()).collect();
        json!({"version": bundle.version, "keys": ids})
    };
    json!({
        "version": 1,
        "valid": answer.refusals.is_empty(),
        "form": answer.form,
        "key_id": answer.key_id,
        "bundle": answer.bundle.as_ref().map(bundle),
        "licence": answer.license.as_ref().map(license),
        "diagnostics": diagnostics,
    })
}

fn as_text(answer: &Answer, look: Look, out: &mut dyn Write) -> std::io::Result<()> {
    for one in &answer.refusals {
        human::finding(&finding(one), look, out)?;
    }
    if look.quiet {
        return Ok(());
    }
    if let Some(bundle) = &answer.bundle {
        let ids: Vec<String> = bundle.keys.iter().map(|key| escape(&key.id)).collect();
        writeln!(out, "bundle   version {}, keys {}", escape(&bundle.version), ids.join(", "))?;
    }
    if let Some(license) = &answer.license {
        let features: Vec<String> = license.features.iter().map(|feature| escape(feature)).collect();
        writeln!(out, "licence  plan {}, key {}", escape(&license.plan), escape(&license.kid))?;
        writeln!(
            out,
            "         features {}",
            if features.is_empty() { "none".to_owned() } else { features.join(", ") }
        )?;
        let until = license.exp.parse().ok().and_then(|exp| Timestamp::from_second(exp).ok());
        writeln!(out, "         until {}", until.map_or_else(|| license.exp.clone(), |until| until.to_string()))?;
    }
    let what = match answer.form {
        "bundle" => "the key bundle",
        "file" => "the signature",
        _ => "the licence",
    };
    match answer.refusals.is_empty() {
        true => writeln!(out, "{}: {what} is good", paint("pass", HELP, look.color)),
        false => writeln!(out, "{}: {what} is refused", paint("blocked", ERROR, look.color)),
    }
}
