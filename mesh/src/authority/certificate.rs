//! What a certificate says.

use std::time::{Duration, SystemTime};

use rcgen::{KeyPair, PublicKeyData};
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;
use time::OffsetDateTime;
use x509_parser::certificate::X509Certificate;
use x509_parser::extensions::GeneralName;
use x509_parser::prelude::FromDer;

use crate::error::MeshError;
use crate::name::{ClusterName, NodeName, read_full_name};

/// What is read of the certificate of a node.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Facts {
    /// Whose it is.
    pub(crate) node: NodeName,
    /// Of which cluster.
    pub(crate) cluster: ClusterName,
    /// From when on it holds.
    pub(crate) holds_from: SystemTime,
    /// Until when it holds.
    pub(crate) holds_until: SystemTime,
}

impl Facts {
    /// Those of a certificate; none where it does not name exactly one node.
    pub(crate) fn of(certificate: &CertificateDer<'_>) -> Option<Self> {
        let parsed = parse(certificate)?;
        let names = parsed.subject_alternative_name().ok().flatten()?;
        let mut named = names.value.general_names.iter().filter_map(|name| match name {
            GeneralName::DNSName(name) => read_full_name(name),
            _ => None,
        });
        let (node, cluster) = named.next()?;
        if named.next().is_some() {
            return None;
        }
        let (holds_from, holds_until) = validity(&parsed)?;
        Some(Self { node, cluster, holds_from, holds_until })
    }
}

/// The cluster of an authority, and until when it holds.
pub(super) fn authority_of(certificate: &CertificateDer<'_>) -> Option<(ClusterName, SystemTime)> {
    let parsed = parse(certificate)?;
    if !parsed.is_ca() {
        return None;
    }
    let cluster = parsed.subject().iter_organization().next()?.as_str().ok()?.parse().ok()?;
    Some((cluster, validity(&parsed)?.1))
}

/// Whether this is the key of the certificate.
pub(super) fn has_key(certificate: &CertificateDer<'_>, key: &KeyPair) -> bool {
    parse(certificate)
        .is_some_and(|parsed| parsed.public_key().raw == key.subject_public_key_info())
}

/// The certificates in a file.
pub(super) fn of_pem(place: &str, pem: &[u8]) -> Result<Vec<CertificateDer<'static>>, MeshError> {
    let wrong = |why: String| MeshError::Credentials { place: place.to_owned(), why };
    let chain: Vec<_> = CertificateDer::pem_slice_iter(pem)
        .collect::<Result<_, _>>()
        .map_err(|error| wrong(format!("holds no certificates as PEM: {error}")))?;
    if chain.is_empty() {
        return Err(wrong("holds no certificate as PEM".to_owned()));
    }
    Ok(chain)
}

/// A time as people read it.
pub(super) fn date(time: SystemTime) -> String {
    let time = OffsetDateTime::from(time);
    let (year, month, day) = time.to_calendar_date();
    let (hour, minute) = (time.hour(), time.minute());
    format!("{year:04}-{:02}-{day:02} {hour:02}:{minute:02} UTC", u8::from(month))
}

fn parse<'a>(certificate: &'a CertificateDer<'_>) -> Option<X509Certificate<'a>> {
    let (rest, parsed) = X509Certificate::from_der(certificate).ok()?;
    rest.is_empty().then_some(parsed)
}

fn validity(parsed: &X509Certificate<'_>) -> Option<(SystemTime, SystemTime)> {
    let validity = parsed.validity();
    Some((moment(validity.not_before.timestamp())?, moment(validity.not_after.timestamp())?))
}

fn moment(seconds: i64) -> Option<SystemTime> {
    let ago = Duration::from_secs(seconds.unsigned_abs());
    match seconds {
        0.. => SystemTime::UNIX_EPOCH.checked_add(ago),
        _ => SystemTime::UNIX_EPOCH.checked_sub(ago),
    }
}
