#!/bin/bash
# Prints the folder of a kernel built from Debian's kernel source with a configuration
# of this folder on top of tinyconfig: some minutes, once for each version of the source
# and of the configuration. The folder has vmlinuz, vmlinux (its ELF file), release
# (what uname -r says) and, if it has modules, lib/modules/RELEASE.
#
#   small-kernel.sh NAME              the one in the cache, else it is built
#   small-kernel.sh NAME --refresh    of the newest source
#   small-kernel.sh --list            the names there are
#
# NAME is KIND-ARCHITECTURE, and its options are those of KIND.config and NAME.config.
set -euo pipefail
here=$(dirname "$(realpath "$0")")
. "$here/cache.sh"
. "$here/debian.sh"
. "$here/build-kernel.sh"

if [ "${1-}" = --list ]; then
    (cd "$here" && printf '%s\n' *-*.config | sed 's/\.config$//')
    exit
fi
name=${1-}
configs=("$here/${name%-*}.config" "$here/$name.config")
cat "${configs[@]}" >/dev/null 2>&1 || die "no such kernel: $name (--list)"

hold "kernel-$name"
version=$(kernel_version "${2-}")
folder="$cache/kernels/$name-$(key "$version" "${configs[@]}")"
if [ ! -e "$folder/vmlinuz" ]; then
    say "building the kernel $name (some minutes, this once)"
    kernel_build "$folder" "$version" "${configs[@]}"
fi
echo "$folder"
