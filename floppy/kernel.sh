#!/bin/bash
# Prints the folder of a kernel that starts kexec-loader from a floppy: some minutes, once
# for each version of its source and of floppy/kernel/*.config. The folder has vmlinuz,
# config, release (what uname -r says) and lib/modules/RELEASE.
#
#   kernel.sh FLAVOUR              the one in the cache, else it is built
#   kernel.sh FLAVOUR --refresh    of the newest source
#
# FLAVOUR is i486, x86_64 or x86_64-efi: the last is for media with room, and for EFI.
# KERNEL_SRC names another source tree, which is built as it is; else it is Debian's
# linux-source-6.1, as kernel/prepare.sh changes it.
set -euo pipefail
here=$(dirname "$(realpath "$0")")
. "$here/../qemu/cache.sh"
. "$here/../qemu/debian.sh"
. "$here/../qemu/build-kernel.sh"

flavour=${1-}
configs=()
case $flavour in
i486 | x86_64) own=("$flavour") ;;
x86_64-efi) own=(x86_64 efi) ;;
*) die "no such kernel: $flavour (i486, x86_64, x86_64-efi)" ;;
esac
for config in required floppy size modules "${own[@]}"; do
    configs+=("$here/kernel/$config.config")
done

hold "kernel-$flavour"
version=$(kernel_version "${2-}")
changes=("$here/kernel/prepare.sh")
folder="$cache/kernels/$flavour-$(key "$version" "${changes[@]}" "${configs[@]}")"
if [ ! -e "$folder/vmlinuz" ]; then
    say "building the kernel $flavour (ten minutes or so, this once)"
    # Modules of another build would load, and then crash: so each build has its own name.
    LOCALVERSION=-$(key "$version" "${changes[@]}" "${configs[@]}" | cut -c1-8)
    kernel_build "$folder" "$version" "${configs[@]}"
fi
echo "$folder"
