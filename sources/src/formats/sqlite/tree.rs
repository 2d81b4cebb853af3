//! A table's tree of pages, walked row by row in the order of its keys.
//!
//! What can't be understood costs only itself: a cell its row, a page what lies below it.

use std::rc::Rc;

use super::super::Fault;
use super::NAME;
use super::node::{Kind, Node};
use super::page::Pages;
use super::payload::Payload;

/// The library goes no deeper either: at the least two pages to a page, it is more than fit into
/// the largest file.
pub(super) const MAX_DEPTH: usize = 20;

/// What a walk meets.
pub(super) enum Entry {
    /// A row, and its id where there is one.
    Row(i64, Payload),
    /// A row or page that is damaged.
    Damage,
}

/// A walk through a tree.
pub(super) struct Tree {
    /// The uppermost page, until it is read.
    root: Option<u32>,
    kind: Option<Kind>,
    /// From the uppermost page to the one that is read.
    levels: Vec<Level>,
    /// Only what follows this row is wanted, until its place is found.
    behind: Option<i64>,
}

struct Level {
    node: Rc<Node>,
    next: usize,
    /// What the cells so far took up. They can't take up more than the page has, or they overlap:
    /// a page could then hold rows out of all proportion to its size.
    spent: usize,
}

enum Step {
    Down(u32),
    Row(i64, Payload),
    Damage,
    Up,
}

impl Tree {
    /// From this page on. A table that is of another kind than expected is damaged.
    pub(super) fn new(root: u32, kind: Option<Kind>) -> Self {
        Self { root: Some(root), kind, levels: Vec::new(), behind: None }
    }

    /// Only what follows this row id, found from the uppermost page down.
    pub(super) fn behind(self, row: i64) -> Self {
        Self { behind: Some(row), ..self }
    }

    /// Of which kind it is, as soon as a page of it was read.
    pub(super) fn kind(&self) -> Option<Kind> {
        self.kind
    }

    /// The next row.
    pub(super) fn next(&mut self, pages: &mut Pages<'_>) -> Result<Option<Entry>, Fault> {
        loop {
            let step = match (self.root.take(), self.levels.last_mut()) {
                (Some(root), _) => Step::Down(root),
                (None, Some(level)) => level.step(),
                (None, None) => return Ok(None),
            };
            match step {
                Step::Down(page) => match self.descend(page, pages) {
                    Err(Fault::Broken { .. }) => return Ok(Some(Entry::Damage)),
                    done => done?,
                },
                Step::Row(id, payload) => return Ok(Some(Entry::Row(id, payload))),
                Step::Damage => return Ok(Some(Entry::Damage)),
                Step::Up => drop(self.levels.pop()),
            }
        }
    }

    fn descend(&mut self, page: u32, pages: &mut Pages<'_>) -> Result<(), Fault> {
        if self.levels.len() == MAX_DEPTH {
            return Err(Fault::broken(NAME, "its pages are nested too deep"));
        }
        let node = Node::read(page, pages)?;
        if *self.kind.get_or_insert(node.kind) != node.kind {
            return Err(Fault::broken(NAME, "a page is of another table"));
        }
        let next = match self.behind {
            Some(row) if node.kind == Kind::Table => node.first_behind(row),
            _ => 0,
        };
        if node.leaf {
            self.behind = None;
        }
        self.levels.push(Level { node: Rc::new(node), next, spent: 0 });
        Ok(())
    }
}

impl Level {
    fn step(&mut self) -> Step {
        let (at, cells) = (self.next, self.node.cells);
        self.next += 1;
        match (self.node.leaf, self.node.kind) {
            (true, _) if at < cells => self.row(at),
            (false, Kind::Table) if at <= cells => self.down(at),
            // The rows of an interior page stand between the pages below it.
            (false, Kind::Index) if at <= 2 * cells && at % 2 == 0 => self.down(at / 2),
            (false, Kind::Index) if at < 2 * cells => self.row(at / 2),
            _ => Step::Up,
        }
    }

    fn down(&self, cell: usize) -> Step {
        self.node.child(cell).map_or(Step::Damage, Step::Down)
    }

    fn row(&mut self, cell: usize) -> Step {
        let Some(cell) = self.node.cell(cell) else { return Step::Damage };
        self.spent += cell.size;
        if self.spent > self.node.room() {
            self.next = usize::MAX / 2;
            return Step::Damage;
        }
        Step::Row(cell.id, Payload::new(&self.node, cell))
    }
}
