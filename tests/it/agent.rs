//! `ackgate-agent` as each agent calls it, in real repositories.

use std::io::Write;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};
use std::process::{Output, Stdio};

use serde_json::{Value, json};

use crate::boundary::{ADAPTER, LOG, Team, VERIFY, policy, text};
use crate::support::Scratch;

const AGENT: &str = env!("CARGO_BIN_EXE_ackgate-agent");

fn call(here: &Scratch, folder: &Path, payload: impl AsRef<[u8]>) -> Output {
    let mut command = here.command(folder, AGENT);
    let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    child.stdin.take().unwrap().write_all(payload.as_ref()).unwrap();
    child.wait_with_output().unwrap()
}

/// A payload of Claude Code's or Codex's.
fn tool(folder: &Path, name: &str, input: Value) -> String {
    json!({"session_id": "s", "hook_event_name": "PreToolUse", "cwd": folder, "tool_name": name, "tool_input": input})
        .to_string()
}

fn bash(folder: &Path, command: &str) -> String {
    tool(folder, "Bash", json!({"command": command}))
}

fn refused(output: &Output, code: &str, what: &str) -> Value {
    let text = text(output);
    assert_eq!(output.status.code(), Some(2), "{what}: {text}");
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(said.contains(code) && said.contains("help:"), "{what} lacks {code}: {text}");
    serde_json::from_slice(&output.stdout).unwrap_or_else(|error| panic!("{what}: {error}: {text}"))
}

fn passes(output: &Output, what: &str) {
    assert_eq!((output.status.code(), text(output).as_str()), (Some(0), ""), "{what}");
}

/// A team whose tree has more than one file, a link into the protected folder and one out of it.
fn team() -> Team {
    let team = Team::bare_of_hooks();
    team.here.write("src/x.py", "x\n");
    team.here.write("agentos/integrations/deep/y.py", "y\n");
    team.here.write(".gitignore", "*.pyc\n");
    symlink("agentos/integrations", team.here.root().join("link")).unwrap();
    symlink("../../readme.md", team.here.root().join("agentos/integrations/out")).unwrap();
    team.here.commit("more");
    team
}

#[test]
fn each_agent_is_refused_in_its_own_form() {
    let team = team();
    let root = team.here.root();
    let patch = format!("*** Begin Patch\n*** Update File: {ADAPTER}\n@@\n-one\n+two\n*** End Patch");
    let claude = "/hookSpecificOutput/permissionDecisionReason";
    for (payload, pointer) in [
        (
            json!({"hook_event_name": "PreToolUse", "cwd": root, "tool_name": "Write", "tool_input": {"file_path": root.join(ADAPTER), "content": "x"}}),
            claude,
        ),
        (
            json!({"hook_event_name": "PreToolUse", "cwd": root, "tool_name": "Edit", "tool_input": {"file_path": root.join(ADAPTER), "old_string": "a", "new_string": "b"}}),
            claude,
        ),
        (
            json!({"hook_event_name": "PreToolUse", "cwd": root, "tool_name": "MultiEdit", "tool_input": {"file_path": ADAPTER, "edits": []}}),
            claude,
        ),
        (
            json!({"hook_event_name": "PreToolUse", "cwd": root, "tool_name": "NotebookEdit", "tool_input": {"notebook_path": "agentos/schemas/n.ipynb", "new_source": ""}}),
            claude,
        ),
        (
            json!({"hook_event_name": "PreToolUse", "cwd": root, "tool_name": "mcp__fs__write_file", "tool_input": {"path": ADAPTER}}),
            claude,
        ),
        (
            json!({"hook_event_name": "PreToolUse", "cwd": root, "turn_id": "t", "tool_name": "apply_patch", "tool_input": {"command": patch}}),
            claude,
        ),
        (
            json!({"hook_event_name": "PreToolUse", "cwd": root, "turn_id": "t", "tool_name": "shell", "tool_input": {"command": ["bash", "-lc", format!("sed -i s/a/b/ {ADAPTER}")]}}),
            claude,
        ),
        (
            json!({"hook_event_name": "BeforeTool", "cwd": root, "tool_name": "write_file", "tool_input": {"file_path": ADAPTER}}),
            "/reason",
        ),
        (
            json!({"hook_event_name": "BeforeTool", "cwd": root, "tool_name": "replace", "tool_input": {"file_path": root.join(ADAPTER)}}),
            "/reason",
        ),
        (
            json!({"hook_event_name": "BeforeTool", "cwd": root, "tool_name": "run_shell_command", "tool_input": {"command": "rm ccc_client.py", "dir_path": "agentos/integrations"}}),
            "/reason",
        ),
        (
            json!({"hook_event_name": "preToolUse", "cwd": root, "tool_name": "Write", "tool_input": {"file_path": root.join(ADAPTER)}}),
            "/agent_message",
        ),
        (
            json!({"hook_event_name": "preToolUse", "workspace_roots": [root], "tool_name": "Delete", "tool_input": {"path": ADAPTER}}),
            "/agent_message",
        ),
        (
            json!({"hook_event_name": "beforeShellExecution", "cwd": root, "command": format!("echo x > {ADAPTER}")}),
            "/agent_message",
        ),
        (
            json!({"hook_event_name": "beforeMCPExecution", "workspace_roots": [root], "tool_name": "edit_file", "tool_input": json!({"path": ADAPTER}).to_string()}),
            "/agent_message",
        ),
    ] {
        // From elsewhere: the payload says where the session is.
        let output = call(&team.here, Path::new("/"), payload.to_string());
        let answer = refused(&output, "AG101", &payload.to_string());
        assert!(answer.pointer(pointer).unwrap().as_str().unwrap().contains("verify-gate"), "{answer}");
        let decision = ["/hookSpecificOutput/permissionDecision", "/decision", "/permission"];
        assert!(decision.iter().any(|at| answer.pointer(at) == Some(&json!("deny"))), "{answer}");
    }
}

#[test]
fn commands_that_name_protected_files_are_refused() {
    let team = team();
    let root = team.here.root();
    for command in [
        &format!("sed -i 's/one/two/' {ADAPTER}")[..],
        &format!("echo x | tee -a ./{ADAPTER}"),
        &format!("cat > {ADAPTER} <<'EOF'\nx\nEOF"),
        &format!("cp readme.md {ADAPTER}"),
        "cp readme.md agentos/integrations/",
        "mv agentos/integrations/deep/y.py src/",
        "mv agentos src",
        &format!("git checkout -- {ADAPTER}"),
        "git restore --source=HEAD~1 -- agentos/integrations",
        "git rm -rq agentos",
        "git mv agentos/integrations/deep src/deep",
        &format!("python3 -c \"open('{ADAPTER}', 'w').write('x')\""),
        &format!(
            "python3 - <<'EOF'\nfrom pathlib import Path\np = Path('{ADAPTER}')\np.write_text(p.read_text())\nEOF"
        ),
        &format!("node -e \"require('fs').writeFileSync('{ADAPTER}', '')\""),
        "cd agentos/integrations && rm ccc_client.py",
        "cd agentos && cd .. && rm agentos/integrations/*.py",
        "cd src && rm ../agentos/integrations/ccc_client.py",
        "rm src/../agentos/./integrations/../integrations/ccc_client.py",
        "echo x > link/new.py",
        "rm link/ccc_client.py",
        "rm -rf agentos/integrations",
        "rm -rf .",
        "touch agentos/integrations/new.py",
        "AGENTS=agentos/integrations; echo > \"$AGENTS/new.py\"",
        "for f in agentos/integrations/*.py; do sed -i -e 1d \"$f\"; done",
        "find . -name '*.py' -exec sed -i -e 1d {} +",
        "grep -rl x agentos/integrations | xargs sed -i -e 1d",
        "bash -c 'chmod +x agentos/integrations/ccc_client.py'",
        "black agentos/integrations",
        "echo > ackgate.toml; echo > AGENTOS/Integrations/x",
        &format!(
            "git apply <<'EOF'\ndiff --git a/{ADAPTER} b/src/c.py\nrename from {ADAPTER}\nrename to src/c.py\nEOF"
        ),
        &format!("cd \"$(git rev-parse --show-toplevel)\" && rm {ADAPTER}"),
        &format!("rm {}", root.join(ADAPTER).display()),
        "ln -sf ../../readme.md agentos/integrations/ccc_client.py",
        "rm agentos/integrations/out",
    ] {
        refused(&call(&team.here, root, bash(root, command)), "AG101", command);
    }
    // A session may stand in a folder below.
    let below = root.join("agentos/integrations");
    refused(&call(&team.here, root, bash(&below, "rm ccc_client.py")), "AG101", "below");
    refused(
        &call(
            &team.here,
            &below,
            r#"{"hook_event_name":"beforeShellExecution","command":"rm ../integrations/ccc_client.py"}"#,
        ),
        "AG101",
        "the process's folder",
    );
}

#[test]
fn what_the_protocol_allows_passes() {
    let team = team();
    let root = team.here.root();
    for command in [
        &format!("cat {ADAPTER}; grep -rn one agentos; ls -la agentos/integrations; wc -l {ADAPTER}")[..],
        &format!("git add {ADAPTER}; git diff {ADAPTER}; git log -n 3 -- {ADAPTER}; git commit -m '{ADAPTER}'"),
        "pytest agentos/integrations",
        "git checkout .",
        "git checkout main",
        "black .",
        "grep -rl x . | xargs sed -i -e 1d",
        "find . -name '*.md' -exec sed -i -e 1d {} +",
        "rm -f agentos/integrations/*.pyc agentos/integrations/*.nothing",
        "touch agentos/integrations/x.pyc",
        "mkdir -p agentos/integrations/new",
        "rm -rf src",
        "cp agentos/integrations/ccc_client.py src/",
        &format!("cp {ADAPTER} /tmp/x.py && sed -i -e 1d /tmp/x.py"),
        "rm link",
        "echo x > readme.md",
        "cd / && rm agentos/integrations/ccc_client.py",
        "rm /agentos/integrations/ccc_client.py",
        "rm ../agentos/integrations/ccc_client.py",
        &format!("echo x >> {LOG}"),
        "verify-gate status",
        "echo 'never closed",
    ] {
        passes(&call(&team.here, root, bash(root, command)), command);
    }
    for (name, input) in [
        ("Write", json!({"file_path": "readme.md"})),
        ("Write", json!({"file_path": "/nowhere/agentos/integrations/x.py"})),
        ("Edit", json!({"file_path": root.join(LOG)})),
        ("Read", json!({"file_path": ADAPTER})),
        ("Grep", json!({"path": "agentos"})),
        ("mcp__fs__read_file", json!({"path": ADAPTER})),
        ("TodoWrite", json!({"todos": []})),
        ("SomethingNew", json!({"path": ADAPTER})),
    ] {
        passes(&call(&team.here, root, tool(root, name, input)), name);
    }
    for event in ["PostToolUse", "Stop", "UserPromptSubmit", "afterFileEdit", "beforeReadFile", "AfterTool"] {
        let payload = json!({"hook_event_name": event, "tool_name": "Write", "file_path": ADAPTER, "cwd": root});
        passes(&call(&team.here, root, payload.to_string()), event);
    }
}

#[test]
fn an_acked_gate_opens_what_it_lists_and_nothing_else() {
    let team = team();
    let root = team.here.root();
    team.gate("r4", &format!("`{ADAPTER}`, `agentos/integrations/deep/`"));
    refused(&call(&team.here, root, tool(root, "Write", json!({"file_path": ADAPTER}))), "AG102", "pending");
    team.ack();
    for command in [
        &format!("sed -i s/a/b/ {ADAPTER}")[..],
        "cp readme.md agentos/integrations/deep/",
        "cp readme.md agentos/integrations/ccc_client.py",
        "rm -rf agentos/integrations/deep",
        "black agentos/integrations",
        "grep -rl x agentos/integrations | xargs sed -i -e 1d",
        "git checkout -- agentos/integrations",
    ] {
        passes(&call(&team.here, root, bash(root, command)), command);
    }
    for command in ["cp readme.md agentos/integrations/", "rm -rf agentos/integrations", "touch agentos/schemas/x"] {
        refused(&call(&team.here, root, bash(root, command)), "AG104", command);
    }
}

#[test]
fn ways_around_are_refused_where_there_is_a_gate() {
    let team = team();
    let root = team.here.root();
    let other = team.here.beside("other");
    team.here.git(&["init", "-q", other.to_str().unwrap()]);
    for command in [
        "git commit --no-verify -m x",
        "git commit -anm x",
        "git push --no-verify",
        "git -c core.hooksPath=/dev/null commit -m x",
        "git config core.hooksPath /dev/null",
        "SKIP=ackgate-pre-commit git commit -m x",
        "rm .git/hooks/pre-commit",
        "chmod -x .git/hooks/pre-commit",
        "echo x > .git/config",
        "rm -rf .git",
        "verify-gate uninstall",
    ] {
        refused(&call(&team.here, root, bash(root, command)), "hooks from seeing", command);
        let elsewhere = format!("cd {} && {command}", other.display());
        passes(&call(&team.here, root, bash(root, &elsewhere)), &elsewhere);
    }
    let elsewhere = format!("git -C {} commit -n", root.display());
    refused(&call(&team.here, &other, bash(&other, &elsewhere)), "hooks from seeing", &elsewhere);
    let edit = tool(root, "Write", json!({"file_path": root.join(".git/hooks/pre-commit")}));
    refused(&call(&team.here, root, edit), "hooks from seeing", "a hook written");
    for command in [
        "git log -n 3",
        "git commit -m '-n'",
        "git push -n",
        "cat .git/config",
        "SKIP=ruff git commit",
        "rm .git/index.lock",
    ] {
        passes(&call(&team.here, root, bash(root, command)), command);
    }
}

/// The repository of CCC beside that of AgentOS.
fn sibling(team: &Team) -> PathBuf {
    let ccc = team.here.beside("ClaudeCodeProxy");
    team.here.git(&["init", "-q", "-b", "main", ccc.to_str().unwrap()]);
    std::fs::create_dir_all(ccc.join("docs/System/contracts")).unwrap();
    std::fs::write(ccc.join("docs/System/contracts/USAGE_EVENT_SCHEMA.md"), "# Usage\n").unwrap();
    team.here.git_in(&ccc, &["add", "-A"]);
    team.here.git_in(&ccc, &["commit", "-qm", "base"]);
    ccc
}

#[test]
fn each_path_is_judged_in_its_own_repository() {
    let team = team();
    let root = team.here.root();
    let ccc = sibling(&team);
    // The log is looked for beside CCC's repository, under AgentOS's name.
    std::fs::rename(root, team.here.beside("AgentOS")).unwrap();
    let root = team.here.beside("AgentOS");
    let schema = "docs/System/contracts/USAGE_EVENT_SCHEMA.md";
    for command in [format!("rm ../ClaudeCodeProxy/{schema}"), format!("cd {} && rm {schema}", ccc.display())] {
        refused(&call(&team.here, &root, bash(&root, &command)), "AG101", &command);
    }
    // What one protects the other does not.
    passes(
        &call(&team.here, &root, bash(&root, &format!("touch {schema} ../ClaudeCodeProxy/{ADAPTER}"))),
        "not its own",
    );
    let both = format!("touch {ADAPTER} ../ClaudeCodeProxy/{schema}");
    let output = call(&team.here, &root, bash(&root, &both));
    refused(&output, ADAPTER, &both);
    refused(&output, schema, &both);
    let start = json!({"hook_event_name": "SessionStart", "cwd": ccc}).to_string();
    assert!(text(&call(&team.here, &root, start)).contains("USAGE_EVENT_SCHEMA.md"));
}

#[test]
fn where_nothing_is_agreed_nothing_is_refused() {
    let unborn = Scratch::new();
    let bare = Scratch::bare();
    let plain = Scratch::new();
    plain.write("x", "x");
    plain.commit("x");
    for here in [&unborn, &bare, &plain] {
        let root = here.root();
        for command in
            [&format!("rm {ADAPTER}")[..], "echo > ackgate.toml", "git commit -n", "rm .git/hooks/pre-commit"]
        {
            passes(&call(here, root, bash(root, command)), command);
        }
        let start = json!({"hook_event_name": "SessionStart", "cwd": root}).to_string();
        passes(&call(here, root, start), "start");
    }
    let nowhere = unborn.beside("nowhere");
    std::fs::create_dir(&nowhere).unwrap();
    passes(&call(&unborn, &nowhere, bash(&nowhere, &format!("rm {ADAPTER}; git commit -n"))), "no repository");
    passes(&call(&unborn, &nowhere, bash(&nowhere.join("gone"), &format!("rm {ADAPTER}"))), "no folder");
}

#[test]
fn what_cannot_be_decided_does_not_pass() {
    let team = team();
    let root = team.here.root();
    for payload in ["", "{", "[]", "{}", "\u{0}", r#"{"hook_event_name": 1}"#, r#"{"hook_event_name":"PreToolUse"}"#] {
        refused(&call(&team.here, root, payload), "cannot decide", payload);
    }
    refused(&call(&team.here, root, tool(root, "Write", json!({}))), "cannot decide", "no path");
    team.here.write("ackgate.toml", "version = 1\nparty =\n");
    team.here.commit("broken");
    refused(
        &call(&team.here, root, tool(root, "Write", json!({"file_path": "readme.md"}))),
        "cannot decide",
        "broken policy",
    );
    let start = json!({"hook_event_name": "SessionStart", "cwd": root}).to_string();
    let output = call(&team.here, root, start);
    assert_eq!(output.status.code(), Some(0));
    assert!(text(&output).contains("invalid"), "{}", text(&output));
}

#[test]
fn a_session_starts_with_gate_turn_and_reading() {
    let team = team();
    let root = team.here.root();
    team.here.write("docs/integration/CCC_ADAPTER_PROPOSALS.md", "x");
    team.gate("r4-adapter", &format!("`{ADAPTER}`"));
    let start = |event: &str| {
        let output =
            call(&team.here, root, json!({"hook_event_name": event, "cwd": root, "source": "startup"}).to_string());
        assert_eq!(output.status.code(), Some(0), "{}", text(&output));
        serde_json::from_slice::<Value>(&output.stdout).unwrap()
    };
    let claude = start("SessionStart");
    assert_eq!(claude["hookSpecificOutput"]["hookEventName"], "SessionStart");
    let said = claude["hookSpecificOutput"]["additionalContext"].as_str().unwrap();
    for part in [
        "`r4-adapter` by AgentOS",
        "pending",
        "turn:   CCC",
        "answer gate `r4-adapter`",
        "docs/integration/CCC_ADAPTER_PROPOSALS.md\n",
        "docs/integration/INTEGRATION-ROADMAP-and-EXECUTION.md (not there)",
        "latest entries of docs/integration/CCC_AGENT_CHAT.md",
    ] {
        assert!(said.contains(part), "{part}: {said}");
    }
    assert_eq!(start("sessionStart")["additional_context"], said);
    // A policy of one's own says what to read, from its own folder.
    team.here.write("ackgate.toml", policy("[session]\nreading = [\"readme.md\", [\"no.md\", \"nor.md\"]]\n"));
    team.here.commit("policy");
    let said = start("SessionStart")["hookSpecificOutput"]["additionalContext"].to_string();
    assert!(said.contains("- readme.md\\n- no.md or nor.md (not there)") && !said.contains("ROADMAP"), "{said}");
}

#[test]
fn a_linked_worktree_has_the_same_gate() {
    let team = team();
    let linked = team.here.beside("linked");
    team.here.git(&["worktree", "add", "-q", "-b", "other", linked.to_str().unwrap()]);
    refused(&call(&team.here, &linked, bash(&linked, &format!("rm {ADAPTER}"))), "AG101", "linked");
    refused(&call(&team.here, &linked, bash(&linked, "git commit -n")), "hooks from seeing", "linked");
    let hook = team.here.root().join(".git/hooks/pre-commit");
    refused(
        &call(&team.here, &linked, tool(&linked, "Write", json!({"file_path": hook}))),
        "hooks from seeing",
        "hook",
    );
}

#[test]
fn verify_gate_does_the_same() {
    let team = team();
    let root = team.here.root();
    let mut command = team.here.command(root, VERIFY);
    let mut child = command
        .args(["hook", "agent"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    child.stdin.take().unwrap().write_all(bash(root, &format!("rm {ADAPTER}")).as_bytes()).unwrap();
    refused(&child.wait_with_output().unwrap(), "AG101", "hook agent");
}

const SETTINGS: [(&str, &str); 4] = [
    ("claude", ".claude/settings.json"),
    ("codex", ".codex/hooks.json"),
    ("gemini", ".gemini/settings.json"),
    ("cursor", ".cursor/hooks.json"),
];

#[test]
fn install_adds_a_hook_to_what_is_there_and_uninstall_takes_it_out() {
    for (agent, file) in SETTINGS {
        let team = team();
        let path = team.here.root().join(file);
        let run = |what: &str| {
            let output = team.verify(&[what, "--agent", agent]);
            assert!(output.status.success(), "{what} {agent}: {}", text(&output));
            text(&output)
        };
        assert!(run("install").contains(&format!("installed {file}")));
        let first = std::fs::read(&path).unwrap();
        let said = run("install");
        assert!(said.contains(&format!("unchanged {file}")) && said.contains("advice"), "{said}");
        assert_eq!(std::fs::read(&path).unwrap(), first);
        assert!(run("uninstall").contains(&format!("removed {file}")));
        assert!(!path.exists());
        assert!(run("uninstall").contains(&format!("no {file}")));

        // What a person keeps there stays, to the byte; what a run that was killed left goes.
        let own = "{\n    \"z\": {\"kept\":   true},\n    \"a\": [ 1, 2 ]\n}\n";
        std::fs::write(&path, own).unwrap();
        let left = path.with_file_name(format!(".ackgate-tmp-{}-1", path.file_name().unwrap().to_str().unwrap()));
        std::fs::write(&left, "{").unwrap();
        assert!(run("install").contains(&format!("updated {file}")));
        assert!(!left.exists());
        let merged: Value = serde_json::from_slice(&std::fs::read(&path).unwrap()).unwrap();
        assert_eq!(merged["z"], json!({"kept": true}));
        run("uninstall");
        assert_eq!(std::fs::read_to_string(&path).unwrap(), own);

        // The command that is written does what it says.
        run("install");
        let settings = std::fs::read_to_string(&path).unwrap();
        assert!(settings.contains(AGENT), "{settings}");
    }
}

#[test]
fn install_refuses_what_it_would_lose() {
    let team = team();
    let path = team.here.root().join(".gemini/settings.json");
    let fails = |part: &str| {
        let output = team.verify(&["install", "--agent", "gemini"]);
        assert_eq!(output.status.code(), Some(2), "{}", text(&output));
        assert!(text(&output).contains(part), "{part}: {}", text(&output));
    };
    for (content, part) in [
        ("// mine\n{}", "not plain JSON"),
        ("{\"hooks\": []}", "something else at `hooks`"),
        ("{\"hooks\": {\"BeforeTool\": 1}}", "something else at `hooks.BeforeTool`"),
    ] {
        team.here.write(".gemini/settings.json", content);
        fails(part);
        assert_eq!(std::fs::read_to_string(&path).unwrap(), content);
    }
    std::fs::remove_file(&path).unwrap();
    team.here.write("elsewhere.json", "{}");
    symlink("../elsewhere.json", &path).unwrap();
    fails("is a link");
    std::fs::remove_dir_all(path.parent().unwrap()).unwrap();
    let shared = team.here.beside("shared");
    std::fs::create_dir(&shared).unwrap();
    symlink(&shared, path.parent().unwrap()).unwrap();
    fails("outside of the repository");
    let bare = Scratch::bare();
    let output = bare.command(bare.root(), VERIFY).args(["install", "--agent", "claude"]).output().unwrap();
    assert_eq!(output.status.code(), Some(2), "{}", text(&output));
}
