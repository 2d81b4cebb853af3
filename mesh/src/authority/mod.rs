//! The authority of a cluster, and the certificates that it issues.
//!
//! Who has a certificate of the authority is a node of the cluster; nobody else is. The authority is
//! a folder with a certificate and a key, made once by `trawl cluster init` and kept where no node
//! is: nodes need its certificate, never its key.
//!
//! An authority is rotated in three steps: every node gets a bundle with the old and the new
//! certificate, then certificates of the new one, then a bundle without the old one.
//!
//! Known weakness: nothing revokes one certificate before it runs out. Lifetimes are for that; in
//! need, the authority is rotated.

mod certificate;
mod credentials;
mod files;

use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use rcgen::{
    BasicConstraints, CertificateParams, DistinguishedName, DnType, ExtendedKeyUsagePurpose, IsCa,
    Issuer, KeyPair, KeyUsagePurpose, PKCS_ECDSA_P256_SHA256, SanType, SerialNumber,
};
use time::OffsetDateTime;
use zeroize::Zeroizing;

pub(crate) use self::certificate::Facts;
pub use self::credentials::{CredentialFiles, Credentials};
use crate::error::MeshError;
use crate::name::{ClusterName, NodeName};

/// How long an authority lasts where nothing else is asked for.
pub const AUTHORITY_LIFETIME: Duration = Duration::from_secs(10 * 365 * 86_400);

/// How long the certificate of a node lasts where nothing else is asked for.
pub const NODE_LIFETIME: Duration = Duration::from_secs(365 * 86_400);

/// The longest lifetime: the years of certificates have four digits.
pub const MAX_LIFETIME: Duration = Duration::from_secs(100 * 365 * 86_400);

/// A certificate holds from so long ago on, for nodes whose clock is behind.
const CLOCKS_DIFFER_BY: Duration = Duration::from_secs(300);

/// The name of an authority's certificate in its folder.
pub const AUTHORITY_CERTIFICATE: &str = "ca.pem";

/// The name of an authority's key in its folder.
pub const AUTHORITY_KEY: &str = "ca.key";

/// A file of certificates or of a key is no larger.
const MAX_PEM_BYTES: u64 = 1 << 20;

/// Who signs the certificates of a cluster's nodes.
pub struct Authority {
    cluster: ClusterName,
    certificate: String,
    issuer: Issuer<'static, KeyPair>,
    holds_until: SystemTime,
}

/// A certificate and its key, as they are written.
pub struct Issued {
    node: NodeName,
    certificate: String,
    key: Zeroizing<String>,
}

/// Where a certificate and its key were written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Written {
    /// The certificate.
    pub certificate: PathBuf,
    /// The key, which only its owner may read.
    pub key: PathBuf,
}

impl Authority {
    /// A new one.
    pub fn make(
        cluster: &ClusterName,
        lifetime: Duration,
        now: SystemTime,
    ) -> Result<Self, MeshError> {
        const DOING: &str = "the authority was not made";
        let (mut params, holds_until) = params(lifetime, now)?;
        let mut subject = DistinguishedName::new();
        subject.push(DnType::OrganizationName, cluster.as_str());
        subject.push(DnType::CommonName, format!("trawl cluster {cluster}"));
        params.distinguished_name = subject;
        // It signs nodes, and no further authorities.
        params.is_ca = IsCa::Ca(BasicConstraints::Constrained(0));
        params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
        let key = new_key(DOING)?;
        let certificate = params.self_signed(&key).map_err(MeshError::crypto(DOING))?.pem();
        let issuer = Issuer::new(params, key);
        Ok(Self { cluster: cluster.clone(), certificate, issuer, holds_until })
    }

    /// The one in this folder.
    pub fn read(folder: &Path) -> Result<Self, MeshError> {
        let (path, key_path) = (folder.join(AUTHORITY_CERTIFICATE), folder.join(AUTHORITY_KEY));
        let certificate = files::read(&path)?;
        let chain = certificate::of_pem(&path.display().to_string(), &certificate)?;
        let wrong = |why: &str| MeshError::Credentials {
            place: path.display().to_string(),
            why: why.into(),
        };
        let (cluster, holds_until) = certificate::authority_of(&chain[0])
            .ok_or_else(|| wrong("is not the certificate of an authority made by trawl"))?;
        let wrong_key =
            |why: String| MeshError::Credentials { place: key_path.display().to_string(), why };
        let key = files::read(&key_path)?;
        let key = std::str::from_utf8(&key).map_err(|error| wrong_key(error.to_string()))?;
        let key = KeyPair::from_pem(key)
            .map_err(|error| wrong_key(format!("holds no private key as PEM: {error}")))?;
        if !certificate::has_key(&chain[0], &key) {
            return Err(wrong_key(format!(
                "is not the key of {}: put back the one that was made with it",
                path.display()
            )));
        }
        let certificate =
            String::from_utf8(certificate.to_vec()).map_err(|error| wrong(&error.to_string()))?;
        let issuer =
            Issuer::from_ca_cert_der(&chain[0], key).map_err(|error| wrong(&error.to_string()))?;
        Ok(Self { cluster, certificate, issuer, holds_until })
    }

    /// Writes certificate and key into this folder, which is made where it is not there.
    pub fn write(&self, folder: &Path) -> Result<Written, MeshError> {
        let key = Zeroizing::new(self.issuer.key().serialize_pem());
        files::write_pair(folder, (AUTHORITY_CERTIFICATE, &self.certificate), (AUTHORITY_KEY, &key))
    }

    /// The cluster whose nodes it signs.
    pub fn cluster(&self) -> &ClusterName {
        &self.cluster
    }

    /// Its certificate as PEM, which all nodes have.
    pub fn certificate(&self) -> &str {
        &self.certificate
    }

    /// Until when it holds.
    pub fn holds_until(&self) -> SystemTime {
        self.holds_until
    }

    /// A certificate with a new key for a node.
    pub fn issue(
        &self,
        node: &NodeName,
        lifetime: Duration,
        now: SystemTime,
    ) -> Result<Issued, MeshError> {
        self.issue_for(&new_key(NOT_ISSUED)?, node, lifetime, now)
    }

    /// The same with this key.
    pub(crate) fn issue_for(
        &self,
        key: &KeyPair,
        node: &NodeName,
        lifetime: Duration,
        now: SystemTime,
    ) -> Result<Issued, MeshError> {
        const DOING: &str = NOT_ISSUED;
        let (mut params, holds_until) = params(lifetime, now)?;
        if holds_until > self.holds_until {
            return Err(MeshError::Crypto {
                doing: DOING,
                why: format!(
                    "it would hold until {}, but the authority itself only until {}: ask for a \
                     shorter lifetime, or make a new authority",
                    certificate::date(holds_until),
                    certificate::date(self.holds_until),
                ),
            });
        }
        let mut subject = DistinguishedName::new();
        subject.push(DnType::OrganizationName, self.cluster.as_str());
        subject.push(DnType::CommonName, node.as_str());
        params.distinguished_name = subject;
        let full_name = self.cluster.full_name(node);
        let full_name = full_name.as_str().try_into().map_err(MeshError::crypto(DOING))?;
        params.subject_alt_names = vec![SanType::DnsName(full_name)];
        params.is_ca = IsCa::ExplicitNoCa;
        params.key_usages = vec![KeyUsagePurpose::DigitalSignature];
        // A node dials and is dialled with the same certificate.
        params.extended_key_usages =
            vec![ExtendedKeyUsagePurpose::ServerAuth, ExtendedKeyUsagePurpose::ClientAuth];
        params.use_authority_key_identifier_extension = true;
        let signed = params.signed_by(key, &self.issuer).map_err(MeshError::crypto(DOING))?;
        let key = Zeroizing::new(key.serialize_pem());
        Ok(Issued { node: node.clone(), certificate: signed.pem(), key })
    }
}

impl Issued {
    /// Writes `NODE.pem` and `NODE.key` into this folder, which is made where it is not there.
    pub fn write(&self, folder: &Path) -> Result<Written, MeshError> {
        let (certificate, key) = (format!("{}.pem", self.node), format!("{}.key", self.node));
        files::write_pair(folder, (&certificate, &self.certificate), (&key, &self.key))
    }

    /// The certificate as PEM.
    pub fn certificate(&self) -> &str {
        &self.certificate
    }

    /// The key as PEM.
    pub fn key(&self) -> &str {
        &self.key
    }
}

/// What all certificates have: a time, and a number that nobody can guess.
fn params(
    lifetime: Duration,
    now: SystemTime,
) -> Result<(CertificateParams, SystemTime), MeshError> {
    if lifetime.is_zero() || lifetime > MAX_LIFETIME {
        return Err(MeshError::Option {
            option: "the lifetime of a certificate",
            found: format!("{} s", lifetime.as_secs()),
            why: "it is more than nothing and at most 100 years",
        });
    }
    let mut serial = [0; 16];
    getrandom::fill(&mut serial).map_err(MeshError::crypto("no random number was given"))?;
    // A number that is positive, and has its full length.
    serial[0] = serial[0] & 0x7f | 0x40;
    let holds_until = now + lifetime;
    let mut params = CertificateParams::default();
    params.not_before = OffsetDateTime::from(now - CLOCKS_DIFFER_BY);
    params.not_after = OffsetDateTime::from(holds_until);
    params.serial_number = Some(SerialNumber::from_slice(&serial));
    Ok((params, holds_until))
}

const NOT_ISSUED: &str = "the certificate was not issued";

/// P-256: what every library of TLS knows.
fn new_key(doing: &'static str) -> Result<KeyPair, MeshError> {
    KeyPair::generate_for(&PKCS_ECDSA_P256_SHA256).map_err(MeshError::crypto(doing))
}

#[cfg(test)]
mod tests;
