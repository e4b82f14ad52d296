# shellcheck shell=bash
# What the scripts share: packages, and building under a lock. Sourced, from the root of the project.
# Everything said here goes to standard error.

say() { printf '%s\n' "$*" >&2; }
die() { say "$0: $*"; exit 1; }

# with_lock NAME COMMAND…: one at a time among all runs in this checkout.
with_lock() {
    mkdir -p build
    local name=$1
    shift
    (
        exec 9>"build/.lock.$name"
        flock 9
        "$@" 9>&-
    )
}

# need USE…: installs the packages of these uses that are missing (Debian, Ubuntu), or names them and stops.
need() {
    local name use missing=() wanted=()
    while read -r name use _; do
        [[ $name == \#* || " $* " != *" $use "* ]] || wanted+=("$name")
    done <scripts/packages
    if ! command -v dpkg-query >/dev/null; then
        # Elsewhere nothing can be asked: a build tree that exists shows that the packages do.
        compgen -G 'build/*/build.ninja' >/dev/null && return
        die "neither Debian nor Ubuntu. Please install what these packages of Debian 12 hold: ${wanted[*]}
Then say so by configuring once: cmake --preset release -DCAIRN_TESTS=OFF"
    fi
    local installed
    installed=$(dpkg-query -W -f='${db:Status-Abbrev}${Package}\n' "${wanted[@]}" 2>/dev/null || true)
    for name in "${wanted[@]}"; do
        [[ $'\n'$installed$'\n' == *$'\nii '"$name"$'\n'* ]] || missing+=("$name")
    done
    [[ ${#missing[@]} -eq 0 ]] || with_lock packages install_packages "${missing[@]}"
}

install_packages() {
    local as_root=()
    if [[ $(id -u) -ne 0 ]]; then
        command -v sudo >/dev/null || die "not root, and there is no sudo. Please install: $*"
        as_root=(sudo)
    fi
    command -v apt-get >/dev/null || die "there is no apt-get. Please install: $*"
    local apt=("${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get -q -o DPkg::Lock::Timeout=600)
    say "Installing: $*"
    # A fresh system has no package lists; old lists may name versions that are gone. Then: update, once more.
    "${apt[@]}" install -y --no-install-recommends "$@" </dev/null >&2 && return
    "${apt[@]}" update </dev/null >&2 || die "apt-get update failed"
    "${apt[@]}" install -y --no-install-recommends "$@" </dev/null >&2 || die "apt-get could not install: $*"
}

# build PRESET [CONFIGURE-OPTIONS] -- TARGETS…: configures where needed, then builds; silent when up to date.
# Without options the tests are wanted too: a tree that was configured without them is configured again.
build() {
    with_lock "$1" build_locked "$@"
}

has_tests() { grep -q '^CAIRN_TESTS:[A-Z]*=ON$' "$1/CMakeCache.txt"; }

build_locked() {
    local preset=$1 options=() directory=build/$1
    shift
    while [[ $1 != -- ]]; do
        options+=("$1")
        shift
    done
    shift
    if [[ ! -f $directory/build.ninja ]] || { [[ ${#options[@]} -eq 0 ]] && ! has_tests "$directory"; }; then
        say "Configuring $directory"
        cmake --preset "$preset" "${options[@]}" >"$directory.log" 2>&1 || {
            cat "$directory.log" >&2
            rm -f "$directory/build.ninja"
            die "cmake --preset $preset failed"
        }
    fi
    set -o pipefail
    local jobs=${CMAKE_BUILD_PARALLEL_LEVEL:-$(nproc)}
    local idle='^ninja: (Entering directory|no work to do)|Re-checking globbed directories'
    ninja -C "$directory" -j "$jobs" "$@" 2>&1 | { grep --line-buffered -vE "$idle" >&2 || true; }
}
