//! What a node proves who it is with, read and checked before it is used.
//!
//! All that peers would refuse is found here first, with the file's name and what to do: a key of
//! another certificate, an authority of another cluster, a time that is over or not yet come.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use rustls::RootCertStore;
use rustls::client::verify_server_cert_signed_by_trust_anchor;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer, UnixTime};
use rustls::server::ParsedCertificate;
use rustls::sign::CertifiedKey;

use super::certificate::{self, Facts, date};
use super::files;
use crate::error::MeshError;
use crate::name::{ClusterName, NodeName};
use crate::tls;

/// So many authorities are believed at once: the present one, and those that it is rotated with.
const MAX_AUTHORITIES: usize = 8;

/// The files that credentials are read of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CredentialFiles {
    /// The node's certificate, as PEM.
    pub certificate: PathBuf,
    /// Its key, as PEM.
    pub key: PathBuf,
    /// The certificates of the authorities that are believed, as PEM. Several while an authority is
    /// rotated.
    pub authorities: PathBuf,
}

/// A node's certificate, its key, and whom it believes. Clones are of the same.
#[derive(Clone)]
pub struct Credentials {
    pub(crate) shown: Arc<CertifiedKey>,
    pub(crate) authorities: Arc<RootCertStore>,
    facts: Facts,
}

impl Credentials {
    /// Reads and checks them.
    pub fn read(
        files: &CredentialFiles,
        cluster: &ClusterName,
        now: SystemTime,
    ) -> Result<Self, MeshError> {
        let certificate = files::read(&files.certificate)?;
        let key = files::read(&files.key)?;
        let authorities = files::read(&files.authorities)?;
        let place = |path: &PathBuf| path.display().to_string();
        let (at, key_at, authorities_at) =
            (place(&files.certificate), place(&files.key), place(&files.authorities));
        Pem {
            certificate: (&at, &certificate),
            key: (&key_at, &key),
            authorities: (&authorities_at, &authorities),
        }
        .check(cluster, now)
    }

    /// The same of text.
    pub fn of_pem(
        certificate: &str,
        key: &str,
        authorities: &str,
        cluster: &ClusterName,
        now: SystemTime,
    ) -> Result<Self, MeshError> {
        Pem {
            certificate: ("the certificate", certificate.as_bytes()),
            key: ("the key", key.as_bytes()),
            authorities: ("the authorities", authorities.as_bytes()),
        }
        .check(cluster, now)
    }

    /// The node that they name.
    pub fn node(&self) -> &NodeName {
        &self.facts.node
    }

    /// Its cluster.
    pub fn cluster(&self) -> &ClusterName {
        &self.facts.cluster
    }

    /// Whether a peer that showed this chain would be believed.
    pub(crate) fn believes(&self, chain: &[CertificateDer<'_>], now: SystemTime) -> bool {
        signed(chain, &self.authorities, now).is_ok()
    }

    /// Until when the certificate holds.
    pub fn holds_until(&self) -> SystemTime {
        self.facts.holds_until
    }
}

impl std::fmt::Debug for Credentials {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Credentials").field("facts", &self.facts).finish_non_exhaustive()
    }
}

/// Three texts, each with where it is from.
struct Pem<'a> {
    certificate: (&'a str, &'a [u8]),
    key: (&'a str, &'a [u8]),
    authorities: (&'a str, &'a [u8]),
}

impl Pem<'_> {
    fn check(&self, cluster: &ClusterName, now: SystemTime) -> Result<Credentials, MeshError> {
        let (place, pem) = self.certificate;
        let wrong = |why: String| MeshError::Credentials { place: place.to_owned(), why };
        let chain = certificate::of_pem(place, pem)?;
        let facts = Facts::of(&chain[0]).ok_or_else(|| {
            wrong("names no node: issue one with trawl cluster issue NODE".to_owned())
        })?;
        if facts.cluster != *cluster {
            return Err(MeshError::OtherCluster {
                place: place.to_owned(),
                found: facts.cluster,
                expected: cluster.clone(),
            });
        }
        if now >= facts.holds_until {
            return Err(wrong(format!(
                "ran out on {}: issue a new one with trawl cluster issue {}",
                date(facts.holds_until),
                facts.node
            )));
        }
        if now < facts.holds_from {
            return Err(wrong(format!(
                "holds from {} on, which is not yet: look at the clock of this machine",
                date(facts.holds_from)
            )));
        }
        let shown = self.with_key(chain)?;
        let authorities = self.believed(cluster, now)?;
        signed(&shown.cert, &authorities, now).map_err(|error| {
            wrong(format!(
                "is not signed by an authority in {}: {error}; use the authority that issued it, \
                 or issue a new one",
                self.authorities.0
            ))
        })?;
        Ok(Credentials { shown: Arc::new(shown), authorities: Arc::new(authorities), facts })
    }

    fn with_key(&self, chain: Vec<CertificateDer<'static>>) -> Result<CertifiedKey, MeshError> {
        let (place, pem) = self.key;
        let wrong = |why: String| MeshError::Credentials { place: place.to_owned(), why };
        let key = PrivateKeyDer::from_pem_slice(pem)
            .map_err(|_| wrong("holds no private key as PEM".to_owned()))?;
        CertifiedKey::from_der(chain, key, &tls::provider()).map_err(|error| {
            wrong(format!(
                "does not go with {}: {error}; use the key that was issued with it",
                self.certificate.0
            ))
        })
    }

    /// The authorities whose time is not over. Those of which it is count for nothing.
    fn believed(&self, cluster: &ClusterName, now: SystemTime) -> Result<RootCertStore, MeshError> {
        let (place, pem) = self.authorities;
        let wrong = |why: String| MeshError::Credentials { place: place.to_owned(), why };
        let authorities = certificate::of_pem(place, pem)?;
        if authorities.len() > MAX_AUTHORITIES {
            return Err(wrong(format!(
                "holds {} authorities, more than {MAX_AUTHORITIES}: leave out those that are no \
                 longer in use",
                authorities.len()
            )));
        }
        let mut believed = RootCertStore::empty();
        let mut ran_out = None;
        for authority in authorities {
            let (found, until) = certificate::authority_of(&authority)
                .ok_or_else(|| wrong("holds a certificate that is no authority's".to_owned()))?;
            if found != *cluster {
                return Err(wrong(format!(
                    "holds an authority of the cluster {found}, this node is set to {cluster}: \
                     leave out that one, or correct the name of the cluster"
                )));
            }
            if until <= now {
                ran_out = Some(until);
            } else {
                believed.add(authority).map_err(|error| wrong(error.to_string()))?;
            }
        }
        match ran_out {
            Some(until) if believed.is_empty() => Err(wrong(format!(
                "ran out on {}: make a new authority with trawl cluster init",
                date(until)
            ))),
            _ => Ok(believed),
        }
    }
}

/// Whether the first of the chain is signed by one of these.
fn signed(
    chain: &[CertificateDer<'_>],
    authorities: &RootCertStore,
    now: SystemTime,
) -> Result<(), rustls::Error> {
    let (first, between) = chain.split_first().ok_or(rustls::Error::NoCertificatesPresented)?;
    let now = UnixTime::since_unix_epoch(since_epoch(now));
    let algorithms = tls::provider().signature_verification_algorithms.all;
    let parsed = ParsedCertificate::try_from(first)?;
    verify_server_cert_signed_by_trust_anchor(&parsed, authorities, between, now, algorithms)
}

fn since_epoch(now: SystemTime) -> Duration {
    now.duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default()
}
