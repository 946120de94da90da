#!/bin/sh
# tests/fuzz/run.sh [SECONDS] [TARGET…]: builds the fuzz targets and runs each so long (10 s),
# as many at once as there are processors.
#
# Does what cargo-fuzz does with `-s none`, on the stable toolchain: the flags below make rustc
# count the branches and comparisons that libFuzzer steers by. Needs g++, for libFuzzer. A crash
# is left in tests/fuzz/artifacts/TARGET, beside the log; give that file to the built target to
# see it again.
set -eu
cd "$(dirname "$0")"

command -v g++ >/dev/null || {
    echo "g++ is missing: install the package g++" >&2
    exit 1
}

seconds=${1:-10}
[ $# -gt 0 ] && shift
[ $# -gt 0 ] || set -- $(sed -n 's/^name = "\(.*\)"$/\1/p' Cargo.toml | tail -n +2)

host=$(rustc -vV | sed -n 's/^host: //p')
built=${CARGO_TARGET_DIR:-target}

# With --target, build scripts and macros are not instrumented.
RUSTFLAGS="${RUSTFLAGS:-} --cfg fuzzing
    -Cpasses=sancov-module
    -Cllvm-args=-sanitizer-coverage-level=4
    -Cllvm-args=-sanitizer-coverage-inline-8bit-counters
    -Cllvm-args=-sanitizer-coverage-pc-table
    -Cllvm-args=-sanitizer-coverage-trace-compares
    -Ccodegen-units=1"
export RUSTFLAGS
cargo build --quiet --locked --release --target "$host" --bins

# The value profile finds a compared number in half a minute that is else not found in one.
printf '%s\n' "$@" | xargs -P "$(nproc)" -I TARGET sh -c '
    mkdir -p "corpus/TARGET" "artifacts/TARGET"
    seeds=seeds/TARGET
    [ -d "$seeds" ] || seeds=
    log=artifacts/TARGET/log
    if "$0/TARGET" -max_len=4096 -use_value_profile=1 \
        -max_total_time="$1" -timeout=10 -rss_limit_mb=2048 \
        -print_final_stats=1 -verbosity=0 \
        -artifact_prefix="artifacts/TARGET/" "corpus/TARGET" $seeds >"$log" 2>&1
    then
        runs=$(sed -n "s/^stat::number_of_executed_units: *//p" "$log")
        echo "fuzz: TARGET, $1 s, $runs runs"
    else
        cat "$log"
        echo "fuzz: TARGET failed; see tests/fuzz/artifacts/TARGET"
        exit 1
    fi
' "$built/$host/release" "$seconds"
