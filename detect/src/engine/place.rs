//! Places worth a look, and the fields that they stand in.

use std::ops::Range;

use trawl_model::{Piece, Segment};

use super::beside;
use crate::rule::Boundary;

/// A place worth a look, in one field.
#[derive(Clone, Copy)]
pub(super) struct Place<'a> {
    /// The whole text up to the end of the field.
    pub(super) field: &'a [u8],
    /// Where the field begins.
    pub(super) field_start: usize,
    /// Where the seed stands.
    pub(super) seed: usize,
}

impl Place<'_> {
    /// Whether a match may begin at a byte of the field, seen from what stands before it.
    #[inline]
    pub(super) fn may_begin(self, at: usize, boundary: Boundary) -> bool {
        beside::may_begin(&self.field[self.field_start..], at - self.field_start, boundary)
    }
}

/// Finds the fields of places that come in nearly any order, quickly if they come in order.
pub(super) struct Fields<'a> {
    piece: &'a Piece,
    at: usize,
}

impl<'a> Fields<'a> {
    pub(super) fn new(piece: &'a Piece) -> Self {
        Self { piece, at: 0 }
    }

    /// The place of a seed of some bytes; none if it doesn't lie whole in one field.
    pub(super) fn place(&mut self, seed: usize, len: usize) -> Option<Place<'a>> {
        let segments = &self.piece.segments;
        if segments.get(self.at).is_none_or(|s| !s.text.contains(&seed)) {
            self.at = segments.partition_point(|s| s.text.start <= seed).checked_sub(1)?;
        }
        let segment = segments.get(self.at)?;
        let field = self.piece.text.get(..segment.text.end)?;
        (seed + len <= field.len()).then_some(Place {
            field,
            field_start: segment.text.start,
            seed,
        })
    }
}

/// The segments that have a part in a window.
pub(super) fn segments_in<'a>(
    piece: &'a Piece,
    window: &Range<usize>,
) -> impl Iterator<Item = &'a Segment> + use<'a> {
    let first = piece.segments.partition_point(|s| s.text.end <= window.start);
    let end = window.end;
    piece.segments[first..].iter().take_while(move |s| s.text.start < end)
}
