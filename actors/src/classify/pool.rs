//! The threads, and what they do with a piece.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use crossbeam_channel::{Receiver, Sender, bounded, select, unbounded};
use tracing::Span;
use trawl_detect::{Candidates, Detection, Engine, Scene, Scratch};
use trawl_model::finding::bucket_of;
use trawl_model::place::EscapeName;
use trawl_model::{
    Confidence, Finding, FindingId, IdKey, Mark, ObjectId, Piece, Preview, SourceId, Step,
    TenantId, Timestamp, Token, TokenKey,
};

use super::budget::Permit;
use super::cache::{Cache, Name};
use crate::crew::{Crew, Place};
use crate::recorder::Recorder;

/// Batches of pieces that wait for a classifier, for each there is.
const QUEUE_PER_THREAD: usize = 4;
/// Pieces with less text are searched faster than they are hashed and looked up.
const CACHE_FROM_BYTES: usize = 4 * 1024;

/// Findings of a suspect's piece that are made between two steps.
const FINDINGS_A_STEP: usize = 256;

/// What findings of a source are made with.
pub struct Context {
    /// The tenant.
    pub tenant: TenantId,
    /// The source.
    pub source: SourceId,
    /// The key of ids and marks.
    pub id_key: IdKey,
    /// The key of tokens.
    pub token_key: TokenKey,
    /// The buckets that findings are spread over.
    pub buckets: u16,
    /// What is less sure is not kept.
    pub least: Confidence,
    /// What is looked for.
    pub engine: Arc<Engine>,
}

/// A piece to be classified.
pub struct Task {
    /// Which object of its crawler's lease it is from.
    pub slot: u64,
    /// Which piece of that object.
    pub number: u64,
    /// The object.
    pub object: ObjectId,
    /// The object's key, and so the path that words are looked for in.
    pub path: Arc<[u8]>,
    /// Which part of the object is being read.
    pub part: Option<u32>,
    /// The piece.
    pub piece: Piece,
    /// Its share of the budget.
    pub permit: Permit,
    /// Where steps are noted, if the object is suspect.
    pub recorder: Option<Arc<Recorder>>,
}

/// A finding, and where it is to be put.
pub struct Found {
    /// The finding; when it was first seen is filled in by the crawler.
    pub finding: Finding,
    /// Its bucket.
    pub bucket: u16,
    /// Whether it goes into the person index.
    pub person: bool,
}

/// What became of a piece.
pub struct Classified {
    /// Which object of its crawler's lease it is from.
    pub slot: u64,
    /// Which piece of that object.
    pub number: u64,
    /// What was found; none if the engine failed on it.
    pub found: Option<Vec<Found>>,
}

struct Batch {
    context: Arc<Context>,
    tasks: Vec<Task>,
    back: Sender<Classified>,
    /// That of the unit which the pieces are from.
    span: Span,
}

/// The classifiers. Cheap to clone; they end with the last handle.
#[derive(Clone)]
pub struct Pool(Arc<Threads>);

struct Threads {
    queue: Option<Sender<Batch>>,
    /// Calls one that waits, to see whether he is too many.
    call: Sender<()>,
    crew: Crew,
}

impl Pool {
    /// Starts so many threads, which stand so far behind others. Later there may be more, or fewer.
    pub fn start(
        threads: usize,
        behind: u8,
        cache_bytes: usize,
        cache_piece_bytes: usize,
    ) -> std::io::Result<Self> {
        let threads = threads.max(1);
        let (queue, waiting) = bounded(threads * QUEUE_PER_THREAD);
        let cache = Arc::new(Cache::new(cache_bytes));
        let (call, called) = unbounded();
        let queue = Some(queue);
        let crew = Crew::start("classify", behind, threads, move |place| {
            let worker = Classifier {
                cache: Arc::clone(&cache),
                cache_piece_bytes,
                scratch: None,
                candidates: Candidates::default(),
                detections: Vec::new(),
            };
            worker.run(&waiting, &called, place);
        })?;
        Ok(Self(Arc::new(Threads { queue, call, crew })))
    }

    /// From now on there are to be so many threads. Whoever is too many finishes what he is at.
    pub(crate) fn resize(&self, threads: usize) -> std::io::Result<()> {
        let Threads { crew, call, .. } = &*self.0;
        let (before, threads) = (crew.wanted(), threads.max(1));
        crew.resize(threads)?;
        for _ in threads..before {
            // Who is called for nothing goes on.
            let _ = call.send(());
        }
        Ok(())
    }

    /// The threads.
    pub(crate) fn crew(&self) -> &Crew {
        &self.0.crew
    }

    /// Batches of pieces that wait for a thread.
    pub fn waiting(&self) -> usize {
        self.0.queue.as_ref().map_or(0, Sender::len)
    }

    /// Batches that may wait at the most.
    pub(crate) fn room(&self) -> Option<usize> {
        self.0.queue.as_ref().and_then(Sender::capacity)
    }

    /// Hands over pieces; blocks while the queue is full. What becomes of each comes `back`.
    pub fn classify(&self, context: &Arc<Context>, tasks: Vec<Task>, back: &Sender<Classified>) {
        let (context, back, span) = (Arc::clone(context), back.clone(), Span::current());
        let batch = Batch { context, tasks, back, span };
        if let Some(queue) = &self.0.queue {
            // The threads outlive every handle.
            let _ = queue.send(batch);
        }
    }
}

impl Drop for Threads {
    fn drop(&mut self) {
        self.queue = None;
        self.crew.join();
    }
}

struct Classifier {
    cache: Arc<Cache>,
    cache_piece_bytes: usize,
    /// Of the engine that searched last.
    scratch: Option<Scratch>,
    candidates: Candidates,
    detections: Vec<Detection>,
}

impl Classifier {
    fn run(mut self, waiting: &Receiver<Batch>, called: &Receiver<()>, place: &Place) {
        while !place.leaves() {
            let batch = select! {
                recv(waiting) -> batch => batch,
                recv(called) -> _ => continue,
            };
            let Ok(batch) = batch else { return };
            let _busy = place.begins();
            let _within = batch.span.enter();
            tracing::trace!(pieces = batch.tasks.len(), "pieces are classified");
            for task in batch.tasks {
                let (slot, number) = (task.slot, task.number);
                let found = catch_unwind(AssertUnwindSafe(|| self.classify(&batch.context, task)));
                if found.is_err() {
                    self.scratch = None;
                    tracing::error!("the engine failed on a piece; its object is set aside");
                }
                // A crawler that is gone wants no answer.
                let _ = batch.back.send(Classified { slot, number, found: found.ok() });
            }
        }
    }

    fn classify(&mut self, context: &Context, task: Task) -> Vec<Found> {
        let piece = &task.piece;
        let step = || task.recorder.iter().for_each(|recorder| recorder.step());
        self.find(context, piece);
        step();
        self.detections.clear();
        let path = path_in(&task.path, &piece.member);
        let scene = Scene { path: &path };
        let Self { candidates, scratch, detections, .. } = self;
        let engine = &context.engine;
        let scratch = scratch.get_or_insert_with(|| engine.scratch());
        engine.judge(piece, &scene, candidates, scratch, detections);
        step();
        let mut placer = piece.placer();
        let mut found = Vec::with_capacity(self.detections.len());
        for detection in &self.detections {
            if detection.confidence < context.least {
                continue;
            }
            let Some(mut place) = placer.place(&detection.span) else { continue };
            place.via = detection.via().to_vec();
            let rule = engine.rule(detection);
            let value = engine.value(piece, detection);
            let preview = if rule.secret {
                Preview::of_secret()
            } else {
                Preview::of(&engine.raw(piece, detection))
            };
            let place = veiled(place);
            let (object, type_id) = (task.object, &rule.type_id);
            let finding = Finding {
                id: FindingId::of(
                    &context.id_key,
                    &context.tenant,
                    context.source,
                    object,
                    &place,
                    type_id,
                    &value,
                ),
                type_id: type_id.clone(),
                rule: rule.reference.clone(),
                confidence: detection.confidence,
                sensitivity: rule.sensitivity,
                part: task.part,
                preview,
                token: Token::of(&context.token_key, &rule.class, &value),
                mark: Mark::of(&context.id_key, context.source, object, type_id, &value),
                first_seen: Timestamp::default(),
                score: detection.score.clone(),
                place,
            };
            let bucket = bucket_of(object, &finding.place, context.buckets);
            found.push(Found { finding, bucket, person: rule.person });
            if found.len() % FINDINGS_A_STEP == 0 {
                step();
            }
        }
        drop(task.permit);
        found
    }

    fn find(&mut self, context: &Context, piece: &Piece) {
        let cached = (CACHE_FROM_BYTES..=self.cache_piece_bytes).contains(&piece.text.len());
        let engine = &context.engine;
        let name = cached.then(|| Name::of(&context.id_key, engine.id(), piece));
        if let Some(known) = name.as_ref().and_then(|name| self.cache.get(name)) {
            self.candidates.clone_from(&known);
            return;
        }
        let scratch = self.scratch.get_or_insert_with(|| engine.scratch());
        engine.find(piece, scratch, &mut self.candidates);
        if let Some(name) = name {
            self.cache.put(name, &self.candidates);
        }
    }
}

/// A label is text of the source, and some are values: keys of a map of people, the first line of
/// a table without a header. What doesn't look like the name of a field is not kept.
fn veiled(mut place: trawl_model::Place) -> trawl_model::Place {
    if place.field.as_ref().is_some_and(|field| !is_name_of_field(field)) {
        place.field = Some("…".to_owned());
    }
    place
}

/// Words with little in between, and no run of digits that could be a number of somebody.
fn is_name_of_field(field: &str) -> bool {
    const LONGEST: usize = 160;
    const DIGITS: usize = 4;
    let mut digits = 0;
    field.len() <= LONGEST
        && field.chars().all(|c| {
            digits = if c.is_ascii_digit() { digits + 1 } else { 0 };
            digits <= DIGITS && (c.is_alphanumeric() || " _-.[]/()$#*:@".contains(c))
        })
        && !field.trim_start_matches('@').contains('@')
}

/// The path of a member in an object.
pub(crate) fn path_in(object: &[u8], member: &[Step]) -> Vec<u8> {
    let mut path = object.to_vec();
    for step in member {
        path.push(b'/');
        path.extend_from_slice(step.shown().as_bytes());
    }
    path
}

/// A key as words of a path are looked for in it.
pub(crate) fn path_of(key: &trawl_model::ObjectKey) -> Arc<[u8]> {
    key.as_bytes().escape_ascii_keeping_text().into_bytes().into()
}
