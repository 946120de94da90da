#!/bin/bash
# Boots the real thing in this terminal: a kernel of Debian's with kexec-loader as its
# /init, the loader's menu, and from there another kernel of Debian's on another disk,
# which says what it was given and switches the machine off.
#
#   run.sh [--accel kvm|tcg] [--help]
#
# Installs the packages that are missing, after naming them; needs Rust.
set -euo pipefail
here=$(dirname "$(realpath "$0")")
. "$here/cache.sh"

accel=''
while [ $# -gt 0 ]; do
    case $1 in
    --accel)
        accel=${2-}
        shift
        ;;
    -h | --help)
        sed -n 's/^# \{0,1\}//;2,/^set/{/^set/d;p}' "$0"
        exit
        ;;
    *) die "what is $1? (--help)" ;;
    esac
    shift
done

"$here/packages.sh"
cargo build --release --locked --manifest-path "$here/../Cargo.toml"
loader="${CARGO_TARGET_DIR:-$here/../target}/release/kexec-loader"
kernels=$("$here/kernels.sh")
kernel() { sed -n "s/^$1 //p" <<<"$kernels"; }
case $accel in
'') accel=$("$here/accel.sh") ;;
kvm | tcg) ;;
*) die "no such accelerator: $accel" ;;
esac

work=$(mktemp -d)
# Quitting in the menu would leave the terminal as the menu has it, without a cursor.
as_before() { [ ! -t 1 ] || printf '\e[m\e[?7h\e[?25h'; }
trap 'rm -rf "$work"; as_before' EXIT
mkdir -p "$work/boot" "$work/debian/boot"
cat >"$work/boot/kexec-loader.cfg" <<END
timeout 10

title Debian $(cat "$(kernel cloud-6.12)/release")
    root LABEL=debian
    kernel /boot/vmlinuz-6.12
    initrd /boot/target.img
    cmdline console=tty0 console=ttyS0

title Debian $(cat "$(kernel cloud-6.1)/release")
    root LABEL=debian
    kernel /boot/vmlinuz-6.1
    initrd /boot/target.img
    cmdline console=tty0 console=ttyS0 quiet

title A kernel that is not there
    root LABEL=debian
    kernel /boot/vmlinuz-7.0
END
echo 'Hello from a ramdisk that kexec-loader found on a disk.' >"$work/greeting"
cp "$(kernel cloud-6.12)/vmlinuz" "$work/debian/boot/vmlinuz-6.12"
cp "$(kernel cloud-6.1)/vmlinuz" "$work/debian/boot/vmlinuz-6.1"
"$here/target.sh" "$work/debian/boot/target.img" x86_64 greeting="$work/greeting"
"$here/disk.sh" "$work/boot.img" ext4 --label KEXECLOADER --from "$work/boot"
"$here/disk.sh" "$work/debian.img" ext4 --label debian --from "$work/debian"
"$here/stage1.sh" "$work/stage1.img" "$loader"

say "
Starting the machine ($accel). Its serial line is this terminal: the arrow keys and
Enter work in the menu. To quit at any time: Ctrl-A, then X.
"
qemu-system-x86_64 -accel "$accel" -cpu max -m 512 -nographic -no-reboot \
    -kernel "$(kernel cloud-6.12)/vmlinuz" -initrd "$work/stage1.img" \
    -append 'console=tty0 console=ttyS0' \
    -drive "if=none,id=boot,format=raw,file=$work/boot.img" -device nvme,drive=boot,serial=boot \
    -drive "if=none,id=debian,format=raw,file=$work/debian.img" -device nvme,drive=debian,serial=debian
