//! Any bytes from a terminal, typed into a text; the first byte is the width of the screen that
//! shows it, the second its height. Whatever they are: the cursor is in the text and on the screen,
//! a text that is full stays what it is, and rows are those of the screen and printable.

#![no_main]

use kexec_loader::editor::{Editor, SIZE};
use kexec_loader::keys::{Decoder, Key};
use kexec_loader::menu::{Screen, Sheet};
use kexec_loader::notes::Notes;
use kexec_loader::text::letter;
use libfuzzer_sys::fuzz_target;

struct Fake {
    size: (usize, usize),
    shown: usize,
}

impl Screen for Fake {
    fn size(&self) -> (usize, usize) {
        self.size
    }

    fn row(&mut self, at: usize, _: bool, text: &[u8]) {
        assert_eq!(at, self.shown);
        self.shown += 1;
        let mut rest = text;
        let mut letters = 0;
        while !rest.is_empty() {
            let length = letter(rest);
            assert!(length > 0, "{text:?}");
            rest = &rest[length..];
            letters += 1;
        }
        assert!(letters <= self.size.1);
    }
}

fuzz_target!(|bytes: &[u8]| {
    let [columns, rows, bytes @ ..] = bytes else {
        return;
    };
    let size = (usize::from(*rows).max(3), usize::from(*columns));
    let mut editor = Editor::new();
    let mut decoder = Decoder::default();
    for byte in bytes {
        let Some(key) = decoder.feed(*byte) else {
            continue;
        };
        let before = editor.text().to_vec();
        if !editor.key(key) {
            assert_eq!(before, editor.text());
            if key == Key::Enter {
                // As Ctrl-O and the like do.
                let has_room = editor.insert(b"\n");
                assert_eq!(has_room, before.len() < SIZE);
            }
        }
        assert!(editor.text().len() <= SIZE);
        assert!(editor.cursor() <= editor.text().len());
        let place = editor.view(size.1);
        assert!(place.column < size.1.max(1));
        // Bytes on both sides of the cursor may have become one letter.
        assert!(place.from < editor.cursor() + 4);
    }
    let mut screen = Fake { size, shown: 0 };
    let sheet = Sheet {
        title: bytes,
        editor: &editor,
        notes: &Notes::new(),
        since: 0,
    };
    let (row, column) = sheet.draw(&mut screen).expect("a cursor");
    assert_eq!(screen.shown, size.0);
    assert!(row < size.0 && column < size.1.max(2));
});
