# shellcheck shell=bash
# Tools of fixed versions, repositories that know nothing of this machine, and what is expected of a command.

# Raise them together with what the scenario expects.
pinned=(pre-commit==4.7.0 prek==0.5.11 lefthook==2.2.2)

# What the built-in profile goes by, and a path that it protects.
log=docs/integration/CCC_AGENT_CHAT.md
adapter=agentos/integrations/ccc_client.py

# Puts the runners into a virtual environment, unless it has these versions already.
tools() {
  local venv=$1
  if [[ $(cat -- "$venv/pinned" 2>/dev/null) != "${pinned[*]}" ]]; then
    rm -rf -- "$venv"
    mkdir -p -- "$(dirname -- "$venv")"
    python3 -m venv "$venv"
    "$venv/bin/pip" install --quiet --disable-pip-version-check "${pinned[@]}"
    echo "${pinned[*]}" >"$venv/pinned"
  fi
  PATH=$venv/bin:$PATH
}

# Puts husky into a folder, unless it has this version already.
husky_of_npm() {
  local folder=$1 version=9.1.7
  if [[ $(cat -- "$folder/pinned" 2>/dev/null) != "$version" ]]; then
    command -v npm >/dev/null || apt-get install -y -q npm
    npm install --silent --no-save --prefix "$folder" "husky@$version"
    echo "$version" >"$folder/pinned"
  fi
}

# Makes `$scratch` and points git and the runners away from what the person has set up.
cut_off() {
  local name
  while read -r name; do
    unset "$name"
  done < <(compgen -e | grep -E '^(GIT_|PRE_COMMIT|PREK|LEFTHOOK|ACKGATE_|SKIP$|LC_|LANG)' || true)
  # Cargo and rustup, which build the plugin, go by the real home.
  export CARGO_HOME=${CARGO_HOME:-$HOME/.cargo} RUSTUP_HOME=${RUSTUP_HOME:-$HOME/.rustup}
  scratch=$(mktemp -d)
  scratch=$(cd -- "$scratch" && pwd -P)
  export HOME=$scratch/home XDG_CONFIG_HOME=$scratch/home/.config XDG_CACHE_HOME=$scratch/home/.cache
  export XDG_DATA_HOME=$scratch/home/.local/share PRE_COMMIT_HOME=$scratch/pre-commit PREK_HOME=$scratch/prek
  export GIT_CONFIG_NOSYSTEM=1 GIT_CONFIG_SYSTEM=/dev/null GIT_CONFIG_GLOBAL=$scratch/gitconfig GIT_TERMINAL_PROMPT=0
  export LC_ALL=C NO_COLOR=1 PRE_COMMIT_COLOR=never CI=1
  mkdir -- "$HOME"
  # A checkout of another user's, as CI has it, may be read as well.
  cat >"$GIT_CONFIG_GLOBAL" <<'CONFIG'
[user]
	name = Ada
	email = ada@agentos.example
[init]
	defaultBranch = main
[safe]
	directory = *
[advice]
	detachedHead = false
CONFIG
}

# An AgentOS repository by the built-in profile, as the working directory, with a remote that has its first commit.
repository() {
  local name=$1
  git init --quiet --bare "$scratch/$name.git"
  git init --quiet "$scratch/$name"
  cd -- "$scratch/$name" || return
  git remote add origin "$scratch/$name.git"
  mkdir -p docs/integration agentos/integrations
  printf '# Alignment log\n' >"$log"
  printf 'client = 1\n' >"$adapter"
  printf 'other = 1\n' >agentos/integrations/other.py
  printf '# AgentOS\n' >README.md
}

# Whether a command of git's is let through.
passes() {
  local what=$1 output status=0
  shift
  output=$("$@" 2>&1) || status=$?
  if ((status == 0)); then
    verdict passed "$what" ''
  else
    verdict failed "$what" "expected it to pass, and it ended with status $status: $*
$output"
  fi
}

# Whether a command of git's is refused by the rule, and leaves every commit and the remote as they were.
refused() {
  local what=$1 rule=$2 output before after status=0
  shift 2
  before=$(references)
  output=$("$@" 2>&1) || status=$?
  after=$(references)
  if ((status == 0)); then
    verdict failed "$what" "expected $rule to refuse it, and it passed: $*
$output"
  elif [[ $output != *"$rule"* ]]; then
    verdict failed "$what" "it was refused, but not by $rule: $*
$output"
  elif [[ $before != "$after" ]]; then
    verdict failed "$what" "it was refused, and yet it changed what there is: $*
before: $before
after: $after"
  else
    verdict passed "$what" ''
  fi
}

references() {
  git rev-parse HEAD
  git ls-remote origin
}

passed=0
failed=0
runner=
verdict() {
  local how=$1 what=$2 why=$3
  if [[ $how == passed ]]; then
    passed=$((passed + 1))
    echo "ok      $runner: $what"
  else
    failed=$((failed + 1))
    echo "FAILED  $runner: $what"
    printf '%s\n' "$why" | sed 's/^/        | /'
  fi
}
