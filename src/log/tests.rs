//! Phrasings, as people and models write them, and what each says.

use proptest::prelude::*;

use super::*;

mod each;
mod entries;
mod history;
mod refusals;
mod replies;
mod reserves;
mod unclear;

const GATE: &str = "## AgentOS executor (alignment gate: r4-adapter)\n\n- What we will change: `agentos/x.py`\n\n";

fn writers() -> Writers {
    let speaker = |name: &str, aliases: &[&str], repositories: &[&str]| Speaker {
        name: name.to_owned(),
        aliases: aliases.iter().map(|a| (*a).to_owned()).collect(),
        repositories: repositories.iter().map(|a| (*a).to_owned()).collect(),
    };
    let speakers = vec![
        speaker("AgentOS", &["AgentOS", "AgentOS executor"], &["AgentOS"]),
        speaker("CCC", &["CCC", "CCP", "CCP maintainer"], &["ClaudeCodeProxy", "CCC"]),
    ];
    Writers { speakers, ..Writers::default() }
}

fn log(text: &str) -> Log {
    read(text, &writers())
}

/// What stands of the gate after an entry by the other party.
fn state(entry: &str) -> State {
    log(&format!("{GATE}{entry}")).gates[0].state
}

#[test]
fn what_counts_as_a_gate() {
    for (heading, gates) in [
        ("AgentOS (alignment gate)", 2),
        ("AgentOS (Alignment Gate — r5)", 2),
        ("CCC planner (alignment gate: r5-hud) 2025-11-06", 2),
        ("AgentOS (reply 6 — alignment gate)", 2),
        ("AgentOS — alignment gate", 2),
        ("AgentOS (revised alignment gate)", 2),
        ("AgentOS (alignment gate — ACK requested)", 2),
        ("CCC (re: alignment gate)", 1),
        ("CCC (reply to the alignment gate)", 1),
        ("CCC (comments on alignment gate)", 1),
        ("CCC (ACK on the alignment gate)", 1),
        ("CCC (alignment gate — ACK)", 1),
        ("AgentOS (no alignment gate)", 1),
        ("AgentOS (alignment)", 1),
        ("Nobody (alignment gate)", 1),
        ("AgentOS (`alignment gate`)", 1),
        ("AgentOS: alignment gate (r5)", 2),
        ("AgentOS (r5) (alignment gate)", 2),
        ("CCC (alignment gate answers)", 1),
        ("CCC (alignment gate: ACK)", 1),
        ("AgentOS (alignment gate: ACK needed)", 2),
        ("AgentOS (alignment gate r4-adapter withdrawn)", 1),
        ("AgentOS (alignment-gate)", 2),
        ("AgentOS (the gate)", 1),
    ] {
        assert_eq!(log(&format!("{GATE}## {heading}\n\ntext\n")).gates.len(), gates, "{heading}");
    }
}

#[test]
fn slices_are_named_or_numbered() {
    for (heading, slice) in [
        ("AgentOS (alignment gate)", "gate-1"),
        ("AgentOS (alignment gate: r4-adapter)", "r4-adapter"),
        ("AgentOS (alignment gate — adapter)", "adapter"),
        ("AgentOS (alignment gate `adapter`)", "adapter"),
        ("AgentOS (alignment gate r4-adapter)", "r4-adapter"),
        ("AgentOS (alignment gate for r4-adapter)", "r4-adapter"),
        ("AgentOS (alignment gate 2)", "gate-1"),
        ("AgentOS (alignment gate — second try)", "gate-1"),
        ("AgentOS (alignment gate) — r4-adapter", "r4-adapter"),
        ("AgentOS (alignment gate) r4-adapter 2025-11-06", "r4-adapter"),
        ("AgentOS — r4-adapter (alignment gate)", "r4-adapter"),
        ("AgentOS: adapter (alignment gate) 2025-11-06", "adapter"),
        ("AgentOS (alignment gate, slice r4-adapter)", "r4-adapter"),
        ("AgentOS (R4: alignment gate)", "R4"),
        ("AgentOS 2025-11-06 (alignment gate)", "gate-1"),
        ("AgentOS (alignment gate)\n\n**Slice:** adapter", "adapter"),
        ("AgentOS (alignment gate)\n\n- Slice: `adapter`", "adapter"),
        ("AgentOS (alignment gate) (r4-adapter)", "r4-adapter"),
        ("AgentOS: alignment gate (r4-adapter)", "r4-adapter"),
        ("AgentOS — alignment gate r4-adapter", "r4-adapter"),
        ("AgentOS (2nd alignment gate)", "gate-1"),
        ("AgentOS (alignment-gate: r4-adapter)", "r4-adapter"),
        ("AgentOS (alignment gate on r4-adapter)", "r4-adapter"),
        ("AgentOS (alignment gate of r4-adapter)", "r4-adapter"),
        ("AgentOS (alignment gate, slice: adapter)", "adapter"),
        ("AgentOS (alignment gate, slice adapter)", "gate-1"),
        ("AgentOS (alignment gate)\n\nTopic: adapter", "gate-1"),
        ("AgentOS (alignment gate)\n\nSlice: adapter first", "gate-1"),
        ("AgentOS (alignment gate)\n\nSlice: adapter.", "adapter"),
        ("AgentOS (alignment gate)\n\nSlice: adapter 2025-11-06", "adapter"),
        ("AgentOS (alignment gate: `a b`)", "gate-1"),
        ("AgentOS (alignment gate: `-x`)", "gate-1"),
        ("AgentOS (alignment gate: `2025-11-06`)", "gate-1"),
    ] {
        assert_eq!(log(&format!("## {heading}\n\ntext\n")).gates[0].slice, slice, "{heading}");
    }
}

fn listed(body: &str) -> Vec<String> {
    let log = log(&format!("## AgentOS (alignment gate)\n\n{body}\n"));
    let show = |p: &Listed| {
        format!(
            "{}{}{}",
            if p.excluded { "!" } else { "" },
            p.party.as_ref().map(|p| format!("{p}:")).unwrap_or_default(),
            p.text
        )
    };
    log.gates[0].paths.iter().map(show).collect()
}

#[test]
fn paths_stand_under_what_we_will_change() {
    for (body, paths) in [
        (
            "- What we will change (paths + fields): `a/x.py`, b/y.py.\n- Validation matrix: `c/z.py`",
            vec!["a/x.py", "b/y.py"],
        ),
        ("- **What we will change**: `a/x.py`\n- Packaging: `d/e`", vec!["a/x.py"]),
        ("- What we will change\n  - `a/`\n  - `b/**` (`field`)\n- D+1: x", vec!["a/", "b/**"]),
        ("### What we will change\n\n- `a/x`\n\ntext `b/y`\n\n### Validation\n\n`c/z`", vec!["a/x", "b/y"]),
        ("**What we will change (paths):**\n\n- `a/x`\n\n**Validation**\n\n- `c/z`", vec!["a/x"]),
        ("**What we’ll change:** `a/x`\n\n`b/y`\n\n**Timeline:** `c/z`", vec!["a/x", "b/y"]),
        ("What we will change:\n- `a/x`\n\nOther:\n- `c/z`", vec!["a/x"]),
        ("1) What we will change: `a/x`\n2) Exact field names: `f`, `b/y`", vec!["a/x"]),
        ("We speak of `a/x`.", vec![]),
        ("What we will change is in `a/x`.", vec![]),
        ("- What we will not change: `a/x`", vec![]),
        ("> - What we will change: `a/x`", vec![]),
        ("```\n- What we will change: `a/x`\n```", vec![]),
        ("- What we will change: ~~`a/x`~~ `b/y`", vec!["b/y"]),
        ("- What we will change:\n  ```\n  a/x\n  ```", vec![]),
        ("- What we will change: CCC: `a/x`, `b/y`; AgentOS: `c/z`", vec!["CCC:a/x", "CCC:b/y", "AgentOS:c/z"]),
        ("- What we will change: `ClaudeCodeProxy: a/x`", vec!["CCC:a/x"]),
        ("- What we will change:\n  - CCC:\n    - `a/x`\n  - `b/y`", vec!["CCC:a/x", "b/y"]),
        ("- What we will change: `a/**` except `a/x.py`; `b/y`", vec!["a/**", "!a/x.py", "b/y"]),
        ("- What we will change: `a/x`\n  - not touched: `b/y`", vec!["a/x", "!b/y"]),
        ("- What we will change: `a/x`. `b/y` stays unchanged.", vec!["a/x", "!b/y"]),
        ("- What we will change: `a/x` (no nesting, not closed), `b/y`", vec!["a/x", "b/y"]),
        ("- What we will change: `/v1/usage`, https://x.example/y, `f()`, `a.b`, `setup.py`", vec!["setup.py"]),
        ("### What we will change\n\n- `a/x`\n\n#### Not changing\n\n- `b/y`", vec!["a/x", "!b/y"]),
        ("| What we will change |\n|---|\n| `a/x` |", vec![]),
        ("- What we will change: a/*.py and b/**", vec!["a/*.py", "b/**"]),
        ("- What we will change: src/[ab].py", vec!["src/[ab].py"]),
        (
            "- What we will change: a/old.py→a/new.py, `b/old.py -> b/new.py`",
            vec!["a/old.py", "a/new.py", "b/old.py", "b/new.py"],
        ),
        ("- What we will change: a/x.py,b/y.py", vec!["a/x.py", "b/y.py"]),
        ("- *What we will change*: a/x.py", vec!["a/x.py"]),
        ("- [ ] What we will change: a/x.py", vec!["a/x.py"]),
        ("- What we will change\n  a/x.py", vec!["a/x.py"]),
        ("### (1) What we will change\n\n- a/x.py", vec!["a/x.py"]),
        ("### What we will change in the next slice\n\n- a/x.py", vec![]),
        ("**What we will change:** a/x.py\n**Validation:** c/z.py", vec!["a/x.py"]),
        ("What we will change: a/x.py\nValidation: c/z.py", vec!["a/x.py"]),
        ("- What we will change: a/x.py\n  Validation: c/z.py", vec!["a/x.py"]),
        ("- What we will change: a/x.py (b/y.py unchanged)", vec!["a/x.py", "!b/y.py"]),
        ("- What we will change: not only a/x.py but also b/y.py", vec!["a/x.py", "b/y.py"]),
        ("- What we will change\n  - `a/x`\n  - not touched:\n\n    for now\n\n    - `b/y`", vec!["a/x", "!b/y"]),
        ("- What we will change\n  - `a/**` except\n    - `a/x`", vec!["a/**", "!a/x"]),
        ("- What we will change\n  - these are left alone, as agreed.\n    - `a/x`", vec!["!a/x"]),
        ("**What we will change:**\n\n**only** `a/x`", vec!["a/x"]),
        ("**What we will change:** `a/x`\n\n**Risks:** `b/y`", vec!["a/x"]),
        ("**What we will change:** `a/x`\n\n**Risks**\n\n`b/y`", vec!["a/x"]),
        ("### What we will change\n\n**New:** `a/x`", vec!["a/x"]),
        ("**What we will change:** a/x.py\n**Risks:** c/z.py", vec!["a/x.py"]),
        ("**What we will change:** a/x.py\n**only** b/y.py", vec!["a/x.py", "b/y.py"]),
        ("What we will change: a/x.py\nb/y.py\nc/z.py", vec!["a/x.py", "b/y.py", "c/z.py"]),
        ("- What we will change: not `a/x` — `b/y`", vec!["!a/x", "b/y"]),
        ("- What we will change: [a/x.py]", vec!["a/x.py"]),
        ("- What we will change: `CCC: rid`", vec![]),
        ("- What we ll change: `a/x`", vec![]),
        ("- `What we will change`: a/x.py", vec![]),
        ("- `What we will change`\n\n  a/x.py", vec![]),
        ("- What we will change `a/x`", vec![]),
    ] {
        assert_eq!(listed(body), paths, "{body}");
    }
}

#[test]
fn a_label_that_leaves_things_alone_holds_for_what_stands_below_it() {
    for label in [
        "Out of scope:",
        "Not in this slice:",
        "Unchanged:",
        "Will not touch:",
        "**Out of scope**",
        "Not in this slice",
    ] {
        for (body, paths) in [
            ("### What we will change\n\n- `a/x`\n\n@\n\n- `b/y`\n- `c/z`", vec!["a/x", "!b/y", "!c/z"]),
            ("### What we will change\n\n- `a/x`\n\n@\n- `b/y`", vec!["a/x", "!b/y"]),
            ("### What we will change\n\n@\n\n- `b/y`\n\n* `c/z`\n\nThen `a/x`.", vec!["!b/y", "!c/z", "a/x"]),
            ("### What we will change\n\n`a/x`\n\n@\n\n`b/y`\n\n`c/z`", vec!["a/x", "!b/y", "!c/z"]),
            ("### What we will change\n\n@\n\n| path |\n|---|\n| `b/y` |", vec!["!b/y"]),
            ("### What we will change\n\n#### @\n\n- `b/y`", vec!["!b/y"]),
            ("- What we will change:\n  - `a/x`\n\n  @\n  - `b/y`", vec!["a/x", "!b/y"]),
        ] {
            let body = body.replace("@", label);
            assert_eq!(listed(&body), paths, "{body}");
        }
    }
    for (body, paths) in [
        ("### What we will change\n\n- `a/x`\n- Out of scope:\n- `b/y`\n- `c/z`", vec!["a/x", "!b/y", "!c/z"]),
        ("- What we will change:\n  - Unchanged:\n  - `b/y`\n  - Changed:\n  - `a/x`", vec!["!b/y", "a/x"]),
        ("### What we will change\n\nOut of scope: `b/y`\n\n- `a/x`", vec!["!b/y", "a/x"]),
        ("### What we will change\n\nThe schemas stay unchanged.\n\n- `a/x`", vec!["a/x"]),
        ("### What we will change\n\nPaths:\n\n- `a/x`", vec!["a/x"]),
    ] {
        assert_eq!(listed(body), paths, "{body}");
    }
}

fn fields(body: &str) -> Vec<String> {
    log(&format!("## AgentOS (alignment gate)\n\n{body}\n")).gates[0].fields.clone()
}

#[test]
fn fields_are_the_other_code_spans() {
    let log = log(
        "## AgentOS (alignment gate)\n\n- What we will change: `a/x.json` (`warn_pct`)\n- Exact field names: `gap.p50`, `warn_pct`\n- D+1: `no`\n",
    );
    assert_eq!(log.gates[0].fields, ["warn_pct", "gap.p50"]);
    assert_eq!(fields("- Exact field names: `rid`, not `ts`; `CCC: x`, ` `"), ["rid", "CCC: x"]);
    assert_eq!(log.gates[0].parts, [Part::Change, Part::Fields, Part::Timeline]);
}

#[test]
fn parts_are_known_by_the_template_s_words() {
    for (body, parts) in [
        ("- Validation: x\n- Packaging/licensing impacts: none", vec![Part::Validation, Part::Packaging]),
        ("- Exact field_names: `f`", vec![]),
        ("- Exact fieldset: `f`", vec![]),
    ] {
        assert_eq!(log(&format!("## AgentOS (alignment gate)\n\n{body}\n")).gates[0].parts, parts, "{body}");
    }
}

#[test]
fn questions_are_what_stands_under_field_names() {
    let body =
        "- What we will change: `a/x`\n- Exact field names:\n  - `rid`: string?\n  -\n  - flat\n    names\n- D+1: `no`";
    let asked = |body: &str| log(&format!("## AgentOS (alignment gate)\n\n{body}\n")).gates[0].questions.clone();
    assert_eq!(asked(body), ["rid: string?", "flat names"]);
    for nothing in ["none", "None.", "n/a", ""] {
        assert_eq!(asked(&format!("- What we will change: `a/x`\n- Exact field names: {nothing}\n- D+1: x")), [""; 0]);
    }
}

#[test]
fn entries_start_at_top_level_headings_only() {
    let text = "intro\n\n## A\n\n- item\n\n  ## not one\n\n> ## nor this\n\n```\n## nor this\n```\n\n<!--\n## nor this\n-->\n\n### deeper\n\n## B\n\nend\n---\n\nCCC (ACK)\n---\n\n— End of entry —\n---\n";
    let headings: Vec<String> = log(text).entries.iter().map(|e| e.heading.clone()).collect();
    assert_eq!(headings, ["A", "B", "CCC (ACK)"]);
}

#[test]
fn answers_go_to_the_gate_they_name() {
    let text = "## AgentOS (alignment gate: one)\n\n## AgentOS (alignment gate: two)\n\n## CCC (ACK on one)\n\n## CCC (ACK)\n\n## AgentOS (landed: one)\n";
    let log = log(text);
    assert_eq!(log.gates.iter().map(|g| g.state).collect::<Vec<_>>(), [State::Landed, State::Acked]);
    assert_eq!(log.entries.iter().map(|e| e.answers).collect::<Vec<_>>(), [None, None, Some(0), Some(1), Some(0)]);
}

#[test]
fn a_self_ack_is_kept_apart() {
    let log = log(&format!("{GATE}## AgentOS planner (ACK)\n"));
    assert_eq!((log.gates[0].state, log.gates[0].self_acks.as_slice()), (State::Pending, [1].as_slice()));
}

#[test]
fn an_entry_that_says_two_things_opens_nothing() {
    for entry in [
        "## CCC (ACK)\n\nACK?\n",
        "## CCC (ACK)\n\nACK requested\n",
        "## CCC (ACK requested)\n\nACK on the gate\n",
        "## CCC (ACK)\n\nNACK\n",
        "## CCC (NACK)\n\nACK\n",
        "## CCC (ACK)\n\nWith edits below.\n",
    ] {
        assert_ne!(state(entry), State::Acked, "{entry}");
    }
    assert_eq!(state("## CCC (ACK)\n\nAcknowledged, thanks.\n"), State::Acked);
    assert_eq!(state("## CCC (ack)\n\nACK on the gate\n"), State::Acked);
}

#[test]
fn lone_carriage_returns_end_lines() {
    let text = format!("{GATE}## CCC (ACK)\n\nfine\n");
    assert_eq!(log(&text.replace('\n', "\r")), log(&text));
}

#[test]
fn a_hostile_log_costs_no_more_than_its_length() {
    for text in [
        format!("## CCC {}", ": NACK? ".repeat(5_000)),
        format!("{GATE}## CCC\n\nACK{}", " . ".repeat(20_000)),
        format!("## AgentOS (alignment gate)\n\n### What we will change\n\n{}", "word ".repeat(20_000)),
        format!("## AgentOS (alignment gate)\n\n### What we will change\n\n{}", "- `f`, a/b unchanged\n".repeat(5_000)),
        (0..10_000).fold("## AgentOS (alignment gate)\n\n### What we will change\n\n".to_owned(), |text, i| {
            text + &format!("- a/{i}.py\n")
        }),
    ] {
        log(&text);
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 256, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn never_panics_and_reads_the_same_for_both_line_ends(text in "(## |AgentOS|CCC|\\(|\\)|ACK|NACK|alignment gate|landed|—|`|\n|\n\n|> |- |<del>|</del>|~~|\\*\\*|[a-z .:,?]|\u{200b}|What we will change:){0,60}") {
        let unix = log(&text);
        let dos = log(&text.replace('\n', "\r\n"));
        prop_assert_eq!(unix.gates.iter().map(|g| g.state).collect::<Vec<_>>(), dos.gates.iter().map(|g| g.state).collect::<Vec<_>>());
        prop_assert_eq!(unix, dos);
    }

    #[test]
    fn no_entry_by_the_gates_own_party_opens_it(body in "(ACK|NACK|landed|CCC|the gate|—|`|\n|\n\n|> |- |\\*\\*|[a-z .:,?]){0,40}") {
        let text = format!("{GATE}## AgentOS reviewer ({body})\n\n{body}\n");
        let log = log(&text);
        prop_assert!(log.gates.iter().all(|g| g.state != State::Acked || log.entries.iter().any(|e| e.party.as_deref() == Some("CCC"))));
    }

    #[test]
    fn what_nobody_says_never_opens(body in "(ACK|on the gate|— proceed|[a-z .]|\n){1,20}", wrap in 0..4usize) {
        let body = body.trim().replace("\n\n", "\n");
        let hidden = match wrap {
            0 => format!("```\n{body}\n```"),
            1 => format!("<!--\n{body}\n-->"),
            2 => body.lines().map(|l| format!("> {l}\n>\n")).collect::<String>(),
            _ => format!("<del>{}</del>", body.replace('\n', " ")),
        };
        prop_assert_eq!(state(&format!("## CCC (note)\n\n{hidden}\n")), State::Pending);
    }
}
