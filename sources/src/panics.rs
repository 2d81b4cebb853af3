//! Panics of parsers: caught where they happen, and silent, for their messages may show content.
//!
//! A message such as "byte 5 is not a char boundary of …" quotes what it stumbled over. The hook
//! that prints it runs before anything can catch it; so whoever sets the process's hook asks
//! [`reading`] first, and leaves the message out where it says yes.

use std::cell::Cell;

thread_local! {
    static DEPTH: Cell<u32> = const { Cell::new(0) };
    static OUTSIDE: Cell<bool> = const { Cell::new(false) };
}

/// Whether this thread is inside the reader of a format, where a panic's message may hold content.
pub fn reading() -> bool {
    DEPTH.get() > 0 && !OUTSIDE.get()
}

/// Runs a format.
pub(crate) fn inside<T>(format: impl FnOnce() -> T) -> T {
    let depth = DEPTH.get();
    DEPTH.set(depth + 1);
    let done = format();
    DEPTH.set(depth);
    done
}

/// Runs what is not the format's: a call of the sink. If it panics, that is told by
/// [`was_outside`].
pub(crate) fn outside<T>(sink: impl FnOnce() -> T) -> T {
    OUTSIDE.set(true);
    let done = sink();
    OUTSIDE.set(false);
    done
}

/// Whether the panic that was just caught came from outside of the format.
pub(crate) fn was_outside() -> bool {
    OUTSIDE.replace(false)
}
