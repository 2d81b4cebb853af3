//! Making the child of a cut, step by step, so that anything may happen in between.

use trawl_actors::range::{Command, Write, child_start};
use trawl_model::RangeId;
use trawl_model::range::{Bounds, RangeHead};

use super::event::{Ask, Reply, Then};
use super::keeper::{From, Keeper, Making};
use super::rule::Rule;
use super::store::Outcome;
use super::world::World;

/// Steps that may fail until a cut is given up.
const TRIES: u32 = 4;

impl World<'_> {
    pub(super) fn make_child(
        &mut self,
        node: usize,
        range: RangeId,
        child: RangeId,
        bounds: Bounds,
    ) {
        let (write, early) = (self.id(), self.without == Some(Rule::RowsBeforeBound));
        let Some(keeper) = self.nodes[node].process.keepers.get_mut(&range) else { return };
        let version = child_start(keeper.fence.version);
        let (source, id) = (keeper.source, keeper.id);
        let head = Box::new(RangeHead::new(bounds.clone(), keeper.state.head.lane));
        let fence = super::store::Fence { epoch: 0, version, write };
        keeper.making = Some(Making { child, bounds, fence, after: None, tries: 0 });
        if early {
            keeper.queue.push_front((Command::ChildMade, From::Nobody));
        }
        let ask = Ask::Make { source, range: child, head, version, write };
        self.ask(node, ask, Then::ChildMade { range, keeper: id });
    }

    fn making(&mut self, node: usize, range: RangeId, id: u64) -> Option<&mut Keeper> {
        let keepers = &mut self.nodes[node].process.keepers;
        keepers.get_mut(&range).filter(|keeper| keeper.id == id && keeper.making.is_some())
    }

    /// The child is made, or is not.
    pub(super) fn child_made(
        &mut self,
        node: usize,
        range: RangeId,
        id: u64,
        reply: Option<Reply>,
    ) {
        let Some(keeper) = self.making(node, range, id) else { return };
        let Some(making) = &mut keeper.making else { return };
        match reply {
            Some(Reply::Outcome(Outcome::Applied(fence))) => making.fence = fence,
            None if making.tries < TRIES => {
                making.tries += 1;
                let (source, child, fence) = (keeper.source, making.child, making.fence);
                let (version, write) = (fence.version, fence.write);
                let head = RangeHead::new(making.bounds.clone(), keeper.state.head.lane);
                let head = Box::new(head);
                let ask = Ask::Make { source, range: child, head, version, write };
                return self.ask(node, ask, Then::ChildMade { range, keeper: id });
            }
            _ => return self.give_up(node, range, id),
        }
        self.copy(node, range, id);
    }

    fn copy(&mut self, node: usize, range: RangeId, id: u64) {
        let write = self.id();
        let Some(keeper) = self.making(node, range, id) else { return };
        let Some(making) = &keeper.making else { return };
        let (child, after, expected) = (making.child, making.after.clone(), making.fence);
        let ask = Ask::Copy { parent: range, child, after, expected, write };
        self.ask(node, ask, Then::Copied { range, keeper: id, write });
    }

    /// Some rows are copied.
    pub(super) fn copied(
        &mut self,
        node: usize,
        range: RangeId,
        id: u64,
        write: u64,
        reply: Option<Reply>,
    ) {
        let Some(keeper) = self.making(node, range, id) else { return };
        let Some(making) = &mut keeper.making else { return };
        match reply {
            Some(Reply::Copied(Outcome::Applied(fence), after)) => {
                making.fence = fence;
                if after.is_some() {
                    making.after = after;
                    return self.copy(node, range, id);
                }
                keeper.making = None;
                if keeper.state.cutting.is_some() {
                    keeper.queue.push_front((Command::ChildMade, From::Nobody));
                }
                self.counts.cuts += 1;
                self.advance(node, range);
            }
            None if making.tries < TRIES => {
                making.tries += 1;
                let (child, after, expected) = (making.child, making.after.clone(), making.fence);
                let ask = Ask::Copy { parent: range, child, after, expected, write };
                self.ask(node, ask, Then::Copied { range, keeper: id, write });
            }
            _ => self.give_up(node, range, id),
        }
    }

    /// The range goes on whole, and what there is of the child is an orphan.
    fn give_up(&mut self, node: usize, range: RangeId, id: u64) {
        let Some(keeper) = self.making(node, range, id) else { return };
        keeper.making = None;
        keeper.state.apply(&Write::Cutting(None));
        self.advance(node, range);
    }
}
