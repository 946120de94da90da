#!/bin/bash
# Prints the folder of a kernel without kexec, network, devtmpfs and modules, built
# from Debian's kernel source with tiny.config: two or three minutes, once for each
# version of the source and of that file.
#
#   tiny-kernel.sh              the one in the cache, else it is built
#   tiny-kernel.sh --refresh    of the newest source
set -euo pipefail
here=$(dirname "$(realpath "$0")")
. "$here/cache.sh"
. "$here/debian.sh"

hold tiny-kernel
mkdir -p "$cache/kernels"
version="$cache/kernels/source-version"
if [ ! -e "$version" ] || [ "${1-}" = --refresh ]; then
    [ "${1-}" != --refresh ] || debian_update afresh
    debian_update
    apt-cache "${debian_options[@]}" -o APT::Default-Release=bookworm-security \
        show --no-all-versions linux-source-6.1 |
        sed -n 's/^Version: //p' | head -n 1 >"$version.new"
    [ -s "$version.new" ] || die "no linux-source-6.1 in Debian's lists"
    mv "$version.new" "$version"
fi

made_of=$( (cat "$version" "$here/tiny.config" "$here/tiny-kernel.sh") | sha256sum | cut -c1-16)
folder="$cache/kernels/tiny-$made_of"
if [ ! -e "$folder/vmlinuz" ]; then
    # Not in the cache: a kernel does not build where a space is in the path.
    work=$(mktemp -d "${TMPDIR:-/var/tmp}/kexec-loader-XXXXXX")
    trap 'rm -rf "$work"' EXIT
    say "building a kernel without kexec (two or three minutes, this once)"
    (cd "$work" && debian_download "linux-source-6.1=$(cat "$version")")
    dpkg-deb --fsys-tarfile "$work"/*.deb |
        tar -x -O --wildcards './usr/src/linux-source-*.tar.xz' | tar -xJ -C "$work"
    source=("$work"/linux-source-*/)
    build() {
        make -C "${source[0]}" "$@" >"$work/said" 2>&1 || {
            tail -n 40 "$work/said" >&2
            die "the kernel does not build"
        }
    }
    build tinyconfig
    cat "$here/tiny.config" >>"${source[0]}/.config"
    build olddefconfig
    grep -v '^#' "$here/tiny.config" | while read -r option; do
        grep -qx "$option" "${source[0]}/.config" || die "$option did not hold"
    done
    build -j"$(nproc)" bzImage
    mkdir "$work/kernel"
    cp "${source[0]}/arch/x86/boot/bzImage" "$work/kernel/vmlinuz"
    build -s kernelrelease
    tail -n 1 "$work/said" >"$work/kernel/release"
    rm -rf "$folder.new"
    cp -r "$work/kernel" "$folder.new"
    mv -T "$folder.new" "$folder"
fi
echo "$folder"
