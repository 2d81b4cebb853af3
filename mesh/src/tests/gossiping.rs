use super::node::Node;
use crate::gossip::keys;
use crate::testing::{authority, node, until};

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
    let n1 = Node::start(&ca, 1, |options, _| options.gossip.kept_bytes = 2_000).await;
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
