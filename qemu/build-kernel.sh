# shellcheck shell=bash
# To be sourced after cache.sh and debian.sh: builds Linux from Debian's source package, or
# from the tree that KERNEL_SRC names, with configurations on top of tinyconfig.

changes=()

# Which version of the source is used from now on, as a file with that version in it; with
# "--refresh" the newest.
kernel_version() {
    local file="$cache/kernels/source-version"
    mkdir -p "$cache/kernels"
    if [ -n "${KERNEL_SRC-}" ]; then
        file+="-$(realpath "$KERNEL_SRC" | sha256sum | cut -c1-8)"
        { realpath "$KERNEL_SRC" && make -s -C "$KERNEL_SRC" kernelversion; } >"$file"
    elif [ ! -e "$file" ] || [ "${1-}" = --refresh ]; then
        [ "${1-}" != --refresh ] || debian_update afresh
        debian_update
        apt-cache "${debian_options[@]}" -o APT::Default-Release=bookworm-security \
            show --no-all-versions linux-source-6.1 |
            sed -n 's/^Version: //p' | head -n 1 >"$file.$$"
        [ -s "$file.$$" ] || die "no linux-source-6.1 in Debian's lists"
        mv "$file.$$" "$file"
    fi
    echo "$file"
}

# kernel_build FOLDER VERSION CONFIG...: the folder gets vmlinuz, vmlinux (its ELF file),
# config (as short as can be: `make olddefconfig` gives the whole), release (what uname -r
# says) and, if it has modules, lib/modules/RELEASE. Fails when an option that is wanted, or
# wanted off, is not so in the end. LOCALVERSION is what the release ends in; the scripts in
# `changes` change the source first, if it is Debian's.
kernel_build() {
    local folder=$1 version=$2 work source package option change lost=()
    shift 2
    # Not in the cache: a kernel does not build where a space is in the path.
    work=$(mktemp -d "${TMPDIR:-/var/tmp}/kexec-loader-XXXXXX")
    # shellcheck disable=SC2064
    trap "rm -rf '$work'" EXIT
    mkdir "$work/built" "$work/kernel"
    source=${KERNEL_SRC-}
    if [ -z "$source" ]; then
        package="$cache/kernels/linux-source-$(cat "$version").deb"
        if [ ! -e "$package" ]; then
            (cd "$work" && debian_download "linux-source-6.1=$(cat "$version")")
            rm -f "$cache"/kernels/linux-source-*.deb
            mv "$work"/*.deb "$package"
        fi
        dpkg-deb --fsys-tarfile "$package" |
            tar -x -O --wildcards './usr/src/linux-source-*.tar.xz' | tar -xJ -C "$work"
        source=$(echo "$work"/linux-source-*/)
        for change in "${changes[@]}"; do
            sh "$change" "$source"
        done
    fi
    build() {
        PATH=$PATH:/sbin:/usr/sbin KBUILD_BUILD_TIMESTAMP=@0 KBUILD_BUILD_USER=kexec-loader \
            KBUILD_BUILD_HOST=kexec-loader KBUILD_BUILD_VERSION=1 \
            make -C "$source" O="$work/built" LOCALVERSION="${LOCALVERSION-}" "$@" >"$work/said" 2>&1 || {
            tail -n 40 "$work/said" >&2
            die "the kernel does not build"
        }
    }
    build tinyconfig
    cat "$@" >>"$work/built/.config"
    build olddefconfig
    while read -r option; do
        case $option in
        CONFIG_*) grep -qxF "$option" "$work/built/.config" || lost+=("$option") ;;
        '# CONFIG_'*' is not set')
            option=${option#\# }
            ! grep -q "^${option%% *}=" "$work/built/.config" || lost+=("$option")
            ;;
        esac
    done < <(kernel_options "$@")
    held "$source" "${lost[@]}"
    build savedefconfig
    build -j"$(nproc)"
    cp "$work/built/arch/x86/boot/bzImage" "$work/kernel/vmlinuz"
    cp "$work/built/defconfig" "$work/kernel/config"
    objcopy --strip-all "$work/built/vmlinux" "$work/kernel/vmlinux"
    if grep -qx CONFIG_MODULES=y "$work/built/.config"; then
        build modules_install INSTALL_MOD_PATH="$work/kernel" INSTALL_MOD_STRIP=1
        rm -f "$work"/kernel/lib/modules/*/{build,source}
    fi
    build -s kernelrelease
    tail -n 1 "$work/said" >"$work/kernel/release"
    rm -rf "$folder.new"
    cp -r "$work/kernel" "$folder.new"
    mv -T "$folder.new" "$folder"
    rm -rf "$work"
    trap - EXIT
}

# held SOURCE OPTION...: fails if one of the options that did not hold is known to the source
# at all; other trees than Debian's 6.1 may be without some.
held() {
    local source=$1 option name lost=()
    shift
    [ $# -gt 0 ] || return 0
    find "$source" -name 'Kconfig*' -exec \
        sed -n 's/^[[:space:]]*\(menu\)\{0,1\}config \([A-Za-z0-9_]*\)$/CONFIG_\2/p' {} + |
        sort -u >"$work/known"
    for option; do
        name=${option#\# }
        if grep -qxF "${name%%[= ]*}" "$work/known"; then
            lost+=("$option")
        else
            say "this source has no ${name%%[= ]*}"
        fi
    done
    [ ${#lost[@]} -eq 0 ] || die "options that did not hold: $(printf '%s, ' "${lost[@]}")"
}

# The options of configurations; of one that is in several the last counts, as in the build.
kernel_options() {
    sed -n 's/^\(# \)\{0,1\}\(CONFIG_[A-Za-z0-9_]*\)\(=\| is not set$\).*/\2 &/p' "$@" |
        awk '{ name = $1; sub(/^[^ ]+ /, ""); said[name] = $0 } END { for (n in said) print said[n] }'
}
