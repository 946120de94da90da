# Sourced after cache.sh and archive.sh: a machine of Debian's kernel, which makes what a host may
# have no driver for. What it does is in the /init of a tree. maker is the kernel, if set before, by
# its name in kernels.sh.
#
#   put_modules TREE MODULE…       modules with all they need, to be inserted in the order of their
#                                  names, as TREE/modules/NUMBER-FILE
#   run_machine TREE SAID OPTION…  runs the tree until it ends, with these options of QEMU; what
#                                  it says goes to the file SAID
kernel=$("$here/kernels.sh" | sed -n "s/^${maker:-generic-6.12} //p")
base="$kernel/lib/modules/$(cat "$kernel/release")"

# A module's file after the files of all that it needs.
with_needed() {
    sed -n "s|^\([^:]*/$1\.ko[^:]*\): *\(.*\)|\1 \2|p" "$base/modules.dep" |
        tr ' ' '\n' | sed '/^$/d' | tac
}

put_modules() {
    local to="$1/modules" number=100 module file
    shift
    mkdir -p "$to"
    for file in $(for module; do with_needed "$module"; done | awk '!seen[$0]++'); do
        xz -dcf "$base/$file" >"$to/$number-$(basename "$file" .xz)"
        number=$((number + 1))
    done
}

run_machine() {
    local tree=$1 said=$2 initramfs
    shift 2
    initramfs=$(mktemp)
    pack "$tree" >"$initramfs"
    timeout -k 1 300 qemu-system-x86_64 -accel "$("$here/accel.sh")" -cpu max -m 512 \
        -display none -no-reboot -kernel "$kernel/vmlinuz" -initrd "$initramfs" \
        -append 'console=ttyS0 quiet no_timer_check' "$@" \
        -serial stdio -monitor none </dev/null >"$said" || true
    rm "$initramfs"
}
