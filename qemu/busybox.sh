#!/bin/bash
# Prints the path of a static busybox for an architecture: the one that is installed, or
# Debian's for i386, which is unpacked into the cache.
#
#   busybox.sh x86_64|i386
set -euo pipefail
here=$(dirname "$(realpath "$0")")
. "$here/cache.sh"
. "$here/debian.sh"

case ${1-} in
x86_64) command -v busybox ;;
i386)
    hold busybox
    busybox="$cache/busybox-i386"
    if [ ! -e "$busybox" ]; then
        work=$(mktemp -d "$cache/.new-XXXXXX")
        trap 'rm -rf "$work"' EXIT
        debian_for i386
        (cd "$work" && debian_download busybox-static)
        dpkg-deb -x "$work"/*.deb "$work/tree"
        mv "$work/tree/bin/busybox" "$busybox"
    fi
    echo "$busybox"
    ;;
*) die "for which architecture: x86_64 or i386?" ;;
esac
