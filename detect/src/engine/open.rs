//! Values in words that no list knows, where the name of a line, a list or a field says what they are:
//! `Diagnosis: …`.

use std::ops::Range;

use super::evidence::{Evidence, Sign};
use super::find::Finder;
use super::lookup::is_in_code;
use super::said::{Hit, Scene};
use super::terms::Kind;
use super::{PatternIndex, beside, named, sentence};
use crate::term::list::Section;

/// Values in words that no list knows have so many bytes.
const OPEN_BYTES: Range<usize> = 3..80;
/// They stand within so many bytes behind the name of their line.
const LINE_BYTES: usize = 160;
/// And at most so many words.
const OPEN_WORDS: usize = 9;

impl Finder<'_> {
    /// A line of a form whose name says what its value is: `Diagnosis: …`.
    pub(super) fn open_line(&mut self, scene: &Scene<'_>, label: &Hit, hits: &[Hit]) {
        let field = &self.piece.segments[scene.segment].text;
        let text = &self.piece.text[..field.end];
        let rest = &text[label.span.end..text.len().min(label.span.end + LINE_BYTES)];
        let line = &rest[..rest.iter().position(|b| *b == b'\n').unwrap_or(rest.len())];
        let Some(sign) = line.iter().take(24).position(|b| matches!(b, b':' | b'=' | b'\t')) else {
            return self.open_list(scene, label, hits);
        };
        // `::`, `=>` and `==` are of programs.
        if line.get(sign + 1).is_some_and(|b| matches!(b, b':' | b'>' | b'='))
            || is_in_code(text, field, &label.span)
            || beside::is_line_of_code(text, field, &label.span)
        {
            return;
        }
        let start = label.span.end + sign + 1;
        let end = label.span.end + line.len();
        if line[sign + 1..].trim_ascii().is_empty() {
            return self.open_list(scene, label, hits);
        }
        self.open_value(scene, label.pattern, start..end, hits);
    }

    /// The items of a list below a line whose name says what they are: `Diagnoses:`.
    fn open_list(&mut self, scene: &Scene<'_>, label: &Hit, hits: &[Hit]) {
        let field = &self.piece.segments[scene.segment].text;
        let text = &self.piece.text[..field.end.min(label.span.end + named::LIST_BYTES)];
        let mut at = label.span.end;
        while let Some(end) = memchr::memchr(b'\n', &text[at..]) {
            let start = at + end + 1;
            let Some(content) = named::item_below(text, &label.span, start + named::MARK_BYTES)
            else {
                return;
            };
            let line = memchr::memchr(b'\n', &text[content..]).unwrap_or(text.len() - content);
            at = content + line;
            // One that is cut is seen by what is in it.
            if at < text.len() || at == field.end {
                self.open_value(scene, label.pattern, content..at, hits);
            }
        }
    }

    /// A value that its field's name explains, in words that no list knows.
    pub(super) fn open_value(
        &mut self,
        scene: &Scene<'_>,
        pattern: PatternIndex,
        within: Range<usize>,
        hits: &[Hit],
    ) {
        let of_it = |hit: &Hit| hit.pattern == pattern && hit.kind != Kind::Of(Section::OpenLabel);
        let first = hits.partition_point(|hit| hit.span.start < within.start);
        let end = within.end;
        let inside = hits[first..].iter().take_while(move |hit| hit.span.start < end);
        if inside.clone().any(of_it) {
            // Beside one that is known, short ones of the same list are others.
            let known = inside.filter(|hit| of_it(hit)).map(|hit| hit.span.clone());
            return self.open_others(scene, pattern, within, known);
        }
        let is_other = |hit: &Hit| matches!(hit.kind, Kind::Of(Section::Strong | Section::Saying));
        if inside.clone().any(is_other) {
            return;
        }
        let text = &self.piece.text[..within.end.min(self.piece.text.len())];
        let Some(first) = text[within.start.min(text.len())..].iter().position(|b| is_of_words(*b))
        else {
            return;
        };
        let first = within.start + first..within.start + first + 1;
        let span = sentence::phrase(text, within, &first);
        self.open_phrase(scene, pattern, span);
    }

    /// Things of a list that no list of ours knows, beside some that one does: `asthma, sore knees`.
    fn open_others(
        &mut self,
        scene: &Scene<'_>,
        pattern: PatternIndex,
        within: Range<usize>,
        known: impl Iterator<Item = Range<usize>>,
    ) {
        /// At most so many are looked at, each of so many words at most.
        const MAX_OTHERS: usize = 8;
        const MAX_WORDS: usize = 4;
        let text = &self.piece.text[..within.end.min(self.piece.text.len())];
        let mut known = known.peekable();
        let mut at = within.start;
        for _ in 0..MAX_OTHERS {
            let Some(first) = text[at.min(text.len())..].iter().position(|b| is_of_words(*b))
            else {
                return;
            };
            let first = at + first..at + first + 1;
            let span = sentence::phrase(text, first.start..within.end, &first);
            if span == first {
                // Longer than what is written into a form: on behind the next sign that parts.
                let parts = |b: &u8| matches!(b, b',' | b';' | b'\n');
                let Some(next) = text[first.end..].iter().position(parts) else { return };
                at = first.end + next;
                continue;
            }
            at = span.end;
            while known.next_if(|hit| hit.end <= span.start).is_some() {}
            let is_known = known.peek().is_some_and(|hit| hit.start < span.end);
            let words = text[span.clone()].split(u8::is_ascii_whitespace).count();
            let is_end =
                matches!(text.get(span.end), None | Some(b',' | b';' | b'\n' | b'(' | b'\r'))
                    || text[span.end..].starts_with(b". ");
            if !is_known && words <= MAX_WORDS && is_end && span.len() > 1 {
                self.open_phrase(scene, pattern, span);
            }
        }
    }

    /// A phrase that is taken for a value where a person is near and it says something.
    fn open_phrase(&mut self, scene: &Scene<'_>, pattern: PatternIndex, span: Range<usize>) {
        let text = &self.piece.text[..];
        // `vec![…]`, `check(…)`.
        let is_call = matches!(text.get(span.end), Some(b'[' | b'(' | b'{' | b'!'))
            || matches!(text[span.clone()].last(), Some(b'!' | b'?'));
        if !OPEN_BYTES.contains(&span.len()) || is_call || !is_in_words(&text[span.clone()]) {
            return;
        }
        if scene.says_nothing(&span, &mut self.scratch.seen)
            || scene.begins_with_person(&span, &mut self.scratch.seen)
            || !scene.is_near_person(&span, &mut self.scratch.seen)
        {
            return;
        }
        let mut evidence = Evidence::default();
        evidence.add(Sign::Label);
        evidence.add(Sign::Near);
        if self.is_enough(pattern, evidence) {
            self.found_term(pattern, &span, evidence);
        }
    }
}

/// Whether a byte may begin a word.
const fn is_of_words(b: u8) -> bool {
    b.is_ascii_alphabetic() || b >= 0x80
}

/// Whether some text is words, as people fill them in.
fn is_in_words(value: &[u8]) -> bool {
    let letters = value.iter().filter(|b| is_of_words(**b)).count();
    let is_odd = |b: &&u8| {
        matches!(b, b'_' | b'{' | b'}' | b'$' | b'\\' | b'@' | b'%' | b'<' | b'>' | b'=' | b'`')
    };
    let odd = value.iter().filter(is_odd);
    if value.first().is_some_and(|b| matches!(b, b'&' | b':' | b'!' | b'*' | b'#')) {
        return false;
    }
    let words = value.split(u8::is_ascii_whitespace).filter(|w| !w.is_empty()).count();
    letters * 10 >= value.len() * 7 && odd.count() == 0 && words <= OPEN_WORDS
}
