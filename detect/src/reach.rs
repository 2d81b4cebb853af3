//! How far the engine looks: the bounds that make it local.
//!
//! **The law**: however a text is cut into pieces with overlap, the detections are the same. So
//! whatever is decided about a value depends on text within [`OVERLAP_BYTES`] of its first byte
//! and on nothing else: not on where a search began, not on what was found far before. Each reach
//! has a bound, and the worst of them in a row is shorter than the overlap.

/// What a piece of a longer text must hold on either side of its core.
pub const OVERLAP_BYTES: usize = 16 << 10;

/// At most so many bytes a match has; long enough for a private key of 4,096 bits.
pub const MAX_MATCH_BYTES: usize = 6 << 10;

/// At most so many bytes a match has of which only a part is the value: finding the part takes
/// longer than finding the match.
pub const MAX_PARTED_MATCH_BYTES: usize = 512;

/// The value begins at most so many bytes after its match.
pub(crate) const MAX_VALUE_OFFSET: usize = MAX_PARTED_MATCH_BYTES;

/// The first digit of a match stands at most so many bytes after its beginning.
pub(crate) const MAX_DIGIT_LEAD: usize = 16;

/// A literal or `@` stands at most so many bytes after its match's beginning.
pub(crate) const MAX_LITERAL_LEAD: usize = 64;

/// A value found by a word before it begins at most so many bytes after that word.
pub(crate) const WORD_SEED_BYTES: usize = 40;

/// And where several stand in a list behind one word, the last of them begins at most so many
/// bytes after it.
pub(crate) const WORD_LIST_BYTES: usize = 256;

/// A cell of a table in a text stands at most so many bytes below the head that says what it is.
pub(crate) const TABLE_BYTES: usize = 4 << 10;

/// Words so many characters before and after a value count.
pub(crate) const CONTEXT_CHARS: usize = 300;

/// At most so many bytes a character.
const CHAR_BYTES: usize = 4;

/// At most so many bytes are looked at beside a match for what it may be a part of.
pub(crate) const GUARD_BYTES: usize = 64;

/// Values that overlap in a row over at most so many bytes are resolved exactly; in a longer row
/// each gives way to any better one that it overlaps.
pub(crate) const CLUSTER_BYTES: usize = 1 << 10;

/// Values that begin so far before or after the core can decide about values within it.
pub(crate) const NEIGHBOUR_BYTES: usize = MAX_MATCH_BYTES + CLUSTER_BYTES;

/// Values so far before and after another tell of which country the text is.
pub(crate) const COUNTRY_BYTES: usize = 1 << 10;

/// Seeds so far before and after the core are looked at.
pub(crate) const SEED_BYTES: usize =
    NEIGHBOUR_BYTES + COUNTRY_BYTES + MAX_VALUE_OFFSET + MAX_MATCH_BYTES_OF_WORD;

/// A seed word stands before its value's match: the word itself and the way to it.
const MAX_MATCH_BYTES_OF_WORD: usize = 64 + TABLE_BYTES;

/// At most so many bytes of a text are decoded at once; see `decode`.
pub(crate) const MAX_STRETCH_BYTES: usize = 12 << 10;

/// Words so many bytes before a stretch of Base64 and the like count for what is in it.
pub(crate) const STRETCH_CONTEXT_BYTES: usize = 256;

// The law, as arithmetic. To the left: a neighbour, its match's beginning, the seed word or lead
// before it, and context. To the right: a neighbour, all of its match, and context.
const _: () = assert!(
    SEED_BYTES + MAX_LITERAL_LEAD + CONTEXT_CHARS * CHAR_BYTES + GUARD_BYTES < OVERLAP_BYTES
);
const _: () = assert!(
    NEIGHBOUR_BYTES + COUNTRY_BYTES + MAX_MATCH_BYTES + CONTEXT_CHARS * CHAR_BYTES + GUARD_BYTES
        < OVERLAP_BYTES
);
const _: () = assert!(MAX_DIGIT_LEAD <= MAX_LITERAL_LEAD);
const _: () = assert!(WORD_SEED_BYTES <= WORD_LIST_BYTES && WORD_LIST_BYTES < CONTEXT_CHARS);
const _: () = assert!(WORD_LIST_BYTES <= TABLE_BYTES);
const _: () = assert!(
    NEIGHBOUR_BYTES + COUNTRY_BYTES + MAX_VALUE_OFFSET + TABLE_BYTES + CONTEXT_CHARS * CHAR_BYTES
        < OVERLAP_BYTES
);
