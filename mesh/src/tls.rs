//! TLS as the mesh uses it: 1.3 alone, both sides with a certificate of the cluster's authority.
//!
//! Each side learns the other's name from its certificate. The side that dials says whom it means by
//! the name that it asks for: a node's full name, or the cluster's domain where any node will do, as
//! with a seed. Nothing is resumed: a resumed session would rest on a certificate that was checked
//! under other authorities than those of now.

use std::sync::Arc;

use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::client::{Resumption, verify_server_cert_signed_by_trust_anchor};
use rustls::crypto::CryptoProvider;
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::server::danger::{ClientCertVerified, ClientCertVerifier};
use rustls::server::{NoServerSessionStorage, ParsedCertificate, WebPkiClientVerifier};
use rustls::sign::SingleCertAndKey;
use rustls::{
    CertificateError, ClientConfig, DigitallySignedStruct, DistinguishedName, RootCertStore,
    ServerConfig, SignatureScheme,
};

use crate::authority::{Credentials, Facts};
use crate::error::MeshError;
use crate::name::ClusterName;

/// What is spoken within a connection.
pub(crate) const PROTOCOL: &[u8] = b"trawl-mesh/1";

/// The one that all connections are encrypted by.
pub(crate) fn provider() -> Arc<CryptoProvider> {
    Arc::new(rustls::crypto::aws_lc_rs::default_provider())
}

/// The side that is dialled.
pub(crate) fn server(credentials: &Credentials) -> Result<ServerConfig, MeshError> {
    const DOING: &str = "the certificate can't be served";
    let authorities = Arc::clone(&credentials.authorities);
    let inner = WebPkiClientVerifier::builder_with_provider(authorities, provider())
        .build()
        .map_err(MeshError::crypto(DOING))?;
    let verifier = ClientsOfCluster { inner, cluster: credentials.cluster().clone() };
    let mut config = ServerConfig::builder_with_provider(provider())
        .with_protocol_versions(&[&rustls::version::TLS13])
        .map_err(MeshError::crypto(DOING))?
        .with_client_cert_verifier(Arc::new(verifier))
        .with_cert_resolver(Arc::new(shown(credentials)));
    config.alpn_protocols = vec![PROTOCOL.to_vec()];
    config.session_storage = Arc::new(NoServerSessionStorage {});
    config.send_tls13_tickets = 0;
    config.max_early_data_size = 0;
    Ok(config)
}

/// The side that dials.
pub(crate) fn client(credentials: &Credentials) -> Result<ClientConfig, MeshError> {
    let provider = provider();
    let verifier = ServersOfCluster {
        authorities: Arc::clone(&credentials.authorities),
        cluster: credentials.cluster().clone(),
        provider: Arc::clone(&provider),
    };
    let mut config = ClientConfig::builder_with_provider(provider)
        .with_protocol_versions(&[&rustls::version::TLS13])
        .map_err(MeshError::crypto("the certificate can't be shown"))?
        .dangerous()
        .with_custom_certificate_verifier(Arc::new(verifier))
        .with_client_cert_resolver(Arc::new(shown(credentials)));
    config.alpn_protocols = vec![PROTOCOL.to_vec()];
    config.resumption = Resumption::disabled();
    config.enable_early_data = false;
    Ok(config)
}

fn shown(credentials: &Credentials) -> SingleCertAndKey {
    SingleCertAndKey::from(Arc::clone(&credentials.shown))
}

/// A certificate that names one node of this cluster.
fn node_of(
    certificate: &CertificateDer<'_>,
    cluster: &ClusterName,
) -> Result<Facts, rustls::Error> {
    Facts::of(certificate)
        .filter(|facts| facts.cluster == *cluster)
        .ok_or(CertificateError::ApplicationVerificationFailure.into())
}

/// Whoever dials is a node of the cluster.
#[derive(Debug)]
struct ClientsOfCluster {
    inner: Arc<dyn ClientCertVerifier>,
    cluster: ClusterName,
}

impl ClientCertVerifier for ClientsOfCluster {
    /// Strangers are not told whose signature is believed.
    fn root_hint_subjects(&self) -> &[DistinguishedName] {
        &[]
    }

    fn verify_client_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        now: UnixTime,
    ) -> Result<ClientCertVerified, rustls::Error> {
        let verified = self.inner.verify_client_cert(end_entity, intermediates, now)?;
        node_of(end_entity, &self.cluster)?;
        Ok(verified)
    }

    fn verify_tls12_signature(
        &self,
        _message: &[u8],
        _certificate: &CertificateDer<'_>,
        _signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        Err(rustls::PeerIncompatible::Tls13RequiredForQuic.into())
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        self.inner.verify_tls13_signature(message, certificate, signature)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.inner.supported_verify_schemes()
    }
}

/// Whoever is dialled is a node of the cluster, and the one that is meant.
#[derive(Debug)]
struct ServersOfCluster {
    authorities: Arc<RootCertStore>,
    cluster: ClusterName,
    provider: Arc<CryptoProvider>,
}

impl ServerCertVerifier for ServersOfCluster {
    fn verify_server_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        server_name: &ServerName<'_>,
        _ocsp_response: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, rustls::Error> {
        verify_server_cert_signed_by_trust_anchor(
            &ParsedCertificate::try_from(end_entity)?,
            &self.authorities,
            intermediates,
            now,
            self.provider.signature_verification_algorithms.all,
        )?;
        let found = node_of(end_entity, &self.cluster)?;
        let asked = server_name.to_str();
        if asked == self.cluster.domain() || asked == self.cluster.full_name(&found.node) {
            Ok(ServerCertVerified::assertion())
        } else {
            Err(CertificateError::NotValidForName.into())
        }
    }

    fn verify_tls12_signature(
        &self,
        _message: &[u8],
        _certificate: &CertificateDer<'_>,
        _signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        Err(rustls::PeerIncompatible::Tls13RequiredForQuic.into())
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        let algorithms = &self.provider.signature_verification_algorithms;
        rustls::crypto::verify_tls13_signature(message, certificate, signature, algorithms)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.provider.signature_verification_algorithms.supported_schemes()
    }
}
