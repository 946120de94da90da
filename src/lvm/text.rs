//! The text of metadata → its fields, and the items of its lists.
//!
//! `key = value`, `key { … }`, `[a, b]`, strings in `"`, comments behind `#`. Gives slices of
//! the text, and keeps nothing: what is in a section is read when the section is asked. What is
//! no such text ends it. Source: LVM2 2.03, `libdm/libdm-config.c`.

use crate::text::cut;

/// What stands behind a key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Value<'t> {
    /// What is between the braces.
    Section(&'t [u8]),
    /// What is between the brackets.
    List(&'t [u8]),
    /// A number, or a string without its quotes.
    Word(&'t [u8]),
}

/// The fields of a section, one after the other.
#[derive(Clone)]
pub(super) struct Fields<'t>(pub(super) &'t [u8]);

impl<'t> Iterator for Fields<'t> {
    type Item = (&'t [u8], Value<'t>);

    #[inline(never)]
    fn next(&mut self) -> Option<Self::Item> {
        let rest = &mut self.0;
        let key = cut_word(rest);
        skip(rest);
        let value = match *rest {
            [b'{', inner @ ..] => {
                *rest = inner;
                Value::Section(cut_inside(rest, b'{', b'}')?)
            }
            [b'=', value @ ..] => {
                *rest = value;
                skip(rest);
                if let [b'[', inner @ ..] = *rest {
                    *rest = inner;
                    Value::List(cut_inside(rest, b'[', b']')?)
                } else {
                    Value::Word(cut_word(rest))
                }
            }
            _ => return None,
        };
        Some((key, value)).filter(|_| !key.is_empty())
    }
}

/// The items of a list: numbers, and strings without their quotes.
#[derive(Clone)]
pub(super) struct Items<'t>(pub(super) &'t [u8]);

impl<'t> Iterator for Items<'t> {
    type Item = &'t [u8];

    #[inline(never)]
    fn next(&mut self) -> Option<&'t [u8]> {
        Some(cut_word(&mut self.0)).filter(|item| !item.is_empty())
    }
}

/// The value of a section's field.
#[inline(never)]
pub(super) fn get<'t>(section: &'t [u8], key: &[u8]) -> Option<Value<'t>> {
    let mut fields = Fields(section);
    fields
        .find(|(name, _)| *name == key)
        .map(|(_, value)| value)
}

/// A section in a section; empty where there is none.
pub(super) fn section<'t>(section: &'t [u8], key: &[u8]) -> &'t [u8] {
    match get(section, key) {
        Some(Value::Section(inner)) => inner,
        _ => &[],
    }
}

/// A word of a section; empty where there is none.
#[inline(never)]
pub(super) fn word<'t>(section: &'t [u8], key: &[u8]) -> &'t [u8] {
    match get(section, key) {
        Some(Value::Word(word)) => word,
        _ => &[],
    }
}

/// A list of a section; empty where there is none.
#[inline(never)]
pub(super) fn list<'t>(section: &'t [u8], key: &[u8]) -> Items<'t> {
    Items(match get(section, key) {
        Some(Value::List(items)) => items,
        _ => &[],
    })
}

/// A number of a section.
#[inline(never)]
pub(super) fn number(section: &[u8], key: &[u8]) -> Option<u64> {
    crate::text::number(word(section, key))
}

/// Passes over what stands between words.
fn skip(rest: &mut &[u8]) {
    loop {
        match *rest {
            [b'#', ..] => drop(cut(rest, b'\n')),
            [b' ' | b'\t' | b'\r' | b'\n' | b',', after @ ..] => *rest = after,
            _ => return,
        }
    }
}

/// Takes a word or a string off the text, after what stands before it; empty where there is
/// none.
#[inline(never)]
fn cut_word<'t>(rest: &mut &'t [u8]) -> &'t [u8] {
    skip(rest);
    if let [b'"', string @ ..] = *rest {
        *rest = string;
        return cut_string(rest);
    }
    let is_of_it = |byte: &&u8| {
        !matches!(
            byte,
            0..=b' ' | b'"' | b'#' | b',' | b'=' | b'[' | b']' | b'{' | b'}'
        )
    };
    let length = rest.iter().take_while(is_of_it).count();
    let (word, after) = rest.split_at_checked(length).unwrap_or((&[], rest));
    *rest = after;
    word
}

/// Takes a string off the text, and the quote behind it. Backslashes stay in it.
fn cut_string<'t>(rest: &mut &'t [u8]) -> &'t [u8] {
    let text = *rest;
    let mut bytes = text.iter();
    let mut is_whole = false;
    while let Some(byte) = bytes.next() {
        match byte {
            b'\\' => drop(bytes.next()),
            b'"' => {
                is_whole = true;
                break;
            }
            _ => {}
        }
    }
    *rest = bytes.as_slice();
    let taken = text.len().wrapping_sub(rest.len());
    let length = taken.wrapping_sub(usize::from(is_whole));
    text.get(..length).unwrap_or(text)
}

/// Takes what stands before the closing bracket off the text, and the bracket; `None` where
/// there is none.
#[inline(never)]
fn cut_inside<'t>(rest: &mut &'t [u8], opening: u8, closing: u8) -> Option<&'t [u8]> {
    let text = *rest;
    let mut depth: usize = 0;
    loop {
        skip(rest);
        let length = text.len().wrapping_sub(rest.len());
        let [byte, after @ ..] = *rest else {
            return None;
        };
        *rest = after;
        if *byte == b'"' {
            cut_string(rest);
        } else if *byte == opening {
            depth = depth.wrapping_add(1);
        } else if *byte == closing {
            if depth == 0 {
                return text.get(..length);
            }
            depth = depth.wrapping_sub(1);
        }
    }
}
