//! `Idempotency-Key`: the same request with the same key is carried out once, and answered again
//! with the same answer. Answers are kept in the store, for a time and in a number.
//!
//! A request is written down before it is carried out, and its answer after. Where the node dies
//! between the two, the request is carried out again when it is repeated: whatever takes a key here
//! may be done twice (a verdict is the same verdict, a scan joins the one at work), so that nothing
//! is lost and nothing doubled.

use std::collections::HashSet;

use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, header, request};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use http_body_util::BodyExt;
use parking_lot::Mutex;
use trawl_model::Timestamp;
use trawl_storage::records::{
    Answer, AnswerAt, AnswerEntry, AnswerHead, AnswerKey, AnswerName, AnswerRow, Given,
};
use trawl_storage::{Commit, Db, Delete, StoreError, WriteId, settle};

use super::Shared;
use super::caller::Caller;
use super::extract::body;
use super::problem::{Code, Refusal};
use crate::clock;

const HEADER: HeaderName = HeaderName::from_static("idempotency-key");
const REPLAYED: HeaderName = HeaderName::from_static("idempotency-replayed");

/// The longest key.
const MAX_KEY_CHARS: usize = 128;

/// Over so many partitions the answers of a tenant are spread.
const SLICES: u16 = 16;

/// So often a commit is tried: others may be answered at the same time.
const TRIES: usize = 16;

/// So many answers that are too old are removed with each new one, so that they can't outgrow what
/// comes.
const REMOVED_AT_ONCE: usize = 64;

/// A longer answer is not kept: a commit has a bound.
const MAX_ANSWER_BYTES: usize = 192 << 10;

/// Headers that belong to an answer and not to the way that it took.
const KEPT_HEADERS: [&str; 3] = ["content-type", "etag", "location"];

/// Stands in place of an answer that is kept nowhere.
const SHOWN_ONCE: &str = "shown-once";

/// Headers that say on what condition a request is to be carried out.
const CONDITIONS: [HeaderName; 2] = [header::IF_MATCH, header::IF_NONE_MATCH];

/// Marks an answer that must be kept nowhere.
#[derive(Clone, Copy)]
pub(crate) struct ShownOnce;

/// Marks an answer of which a part was not carried out for the moment, whatever its status: it is not kept,
/// and its request is carried out again.
#[derive(Clone, Copy)]
pub(crate) struct ForNow;

/// Requests with a key that are at work.
#[derive(Default)]
pub(crate) struct AtWork(Mutex<HashSet<AnswerName>>);

/// One of them, as long as it lasts.
struct One<'a>(&'a AtWork, AnswerName);

impl AtWork {
    fn begin(&self, name: AnswerName) -> Option<One<'_>> {
        let is_first = self.0.lock().insert(name);
        // Made only where it is the first: what is made takes the name away when it goes.
        is_first.then(|| One(self, name))
    }
}

impl Drop for One<'_> {
    fn drop(&mut self) {
        self.0.0.lock().remove(&self.1);
    }
}

/// Carries a request with a key out once.
pub(crate) async fn once(
    State(api): State<Shared>,
    request: Request,
    next: Next,
) -> Result<Response, Refusal> {
    let caller = request.extensions().get::<Caller>().cloned();
    let key = key(request.headers())?;
    let (Some(caller), Some(key)) = (caller, key) else { return Ok(next.run(request).await) };
    if *request.method() == Method::GET || *request.method() == Method::HEAD {
        return Ok(next.run(request).await);
    }
    let name = name(&caller, &key);
    let Some(_one) = api.at_work().begin(name) else { return Err(Code::AtWork.into()) };
    let (parts, sent) = request.into_parts();
    let sent = Request::from_parts(parts.clone(), sent);
    let bytes = body(sent, api.settings().api.request_bytes.as_len()).await?;
    let hash = hash(&parts, &bytes);
    let kept = Kept::of(&api, name);
    match kept.get().await? {
        Some(answer) if answer.request != hash => return Err(Code::OtherRequest.into()),
        Some(Answer { given: Some(given), .. }) => return again(given),
        // Begun by a node that died over it.
        Some(_) => {}
        None => kept.begin(hash).await?,
    }
    let response = next.run(Request::from_parts(parts, Body::from(bytes))).await;
    kept.end(response, hash).await
}

fn key(headers: &HeaderMap) -> Result<Option<String>, Refusal> {
    let Some(key) = headers.get(HEADER) else { return Ok(None) };
    let key = key.to_str().unwrap_or_default();
    let plain =
        !key.is_empty() && key.len() <= MAX_KEY_CHARS && key.chars().all(|c| c.is_ascii_graphic());
    if plain {
        return Ok(Some(key.to_owned()));
    }
    let detail =
        format!("Idempotency-Key: is to have 1 to {MAX_KEY_CHARS} visible characters of ASCII");
    Err(Refusal::new(Code::BadRequest, detail))
}

/// The same words by another key are another request.
fn name(caller: &Caller, key: &str) -> AnswerName {
    let mut hash = blake3::Hasher::new_derive_key("trawl idempotency name 1");
    hash.update(caller.key.as_bytes()).update(key.as_bytes());
    let mut name = AnswerName::default();
    name.copy_from_slice(&hash.finalize().as_bytes()[..16]);
    name
}

/// The same request: under another condition it is another one.
fn hash(parts: &request::Parts, body: &[u8]) -> [u8; 32] {
    let mut hash = blake3::Hasher::new_derive_key("trawl idempotency request 2");
    let mut field = |bytes: &[u8]| {
        hash.update(&(bytes.len() as u64).to_be_bytes()).update(bytes);
    };
    field(parts.method.as_str().as_bytes());
    field(parts.uri.path().as_bytes());
    for name in CONDITIONS {
        let said = parts.headers.get_all(name);
        field(&(said.iter().count() as u64).to_be_bytes());
        said.iter().for_each(|value| field(value.as_bytes()));
    }
    field(body);
    *hash.finalize().as_bytes()
}

/// What was answered, answered again.
fn again(given: Given) -> Result<Response, Refusal> {
    if given.headers.iter().any(|(name, _)| name == SHOWN_ONCE) {
        return Err(Code::ShownOnce.into());
    }
    let status = StatusCode::from_u16(given.status).unwrap_or(StatusCode::OK);
    let mut response = (status, given.body).into_response();
    let headers = response.headers_mut();
    for (name, value) in given.headers {
        if let (Ok(name), Ok(value)) = (name.parse::<HeaderName>(), value.parse::<HeaderValue>()) {
            headers.insert(name, value);
        }
    }
    headers.insert(REPLAYED, HeaderValue::from_static("true"));
    Ok(response)
}

/// Whether an answer is one for good. What was refused for the moment, or for how things stood, is asked
/// again.
pub(crate) fn is_final(status: StatusCode) -> bool {
    let for_now = [
        StatusCode::REQUEST_TIMEOUT,
        StatusCode::CONFLICT,
        StatusCode::PRECONDITION_FAILED,
        StatusCode::TOO_MANY_REQUESTS,
    ];
    !status.is_server_error() && !for_now.contains(&status)
}

/// The place in which one answer is kept.
struct Kept<'a> {
    db: &'a Db,
    at: AnswerAt,
    name: AnswerName,
    age_micros: i64,
    most: u32,
}

impl<'a> Kept<'a> {
    fn of(api: &'a Shared, name: AnswerName) -> Self {
        let settings = &api.settings().api;
        let slice = u16::from(name[0]) % SLICES;
        let age_millis = i64::try_from(settings.idempotency_age.as_millis()).unwrap_or(i64::MAX);
        Self {
            db: api.answers().db(),
            at: AnswerAt { tenant: api.answers().tenant().clone(), slice },
            name,
            age_micros: age_millis.saturating_mul(1_000),
            most: (settings.idempotency_answers / u32::from(SLICES)).max(1),
        }
    }

    /// The answer under our name, if it is not too old.
    async fn get(&self) -> Result<Option<Answer>, StoreError> {
        let now = clock::now();
        Ok(self.kept(self.name).await?.filter(|answer| !self.is_old(answer.begun, now)))
    }

    async fn kept(&self, name: AnswerName) -> Result<Option<Answer>, StoreError> {
        let row = self.db.get::<AnswerRow>(&self.at, &AnswerKey::Answer(name)).await?;
        Ok(row.and_then(|row| match row.entry {
            AnswerEntry::Answer(_, answer) => Some(answer),
            _ => None,
        }))
    }

    fn is_old(&self, begun: Timestamp, now: Timestamp) -> bool {
        begun.plus_micros(self.age_micros) < now
    }

    /// Writes down that the request is begun, and removes what is too old or too much.
    async fn begin(&self, request: [u8; 32]) -> Result<(), StoreError> {
        let begun = clock::now();
        for _ in 0..TRIES {
            let expected = self.db.fence::<AnswerRow>(&self.at).await?;
            let mut answers = self.head().await?.answers + 1;
            let mut commit = Commit::new(self.at.clone(), expected, WriteId::random()?);
            for (aged, name) in self.oldest().await? {
                if !self.is_old(aged, begun) && answers <= self.most {
                    break;
                }
                commit = commit.delete(Delete::Row(AnswerKey::Aged(aged, name)));
                // One under our name is written anew by this very commit, and one under another may
                // have been since.
                let kept = self.kept(name).await?;
                if name != self.name && kept.is_some_and(|answer| answer.begun == aged) {
                    commit = commit.delete(Delete::Row(AnswerKey::Answer(name)));
                }
                answers = answers.saturating_sub(1);
            }
            let answer = Answer { request, begun, given: None };
            let commit = commit
                .put(self.row(AnswerEntry::Head(AnswerHead { answers })))
                .put(self.row(AnswerEntry::Answer(self.name, answer)))
                .put(self.row(AnswerEntry::Aged(begun, self.name)));
            if settle(self.db, &commit).await? {
                return Ok(());
            }
        }
        Err(StoreError::Unsettled { table: "answer" })
    }

    /// Keeps what was answered, and gives it.
    async fn end(&self, response: Response, request: [u8; 32]) -> Result<Response, Refusal> {
        let (parts, body) = response.into_parts();
        let body = body.collect().await.map_err(|_| Refusal::from(Code::Fault))?.to_bytes();
        let shown_once = parts.extensions.get::<ShownOnce>().is_some() && parts.status.is_success();
        let kept_headers = parts.headers.iter().filter_map(|(name, value)| {
            let kept = KEPT_HEADERS.contains(&name.as_str());
            kept.then(|| Some((name.to_string(), value.to_str().ok()?.to_owned()))).flatten()
        });
        let given = Given {
            status: parts.status.as_u16(),
            headers: kept_headers.collect(),
            body: body.to_vec(),
        };
        let given = if shown_once {
            let headers = vec![(SHOWN_ONCE.to_owned(), String::new())];
            Given { headers, body: Vec::new(), ..given }
        } else {
            given
        };
        let is_whole = parts.extensions.get::<ForNow>().is_none();
        let is_kept = is_final(parts.status) && is_whole && given.body.len() <= MAX_ANSWER_BYTES;
        // What was done is done: who asked is told so, whether the answer can be kept or not.
        if let Err(error) = self.settled(request, is_kept.then_some(given)).await {
            tracing::warn!(%error, "the answer to a request with a key could not be kept");
        }
        Ok(Response::from_parts(parts, Body::from(body)))
    }

    async fn settled(&self, request: [u8; 32], given: Option<Given>) -> Result<(), StoreError> {
        for _ in 0..TRIES {
            let Some(expected) = self.db.fence::<AnswerRow>(&self.at).await? else { break };
            let Some(begun) = self.get().await?.map(|answer| answer.begun) else { return Ok(()) };
            let commit = Commit::new(self.at.clone(), Some(expected), WriteId::random()?);
            let commit = match &given {
                Some(given) => {
                    let answer = Answer { request, begun, given: Some(given.clone()) };
                    commit.put(self.row(AnswerEntry::Answer(self.name, answer)))
                }
                None => {
                    let answers = self.head().await?.answers.saturating_sub(1);
                    commit
                        .put(self.row(AnswerEntry::Head(AnswerHead { answers })))
                        .delete(Delete::Row(AnswerKey::Answer(self.name)))
                        .delete(Delete::Row(AnswerKey::Aged(begun, self.name)))
                }
            };
            if settle(self.db, &commit).await? {
                return Ok(());
            }
        }
        Err(StoreError::Unsettled { table: "answer" })
    }

    async fn head(&self) -> Result<AnswerHead, StoreError> {
        let row = self.db.get::<AnswerRow>(&self.at, &AnswerKey::Head).await?;
        Ok(match row.map(|row| row.entry) {
            Some(AnswerEntry::Head(head)) => head,
            _ => AnswerHead::default(),
        })
    }

    async fn oldest(&self) -> Result<Vec<(Timestamp, AnswerName)>, StoreError> {
        let aged = AnswerKey::aged();
        let rows = self.db.collect::<AnswerRow>(&self.at, aged, REMOVED_AT_ONCE).await?;
        let aged = rows.into_iter().filter_map(|row| match row.entry {
            AnswerEntry::Aged(begun, name) => Some((begun, name)),
            _ => None,
        });
        Ok(aged.collect())
    }

    fn row(&self, entry: AnswerEntry) -> AnswerRow {
        AnswerRow { at: self.at.clone(), entry }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use trawl_model::TenantId;
    use trawl_storage::Limits;
    use trawl_storage::memory::MemoryStore;

    const LONG: i64 = 3_600_000_000;

    fn db() -> Db {
        Db::new(MemoryStore::new(Limits::default()))
    }

    fn kept(db: &Db, name: u8, age_micros: i64, most: u32) -> Kept<'_> {
        let at = AnswerAt { tenant: TenantId::default_tenant(), slice: 0 };
        Kept { db, at, name: [name; 16], age_micros, most }
    }

    fn answer(status: StatusCode) -> Response {
        (status, "{}").into_response()
    }

    #[tokio::test]
    async fn an_answer_is_kept_for_good_unless_it_was_one_for_the_moment() {
        let db = db();
        let kept = kept(&db, 1, LONG, 10);
        kept.begin([1; 32]).await.unwrap();
        assert_eq!(kept.get().await.unwrap().unwrap().given, None, "a node may die over it");
        kept.end(answer(StatusCode::TOO_MANY_REQUESTS), [1; 32]).await.unwrap();
        assert_eq!(kept.get().await.unwrap(), None);
        assert_eq!(kept.head().await.unwrap().answers, 0);
        kept.begin([1; 32]).await.unwrap();
        kept.end(answer(StatusCode::CREATED), [1; 32]).await.unwrap();
        let given = kept.get().await.unwrap().unwrap().given.unwrap();
        assert_eq!((given.status, given.body.as_slice()), (201, &b"{}"[..]));
    }

    #[tokio::test]
    async fn what_was_carried_out_in_part_or_on_no_condition_is_not_kept() {
        let db = db();
        let kept = kept(&db, 1, LONG, 10);
        let mut in_part = answer(StatusCode::OK);
        in_part.extensions_mut().insert(ForNow);
        let for_now = [409, 412, 500, 503, 507].map(|status| StatusCode::from_u16(status).unwrap());
        for answer in for_now.into_iter().map(answer).chain([in_part]) {
            kept.begin([1; 32]).await.unwrap();
            kept.end(answer, [1; 32]).await.unwrap();
            assert_eq!(kept.get().await.unwrap(), None);
        }
    }

    #[test]
    fn the_same_words_under_another_condition_are_another_request() {
        let hash_of = |headers: &[(&str, &str)]| {
            let mut request = Request::put("/api/v1/sources/x");
            for (name, value) in headers {
                request = request.header(*name, *value);
            }
            hash(&request.body(Body::empty()).unwrap().into_parts().0, b"{}")
        };
        let conditions: [&[(&str, &str)]; 6] = [
            &[],
            &[("If-Match", "\"a\"")],
            &[("If-Match", "\"b\"")],
            &[("If-None-Match", "\"a\"")],
            &[("If-Match", "\"a\""), ("If-Match", "\"b\"")],
            &[("If-Match", "\"a\""), ("If-None-Match", "\"b\"")],
        ];
        let hashes: HashSet<[u8; 32]> = conditions.map(hash_of).into();
        assert_eq!(hashes.len(), conditions.len());
        let with_id = [("If-Match", "\"a\""), ("X-Request-Id", "again")];
        assert_eq!(hash_of(&with_id), hash_of(conditions[1]));
    }

    #[tokio::test]
    async fn past_their_number_the_oldest_goes() {
        let db = db();
        for name in 1..=5 {
            let kept = kept(&db, name, LONG, 3);
            kept.begin([name; 32]).await.unwrap();
            kept.end(answer(StatusCode::OK), [name; 32]).await.unwrap();
            assert!(kept.head().await.unwrap().answers <= 3);
        }
        for name in 1..=5 {
            let is_there = kept(&db, name, LONG, 3).get().await.unwrap().is_some();
            assert_eq!(is_there, name > 2, "{name}");
        }
    }

    #[tokio::test]
    async fn what_is_too_old_is_none_and_is_removed() {
        let db = db();
        // Nothing is ever young enough.
        let old = kept(&db, 1, -LONG, 10);
        old.begin([1; 32]).await.unwrap();
        assert_eq!(old.get().await.unwrap(), None);
        // The same name once more, and then another one: neither removes the other's.
        kept(&db, 1, LONG, 10).begin([1; 32]).await.unwrap();
        kept(&db, 2, LONG, 10).begin([2; 32]).await.unwrap();
        assert!(kept(&db, 1, LONG, 10).get().await.unwrap().is_some());
        let last = kept(&db, 3, -LONG, 10);
        last.begin([3; 32]).await.unwrap();
        assert_eq!(last.head().await.unwrap().answers, 1);
        assert_eq!(last.kept([1; 16]).await.unwrap(), None);
        assert_eq!(last.kept([2; 16]).await.unwrap(), None);
    }

    #[test]
    fn one_request_of_a_name_is_at_work_at_a_time() {
        let at_work = AtWork::default();
        let one = at_work.begin([1; 16]);
        assert!(one.is_some() && at_work.begin([1; 16]).is_none());
        assert!(at_work.begin([2; 16]).is_some());
        drop(one);
        assert!(at_work.begin([1; 16]).is_some());
    }
}
