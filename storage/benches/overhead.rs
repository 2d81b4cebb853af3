//! What the store costs a scan of 30,000 small files: their rows, names and findings, as a scan
//! writes them. Held against what no store can be under: a plain file of as many bytes, synced as
//! often. Run with `cargo bench -p trawl-storage`.

mod made;

use std::error::Error;
use std::io::Write;
use std::path::Path;
use std::time::{Duration, Instant};

use trawl_model::object::Object;
use trawl_model::range::{Bounds, RangeHead};
use trawl_model::{Generation, ObjectKey, RangeId, SourceId, TenantId};
use trawl_storage::embedded::Options;
use trawl_storage::records::{
    FindingRow, FindingsAt, NameAt, NameRow, RangeAt, RangeEntry, RangeRow,
};
use trawl_storage::{Commit, Db, EmbeddedStore, Outcome, WriteId};

use made::{finding, object_id};

const FILES: u32 = 30_000;
const A_COMMIT: u32 = 400;

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let dir = tempfile::tempdir()?;
    let db = Db::new(EmbeddedStore::open(Options::new(dir.path()))?);
    let tenant = TenantId::default_tenant();
    let source = SourceId::from_bytes([1; 8]);
    let at = RangeAt { tenant: tenant.clone(), source, range: RangeId::from_bytes([2; 12]) };
    let mut fence = None;
    let began = Instant::now();
    for first in (0..FILES).step_by(A_COMMIT as usize) {
        let files = first..(first + A_COMMIT).min(FILES);
        let names = files.clone().map(|n| NameRow {
            at: NameAt { tenant: tenant.clone(), source, object: object_id(n) },
            key: ObjectKey::new(format!("registry/src/some-crate/src/file-{n:06}.rs")),
        });
        let found = files.clone().map(|n| FindingRow {
            at: FindingsAt { tenant: tenant.clone(), source, layout: 0, bucket: (n % 256) as u16 },
            object: object_id(n),
            generation: Generation { version: 1, number: 0, turn: 0 },
            sequence: 0,
            finding: finding(n),
        });
        tokio::try_join!(db.put(names.collect()), db.put(found.collect()))?;
        let mut commit = Commit::new(at.clone(), fence, WriteId::random()?);
        let row = |entry| RangeRow { at: at.clone(), entry };
        commit.puts.push(row(RangeEntry::Head(RangeHead::new(Bounds::everything(), 0))));
        commit.puts.extend(files.map(|n| {
            let key = ObjectKey::new(format!("registry/src/some-crate/src/file-{n:06}.rs"));
            row(RangeEntry::Object(key, Object::unread(object_id(n), 900, 1).into()))
        }));
        match db.commit(commit).await? {
            Outcome::Applied(applied) => fence = Some(applied),
            other => return Err(format!("{other:?}").into()),
        }
    }
    let took = began.elapsed();
    let bytes = stored(dir.path())?;
    let limit = plain_file(dir.path(), bytes)?;
    #[allow(clippy::print_stdout)] // What a benchmark is for.
    {
        println!("{FILES} files, {bytes} bytes as stored: {took:?}");
        println!("a plain file of as many bytes, synced as often: {limit:?}");
    }
    Ok(())
}

/// Bytes that are stored for good below a folder: journals are made longer than they are filled.
fn stored(dir: &Path) -> std::io::Result<u64> {
    use std::os::unix::fs::MetadataExt;
    let mut bytes = 0;
    for entry in std::fs::read_dir(dir)? {
        let entry = entry?;
        let meta = entry.metadata()?;
        bytes += if meta.is_dir() { stored(&entry.path())? } else { meta.blocks() * 512 };
    }
    Ok(bytes)
}

/// The time for as many bytes in a file, with a sync for the rows and one for the commit of each
/// batch.
fn plain_file(dir: &Path, bytes: u64) -> std::io::Result<Duration> {
    let syncs = 2 * FILES.div_ceil(A_COMMIT);
    let step = vec![7; usize::try_from(bytes).unwrap_or(0) / syncs as usize];
    let began = Instant::now();
    let mut file = std::fs::File::create(dir.join("plain"))?;
    for _ in 0..syncs {
        file.write_all(&step)?;
        file.sync_data()?;
    }
    Ok(began.elapsed())
}
