//! What a scan of many small files costs beside the engine: the time of `cat` over the files, of
//! the engine over the same bytes in one piece after another, of a first scan, and of a second one
//! in which nothing has changed. Run with
//! `cargo bench -p trawl-actors --bench small -- [FOLDER [FILES]]`: so many of the smallest files
//! below the folder are copied to a place of their own and scanned there. Without a folder, the
//! sources that cargo has unpacked are read.

#![allow(clippy::print_stdout, reason = "what a benchmark is for")]

use std::error::Error;
use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::time::{Duration, Instant};

use mimalloc::MiMalloc;
use trawl_actors::{Node, Options, SystemClock, Target};
use trawl_detect::{Engine, Rules, Scene};
use trawl_model::scan::Scan;
use trawl_model::{NodeId, Piece, TenantId};
use trawl_sources::files::{Files, Settings};
use trawl_storage::embedded::{EmbeddedStore, Options as StoreOptions};
use trawl_storage::{Db, keys};

/// That of the binary `trawl`.
#[global_allocator]
static ALLOCATOR: MiMalloc = MiMalloc;

type Failure = Box<dyn Error>;

/// So many files are scanned.
const FILES: usize = 30_000;
/// The engine is given so much at once, as `trawl detect` does.
const PIECE_BYTES: usize = 1 << 20;

fn main() -> Result<(), Failure> {
    let mut arguments = std::env::args().skip(1).filter(|argument| argument != "--bench");
    let folder = arguments.next().map_or_else(unpacked_sources, |folder| Ok(folder.into()))?;
    let files = arguments.next().map_or(Ok(FILES), |files| files.parse())?;
    let work = tempfile::tempdir()?;
    let (copy, one) = (work.path().join("copy"), work.path().join("one"));
    let (count, bytes) = copy_smallest(&folder, files, &copy, &one)?;
    println!("{count} files, {bytes} bytes, the smallest of {}", folder.display());

    cat(&copy)?;
    let cat = cat(&copy)?;
    report("cat", cat);
    let began = Instant::now();
    let engine = Arc::new(Engine::compile(&Rules::built_in()?)?);
    let compile = began.elapsed();
    report("rules made ready", compile);
    let detect = detect(&engine, &one)?;
    report("detect", detect);
    let runtime = tokio::runtime::Runtime::new()?;
    let data = work.path().join("data");
    let (first, found) = runtime.block_on(scan(&engine, &data, &copy))?;
    report("first scan", first);
    println!("{:>20}  {} objects, {} findings", "", found.listed_objects, found.counts.findings);
    let (second, again) = runtime.block_on(scan(&engine, &data, &copy))?;
    report("second scan", second);
    println!("{:>20}  {} unchanged", "", again.counts.same);
    let few = work.path().join("few");
    std::fs::create_dir(&few)?;
    for n in 0..10 {
        std::fs::write(few.join(format!("{n}.txt")), "a few words\n")?;
    }
    let (ten, _) = runtime.block_on(scan(&engine, &data, &few))?;
    report("scan of ten files", ten);
    let allowed = detect + 3 * cat;
    println!(
        "first scan / (detect + 3 cat) = {:.2}, second / first = {:.3} (with rules made ready: {:.2}, {:.3})",
        first.as_secs_f64() / allowed.as_secs_f64(),
        second.as_secs_f64() / first.as_secs_f64(),
        (first + compile).as_secs_f64() / (allowed + compile).as_secs_f64(),
        (second + compile).as_secs_f64() / (first + compile).as_secs_f64(),
    );
    Ok(())
}

fn report(what: &str, time: Duration) {
    println!("{what:>20}  {:9.1} ms", time.as_secs_f64() * 1_000.0);
}

fn unpacked_sources() -> Result<PathBuf, Failure> {
    let home = std::env::home_dir().ok_or("there is no home folder: name a folder")?;
    Ok(home.join(".cargo/registry/src"))
}

/// Copies the smallest files with their paths and times, and all of their bytes into one file.
fn copy_smallest(
    folder: &Path,
    files: usize,
    copy: &Path,
    one: &Path,
) -> Result<(usize, u64), Failure> {
    let mut found = Vec::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder)? {
            let entry = entry?;
            let path = entry.path();
            let stat = entry.metadata()?;
            if stat.is_dir() {
                folders.push(path);
            } else if stat.is_file() {
                found.push((stat.len(), path, stat.modified()?));
            }
        }
    }
    found.sort();
    found.truncate(files);
    let mut all = File::create(one)?;
    let mut bytes = 0;
    for (size, path, modified) in &found {
        let to = copy.join(path.strip_prefix(folder)?);
        std::fs::create_dir_all(to.parent().ok_or("a file without a folder")?)?;
        let mut copied = File::create(&to)?;
        std::io::copy(&mut File::open(path)?, &mut copied)?;
        copied.set_modified(*modified)?;
        std::io::copy(&mut File::open(path)?, &mut all)?;
        bytes += size;
    }
    Ok((found.len(), bytes))
}

fn cat(folder: &Path) -> Result<Duration, Failure> {
    let began = Instant::now();
    let find = ["-type", "f", "-exec", "cat", "{}", "+"];
    let cat = Command::new("find").arg(folder).args(find).stdout(Stdio::null()).status()?;
    if !cat.success() {
        return Err("the files can't be read".into());
    }
    Ok(began.elapsed())
}

fn detect(engine: &Engine, one: &Path) -> Result<Duration, Failure> {
    let began = Instant::now();
    let mut text = File::open(one)?;
    let (mut scratch, mut found) = (engine.scratch(), Vec::new());
    let mut piece = Piece::plain(Vec::with_capacity(PIECE_BYTES), 0, Some((1, 1)), Arc::from([]));
    loop {
        piece.text.clear();
        let read = text.by_ref().take(PIECE_BYTES as u64).read_to_end(&mut piece.text)?;
        if read == 0 {
            return Ok(began.elapsed());
        }
        piece.core = 0..read;
        piece.segments[0].text = 0..read;
        found.clear();
        engine.detect(&piece, &Scene { path: b"one" }, &mut scratch, &mut found);
    }
}

/// Opens a data directory, scans, closes it.
async fn scan(
    engine: &Arc<Engine>,
    data: &Path,
    folder: &Path,
) -> Result<(Duration, Scan), Failure> {
    let began = Instant::now();
    let db = Db::new(EmbeddedStore::open(StoreOptions::new(data))?);
    let options = Options::new(TenantId::default_tenant(), NodeId::from_bytes([7; 12]));
    let root = keys::RootKey::of_directory(&db, data).await?;
    let keys = keys::open_tenant(&db, &root, &options.tenant).await?;
    let clock = Arc::new(SystemClock::new());
    let node = Node::start(options, db, keys, Arc::clone(engine), clock).await?;
    let connector =
        Arc::new(Files::new(folder.to_owned(), Settings::default()).map_err(|e| e.to_string())?);
    let target = Target::of(connector);
    let scan = node.scan(target).await?.wait().await?;
    node.stop().await;
    Ok((began.elapsed(), scan))
}
