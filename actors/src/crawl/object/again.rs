//! An object that has not changed, and was read by the same rules of which only something else was said: what
//! was found in it is judged again, and its content is not read.

use trawl_model::{Fingerprint, Object};
use trawl_sources::sink::Stopped;
use trawl_storage::StoreError;
use trawl_storage::findings::{self, Layout};
use trawl_storage::records::{RangeAt, RangeEntry, RangeKey, RangeRow};

use super::Reader;
use super::ahead::Open;
use crate::classify::{Found, path_in, path_of};
use crate::message::{Due, Finished, Outcome};

impl Reader<'_, '_> {
    /// Judges again what was found in an object, if that is enough; false where it is to be read.
    pub(super) fn judged_again(
        &mut self,
        due: &Due,
        fingerprint: &Fingerprint,
    ) -> Result<bool, Stopped> {
        // A suspect is named before it is read, and few are.
        if self.desk.akin.is_empty() || self.lease.suspect {
            return Ok(false);
        }
        let before = match self.shared.runtime.block_on(self.before(due)) {
            Ok(before) => before,
            Err(error) => {
                self.cannot_keep(&error);
                return Err(Stopped);
            }
        };
        let Some(mut before) = before.filter(|before| self.is_enough(before, fingerprint)) else {
            return Ok(false);
        };
        let Some(coverage) = before.before.take() else { return Ok(false) };
        self.finish_all();
        let (at, generation) = (self.shared.clock.wall(), self.lease.lease.generation);
        let mut open = Open::new(due, fingerprint.clone(), at, generation, false, None);
        let (tenant, source) = (self.desk.context.tenant.clone(), self.desk.context.source);
        let layout = Layout { tenant, source, layout: self.desk.layout };
        let (counted, buckets) = (&before.counted, &before.buckets);
        let mut live = findings::of_object(&self.shared.db, layout, due.id, counted, buckets);
        let path = path_of(&due.key);
        loop {
            let rows = match self.shared.runtime.block_on(live.next()) {
                Ok(Some(rows)) => rows,
                Ok(None) => break,
                Err(error) => {
                    self.cannot_keep(&error);
                    return Err(Stopped);
                }
            };
            for row in rows {
                let (bucket, mut finding) = (row.at.bucket, row.finding);
                let path = path_in(&path, &finding.place.member);
                let engine = &self.desk.context.engine;
                let rule = engine.reported(&finding.rule, finding.confidence, &path);
                let Some(rule) = rule else { continue };
                finding.sensitivity = rule.sensitivity;
                open.add(Found { finding, bucket, person: rule.person });
            }
            if open.found.len() >= self.shared.limits.held_findings {
                self.batch(&mut open);
                if !self.put() {
                    return Err(Stopped);
                }
            }
        }
        self.batch(&mut open);
        if self.teller.is_over() {
            return Err(Stopped);
        }
        self.outbox.name(self.desk, due.id, &due.key);
        let outcome = Outcome::Read {
            fingerprint: before.fingerprint,
            counted: open.counted(),
            buckets: open.buckets,
            findings: open.findings,
            by_type: open.by_type,
            coverage: *coverage,
            format: before.format,
            error: None,
        };
        let (key, size) = (due.key.clone(), before.size);
        self.finished.push(Finished { key, size, outcome });
        self.checkpoint_if_due();
        Ok(true)
    }

    /// What is kept of the object.
    async fn before(&self, due: &Due) -> Result<Option<Object>, StoreError> {
        let (tenant, source) = (self.lease.tenant.clone(), self.lease.source);
        let at = RangeAt { tenant, source, range: self.lease.range };
        let key = RangeKey::Object(due.key.clone());
        let row = self.shared.db.get::<RangeRow>(&at, &key).await?;
        Ok(row.and_then(|row| match row.entry {
            RangeEntry::Object(_, object) => Some(Object::clone(&object)),
            _ => None,
        }))
    }

    /// Whether it is as it was, and was read by rules of which no more was hidden.
    fn is_enough(&self, before: &Object, fingerprint: &Fingerprint) -> bool {
        let is_same = before.fingerprint.as_ref().is_some_and(|f| f.same_content(fingerprint));
        is_same
            && before.due == Some(self.lease.scan)
            && before.rules.is_some_and(|rules| self.desk.akin.contains(&rules))
    }
}
