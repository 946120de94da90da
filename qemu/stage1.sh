#!/bin/bash
# Makes the initramfs that starts the loader: the loader as /init, and what a case
# adds to it.
#
#   stage1.sh INITRAMFS LOADER [PATH=FILE...]    as in modules/fat.ko=/…/fat.ko
set -euo pipefail
here=$(dirname "$(realpath "$0")")
. "$here/archive.sh"
umask 022

out=$1 loader=$2
shift 2
tree=$(mktemp -d)
trap 'rm -rf "$tree"' EXIT
install -m 755 "$loader" "$tree/init"
put "$tree" "$@"
pack "$tree" | compress >"$out"
