# shellcheck shell=bash
# To be sourced after cache.sh: the modules of a kernel, and the archives made of them.

# module_files KERNEL NAME...: the files of the modules named and of all they need, in the
# order of their paths. A name may have a *; what the kernel has not is passed over.
module_files() {
    local kernel=$1 release base
    shift
    release=$(cat "$kernel/release")
    base="$kernel/lib/modules/$release"
    printf '%s\n' "$@" | tr - _ | awk -v base="$base" '
        function stem(path) {
            sub(/.*\//, "", path)
            sub(/\.ko.*/, "", path)
            gsub(/-/, "_", path)
            return path
        }
        NR == FNR {
            gsub(/\*/, "[a-z0-9_]*")
            wanted[$0]
            next
        }
        {
            file = $1
            sub(/:$/, "", file)
            for (name in wanted)
                if (stem(file) ~ "^" name "$")
                    for (i = 1; i <= NF; i++) {
                        sub(/:$/, "", $i)
                        print base "/" $i
                    }
        }' - "$base/modules.dep" | LC_ALL=C sort -u
}

# tar that comes out the same, byte for byte, whenever and by whomever it is made.
same_tar() {
    tar --sort=name --mtime=@0 --owner=0 --group=0 --numeric-owner --mode=a+rX,u+w,go-w \
        --format=ustar "$@"
}

# module_archives KERNEL FOLDER: one archive for each line of modules.list, if the kernel has
# any of its modules, and INDEX.TXT, which says what is in which.
module_archives() {
    local kernel=$1 folder=$2 name what names files file work
    work=$(mktemp -d)
    mkdir -p "$folder"
    printf 'Modules for Linux %s\r\n\r\n' "$(cat "$kernel/release")" >"$folder/INDEX.TXT"
    while IFS='|' read -r name what names; do
        name=${name// /}
        case $name in '' | '#'*) continue ;; esac
        # shellcheck disable=SC2086
        set -f && files=$(module_files "$kernel" $names) && set +f
        [ -n "$files" ] || continue
        rm -rf "$work/modules" && mkdir "$work/modules"
        for file in $files; do
            cp "$file" "$work/modules"
        done
        same_tar -b1 -cf "$folder/$name.tar" -C "$work/modules" .
        what="${what# }"
        printf '%-13s %7d  %s\r\n' "$name.tar" "$(stat -c %s "$folder/$name.tar")" \
            "${what% }" >>"$folder/INDEX.TXT"
    done <"$(dirname "${BASH_SOURCE[0]}")/modules.list"
    rm -rf "$work"
}

# archive_names FOLDER: their names, in the order of the index.
archive_names() { sed -n 's/^\([^ ]*\)\.tar .*/\1/p' "$1/INDEX.TXT"; }

# every_module KERNEL: the files of all modules but those that look for themselves on an ISA bus.
every_module() {
    local kernel=$1 isa
    isa=$(sed -n 's/^isa *|[^|]*| *//p' "$(dirname "${BASH_SOURCE[0]}")/modules.list")
    # shellcheck disable=SC2086
    comm -23 <(module_files "$kernel" '*') \
        <(module_files "$kernel" $isa | grep -E "/($(echo $isa | tr ' ' '|'))\.ko")
}
