#!/bin/bash
# Builds the loader for an architecture and prints the file's path.
#
#   loader.sh x86_64|i386 [full|floppy|media] [OPTION...]    the options go to cargo
#
# The 32-bit loader is for the 486 and all after it (.cargo/config.toml). It needs Rust's
# core for that target: `rustup target add i586-unknown-linux-gnu` brings it, or it is
# built from source by Debian 12's own compiler (rustc-web and rust-web-src, which
# packages.sh installs where the target is missing).
#
# CARGO_TARGET_DIR names another folder to build in.
set -euo pipefail
cd "$(dirname "$(realpath "$0")")/.."
die() {
    printf '%s\n' "${0##*/}: $*" >&2
    exit 1
}

options=(build --locked --release --quiet --bin kexec-loader)
target="${CARGO_TARGET_DIR:-$PWD/target}"
case ${2-full} in
full) ;;
floppy | media)
    options+=(--no-default-features --features "$2")
    # The other profiles' files stay where they are, and so do the boot media, in target/media.
    target+=/${2/media/media-loader}
    ;;
*) die "no such profile: $2" ;;
esac
case ${1-} in
x86_64) built=$target/release ;;
i386)
    triple=i586-unknown-linux-gnu
    built=$target/$triple/release
    options+=(--target "$triple")
    core=$(rustc --print target-libdir --target "$triple" 2>/dev/null || true)
    if ! compgen -G "$core/libcore-*.rlib" >/dev/null; then
        debian=/usr/bin/rustc
        source=/usr/lib/rustlib/src/rust/library/core
        [ -x "$debian" ] || die "Rust has no core for $triple: rustup target add $triple"
        [ -e "$source" ] || die "no $source (package rust-web-src)"
        # Cargo needs leave for what is not stable, and the compiler that goes with the source.
        export RUSTC=$debian RUSTC_BOOTSTRAP=1
        options+=(-Zbuild-std=core -Zbuild-std-features=optimize_for_size)
    fi
    ;;
*) die "for which architecture: x86_64 or i386?" ;;
esac
cargo "${options[@]}" --target-dir "$target" "${@:3}" >&2
echo "$built/kexec-loader"
