//! What holds for every format, whatever it does.

use trawl_model::unit::Resume;
use trawl_model::{Class, Item, Reason, Step};

use super::input::{Input, Random, Sequential, Stream, Watch};
use super::{ALL, Fault, Format, Head, Member, Reader};
use crate::sink::{Sink, Stopped};
use crate::testing::{Collected, Memory, read};
use crate::{Limits, formats};

/// Runs a format over an object of a thousand bytes, as if it had claimed it.
fn run(
    limits: &Limits,
    from: &Resume,
    read: impl Fn(&mut dyn Input, &mut Reader<'_>) -> Result<(), Fault> + Send + Sync,
) -> (Collected, Result<(), Fault>) {
    let (watch, consumed) = (std::rc::Rc::new(Watch::default()), Default::default());
    let mut content = Memory::new(vec![b'x'; 1000]);
    let mut sink = Collected::default();
    let mut reader =
        Reader::new(&mut sink, limits, from, watch.clone(), std::rc::Rc::clone(&consumed));
    let mut input = Random { content: &mut content, watch, consumed };
    let done = reader.read_guarded(&Toy(read), &mut input);
    (sink, done)
}

struct Toy<F>(F);

impl<F> Format for Toy<F>
where
    F: Fn(&mut dyn Input, &mut Reader<'_>) -> Result<(), Fault> + Send + Sync,
{
    fn name(&self) -> &'static str {
        "toy"
    }

    fn claim(&self, _head: &Head<'_>) -> u8 {
        100
    }

    fn read(&self, input: &mut dyn Input, reader: &mut Reader<'_>) -> Result<(), Fault> {
        (self.0)(input, reader)
    }
}

fn entry(number: u64, name: &str) -> Member<'_> {
    let step = Step::Entry { name: name.as_bytes().to_vec(), nth: 0 };
    Member::numbered(number, step, name.as_bytes(), Some(100))
}

fn stream(bytes: &[u8]) -> Stream<&[u8]> {
    Stream::new(bytes, None)
}

#[test]
fn a_format_that_panics_costs_its_member_and_no_more() {
    let bad = Toy(|_: &mut dyn Input, _: &mut Reader<'_>| panic!("a parser of others"));
    let (sink, done) = run(&Limits::default(), &Resume::default(), |_, reader| {
        reader.member_as(&entry(0, "bad"), Some(&bad), &mut stream(b"?"))?;
        assert!(reader.member_path().is_empty(), "the frame is put back");
        reader.member(&entry(1, "good.txt"), &mut stream(b"some MARK"))
    });
    assert!(done.is_ok());
    assert_eq!(sink.coverage.items_of(Item::Member, Class::Failed(Reason::Broken)), 1);
    assert_eq!(sink.coverage.items_of(Item::Member, Class::Read), 1);
    assert_eq!(sink.coverage.bytes_of(Class::Failed(Reason::Broken)), 100);
    let step = Step::Entry { name: b"good.txt".to_vec(), nth: 0 };
    assert_eq!(sink.one("MARK").place.member, [step]);
    assert_eq!(sink.one("good.txt").place.member.len(), 1);
    let (_, done) = run(&Limits::default(), &Resume::default(), |_, _| panic!("?"));
    assert!(matches!(done, Err(Fault::Broken { format: "toy", .. })));
}

#[test]
fn a_panic_of_the_sink_is_not_the_formats() {
    struct Bad;
    impl Sink for Bad {
        fn piece(&mut self, _: trawl_model::Piece) -> Result<(), Stopped> {
            panic!("the classifier")
        }
        fn safe_point(&mut self, _: Resume) -> Result<(), Stopped> {
            Ok(())
        }
        fn reserve(&mut self, _: usize) -> Result<bool, Stopped> {
            Ok(true)
        }
        fn items(&mut self, _: Item, _: Class, _: u64) {}
        fn unread_bytes(&mut self, _: Class, _: u64) {}
    }
    let read = std::panic::catch_unwind(|| {
        let (limits, from) = (Limits::default(), Resume::default());
        formats::read_object(&mut Memory::new("text"), b"", &limits, &from, &mut Bad)
    });
    assert!(read.is_err());
}

#[test]
fn what_expands_without_end_is_skipped_with_its_reason() {
    let limits = Limits { max_expansion: 20_000, ..Limits::default() };
    let endless = |reader: &mut Reader<'_>, n| {
        reader.member(&entry(n, "a.txt"), &mut Stream::new(std::io::repeat(b'a'), None))
    };
    let (sink, done) = run(&limits, &Resume::default(), |_, reader| endless(reader, 0));
    assert!(done.is_ok(), "the archive goes on");
    assert_eq!(sink.coverage.items_of(Item::Member, Class::Skipped(Reason::ExpansionLimit)), 1);

    let limits = Limits { max_decoded_bytes: 1 << 21, max_expansion: 1 << 40, ..Limits::default() };
    let (_, done) = run(&limits, &Resume::default(), |_, reader| endless(reader, 0));
    assert!(matches!(done, Err(Fault::Skipped { reason: Reason::ExpansionLimit, .. })));

    let limits = Limits { max_members: 2, ..Limits::default() };
    let (_, done) = run(&limits, &Resume::default(), |_, reader| {
        (0..3).try_for_each(|n| reader.member(&entry(n, "a"), &mut stream(b"a")))
    });
    assert!(matches!(done, Err(Fault::Skipped { reason: Reason::ExpansionLimit, .. })));
}

fn nest(input: &mut dyn Input, reader: &mut Reader<'_>) -> Result<(), Fault> {
    let inner = Toy(nest);
    let mut again = Stream::new(Sequential::new(input, 0), None);
    reader.member_as(&entry(0, "in"), Some(&inner), &mut again).map(|_| ())
}

#[test]
fn nesting_has_a_bound() {
    let (sink, done) = run(&Limits::default(), &Resume::default(), nest);
    assert!(done.is_ok());
    assert_eq!(sink.coverage.items_of(Item::Member, Class::Skipped(Reason::DepthLimit)), 1);
}

#[test]
fn an_archive_is_entered_again_within_the_member_that_was_left() {
    let limits = Limits { piece_bytes: 100, overlap_bytes: 10, ..Limits::default() };
    let text = "some MARK and more of it. ".repeat(40);
    let archive = |_: &mut dyn Input, reader: &mut Reader<'_>| {
        (0..3).try_for_each(|n| reader.member(&entry(n, "a.txt"), &mut stream(text.as_bytes())))
    };
    let (whole, _) = run(&limits, &Resume::default(), archive);
    let all = whole.find("MARK").len();
    assert_eq!(all, 120);
    assert!(whole.safe_points.iter().any(|point| point.at.levels.len() == 2));
    for point in &whole.safe_points {
        let (rest, _) = run(&limits, &point.at, archive);
        let found = rest.find("MARK").len() + marks(&whole.pieces[..point.pieces]);
        assert_eq!(found, all, "on from {:?}", point.at);
    }
}

fn marks(pieces: &[trawl_model::Piece]) -> usize {
    let starts = |piece: &trawl_model::Piece| {
        memchr::memmem::find_iter(&piece.text, "MARK").filter(|at| piece.core.contains(at)).count()
    };
    pieces.iter().map(starts).sum()
}

#[test]
fn a_whole_load_is_bounded_and_reserved() {
    let limits = Limits { whole_bytes: 5000, ..Limits::default() };
    let (sink, done) = run(&limits, &Resume::default(), |input, reader| {
        assert_eq!(reader.load_whole(input)?.len(), 1000);
        reader.load_whole(&mut Stream::new(std::io::repeat(1), None)).map(|_| ())
    });
    assert!(matches!(done, Err(Fault::Skipped { reason: Reason::ReaderLimit, .. })));
    assert!(sink.reserved >= 1000);
}

#[test]
fn a_reading_that_is_stopped_says_so() {
    let mut sink = Collected { stop_after: Some(2), ..Collected::default() };
    let limits = Limits { piece_bytes: 100, ..Limits::default() };
    let mut content = Memory::new("text ".repeat(1000));
    let read = formats::read_object(&mut content, b"a", &limits, &Resume::default(), &mut sink);
    assert_eq!(read, Err(Stopped));
}

#[test]
fn formats_have_names_of_their_own() {
    let mut names: Vec<&str> = ALL.iter().map(|format| format.name()).collect();
    names.sort_unstable();
    let all = names.len();
    names.dedup();
    assert_eq!(names.len(), all);
}

#[test]
fn a_broken_object_fails_with_its_bytes() {
    let bytes = [&b"PK\x03\x04"[..], &[7; 500]].concat();
    let (sink, outcome) = read(&bytes, "a.zip", &Limits::default());
    assert_eq!(outcome.class, Class::Failed(Reason::Broken));
    assert_eq!(sink.coverage.total_bytes(), bytes.len() as u64);
    assert!(outcome.error.is_some());
}
