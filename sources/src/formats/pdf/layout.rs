//! From glyphs at positions to the text of a page: lines by their baselines, spaces where there
//! are gaps. Lines stand in the order in which they were drawn, which is how programs write them;
//! a piece that continues an earlier line, as coloured words and links do, is joined to it.

use zeroize::Zeroizing;

/// Text of one page, in bytes. What is longer is cut.
const MAX_TEXT: usize = 8 << 20;
/// A gap as wide as this part of the size is a space.
const SPACE: f64 = 0.2;
/// A gap as wide as this many sizes parts two columns.
const COLUMN: f64 = 2.0;
/// A baseline further off than this part of the size is another line.
const LINE: f64 = 0.45;
/// How many lines back one is looked for that goes on.
const LOOK_BACK: usize = 64;

/// A glyph on the page: where it begins and ends, and how high it is.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Spot {
    pub(crate) start: (f64, f64),
    pub(crate) end: (f64, f64),
    pub(crate) size: f64,
}

struct Line {
    text: Zeroizing<String>,
    /// The direction of writing, of length 1.
    direction: (f64, f64),
    end: (f64, f64),
    size: f64,
}

/// Puts a page's text together.
#[derive(Default)]
pub(crate) struct Layout {
    lines: Vec<Line>,
    current: usize,
    bytes: usize,
    cut: bool,
}

impl Layout {
    /// Adds a glyph.
    pub(crate) fn glyph(&mut self, text: &str, spot: Spot) {
        if self.bytes + text.len() > MAX_TEXT {
            self.cut = true;
            return;
        }
        let numbers = [spot.start.0, spot.start.1, spot.end.0, spot.end.1, spot.size];
        if text.is_empty() || numbers.iter().any(|n| !n.is_finite()) {
            return;
        }
        let gap = self.lines.get(self.current).and_then(|line| line.gap_to(&spot));
        let gap = gap.or_else(|| self.resume(&spot));
        match gap {
            Some(gap) => self.lines[self.current].go_on(text, gap, &spot),
            None => {
                self.current = self.lines.len();
                self.lines.push(Line::new(text, &spot));
            }
        }
        self.bytes += text.len() + 1;
    }

    /// Passes over a glyph whose text stands elsewhere: what follows is measured from its end.
    pub(crate) fn pass(&mut self, spot: Spot) {
        if let Some(line) = self.lines.get_mut(self.current) {
            line.end = spot.end;
        }
    }

    /// Adds a line that has no place on the page, such as a comment.
    pub(crate) fn aside(&mut self, text: &str) {
        self.current = usize::MAX;
        if self.bytes + text.len() > MAX_TEXT {
            self.cut = true;
        } else if !text.trim().is_empty() {
            let spot = Spot { start: (f64::NAN, 0.0), end: (f64::NAN, 0.0), size: 0.0 };
            self.lines.push(Line::new(text, &spot));
            self.bytes += text.len() + 1;
        }
    }

    /// How much text there is.
    pub(crate) fn bytes(&self) -> usize {
        self.bytes
    }

    /// Whether a line shows this text.
    pub(crate) fn shows(&self, text: &str) -> bool {
        self.lines.iter().any(|line| line.text.contains(text))
    }

    /// Whether something was left out because there was too much.
    pub(crate) fn is_cut(&self) -> bool {
        self.cut
    }

    /// The text.
    pub(crate) fn text(self) -> Zeroizing<String> {
        let mut text = Zeroizing::new(String::with_capacity(self.bytes));
        for line in &self.lines {
            let line = line.text.trim_end();
            if !line.is_empty() {
                text.push_str(line);
                text.push('\n');
            }
        }
        text
    }

    /// An earlier line that the glyph continues.
    fn resume(&mut self, spot: &Spot) -> Option<f64> {
        let from = self.lines.len().saturating_sub(LOOK_BACK);
        let (index, gap) = self.lines[from..].iter().enumerate().rev().find_map(|(i, line)| {
            let gap = line.gap_to(spot).filter(|gap| (-SPACE..1.0).contains(gap))?;
            Some((from + i, gap))
        })?;
        self.current = index;
        Some(gap)
    }
}

impl Line {
    fn new(text: &str, spot: &Spot) -> Self {
        let (dx, dy) = (spot.end.0 - spot.start.0, spot.end.1 - spot.start.1);
        let length = dx.hypot(dy);
        let direction = if length > 1e-9 { (dx / length, dy / length) } else { (1.0, 0.0) };
        let text = Zeroizing::new(text.trim_start_matches(' ').to_owned());
        Self { text, direction, end: spot.end, size: spot.size }
    }

    /// The gap between the line's end and a glyph, in sizes; none if it isn't of the line.
    fn gap_to(&self, spot: &Spot) -> Option<f64> {
        let size = self.size.max(spot.size).max(1e-6);
        let (dx, dy) = (spot.start.0 - self.end.0, spot.start.1 - self.end.1);
        let along = (dx * self.direction.0 + dy * self.direction.1) / size;
        let across = (dy * self.direction.0 - dx * self.direction.1).abs() / size;
        let (w, h) = (spot.end.0 - spot.start.0, spot.end.1 - spot.start.1);
        let same_way = w * self.direction.0 + h * self.direction.1 >= 0.0;
        (across < LINE && along > -0.5 && same_way).then_some(along)
    }

    fn go_on(&mut self, text: &str, gap: f64, spot: &Spot) {
        let blank = text.starts_with([' ', '\t']) || self.text.ends_with([' ', '\t']);
        if gap > COLUMN {
            let end = self.text.trim_end_matches(' ').len();
            self.text.truncate(end);
            self.text.push('\t');
        } else if gap > SPACE && !blank && !self.text.is_empty() {
            self.text.push(' ');
        }
        self.text.push_str(text);
        self.end = spot.end;
        self.size = spot.size;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn draw(layout: &mut Layout, text: &str, mut x: f64, y: f64) {
        for letter in text.chars() {
            let spot = Spot { start: (x, y), end: (x + 5.0, y), size: 10.0 };
            layout.glyph(&letter.to_string(), spot);
            x += 5.0;
        }
    }

    #[test]
    fn gaps_become_spaces_and_columns_tabs_and_lines_part() {
        let mut layout = Layout::default();
        draw(&mut layout, "one", 0.0, 100.0);
        draw(&mut layout, "two", 18.0, 100.0);
        draw(&mut layout, "far", 100.0, 100.0);
        draw(&mut layout, "next", 0.0, 88.0);
        assert_eq!(*layout.text(), "one two\tfar\nnext\n");
    }

    #[test]
    fn a_word_drawn_later_is_joined_to_its_line() {
        let mut layout = Layout::default();
        draw(&mut layout, "4111", 0.0, 100.0);
        draw(&mut layout, "below", 0.0, 80.0);
        draw(&mut layout, "2222", 20.0, 100.0);
        assert_eq!(*layout.text(), "41112222\nbelow\n");
    }

    #[test]
    fn kerning_parts_nothing() {
        let mut layout = Layout::default();
        draw(&mut layout, "A", 0.0, 0.0);
        draw(&mut layout, "V", 4.2, 0.0);
        draw(&mut layout, "A", 10.2, 0.0);
        assert_eq!(*layout.text(), "AVA\n");
    }

    #[test]
    fn positions_that_are_no_numbers_are_left_out() {
        let mut layout = Layout::default();
        layout.glyph("x", Spot { start: (f64::NAN, 0.0), end: (1.0, 1.0), size: 1.0 });
        layout.aside("a comment");
        draw(&mut layout, "text", 0.0, 0.0);
        assert_eq!(*layout.text(), "a comment\ntext\n");
    }
}
