//! Output: one file a format. No found value is in any of them.

pub(crate) mod columns;
