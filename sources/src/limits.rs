//! The bounds of reading: whatever an object claims to be, no more than this is spent on it.

/// The bounds of reading one object.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Limits {
    /// Text of one piece, without its overlap. A unit of memory in flight.
    pub piece_bytes: usize,
    /// Overlap before and after a piece: the longest value and the words that judge it lie within.
    pub overlap_bytes: usize,
    /// Formats that can't be streamed (a PDF's objects, a table of shared strings) are loaded up
    /// to this size; larger ones are skipped with a reason.
    pub whole_bytes: usize,
    /// How deep archives may nest.
    pub max_depth: usize,
    /// Decoded bytes of one object, over all its members; counted anew where reading goes on after
    /// an interruption.
    pub max_decoded_bytes: u64,
    /// Decoded bytes a stored byte, counted once a member has given more than a megabyte.
    pub max_expansion: u64,
    /// Members of one object, over all its levels; counted anew likewise.
    pub max_members: u64,
    /// A line, a field, a key: what is longer is cut into segments.
    pub max_field_bytes: usize,
    /// Nesting of elements and values within one document.
    pub max_nesting: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            piece_bytes: 1 << 20,
            overlap_bytes: 16 << 10,
            whole_bytes: 64 << 20,
            max_depth: 8,
            max_decoded_bytes: 64 << 30,
            max_expansion: 1_000,
            max_members: 1_000_000,
            max_field_bytes: 1 << 20,
            max_nesting: 512,
        }
    }
}
