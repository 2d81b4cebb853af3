use tokio::io::{AsyncReadExt, AsyncWriteExt};

use super::node::Node;
use crate::Control;
use crate::testing::{authority, node, soon, until};

/// Both ends of the stream between the two: of the server, and of the client.
async fn ends(server: &mut Node, client: &mut Node) -> (Control, Control) {
    loop {
        let mut of_client = soon(client.controls.next()).await.unwrap();
        let mut nothing = [0];
        tokio::select! {
            of_server = soon(server.controls.next()) => return (of_server.unwrap(), of_client),
            // The server was not yet done with the one before, and has refused this one.
            _ = of_client.read(&mut nothing) => {}
        }
    }
}

#[tokio::test]
async fn each_pair_has_one_stream_of_control_and_another_when_it_has_ended() {
    let ca = authority();
    let mut n1 = Node::start(&ca, 1, |_, _| {}).await;
    let mut n2 = n1.beside(&ca, 2).await;
    for round in 0..3_u8 {
        let (mut server, mut client) = ends(&mut n1, &mut n2).await;
        assert_eq!((&server.peer.name, server.is_server), (&node("n2"), true));
        assert_eq!((&client.peer.name, client.is_server), (&node("n1"), false));

        client.write_all(&[round; 70_000]).await.unwrap();
        let mut read = vec![0; 70_000];
        soon(server.read_exact(&mut read)).await.unwrap();
        assert_eq!(read, [round; 70_000]);
        let (mut reading, mut writing) = server.into_split();
        writing.write_all(b"heard").await.unwrap();
        let mut read = [0; 5];
        soon(client.read_exact(&mut read)).await.unwrap();
        assert_eq!(&read, b"heard");

        // Whoever ends it, the other side sees its end.
        if round == 0 {
            drop(client);
            assert_eq!(soon(reading.read(&mut read)).await.unwrap(), 0);
            // As long as the server holds it, another has no place.
            until(|| n1.counts().streams_refused.get() > 0).await;
        } else {
            drop((reading, writing));
            assert_eq!(soon(client.read(&mut read)).await.unwrap(), 0);
        }
    }
    n2.is_served_by("n1").await;
}

#[tokio::test]
async fn where_nobody_takes_control_nothing_piles_up() {
    let ca = authority();
    let n1 = Node::start(&ca, 1, |_, _| {}).await;
    let Node { mesh, controls, .. } = n1.beside(&ca, 2).await;
    drop(controls);
    n1.meets(&["n2"]).await;
    n1.is_served_by("n2").await;
    drop(mesh);
}

/// What the external transport of actors asks of a stream: halves that can be boxed and sent.
#[tokio::test]
async fn its_halves_can_be_boxed_as_bytes() {
    type Read = Box<dyn tokio::io::AsyncRead + Unpin + Send + 'static>;
    type Write = Box<dyn tokio::io::AsyncWrite + Unpin + Send + 'static>;
    fn boxed(control: crate::Control) -> (Read, Write) {
        let (reading, writing) = control.into_split();
        (Box::new(reading), Box::new(writing))
    }
    let ca = authority();
    let mut n1 = Node::start(&ca, 1, |_, _| {}).await;
    let mut n2 = n1.beside(&ca, 2).await;
    let (_reading, mut writing) = boxed(soon(n1.controls.next()).await.unwrap());
    let (mut reading, _writing) = boxed(soon(n2.controls.next()).await.unwrap());
    writing.write_all(b"boxed").await.unwrap();
    let mut read = [0; 5];
    soon(reading.read_exact(&mut read)).await.unwrap();
    assert_eq!(&read, b"boxed");
}
