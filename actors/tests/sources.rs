//! Sources as records: deleted with all that belongs to them, read in their hours, no faster than they
//! may be, and when their schedules say.

#![allow(clippy::unwrap_used, reason = "a test that can't be set up has failed")]

mod support;

use std::path::Path;
use std::sync::Arc;

use support::command::{Gate, Hands};
use support::{Trawl, options, write};
use trawl_actors::parked::{self, What};
use trawl_actors::{Error, OnEnd, Options, Waits};
use trawl_model::scan::{Order, Scan, ScanState};
use trawl_model::source::{Hours, Profile, RateLimits, Selection, Window};
use trawl_model::{Class, Item, Priority, Reason, Timestamp};

const FILES: u64 = 60;

fn folder() -> tempfile::TempDir {
    tempfile::tempdir().unwrap()
}

fn corpus(root: &Path) {
    for n in 0..FILES {
        write(root, &format!("f{n:03}.txt"), format!("mail u{n}@mail.example.org\n"));
    }
}

fn small() -> Options {
    let mut small = options();
    small.tuning.max_objects = 25;
    small.tuning.unit_objects = 4;
    small.tuning.lease_millis = 400;
    small.crawl.list_page = 10;
    small.crawl.checkpoint_millis = 1;
    small.crawl.checkpoint_objects = 2;
    small.crawl.crawlers = 2;
    small
}

fn named(name: &str) -> Profile {
    Profile { name: Some(name.to_owned()), ..Profile::default() }
}

async fn opened(gate: &Gate, count: u64) {
    while gate.came() < count {
        tokio::task::yield_now().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_source_that_is_deleted_in_the_midst_of_a_scan_leaves_nothing_and_can_begin_anew() {
    let (data, root, other) = (folder(), folder(), folder());
    let gate = Arc::new(Gate::default());
    corpus(root.path());
    write(other.path(), "kept.txt", "mail kept@mail.example.org\n");
    let trawl = Trawl::serve(data.path(), small(), Some(&gate)).await;
    let kept = trawl.add(other.path(), named("kept")).await;
    let source = trawl.add(root.path(), named("doomed")).await;
    gate.let_through(1 + FILES);
    let order = |source| trawl.node.order(source, Order::default(), None);
    let scan = order(kept).await.unwrap().scan.id;
    trawl.node.ended(scan).await.unwrap();
    let scan = order(source).await.unwrap().scan.id;
    trawl.node.ended(scan).await.unwrap();
    assert!(trawl.left_of(source).await.len() > 100);
    let expected = trawl.all(other.path()).await;

    corpus(root.path());
    let again = order(source).await.unwrap().scan.id;
    opened(&gate, 1 + FILES + 2).await;
    let deleted = trawl.node.delete(source).await.unwrap();
    assert!(deleted.deleted);
    assert!(matches!(order(source).await, Err(Error::Deleted(_))));
    gate.let_through(FILES * 10);
    trawl.node.erased(source).await.unwrap();
    assert_eq!(trawl.left_of(source).await, [""; 0]);
    assert_eq!(trawl.kept_scan(again).await.state, ScanState::Cancelled);
    assert_eq!(trawl.all(other.path()).await, expected, "what is another's stays");

    assert_eq!(trawl.add(root.path(), named("doomed")).await, source);
    let scan = order(source).await.unwrap().scan;
    assert_eq!(scan.number, 3, "no number is given twice");
    let ended = trawl.node.ended(scan.id).await.unwrap();
    assert_eq!((ended.state, ended.counts.new), (ScanState::Finished, FILES));
    trawl.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_deletion_goes_on_after_a_start() {
    let (data, root) = (folder(), folder());
    corpus(root.path());
    let trawl = Trawl::serve(data.path(), small(), None).await;
    let source = trawl.add(root.path(), named("doomed")).await;
    let scan = trawl.node.order(source, Order::default(), None).await.unwrap().scan.id;
    trawl.node.ended(scan).await.unwrap();
    // As if the process had ended right after its record said so.
    trawl.catalogue().delete(source).await.unwrap();
    trawl.close().await;
    let trawl = Trawl::serve(data.path(), small(), None).await;
    trawl.node.erased(source).await.unwrap();
    assert_eq!(trawl.left_of(source).await, [""; 0]);
    trawl.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_schedule_orders_a_scan_at_its_time_and_missed_times_once() {
    let (data, root) = (folder(), folder());
    corpus(root.path());
    let clock = Hands::at("2026-01-01T00:00:00Z");
    let trawl = Trawl::serve_by(data.path(), small(), None, &clock).await;
    let source = trawl.add(root.path(), Profile::default()).await;
    let order = Order { priority: Priority::High, ..Order::default() };
    let (schedules, now) = (trawl.node.schedules(), trawl_actors::Clock::wall(&*clock));
    schedules.add(source, "nightly", ("0 3 * * *", "UTC"), order, now).await.unwrap();
    drop(schedules);
    trawl.node.changed(source).await.unwrap();
    clock.set("2026-01-01T02:59:59Z");
    trawl.node.turn().await;
    assert_eq!(trawl.source(root.path()).await.last_scan, 0);
    clock.set("2026-01-01T03:00:00Z");
    trawl.node.turn().await;
    let running = trawl.source(root.path()).await;
    assert_eq!(running.last_scan, 1);
    let scan = trawl.node.ended(running.running.or(running.finished).unwrap().scan).await.unwrap();
    assert_eq!((scan.state, scan.order), (ScanState::Finished, order));
    trawl.node.turn().await;
    assert_eq!(trawl.source(root.path()).await.last_scan, 1, "once");
    trawl.close().await;

    clock.set("2026-01-05T12:00:00Z");
    let trawl = Trawl::serve_by(data.path(), small(), None, &clock).await;
    trawl.node.turn().await;
    let running = trawl.source(root.path()).await;
    let scan = running.running.or(running.finished).unwrap().scan;
    trawl.node.ended(scan).await.unwrap();
    trawl.node.turn().await;
    assert_eq!(trawl.source(root.path()).await.last_scan, 2, "four were missed, and one is made");
    assert!(trawl.node.schedules().remove(source, "nightly").await.unwrap());
    trawl.node.changed(source).await.unwrap();
    clock.set("2026-01-09T12:00:00Z");
    trawl.node.turn().await;
    assert_eq!(trawl.source(root.path()).await.last_scan, 2);
    trawl.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_schedule_is_not_used_up_by_a_scan_that_does_less_than_is_due() {
    let (data, root, gate) = (folder(), folder(), Arc::new(Gate::default()));
    corpus(root.path());
    let clock = Hands::at("2026-01-01T00:00:00Z");
    let mut patient = small();
    // The clock is set on by a day while leases are out.
    patient.tuning.lease_millis = 100 * 3_600_000;
    let trawl = Trawl::serve_by(data.path(), patient, Some(&gate), &clock).await;
    let source = trawl.add(root.path(), Profile::default()).await;
    let (schedules, now) = (trawl.node.schedules(), trawl_actors::Clock::wall(&*clock));
    let full = Order { full: true, priority: Priority::High, ..Order::default() };
    schedules.add(source, "nightly", ("0 3 * * *", "UTC"), full, now).await.unwrap();
    drop(schedules);
    trawl.node.changed(source).await.unwrap();
    let part = Selection { include: vec!["*1.txt".to_owned()], ..Selection::default() };
    let (order, part) = (Order { full: true, ..Order::default() }, Some(&part));
    let part = trawl.node.select(source, order, part, None).await.unwrap().scan.id;
    opened(&gate, 1).await;
    clock.set("2026-01-01T03:00:00Z");
    trawl.node.turn().await;
    let priority = trawl.kept_scan(part).await.order.priority;
    assert_eq!(priority, Priority::Normal, "a part is not joined");
    let changes = trawl.node.order(source, Order::default(), None).await;
    assert!(matches!(changes, Err(Error::OtherSelection(_))));
    gate.let_through(FILES);
    trawl.node.ended(part).await.unwrap();
    gate.let_through(FILES);
    trawl.node.turn().await;
    let head = trawl.source(root.path()).await;
    assert_eq!(head.last_scan, 2, "it was due all the while");
    let whole = head.running.or(head.finished).unwrap().scan;
    let whole = trawl.node.ended(whole).await.unwrap();
    assert_eq!((whole.order, whole.number), (full, 2));
    trawl.at_rest().await;

    // One that reads only what has changed is no more than a part of what is due.
    let before = gate.came();
    let third = trawl.node.order(source, Order::default(), None).await.unwrap().scan.id;
    opened(&gate, before + 1).await;
    clock.set("2026-01-02T03:00:00Z");
    trawl.node.turn().await;
    assert_eq!(trawl.kept_scan(third).await.order, Order::default());
    // By this clock all files are of the future: each scan reads them again.
    gate.let_through(FILES);
    trawl.node.ended(third).await.unwrap();
    trawl.node.turn().await;
    assert_eq!(trawl.source(root.path()).await.last_scan, 4);
    trawl.close_behind(&gate, FILES * 10).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_paused_scan_ends_when_its_source_is_deleted_and_says_so() {
    let (data, root, gate) = (folder(), folder(), Arc::new(Gate::default()));
    corpus(root.path());
    let clock = Hands::at("2026-01-01T00:00:00Z");
    let told: Arc<parking_lot::Mutex<Vec<Scan>>> = Arc::default();
    let mut telling = small();
    let tell = Arc::clone(&told);
    telling.ended = OnEnd(Arc::new(move |scan| tell.lock().push(scan.clone())));
    let trawl = Trawl::serve_by(data.path(), telling, Some(&gate), &clock).await;
    let source = trawl.add(root.path(), Profile::default()).await;
    let scan = trawl.node.order(source, Order::default(), None).await.unwrap().scan.id;
    gate.let_through(10);
    opened(&gate, 11).await;
    trawl.node.pause(scan).await.unwrap();
    gate.let_through(FILES);
    trawl.at_rest().await;
    clock.set("2026-01-01T05:00:00Z");
    trawl.node.delete(source).await.unwrap();
    let kept = trawl.kept_scan(scan).await;
    assert_eq!(kept.ended, Some(trawl_actors::Clock::wall(&*clock)));
    assert_eq!((kept.state, *told.lock() == [kept.clone()]), (ScanState::Cancelled, true));
    trawl.node.erased(source).await.unwrap();
    assert_eq!(told.lock().len(), 1);
    trawl.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_source_is_read_in_its_hours_and_rests_outside_of_them() {
    let (data, root, gate) = (folder(), folder(), Arc::new(Gate::default()));
    corpus(root.path());
    let clock = Hands::at("2026-01-01T20:00:00Z");
    let trawl = Trawl::serve_by(data.path(), small(), Some(&gate), &clock).await;
    let nights = Window { days: 0b111_1111, from: 22 * 60, to: 6 * 60 };
    let hours = Some(Hours { zone: "UTC".into(), windows: vec![nights] });
    let source = trawl.add(root.path(), Profile { hours, ..Profile::default() }).await;
    trawl.node.changed(source).await.unwrap();
    let scan = trawl.node.order(source, Order::default(), None).await.unwrap().scan.id;
    trawl.node.turn().await;
    assert_eq!(trawl.node.held(), [0; 4], "it is not yet night");
    let night = Timestamp::from_micros(clock.millis() * 1_000).plus_micros(2 * 3_600_000_000);
    let waits = || async { trawl.node.waits_for(&trawl.kept_scan(scan).await) };
    assert_eq!(waits().await, Some(Waits::Hours(Some(night))));
    clock.set("2026-01-01T22:00:00Z");
    trawl.node.turn().await;
    gate.let_through(10);
    opened(&gate, 11).await;
    assert_eq!(waits().await, None);
    clock.set("2026-01-02T06:00:00Z");
    trawl.node.turn().await;
    gate.let_through(20);
    trawl.at_rest().await;
    trawl.node.turn().await;
    assert_eq!(trawl.kept_scan(scan).await.state, ScanState::Queued);
    assert_eq!(trawl.node.held(), [0; 4], "it is day");
    let next = night.plus_micros(24 * 3_600_000_000);
    assert_eq!(waits().await, Some(Waits::Hours(Some(next))));
    gate.let_through(FILES);
    clock.set("2026-01-02T22:00:00Z");
    trawl.node.turn().await;
    let ended = trawl.node.ended(scan).await.unwrap();
    assert_eq!((ended.state, ended.listed_objects), (ScanState::Finished, FILES));
    assert_eq!(trawl.all(root.path()).await.len() as u64, FILES);
    trawl.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_source_is_read_no_faster_than_it_may_be() {
    const BYTES: i64 = 200_000;
    let (data, root) = (folder(), folder());
    let clock = Hands::at("2026-01-01T00:00:00Z");
    for n in 0..20 {
        write(root.path(), &format!("f{n:02}.txt"), "words ".repeat(BYTES as usize / 20 / 6));
    }
    let trawl = Trawl::serve_by(data.path(), small(), None, &clock).await;
    let limits = RateLimits { bytes_per_second: Some(10_000), objects_per_second: None };
    let source = trawl.add(root.path(), Profile { limits, ..Profile::default() }).await;
    let scan = trawl.node.order(source, Order::default(), None).await.unwrap().scan.id;
    let before = clock.millis();
    trawl.node.ended(scan).await.unwrap();
    let took = clock.millis() - before;
    assert!(took >= (BYTES - 200) * 1_000 / 10_000 - 1_000, "{took} ms");

    let profile = |profile| Profile {
        limits: RateLimits { bytes_per_second: None, objects_per_second: Some(2) },
        ..profile
    };
    trawl.node.change(source, profile).await.unwrap();
    let order = Order { full: true, ..Order::default() };
    let scan = trawl.node.order(source, order, None).await.unwrap().scan.id;
    let before = clock.millis();
    assert_eq!(trawl.node.ended(scan).await.unwrap().counts.changed, 20);
    let took = clock.millis() - before;
    assert!(took >= 20 * 500 - 1_000, "{took} ms");
    trawl.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_limited_source_is_not_read_on_when_its_scan_is_held_or_the_node_stops() {
    let (data, root, gate) = (folder(), folder(), Arc::new(Gate::default()));
    corpus(root.path());
    gate.let_through(u64::MAX);
    let clock = Hands::at("2026-01-01T00:00:00Z");
    clock.stand(true);
    let mut patient = small();
    // Whoever waits moves this clock on: no lease is to run out by that.
    patient.tuning.lease_millis = 3_600_000;
    let trawl = Trawl::serve_by(data.path(), patient.clone(), Some(&gate), &clock).await;
    let limits = RateLimits { bytes_per_second: None, objects_per_second: Some(1) };
    let source = trawl.add(root.path(), Profile { limits, ..Profile::default() }).await;
    let scan = trawl.node.order(source, Order::default(), None).await.unwrap().scan.id;
    opened(&gate, 1).await;
    trawl.node.pause(scan).await.unwrap();
    trawl.at_rest().await;
    assert_eq!(gate.came(), 1, "those that waited for their time open nothing");

    trawl.node.resume(scan).await.unwrap();
    opened(&gate, 2).await;
    trawl.close().await;
    assert_eq!(gate.came(), 2);

    let trawl = Trawl::serve_by(data.path(), patient, Some(&gate), &clock).await;
    opened(&gate, 3).await;
    trawl
        .node
        .change(source, |profile| Profile { limits: RateLimits::default(), ..profile })
        .await
        .unwrap();
    // Who waits has his wait from before.
    clock.stand(false);
    let ended = trawl.node.ended(scan).await.unwrap();
    assert_eq!((ended.state, ended.listed_objects), (ScanState::Finished, FILES));
    assert_eq!(ended.coverage.items_of(Item::Object, Class::Read), FILES);
    // What was open each time that reading ended may be opened again, and nothing else.
    assert!((FILES..=FILES + 2).contains(&gate.came()), "{}", gate.came());
    assert_eq!(trawl.all(root.path()).await.len() as u64, FILES);
    trawl.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_object_that_is_cut_off_by_a_pause_is_read_when_its_scan_goes_on() {
    const MAILS: usize = 5_000;
    let (data, root, gate) = (folder(), folder(), Arc::new(Gate::default()));
    let line = |n| format!("mail {n:05}@mail.example.org {}\n", n * 7_919 % 10_007);
    let text: String = (0..MAILS).map(line).collect();
    let mut packed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    std::io::Write::write_all(&mut packed, text.as_bytes()).unwrap();
    write(root.path(), "packed.txt.gz", packed.finish().unwrap());
    write(root.path(), "plain.txt", &text);
    gate.let_through(u64::MAX);
    let clock = Hands::at("2026-01-01T00:00:00Z");
    clock.stand(true);
    let mut one_each = small();
    (one_each.tuning.unit_objects, one_each.tuning.lease_millis) = (1, 3_600_000);
    let trawl = Trawl::serve_by(data.path(), one_each, Some(&gate), &clock).await;
    let limits = RateLimits { bytes_per_second: Some(10_000), objects_per_second: None };
    let source = trawl.add(root.path(), Profile { limits, ..Profile::default() }).await;
    let scan = trawl.node.order(source, Order::default(), None).await.unwrap().scan.id;
    opened(&gate, 2).await;
    trawl.node.pause(scan).await.unwrap();
    trawl.at_rest().await;
    clock.stand(false);
    trawl.node.resume(scan).await.unwrap();
    let ended = trawl.node.ended(scan).await.unwrap();
    assert_eq!(ended.coverage.items_of(Item::Object, Class::Read), 2, "{:?}", ended.coverage);
    assert_eq!(ended.coverage.bytes_of(Class::Read), ended.listed_bytes, "none of it is failed");
    assert_eq!(trawl.all(root.path()).await.len(), 2 * MAILS);
    trawl.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_has_been_closed_for_long_enough_is_forgotten_with_its_findings_and_its_name() {
    let (data, root) = (folder(), folder());
    corpus(root.path());
    let clock = Hands::at("2026-01-01T00:00:00Z");
    let trawl = Trawl::serve_by(data.path(), small(), None, &clock).await;
    let source = trawl.add(root.path(), Profile::default()).await;
    let order = || async {
        let scan = trawl.node.order(source, Order::default(), None).await.unwrap().scan.id;
        trawl.node.ended(scan).await.unwrap()
    };
    order().await;
    let before = trawl.stored().await;
    for n in 0..5 {
        std::fs::remove_file(root.path().join(format!("f{n:03}.txt"))).unwrap();
    }
    clock.set("2026-02-01T00:00:00Z");
    assert_eq!(order().await.counts.vanished, 5);
    trawl.at_rest().await;
    assert_eq!(trawl.objects(root.path()).await.len() as u64, FILES);
    clock.set("2026-03-01T00:00:00Z");
    assert_eq!(trawl.node.forget().await.unwrap(), 0, "they are kept for a year");

    let month = |profile| Profile { closed_days: Some(28), ..profile };
    trawl.node.change(source, month).await.unwrap();
    assert_eq!(trawl.node.forget().await.unwrap(), 1);
    assert_eq!(trawl.objects(root.path()).await.len() as u64, FILES - 5);
    assert_eq!(trawl.stored().await, before - 5);
    let left = trawl.left_of(source).await;
    assert_eq!(left.iter().filter(|row| row.starts_with("name ")).count() as u64, FILES - 5);
    assert_eq!(left.iter().filter(|row| row.starts_with("person ")).count() as u64, FILES - 5);
    let chain = trawl_actors::audit::chain(&options().tenant);
    let entries = trawl_storage::records::AuditKey::entries(1);
    let entered = trawl.db.collect::<trawl_storage::records::AuditRow>(&chain, entries, 9).await;
    assert_eq!(entered.unwrap().len(), 1, "it was entered in the audit record");
    assert_eq!(trawl.node.held(), [0; 4]);
    assert_eq!(order().await.listed_objects, FILES - 5);
    trawl.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_given_up_is_listed_with_its_error_and_tried_again_when_it_is_released() {
    let (data, root) = (folder(), folder());
    corpus(root.path());
    let mut impatient = small();
    impatient.tuning.attempts = 1;
    let trawl = Trawl::open(data.path(), impatient).await;
    let folders = support::command::Folders::default();
    let broken = Arc::clone(&folders.broken);
    let names = ["f007.txt", "f008.txt", "f031.txt", "f059.txt"];
    *broken.lock() = names.map(str::to_owned).to_vec();
    trawl.node.serve(Arc::new(folders)).await.unwrap();
    let source = trawl.add(root.path(), Profile::default()).await;
    let scan = trawl.node.order(source, Order::default(), None).await.unwrap().scan.id;
    trawl.node.ended(scan).await.unwrap();
    let tenant = options().tenant;
    let parked = parked::list(&trawl.db, &tenant, source, 10).await.unwrap();
    let objects: Vec<What> = parked.iter().map(|one| one.what.clone()).collect();
    let failed = |name| What::Object(support::key(name), Reason::SourceFailed);
    assert_eq!(objects, names.map(failed));
    assert!(parked[0].error.contains("input/output error"));
    // A page ends where it is full, or where enough was looked at; the next one goes on behind it.
    for (items, bytes, rows) in [(1, 9_000, 1_000), (3, 9_000, 7), (10, 9_000, 1), (10, 1, 1_000)] {
        let (mut paged, mut behind) = (Vec::new(), None);
        loop {
            let room = parked::Room { items, bytes, rows };
            let page = parked::page(&trawl.db, &tenant, source, behind.as_ref(), room);
            let page = page.await.unwrap();
            assert!(page.parked.len() <= items);
            paged.extend(page.parked);
            behind = page.next;
            if behind.is_none() {
                break;
            }
        }
        assert_eq!(paged, parked, "pages of {items}, of {bytes} bytes or {rows} rows");
    }
    broken.lock().clear();
    let released = trawl.node.release(source, None).await.unwrap();
    let ordered = released.ordered.unwrap();
    assert_eq!((ordered.scan.number, ordered.joined), (2, false));
    let ended = trawl.node.ended(ordered.scan.id).await.unwrap();
    assert_eq!((ended.counts.changed, ended.counts.same), (4, FILES - 4));
    assert!(parked::list(&trawl.db, &tenant, source, 10).await.unwrap().is_empty());
    trawl.close().await;
}
