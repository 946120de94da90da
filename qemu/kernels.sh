#!/bin/bash
# Debian's own kernels, fetched and unpacked into the cache, never installed.
# Prints one line for each: NAME FOLDER. A folder has vmlinuz, release (what
# uname -r says) and lib/modules/RELEASE with its modules.dep.
#
#   kernels.sh              the kernels in the cache, fetching what is not there
#   kernels.sh --refresh    the newest versions of them
set -euo pipefail
here=$(dirname "$(realpath "$0")")
. "$here/cache.sh"
. "$here/debian.sh"

# Name, architecture, suite that is preferred, metapackage.
kernels='
cloud-6.12   amd64 bookworm-backports linux-image-cloud-amd64
generic-6.12 amd64 bookworm-backports linux-image-amd64
cloud-6.1    amd64 bookworm-security  linux-image-cloud-amd64
generic-6.1  amd64 bookworm-security  linux-image-amd64
generic-686  i386  bookworm           linux-image-686
'

index="$cache/kernels/index"
mkdir -p "$cache/kernels"

# What a metapackage depends on: the package with the kernel, as name=version.
kernel_package() {
    apt-cache "${debian_options[@]}" -o "APT::Default-Release=$1" \
        show --no-all-versions "$2" |
        sed -n 's/^Depends: \(linux-image-[^ ,]*\) (= \([^)]*\)).*/\1=\2/p' | head -n 1
}

# Unpacks the package NAME=VERSION into FOLDER.
fetch() {
    local package=$1 folder=$2 work
    work=$(mktemp -d "$cache/kernels/.new-XXXXXX")
    say "fetching ${package/=/ }"
    (cd "$work" && debian_download "$package")
    dpkg-deb -x "$work"/*.deb "$work/tree"
    mkdir "$work/kernel"
    mv "$work"/tree/boot/vmlinuz-* "$work/kernel/vmlinuz"
    if [ -d "$work/tree/usr/lib/modules" ]; then
        mkdir "$work/kernel/lib"
        mv "$work/tree/usr/lib/modules" "$work/kernel/lib/modules"
    else
        mv "$work/tree/lib" "$work/kernel/lib"
    fi
    ls "$work/kernel/lib/modules" >"$work/kernel/release"
    PATH=$PATH:/sbin:/usr/sbin depmod -b "$work/kernel" "$(cat "$work/kernel/release")" 2>/dev/null
    mv -T "$work/kernel" "$folder"
    rm -rf "$work"
}

# Whether the index has every name.
is_whole() {
    local name rest
    while read -r name rest; do
        [ -z "$name" ] || grep -qs "^$name " "$index" || return 1
    done <<<"$kernels"
}

hold kernels
if [ "${1-}" = --refresh ] || ! is_whole; then
    rm -rf "$cache"/kernels/.new-*
    : >"$index.new"
    while read -r name architecture suite metapackage; do
        [ -n "$name" ] || continue
        debian_for "$architecture"
        [ "${1-}" != --refresh ] || debian_update afresh
        debian_update
        package=$(kernel_package "$suite" "$metapackage")
        [ -n "$package" ] || die "$metapackage in $suite names no kernel"
        folder="$cache/kernels/${package/=/_}"
        [ -d "$folder" ] || fetch "$package" "$folder"
        printf '%s %s\n' "$name" "$folder" >>"$index.new"
    done <<<"$kernels"
    mv "$index.new" "$index"
fi
cat "$index"
