//! What a program text that is handed to an interpreter (`python -c`, `node -e`, …) writes: calls that are known to
//! write, and the names in the text.
//!
//! No language is parsed. A call whose file stands in it names that file; one whose file is a variable may mean any name
//! in the text.

mod scanned;

/// What a text would write and run.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Code {
    /// Files.
    pub(super) paths: Vec<String>,
    /// Commands for a shell.
    pub(super) commands: Vec<String>,
}

/// Reads a program's text.
pub(super) fn code(text: &str) -> Code {
    let mut found = Code::default();
    if text.len() > LONGEST {
        return found;
    }
    let scanned = Scanned::new(text);
    for call in scanned.calls() {
        match scanned.written(&call) {
            Written::Nothing => {}
            Written::These(paths) => found.paths.extend(paths),
            Written::Any => found.paths.extend(scanned.names()),
        }
        if RUNS.contains(&call.name.trim_start_matches('.')) {
            found.commands.extend(scanned.command(&call));
        }
    }
    found.paths.dedup();
    found
}

/// Calls that run a command.
const RUNS: &[&str] = &[
    "os.system",
    "os.popen",
    "subprocess.run",
    "subprocess.call",
    "subprocess.check_call",
    "subprocess.check_output",
    "subprocess.Popen",
    "run",
    "check_call",
    "check_output",
    "Popen",
    "execSync",
    "spawnSync",
    "execFileSync",
    "exec",
    "system",
    "child_process.execSync",
    "child_process.exec",
];

/// Methods of a path, which stands before them.
const METHODS: &[&str] =
    &["write_text", "write_bytes", "unlink", "touch", "rename", "symlink_to", "hardlink_to", "chmod"];

/// Calls whose first argument is a file that is written.
const FIRST: &[&str] = &[
    "os.remove",
    "os.unlink",
    "os.truncate",
    "os.chmod",
    "shutil.rmtree",
    "rmtree",
    "writeFileSync",
    "writeFile",
    "appendFileSync",
    "appendFile",
    "createWriteStream",
    "truncateSync",
    "unlinkSync",
    "rmSync",
    "fs.unlink",
    "fs.rm",
    "fs.truncate",
    "writeTextFile",
    "writeTextFileSync",
    "Deno.writeTextFile",
    "Deno.remove",
    "Bun.write",
    "File.write",
    "IO.write",
    "File.delete",
    "File.unlink",
    "FileUtils.rm",
    "FileUtils.rm_f",
    "FileUtils.rm_rf",
    "FileUtils.touch",
    "file_put_contents",
    "unlink",
    "outputFileSync",
];

/// Calls with two files, both of which change.
const BOTH: &[&str] = &[
    "os.rename",
    "os.replace",
    "os.renames",
    "shutil.move",
    "renameSync",
    "fs.rename",
    "File.rename",
    "FileUtils.mv",
    "rename",
];

/// Calls with two files of which the last is written.
const LAST: &[&str] = &[
    "shutil.copy",
    "shutil.copy2",
    "shutil.copyfile",
    "shutil.copytree",
    "os.symlink",
    "os.link",
    "copyFileSync",
    "cpSync",
    "fs.copyFile",
    "symlinkSync",
    "FileUtils.cp",
    "FileUtils.cp_r",
    "FileUtils.ln_s",
    "copy",
];

enum Written {
    Nothing,
    These(Vec<String>),
    Any,
}

/// A text between quotes.
struct Literal {
    start: usize,
    end: usize,
    text: String,
}

/// A call, with the place of its arguments.
struct Call {
    name: String,
    start: usize,
    open: usize,
    close: usize,
}

struct Scanned {
    /// The text with what is quoted and commented blanked out.
    code: Vec<char>,
    literals: Vec<Literal>,
}

impl Scanned {
    fn written(&self, call: &Call) -> Written {
        let last = call.name.rsplit('.').next().unwrap_or_default();
        let is =
            |names: &[&str]| names.contains(&call.name.as_str()) || (names.contains(&last) && last.contains("Sync"));
        if matches!(last, "open" | "openSync" | "fopen") {
            return self.opened(call);
        }
        if call.name.starts_with('.') || METHODS.contains(&last) {
            let own = call.name.trim_start_matches(|c| c != '.').trim_start_matches('.');
            if METHODS.contains(&own) && !call.name.starts_with("os.") && !call.name.starts_with("fs.") {
                return self.receiver(call);
            }
        }
        if call.name == "fileinput.input" && self.between(call).contains("inplace") {
            return some(self.arguments(call));
        }
        if is(FIRST) || FIRST.contains(&last) && last.starts_with("write") {
            return match self.first_argument(call) {
                Some(path) => Written::These(vec![path]),
                None => Written::Any,
            };
        }
        if is(BOTH) {
            return some(self.arguments(call));
        }
        if is(LAST) {
            // Where the target is a variable it is not seen; what is copied is only read.
            let mut paths = self.arguments(call);
            return match paths.pop() {
                Some(target) if !paths.is_empty() || self.first_argument(call).is_none() => {
                    Written::These(vec![target])
                }
                _ => Written::Nothing,
            };
        }
        Written::Nothing
    }

    /// A file that is opened, where its mode says that it is written.
    fn opened(&self, call: &Call) -> Written {
        let arguments = self.arguments(call);
        let is_mode = |text: &str| {
            let letters = !text.is_empty() && text.chars().all(|c| "rwaxbtU+".contains(c));
            letters || matches!(text.split(':').next(), Some(">" | ">>" | "+<" | "+>" | "<"))
        };
        let writes = |text: &String| is_mode(text) && text.contains(['w', 'a', 'x', '+', '>']);
        // perl's `open(F, ">>file")`
        let redirected =
            arguments.iter().find_map(|text| text.strip_prefix('>')).map(|p| p.trim_start_matches('>').trim());
        if let Some(path) = redirected.filter(|path| !path.is_empty()) {
            return Written::These(vec![path.to_owned()]);
        }
        match (self.first_argument(call), arguments.as_slice()) {
            // `Path("x").open("w")`, or a path in a variable
            (Some(_), [mode]) if writes(mode) && call.name.contains('.') => self.receiver(call),
            (Some(path), [_, modes @ ..]) if modes.iter().any(writes) => Written::These(vec![path]),
            (None, modes) if modes.iter().any(writes) => {
                some(arguments.iter().filter(|text| !is_mode(text)).cloned().collect())
            }
            _ => Written::Nothing,
        }
    }

    /// The path that a method is called on: `Path("a/b").write_text(…)`.
    fn receiver(&self, call: &Call) -> Written {
        let before = self.code.get(..call.start).unwrap_or_default();
        if before.last() != Some(&')') {
            return Written::Any;
        }
        let mut depth = 0_usize;
        let length = before.iter().rev().position(|c| {
            depth = depth + usize::from(*c == ')') - usize::from(*c == '(');
            depth == 0
        });
        let start = length.map_or(0, |length| call.start - 1 - length);
        let mut paths = self.joined(start, call.start);
        if call.name.ends_with("rename") {
            paths.extend(self.arguments(call));
        }
        some(paths)
    }

    /// A command for a shell: one text, or a list of words.
    fn command(&self, call: &Call) -> Option<String> {
        let is_list = self.code.get(call.open + 1) == Some(&'[');
        let inside = self.literals.iter().filter(|l| l.start > call.open && l.start < call.close);
        if !is_list {
            return inside.map(|l| l.text.clone()).next();
        }
        let end = self.code.iter().skip(call.open).position(|c| *c == ']').map_or(call.close, |at| call.open + at);
        let words = inside.filter(|l| l.start < end).map(|l| format!("'{}'", l.text.replace('\'', "'\\''")));
        Some(words.collect::<Vec<_>>().join(" "))
    }
}

/// Longer texts are not looked into.
const LONGEST: usize = 1 << 18;

fn some(paths: Vec<String>) -> Written {
    if paths.is_empty() { Written::Any } else { Written::These(paths) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_text_writes_is_named_in_the_call_or_anywhere() {
        for (text, paths) in [
            ("open('a/b', 'w').write('x')", &["a/b"][..]),
            ("open(\"a/b\", mode=\"a+\")", &["a/b"]),
            ("with open('a/b') as f: print(f.read())", &[]),
            ("open('a/b', 'rb').read(); open('/tmp/x', 'wb')", &["/tmp/x"]),
            ("p = 'a/b'\ns = open(p).read()\nopen(p, 'w').write(s)", &["a/b"]),
            ("p='a/b'; print(open(p).read())", &[]),
            ("from pathlib import Path; Path('a/b').write_text('c.d')", &["a/b"]),
            ("Path('a', 'b').read_text()", &[]),
            ("(Path('a') / 'b').write_text('x')", &["a/b"]),
            ("p = Path('a/b')\np.write_text(p.read_text().replace('x.y', 'z'))", &["a/b", "x.y"]),
            ("Path('a/b').open('w')", &["a/b"]),
            ("p = Path('a/b'); p.open('w')", &["a/b"]),
            ("open('a', 'w'); open('w')", &["a"]),
            ("open(os.path.join('a', 'b'), 'w')", &["a/b"]),
            ("os.remove('a/b')", &["a/b"]),
            ("items.remove('a/b')", &[]),
            ("os.rename('a/b', 'c/d')", &["a/b", "c/d"]),
            ("shutil.copy('a/b', 'c/d')", &["c/d"]),
            ("shutil.copy('a/b', target)", &[]),
            ("shutil.copy(source, 'c/d')", &["c/d"]),
            ("require('fs').writeFileSync('a/b', 'x')", &["a/b"]),
            ("const fs=require('fs'); fs.writeFileSync(f, fs.readFileSync('a/b'))", &["a/b"]),
            ("fs.promises.writeFile('a/b', s)", &["a/b"]),
            ("console.log(fs.readFileSync('a/b','utf8'))", &[]),
            ("File.write('a/b', 'x')", &["a/b"]),
            ("File.open('a/b', 'w') { |f| }", &["a/b"]),
            ("open(my $f, '>', 'a/b')", &["a/b"]),
            ("open(F, '>>a/b')", &["a/b"]),
            ("open(my $f, '<', 'a/b')", &[]),
            ("for l in fileinput.input('a/b', inplace=True): pass", &["a/b"]),
            ("# don't open('a/b', 'w')\nprint('x')", &[]),
            ("print(\"open('a/b', 'w')\")", &[]),
            ("print('a/b')", &[]),
            ("open('", &[]),
            ("open(", &[]),
            (")))(((", &[]),
        ] {
            assert_eq!(code(text).paths, paths, "{text}");
        }
    }

    #[test]
    fn commands_in_a_text_are_commands() {
        for (text, command) in [
            ("import os; os.system('sed -i s/a/b/ x')", Some("sed -i s/a/b/ x")),
            ("subprocess.run(['rm', '-f', \"a b\"], check=True)", Some("'rm' '-f' 'a b'")),
            ("require('child_process').execSync(`rm x`)", Some("rm x")),
            ("subprocess.run(args)", None),
        ] {
            assert_eq!(code(text).commands.first().map(String::as_str), command, "{text}");
        }
    }
}
