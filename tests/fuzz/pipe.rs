//! The ends of an unpacker: a file that is read in pieces, and what comes out of it.

/// A file, of which so many bytes are read at a time.
pub struct Source<'f> {
    rest: &'f [u8],
    chunk: usize,
    /// How often more may be read where nothing is left.
    ends: usize,
}

impl<'f> Source<'f> {
    pub fn new(file: &'f [u8], chunk: usize, ends: usize) -> Self {
        Self {
            rest: file,
            chunk,
            ends,
        }
    }

    pub fn read(&mut self, into: &mut [u8]) -> Option<usize> {
        if self.rest.is_empty() {
            self.ends = self.ends.checked_sub(1).expect("reads on behind the end");
        }
        let count = self.chunk.min(into.len()).min(self.rest.len());
        let (head, tail) = self.rest.split_at(count);
        into[..count].copy_from_slice(head);
        self.rest = tail;
        Some(count)
    }
}

/// What came out, of which so many bytes are taken at most.
pub struct Sink {
    pub plain: Vec<u8>,
    most: usize,
    /// Whether no more was wanted: nothing may come after that.
    pub is_stopped: bool,
}

impl Sink {
    pub fn new(most: usize) -> Self {
        Self {
            plain: Vec::new(),
            most,
            is_stopped: false,
        }
    }

    pub fn write(&mut self, bytes: &[u8]) -> bool {
        assert!(!self.is_stopped && !bytes.is_empty());
        self.is_stopped = self.plain.len() + bytes.len() > self.most;
        if !self.is_stopped {
            self.plain.extend_from_slice(bytes);
        }
        !self.is_stopped
    }
}
