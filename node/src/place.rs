//! From settings to where the files of the index lie: in the data directory, or where several nodes reach
//! them.

use std::path::Path;
use std::sync::Arc;

use rustls::ClientConfig;
use tokio::task::spawn_blocking;
use trawl_cluster_config::{Index, IndexFiles, Settings};
use trawl_search::IndexError;
use trawl_search::split::{Blobs, Bucket, BucketOptions, Folder, Keys, Mounted, Place, Shared};
use trawl_storage::directory::store_of;

use crate::database::text;
use crate::error::Error;
use crate::{disk, tls};

/// The files of the index. Where another node leads, a place that both reach is not asked before something
/// of it is needed: a node begins without it.
pub(crate) async fn open(settings: &Settings, elsewhere: bool) -> Result<Arc<dyn Blobs>, Error> {
    let folder = disk::index(settings);
    let of = &settings.index;
    match of.files {
        IndexFiles::Local => Ok(Arc::new(Folder::open(&folder)?)),
        IndexFiles::Folder => {
            let path = of.folder.clone().ok_or_else(|| unset("index.folder"))?;
            shared(settings, elsewhere, move || Ok(Mounted::at(&path))).await
        }
        IndexFiles::S3 => {
            let options = bucket(of)?;
            shared(settings, elsewhere, move || Bucket::of(options)).await
        }
    }
}

/// Files of a place that is asked from here on.
async fn shared<P: Place + 'static>(
    settings: &Settings,
    elsewhere: bool,
    place: impl FnOnce() -> Result<P, IndexError> + Send + 'static,
) -> Result<Arc<dyn Blobs>, Error> {
    let (folder, most) = (disk::index(settings), settings.index.cache_bytes.get());
    let owner = store_of(&settings.node.data_dir)?;
    let open = if elsewhere { Shared::unasked } else { Shared::open };
    let opened = spawn_blocking(move || open(place()?, &owner, &folder, most)).await;
    let opened = opened.map_err(|error| Error::System {
        what: "no thread opens the files of the index",
        source: std::io::Error::other(error),
    })?;
    Ok(Arc::new(opened?))
}

/// How the bucket is reached.
fn bucket(of: &Index) -> Result<BucketOptions, Error> {
    let endpoint = of.endpoint.clone();
    let is_tls = endpoint.as_deref().is_none_or(|endpoint| endpoint.starts_with("https://"));
    Ok(BucketOptions {
        bucket: of.bucket.clone().ok_or_else(|| unset("index.bucket"))?,
        prefix: of.prefix.clone(),
        region: of.region.clone(),
        endpoint,
        keys: keys(of)?,
        tls: if is_tls { Some(client(of.certificates.as_deref())?) } else { None },
        request_within: of.request_within.get(),
    })
}

fn keys(of: &Index) -> Result<Option<Keys>, Error> {
    let (Some(access), Some(secret)) = (&of.access_key, &of.secret_key) else { return Ok(None) };
    let access = text("index.access_key", access)?.to_string();
    Ok(Some(Keys { access, secret: text("index.secret_key", secret)? }))
}

fn client(certificates: Option<&Path>) -> Result<Arc<ClientConfig>, Error> {
    const SETTING: &str = "index.certificates";
    let roots = match certificates {
        Some(path) => tls::roots(SETTING, path)?,
        None => tls::roots_of_system(SETTING)?,
    };
    let config = ClientConfig::builder_with_provider(tls::provider())
        .with_safe_default_protocol_versions()
        .map_err(|error| Error::Usage(format!("{SETTING}: {error}")))?
        .with_root_certificates(roots)
        .with_no_client_auth();
    Ok(Arc::new(config))
}

/// That it is set is seen when the settings are read.
fn unset(setting: &str) -> Error {
    Error::Usage(format!("{setting} is not set"))
}
