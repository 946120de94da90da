#!/bin/bash
# Fills a disk image whose file system only a kernel can write: Debian's kernel
# mounts it in a machine of its own and copies the files.
#
#   fill.sh KIND IMAGE FOLDER
set -euo pipefail
here=$(dirname "$(realpath "$0")")
. "$here/cache.sh"
. "$here/archive.sh"
. "$here/maker.sh"
umask 022

kind=$1 image=$(realpath "$2") from=$3

tree=$(mktemp -d)
trap 'rm -rf "$tree"' EXIT
mkdir "$tree/bin" "$tree/files"
cp "$(command -v busybox)" "$tree/bin/busybox"
cp "$here/fill-init" "$tree/init"
chmod 755 "$tree/init" "$tree/bin/busybox"
echo "$kind" >"$tree/kind"
cp -r "$from/." "$tree/files/"
put_modules "$tree" virtio_blk "$kind"
run_machine "$tree" "$tree/said" -drive "if=virtio,format=raw,file=$image"
grep -aq "^FILLED $kind" "$tree/said" || {
    cat "$tree/said" >&2
    die "$kind could not be filled"
}
