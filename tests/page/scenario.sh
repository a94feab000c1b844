# shellcheck shell=bash
# Two repositories with all that a report has to show, as of fixed days: gates in every state, an ACK that is authored, signed
# or neither, commits under a gate and without one, an override, names and text that would break a careless page.
: "${scratch:?}"

log=docs/integration/CCC_AGENT_CHAT.md
home=$scratch/home

# Commits in `$1` as `$2` at minute `$3` with message `$4`; the rest goes to git.
commit() {
  local repository=$1 who=$2 minute=$3 message=$4
  shift 4
  local email=executor@agentos.example
  [[ $who == CCC ]] && email=maintainer@ccc.example
  local date
  date="$((1762344000 + minute * 60)) +0000"
  git -C "$scratch/$repository" add --all
  # What the hook pins, though none is installed here; what it refuses is committed past it.
  printf '%s\n' "$message" >"$home/message"
  (cd -- "$scratch/$repository" && verify-gate hook commit-msg "$home/message" 2>/dev/null || true)
  GIT_AUTHOR_NAME="$who <i>" GIT_AUTHOR_EMAIL=$email GIT_AUTHOR_DATE=$date \
    GIT_COMMITTER_NAME=$who GIT_COMMITTER_EMAIL=$email GIT_COMMITTER_DATE=$date \
    git -C "$scratch/$repository" "$@" commit --quiet --no-verify --file "$home/message"
}

# Posts an entry, read from standard input, as `$1` at minute `$2`.
post() {
  { echo; cat; } >>"$scratch/AgentOS/$log"
  commit AgentOS "$1" "$2" "Log"
}

change() {
  mkdir -p -- "$(dirname -- "$scratch/$1/$2")"
  printf '%s\n' "$3" >>"$scratch/$1/$2"
}

gate() {
  local party=$1 slice=$2 date=$3
  shift 3
  printf '## %s (alignment gate: %s) %s\n\n- What we will change:\n' "$party" "$slice" "$date"
  printf '  - `%s`\n' "$@"
  printf -- '- Exact field names: `cache_read_tokens`? Yes/No\n- Validation matrix: `pytest -q`\n'
  printf -- '- Packaging/licensing impacts: none.\n- D+1/D+2: reader, then totals.\n'
}

policy() {
  cat <<POLICY
version = 1
party = "$1"
[log]
path = "$log"
owner = "AgentOS"
[parties.AgentOS]
repositories = ["AgentOS"]
emails = ["*@agentos.example"]
[parties.CCC]
aliases = ["CCC", "CCP maintainer"]
repositories = ["ClaudeCodeProxy", "CCC"]
emails = ["*@ccc.example"]
keys = ["$(cut -d ' ' -f 1,2 "$home/key.pub")"]
[ack]
require = { default = "declared", schema = "authored", licence = "signed" }
[override]
keys = ["$(cut -d ' ' -f 1,2 "$home/emergency.pub")"]
[protect]
$2
POLICY
}

story() {
  local name
  for name in key emergency; do
    ssh-keygen -q -t ed25519 -N '' -C "$name" -f "$home/$name"
  done
  for name in AgentOS ClaudeCodeProxy; do
    git init --quiet "$scratch/$name"
  done
  mkdir -p -- "$scratch/AgentOS/docs/integration"
  printf '# AgentOS and CCC: the shared log\n' >"$scratch/AgentOS/$log"
  change AgentOS README.md '# AgentOS'
  change AgentOS agentos/integrations/ccc_adapter.py 'FIELDS = []'
  change AgentOS agentos/integrations/a_rather_long_folder_name/with_another/below_it/that_goes_on/reader_of_usage_events.py 'x = 1'
  change AgentOS 'agentos/integrations/<img src=x onerror=alert(1)>&"quotes".py' 'x = 1'
  change AgentOS agentos/schemas/v1/usage.json '{}'
  change AgentOS agentos/licensing/verify.py 'x = 1'
  change ClaudeCodeProxy docs/System/contracts/USAGE_EVENT_SCHEMA.md '# Usage event'
  change ClaudeCodeProxy services/shim/ccp.go 'package ccp'
  commit AgentOS AgentOS 0 'Begin'
  commit ClaudeCodeProxy CCC 0 'Begin'
  policy AgentOS $'adapter = ["agentos/integrations/**"]\nschema = ["agentos/schemas/**"]\nlicence = ["agentos/licensing/**"]' \
    >"$scratch/AgentOS/ackgate.toml"
  commit AgentOS AgentOS 10 'Adopt the protocol'
  policy CCC $'adapter = ["services/shim/**"]\nschema = ["docs/System/contracts/**"]' >"$scratch/ClaudeCodeProxy/ackgate.toml"
  commit ClaudeCodeProxy CCC 12 'Adopt the protocol'

  post CCC 20 <<<$'## CCC (hello) 2025-11-05\n\nReady when you are.'
  gate AgentOS r3-usage 2025-11-05 agentos/integrations/ ClaudeCodeProxy/services/shim/ | post AgentOS 30
  post CCC 40 <<<$'## CCC (ACK: r3-usage)\n\nACK — proceed.'
  change AgentOS agentos/integrations/ccc_adapter.py 'FIELDS += ["input_tokens"]'
  commit AgentOS AgentOS 50 'Read input tokens'
  change ClaudeCodeProxy services/shim/ccp.go '// input tokens'
  commit ClaudeCodeProxy CCC 55 'Send input tokens'
  post AgentOS 60 <<<$'## AgentOS (landed: r3-usage)\n\nReady for ACK of the next.'

  gate CCC r4-schema 2025-11-06 docs/System/contracts/ AgentOS/agentos/schemas/ | post CCC 1500
  post AgentOS 1510 <<<$'## AgentOS (ACK with edits: r4-schema)\n\nACK, but name the field `cache_read_tokens`.'
  post CCC 1520 <<<$'## CCC (WITHDRAWN: r4-schema)'
  gate AgentOS r4-price 2025-11-06 agentos/integrations/price.py | post AgentOS 1530
  post CCC 1540 <<<$'## CCC (NACK: r4-price)\n\nPrices are ours.'
  change AgentOS agentos/integrations/ccc_adapter.py 'FIELDS += ["past the hooks"]'
  commit AgentOS AgentOS 1550 'Hurry <script>alert("x")</script> past the hooks'
  change AgentOS agentos/integrations/ccc_adapter.py 'CAP = 1'
  commit AgentOS AgentOS 1560 $'Cap what the meter counts\n\nGate-Override: the meter is down, and counts twice' \
    -c gpg.format=ssh -c "user.signingKey=$home/emergency" -c commit.gpgSign=true
  post CCC 1570 <<<$'## CCC adapter & <b>meter</b> \u202e (ACK?)\n\nWho is this?'
  post AgentOS 1580 <<<$'## AgentOS\n\nهذه ملاحظة. A note in two directions.'

  gate AgentOS r5-cache 2025-11-07 agentos/integrations/ agentos/schemas/ agentos/licensing/ | post AgentOS 2900
  (cd -- "$scratch/ClaudeCodeProxy" && GIT_AUTHOR_EMAIL=maintainer@ccc.example verify-gate ack --slice r5-cache --print-terms) \
    >"$home/terms"
  ssh-keygen -q -Y sign -n ackgate -f "$home/key" "$home/terms" 2>/dev/null
  post CCC 2910 < <(printf '## CCC (ACK: r5-cache)\n\nACK\n\n```\n'; cat "$home/terms" "$home/terms.sig"; printf '```\n')
  change AgentOS agentos/schemas/v1/usage.json ' '
  change AgentOS agentos/integrations/ccc_adapter.py 'FIELDS += ["cache_read_tokens"]'
  commit AgentOS AgentOS 2920 'Read cache tokens'
  change AgentOS docs/notes.md 'Nothing protected.'
  commit AgentOS AgentOS 2930 'Write a note'

  # What others have counts as made in its time, though its gate has landed since.
  git init --quiet --bare "$scratch/origin.git"
  git -C "$scratch/ClaudeCodeProxy" remote add origin "$scratch/origin.git"
  git -C "$scratch/ClaudeCodeProxy" push --quiet origin main
  git -C "$scratch/ClaudeCodeProxy" remote set-head origin main
}
