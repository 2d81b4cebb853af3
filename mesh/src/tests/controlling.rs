use tokio::io::{AsyncReadExt, AsyncWriteExt};

use super::node::Node;
use crate::testing::{authority, node, soon};

#[tokio::test]
async fn each_pair_has_one_stream_of_control_and_another_when_it_has_ended() {
    let ca = authority();
    let mut n1 = Node::start(&ca, 1, |_, _| {}).await;
    let mut n2 = n1.beside(&ca, 2).await;
    for round in 0..3_u8 {
        let mut server = soon(n1.controls.next()).await.unwrap();
        let mut client = soon(n2.controls.next()).await.unwrap();
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
