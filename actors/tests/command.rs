//! Scans under command: ordered, paused, resumed, cancelled, and remembered over starts.

#![allow(clippy::unwrap_used, reason = "a test that can't be set up has failed")]

mod support;

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use support::command::{Folders, Gate};
use support::{Trawl, options, write};
use trawl_actors::{Error, Options, Policy};
use trawl_model::scan::{Order, Scan, ScanState};
use trawl_model::source::Profile;
use trawl_model::{Class, Item, Priority, ScanId, SourceId};

const FILES: u64 = 120;

fn folder() -> tempfile::TempDir {
    tempfile::tempdir().unwrap()
}

fn corpus(root: &Path) {
    for n in 0..FILES {
        write(root, &format!("f{n:03}.txt"), format!("mail u{n}@mail.example.org\n"));
    }
}

/// Small units and frequent checkpoints: a scan can be held in its midst.
fn small() -> Options {
    let mut small = options();
    small.tuning.unit_objects = 8;
    small.crawl.list_page = 20;
    small.crawl.checkpoint_millis = 1;
    small.crawl.checkpoint_objects = 2;
    small.crawl.crawlers = 2;
    small
}

fn of(priority: Priority) -> Order {
    Order { priority, ..Order::default() }
}

async fn ordered(trawl: &Trawl, source: SourceId) -> Scan {
    trawl.node.order(source, Order::default(), None).await.unwrap().scan
}

async fn kept(trawl: &Trawl, scan: ScanId) -> Scan {
    trawl.kept_scan(scan).await
}

/// Waits until so many objects have been opened.
async fn opened(gate: &Gate, count: u64) {
    while gate.came() < count {
        tokio::task::yield_now().await;
    }
}

fn adds_up(scan: &Scan) {
    assert_eq!(scan.coverage.total_bytes(), scan.listed_bytes);
    assert_eq!(scan.coverage.total_items(Item::Object), scan.listed_objects);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_order_is_answered_at_once_and_carried_out_when_its_turn_comes() {
    let (data, root) = (folder(), folder());
    corpus(root.path());
    let trawl = Trawl::serve(data.path(), small(), None).await;
    let source = trawl.add(root.path(), Profile::default()).await;
    let ordered = trawl.node.order(source, Order::default(), None).await.unwrap();
    assert_eq!((ordered.scan.state, ordered.joined), (ScanState::Queued, false));
    let scan = trawl.node.ended(ordered.scan.id).await.unwrap();
    assert_eq!((scan.state, scan.listed_objects), (ScanState::Finished, FILES));
    assert!(scan.listed_whole && scan.started >= scan.ordered);
    adds_up(&scan);
    trawl.at_rest().await;
    trawl.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_paused_scan_rests_over_a_start_and_goes_on_where_it_was() {
    let (data, root, gate) = (folder(), folder(), Arc::new(Gate::default()));
    corpus(root.path());
    let trawl = Trawl::serve(data.path(), small(), Some(&gate)).await;
    let source = trawl.add(root.path(), Profile::default()).await;
    let scan = ordered(&trawl, source).await.id;
    gate.let_through(30);
    opened(&gate, 31).await;
    assert_eq!(trawl.node.pause(scan).await.unwrap().state, ScanState::Paused);
    gate.let_through(FILES);
    trawl.at_rest().await;
    let before = gate.came();
    assert!(before < FILES / 2, "what was out is given back: {before} were opened");
    assert_eq!(kept(&trawl, scan).await.state, ScanState::Paused);
    assert!(matches!(trawl.node.order(source, Order::default(), None).await, Ok(o) if o.joined));
    trawl.close().await;

    let trawl = Trawl::serve(data.path(), small(), Some(&gate)).await;
    trawl.node.turn().await;
    assert_eq!(trawl.node.held(), [0; 4], "nobody has resumed it");
    trawl.node.resume(scan).await.unwrap();
    let ended = trawl.node.ended(scan).await.unwrap();
    assert_eq!((ended.state, ended.number), (ScanState::Finished, 1));
    adds_up(&ended);
    assert_eq!(ended.coverage.items_of(Item::Object, Class::Read), FILES);
    assert!(gate.came() <= FILES + 8, "what was kept is not read again: {}", gate.came());
    assert_eq!(trawl.all(root.path()).await.len() as u64, FILES);
    trawl.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_cancelled_scan_counts_what_it_read_and_closes_nothing() {
    let (data, root, gate) = (folder(), folder(), Arc::new(Gate::default()));
    corpus(root.path());
    let trawl = Trawl::serve(data.path(), small(), Some(&gate)).await;
    let source = trawl.add(root.path(), Profile::default()).await;
    gate.let_through(FILES);
    let first = ordered(&trawl, source).await.id;
    trawl.node.ended(first).await.unwrap();

    for n in 0..FILES {
        let name = format!("f{n:03}.txt");
        if n < 10 {
            std::fs::remove_file(root.path().join(name)).unwrap();
        } else {
            write(root.path(), &name, format!("mail new{n}@mail.example.org\n"));
        }
    }
    let second = ordered(&trawl, source).await.id;
    gate.let_through(20);
    opened(&gate, FILES + 21).await;
    assert_eq!(trawl.node.cancel(second).await.unwrap().state, ScanState::Cancelled);
    gate.let_through(FILES * 2);
    let ended = trawl.node.ended(second).await.unwrap();
    assert_eq!(ended.state, ScanState::Cancelled);
    adds_up(&ended);
    let read = ended.coverage.items_of(Item::Object, Class::Read);
    let pending = ended.coverage.items_of(Item::Object, Class::Pending);
    assert!(read >= 15 && pending > 0, "{read} read, {pending} pending");
    assert_eq!(read + pending, ended.listed_objects);
    let objects = trawl.objects(root.path()).await;
    assert!(!objects.values().any(|object| object.closed), "nothing is closed");
    assert_eq!(trawl.source(root.path()).await.finished.unwrap().scan, first);
    assert!(matches!(trawl.node.resume(second).await, Err(Error::Ended(..))));

    let third = ordered(&trawl, source).await;
    assert_eq!(third.number, 3);
    let third = trawl.node.ended(third.id).await.unwrap();
    assert_eq!((third.state, third.listed_objects), (ScanState::Finished, FILES - 10));
    adds_up(&third);
    assert_eq!(third.counts.same, read, "what the cancelled one read is not read again");
    trawl.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_said_of_what_has_vanished_while_its_scan_is_at_work_is_heeded() {
    for close in [true, false] {
        let (data, root, gate) = (folder(), folder(), Arc::new(Gate::default()));
        corpus(root.path());
        gate.let_through(FILES);
        let trawl = Trawl::serve(data.path(), small(), Some(&gate)).await;
        let source = trawl.add(root.path(), Profile::default()).await;
        let first = ordered(&trawl, source).await.id;
        trawl.node.ended(first).await.unwrap();
        for n in 0..FILES - 1 {
            std::fs::remove_file(root.path().join(format!("f{n:03}.txt"))).unwrap();
        }
        write(root.path(), "f119.txt", "mail other@mail.example.org and more of it\n");
        let second = ordered(&trawl, source).await.id;
        opened(&gate, FILES + 1).await;
        let said = Order { close_vanished: Some(close), ..Order::default() };
        let joined = trawl.node.order(source, said, None).await.unwrap();
        assert!(joined.joined && joined.scan.id == second);
        gate.let_through(10);
        let ended = trawl.node.ended(second).await.unwrap();
        assert_eq!((ended.state, ended.counts.vanished), (ScanState::Finished, FILES - 1));
        let objects = trawl.objects(root.path()).await;
        let closed = objects.values().filter(|object| object.closed).count() as u64;
        assert_eq!(closed, if close { FILES - 1 } else { 0 });
        trawl.close().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_order_to_read_all_anew_joins_no_scan_that_does_not() {
    let (data, root, gate) = (folder(), folder(), Arc::new(Gate::default()));
    corpus(root.path());
    let trawl = Trawl::serve(data.path(), small(), Some(&gate)).await;
    let source = trawl.add(root.path(), Profile::default()).await;
    let open = ordered(&trawl, source).await.id;
    opened(&gate, 1).await;
    let full = Order { full: true, ..Order::default() };
    let refused = trawl.node.order(source, full, None).await;
    assert!(matches!(refused, Err(Error::NotFull(scan)) if scan == open), "{refused:?}");
    assert!(!kept(&trawl, open).await.order.full);
    gate.let_through(FILES);
    trawl.node.ended(open).await.unwrap();

    let anew = trawl.node.order(source, full, None).await.unwrap().scan.id;
    opened(&gate, FILES + 1).await;
    for order in [full, Order::default()] {
        let joined = trawl.node.order(source, order, None).await.unwrap();
        assert!(joined.joined && joined.scan.id == anew, "one that reads all does both");
    }
    gate.let_through(FILES);
    assert_eq!(trawl.node.ended(anew).await.unwrap().counts.changed, FILES);
    trawl.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn no_more_are_at_work_than_may_be_and_the_most_urgent_is_next() {
    let (data, gate) = (folder(), Arc::new(Gate::default()));
    let roots: Vec<_> = (0..4).map(|_| folder()).collect();
    let mut one_at_once = small();
    one_at_once.policy.scans_at_once = 1;
    let trawl = Trawl::serve(data.path(), one_at_once.clone(), Some(&gate)).await;
    let mut sources = Vec::new();
    for root in &roots {
        write(root.path(), "a.txt", "mail a@mail.example.org\n");
        sources.push(trawl.add(root.path(), Profile::default()).await);
    }
    let first = ordered(&trawl, sources[0]).await.id;
    opened(&gate, 1).await;
    let low = trawl.node.order(sources[1], of(Priority::Low), None).await.unwrap().scan.id;
    let normal = ordered(&trawl, sources[2]).await.id;
    let cancelled = ordered(&trawl, sources[3]).await.id;
    let joined = trawl.node.order(sources[1], of(Priority::High), None).await.unwrap();
    assert!(joined.joined && joined.scan.id == low, "a second order joins the first");
    assert_eq!(trawl.node.cancel(cancelled).await.unwrap().listed_objects, 0);
    trawl.node.turn().await;
    assert_eq!(trawl.node.held()[2], 1);
    trawl.close_behind(&gate, 1).await;

    // The same queue, after a start.
    let trawl = Trawl::serve(data.path(), one_at_once, Some(&gate)).await;
    let mut started = Vec::new();
    gate.let_through(100);
    for scan in [low, first, normal] {
        let ended = trawl.node.ended(scan).await.unwrap();
        assert_eq!(ended.state, ScanState::Finished);
        started.push(ended.ended);
    }
    assert!(
        started.is_sorted(),
        "the one that was raised, then the one that was begun, then the other"
    );
    assert_eq!(kept(&trawl, cancelled).await.state, ScanState::Cancelled);
    trawl.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wider_policy_lets_begin_what_has_waited() {
    let (data, gate) = (folder(), Arc::new(Gate::default()));
    let roots = [folder(), folder()];
    let mut options = small();
    options.policy.scans_at_once = 1;
    let trawl = Trawl::serve(data.path(), options.clone(), Some(&gate)).await;
    for root in &roots {
        write(root.path(), "a.txt", "mail a@mail.example.org\n");
    }
    let first = trawl.add(roots[0].path(), Profile::default()).await;
    ordered(&trawl, first).await;
    opened(&gate, 1).await;
    let second = trawl.add(roots[1].path(), Profile::default()).await;
    ordered(&trawl, second).await;
    trawl.node.turn().await;
    assert_eq!(trawl.node.held()[2], 1);
    trawl.node.hold_to(Policy { scans_at_once: 2, ..options.policy });
    trawl.node.turn().await;
    assert_eq!(trawl.node.held()[2], 2);
    trawl.close_behind(&gate, 2).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_source_that_is_not_there_fails_its_scan_with_what_is_missing() {
    let (data, root) = (folder(), folder());
    let gone = root.path().join("gone");
    let trawl = Trawl::serve(data.path(), small(), None).await;
    let source = trawl.add(&gone, Profile::default()).await;
    let scan = ordered(&trawl, source).await.id;
    let ended = trawl.node.ended(scan).await.unwrap();
    assert_eq!(ended.state, ScanState::Failed);
    assert!(ended.error.unwrap().contains("mount it"));
    std::fs::create_dir(&gone).unwrap();
    let scan = ordered(&trawl, source).await.id;
    assert_eq!(trawl.node.ended(scan).await.unwrap().state, ScanState::Finished);
    assert!(matches!(
        trawl.node.order(SourceId::from_bytes([9; 8]), Order::default(), None).await,
        Err(Error::NoSource(_))
    ));
    trawl.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_source_that_never_answers_holds_up_nobody_else_and_fails_its_scan_in_time() {
    let (data, root, other) = (folder(), folder(), folder());
    write(root.path(), "a.txt", "mail a@mail.example.org\n");
    corpus(other.path());
    let (path, gate) = (root.path().canonicalize().unwrap(), Arc::new(Gate::default()));
    let mut patient = small();
    patient.policy.answer_within = Duration::MAX;
    let trawl = Trawl::open(data.path(), patient.clone()).await;
    let hung = Some((path, Arc::clone(&gate)));
    trawl.node.serve(Arc::new(Folders { hung, ..Folders::default() })).await.unwrap();
    let source = trawl.add(root.path(), Profile::default()).await;
    let scan = ordered(&trawl, source).await.id;
    opened(&gate, 1).await;
    let others = trawl.add(other.path(), Profile::default()).await;
    let ended = ordered(&trawl, others).await.id;
    assert_eq!(trawl.node.ended(ended).await.unwrap().listed_objects, FILES);
    assert_eq!(trawl.node.pause(scan).await.unwrap().state, ScanState::Paused);
    assert_eq!(trawl.node.resume(scan).await.unwrap().state, ScanState::Queued);
    assert_eq!(trawl.node.cancel(scan).await.unwrap().state, ScanState::Cancelled);
    assert_eq!(gate.came(), 1, "it is asked once at a time");

    let again = ordered(&trawl, source).await.id;
    trawl.node.hold_to(Policy { answer_within: Duration::from_millis(1), ..patient.policy });
    gate.let_through(1);
    let failed = trawl.node.ended(again).await.unwrap();
    assert_eq!((failed.state, gate.came()), (ScanState::Failed, 2));
    let error = failed.error.unwrap();
    assert!(error.contains("did not answer within 1ms"), "{error}");
    assert_eq!(kept(&trawl, scan).await.state, ScanState::Cancelled, "it was begun by no answer");
    gate.let_through(1);
    trawl.at_rest().await;
    trawl.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_scan_that_was_cancelled_and_not_settled_is_settled_at_the_start() {
    let (data, root, gate) = (folder(), folder(), Arc::new(Gate::default()));
    corpus(root.path());
    let trawl = Trawl::serve(data.path(), small(), Some(&gate)).await;
    let source = trawl.add(root.path(), Profile::default()).await;
    let scan = ordered(&trawl, source).await.id;
    gate.let_through(30);
    opened(&gate, 31).await;
    // As if the process had ended between the command and its end.
    let orders = trawl_actors::Orders::of(&trawl.db, &options().tenant);
    orders.command(scan, trawl_actors::director::state::Command::Cancel).await.unwrap();
    drop(orders);
    trawl.close_behind(&gate, FILES).await;
    let trawl = Trawl::serve(data.path(), small(), None).await;
    let ended = trawl.node.ended(scan).await.unwrap();
    assert_eq!(ended.state, ScanState::Cancelled);
    adds_up(&ended);
    assert!(trawl.source(root.path()).await.running.is_none());
    trawl.close().await;
}
