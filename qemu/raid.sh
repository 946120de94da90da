#!/bin/bash
# Makes the members of arrays of Linux' software RAID, each of which holds a disk of disk.sh, and
# prints their folder in the cache, in which they are disk0, disk1 and so on, those of each array
# behind those of the one before. Debian's kernel and mdadm make the arrays in a machine of their
# own; nothing of it is ours. The kernel is an older one, which has linear arrays too.
#
#   raid.sh NAME MEMBERS DATA 'MDADM OPTIONS' KIND [option of disk.sh…] [-- NAME …]
#
# DATA is how many members' worth of data there is, as 2 of a RAID 5 of three. The array is
# /dev/md/NAME of the host "host"; every option that `mdadm --create` wants is an option.
set -euo pipefail
here=$(dirname "$(realpath "$0")")
. "$here/cache.sh"
. "$here/archive.sh"
umask 022

# What is in the folders that are put onto the disks, whatever the folders are called.
contents() {
    local word is_folder=''
    for word; do
        if [ -n "$is_folder" ]; then
            (cd "$word" && find . -type f | LC_ALL=C sort | xargs -d '\n' -r sha256sum)
        else
            printf '%s\n' "$word"
        fi
        [ "$word" = --from ] && is_folder=yes || is_folder=''
    done
}

mkdir -p "$cache/raid"
made="$cache/raid/$( {
    cat "$here/raid.sh" "$here/raid-init" "$here/maker.sh" "$here/disk.sh"
    contents "$@"
} | sha256sum | cut -c1-16)"
hold raid
if [ -d "$made" ]; then
    echo "$made"
    exit
fi

work=$(mktemp -d "$cache/raid/.new-XXXXXX")
trap 'rm -rf "$work"' EXIT
maker=generic-6.1
. "$here/maker.sh"
tree="$work/tree"
libc() { "$here/program.sh" libc6 "lib/x86_64-linux-gnu/$1"; }
put "$tree" bin/busybox="$("$here/busybox.sh" x86_64)" \
    bin/mdadm="$("$here/program.sh" mdadm sbin/mdadm)" \
    lib/libudev.so.1="$("$here/program.sh" libudev1 usr/lib/x86_64-linux-gnu/libudev.so.1)" \
    lib/libc.so.6="$(libc libc.so.6)" \
    lib64/ld-linux-x86-64.so.2="$(libc ld-linux-x86-64.so.2)"
install -m 755 "$here/raid-init" "$tree/init"
put_modules "$tree" virtio_pci virtio_blk crc32c_generic linear raid0 raid1 raid10 raid456

mkdir "$work/made"
drives=() sources=0 disks=0
while [ $# -gt 0 ]; do
    name=$1 members=$2 data=$3 options=$4 disk=()
    shift 4
    while [ $# -gt 0 ] && [ "$1" != -- ]; do
        disk+=("$1")
        shift
    done
    [ $# = 0 ] || shift
    source="$work/source$sources"
    "$here/disk.sh" "$source" "${disk[@]}"
    size=$(($(stat -c %s "$source") / data / 1048576 + 8))
    printf '%s\n' "$name" "$members" "$options" >>"$tree/wanted"
    drives+=(-drive "if=virtio,format=raw,read-only=on,file=$source")
    for ((nth = 0; nth < members; nth++)); do
        truncate -s "${size}M" "$work/made/disk$disks"
        drives+=(-drive "if=virtio,format=raw,file=$work/made/disk$disks")
        disks=$((disks + 1))
    done
    sources=$((sources + 1))
done
run_machine "$tree" "$work/said" "${drives[@]}"
grep -aq '^MADE' "$work/said" || {
    cat "$work/said" >&2
    die "the arrays could not be made"
}
mv -T "$work/made" "$made"
echo "$made"
