# shellcheck shell=bash
# To be sourced after cache.sh, archive.sh and modules.sh: one function for each medium.

# Where Debian's packages syslinux-common, isolinux and pxelinux have their files.
bios=/usr/lib/syslinux/modules/bios
# What a volume is known by where nobody chose; so that it is the same each time.
volume_id=4b584c44
# What the kernel is started with.
cmdline='console=ttyS0,115200 console=tty0'
# Modules that find the disk a machine was started from, and read it.
boot_disk_modules=(ahci ata_piix ata_generic sr_mod isofs nvme virtio_pci virtio_blk mmc_block
    sdhci_pci)

# initramfs FILE LOADER [MODULE...]: the loader as /init, with modules in /modules; and with other
# files, as PATH=FILE.
initramfs() {
    local out=$1 loader=$2 file
    local files=()
    shift 2
    for file; do
        case $file in
        *=*) files+=("$file") ;;
        *) files+=("modules/${file##*/}=$file") ;;
        esac
    done
    "$here/../qemu/stage1.sh" "$out" "$loader" "${files[@]}"
}

# common_files FOLDER ARCH KERNEL: what is on every medium.
common_files() {
    local folder=$1 arch=$2 kernel=$3 release
    release=$(cat "$kernel/release")
    mkdir -p "$folder/modules"
    cp "$kernel/vmlinuz" "$folder/vmlinuz"
    {
        printf '# Linux %s (%s). The whole of it: cp linux.cfg .config; make olddefconfig\n' \
            "$release" "$arch"
        cat "$kernel/config"
    } >"$folder/linux.cfg"
    # The texts' lines end as any editor can show them.
    sed "s/@RELEASE@/$release/; s/@ARCH@/$arch/; s/\$/\r/" "$here/files/README.TXT" \
        >"$folder/README.TXT"
    sed "s/\$/\r/" "$here/files/kexec-loader.cfg" >"$folder/kexec-loader.cfg"
    sed "s/@CMDLINE@/$cmdline/; s/\$/\r/" "$here/files/syslinux.cfg" >"$folder/syslinux.cfg"
    printf '%s\n' "$release" >"$folder/modules/release"
}

# fat_put IMAGE FOLDER: copies what is in a folder to a FAT file system, in order of names.
fat_put() {
    local image=$1 folder=$2 path
    (cd "$folder" && find . -mindepth 1 -printf '%P\n' | sort) | while read -r path; do
        if [ -d "$folder/$path" ]; then
            mmd -i "$image" "::$path"
        else
            touch -d "@$SOURCE_DATE_EPOCH" "$folder/$path"
            mcopy -m -i "$image" "$folder/$path" "::$path"
        fi
    done
}

# fat_make IMAGE LABEL [OPTION...]: an empty FAT file system, the same each time.
fat_make() {
    local image=$1 label=$2
    shift 2
    mkfs.fat --invariant -n "$label" -i "$volume_id" "$@" "$image" >/dev/null
}

# fat_left IMAGE: bytes that are left.
fat_left() {
    mdir -i "$1" :: | tail -n 2 | tr -d ' ' | sed -n 's/\([0-9]*\)bytesfree/\1/p'
}

# clusters: the bytes that files take on a floppy, of their sizes.
clusters() { awk '{ sum += int(($1 + 511) / 512) * 512 } END { print sum + 0 }'; }

# floppy_image FILE KIB PARTS SPARE ARCHIVE...: a floppy that syslinux starts, with the modules
# of these archives as far as they fit and SPARE bytes are left.
floppy_image() {
    local image=$1 kib=$2 parts=$3 spare=$4 archive left
    local more="$parts/more"
    shift 4
    rm -f "$image"
    truncate -s "${kib}K" "$image"
    fat_make "$image" KEXECLOADER -F 12
    syslinux --install "$image"
    touch -d "@$SOURCE_DATE_EPOCH" "$parts/initrd.xz"
    fat_put "$image" "$parts/files"
    mcopy -m -i "$image" "$parts/initrd.xz" ::initrd.xz
    left=$(fat_left "$image")
    rm -rf "$parts/modules" && mkdir "$parts/modules"
    for archive; do
        [ -e "$parts/archives/$archive.tar" ] || continue
        rm -rf "$more" && cp -r "$parts/modules" "$more"
        tar -xf "$parts/archives/$archive.tar" -C "$more"
        if [ $(($(stat -c %s "$more"/* | clusters) + spare)) -le "$left" ]; then
            rm -rf "$parts/modules" && mv "$more" "$parts/modules"
        fi
    done
    find "$parts/modules" -exec touch -d "@$SOURCE_DATE_EPOCH" {} +
    find "$parts/modules" -type f | sort | xargs -r -I FILE mcopy -m -i "$image" FILE ::modules
}

# module_floppies PREFIX ARCHIVES KERNEL: as many floppies as all modules need; each has all that
# its modules need. Those that look for themselves on an ISA bus are left out, for all modules of
# a floppy are inserted.
module_floppies() {
    local prefix=$1 archives=$2 kernel=$3 name number=0 now=() room=1400000
    local next="$work/floppy-next"
    for name in $(archive_names "$archives") ''; do
        [ "$name" != isa ] || continue
        rm -rf "$next" && mkdir "$next"
        for archive in "${now[@]}" $name; do
            tar -xf "$archives/$archive.tar" -C "$next"
        done
        if [ -n "$name" ] && [ "$(stat -c %s "$next"/* | clusters)" -le "$room" ]; then
            now+=("$name")
            continue
        fi
        number=$((number + 1))
        module_floppy "$prefix-$number.img" "KXLMODULES$number" "$archives" "$kernel" "${now[@]}"
        now=("$name")
    done
}

# module_floppy FILE LABEL ARCHIVES KERNEL NAME...
module_floppy() {
    local image=$1 label=$2 archives=$3 kernel=$4 name
    local tree="$work/floppy-tree"
    shift 4
    rm -rf "$tree" && mkdir -p "$tree/modules"
    {
        head -n 2 "$archives/INDEX.TXT"
        for name; do
            grep "^$name\.tar " "$archives/INDEX.TXT"
            tar -xf "$archives/$name.tar" -C "$tree/modules"
        done
    } >"$tree/INDEX.TXT"
    cp "$kernel/release" "$tree/modules/release"
    rm -f "$image"
    truncate -s 1440K "$image"
    # One of another kernel is another volume.
    volume_id=$(cat "$kernel/release" - <<<"$label" | sha256sum | cut -c1-8) \
        fat_make "$image" "$label" -F 12
    fat_put "$image" "$tree"
}

# floppy_table IMAGE: who uses which bytes, and how many are left.
floppy_table() {
    printf '\n%s, in bytes\n' "${1##*/}"
    mdir -i "$1" -/ -b :: | while read -r path; do
        case $path in */) continue ;; esac
        printf '%9d  %s\n' "$(mtype -i "$1" "$path" | wc -c)" "${path#::/}"
    done
    printf '%9d  left\n' "$(fat_left "$1")"
}

# within_budget IMAGE ARCH INITRAMFS: fails if the floppy has less left for modules, or the
# loader takes more, than tests/budgets.txt says.
within_budget() {
    local image=$1 arch=$2 initramfs=$3 left modules size
    modules=$(for path in $(mdir -i "$image" -b ::modules | grep '\.ko'); do
        mtype -i "$image" "$path" | wc -c
    done | clusters)
    left=$(($(fat_left "$image") + modules))
    size=$(stat -c %s "$initramfs")
    say "${image##*/}: $left bytes are left for modules, of which $modules are taken (at least \
$(budget "media.$arch.left")); the loader has $size (at most $(budget "media.$arch.initramfs"))"
    [ "$left" -ge "$(budget "media.$arch.left")" ] || die "${image##*/} has too few bytes left"
    [ "$size" -le "$(budget "media.$arch.initramfs")" ] || die "the initramfs is too large"
}

budget() { sed -n "s/^$1  *//p" "$here/../tests/budgets.txt"; }

# efi_program FILE KERNEL INITRAMFS: a unified kernel image, which any 64-bit EFI starts.
efi_program() {
    local out=$1 kernel=$2 initramfs=$3 stub address section file
    stub=$("$here/../qemu/program.sh" systemd-boot-efi usr/lib/systemd/boot/efi/linuxx64.efi.stub)
    printf 'ID=kexec-loader\nPRETTY_NAME="kexec-loader"\n' >"$work/osrel"
    printf '%s' "$cmdline" >"$work/cmdline"
    local options=()
    # Behind the stub's own sections, each where the one before it ends.
    address=$((0x30000))
    for section in osrel cmdline initrd linux; do
        file="$work/$section"
        [ "$section" != initrd ] || file=$initramfs
        [ "$section" != linux ] || file=$kernel/vmlinuz
        options+=(--add-section ".$section=$file" --change-section-vma ".$section=$address")
        address=$((address + ($(stat -c %s "$file") + 4095) / 4096 * 4096))
    done
    objcopy --preserve-dates "${options[@]}" "$stub" "$out"
}

# roomy_tree FOLDER PARTS KERNEL: what is on a medium with room, every module among it.
roomy_tree() {
    local tree=$1 parts=$2 kernel=$3 modules
    rm -rf "$tree" && cp -r "$parts/roomy-files" "$tree"
    {
        printf '\r\nA line "keymap de" in kexec-loader.cfg is for a German keyboard. There are also:\r\n'
        sed -n 's/^\([a-z-]*\) *|[^|]*| /\1 /p' "$here/keymaps.list" | sed 's/$/\r/'
    } >>"$tree/README.TXT"
    cp "$parts/roomy-initrd.xz" "$tree/initrd.xz"
    mapfile -t modules < <(every_module "$kernel")
    cp "${modules[@]}" "$tree/modules/"
    cp -r "$parts/roomy-archives" "$tree/archives"
}

# iso_image FILE PARTS KERNEL EFI: a CD that BIOSes and, if there is that file, EFIs start, and
# sticks it is written to.
iso_image() {
    local image=$1 parts=$2 kernel=$3 efi=$4
    local tree="$parts/iso"
    local options=()
    roomy_tree "$tree" "$parts" "$kernel"
    mkdir "$tree/isolinux" && mv "$tree/syslinux.cfg" "$tree/isolinux/isolinux.cfg"
    cp /usr/lib/ISOLINUX/isolinux.bin "$bios/ldlinux.c32" "$tree/isolinux/"
    if [ -e "$efi" ]; then
        mkdir -p "$parts/esp/EFI/BOOT"
        cp "$efi" "$parts/esp/EFI/BOOT/BOOTX64.EFI"
        truncate -s $((($(stat -c %s "$efi") + 262144) / 16384 * 16384)) "$tree/isolinux/efi.img"
        fat_make "$tree/isolinux/efi.img" KXL-EFI -F 12
        fat_put "$tree/isolinux/efi.img" "$parts/esp"
        options=(-eltorito-alt-boot -e isolinux/efi.img -no-emul-boot -isohybrid-gpt-basdat)
    fi
    find "$tree" -exec touch -hd "@$SOURCE_DATE_EPOCH" {} +
    rm -f "$image"
    xorriso -as mkisofs -quiet -o "$image" -V KEXECLOADER -J -r \
        -b isolinux/isolinux.bin -c isolinux/boot.cat -no-emul-boot -boot-load-size 4 \
        -boot-info-table -isohybrid-mbr /usr/lib/ISOLINUX/isohdpfx.bin "${options[@]}" \
        --modification-date="$(date -u -d "@$SOURCE_DATE_EPOCH" +%Y%m%d%H%M%S00)" "$tree"
}

# stick_image FILE PARTS KERNEL EFI: a disk with one FAT partition, which BIOSes and, if there is
# that file, EFIs start.
stick_image() {
    local image=$1 parts=$2 kernel=$3 efi=$4 sectors=63488 first=2048
    local tree="$parts/stick"
    roomy_tree "$tree" "$parts" "$kernel"
    if [ -e "$efi" ]; then
        mkdir -p "$tree/EFI/BOOT"
        cp "$efi" "$tree/EFI/BOOT/BOOTX64.EFI"
    fi
    rm -f "$image" "$image.part"
    truncate -s $((sectors * 512)) "$image.part"
    fat_make "$image.part" KEXECLOADER -F 16 -h "$first"
    syslinux --install "$image.part"
    fat_put "$image.part" "$tree"
    truncate -s $(((first + sectors) * 512)) "$image"
    printf 'label: dos\nlabel-id: 0x%s\nstart=%d, size=%d, type=6, bootable\n' \
        "$volume_id" "$first" "$sectors" | sfdisk -q "$image"
    dd if=/usr/lib/syslinux/mbr/mbr.bin of="$image" bs=440 count=1 conv=notrunc status=none
    dd if="$image.part" of="$image" bs=512 seek="$first" conv=notrunc,sparse status=none
    rm "$image.part"
}

# pxe_folder FILE PARTS EFI: what a TFTP server gives, every module in the initramfs.
pxe_folder() {
    local file=$1 parts=$2 efi=$3
    local tree="$parts/pxe"
    rm -rf "$tree" && mkdir -p "$tree/pxelinux.cfg"
    cp "$parts/roomy-files/vmlinuz" "$parts/roomy-files/linux.cfg" \
        "$parts/roomy-files/README.TXT" "$tree/"
    cp "$parts/pxe-initrd.xz" "$tree/initrd.xz"
    cp /usr/lib/PXELINUX/pxelinux.0 "$bios/ldlinux.c32" "$tree/"
    cp "$parts/roomy-files/syslinux.cfg" "$tree/pxelinux.cfg/default"
    [ ! -e "$efi" ] || cp "$efi" "$tree/kexec-loader.efi"
    same_tar -cf "$file" -C "$tree" .
}
