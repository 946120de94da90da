//! What a console shows: bytes from the serial line as a terminal would show them,
//! and the VGA screen's memory as text.

/// The size of every screen here.
const ROWS: usize = 25;
const COLUMNS: usize = 80;

/// A terminal, and all it was ever sent.
pub(crate) struct Terminal {
    shown: vt100::Parser,
    sent: Vec<u8>,
    read: usize,
}

impl Terminal {
    /// One of so many rows and columns.
    pub(crate) fn new((rows, columns): (u16, u16)) -> Self {
        Self {
            shown: vt100::Parser::new(rows, columns, 0),
            sent: Vec::new(),
            read: 0,
        }
    }

    pub(crate) fn take(&mut self, bytes: &[u8]) {
        self.shown.process(bytes);
        self.sent.extend_from_slice(bytes);
    }

    /// The screen as it stands, row by row; chosen rows begin with `*`.
    pub(crate) fn rows(&self) -> Vec<String> {
        let screen = self.shown.screen();
        let inverse = |row: u16| {
            (0..8).any(|column| screen.cell(row, column).is_some_and(vt100::Cell::inverse))
        };
        (0..)
            .zip(screen.rows(0, screen.size().1))
            .map(|(row, text)| mark(inverse(row), &text))
            .collect()
    }

    /// Whether a line with these words came since the last one that was asked for;
    /// what came before it is then done with.
    pub(crate) fn line(&mut self, words: &[&str]) -> bool {
        let unread = self.sent.get(self.read..).unwrap_or_default();
        let mut end = 0;
        for line in unread.split_inclusive(|&byte| byte == b'\n') {
            end += line.len();
            let text = plain(line);
            // The last line may still grow.
            if line.ends_with(b"\n") && words.iter().all(|word| text.contains(word)) {
                self.read += end;
                return true;
            }
        }
        false
    }

    /// All that was ever sent.
    pub(crate) fn all(&self) -> String {
        plain(&self.sent)
    }

    /// Whether a word was ever sent.
    pub(crate) fn ever(&self, word: &str) -> bool {
        plain(&self.sent).contains(word)
    }

    /// The last of what was sent, for a report.
    pub(crate) fn tail(&self) -> String {
        let from = self.sent.len().saturating_sub(6000);
        String::from_utf8_lossy(self.sent.get(from..).unwrap_or_default()).replace('\x1b', "\\e")
    }
}

/// The VGA text screen as it stands, of its memory and the place its picture starts
/// at; chosen rows begin with `*`.
pub(crate) fn vga(memory: &[u8], start: usize) -> Vec<String> {
    let cell = |at: usize| {
        let byte = |at: usize| memory.get(at % memory.len().max(1)).copied().unwrap_or(0);
        (byte(2 * (start + at)), byte(2 * (start + at) + 1))
    };
    let row = |row: usize| {
        let cells = (0..COLUMNS).map(|column| cell(row * COLUMNS + column));
        let text: String = cells.map(|(letter, _)| glyph(letter)).collect();
        // A dark letter on a light ground.
        let inverse = (0..8).any(|column| cell(row * COLUMNS + column).1 & 0x70 != 0);
        mark(inverse, text.trim_end())
    };
    (0..ROWS).map(row).collect()
}

fn glyph(letter: u8) -> char {
    match letter {
        0x20..0x7f => letter.into(),
        0 => ' ',
        _ => '?',
    }
}

fn mark(chosen: bool, text: &str) -> String {
    format!("{}{text}", if chosen { '*' } else { ' ' })
}

/// Text without the escape sequences that place and colour it.
fn plain(bytes: &[u8]) -> String {
    let mut text = Vec::new();
    let mut bytes = bytes.iter().copied();
    while let Some(byte) = bytes.next() {
        match byte {
            0x1b => {
                // ESC [ … letter; or ESC and one byte.
                if bytes.next() == Some(b'[') {
                    bytes.by_ref().find(|byte| (0x40..0x7f).contains(byte));
                }
            }
            b'\r' => {}
            _ => text.push(byte),
        }
    }
    String::from_utf8_lossy(&text).into_owned()
}
