//! What an action is called → its value.
//!
//! The names are all that the original's `keymap.txt` had, which are those of `loadkeys` for
//! ASCII, Latin-1 and the keys of a PC. What has no name here can be written as a number.

use crate::text::{Likeness, are_alike, cut, letter, number};

// The kinds of values, from linux/keyboard.h.
const LATIN: u16 = 0x0000;
const SHIFT: u16 = 0x0700;
const META: u16 = 0x0800;
const LOCK: u16 = 0x0a00;
/// A letter that Caps Lock changes.
const LETTER: u16 = 0x0b00;
const STICKY: u16 = 0x0c00;
/// A key that means nothing.
pub(super) const NOTHING: u16 = 0x0200;
/// What the kernel has inverted in a letter of Unicode (`U` in drivers/tty/vt/keyboard.c).
const UNICODE: u16 = 0xf000;

/// Names of values that lie one behind the other; a number in hexadecimal stands before those
/// that begin anew. Letters from 0xc0 to 0xde are those from 0xe0 on too, which have the same
/// name with a small letter first; where they have not, it stands before.
pub const NAMES: &[u8] = b"=0000 nul =0008 BackSpace Tab Linefeed =001b Escape =0020 space exclam \
    quotedbl numbersign dollar percent ampersand apostrophe parenleft parenright asterisk plus \
    comma minus period slash zero one two three four five six seven eight nine colon semicolon \
    less equal greater question at =005b bracketleft backslash bracketright asciicircum \
    underscore grave =007b braceleft bar braceright asciitilde Delete =00a0 nobreakspace \
    exclamdown cent sterling currency yen brokenbar section diaeresis copyright ordfeminine \
    guillemotleft notsign hyphen registered macron degree plusminus twosuperior threesuperior \
    acute mu paragraph periodcentered cedilla onesuperior masculine guillemotright onequarter \
    onehalf threequarters questiondown =00df ssharp =00f7 division oslash =00ff ydiaeresis \
    =00c0 Agrave Aacute Acircumflex Atilde Adiaeresis Aring AE Ccedilla Egrave Eacute \
    Ecircumflex Ediaeresis Igrave Iacute Icircumflex Idiaeresis ETH Ntilde Ograve Oacute \
    Ocircumflex Otilde Odiaeresis =00d7 multiply =00d8 Ooblique Ugrave Uacute Ucircumflex \
    Udiaeresis Yacute THORN =0114 Find Insert Remove Select Prior Next Macro Help Do Pause =0114 \
    Home =0117 End PageUp PageDown =0200 VoidSymbol Return Show_Registers Show_Memory \
    Show_State Break Last_Console Caps_Lock Num_Lock Scroll_Lock Scroll_Forward Scroll_Backward \
    Boot Caps_On Compose SAK Decr_Console Incr_Console KeyboardSignal Bare_Num_Lock =030a KP_Add \
    KP_Subtract KP_Multiply KP_Divide KP_Enter KP_Comma KP_Period KP_MinPlus =0400 dead_grave \
    dead_acute dead_circumflex dead_tilde dead_diaeresis dead_cedilla =0600 Down Left Right Up \
    =0914 Hex_A Hex_B Hex_C Hex_D Hex_E Hex_F =0700 Shift AltGr Control Alt ShiftL ShiftR CtrlL \
    CtrlR CapsShift";

/// Names that end in a number: what stands before it, its first and last value, and what the
/// first means.
static NUMBERED: [(&[u8], u8, u8, u16); 6] = [
    (b"F", 1, 20, 0x0100),
    (b"F", 21, 246, 0x011e),
    (b"KP_", 0, 9, 0x0300),
    (b"Console_", 1, 63, 0x0500),
    (b"Ascii_", 0, 9, 0x0900),
    (b"Hex_", 0, 9, 0x090a),
];

/// The value that an action has.
#[inline(never)]
pub(super) fn value_of(action: &[u8]) -> Option<u16> {
    if let Some(value) = value_of_name(action) {
        return Some(value);
    }
    let (kind, word) = if let Some(word) = action.strip_prefix(b"+") {
        (LETTER, word)
    } else if let Some(word) = action.strip_prefix(b"Meta_") {
        (META, word)
    } else if let Some(word) = action.strip_suffix(b"_Lock") {
        (LOCK, word)
    } else if let Some(word) = action.strip_prefix(b"S") {
        (STICKY, word)
    } else {
        (LATIN, action)
    };
    let control = word.strip_prefix(b"Control_");
    let value = value_of_name(control.unwrap_or(word))?;
    let is_shift = matches!(kind, STICKY | LOCK);
    let fits = match value & 0xff00 {
        SHIFT => is_shift,
        LATIN | LETTER => !is_shift && (control.is_none() || value & 0x40 != 0),
        _ => false,
    };
    let which = if control.is_some() { 0x1f } else { 0xff };
    fits.then_some(kind | value & which)
}

/// The value of a name, a letter or a number without anything before it.
fn value_of_name(word: &[u8]) -> Option<u16> {
    if let Some(value) = number(word) {
        return u16::try_from(value).ok();
    }
    if let Some(digits) = word.strip_prefix(b"0x") {
        return hexadecimal(digits);
    }
    if let Some(digits) = word.strip_prefix(b"U+") {
        return value_of_unicode(hexadecimal(digits)?.into());
    }
    let mut rest = word;
    let letter = cut_letter(&mut rest)?;
    if rest.is_empty() {
        return value_of_letter(letter);
    }
    for (name, first, last, value) in &NUMBERED {
        let nth = word.strip_prefix(*name).and_then(number);
        let nth = nth.and_then(|nth| u8::try_from(nth).ok());
        if let Some(nth) = nth.filter(|nth| (first..=last).contains(&nth)) {
            return Some(value.wrapping_add(nth.wrapping_sub(*first).into()));
        }
    }
    let mut rest = NAMES;
    let mut value: u16 = 0;
    while !rest.is_empty() {
        let name = cut(&mut rest, b' ');
        if let Some(digits) = name.strip_prefix(b"=") {
            value = hexadecimal(digits)?;
            continue;
        }
        if are_alike(name, word, Likeness::Exact) {
            return Some(value);
        }
        if matches!(value, 0xc0..=0xde) && are_alike(name, word, Likeness::Case) {
            return Some(value | 0x20);
        }
        value = value.wrapping_add(1);
    }
    None
}

/// The value of a letter; one that has another case is changed by Caps Lock.
pub(super) fn value_of_letter(letter: u32) -> Option<u16> {
    let kind = match letter {
        0xd7 | 0xf7 => LATIN,
        0x41..=0x5a | 0x61..=0x7a | 0xc0..=0xde | 0xe0..=0xfe => LETTER,
        _ => LATIN,
    };
    value_of_unicode(letter).map(|value| kind | value)
}

/// The value of a letter by its number; those of the first 256 are the same to a keyboard that
/// knows no others. None from 0xf000 on can be told from other values.
fn value_of_unicode(number: u32) -> Option<u16> {
    let value = u16::try_from(number).ok()?;
    match value {
        0..=0xff => Some(LATIN | value),
        0x100..UNICODE => Some(value ^ UNICODE),
        _ => None,
    }
}

/// The number of up to four hexadecimal digits.
fn hexadecimal(digits: &[u8]) -> Option<u16> {
    let mut value: u16 = 0;
    for digit in digits {
        let digit = char::from(*digit).to_digit(16)?;
        value = value.checked_mul(16)? | u16::try_from(digit).ok()?;
    }
    (!digits.is_empty()).then_some(value)
}

/// Takes a letter off a text: its number in Unicode. A byte that is not UTF-8 is Latin-1.
pub(super) fn cut_letter(text: &mut &[u8]) -> Option<u32> {
    let (bytes, rest) = text.split_at_checked(letter(text))?;
    *text = rest;
    let (first, others) = bytes.split_first()?;
    if others.is_empty() {
        return Some((*first).into());
    }
    let mut number = u32::from(*first) & 0x7f_u32.wrapping_shr(u32::try_from(bytes.len()).ok()?);
    for byte in others {
        number = number.wrapping_shl(6) | u32::from(byte & 0x3f);
    }
    Some(number)
}

#[cfg(test)]
mod tests {
    use super::value_of;

    #[test]
    fn actions() {
        for (action, want) in [
            ("nul", Some(0)),
            ("Control_z", Some(26)),
            ("Control_underscore", Some(31)),
            ("Control_two", None),
            ("Delete", Some(0x7f)),
            ("A", Some(0xb41)),
            ("+A", Some(0xb41)),
            ("+", Some(0x2b)),
            ("+F1", None),
            ("Agrave", Some(0xc0)),
            ("agrave", Some(0xe0)),
            ("Odiaeresis", Some(0xd6)),
            ("multiply", Some(0xd7)),
            ("division", Some(0xf7)),
            ("thorn", Some(0xfe)),
            ("ydiaeresis", Some(0xff)),
            ("F1", Some(0x100)),
            ("F20", Some(0x113)),
            ("F21", Some(0x11e)),
            ("F246", Some(0x1ff)),
            ("F0", None),
            ("F247", None),
            ("F256", None),
            ("PageDown", Some(0x119)),
            ("Bare_Num_Lock", Some(0x213)),
            ("KP_0", Some(0x300)),
            ("KP_MinPlus", Some(0x311)),
            ("KP_10", None),
            ("dead_cedilla", Some(0x405)),
            ("Console_63", Some(0x53e)),
            ("Console_0", None),
            ("Up", Some(0x603)),
            ("CapsShift", Some(0x708)),
            ("Meta_a", Some(0x861)),
            ("Meta_Control_a", Some(0x801)),
            ("Meta_nul", Some(0x800)),
            ("Meta_Meta_a", None),
            ("Meta_Up", None),
            ("Ascii_9", Some(0x909)),
            ("Hex_F", Some(0x919)),
            ("Hex_0", Some(0x90a)),
            ("Caps_Lock", Some(0x207)),
            ("AltGr_Lock", Some(0xa01)),
            ("a_Lock", None),
            ("SControl", Some(0xc02)),
            ("Sa", None),
            ("0", Some(0)),
            ("0x0b61", Some(0xb61)),
            ("0x10000", None),
            ("0x", None),
            ("0xg", None),
            ("U+0041", Some(0x41)),
            ("U+00e4", Some(0xe4)),
            ("U+0100", Some(0xf100)),
            ("U+efff", Some(0x1fff)),
            ("U+10FFFF", None),
            ("=0000", None),
            ("", None),
        ] {
            assert_eq!(value_of(action.as_bytes()), want, "{action:?}");
        }
    }
}
