# shellcheck shell=bash
# To be sourced: where things that take long to make are kept, how two runs keep
# from making one twice, and how a script speaks. Nothing in here is thrown away
# by a clean checkout; removing the folder by hand is always safe.

cache=${KEXEC_LOADER_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/kexec-loader}
mkdir -p "$cache"
cache=$(realpath "$cache")

say() { printf '%s\n' "$*" >&2; }
die() {
    say "${0##*/}: $*"
    exit 1
}

# Holds the lock NAME until this script ends.
hold() {
    exec {lock}>"$cache/$1.lock"
    flock "$lock"
}

# One word for the contents of the files named: what a cached thing is keyed by.
key() { cat -- "$@" | sha256sum | cut -c1-16; }
