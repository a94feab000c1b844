//! Commands as people and models write them, and what they would write.

use proptest::prelude::*;

use super::{Known, acts};
use crate::agent::act::{Act, How, join};

fn known() -> Known {
    Known {
        variables: [("HOME".to_owned(), "/home/a".to_owned()), ("REPO".to_owned(), "/repo".to_owned())].into(),
        folder: Some("/repo".to_owned()),
        top: Some("/repo".to_owned()),
    }
}

/// The paths that a command would write, in short: `x/` below it all, `x/?` below it something, `!how` for ways around.
fn written(command: &str) -> String {
    let one = |act: Act| match act {
        Act::Around(around) => format!("!{}", around.by),
        Act::Write(write) => {
            let path = join(&write.folder, &write.path);
            let pattern = if write.is_pattern { "~" } else { "" };
            match write.how {
                How::Into | How::Tree => format!("{path}{pattern}"),
                How::Place(names) => format!("{path}<{}", names.join(",")),
                How::Below { only, all } => {
                    format!("{path}{pattern}/{}{}", if all { "" } else { "?" }, only.unwrap_or_default())
                }
            }
        }
    };
    acts(command, &known()).into_iter().map(one).collect::<Vec<_>>().join(" ")
}

#[test]
fn what_commands_write() {
    let mut wrong = Vec::new();
    for (command, expected) in [
        // redirections
        ("echo x > p/a", "p/a"),
        ("echo x >> p/a", "p/a"),
        ("echo x >| 'p/a b'", "p/a b"),
        ("cat a 2>p/err", "p/err"),
        ("echo x &> p/a", "p/a"),
        ("echo x >&p/a", "p/a"),
        (": > p/a", "p/a"),
        ("> p/a", "p/a"),
        ("exec 3> p/a", "p/a"),
        ("cat <<'EOF' > p/a\nrm p/b\nEOF", "p/a"),
        ("cat > p/a <<EOF\nx\nEOF\nrm p/b", "p/a p/b"),
        ("{ echo a; echo b; } > p/a", "p/a"),
        ("(echo a) > p/a", "p/a"),
        ("for i in 1 2; do echo $i; done > p/a", "p/a"),
        ("echo x > \"p\"/'a'.py", "p/a.py"),
        ("echo x > p/\\a", "p/a"),
        ("echo x > $'p/\\x61'", "p/a"),
        // programs that write what they name
        ("echo x | tee p/a", "p/a"),
        ("echo x | tee -a p/a p/b >/dev/null", "p/a p/b"),
        ("echo x | sudo tee p/a", "p/a"),
        ("sed -i 's/a/b/' p/a", "s/a/b/ p/a"),
        ("sed -i.bak -e s/a/b/ p/a p/b", "p/a p/b"),
        ("sed -E -i s/a/b/ p/a", "s/a/b/ p/a"),
        ("sed -ni s/a/b/p p/a", "s/a/b/p p/a"),
        ("sed -i '' -e s/a/b/ p/a", "p/a"),
        ("sed --in-place=.b -e s/a/b/ p/a", "p/a"),
        ("gsed -i -e 1d p/a", "p/a"),
        ("perl -i -pe 's/a/b/' p/a", "s/a/b/ p/a"),
        ("perl -pi -e 's/a/b/' p/a", "p/a"),
        ("perl -0777 -i.bak -e x p/a", "p/a"),
        ("ruby -i -e x p/a", "p/a"),
        ("gawk -i inplace '{print}' p/a", "{print} p/a"),
        ("cp x p/a", "p/a<x"),
        ("cp -r x/y p/", "p/<y"),
        ("cp x y p/", "p/<x,y"),
        ("cp -t p x y", "p<x,y"),
        ("cp -f -- x p/a", "p/a<x"),
        ("mv p/a q/b", "q/b<a p/a"),
        ("mv -t q p/a", "q<a p/a"),
        ("install -m 755 x p/a", "p/a<x"),
        ("ln -sf x p/a", "p/a<x"),
        ("ln -s ../x", ".<x"),
        ("rsync -av x p/", "p/<x"),
        ("rsync -av x/ p", "p<x p/?"),
        ("rsync -a --remove-source-files p/a q", "q<a p/a"),
        ("rm p/a", "p/a"),
        ("rm -rf p", "p"),
        ("rm -- -p/a", "-p/a"),
        ("unlink p/a", "p/a"),
        ("truncate -s 0 p/a", "p/a"),
        ("touch p/a", "p/a"),
        ("chmod +x p/a", "+x p/a"),
        ("dd if=x of=p/a bs=1", "p/a"),
        ("patch p/a < x.diff", "p/a"),
        ("patch -p1 <<'E'\n--- a/p/a\n+++ b/p/a\n@@ -1 +1 @@\nE", "p/a"),
        ("ed -s p/a <<E\nw\nE", "p/a"),
        ("vim -es -c wq p/a", "p/a"),
        ("curl -o p/a https://x", "p/a"),
        ("curl -sSL https://x --output p/a", "p/a"),
        ("wget -O p/a https://x", "p/a"),
        ("wget --output-document=p/a https://x", "p/a"),
        ("sort -o p/a p/a", "p/a"),
        ("tar xzf x.tgz -C p", "p/?"),
        ("tar -C p -xf x.tgz", "p/?"),
        ("unzip -o x.zip -d p", "p/?"),
        ("gunzip p/a.gz", "p/a.gz"),
        ("protoc --output=p/a x", "p/a"),
        // formatters, where they write
        ("black p", "p/?"),
        ("python -m black -q p/a", "p/a/?"),
        ("uv run ruff format p/a", "format/? p/a/?"),
        ("ruff check --fix p", "check/? p/?"),
        ("npx prettier --write p/a.json", "p/a.json/?"),
        ("yarn prettier --write p/a.json", "prettier/? p/a.json/?"),
        ("gofmt -w p/a.go", "p/a.go/?"),
        ("clang-format -i p/a.c", "p/a.c/?"),
        ("eslint --fix p", "p/?"),
        // git
        ("git checkout -- p/a", "p/a/?"),
        ("git checkout main -- p", "main/? p/?"),
        ("git checkout HEAD~3 p/a", "HEAD~3/? p/a/?"),
        ("git restore p/a", "p/a/?"),
        ("git checkout-index -f p/a", "p/a/?"),
        ("git restore --source=HEAD~1 --staged p/a", "p/a/?"),
        ("git -C sub restore a", "sub/a/?"),
        ("git rm -r p", "p"),
        ("git rm --cached p/a", "p/a"),
        ("git mv p/a q/a", "p/a q/a"),
        ("git update-index --chmod=+x p/a", "p/a"),
        ("git update-index --add --cacheinfo 100644,abc,p/a", "p/a 100644,abc,p/a"),
        ("git submodule add https://x p/a", "add https://x p/a"),
        ("git diff --output=p/a", "p/a"),
        ("git apply <<'E'\ndiff --git a/p/a b/q/a\nrename from p/a\nrename to q/a\nE", "p/a q/a"),
        ("git apply - <<'E'\n--- a/p/a\n+++ b/p/a\nE", "p/a"),
        ("git show HEAD:p/a > p/a", "p/a"),
        ("apply_patch <<'E'\n*** Begin Patch\n*** Update File: p/a\n*** End Patch\nE", "p/a"),
        ("apply_patch '*** Begin Patch\n*** Delete File: p/a\n*** End Patch'", "p/a"),
        // folders
        ("cd p && rm a", "p/a"),
        ("cd p; cd q; rm a; cd ..; rm b", "p/q/a p/q/../b"),
        ("cd /x && rm a", "/x/a"),
        ("(cd p && rm a); rm b", "p/a b"),
        ("pushd p; rm a; popd; rm b", "p/a"),
        ("cd \"$(git rev-parse --show-toplevel)\" && rm p/a", "/repo/p/a"),
        ("cd $UNKNOWN && rm p/a; rm /repo/p/b", "/repo/p/b"),
        ("env -C p rm a; rm b", "p/a b"),
        ("rm ../p/a ./p/./b", "../p/a ./p/./b"),
        // variables, loops, patterns
        ("F=p/a; sed -i -e x $F", "p/a"),
        ("F=p/a; sed -i -e x \"$F\"", "p/a"),
        ("export D=p; echo x > ${D}/a", "p/a"),
        ("echo x > $REPO/p/a", "/repo/p/a"),
        ("echo x > ~/a", "/home/a/a"),
        ("echo x > $NO/a", ""),
        ("FS='p/a p/b'; rm $FS", "p/a p/b"),
        ("for f in p/a p/b; do sed -i -e x $f; done", "p/a p/b"),
        ("for f in p/*.py; do sed -i -e x \"$f\"; done", "p/*.py~"),
        ("rm p/*.py", "p/*.py~"),
        ("rm 'p/*.py'", "p/*.py"),
        ("rm p/{a,b}.py", "p/a.py p/b.py"),
        // scripts in scripts
        ("bash -c 'rm p/a'", "p/a"),
        ("bash -lc \"cd p && rm a\"; rm b", "p/a b"),
        ("'bash' '-lc' 'rm '\\''p/a'\\'''", "p/a"),
        ("sh <<'E'\nrm p/a\nE", "p/a"),
        ("eval \"rm p/a\"", "p/a"),
        ("echo $(rm p/a)", "p/a"),
        ("x=`rm p/a`", "p/a"),
        ("diff <(rm p/a) x", "p/a"),
        ("echo x | tee >(cat > p/a)", "p/a"),
        ("if true; then rm p/a; fi", "p/a"),
        ("while read l; do echo $l > p/a; done < x", "p/a"),
        ("case $x in a) rm p/a;; esac", "p/a"),
        ("! rm p/a", "p/a"),
        ("sudo -u x rm p/a", "p/a"),
        ("env A=b rm p/a", "p/a"),
        ("timeout -s 9 5 rm p/a", "p/a"),
        ("nohup nice -n 5 rm p/a &", "p/a"),
        ("/bin/rm p/a", "p/a"),
        ("\\rm p/a", "p/a"),
        ("true && rm p/a || rm p/b", "p/a p/b"),
        // fed by another
        ("grep -rl x p | xargs sed -i -e s/x/y/", "x/? p/?"),
        ("echo p/a | xargs rm", "p/a"),
        ("git ls-files p | xargs rm -f", "ls-files/? p/?"),
        ("find p -name '*.py' | xargs sed -i -e x", "p/*.py"),
        ("find p -name '*.py' -exec sed -i -e x {} +", "p/*.py"),
        ("find p -name '*.pyc' -delete", "p/*.pyc"),
        ("find . -type f -newer x -delete", "./?"),
        ("find p -type f -print0 | xargs -0 rm", "p/"),
        // other languages
        ("python3 -c \"open('p/a','w').write('x')\"", "p/a"),
        ("python - <<'E'\nfrom pathlib import Path\nPath('p/a').write_text('x')\nE", "p/a"),
        ("python3 <<'E'\np = 'p/a'\nopen(p, 'w')\nE", "p/a"),
        ("cat <<'E' | python3\nopen('p/a', 'w')\nE", "p/a"),
        ("cd p && python -c 'open(\"a\", \"w\")'", "p/a"),
        ("node -e \"require('fs').writeFileSync('p/a', 'x')\"", "p/a"),
        ("ruby -e 'File.write(\"p/a\", 1)'", "p/a"),
        ("perl -e 'open(my $f, \">\", \"p/a\")'", "p/a"),
        ("python -c \"import os; os.system('rm p/a')\"", "p/a"),
        // around the gate
        ("git commit --no-verify -m x", "!git commit --no-verify"),
        ("git add -A && git commit -nm x", "!git commit --no-verify"),
        ("git push --no-verify", "!git push --no-verify"),
        ("git -c core.hooksPath=/dev/null commit -m x", "!git -c core.hooksPath commit"),
        ("git config core.hooksPath /tmp", "!git config core.hooksPath"),
        ("SKIP=ackgate-pre-commit git commit -m x", "!SKIP=ackgate-pre-commit"),
        ("export SKIP=verify-gate", "!SKIP=verify-gate"),
        ("env SKIP=ackgate-pre-push git push", "!SKIP=ackgate-pre-push"),
        ("HUSKY=0 git commit -m x", "!HUSKY=0"),
        ("LEFTHOOK=false git push", "!LEFTHOOK=false"),
        ("verify-gate uninstall", "!verify-gate uninstall"),
        ("pre-commit uninstall -t pre-push", "!pre-commit uninstall"),
        ("rm .git/hooks/pre-commit", ".git/hooks/pre-commit"),
        ("chmod -x .git/hooks/*", ".git/hooks/*~"),
    ] {
        let seen = written(command);
        if seen != expected {
            wrong.push(format!("{command}: {seen}, not {expected}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn what_only_reads_passes() {
    let mut wrong = Vec::new();
    for command in [
        "",
        "   ",
        "# rm p/a",
        "cat p/a",
        "cat < p/a",
        "cat p/a p/b | head -5",
        "head -n 3 p/a; tail -n +2 p/a",
        "less p/a; more p/a; bat p/a",
        "ls -la p; tree p; stat p/a; file p/a; wc -l p/a; du -sh p",
        "grep -rn x p",
        "grep -i x p/a",
        "grep '> p/a' x",
        "rg 'rm p/a' p",
        "rg --files p",
        "ag x p",
        "find p -name '*.py'",
        "find p -name '*.py' -exec grep x {} +",
        "find p -name '*.py' | xargs grep x",
        "find p | xargs wc -l",
        "sed -n 1,5p p/a",
        "sed 's/a/b/' p/a",
        "sed -e 's/i/j/' p/a",
        "awk '{print $1}' p/a",
        "perl -ne 'print if /x/' p/a",
        "perl -MList::Util -e 'print 1' p/a",
        "cut -d, -f1 p/a | sort | uniq -c",
        "sort p/a",
        "diff p/a p/b; cmp p/a p/b; md5sum p/a; sha256sum p/*",
        "jq . p/a.json; yq . p/a.yml",
        "od -c p/a; xxd p/a; hexdump -C p/a; strings p/a",
        "echo p/a",
        "echo 'rm p/a'",
        "echo \"cp x p/a\"",
        "printf '%s\\n' p/a",
        "test -f p/a && echo yes",
        "[ -f p/a ] && echo yes",
        "cat p/a > /dev/null",
        "cat p/a 2>/dev/null",
        "cat p/a 2>&1 | head",
        "command -v p/a",
        "git status; git status p",
        "git diff; git diff p/a; git diff HEAD~1 -- p/a; git diff --stat",
        "git log -n 3 -- p/a; git log -p p/a",
        "git show HEAD:p/a",
        "git blame p/a",
        "git add p/a; git add -A; git add -p p/a",
        "git commit -m 'touch p/a'",
        "git commit -m \"$(cat <<'EOF'\nDon't rm p/a (1) > p/b\n\n--no-verify\nEOF\n)\"",
        "git commit -am 'skip --no-verify' -- p/a",
        "git stash; git stash pop",
        "git checkout main; git switch -c p",
        "git reset p/a; git reset HEAD -- p/a; git reset --soft HEAD~1",
        "git restore --staged p/a",
        "git ls-files p; git ls-tree HEAD p; git grep x -- p; git cat-file -p HEAD:p/a",
        "git rm -n p/a; git mv -n p/a q",
        "git apply --check x.diff; git apply --stat x.diff",
        "git push origin main; git push -n",
        "git fetch; git pull; git merge x; git rebase main",
        "git worktree list; git branch -a; git tag -l",
        "git config --get core.hooksPath; git config user.name",
        "pytest p; pytest -q p/a::t; python -m pytest p -x -k 'a or b'",
        "cargo test p; go test ./p/...; npm test -- p; make p",
        "behave features/a.feature",
        "python p/a.py",
        "python -m p.a",
        "python -c 'print(open(\"p/a\").read())'",
        "python3 -c \"import json; json.load(open('p/a'))\"",
        "python -c 'import p.a'",
        "python - <<'E'\nprint(open('p/a').read())\nE",
        "node -e \"console.log(require('fs').readFileSync('p/a','utf8'))\"",
        "ruby -e 'puts File.read(\"p/a\")'",
        "black --check p; ruff check p; ruff format --check p; isort --diff p; mypy p; flake8 p; pyright p",
        "prettier --check p; eslint p; tsc --noEmit; gofmt -l p; go vet ./p; shellcheck p/a.sh",
        "tar tzf p/a.tgz; tar czf /tmp/x.tgz p; unzip -l p/a.zip; zcat p/a.gz; gzip -dc p/a.gz",
        "curl https://x/p/a; wget -q https://x -O-",
        "mkdir -p p/q; rmdir p/q",
        "cd p && ls && cat a",
        "for f in p/*; do cat $f; done",
        "while read l; do echo $l; done < p/a",
        "bash -c 'cat p/a'; bash p/a.sh; sh -n p/a.sh; source p/a; . p/a",
        "eval 'cat p/a'",
        "xargs -a p/a echo",
        "echo p/a | xargs cat",
        "cat p/list | xargs rm -f",
        "verify-gate status; verify-gate --paths p/a; verify-gate gate new --slice s --path p/a",
        "SKIP=ruff git commit -m x",
        "HUSKY=1 git commit -m x; LEFTHOOK=1 git push",
        "SKIP=ackgate echo x",
        "pre-commit run --all-files; pre-commit install",
        "patch --dry-run p/a < x",
        "install -d p/q",
        "ssh host 'ls'; docker ps; kubectl get pods",
        "[[ -f p/a ]] && echo",
        "echo a | tr a b",
        "export A=p/a; readonly B=p/b",
        "PATHS=p/a; echo $PATHS",
        "cat <<'EOF'\nrm p/a\necho x > p/b\nEOF",
        "cat <<EOF | grep x\nrm p/a\nEOF",
        "vim -R p/a; view p/a",
        "rsync --version; cp --help; sed --version",
        "env; env -u X ls; nohup ls; time ls",
        "ls | tee /dev/stderr",
    ] {
        let seen: Vec<String> = written(command)
            .split(' ')
            .filter(|path| !path.is_empty() && !path.contains("/tmp/"))
            .map(str::to_owned)
            .collect();
        // Names that are no files of a repository: `git checkout main`.
        let allowed = ["main/?", "-", "q"];
        let seen: Vec<&String> = seen.iter().filter(|path| !allowed.contains(&path.as_str())).collect();
        if !seen.is_empty() {
            wrong.push(format!("{command}: {seen:?}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn nesting_ends_somewhere() {
    for part in ["$(", "`", "bash -c \"", "((", "{", "${", "<(", "'", "<<A\n", "if ", "xargs ", "find -exec ", "{a,b}"]
    {
        acts(&part.repeat(3000), &known());
    }
    let deep = (0..20).fold("rm p/a".to_owned(), |script, _| format!("eval $({script})"));
    acts(&deep, &known());
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 512, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_command_panics(command in r#"([ -~\n]|\PC|[$(){}<>|&;'"`\\*?\[\]#~=\n -]){0,200}"#) {
        acts(&command, &known());
    }

    #[test]
    fn no_words_panic(words in proptest::collection::vec(prop::sample::select(WORDS.to_vec()), 0..24)) {
        acts(&words.join(" "), &known());
    }

    #[test]
    fn a_quoted_path_is_the_path(path in "[a-z ]{1,8}/[a-z' \"$*]{1,8}") {
        let quoted = format!("'{}'", path.replace('\'', "'\\''"));
        prop_assert_eq!(written(&format!("rm -f {quoted}")), path);
    }
}

const WORDS: &[&str] = &[
    "git",
    "-C",
    "commit",
    "-nm",
    "--",
    "rm",
    "cp",
    "-t",
    "sed",
    "-i",
    "find",
    "-exec",
    "{}",
    "+",
    ";",
    "|",
    "xargs",
    "-I",
    "bash",
    "-c",
    "'rm",
    "p'",
    "$(",
    ")",
    "<<E",
    "E",
    "\n",
    ">",
    ">>",
    "p/a",
    "*",
    "{a,b}",
    "for",
    "f",
    "in",
    "do",
    "$f",
    "env",
    "A=b",
    "python",
    "-",
    "open('p','w')",
    "\"",
    "cd",
    "..",
    "update-index",
    "--cacheinfo",
    "config",
    "core.hooksPath",
];
