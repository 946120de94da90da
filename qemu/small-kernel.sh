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

if [ "${1-}" = --list ]; then
    (cd "$here" && printf '%s\n' *-*.config | sed 's/\.config$//')
    exit
fi
name=${1-}
configs=("$here/${name%-*}.config" "$here/$name.config")
cat "${configs[@]}" >/dev/null 2>&1 || die "no such kernel: $name (--list)"

hold "kernel-$name"
mkdir -p "$cache/kernels"
version="$cache/kernels/source-version"
if [ ! -e "$version" ] || [ "${2-}" = --refresh ]; then
    [ "${2-}" != --refresh ] || debian_update afresh
    debian_update
    apt-cache "${debian_options[@]}" -o APT::Default-Release=bookworm-security \
        show --no-all-versions linux-source-6.1 |
        sed -n 's/^Version: //p' | head -n 1 >"$version.$name"
    [ -s "$version.$name" ] || die "no linux-source-6.1 in Debian's lists"
    mv "$version.$name" "$version"
fi

folder="$cache/kernels/$name-$(key "$version" "${configs[@]}")"
if [ ! -e "$folder/vmlinuz" ]; then
    # Not in the cache: a kernel does not build where a space is in the path.
    work=$(mktemp -d "${TMPDIR:-/var/tmp}/kexec-loader-XXXXXX")
    trap 'rm -rf "$work"' EXIT
    say "building the kernel $name (some minutes, this once)"
    (cd "$work" && debian_download "linux-source-6.1=$(cat "$version")")
    dpkg-deb --fsys-tarfile "$work"/*.deb |
        tar -x -O --wildcards './usr/src/linux-source-*.tar.xz' | tar -xJ -C "$work"
    source=("$work"/linux-source-*/)
    build() {
        PATH=$PATH:/sbin:/usr/sbin KBUILD_BUILD_TIMESTAMP=@0 KBUILD_BUILD_USER=kexec-loader \
            KBUILD_BUILD_HOST=kexec-loader make -C "${source[0]}" "$@" >"$work/said" 2>&1 || {
            tail -n 40 "$work/said" >&2
            die "the kernel $name does not build"
        }
    }
    build tinyconfig
    cat "${configs[@]}" >>"${source[0]}/.config"
    build olddefconfig
    sed -n '/^CONFIG/p' "${configs[@]}" | while read -r option; do
        grep -qx "$option" "${source[0]}/.config" || die "$option did not hold"
    done
    build -j"$(nproc)"
    mkdir "$work/kernel"
    cp "${source[0]}/arch/x86/boot/bzImage" "$work/kernel/vmlinuz"
    objcopy --strip-all "${source[0]}/vmlinux" "$work/kernel/vmlinux"
    if grep -qx CONFIG_MODULES=y "${source[0]}/.config"; then
        build modules_install INSTALL_MOD_PATH="$work/kernel" INSTALL_MOD_STRIP=1
        rm -f "$work"/kernel/lib/modules/*/{build,source}
    fi
    build -s kernelrelease
    tail -n 1 "$work/said" >"$work/kernel/release"
    rm -rf "$folder.new"
    cp -r "$work/kernel" "$folder.new"
    mv -T "$folder.new" "$folder"
fi
echo "$folder"
