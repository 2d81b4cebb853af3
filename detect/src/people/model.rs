//! The model's file: the lexicon and the labeller's weights, read where they lie.
//!
//! A head of 32 bytes (magic, version, counts, the scale of the weights), the slots of the lexicon, the
//! weights of features (a row of [`ROW`] a bucket), the weights of steps between tags, and BLAKE3 of
//! all that.

use std::sync::OnceLock;

use super::labeller::TAGS;

/// What the file begins with.
pub(crate) const MAGIC: &[u8; 4] = b"TRPM";
/// Of the layout, and of the features: raised with either.
pub(crate) const VERSION: u32 = 2;
pub(crate) const HEAD_BYTES: usize = 32;
/// Bytes of a bucket: a weight a tag, and two by which the feature is known again.
pub(crate) const ROW: usize = 8;
/// Steps from each tag, and from the beginning, to each tag.
pub(crate) const STEPS: usize = (TAGS + 1) * TAGS;
pub(crate) const HASH_BYTES: usize = 32;

static BYTES: &[u8] = include_bytes!("../../people/model.bin");

/// The model.
pub(crate) struct Model {
    slots: &'static [u8],
    weights: &'static [[u8; ROW]],
    steps: Steps,
    likely_steps: Steps,
    likely: Vec<f32>,
    buckets: usize,
    scale: f32,
}

/// By tags, with more columns than there are tags, as they are read at once.
pub(crate) type Steps = [[f32; ROW]; TAGS + 1];
/// Scores that differ by more are as good as impossible.
const MAX_LESS: u16 = 1 << 11;

impl Model {
    pub(crate) fn slots(&self) -> &'static [u8] {
        self.slots
    }

    /// Adds the weights of a feature to the scores of the tags. Of what stands behind those, nothing is
    /// meant.
    #[inline]
    pub(crate) fn add(&self, feature: u64, scores: &mut [i16; ROW]) {
        let (at, check) = bucket(feature, self.buckets);
        if let Some(row) = self.weights.get(at)
            && row[TAGS..] == check
        {
            for (score, weight) in scores.iter_mut().zip(row) {
                *score = score.wrapping_add(i16::from(*weight as i8));
            }
        }
    }

    /// The sum of the weights of features.
    #[inline]
    pub(crate) fn sum<const N: usize>(&self, features: [u64; N]) -> [i16; ROW] {
        let mut sum = [0; ROW];
        features.into_iter().for_each(|feature| self.add(feature, &mut sum));
        sum
    }

    pub(crate) fn scale(&self) -> f32 {
        self.scale
    }

    /// The weights of steps from each tag, and from the beginning, to each tag.
    pub(crate) fn steps(&self) -> &Steps {
        &self.steps
    }

    /// How likely steps are, as the weights say.
    pub(crate) fn likely_steps(&self) -> &Steps {
        &self.likely_steps
    }

    /// How likely a tag is that scores so much less than another that is taken for 1.
    #[inline]
    pub(crate) fn likely(&self, less: u16) -> f32 {
        self.likely.get(usize::from(less)).copied().unwrap_or(0.0)
    }
}

/// The model that comes with Trawl; none if the file is of another layout, which a test has seen it is
/// not.
pub(crate) fn get() -> Option<&'static Model> {
    static MODEL: OnceLock<Option<Model>> = OnceLock::new();
    MODEL.get_or_init(|| read(chosen())).as_ref()
}

/// The bucket of a feature, and what it is known by there: never zeros.
pub(crate) const fn bucket(feature: u64, buckets: usize) -> (usize, [u8; 2]) {
    let check = ((feature >> 44) as u16 | 1).to_le_bytes();
    (feature as usize & (buckets - 1), check)
}

#[cfg(not(any(test, feature = "testing")))]
fn chosen() -> &'static [u8] {
    BYTES
}

#[cfg(any(test, feature = "testing"))]
static CHOSEN: OnceLock<&'static [u8]> = OnceLock::new();

#[cfg(any(test, feature = "testing"))]
fn chosen() -> &'static [u8] {
    CHOSEN.get().copied().unwrap_or(BYTES)
}

/// Uses another model from the beginning: for the one that makes them.
#[cfg(any(test, feature = "testing"))]
pub(crate) fn install(bytes: &'static [u8]) {
    let _ = CHOSEN.set(bytes);
}

/// The hash at the end of the file.
pub(crate) fn fingerprint() -> &'static [u8] {
    &BYTES[BYTES.len().saturating_sub(HASH_BYTES)..]
}

fn read(bytes: &'static [u8]) -> Option<Model> {
    let (head, rest) = bytes.split_at_checked(HEAD_BYTES)?;
    let number =
        |at: usize| u32::from_le_bytes([head[at], head[at + 1], head[at + 2], head[at + 3]]);
    if &head[..4] != MAGIC || number(4) != VERSION || number(16) as usize != TAGS {
        return None;
    }
    let (slots, buckets) = (number(8) as usize, number(12) as usize);
    if slots == 0 || !buckets.is_power_of_two() {
        return None;
    }
    let (slots, rest) = rest.split_at_checked(slots.checked_mul(super::lexicon::SLOT_BYTES)?)?;
    let (weights, rest) = rest.split_at_checked(buckets.checked_mul(ROW)?)?;
    let (raw, hash) = rest.split_at_checked(STEPS * 4)?;
    let (weights, _) = weights.as_chunks::<ROW>();
    let mut steps = [[f32::MIN; ROW]; TAGS + 1];
    for (row, raw) in steps.iter_mut().zip(raw.chunks_exact(4 * TAGS)) {
        for (step, raw) in row.iter_mut().zip(raw.chunks_exact(4)) {
            *step = f32::from_le_bytes([raw[0], raw[1], raw[2], raw[3]]);
        }
    }
    let scale = f32::from_bits(number(20));
    let likely_steps = steps.map(|row| row.map(f32::exp));
    let likely = (0..MAX_LESS).map(|less| (-f32::from(less) * scale).exp()).collect();
    let model = Model { slots, weights, steps, likely_steps, likely, buckets, scale };
    (hash.len() == HASH_BYTES).then_some(model)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_file_is_what_it_claims_to_be() {
        const MAX_BYTES: usize = 8 << 20;
        let (content, hash) = BYTES.split_at(BYTES.len() - HASH_BYTES);
        assert_eq!(blake3::hash(content).as_bytes(), hash);
        assert!(BYTES.len() < MAX_BYTES);
        assert!(read(BYTES).is_some());
    }

    #[test]
    fn a_file_that_is_cut_or_of_another_version_is_none() {
        for length in [0, 4, HEAD_BYTES, BYTES.len() - 1] {
            assert!(read(&BYTES[..length]).is_none());
        }
    }
}
