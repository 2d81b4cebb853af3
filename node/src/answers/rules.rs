//! Packs of rules: put, looked at, removed. What a pack says is tried with all that applies beside it
//! before anything of it is kept.

use std::sync::Arc;

use trawl_actors::rulebook::{self, PackRecord, Revision};
use trawl_detect::pack::{self, File};
use trawl_detect::{Engine, Pack, proof};
use trawl_storage::StoreError;
use trawl_storage::records::{PackRef, RulesHead};

use super::Answers;
use crate::audit::{self, Deed};
use crate::clock;
use crate::error::Error;
use crate::records::{CheckedRulePack, RulePack, RulePackFiles, RulePacks, ShownRule, ShownRules};

/// At most so many packs a tenant.
const MOST_PACKS: usize = 64;
/// So often a change is tried: others may change packs at the same time.
const TRIES: usize = 8;
/// So many examples that show something else are told.
const WRONG_TOLD: usize = 20;

/// A pack that is right beside the others.
struct Proven {
    head: RulesHead,
    checked: CheckedRulePack,
}

impl Answers {
    /// All rules that apply to scans which begin now.
    pub(crate) async fn rules(&self) -> Result<ShownRules, Error> {
        let engine = self.engine().await?;
        Ok(ShownRules { rules: engine.rules().list().iter().map(ShownRule::of).collect() })
    }

    /// The packs that apply to scans which begin now.
    pub(crate) async fn rule_packs(&self) -> Result<RulePacks, Error> {
        let head = rulebook::head(&self.db, self.tenant()).await?;
        let mut packs = Vec::with_capacity(head.packs.len());
        for of in &head.packs {
            packs.push(self.shown_pack(&of.name, of.version).await?);
        }
        Ok(RulePacks { revision: head.revision, packs })
    }

    /// A pack, as it applies or in a version that did.
    pub(crate) async fn rule_pack(
        &self,
        name: &str,
        version: Option<u32>,
    ) -> Result<RulePack, Error> {
        let of = self.pack_ref(name, version).await?;
        self.shown_pack(name, of.version).await
    }

    /// The files of a pack.
    pub(crate) async fn rule_pack_files(
        &self,
        name: &str,
        version: Option<u32>,
    ) -> Result<RulePackFiles, Error> {
        let of = self.pack_ref(name, version).await?;
        let files = rulebook::files(&self.db, self.tenant(), &of).await?;
        let files = files.into_iter().map(Into::into).collect();
        Ok(RulePackFiles { version: of.version, files })
    }

    /// Looks whether a pack is right beside all that applies. Nothing is kept.
    pub(crate) async fn check_rule_pack(
        &self,
        name: &str,
        files: Vec<File>,
    ) -> Result<CheckedRulePack, Error> {
        Ok(self.proven(name, &Arc::new(files)).await?.checked)
    }

    /// Puts a pack: it applies to scans that begin from now on. One that is as it was stays so.
    pub(crate) async fn put_rule_pack(
        &self,
        actor: &str,
        name: &str,
        files: Vec<File>,
    ) -> Result<RulePack, Error> {
        let (hash, files) = (pack::hash_of(&files), Arc::new(files));
        let mut kept = None;
        for _ in 0..TRIES {
            let Proven { head, checked } = self.proven(name, &files).await?;
            if let Some(same) = head.packs.iter().find(|of| of.name == name && of.hash == hash) {
                return self.shown_pack(name, same.version).await;
            }
            let files = match kept.take() {
                Some(files) => files,
                None => rulebook::keep_files(&self.db, self.tenant(), &files).await?,
            };
            kept = Some(files.clone());
            let mut after = head.clone();
            let version = next_version(&mut after, name);
            after.packs.retain(|of| of.name != name);
            after.packs.push(PackRef { name: name.to_owned(), version, hash });
            let (rules, at, by) = (checked.rules, clock::now(), actor.to_owned());
            let record = PackRecord { files, hash, rules, at, by };
            let detail = format!("version {version}, {rules} rules");
            let deed = Deed { actor, action: "rules-put", subject: name, detail: &detail };
            let put = Some((name.to_owned(), version, record));
            if self.change_packs(deed, &head, after, put).await? {
                return self.shown_pack(name, version).await;
            }
        }
        Err(StoreError::Unsettled { table: "rules" }.into())
    }

    /// Removes a pack: scans that begin from now on do without it.
    pub(crate) async fn remove_rule_pack(
        &self,
        actor: &str,
        name: &str,
    ) -> Result<RulePacks, Error> {
        for _ in 0..TRIES {
            let head = rulebook::head(&self.db, self.tenant()).await?;
            let of = head.packs.iter().find(|of| of.name == name).ok_or_else(|| no_pack(name))?;
            let detail = format!("version {}", of.version);
            let mut after = head.clone();
            after.packs.retain(|of| of.name != name);
            // What another pack says about rules of this one would be about nothing.
            self.with(&after.packs, None).await?;
            let deed = Deed { actor, action: "rules-remove", subject: name, detail: &detail };
            if self.change_packs(deed, &head, after, None).await? {
                return self.rule_packs().await;
            }
        }
        Err(StoreError::Unsettled { table: "rules" }.into())
    }

    async fn change_packs(
        &self,
        deed: Deed<'_>,
        before: &RulesHead,
        mut after: RulesHead,
        put: Option<(String, u32, PackRecord)>,
    ) -> Result<bool, Error> {
        after.revision += 1;
        after.packs.sort();
        let (at, by) = (clock::now(), deed.actor.to_owned());
        let revision = Revision { packs: after.packs.clone(), at, by };
        let (db, tenant) = (&self.db, self.tenant());
        let changed = async {
            match rulebook::change(db, tenant, before, after, put, revision).await? {
                true => Ok(()),
                false => Err(Error::Changed("the rules were changed meanwhile".to_owned())),
            }
        };
        match audit::carried_out(db, tenant, deed, changed).await {
            Err(Error::Changed(_)) => Ok(false),
            Err(error) => Err(error),
            Ok(()) => {
                // So that the next scan need not wait; if it fails, that scan says so.
                let _ = self.rulebook()?.newest(db, tenant).await;
                Ok(true)
            }
        }
    }

    /// Tries a pack with all that applies beside it, and runs its examples.
    async fn proven(&self, name: &str, files: &Arc<Vec<File>>) -> Result<Proven, Error> {
        let head = rulebook::head(&self.db, self.tenant()).await?;
        let mut others = head.packs.clone();
        others.retain(|of| of.name != name);
        if others.len() >= MOST_PACKS {
            return Err(Error::Usage(format!(
                "there are {MOST_PACKS} packs of rules, and no more are allowed; put the files of \
                 two into one"
            )));
        }
        let (engine, own) = self.with(&others, Some((name.to_owned(), Arc::clone(files)))).await?;
        let own = own.ok_or_else(|| Error::Fault("a pack that was not read".to_owned()))?;
        let checked = tokio::task::spawn_blocking(move || checked(&engine, &own)).await;
        let checked = checked.map_err(|error| Error::Fault(error.to_string()))??;
        Ok(Proven { head, checked })
    }

    /// The engine of packs that are kept, and of one that is not.
    async fn with(
        &self,
        kept: &[PackRef],
        own: Option<(String, Arc<Vec<File>>)>,
    ) -> Result<(Engine, Option<Pack>), Error> {
        let mut all = Vec::with_capacity(kept.len());
        for of in kept {
            all.push((of.name.clone(), rulebook::files(&self.db, self.tenant(), of).await?));
        }
        let base = Arc::clone(self.rulebook()?.base());
        let made = tokio::task::spawn_blocking(move || {
            let read = all.iter().map(|(name, files)| Pack::read(name, files));
            let mut packs = read.collect::<Result<Vec<_>, _>>()?;
            let own = own.map(|(name, files)| Pack::read(&name, &files)).transpose()?;
            packs.extend(own.clone());
            Ok::<_, trawl_detect::Error>((base.with_packs(&packs)?, own))
        });
        Ok(made.await.map_err(|error| Error::Fault(error.to_string()))??)
    }

    async fn pack_ref(&self, name: &str, version: Option<u32>) -> Result<PackRef, Error> {
        let Some(version) = version else {
            let head = rulebook::head(&self.db, self.tenant()).await?;
            let of = head.packs.into_iter().find(|of| of.name == name);
            return of.ok_or_else(|| no_pack(name));
        };
        let kept = rulebook::pack(&self.db, self.tenant(), name, version).await?;
        let of = |kept: PackRecord| PackRef { name: name.to_owned(), version, hash: kept.hash };
        kept.map(of)
            .ok_or_else(|| Error::Missing(format!("{name}: the pack has no version {version}")))
    }

    async fn shown_pack(&self, name: &str, version: u32) -> Result<RulePack, Error> {
        let kept = rulebook::pack(&self.db, self.tenant(), name, version).await?;
        let kept =
            kept.ok_or(trawl_actors::Error::Record("a pack of rules without its version"))?;
        Ok(RulePack::of(name, version, &kept))
    }
}

/// The error of a word that leads to no pack.
pub(crate) fn no_pack(name: &str) -> Error {
    Error::Missing(format!("{name}: no such pack; `trawl rules packs` lists those there are"))
}

/// The version that a pack has next: none is given twice, whatever was removed.
fn next_version(head: &mut RulesHead, name: &str) -> u32 {
    match head.given.iter_mut().find(|(given, _)| given == name) {
        Some((_, version)) => {
            *version += 1;
            *version
        }
        None => {
            head.given.push((name.to_owned(), 1));
            1
        }
    }
}

/// Runs the examples of a pack among all rules.
fn checked(engine: &Engine, own: &Pack) -> Result<CheckedRulePack, Error> {
    let rules = own.rules().map_or([].as_slice(), |rules| rules.list());
    let wrong = proof::wrong(engine, rules);
    if !wrong.is_empty() {
        let told = wrong.iter().take(WRONG_TOLD).map(|wrong| {
            let wanted = match wrong.wanted.as_str() {
                "" => "nothing of its type is to be found".to_owned(),
                wanted => format!("{wanted:?} is to be found"),
            };
            let found = wrong.found.iter().map(|(rule, sure, _)| format!("{rule} ({sure} %)"));
            let found: Vec<_> = found.collect();
            let found = if found.is_empty() { "nothing is".to_owned() } else { found.join(", ") };
            format!("\n  {}, example {}: {wanted}; found: {found}", wrong.rule, wrong.number)
        });
        let told: String = told.collect();
        return Err(Error::Examples(format!(
            "{}: {} examples show something else than they say:{told}",
            own.name(),
            wrong.len()
        )));
    }
    let count = |count: usize| u32::try_from(count).unwrap_or(u32::MAX);
    Ok(CheckedRulePack {
        rules: count(rules.len()),
        examples: count(rules.iter().map(|rule| rule.examples.len()).sum()),
        all_rules: count(engine.rules().list().len()),
    })
}
