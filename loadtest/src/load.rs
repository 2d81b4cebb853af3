//! What a node answers under load: small reads as fast as they go, while it scans; and how soon what
//! it has kept is found.

use std::io;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::node::{Answer, Connection, Node, Start};
use crate::scan::Subject;

/// How often it is looked how far a scan and the index are.
const LOOK: Duration = Duration::from_millis(20);

/// What is measured.
#[derive(Debug, Clone)]
pub struct Plan {
    /// Of which binary, on what, and where.
    pub subject: Subject,
    /// Connections that ask at once.
    pub connections: usize,
    /// How long they ask.
    pub seconds: u64,
    /// Whether the node scans meanwhile.
    pub scanning: bool,
}

/// What was measured.
#[derive(Debug, Default)]
pub struct Measured {
    /// Findings of the scan.
    pub findings: u64,
    /// From when it was kept until it was found: of each step of the scan that was seen.
    pub found_after: Vec<Duration>,
    /// What each read took.
    pub reads: Vec<Duration>,
    /// How long they were asked.
    pub asked_for: Duration,
    /// Answers that were no good ones.
    pub failed: u64,
    /// Scans that ended meanwhile.
    pub scans: u64,
}

/// The value below which so many of a hundred lie.
pub fn percentile(all: &mut [Duration], percent: usize) -> Duration {
    all.sort_unstable();
    let at = (all.len() * percent).div_ceil(100).saturating_sub(1);
    all.get(at).copied().unwrap_or_default()
}

/// Starts a node, scans, and asks it.
pub fn run(plan: &Plan) -> io::Result<Measured> {
    let Subject { trawl, before, work, .. } = &plan.subject;
    std::fs::create_dir_all(work)?;
    let node = Node::start(&Start {
        trawl: trawl.clone(),
        before: before.clone(),
        namespace: None,
        data: work.join("data"),
        log: work.join("node.jsonl"),
        arguments: Vec::new(),
    })?;
    let mut measured = Measured::default();
    let source = first_scan(plan, &node, &mut measured)?;
    let paths = small_reads(&mut node.connect()?, &source)?;
    ask(plan, &node, &source, &paths, &mut measured)?;
    node.stop()?;
    Ok(measured)
}

/// Scans once, and looks when what was kept is found.
fn first_scan(plan: &Plan, node: &Node, measured: &mut Measured) -> io::Result<String> {
    let mut connection = node.connect()?;
    let target = plan.subject.target.canonicalize()?;
    let order = json!({ "target": target });
    let ordered = connection.post("/api/v1/scans", &order)?;
    let (scan, source) = (text(&ordered, "id")?, text(&ordered, "source")?);
    let began = Instant::now();
    let mut kept: Vec<(u64, Instant)> = Vec::new();
    let mut next = 0;
    loop {
        let now = connection.get(&format!("/api/v1/scans/{scan}"))?;
        let at = Instant::now();
        let count = now["counts"]["findings"].as_u64().unwrap_or(0);
        if kept.last().is_none_or(|(before, _)| count > *before) {
            kept.push((count, at));
        }
        let found = connection.get("/api/v1/search?q=kind:finding&limit=1")?;
        let found = found["count"].as_u64().unwrap_or(0);
        while let Some((count, since)) = kept.get(next).filter(|(count, _)| *count <= found) {
            if *count > 0 {
                measured.found_after.push(since.elapsed());
            }
            next += 1;
        }
        let is_over = now["ended"].is_string();
        if is_over && next == kept.len() {
            measured.findings = count;
            return Ok(source);
        }
        if began.elapsed() > Duration::from_secs(1800) {
            return Err(io::Error::other("the scan has not ended in half an hour"));
        }
        std::thread::park_timeout(LOOK);
    }
}

/// Paths of small things.
fn small_reads(connection: &mut Connection, source: &str) -> io::Result<Vec<String>> {
    let mut paths = vec![format!("/api/v1/sources/{source}")];
    let scans = connection.get("/api/v1/scans?limit=1")?;
    let scan = scans["scans"][0]["id"].as_str().map(|id| format!("/api/v1/scans/{id}"));
    paths.extend(scan);
    let page = connection.get("/api/v1/findings?limit=200")?;
    let findings = page["findings"].as_array().map_or([].as_slice(), Vec::as_slice);
    paths.extend(
        findings.iter().filter_map(|of| Some(format!("/api/v1/findings/{}", of["id"].as_str()?))),
    );
    Ok(paths)
}

fn ask(
    plan: &Plan,
    node: &Node,
    source: &str,
    paths: &[String],
    measured: &mut Measured,
) -> io::Result<()> {
    let stop = AtomicBool::new(false);
    let all = Mutex::new(Vec::new());
    let failed = std::sync::atomic::AtomicU64::new(0);
    let connections: Vec<Connection> =
        (0..plan.connections).map(|_| node.connect()).collect::<io::Result<_>>()?;
    let mut orders = node.connect()?;
    let began = Instant::now();
    let scans = std::thread::scope(|scope| -> io::Result<u64> {
        for (n, mut connection) in connections.into_iter().enumerate() {
            let (stop, all, failed) = (&stop, &all, &failed);
            scope.spawn(move || {
                let mut took = Vec::new();
                for path in paths.iter().cycle().skip(n * 7) {
                    if stop.load(Ordering::Relaxed) {
                        break;
                    }
                    let asked = Instant::now();
                    match connection.exchange("GET", path, &[], "") {
                        Ok(Answer { status: 200, .. }) => took.push(asked.elapsed()),
                        Ok(_) => {
                            failed.fetch_add(1, Ordering::Relaxed);
                        }
                        Err(_) => {
                            failed.fetch_add(1, Ordering::Relaxed);
                            break;
                        }
                    }
                }
                if let Ok(mut all) = all.lock() {
                    all.extend(took);
                }
            });
        }
        let scans = scan_on(plan, &mut orders, source, began);
        stop.store(true, Ordering::Relaxed);
        scans
    });
    measured.asked_for = began.elapsed();
    measured.scans = scans?;
    measured.reads = all.into_inner().unwrap_or_default();
    measured.failed = failed.into_inner();
    Ok(())
}

/// Has the node scan all anew, again and again, until the time is over.
fn scan_on(
    plan: &Plan,
    connection: &mut Connection,
    source: &str,
    began: Instant,
) -> io::Result<u64> {
    let until = began + Duration::from_secs(plan.seconds);
    let mut ended = 0;
    while Instant::now() < until {
        if !plan.scanning {
            std::thread::park_timeout(LOOK);
            continue;
        }
        let order = json!({ "source": source, "full": true });
        let scan = text(&connection.post("/api/v1/scans", &order)?, "id")?;
        while Instant::now() < until {
            let now = connection.get(&format!("/api/v1/scans/{scan}"))?;
            if now["ended"].is_string() {
                ended += 1;
                break;
            }
            std::thread::park_timeout(LOOK);
        }
    }
    Ok(ended)
}

fn text(value: &Value, name: &str) -> io::Result<String> {
    let text = value[name].as_str().map(str::to_owned);
    text.ok_or_else(|| io::Error::other(format!("no {name} in {value}")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_percentile_is_one_of_the_values() {
        let mut all: Vec<_> = (1..=200).rev().map(Duration::from_millis).collect();
        assert_eq!(percentile(&mut all, 50), Duration::from_millis(100));
        assert_eq!(percentile(&mut all, 99), Duration::from_millis(198));
        assert_eq!(percentile(&mut [Duration::from_millis(3)], 99), Duration::from_millis(3));
        assert_eq!(percentile(&mut [], 99), Duration::ZERO);
    }
}
