//! The sources of a tenant, as people add, change and delete them.
//!
//! A source's id is a hash of its kind and location, so that one location is one source, whoever
//! names it. A name is claimed in the tenant's partition first, and is the source's once its head
//! says the same: a claim that a crash has left can be taken over.

use trawl_model::source::{CLOSED_DAYS_MAX, Profile, Source};
use trawl_model::{ObjectKey, SourceId, TenantId};
use trawl_storage::Db;
use trawl_storage::records::tenant::{TenantAt, TenantEntry, TenantKey, TenantRow};

use crate::crash;
use crate::director::record;
use crate::error::Error;
use crate::orders::Orders;

/// The longest name of a source, in characters.
const NAME_CHARS: usize = 64;
/// Labels of a source.
const LABELS: usize = 32;
/// The longest key and value of a label, in characters.
const LABEL_CHARS: usize = 256;
/// Globs of a source, and the longest, in characters.
const GLOBS: usize = 256;
const GLOB_CHARS: usize = 4_096;
/// Windows of a week in which a source may be read.
const WINDOWS: usize = 64;

/// The sources of a tenant.
#[derive(Debug, Clone)]
pub struct Catalogue {
    db: Db,
    tenant: TenantId,
}

/// What is added.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewSource {
    /// Its id: of its kind and location.
    pub id: SourceId,
    /// The connector that reads it.
    pub kind: String,
    /// Where it lies, as its connector writes it.
    pub location: Vec<u8>,
    /// What is said of it.
    pub profile: Profile,
}

impl Catalogue {
    /// That of a tenant.
    pub fn of(db: &Db, tenant: &TenantId) -> Self {
        Self { db: db.clone(), tenant: tenant.clone() }
    }

    /// All sources that are not deleted.
    pub async fn list(&self) -> Result<Vec<(SourceId, Source)>, Error> {
        let mut sources = self.orders().sources().await?;
        sources.retain(|(_, source)| !source.deleted);
        Ok(sources)
    }

    /// One source, deleted or not.
    pub async fn get(&self, id: SourceId) -> Result<Source, Error> {
        let at = record::source_at(&self.tenant, id);
        record::source(&self.db, &at).await?.map(|(_, head)| head).ok_or(Error::NoSource(id))
    }

    /// The source that a person means: by its name, its id or its location.
    pub async fn find(&self, word: &str) -> Result<(SourceId, Source), Error> {
        let unknown = || Error::Unknown(word.to_owned());
        // What can't be a name is not looked for: it may be longer than a key of the store.
        let by_name = if is_name(word) { self.named(word).await? } else { None };
        if let Some(id) = by_name.or_else(|| word.parse().ok())
            && let Ok(head) = self.get(id).await
            && !head.deleted
        {
            return Ok((id, head));
        }
        let wanted = word.trim_end_matches('/');
        let is = |source: &Source| {
            let location = ObjectKey::new(&source.location).revealed();
            location.trim_end_matches('/') == wanted
        };
        self.list().await?.into_iter().find(|(_, source)| is(source)).ok_or_else(unknown)
    }

    /// Whether a source can be added as things stand now.
    pub async fn takes(&self, new: &NewSource) -> Result<(), Error> {
        check(&new.profile)?;
        let at = record::source_at(&self.tenant, new.id);
        match record::source(&self.db, &at).await? {
            Some((_, known)) if known.deleted && !known.erased => {
                return Err(Error::BeingDeleted(new.id));
            }
            Some((_, known)) if !known.deleted && known.profile.name.is_some() => {
                return Err(Error::Known(known.profile.name.clone().unwrap_or_default()));
            }
            _ => {}
        }
        self.has_free(new.profile.name.as_deref(), new.id).await
    }

    /// Adds a source. One that was only ever scanned by its location is given its profile; one that
    /// was deleted, and of which nothing is left, begins anew.
    pub async fn add(&self, new: NewSource) -> Result<Source, Error> {
        self.takes(&new).await?;
        let at = record::source_at(&self.tenant, new.id);
        match record::source(&self.db, &at).await? {
            Some(_) => self.put(new.id, &new.profile, true).await,
            None => self.make(new).await,
        }
    }

    /// Makes a source with all that is said of it, or none: one without its hours and its selection
    /// would be another.
    async fn make(&self, new: NewSource) -> Result<Source, Error> {
        if let Some(name) = &new.profile.name {
            self.claim(name, new.id).await?;
        }
        let profile = Box::new(new.profile);
        let bare = Source::new(self.tenant.clone(), &new.kind, new.location);
        let made = Source { profile, ..bare };
        record::make_source(&self.db, &record::source_at(&self.tenant, new.id), made.clone())
            .await?;
        self.keep_name(new.id, made).await
    }

    /// Whether this can be said of a source as things stand now.
    pub async fn takes_change(&self, id: SourceId, profile: &Profile) -> Result<(), Error> {
        check(profile)?;
        if self.get(id).await?.deleted {
            return Err(Error::Deleted(id));
        }
        self.has_free(profile.name.as_deref(), id).await
    }

    /// Changes what is said of a source.
    pub async fn change(
        &self,
        id: SourceId,
        change: impl FnOnce(Profile) -> Profile,
    ) -> Result<Source, Error> {
        let head = self.get(id).await?;
        if head.deleted {
            return Err(Error::Deleted(id));
        }
        let former = head.profile.name.clone();
        let profile = change(*head.profile);
        check(&profile)?;
        let changed = self.put(id, &profile, false).await?;
        if let Some(former) = former.filter(|former| Some(former) != profile.name.as_ref()) {
            self.unclaim(former, id).await?;
        }
        Ok(changed)
    }

    /// A source that was deleted, and of which nothing is left, begins anew when it is scanned by its
    /// location.
    pub(crate) async fn revive(&self, id: SourceId) -> Result<(), Error> {
        let at = record::source_at(&self.tenant, id);
        match record::source(&self.db, &at).await? {
            Some((_, head)) if head.deleted && !head.erased => Err(Error::BeingDeleted(id)),
            Some((_, head)) if head.deleted => {
                self.put(id, &Profile::default(), true).await.map(|_| ())
            }
            _ => Ok(()),
        }
    }

    async fn put(&self, id: SourceId, profile: &Profile, anew: bool) -> Result<Source, Error> {
        if let Some(name) = &profile.name {
            self.claim(name, id).await?;
        }
        let at = record::source_at(&self.tenant, id);
        let put = record::change_source(&self.db, &at, |head| {
            let profile = Box::new(profile.clone());
            if !head.deleted {
                return Ok((Source { profile, ..head }, Vec::new()));
            }
            if !anew {
                return Err(Error::Deleted(id));
            }
            // Another layout, so that nothing that was ever put for the one before counts for it.
            let layout = head.layout.checked_add(1).ok_or(Error::Deleted(id))?;
            let begun = Source::new(head.tenant, &head.kind, head.location);
            let last_scan = head.last_scan;
            Ok((Source { layout, last_scan, profile, ..begun }, Vec::new()))
        })
        .await?;
        self.keep_name(id, put).await
    }

    /// A source that was written, unless another has its name now: of two that claimed it at once,
    /// whoever claimed it last has it.
    async fn keep_name(&self, id: SourceId, written: Source) -> Result<Source, Error> {
        match written.profile.name.clone() {
            Some(name) if self.named(&name).await? != Some(id) => {
                let nameless = |head: Source| {
                    let mut profile = head.profile.clone();
                    profile.name = None;
                    Ok((Source { profile, ..head }, Vec::new()))
                };
                let at = record::source_at(&self.tenant, id);
                record::change_source(&self.db, &at, nameless).await?;
                Err(Error::NameTaken(name))
            }
            _ => Ok(written),
        }
    }

    /// Says of a source that it is deleted: from now on nothing of it is live. All that belongs to it
    /// goes after that.
    pub async fn delete(&self, id: SourceId) -> Result<Source, Error> {
        let at = record::source_at(&self.tenant, id);
        let deleted = |head: Source| Ok((Source { deleted: true, ..head }, Vec::new()));
        let head = record::change_source(&self.db, &at, deleted).await?;
        crash::point("erase.marked");
        if let Some(name) = &head.profile.name {
            self.unclaim(name.clone(), id).await?;
        }
        Ok(head)
    }

    async fn named(&self, name: &str) -> Result<Option<SourceId>, Error> {
        let at = TenantAt { tenant: self.tenant.clone() };
        let row = self.db.get::<TenantRow>(&at, &TenantKey::Name(name.to_owned())).await?;
        Ok(row.and_then(|row| match row.entry {
            TenantEntry::Name(_, source) => Some(source),
            _ => None,
        }))
    }

    /// Whether no other source has this name.
    async fn has_free(&self, name: Option<&str>, id: SourceId) -> Result<(), Error> {
        let Some(name) = name else { return Ok(()) };
        self.is_free(name, self.named(name).await?, id).await
    }

    /// The same of a name that this one has claimed.
    async fn is_free(
        &self,
        name: &str,
        claimed: Option<SourceId>,
        id: SourceId,
    ) -> Result<(), Error> {
        if let Some(other) = claimed.filter(|other| *other != id)
            && let Ok(head) = self.get(other).await
            && !head.deleted
            && head.profile.name.as_deref() == Some(name)
        {
            return Err(Error::NameTaken(name.to_owned()));
        }
        Ok(())
    }

    async fn claim(&self, name: &str, id: SourceId) -> Result<(), Error> {
        let known = self.named(name).await?;
        self.is_free(name, known, id).await?;
        let entry = TenantEntry::Name(name.to_owned(), id);
        record::put_in_catalogue(&self.db, &self.tenant, entry, |now| match now {
            TenantEntry::Name(_, source) if Some(*source) == known => Ok(false),
            _ => Err(Error::NameTaken(name.to_owned())),
        })
        .await
    }

    async fn unclaim(&self, name: String, id: SourceId) -> Result<(), Error> {
        let entry = TenantEntry::Name(name, id);
        record::strike_from_catalogue(&self.db, &self.tenant, &entry).await
    }

    fn orders(&self) -> Orders {
        Orders::of(&self.db, &self.tenant)
    }
}

/// Whether a source may be called so.
fn is_name(name: &str) -> bool {
    let fits = !name.is_empty() && name.chars().count() <= NAME_CHARS;
    let plain = name.chars().all(|c| c.is_alphanumeric() || "-_. ".contains(c));
    fits && plain && name.trim() == name
}

/// Whether a profile is within its bounds.
fn check(profile: &Profile) -> Result<(), Error> {
    let wrong = |what: &str| Err(Error::Profile(what.to_owned()));
    if profile.name.as_ref().is_some_and(|name| !is_name(name)) {
        return wrong("a name has 1 to 64 letters, digits, spaces, dots, - and _");
    }
    let labels = &profile.labels;
    let short = |word: &String| word.chars().count() <= LABEL_CHARS;
    if labels.len() > LABELS || !labels.iter().all(|(key, value)| short(key) && short(value)) {
        return wrong("a source has at most 32 labels, of at most 256 characters each");
    }
    if labels.windows(2).any(|pair| pair[0].0 >= pair[1].0) {
        return wrong("labels are sorted by their keys, and no two share one");
    }
    if let Some(selection) = &profile.selection {
        let globs = || selection.include.iter().chain(&selection.exclude);
        if globs().count() > GLOBS || globs().any(|glob| glob.chars().count() > GLOB_CHARS) {
            return wrong("a source has at most 256 globs, of at most 4096 characters each");
        }
    }
    let limits = profile.limits;
    if limits.bytes_per_second == Some(0) || limits.objects_per_second == Some(0) {
        return wrong("a rate of nothing would never end; pause the source's scans instead");
    }
    if profile.closed_days.is_some_and(|days| days > CLOSED_DAYS_MAX) {
        return Err(Error::Profile(format!(
            "findings of what has vanished are kept for at most {CLOSED_DAYS_MAX} days"
        )));
    }
    match &profile.hours {
        Some(hours) if hours.windows.is_empty() || hours.windows.len() > WINDOWS => {
            wrong("allowed hours have 1 to 64 windows")
        }
        Some(hours) => crate::schedule::hours::check(hours),
        None => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use trawl_storage::Limits;
    use trawl_storage::keys::{RootKey, open_tenant};
    use trawl_storage::memory::MemoryStore;

    async fn catalogue() -> Catalogue {
        let db = Db::new(MemoryStore::new(Limits::default()));
        let tenant = TenantId::default_tenant();
        open_tenant(&db, &RootKey::from_bytes([1; 32]), &tenant).await.unwrap();
        Catalogue::of(&db, &tenant)
    }

    fn named(n: u8, name: &str) -> NewSource {
        let profile = Profile { name: Some(name.to_owned()), ..Profile::default() };
        let location = format!("/srv/{n}").into_bytes();
        NewSource { id: SourceId::from_bytes([n; 8]), kind: "files".into(), location, profile }
    }

    #[tokio::test]
    async fn a_source_is_found_by_name_id_and_location_as_long_as_it_is_there() {
        let catalogue = catalogue().await;
        let new = named(1, "hr share");
        catalogue.add(new.clone()).await.unwrap();
        for word in ["hr share", &new.id.to_string(), "/srv/1", "/srv/1/"] {
            assert_eq!(catalogue.find(word).await.unwrap().0, new.id, "{word}");
        }
        assert!(matches!(catalogue.find("/srv").await, Err(Error::Unknown(_))));
        catalogue.delete(new.id).await.unwrap();
        assert!(matches!(catalogue.find("hr share").await, Err(Error::Unknown(_))));
        assert!(catalogue.list().await.unwrap().is_empty());
        assert!(matches!(catalogue.add(new).await, Err(Error::BeingDeleted(_))));
    }

    #[tokio::test]
    async fn no_two_sources_share_a_name() {
        let catalogue = catalogue().await;
        catalogue.add(named(1, "one")).await.unwrap();
        assert!(matches!(catalogue.add(named(2, "one")).await, Err(Error::NameTaken(_))));
        assert_eq!(catalogue.list().await.unwrap().len(), 1, "what was refused is not there");
        assert!(matches!(catalogue.add(named(1, "other")).await, Err(Error::Known(_))));
        let id = SourceId::from_bytes([1; 8]);
        let renamed = |profile| Profile { name: Some("first".into()), ..profile };
        catalogue.change(id, renamed).await.unwrap();
        catalogue.add(named(3, "one")).await.unwrap();
        assert_eq!(catalogue.find("first").await.unwrap().0, id);
        assert_eq!(catalogue.find("one").await.unwrap().0, SourceId::from_bytes([3; 8]));
    }

    #[tokio::test]
    async fn what_is_deleted_and_erased_begins_anew_in_another_layout() {
        let catalogue = catalogue().await;
        let new = named(1, "one");
        catalogue.add(new.clone()).await.unwrap();
        catalogue.delete(new.id).await.unwrap();
        let at = record::source_at(&catalogue.tenant, new.id);
        let erased = |head: Source| Ok((Source { erased: true, ..head }, Vec::new()));
        record::change_source(&catalogue.db, &at, erased).await.unwrap();
        let again = catalogue.add(new).await.unwrap();
        assert_eq!((again.deleted, again.erased, again.layout), (false, false, 1));
    }

    #[test]
    fn a_profile_that_is_out_of_bounds_is_refused_with_what_would_do() {
        let wrong = [
            Profile { name: Some("a/b".into()), ..Profile::default() },
            Profile { name: Some(String::new()), ..Profile::default() },
            Profile { name: Some("x".repeat(65)), ..Profile::default() },
            Profile {
                labels: vec![("b".into(), String::new()), ("a".into(), String::new())],
                ..Profile::default()
            },
            Profile { closed_days: Some(36_501), ..Profile::default() },
            Profile { closed_days: Some(999_999_999), ..Profile::default() },
        ];
        let kept_long = Profile { closed_days: Some(36_500), ..Profile::default() };
        assert!(check(&kept_long).is_ok());
        for profile in wrong {
            assert!(matches!(check(&profile), Err(Error::Profile(_))), "{profile:?}");
        }
    }
}
