//! `verify-gate demo`, as someone runs it who has just cloned and built that one program.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use tempfile::TempDir;

/// A temporary folder and a home for the demo, both empty.
struct Guest {
    folder: TempDir,
}

impl Guest {
    fn new() -> Self {
        let guest = Guest { folder: tempfile::tempdir().unwrap() };
        for folder in [guest.temporary(), guest.home()] {
            fs::create_dir(folder).unwrap();
        }
        guest
    }

    fn temporary(&self) -> PathBuf {
        self.folder.path().join("with a 'space'")
    }

    fn home(&self) -> PathBuf {
        self.folder.path().join("home")
    }

    /// The demo with nothing but a path and a home.
    fn command(&self) -> Command {
        self.command_of(Path::new(env!("CARGO_BIN_EXE_verify-gate")))
    }

    fn command_of(&self, program: &Path) -> Command {
        let mut command = Command::new(program);
        command.arg("demo").current_dir(self.folder.path()).env_clear();
        command.env("PATH", std::env::var_os("PATH").unwrap());
        command.env("HOME", self.home()).env("TMPDIR", self.temporary());
        command
    }

    /// Runs it, and sees that the temporary folder is left as it was.
    fn run(&self, mut command: Command) -> Output {
        let output = command.output().unwrap();
        let left: Vec<_> = fs::read_dir(self.temporary()).unwrap().map(|entry| entry.unwrap().path()).collect();
        assert_eq!(left, [] as [PathBuf; 0], "left behind");
        output
    }

    /// Runs it, and sees that it told the whole story.
    fn tells(&self, command: Command) -> String {
        let output = self.run(command);
        let (told, errors) = (String::from_utf8(output.stdout).unwrap(), String::from_utf8_lossy(&output.stderr));
        assert_eq!((output.status.code(), errors.as_ref()), (Some(0), ""), "{told}");
        assert_eq!(verdicts(&told), STORY, "{told}");
        told
    }
}

const STORY: [&str; 9] = ["AG101", "AG102", "AG103", "passes", "AG104", "AG104", "AG104", "passes", "AG109"];

/// How each step ended, in order.
fn verdicts(told: &str) -> Vec<&str> {
    let ends = told.lines().filter_map(|line| line.trim_start().strip_prefix("=> "));
    ends.map(|end| end.split(' ').find(|word| *word != "refused:").unwrap()).collect()
}

#[test]
fn tells_the_whole_protocol_and_leaves_nothing_behind() {
    let guest = Guest::new();
    let told = guest.tells(guest.command());
    let errors: Vec<&str> = told.lines().filter_map(|l| l.trim_start().strip_prefix("error[")?.get(..5)).collect();
    assert_eq!(errors, ["AG101", "AG102", "AG102", "AG103", "AG104", "AG104", "AG104", "AG109"]);
    assert!(told.contains("cleaned up") && told.contains("verify-gate init") && told.contains("verify-gate install"));
    assert!(!told.contains("ackgate-demo-"), "no path of the temporary folder: {told}");
    assert!(!told.contains('\u{1b}'), "no colours unless asked for");
    assert!(told.lines().count() < 140, "short enough to be read");
    assert_eq!(fs::read_dir(guest.home()).unwrap().count(), 0, "nothing of the user's is touched");
}

#[test]
fn needs_no_other_program_of_ackgates() {
    let guest = Guest::new();
    let alone = guest.folder.path().join("it's alone");
    fs::create_dir(&alone).unwrap();
    let program = alone.join("gate $HOME");
    fs::copy(env!("CARGO_BIN_EXE_verify-gate"), &program).unwrap();
    guest.tells(guest.command_of(&program));
}

#[test]
fn takes_nothing_from_a_hostile_environment() {
    let guest = Guest::new();
    let config = "[commit]\n\tgpgsign = true\n[core]\n\thooksPath = /nowhere\n\tautocrlf = true\n[push]\n\tdefault = nothing\n\
                  [init]\n\tdefaultBranch = elsewhere\n\ttemplateDir = /nowhere\n[user]\n\tsigningKey = none\n";
    fs::write(guest.home().join(".gitconfig"), config).unwrap();
    let ignored = guest.home().join(".config/git/ignore");
    fs::create_dir_all(ignored.parent().unwrap()).unwrap();
    fs::write(ignored, "*.md\n*.py\n").unwrap();
    let mut command = guest.command();
    command.env("GIT_DIR", "/nowhere").env("GIT_INDEX_FILE", "/nowhere").env("GIT_WORK_TREE", "/nowhere");
    command.env("GIT_CONFIG_COUNT", "1").env("GIT_CONFIG_KEY_0", "commit.gpgsign").env("GIT_CONFIG_VALUE_0", "true");
    command.env("GIT_AUTHOR_DATE", "then").env("GIT_CONFIG_GLOBAL", guest.home().join(".gitconfig"));
    command.env("ACKGATE_LOG_REPO", "/nowhere").env("PRE_COMMIT", "1").env("PRE_COMMIT_TO_REF", "nowhere");
    command.env("LC_ALL", "de_DE.UTF-8").env("LANGUAGE", "de");
    guest.tells(command);
}

#[test]
fn does_without_a_home_and_with_a_strict_umask() {
    let guest = Guest::new();
    let mut command = guest.command();
    let program = command.get_program().to_owned();
    command = {
        let mut shell = Command::new("/bin/sh");
        shell.args(["-c", "umask 077; exec \"$0\" demo"]).arg(program).current_dir(guest.folder.path()).env_clear();
        shell.env("PATH", std::env::var_os("PATH").unwrap()).env("TMPDIR", guest.temporary());
        shell
    };
    guest.tells(command);
}

#[test]
fn a_temporary_folder_by_a_relative_name_does() {
    let guest = Guest::new();
    let mut command = guest.command();
    command.env("TMPDIR", guest.temporary().file_name().unwrap());
    guest.tells(command);
}

#[test]
fn colours_when_asked_to() {
    let guest = Guest::new();
    let mut command = guest.command();
    command.args(["--color", "always"]);
    let told = String::from_utf8(guest.run(command).stdout).unwrap();
    assert!(told.contains("\u{1b}[1;31merror[AG101]\u{1b}[0m: `agentos"), "{told}");
}

/// A `git` that does not do what the story says must not be told as if it did.
#[test]
fn fails_where_a_step_does_not_end_as_told() {
    let real = std::env::split_paths(&std::env::var_os("PATH").unwrap()).map(|f| f.join("git")).find(|g| g.is_file());
    let real = real.unwrap();
    for (does, step) in [
        ("case \"$*\" in 'commit -am Read cache'*) set -- \"$@\" --no-verify ;; esac", "step 1 did not end as told"),
        ("case \"$*\" in 'commit -am Count'*) echo 'error: ill' >&2; exit 1 ;; esac", "step 5 did not end as told"),
        ("case \"$*\" in push) exit 0 ;; esac", "step 7 did not end as told"),
        ("case \"$1\" in init) echo 'no room' >&2; exit 1 ;; esac", "git init failed: no room"),
    ] {
        let guest = Guest::new();
        let programs = guest.folder.path().join("programs");
        fs::create_dir(&programs).unwrap();
        let script = format!("#!/bin/sh\n{does}\nexec '{}' \"$@\"\n", real.display());
        fs::write(programs.join("git"), script).unwrap();
        let executable = std::os::unix::fs::PermissionsExt::from_mode(0o755);
        fs::set_permissions(programs.join("git"), executable).unwrap();
        let mut command = guest.command();
        let path = std::env::join_paths([programs].into_iter().chain(["/usr/bin".into(), "/bin".into()])).unwrap();
        command.env("PATH", path);
        let output = guest.run(command);
        let errors = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(2), "{does}: {errors}");
        assert!(errors.contains(step), "{does}: {errors}");
        assert!(!String::from_utf8_lossy(&output.stdout).contains("cleaned up"));
    }
}

#[test]
fn says_what_to_do_without_git_or_room() {
    let guest = Guest::new();
    let mut command = guest.command();
    command.env("PATH", guest.home());
    let output = guest.run(command);
    assert_eq!(output.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&output.stderr).contains("put git on PATH"));

    let mut command = guest.command();
    command.env("TMPDIR", guest.home().join("missing"));
    let output = guest.run(command);
    assert_eq!(output.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&output.stderr).contains("set TMPDIR"));
}
