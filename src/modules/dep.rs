//! What modules need, as the files say that depmod writes beside them.
//!
//! Given lines of `modules.dep` and `modules.softdep`, gives paths and names. Nothing in them is
//! trusted: they are only cut.
//!
//! Sources: modules.dep(5), modprobe.d(5).

use super::{name_of, same};
use crate::text::{self, Lines, cut, cut_word, last_piece, trim};

/// Bytes of a file that are read line by line.
const MOST: usize = 32 << 20;

/// Gives each line of a file to `act`, without its line feed. The file is read through a window;
/// lines that are longer than it are passed over, and so is what lies behind 32 MiB.
///
/// `read` reads on, and says how many bytes came: 0 at the end.
#[inline(never)]
pub fn each_line(
    read: &mut dyn FnMut(&mut [u8]) -> usize,
    window: &mut [u8],
    act: &mut dyn FnMut(&[u8]),
) {
    let (mut kept, mut all) = (0_usize, 0_usize);
    let mut is_long = false;
    loop {
        let room = window.get_mut(kept..).unwrap_or_default();
        let count = read(room).min(room.len());
        all = all.saturating_add(count);
        let end = kept.wrapping_add(count);
        let mut rest = text::part(window, 0, end);
        while rest.contains(&b'\n') {
            let line = cut(&mut rest, b'\n');
            if !is_long {
                act(line);
            }
            is_long = false;
        }
        if count == 0 || all > MOST {
            if !is_long && !rest.is_empty() {
                act(rest);
            }
            return;
        }
        kept = rest.len();
        is_long |= kept == window.len();
        if is_long {
            kept = 0;
        }
        let start = end.wrapping_sub(kept);
        for nth in 0..kept {
            let byte = window.get(start.wrapping_add(nth)).copied();
            if let (Some(byte), Some(place)) = (byte, window.get_mut(nth)) {
                *place = byte;
            }
        }
    }
}

/// The path of a line of `modules.dep`, and the paths of all that it needs, with blanks between
/// them: the last of them goes in first.
#[inline(never)]
#[must_use]
pub fn read_line(line: &[u8]) -> (&[u8], &[u8]) {
    let mut needs = line;
    let path = trim(cut(&mut needs, b':'));
    (path, trim(needs))
}

/// The name of the module in the file at a path.
#[inline(never)]
#[must_use]
pub fn name_at(path: &[u8]) -> &[u8] {
    name_of(last_piece(path, b'/'))
}

/// Takes the last word off `rest`, and the blanks before it.
#[inline(never)]
pub fn cut_last_word<'t>(rest: &mut &'t [u8]) -> &'t [u8] {
    let word = last_piece(trim(rest), b' ');
    let length = trim(rest).len().wrapping_sub(word.len());
    *rest = trim(text::part(trim(rest), 0, length));
    word
}

/// Gives the names in `pre: NAME… post: NAME…` to `act`, and whether they come after the module.
/// Words before both are no names.
#[inline(never)]
pub fn each_soft(words: &[u8], act: &mut dyn FnMut(&[u8], bool)) {
    let mut rest = words;
    let mut is_post = None;
    while !rest.is_empty() {
        match cut_word(&mut rest) {
            b"pre:" => is_post = Some(false),
            b"post:" => is_post = Some(true),
            word => {
                if let Some(is_post) = is_post {
                    act(word, is_post);
                }
            }
        }
    }
}

/// The same for what all lines `softdep MODULE …` of a text say of a module.
#[inline(never)]
pub fn each_soft_of(text: &[u8], name: &[u8], act: &mut dyn FnMut(&[u8], bool)) {
    let mut lines = Lines::new(text);
    while lines.advance() {
        let mut words = lines.line.value;
        if text::same(lines.line.word, b"softdep") && same(cut_word(&mut words), name) {
            each_soft(words, act);
        }
    }
}

/// Whether a line `blacklist MODULE` of a text names a module.
#[inline(never)]
#[must_use]
pub fn is_blacklisted(text: &[u8], name: &[u8]) -> bool {
    let mut lines = Lines::new(text);
    while lines.advance() {
        let mut words = lines.line.value;
        if text::same(lines.line.word, b"blacklist") && same(cut_word(&mut words), name) {
            return true;
        }
    }
    false
}

#[cfg(test)]
mod tests {
    use super::{
        cut_last_word, each_line, each_soft, each_soft_of, is_blacklisted, name_at, read_line,
    };

    /// The lines of a text that comes in pieces of a size, through a window of a size.
    fn lines(text: &str, piece: usize, window: usize) -> Vec<String> {
        let mut rest = text.as_bytes();
        let mut read = |into: &mut [u8]| {
            let count = rest.len().min(piece).min(into.len());
            into[..count].copy_from_slice(&rest[..count]);
            rest = &rest[count..];
            count
        };
        let mut found = vec![];
        each_line(&mut read, &mut vec![0; window], &mut |line| {
            found.push(String::from_utf8(line.to_vec()).unwrap());
        });
        found
    }

    #[test]
    fn lines_through_a_window() {
        for (text, window, want) in [
            ("", 8, &[][..]),
            ("a\nbc\n", 8, &["a", "bc"]),
            ("a\n\nbc", 8, &["a", "", "bc"]),
            ("1234567\nabc\n", 8, &["1234567", "abc"]),
            ("12345678\nabc\n", 8, &["abc"]),
            ("1234567890123456789\nabc\n", 8, &["abc"]),
            ("a\n1234567890", 8, &["a"]),
            ("a\n12345678901234567890\nb", 8, &["a", "b"]),
            ("a\nb\n", 0, &[]),
            // A window of one byte is full with any.
            ("a\n\nb\n", 1, &[""]),
        ] {
            for piece in 1..10 {
                let got = lines(text, piece, window);
                assert_eq!(got, want, "{text:?} {window} {piece}");
            }
        }
    }

    #[test]
    fn files_that_are_read_without_end() {
        let mut count: usize = 0;
        let mut read = |into: &mut [u8]| {
            into.fill(b'\n');
            into.get_mut(..1023).unwrap().fill(b'x');
            into.len()
        };
        each_line(&mut read, &mut [0; 1024], &mut |_| count += 1);
        assert_eq!(count, (32 << 10) + 1);
    }

    #[test]
    fn needs() {
        for (line, path, name, order) in [
            (
                "kernel/drivers/scsi/sd_mod.ko.xz: kernel/drivers/scsi/scsi_mod.ko.xz \
                 kernel/drivers/scsi/scsi_common.ko.xz",
                "kernel/drivers/scsi/sd_mod.ko.xz",
                "sd_mod",
                "scsi_common scsi_mod",
            ),
            (
                "kernel/arch/x86/events/rapl.ko.xz:",
                "kernel/arch/x86/events/rapl.ko.xz",
                "rapl",
                "",
            ),
            ("a.ko:  b.ko   c.ko\r", "a.ko", "a", "c b"),
            ("a.ko", "a.ko", "a", ""),
            ("", "", "", ""),
            (": b.ko", "", "", "b"),
            ("# a comment", "# a comment", "", ""),
        ] {
            let (got, mut needs) = read_line(line.as_bytes());
            assert_eq!(
                (got, name_at(got)),
                (path.as_bytes(), name.as_bytes()),
                "{line:?}"
            );
            let mut names = vec![];
            while !needs.is_empty() {
                names.push(String::from_utf8_lossy(name_at(cut_last_word(&mut needs))));
            }
            assert_eq!(names.join(" "), order, "{line:?}");
        }
    }

    fn soft(words: &str) -> String {
        let mut found = vec![];
        each_soft(words.as_bytes(), &mut |name, is_post| {
            let mark = if is_post { ">" } else { "<" };
            found.push(format!("{mark}{}", String::from_utf8_lossy(name)));
        });
        found.join(" ")
    }

    #[test]
    fn soft_needs() {
        for (words, want) in [
            ("pre: crypto-crc32c", "<crypto-crc32c"),
            ("pre: a b post: c", "<a <b >c"),
            ("post: c pre: a", ">c <a"),
            ("gcm", ""),
            ("pre:", ""),
            ("pre:a", ""),
            ("", ""),
        ] {
            assert_eq!(soft(words), want, "{words:?}");
        }
        let text = b"# x\nsoftdep ext4 pre: crc32c\nsoftdep ext3 pre: x\nsoftdep EXT4 post: y\n";
        let mut found = vec![];
        each_soft_of(text, b"ext4", &mut |name, is_post| {
            found.push((String::from_utf8_lossy(name).into_owned(), is_post));
        });
        assert_eq!(found, [("crc32c".into(), false), ("y".into(), true)]);
    }

    #[test]
    fn blacklists() {
        let text = b"blacklist pcspkr\noptions floppy x=1\nBlacklist snd-hda # no\nblacklist\n";
        for (name, want) in [
            ("pcspkr", true),
            ("floppy", false),
            ("snd_hda", true),
            ("", true),
        ] {
            assert_eq!(is_blacklisted(text, name.as_bytes()), want, "{name}");
        }
    }
}
