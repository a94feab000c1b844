use super::*;
use crate::log::two_parties;
use crate::markdown::parse;

fn read(text: &str) -> Matrix {
    Matrix::read(&parse(text).blocks, Sides { parties: &two_parties().speakers, own: "AgentOS" })
}

/// Each command, behind its condition if it has one.
fn commands(text: &str) -> Vec<String> {
    let shown = |check: &Check| match &check.condition {
        Some(Condition::Elsewhere(party)) => format!("{party}> {}", check.command),
        Some(condition) => format!("{}> {}", condition.as_str(), check.command),
        None => check.command.clone(),
    };
    read(text).checks.iter().map(shown).collect()
}

#[test]
fn lists_and_tables_give_the_commands_as_written() {
    let wanted = ["pytest tests/a.py", "PYTHONPATH=src:. behave features/a.feature", "available> tools/smoke.sh"];
    let list = "- `pytest tests/a.py`\n- `PYTHONPATH=src:. behave features/a.feature`\n- When available: `tools/smoke.sh` (offline path acceptable)\n";
    assert_eq!(commands(list), wanted);
    let table = "| Command | Purpose |\n| --- | --- |\n| `pytest tests/a.py` | Guard. |\n\
        | `PYTHONPATH=src:. behave features/a.feature` | Check the flow. |\n| `tools/smoke.sh` (add flag) | Smoke, when available |\n";
    assert_eq!(commands(table), wanted);
    let lines: Vec<usize> = read(table).checks.iter().map(|check| check.line).collect();
    assert_eq!(lines, [3, 4, 5]);
    assert_eq!(read(list).checks[2].line, 3);
    assert_eq!(read(table).checks[0].label.as_deref(), Some("Guard."));
}

#[test]
fn the_protocol_s_own_pattern_is_read() {
    let text = "- Unit/Integration: `pytest tests/t.py` (AgentOS), `go test ./...` (CCC as applicable).\n\
        - BDD: `PYTHONPATH=a:. behave f.feature` (AgentOS).\n\
        - Backfill/fixtures: ingest usage fixture(s) and assert metrics fields.\n\
        - E2E smoke (when online): `s/smoke.sh` calls `/v1/usage` + `/metrics` and runs adapter ingest.\n";
    assert_eq!(
        commands(text),
        ["pytest tests/t.py", "CCC> go test ./...", "PYTHONPATH=a:. behave f.feature", "online> s/smoke.sh"]
    );
    let matrix = read(text);
    assert_eq!(matrix.checks[0].label.as_deref(), Some("Unit/Integration"));
    assert_eq!(matrix.checks[3].label.as_deref(), Some("E2E smoke"));
    assert_eq!(matrix.manual.len(), 1);
    assert!(matrix.manual[0].text.starts_with("Backfill"), "{:?}", matrix.manual);
}

#[test]
fn code_is_a_command_only_where_it_stands_as_one() {
    for (text, wanted) in [
        ("- Run `pytest -q` and `behave`; both green\n", vec!["pytest -q", "behave"]),
        ("- **Unit**: `pytest`\n", vec!["pytest"]),
        ("- [ ] `pytest`\n", vec!["pytest"]),
        ("- Unit:\n  - `a b`\n  - `c d`\n", vec!["a b", "c d"]),
        ("- E2E (when online):\n  - `a b`\n", vec!["online> a b"]),
        ("- `a b` when online, `c d`\n", vec!["online> a b"]),
        ("- CCC: `go test ./...`\n", vec!["CCC> go test ./..."]),
        ("- AgentOS: `pytest`\n", vec!["pytest"]),
        ("- Optional: `lint x`\n", vec!["applicable> lint x"]),
        ("Run `make check`.\n", vec!["make check"]),
        ("- `progress.md` and `docs/HANDOFF.md` log commands\n", vec![]),
        ("- the flag `--dry-run` is honoured\n", vec![]),
        ("- Fields: `warn_pct_auto` is there\n", vec![]),
        ("- ~~`pytest`~~\n", vec![]),
        ("- `tool --window <latest>`, `tool x ...`\n", vec![]),
        (
            "- `sort <a >b`, `x 2>&1 <in >out`, `go test ./...`\n",
            vec!["sort <a >b", "x 2>&1 <in >out", "go test ./..."],
        ),
        ("```sh\npytest\n```\n", vec![]),
        ("> `pytest`\n", vec![]),
        ("- `a`\n- `a`\n", vec!["a"]),
        ("- when available: `a b`\n- `a b`\n", vec!["a b"]),
        ("| Area | How | Notes |\n|---|---|---|\n| unit | `a \\| b` | x |\n| hand | look | `c d` |\n", vec!["a | b"]),
        ("| Area | Notes |\n|---|---|\n| unit | nothing |\n", vec![]),
    ] {
        assert_eq!(commands(text), wanted, "{text}");
    }
}

#[test]
fn what_is_no_command_is_said() {
    let matrix = read("- N/A (process slice). The other party's ACK confirms.\n");
    assert!(matrix.nothing.is_some() && matrix.checks.is_empty() && matrix.manual.is_empty());
    let matrix =
        read("- All scripts have `README` snippets\n\n```\npytest\n```\n\n| A | B |\n|---|---|\n| look at it | x |\n");
    let said: Vec<(usize, &str)> = matrix.manual.iter().map(|m| (m.line, m.text.as_str())).collect();
    assert_eq!(said[0], (1, "All scripts have `README` snippets"));
    assert!(said[1].0 == 3 && said[1].1.contains("code span"));
    assert_eq!(said[2], (9, "look at it — x"));
    assert!(read("").is_empty());
}

#[test]
fn rows_that_run_into_an_item_are_read_as_the_table_they_are() {
    let table = "| Command | Purpose |\n| --- | --- |\n| `b x` | B |\n| `c \\| d` | online only |\n";
    let text = format!("- Unit: `a`\n{table}");
    assert_eq!(commands(&text), ["a", "b x", "online> c | d"]);
    let read_back = read(&text);
    assert_eq!(read_back.checks.iter().map(|check| check.line).collect::<Vec<_>>(), [1, 4, 5]);
    assert_eq!(read_back.checks[1].label.as_deref(), Some("B"));
    // Rows without a header, behind an item or behind words.
    assert_eq!(commands("- `a`\n| `b x` | B |\n| C | `c y` |\n"), ["a", "b x"]);
    assert_eq!(read("- `a`\n| `b x` | B |\n| C | `c y` |\n").manual.len(), 1);
    assert_eq!(commands("Run these:\n| unit | `b x` |\n"), ["b x"]);
    assert_eq!(commands("- Unit: `a` pipes\n  `b | c`\n"), ["a"], "no row");
}

#[test]
fn a_bare_none_says_nothing() {
    for text in ["none\n", "- None.\n", "| Command |\n|---|\n| none |\n"] {
        assert!(read(text).is_empty(), "{text}");
    }
    for text in ["- none: a process slice\n", "- N/A\n", "- None (process slice)\n"] {
        assert!(read(text).nothing.is_some(), "{text}");
    }
}
