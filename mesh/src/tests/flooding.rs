//! A peer that does its worst: what is held for it stays within the bounds of the options, and others
//! are served.

use std::sync::Arc;
use std::time::Duration;

use parking_lot::Mutex;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::task::JoinSet;

use super::node::{ECHO, ENDLESS, HANG, LONG, Node};
use crate::data::RequestHead;
use crate::testing::{authority, soon, until};
use crate::wire::{self, Purpose};
use crate::{Options, Status};

const MIB: usize = 1 << 20;

/// Bounds that are soon met.
fn narrow(options: &mut Options) {
    options.data.at_once_a_peer = 8;
    options.data.request_bytes_a_peer = 2 * MIB;
    options.data.request_bytes = 4 * MIB;
    options.data.head_within = Duration::from_millis(200);
    options.transport.request_streams = 32;
    options.gossip.received = 4;
    options.gossip.message_within = Duration::from_millis(200);
}

/// The one that is flooded, the one that floods, and one that wants to be served.
async fn three() -> (Node, Node, Node) {
    let ca = authority();
    let n1 = Node::start(&ca, 1, |options, _| narrow(options)).await;
    let (n2, n3) = (n1.beside(&ca, 2).await, n1.beside(&ca, 3).await);
    n2.meets(&["n1", "n3"]).await;
    n3.meets(&["n1", "n2"]).await;
    (n1, n2, n3)
}

fn head(kind: u16, length: u32) -> Vec<u8> {
    let head = RequestHead { kind, within_ms: 60_000, length };
    [&[Purpose::Request as u8], &wire::framed(&head).unwrap()[..]].concat()
}

fn is_within_bounds(flooded: &Node) {
    let (counts, mut options) = (flooded.counts(), Options::new(flooded.mesh.address()));
    narrow(&mut options);
    let data = options.data;
    let most = [
        (counts.request_bytes.most(), data.request_bytes_a_peer + data.message_bytes),
        (counts.answer_bytes.most(), 2 * data.at_once_a_peer * data.message_bytes),
        (counts.at_work.most(), 2 * data.at_once_a_peer),
    ];
    for (found, bound) in most {
        assert!(found <= bound as u64, "{most:?}");
    }
}

#[tokio::test]
async fn thousands_of_streams_that_say_nothing() {
    let (n1, n2, n3) = three().await;
    let connection = n2.bare("n1");
    let mut streams = JoinSet::new();
    for number in 0..2_000_usize {
        let connection = connection.clone();
        streams.spawn(async move {
            let (mut send, recv) = connection.open_bi().await?;
            // Some say nothing, some a part of a head, some what no stream is for.
            let begun = head(ECHO, 10);
            let said: &[u8] = match number % 3 {
                0 => &begun[..1],
                1 => &begun[..begun.len() - 1],
                _ => &[99],
            };
            let _ = send.write_all(said).await;
            let _ = send.stopped().await;
            drop(recv);
            Ok::<_, quinn::ConnectionError>(())
        });
    }
    let refused = || n1.counts().streams_refused.get();
    until(|| refused() > 50).await;
    soon(n3.is_served_by("n1")).await;
    is_within_bounds(&n1);
    assert!(n1.counts().at_work.now() <= 1, "who has not said what he wants has no place");
}

#[tokio::test]
async fn bodies_that_never_end() {
    let (n1, n2, n3) = three().await;
    let connection = n2.bare("n1");
    let mut streams = JoinSet::new();
    for number in 0..200_u32 {
        let connection = connection.clone();
        streams.spawn(async move {
            let (mut send, _recv) = connection.open_bi().await?;
            // Some say how long they will be and are longer, some never come to what they said, some
            // claim what nobody takes.
            let length = [10, MIB as u32, u32::MAX][number as usize % 3];
            let _ = send.write_all(&head(HANG, length)).await;
            while send.write_all(&[0; 4_096]).await.is_ok() {
                tokio::task::yield_now().await;
            }
            Ok::<_, quinn::ConnectionError>(())
        });
    }
    until(|| n1.counts().answered.get(HANG, Status::Refused) > 60).await;
    until(|| n1.counts().answered.get(HANG, Status::Busy) > 0).await;
    soon(n3.is_served_by("n1")).await;
    is_within_bounds(&n1);
}

#[tokio::test]
async fn answers_that_nobody_reads() {
    let (n1, n2, n3) = three().await;
    let mut unread = Vec::new();
    for _ in 0..8 {
        let asked = n2.mesh.frames(n1.mesh.name(), ENDLESS, "?", LONG);
        unread.push(soon(asked).await.unwrap());
    }
    until(|| n1.counts().at_work.now() == 8 && n1.counts().answer_bytes.now() > 0).await;
    soon(n3.is_served_by("n1")).await;
    is_within_bounds(&n1);
    drop(unread);
    until(|| n1.counts().at_work.now() == 0 && n1.counts().answer_bytes.now() == 0).await;
    soon(n2.is_served_by("n1")).await;
}

#[tokio::test]
async fn answers_that_nobody_reads_hold_up_nothing_else_between_the_two() {
    let ca = authority();
    let mut n1 = Node::start(&ca, 1, |_, _| {}).await;
    let mut n2 = n1.beside(&ca, 2).await;
    n2.meets(&["n1"]).await;
    let most = Options::new(n1.mesh.address()).data.asked_at_once_a_peer;
    let mut unread = Vec::new();
    for _ in 0..most - 1 {
        let asked = n2.mesh.frames(n1.mesh.name(), ENDLESS, "?", LONG);
        unread.push(soon(asked).await.unwrap());
    }
    // Each is written until nothing more goes.
    until(|| n1.counts().answer_bytes.now() as usize == (most - 1) * MIB).await;
    for _ in 0..20 {
        n2.is_served_by("n1").await;
        n1.is_served_by("n2").await;
    }
    let large = soon(n2.mesh.ask(n1.mesh.name(), ECHO, vec![1; MIB], LONG)).await.unwrap();
    assert_eq!(large.len(), MIB);
    let (mut one, mut other) =
        (soon(n1.controls.next()).await.unwrap(), soon(n2.controls.next()).await.unwrap());
    one.write_all(b"through").await.unwrap();
    let mut read = [0; 7];
    soon(other.read_exact(&mut read)).await.unwrap();
    // One more than there are places for waits for one of them.
    unread.push(soon(n2.mesh.frames(n1.mesh.name(), ENDLESS, "?", LONG)).await.unwrap());
    let short = Duration::from_millis(30);
    let failed = n2.mesh.ask(n1.mesh.name(), ECHO, "?", short).await.unwrap_err();
    assert_eq!(failed.status, Status::Deadline);
    drop(unread);
    n2.is_served_by("n1").await;
}

#[tokio::test]
async fn frames_that_nobody_takes_away_stop_those_that_follow() {
    let ca = authority();
    let n1 = Node::start(&ca, 1, |_, _| {}).await;
    let seed = n1.seed();
    let n2 = Node::start(&ca, 2, |options, _| {
        options.seeds = vec![seed];
        options.data.received_bytes = 3 * MIB;
    })
    .await;
    n2.meets(&["n1"]).await;
    let mut frames = soon(n2.mesh.frames(n1.mesh.name(), ENDLESS, "?", LONG)).await.unwrap();
    // Whoever reads holds each frame, as long as nobody takes them away.
    let held = Arc::new(Mutex::new(Vec::new()));
    let holding = Arc::clone(&held);
    let reading = tokio::spawn(async move {
        while let Ok(Some(frame)) = frames.next().await {
            holding.lock().push(frame);
        }
    });
    for _ in 0..5 {
        until(|| held.lock().len() == 3 && n1.counts().answer_bytes.now() > 0).await;
        held.lock().remove(0);
    }
    until(|| n2.counts().received_bytes.now() == 3 * MIB as u64).await;
    assert_eq!(n2.counts().received_bytes.most(), 3 * MIB as u64);
    reading.abort();
}

#[tokio::test]
async fn frames_of_one_peer_leave_room_for_those_of_others() {
    let ca = authority();
    let n1 = Node::start(&ca, 1, |_, _| {}).await;
    let (seed, n3) = (n1.seed(), n1.beside(&ca, 3).await);
    let n2 = Node::start(&ca, 2, |options, _| {
        options.seeds = vec![seed];
        options.data.received_bytes = 2 * MIB;
        options.data.received_bytes_a_peer = MIB;
    })
    .await;
    n2.meets(&["n1", "n3"]).await;
    let mut frames = soon(n2.mesh.frames(n1.mesh.name(), ENDLESS, "?", LONG)).await.unwrap();
    let _held = soon(frames.next()).await.unwrap().unwrap();
    let waiting = tokio::spawn(async move { frames.next().await });
    let large = soon(n2.mesh.ask(n3.mesh.name(), ECHO, vec![1; MIB], LONG)).await.unwrap();
    assert_eq!((large.len(), waiting.is_finished()), (MIB, false));
    let short = Duration::from_millis(30);
    let failed = n2.mesh.ask(n1.mesh.name(), ECHO, "?", short).await.unwrap_err();
    assert_eq!(failed.status, Status::Deadline, "there is no room for more of this peer");
    waiting.abort();
}

#[tokio::test]
async fn gossip_without_end() {
    let (n1, n2, n3) = three().await;
    let connection = n2.bare("n1");
    let mut streams = JoinSet::new();
    for number in 0..400_usize {
        let connection = connection.clone();
        streams.spawn(async move {
            let mut stream = connection.open_uni().await?;
            // Some are no gossip, some too long, some never end.
            let length = [1_000, 70_000, 60_000][number % 3];
            let _ = stream.write_all(&vec![Purpose::Gossip as u8; length]).await;
            if number % 3 == 2 {
                let _ = stream.stopped().await;
            }
            Ok::<_, quinn::ConnectionError>(())
        });
    }
    until(|| n1.counts().gossip_dropped.get() > 20).await;
    soon(n3.is_served_by("n1")).await;
    soon(n2.is_served_by("n1")).await;
    // What others tell still comes.
    n3.mesh.tell("load", "50").await.unwrap();
    until(|| {
        let alive = n1.mesh.alive();
        let alive = alive.borrow();
        alive.get(n3.mesh.name()).is_some_and(|seen| seen.values.contains_key("load"))
    })
    .await;
}

#[tokio::test]
async fn large_requests_of_which_most_are_too_much() {
    let ca = authority();
    let n1 = Node::start(&ca, 1, |_, _| {}).await;
    let n2 = n1.beside(&ca, 2).await;
    n2.meets(&["n1"]).await;
    let body = bytes::Bytes::from(vec![5; MIB]);
    let mut asked = JoinSet::new();
    for _ in 0..200 {
        let (mesh, name, body) = (n2.mesh.clone(), n1.mesh.name().clone(), body.clone());
        asked.spawn(async move { mesh.ask(&name, HANG, body, LONG).await.unwrap_err().status });
    }
    for _ in 0..200 - 8 {
        assert_eq!(soon(asked.join_next()).await.unwrap().unwrap(), Status::Busy);
    }
    assert_eq!(n1.counts().request_bytes.now() as usize, 8 * MIB);
}
