#!/bin/bash
# Makes one disk image, with the file system's own tools and never by mounting it.
#
#   disk.sh IMAGE KIND [option…]
#     --from FOLDER      what to put on it
#     --label LABEL, --uuid UUID
#     --table gpt|mbr    as the first partition of a disk, instead of a bare volume
#     --partuuid UUID, --partlabel NAME (gpt)
#     --size MIB         or KIBK, as in 1440K
#
# KIND: ext2 ext3 ext4 vfat xfs btrfs f2fs iso9660 squashfs erofs, and those that
# only a kernel can fill (fill.sh): exfat jfs ntfs3 reiserfs udf
set -euo pipefail
here=$(dirname "$(realpath "$0")")
. "$here/cache.sh"
PATH=$PATH:/sbin:/usr/sbin

image=$1 kind=$2
shift 2
from='' label='' uuid='' table='' partuuid='' partlabel='' size=''
while [ $# -gt 0 ]; do
    case $1 in
    --from) from=$2 ;;
    --label) label=$2 ;;
    --uuid) uuid=$2 ;;
    --table) table=$2 ;;
    --partuuid) partuuid=$2 ;;
    --partlabel) partlabel=$2 ;;
    --size) [[ $2 == *K ]] && size=$2 || size=$2M ;;
    *) die "what is $1?" ;;
    esac
    shift 2
done

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
[ -n "$from" ] || from="$work/nothing"
mkdir -p "$from"

# An empty file of the size asked for, or of the one given here.
room() {
    rm -f "$volume"
    truncate -s "${size:-$1M}" "$volume"
}

# The tools talk; only what they say on failure is of interest.
quiet() {
    "$@" >"$work/said" 2>&1 || {
        cat "$work/said" >&2
        die "failed: $*"
    }
}

# Every file and folder of $from, relative to it, folders first.
contents() { (cd "$from" && find . -mindepth 1 "$@" -printf '%P\n' | LC_ALL=C sort); }

make_ext() {
    room 64
    quiet "mkfs.$kind" -q -F ${label:+-L "$label"} ${uuid:+-U "$uuid"} -d "$from" "$volume"
}

make_vfat() {
    room 64
    local id=${uuid//-/}
    quiet mkfs.vfat ${label:+-n "$label"} ${id:+-i "$id"} "$volume"
    local path
    for path in "$from"/*; do
        [ ! -e "$path" ] || quiet mcopy -s -i "$volume" "$path" ::
    done
}

make_xfs() {
    room 300
    # The prototype lists the tree: one line a file, "$" closes a folder. No path in it
    # may have a blank.
    ln -s "$(realpath "$from")" "$work/from"
    xfs_tree() {
        local path name
        for path in "$1"/*; do
            [ -e "$path" ] || continue
            name=${path##*/}
            if [ -d "$path" ]; then
                printf '%s d--755 0 0\n' "$name"
                xfs_tree "$path"
            else
                printf '%s ---644 0 0 %s\n' "$name" "$path"
            fi
        done
        printf '$\n'
    }
    {
        printf '/\n0 0\nd--755 0 0\n'
        xfs_tree "$work/from"
    } >"$work/prototype"
    quiet mkfs.xfs -q -f -p "$work/prototype" ${label:+-L "$label"} ${uuid:+-m uuid="$uuid"} "$volume"
}

make_btrfs() {
    room 128
    quiet mkfs.btrfs -q -f -r "$from" ${label:+-L "$label"} ${uuid:+-U "$uuid"} "$volume"
}

make_f2fs() {
    room 96
    quiet mkfs.f2fs -q -f ${label:+-l "$label"} ${uuid:+-U "$uuid"} "$volume"
    quiet sload.f2fs -f "$from" "$volume"
}

make_iso9660() {
    quiet xorriso -as mkisofs -quiet -R -J -V "${label:-CDROM}" -o "$volume" "$from"
}

make_squashfs() { quiet mksquashfs "$from" "$volume" -noappend -no-progress; }

make_erofs() { quiet mkfs.erofs ${uuid:+-U "$uuid"} "$volume" "$from"; }

# Empty ones, to be filled by a kernel; the result is kept, for that takes seconds.
make_by_kernel() {
    room 64
    case $kind in
    exfat) quiet mkfs.exfat ${label:+-L "$label"} "$volume" ;;
    jfs) quiet mkfs.jfs -q ${label:+-L "$label"} "$volume" ;;
    ntfs3) quiet mkntfs -q -F -Q ${label:+-L "$label"} "$volume" ;;
    reiserfs) quiet mkfs.reiserfs -q -f ${label:+-l "$label"} ${uuid:+-u "$uuid"} "$volume" ;;
    udf) quiet mkudffs -b 512 ${label:+-l "$label"} "$volume" ;;
    esac
    local kept
    kept="$cache/disks/$kind-$( {
        cat "$here/disk.sh" "$here/fill.sh" "$here/fill-init" "$here/maker.sh"
        printf '%s\n' "$label" "$uuid" "$size"
        contents
        contents -type f | (cd "$from" && xargs -d '\n' -r cat)
    } | sha256sum | cut -c1-16)"
    mkdir -p "$cache/disks"
    if [ ! -e "$kept" ]; then
        "$here/fill.sh" "$kind" "$volume" "$from"
        cp --sparse=always "$volume" "$kept.$$"
        mv "$kept.$$" "$kept"
    fi
    cp --sparse=always "$kept" "$volume"
}

# The volume as the first partition of a disk that is 2 MiB larger.
make_table() {
    local sectors
    sectors=$((($(stat -c %s "$volume") + 511) / 512))
    rm -f "$image"
    truncate -s $((sectors * 512 + 2097152)) "$image"
    case $table in
    gpt)
        quiet sgdisk --new="1:2048:$((2047 + sectors))" \
            ${partuuid:+--partition-guid="1:$partuuid"} \
            ${partlabel:+--change-name="1:$partlabel"} "$image"
        ;;
    mbr)
        printf '%slabel: dos\n2048,%s,83\n' \
            "${partuuid:+label-id: 0x${partuuid%-*}
}" "$sectors" >"$work/table"
        quiet sfdisk -q "$image" <"$work/table"
        ;;
    *) die "no such partition table: $table" ;;
    esac
    dd if="$volume" of="$image" bs=1M seek=1 conv=notrunc,sparse status=none
}

volume=$image
[ -z "$table" ] || volume="$work/volume"
case $kind in
ext2 | ext3 | ext4) make_ext ;;
vfat | xfs | btrfs | f2fs | iso9660 | squashfs | erofs) "make_$kind" ;;
exfat | jfs | ntfs3 | reiserfs | udf) make_by_kernel ;;
*) die "no such kind of disk: $kind" ;;
esac
[ -z "$table" ] || make_table
