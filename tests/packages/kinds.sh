# shellcheck shell=bash
# How each kind of package is installed, used by a hook runner, and removed. `install_…` leaves in `$binaries` where its
# programs are.
: "${checkout:?}" "${dist:?}" "${scratch:?}" "${adapter:?}" "${programs[0]:?}"

# Compilers that tell of being started, and fail. pip asks for rustc's version, to tell indexes of it.
no_compilers() {
  mkdir -- "$scratch/compilers"
  local name
  for name in cargo rustc rustup cc gcc clang maturin; do
    printf '#!/bin/sh\n[ "$*" = --version ] || echo "%s $*" >>"%s/compiled"\nexit 1\n' "$name" "$scratch" >"$scratch/compilers/$name"
    chmod +x -- "$scratch/compilers/$name"
  done
  PATH=$scratch/compilers:$PATH
}

uncompiled() {
  [[ ! -e $scratch/compiled ]] || ! cat -- "$scratch/compiled"
}

# The programs are all there, and start.
start() {
  local program
  for program in "${programs[@]}"; do
    "$@" "$binaries/$program" --version || return
  done
}

# --- wheel: pre-commit installs this checkout's HEAD, by its manifest, from the wheel

install_wheel() {
  runner=wheel
  python3 -m venv "$scratch/venv"
  passes 'pip install' "$scratch/venv/bin/pip" install "$dist"/ackgate-*.whl
  binaries=$scratch/venv/bin
  passes 'every program starts' start env -i
  passes 'metadata, and no code of Python' described
  passes 'for Linux with any C library' tagged
  passes 'pip install of the sources, with the wheel among them' from_sources
}

described() {
  "$scratch/venv/bin/python" - <<'PYTHON'
from importlib.metadata import distribution

package = distribution("ackgate")
assert not [file for file in package.files if file.suffix in (".py", ".so")], package.files
assert not package.requires, package.requires
for key in ["Summary", "License-Expression", "License-File", "Requires-Python", "Classifier", "Keywords", "Description-Content-Type"]:
    assert package.metadata[key], key
assert "# ackgate" in package.metadata["Description"]
assert any(file.name == "THIRD-PARTY.txt" for file in package.files), package.files
PYTHON
}

tagged() {
  local wheel=("$dist"/ackgate-*.whl)
  [[ ${wheel[0]} == *manylinux_2_17_* && ${wheel[0]} == *musllinux_1_1_* ]] || ! echo "${wheel[0]}"
}

from_sources() {
  git clone --quiet "$checkout" "$scratch/sources"
  mkdir -- "$scratch/sources/wheels"
  cp -- "$dist"/ackgate-*.whl "$scratch/sources/wheels"
  python3 -m venv "$scratch/other"
  PIP_FIND_LINKS='' "$scratch/other/bin/pip" install "$scratch/sources"
  "$scratch/other/bin/verify-gate" --version
}

configure_wheel() {
  cat >.pre-commit-config.yaml <<CONFIG
default_install_hook_types: [pre-commit, pre-merge-commit, commit-msg, pre-push]
repos:
- repo: '$checkout'
  rev: $(git -C "$checkout" rev-parse HEAD)
  hooks:
  - id: ackgate-pre-commit-wheel
  - id: ackgate-commit-msg-wheel
  - id: ackgate-pre-push-wheel
CONFIG
}

# The cache is empty, so this is all that a newcomer waits for.
set_up_wheel() {
  local start=$EPOCHREALTIME
  pre-commit install --install-hooks || return
  printf '        %s: hooks installed into an empty cache in %s s\n' "$runner" "$(seconds_since "$start")" >&3
}

seconds_since() {
  python3 -c 'import sys; print(round(float(sys.argv[2]) - float(sys.argv[1]), 1))' "$1" "$EPOCHREALTIME"
}

remove_wheel() {
  passes 'pip uninstall' "$scratch/venv/bin/pip" uninstall --yes ackgate
  passes 'nothing is left of it' gone "$scratch/venv"
}

gone() {
  local left
  left=$(find "$1" -iname '*ackgate*' -o -name '*verify-gate*')
  [[ -z $left ]] || ! echo "$left"
}

# --- index: pre-commit installs the wheel by its name, as it would from an index

install_index() {
  runner=index
}

use_index() {
  repository index
  local stage
  {
    echo 'default_install_hook_types: [pre-commit, pre-merge-commit, commit-msg, pre-push]'
    printf 'repos:\n  - repo: local\n    hooks:\n'
    for stage in pre-commit commit-msg pre-push; do
      cat <<CONFIG
      - id: ackgate-$stage
        name: ackgate ($stage)
        entry: ackgate-$stage
        language: python
        additional_dependencies: [ackgate]
        stages: [$stage]
        always_run: true
        pass_filenames: $([[ $stage == commit-msg ]] && echo true || echo false)
        require_serial: true
CONFIG
    done
  } >.pre-commit-config.yaml
  git add -A
  git commit --quiet -m 'Begin'
  git push --quiet -u origin main
  passes 'sets its hooks up' set_up_wheel
  edit "$adapter"
  git add "$adapter"
  refused 'commit with no gate' AG101 git commit -m 'Adapter'
  post 'AgentOS executor (alignment gate: r4-adapter)' "- What we will change: \`$adapter\`"
  refused 'commit before the ACK' AG102 git commit -m 'Adapter'
  post 'CCP maintainer (ACK)' 'ACK — proceed.'
  passes 'commit after the ACK' git commit -m 'Adapter'
  passes 'pins of gate and log in its message' pinned r4-adapter
  passes 'push of what is covered' git push origin main
}

remove_index() {
  :
}

# --- deb: installed by dpkg into a folder of its own, with git's own hooks

install_deb() {
  runner=deb
  root=$scratch/debian
  mkdir -p -- "$root/var/lib/dpkg/info" "$root/var/lib/dpkg/updates"
  touch -- "$root/var/lib/dpkg/status"
  passes 'dpkg refuses it without git' without_git
  cat >>"$root/var/lib/dpkg/status" <<GIT
Package: git
Status: install ok installed
Maintainer: nobody <nobody@localhost>
Architecture: $(dpkg --print-architecture)
Version: 1:2
Description: so that dpkg knows of it

GIT
  passes 'dpkg installs it' debian --install "$dist"/ackgate_*.deb
  passes 'its files are what it says' debian --verify ackgate
  binaries=$root/usr/bin
  passes 'every program starts' start env -i
  passes 'man pages, completions and licences' documented
}

debian() {
  local said
  said=$(dpkg --root="$root" --log=/dev/null --force-not-root --force-bad-path --force-script-chrootless "$@" 2>&1) || {
    echo "$said"
    return 1
  }
  # `--verify` ends well whatever it finds.
  [[ $1 != --verify || -z $said ]] || ! echo "$said"
}

without_git() {
  local said
  ! said=$(debian --install "$dist"/ackgate_*.deb) && [[ $said == *'depends on git'* ]] || ! echo "$said"
}

documented() {
  local program file
  for program in "${programs[@]}"; do
    gunzip -c -- "$root/usr/share/man/man1/$program.1.gz" | grep -q '^\.TH' || return
  done
  for file in bash-completion/completions/verify-gate zsh/vendor-completions/_verify-gate \
    fish/vendor_completions.d/verify-gate.fish doc/ackgate/{copyright,changelog.gz,changelog.Debian.gz,THIRD-PARTY.txt.gz}; do
    [[ -s $root/usr/share/$file ]] || ! echo "no $file" || return
  done
}

configure_deb() {
  :
}

set_up_deb() {
  "$binaries/verify-gate" install
}

remove_deb() {
  passes 'dpkg removes it' debian --purge ackgate
  passes 'nothing is left of it' gone "$root/usr"
}

# --- archive: unpacked, with git's own hooks; and in a root where there is nothing else

install_archive() {
  runner=archive
  mkdir -- "$scratch/unpacked"
  passes 'unpacks' tar -C "$scratch/unpacked" --strip-components=1 -xzf "$dist"/ackgate-*-linux.tar.gz
  binaries=/bin
  passes 'every program starts where there is nothing else' start alone
  passes 'decides where there is nothing else' decides
  binaries=$scratch/unpacked/bin
}

# Runs a program in a root that holds the archive and a repository, if that is there: no library, no git, no user.
alone() {
  local command=(chroot)
  ((EUID == 0)) || command=(unshare --map-root-user chroot)
  env -i "$(command -v "${command[0]}")" "${command[@]:1}" "$scratch/unpacked" "$@"
}

decides() {
  (
    repository alone
    git add -A
    git commit --quiet -m 'Begin'
    edit "$adapter"
    git add -A
    post 'AgentOS executor (alignment gate: r4-adapter)' "- What we will change: \`$adapter\`"
    cp -a -- . "$scratch/unpacked/repository"
    says 1 AG102
    post 'CCP maintainer (ACK)' 'ACK — proceed.'
    rm -rf -- "$scratch/unpacked/repository"
    cp -a -- . "$scratch/unpacked/repository"
    says 0 ''
    rm -rf -- "$scratch/unpacked/repository"
  )
}

says() {
  local said status=0
  said=$(alone /bin/verify-gate --repo /repository --staged 2>&1) || status=$?
  [[ $status == "$1" && $said == *"$2"* ]] || { echo "wanted $1 and $2, got $status: $said"; exit 1; }
}

configure_archive() {
  :
}

set_up_archive() {
  "$binaries/verify-gate" install
}

remove_archive() {
  rm -rf -- "$scratch/unpacked"
}
