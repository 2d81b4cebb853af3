//! What a bucket says when it does not do what it was asked, in our words, with the way out.

use std::io;

use object_store::Error;

use super::BucketOptions;
use crate::error::IndexError;

/// Of what is said, so many characters are shown.
const MAX_SHOWN: usize = 200;

/// Who was asked.
pub(super) struct Asked {
    name: String,
    server: String,
    region: String,
    has_keys: bool,
}

impl Asked {
    pub(super) fn of(options: &BucketOptions) -> Self {
        Self {
            name: format!("s3://{}/{}", options.bucket, options.prefix),
            server: options.endpoint.clone().unwrap_or_else(|| "AWS".to_owned()),
            region: options.region.clone(),
            has_keys: options.keys.is_some(),
        }
    }

    /// How the bucket is called, with what keys begin with.
    pub(super) fn name(&self) -> &str {
        &self.name
    }

    /// What became of a request for a file, or for the bucket where no file is named.
    pub(super) fn told(&self, what: &'static str, name: &str, error: &Error) -> IndexError {
        let slash = if name.is_empty() { "" } else { "/" };
        let file = format!("{}{slash}{name}", self.name);
        if let Error::NotFound { .. } = error
            && !is_no_bucket(error)
        {
            let cause = io::Error::new(io::ErrorKind::NotFound, "it is not there");
            return IndexError::io(&file, cause);
        }
        IndexError::Away { what, file, why: why(error), way_out: self.way_out(error) }
    }

    fn way_out(&self, error: &Error) -> String {
        match error {
            Error::NotFound { .. } => "make it, or name another (index.bucket)".to_owned(),
            Error::PermissionDenied { .. } | Error::Unauthenticated { .. } => format!(
                "see that the key (index.access_key, index.secret_key) is right and may list, read, write \
                 and delete there, and that the bucket lies in {} (index.region)",
                self.region
            ),
            _ if !self.has_keys => format!(
                "see whether {} is reached from here (index.endpoint) and the machine has a role that may use \
                 it, or set index.access_key and index.secret_key",
                self.server
            ),
            _ => format!(
                "see whether {} is reached from here (index.endpoint) and is well",
                self.server
            ),
        }
    }
}

/// Whether it is the bucket that is missing.
pub(super) fn is_no_bucket(error: &Error) -> bool {
    error.to_string().contains("NoSuchBucket")
}

/// What was said: the code and the words of an answer, else the innermost cause.
fn why(error: &Error) -> String {
    let text = error.to_string();
    let within = |tag: &str| {
        let (_, rest) = text.split_once(&format!("<{tag}>"))?;
        rest.split_once("</").map(|(inside, _)| inside.to_owned())
    };
    let said = match (within("Code"), within("Message")) {
        (Some(code), Some(message)) => format!("{code}: {message}"),
        (Some(code), None) => code,
        _ => innermost(error),
    };
    let plain = said.trim().trim_end_matches(['.', ':']).chars();
    plain.map(|c| if c.is_control() { ' ' } else { c }).take(MAX_SHOWN).collect()
}

fn innermost(error: &Error) -> String {
    let mut cause: &dyn std::error::Error = error;
    while let Some(source) = cause.source() {
        cause = source;
    }
    cause.to_string()
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::super::Keys;
    use super::*;

    #[test]
    fn an_answer_is_told_by_its_code_and_words_with_the_way_out() {
        let keys = Keys { access: "k".to_owned(), secret: "secret".to_owned().into() };
        let mut options = BucketOptions {
            bucket: "b".to_owned(),
            prefix: "p".to_owned(),
            region: "eu-central-1".to_owned(),
            endpoint: Some("http://127.0.0.1:1".to_owned()),
            keys: Some(keys),
            tls: None,
            request_within: Duration::from_secs(1),
        };
        let asked = Asked::of(&options);
        let body =
            "403: <Error><Code>AccessDenied</Code><Message>Not you.</Message><Key>k</Key></Error>";
        let denied = || Error::PermissionDenied { path: "k".into(), source: body.into() };
        let said = asked.told("read", "a.split", &denied()).to_string();
        assert!(
            said.starts_with("can't read s3://b/p/a.split: AccessDenied: Not you; see"),
            "{said}"
        );
        assert!(said.contains("index.access_key") && said.contains("eu-central-1"), "{said}");
        let lost = Error::NotFound { path: "k".into(), source: "404: NoSuchKey".into() };
        let said = asked.told("read", "a.split", &lost);
        assert_eq!(said.to_string(), "can't read or write s3://b/p/a.split: it is not there");
        assert!(!said.is_away());
        let missing =
            Error::NotFound { path: "k".into(), source: "<Code>NoSuchBucket</Code>".into() };
        let said = asked.told("list", "", &missing).to_string();
        assert_eq!(
            said,
            "can't list s3://b/p: NoSuchBucket; make it, or name another (index.bucket)"
        );
        let refused = Error::Generic {
            store: "S3",
            source: Box::new(io::Error::other("nobody is there\u{1b}[2J")),
        };
        let said = asked.told("write", "a.split", &refused);
        assert!(said.is_away() && said.to_string().contains("http://127.0.0.1:1"), "{said}");
        assert!(!said.to_string().contains('\u{1b}'), "{said}");
        options.keys = None;
        let said = Asked::of(&options).told("write", "a.split", &refused).to_string();
        assert!(said.contains("or set index.access_key"), "{said}");
    }
}
