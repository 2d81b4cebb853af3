use super::node::{Node, identity};
use crate::testing::{
    authority, credentials, credentials_of, endpoint, loopback, node, options, soon, until,
};
use crate::{Change, Identity, Options, Reason};

#[tokio::test]
async fn nodes_meet_by_a_seed_and_know_each_other() {
    let ca = authority();
    let n1 = Node::start(&ca, 1, |_, _| {}).await;
    let n2 = n1.beside(&ca, 2).await;
    n1.meets(&["n2"]).await;
    n2.meets(&["n1"]).await;
    let peer = n1.mesh.peers().remove(0);
    assert_eq!((peer.node, peer.address), (identity(2).node, n2.mesh.address()));
    assert_eq!((peer.program.as_str(), peer.version), ("0.1.0", 1));
    let changes = soon(n2.mesh.changes().next()).await.unwrap();
    assert!(matches!(&changes[..], [Change::Up(peer)] if peer.name == node("n1")));
}

#[tokio::test]
async fn a_seed_may_be_a_name_that_leads_to_several_addresses() {
    let ca = authority();
    let n1 = Node::start(&ca, 1, |_, _| {}).await;
    let seed = format!("localhost:{}", n1.mesh.address().port());
    let n2 = Node::start(&ca, 2, |options, _| options.seeds = vec![seed]).await;
    n2.meets(&["n1"]).await;
}

#[tokio::test]
async fn who_has_one_seed_meets_all() {
    let ca = authority();
    let n1 = Node::start(&ca, 1, |_, _| {}).await;
    let (n2, n3) = (n1.beside(&ca, 2).await, n1.beside(&ca, 3).await);
    let n4 = n3.beside(&ca, 4).await;
    n1.meets(&["n2", "n3", "n4"]).await;
    n2.meets(&["n1", "n3", "n4"]).await;
    n3.meets(&["n1", "n2", "n4"]).await;
    n4.meets(&["n1", "n2", "n3"]).await;
    n4.is_served_by("n2").await;
}

#[tokio::test]
async fn of_two_that_dial_each_other_one_connection_stays() {
    let ca = authority();
    // Two ports that are free a moment before.
    let ports = [(); 2].map(|()| std::net::UdpSocket::bind(loopback()).unwrap());
    let [first, second] = ports.map(|port| port.local_addr().unwrap());
    let each = |listen, seed: std::net::SocketAddr| {
        move |options: &mut Options, _: &mut Identity| {
            options.listen = listen;
            options.seeds = vec![seed.to_string()];
        }
    };
    let (n1, n2) = tokio::join!(
        Node::start(&ca, 1, each(first, second)),
        Node::start(&ca, 2, each(second, first)),
    );
    let one = |node: &Node| node.counts().peers.now() == 1 && node.mesh.peers().len() == 1;
    until(|| one(&n1) && one(&n2)).await;
    n1.is_served_by("n2").await;
    n2.is_served_by("n1").await;
}

#[tokio::test]
async fn who_lives_on_is_met_again_after_a_connection_broke() {
    let ca = authority();
    let n1 = Node::start(&ca, 1, |_, _| {}).await;
    let n2 = n1.beside(&ca, 2).await;
    n1.meets(&["n2"]).await;
    n2.meets(&["n1"]).await;
    let mut changes = n1.mesh.changes();
    soon(changes.next()).await.unwrap();
    n2.bare("n1").close(quinn::VarInt::from_u32(99), b"a fault");
    until(|| n1.counts().lost.get() == 1).await;
    n1.meets(&["n2"]).await;
    n2.meets(&["n1"]).await;
    let changes = soon(changes.next()).await.unwrap();
    assert!(matches!(&changes[0], Change::Down(peer) if peer.name == node("n2")));
}

#[tokio::test]
async fn a_later_start_takes_the_place_and_the_earlier_is_refused() {
    let ca = authority();
    let n1 = Node::start(&ca, 1, |_, _| {}).await;
    let n2 = n1.beside(&ca, 2).await;
    n1.meets(&["n2"]).await;
    let seed = n1.seed();
    let later = Node::start(&ca, 2, |options, identity| {
        options.seeds = vec![seed];
        identity.instance = 2;
    })
    .await;
    until(|| n1.mesh.peers().first().is_some_and(|peer| peer.instance == 2)).await;
    until(|| n2.counts().refused(Reason::Superseded) > 0).await;
    assert_eq!(later.counts().refused(Reason::Superseded), 0);
    later.meets(&["n1"]).await;
    until(|| n2.names().is_empty()).await;
}

#[tokio::test]
async fn what_must_be_equal_is_named_on_both_sides() {
    let ca = authority();
    let n1 = Node::start(&ca, 1, |_, _| {}).await;
    let seed = n1.seed();
    let n2 = Node::start(&ca, 2, |options, identity| {
        options.seeds = vec![seed];
        identity.equals[0].hash = [2; 32];
    })
    .await;
    for node in [&n1, &n2] {
        until(|| node.counts().refused(Reason::Differs) > 0).await;
    }
    assert!(n1.names().is_empty() && n2.names().is_empty());
    // Others are not concerned.
    n1.beside(&ca, 3).await.meets(&["n1"]).await;
}

#[tokio::test]
async fn second_nodes_are_refused_on_both_sides() {
    let ca = authority();
    let n1 = Node::start(&ca, 1, |_, _| {}).await;
    let n2 = n1.beside(&ca, 2).await;
    n1.meets(&["n2"]).await;
    let seeded = |options: &mut Options, _: &mut Identity| options.seeds = vec![n1.seed()];
    // A data directory that was copied.
    let copied = Node::named(&ca, "n3", 2, seeded).await;
    // A certificate that was copied.
    let named = Node::named(&ca, "n2", 4, seeded).await;
    // A certificate of the very node that is dialled.
    let same = Node::named(&ca, "n1", 5, seeded).await;
    let refused = |node: &Node, reason| node.counts().refused(reason) > 0;
    until(|| refused(&copied, Reason::IdentityTaken)).await;
    until(|| refused(&named, Reason::NameTaken)).await;
    until(|| refused(&same, Reason::NameTaken)).await;
    until(|| refused(&n1, Reason::IdentityTaken) && refused(&n1, Reason::NameTaken)).await;
    assert_eq!(n1.names(), ["n2"]);
    n2.is_served_by("n1").await;
}

#[tokio::test]
async fn a_node_that_is_its_own_seed_is_alone() {
    let ca = authority();
    let port = std::net::UdpSocket::bind(loopback()).unwrap().local_addr().unwrap();
    let n1 = Node::start(&ca, 1, |options, _| {
        options.listen = port;
        // By another name than the one that it gives for itself.
        options.advertise = Some("127.0.0.1:9".parse().unwrap());
        options.seeds = vec![port.to_string()];
    })
    .await;
    until(|| n1.counts().refused(Reason::Myself) > 0).await;
    assert!(n1.names().is_empty());
}

#[tokio::test]
async fn who_stops_is_gone_at_once_and_can_come_again() {
    let ca = authority();
    let n1 = Node::start(&ca, 1, |_, _| {}).await;
    let n2 = n1.beside(&ca, 2).await;
    n1.meets(&["n2"]).await;
    let connection = n1.bare("n2");
    n2.mesh.stop().await;
    n1.meets(&[]).await;
    let closed = soon(connection.closed()).await;
    let refusal = crate::endpoint::refusal(n2.mesh.address(), &closed);
    assert_eq!((refusal.reason, refusal.by_peer), (Reason::Stopping, true));
    let seed = n1.seed();
    let again = Node::start(&ca, 2, |options, identity| {
        options.seeds = vec![seed];
        identity.instance = 2;
    })
    .await;
    n1.meets(&["n2"]).await;
    again.is_served_by("n1").await;
}

#[tokio::test]
async fn who_is_dropped_says_that_it_stops() {
    let ca = authority();
    let n1 = Node::start(&ca, 1, |_, _| {}).await;
    let n2 = n1.beside(&ca, 2).await;
    n1.meets(&["n2"]).await;
    let (connection, address) = (n1.bare("n2"), n2.mesh.address());
    drop(n2);
    let refusal = crate::endpoint::refusal(address, &soon(connection.closed()).await);
    assert_eq!((refusal.reason, refusal.by_peer), (Reason::Stopping, true));
}

#[tokio::test]
async fn an_authority_is_rotated_under_way() {
    let (old, new) = (authority(), authority());
    let n1 = Node::start(&old, 1, |_, _| {}).await;
    let n2 = n1.beside(&old, 2).await;
    n1.meets(&["n2"]).await;
    n2.meets(&["n1"]).await;
    // While both are believed, connections live on.
    let both = format!("{}{}", old.certificate(), new.certificate());
    n1.mesh.reload(&credentials_of(&new, "n1", &both)).unwrap();
    n2.is_served_by("n1").await;
    let n3 = n1.beside(&new, 3).await;
    n3.meets(&["n1"]).await;
    assert_eq!(n1.counts().lost.get(), 0);
    // Who still shows the old one is left when it is no longer believed.
    n1.mesh.reload(&credentials(&new, "n1")).unwrap();
    n1.meets(&["n3"]).await;
    n2.meets(&[]).await;
    assert_eq!(n1.counts().lost.get(), 1);
    n2.mesh.reload(&credentials(&new, "n2")).unwrap();
    n3.meets(&["n1", "n2"]).await;
    n2.is_served_by("n1").await;
}

#[tokio::test]
async fn as_many_peers_as_may_be_and_no_more() {
    let ca = authority();
    let n1 = Node::start(&ca, 1, |options, _| options.peers = 1).await;
    let n2 = n1.beside(&ca, 2).await;
    n2.meets(&["n1"]).await;
    let n3 = n1.beside(&ca, 3).await;
    until(|| n3.counts().refused(Reason::Full) > 0).await;
    assert_eq!(n1.names(), ["n2"]);
    drop(n2);
}

#[tokio::test]
async fn who_has_a_certificate_and_says_no_hello_is_left() {
    let ca = authority();
    let n1 = Node::start(&ca, 1, |options, _| {
        options.transport.handshake_within = std::time::Duration::from_millis(200);
    })
    .await;
    let (n9, ..) = endpoint(&options(), &credentials(&ca, "n9"));
    let says: [&[u8]; 5] = [
        // Another purpose, a length that nobody takes, a version of later, no hello, nothing.
        &[2, 0, 0, 0, 0],
        &[1, 0xff, 0xff, 0xff, 0xff],
        &[1, 0, 0, 0, 3, 0, 9, 1],
        &[1, 0, 0, 0, 4, 0, 1, 0xff, 0xff],
        &[],
    ];
    let mut held = Vec::new();
    for said in says {
        let link = soon(n9.dial(n1.mesh.address(), None)).await.unwrap();
        let (mut send, recv) = link.connection.open_bi().await.unwrap();
        send.write_all(said).await.unwrap();
        held.push((link.connection, send, recv));
    }
    let refused = |reason| n1.counts().refused(reason);
    until(|| refused(Reason::Malformed) == 3 && refused(Reason::Version) == 1).await;
    until(|| refused(Reason::Slow) == 1).await;
    let words =
        ["does not say hello", "may have", "version 9 of a hello", "writes", "hello within"];
    for ((connection, ..), word) in held.iter().zip(words) {
        let closed = soon(connection.closed()).await.to_string();
        assert!(closed.contains(word), "{closed}");
    }
    assert!(n1.names().is_empty());
    n1.beside(&ca, 2).await.meets(&["n1"]).await;
}
