#!/bin/bash
# Fills a disk image whose file system only a kernel can write: Debian's kernel
# mounts it in a machine of its own and copies the files.
#
#   fill.sh KIND IMAGE FOLDER
set -euo pipefail
here=$(dirname "$(realpath "$0")")
. "$here/cache.sh"
. "$here/archive.sh"
umask 022

kind=$1 image=$(realpath "$2") from=$3
kernel=$("$here/kernels.sh" | sed -n 's/^generic-6.12 //p')
base="$kernel/lib/modules/$(cat "$kernel/release")"

# A module's file after the files of all that it needs.
with_needed() {
    sed -n "s|^\([^:]*/$1\.ko[^:]*\): *\(.*\)|\1 \2|p" "$base/modules.dep" |
        tr ' ' '\n' | sed '/^$/d' | tac
}

tree=$(mktemp -d)
trap 'rm -rf "$tree"' EXIT
mkdir "$tree/bin" "$tree/modules" "$tree/files"
cp "$(command -v busybox)" "$tree/bin/busybox"
cp "$here/fill-init" "$tree/init"
chmod 755 "$tree/init" "$tree/bin/busybox"
echo "$kind" >"$tree/kind"
cp -r "$from/." "$tree/files/"
number=100
needed=$(for module in virtio_blk "$kind"; do with_needed "$module"; done | awk '!seen[$0]++')
for file in $needed; do
    xz -dc "$base/$file" >"$tree/modules/$number-$(basename "$file" .xz)"
    number=$((number + 1))
done
pack "$tree" >"$tree.initramfs"
trap 'rm -rf "$tree" "$tree.initramfs"' EXIT
timeout -k 1 120 qemu-system-x86_64 -accel "$("$here/accel.sh")" -cpu max -m 512 \
    -display none -no-reboot -kernel "$kernel/vmlinuz" -initrd "$tree.initramfs" \
    -append 'console=ttyS0 quiet' -drive "if=virtio,format=raw,file=$image" \
    -serial stdio -monitor none </dev/null >"$tree/said" || true
grep -aq "^FILLED $kind" "$tree/said" || {
    cat "$tree/said" >&2
    die "$kind could not be filled"
}
