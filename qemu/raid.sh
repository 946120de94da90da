#!/bin/bash
# Makes the members of an array of Linux' software RAID that holds a disk of disk.sh, and prints
# their folder in the cache, in which they are disk0, disk1 and so on. Debian's kernel and mdadm
# make the array in a machine of their own; nothing of it is ours.
#
#   raid.sh NAME MEMBERS DATA 'MDADM OPTIONS' KIND [option of disk.sh…]
#
# DATA is how many members' worth of data there is, as 2 of a RAID 5 of three. The array is
# /dev/md/NAME of the host "host"; every option that `mdadm --create` wants is an option.
set -euo pipefail
here=$(dirname "$(realpath "$0")")
. "$here/cache.sh"
. "$here/archive.sh"
umask 022

name=$1 members=$2 data=$3 options=$4
shift 4
from=''
for ((nth = 1; nth < $#; nth++)); do
    after=$((nth + 1))
    [ "${!nth}" != --from ] || from=${!after}
done
contents() { (cd "$from" && find . -type f -printf '%P\n' | LC_ALL=C sort); }

mkdir -p "$cache/raid"
made="$cache/raid/$( {
    cat "$here/raid.sh" "$here/raid-init" "$here/maker.sh" "$here/disk.sh"
    printf '%s\n' "$name" "$members" "$data" "$options" "${@/"$from"/}"
    [ -z "$from" ] || { contents && contents | (cd "$from" && xargs -d '\n' -r cat); }
} | sha256sum | cut -c1-16)"
hold raid
if [ -d "$made" ]; then
    echo "$made"
    exit
fi

work=$(mktemp -d "$cache/raid/.new-XXXXXX")
trap 'rm -rf "$work"' EXIT
"$here/disk.sh" "$work/source" "$@"
size=$(($(stat -c %s "$work/source") / data / 1048576 + 8))

. "$here/maker.sh"
tree="$work/tree"
libc() { "$here/program.sh" libc6 "lib/x86_64-linux-gnu/$1"; }
put "$tree" bin/busybox="$("$here/busybox.sh" x86_64)" \
    bin/mdadm="$("$here/program.sh" mdadm sbin/mdadm)" \
    lib/libudev.so.1="$("$here/program.sh" libudev1 usr/lib/x86_64-linux-gnu/libudev.so.1)" \
    lib/libc.so.6="$(libc libc.so.6)" \
    lib64/ld-linux-x86-64.so.2="$(libc ld-linux-x86-64.so.2)"
install -m 755 "$here/raid-init" "$tree/init"
printf '%s\n' "$name" "$members" "$options" >"$tree/wanted"
put_modules "$tree" virtio_blk crc32c_generic raid0 raid1 raid10 raid456

mkdir "$work/made"
drives=(-drive "if=virtio,format=raw,read-only=on,file=$work/source")
for ((nth = 0; nth < members; nth++)); do
    truncate -s "${size}M" "$work/made/disk$nth"
    drives+=(-drive "if=virtio,format=raw,file=$work/made/disk$nth")
done
run_machine "$tree" "$work/said" "${drives[@]}"
grep -aq '^MADE' "$work/said" || {
    cat "$work/said" >&2
    die "the array $name could not be made"
}
mv -T "$work/made" "$made"
echo "$made"
