//! Terms: words and phrases from lists, of a few thousand or of millions, found as whole words in
//! any spelling.

pub(crate) mod dictionary;
pub(crate) mod filter;
pub(crate) mod fold;
pub(crate) mod list;
