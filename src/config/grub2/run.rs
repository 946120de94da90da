//! Statements: which are run, how often, and in which order.
//!
//! A text is run while it is read. What is not to be run is read all the same, so that its
//! end is known; a loop goes back to where its text begins.

use super::lex::{Cursor, is_sign, until};
use super::{DEPTH, Flow, Script};
use crate::text::{Likeness, place_of};

/// What ends a list of statements, or is no simple command: keywords and signs. The first is
/// the end of the text.
const KEYWORDS: &[u8] = b" } then do else elif fi done if while until for function { ; | & \n";

/// Commands that a block may have to end before.
const ENTRIES: &[u8] = b"menuentry submenu";

/// The numbers of those that end a list.
const OVER: usize = 0;
const CLOSE: usize = 1;
const THEN: usize = 2;
const DO: usize = 3;
const ELSE: usize = 4;
const ELIF: usize = 5;
const FI: usize = 6;
const DONE: usize = 7;
/// The numbers of those that begin something.
const IF: usize = 8;
const WHILE: usize = 9;
const UNTIL: usize = 10;
const FOR: usize = 11;
const FUNCTION: usize = 12;
const OPEN: usize = 13;

/// The number of a keyword or sign.
fn keyword(piece: &[u8]) -> Option<usize> {
    place_of(piece, KEYWORDS, Likeness::Exact)
}

impl<'t> Script<'_, 't> {
    /// Runs a whole text, that of a file, a function or an entry, as if it stood here.
    #[inline(never)]
    pub(super) fn whole(&mut self, text: Cursor<'t>) {
        let before = core::mem::replace(&mut self.text, text);
        while self.list(true) != OVER {
            let at = self.last;
            let word = until(at.rest, self.text.rest).trim_ascii();
            let sentence = b"%:#: '%' is out of place, and passed over";
            self.tell(sentence, at.line, word);
        }
        self.text = before;
    }

    /// The next piece, while there is fuel.
    #[inline(never)]
    fn next(&mut self) -> &'t [u8] {
        self.last = self.text;
        if self.fuel == 0 {
            return &[];
        }
        let piece = self.text.next();
        let used = self.last.rest.len().wrapping_sub(self.text.rest.len());
        let used = u32::try_from(used).unwrap_or(u32::MAX);
        self.fuel = self.fuel.saturating_sub(used.saturating_add(1));
        if self.fuel == 0 {
            let sentence = b"%:#: this script takes too long%; the rest of it is not run";
            self.tell(sentence, self.text.line, b"");
            return &[];
        }
        piece
    }

    /// Whether the next statement is to be run.
    fn goes(&self) -> bool {
        self.flow == Flow::Go && !self.is_over
    }

    /// Runs statements up to what ends them, and takes that: gives its number.
    #[inline(never)]
    fn list(&mut self, run: bool) -> usize {
        if self.depth >= DEPTH && self.fuel > 0 {
            let sentence = b"%:#: this script is nested too deep%; the rest of it is not run";
            self.tell(sentence, self.text.line, b"");
            self.fuel = 0;
        }
        self.depth = self.depth.wrapping_add(1);
        let stop = self.statements(run);
        self.depth = self.depth.wrapping_sub(1);
        stop
    }

    fn statements(&mut self, run: bool) -> usize {
        loop {
            let run = run && self.goes();
            let piece = self.next();
            if piece == b"\n" {
                continue;
            }
            let line = self.last.line;
            match keyword(piece) {
                None => self.command(piece, run, line),
                Some(IF) => self.choice(run, line),
                Some(FOR) => self.each(run, line),
                Some(FUNCTION) => self.function(run, line),
                Some(OPEN) => {
                    self.list_to(CLOSE, run, line);
                }
                Some(kind @ (WHILE | UNTIL)) => self.repeat(run, kind == UNTIL, line),
                Some(stop) if stop < IF => return stop,
                Some(_) => {}
            }
        }
    }

    /// Runs statements up to what has to end them; says whether it did.
    #[inline(never)]
    fn list_to(&mut self, want: usize, run: bool, begin: u32) -> bool {
        let stop = self.list(run);
        self.ends(stop, want, begin)
    }

    /// Whether a list ends as it has to; tells if something else is there, and leaves it.
    #[inline(never)]
    fn ends(&mut self, stop: usize, want: usize, begin: u32) -> bool {
        if stop != want {
            self.text = self.last;
            self.tell_endless(begin);
        }
        stop == want
    }

    #[inline(never)]
    fn tell_endless(&mut self, begin: u32) {
        if self.fuel > 0 {
            self.tell(b"%:#: what begins here has no end%", begin, b"");
        }
    }

    /// `if`
    fn choice(&mut self, run: bool, begin: u32) {
        let mut is_done = !run;
        let mut stop = ELIF;
        while stop == ELIF {
            let asks = !is_done && self.goes();
            if !self.list_to(THEN, asks, begin) {
                return;
            }
            let is_this = asks && self.status == 0 && self.goes();
            is_done |= is_this;
            stop = self.list(is_this);
            if stop == ELSE {
                let is_this = !is_done && self.goes();
                is_done |= is_this;
                stop = self.list(is_this);
            }
        }
        if !is_done {
            self.status = 0;
        }
        self.ends(stop, FI, begin);
    }

    /// `while` and `until`
    fn repeat(&mut self, run: bool, is_until: bool, begin: u32) {
        let start = self.text;
        let mut run = run;
        while self.list_to(DO, run, begin) {
            run &= self.goes() && (self.status == 0) != is_until;
            if !self.body(run, begin) {
                return;
            }
            self.text = start;
        }
    }

    /// What a loop does each time; says whether it is gone through once more. What was to leave
    /// it is done with.
    #[inline(never)]
    fn body(&mut self, run: bool, begin: u32) -> bool {
        self.loops = self.loops.wrapping_add(1);
        let is_whole = self.list_to(DONE, run, begin);
        self.loops = self.loops.wrapping_sub(1);
        if !is_whole || !run || self.fuel == 0 {
            return false;
        }
        match self.flow {
            Flow::Go => true,
            Flow::Return => false,
            Flow::Leave(loops, again) => {
                let is_outer = loops > 1;
                self.flow = if is_outer {
                    Flow::Leave(loops.wrapping_sub(1), again)
                } else {
                    Flow::Go
                };
                again && !is_outer
            }
        }
    }

    /// `for`
    fn each(&mut self, run: bool, begin: u32) {
        let base = self.words.len();
        let mut run = run;
        let name = self.next();
        let mut word = self.next();
        if word != b"in" {
            let sentence = b"%:#: '%' stands where 'in' has to";
            self.tell(sentence, begin, word.trim_ascii());
            run = false;
        }
        while !is_sign(word) {
            word = self.next();
            if run && !is_sign(word) {
                self.expand(word);
            }
        }
        let end = self.words.len();
        // Where there is nothing to run, the text is still to be read, once. Up to `do` there
        // is nothing but the ends of lines.
        let mut at = base;
        let start = self.text;
        loop {
            let run = run && at < end;
            if run {
                let word = self.word(at);
                self.set(name, word);
            }
            at = at.wrapping_add(1);
            if !self.list_to(DO, false, begin) || !self.body(run, begin) || at >= end {
                break;
            }
            self.text = start;
        }
        self.drop_words(base);
    }

    /// Drops the words from `base` on; those of `setparams` stay, for what is left of the
    /// function.
    #[inline(never)]
    fn drop_words(&mut self, base: usize) {
        if self.parameters.0 < base || self.parameters.1 == 0 {
            self.words.truncate(base);
        }
    }

    /// `function`
    fn function(&mut self, run: bool, begin: u32) {
        let name = self.next();
        if is_sign(name) {
            return self.tell_endless(begin);
        }
        loop {
            match keyword(self.next()) {
                Some(OPEN) => break,
                Some(OPEN..) => {}
                _ => {
                    self.text = self.last;
                    return;
                }
            }
        }
        let body = self.block();
        if run {
            // The newest counts.
            if let Some(at) = self.functions.iter_mut().find(|(known, _)| *known == name) {
                at.1 = body;
            } else {
                let _ = self.functions.push((name, body));
            }
        }
    }

    /// What stands between a `{` that was taken and its `}`, which is taken too.
    ///
    /// Where there is none, what follows is not to be lost: the block ends before the next line
    /// that begins with an entry.
    #[inline(never)]
    fn block(&mut self) -> Cursor<'t> {
        let mut body = self.text;
        let mut depth: u32 = 1;
        let mut next_entry = Cursor::new(b"", b"");
        while depth > 0 {
            let piece = self.next();
            match piece {
                b"{" => depth = depth.saturating_add(1),
                b"}" => depth = depth.wrapping_sub(1),
                [] => {
                    self.tell_endless(body.line);
                    if !next_entry.rest.is_empty() {
                        self.last = next_entry;
                    }
                    self.text = self.last;
                    break;
                }
                _ => {
                    let is_entry = place_of(piece, ENTRIES, Likeness::Exact).is_some();
                    let has_no_blank = self.last.rest.first() == piece.first();
                    if is_entry && has_no_blank && next_entry.rest.is_empty() {
                        next_entry = self.last;
                    }
                }
            }
        }
        body.rest = until(body.rest, self.last.rest);
        body
    }

    /// A simple command, and the block that it may have.
    fn command(&mut self, first: &'t [u8], run: bool, begin: u32) {
        let base = self.words.len();
        let mut fits = true;
        let mut word = first;
        while !is_sign(word) {
            if run {
                fits &= self.expand(word);
            }
            word = self.next();
        }
        let mut body = None;
        match word {
            b"{" => body = Some(self.block()),
            b"}" => self.text = self.last,
            _ => {}
        }
        if run && fits {
            self.body = body;
            self.line = begin;
            self.execute(base);
        } else if run {
            let sentence = b"%:#: '%' has too many words, and is passed over";
            self.tell(sentence, begin, first);
        }
        self.drop_words(base);
    }

    /// Runs a text as a function: with parameters, and left by `return`.
    #[inline(never)]
    pub(super) fn call(&mut self, text: Cursor<'t>, parameters: (usize, usize)) {
        let before = core::mem::replace(&mut self.parameters, parameters);
        let loops = core::mem::take(&mut self.loops);
        self.calls = self.calls.wrapping_add(1);
        self.whole(text);
        self.calls = self.calls.wrapping_sub(1);
        self.loops = loops;
        self.parameters = before;
        self.flow = Flow::Go;
    }
}
