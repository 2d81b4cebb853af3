//! Settings that are nothing without another one, or that say something else than another one does.

use crate::{IndexFiles, Settings};

/// One setting that asks for another.
pub(crate) struct Together {
    /// The one that asks.
    pub(crate) key: &'static str,
    /// The other one.
    pub(crate) with: &'static str,
    /// What to do.
    pub(crate) hint: &'static str,
    /// Whether the other one is not as it is asked for.
    pub(crate) broken: fn(&Settings) -> bool,
}

/// What is said to who names a part of a bucket, and not that files lie in one.
const NO_BUCKET: &str = "set index.files to \"s3\", or leave this one out";

/// All of them.
pub(crate) static TOGETHER: &[Together] = &[
    Together {
        key: "index.files",
        with: "index.folder",
        hint: "set index.folder to the folder that all nodes mount",
        broken: |s| s.index.files == IndexFiles::Folder && s.index.folder.is_none(),
    },
    Together {
        key: "index.files",
        with: "index.bucket",
        hint: "set index.bucket to the name of a bucket",
        broken: |s| s.index.files == IndexFiles::S3 && s.index.bucket.is_none(),
    },
    Together {
        key: "index.folder",
        with: "index.files",
        hint: "set index.files to \"folder\", or leave this one out",
        broken: |s| s.index.files != IndexFiles::Folder && s.index.folder.is_some(),
    },
    Together {
        key: "index.bucket",
        with: "index.files",
        hint: NO_BUCKET,
        broken: |s| s.index.files != IndexFiles::S3 && s.index.bucket.is_some(),
    },
    Together {
        key: "index.endpoint",
        with: "index.files",
        hint: NO_BUCKET,
        broken: |s| s.index.files != IndexFiles::S3 && s.index.endpoint.is_some(),
    },
    Together {
        key: "index.certificates",
        with: "index.files",
        hint: NO_BUCKET,
        broken: |s| s.index.files != IndexFiles::S3 && s.index.certificates.is_some(),
    },
    Together {
        key: "index.access_key",
        with: "index.secret_key",
        hint: "set both, or neither for the role of the machine",
        broken: |s| s.index.access_key.is_some() && s.index.secret_key.is_none(),
    },
    Together {
        key: "index.secret_key",
        with: "index.access_key",
        hint: "set both, or neither for the role of the machine",
        broken: |s| s.index.secret_key.is_some() && s.index.access_key.is_none(),
    },
    Together {
        key: "index.access_key",
        with: "index.files",
        hint: NO_BUCKET,
        broken: |s| s.index.files != IndexFiles::S3 && s.index.access_key.is_some(),
    },
];

#[cfg(test)]
mod tests {
    use crate::{Environment, Layers};

    fn refused(set: &[(&str, &str)]) -> String {
        let layers = Layers::default().environment(Environment::empty());
        let flagged = set
            .iter()
            .fold(layers, |layers, (key, value)| layers.flag(&format!("--set {key}"), key, value));
        flagged.load().map(drop).map_err(|error| error.to_string()).err().unwrap_or_default()
    }

    #[test]
    fn where_the_index_lies_is_said_once() {
        for (set, said) in [
            (
                &[("index.files", "folder")][..],
                "index.files is \"folder\", and index.folder is not set; set index.folder to",
            ),
            (&[("index.files", "s3")], "index.files is \"s3\", and index.bucket is not set; set"),
            (
                &[("index.bucket", "trawl")],
                "index.bucket is \"trawl\", and index.files is \"local\"; set index.files to \"s3\"",
            ),
            (&[("index.folder", "/x")], "index.folder is \"/x\", and index.files is \"local\""),
            (
                &[("index.files", "s3"), ("index.bucket", "trawl"), ("index.folder", "/x")],
                "index.folder is \"/x\", and index.files is \"s3\"",
            ),
            (
                &[
                    ("index.files", "s3"),
                    ("index.bucket", "trawl"),
                    ("index.access_key", "env:KEY"),
                ],
                "index.access_key is \"env:KEY\", and index.secret_key is not set; set both",
            ),
        ] {
            assert!(refused(set).contains(said), "{}", refused(set));
        }
        for set in [
            &[("index.files", "folder"), ("index.folder", "/x")][..],
            &[("index.files", "s3"), ("index.bucket", "trawl")],
            &[("index.prefix", "elsewhere")],
        ] {
            assert_eq!(refused(set), "");
        }
    }

    #[test]
    fn what_belongs_together_are_settings_that_there_are() {
        for together in super::TOGETHER {
            assert!(crate::layers::setting(together.key).is_some(), "{}", together.key);
            assert!(crate::layers::setting(together.with).is_some(), "{}", together.with);
        }
    }
}
