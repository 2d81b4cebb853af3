//! Who has no certificate of the cluster's authority, and no key, at a node that runs: on each port that it
//! opens, and it opens no others than are known here.

use std::collections::BTreeSet;
use std::net::{Ipv4Addr, SocketAddr, UdpSocket};
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use quinn::crypto::rustls::QuicClientConfig;
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::crypto::CryptoProvider;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer, ServerName, UnixTime};
use rustls::{DigitallySignedStruct, SignatureScheme};
use trawl_mesh::Authority;
use trawl_mesh::authority::{AUTHORITY_LIFETIME, NODE_LIFETIME};

use crate::in_a_cluster::metric;
use crate::support::node::Node;
use crate::support::until;

/// What strangers call themselves.
pub(crate) const NAME: &str = "stranger";

/// Of a test that hangs; nothing waits for it otherwise.
const GUARD: Duration = Duration::from_secs(20);

/// What anybody may ask of the API, for it tells nothing of what is kept.
const FREE: [&str; 3] = ["/api/v1/openapi.json", "/healthz", "/readyz"];

/// The first bytes of a stream, by what it is for: a hello, a request, control, and gossip.
const PURPOSES: [u8; 4] = [1, 2, 3, 4];

/// Tries each port of a node of the cluster `test`, whose authority is this folder.
pub(crate) fn get_nowhere(node: &Node, mesh: u16, authority: &Path) {
    let api: SocketAddr = node.address.parse().unwrap();
    let known = BTreeSet::from([("tcp", api.port()), ("udp", mesh)]);
    assert_eq!(open(node.pid()), known, "each port that is open is tried here");
    without_a_key(node);
    let shown = shown(&Authority::read(authority).unwrap(), authority);
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    for (who, certificate) in shown {
        let before = refused(node);
        let trying = async { tokio::time::timeout(GUARD, by_mesh(mesh, certificate)).await };
        runtime.block_on(trying).unwrap_or_else(|_| panic!("{who}: is not let go"));
        until(|| refused(node) > before);
    }
    not_by_quic(mesh);
    assert_eq!(open(node.pid()), known);
}

fn refused(node: &Node) -> f64 {
    metric(node, "trawl_mesh_refused_total{reason=\"certificate\"}")
}

/// The ports at which a process takes what others send, whoever they are.
fn open(pid: u32) -> BTreeSet<(&'static str, u16)> {
    const LISTENS: &str = "0A";
    let of_process = |entry: std::io::Result<std::fs::DirEntry>| {
        let leads_to = std::fs::read_link(entry.ok()?.path()).ok()?;
        let inode = leads_to.to_str()?.strip_prefix("socket:[")?.strip_suffix(']')?;
        Some(inode.to_owned())
    };
    let files = std::fs::read_dir(format!("/proc/{pid}/fd")).unwrap();
    let sockets: BTreeSet<String> = files.filter_map(of_process).collect();
    assert!(!sockets.is_empty());
    let mut open = BTreeSet::new();
    for protocol in ["tcp", "udp", "udplite", "raw"] {
        for version in ["", "6"] {
            let Ok(table) = std::fs::read_to_string(format!("/proc/{pid}/net/{protocol}{version}"))
            else {
                continue;
            };
            for line in table.lines().skip(1) {
                let fields: Vec<&str> = line.split_whitespace().collect();
                let (local, remote, state, inode) = (fields[1], fields[2], fields[3], fields[9]);
                let port = |address: &str| {
                    u16::from_str_radix(address.rsplit(':').next().unwrap(), 16).unwrap()
                };
                let takes = if protocol == "tcp" { state == LISTENS } else { port(remote) == 0 };
                if takes && sockets.contains(inode) {
                    open.insert((protocol, port(local)));
                }
            }
        }
    }
    open
}

/// Each route of the API but those that are for anybody.
fn without_a_key(node: &Node) {
    let document = node.get(FREE[0]);
    let mut tried = 0;
    for (path, operations) in document["paths"].as_object().unwrap() {
        for method in operations.as_object().unwrap().keys() {
            let ask = || node.ask(&method.to_uppercase(), path);
            if FREE.contains(&path.as_str()) {
                assert!(ask().key(None).send().status < 400, "{path}");
                continue;
            }
            assert_eq!(ask().key(None).send().status, 401, "{method} {path}");
            let made_up = format!("trawl_default_{}_{}", "a".repeat(16), "b".repeat(43));
            assert_eq!(ask().key(Some(&made_up)).send().status, 401, "{method} {path}");
            tried += 1;
        }
    }
    assert!(tried > 20, "{tried}");
}

type Certificate = (CertificateDer<'static>, PrivateKeyDer<'static>);

/// What strangers may have to show.
fn shown(authority: &Authority, folder: &Path) -> Vec<(&'static str, Option<Certificate>)> {
    let (now, name) = (SystemTime::now(), NAME.parse().unwrap());
    let issued = |by: &Authority, lifetime, when| {
        let issued = by.issue(&name, lifetime, when).unwrap();
        read(issued.certificate(), issued.key())
    };
    let cluster = authority.cluster();
    let other = Authority::make(cluster, AUTHORITY_LIFETIME, now).unwrap();
    let long_ago = now - Duration::from_secs(86_400);
    vec![
        ("who shows nothing", None),
        ("who has signed for itself", Some(signed(cluster.as_str(), None))),
        ("of another authority of that name", Some(issued(&other, NODE_LIFETIME, now))),
        ("whose time is over", Some(issued(authority, Duration::from_secs(60), long_ago))),
        ("of another cluster of the authority", Some(signed("other", Some(folder)))),
    ]
}

fn read(certificate: &str, key: &str) -> Certificate {
    let certificate = CertificateDer::from_pem_slice(certificate.as_bytes()).unwrap();
    (certificate, PrivateKeyDer::from_pem_slice(key.as_bytes()).unwrap())
}

/// A certificate for a node of this cluster, by the authority in this folder or by itself.
fn signed(cluster: &str, authority: Option<&Path>) -> Certificate {
    let names = vec![format!("{NAME}.{cluster}.trawl.internal")];
    let mut params = rcgen::CertificateParams::new(names).unwrap();
    params.extended_key_usages = vec![
        rcgen::ExtendedKeyUsagePurpose::ClientAuth,
        rcgen::ExtendedKeyUsagePurpose::ServerAuth,
    ];
    let own = rcgen::KeyPair::generate().unwrap();
    let signed = match authority {
        None => params.self_signed(&own).unwrap(),
        Some(folder) => {
            let file = |name: &str| std::fs::read_to_string(folder.join(name)).unwrap();
            let key = rcgen::KeyPair::from_pem(&file("ca.key")).unwrap();
            let issuer = rcgen::Issuer::from_ca_cert_pem(&file("ca.pem"), &key).unwrap();
            params.signed_by(&own, &issuer).unwrap()
        }
    };
    read(&signed.pem(), &own.serialize_pem())
}

/// Says all that can be said on a connection, and is let go of without an answer.
async fn by_mesh(port: u16, certificate: Option<Certificate>) {
    let endpoint = quinn::Endpoint::client((Ipv4Addr::LOCALHOST, 0).into()).unwrap();
    let address = (Ipv4Addr::LOCALHOST, port).into();
    let config = dialling_as(certificate);
    let connecting = endpoint.connect_with(config, address, "test.trawl.internal").unwrap();
    // In TLS 1.3 the side that dials is done before its own certificate is looked at.
    let Ok(connection) = connecting.await else { return };
    let mut heard = Vec::new();
    for purpose in PURPOSES {
        let said = [&[purpose][..], &[0, 0, 0, 8, 0, 1, 0, 0, 0, 0, 0, 0]].concat();
        if let Ok(mut stream) = connection.open_uni().await {
            let _ = stream.write_all(&said).await;
        }
        let Ok((mut send, recv)) = connection.open_bi().await else { break };
        let _ = send.write_all(&said).await;
        let _ = send.finish();
        heard.push(recv);
    }
    for mut recv in heard {
        let answer = recv.read_to_end(1 << 10).await;
        assert!(answer.is_err(), "{} bytes were answered", answer.map_or(0, |a| a.len()));
    }
    connection.closed().await;
}

/// Believes anyone, and shows what it has.
fn dialling_as(certificate: Option<Certificate>) -> quinn::ClientConfig {
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let builder = rustls::ClientConfig::builder_with_provider(Arc::clone(&provider))
        .with_protocol_versions(&[&rustls::version::TLS13])
        .unwrap()
        .dangerous()
        .with_custom_certificate_verifier(Arc::new(Anyone(provider)));
    let mut config = match certificate {
        None => builder.with_no_client_auth(),
        Some((certificate, key)) => builder.with_client_auth_cert(vec![certificate], key).unwrap(),
    };
    config.alpn_protocols = vec![b"trawl-mesh/1".to_vec()];
    quinn::ClientConfig::new(Arc::new(QuicClientConfig::try_from(config).unwrap()))
}

/// Datagrams that are no QUIC, and such as look like it.
fn not_by_quic(port: u16) {
    let socket = UdpSocket::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
    for round in 0..200_usize {
        let garbage: Vec<u8> = (0..round * 7).map(|at| (at * 31 + round * 17) as u8).collect();
        // A full buffer of the system is as good as a packet that was lost.
        let _ = socket.send_to(&garbage, (Ipv4Addr::LOCALHOST, port));
    }
}

#[derive(Debug)]
struct Anyone(Arc<CryptoProvider>);

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
        self.0.signature_verification_algorithms.supported_schemes()
    }
}
