//! Certificates and keys, as the settings name them.

use std::path::Path;
use std::sync::Arc;

use rustls::RootCertStore;
use rustls::crypto::CryptoProvider;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use trawl_cluster_config::{Environment, SecretRef};

use crate::error::Error;

/// The one that all connections are encrypted by.
pub(crate) fn provider() -> Arc<CryptoProvider> {
    Arc::new(rustls::crypto::aws_lc_rs::default_provider())
}

/// Those whose signature is believed: the certificates in the file that this setting names.
pub(crate) fn roots(setting: &str, path: &Path) -> Result<RootCertStore, Error> {
    let pem = std::fs::read(path).map_err(Error::reading(path))?;
    let wrong = |why: String| Error::Usage(format!("{setting}: {}: {why}", path.display()));
    let mut roots = RootCertStore::empty();
    for certificate in CertificateDer::pem_slice_iter(&pem) {
        let certificate = certificate.map_err(|error| wrong(error.to_string()))?;
        roots.add(certificate).map_err(|error| wrong(error.to_string()))?;
    }
    if roots.is_empty() {
        return Err(wrong("holds no certificate as PEM".to_owned()));
    }
    Ok(roots)
}

/// Where systems keep the certificates that they believe: Debian and Alpine, Fedora, openSUSE, others.
const OF_SYSTEM: [&str; 4] = [
    "/etc/ssl/certs/ca-certificates.crt",
    "/etc/pki/tls/certs/ca-bundle.crt",
    "/etc/ssl/ca-bundle.pem",
    "/etc/ssl/cert.pem",
];

/// The same of those whom the system believes, where this setting names nobody.
pub(crate) fn roots_of_system(setting: &str) -> Result<RootCertStore, Error> {
    let path = OF_SYSTEM.iter().map(Path::new).find(|path| path.exists());
    let path = path.ok_or_else(|| {
        Error::Usage(format!(
            "{setting} is not set, and the system keeps no certificates that it believes: install them \
             (ca-certificates), or name a file of them"
        ))
    })?;
    let pem = std::fs::read(path).map_err(Error::reading(path))?;
    let mut roots = RootCertStore::empty();
    // There are hundreds; some may be of a kind that nobody here knows.
    roots.add_parsable_certificates(CertificateDer::pem_slice_iter(&pem).flatten());
    Ok(roots)
}

/// A certificate with those that it was signed by, of the bytes of a file.
pub(crate) fn chain(path: &Path, pem: &[u8]) -> Result<Vec<CertificateDer<'static>>, Error> {
    let chain: Vec<_> =
        CertificateDer::pem_slice_iter(pem).collect::<Result<_, _>>().map_err(|error| {
            Error::Usage(format!("{}: no certificates as PEM: {error}", path.display()))
        })?;
    if chain.is_empty() {
        return Err(Error::Usage(format!("{}: holds no certificate as PEM", path.display())));
    }
    Ok(chain)
}

/// The private key to which this setting leads, and what else is made of its bytes.
pub(crate) fn key<T: 'static>(
    setting: &str,
    reference: &SecretRef,
    also: impl FnOnce(&[u8]) -> T,
) -> Result<(PrivateKeyDer<'static>, T), Error> {
    let secret = reference.resolve(&Environment::of_process())?;
    let (key, also) = secret.with(|pem| (PrivateKeyDer::from_pem_slice(pem).ok(), also(pem)));
    let key = key.ok_or_else(|| {
        Error::Usage(format!("{setting}: {reference} holds no private key as PEM"))
    })?;
    Ok((key, also))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whom_the_system_believes_is_found_or_what_is_missing_is_named() {
        let there = OF_SYSTEM.iter().any(|path| Path::new(path).exists());
        match roots_of_system("index.certificates") {
            Ok(roots) => assert!(there && !roots.is_empty()),
            Err(error) => {
                let said = error.to_string();
                assert!(!there && said.contains("index.certificates is not set"), "{said}");
            }
        }
    }
}
