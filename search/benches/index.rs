//! Splits of a million findings, held against a bare tantivy index of the same: how large, how
//! fast made, how fast opened, how fast searched by eight clients at once. `-- 200000` takes fewer.

#[path = "index/bare.rs"]
mod bare;
#[path = "index/clients.rs"]
mod clients;

use std::io::Write;
use std::time::Instant;

use clients::{Figures, ask};
use trawl_model::TenantId;
use trawl_search::leaf::{Part, Request, Scope, search_all};
use trawl_search::query::{Field, parse};
use trawl_search::split::{Blobs, Builder, Dead, Folder, Input, Scratch, Split, merge};
use trawl_search::testing::findings;

const SEED: u64 = 11;
/// As many findings as a publication has on a busy node.
const A_SPLIT: usize = 100_000;
const PAGE: usize = 20;

/// What is asked: words and values, alone and narrowed.
pub(crate) const QUERIES: &[&str] = &[
    "invoice",
    "path:müller",
    "type:us.ssn",
    "type:iban confidence:>0.9",
    "payroll sensitivity:>=high state:open",
    "\"hr payroll\"",
    "type:email first_seen:[2026-03-01 TO 2026-03-31]",
    "verdict:false-positive",
    "name:customerlist* -type:email",
    "jurisdiction:de path:archive",
];
pub(crate) const FACETS: [Field; 4] =
    [Field::Type, Field::Source, Field::Sensitivity, Field::State];

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let count = std::env::args().filter_map(|arg| arg.parse().ok()).next().unwrap_or(1_000_000);
    let folder = tempfile::tempdir()?;
    let splits = made(count, &Folder::open(folder.path())?)?;
    searched(&splits, "splits of a day, not yet merged")?;
    let merged = merged(&splits, count, &Folder::open(folder.path())?)?;
    searched(&[merged], "one split")?;
    bare::run(count)
}

/// A line of what was measured.
pub(crate) fn say(line: std::fmt::Arguments<'_>) {
    let _ = writeln!(std::io::stdout(), "{line}");
}

fn made(count: usize, folder: &Folder) -> Result<Vec<Split>, Box<dyn std::error::Error>> {
    let mut documents = findings(SEED, count).peekable();
    let (mut splits, mut bytes, mut took) = (Vec::new(), 0, 0.0);
    while documents.peek().is_some() {
        let some: Vec<_> = documents.by_ref().take(A_SPLIT).collect();
        let begun = Instant::now();
        let mut builder = Builder::new()?;
        for document in &some {
            builder.add(document)?;
        }
        let bundle = builder.finish()?;
        let name = format!("{:03}.split", splits.len());
        folder.put(&name, &mut |to| bundle.write(to))?;
        took += begun.elapsed().as_secs_f64();
        bytes += bundle.bytes();
        splits.push(Split::open(&name, folder.open(&name)?)?);
    }
    let (each, rate) = (bytes as f64 / count as f64, count as f64 / took);
    say(format_args!(
        "{count} findings into splits, durable: {rate:.0} a second, {each:.1} bytes each"
    ));
    Ok(splits)
}

fn merged(
    splits: &[Split],
    count: usize,
    folder: &Folder,
) -> Result<Split, Box<dyn std::error::Error>> {
    let begun = Instant::now();
    let none = Dead::none();
    let inputs: Vec<_> = splits.iter().map(|split| Input { split, dead: &none }).collect();
    let bundle = merge(&inputs, &Scratch::Memory)?;
    folder.put("merged.split", &mut |to| bundle.write(to))?;
    let rate = count as f64 / begun.elapsed().as_secs_f64();
    let each = bundle.bytes() as f64 / count as f64;
    say(format_args!("merged into one: {rate:.0} a second, {each:.1} bytes each"));
    for (name, bytes) in bundle.sizes() {
        say(format_args!("  {name}: {:.1} bytes each", bytes as f64 / count as f64));
    }
    let mut opened = Figures::default();
    for _ in 0..200 {
        let file = folder.open("merged.split")?;
        let begun = Instant::now();
        Split::open("merged.split", file)?;
        opened.add(begun.elapsed());
    }
    say(format_args!("opened from its footer of {} bytes: {opened}", bundle.footer_bytes()));
    Ok(Split::open("merged.split", folder.open("merged.split")?)?)
}

fn searched(splits: &[Split], what: &str) -> Result<(), Box<dyn std::error::Error>> {
    let none = Dead::none();
    let parts: Vec<_> = splits.iter().map(|split| Part::new(split.clone(), &none)).collect();
    let scope = Scope::tenant(TenantId::default_tenant());
    let mut requests = Vec::new();
    for text in QUERIES {
        requests.push(Request::new(scope.clone(), parse(text)?, PAGE));
    }
    for (request, text) in requests.iter().zip(QUERIES) {
        let figures =
            ask(std::slice::from_ref(request), 1, 10, |r| search_all(&parts, r).map(|a| a.count));
        let found = search_all(&parts, request)?.count;
        say(format_args!("  {what}, {text}: {found} found, {figures}"));
    }
    let figures = ask(&requests, 8, 20, |r| search_all(&parts, r).map(|a| a.count));
    say(format_args!("{what}: queries, 8 clients: {figures}"));
    let facets = FACETS.to_vec();
    let all = Request { facets, ..Request::new(scope, parse("*")?, PAGE) };
    for clients in [1, 8] {
        let one = std::slice::from_ref(&all);
        let figures = ask(one, clients, 20, |r| search_all(&parts, r).map(|a| a.count));
        say(format_args!("{what}: facets of all, {clients} clients: {figures}"));
    }
    Ok(())
}
