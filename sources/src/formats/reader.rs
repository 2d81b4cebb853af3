//! What a format works with while it reads: where its pieces go, its members, its bounds, and
//! where it is to go on.

use std::cell::Cell;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::rc::Rc;
use std::sync::Arc;

use trawl_model::unit::{Resume, ResumeLevel};
use trawl_model::{Anchor, Class, Item, Piece, Reason, Segment, Step};
use zeroize::Zeroizing;

use super::input::{Begun, First, Metered, Over, Watch, read_full, read_head};
use super::text::Charset;
use super::{Fault, Format, HEAD_BYTES, Head, Input, by_claim};
use crate::sink::Sink;
use crate::{Limits, panics};

/// Memory is asked for in steps of this size where it isn't known how much is to come.
const LOAD_STEP_BYTES: usize = 1 << 20;

/// A member of an object: what an archive says of it.
pub struct Member<'m> {
    /// The step that leads to it.
    pub step: Step,
    /// Its name: its format is told by it. For [`Step::Stream`] it is the outer name without the
    /// suffix and is not searched; otherwise it is searched for values like text.
    pub name: &'m [u8],
    /// Where the archive can be entered again to begin with this member, in the archive's own
    /// measure, growing from member to member.
    pub at: ResumeLevel,
    /// How many bytes of the archive it takes up, where that is known.
    pub stored_bytes: Option<u64>,
}

impl<'m> Member<'m> {
    /// A member of an archive that counts its members from 0.
    pub fn numbered(number: u64, step: Step, name: &'m [u8], stored_bytes: Option<u64>) -> Self {
        let at = ResumeLevel { at: number, ..ResumeLevel::default() };
        Self { step, name, at, stored_bytes }
    }
}

/// What a format works with while it reads one member (or the object itself, outermost).
pub struct Reader<'a> {
    sink: &'a mut dyn Sink,
    limits: &'a Limits,
    frame: Frame,
    watch: Rc<Watch>,
    read_as: &'static str,
    given: u64,
    unread: u64,
    lines: u64,
    reserved: usize,
    reserved_peak: usize,
    /// Why the first member that could not be read wasn't.
    failed: Option<(Class, String)>,
}

/// What is of one level of nesting.
#[derive(Clone, Default)]
struct Frame {
    path: Arc<[Step]>,
    /// Where the outer formats stand.
    outer: Vec<ResumeLevel>,
    /// Where this format and those inside it are to go on; empty from the start.
    from: Vec<ResumeLevel>,
    reserved: usize,
    /// The name of the object or member.
    called: Arc<[u8]>,
    /// How far this level's input has been read.
    consumed: Rc<Cell<u64>>,
    /// The encoding of its text, where its head has told it.
    charset: Option<Charset>,
}

impl<'a> Reader<'a> {
    pub(crate) fn new(
        sink: &'a mut dyn Sink,
        limits: &'a Limits,
        from: &Resume,
        watch: Rc<Watch>,
        consumed: Rc<Cell<u64>>,
    ) -> Self {
        let frame = Frame { from: from.levels.clone(), consumed, ..Frame::default() };
        Self {
            sink,
            limits,
            frame,
            watch,
            read_as: "",
            given: 0,
            unread: 0,
            lines: 0,
            reserved: 0,
            reserved_peak: 0,
            failed: None,
        }
    }

    /// The bounds of reading.
    pub fn limits(&self) -> &'a Limits {
        self.limits
    }

    /// The name of the object or member that is being read.
    pub fn called(&self) -> Arc<[u8]> {
        Arc::clone(&self.frame.called)
    }

    /// The encoding of what is being read, where its head has told it.
    pub(super) fn charset(&self) -> Option<Charset> {
        self.frame.charset
    }

    /// The way to the member that is being read; pieces bear it.
    pub fn member_path(&self) -> Arc<[Step]> {
        Arc::clone(&self.frame.path)
    }

    /// The way to a part of the member that is being read, for formats whose parts are not read
    /// as members (the streams of a document).
    pub fn path_with(&self, step: Step) -> Arc<[Step]> {
        self.frame.path.iter().cloned().chain([step]).collect()
    }

    /// Where this format is to go on; none from the start. Archives need not ask: members that
    /// were given are passed over by [`Reader::member`].
    pub fn start(&self) -> Option<ResumeLevel> {
        self.frame.from.first().copied()
    }

    /// Gives a piece.
    pub fn piece(&mut self, piece: Piece) -> Result<(), Fault> {
        Ok(panics::outside(|| self.sink.piece(piece))?)
    }

    /// All before this position has been given: pieces, members, and items counted. Archives need
    /// not say so: [`Reader::member`] does.
    pub fn safe_point(&mut self, at: ResumeLevel) -> Result<(), Fault> {
        let levels = self.frame.outer.iter().copied().chain([at]).collect();
        Ok(panics::outside(|| self.sink.safe_point(Resume { levels }))?)
    }

    /// Counts rows that were read.
    pub fn rows(&mut self, count: u64) {
        self.items(Item::Row, Class::Read, count);
    }

    /// Counts pages that were read.
    pub fn pages(&mut self, count: u64) {
        self.items(Item::Page, Class::Read, count);
    }

    /// Counts items of any kind and class, such as a page that is encrypted.
    pub fn items(&mut self, item: Item, class: Class, count: u64) {
        if count > 0 {
            panics::outside(|| self.sink.items(item, class, count));
        }
    }

    /// Enters stored bytes that are not read. Only the outermost level has stored bytes: deeper
    /// down this does nothing.
    pub fn unread(&mut self, class: Class, bytes: u64) {
        if self.frame.path.is_empty() && bytes > 0 {
            self.unread = self.unread.saturating_add(bytes);
            panics::outside(|| self.sink.unread_bytes(class, bytes));
        }
    }

    /// All stored bytes before this offset are done with. If the format fails later, only what
    /// lies behind has not been read. Only the outermost level has stored bytes.
    pub fn given(&mut self, offset: u64) {
        if self.frame.path.is_empty() {
            self.given = self.given.max(offset);
        }
    }

    /// How many line ends were passed, of the object itself.
    pub(super) fn lines(&mut self, count: u64) {
        if self.frame.path.is_empty() {
            self.lines += count;
        }
    }

    /// How many lines were counted.
    pub(super) fn lines_counted(&self) -> u64 {
        self.lines
    }

    /// Says that the object was read as another format than the one that claimed it.
    pub fn read_as(&mut self, format: &'static str) {
        if self.frame.path.is_empty() {
            self.read_as = format;
        }
    }

    /// Reserves memory that is held beside pieces until this member is read. More than there can
    /// be is [`Reason::ReaderLimit`].
    pub fn reserve(&mut self, bytes: usize) -> Result<(), Fault> {
        let wanted = self.reserved.saturating_add(bytes);
        if wanted > self.reserved_peak {
            // The sink holds what was reserved until the object is read, so only the peak counts.
            let more = wanted - self.reserved_peak;
            if !panics::outside(|| self.sink.reserve(more))? {
                let what = "needs more memory than all reading together may have";
                return Err(Fault::skipped(Reason::ReaderLimit, what));
            }
            self.reserved_peak = wanted;
        }
        self.reserved = wanted;
        self.frame.reserved = self.frame.reserved.saturating_add(bytes);
        Ok(())
    }

    /// Loads all of an input into memory, which is reserved for it.
    pub fn load_whole(&mut self, input: &mut dyn Input) -> Result<Zeroizing<Vec<u8>>, Fault> {
        let bound = self.limits.whole_bytes;
        let over = || {
            let what = format!("can only be read whole and is larger than {bound} bytes");
            Fault::skipped(Reason::ReaderLimit, what)
        };
        if input.size().is_some_and(|size| size > bound as u64) {
            return Err(over());
        }
        // One byte more than is stored tells the end without another step.
        let known = input.size().map(|size| size as usize + 1);
        let mut whole = Zeroizing::new(Vec::new());
        loop {
            let step = known.map_or(LOAD_STEP_BYTES, |k| k.saturating_sub(whole.len()).max(1));
            self.reserve(step)?;
            let filled = whole.len();
            // Grown by hand: what a vector leaves behind when it moves would not be wiped.
            let mut grown = Zeroizing::new(Vec::with_capacity(filled + step));
            grown.extend_from_slice(&whole);
            grown.resize(filled + step, 0);
            whole = grown;
            let n = read_full(input, filled as u64, &mut whole[filled..])?;
            whole.truncate(filled + n);
            if whole.len() > bound {
                return Err(over());
            }
            if n < step {
                return Ok(whole);
            }
        }
    }

    /// Reads a member: names it, tells its format, reads it. What is wrong with it goes into
    /// coverage, and the archive goes on; an error is one of the whole object. A member that had
    /// been given when the object was left is passed over.
    pub fn member(&mut self, member: &Member<'_>, input: &mut dyn Input) -> Result<(), Fault> {
        self.member_as(member, None, input).map(|_| ())
    }

    /// Reads a member as this format, or as the one that claims it, and tells what became of it;
    /// nothing if it was passed over.
    pub fn member_as(
        &mut self,
        member: &Member<'_>,
        format: Option<&dyn Format>,
        input: &mut dyn Input,
    ) -> Result<Option<Class>, Fault> {
        let Some(inner) = self.enter(member)? else { return Ok(None) };
        let named_before = !inner.from.is_empty();
        let (stored, parent) = (member.stored_bytes, Rc::clone(&self.frame.consumed));
        let mut metered = Metered {
            inner: input,
            watch: Rc::clone(&self.watch),
            consumed: Rc::clone(&inner.consumed),
            parent,
            stored,
            max_expansion: self.limits.max_expansion,
            max_decoded: self.limits.max_decoded_bytes,
            over: None,
            broken: false,
        };
        let outer = std::mem::replace(&mut self.frame, inner);
        let named = if named_before { Ok(()) } else { self.name_of(member) };
        let done = named.and_then(|()| self.read_as_or_by_claim(format, &mut metered, member.name));
        self.reserved -= self.frame.reserved.min(self.reserved);
        self.frame = outer;
        let (over, broken) = (metered.over, metered.broken);
        let done = match done {
            Ok(()) if broken => Err(Fault::broken("stream", "it can't be decoded to its end")),
            done => done,
        };
        self.settle(member, done, over).map(Some)
    }

    /// Names a member that has no content, such as a folder.
    pub fn name_only(&mut self, member: &Member<'_>) -> Result<(), Fault> {
        let Some(inner) = self.enter(member)? else { return Ok(()) };
        let outer = std::mem::replace(&mut self.frame, inner);
        let named = self.name_of(member);
        self.frame = outer;
        self.settle(member, named, None).map(|_| ())
    }

    /// Names a member and enters that it is not read, on purpose.
    pub fn skip_member(&mut self, member: &Member<'_>, reason: Reason) -> Result<(), Fault> {
        self.pass_member(member, Class::Skipped(reason))
    }

    /// Names a member and enters that it could not be read.
    pub fn fail_member(&mut self, member: &Member<'_>, reason: Reason) -> Result<(), Fault> {
        self.pass_member(member, Class::Failed(reason))
    }

    fn pass_member(&mut self, member: &Member<'_>, class: Class) -> Result<(), Fault> {
        let Some(inner) = self.enter(member)? else { return Ok(()) };
        let outer = std::mem::replace(&mut self.frame, inner);
        let named = self.name_of(member);
        self.frame = outer;
        named?;
        self.enter_class(member, class);
        Ok(())
    }

    /// The frame of a member; none if it had been given before.
    fn enter(&mut self, member: &Member<'_>) -> Result<Option<Frame>, Fault> {
        let mut from = Vec::new();
        if let Some((own, inner)) = self.frame.from.split_first() {
            if member.at.at < own.at {
                return Ok(None);
            }
            if member.at.at == own.at {
                from.extend_from_slice(inner);
            }
        }
        let met = self.watch.members.get() + 1;
        self.watch.members.set(met);
        if met > self.limits.max_members {
            let what = format!("has more than {} members", self.limits.max_members);
            return Err(Fault::skipped(Reason::ExpansionLimit, what));
        }
        if from.is_empty() {
            self.safe_point(member.at)?;
        }
        let mut outer = self.frame.outer.clone();
        outer.push(member.at);
        let path = self.path_with(member.step.clone());
        Ok(Some(Frame { path, outer, from, ..Frame::default() }))
    }

    fn name_of(&mut self, member: &Member<'_>) -> Result<(), Fault> {
        match member.step {
            Step::Stream(_) => Ok(()),
            _ => self.name(member.name),
        }
    }

    /// Gives the name of what is being read as a piece of its own.
    pub(super) fn name(&mut self, name: &[u8]) -> Result<(), Fault> {
        if name.is_empty() {
            return Ok(());
        }
        let text = Zeroizing::new(name[..name.len().min(self.limits.piece_bytes)].to_vec());
        let core = 0..text.len();
        let segments = vec![Segment { text: core.clone(), label: None, anchor: Anchor::Name }];
        self.piece(Piece { text, core, segments, member: self.member_path() })
    }

    fn settle(
        &mut self,
        member: &Member<'_>,
        done: Result<(), Fault>,
        over: Option<Over>,
    ) -> Result<Class, Fault> {
        let class = match (done, over) {
            (Err(Fault::Stopped(stopped)), _) => return Err(stopped.into()),
            (Ok(()), None) => Class::Read,
            (_, Some(over)) => {
                let class = Class::Skipped(Reason::ExpansionLimit);
                self.enter_class(member, class);
                return match over {
                    Over::Member => Ok(class),
                    Over::Object => Err(Fault::skipped(
                        Reason::ExpansionLimit,
                        format!("decodes to more than {} bytes", self.limits.max_decoded_bytes),
                    )),
                };
            }
            (Err(fault), None) if self.watch.source_failed.get() => return Err(fault),
            (Err(fault), None) if self.watch.decoded.get() > self.limits.max_decoded_bytes => {
                return Err(fault);
            }
            (Err(fault), None) if self.watch.members.get() > self.limits.max_members => {
                return Err(fault);
            }
            (Err(fault), None) => {
                let class = class_of(&fault, false);
                if let (Class::Failed(_), None) = (class, &self.failed) {
                    self.failed = Some((class, fault.to_string()));
                }
                class
            }
        };
        self.enter_class(member, class);
        Ok(class)
    }

    fn enter_class(&mut self, member: &Member<'_>, class: Class) {
        self.items(Item::Member, class, 1);
        if class != Class::Read {
            self.unread(class, member.stored_bytes.unwrap_or(0));
        }
    }

    fn read_as_or_by_claim(
        &mut self,
        format: Option<&dyn Format>,
        input: &mut dyn Input,
        name: &[u8],
    ) -> Result<(), Fault> {
        let Some(format) = format else { return self.read_input(input, name).map(|_| ()) };
        self.check_depth()?;
        self.frame.called = name.into();
        self.read_guarded(format, input)
    }

    fn check_depth(&self) -> Result<(), Fault> {
        if self.frame.path.len() > self.limits.max_depth {
            let what = format!("nested deeper than {} levels", self.limits.max_depth);
            return Err(Fault::skipped(Reason::DepthLimit, what));
        }
        Ok(())
    }

    /// Tells the format of an input and reads it. Depth is bounded here, for every way inwards
    /// leads through here.
    pub(super) fn read_input(
        &mut self,
        input: &mut dyn Input,
        name: &[u8],
    ) -> Result<&'static str, Fault> {
        self.check_depth()?;
        self.frame.called = name.into();
        let head = match read_head(input)? {
            First::Bytes(head) => head,
            First::Hole => return Err(Fault::skipped(Reason::Hole, "nothing but a hole")),
            First::Empty => return Ok("empty"),
        };
        let seen = Head::new(&head, name);
        let format = by_claim(&seen)?;
        self.frame.charset = seen.is_text().then(|| seen.charset());
        if self.frame.path.is_empty() {
            self.read_as = format.name();
        }
        // What begins or ends with a hole was not shown byte by byte.
        let size = input.size().unwrap_or(0).min(HEAD_BYTES as u64);
        let shown = input.is_random() && head.len() as u64 == size;
        if shown && matches!(input.data_from(0)?, Some((0, _))) {
            self.read_guarded(format, &mut Begun { inner: input, head })?;
        } else {
            drop(head);
            self.read_guarded(format, input)?;
        }
        Ok(format.name())
    }

    /// Reads as this format. A parser that panics (ours are tested not to, but those of others
    /// are many, and meet bytes that nobody has seen before) costs the member and not the
    /// process; a panic of the sink is not the format's, and goes on its way.
    pub(super) fn read_guarded(
        &mut self,
        format: &dyn Format,
        input: &mut dyn Input,
    ) -> Result<(), Fault> {
        let (frame, reserved) = (self.frame.clone(), self.reserved);
        let read = panics::inside(|| catch_unwind(AssertUnwindSafe(|| format.read(input, self))));
        read.unwrap_or_else(|panic| {
            if panics::was_outside() {
                resume_unwind(panic);
            }
            // The panic may have come from deeper down: this level's frame is put together anew.
            (self.frame, self.reserved) = (frame, reserved);
            Err(Fault::broken(format.name(), "its reader panicked"))
        })
    }

    /// The format that the object was read as.
    pub(super) fn format(&self) -> &'static str {
        self.read_as
    }

    /// Why members could not be read: the class of the object if nothing of it was, and a sentence.
    pub(super) fn failed_members(&mut self, start: u64, end: u64) -> Option<(Class, String)> {
        let (class, what) = self.failed.take()?;
        if end > start && self.unread >= end - start {
            return Some((class, what));
        }
        Some((Class::Read, format!("members could not be read; of the first: {what}")))
    }

    /// Stored bytes from `start` to `end` that are neither done with nor entered otherwise.
    pub(super) fn left(&self, start: u64, end: u64) -> u64 {
        // What was entered may lie before `given` or behind it: no more is left than either says.
        let behind = end.saturating_sub(self.given.max(start));
        behind.min((end - start).saturating_sub(self.unread))
    }
}

/// What a fault says in coverage.
pub(super) fn class_of(fault: &Fault, source_failed: bool) -> Class {
    match fault {
        Fault::Stopped(_) => Class::Pending,
        Fault::Io(_) | Fault::Broken { .. } if source_failed => Class::Failed(Reason::Io),
        Fault::Io(_) | Fault::Broken { .. } => Class::Failed(Reason::Broken),
        Fault::Skipped { reason, .. } => Class::Skipped(*reason),
    }
}
