#!/bin/bash
# Adds modules to a boot medium, and says what is left.
#
#   add-modules.sh MEDIUM ARCHIVES                    lists the archives, with their bytes
#   add-modules.sh MEDIUM ARCHIVES [--boot] NAME...   adds those, and the modules that they need
#
# MEDIUM is an image of a floppy or a stick (kexec-loader-ARCH.img, -stick.img, a floppy of
# modules), a floppy drive (/dev/fd0), or a folder where one is mounted. ARCHIVES is the file
# kexec-loader-modules-KVER-ARCH.tar that was made with it.
#
# Modules go into the folder modules/, which is read when the boot disk is found. Those that the
# boot disk itself needs, where it is another than MEDIUM, go into the initramfs: --boot.
# Nothing is changed if they do not fit.
set -euo pipefail
here=$(dirname "$(realpath "$0")")
. "$here/../qemu/cache.sh"
. "$here/../qemu/archive.sh"
. "$here/media.sh"
umask 022
export LC_ALL=C TZ=UTC

[ $# -ge 2 ] || die "which medium, and which archives? (see the head of this file)"
medium=$1 archives=$2
shift 2
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir "$work/archives" "$work/modules"
tar -xf "$archives" -C "$work/archives"
if [ $# -eq 0 ]; then
    tr -d '\r' <"$work/archives/INDEX.TXT"
    exit
fi
is_for_boot=
if [ "$1" = --boot ]; then
    is_for_boot=1
    shift
fi

# A partitioned image has its file system at 1 MiB.
at=
if [ ! -d "$medium" ] && [ "$(od -An -tx1 -j 450 -N 1 "$medium" | tr -d ' ')" = 06 ]; then
    at=@@1M
fi
read_file() {
    if [ -d "$medium" ]; then cat "$medium/$1"; else mtype -i "$medium$at" "::$1"; fi
}
write_file() {
    if [ -d "$medium" ]; then
        cp "$1" "$medium/$2"
    else
        touch -d @315532800 "$1"
        mcopy -m -o -i "$medium$at" "$1" "::$2"
    fi
}
bytes_left() {
    if [ -d "$medium" ]; then
        df --output=avail -B1 "$medium" | tail -n 1 | tr -d ' '
    else
        fat_left "$medium$at"
    fi
}
cluster=512
[ -d "$medium" ] || cluster=$(minfo -i "$medium$at" :: |
    sed -n 's/^cluster size: \([0-9]*\) sectors/\1/p' | awk '{ print $1 * 512 }')
# The bytes of whole clusters that a file of so many takes.
rounded() { echo $((($1 + cluster - 1) / cluster * cluster)); }

release=$(read_file modules/release 2>/dev/null) ||
    die "$medium is no medium of kexec-loader's: it has no modules/release"
[ "Modules for Linux $release" = "$(head -n 1 "$work/archives/INDEX.TXT" | tr -d '\r')" ] ||
    die "$archives is not for the kernel of $medium, Linux $release"

for name; do
    name=${name%.tar}
    [ -e "$work/archives/$name.tar" ] ||
        die "$archives has no $name: the kernel has it built in, or not at all"
    tar -xf "$work/archives/$name.tar" -C "$work/modules"
done

fits() {
    local left
    left=$(bytes_left)
    [ "$1" -le "$left" ] || die "these need $1 bytes, and $left are left on $medium"
}
if [ -n "$is_for_boot" ]; then
    # The kernel unpacks one archive behind the other.
    mkdir "$work/tree" && mv "$work/modules" "$work/tree/modules"
    read_file initrd.xz >"$work/initrd.xz"
    before=$(rounded "$(stat -c %s "$work/initrd.xz")")
    pack "$work/tree" | compress >>"$work/initrd.xz"
    fits $(($(rounded "$(stat -c %s "$work/initrd.xz")") - before))
    write_file "$work/initrd.xz" initrd.xz
else
    # What is there already need not fit once more.
    needed=0
    for file in "$work"/modules/*; do
        if read_file "modules/${file##*/}" >"$work/there" 2>/dev/null &&
            cmp -s "$work/there" "$file"; then
            rm "$file"
        else
            needed=$((needed + $(rounded "$(stat -c %s "$file")")))
        fi
    done
    fits "$needed"
    for file in "$work"/modules/*; do
        [ ! -e "$file" ] || write_file "$file" "modules/${file##*/}"
    done
fi
echo "$medium: $(bytes_left) bytes are left"
