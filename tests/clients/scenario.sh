# shellcheck shell=bash
# The main job from a first commit to a slice that has landed, the same for every runner.

: "${log:?}" "${adapter:?}" "${binaries:?}" "${scratch:=}"

scenario() {
  runner=$1
  repository "$runner"
  "configure_$runner"
  git add -A
  git commit --quiet -m 'Begin'
  git push --quiet -u origin main
  passes 'sets its hooks up' "set_up_$runner"
  examined

  before_the_ack
  after_the_ack
  pushes
  when_it_landed
}

# What is installed is healthy, by violations that are really refused; a hook less is not.
examined() {
  passes 'healthy, as doctor sees it' "$binaries/verify-gate" doctor
  local hook
  hook=$(git rev-parse --git-path hooks)/pre-push
  mv -- "$hook" "$scratch/kept"
  passes 'ill without its push hook' ails pre-push
  mv -- "$scratch/kept" "$hook"
}

ails() {
  local said status=0
  said=$("$binaries/verify-gate" doctor 2>&1) || status=$?
  [[ $status == 1 && $said =~ ✗\ *$1\  && $said == *'push: '*'let through'* ]] || ! echo "status $status: $said"
}

before_the_ack() {
  edit README.md
  passes 'commit of an unprotected file, with no gate' git commit -am 'Unprotected'

  edit "$adapter"
  git add "$adapter"
  refused 'commit with no gate' AG101 git commit -m 'Adapter'

  post 'AgentOS executor (alignment gate: r4-adapter)' "- What we will change: \`$adapter\`"
  refused 'commit before the ACK' AG102 git commit -m 'Adapter'
  refused 'commit -a before the ACK' AG102 git commit -am 'Adapter'
  refused 'commit -- path before the ACK' AG102 git commit -m 'Adapter' -- "$adapter"
  git reset --quiet

  edit README.md
  passes 'commit -- path of another file beside it' git commit -m 'Unprotected' -- README.md
  passes 'nothing in the message of an unprotected change' unpinned

  git rm --quiet --force "$adapter"
  # A deletion alone is what lists of changed files leave out.
  refused 'deletion before the ACK' AG102 git commit -m 'Remove the adapter'
  git reset --quiet --hard
}

after_the_ack() {
  edit "$adapter"
  ack >>"$log"
  refused 'commit that brings its own ACK' AG114 git commit -am 'Adapter and ACK'
  git checkout --quiet "$log"

  post 'CCP maintainer (ACK)' 'ACK — proceed.'
  passes 'commit -a after the ACK' git commit -am 'Adapter'
  passes 'pins of gate and log in its message' pinned r4-adapter
  edit "$adapter"
  passes 'commit -- path after the ACK' git commit -m 'Adapter, further' -- "$adapter"
  edit "$adapter"
  git add "$adapter"
  passes 'commit --amend after the ACK' git commit --amend --no-edit
  passes 'pins in the message of the amended commit, once each' pinned r4-adapter
  edit agentos/integrations/other.py
  refused 'commit of a path that the gate does not list' AG104 git commit -am 'Another adapter'
  git reset --quiet --hard
}

pushes() {
  passes 'push of what is covered' git push origin main

  git checkout --quiet -b feature
  edit "$adapter"
  git commit --quiet --no-verify -am 'Covered, on a branch'
  passes 'push of a new branch that is covered' git push origin feature

  git checkout --quiet -b hasty main
  edit agentos/integrations/other.py
  git commit --quiet --no-verify -am 'Past the commit hook'
  edit README.md
  git commit --quiet --no-verify -am 'Unprotected on top of it'
  refused 'push of a new branch with an uncovered commit' AG104 git push origin hasty
  refused 'push of it to main' AG104 git push origin hasty:main
  git checkout --quiet main
  edit README.md
  git commit --quiet --no-verify -am 'Unprotected'
  # pre-commit and prek tell of one ref only, the first.
  refused 'push of two refs, the second of them uncovered' AG104 git push origin main hasty
  # So they have every local branch judged: this one has to go before the next push.
  git branch --quiet -D hasty

  edit README.md
  git commit --quiet --no-verify -am 'Unprotected, so that the merge is one'
  passes 'merge of a covered branch' git merge --no-edit feature
  passes 'push of the merge' git push origin main
  passes 'deletion of a remote branch' git push origin :feature
}

when_it_landed() {
  post 'AgentOS executor (landed: r4-adapter)' 'Done.'
  edit "$adapter"
  refused 'commit after the slice has landed' AG109 git commit -am 'Adapter, too late'
  git commit --quiet --no-verify -am 'Adapter, too late'
  refused 'push after the slice has landed' AG109 git push origin main
}

# Posts an entry and commits it, past the hooks and beside whatever is staged: every later step builds on it.
post() {
  printf '\n## %s\n\n%s\n\n— End of entry —\n' "$1" "$2" >>"$log"
  git commit --quiet --no-verify -m "Post: $1" -- "$log"
}

ack() {
  printf '\n## CCP maintainer (ACK)\n\nACK — proceed.\n'
}

# Whether the last commit's trailers are one `Gate:` of this slice and one `Gate-Log:`.
pinned() {
  local trailers
  trailers=$(git log -1 --format='%(trailers:only)')
  [[ $trailers =~ ^Gate:\ $1@sha256:[0-9a-f]{64}$'\n'Gate-Log:\ AgentOS@[0-9a-f]{40}$ ]] || ! echo "trailers: $trailers"
}

unpinned() {
  [[ $(git log -1 --format=%B) == 'Unprotected' ]]
}

edit() {
  echo "# $RANDOM$RANDOM" >>"$1"
}
