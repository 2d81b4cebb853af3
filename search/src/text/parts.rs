//! The words that people see within a word.

use super::fold::fold;
use super::kind::{Case, Kind};
use super::runs::Run;

/// A word of more parts is taken for an identifier or a hash, whose parts nobody looks for: they
/// would fill an index with tokens of one character.
const MAX_PARTS: usize = 6;

/// The parts of a run, folded; none where it is one word.
pub(super) fn of(run: Run<'_>) -> Vec<String> {
    let Run::Word(text) = run else { return Vec::new() };
    let borders = borders(text);
    if borders.is_empty() || borders.len() >= MAX_PARTS {
        return Vec::new();
    }
    let starts = std::iter::once(0).chain(borders.iter().copied());
    let ends = borders.iter().copied().chain(std::iter::once(text.len()));
    starts.zip(ends).map(|(start, end)| fold(&text[start..end])).filter(|p| !p.is_empty()).collect()
}

/// Where a part begins within the text.
fn borders(text: &str) -> Vec<usize> {
    let mut borders = Vec::new();
    let mut before = None;
    // Where the last large letter stands, if it stands behind another large one.
    let mut last_large = None;
    for (at, c) in text.char_indices() {
        let kind = Kind::of(c);
        if matches!(kind, Kind::Nothing | Kind::Mark) && before.is_some() {
            continue;
        }
        if let Some(before) = before {
            borders.extend(border(before, kind, at, last_large));
        }
        let large = Kind::Letter(Case::Upper);
        last_large = (kind == large && before == Some(large)).then_some(at);
        before = Some(kind);
    }
    borders
}

/// The border that shows at `at`: between letters and digits and between scripts that know case and
/// those that don't (`PDF|파일`), before a large letter behind a small one (`invoice|Scan`), and
/// before the last of several large ones (`PDF|Reader`).
fn border(before: Kind, kind: Kind, at: usize, last_large: Option<usize>) -> Option<usize> {
    match (before, kind) {
        (Kind::Letter(Case::Lower), Kind::Letter(Case::Upper)) => Some(at),
        (Kind::Letter(Case::Upper), Kind::Letter(Case::Lower)) => last_large,
        (Kind::Letter(one), Kind::Letter(other)) => {
            ((one == Case::None) != (other == Case::None)).then_some(at)
        }
        (Kind::Digit, Kind::Letter(_)) | (Kind::Letter(_), Kind::Digit) => Some(at),
        _ => None,
    }
}
