//! The owner's side of a node: it keeps ranges, gives work out, takes what was done, and carries out what was
//! decided once it is committed.

use std::collections::BTreeSet;

use trawl_actors::message::{Checkpoint, ProcessId, Pull, WorkerId};
use trawl_actors::ownership::Standing;
use trawl_actors::queue::order_of_asking;
use trawl_actors::range::{Command, Effect, RangeState, Reply as Said, ScanOrder};
use trawl_actors::recorder::Trace;
use trawl_model::range::{Bounds, RangeHead};
use trawl_model::{Priority, RangeId, TenantId};

use super::event::{Ask, Reply, Then, Timer, Word};
use super::keeper::{Around, Asked, Decided, From, Keeper, Next, Stage, leases, refused};
use super::oracles::Invariant;
use super::rule::Rule;
use super::source::Source;
use super::store::{Outcome, Writer};
use super::world::World;

/// How long a question for work is at work here.
const ASKING_PATIENCE: u64 = 5_000_000;

/// A question for work that goes round the ranges of a node.
pub(super) struct Asking {
    process: Writer,
    worker: usize,
    pull: Pull,
    /// Ranges that are still to be asked, the last ones first.
    left: Vec<RangeId>,
    until: u64,
}

/// How a keeper ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Ends {
    /// It was let go.
    Done,
    /// It has lost its range, or could not go on.
    Lost,
}

impl World<'_> {
    /// The leader asks to keep a range, and how far it is.
    pub(super) fn follow(
        &mut self,
        node: usize,
        from: Writer,
        (epoch, look): (u64, u64),
        (source, range): (usize, RangeId),
        order: &ScanOrder,
    ) {
        if !self.obeys(node, epoch) {
            return;
        }
        let shard = trawl_actors::director::shard_of(range, self.setup.shards);
        let Some(held) = self.nodes[node].process.held.get(&shard).copied() else { return };
        if held.next.is_some() {
            return;
        }
        if !self.nodes[node].process.keepers.contains_key(&range) {
            self.keep(node, source, range, shard, held.fence.epoch, order);
            return;
        }
        let in_memory = self.without == Some(Rule::ProgressIsCommitted);
        let process = &mut self.nodes[node].process;
        let Some(keeper) = process.keepers.get_mut(&range) else { return };
        if keeper.order.number < order.number {
            keeper.order = order.clone();
            if keeper.stage == Stage::Keeping {
                keeper.ask(Command::Begin(order.clone()), From::Nobody);
            }
        }
        if keeper.stage != Stage::Keeping || keeper.stopping {
            return;
        }
        let head = if in_memory { &keeper.state.head } else { &keeper.committed };
        let (scan, child) = (head.scan.clone(), head.child.clone());
        if let Some(scan) = scan {
            self.say(node, from.node, Word::Followed { look, source, range, scan, child });
        }
        self.advance(node, range);
    }

    /// Words of a leader that another has followed are refused.
    fn obeys(&mut self, node: usize, epoch: u64) -> bool {
        let seen = &mut self.nodes[node].process.leader_seen;
        *seen = (*seen).max(epoch);
        *seen == epoch
    }

    fn keep(
        &mut self,
        node: usize,
        source: usize,
        range: RangeId,
        shard: u16,
        epoch: u64,
        order: &ScanOrder,
    ) {
        let (id, write) = (self.id(), self.id());
        let head = RangeHead::new(Bounds::everything(), 0);
        let state = RangeState::new(TenantId::default_tenant(), Source::id(source), range, head);
        let mut keeper = Keeper::new(id, state, source, shard, epoch);
        keeper.order = order.clone();
        self.nodes[node].process.keepers.insert(range, keeper);
        let then = Then::Raised { range, keeper: id };
        self.ask(node, Ask::Raise { range, epoch, write }, then);
    }

    fn keeper(&mut self, node: usize, range: RangeId, id: u64) -> Option<&mut Keeper> {
        let keepers = &mut self.nodes[node].process.keepers;
        keepers.get_mut(&range).filter(|keeper| keeper.id == id)
    }

    pub(super) fn raised(&mut self, node: usize, range: RangeId, id: u64, reply: Option<Reply>) {
        let Some(keeper) = self.keeper(node, range, id) else { return };
        let (shard, epoch) = (keeper.shard, keeper.epoch);
        match reply {
            Some(Reply::Outcome(Outcome::Applied(_))) => {}
            Some(Reply::Outcome(Outcome::Rejected(Some(at)))) if at.epoch == epoch => {}
            Some(Reply::Outcome(Outcome::Rejected(Some(_)))) => {
                self.end_keeper(node, range, Ends::Lost);
                return self.lose_shard(node, shard);
            }
            Some(_) => return self.end_keeper(node, range, Ends::Lost),
            None => {
                let write = self.id();
                let then = Then::Raised { range, keeper: id };
                return self.ask(node, Ask::Raise { range, epoch, write }, then);
            }
        }
        if let Some(keeper) = self.keeper(node, range, id) {
            keeper.stage = Stage::Reading;
        }
        self.ask(node, Ask::Read { range }, Then::ReadRange { range, keeper: id });
    }

    pub(super) fn read_range(
        &mut self,
        node: usize,
        range: RangeId,
        id: u64,
        reply: Option<Reply>,
    ) {
        let (now, left) = (self.local(node), self.nodes[node].left);
        let living = self.living_processes(node);
        let Some(keeper) = self.keeper(node, range, id) else { return };
        match reply {
            Some(Reply::Rows(Some(rows))) => {
                let (fence, rows) = *rows;
                if fence.epoch != keeper.epoch {
                    return self.end_keeper(node, range, Ends::Lost);
                }
                if keeper.stage == Stage::Reading {
                    keeper.begin(fence, RangeState { trace: left, ..rows }, living, now);
                } else {
                    keeper.decide_anew(fence, RangeState { trace: left, ..rows });
                }
                self.advance(node, range);
            }
            Some(_) => self.end_keeper(node, range, Ends::Lost),
            None => self.ask(node, Ask::Read { range }, Then::ReadRange { range, keeper: id }),
        }
    }

    /// The processes that seem to live to this one, and this one.
    fn living_processes(&self, node: usize) -> BTreeSet<ProcessId> {
        let others = self.nodes[node].living(self.now);
        others.into_iter().chain([node]).map(|node| self.nodes[node].process.id).collect()
    }

    /// Decides what waits at a keeper, and sends that off.
    pub(super) fn advance(&mut self, node: usize, range: RangeId) {
        let most = 64 + 40 * (self.setup.workers * self.setup.nodes);
        loop {
            let (now, by) = (self.local(node), self.writer(node));
            let (write, without) = (self.id(), self.without);
            let log_entries = self.bounds.log_entries;
            let process = &mut self.nodes[node].process;
            let indexed = process.indexed.get(&range).copied();
            let Some(keeper) = process.keepers.get_mut(&range) else { return };
            let (id, waits) = (keeper.id, keeper.queue.len());
            let tuning = &self.bounds.tuning;
            let next =
                keeper.advance(&Around { now, tuning, log_entries, indexed, write, by, without });
            if waits > most {
                self.broken(Invariant::Bounded, format!("{waits} commands wait at one range"));
            }
            match next {
                Next::Nothing => break,
                Next::CarryOut(decided) => self.carry_out(node, range, decided),
                Next::Send(commit) => {
                    self.ask(node, Ask::Commit(commit), Then::Committed { range, keeper: id });
                    if without == Some(Rule::AnswersAreCommitted) {
                        let keeper = self.keeper(node, range, id);
                        let decided = keeper.and_then(Keeper::applied_early);
                        self.carry_out(node, range, decided.unwrap_or_default());
                    }
                    break;
                }
            }
        }
        let keeper = self.nodes[node].process.keepers.get(&range);
        if keeper.is_some_and(|keeper| keeper.stopping && keeper.is_idle()) {
            self.end_keeper(node, range, Ends::Done);
        }
    }

    pub(super) fn committed(&mut self, node: usize, range: RangeId, id: u64, reply: Option<Reply>) {
        let (now, unsettled) = (self.local(node), self.without == Some(Rule::UnknownIsSettled));
        let Some(keeper) = self.keeper(node, range, id) else { return };
        let (shard, epoch) = (keeper.shard, keeper.epoch);
        match reply {
            Some(Reply::Outcome(Outcome::Applied(_))) => self.applied(node, range, id),
            None if unsettled => self.applied(node, range, id),
            Some(Reply::Outcome(Outcome::Rejected(Some(at)))) if at.epoch == epoch => {
                self.ask(node, Ask::Read { range }, Then::ReadRange { range, keeper: id });
            }
            Some(Reply::Outcome(Outcome::Rejected(Some(_)))) => {
                self.note(node, format_args!("is overtaken in {range}"));
                self.end_keeper(node, range, Ends::Lost);
                self.lose_shard(node, shard);
            }
            Some(_) => self.end_keeper(node, range, Ends::Lost),
            None => match keeper.unheard() {
                Some(0) => self.resend(node, range, id),
                Some(wait) => self.set_timer(node, wait, Timer::Resend { range, keeper: id }),
                None => {
                    let tries = keeper.tries();
                    self.note(
                        node,
                        format_args!("gives {range} up at {now:?} after {tries} tries"),
                    );
                    self.end_keeper(node, range, Ends::Lost);
                }
            },
        }
    }

    fn applied(&mut self, node: usize, range: RangeId, id: u64) {
        let now = self.local(node);
        let Some(keeper) = self.keeper(node, range, id) else { return };
        let (source, lane) = (keeper.source, keeper.state.head.lane);
        if let Some((decided, logged)) = keeper.applied(now) {
            if logged && let Some(owner) = self.lane_owner(node, lane) {
                self.say(node, owner, Word::Changed { source, range, lane });
            }
            self.carry_out(node, range, decided);
        }
        self.advance(node, range);
    }

    pub(super) fn resend(&mut self, node: usize, range: RangeId, id: u64) {
        let commit = self.keeper(node, range, id).and_then(|keeper| keeper.under_way());
        if let Some(commit) = commit {
            self.ask(node, Ask::Commit(commit), Then::Committed { range, keeper: id });
        }
    }

    fn carry_out(&mut self, node: usize, range: RangeId, decided: Vec<Decided>) {
        for Decided { command, decision, from } in decided {
            let again = decision.reply == Said::Again;
            match from {
                From::Worker { process, worker, lease, number } => {
                    let Said::Checkpoint(answer) = decision.reply else { continue };
                    let answer = Some(answer);
                    let word = Word::Taken { worker, range, lease, number, answer };
                    self.say_to(node, process, word);
                }
                From::Asking(question) => {
                    let given = leases(decision.reply);
                    if given.is_empty() {
                        self.found_nothing(node, range, question);
                    } else if let Some(asking) = self.nodes[node].process.asking.remove(&question) {
                        let (worker, leases) = (asking.worker, given);
                        let word = Word::Leases { question, worker, leases };
                        self.say_to(node, asking.process, word);
                    }
                }
                From::Nobody => {}
            }
            if again && let Some(keeper) = self.nodes[node].process.keepers.get_mut(&range) {
                keeper.ask(command, From::Nobody);
            }
            for effect in decision.effects {
                self.carry_out_effect(node, range, effect);
            }
        }
    }

    /// An answer goes to the process that asked, and to none that follows it.
    fn say_to(&mut self, node: usize, process: Writer, word: Word) {
        if self.nodes[process.node].life == process.life {
            self.say(node, process.node, word);
        }
    }

    fn carry_out_effect(&mut self, node: usize, range: RangeId, effect: Effect) {
        match effect {
            Effect::Wake => {
                self.nodes[node].process.news = true;
                if let Some(keeper) = self.nodes[node].process.keepers.get_mut(&range) {
                    keeper.may = true;
                }
                self.look_for_work(node, false);
            }
            // The leader looks for itself.
            Effect::Phase(_) | Effect::AtRest | Effect::EnterChild => {}
            Effect::Clean(dead) | Effect::Forget(dead) => {
                self.ask(node, Ask::Clean { dead: Box::new(dead) }, Then::Nothing);
            }
            Effect::Full => {
                let child = self.new_range_id();
                self.command(node, range, Command::Cut { child });
            }
            Effect::MakeChild { child, bounds } => self.make_child(node, range, child, bounds),
        }
    }

    /// A command for which nobody waits.
    pub(super) fn command(&mut self, node: usize, range: RangeId, command: Command) {
        let keepers = &mut self.nodes[node].process.keepers;
        let keeping = |keeper: &&mut Keeper| keeper.stage == Stage::Keeping && !keeper.stopping;
        if let Some(keeper) = keepers.get_mut(&range).filter(keeping) {
            keeper.ask(command, From::Nobody);
            self.advance(node, range);
        }
    }

    /// A keeper ends: whoever waits is refused.
    pub(super) fn end_keeper(&mut self, node: usize, range: RangeId, how: Ends) {
        let Some(mut keeper) = self.nodes[node].process.keepers.remove(&range) else { return };
        if how == Ends::Lost {
            self.note(node, format_args!("no longer keeps {range}"));
        }
        for (from, _) in keeper.waiting() {
            match from {
                From::Nobody => {}
                From::Worker { process, worker, lease, number } => {
                    let answer = Some(refused());
                    self.say_to(
                        node,
                        process,
                        Word::Taken { worker, range, lease, number, answer },
                    );
                }
                From::Asking(question) => self.ask_next(node, question),
            }
        }
    }

    /// Ranges of a shard that is handed over are let go: what is under way is kept, and what is out goes out
    /// again.
    pub(super) fn stop_shard(&mut self, node: usize, shard: u16) {
        self.close_lanes(node, shard);
        let keepers = self.nodes[node].process.keepers.values_mut();
        let mut ranges = Vec::new();
        for keeper in keepers.filter(|keeper| keeper.shard == shard && !keeper.stopping) {
            keeper.stopping = true;
            if keeper.stage == Stage::Keeping {
                keeper.queue.push_back((Command::HandOver, From::Nobody));
            }
            ranges.push((keeper.range, keeper.stage));
        }
        for (range, stage) in ranges {
            if stage == Stage::Keeping {
                self.advance(node, range);
            } else {
                self.end_keeper(node, range, Ends::Done);
            }
        }
    }

    /// The leader has a range end its scan.
    pub(super) fn close(
        &mut self,
        node: usize,
        epoch: u64,
        range: RangeId,
        number: u32,
        close: bool,
    ) {
        if self.obeys(node, epoch) {
            self.command(node, range, Command::Close { number, close });
        }
    }

    /// The directory names the child of a range.
    pub(super) fn entered(&mut self, node: usize, epoch: u64, range: RangeId, child: RangeId) {
        let keeper = self.nodes[node].process.keepers.get(&range);
        let noted = keeper.and_then(|keeper| keeper.state.head.child.as_ref());
        if noted.is_some_and(|noted| noted.range == child) && self.obeys(node, epoch) {
            self.command(node, range, Command::ChildEntered);
        }
    }

    /// A worker of another node asks for work.
    pub(super) fn pulled(
        &mut self,
        node: usize,
        from: Writer,
        question: u64,
        worker: usize,
        pull: &Pull,
    ) {
        let name = self.nodes[from.node].name.clone();
        let process = &mut self.nodes[node].process;
        let known = process.workers_of_others.asks(&name, u64::from(from.life), pull.worker);
        if known && process.standing == Standing::Certain {
            self.go_round(node, question, from, worker, pull);
        } else {
            self.say(node, from.node, Word::Leases { question, worker, leases: Vec::new() });
        }
    }

    /// A question goes round the ranges that are kept here.
    pub(super) fn go_round(
        &mut self,
        node: usize,
        question: u64,
        process: Writer,
        worker: usize,
        pull: &Pull,
    ) {
        let (until, pull) = (self.now + ASKING_PATIENCE, pull.clone());
        let of = &mut self.nodes[node].process;
        of.turn += 1;
        let may = of.keepers.values().filter(|k| k.may && k.stage == Stage::Keeping);
        let ranges: Vec<RangeId> = may.map(|keeper| keeper.range).collect();
        let turns = order_of_asking(&vec![Priority::Normal; ranges.len()], of.turn);
        let left = turns.into_iter().rev().map(|n| ranges[n]).collect();
        of.asking.insert(question, Asking { process, worker, pull, left, until });
        self.ask_next(node, question);
    }

    fn ask_next(&mut self, node: usize, question: u64) {
        let now = self.now;
        let process = &mut self.nodes[node].process;
        let gives = process.standing == Standing::Certain;
        let Some(asking) = process.asking.get_mut(&question) else { return };
        while let Some(range) = asking.left.pop().filter(|_| gives && now < asking.until) {
            let keeping = |k: &&mut Keeper| k.stage == Stage::Keeping && !k.stopping;
            if let Some(keeper) = process.keepers.get_mut(&range).filter(keeping) {
                let asked: Asked = (Command::Pull(asking.pull.clone()), From::Asking(question));
                keeper.queue.push_back(asked);
                return self.advance(node, range);
            }
        }
        let Some(asking) = process.asking.remove(&question) else { return };
        let word = Word::Leases { question, worker: asking.worker, leases: Vec::new() };
        self.say_to(node, asking.process, word);
    }

    /// A range has nothing for whoever asks.
    fn found_nothing(&mut self, node: usize, range: RangeId, question: u64) {
        let process = &mut self.nodes[node].process;
        let last_word = process.asking.get(&question).is_some_and(|asking| asking.pull.suspects);
        if last_word && let Some(keeper) = process.keepers.get_mut(&range) {
            // Whatever gives it something to do says so; what rests is looked at now and then.
            keeper.may = !keeper.queue.is_empty();
        }
        self.ask_next(node, question);
    }

    /// A worker says what it has done.
    pub(super) fn checkpoint(
        &mut self,
        node: usize,
        from: Writer,
        worker: usize,
        range: RangeId,
        checkpoint: &Checkpoint,
    ) {
        let (lease, number) = (checkpoint.lease.clone(), checkpoint.number);
        let keepers = &mut self.nodes[node].process.keepers;
        let Some(keeper) = keepers.get_mut(&range).filter(|k| k.stage == Stage::Keeping) else {
            return self.say(
                node,
                from.node,
                Word::Taken { worker, range, lease, number, answer: None },
            );
        };
        let from = From::Worker { process: from, worker, lease, number };
        keeper.ask(Command::Checkpoint(Box::new(checkpoint.clone())), from);
        self.advance(node, range);
    }

    /// A worker is gone, and with it what it had.
    pub(super) fn lose_worker(&mut self, node: usize, worker: WorkerId, trace: Option<Trace>) {
        let keepers = self.nodes[node].process.keepers.values();
        let has = |keeper: &&Keeper| keeper.state.clocks.values().any(|c| c.worker == worker);
        let ranges: Vec<RangeId> = keepers.filter(has).map(|keeper| keeper.range).collect();
        for range in ranges {
            self.command(node, range, Command::WorkerLost(worker, trace));
        }
    }

    /// Looks at the clocks of all leases.
    pub(super) fn tick(&mut self, node: usize) {
        let keepers = self.nodes[node].process.keepers.values_mut();
        let mut ranges = Vec::new();
        for keeper in keepers {
            keeper.may = true;
            ranges.push(keeper.range);
        }
        for range in ranges {
            self.command(node, range, Command::Tick);
        }
    }

    pub(super) fn new_range_id(&mut self) -> RangeId {
        let (a, b) = (self.random.bits().to_be_bytes(), self.id().to_be_bytes());
        let mut id = [0; RangeId::LEN];
        id[..6].copy_from_slice(&a[..6]);
        id[6..].copy_from_slice(&b[2..]);
        RangeId::from_bytes(id)
    }
}
