# shellcheck shell=bash
# How each runner is set up in the repository that is the working directory. `configure_…` writes what is committed with
# its first commit, as the pages under docs/clients show it; `set_up_…` puts the hooks in place.
: "${checkout:?}" "${target:?}" "${binaries:?}"

configure_pre-commit() {
  "$binaries/verify-gate" install --runner pre-commit
}

set_up_pre-commit() {
  pre-commit install
}

configure_prek() {
  "$binaries/verify-gate" install --runner prek
}

set_up_prek() {
  prek install
}

# prek's own file.
configure_prek-toml() {
  echo 'default_install_hook_types = ["pre-commit", "pre-merge-commit", "commit-msg", "pre-push"]' >prek.toml
  "$binaries/verify-gate" install --runner prek
}

set_up_prek-toml() {
  prek install
}

# Beside hooks that are there.
configure_lefthook() {
  printf 'pre-commit:\n  parallel: true\n  jobs:\n    - run: "true"\npre-push:\n  commands:\n    lint:\n      run: "true"\n' >lefthook.yml
  "$binaries/verify-gate" install --runner lefthook
}

set_up_lefthook() {
  lefthook install
}

configure_husky() {
  printf '{ "private": true }\n' >package.json
  printf 'node_modules\n' >.gitignore
  mkdir .husky
  echo 'test -f README.md' >.husky/pre-commit
  # As git-lfs does, this wants git's lines too.
  echo 'grep -q refs/ || test "$#" -gt 2' >.husky/pre-push
  "$binaries/verify-gate" install --runner husky
}

set_up_husky() {
  ln -s "$target/ci/npm-husky/node_modules" node_modules
  npx --no-install husky
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
