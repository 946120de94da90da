#!/bin/bash
# Makes the ramdisk that a booted kernel gets: busybox, an /init that tells what it
# was given, and files that it shows.
#
#   target.sh RAMDISK x86_64|i386 [NAME=FILE...]    the files are shown as /payload/NAME
set -euo pipefail
here=$(dirname "$(realpath "$0")")
. "$here/archive.sh"
umask 022

out=$1 architecture=$2
shift 2
tree=$(mktemp -d)
trap 'rm -rf "$tree"' EXIT
install -D -m 755 "$("$here/busybox.sh" "$architecture")" "$tree/bin/busybox"
install -m 755 "$here/target-init" "$tree/init"
mkdir "$tree/payload"
put "$tree/payload" "$@"
pack "$tree" >"$out"
