use std::task::Poll;
use std::time::Duration;

use super::node::{BREAK_OFF, ECHO, ELSEWHERE, ENDLESS, FALL, FRAMES, HANG, LARGE, LONG, Node};
use crate::Status;
use crate::data::{RequestHead, StatusMessage};
use crate::testing::{authority, node, soon, until};
use crate::wire::{self, Purpose};

async fn pair() -> (Node, Node) {
    let ca = authority();
    let n1 = Node::start(&ca, 1, |_, _| {}).await;
    let n2 = n1.beside(&ca, 2).await;
    n1.meets(&["n2"]).await;
    n2.meets(&["n1"]).await;
    (n1, n2)
}

/// Asks n1, which answers not well, and gives how.
async fn failed(asking: &Node, kind: u16, within: Duration) -> (Status, String) {
    let failed = soon(asking.mesh.ask(&node("n1"), kind, "?", within)).await.unwrap_err();
    (failed.status, failed.word)
}

#[tokio::test]
async fn what_is_asked_is_answered_both_ways() {
    let (n1, n2) = pair().await;
    let large = vec![5; 1 << 20];
    let answer = soon(n2.mesh.ask(&node("n1"), ECHO, large.clone(), LONG)).await.unwrap();
    assert_eq!(&*answer, &large[..]);
    drop(answer);
    n1.is_served_by("n2").await;
    assert_eq!(n1.counts().answered.get(ECHO, Status::Answered), 1);
    assert_eq!(n2.counts().asked.get(ECHO, Status::Answered), 1);
    assert_eq!(n2.counts().received_bytes.now(), 0);
    until(|| n1.counts().request_bytes.now() == 0 && n1.counts().at_work.now() == 0).await;
}

#[tokio::test]
async fn an_answer_may_be_many_frames() {
    let (_n1, n2) = pair().await;
    let n1 = node("n1");
    let mut frames = soon(n2.mesh.frames(&n1, FRAMES, vec![0; 200], LONG)).await.unwrap();
    let mut read = 0;
    while let Some(frame) = soon(frames.next()).await.unwrap() {
        assert_eq!(&*frame, &[read as u8; 1_000]);
        read += 1;
    }
    assert_eq!(read, 200);
    assert!(soon(frames.next()).await.unwrap().is_none(), "the end stays the end");
    let failed = soon(n2.mesh.ask(&node("n1"), FRAMES, vec![0; 2], LONG)).await.unwrap_err();
    assert!(failed.word.contains("several frames"), "{failed}");
}

#[tokio::test]
async fn what_can_not_be_answered_says_why() {
    let (_n1, n2) = pair().await;
    let (status, word) = failed(&n2, ELSEWHERE, LONG).await;
    assert_eq!((status, word.as_str()), (Status::NotHere, "shard 7 is on n3"));
    let (status, word) = failed(&n2, 999, LONG).await;
    assert_eq!((status, word.as_str()), (Status::Refused, "kind 999 is not known here"));
    let (status, word) = failed(&n2, LARGE, LONG).await;
    assert_eq!(status, Status::Failed);
    assert!(word.contains("a frame may have 1048576 bytes, this has 1048578"), "{word}");
    let large = vec![0; (1 << 20) + 1];
    let failed = n2.mesh.ask(&node("n1"), ECHO, large, LONG).await.unwrap_err();
    assert_eq!(failed.status, Status::Refused);
    let failed = n2.mesh.ask(&node("n7"), ECHO, "?", LONG).await.unwrap_err();
    assert_eq!((failed.status, failed.word.as_str()), (Status::Gone, "n7 is not connected"));
}

#[tokio::test]
async fn a_service_that_falls_takes_nothing_with_it() {
    let (n1, n2) = pair().await;
    for _ in 0..3 {
        assert_eq!(failed(&n2, FALL, LONG).await.0, Status::Gone);
    }
    until(|| n1.counts().at_work.now() == 0 && n1.counts().request_bytes.now() == 0).await;
    n2.is_served_by("n1").await;
}

#[tokio::test]
async fn a_frame_whose_reading_was_broken_off_is_not_taken_for_whole() {
    let (n1, n2) = pair().await;
    let mut frames = soon(n2.mesh.frames(n1.mesh.name(), HANG, "?", LONG)).await.unwrap();
    {
        let mut next = std::pin::pin!(frames.next());
        let polled = std::future::poll_fn(move |context| Poll::Ready(next.as_mut().poll(context)));
        assert!(polled.await.is_pending());
    }
    let failed = frames.next().await.unwrap_err();
    assert!(failed.word.contains("broken off"), "{failed}");
    assert!(frames.next().await.unwrap().is_none());
    until(|| n1.hanging() == 0).await;
}

#[tokio::test]
async fn a_deadline_holds_on_both_sides() {
    let (n1, n2) = pair().await;
    let (status, _) = failed(&n2, HANG, Duration::from_millis(30)).await;
    assert_eq!(status, Status::Deadline);
    until(|| n1.hanging() == 0 && n1.counts().at_work.now() == 0).await;
    assert_eq!(n1.counts().answered.all(Status::Answered), 0);
}

#[tokio::test]
async fn who_no_longer_waits_ends_what_is_done_for_him() {
    let (n1, n2) = pair().await;
    let mesh = n2.mesh.clone();
    let asking = tokio::spawn(async move { mesh.ask(&node("n1"), HANG, "?", LONG).await.err() });
    until(|| n1.hanging() == 1).await;
    asking.abort();
    until(|| n1.hanging() == 0).await;
    until(|| n1.counts().answered.get(HANG, Status::Cancelled) == 1).await;
    until(|| n2.counts().asked.get(HANG, Status::Cancelled) == 1).await;
    n2.is_served_by("n1").await;
}

#[tokio::test]
async fn who_dies_leaves_those_who_ask_and_those_who_answer_free() {
    let (n1, n2) = pair().await;
    let mesh = n2.mesh.clone();
    let asking = tokio::spawn(async move { mesh.ask(&node("n1"), HANG, "?", LONG).await });
    until(|| n1.hanging() == 1).await;
    n1.mesh.stop().await;
    assert_eq!(soon(asking).await.unwrap().unwrap_err().status, Status::Gone);
    until(|| n1.hanging() == 0).await;
}

#[tokio::test]
async fn what_is_too_much_is_busy_at_once_and_others_are_served() {
    let ca = authority();
    let n1 = Node::start(&ca, 1, |options, _| options.data.at_once_a_peer = 2).await;
    let (n2, n3) = (n1.beside(&ca, 2).await, n1.beside(&ca, 3).await);
    n2.meets(&["n1", "n3"]).await;
    n3.meets(&["n1", "n2"]).await;
    let hang = || {
        let mesh = n2.mesh.clone();
        tokio::spawn(async move { mesh.ask(&node("n1"), HANG, "?", LONG).await.err() })
    };
    let held = [hang(), hang()];
    until(|| n1.hanging() == 2).await;
    let (status, word) = failed(&n2, ECHO, LONG).await;
    assert_eq!(status, Status::Busy);
    assert!(word.contains("as many requests of this peer"), "{word}");
    n3.is_served_by("n1").await;
    held.iter().for_each(|held| held.abort());
    until(|| n1.counts().at_work.now() == 0).await;
    n2.is_served_by("n1").await;
}

#[tokio::test]
async fn bytes_of_requests_are_bounded_a_peer_and_in_all() {
    let ca = authority();
    let n1 = Node::start(&ca, 1, |options, _| {
        options.data.request_bytes_a_peer = 1 << 20;
        options.data.request_bytes = 1 << 20;
    })
    .await;
    let (n2, n3) = (n1.beside(&ca, 2).await, n1.beside(&ca, 3).await);
    n2.meets(&["n1", "n3"]).await;
    n3.meets(&["n1", "n2"]).await;
    let mesh = n2.mesh.clone();
    let body = vec![0; 1 << 20];
    let held = tokio::spawn(async move { mesh.ask(&node("n1"), HANG, body, LONG).await.err() });
    until(|| n1.hanging() == 1).await;
    let (status, word) = failed(&n2, ECHO, LONG).await;
    assert_eq!(
        (status, word.as_str()),
        (Status::Busy, "requests of this peer hold as many bytes as they may")
    );
    let (status, word) = failed(&n3, ECHO, LONG).await;
    assert_eq!(
        (status, word.as_str()),
        (Status::Busy, "requests of all peers hold as many bytes as they may")
    );
    held.abort();
    until(|| n1.counts().request_bytes.now() == 0).await;
    n3.is_served_by("n1").await;
    assert_eq!(n1.counts().request_bytes.most(), 1 << 20);
}

#[tokio::test]
async fn a_version_that_is_not_known_is_answered_with_its_number() {
    let (_n1, n2) = pair().await;
    let (mut send, mut recv) = n2.bare("n1").open_bi().await.unwrap();
    let head = [Purpose::Request as u8, 0, 0, 0, 5, 0, 9, 1, 2, 3];
    send.write_all(&head).await.unwrap();
    let mut tag = [0];
    soon(recv.read_exact(&mut tag)).await.unwrap();
    let status: StatusMessage = soon(wire::read(&mut recv)).await.unwrap();
    assert_eq!(Status::of_failure(status.status), Status::Refused);
    assert!(status.word.contains("version 9 of a request is not known here"), "{}", status.word);
}

#[tokio::test]
async fn an_answer_that_ends_within_a_frame_is_reset() {
    let (n1, n2) = pair().await;
    let failed = soon(n2.mesh.ask(&node("n1"), BREAK_OFF, "?", LONG)).await.unwrap_err();
    assert_eq!((failed.status, &*failed.word), (Status::Failed, "the answer was broken off"));
    // So it is where the deadline comes while the writing waits for room.
    let (mut send, mut recv) = n2.bare("n1").open_bi().await.unwrap();
    let head = RequestHead { kind: ENDLESS, within_ms: 100, length: 0 };
    let head = [&[Purpose::Request as u8], &wire::framed(&head).unwrap()[..]].concat();
    send.write_all(&head).await.unwrap();
    send.finish().unwrap();
    until(|| n1.counts().answered.get(ENDLESS, Status::Deadline) == 1).await;
    let ended = soon(recv.read_to_end(usize::MAX)).await;
    assert!(matches!(ended, Err(quinn::ReadToEndError::Read(quinn::ReadError::Reset(_)))));
}
