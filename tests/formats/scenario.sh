# shellcheck shell=bash
# What is printed, and who reads it.
: "${schema:?}" "${log:?}" "${adapter:?}" "${scratch:?}" "${here:?}"

# What blocks, passes and cannot be decided, with names that would break a careless form.
findings() {
  runner=findings
  repository findings
  git add --all
  git commit --quiet --message base
  local odd=$'agentos/integrations/a b%2F:,<x>&"\'#?\n::error::.py'
  printf 'x = 1\n' >"$odd"
  printf 'x = 2\n' >"$adapter"
  printf '\n## CCC adapter (alignment gate?) <b>&]]>\n\n## Nobody (ACK)\n' >>"$log"
  git add --all

  reads blocked 1
  reads passed 0 --range=HEAD..HEAD
  reads undecided 2 --config=nowhere
  git commit --quiet --no-verify --message log
  reads log 0 log
  passes 'sarif-tools opens what blocks' opens "$scratch/blocked.sarif" AG101
  passes 'GitHub reads commands alone' commands "$scratch/blocked.github"
}

# One run in each form, each read by its tool.
reads() {
  local name=$1 status=$2
  shift 2
  local form
  for form in sarif github gitlab junit; do
    passes "$name: exit status for $form" ends "$status" "$scratch/$name.$form" verify-gate "$@" --format "$form"
  done
  passes "$name: SARIF's schema" check-jsonschema --regex-variant python --schemafile "$schema" "$scratch/$name.sarif"
  passes "$name: code quality" check-jsonschema --schemafile "$here/gitlab.schema.json" "$scratch/$name.gitlab"
  passes "$name: JUnit" suite "$scratch/$name.junit"
}

# Whether a command ends with a status; what it says on standard output goes to a file.
ends() {
  local wanted=$1 file=$2 status=0
  shift 2
  "$@" >"$file" || status=$?
  ((status == wanted))
}

opens() {
  sarif summary --output "$scratch/sarif.txt" "$1" && sarif csv --output "$scratch/sarif.csv" "$1" || return
  grep -q "$2" "$scratch/sarif.txt" && grep -q "$2" "$scratch/sarif.csv"
}

commands() {
  [[ -s $1 ]] && ! grep -vE '^::(error|warning|notice) ' "$1"
}

suite() {
  python - "$1" <<'PYTHON'
import sys
from junitparser import JUnitXml

xml = JUnitXml.fromfile(sys.argv[1])
cases = [case for suite in xml for case in suite]
assert cases and xml.tests == len(cases), (xml.tests, len(cases))
bad = [case for case in cases if any(type(result).__name__ in ("Failure", "Error") for result in case.result)]
assert xml.failures + xml.errors == len(bad), (xml.failures, xml.errors, len(bad))
PYTHON
}

# What shells and `man` make of us.
shells() {
  runner=shells
  local shell page
  for shell in bash zsh fish; do
    verify-gate completions "$shell" >"$scratch/completions.$shell"
    passes "completions for $shell" "$shell" -n "$scratch/completions.$shell"
  done
  passes 'bash completes' completes
  verify-gate man --output "$scratch/man" >/dev/null
  for page in "$scratch"/man/*; do
    passes "man page ${page##*/}" mandoc -T lint -W warning "$page"
  done
  passes 'one page a binary' has_pages
  passes 'a pager on a terminal' on_terminal
}

completes() {
  bash -c '
    source "$1"
    COMP_WORDS=(verify-gate "$2") COMP_CWORD=1
    "$(complete -p verify-gate | sed "s/.*-F \([^ ]*\).*/\1/")" verify-gate "$2" verify-gate
    [[ " ${COMPREPLY[*]} " == *" $3 "* ]]' _ "$scratch/completions.bash" --ra --range
}

# Long output goes through the pager, and help is as wide as the terminal.
on_terminal() {
  python - <<'PYTHON'
import fcntl, os, pty, struct, sys, termios

def seen(args, columns=80, **variables):
    child, terminal = pty.fork()
    if child == 0:
        os.environ.update({"PAGER": "sed 's/^/paged: /'", "TERM": "xterm", **variables})
        fcntl.ioctl(0, termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))
        os.execvp("verify-gate", ["verify-gate", *args])
    text = b""
    while True:
        try:
            more = os.read(terminal, 65536)
        except OSError:
            more = b""
        if not more:
            break
        text += more
    status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    return text.decode(), status

paged, status = seen(["rules"])
assert "paged: AG101" in paged and status == 0, paged
assert "paged:" not in seen(["rules", "--no-pager"])[0]
assert "paged:" not in seen(["rules"], GIT_PAGER="cat")[0]
assert "paged:" not in seen(["rules", "--format", "json"])[0]
refused, status = seen(["explain", "nothing"])
assert "paged:" not in refused and status == 2, refused
assert seen(["rules"], PAGER="exec true")[1] == 0
narrow, wide = seen(["--help"], 60)[0], seen(["--help"], 200)[0]
assert narrow.count("\n") > wide.count("\n"), (narrow, wide)
PYTHON
}

has_pages() {
  local binary
  for binary in verify-gate ackgate-pre-commit ackgate-commit-msg ackgate-pre-push ackgate-pre-receive ackgate-agent; do
    [[ -s $scratch/man/$binary.1 ]] || return
  done
}

# The schema of ackgate.toml, in two tools, on configs that are good and bad.
config() {
  runner=config
  local schema=$scratch/ackgate.schema.json file
  verify-gate schema >"$schema"
  passes 'is a schema' check-jsonschema --check-metaschema "$schema"
  for file in "$here"/good/*.toml; do
    passes "check-jsonschema takes ${file##*/}" check-jsonschema --schemafile "$schema" "$file"
    passes "taplo takes ${file##*/}" taplo lint --schema "file://$schema" "$file"
    passes "ackgate takes ${file##*/}" taken "$file"
  done
  for file in "$here"/bad/*.toml; do
    passes "check-jsonschema refuses ${file##*/}" fails check-jsonschema --schemafile "$schema" "$file"
    passes "taplo refuses ${file##*/}" fails taplo lint --schema "file://$schema" "$file"
    passes "ackgate refuses ${file##*/}" fails taken "$file"
  done
}

taken() {
  (cd -- "$scratch/findings" && verify-gate --config "$1" --explain-config)
}

fails() {
  ! "$@"
}
