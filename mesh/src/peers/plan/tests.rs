use std::collections::{BTreeSet, VecDeque};

use proptest::prelude::*;

use super::*;
use crate::testing::node;

const MILLI: Duration = Duration::from_millis(1);

fn address(number: u8) -> SocketAddr {
    SocketAddr::from(([10, 0, 0, number], 7_400))
}

fn me(number: u8) -> Me {
    let id = NodeId::from_bytes([number; 12]);
    Me { name: node(&format!("n{number}")), node: id, instance: 1, address: address(number) }
}

fn plan(number: u8, seeds: usize) -> Plan {
    Plan::new(me(number), seeds, 64, Dialling::default())
}

fn peer(number: u8) -> Peer {
    let Me { name, node, instance, address } = me(number);
    Peer { name, node, instance, address, program: String::new(), version: 1 }
}

fn candidate(link: LinkId, number: u8, dialled: bool) -> Candidate {
    let goal = dialled.then(|| Goal::Node(node(&format!("n{number}"))));
    Candidate { link, peer: peer(number), goal }
}

fn reason(result: Result<(), Refusal>) -> Reason {
    result.unwrap_err().reason
}

#[test]
fn a_seed_is_resolved_and_each_of_its_addresses_is_dialled() {
    let mut plan = plan(1, 1);
    assert_eq!(plan.on(Event::Tick, Moment::ZERO, 0), [Action::Resolve { seed: 0 }]);
    assert_eq!(plan.wake(), None);
    let addresses = vec![address(1), address(2), address(3)];
    let dialled = plan.on(Event::Resolved { seed: 0, addresses }, MILLI, 0);
    let dial =
        |number| Action::Dial { goal: Goal::Address(address(number)), address: address(number) };
    assert_eq!(dialled, [dial(2), dial(3)], "its own address is not dialled");
    // Alone, it looks again soon.
    assert_eq!(plan.wake(), Some(101 * MILLI));
}

#[test]
fn an_address_that_leads_to_a_peer_or_to_itself_is_not_dialled_again() {
    let mut plan = plan(1, 1);
    plan.on(Event::Tick, Moment::ZERO, 0);
    let addresses = vec![address(22), address(23), address(2)];
    let resolved = Event::Resolved { seed: 0, addresses };
    assert_eq!(plan.on(resolved.clone(), MILLI, 0).len(), 3);
    let goal = Some(Goal::Address(address(22)));
    plan.admit(Candidate { goal, ..candidate(1, 2, true) }, MILLI).unwrap();
    let (goal, reason) = (Goal::Address(address(23)), Reason::Myself);
    plan.on(Event::Failed { goal, reason, peer: Some(node("n1")) }, MILLI, 0);
    let (goal, reason) = (Goal::Address(address(2)), Reason::Duplicate);
    plan.on(Event::Failed { goal, reason, peer: Some(node("n2")) }, MILLI, 0);
    assert_eq!(plan.on(resolved.clone(), 2 * MILLI, 0), []);
    // When the peer is gone, its addresses are dialled again.
    plan.on(Event::Lost { name: node("n2"), link: 1 }, 3 * MILLI, 0);
    assert_eq!(plan.on(resolved, 4 * MILLI, 0).len(), 2);
}

#[test]
fn waits_double_up_to_a_bound_and_begin_anew_after_a_connection() {
    let mut plan = plan(1, 0);
    let goal = || Goal::Node(node("n2"));
    let failed = || Event::Failed { goal: goal(), reason: Reason::Unreachable, peer: None };
    let known = Event::Known { name: node("n2"), address: address(2) };
    assert_eq!(plan.on(known, Moment::ZERO, u16::MAX).len(), 1);
    let mut now = Moment::ZERO;
    let mut waits = Vec::new();
    for _ in 0..9 {
        assert_eq!(plan.on(failed(), now, u16::MAX), []);
        let at = plan.wake().unwrap();
        waits.push((at - now).as_millis());
        now = at;
        assert_eq!(plan.on(Event::Tick, now, 0).len(), 1);
    }
    assert_eq!(waits, [200, 400, 800, 1_600, 3_200, 6_400, 12_800, 15_000, 15_000]);
    // One that does not last is one more failure.
    plan.admit(candidate(1, 2, true), now).unwrap();
    assert_eq!(plan.wake(), None);
    plan.on(Event::Lost { name: node("n2"), link: 1 }, now, u16::MAX);
    assert_eq!(plan.wake(), Some(now + 15_000 * MILLI));
    plan.admit(candidate(2, 2, false), now).unwrap();
    now += 15_001 * MILLI;
    plan.on(Event::Lost { name: node("n2"), link: 2 }, now, 0);
    assert_eq!(plan.wake(), Some(now + 100 * MILLI));
}

#[test]
fn who_is_let_in_and_thrown_out_waits_longer_each_time() {
    let mut plan = plan(1, 0);
    let mut now = MILLI;
    let mut waits = Vec::new();
    for link in 1..5 {
        plan.admit(candidate(link, 2, true), now).unwrap();
        plan.on(Event::Lost { name: node("n2"), link }, now, u16::MAX);
        let at = plan.wake().unwrap();
        waits.push((at - now).as_millis());
        now = at;
    }
    assert_eq!(waits, [200, 400, 800, 1_600]);
}

#[test]
fn who_is_said_to_move_again_and_again_is_not_dialled_the_more_for_it() {
    let mut plan = plan(1, 0);
    let moves = |plan: &mut Plan, to, now| {
        plan.on(Event::Known { name: node("n2"), address: address(to) }, now, 0).len()
    };
    let fails = |plan: &mut Plan, now| {
        let (goal, reason) = (Goal::Node(node("n2")), Reason::Unreachable);
        plan.on(Event::Failed { goal, reason, peer: None }, now, u16::MAX);
    };
    assert_eq!(moves(&mut plan, 2, MILLI), 1);
    fails(&mut plan, MILLI);
    assert_eq!(moves(&mut plan, 3, 2 * MILLI), 1);
    fails(&mut plan, 2 * MILLI);
    for to in 4..9 {
        assert_eq!(moves(&mut plan, to, 3 * MILLI), 0);
    }
    assert_eq!(plan.nodes[&node("n2")].address, address(8));
    assert_eq!(moves(&mut plan, 9, 15_002 * MILLI), 1);
}

#[test]
fn who_has_waited_longest_is_dialled_first_and_seeds_have_their_places() {
    let options = Dialling { at_once: 4, ..Dialling::default() };
    let mut plan = Plan::new(me(1), 1, 64, options);
    plan.on(Event::Tick, Moment::ZERO, 0);
    let mut now = MILLI;
    let mut dialled = Vec::new();
    let take = |actions: Vec<Action>, dialled: &mut Vec<SocketAddr>| {
        for action in actions {
            if let Action::Dial { address, .. } = action {
                dialled.push(address);
            }
        }
    };
    for number in 2..10 {
        let known = Event::Known { name: node(&format!("n{number}")), address: address(number) };
        take(plan.on(known, now, 0), &mut dialled);
    }
    assert_eq!(dialled, [2, 3, 4].map(address), "one place is kept");
    let addresses = vec![address(100)];
    take(plan.on(Event::Resolved { seed: 0, addresses }, now, 0), &mut dialled);
    assert_eq!(dialled[3..], [address(100)]);
    // Those that failed are due again before the others had their turn.
    for number in [2, 3, 4, 5, 6, 7] {
        now += Duration::from_secs(1);
        let (goal, reason) = (Goal::Node(node(&format!("n{number}"))), Reason::Unreachable);
        take(plan.on(Event::Failed { goal, reason, peer: None }, now, 0), &mut dialled);
    }
    assert_eq!(dialled[4..], [5, 6, 7, 8, 9, 2].map(address));
}

#[test]
fn a_node_and_its_address_are_not_dialled_at_once() {
    let mut plan = plan(1, 1);
    plan.on(Event::Tick, Moment::ZERO, 0);
    let known =
        |number: u8| Event::Known { name: node(&format!("n{number}")), address: address(number) };
    let resolved = |numbers: &[u8]| {
        let addresses = numbers.iter().map(|number| address(*number)).collect();
        Event::Resolved { seed: 0, addresses }
    };
    assert_eq!(plan.on(resolved(&[2]), MILLI, 0).len(), 1);
    assert_eq!(plan.on(known(2), MILLI, 0), []);
    assert_ne!(plan.wake(), Some(MILLI), "it waits for that to end");
    assert_eq!(plan.on(known(3), MILLI, 0).len(), 1);
    assert_eq!(plan.on(resolved(&[3]), MILLI, 0), []);
    let (goal, reason) = (Goal::Address(address(2)), Reason::Unreachable);
    assert_eq!(plan.on(Event::Failed { goal, reason, peer: None }, MILLI, 0).len(), 1);
}

#[test]
fn who_was_gone_too_long_is_dialled_no_more() {
    let mut plan = plan(1, 0);
    plan.on(Event::Known { name: node("n2"), address: address(2) }, Moment::ZERO, 0);
    let goal = Goal::Node(node("n2"));
    let later = Dialling::default().forgotten_after + MILLI;
    plan.on(Event::Failed { goal, reason: Reason::Unreachable, peer: None }, later, 0);
    assert_eq!(plan.wake(), None);
    let known = Event::Known { name: node("n2"), address: address(2) };
    assert_eq!(plan.on(known, later, 0).len(), 1);
}

#[test]
fn second_nodes_are_refused_by_what_they_share() {
    let mut plan = plan(1, 0);
    let mut itself = candidate(1, 1, true);
    assert_eq!(reason(plan.would(&itself)), Reason::Myself);
    itself.peer.instance = 9;
    assert_eq!(reason(plan.would(&itself)), Reason::NameTaken);
    let mut copied = candidate(1, 2, false);
    copied.peer.node = me(1).node;
    assert_eq!(reason(plan.would(&copied)), Reason::IdentityTaken);

    plan.admit(candidate(2, 2, false), MILLI).unwrap();
    let mut other = candidate(3, 2, false);
    other.peer.node = me(7).node;
    assert_eq!(reason(plan.would(&other)), Reason::NameTaken);
    let mut copied = candidate(3, 3, false);
    copied.peer.node = me(2).node;
    let refusal = plan.would(&copied).unwrap_err();
    assert_eq!(refusal.reason, Reason::IdentityTaken);
    assert!(refusal.word.contains("n3 has the identity of n2"), "{refusal}");
}

#[test]
fn a_later_start_takes_the_place_of_an_earlier_one() {
    let mut plan = plan(1, 0);
    plan.admit(candidate(1, 2, true), MILLI).unwrap();
    let mut later = candidate(2, 2, false);
    later.peer.instance = 2;
    let replaced = plan.admit(later, MILLI).unwrap();
    assert_eq!(replaced, Some((1, Reason::Superseded)));
    // What is told late of the earlier one changes nothing.
    plan.on(Event::Lost { name: node("n2"), link: 1 }, MILLI, 0);
    assert_eq!(plan.links().count(), 1);
    assert_eq!(reason(plan.would(&candidate(3, 2, true))), Reason::Superseded);
}

#[test]
fn peers_and_what_is_dialled_at_once_are_bounded() {
    let options = Dialling { at_once: 2, remembered: 4, ..Dialling::default() };
    let mut plan = Plan::new(me(1), 0, 1, options);
    let mut dialled = 0;
    for number in 2..10 {
        let known = Event::Known { name: node(&format!("n{number}")), address: address(number) };
        dialled += plan.on(known, MILLI, 0).len();
    }
    assert_eq!((dialled, plan.nodes.len()), (2, 4));
    assert_eq!(plan.wake(), None, "it is woken when a place is free");
    plan.admit(candidate(1, 2, true), MILLI).unwrap();
    assert_eq!(reason(plan.would(&candidate(2, 3, false))), Reason::Full);
    plan.would(&candidate(2, 2, true)).unwrap();
}

#[test]
fn the_smaller_name_has_its_way_unless_it_has_failed() {
    let known =
        |number: u8| Event::Known { name: node(&format!("n{number}")), address: address(number) };
    let mut smaller = plan(1, 0);
    smaller.invite(&candidate(1, 2, false), MILLI).unwrap();
    assert_eq!(smaller.on(known(2), MILLI, 0).len(), 1);
    let refusal = smaller.invite(&candidate(2, 2, false), MILLI);
    assert_eq!(reason(refusal), Reason::Duplicate);
    let (goal, reason) = (Goal::Node(node("n2")), Reason::Unreachable);
    smaller.on(Event::Failed { goal, reason, peer: None }, MILLI, 0);
    let again = smaller.wake().unwrap();
    assert_eq!(smaller.on(Event::Tick, again, 0).len(), 1);
    smaller.invite(&candidate(3, 2, false), again).unwrap();

    // One that has come again at another address is let in while the old one is dialled.
    smaller.admit(candidate(3, 2, true), again).unwrap();
    smaller.on(Event::Lost { name: node("n2"), link: 3 }, again, 0);
    let again = smaller.wake().unwrap();
    assert_eq!(smaller.on(Event::Tick, again, 0).len(), 1);
    let mut moved = candidate(4, 2, false);
    moved.peer.address = address(22);
    smaller.invite(&moved, again).unwrap();

    // The larger name takes whoever comes.
    let mut larger = plan(2, 0);
    larger.on(known(1), MILLI, 0);
    let at = larger.wake().unwrap();
    assert_eq!(larger.on(Event::Tick, at, 0).len(), 1);
    larger.invite(&candidate(1, 1, false), at).unwrap();
}

#[test]
fn who_says_hello_is_not_dialled() {
    let mut plan = plan(2, 0);
    plan.on(Event::Known { name: node("n1"), address: address(1) }, MILLI, 0);
    plan.invite(&candidate(1, 1, false), MILLI).unwrap();
    assert_eq!(plan.wake(), Some(MILLI + INVITED));
}

/// Two nodes that dial each other, and what is under way between them.
struct Pair {
    plans: [Plan; 2],
    /// Connections with how far they are, and by whom they were dialled.
    links: Vec<(LinkId, usize, Step)>,
    told: VecDeque<(usize, Event)>,
    closed: BTreeSet<LinkId>,
}

#[derive(Clone, Copy, PartialEq, Debug)]
enum Step {
    /// The hello of the one who dialled is on its way.
    Said,
    /// The other has answered.
    Answered,
    /// The one who dialled has kept it and said so.
    Kept,
    /// Both keep it.
    Done,
}

impl Pair {
    /// Both dial, perhaps not for the first time; or the first twice, to two addresses of the other.
    fn new(failed: bool, by_one: bool) -> Self {
        let mut plans = [plan(1, 0), plan(2, 0)];
        for (side, other) in [(0, 2), (1, 1)] {
            let name = node(&format!("n{other}"));
            let plan: &mut Plan = &mut plans[side];
            plan.on(Event::Known { name: name.clone(), address: address(other) }, MILLI, 0);
            if failed {
                plan.on(Event::Tick, plan.wake().unwrap_or(MILLI), 0);
                let (goal, reason) = (Goal::Node(name), Reason::Unreachable);
                plan.on(Event::Failed { goal, reason, peer: None }, MILLI, 0);
            }
            plan.on(Event::Tick, Duration::from_secs(1), 0);
            assert_eq!(plan.under_way.len(), 1);
        }
        let links = vec![(1, 0, Step::Said), (2, usize::from(!by_one), Step::Said)];
        Self { plans, links, told: VecDeque::new(), closed: BTreeSet::new() }
    }

    fn step(&mut self, at: usize) {
        let (link, dialler, step) = self.links[at];
        let other = 1 - dialler;
        if step == Step::Done || self.closed.contains(&link) {
            return;
        }
        let number = |side: usize| side as u8 + 1;
        let as_dialled = candidate(link, number(other), true);
        let as_accepted = candidate(link, number(dialler), false);
        let outcome = match step {
            Step::Said => self.plans[other].invite(&as_accepted, MILLI).map(|()| None),
            Step::Answered => self.plans[dialler].admit(as_dialled, MILLI),
            Step::Kept => self.plans[other].admit(as_accepted, MILLI),
            Step::Done => return,
        };
        match outcome {
            Err(refusal) => {
                let was_kept = step == Step::Kept;
                self.close(link);
                if !was_kept {
                    let goal = Goal::Node(node(&format!("n{}", number(other))));
                    let (reason, peer) = (refusal.reason, None);
                    self.told.push_back((dialler, Event::Failed { goal, reason, peer }));
                }
            }
            Ok(replaced) => {
                if let Some((replaced, _)) = replaced {
                    self.close(replaced);
                }
                self.links[at].2 = match step {
                    Step::Said => Step::Answered,
                    Step::Answered => Step::Kept,
                    _ => Step::Done,
                };
            }
        }
    }

    /// Both sides learn it at some time.
    fn close(&mut self, link: LinkId) {
        if self.closed.insert(link) {
            for (side, name) in [(0, "n2"), (1, "n1")] {
                self.told.push_back((side, Event::Lost { name: node(name), link }));
            }
        }
    }

    fn tell(&mut self) {
        if let Some((side, event)) = self.told.pop_front() {
            self.plans[side].on(event, MILLI, 0);
        }
    }
}

proptest! {
    #[test]
    fn of_two_who_dial_each_other_one_connection_stays(
        failed in any::<bool>(),
        by_one in any::<bool>(),
        order in prop::collection::vec(0_usize..3, 0..24),
    ) {
        let mut pair = Pair::new(failed, by_one);
        let rest = [0, 0, 0, 1, 1, 1, 2, 2, 2, 2, 2, 2];
        for turn in order.into_iter().chain(rest) {
            match turn {
                0 | 1 => pair.step(turn),
                _ => pair.tell(),
            }
        }
        let kept: Vec<Vec<LinkId>> =
            pair.plans.iter().map(|plan| plan.links().map(|(_, link)| link).collect()).collect();
        prop_assert_eq!(&kept[0], &kept[1]);
        prop_assert_eq!(kept[0].len(), 1);
        prop_assert!(!pair.closed.contains(&kept[0][0]));
        // At a first meeting nothing that came about is ever closed again.
        if !failed && !by_one {
            prop_assert_eq!(kept[0][0], 1);
            prop_assert!(matches!(pair.links[1].2, Step::Said));
        }
    }

    #[test]
    fn whatever_happens_bounds_hold_and_nothing_is_dialled_twice(
        events in prop::collection::vec((0_u8..5, 2_u8..12, 0_u64..5_000, any::<u16>()), 0..200),
    ) {
        let options = Dialling { at_once: 3, remembered: 8, ..Dialling::default() };
        let mut plan = Plan::new(me(1), 2, 3, options.clone());
        let mut now = Moment::ZERO;
        let mut under_way: Vec<(Goal, SocketAddr)> = Vec::new();
        for (link, (kind, number, later, chance)) in (1..).zip(events) {
            now += MILLI * later as u32;
            let name = node(&format!("n{number}"));
            let event = match kind {
                0 => Event::Known { name, address: address(number) },
                1 => Event::Resolved { seed: 0, addresses: vec![address(number)] },
                2 if !under_way.is_empty() => {
                    let (goal, _) = under_way.remove(usize::from(chance) % under_way.len());
                    Event::Failed { goal, reason: Reason::Unreachable, peer: None }
                }
                3 => {
                    let _ = plan.admit(candidate(link, number, false), now);
                    Event::Tick
                }
                4 => {
                    let held = plan.links.get(&name).map_or(0, |held| held.link);
                    Event::Lost { name, link: held }
                }
                _ => Event::Tick,
            };
            for action in plan.on(event, now, chance) {
                if let Action::Dial { goal, address } = action {
                    if let Goal::Node(name) = &goal {
                        prop_assert!(!plan.links.contains_key(name));
                    }
                    let same = |dialled: &(Goal, _)| dialled.0 == goal || dialled.1 == address;
                    prop_assert!(!under_way.iter().any(same));
                    under_way.push((goal, address));
                }
            }
            prop_assert!(under_way.len() <= options.at_once);
            prop_assert!(plan.links.len() <= 3 && plan.nodes.len() <= 8);
            prop_assert!(plan.addresses.len() <= 8 && plan.aliases.len() <= 8);
            if let Some(wake) = plan.wake() {
                prop_assert!(wake <= now + options.longest_wait);
            }
        }
    }
}
