//! The bytes of a row: those on its page, and those on the chain of pages that hold the rest.

use std::ops::Range;
use std::rc::Rc;

use zeroize::Zeroizing;

use super::super::Fault;
use super::NAME;
use super::node::{Cell, Node, pointer};
use super::page::Pages;

/// So many bytes may be made room for before it is known that they are there.
const SHORT: u64 = 64 << 10;

/// The bytes of a row. Any stretch of them can be asked for, again too: the chain is followed once,
/// and only as far as it is needed.
pub(super) struct Payload {
    node: Rc<Node>,
    local: Range<usize>,
    length: u64,
    /// The pages of the chain that are known.
    chain: Vec<u32>,
    first: u32,
    /// The page of the chain that was read last, and which one it is.
    held: Option<(usize, Zeroizing<Vec<u8>>)>,
}

impl Payload {
    pub(super) fn new(node: &Rc<Node>, cell: Cell) -> Self {
        let Cell { local, length, chain: first, .. } = cell;
        Self { node: Rc::clone(node), local, length, chain: Vec::new(), first, held: None }
    }

    /// How many bytes there are.
    pub(super) fn len(&self) -> u64 {
        self.length
    }

    /// The memory that it takes to have these bytes, beside what a page takes.
    pub(super) fn cost(&self, range: &Range<u64>, pages: &Pages<'_>) -> usize {
        if range.end <= self.local.len() as u64 {
            return 0;
        }
        let chain = range.end / pages.chained() as u64 * size_of::<u32>() as u64;
        (range.end - range.start + chain) as usize
    }

    /// A stretch of the bytes, which lies within them. What isn't on the row's own page is put
    /// into `own`.
    pub(super) fn bytes<'p>(
        &'p mut self,
        range: Range<u64>,
        pages: &mut Pages<'_>,
        own: &'p mut Zeroizing<Vec<u8>>,
    ) -> Result<&'p [u8], Fault> {
        let here = self.local.len() as u64;
        if range.end <= here {
            let start = self.local.start;
            return Ok(self.node.bytes(start + range.start as usize..start + range.end as usize));
        }
        if range.end - range.start > SHORT {
            // Only what is there makes room for itself, whatever the row says of its length.
            self.follow(((range.end - here - 1) / pages.chained() as u64) as usize, pages)?;
        }
        *own = Zeroizing::new(Vec::with_capacity((range.end - range.start) as usize));
        if range.start < here {
            let start = self.local.start + range.start as usize;
            own.extend_from_slice(self.node.bytes(start..self.local.end));
        }
        let mut at = range.start.max(here) - here;
        while at < range.end - here {
            let (link, from) = (at / pages.chained() as u64, at % pages.chained() as u64);
            let to = (pages.chained() as u64).min(from + range.end - here - at);
            let page = self.link(link as usize, pages)?.get(from as usize..to as usize);
            own.extend_from_slice(page.ok_or_else(cut_off)?);
            at += to - from;
        }
        Ok(own)
    }

    /// Follows the chain to its nth page.
    fn follow(&mut self, nth: usize, pages: &mut Pages<'_>) -> Result<(), Fault> {
        while self.chain.len() <= nth {
            let next = match (self.chain.last(), &self.held) {
                (None, _) => self.first,
                (Some(_), Some((held, page))) if held + 1 == self.chain.len() => {
                    pointer(page, 0).unwrap_or_default()
                }
                (Some(last), _) => pages.next_of(*last)?,
            };
            if next == 0 {
                return Err(cut_off());
            }
            pages.visit(next)?;
            self.chain.push(next);
        }
        Ok(())
    }

    /// What the nth page of the chain holds of the row.
    fn link(&mut self, nth: usize, pages: &mut Pages<'_>) -> Result<&[u8], Fault> {
        self.follow(nth, pages)?;
        if self.held.as_ref().is_none_or(|(held, _)| *held != nth) {
            self.held = Some((nth, pages.read(self.chain[nth])?));
        }
        let page = self.held.as_ref().and_then(|(_, page)| page.get(size_of::<u32>()..));
        page.ok_or_else(cut_off)
    }
}

fn cut_off() -> Fault {
    Fault::broken(NAME, "a value is cut off")
}
