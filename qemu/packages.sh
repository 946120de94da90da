#!/bin/bash
# Installs the Debian packages that the machines and the tests need, after naming
# them; does nothing when all are there. On Debian 12 they come from our own
# package lists (debian.sh); elsewhere from the lists the user has.
#
#   packages.sh           install what is missing
#   packages.sh --list    print what is missing, one to a line
set -euo pipefail
here=$(dirname "$(realpath "$0")")
. "$here/cache.sh"
. "$here/debian.sh"

needed=(
    # machines
    qemu-system-x86 busybox-static cpio xz-utils zstd kmod
    # disks
    gdisk fdisk e2fsprogs dosfstools mtools exfatprogs xorriso udftools xfsprogs
    btrfs-progs f2fs-tools ntfs-3g squashfs-tools erofs-utils jfsutils reiserfsprogs
    lvm2 dmsetup
    # the kernel without kexec, the fuzz targets, and what Rust links with
    gcc g++ make flex bison bc libelf-dev binutils
    # boot media, and whether they are the same on another day
    syslinux syslinux-common isolinux pxelinux faketime
    # runs the 32-bit loader on a 486
    qemu-user-static
    # GRUB's script language, as GRUB has it
    grub-emu grub-common
)
# What the 32-bit loader is built with, where Rust has no core for it (loader.sh).
. /etc/os-release
distribution=${ID-}-${VERSION_CODENAME-}
core=$(rustc --print target-libdir --target i586-unknown-linux-gnu 2>/dev/null || true)
if [ "$distribution" = debian-bookworm ] && ! compgen -G "$core/libcore-*.rlib" >/dev/null; then
    needed+=(rustc-web rust-web-src)
fi

is_installed() {
    [ "$(dpkg-query -W -f '${db:Status-Status}' "$1" 2>/dev/null)" = installed ]
}

# tests/figures counts instructions through an interface that QEMU has since 9.2.
is_old_qemu() {
    [ "$1" = qemu-system-x86 ] &&
        dpkg --compare-versions "$(dpkg-query -W -f '${Version}' "$1")" lt 1:9.2
}

missing=()
for package in "${needed[@]}"; do
    is_installed "$package" && ! is_old_qemu "$package" || missing+=("$package")
done
if [ "${1-}" = --list ]; then
    [ ${#missing[@]} -eq 0 ] || printf '%s\n' "${missing[@]}"
    exit
fi
[ ${#missing[@]} -gt 0 ] || exit 0

say "Packages to install: ${missing[*]}"
as_root=()
if [ "$(id -u)" != 0 ]; then
    type sudo >/dev/null 2>&1 || die "not root, and no sudo: install them by hand"
    as_root=(sudo)
fi

install() {
    "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive \
        apt-get -q install -y --no-install-recommends "$@" >&2
}

if [ "$distribution" != debian-bookworm ]; then
    "${as_root[@]}" apt-get -q update >&2
    install "${missing[@]}"
    exit
fi

# QEMU and all it needs is taken from the backports, with what is already here of it:
# they do not go together in two versions.
from_backports=()
others=()
for package in "${missing[@]}"; do
    case $package in
    qemu-*) from_backports+=("$package") ;;
    *) others+=("$package") ;;
    esac
done
if [ ${#from_backports[@]} -gt 0 ]; then
    while read -r source package status; do
        [ "$source $status" != "qemu installed" ] || from_backports+=("$package")
    done < <(dpkg-query -W -f '${source:Package} ${Package} ${db:Status-Status}\n' 'qemu*' 2>/dev/null)
fi
install_all() {
    [ ${#from_backports[@]} -eq 0 ] ||
        install "${debian_options[@]}" -t bookworm-backports "${from_backports[@]}" || return
    [ ${#others[@]} -eq 0 ] || install "${debian_options[@]}" "${others[@]}"
}
debian_update
install_all || {
    debian_update afresh
    install_all
}
