//! Lists in columns that fit the terminal.

use std::io::{self, Write};

use crate::terminal::{self, HEADING};

/// Blanks between two columns.
const GAP: usize = 2;

/// Rows of cells, all in memory: for lists that are known to be short.
pub(crate) struct Columns<const N: usize> {
    heads: [String; N],
    right: [bool; N],
    rows: Vec<[String; N]>,
    is_whole: bool,
}

impl<const N: usize> Columns<N> {
    /// Columns with these heads. They, too, can do nothing to the terminal.
    pub(crate) fn new(heads: [&str; N]) -> Self {
        let heads = heads.map(|head| terminal::safe(head).into_owned());
        Self { heads, right: [false; N], rows: Vec::new(), is_whole: false }
    }

    /// Sets columns to the right, as numbers are.
    pub(crate) fn right(mut self, columns: &[usize]) -> Self {
        for column in columns {
            self.right[*column] = true;
        }
        self
    }

    /// Cuts nothing, however long its lines are.
    pub(crate) fn whole(self) -> Self {
        Self { is_whole: true, ..self }
    }

    /// Adds a row. Its cells can do nothing to the terminal.
    pub(crate) fn row(&mut self, cells: [String; N]) {
        self.rows.push(cells.map(|cell| terminal::safe(&cell).into_owned()));
    }

    /// Whether there is no row.
    pub(crate) fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// Writes head and rows.
    pub(crate) fn write(&self, out: &mut dyn Write) -> io::Result<()> {
        let columns = if self.is_whole { usize::MAX } else { terminal::columns() };
        let widths = self.widths(columns);
        writeln!(out, "{HEADING}{}{HEADING:#}", self.line(&self.heads, &widths))?;
        for row in &self.rows {
            writeln!(out, "{}", self.line(row, &widths))?;
        }
        Ok(())
    }

    fn line(&self, cells: &[String; N], widths: &[usize; N]) -> String {
        let mut line = String::new();
        for (i, cell) in cells.iter().enumerate() {
            let cell = terminal::fitted(cell, widths[i]);
            let set = if self.right[i] { terminal::right } else { terminal::padded };
            line.push_str(&set(&cell, widths[i]));
            line.push_str(&" ".repeat(GAP));
        }
        line.trim_end().to_owned()
    }

    /// As wide as the widest cell; where that is too much, the widest column gives way.
    fn widths(&self, columns: usize) -> [usize; N] {
        let mut widths = self.heads.each_ref().map(|head| terminal::width(head));
        for row in &self.rows {
            for (width, cell) in widths.iter_mut().zip(row) {
                *width = (*width).max(terminal::width(cell));
            }
        }
        let room = columns.saturating_sub(GAP * N.saturating_sub(1)).max(N);
        while widths.iter().sum::<usize>() > room {
            let second = {
                let mut sorted = widths;
                sorted.sort_unstable();
                if N > 1 { sorted[N - 2] } else { 1 }
            };
            let over = widths.iter().sum::<usize>() - room;
            if let Some(widest) = widths.iter_mut().max_by_key(|width| **width) {
                let less = widest.saturating_sub(second).clamp(1, over);
                *widest = widest.saturating_sub(less);
            }
        }
        widths
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_widest_column_gives_way() {
        let mut columns = Columns::new(["A", "B", "C"]);
        columns.row(["x".repeat(50), "y".repeat(10), "z".into()]);
        assert_eq!(columns.widths(100), [50, 10, 1]);
        assert_eq!(columns.widths(40), [25, 10, 1]);
        assert_eq!(columns.widths(15).iter().sum::<usize>(), 11);
    }

    #[test]
    fn numbers_stand_to_the_right() {
        let mut columns = Columns::new(["TYPE", "COUNT"]).right(&[1]);
        columns.row(["email".into(), "7".into()]);
        let mut out = Vec::new();
        columns.write(&mut out).unwrap();
        let text = String::from_utf8(anstream::adapter::strip_bytes(&out).into_vec()).unwrap();
        assert_eq!(text, "TYPE   COUNT\nemail      7\n");
    }
}
