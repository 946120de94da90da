//! Words as they are written → the words that a command gets.
//!
//! Quotes and backslashes go, variables come; a variable outside of quotes may make several
//! words, or none (grub-core/script/execute.c, `grub_script_arglist_to_argv`). A word that
//! needs nothing of it is not copied.

use super::{Script, Variable};
use crate::config::{World, next_name};
use crate::out::{Decimal, Put};
use crate::store::Text;
use crate::text::{cut, number, part, trim};

/// Bytes that a word may become; what would follow is cut off.
const LONGEST: usize = 1 << 14;

/// Words that are being put together: a text, with a NUL behind each.
struct Words<'s, 't> {
    text: Text<'s, 't>,
    /// How many more bytes they may have.
    left: usize,
    /// Whether there is one: it has a byte, or quotes.
    is_one: bool,
}

impl Words<'_, '_> {
    #[inline(never)]
    fn put(&mut self, bytes: &[u8]) {
        let bytes = part(bytes, 0, self.left.min(bytes.len()));
        self.left = self.left.wrapping_sub(bytes.len());
        self.is_one |= !bytes.is_empty();
        self.text.put(bytes);
    }

    fn end(&mut self) {
        if self.is_one {
            self.text.put(&[0]);
        }
        self.is_one = false;
    }

    /// Puts a value: as it is within quotes, else its words, of which the first goes on with the
    /// word before it.
    #[inline(never)]
    fn put_value(&mut self, value: &[u8], is_quoted: bool) {
        if is_quoted {
            self.is_one = true;
            return self.put(value);
        }
        for byte in trim(value) {
            if byte.is_ascii_whitespace() {
                self.end();
            } else {
                self.put(core::slice::from_ref(byte));
            }
        }
    }
}

impl<'t> Script<'_, 't> {
    /// Adds what a word stands for to the words; says whether there was room.
    #[inline(never)]
    pub(super) fn expand(&mut self, raw: &'t [u8]) -> bool {
        let is_special = |byte: &u8| matches!(byte, b'\'' | b'"' | b'\\' | b'$');
        if !raw.iter().any(is_special) {
            return self.add(raw, raw.contains(&b'*'));
        }
        let mut words = Words {
            text: self.world.store().begin(),
            left: LONGEST,
            is_one: false,
        };
        let is_pattern = self.put_together(raw, &mut words);
        words.end();
        let used = words.text.len();
        let mut all = words.text.finish();
        self.burn(used);
        let mut fits = true;
        while !all.is_empty() {
            let word = cut(&mut all, 0);
            fits &= self.add(word, is_pattern);
        }
        fits
    }

    /// Puts the words of one together that has quotes, backslashes or variables; says whether
    /// there is a `*` outside of quotes.
    fn put_together(&self, raw: &[u8], words: &mut Words<'_, '_>) -> bool {
        let mut is_pattern = false;
        let mut quote = 0;
        let mut rest = raw;
        while let [byte, after @ ..] = rest
            && words.left > 0
        {
            rest = after;
            let mut piece = core::slice::from_ref(byte);
            match (quote, *byte) {
                (0, sign @ (b'\'' | b'"')) => {
                    quote = sign;
                    words.is_one = true;
                    continue;
                }
                (b'\'' | b'"', sign) if sign == quote => {
                    quote = 0;
                    continue;
                }
                (0 | b'"', b'\\') => {
                    let [next, after @ ..] = rest else {
                        break;
                    };
                    let is_special = matches!(next, b'$' | b'"' | b'\\' | b'\n');
                    if (quote == 0 || is_special) && !is_number(rest) {
                        rest = after;
                        let is_joint = *next == b'\n';
                        piece = if is_joint {
                            b""
                        } else {
                            core::slice::from_ref(next)
                        };
                    }
                }
                // What GRUB would translate stays as it is.
                (0, b'$') if matches!(rest, [b'"', ..]) => continue,
                (0 | b'"', b'$') => {
                    let name = cut_name(&mut rest);
                    if !name.is_empty() {
                        self.put_variable(name, quote != 0, words);
                        continue;
                    }
                }
                (0, b'*') => is_pattern = true,
                _ => {}
            }
            words.put(piece);
        }
        is_pattern
    }

    /// Puts what `$name` stands for.
    #[inline(never)]
    fn put_variable(&self, name: &[u8], is_quoted: bool, words: &mut Words<'_, '_>) {
        let (start, count) = self.parameters;
        let digits;
        let value = match name {
            b"*" | b"@" => {
                for nth in 0..count {
                    match name {
                        _ if nth == 0 => {}
                        b"*" if is_quoted => words.put(b" "),
                        _ => words.end(),
                    }
                    words.put_value(self.word(start.wrapping_add(nth)), is_quoted);
                }
                return;
            }
            b"?" | b"#" => {
                let count = u32::try_from(count).unwrap_or(0);
                let is_status = name == b"?";
                digits = Decimal::new(if is_status { self.status } else { count }.into());
                digits.bytes()
            }
            [b'0'..=b'9', ..] => {
                let nth = number(name).and_then(|nth| usize::try_from(nth).ok());
                let nth = nth.unwrap_or(usize::MAX).wrapping_sub(1);
                if nth < count {
                    self.word(start.wrapping_add(nth))
                } else {
                    b""
                }
            }
            name => self.value(name),
        };
        words.put_value(value, is_quoted);
    }

    /// Adds a word, or the names of the files that it is a pattern for.
    fn add(&mut self, word: &'t [u8], is_pattern: bool) -> bool {
        (is_pattern && self.add_files(word)) || self.words.push(word).is_ok()
    }

    /// Adds the files in a folder whose names are like the last part of a path, in the order of
    /// their names; says whether there were any.
    fn add_files(&mut self, pattern: &'t [u8]) -> bool {
        let folder = pattern.iter().rposition(|byte| *byte == b'/');
        let end = folder.map_or(0, |end| end.wrapping_add(1));
        let (folder, like) = pattern.split_at_checked(end).unwrap_or_default();
        if folder.is_empty() {
            return false;
        }
        self.aim(folder);
        let names = self.world.names(&self.place);
        let before = self.words.len();
        let mut last: &[u8] = &[];
        loop {
            let size = u32::try_from(names.len()).unwrap_or(u32::MAX);
            self.fuel = self.fuel.saturating_sub(size);
            let next = next_name(names, last, like).filter(|_| self.fuel > 0);
            let Some(name) = next else {
                break;
            };
            last = name;
            // No pattern is for what is hidden.
            if matches!(name, [b'.', ..]) {
                continue;
            }
            let path = self.world.store().join(&[folder, name]);
            if self.words.push(path).is_err() {
                break;
            }
        }
        self.words.len() > before
    }
}

/// A text with the variables in it replaced, as `blscfg` does it: without quotes, and what has
/// no value stays as it is.
pub(super) fn replace<'t>(
    variables: &[Variable<'t>],
    text: &'t [u8],
    world: &mut dyn World<'t>,
) -> &'t [u8] {
    if !text.contains(&b'$') {
        return text;
    }
    let mut out = world.store().begin();
    let mut rest = text;
    while let [byte, after @ ..] = rest {
        let whole = rest;
        rest = after;
        if *byte == b'$' {
            let name = cut_name(&mut rest);
            let mut known = variables.iter().filter(|known| !known.name.is_empty());
            if let Some(variable) = known.find(|known| known.name == name) {
                out.put(variable.value);
                continue;
            }
            rest = whole.get(1..).unwrap_or(&[]);
        }
        out.put(core::slice::from_ref(byte));
    }
    out.finish()
}

/// Whether what follows a `\` makes it a byte that is written as a number. It stays as it is, in
/// words and on command lines: labels of Red Hat's discs have blanks of that kind.
pub(super) fn is_number(rest: &[u8]) -> bool {
    let is_digit = |byte: &u8| byte.is_ascii_hexdigit();
    matches!(rest, [b'x', one, two, ..] if is_digit(one) && is_digit(two))
}

/// Takes the name off a text that follows a `$`; empty where there is none.
fn cut_name<'r>(rest: &mut &'r [u8]) -> &'r [u8] {
    let text = *rest;
    let inner = text.strip_prefix(b"{");
    let from = inner.unwrap_or(text);
    let mut length = 1;
    if !matches!(from, [b'?' | b'#' | b'*' | b'@', ..]) {
        let is_number = from.first().is_some_and(u8::is_ascii_digit);
        let is_letter = |byte: &&u8| {
            byte.is_ascii_digit() || !is_number && (**byte == b'_' || byte.is_ascii_alphabetic())
        };
        length = from.iter().take_while(is_letter).count();
    }
    let (name, mut after) = from.split_at_checked(length).unwrap_or_default();
    if inner.is_some() {
        let [b'}', behind @ ..] = after else {
            return &[];
        };
        after = behind;
    }
    if !name.is_empty() {
        *rest = after;
    }
    name
}
