//! Words with quotes and escapes.

use crate::text::is_blank;
use heapless::VecView;

/// Takes the blanks off that a text begins with.
fn skip_blanks(text: &mut &[u8]) {
    while let [first, rest @ ..] = *text
        && is_blank(*first)
    {
        *text = rest;
    }
}

/// Takes the first word off a line, and puts what it stands for: a word ends at a blank, but
/// not within `"` nor after `\`. Says whether it ends within `"`. Blanks before it are passed
/// over, those behind it stay. What has no room is lost, and a word that fills all is none.
#[inline(never)]
pub fn cut_word(line: &mut &[u8], out: &mut VecView<u8>) -> bool {
    skip_blanks(line);
    let (mut is_quoted, mut is_escaped) = (false, false);
    while let [first, rest @ ..] = *line {
        if is_blank(*first) && !is_quoted && !is_escaped {
            break;
        }
        *line = rest;
        match first {
            b'\\' if !is_escaped => is_escaped = true,
            b'"' if !is_escaped => is_quoted = !is_quoted,
            byte => {
                let _ = out.push(*byte);
                is_escaped = false;
            }
        }
    }
    is_quoted
}
