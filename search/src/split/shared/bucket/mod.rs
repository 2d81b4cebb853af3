//! A bucket of S3, or of what speaks as S3 does.
//!
//! Each request has its deadline, and is tried a few times more where that may help; who wants more tries
//! asks again. Large files go and come in parts, of which a few are under way and in memory at once. The
//! hash of a file goes with it as metadata, and what comes is held against it. Keys outside of the prefix
//! are never touched. Parts of an upload that a crash has broken off lie in the bucket unseen until a rule
//! of its own removes them.

mod client;
mod told;

use std::fs::File;
use std::io::{self, Read, Write};
use std::sync::Arc;
use std::time::Duration;

use futures_util::stream::{self, FuturesUnordered};
use futures_util::{Stream, StreamExt};
use hyper::body::Bytes;
use object_store::aws::{AmazonS3, AmazonS3Builder};
use object_store::path::Path;
use object_store::{
    Attribute, Attributes, BackoffConfig, GetOptions, GetRange, GetResult, MultipartUpload,
    ObjectStore, ObjectStoreExt, PutMode, PutMultipartOptions, PutOptions, RetryConfig,
};
use rustls::ClientConfig;
use tokio::runtime::Runtime;
use zeroize::Zeroizing;

use super::{MAX_OWNER_BYTES, OWNER, Place, Told, Whole, is_of_index};
use crate::error::IndexError;
use client::Client;
use told::Asked;

/// Larger files go and come in parts of this size. A part is in memory while it is under way.
const PART_BYTES: u64 = 8 << 20;
/// Parts of a file that are under way at once.
const PARTS_AT_ONCE: usize = 4;
/// An upload has no more parts than this, by the rules of S3.
const MAX_PARTS: u64 = 10_000;
/// How often a request is tried again.
const RETRIES: usize = 3;
const FIRST_PAUSE: Duration = Duration::from_millis(100);
const LONGEST_PAUSE: Duration = Duration::from_secs(2);
/// The metadata in which the hash of a file stands.
const HASH: &str = "blake3";

/// How a bucket is reached.
#[derive(Clone)]
pub struct BucketOptions {
    /// Its name.
    pub bucket: String,
    /// What stands before the names of files, without a slash at its ends.
    pub prefix: String,
    /// Where it lies.
    pub region: String,
    /// The address of the service, where it isn't that of AWS.
    pub endpoint: Option<String>,
    /// As whom it is asked; where nobody is named, by the role of the machine.
    pub keys: Option<Keys>,
    /// Whose certificates are believed, where the address is one of HTTPS.
    pub tls: Option<Arc<ClientConfig>>,
    /// How long a request may take, each time that it is tried.
    pub request_within: Duration,
}

/// An access key and what proves it.
#[derive(Clone)]
pub struct Keys {
    /// Its id.
    pub access: String,
    /// Its secret.
    pub secret: Zeroizing<String>,
}

/// A bucket, or what lies in it below a prefix.
pub struct Bucket {
    store: AmazonS3,
    prefix: Path,
    /// For what goes and comes alone. Taken out when it ends.
    runtime: Option<Runtime>,
    asked: Asked,
}

impl Bucket {
    /// The bucket that the options lead to. Nothing is asked of it yet.
    pub fn of(options: BucketOptions) -> Result<Self, IndexError> {
        let asked = Asked::of(&options);
        let BucketOptions { bucket, prefix, region, endpoint, keys, tls, request_within } = options;
        let retry = RetryConfig {
            max_retries: RETRIES,
            retry_timeout: request_within,
            backoff: BackoffConfig {
                init_backoff: FIRST_PAUSE,
                max_backoff: LONGEST_PAUSE,
                ..BackoffConfig::default()
            },
        };
        let mut builder = AmazonS3Builder::new()
            .with_bucket_name(bucket)
            .with_region(region)
            .with_retry(retry)
            .with_allow_http(true)
            // Not all that speak as S3 does know the request that removes many.
            .with_disable_bulk_delete(true)
            .with_http_connector(Client::new(tls, request_within));
        if let Some(endpoint) = endpoint {
            builder = builder.with_endpoint(endpoint);
        }
        if let Some(Keys { access, secret }) = keys {
            builder = builder.with_access_key_id(access).with_secret_access_key(secret.as_str());
        }
        let store = builder.build().map_err(|error| asked.told("use", "", &error))?;
        let prefix = Path::parse(&prefix).map_err(|error| asked.told("use", "", &error.into()))?;
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(1)
            .thread_name("trawl-bucket")
            .enable_all()
            .build()
            .map_err(|error| IndexError::io(asked.name(), error))?;
        Ok(Self { store, prefix, runtime: Some(runtime), asked })
    }

    fn key(&self, name: &str) -> Path {
        self.prefix.clone().join(name)
    }

    /// Waits for a request. Whoever asks has a thread of his own for it.
    fn wait<T>(&self, request: impl Future<Output = T>) -> Result<T, IndexError> {
        match &self.runtime {
            Some(runtime) => Ok(runtime.block_on(request)),
            None => Err(IndexError::io(self.name(), io::Error::other("it is being closed"))),
        }
    }

    fn ask<T>(
        &self,
        what: &'static str,
        name: &str,
        request: impl Future<Output = object_store::Result<T>>,
    ) -> Result<T, IndexError> {
        self.wait(request)?.map_err(|error| self.asked.told(what, name, &error))
    }

    async fn first_part(&self, key: &Path) -> object_store::Result<(GetResult, Told)> {
        let first = self.store.get_opts(key, ranged(0..PART_BYTES, None)).await?;
        let hash = first.attributes.get(&Attribute::Metadata(HASH.into()));
        let hash = hash.and_then(|hash| blake3::Hash::from_hex(hash.as_ref()).ok());
        let told = Told { bytes: first.meta.size, hash };
        Ok((first, told))
    }

    /// What comes behind the first part of a file, in order. It is of the same file, or nothing comes.
    fn rest<'s>(
        &'s self,
        key: &'s Path,
        bytes: u64,
        tag: Option<&'s String>,
    ) -> impl Stream<Item = object_store::Result<Bytes>> + Unpin + 's {
        let starts = (PART_BYTES..bytes).step_by(PART_BYTES as usize);
        let parts = starts.map(move |start| {
            let range = start..(start + PART_BYTES).min(bytes);
            async move {
                let part = self.store.get_opts(key, ranged(range, tag.cloned())).await?;
                part.bytes().await
            }
        });
        Box::pin(stream::iter(parts).buffered(PARTS_AT_ONCE))
    }

    async fn upload(
        &self,
        upload: &mut dyn MultipartUpload,
        from: &mut File,
        bytes: u64,
    ) -> Result<(), Broken> {
        let part_bytes = PART_BYTES.max(bytes.div_ceil(MAX_PARTS));
        let (mut left, mut under_way) = (bytes, FuturesUnordered::new());
        while left > 0 {
            let part = read(from, left.min(part_bytes)).map_err(Broken::Reading)?;
            left -= part.len() as u64;
            under_way.push(upload.put_part(part.into()));
            if under_way.len() >= PARTS_AT_ONCE {
                under_way.next().await.transpose().map_err(Broken::Asking)?;
            }
        }
        while let Some(sent) = under_way.next().await {
            sent.map_err(Broken::Asking)?;
        }
        upload.complete().await.map(drop).map_err(Broken::Asking)
    }

    fn store_in_parts(&self, name: &str, from: &mut File, whole: &Whole) -> Result<(), IndexError> {
        const WHAT: &str = "write";
        let options = PutMultipartOptions { attributes: hashed(whole), ..Default::default() };
        let key = self.key(name);
        let mut upload = self.ask(WHAT, name, self.store.put_multipart_opts(&key, options))?;
        let sent = self.wait(self.upload(&mut *upload, from, whole.bytes))?;
        if sent.is_err() {
            // What can't be taken back is left to a rule of the bucket.
            let _ = self.wait(upload.abort())?;
        }
        sent.map_err(|broken| match broken {
            Broken::Reading(error) => IndexError::io(name, error),
            Broken::Asking(error) => self.asked.told(WHAT, name, &error),
        })
    }
}

impl Drop for Bucket {
    fn drop(&mut self) {
        if let Some(runtime) = self.runtime.take() {
            // It may be dropped where nobody may wait.
            runtime.shutdown_background();
        }
    }
}

impl Place for Bucket {
    fn name(&self) -> &str {
        self.asked.name()
    }

    fn owner(&self, asks: &str) -> Result<String, IndexError> {
        const WHAT: &str = "use";
        let key = self.key(OWNER);
        let kept = async {
            let range = ranged(0..MAX_OWNER_BYTES as u64, None);
            self.store.get_opts(&key, range).await?.bytes().await
        };
        let made = async {
            let options = PutOptions { mode: PutMode::Create, ..Default::default() };
            let text = format!("{asks}\n").into_bytes();
            match self.store.put_opts(&key, text.into(), options).await {
                // Somebody was quicker.
                Err(object_store::Error::AlreadyExists { .. }) => Ok(()),
                made => made.map(drop),
            }
        };
        let owner = match self.wait(kept)? {
            Err(error @ object_store::Error::NotFound { .. }) if !told::is_no_bucket(&error) => {
                self.ask(WHAT, "", made)?;
                self.ask(WHAT, "", async { self.store.get(&key).await?.bytes().await })?
            }
            kept => kept.map_err(|error| self.asked.told(WHAT, "", &error))?,
        };
        Ok(String::from_utf8_lossy(&owner).trim().to_owned())
    }

    fn fetch(&self, name: &str, to: &mut dyn Write) -> Result<Told, IndexError> {
        const WHAT: &str = "read";
        let key = self.key(name);
        let written = |error| IndexError::io(name, error);
        let (first, told) = self.ask(WHAT, name, self.first_part(&key))?;
        let tag = first.meta.e_tag.clone();
        let first = self.ask(WHAT, name, first.bytes())?;
        to.write_all(&first).map_err(written)?;
        let mut rest = self.rest(&key, told.bytes, tag.as_ref());
        while let Some(part) = self.wait(rest.next())? {
            let part = part.map_err(|error| self.asked.told(WHAT, name, &error))?;
            to.write_all(&part).map_err(written)?;
        }
        Ok(told)
    }

    fn store(&self, name: &str, from: &mut File, whole: &Whole) -> Result<(), IndexError> {
        if whole.bytes > PART_BYTES {
            return self.store_in_parts(name, from, whole);
        }
        let bytes = read(from, whole.bytes).map_err(|error| IndexError::io(name, error))?;
        let options = PutOptions { attributes: hashed(whole), ..Default::default() };
        let key = self.key(name);
        self.ask("write", name, self.store.put_opts(&key, bytes.into(), options)).map(drop)
    }

    fn list(&self) -> Result<Vec<String>, IndexError> {
        let listed = self.ask("list", "", self.store.list_with_delimiter(Some(&self.prefix)))?;
        let names = listed.objects.iter().filter_map(|object| object.location.filename());
        let mut names: Vec<String> =
            names.filter(|name| is_of_index(name)).map(str::to_owned).collect();
        names.sort();
        Ok(names)
    }

    fn delete(&self, name: &str) -> Result<(), IndexError> {
        let key = self.key(name);
        match self.wait(self.store.delete(&key))? {
            Err(error @ object_store::Error::NotFound { .. }) if !told::is_no_bucket(&error) => {
                Ok(())
            }
            deleted => deleted.map_err(|error| self.asked.told("remove", name, &error)),
        }
    }
}

/// Why an upload was broken off.
enum Broken {
    Reading(io::Error),
    Asking(object_store::Error),
}

fn ranged(range: std::ops::Range<u64>, tag: Option<String>) -> GetOptions {
    GetOptions { range: Some(GetRange::Bounded(range)), if_match: tag, ..Default::default() }
}

fn hashed(whole: &Whole) -> Attributes {
    let mut attributes = Attributes::new();
    attributes.insert(Attribute::Metadata(HASH.into()), whole.hash.to_hex().to_string().into());
    attributes
}

fn read(from: &mut File, bytes: u64) -> io::Result<Vec<u8>> {
    let mut part = vec![0; bytes as usize];
    from.read_exact(&mut part)?;
    Ok(part)
}
