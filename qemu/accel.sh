#!/bin/bash
# Prints how QEMU is to run its machines here: kvm, or tcg (software emulation).
# A /dev/kvm that can be opened proves nothing, for there are hosts where it then
# hangs its guests: so a kernel is started under it, once each time this computer
# is booted, and has to come as far as missing its root file system.
set -euo pipefail
here=$(dirname "$(realpath "$0")")
. "$here/cache.sh"

starts_under_kvm() {
    [ -w /dev/kvm ] || return 1
    say "trying whether a machine starts under KVM (at most 20 s)"
    timeout -k 1 20 qemu-system-x86_64 -accel kvm -cpu max -m 256 -display none -no-reboot \
        -kernel "$("$here/kernels.sh" | sed -n 's/^cloud-6.12 //p')/vmlinuz" \
        -append 'console=ttyS0 panic=-1' -serial stdio -monitor none </dev/null 2>/dev/null |
        grep 'Unable to mount root fs' >/dev/null
}

hold accel
now=$(cat /proc/sys/kernel/random/boot_id)
verdict=$(sed -n "s/^$now //p" "$cache/accel" 2>/dev/null || true)
if [ -z "$verdict" ]; then
    verdict=tcg
    ! starts_under_kvm || verdict=kvm
    echo "$now $verdict" >"$cache/accel"
fi
echo "$verdict"
