//! What is found in decoded stretches: each is searched as a text of its own, and what is found
//! there is told by where its encoded bytes stand.
//!
//! Looking for candidates says which stretches hold any; these alone are kept beside the
//! candidates, and decoded again when they are judged: decoded text is not kept.

use std::ops::Range;
use std::sync::Arc;

use trawl_model::{Anchor, Codec, Piece, Plaintext, Segment};

use super::judge::Sure;
use super::{Candidates, Detection, Engine, Scene, Scratch};
use crate::decode::{self, LEAD_BYTES, Opened, Stretch};

/// So many values of one packed stretch are told: all of them stand at one place.
const MAX_OF_PACKED: usize = 256;

/// A decoded value, and how it was decoded.
#[derive(Clone)]
pub struct Decoded {
    /// By what it was decoded, the outermost first.
    pub via: Vec<Codec>,
    pub(super) value: Arc<Plaintext>,
}

impl PartialEq for Decoded {
    fn eq(&self, other: &Self) -> bool {
        self.via == other.via && self.value.same_as(&other.value)
    }
}

impl Eq for Decoded {}

impl std::fmt::Debug for Decoded {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Decoded").field("via", &self.via).finish_non_exhaustive()
    }
}

/// A decoded stretch, made a piece.
struct Inner {
    opened: Opened,
    piece: Piece,
}

/// A detection of a stretch, before it is known what else stands there.
struct Found {
    detection: Detection,
    /// Which stretch it is of.
    stretch: usize,
    is_dense: bool,
    /// Whether it is what stands in the text as it is.
    is_plain: bool,
    sure: Sure,
}

impl Found {
    /// Whether it takes part in what is decided between several: what is longer may reach out of what
    /// is seen.
    fn competes(&self) -> bool {
        self.sure.span.len() <= LEAD_BYTES
    }

    /// Whether another decoding of the same place is better: two kinds of escapes are read one by
    /// one, and one within the other.
    fn gives_way_to(&self, other: &Self) -> bool {
        self.stretch != other.stretch
            && overlap(&self.sure.span, &other.sure.span)
            && (self.sure.rule == other.sure.rule || !(self.is_dense || other.is_dense))
            && (self.competes() && other.competes() || self.sure.span == other.sure.span)
            && (other.rank(), other.stretch) < (self.rank(), self.stretch)
    }

    /// The surer, the one decoded less often, the longer.
    fn rank(&self) -> impl Ord + use<> {
        let via = self.detection.via().len();
        let (priority, sure) = self.sure.worth;
        (u8::MAX - priority, u8::MAX - sure, via, usize::MAX - self.sure.span.len())
    }
}

impl Engine {
    /// Puts the stretches of a piece in which there are candidates into `candidates.encoded`.
    pub(super) fn find_encoded(
        &self,
        piece: &Piece,
        scratch: &mut Scratch,
        candidates: &mut Candidates,
        depth: u8,
    ) {
        candidates.encoded.clear();
        if depth == 0 {
            return;
        }
        let mut stretches = Vec::new();
        let fields = piece.segments.iter().map(|segment| &segment.text);
        decode::stretches(&piece.text, fields, &piece.core, &mut stretches);
        let mut found = Candidates::default();
        for stretch in stretches {
            let Some(inner) = self.open(piece, &stretch, scratch) else { continue };
            self.find_inside(stretch.longest_value(), &inner, scratch, &mut found, depth);
            if is_news(piece, candidates, &stretch, &inner, &found) {
                candidates.encoded.push(stretch);
            }
        }
    }

    /// Adds what the stretches of a piece hold to what was found in the piece itself.
    pub(super) fn judge_encoded(
        &self,
        piece: &Piece,
        scene: &Scene<'_>,
        candidates: &Candidates,
        scratch: &mut Scratch,
        depth: u8,
        plain: Plain<'_>,
    ) {
        let mut found = Vec::new();
        let (mut inside, mut detections) = (Candidates::default(), Vec::new());
        for (number, stretch) in candidates.encoded.iter().enumerate() {
            let Some(inner) = self.open(piece, stretch, scratch) else { continue };
            let left =
                self.find_inside(stretch.longest_value(), &inner, scratch, &mut inside, depth);
            detections.clear();
            self.judge_within(&inner.piece, scene, &inside, scratch, left, &mut detections);
            // What is decoded in it once more takes as much of the text as it has there.
            detections.retain(|detection| detection.span.len() <= stretch.longest_value());
            if inner.opened.via.contains(&Codec::Gzip) {
                detections.truncate(MAX_OF_PACKED);
            }
            let outer =
                detections.drain(..).filter_map(|d| self.outer(piece, stretch, number, &inner, d));
            found.extend(outer);
        }
        settle(&piece.core, found, plain);
    }

    /// Finds candidates in an opened stretch, and tells how much deeper may be decoded in it.
    fn find_inside(
        &self,
        longest: usize,
        inner: &Inner,
        scratch: &mut Scratch,
        found: &mut Candidates,
        depth: u8,
    ) -> u8 {
        let left = depth.saturating_sub(inner.opened.via.len() as u8);
        self.find_within(&inner.piece, scratch, found, left);
        found.values.retain(|candidate| (candidate.end - candidate.start) as usize <= longest);
        left
    }

    fn open(&self, piece: &Piece, stretch: &Stretch, scratch: &mut Scratch) -> Option<Inner> {
        let segment = piece.segment_of(stretch.source())?;
        let mut opened = stretch.open(&piece.text, &segment.text, &self.limits)?;
        let text = std::mem::take(&mut opened.view.text);
        scratch.work = scratch.work.checked_sub(text.len())?;
        let whole = 0..text.len();
        let segments =
            vec![Segment { text: whole, label: segment.label.clone(), anchor: Anchor::Name }];
        let member = Arc::clone(&piece.member);
        let piece = Piece { text, core: opened.core.clone(), segments, member };
        Some(Inner { opened, piece })
    }

    /// A detection of a stretch's text as one of the text that the stretch stands in.
    fn outer(
        &self,
        piece: &Piece,
        stretch: &Stretch,
        number: usize,
        inner: &Inner,
        detection: Detection,
    ) -> Option<Found> {
        let source = inner.opened.view.source_of(&detection.span);
        if stretch.is_on_edge(&source) {
            return None;
        }
        let raw = piece.text.get(source.clone())?;
        let mut via = inner.opened.via.clone();
        let (value, is_plain) = match detection.decoded {
            Some(decoded) => {
                via.extend(decoded.via);
                (decoded.value, false)
            }
            None => {
                let value = inner.piece.text.get(detection.span)?;
                (Arc::new(Plaintext::new(value.to_vec())), value == raw)
            }
        };
        let rule = &self.rules().list()[detection.rule.index()];
        let sure = Sure {
            span: source.clone(),
            rule: detection.rule,
            worth: (rule.priority, detection.confidence.as_percent()),
            is_secret: rule.secret,
        };
        let decoded = Some(Decoded { via, value });
        let detection = Detection { span: source, decoded, ..detection };
        Some(Found { detection, stretch: number, is_dense: stretch.is_dense(), is_plain, sure })
    }
}

/// What was found in a piece as it is.
pub(super) struct Plain<'a> {
    /// All that is sure enough, whether it stays or not.
    pub(super) sure: &'a [Sure],
    /// What stays, behind what was there before.
    pub(super) detections: &'a mut Vec<Detection>,
    /// So many were there before.
    pub(super) before: usize,
}

/// Whether a stretch holds a candidate that is none of the text around it.
fn is_news(
    piece: &Piece,
    known: &Candidates,
    stretch: &Stretch,
    inner: &Inner,
    found: &Candidates,
) -> bool {
    let core = &inner.opened.core;
    if found
        .encoded
        .iter()
        .any(|inside| inside.source().start < core.end && core.start < inside.source().end)
    {
        return true;
    }
    let mut here = found.values.iter().filter(|c| core.contains(&(c.start as usize)));
    if stretch.is_dense() {
        return here.next().is_some();
    }
    here.any(|candidate| {
        let span = candidate.start as usize..candidate.end as usize;
        let source = inner.opened.view.source_of(&span);
        let is_same = piece.text.get(source.clone()) == inner.piece.text.get(span);
        let start = source.start as u32;
        let from = known.values.partition_point(|c| c.start < start);
        let is_known = known.values[from..]
            .iter()
            .take_while(|c| c.start == start)
            .any(|c| c.end as usize == source.end && c.pattern == candidate.pattern);
        !(stretch.is_on_edge(&source) || (is_same && is_known))
    })
}

/// Decides which of what stands in one place stays, by pairs: of what a text is as it stands and as
/// it is decoded, and of several decodings.
fn settle(core: &Range<usize>, mut found: Vec<Found>, plain: Plain<'_>) {
    let Plain { sure, detections, before } = plain;
    let longest = longest(sure.iter().map(|plain| &plain.span));
    found.retain(|found| {
        let span = &found.sure.span;
        let from = sure.partition_point(|plain| plain.span.start + longest <= span.start);
        let mut near = sure[from..].iter().take_while(|plain| plain.span.start < span.end);
        !near.any(|plain| outdoes(plain, found))
    });
    found.sort_by_key(|f| (f.detection.span.start, f.detection.span.end, f.stretch));
    let longest = self::longest(found.iter().map(|found| &found.sure.span));
    let near = |span: &Range<usize>| {
        let from = found.partition_point(|found| found.sure.span.start + longest <= span.start);
        let end = span.end;
        found[from..].iter().take_while(move |found| found.sure.span.start < end)
    };
    let plain = detections.split_off(before);
    detections.extend(plain.into_iter().filter(|plain| {
        !near(&plain.span).any(|found| {
            !found.is_dense && found.competes() && overlap(&plain.span, &found.sure.span)
        })
    }));
    let stays: Vec<bool> = found
        .iter()
        .map(|one| !near(&one.sure.span).any(|other| one.gives_way_to(other)))
        .collect();
    let found: Vec<Found> =
        found.into_iter().zip(stays).filter(|(_, stays)| *stays).map(|(found, _)| found).collect();
    let mut of_stretch: Vec<Detection> = Vec::new();
    for found in found {
        let detection = found.detection;
        // What a packed stretch holds several times stands at one place.
        let is_twice = of_stretch
            .iter()
            .rev()
            .take_while(|d| d.span == detection.span)
            .any(|d| d.rule == detection.rule && d.decoded == detection.decoded);
        if core.contains(&detection.span.start) && !is_twice {
            of_stretch.push(detection);
        }
    }
    detections.extend(of_stretch);
    detections[before..].sort_by_key(|detection| detection.span.start);
}

fn longest<'s>(spans: impl Iterator<Item = &'s Range<usize>>) -> usize {
    spans.map(ExactSizeIterator::len).max().unwrap_or(0)
}

fn overlap(a: &Range<usize>, b: &Range<usize>) -> bool {
    a.start < b.end && b.start < a.end
}

/// Whether a decoded value is to go because the text has a value there as it stands.
fn outdoes(plain: &Sure, found: &Found) -> bool {
    if !overlap(&plain.span, &found.sure.span) {
        return false;
    }
    let is_same_rule = plain.rule == found.sure.rule;
    if found.is_dense {
        // What is within a secret is told beside it; that it is a secret is told once.
        return is_same_rule
            || (plain.is_secret && found.sure.is_secret && plain.worth >= found.sure.worth);
    }
    if is_same_rule {
        // By another border it is better: that is seen only where escapes are read.
        return plain.span == found.sure.span || plain.worth > found.sure.worth;
    }
    let holds = plain.span.start <= found.sure.span.start && found.sure.span.end <= plain.span.end;
    found.is_plain || holds || plain.worth >= found.sure.worth
}
