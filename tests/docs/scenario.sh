# shellcheck shell=bash
# What CI judges, the same for every host: `run_github` and `run_gitlab` run the shell of the files as those hosts do.
: "${github:?}" "${gitlab:?}" "${log:?}" "${adapter:?}" "${binaries:?}"

none=0000000000000000000000000000000000000000

scenario() {
  prepare
  local base good bad gate lax
  base=$(git rev-parse HEAD)
  good=$(changed README.md 'more' "$base")
  bad=$(changed "$adapter" 'evil = 1' "$base")
  lax=$(changed ackgate.toml 'version = 1' "$base")
  gate=$(changed "$log" "$(agreed)" "$base")
  git push --quiet origin "$gate:refs/heads/gate"

  passes 'a push that touches nothing protected' "run_$runner" push "$base" "$good"
  refused 'a push that does' AG101 "run_$runner" push "$base" "$bad"
  passes 'a new branch' "run_$runner" push "$none" "$good"
  refused 'a new branch that touches something protected' AG101 "run_$runner" push "$none" "$bad"
  passes 'a request' "run_$runner" request main "$good"
  refused 'a request that touches something protected' AG101 "run_$runner" request main "$bad"
  refused 'a request that brings a policy which is none' AG902 "run_$runner" request main "$lax"
  refused 'a request that would be judged by its own tool' AG101 "run_$runner" request main "$(trojan "$bad")"

  # The branch is forced from what was agreed back to before it: that counts, though no branch has it.
  git push --quiet --force origin "$good:refs/heads/gate"
  refused 'a forced push' AG114 "run_$runner" push "$gate" "$bad"
  passes 'gate, ACK and change' "run_$runner" push "$base" "$(changed "$adapter" 'agreed = 1' "$gate")"
}

# A repository with a first commit in its remote, as the working directory, and a cargo that installs what is here.
prepare() {
  repository "$runner"
  git add --all
  git commit --quiet --message base
  git push --quiet origin main
  git -C "$scratch/$runner.git" config uploadpack.allowAnySHA1InWant true
  mkdir -p -- "$scratch/bin"
  cat >"$scratch/bin/cargo" <<CARGO
#!/bin/sh
[ "\$1 \$2 \$3" = 'install --locked --git' ] || exit 3
if git rev-parse --git-dir >/dev/null 2>&1 || [ -e .cargo ]; then
  echo 'cargo is run where what is judged has a say' >&2
  exit 3
fi
while [ "\$1" != --root ]; do shift; done
mkdir -p "\$2/bin" && ln -sf '$binaries/verify-gate' "\$2/bin/verify-gate"
CARGO
  chmod +x "$scratch/bin/cargo"
}

# A commit on another in which the file ends with this text, known to the remote, though by no branch; its id.
changed() {
  local file=$1 text=$2 on=$3
  git checkout --quiet --detach "$on"
  mkdir -p -- "$(dirname -- "$file")"
  printf '%s\n' "$text" >>"$file"
  git add --all
  git commit --quiet --message "$file"
  git push --quiet origin "HEAD:refs/made/$(git rev-parse HEAD)"
  git rev-parse HEAD
  git checkout --quiet main
}

# The same commit with a toolchain and a Cargo configuration of its own.
trojan() {
  changed .cargo/config.toml '[net]' "$(changed rust-toolchain.toml '[toolchain]' "$1")"
}

agreed() {
  cat <<ENTRIES

## AgentOS executor (alignment gate: r4) 2099-01-01

- What we will change: \`$adapter\`
- Exact field names: \`a\`
- Validation matrix: pytest
- Packaging: none
- D+1/D+2: two days

## CCP maintainer (ACK: r4)
ENTRIES
}

# What stands at a place of a YAML file, lists as lines.
text_of() {
  local file=$1
  shift
  python - "$file" "$@" <<'PYTHON'
import sys
from ruamel.yaml import YAML

at = YAML(typ="safe").load(open(sys.argv[1], encoding="utf-8"))
for key in sys.argv[2:]:
    if isinstance(at, list):
        at = next(step for step in at if step.get("name") == key)
    else:
        at = at[key]
print("\n".join(at) if isinstance(at, list) else at)
PYTHON
}

# A clone with the commit checked out, and those that were asked for by name.
checked_out() {
  local folder=$1 id
  rm -rf -- "$folder"
  git clone --quiet "file://$scratch/$runner.git" "$folder"
  for id in "${@:2}"; do
    git -C "$folder" cat-file -e "$id" 2>/dev/null || git -C "$folder" fetch --quiet origin "$id"
    git -C "$folder" checkout --quiet --detach "$id"
  done
}

run_github() {
  local event=$1 base=$2 tip=$3 work=$scratch/github-work temp=$scratch/github-temp
  local steps=(jobs ackgate steps)
  rm -rf -- "$temp"
  mkdir -- "$temp"
  # shellcheck disable=SC2016 # an expression of theirs
  [[ $(text_of "$github" "${steps[@]}" 'Build ackgate' working-directory) == '${{ runner.temp }}' ]] || return 3
  (cd -- "$temp" && PATH=$scratch/bin:$PATH bash -e -c "$(text_of "$github" "${steps[@]}" 'Build ackgate' run)") || return
  case $event in
    request)
      base=$(git ls-remote origin "refs/heads/$base" | cut -f 1)
      checked_out "$work" "$tip"
      ;;
    push) if [[ $base == "$none" ]]; then checked_out "$work" "$tip"; else checked_out "$work" "$base" "$tip"; fi ;;
  esac
  (cd -- "$work" && BASE=$base TIP=$tip DEFAULT_BRANCH=main RUNNER_TEMP=$temp \
    bash -e -c "$(text_of "$github" "${steps[@]}" 'Judge each commit' run)")
}

run_gitlab() {
  local event=$1 base=$2 tip=$3 work=$scratch/gitlab-work
  checked_out "$work" "$tip"
  # It has the one branch that it is run for.
  git -C "$work" for-each-ref --format='delete %(refname)' refs/remotes | git -C "$work" update-ref --no-deref --stdin
  export CI_PROJECT_ID=1 CI_DEFAULT_BRANCH=main CI_COMMIT_SHA=$tip CI_COMMIT_BEFORE_SHA=$none
  unset CI_MERGE_REQUEST_PROJECT_ID CI_MERGE_REQUEST_TARGET_BRANCH_NAME
  case $event in
    request) export CI_MERGE_REQUEST_PROJECT_ID=1 CI_MERGE_REQUEST_TARGET_BRANCH_NAME=$base ;;
    push) CI_COMMIT_BEFORE_SHA=$base ;;
  esac
  (cd -- "$work" && PATH=$scratch/bin:$PATH bash -eo pipefail -c "$(text_of "$gitlab" ackgate script)")
}
