# shellcheck shell=bash
# To be sourced: packs a folder as an initramfs that comes out the same, byte for
# byte, whenever and by whomever it is made (sorted, time 0, owner 0).

# pack FOLDER: the folder as a cpio archive, on standard output.
pack() {
    find "$1" -exec touch -hd @0 {} +
    (cd "$1" && find . -mindepth 1 -printf '%P\0' | LC_ALL=C sort -z |
        cpio --null --create --quiet --format=newc --reproducible --owner=0:0)
}

# compress: what the kernel can unpack of xz.
compress() { xz --check=crc32 --x86 --lzma2=dict=1MiB --stdout; }

# put FOLDER DEST=SOURCE...: copies files into the folder under the names they get.
put() {
    local folder=$1 pair
    shift
    for pair; do
        mkdir -p "$folder/$(dirname "${pair%%=*}")"
        cp --preserve=mode "${pair#*=}" "$folder/${pair%%=*}"
    done
}
