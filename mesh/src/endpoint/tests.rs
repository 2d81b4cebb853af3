use quinn::crypto::rustls::QuicClientConfig;
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{PrivateKeyDer, ServerName, UnixTime};
use rustls::sign::{CertifiedKey, SingleCertAndKey};
use rustls::{DigitallySignedStruct, SignatureScheme};

use super::*;
use crate::testing::{authority, cluster, credentials, endpoint, node, options, soon, until};

/// A node that greets whoever comes, and lets each connection live.
struct Served {
    endpoint: Arc<Endpoint>,
    address: SocketAddr,
    counts: Arc<Counts>,
    greeted: tokio::sync::mpsc::Receiver<Result<Link, Refusal>>,
}

fn serve(options: &Options, credentials: &Credentials) -> Served {
    let (endpoint, address, counts) = endpoint(options, credentials);
    let (tell, greeted) = tokio::sync::mpsc::channel(64);
    let accepting = Arc::clone(&endpoint);
    tokio::spawn(async move {
        while let Some(knock) = accepting.accept().await {
            let (endpoint, tell) = (Arc::clone(&accepting), tell.clone());
            tokio::spawn(async move { tell.send(endpoint.open(knock).await).await });
        }
    });
    Served { endpoint, address, counts, greeted }
}

impl Served {
    async fn next(&mut self) -> Result<Link, Refusal> {
        soon(self.greeted.recv()).await.unwrap()
    }

    /// Whoever has a certificate is still served.
    async fn serves(&mut self, credentials: &Credentials) {
        let (dialler, ..) = endpoint(&options(), credentials);
        let dialled = soon(dialler.dial(self.address, None)).await.unwrap();
        assert_eq!(dialled.peer, node("n1"));
        let link = loop {
            if let Ok(link) = self.next().await {
                break link;
            }
        };
        assert_eq!(link.peer, *credentials.node());
    }
}

/// Believes anyone, and shows what it is given: what no node of ours would dial with.
#[derive(Debug)]
struct Anyone;

impl ServerCertVerifier for Anyone {
    fn verify_server_cert(
        &self,
        _: &CertificateDer<'_>,
        _: &[CertificateDer<'_>],
        _: &ServerName<'_>,
        _: &[u8],
        _: UnixTime,
    ) -> Result<ServerCertVerified, rustls::Error> {
        Ok(ServerCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        _: &[u8],
        _: &CertificateDer<'_>,
        _: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        Ok(HandshakeSignatureValid::assertion())
    }

    fn verify_tls13_signature(
        &self,
        _: &[u8],
        _: &CertificateDer<'_>,
        _: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        Ok(HandshakeSignatureValid::assertion())
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        tls::provider().signature_verification_algorithms.supported_schemes()
    }
}

/// What a stranger shows, if anything, and what it speaks.
fn stranger(shown: Option<&Arc<CertifiedKey>>, protocol: Option<&[u8]>) -> quinn::ClientConfig {
    let builder = rustls::ClientConfig::builder_with_provider(tls::provider())
        .with_protocol_versions(&[&rustls::version::TLS13])
        .unwrap()
        .dangerous()
        .with_custom_certificate_verifier(Arc::new(Anyone));
    let mut config = match shown {
        None => builder.with_no_client_auth(),
        Some(shown) => {
            builder.with_client_cert_resolver(Arc::new(SingleCertAndKey::from(Arc::clone(shown))))
        }
    };
    config.alpn_protocols = protocol.map(<[u8]>::to_vec).into_iter().collect();
    quinn::ClientConfig::new(Arc::new(QuicClientConfig::try_from(config).unwrap()))
}

/// Dials as a stranger does, and sees that it comes to nothing.
async fn gets_nowhere(served: &Served, config: quinn::ClientConfig) {
    let refused = || served.counts.refused(Reason::Certificate);
    let before = refused();
    let dialler = quinn::Endpoint::client(crate::testing::loopback()).unwrap();
    let connecting = dialler.connect_with(config, served.address, "prod.trawl.internal").unwrap();
    // In TLS 1.3 the side that dials is done before its own certificate is looked at.
    if let Ok(connection) = soon(connecting).await {
        soon(connection.closed()).await;
    }
    until(|| refused() == before + 1).await;
}

#[tokio::test]
async fn nodes_learn_each_others_names_from_their_certificates() {
    let ca = authority();
    let mut n1 = serve(&options(), &credentials(&ca, "n1"));
    let (n2, ..) = endpoint(&options(), &credentials(&ca, "n2"));
    let dialled = soon(n2.dial(n1.address, Some(&node("n1")))).await.unwrap();
    assert_eq!(dialled.peer, node("n1"));
    assert_eq!(n1.next().await.unwrap().peer, node("n2"));
    let protocol = dialled.connection.handshake_data().unwrap();
    let protocol = protocol.downcast::<quinn::crypto::rustls::HandshakeData>().unwrap().protocol;
    assert_eq!(protocol.as_deref(), Some(tls::PROTOCOL));
}

#[tokio::test]
async fn who_is_not_of_the_cluster_gets_nowhere_and_others_are_served() {
    let ca = authority();
    let mut n1 = serve(&options(), &credentials(&ca, "n1"));
    let n2 = credentials(&ca, "n2");

    gets_nowhere(&n1, stranger(None, Some(tls::PROTOCOL))).await;
    n1.serves(&n2).await;

    let other = credentials(&authority(), "n2");
    gets_nowhere(&n1, stranger(Some(&other.shown), Some(tls::PROTOCOL))).await;
    n1.serves(&n2).await;

    gets_nowhere(&n1, stranger(Some(&n2.shown), Some(b"h3"))).await;
    gets_nowhere(&n1, stranger(Some(&n2.shown), None)).await;
    n1.serves(&n2).await;
}

#[tokio::test]
async fn a_certificate_that_ran_out_gets_nowhere() {
    let ca = authority();
    let long_ago = SystemTime::now() - Duration::from_secs(86_400);
    let issued = ca.issue(&node("n2"), Duration::from_secs(60), long_ago).unwrap();
    let (certificate, key) = (issued.certificate(), issued.key());
    let ran_out =
        Credentials::of_pem(certificate, key, ca.certificate(), &cluster(), long_ago).unwrap();
    let mut n1 = serve(&options(), &credentials(&ca, "n1"));
    gets_nowhere(&n1, stranger(Some(&ran_out.shown), Some(tls::PROTOCOL))).await;
    n1.serves(&credentials(&ca, "n3")).await;

    // Nor is such a node believed by who dials it.
    let n2 = serve(&options(), &ran_out);
    let (n3, ..) = endpoint(&options(), &credentials(&ca, "n3"));
    let refusal = soon(n3.dial(n2.address, None)).await.err().unwrap();
    assert_eq!(refusal.reason, Reason::Certificate, "{refusal}");
}

#[tokio::test]
async fn an_authority_that_signs_for_two_clusters_opens_neither_to_the_other() {
    // The same key, under the name of another cluster.
    let ca = authority();
    let folder = tempfile::tempdir().unwrap();
    let written = ca.write(folder.path()).unwrap();
    let key = std::fs::read_to_string(written.key).unwrap();
    let key = rcgen::KeyPair::from_pem(&key).unwrap();
    let issuer = rcgen::Issuer::from_ca_cert_pem(ca.certificate(), &key).unwrap();
    let names = vec!["n2.test.trawl.internal".to_owned()];
    let mut params = rcgen::CertificateParams::new(names).unwrap();
    params.extended_key_usages = vec![
        rcgen::ExtendedKeyUsagePurpose::ClientAuth,
        rcgen::ExtendedKeyUsagePurpose::ServerAuth,
    ];
    let own = rcgen::KeyPair::generate().unwrap();
    let other = params.signed_by(&own, &issuer).unwrap();
    let test = "test".parse().unwrap();
    let (now, own) = (SystemTime::now(), own.serialize_pem());
    let refused = Credentials::of_pem(&other.pem(), &own, ca.certificate(), &test, now);
    let word = refused.unwrap_err().to_string();
    assert!(word.contains("holds an authority of the cluster prod"), "{word}");
    let own = PrivateKeyDer::from_pem_slice(own.as_bytes()).unwrap();
    let other = CertifiedKey::from_der(vec![other.der().clone()], own, &tls::provider()).unwrap();
    let other = Arc::new(other);

    let mut n1 = serve(&options(), &credentials(&ca, "n1"));
    gets_nowhere(&n1, stranger(Some(&other), Some(tls::PROTOCOL))).await;
    n1.serves(&credentials(&ca, "n2")).await;
}

#[tokio::test]
async fn another_node_than_the_one_that_is_meant_is_left() {
    let ca = authority();
    let mut n1 = serve(&options(), &credentials(&ca, "n1"));
    let (n2, ..) = endpoint(&options(), &credentials(&ca, "n2"));
    let refusal = soon(n2.dial(n1.address, Some(&node("n3")))).await.err().unwrap();
    assert_eq!(refusal.reason, Reason::Certificate);
    assert!(refusal.word.contains("failed here"), "{refusal}");
    assert_eq!(n1.next().await.err().unwrap().reason, Reason::Certificate);
    n1.serves(&credentials(&ca, "n2")).await;
}

#[tokio::test]
async fn garbage_gets_nowhere() {
    let ca = authority();
    let mut n1 = serve(&options(), &credentials(&ca, "n1"));
    let socket = tokio::net::UdpSocket::bind(crate::testing::loopback()).await.unwrap();
    for round in 0..200_u32 {
        let length = (round * 7 % 1_400) as usize;
        let garbage: Vec<u8> = (0..length).map(|at| (at as u32 * 31 + round * 17) as u8).collect();
        // A full buffer of the system is as good as a packet that was lost.
        let _ = socket.send_to(&garbage, n1.address).await;
    }
    n1.serves(&credentials(&ca, "n2")).await;
}

#[tokio::test]
async fn handshakes_at_once_are_bounded_and_places_come_back() {
    let ca = authority();
    let mut few = options();
    few.transport.handshakes_at_once = 1;
    let mut n1 = serve(&few, &credentials(&ca, "n1"));
    let (n2, ..) = endpoint(&options(), &credentials(&ca, "n2"));
    let _first = soon(n2.dial(n1.address, None)).await.unwrap();
    // It holds its place until it has said hello.
    let held = n1.next().await.unwrap();
    let refusal = soon(n2.dial(n1.address, None)).await.err().unwrap();
    assert_eq!((refusal.reason, refusal.by_peer), (Reason::Busy, true), "{refusal}");
    assert_eq!(n1.counts.refused(Reason::Busy), 1);
    drop(held);
    n1.serves(&credentials(&ca, "n3")).await;
}

#[tokio::test]
async fn one_source_leaves_places_to_others() {
    let ca = authority();
    let mut few = options();
    few.transport.handshakes_at_once_a_source = 1;
    let mut n1 = serve(&few, &credentials(&ca, "n1"));
    let (n2, ..) = endpoint(&options(), &credentials(&ca, "n2"));
    let _first = soon(n2.dial(n1.address, None)).await.unwrap();
    let held = n1.next().await.unwrap();
    let refusal = soon(n2.dial(n1.address, None)).await.err().unwrap();
    assert_eq!(refusal.reason, Reason::Busy, "{refusal}");
    let mut elsewhere = options();
    elsewhere.listen = SocketAddr::from(([127, 0, 0, 2], 0));
    let (n3, ..) = endpoint(&elsewhere, &credentials(&ca, "n3"));
    soon(n3.dial(n1.address, None)).await.unwrap();
    assert_eq!(n1.next().await.unwrap().peer, node("n3"));
    drop(held);
}

#[tokio::test]
async fn credentials_are_replaced_while_connections_live_on() {
    let (old, new) = (authority(), authority());
    let mut n1 = serve(&options(), &credentials(&old, "n1"));
    let (n2, ..) = endpoint(&options(), &credentials(&old, "n2"));
    let before = soon(n2.dial(n1.address, None)).await.unwrap();
    let seen = n1.next().await.unwrap();

    n1.endpoint.reload(&credentials(&new, "n1")).unwrap();
    let refusal = soon(n2.dial(n1.address, None)).await.err().unwrap();
    assert_eq!(refusal.reason, Reason::Certificate, "{refusal}");
    n2.reload(&credentials(&new, "n2")).unwrap();
    soon(n2.dial(n1.address, None)).await.unwrap();
    until(|| n1.greeted.try_recv().is_ok_and(|greeted| greeted.is_ok())).await;

    let mut stream = seen.connection.open_uni().await.unwrap();
    stream.write_all(b"still here").await.unwrap();
    stream.finish().unwrap();
    let mut stream = soon(before.connection.accept_uni()).await.unwrap();
    assert_eq!(soon(stream.read_to_end(64)).await.unwrap(), b"still here");

    let word = n1.endpoint.reload(&credentials(&new, "n3")).unwrap_err().to_string();
    assert!(word.contains("is of n3.prod.trawl.internal, this node is n1.prod"), "{word}");
}

#[tokio::test]
async fn a_hundred_who_show_nothing_keep_nobody_out() {
    let ca = authority();
    let mut few = options();
    few.transport.handshakes_at_once = 4;
    let mut n1 = serve(&few, &credentials(&ca, "n1"));
    let flooding = quinn::Endpoint::client(crate::testing::loopback()).unwrap();
    let strangers: Vec<_> = (0..100)
        .map(|_| {
            let config = stranger(None, Some(tls::PROTOCOL));
            flooding.connect_with(config, n1.address, "prod.trawl.internal").unwrap()
        })
        .map(|connecting| {
            tokio::spawn(async move {
                if let Ok(connection) = connecting.await {
                    connection.closed().await;
                }
            })
        })
        .collect();
    for stranger in strangers {
        soon(stranger).await.unwrap();
    }
    let (certificate, busy) =
        (n1.counts.refused(Reason::Certificate), n1.counts.refused(Reason::Busy));
    assert!(certificate > 0 && certificate + busy <= 100, "{certificate} and {busy}");
    n1.serves(&credentials(&ca, "n2")).await;
}

#[tokio::test]
async fn a_node_issues_nothing() {
    let ca = authority();
    let n2 = ca.issue(&node("n2"), Duration::from_secs(3_600), SystemTime::now()).unwrap();
    let key = rcgen::KeyPair::from_pem(n2.key()).unwrap();
    let issuer = rcgen::Issuer::from_ca_cert_pem(n2.certificate(), &key).unwrap();
    let names = vec!["n3.prod.trawl.internal".to_owned()];
    let mut params = rcgen::CertificateParams::new(names).unwrap();
    params.extended_key_usages = vec![rcgen::ExtendedKeyUsagePurpose::ClientAuth];
    let own = rcgen::KeyPair::generate().unwrap();
    let issued = params.signed_by(&own, &issuer).unwrap();
    let chain = [issued.pem(), n2.certificate().to_owned()]
        .map(|pem| CertificateDer::from_pem_slice(pem.as_bytes()).unwrap());
    let own = PrivateKeyDer::from_pem_slice(own.serialize_pem().as_bytes()).unwrap();
    let shown = CertifiedKey::from_der(chain.to_vec(), own, &tls::provider()).unwrap();

    let mut n1 = serve(&options(), &credentials(&ca, "n1"));
    gets_nowhere(&n1, stranger(Some(&Arc::new(shown)), Some(tls::PROTOCOL))).await;
    n1.serves(&credentials(&ca, "n4")).await;
}

#[tokio::test]
async fn words_of_others_are_shown_escaped_and_in_part() {
    assert_eq!(shown(b"n2's \"root\"\n\x1b[31m\xff"), "n2's \"root\"\\n\\u{1b}[31m\u{fffd}");
    assert_eq!(shown("ä".repeat(600).as_bytes()), "ä".repeat(128));
    assert_eq!(shown(&[b'x'; 1_000]).len(), 256);
    assert!(shown(&[0; 1_000]).ends_with("\\0"));

    let ca = authority();
    let mut n1 = serve(&options(), &credentials(&ca, "n1"));
    let (n2, ..) = endpoint(&options(), &credentials(&ca, "n2"));
    let dialled = soon(n2.dial(n1.address, None)).await.unwrap();
    let link = n1.next().await.unwrap();
    dialled.connection.close(VarInt::from_u32(99), b"a line\nand another");
    let refusal = refusal(n1.address, &soon(link.connection.closed()).await);
    assert_eq!(refusal.word, "a line\\nand another");
}
