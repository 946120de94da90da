#!/bin/bash
# Prints a folder of keymaps for the boot media, made from Debian's: a file for each line of
# keymaps.list, in the text that src/keymap/mod.rs describes, half a kilobyte each.
#
#   keymaps.sh              the one in the cache, else it is made
#   keymaps.sh NAME FILE    a keymap as text on standard output: FILE is one for loadkeys, or
#                           one of Debian's as in qwerty/us; NAME is told in its first line
#
# What is in them: the keys that type letters, digits and signs, alone, with Shift, with AltGr and
# with Control. All others stay as the kernel has them. A table for AltGr and Shift together is
# left out: the kernel has none, and one that had not all keys would keep Shift from coming up.
#
# Debian's keymaps are in the package console-data, and loadkeys in kbd; both are unpacked into
# the cache and not installed.
set -euo pipefail
here=$(dirname "$(realpath "$0")")
. "$here/../qemu/cache.sh"
export LC_ALL=C

loadkeys=$("$here/../qemu/program.sh" kbd bin/loadkeys)

# text NAME FILE: a keymap of loadkeys' as text.
text() {
    local name=$1 file=$2
    [ -e "$file" ] ||
        file=$("$here/../qemu/program.sh" console-data "usr/share/keymaps/i386/$file.kmap.gz")
    "$loadkeys" -q -u -b "$file" | od -An -v -tu1 -w1 | awk -v name="$name" -v from="${2##*/}" '
        { byte[NR - 1] = $1 + 0 }

        # A value that the kernel gives a key: a kind and which one, or a letter of Unicode.
        function value_of(table, key, at) {
            at = start[table] + 2 * key
            return byte[at] + 256 * byte[at + 1]
        }

        function utf8(number) {
            if (number < 128)
                return sprintf("%c", number)
            if (number < 2048)
                return sprintf("%c%c", 192 + int(number / 64), 128 + number % 64)
            return sprintf("%c%c%c", 224 + int(number / 4096), 128 + int(number / 64) % 64, \
                128 + number % 64)
        }

        # The letter of Unicode that a value is: the kernel inverts four bits of it.
        function unicode(value) { return (15 - int(value / 4096)) * 4096 + value % 4096 }

        # A value that no letter stands for.
        function apart(value) {
            return value < 4096 ? sprintf("0x%x", value) : sprintf("U+%x", unicode(value))
        }

        # Whether Caps Lock changes a letter in a row of letters.
        function is_cased(number) {
            return number >= 192 && number < 255 && number != 215 && number != 223 && number != 247
        }

        # What stands for a value in a row of letters; nothing if it has to be said apart.
        function letter(value, table, kind, code) {
            kind = int(value / 256)
            code = value % 256
            if (value == 512)
                return " "
            if (kind == 11)
                return table == 4 || code > 127 && !is_cased(code) ? "" : utf8(code)
            if (kind == 0 && table == 4 && (code < 32 || code == 127))
                return sprintf("%c", code == 127 ? 63 : code > 0 && code < 27 ? \
                    code + 96 : code + 64)
            if (kind > 14)
                code = unicode(value)
            else if (kind > 0)
                return ""
            if (code < 33 || code > 126 && code < 161 || is_cased(code) ||
                table == 4 && code > 62)
                return ""
            return utf8(code)
        }

        function row(table, first, last, key, text, one, others) {
            text = others = ""
            for (key = first; key <= last; key++) {
                one = letter(value_of(table, key), table)
                if (one == "") {
                    others = others sprintf("%d %d %s\n", table, key, apart(value_of(table, key)))
                    one = " "
                }
                text = text one
            }
            if (text ~ /[^ ]/)
                printf "%d %d \"%s\"\n", table, first, text
            printf "%s", others
        }

        END {
            at = 263
            for (table = 0; table < 256; table++)
                if (byte[7 + table]) {
                    start[table] = at
                    at += 256
                }
            printf "# %s, from %s\n", name, from
            for (table = 0; table <= 4; table++)
                if (table != 3 && table in start) {
                    row(table, 2, 13)
                    row(table, 16, 27)
                    row(table, 30, 41)
                    row(table, 43, 53)
                    row(table, 86, 86)
                    row(table, 89, 89)
                }
        }'
}

if [ $# -gt 0 ]; then
    [ $# = 2 ] || die "which name, and which keymap? (see the head of this file)"
    text "$1" "$2"
    exit
fi
folder="$cache/keymaps-$(key "$0" "$here/keymaps.list" "$loadkeys")"
hold keymaps
if [ ! -d "$folder" ]; then
    work=$(mktemp -d "$cache/.new-XXXXXX")
    trap 'rm -rf "$work"' EXIT
    while IFS='|' read -r name file what; do
        name=${name// /}
        case $name in '' | '#'*) continue ;; esac
        text "${what# }" "${file// /}" >"$work/$name"
    done <"$here/keymaps.list"
    chmod -R a+rX "$work"
    mv -T "$work" "$folder"
    trap - EXIT
fi
echo "$folder"
