//! Memory for what is too large for the stack: one static arena, given out in blocks.
//!
//! Blocks are needed in nests: a configuration, and the names of modules while they are
//! inserted. So none is given back alone; when the last goes, the arena begins anew. That
//! needs none of the allocator's merging, with which its panics go too.

use core::alloc::Layout;
use core::cell::UnsafeCell;
use core::ops::{Deref, DerefMut};
use core::ptr::NonNull;
use kexec_loader::config::TEXT;
use linked_list_allocator::Heap;

/// Bytes of the arena: the text of configurations, and what modules want beside it. Only the
/// pages that somebody has written to are ever resident.
const SIZE: usize = TEXT + 96 * 1024;

/// Aligned, so that nothing about it has to be computed when the program runs.
#[repr(align(16))]
struct Memory {
    _bytes: [u8; SIZE],
}

/// The arena, and how many blocks of it there are.
struct Arena {
    heap: Heap,
    blocks: usize,
}

/// What the process has one of.
struct Only<T>(UnsafeCell<T>);

// SAFETY: the program has one thread and no signal handlers, so nothing is shared.
unsafe impl<T> Sync for Only<T> {}

static MEMORY: Only<Memory> = Only(UnsafeCell::new(Memory { _bytes: [0; SIZE] }));
static ARENA: Only<Arena> = Only(UnsafeCell::new(Arena {
    heap: Heap::empty(),
    blocks: 0,
}));

fn arena() -> &'static mut Arena {
    // SAFETY: one thread, and no caller below keeps the reference while another takes one.
    unsafe { &mut *ARENA.0.get() }
}

/// Bytes of the arena: zeroes, or what was there before.
pub(crate) struct Block {
    start: NonNull<u8>,
    size: usize,
}

impl Block {
    /// A block of `size` bytes; `None` when the arena has no room for it.
    #[inline(never)]
    pub(crate) fn new(size: usize) -> Option<Self> {
        let arena = arena();
        if arena.blocks == 0 {
            // The allocator asserts what follows from the alignment; told so, in a way that the
            // compiler's own knowledge of the place does not get in between, it drops them all.
            let start: *mut u8 = core::hint::black_box(MEMORY.0.get().cast());
            // SAFETY: the type is so aligned.
            unsafe { core::hint::assert_unchecked(start.addr().is_multiple_of(16)) };
            // SAFETY: the memory lives for ever, and no block of it is in use.
            arena.heap = unsafe { Heap::new(start, SIZE) };
        }
        let layout = Layout::from_size_align(size, 8).ok()?;
        let start = arena.heap.allocate_first_fit(layout).ok()?;
        arena.blocks = arena.blocks.wrapping_add(1);
        Some(Self { start, size })
    }
}

impl Drop for Block {
    fn drop(&mut self) {
        let arena = arena();
        arena.blocks = arena.blocks.wrapping_sub(1);
    }
}

impl Deref for Block {
    type Target = [u8];

    fn deref(&self) -> &[u8] {
        // SAFETY: the block is `size` bytes, initialised, and ours while `self` lives.
        unsafe { core::slice::from_raw_parts(self.start.as_ptr(), self.size) }
    }
}

impl DerefMut for Block {
    fn deref_mut(&mut self) -> &mut [u8] {
        // SAFETY: the block is `size` bytes, initialised, and ours while `self` lives.
        unsafe { core::slice::from_raw_parts_mut(self.start.as_ptr(), self.size) }
    }
}
