use std::time::Duration;

use chitchat::ChitchatId;

use super::node::Node;
use crate::gossip::{Op, ack, keys, syn};
use crate::testing::{authority, node, soon, until};
use crate::wire::Purpose;
use crate::{Identity, Options};

/// What this node knows of another, by key.
fn seen(by: &Node, name: &str, key: &str) -> Option<String> {
    by.mesh.alive().borrow().get(&node(name))?.values.get(key).cloned()
}

#[tokio::test]
async fn nodes_tell_of_themselves_and_all_hear_it() {
    let ca = authority();
    let n1 = Node::start(&ca, 1, |_, _| {}).await;
    let (n2, n3) = (n1.beside(&ca, 2).await, n1.beside(&ca, 3).await);
    n2.mesh.tell(keys::ROLES, "crawl,search").await.unwrap();
    n2.mesh.tell(keys::LOAD, "40").await.unwrap();
    until(|| seen(&n3, "n2", keys::ROLES).as_deref() == Some("crawl,search")).await;
    n2.mesh.tell(keys::LOAD, "70").await.unwrap();
    until(|| seen(&n3, "n2", keys::LOAD).as_deref() == Some("70")).await;
    assert_eq!(seen(&n3, "n2", keys::PROGRAM).as_deref(), Some("0.1.0"));
    until(|| n1.mesh.alive().borrow().len() == 3).await;
    let alive = n1.mesh.alive();
    let address = alive.borrow().get(&node("n2")).unwrap().address;
    assert_eq!(address, n2.mesh.address());
}

#[tokio::test]
async fn who_falls_silent_is_held_to_be_dead_and_a_later_start_is_seen() {
    let ca = authority();
    let n1 = Node::start(&ca, 1, |_, _| {}).await;
    let n2 = n1.beside(&ca, 2).await;
    let instance = || n1.mesh.alive().borrow().get(&node("n2")).map(|seen| seen.instance);
    until(|| instance() == Some(1)).await;
    n2.mesh.stop().await;
    until(|| instance().is_none()).await;
    let seed = n1.seed();
    let _again = Node::start(&ca, 2, |options, identity| {
        options.seeds = vec![seed];
        identity.instance = 2;
    })
    .await;
    until(|| instance() == Some(2)).await;
}

#[tokio::test]
async fn what_a_node_tells_is_bounded() {
    let ca = authority();
    let n1 = Node::start(&ca, 1, |_, _| {}).await;
    assert!(n1.mesh.tell("", "x").await.is_err());
    assert!(n1.mesh.tell(&"k".repeat(65), "x").await.is_err());
    assert!(n1.mesh.tell("key", &"x".repeat(1_025)).await.is_err());
    for number in 0..31 {
        n1.mesh.tell(&format!("key{number}"), "x").await.unwrap();
    }
    let word = n1.mesh.tell("one more", "x").await.unwrap_err().to_string();
    assert!(word.contains("at most 32 things"), "{word}");
    n1.mesh.tell("key0", "again").await.unwrap();
}

#[tokio::test]
async fn who_has_heard_as_much_as_may_be_hears_no_more() {
    let ca = authority();
    let n1 = Node::start(&ca, 1, |options, _| options.gossip.kept_bytes = 19_000).await;
    let n2 = n1.beside(&ca, 2).await;
    for key in ["first", "second"] {
        n2.mesh.tell(key, &"x".repeat(1_000)).await.unwrap();
        until(|| seen(&n1, "n2", key).is_some()).await;
    }
    let dropped = || n1.counts().gossip_dropped.get();
    n2.mesh.tell("third", "y").await.unwrap();
    let before = dropped();
    until(|| dropped() > before + 5).await;
    assert_eq!(seen(&n1, "n2", "third"), None);
    n2.is_served_by("n1").await;
}

/// Says this to a node as a peer does.
async fn says(by: &Node, to: &str, message: &[u8]) {
    let mut stream = by.bare(to).open_uni().await.unwrap();
    stream.write_all(&[&[Purpose::Gossip as u8], message].concat()).await.unwrap();
    stream.finish().unwrap();
    let _ = soon(stream.stopped()).await;
}

#[tokio::test]
async fn what_would_fell_gossip_is_not_taken_in() {
    let ca = authority();
    let n1 = Node::start(&ca, 1, |_, _| {}).await;
    let n2 = n1.beside(&ca, 2).await;
    until(|| seen(&n1, "n2", keys::PROGRAM).is_some()).await;
    let id = |name: &str, node: &Node| ChitchatId::new(name, 1, node.mesh.address());
    let (own, of_peer) = (id("n1", &n1), id("n2", &n2));
    let messages = [
        ack(&[Op::Node(&of_peer), Op::KeyValue("a", 100), Op::SetMaxVersion(50)]),
        ack(&[Op::Node(&own), Op::SetMaxVersion(u64::MAX)]),
    ];
    for message in messages {
        let before = n1.counts().gossip_received.get();
        says(&n2, "n1", &message).await;
        until(|| n1.counts().gossip_received.get() > before).await;
    }
    n1.mesh.tell(keys::LOAD, "1").await.unwrap();
    n2.mesh.tell(keys::LOAD, "2").await.unwrap();
    until(|| seen(&n1, "n2", keys::LOAD).as_deref() == Some("2")).await;
    until(|| seen(&n2, "n1", keys::LOAD).as_deref() == Some("1")).await;
    let instance = n2.mesh.alive().borrow().get(&node("n1")).map(|seen| seen.instance);
    assert_eq!(instance, Some(1), "it has not fallen");
}

#[tokio::test]
async fn gossip_that_fell_shows_nobody_and_is_begun_anew() {
    let ca = authority();
    let n1 = Node::start(&ca, 1, |_, _| {}).await;
    let n2 = n1.beside(&ca, 2).await;
    n1.mesh.tell(keys::ROLES, "search").await.unwrap();
    until(|| seen(&n1, "n2", keys::PROGRAM).is_some()).await;
    let mut alive = n1.mesh.alive();
    for again in 1..3 {
        n1.mesh.let_gossip_fall().await;
        soon(alive.wait_for(|alive| alive.is_empty())).await.unwrap();
        n2.mesh.tell(keys::LOAD, &again.to_string()).await.unwrap();
        until(|| seen(&n1, "n2", keys::LOAD) == Some(again.to_string())).await;
        let instance = || n2.mesh.alive().borrow().get(&node("n1")).map(|seen| seen.instance);
        until(|| instance() == Some(1 + again)).await;
        until(|| seen(&n2, "n1", keys::ROLES).as_deref() == Some("search")).await;
    }
}

#[tokio::test]
async fn more_nodes_than_a_message_holds_are_not_made_known() {
    let ca = authority();
    let large = |options: &mut Options, _: &mut Identity| {
        (options.gossip.kept_nodes, options.gossip.kept_bytes) = (10_000, 1 << 30);
        options.gossip.every = Duration::from_millis(100);
    };
    let n1 = Node::start(&ca, 1, large).await;
    let seed = n1.seed();
    let n2 = Node::start(&ca, 2, |options, identity| {
        large(options, identity);
        options.seeds = vec![seed];
    })
    .await;
    until(|| seen(&n1, "n2", keys::PROGRAM).is_some()).await;
    let dropped = n1.counts().gossip_dropped.get();
    for part in 0..3 {
        let ids: Vec<_> = (0..300)
            .map(|number| {
                let name = format!("{}{part}{number:03}", "x".repeat(59));
                ChitchatId::new(name, 1, n2.mesh.address())
            })
            .collect();
        says(&n2, "n1", &syn(&ids, "prod")).await;
    }
    until(|| n1.counts().gossip_dropped.get() >= dropped + 2).await;
    n2.mesh.tell(keys::LOAD, "2").await.unwrap();
    until(|| seen(&n1, "n2", keys::LOAD).as_deref() == Some("2")).await;
    let instance = n1.mesh.alive().borrow().get(&node("n1")).map(|seen| seen.instance);
    assert_eq!(instance, Some(1), "it has not fallen");
}
