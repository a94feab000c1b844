//! Signatures and the keys they are checked with; commit messages.

use super::text;
use crate::change::ObjectId;
use crate::message::{GatePin, LogPin, Pin, comment, is_aborted, trailers, with_pins};
use crate::policy::Party;
use crate::proof::{KeyRing, commit_signer, is_signature_of, override_reason, public_key, read_at};

const SIGNED: [(&str, &str); 3] = [
    (include_str!("../proof/fixtures/commit_ed25519.pub"), include_str!("../proof/fixtures/commit_ed25519.txt")),
    (include_str!("../proof/fixtures/commit_ecdsa256.pub"), include_str!("../proof/fixtures/commit_ecdsa256.txt")),
    (include_str!("../proof/fixtures/commit_rsa2048.pub"), include_str!("../proof/fixtures/commit_rsa2048.txt")),
];

/// A signed commit, an armoured signature, an `allowed_signers` file, a key.
pub fn proof(data: &[u8]) {
    let text = text(data);
    drop(public_key(&text));
    read_at(&text);
    let party = Party {
        name: "CCC".to_owned(),
        aliases: vec!["CCP".to_owned()],
        repositories: Vec::new(),
        emails: Vec::new(),
        keys: SIGNED.iter().map(|(key, _)| key.trim().to_owned()).collect(),
        allowed_signers: None,
        bundle: None,
        require: None,
    };
    let mut ring = KeyRing::inline(&party, "ackgate.toml").unwrap_or_default();
    // Their private keys signed the commits above and nothing else.
    assert!(!ring.is_empty() && !is_signature_of(&text, "ackgate-ack-v1\n", &ring), "a signature was forged");
    drop(ring.add_bundle(data, "PUBKEYS.json"));
    if let Err(error) = ring.add_allowed_signers(data, "signers", &party) {
        assert!(error.line > 0 && super::is_plain(&error.message));
    }
    if commit_signer(data, &party.keys).is_ok() {
        let is_it = |commit: &str| {
            let (head, message) = commit.split_once("\n\n").unwrap_or_default();
            let fields = |head: &str| head.lines().filter(|line| is_field(line)).map(str::to_owned).collect::<Vec<_>>();
            let (own_head, own) = text.split_once("\n\n").unwrap_or_default();
            own == message && fields(own_head) == fields(head)
        };
        assert!(SIGNED.iter().any(|(_, commit)| is_it(commit)), "another commit is signed");
    }
}

fn is_field(line: &str) -> bool {
    ["tree ", "parent ", "author ", "committer "].iter().any(|name| line.starts_with(name))
}

/// A commit's message.
pub fn message(data: &[u8]) {
    let pins = [
        Pin::Gate(GatePin { slice: "r4-adapter".to_owned(), digest: "ab".repeat(32) }),
        Pin::Log(LogPin { repository: "AgentOS".to_owned(), commit: ObjectId::Sha1([0x0f; 20]) }),
    ];
    override_reason(&trailers(data));
    for mark in [comment(None, data), comment(Some("auto"), data)] {
        is_aborted(data, &mark, Some(data));
        if is_aborted(data, &mark, None) {
            continue;
        }
        let once = with_pins(data, &mark, &pins);
        assert_eq!(with_pins(&once, &mark, &pins), once, "pins are put there once");
        if mark == b"#" && !data.contains(&0) {
            let found: Vec<Pin> = trailers(&once).iter().filter_map(|one| Pin::read(one)?.ok()).collect();
            assert_eq!(found, pins, "the pins are what is read, and no others");
        }
    }
}
