//! The bounds of a scan, measured: memory over large hostile files, and 200,000 files in one
//! folder. Each scan runs in a process of its own, whose peak is asked of the system. It fails
//! where a bound is broken. Run with `cargo bench -p trawl-actors --bench bounds`.

#![allow(clippy::print_stdout, reason = "a benchmark says what it measured")]

use std::error::Error;
use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::Path;
use std::process::Command;
use std::sync::Arc;
use std::time::Instant;

use mimalloc::MiMalloc;
use trawl_actors::{Node, Options, SystemClock, Target};
use trawl_detect::{Engine, Rules};
use trawl_model::scan::{Scan, ScanState};
use trawl_model::{Class, Item, NodeId, TenantId};
use trawl_sources::files::{Files, Settings};
use trawl_storage::embedded::{EmbeddedStore, Options as StoreOptions};
use trawl_storage::{Db, keys};

/// That of the binary `trawl`.
#[global_allocator]
static ALLOCATOR: MiMalloc = MiMalloc;

/// Most that a process may hold at once, all told.
const MOST_KIB: u64 = 600 << 10;
/// A large file.
const LARGE_BYTES: usize = 300 << 20;
/// A file that is nothing but values: each becomes a row of the store.
const DENSE_BYTES: usize = 60 << 20;
/// Files in one folder.
const FILES: u32 = 200_000;
const LINE: &[u8] = b"Write to zebra.quagga7193@mail.example.org before noon. ";

type Made = Result<(), Box<dyn Error>>;
/// What it is called, how often it is scanned, and what makes its files.
type Row = (&'static str, u32, fn(&Path) -> Made);

fn main() -> Made {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    if let [word, root, data, scans] = &arguments[..]
        && word == "measure"
    {
        return measure(Path::new(root), Path::new(data), scans.parse()?);
    }
    let rows: [Row; 5] = [
        ("one line of 300 MiB, four times", 1, one_line),
        ("a value every 56 bytes, 60 MiB", 1, many_values),
        ("JSON, CSV and XML of 300 MiB each", 1, structured),
        ("eight documents of 60 MiB that are loaded whole", 1, documents),
        ("200,000 files in one folder, scanned twice", 2, many_files),
    ];
    for (name, scans, make) in rows {
        let (root, data) = (tempfile::tempdir()?, tempfile::tempdir()?);
        make(root.path())?;
        println!("{name}");
        let ran = Command::new(std::env::current_exe()?)
            .arg("measure")
            .args([root.path(), data.path()])
            .arg(scans.to_string())
            .status()?;
        if !ran.success() {
            return Err(format!("{name}: a bound is broken").into());
        }
    }
    Ok(())
}

/// Scans a folder so many times, says what it took, and fails where a bound is broken.
fn measure(root: &Path, data: &Path, scans: u32) -> Made {
    tokio::runtime::Builder::new_multi_thread().enable_all().build()?.block_on(async {
        let options = Options::new(TenantId::default_tenant(), NodeId::from_bytes([7; 12]));
        let bound = options.content_in_flight;
        // Whoever holds a document may exceed the bound by one more that is loaded whole.
        let most = bound + options.crawl.reading.whole_bytes;
        let db = Db::new(EmbeddedStore::open(StoreOptions::new(data))?);
        let root_key = keys::RootKey::of_directory(&db, data).await?;
        let keys = keys::open_tenant(&db, &root_key, &options.tenant).await?;
        let engine = Arc::new(Engine::compile(&Rules::built_in()?)?);
        let node = Node::start(options, db, keys, engine, Arc::new(SystemClock::new())).await?;
        for _ in 0..scans {
            let begun = Instant::now();
            let connector = Arc::new(Files::new(root.to_owned(), Settings::default())?);
            let target = Target::of(connector);
            let scan = node.scan(target).await?.wait().await?;
            adds_up(&scan)?;
            let (seconds, kib) = (begun.elapsed().as_secs_f64(), peak_kib()?);
            println!(
                "  {} objects ({} carried), {} MiB, {} findings: {seconds:.1} s, {} MiB in flight \
                 at most, {} MiB in memory at most",
                scan.listed_objects,
                scan.coverage.items_of(Item::Object, Class::Carried),
                scan.listed_bytes >> 20,
                scan.counts.findings,
                node.peak_in_flight() >> 20,
                kib >> 10,
            );
            if node.peak_in_flight() > most || kib > MOST_KIB {
                return Err("more memory than the bound allows".into());
            }
        }
        node.stop().await;
        Ok(())
    })
}

fn adds_up(scan: &Scan) -> Made {
    let whole = scan.state == ScanState::Finished
        && scan.coverage.total_bytes() == scan.listed_bytes
        && scan.coverage.total_items(Item::Object) == scan.listed_objects;
    if whole { Ok(()) } else { Err(format!("does not add up: {:?}", scan.coverage).into()) }
}

/// The most that this process ever held, as the system counts.
fn peak_kib() -> Result<u64, Box<dyn Error>> {
    let status = std::fs::read_to_string("/proc/self/status")?;
    let line = status.lines().find(|line| line.starts_with("VmHWM:")).ok_or("no VmHWM")?;
    Ok(line.split_whitespace().nth(1).ok_or("no number")?.parse()?)
}

/// A file that repeats a few bytes between a beginning and an end.
fn repeated(path: &Path, bytes: usize, begin: &[u8], middle: &[u8], end: &[u8]) -> Made {
    let mut file = BufWriter::new(File::create(path)?);
    file.write_all(begin)?;
    for _ in 0..bytes / middle.len() {
        file.write_all(middle)?;
    }
    file.write_all(end)?;
    file.flush()?;
    Ok(())
}

fn one_line(root: &Path) -> Made {
    for n in 0..4 {
        repeated(
            &root.join(format!("{n}.txt")),
            LARGE_BYTES,
            b"",
            b"nothing to be seen here ",
            LINE,
        )?;
    }
    Ok(())
}

fn many_values(root: &Path) -> Made {
    repeated(&root.join("values.txt"), DENSE_BYTES, b"", LINE, b"\n")
}

fn structured(root: &Path) -> Made {
    let row = b"somebody,somewhere,0,with many words and none that tell\n";
    repeated(&root.join("rows.csv"), LARGE_BYTES, b"name,place,n,text\n", row, LINE)?;
    let value = b"{\"name\":\"somebody\",\"n\":[1,2,3],\"text\":\"with many words\"},";
    repeated(&root.join("values.json"), LARGE_BYTES, b"[", value, b"null]")?;
    let element = b"<a name='somebody'><b>with many words</b></a>";
    repeated(&root.join("elements.xml"), LARGE_BYTES, b"<?xml version='1.0'?><r>", element, b"</r>")
}

/// PDFs of one large page each.
fn documents(root: &Path) -> Made {
    let line = b"BT /F1 12 Tf 72 720 Td (with many words and none that tell) Tj ET\n";
    let page = line.repeat((60 << 20) / line.len());
    for n in 0..8 {
        let mut file = BufWriter::new(File::create(root.join(format!("{n}.pdf")))?);
        let head = "%PDF-1.4\n1 0 obj\n<< /Type /Catalog /Pages 2 0 R >>\nendobj\n2 0 obj\n\
            << /Type /Pages /Kids [3 0 R] /Count 1 >>\nendobj\n3 0 obj\n<< /Type /Page /Parent 2 0 \
            R /MediaBox [0 0 612 792] /Contents 4 0 R /Resources << /Font << /F1 << /Type /Font \
            /Subtype /Type1 /BaseFont /Helvetica >> >> >> >>\nendobj\n";
        write!(file, "{head}4 0 obj\n<< /Length {} >>\nstream\n", page.len())?;
        file.write_all(&page)?;
        file.write_all(b"\nendstream\nendobj\ntrailer\n<< /Root 1 0 R /Size 5 >>\n%%EOF\n")?;
        file.flush()?;
    }
    Ok(())
}

fn many_files(root: &Path) -> Made {
    let long_ago = std::time::SystemTime::now() - std::time::Duration::from_secs(3_600);
    for n in 0..FILES {
        let mut file = File::create(root.join(format!("{n:06}.txt")))?;
        writeln!(file, "write to user{n}@mail.example.org")?;
        // What was written just now is read again by the next scan.
        file.set_modified(long_ago)?;
    }
    Ok(())
}
