# shellcheck shell=bash
# How each runner is set up in the repository that is the working directory. `configure_…` writes what is committed with
# its first commit, `set_up_…` puts the hooks in place.
: "${checkout:?}" "${target:?}" "${binaries:?}"

configure_pre-commit() {
  cat >.pre-commit-config.yaml <<CONFIG
default_install_hook_types: [pre-commit, pre-merge-commit, commit-msg, pre-push]
repos:
- repo: local
  hooks:
  - id: ackgate-pre-commit
    name: ackgate (commit)
    entry: '"$binaries/ackgate-pre-commit"'
    language: system
    stages: [pre-commit, pre-merge-commit]
    always_run: true
    pass_filenames: false
    require_serial: true
  - id: ackgate-commit-msg
    name: ackgate (message)
    entry: '"$binaries/ackgate-commit-msg"'
    language: system
    stages: [commit-msg]
    always_run: true
    require_serial: true
  - id: ackgate-pre-push
    name: ackgate (push)
    entry: '"$binaries/ackgate-pre-push"'
    language: system
    stages: [pre-push]
    always_run: true
    pass_filenames: false
    require_serial: true
CONFIG
}

set_up_pre-commit() {
  pre-commit install
}

configure_prek() {
  configure_pre-commit
}

set_up_prek() {
  prek install
}

configure_lefthook() {
  cat >lefthook.yml <<CONFIG
pre-commit:
  commands:
    ackgate:
      run: '"$binaries/ackgate-pre-commit"'
pre-merge-commit:
  commands:
    ackgate:
      run: '"$binaries/ackgate-pre-commit"'
commit-msg:
  commands:
    ackgate:
      run: '"$binaries/ackgate-commit-msg" {1}'
pre-push:
  commands:
    ackgate:
      # Without this lefthook keeps git's list of refs to itself.
      use_stdin: true
      run: '"$binaries/ackgate-pre-push" {0}'
CONFIG
}

set_up_lefthook() {
  lefthook install
}

configure_git() {
  :
}

set_up_git() {
  "$binaries/verify-gate" install
}

# This checkout as people use it: by its manifest, built by pre-commit from its last commit.
configure_plugin() {
  cat >.pre-commit-config.yaml <<CONFIG
default_install_hook_types: [pre-commit, pre-merge-commit, commit-msg, pre-push]
repos:
- repo: '$checkout'
  rev: $(git -C "$checkout" rev-parse HEAD)
  hooks:
  - id: ackgate-pre-commit
  - id: ackgate-commit-msg
  - id: ackgate-pre-push
CONFIG
}

# What was built already is built on: from nothing, it takes minutes.
set_up_plugin() {
  pre-commit install && CARGO_TARGET_DIR=$target pre-commit install-hooks
}
