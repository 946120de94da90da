#!/bin/bash
# Passes every test there is, on a fresh Debian 12 with Rust; the last line is the test
# runner's own summary. Installs the packages that are missing, after naming them.
set -euo pipefail
cd "$(dirname "$(realpath "$0")")/.."

step() { printf '\n== %s\n' "$*"; }
floppy=(--no-default-features --features floppy)
media=(--no-default-features --features media)

step packages and kernels
qemu/packages.sh
qemu/kernels.sh
for kernel in $(qemu/small-kernel.sh --list); do
    qemu/small-kernel.sh "$kernel"
done
for flavour in i486 x86_64 x86_64-efi; do
    floppy/kernel.sh "$flavour"
done
echo "machines run under $(qemu/accel.sh)"

step format
cargo fmt --check

step lints
cargo clippy --locked --all-targets -- -D warnings
cargo clippy --locked --all-targets "${floppy[@]}" -- -D warnings
cargo clippy --locked --all-targets "${media[@]}" -- -D warnings

step the program
for architecture in x86_64 i386; do
    qemu/loader.sh "$architecture" floppy
    qemu/loader.sh "$architecture"
done

step boot media
floppy/build.sh

step fuzz
# What it finds is told, and the tests are passed all the same.
is_fuzzed=yes
bash tests/fuzz/run.sh 5 || is_fuzzed=no

step tests
if cargo nextest --version >/dev/null 2>&1; then
    cargo nextest run --locked --no-fail-fast --config-file tests/nextest.toml
else
    cargo test --locked --no-fail-fast -- --show-output
fi
[ $is_fuzzed = yes ]
