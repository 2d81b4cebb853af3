//! `trawl scan`: goes on with what was interrupted, or looks for what has changed, and lists all
//! live findings of the targets.

use std::io::Write;
use std::sync::Arc;

use tokio::time::timeout;
use trawl_actors::director::plan::Sums;
use trawl_actors::{Rulebook, ScanHandle};
use trawl_cluster_config::Settings;
use trawl_detect::Engine;
use trawl_model::scan::{Scan as Kept, ScanState};
use trawl_model::{Level, OfType, ScanId};

use super::{Ended, dry_run, ordering};
use crate::access::{Access, WITHOUT_QUERY};
use crate::answers::{Answers, FindingsQuery, Taker};
use crate::cli::{self, Global};
use crate::error::{Error, exit};
use crate::live::Live;
use crate::orders::{By, Orders};
use crate::output::{List, Target};
use crate::progress::{self, Progress, Standing};
use crate::reach::{Reached, reach};
use crate::records::scan::Pace;
use crate::records::{Finding, Scan, ShownRules};
use crate::remote::Remote;
use crate::results::TypePattern;
use crate::signals::{self, Stop};
use crate::start::Serving;
use crate::targets::{self, Named};
use crate::{audit, start, terminal};

pub(super) fn run(global: &Global, asked: &cli::Scan) -> Ended {
    let config = start::configure(layers(global, asked))?;
    let settings = &config.settings;
    let runtime = start::runtime()?;
    let targets = runtime.block_on(targets::of(&asked.targets, settings))?;
    if asked.dry_run {
        let page = usize::try_from(settings.range.list_page).unwrap_or(usize::MAX);
        return runtime.block_on(dry_run::run(&targets, &asked.out, page));
    }
    if asked.is_detached() {
        return runtime.block_on(detach(settings, asked, &targets));
    }
    let engine = Arc::new(start::engine(settings)?);
    let fail_on = fail_on(&asked.fail_on);
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

/// Orders the scans from the node that runs, and says which they are.
async fn detach(settings: &Settings, asked: &cli::Scan, targets: &[Named]) -> Ended {
    let remote = match reach(settings, start::kept).await {
        Ok(Reached::Node(remote)) => remote,
        Err(error @ Error::Store(_)) => return Err(error),
        Ok(Reached::Store(_)) | Err(_) => {
            let dir = settings.node.data_dir.display();
            return Err(Error::Usage(format!(
                "--detach: no node runs on {dir} that could go on with the scan; start one with \
                 `trawl up`, or leave --detach out"
            )));
        }
    };
    let ids = ordering::order(&remote, asked, max_size(settings, asked), targets).await?;
    let mut out = anstream::stdout().lock();
    for id in ids {
        writeln!(out, "{id}")?;
    }
    Ok(exit::DONE)
}

/// The largest object that is read, where the command line says one.
fn max_size(settings: &Settings, asked: &cli::Scan) -> Option<u64> {
    asked.max_size.as_ref().map(|_| settings.scan.max_object_bytes.get())
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

fn fail_on(words: &[String]) -> Vec<FailOn> {
    const LEVELS: [Level; 4] = [Level::Low, Level::Medium, Level::High, Level::Critical];
    let read = |word: &String| match LEVELS.into_iter().find(|level| level.name() == word) {
        Some(level) => FailOn::Level(level),
        None => FailOn::Type(TypePattern::read(word)),
    };
    words.iter().map(read).collect()
}

/// Whether a rule finds each of the types that are named: a slip would let everything pass.
fn check(words: &[String], fail_on: &[FailOn], types: &[String]) -> Result<(), Error> {
    for (word, on) in words.iter().zip(fail_on) {
        if let FailOn::Type(pattern) = on
            && !types.iter().any(|type_| pattern.takes(type_))
        {
            return Err(Error::Usage(format!(
                "--fail-on {word}: neither a level (low, medium, high, critical) nor a type that a \
                 rule finds; `trawl rules list --with-packs` names the types"
            )));
        }
    }
    Ok(())
}

impl FailOn {
    /// What somebody has settled is no reason to fail.
    fn matches(&self, finding: &Finding) -> bool {
        !finding.is_settled()
            && match self {
                Self::Level(level) => finding.sensitivity >= *level,
                Self::Type(pattern) => pattern.takes(&finding.type_id),
            }
    }
}

struct Work<'a> {
    settings: &'a Settings,
    asked: &'a cli::Scan,
    engine: Arc<Engine>,
    targets: Vec<Named>,
}

/// The types that an engine finds.
fn types_of(engine: &Engine) -> Vec<String> {
    engine.rules().list().iter().map(|rule| rule.type_id.to_string()).collect()
}

impl Work<'_> {
    fn check(&self, fail_on: &[FailOn], types: &[String]) -> Result<(), Error> {
        check(&self.asked.fail_on, fail_on, types)
    }

    async fn run(&self, target: Target, fail_on: &[FailOn]) -> Ended {
        let mut stop = signals::listen()?;
        let tenant = start::tenant(self.settings)?;
        let reached = tokio::select! {
            reached = reach(self.settings, start::store) => reached?,
            () = stop.wanted() => return Ok(exit::INTERRUPTED),
        };
        let db = match reached {
            Reached::Store(db) => db,
            Reached::Node(remote) => return self.order(remote, &mut stop, target, fail_on).await,
        };
        let rules = Rulebook::from(Arc::clone(&self.engine));
        let engine = rules.newest(&db, &tenant).await?;
        self.check(fail_on, &types_of(&engine))?;
        let keys = start::keys(self.settings, &db, &tenant).await?;
        let ownership = tokio::select! {
            ownership = start::claim(self.settings, &db) => ownership?,
            () = stop.wanted() => return Ok(exit::INTERRUPTED),
        };
        let serving = Serving { ownership: ownership.clone(), ..Serving::default() };
        let node = match start::node(self.settings, &db, keys, rules.clone(), serving).await {
            Ok(node) => node,
            Err(error) => {
                ownership.release().await;
                return Err(error);
            }
        };
        let live = Live::of(self.settings.clone());
        let answers = Answers::of(&db, &tenant, live.clone()).with_rules(rules);
        let orders = Orders::to(node.clone(), live);
        let scanned = tokio::select! {
            scanned = self.scan(&orders, &answers, &mut stop) => scanned,
            () = ownership.lost() => Err(trawl_actors::Error::Overtaken.into()),
        };
        let stopped = timeout(self.settings.node.stop_within.get(), node.stop()).await;
        if stopped.is_err() {
            tracing::warn!("not all could be kept in time; what was not is read again");
        }
        ownership.release().await;
        let Some(scans) = scanned? else {
            terminal::tell("stopped; the same command goes on where this one was");
            return Ok(exit::INTERRUPTED);
        };
        let ids: Vec<ScanId> = scans.iter().map(|scan| scan.id).collect();
        self.list(&Access::Here(Box::new(answers)), &ids, &stop, target, fail_on).await
    }

    /// The same where a node runs: its scans are ordered and watched.
    async fn order(
        &self,
        remote: Box<Remote>,
        stop: &mut Stop,
        target: Target,
        fail_on: &[FailOn],
    ) -> Ended {
        if self.check(fail_on, &types_of(&self.engine)).is_err() {
            // A pack of the node may find it.
            let types: ShownRules = remote.get("/api/v1/rules", &WITHOUT_QUERY).await?;
            let types: Vec<_> = types.rules.into_iter().map(|rule| rule.type_id).collect();
            self.check(fail_on, &types)?;
        }
        let max_size = max_size(self.settings, self.asked);
        let ids = ordering::order(&remote, self.asked, max_size, &self.targets).await?;
        if !ordering::watch(&remote, &ids, stop).await? {
            terminal::tell(
                "the scan goes on in the node that runs; `trawl scans` shows how far it is",
            );
            return Ok(exit::INTERRUPTED);
        }
        self.list(&Access::There(remote), &ids, stop, target, fail_on).await
    }

    /// Scans all targets at once. None where the user wants to stop.
    async fn scan(
        &self,
        orders: &Orders,
        answers: &Answers,
        stop: &mut Stop,
    ) -> Result<Option<Vec<Kept>>, Error> {
        let actor = audit::local_user();
        let by = By { actor: &actor, origin: None };
        let order = ordering::order_of(self.asked, max_size(self.settings, self.asked));
        let mut handles = Vec::new();
        for (_, connector) in &self.targets {
            let connector = orders.reads(connector, &order).await?;
            handles.push(orders.begin(answers, &by, connector, &order).await?);
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
        access: &Access,
        ids: &[ScanId],
        stop: &Stop,
        target: Target,
        fail_on: &[FailOn],
    ) -> Ended {
        let mut scans = Vec::with_capacity(ids.len());
        for id in ids {
            scans.push(access.scan(*id).await?);
        }
        let mut sources = access.all_sources().await?;
        sources.retain(|source| scans.iter().any(|scan| scan.source == source.id));
        let rules = || Ok(self.engine.rules().clone());
        let mut list = List::begin(self.asked.out.format, target, sources, rules)?;
        let mut listing = Listing { list: &mut list, fail_on, stop, matched: 0 };
        // In the order of the targets.
        for scan in &scans {
            let asked = FindingsQuery {
                source: Some(scan.source.clone()),
                state: Some(cli::StateFilter::Open),
                ..FindingsQuery::default()
            };
            access.each_finding(asked, &mut listing).await?;
        }
        let matched = listing.matched;
        if stop.is_wanted() {
            terminal::tell("stopped; what was found is kept, and `trawl findings` lists it");
            return Ok(exit::INTERRUPTED);
        }
        list.end(&scans)?;
        if let Some(code) = unfinished(&scans) {
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
    fail_on: &'a [FailOn],
    /// Who wants to stop is given no more.
    stop: &'a Stop,
    matched: u64,
}

impl Taker for Listing<'_> {
    fn counted(&mut self, by_type: &[OfType]) -> bool {
        self.stop.is_wanted() || self.fail_on.is_empty() && self.list.count(by_type)
    }

    fn take(&mut self, finding: Finding) -> Result<bool, Error> {
        self.matched += u64::from(self.fail_on.iter().any(|word| word.matches(&finding)));
        self.list.add(&finding).map(|()| !self.stop.is_wanted())
    }
}

async fn ends(handles: &[ScanHandle]) -> Result<Vec<Kept>, Error> {
    let mut scans = Vec::with_capacity(handles.len());
    for handle in handles {
        scans.push(handle.wait().await?);
    }
    Ok(scans)
}

async fn show(bar: &mut Progress, handles: &[ScanHandle]) {
    let mut standing = Standing::default();
    for handle in handles {
        standing.add(&match handle.progress().await {
            Some(progress) => at_work(&progress),
            None => ended(&handle.sums().await),
        });
    }
    bar.show(&standing);
}

fn at_work(progress: &trawl_actors::progress::Progress) -> Standing {
    let pace = Pace::of(progress);
    Standing {
        listed_objects: progress.listed_objects,
        listed_bytes: progress.listed_bytes,
        done_objects: progress.done_objects,
        done_bytes: progress.done_bytes,
        findings: progress.findings,
        is_listing: !progress.listing_ended,
        remaining_seconds: pace.and_then(|pace| pace.remaining_seconds),
    }
}

fn ended(sums: &Sums) -> Standing {
    let (done_objects, done_bytes) = trawl_actors::progress::done(sums);
    Standing {
        listed_objects: sums.listed_objects,
        listed_bytes: sums.listed_bytes,
        done_objects,
        done_bytes,
        findings: sums.counts.findings,
        is_listing: false,
        remaining_seconds: None,
    }
}

/// Says what did not come to its end, and gives the code for it.
fn unfinished(scans: &[Scan]) -> Option<u8> {
    let mut code = None;
    for scan in scans {
        let location = &scan.location;
        match scan.state {
            ScanState::Waiting => terminal::complain(&format!(
                "{location}: so much has vanished that nothing was closed; look whether the \
                 target is whole, then scan it again with --vanished close or --vanished keep"
            )),
            ScanState::Failed => {
                let why = scan.error.as_deref().unwrap_or("the scan failed");
                terminal::complain(&format!("{location}: {why}"));
            }
            ScanState::Paused => terminal::complain(&format!(
                "{location}: the scan was paused; `trawl scans resume {}` lets it go on",
                scan.id
            )),
            ScanState::Cancelled => {
                terminal::complain(&format!("{location}: the scan was cancelled"));
            }
            _ => continue,
        }
        code = Some(exit::FAILED);
    }
    code
}
