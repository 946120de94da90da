#!/bin/bash
# Prints the path of a file out of one of Debian's packages, unpacked into the cache and
# never installed.
#
#   program.sh PACKAGE[:ARCHITECTURE] FILE    as in memtest86+ boot/memtest86+x64.bin
set -euo pipefail
here=$(dirname "$(realpath "$0")")
. "$here/cache.sh"
. "$here/debian.sh"

package=${1-} file=${2-}
[ -n "$file" ] || die "which file of which package?"
hold "package-$package"
folder="$cache/packages/$package"
if [ ! -d "$folder" ]; then
    mkdir -p "$cache/packages"
    work=$(mktemp -d "$cache/packages/.new-XXXXXX")
    trap 'rm -rf "$work"' EXIT
    case $package in
    *:*) debian_for "${package#*:}" ;;
    esac
    (cd "$work" && debian_download "${package%:*}")
    dpkg-deb -x "$work"/*.deb "$work/tree"
    mv -T "$work/tree" "$folder"
fi
[ -e "$folder/$file" ] || die "$package has no $file"
echo "$folder/$file"
