#!/bin/bash
# Makes disks that hold a volume group, with LVM2's own tools: Debian's kernel runs them in a
# machine of its own, and writes an ext4 of 52 MiB to one of the volumes. The group is called
# deb-vg; its volumes are made by the commands.
#
#   lvm.sh COMMANDS VOLUME FOLDER IMAGE…
#
#   lvm.sh 'lvcreate -n root -L 64M deb-vg' deb-vg/root files one.img two.img
#
# Each IMAGE becomes a physical volume of 64 MiB; without FOLDER ('') nothing is written.
# Beside the first, IMAGE.said is what the tools said, and the volumes' tables. The results are
# kept, for this takes half a minute.
set -euo pipefail
here=$(dirname "$(realpath "$0")")
. "$here/cache.sh"
. "$here/archive.sh"
. "$here/maker.sh"
umask 022
PATH=$PATH:/sbin:/usr/sbin

commands=$1 volume=$2 from=$3
shift 3
kept="$cache/disks/lvm-$({
    cat "$here/lvm.sh" "$here/lvm-init" "$here/maker.sh"
    printf '%s\n' "$commands" "$volume" $#
    [ -z "$from" ] || (cd "$from" && find . -type f | LC_ALL=C sort | xargs -d '\n' sha256sum)
} | sha256sum | cut -c1-16)"
hold lvm

if [ ! -e "$kept" ]; then
    work=$(mktemp -d)
    trap 'rm -rf "$work"' EXIT
    tree="$work/tree"
    mkdir -p "$tree/bin" "$work/disks"
    cp "$(command -v busybox)" "$tree/bin/busybox"
    cp "$here/lvm-init" "$tree/init"
    chmod 755 "$tree/init" "$tree/bin/busybox"
    printf '%s\n' "$commands" >"$tree/commands"
    echo "$volume" >"$tree/volume"
    # The tools, and the libraries that they are linked with.
    for tool in lvm dmsetup; do
        file=$(command -v $tool)
        cp -L "$file" "$tree/bin/$tool"
        for library in $(ldd "$file" | grep -o '/[^ ]*'); do
            mkdir -p "$tree$(dirname "$library")"
            cp -L "$library" "$tree$library"
        done
    done
    put_modules "$tree" virtio_blk crc32c_generic dm-mod dm-mirror dm-raid raid1 dm-snapshot \
        dm-thin-pool
    if [ -n "$from" ]; then
        "$here/disk.sh" "$work/content" ext4 --from "$from" --label files --size 52
    else
        truncate -s 4K "$work/content"
    fi
    drives=(-drive "if=virtio,format=raw,file=$work/content")
    nth=0
    for image; do
        truncate -s 64M "$work/disks/$nth"
        drives+=(-drive "if=virtio,format=raw,file=$work/disks/$nth")
        nth=$((nth + 1))
    done
    run_machine "$tree" "$work/disks/said" "${drives[@]}"
    grep -aq '^VOLUMES MADE' "$work/disks/said" || {
        cat "$work/disks/said" >&2
        die "no volumes: $commands"
    }
    mkdir -p "$cache/disks"
    cp -r --sparse=always "$work/disks" "$kept.$$"
    mv "$kept.$$" "$kept"
fi
cp "$kept/said" "$1.said"
nth=0
for image; do
    cp --sparse=always "$kept/$nth" "$image"
    nth=$((nth + 1))
done
