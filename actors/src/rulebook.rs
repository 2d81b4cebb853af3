//! The rules that apply: those of the node, and beside them the packs of its tenant, which change while
//! it runs. A scan keeps to the rules with which it began, on whichever node it is read.

use std::sync::{Arc, Weak};
use std::time::Duration;

use parking_lot::Mutex;
use tokio::time::Instant;
use trawl_detect::pack::{File, OVERRIDES, can_judge_again, hash_of};
use trawl_detect::{Engine, Pack};
use trawl_model::id::RuleSetId;
use trawl_model::{Finding, TenantId};
use trawl_storage::records::{
    PackRef, RuleTextAt, RuleTextKey, RuleTextRow, RulesAt, RulesEntry, RulesHead, RulesKey,
    RulesRow, TEXT_BYTES,
};
use trawl_storage::{Commit, Db, Span, StoreError, WriteId, settle};

use crate::error::Error;

pub use trawl_storage::records::{Pack as PackRecord, PackFile, Revision};

/// A scan that began under rules of so many changes ago goes on with them; of more, it begins anew.
const REVISIONS: usize = 64;
/// Of so many changes before it is looked whether what was found then need only be judged again.
const AKIN: usize = 16;
/// What a record of a pack names is not there.
const GONE: Error = Error::Record("a pack of rules without its files");
/// Stretches of a file that are put at once: a megabyte.
const TEXTS_AT_ONCE: usize = 4;
/// No file has more stretches: the bound on a file beside a rule, and more.
const MOST_TEXTS: usize = (1 << 30) / TEXT_BYTES;

/// So long a rule that is not at hand is not looked for again.
const LOOK_AGAIN: Duration = Duration::from_secs(1);

/// What applied at one time, the newest or one before.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Known {
    /// The packs.
    pub packs: Vec<PackRef>,
    /// The id of the engine.
    pub engine: RuleSetId,
}

/// The rules of a node and of its tenant. Cheap to clone.
#[derive(Clone)]
pub struct Rulebook(Arc<Inner>);

struct Inner {
    base: Arc<Engine>,
    made: Mutex<Made>,
    /// One engine is made at a time: it takes memory and a core.
    making: tokio::sync::Mutex<()>,
    /// When it was last looked for a rule that was not at hand.
    looked: Mutex<Option<Instant>>,
}

struct Made {
    /// The newest that is known here.
    newest: Arc<Engine>,
    /// Those that a scan still works with.
    others: Vec<Weak<Engine>>,
}

impl From<Arc<Engine>> for Rulebook {
    fn from(base: Arc<Engine>) -> Self {
        let made = Made { newest: Arc::clone(&base), others: Vec::new() };
        let (made, making, looked) = (Mutex::new(made), Default::default(), Mutex::default());
        Self(Arc::new(Inner { base, made, making, looked }))
    }
}

impl Rulebook {
    /// The rules without any pack.
    pub fn base(&self) -> &Arc<Engine> {
        &self.0.base
    }

    /// The newest rules, as far as they are known here.
    pub fn at_hand(&self) -> Arc<Engine> {
        Arc::clone(&self.0.made.lock().newest)
    }

    /// The newest rules.
    pub async fn newest(&self, db: &Db, tenant: &TenantId) -> Result<Arc<Engine>, Error> {
        let head = head(db, tenant).await?;
        let known = self.known_of(head.packs);
        let engine = self.engine(db, tenant, &known).await?;
        self.0.made.lock().newest = Arc::clone(&engine);
        Ok(engine)
    }

    /// What applied, the newest first.
    pub async fn known(&self, db: &Db, tenant: &TenantId) -> Result<Vec<Known>, Error> {
        let head = head(db, tenant).await?;
        let mut known = vec![self.known_of(head.packs)];
        if head.revision > 0 {
            let at = RulesAt { tenant: tenant.clone() };
            let rows = db.collect::<RulesRow>(&at, RulesKey::revisions(), REVISIONS).await?;
            known.extend(rows.into_iter().filter_map(|row| match row.entry {
                RulesEntry::Revision(_, revision) => Some(self.known_of(revision.packs)),
                _ => None,
            }));
            // Before the first change.
            known.push(self.known_of(Vec::new()));
        }
        Ok(known)
    }

    /// The newest rules that are at hand. Where they lack a rule of these findings it is looked once more,
    /// though not for each of them: a pack may be gone, and its findings still be there.
    pub(crate) async fn for_findings(
        &self,
        db: &Db,
        tenant: &TenantId,
        findings: &[Finding],
    ) -> Arc<Engine> {
        let at_hand = self.at_hand();
        let is_there = |finding: &Finding| at_hand.rules().by_id(&finding.rule.id).is_some();
        if findings.iter().all(is_there) || !self.may_look() {
            return at_hand;
        }
        match self.newest(db, tenant).await {
            Ok(engine) => engine,
            Err(error) => {
                tracing::warn!(%error, "rules of the tenant are left out");
                at_hand
            }
        }
    }

    fn may_look(&self) -> bool {
        let (mut looked, now) = (self.0.looked.lock(), Instant::now());
        let may = looked.is_none_or(|looked| now.duration_since(looked) >= LOOK_AGAIN);
        if may {
            *looked = Some(now);
        }
        may
    }

    /// The engine of rules that applied.
    pub async fn engine(
        &self,
        db: &Db,
        tenant: &TenantId,
        known: &Known,
    ) -> Result<Arc<Engine>, Error> {
        if let Some(engine) = self.made(known.engine) {
            return Ok(engine);
        }
        let _one = self.0.making.lock().await;
        if let Some(engine) = self.made(known.engine) {
            return Ok(engine);
        }
        let mut packs = Vec::with_capacity(known.packs.len());
        for pack in &known.packs {
            packs.push((pack.name.clone(), files(db, tenant, pack).await?));
        }
        let base = Arc::clone(&self.0.base);
        let made = tokio::task::spawn_blocking(move || with(&base, &packs));
        let engine = made.await.map_err(|error| Error::Failed(error.to_string()))?;
        let engine = Arc::new(engine.map_err(Error::Rules)?);
        let mut made = self.0.made.lock();
        made.others.retain(|other| other.strong_count() > 0);
        made.others.push(Arc::downgrade(&engine));
        Ok(engine)
    }

    /// Of what applied lately, that which finds no more than the one at `at`: whatever was found by it need
    /// only be judged again.
    pub(crate) async fn akin(
        &self,
        db: &Db,
        tenant: &TenantId,
        known: &[Known],
        at: usize,
    ) -> Result<Vec<RuleSetId>, Error> {
        let mut akin = Vec::new();
        let Some(own) = known.get(at) else { return Ok(akin) };
        let said = said(db, tenant, own).await?;
        for other in known.iter().take(AKIN) {
            if other.engine == own.engine || akin.contains(&other.engine) {
                continue;
            }
            let before = self::said(db, tenant, other).await?;
            if before.files == said.files && can_judge_again(&before.texts(), &said.texts()) {
                akin.push(other.engine);
            }
        }
        Ok(akin)
    }

    fn made(&self, id: RuleSetId) -> Option<Arc<Engine>> {
        if self.0.base.id() == id {
            return Some(Arc::clone(&self.0.base));
        }
        let made = self.0.made.lock();
        let others = made.others.iter().filter_map(Weak::upgrade);
        others.chain([Arc::clone(&made.newest)]).find(|engine| engine.id() == id)
    }

    fn known_of(&self, packs: Vec<PackRef>) -> Known {
        let hashes: Vec<_> = packs.iter().map(|pack| pack.hash).collect();
        Known { packs, engine: self.0.base.id_with_packs(&hashes) }
    }
}

/// What packs are made of: files that find something, and what is said about rules.
struct Said {
    /// Pack, name and hash of each that finds something.
    files: Vec<(String, String, [u8; 32])>,
    overrides: Vec<Vec<u8>>,
}

impl Said {
    fn texts(&self) -> Vec<&[u8]> {
        self.overrides.iter().map(Vec::as_slice).collect()
    }
}

async fn said(db: &Db, tenant: &TenantId, known: &Known) -> Result<Said, Error> {
    let mut said = Said { files: Vec::new(), overrides: Vec::new() };
    for of in &known.packs {
        let pack = pack(db, tenant, &of.name, of.version).await?.ok_or(GONE)?;
        for file in pack.files {
            if file.name == OVERRIDES {
                said.overrides.push(content(db, tenant, &file).await?);
            } else {
                said.files.push((of.name.clone(), file.name, file.hash));
            }
        }
    }
    Ok(said)
}

/// An engine of rules and of the packs of these files.
fn with(base: &Engine, packs: &[(String, Vec<File>)]) -> Result<Engine, trawl_detect::Error> {
    let packs = packs.iter().map(|(name, files)| Pack::read(name, files));
    base.with_packs(&packs.collect::<Result<Vec<_>, _>>()?)
}

/// What applies now.
pub async fn head(db: &Db, tenant: &TenantId) -> Result<RulesHead, StoreError> {
    let at = RulesAt { tenant: tenant.clone() };
    let row = db.get::<RulesRow>(&at, &RulesKey::Head).await?;
    Ok(match row.map(|row| row.entry) {
        Some(RulesEntry::Head(head)) => head,
        _ => RulesHead::default(),
    })
}

/// A version of a pack, as it is kept.
pub async fn pack(
    db: &Db,
    tenant: &TenantId,
    name: &str,
    version: u32,
) -> Result<Option<PackRecord>, StoreError> {
    let (at, key) = (RulesAt { tenant: tenant.clone() }, RulesKey::of_pack(name, version));
    let row = db.get::<RulesRow>(&at, &key).await?;
    Ok(row.and_then(|row| match row.entry {
        RulesEntry::Pack(_, _, pack) => Some(pack),
        _ => None,
    }))
}

/// The files of a version of a pack.
pub async fn files(db: &Db, tenant: &TenantId, of: &PackRef) -> Result<Vec<File>, Error> {
    let pack = pack(db, tenant, &of.name, of.version).await?.ok_or(GONE)?;
    let mut files = Vec::with_capacity(pack.files.len());
    for file in pack.files {
        let content = content(db, tenant, &file).await?;
        files.push(File { name: file.name, content });
    }
    if hash_of(&files) != of.hash {
        return Err(GONE);
    }
    Ok(files)
}

async fn content(db: &Db, tenant: &TenantId, file: &PackFile) -> Result<Vec<u8>, Error> {
    let at = RuleTextAt::of(tenant.clone(), &file.hash);
    let rows = db.collect::<RuleTextRow>(&at, Span::all(), MOST_TEXTS).await?;
    let content: Vec<u8> = rows.into_iter().flat_map(|row| row.text).collect();
    if content.len() as u64 == file.bytes { Ok(content) } else { Err(GONE) }
}

/// Keeps the files of a pack; what is there already is written as it was. They count for nothing before a
/// [`change`] names them.
pub async fn keep_files(
    db: &Db,
    tenant: &TenantId,
    files: &[File],
) -> Result<Vec<PackFile>, StoreError> {
    let mut kept = Vec::with_capacity(files.len());
    for file in files {
        let hash = file.hash();
        let at = RuleTextAt::of(tenant.clone(), &hash);
        let bytes = file.content.len() as u64;
        kept.push(PackFile { name: file.name.clone(), bytes, hash });
        let mut number = 0;
        for texts in file.content.chunks(TEXT_BYTES * TEXTS_AT_ONCE) {
            let mut rows = Vec::with_capacity(TEXTS_AT_ONCE);
            for text in texts.chunks(TEXT_BYTES) {
                let key = RuleTextKey { number };
                rows.push(RuleTextRow { at: at.clone(), key, text: text.to_vec() });
                number += 1;
            }
            db.put(rows).await?;
        }
    }
    kept.sort_by(|a, b| a.name.cmp(&b.name));
    Ok(kept)
}

/// Changes which packs apply, if they are still those of `before`. Whoever changed them meanwhile has to be
/// looked at first: what fits one set of packs need not fit another.
pub async fn change(
    db: &Db,
    tenant: &TenantId,
    before: &RulesHead,
    after: RulesHead,
    put: Option<(String, u32, PackRecord)>,
    revision: Revision,
) -> Result<bool, StoreError> {
    let at = RulesAt { tenant: tenant.clone() };
    let expected = db.fence::<RulesRow>(&at).await?;
    if head(db, tenant).await? != *before {
        return Ok(false);
    }
    let row = |entry| RulesRow { at: at.clone(), entry };
    let number = after.revision;
    let mut commit = Commit::new(at.clone(), expected, WriteId::random()?)
        .put(row(RulesEntry::Head(after)))
        .put(row(RulesEntry::Revision(number, revision)));
    if let Some((name, version, pack)) = put {
        commit = commit.put(row(RulesEntry::Pack(name, version, pack)));
    }
    settle(db, &commit).await
}
