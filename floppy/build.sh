#!/bin/bash
# Makes the boot media of kexec-loader: for each architecture, in FOLDER (target/media),
#
#   kexec-loader-ARCH.img                a floppy of 1.44 MB
#   kexec-loader-ARCH-2.88.img           one of 2.88 MB, with more modules
#   kexec-loader-modules-ARCH-N.img      floppies with modules alone, for a second drive or turn
#   kexec-loader-ARCH.iso                a CD, which is also written to USB sticks as it is
#   kexec-loader-ARCH-stick.img          an image for USB sticks that can be written to later
#   kexec-loader-ARCH-pxe.tar            a folder for a TFTP server
#   kexec-loader-ARCH-initramfs.xz       the loader alone, for kernels of your own
#   kexec-loader-x86_64.efi              all in one file, EFI/BOOT/BOOTX64.EFI of an ESP
#   kexec-loader-modules-KVER-ARCH.tar   every module of a kernel, in small archives
#   SHA256SUMS
#
#   build.sh [--out FOLDER] [ARCH...]    i486, x86_64; both if none is named
#
# Prints the folder; what uses how many bytes of the floppies goes to standard error. The same
# inputs make the same bytes, on any day and in any folder. Kernels come from the cache, or are
# built (kernel.sh); packages that are missing are installed, after they have been named.
set -euo pipefail
here=$(dirname "$(realpath "$0")")
. "$here/../qemu/cache.sh"
. "$here/../qemu/archive.sh"
. "$here/modules.sh"
. "$here/media.sh"
umask 022
export LC_ALL=C TZ=UTC SOURCE_DATE_EPOCH=315532800 # 1980: FAT knows no time before.

out="$here/../target/media"
if [ "${1-}" = --out ]; then
    out=$2
    shift 2
fi
[ $# -gt 0 ] || set -- i486 x86_64
"$here/../qemu/packages.sh"
mkdir -p "$out"
out=$(realpath "$out")
exec {lock}>"$out/.lock"
flock "$lock"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

keymap_folder=$("$here/keymaps.sh")
mapfile -t keymaps < <(find "$keymap_folder" -type f -printf 'keymaps/%f=%p\n' | sort)

for arch; do
    case $arch in
    i486) loader_arch=i386 roomy=i486 most=(ide ahci) ;;
    x86_64) loader_arch=x86_64 roomy=x86_64-efi most=(ahci ide) ;;
    *) die "no such architecture: $arch (i486, x86_64)" ;;
    esac
    # The kernel and the loader of floppies, and those of media with room.
    kernel=$("$here/kernel.sh" "$arch")
    roomy_kernel=$("$here/kernel.sh" "$roomy")
    loader=$("$here/../qemu/loader.sh" "$loader_arch" media)
    full_loader=$("$here/../qemu/loader.sh" "$loader_arch")
    # Nothing to do where nothing has changed.
    made="$out/.made-$arch"
    inputs="$(key "$loader" "$full_loader" "$here"/*.* "$here"/files/* "$here"/../qemu/*.sh \
        "$here/../tests/budgets.txt") $kernel $roomy_kernel $keymap_folder"
    [ "$(cat "$made" 2>/dev/null)" != "$inputs" ] || continue
    say "making the media for $arch"
    rm -f "$made" "$out"/kexec-loader-*"$arch"*
    name="$out/kexec-loader-$arch"
    parts="$work/$arch"
    mkdir -p "$parts"

    module_archives "$kernel" "$parts/archives"
    same_tar -cf "$out/kexec-loader-modules-$(cat "$kernel/release")-$arch.tar" \
        -C "$parts/archives" .
    initramfs "$parts/initrd.xz" "$loader"
    common_files "$parts/files" "$arch" "$kernel"
    # 486s have IDE; machines that a 64-bit system fits have SATA, and at least answer as IDE.
    floppy_image "$name.img" 1440 "$parts" 4096 "${most[@]}" nvme virtio uas exfat
    floppy_image "$name-2.88.img" 2880 "$parts" 65536 "${most[@]}" cdrom ext4 nvme virtio uas \
        exfat ntfs
    module_floppies "$out/kexec-loader-modules-$arch" "$parts/archives" "$kernel"

    if [ "$roomy" != "$arch" ]; then
        module_archives "$roomy_kernel" "$parts/roomy-archives"
        same_tar -cf "$out/kexec-loader-modules-$(cat "$roomy_kernel/release")-$arch.tar" \
            -C "$parts/roomy-archives" .
        common_files "$parts/roomy-files" "$arch" "$roomy_kernel"
    else
        cp -r "$parts/archives" "$parts/roomy-archives"
        cp -r "$parts/files" "$parts/roomy-files"
    fi
    initramfs "$name-initramfs.xz" "$full_loader"
    mapfile -t modules < <(module_files "$roomy_kernel" "${boot_disk_modules[@]}")
    initramfs "$parts/roomy-initrd.xz" "$full_loader" "${keymaps[@]}" "${modules[@]}"
    mapfile -t modules < <(every_module "$roomy_kernel")
    initramfs "$parts/pxe-initrd.xz" "$full_loader" "${keymaps[@]}" "${modules[@]}"
    mkdir "$parts/efi"
    if [ "$arch" = x86_64 ]; then
        efi_program "$name.efi" "$roomy_kernel" "$parts/roomy-initrd.xz"
        efi_program "$parts/efi/pxe.efi" "$roomy_kernel" "$parts/pxe-initrd.xz"
    fi
    iso_image "$name.iso" "$parts" "$roomy_kernel" "$name.efi"
    stick_image "$name-stick.img" "$parts" "$roomy_kernel" "$name.efi"
    pxe_folder "$name-pxe.tar" "$parts" "$parts/efi/pxe.efi"

    floppy_table "$name.img" >&2
    within_budget "$name.img" "$arch" "$parts/initrd.xz"
    echo "$inputs" >"$made"
    (cd "$out" && sha256sum kexec-loader-* >SHA256SUMS)
done
echo "$out"
