//! `trawl scan`: goes on with what was interrupted, or looks for what has changed, and lists all
//! live findings of the targets.

use std::sync::Arc;

use tokio::time::timeout;
use trawl_actors::{Node, ScanHandle, SystemClock, Target as Source, Vanished};
use trawl_cluster_config::Settings;
use trawl_detect::Engine;
use trawl_model::scan::{Scan, ScanState};
use trawl_model::{IdKey, Level, NodeId, OfType, State, TokenKey};
use trawl_storage::Db;

use super::{Ended, dry_run};
use crate::cli::{self, Global};
use crate::error::{Error, exit};
use crate::output::{Common, List, Target};
use crate::progress::{self, Progress, Standing};
use crate::results::{Ask, Listener, Live, Origin, Results, TypePattern};
use crate::signals::{self, Stop};
use crate::targets::{self, Named};
use crate::{settings, start, terminal};

pub(super) fn run(global: &Global, asked: &cli::Scan) -> Ended {
    let config = start::configure(layers(global, asked))?;
    let settings = &config.settings;
    let runtime = start::runtime()?;
    let targets = runtime.block_on(targets::of(&asked.targets, settings))?;
    if asked.dry_run {
        let page = usize::try_from(settings.range.list_page).unwrap_or(usize::MAX);
        return runtime.block_on(dry_run::run(&targets, &asked.out, page));
    }
    let engine = Arc::new(start::engine(settings)?);
    let fail_on = fail_on(&asked.fail_on, &engine)?;
    // Before anything is read: a place that can't be written to is known at once.
    let target = Target::of(asked.out.out.as_deref(), asked.out.format.is_styled())?;
    let ended = runtime.block_on(async {
        let work = Work { settings, asked, engine, targets };
        work.run(target, &fail_on).await
    });
    // What hangs in a read of the system must not keep the process.
    runtime.shutdown_background();
    ended
}

fn layers(global: &Global, asked: &cli::Scan) -> trawl_cluster_config::Layers {
    let mut layers = global.layers();
    for glob in &asked.include {
        layers = layers.flag("--include", "scan.include", glob);
    }
    for glob in &asked.exclude {
        layers = layers.flag("--exclude", "scan.exclude", glob);
    }
    if let Some(size) = &asked.max_size {
        layers = layers.flag("--max-size", "scan.max_object_bytes", size);
    }
    layers
}

/// What `--fail-on` asks for.
enum FailOn {
    Level(Level),
    Type(TypePattern),
}

fn fail_on(words: &[String], engine: &Engine) -> Result<Vec<FailOn>, Error> {
    const LEVELS: [Level; 4] = [Level::Low, Level::Medium, Level::High, Level::Critical];
    let read = |word: &String| {
        if let Some(level) = LEVELS.into_iter().find(|level| level.name() == word) {
            return Ok(FailOn::Level(level));
        }
        let pattern = TypePattern::read(word);
        if engine.rules().list().iter().any(|rule| pattern.takes(rule.type_id.as_str())) {
            return Ok(FailOn::Type(pattern));
        }
        Err(Error::Usage(format!(
            "--fail-on {word}: neither a level (low, medium, high, critical) nor a type that a \
             rule finds; `trawl rules list` names the types"
        )))
    };
    words.iter().map(read).collect()
}

impl FailOn {
    /// What somebody has settled is no reason to fail.
    fn matches(&self, live: &Live) -> bool {
        !live.is_settled()
            && match self {
                Self::Level(level) => live.finding.sensitivity >= *level,
                Self::Type(pattern) => pattern.takes(live.finding.type_id.as_str()),
            }
    }
}

struct Work<'a> {
    settings: &'a Settings,
    asked: &'a cli::Scan,
    engine: Arc<Engine>,
    targets: Vec<Named>,
}

impl Work<'_> {
    async fn run(&self, target: Target, fail_on: &[FailOn]) -> Ended {
        let mut stop = signals::listen()?;
        let tenant = start::tenant(self.settings)?;
        let db = start::store(self.settings)?;
        let keys = start::keys(self.settings, &db, &tenant).await?;
        let node = self.node(&db, keys).await?;
        let scanned = self.scan(&node, &mut stop).await;
        let stopped = timeout(self.settings.node.stop_within.get(), node.stop()).await;
        if stopped.is_err() {
            tracing::warn!("not all could be kept in time; what was not is read again");
        }
        let Some(scans) = scanned? else {
            terminal::tell("stopped; the same command goes on where this one was");
            return Ok(exit::INTERRUPTED);
        };
        self.list(&Results::of(&db, &tenant), scans, target, fail_on).await
    }

    async fn node(&self, db: &Db, keys: (IdKey, TokenKey)) -> Result<Node, Error> {
        // Of the data directory, and as long as it lasts.
        let id = NodeId::from_bytes(keys.0.hash("node").take());
        let mut options = settings::node(self.settings, start::tenant(self.settings)?, id);
        options.trace = Some(Arc::new(start::trace(self.settings)?));
        let (engine, clock) = (Arc::clone(&self.engine), Arc::new(SystemClock::new()));
        Ok(Node::start(options, db.clone(), keys, engine, clock).await?)
    }

    /// Scans all targets at once. None where the user wants to stop.
    async fn scan(&self, node: &Node, stop: &mut Stop) -> Result<Option<Vec<Scan>>, Error> {
        let mut handles = Vec::new();
        for (_, connector) in &self.targets {
            let target = Source {
                connector: Arc::clone(connector),
                settings: Vec::new(),
                vanished: self.asked.vanished.map(|answer| match answer {
                    cli::Vanished::Close => Vanished::Close,
                    cli::Vanished::Keep => Vanished::Keep,
                }),
                full: self.asked.full,
            };
            handles.push(node.scan(target).await?);
        }
        let mut progress = Progress::start();
        let mut all = std::pin::pin!(ends(&handles));
        loop {
            tokio::select! {
                scans = &mut all => return scans.map(Some),
                () = stop.wanted() => return Ok(None),
                () = tokio::time::sleep(progress::LOOK) => show(&mut progress, &handles).await,
            }
        }
    }

    async fn list(
        &self,
        results: &Results,
        scans: Vec<Scan>,
        target: Target,
        fail_on: &[FailOn],
    ) -> Ended {
        let mut ended: Vec<(Arc<Origin>, Scan)> = Vec::new();
        for scan in scans {
            if let Some(origin) = results.source(scan.source).await? {
                ended.push((origin, scan));
            }
        }
        let common = Common {
            tenant: results.tenant().clone(),
            origins: ended.iter().map(|(origin, _)| Arc::clone(origin)).collect(),
            rules: self.engine.rules().clone(),
        };
        let mut list = List::begin(self.asked.out.format, target, common)?;
        let ask = Ask { state: Some(State::Open), ..Ask::default() };
        let mut matched = 0_u64;
        for (origin, _) in &ended {
            let mut listing = Listing { list: &mut list, origin, fail_on, matched: &mut matched };
            results.findings(origin, &ask, &mut listing).await?;
        }
        list.end(&ended)?;
        if let Some(code) = unfinished(&ended) {
            return Ok(code);
        }
        if matched == 0 {
            return Ok(exit::DONE);
        }
        let count = terminal::number(matched);
        terminal::tell(&format!("--fail-on matches {count} findings"));
        Ok(exit::MATCHED)
    }
}

/// Lists findings, and looks which of them are a reason to fail.
struct Listing<'a> {
    list: &'a mut List,
    origin: &'a Origin,
    fail_on: &'a [FailOn],
    matched: &'a mut u64,
}

impl Listener for Listing<'_> {
    fn counted(&mut self, by_type: &[OfType]) -> bool {
        self.fail_on.is_empty() && self.list.count(by_type)
    }

    fn finding(&mut self, live: Live) -> Result<bool, Error> {
        *self.matched += u64::from(self.fail_on.iter().any(|word| word.matches(&live)));
        self.list.add(self.origin, &live).map(|()| true)
    }
}

async fn ends(handles: &[ScanHandle]) -> Result<Vec<Scan>, Error> {
    let mut scans = Vec::with_capacity(handles.len());
    for handle in handles {
        scans.push(handle.wait().await?);
    }
    Ok(scans)
}

async fn show(progress: &mut Progress, handles: &[ScanHandle]) {
    let mut coverage = trawl_model::Coverage::new();
    let (mut objects, mut bytes, mut findings) = (0, 0_u64, 0);
    for handle in handles {
        let sums = handle.sums().await;
        coverage += &sums.coverage;
        objects += sums.listed_objects;
        bytes = bytes.saturating_add(sums.listed_bytes);
        findings += sums.counts.findings;
    }
    progress.show(&Standing {
        coverage: &coverage,
        listed_objects: objects,
        listed_bytes: bytes,
        findings,
    });
}

/// Says what did not come to its end, and gives the code for it.
fn unfinished(ended: &[(Arc<Origin>, Scan)]) -> Option<u8> {
    let mut code = None;
    for (origin, scan) in ended {
        let location = origin.location();
        match scan.state {
            ScanState::Waiting => terminal::complain(&format!(
                "{location}: so much has vanished that nothing was closed; look whether the \
                 target is whole, then scan it again with --vanished close or --vanished keep"
            )),
            ScanState::Failed => {
                let why = scan.error.as_deref().unwrap_or("the scan failed");
                terminal::complain(&format!("{location}: {why}"));
            }
            _ => continue,
        }
        code = Some(exit::FAILED);
    }
    code
}
