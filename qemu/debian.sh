# shellcheck shell=bash
# To be sourced after cache.sh: Debian 12's packages (its updates, its security
# fixes and its backports) through package lists of our own, so that the user's
# apt sources are neither read nor changed.

# debian_for amd64|i386: whose packages are meant from here on. Those of i386 are only
# unpacked, never installed, so dpkg need not know of them; Debian 12 itself is enough.
debian_for() {
    debian_architecture=$1
    debian_lists="${cache:?}/debian"
    local foreign=()
    if [ "$1" != amd64 ]; then
        debian_lists+="-$1"
        foreign=(-o "APT::Architecture=$1" -o "APT::Architectures=$1")
    fi
    # The options that point apt-get and apt-cache at our lists.
    debian_options=(
        "${foreign[@]}"
        -o "Dir::Etc::sourcelist=$debian_lists/sources.list"
        -o Dir::Etc::sourceparts=-
        -o "Dir::State::lists=$debian_lists/lists"
        -o "Dir::Cache::pkgcache=$debian_lists/packages.bin"
        -o "Dir::Cache::srcpkgcache=$debian_lists/sources.bin"
        -o APT::Get::List-Cleanup=0
        -o "APT::Sandbox::User=$(id -un)"
        -q
    )
}
debian_for amd64

debian_sources() {
    local keyring=/usr/share/keyrings/debian-archive-keyring.gpg
    local site=http://deb.debian.org
    [ -e "$keyring" ] || die "$keyring is missing (package debian-archive-keyring)"
    local suite suites='debian:bookworm'
    [ "$debian_architecture" != amd64 ] || suites+=' debian:bookworm-updates
        debian-security:bookworm-security debian:bookworm-backports'
    for suite in $suites; do
        printf 'deb [arch=%s signed-by=%s] %s/%s %s main\n' \
            "$debian_architecture" "$keyring" "$site" "${suite%%:*}" "${suite#*:}"
    done
}

# apt-get on our lists, one at a time.
debian_apt() {
    mkdir -p "$debian_lists/lists/partial"
    flock "$debian_lists/lock" apt-get "${debian_options[@]}" "$@" >&2
}

# Reads the package lists, when there are none yet or they are asked for afresh.
debian_update() {
    if [ "${1-}" != afresh ] && [ -e "$debian_lists/read" ]; then
        return
    fi
    mkdir -p "$debian_lists"
    debian_sources >"$debian_lists/sources.list"
    say "reading Debian's package lists ($debian_architecture)"
    debian_apt update
    touch "$debian_lists/read"
}

# Downloads the packages named (name or name=version) into the current folder;
# a version that has left the archive is answered by reading the lists again.
debian_download() {
    debian_update
    debian_apt download "$@" || {
        debian_update afresh
        debian_apt download "$@"
    }
}
