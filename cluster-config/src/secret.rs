//! Secrets: where they lie, never what they are.

use std::fmt;
use std::fs::File;
use std::io::Read;
use std::path::PathBuf;

use zeroize::Zeroizing;

use crate::{Environment, Error};

/// The most that a secret may have. A key, a password or a certificate chain is far below; a
/// reference that leads to a log file or a device must not fill the memory.
pub const MAX_SECRET_BYTES: u64 = 64 << 10;

/// Where a secret lies. Settings hold this and never the secret, so that a file of settings can be
/// shown, kept in a repository and mailed.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord)]
#[non_exhaustive]
pub enum SecretRef {
    /// `env:NAME`: in a variable of the environment.
    Env(String),
    /// `file:PATH`: in a file; one line break at its end doesn't count.
    File(PathBuf),
}

impl SecretRef {
    /// Reads `env:NAME` or `file:PATH`.
    pub fn parse(text: &str) -> Option<Self> {
        let (scheme, rest) = text.split_once(':')?;
        match scheme {
            "env" if is_variable(rest) => Some(Self::Env(rest.to_owned())),
            "file" if !rest.is_empty() && !rest.contains('\0') => Some(Self::File(rest.into())),
            _ => None,
        }
    }

    /// Fetches the secret.
    pub fn resolve(&self, environment: &Environment) -> Result<Secret, Error> {
        let bytes = match self {
            Self::Env(name) => from_variable(name, environment)?,
            Self::File(path) => from_file(path)?,
        };
        if bytes.is_empty() {
            return Err(Error::Secret { reference: self.to_string(), why: "is empty".into() });
        }
        Ok(Secret { bytes })
    }
}

impl fmt::Display for SecretRef {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Env(name) => write!(f, "env:{name}"),
            Self::File(path) => write!(f, "file:{}", path.display()),
        }
    }
}

impl fmt::Debug for SecretRef {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// A secret, in memory. It can't be printed, compared or cloned, and is wiped when it is dropped.
///
/// ```compile_fail,E0277
/// # let secret = trawl_cluster_config::SecretRef::Env("X".into())
/// #     .resolve(&trawl_cluster_config::Environment::of([("X", "x")])).ok().unwrap();
/// println!("{secret:?}");
/// ```
pub struct Secret {
    bytes: Zeroizing<Vec<u8>>,
}

impl Secret {
    /// Lends the bytes for the length of a call.
    pub fn with<T: 'static>(&self, use_: impl FnOnce(&[u8]) -> T) -> T {
        use_(&self.bytes)
    }

    /// How many bytes it has; never none.
    #[allow(clippy::len_without_is_empty, reason = "an empty secret is refused when it is fetched")]
    pub fn len(&self) -> usize {
        self.bytes.len()
    }
}

fn from_variable(name: &str, environment: &Environment) -> Result<Zeroizing<Vec<u8>>, Error> {
    let refused = |why: &str| Error::Secret { reference: format!("env:{name}"), why: why.into() };
    let value = environment.get(name).ok_or_else(|| refused("names a variable that isn't set"))?;
    let bytes = Zeroizing::new(value.into_encoded_bytes());
    if bytes.len() as u64 > MAX_SECRET_BYTES {
        return Err(refused("holds more than 64KiB, so it is no secret"));
    }
    Ok(bytes)
}

fn from_file(path: &std::path::Path) -> Result<Zeroizing<Vec<u8>>, Error> {
    let refused =
        |why: String| Error::Secret { reference: format!("file:{}", path.display()), why };
    let file = File::open(path).map_err(|e| refused(format!("can't be opened: {e}")))?;
    // Of its full size from the start, so that growing leaves no copies behind in memory.
    let mut bytes = Zeroizing::new(Vec::with_capacity(MAX_SECRET_BYTES as usize + 1));
    file.take(MAX_SECRET_BYTES + 1)
        .read_to_end(&mut bytes)
        .map_err(|e| refused(format!("can't be read: {e}")))?;
    if bytes.len() as u64 > MAX_SECRET_BYTES {
        return Err(refused("holds more than 64KiB, so it is no secret".into()));
    }
    if bytes.last() == Some(&b'\n') {
        bytes.pop();
        if bytes.last() == Some(&b'\r') {
            bytes.pop();
        }
    }
    Ok(bytes)
}

fn is_variable(name: &str) -> bool {
    let fits = |(i, c): (usize, char)| {
        c == '_' || c.is_ascii_alphabetic() || (i > 0 && c.is_ascii_digit())
    };
    !name.is_empty() && name.chars().enumerate().all(fits)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn is(secret: &Secret, expected: &'static [u8]) -> bool {
        secret.with(move |bytes| bytes == expected)
    }

    #[test]
    fn a_secret_is_fetched_from_a_variable() {
        let environment = Environment::of([("ROOT", "s3cret\n")]);
        let secret = SecretRef::Env("ROOT".into()).resolve(&environment).unwrap();
        assert!(is(&secret, b"s3cret\n"));
    }

    #[test]
    fn a_secret_is_fetched_from_a_file_without_its_last_line_break() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("key");
        std::fs::write(&path, b"s3cret\r\n").unwrap();
        let secret = SecretRef::File(path).resolve(&Environment::empty()).unwrap();
        assert!(is(&secret, b"s3cret"));
        assert_eq!(secret.len(), 6);
    }

    #[test]
    fn a_secret_that_is_missing_empty_or_huge_is_refused_by_its_reference() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("huge");
        File::create(&path).unwrap().set_len(MAX_SECRET_BYTES + 1).unwrap();
        let environment = Environment::of([("EMPTY", "")]);
        for (reference, word) in [
            (SecretRef::Env("NONE".into()), "env:NONE names a variable that isn't set"),
            (SecretRef::Env("EMPTY".into()), "env:EMPTY is empty"),
            (SecretRef::File(path), "more than 64KiB"),
            (SecretRef::File(folder.path().join("none")), "can't be opened"),
        ] {
            let error = reference.resolve(&environment).err().unwrap().to_string();
            assert!(error.contains(word), "{error}");
        }
    }

    #[test]
    fn only_a_reference_is_read_as_one() {
        assert_eq!(SecretRef::parse("env:ROOT"), Some(SecretRef::Env("ROOT".into())));
        assert_eq!(SecretRef::parse("file:/run/key"), Some(SecretRef::File("/run/key".into())));
        for text in ["hunter2", "env:", "env:A B", "env:1A", "file:", "vault:x", "", ":"] {
            assert_eq!(SecretRef::parse(text), None, "{text}");
        }
    }
}
