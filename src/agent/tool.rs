//! A tool and its arguments → what it would write.

use serde_json::{Map, Value};

use super::act::{How, Write};
use super::patch;
use super::payload::{PayloadError, text};

/// What a tool is about to do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Tool {
    /// It writes these.
    Writes(Vec<Write>),
    /// It runs a command, in a folder of its own where it names one.
    Command {
        /// For a shell.
        script: String,
        /// From the session's folder.
        folder: Option<String>,
    },
    /// It reads, or does not say what it writes.
    Reads,
}

/// Reads what a tool of this name would do.
///
/// # Errors
/// A tool of the agent's own that writes or runs, without a path or a command.
pub(super) fn tool(name: &str, input: &Map<String, Value>) -> Result<Tool, PayloadError> {
    let (own, is_server) = own_name(name);
    let words = words(own);
    let has = |list: &[&str]| words.iter().any(|word| list.contains(&word.as_str()));
    let plain: String = words.concat();
    let missing = || PayloadError::NoTarget(crate::report::escape(name));
    if PATCHES.contains(&plain.as_str()) {
        let text = text(input, &["command", "input", "patch", "patch_text", "content", "diff"]).ok_or_else(missing)?;
        return Ok(Tool::Writes(patched(text, name)));
    }
    if SHELLS.contains(&plain.as_str()) || (is_server && has(&["shell", "bash", "exec", "execute", "run", "terminal"]))
    {
        return match command(input) {
            Some(script) => {
                let folder = text(input, &["workdir", "cwd", "working_directory", "directory", "dir_path"]);
                // Cursor's `cwd` beside the command is the session's folder.
                Ok(Tool::Command { script, folder: folder.map(str::to_owned) })
            }
            None if is_server || input.contains_key("command") => Ok(Tool::Reads),
            None => Err(missing()),
        };
    }
    // Git does not see a folder without files.
    let makes_folder = has(&["create", "make"]) && has(&["directory", "folder", "dir"]);
    if READERS.contains(&plain.as_str()) || !has(WRITING) || makes_folder {
        return Ok(Tool::Reads);
    }
    let mut writes = Vec::new();
    let copies = has(&["copy"]);
    collect(input, &Wanted { by: name, copies }, 0, &mut writes);
    match writes.is_empty() && WRITERS.contains(&plain.as_str()) {
        true => Err(missing()),
        false => Ok(Tool::Writes(writes)),
    }
}

/// Tools of the agents' own that run commands, their names in lower case without what is between words.
const SHELLS: &[&str] = &[
    "bash",
    "shell",
    "powershell",
    "shellcommand",
    "localshell",
    "execcommand",
    "runshellcommand",
    "runterminalcmd",
    "runterminalcommand",
    "runinterminal",
    "terminal",
    "containerexec",
    "unifiedexec",
];

/// Those that take a patch.
const PATCHES: &[&str] = &["applypatch"];

/// Those that write a file that they must name.
const WRITERS: &[&str] = &[
    "write",
    "edit",
    "multiedit",
    "notebookedit",
    "editnotebook",
    "writefile",
    "replace",
    "strreplace",
    "editfile",
    "searchreplace",
    "delete",
    "deletefile",
    "tabwrite",
];

/// Those that keep notes of their own, and no files.
const READERS: &[&str] =
    &["todowrite", "savememory", "writetodos", "taskcreate", "taskupdate", "updateplan", "writestdin"];

/// Words in the name of a tool that writes.
const WRITING: &[&str] = &[
    "write",
    "edit",
    "multiedit",
    "create",
    "update",
    "delete",
    "remove",
    "move",
    "rename",
    "patch",
    "replace",
    "insert",
    "append",
    "save",
    "put",
    "apply",
    "copy",
    "modify",
    "overwrite",
    "unlink",
    "upload",
    "push",
    "rm",
    "mv",
];

/// Arguments that are paths, in lower case without what is between words.
const PATHS: &[&str] = &[
    "path",
    "paths",
    "filepath",
    "filepaths",
    "file",
    "files",
    "filename",
    "notebookpath",
    "notebook",
    "targetfile",
    "targetnotebook",
    "target",
    "absolutepath",
    "relativepath",
    "relativefilepath",
    "relativeworkspacepath",
    "uri",
    "source",
    "sourcepath",
    "src",
    "oldpath",
    "from",
    "destination",
    "destinationpath",
    "dest",
    "dst",
    "newpath",
    "to",
    "outputpath",
    "outputfile",
    "targetpath",
];

/// Those of a copy that it only reads.
const SOURCES: &[&str] = &["source", "sourcepath", "src", "oldpath", "from"];

/// Arguments deeper than this are not looked at.
const DEEPEST: usize = 16;

struct Wanted<'a> {
    by: &'a str,
    copies: bool,
}

/// The tool's name without that of its server, and whether it has one: `mcp__server__tool` (Claude Code, Codex, Gemini CLI),
/// `MCP:tool` (Cursor).
fn own_name(name: &str) -> (&str, bool) {
    match name.strip_prefix("mcp__").or_else(|| name.strip_prefix("mcp_")) {
        Some(rest) => (rest.rsplit("__").next().unwrap_or(rest), true),
        None => match name.strip_prefix("MCP:") {
            Some(rest) => (rest, true),
            None => (name, false),
        },
    }
}

/// The words of a name, in lower case: of `write_file`, `writeFile` and `write-file`.
fn words(name: &str) -> Vec<String> {
    let mut words: Vec<String> = vec![String::new()];
    let mut is_after_small = false;
    for c in name.chars() {
        let starts = c.is_uppercase() && is_after_small;
        if !c.is_alphanumeric() || starts {
            words.push(String::new());
        }
        if let Some(word) = words.last_mut().filter(|_| c.is_alphanumeric()) {
            word.extend(c.to_lowercase());
        }
        is_after_small = c.is_lowercase() || c.is_ascii_digit();
    }
    words.retain(|word| !word.is_empty());
    words
}

/// A command as text, or as a list of a program and its arguments.
fn command(input: &Map<String, Value>) -> Option<String> {
    let given = ["command", "cmd", "script"].iter().find_map(|key| input.get(*key))?;
    match given {
        Value::String(text) => Some(text.clone()),
        Value::Array(list) => {
            let quoted = |word: &Value| Some(format!("'{}'", word.as_str()?.replace('\'', "'\\''")));
            list.iter().map(quoted).collect::<Option<Vec<_>>>().map(|words| words.join(" "))
        }
        _ => None,
    }
    .map(|script| match input.get("args").and_then(Value::as_array) {
        Some(arguments) => arguments
            .iter()
            .filter_map(Value::as_str)
            .fold(script, |script, argument| format!("{script} '{}'", argument.replace('\'', "'\\''"))),
        None => script,
    })
}

fn collect(object: &Map<String, Value>, wanted: &Wanted<'_>, depth: usize, found: &mut Vec<Write>) {
    for (key, value) in object {
        let key = words(key).concat();
        let is_path = PATHS.contains(&key.as_str()) && !(wanted.copies && SOURCES.contains(&key.as_str()));
        collect_value(value, is_path, wanted, depth, found);
    }
}

fn collect_value(value: &Value, is_path: bool, wanted: &Wanted<'_>, depth: usize, found: &mut Vec<Write>) {
    match value {
        _ if depth > DEEPEST => {}
        Value::String(text) if is_path => {
            let path = text.strip_prefix("file://").unwrap_or(text);
            if !path.is_empty() && !path.contains(['\n', '\0']) {
                found.push(Write { how: How::Tree, ..Write::file(path, wanted.by) });
            }
        }
        Value::String(text) if text.contains("*** Begin Patch") || text.starts_with("diff --git ") => {
            found.extend(patched(text, wanted.by));
        }
        Value::Array(list) => list.iter().for_each(|one| collect_value(one, is_path, wanted, depth + 1, found)),
        Value::Object(object) => collect(object, wanted, depth + 1, found),
        _ => {}
    }
}

fn patched(text: &str, by: &str) -> Vec<Write> {
    let write = |(path, how)| Write { how, ..Write::file(path, by) };
    patch::written(text).into_iter().map(write).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seen(name: &str, input: &str) -> String {
        let Value::Object(input) = serde_json::from_str(input).unwrap() else { panic!("{input}") };
        match tool(name, &input) {
            Ok(Tool::Writes(writes)) => writes.into_iter().map(|w| w.path).collect::<Vec<_>>().join(" "),
            Ok(Tool::Command { script, folder }) => {
                format!("$ {script}{}", folder.map(|f| format!(" @{f}")).unwrap_or_default())
            }
            Ok(Tool::Reads) => "reads".to_owned(),
            Err(error) => error.to_string(),
        }
    }

    #[test]
    fn tools_of_all_agents() {
        for (name, input, expected) in [
            ("Write", r#"{"file_path":"/r/a","content":"x"}"#, "/r/a"),
            ("Edit", r#"{"file_path":"/r/a","old_string":"path","new_string":"y"}"#, "/r/a"),
            ("MultiEdit", r#"{"file_path":"/r/a","edits":[{"old_string":"x","new_string":"y"}]}"#, "/r/a"),
            ("NotebookEdit", r#"{"notebook_path":"/r/a.ipynb","new_source":"x"}"#, "/r/a.ipynb"),
            ("Bash", r#"{"command":"ls","description":"d"}"#, "$ ls"),
            ("Read", r#"{"file_path":"/r/a"}"#, "reads"),
            ("Grep", r#"{"pattern":"x","path":"/r/a"}"#, "reads"),
            ("TodoWrite", r#"{"todos":[{"content":"x","path":"a"}]}"#, "reads"),
            ("apply_patch", r#"{"command":"*** Begin Patch\n*** Update File: a\n*** End Patch"}"#, "a"),
            ("apply_patch", r#"{"input":"*** Begin Patch\n*** Add File: b\n+x\n*** End Patch"}"#, "b"),
            ("ApplyPatch", r#"{"patch":"--- a/x\n+++ b/x\n"}"#, "x"),
            (
                "shell",
                r#"{"command":["bash","-lc","rm 'x y'"],"workdir":"sub"}"#,
                "$ 'bash' '-lc' 'rm '\\''x y'\\''' @sub",
            ),
            ("exec_command", r#"{"cmd":"rm x"}"#, "$ rm x"),
            ("write_file", r#"{"file_path":"a","content":"x"}"#, "a"),
            ("replace", r#"{"file_path":"a","old_string":"x","new_string":"y"}"#, "a"),
            ("run_shell_command", r#"{"command":"ls","dir_path":"sub"}"#, "$ ls @sub"),
            ("read_many_files", r#"{"paths":["a"]}"#, "reads"),
            ("StrReplace", r#"{"path":"/r/a"}"#, "/r/a"),
            ("Delete", r#"{"path":"/r/a"}"#, "/r/a"),
            ("EditNotebook", r#"{"target_notebook":"a.ipynb"}"#, "a.ipynb"),
            ("Shell", r#"{"command":"ls","working_directory":"/r"}"#, "$ ls @/r"),
            ("mcp__fs__write_file", r#"{"path":"a","content":"x"}"#, "a"),
            ("mcp__fs__move_file", r#"{"source":"a","destination":"b"}"#, "b a"),
            ("mcp__fs__copy_file", r#"{"source":"a","destination":"b"}"#, "b"),
            ("mcp__fs__read_text_file", r#"{"path":"a"}"#, "reads"),
            ("mcp__fs__create_directory", r#"{"path":"a"}"#, "reads"),
            ("mcp__fs__list_directory", r#"{"path":"a"}"#, "reads"),
            ("mcp__ide__createFile", r#"{"uri":"file:///r/a"}"#, "/r/a"),
            ("mcp__x__edit_files", r#"{"files":[{"path":"a"},{"path":"b"}]}"#, "a b"),
            ("mcp__git__git_add", r#"{"files":["a"]}"#, "reads"),
            ("mcp__x__write_note", r#"{"title":"a"}"#, ""),
            ("mcp__sh__run_command", r#"{"command":"rm","args":["-f","a"]}"#, "$ rm '-f' 'a'"),
            ("MCP:delete_file", r#"{"filePath":"a"}"#, "a"),
            ("mcp_fs_write_file", r#"{"path":"a"}"#, "a"),
            ("Write", r#"{"content":"x"}"#, "the payload does not say what the tool `Write` would write"),
            ("Bash", "{}", "the payload does not say what the tool `Bash` would write"),
            ("apply_patch", "{}", "the payload does not say what the tool `apply_patch` would write"),
            ("WebFetch", r#"{"url":"x"}"#, "reads"),
            ("", "{}", "reads"),
        ] {
            assert_eq!(seen(name, input), expected, "{name} {input}");
        }
    }
}
