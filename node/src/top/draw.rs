//! The view, drawn into a buffer of cells. What does not fit is cut, and a mark says so: `…` in a line, the
//! rows that are seen (`3-9 of 40`) in the head of a list.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::{Color, Modifier, Style};
use trawl_cluster_config::Span;
use trawl_model::Timestamp;

use super::layout::{self, GAP};
use super::rows::{COLUMNS, Cell, Tone};
use super::{LISTS, Scrolled, Trouble, View};
use crate::{clock, terminal};

/// What says that something was cut.
const MARK: &str = "…";

/// What can be done, at the bottom.
const KEYS: &str = "q ends   p pauses   j/k ↑/↓ scroll   Tab next list";

/// A terminal of fewer lines shows no keys: what they would take shows a row more.
const LINES_FOR_KEYS: u16 = 6;

impl View {
    /// Draws it, and notes how much of the lists was seen.
    pub(crate) fn draw(&mut self, area: Rect, buffer: &mut Buffer) {
        let mut canvas = Canvas { area, buffer, is_coloured: self.is_coloured };
        let height = usize::from(area.height);
        let top = self.top();
        for (line, (text, tone, is_heading)) in top.iter().enumerate() {
            canvas.line(line, text, *tone, *is_heading);
        }
        if top.len() > height {
            canvas.mark(height.saturating_sub(1));
        }
        let has_keys = area.height >= LINES_FOR_KEYS;
        if has_keys {
            let keys =
                if self.is_paused { KEYS.replace("pauses", "goes on") } else { KEYS.to_owned() };
            canvas.line(height - 1, &keys, Tone::Dim, false);
        }
        let below = height.saturating_sub(usize::from(has_keys));
        self.lists(&mut canvas, top.len().min(below), below);
    }

    /// The lines above all lists: what must be known first comes first.
    fn top(&self) -> Vec<(String, Tone, bool)> {
        let mut lines = vec![(self.title(), Tone::Plain, true)];
        if let Some(trouble) = &self.trouble {
            let said = trouble.said();
            lines.insert(0, (said, Tone::Wrong, false));
        }
        lines.push((self.index(), Tone::Plain, false));
        lines
    }

    fn title(&self) -> String {
        let cluster = &self.heard.cluster;
        let leads = cluster.nodes.iter().find(|node| node.leads);
        let leads = leads.map_or("nobody".into(), |node| terminal::safe(&node.name));
        let nodes = cluster.nodes.len();
        let missing = cluster.nodes.iter().filter(|node| !node.connected).count();
        let missing = match missing {
            0 => String::new(),
            missing => format!(", {missing} not connected"),
        };
        let word = if nodes == 1 { "node" } else { "nodes" };
        let at = time(self.heard.at);
        let pace = match (self.is_paused, Span::millis(self.every.as_millis() as u64)) {
            (true, _) => format!("paused at {at}"),
            (false, every) => format!("{at}, every {every}"),
        };
        let shards = cluster.shards;
        format!("trawl top   {pace}   {leads} leads   {nodes} {word}{missing}, {shards} shards")
    }

    fn index(&self) -> String {
        let cluster = &self.heard.cluster;
        let (due, lag) = (terminal::number(cluster.index_due), cluster.index_lag_seconds);
        let splits = terminal::number(cluster.index_splits);
        format!("index: {due} ranges to be read, {lag:.1} s behind, {splits} files")
    }

    /// Draws the lists into the lines from the one to before the other.
    fn lists(&mut self, canvas: &mut Canvas<'_>, from: usize, to: usize) {
        let wanted = self.rows.each_ref().map(|rows| rows.len() + 1);
        let room = to.saturating_sub(from);
        let gaps = usize::from(room >= wanted.iter().sum::<usize>() + LISTS);
        let given = layout::shares(wanted, room);
        for ((scrolled, rows), lines) in self.scrolled.iter_mut().zip(&self.rows).zip(given) {
            scrolled.seen = lines.saturating_sub(1);
            scrolled.first = scrolled.first.min(rows.len().saturating_sub(scrolled.seen));
        }
        let mut line = from;
        for (list, lines) in given.into_iter().enumerate() {
            line += gaps;
            if lines > 0 {
                self.list(canvas, list, line);
            }
            line += lines;
        }
        if given.contains(&0) {
            canvas.mark(to.saturating_sub(1));
        }
    }

    fn list(&self, canvas: &mut Canvas<'_>, list: usize, line: usize) {
        let (columns, rows) = (COLUMNS[list], &self.rows[list]);
        let scrolled = self.scrolled[list];
        let mut heads: Vec<String> = columns.iter().map(|column| column.head.to_owned()).collect();
        heads[0] = self.head(list);
        let mut wanted: Vec<usize> = heads.iter().map(|head| terminal::width(head)).collect();
        // All rows are measured, so that columns stay where they are when a list is scrolled.
        for row in rows {
            for (wanted, cell) in wanted.iter_mut().zip(row) {
                *wanted = (*wanted).max(terminal::width(&cell.text));
            }
        }
        let widths = layout::widths(columns, &wanted, usize::from(canvas.area.width));
        let head: Vec<Cell> = heads.iter().map(|head| Cell::toned(head, Tone::Plain)).collect();
        let is_cut = widths.contains(&None);
        let seen = rows.iter().skip(scrolled.first).take(scrolled.seen);
        for (at, (row, is_heading)) in
            std::iter::once((&head, true)).chain(seen.map(|row| (row, false))).enumerate()
        {
            let mut column = 0;
            for ((cell, width), shape) in row.iter().zip(&widths).zip(columns) {
                let Some(width) = *width else { continue };
                let text = fitted(cell, width);
                let text = if shape.right { terminal::right(&text, width) } else { text };
                canvas.text(line + at, column, width, &text, cell.tone, is_heading);
                column += width + GAP;
            }
            if is_cut {
                canvas.mark(line + at);
            }
        }
    }

    /// What stands above a list: how many there are, or which of them are seen.
    fn head(&self, list: usize) -> String {
        let (name, all) = (COLUMNS[list][0].head, self.rows[list].len());
        let Scrolled { first, seen } = self.scrolled[list];
        // Of scans only the newest are looked at.
        let older = if list > 0 && self.heard.has_older { "+" } else { "" };
        let count = match seen.min(all) {
            seen if seen == all => format!("{all}{older}"),
            0 => format!("0 of {all}{older}"),
            seen => format!("{}-{} of {all}{older}", first + 1, first + seen),
        };
        let focus = if self.is_cut(list) && self.focus == list { "> " } else { "" };
        format!("{focus}{name} {count}")
    }
}

impl Trouble {
    fn said(&self) -> String {
        let micros = self.last.as_micros().saturating_sub(self.since.as_micros());
        let lasts = terminal::lasting(u64::try_from(micros).unwrap_or(0) / 1_000_000);
        let why = self.why.lines().collect::<Vec<_>>().join("; ");
        format!("no answer since {} ({lasts}): {}", time(self.since), terminal::safe(&why))
    }
}

/// The time of the day, of the clock by which all times are written.
fn time(at: Timestamp) -> String {
    let written = clock::written(at);
    let time = written.split('T').nth(1).map(|time| time.chars().take(8).collect::<String>());
    time.map_or(written, |time| format!("{time} UTC"))
}

fn fitted(cell: &Cell, columns: usize) -> String {
    match &cell.short {
        Some(short) if terminal::width(&cell.text) > columns => short.clone(),
        _ => terminal::fitted(&cell.text, columns).into_owned(),
    }
}

/// A buffer, and what part of it is ours. What lies outside of it is not drawn.
struct Canvas<'a> {
    area: Rect,
    buffer: &'a mut Buffer,
    is_coloured: bool,
}

impl Canvas<'_> {
    /// A line from the left to the right, cut at its end.
    fn line(&mut self, line: usize, text: &str, tone: Tone, is_heading: bool) {
        let width = usize::from(self.area.width);
        self.text(line, 0, width, text, tone, is_heading);
        if terminal::width(text) > width {
            self.mark(line);
        }
    }

    /// A text in at most so many columns.
    fn text(&mut self, line: usize, at: usize, width: usize, text: &str, tone: Tone, head: bool) {
        let width = width.min(usize::from(self.area.width).saturating_sub(at));
        let Some((x, y)) = self.place(line, at).filter(|_| width > 0) else { return };
        let style = self.style(tone, head);
        self.buffer.set_stringn(x, y, text, width, style);
    }

    /// Says at the end of a line that something was cut.
    fn mark(&mut self, line: usize) {
        let last = usize::from(self.area.width).saturating_sub(1);
        self.text(line, last, 1, MARK, Tone::Dim, false);
    }

    fn place(&self, line: usize, at: usize) -> Option<(u16, u16)> {
        let (line, at) = (u16::try_from(line).ok()?, u16::try_from(at).ok()?);
        let is_inside = line < self.area.height && at < self.area.width;
        is_inside.then(|| (self.area.x + at, self.area.y + line))
    }

    fn style(&self, tone: Tone, is_heading: bool) -> Style {
        if !self.is_coloured {
            return Style::new();
        }
        let style = match tone {
            Tone::Plain => Style::new(),
            Tone::Dim => Style::new().add_modifier(Modifier::DIM),
            Tone::Look => Style::new().fg(Color::Yellow),
            Tone::Wrong => Style::new().fg(Color::Red).add_modifier(Modifier::BOLD),
            Tone::Well => Style::new().fg(Color::Green),
        };
        if is_heading { style.add_modifier(Modifier::BOLD) } else { style }
    }
}
