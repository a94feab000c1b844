//! What makes a finding the same finding after an edit elsewhere.

use std::collections::HashMap;

use sha2::{Digest, Sha256};

use super::Finding;

/// One fingerprint a finding, in hexadecimal, each of them different: of its code, its file, and the names in code spans
/// that its message holds. Lines, dates, commits and the wording are left out, so that none of them makes it another one;
/// what is left the same in all of that is counted.
pub(super) fn fingerprints(findings: &[Finding]) -> Vec<String> {
    let mut seen: HashMap<Vec<u8>, usize> = HashMap::new();
    let one = |finding: &Finding| {
        let identity = identity(finding);
        let count = seen.entry(identity.clone()).or_default();
        *count += 1;
        hex(&identity, *count)
    };
    findings.iter().map(one).collect()
}

/// The fingerprint of what has no finding.
pub(super) fn fingerprint_of(text: &str) -> String {
    hex(text.as_bytes(), 1)
}

fn identity(finding: &Finding) -> Vec<u8> {
    let mut bytes = finding.code.as_bytes().to_vec();
    let mut add = |part: &[u8]| {
        bytes.push(0);
        bytes.extend_from_slice(part);
    };
    add(finding.path.as_ref().map(|path| path.as_bytes()).unwrap_or_default());
    add(finding.log.as_ref().map(|log| log.path.as_bytes()).unwrap_or_default());
    finding.message.split('`').skip(1).step_by(2).for_each(|span| add(steady(span).as_bytes()));
    bytes
}

/// A code span without what changes from run to run: numbers by themselves, ids and digests.
fn steady(span: &str) -> String {
    let words = span.split_inclusive(|c: char| !c.is_alphanumeric());
    let fleeting = |word: &str| {
        let id =
            word.len() >= 7 && word.bytes().all(|b| b.is_ascii_hexdigit()) && word.bytes().any(|b| b.is_ascii_digit());
        id || (!word.is_empty() && word.bytes().all(|b| b.is_ascii_digit()))
    };
    let word = |text: &str| match text.trim_end_matches(|c: char| !c.is_alphanumeric()) {
        word if fleeting(word) => text.replacen(word, "#", 1),
        _ => text.to_owned(),
    };
    words.map(word).collect()
}

fn hex(identity: &[u8], count: usize) -> String {
    let digest = Sha256::new().chain_update(identity).chain_update([0, 0]).chain_update(count.to_string()).finalize();
    digest.iter().take(16).map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::super::results::tests::hostile;
    use super::*;

    fn one(change: impl Fn(&mut Finding)) -> String {
        let mut finding = hostile().remove(0);
        finding.message = "`x` (adapter) is not among the paths of gate `r4` (`log.md:12`, HEAD)".to_owned();
        change(&mut finding);
        fingerprints(&[finding]).remove(0)
    }

    #[test]
    fn an_edit_elsewhere_changes_nothing() {
        let same = one(|_| {});
        assert_eq!(same, one(|f| f.line = Some(99)));
        assert_eq!(same, one(|f| f.commit = None));
        assert_eq!(same, one(|f| f.log.as_mut().unwrap().line = 400));
        assert_eq!(same, one(|f| f.message = f.message.replace(":12", ":345").replace("HEAD", "0a1b2c3d4e")));
        assert_eq!(same, one(|f| f.help = None));
    }

    #[test]
    fn another_finding_is_another() {
        let same = one(|_| {});
        assert_ne!(same, one(|f| f.code = "AG101"));
        assert_ne!(same, one(|f| f.path = Some("other".into())));
        assert_ne!(same, one(|f| f.message = f.message.replace("`r4`", "`r5`")));
        let twice = fingerprints(&[hostile().remove(0), hostile().remove(0)]);
        assert_ne!(twice[0], twice[1]);
        assert_eq!(fingerprint_of("a").len(), 32);
    }
}
