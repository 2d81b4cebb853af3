//! Archives, compressed streams and mail, from the outside: what is given, where it is from, and
//! what bad input does.

use std::io::{Cursor, Write};

use proptest::prelude::*;
use trawl_model::{Class, Codec, Item, Reason, Spot, Step};

use crate::Limits;
use crate::testing::{Collected, check_resume, hostile, read};

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

fn bzip2(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = bzip2::write::BzEncoder::new(Vec::new(), bzip2::Compression::best());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

fn xz(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = liblzma::write::XzEncoder::new(Vec::new(), 3);
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

fn zstd(bytes: &[u8]) -> Vec<u8> {
    zstd::encode_all(bytes, 3).unwrap()
}

fn zip(members: &[(&str, &[u8])]) -> Vec<u8> {
    let mut writer = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in members {
        writer.start_file(*name, zip::write::SimpleFileOptions::default()).unwrap();
        writer.write_all(bytes).unwrap();
    }
    writer.finish().unwrap().into_inner()
}

fn tar(members: &[(&str, &[u8])]) -> Vec<u8> {
    let mut builder = tar::Builder::new(Vec::new());
    for (name, bytes) in members {
        let mut header = tar::Header::new_gnu();
        header.set_size(bytes.len() as u64);
        header.set_mode(0o644);
        builder.append_data(&mut header, name, *bytes).unwrap();
    }
    builder.into_inner().unwrap()
}

const MESSAGE: &str = "From: Ann <ann@example.org>\r\nSubject: =?utf-8?q?gr=C3=BC=C3=9Fe?=\r\n\
    MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=xx\r\n\r\nfor old programs\r\n\
    --xx\r\nContent-Type: text/plain\r\n\r\nplain 4111\r\n\
    --xx\r\nContent-Type: text/plain; charset=iso-8859-1\r\n\
    Content-Transfer-Encoding: quoted-printable\r\n\r\nM=FCller 42=\r\n22\r\n\
    --xx\r\nContent-Type: application/zip; name=a.zip\r\n\
    Content-Transfer-Encoding: base64\r\n\r\nZIP\r\n--xx--\r\nbehind\r\n";

fn message() -> String {
    let inner = zip(&[("x.txt", b"in the zip 4333")]);
    let encoded = data_encoding_base64(&inner);
    MESSAGE.replace("ZIP", &encoded)
}

/// Base64 in lines, as mail has it.
fn data_encoding_base64(bytes: &[u8]) -> String {
    const SIGNS: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut out = String::new();
    for (index, group) in bytes.chunks(3).enumerate() {
        let bits =
            group.iter().fold(0u32, |b, v| b << 8 | u32::from(*v)) << (8 * (3 - group.len()));
        for i in 0..4 {
            let sign = SIGNS[(bits >> (18 - 6 * i) & 63) as usize];
            out.push(if i > group.len() { '=' } else { sign.into() });
        }
        if index % 19 == 18 {
            out.push_str("\r\n");
        }
    }
    out
}

fn entry(name: &str, nth: u32) -> Step {
    Step::Entry { name: name.into(), nth }
}

fn count(sink: &Collected, class: Class) -> u64 {
    sink.coverage.items_of(Item::Member, class)
}

const BROKEN: Class = Class::Failed(Reason::Broken);
const EXPANSION: Class = Class::Skipped(Reason::ExpansionLimit);

#[test]
fn a_value_is_placed_within_all_its_members() {
    let archive =
        gzip(&tar(&[("x/y.txt", b"see 4111 here"), ("z.zip", &zip(&[("q.txt", b"4222")]))]));
    let (sink, outcome) = read(&archive, "a.tar.gz", &Limits::default());
    assert_eq!(outcome.class, Class::Read);
    assert_eq!(outcome.format, "gzip");
    let found = sink.one("4111");
    assert_eq!(found.place.member, [Step::Stream(Codec::Gzip), entry("x/y.txt", 0)]);
    assert_eq!(found.place.spot, Spot::Bytes { start: 4, end: 8 });
    let steps = [Step::Stream(Codec::Gzip), entry("z.zip", 0), entry("q.txt", 0)];
    assert_eq!(sink.one("4222").place.member, steps);
}

#[test]
fn streams_that_are_joined_are_one_content_and_what_follows_is_not_read() {
    for (encode, name) in [
        (gzip as fn(&[u8]) -> Vec<u8>, "a.txt.gz"),
        (bzip2, "a.txt.bz2"),
        (xz, "a.txt.xz"),
        (zstd, "a.txt.zst"),
    ] {
        let mut joined = encode(b"first 41");
        joined.extend(encode(b"11 second"));
        let (sink, outcome) = read(&joined, name, &Limits::default());
        assert_eq!(outcome.class, Class::Read, "{name}");
        assert_eq!(sink.one("4111").place.spot, Spot::Bytes { start: 6, end: 10 }, "{name}");
        assert_eq!(sink.coverage.total_bytes(), 0, "{name}");
        joined.extend(b"rubbish");
        let (sink, _) = read(&joined, name, &Limits::default());
        assert_eq!(sink.find("4111").len(), 1, "{name}");
        assert_eq!(sink.coverage.bytes_of(Class::Skipped(Reason::Binary)), 7, "{name}");
    }
}

#[test]
fn a_stream_that_is_cut_off_gives_what_was_decoded_and_fails() {
    let text: Vec<u8> =
        (0..40_000u64).flat_map(|n| format!("{} ", n * n * 7919).into_bytes()).collect();
    for encode in [gzip as fn(&[u8]) -> Vec<u8>, bzip2, zstd, xz] {
        let encoded = encode(&[b"begins v4111v ", &text[..]].concat());
        let (sink, _) = read(&encoded[..encoded.len() - 9], "a.txt.gz", &Limits::default());
        assert_eq!(count(&sink, BROKEN), 1);
    }
    let encoded = gzip(&[b"begins v4111v ", &text[..]].concat());
    let (sink, _) = read(&encoded[..encoded.len() - 9], "a.txt.gz", &Limits::default());
    assert_eq!(sink.find("v4111v").len(), 1);
}

#[test]
fn members_of_the_same_name_are_told_apart() {
    let mut archive = zip(&[("a.txt", b"4111"), ("b.txt", b"4222")]);
    for at in memchr::memmem::find_iter(&archive.clone(), b"b.txt") {
        archive[at] = b'a';
    }
    let (sink, _) = read(&archive, "x.zip", &Limits::default());
    assert_eq!(sink.one("4111").place.member, [entry("a.txt", 0)]);
    assert_eq!(sink.one("4222").place.member, [entry("a.txt", 1)]);
    let (sink, _) = read(&tar(&[("a", b"4111"), ("a", b"4222")]), "x.tar", &Limits::default());
    assert_eq!(sink.one("4222").place.member, [entry("a", 1)]);
}

#[test]
fn an_archive_that_is_cut_off_gives_its_first_members() {
    let members = [("a.txt", &b"value 4111"[..]), ("b.txt", b"value 4222")];
    let archive = tar(&members);
    let (sink, outcome) = read(&archive[..1030], "x.tar", &Limits::default());
    assert_eq!(sink.find("4111").len(), 1);
    assert_eq!(outcome.class, BROKEN);
    let archive = zip(&members);
    let (sink, outcome) = read(&archive[..archive.len() - 40], "x.zip", &Limits::default());
    assert_eq!((sink.find("4111").len(), sink.find("4222").len()), (1, 1));
    assert_eq!(outcome.class, BROKEN);
}

#[test]
fn a_zip_without_random_access_is_read_by_its_headers() {
    let archive = gzip(&zip(&[("a.txt", b"value 4111"), ("b.txt", b"value 4222")]));
    let (sink, outcome) = read(&archive, "x.zip.gz", &Limits::default());
    assert_eq!(outcome.class, Class::Read);
    assert_eq!(count(&sink, Class::Read), 3);
    assert_eq!(sink.one("4222").place.member[1], entry("b.txt", 0));
}

#[test]
fn bombs_are_skipped_and_the_rest_is_read() {
    let zeros = vec![b' '; 8 << 20];
    let limits = Limits { max_expansion: 100, ..Limits::default() };
    let archive = zip(&[("bomb.txt", &zeros), ("b.txt", b"value 4222")]);
    let (sink, outcome) = read(&archive, "x.zip", &limits);
    assert_eq!(outcome.class, Class::Read);
    assert_eq!(count(&sink, EXPANSION), 1);
    assert_eq!(sink.find("4222").len(), 1);
    let (sink, _) = read(&gzip(&zeros), "x.gz", &limits);
    assert_eq!(count(&sink, EXPANSION), 1);
    let limits = Limits { max_decoded_bytes: 1 << 20, ..Limits::default() };
    let (_, outcome) = read(&gzip(&gzip(&zeros)), "x.gz.gz", &limits);
    assert_eq!(outcome.class, EXPANSION);
}

#[test]
fn members_that_overlap_end_the_archive() {
    let kernel: Vec<u8> =
        (0..4000u32).flat_map(|n| n.wrapping_mul(2_654_435_761).to_le_bytes()).collect();
    let archive = zip(&[("a", &kernel)]);
    let start = memchr::memmem::rfind(&archive, b"PK\x01\x02").unwrap();
    let end = memchr::memmem::rfind(&archive, b"PK\x05\x06").unwrap();
    let record = archive[start..end].to_vec();
    let mut bomb = archive[..end].to_vec();
    for _ in 0..99 {
        bomb.extend(&record);
    }
    let mut tail = archive[end..].to_vec();
    tail[8..10].copy_from_slice(&100u16.to_le_bytes());
    tail[10..12].copy_from_slice(&100u16.to_le_bytes());
    tail[12..16].copy_from_slice(&(record.len() as u32 * 100).to_le_bytes());
    bomb.extend(tail);
    let (sink, outcome) = read(&bomb, "x.zip", &Limits::default());
    assert_eq!(outcome.class, EXPANSION);
    assert!(count(&sink, EXPANSION) >= 98);
}

#[test]
fn nesting_is_bounded() {
    let mut archive = b"value 4111".to_vec();
    for _ in 0..12 {
        archive = zip(&[("a.zip", &archive)]);
    }
    let (sink, outcome) = read(&archive, "x.zip", &Limits::default());
    assert_eq!(outcome.class, Class::Read);
    assert_eq!(count(&sink, Class::Skipped(Reason::DepthLimit)), 1);
    assert!(sink.find("4111").is_empty());
}

#[test]
fn a_message_is_read_part_by_part() {
    let message = message();
    let (sink, outcome) = read(message.as_bytes(), "a.eml", &Limits::default());
    assert_eq!((outcome.format.as_str(), outcome.class), ("eml", Class::Read));
    let from = sink.one("ann@example.org");
    assert_eq!((from.label.as_deref(), from.place.member.len()), (Some("From"), 0));
    let Spot::Bytes { start, end } = from.place.spot else { panic!() };
    assert_eq!(&message[start as usize..end as usize], "ann@example.org");
    let subject = sink.one("gr\u{fc}\u{df}e");
    let Spot::Bytes { start, end } = subject.place.spot else { panic!() };
    assert_eq!(&message[start as usize..end as usize], "gr=C3=BC=C3=9Fe");
    assert_eq!(sink.one("4111").place.member, [Step::Part(0)]);
    assert_eq!(sink.one("4111").place.spot, Spot::Bytes { start: 6, end: 10 });
    let quoted = sink.one("M\u{fc}ller 4222");
    assert_eq!(quoted.place.member, [Step::Part(1)]);
    assert_eq!(quoted.place.spot, Spot::Bytes { start: 0, end: 16 });
    let zipped = [Step::Part(2), Step::Stream(Codec::Base64), entry("x.txt", 0)];
    assert_eq!(sink.one("4333").place.member, zipped);
    assert_eq!(sink.find("for old programs").len(), 1);
    assert_eq!(sink.find("behind").len(), 1);
    let cut = &message[..message.len() - 30];
    let (sink, outcome) = read(cut.as_bytes(), "a.eml", &Limits::default());
    assert_eq!((sink.find("4111").len(), outcome.class), (1, BROKEN));
}

#[test]
fn a_long_text_in_base64_is_cut_with_its_groups() {
    let text: String = (1000..3000).map(|n| format!("v{n}v ")).collect();
    let encoded = data_encoding_base64(text.as_bytes());
    let head = "From: a@example.org\r\nTo: b@example.org\r\nDate: x\r\n\
        Content-Type: text/plain\r\nContent-Transfer-Encoding: base64\r\n\r\n";
    let limits = Limits { max_field_bytes: 1000, overlap_bytes: 50, ..Limits::default() };
    let (sink, _) = read(format!("{head}{encoded}").as_bytes(), "a.eml", &limits);
    for n in 1000..2999 {
        let found = sink.one(&format!("v{n}v"));
        let Spot::Bytes { start, end } = found.place.spot else { panic!() };
        let at = (n - 1000) * 7;
        let sign = |byte: usize| byte / 3 * 4 + byte / 57 * 2;
        assert_eq!((start as usize, end as usize), (sign(at), sign(at + 5) + 4), "{n}");
    }
}

#[test]
fn a_mailbox_is_read_message_by_message() {
    let one = "From: a@example.org\nTo: b@example.org\n\nfirst 4111\n>From here\n";
    let mailbox = format!(
        "From x@example.org Thu Jan  1 00:00:00 2026\n{one}\nFrom y@example.org Thu\n{one}"
    );
    let (sink, outcome) = read(mailbox.as_bytes(), "inbox", &Limits::default());
    assert_eq!((outcome.format.as_str(), outcome.class), ("mbox", Class::Read));
    let found = sink.find("4111");
    assert_eq!(found.len(), 2);
    assert_eq!(found[1].place.member, [Step::Message(1), Step::Part(0)]);
    assert_eq!(sink.find("y@example.org").len(), 1);
    assert_eq!(check_resume(mailbox.as_bytes(), "inbox", &Limits::default(), "4111").len(), 2);
}

#[test]
fn reading_goes_on_at_the_member_where_it_was_left() {
    let members = [("a.txt", &b"one 4111"[..]), ("b.txt", b"two 4111"), ("c.txt", b"three 4111")];
    let small = Limits { piece_bytes: 64, overlap_bytes: 16, ..Limits::default() };
    for (archive, name) in [
        (zip(&members), "a.zip"),
        (tar(&members), "a.tar"),
        (gzip(&tar(&members)), "a.tar.gz"),
        (gzip(&zip(&members)), "a.zip.gz"),
        (tar(&[("x.tar", &tar(&members)), ("y.zip", &zip(&members))]), "b.tar"),
    ] {
        check_resume(&archive, name, &small, "4111");
    }
    assert_eq!(check_resume(message().as_bytes(), "a.eml", &small, "4111").len(), 1);
}

/// Valid files of every format here.
fn seeds() -> Vec<Vec<u8>> {
    let members = [("a.txt", &b"some text 4111"[..]), ("b/c.xml", b"<a b='c'>d</a>")];
    let mail = message().into_bytes();
    vec![
        zip(&members),
        tar(&members),
        gzip(&tar(&members)),
        gzip(&zip(&members)),
        bzip2(b"some text"),
        xz(b"some text"),
        zstd(&zip(&members)),
        [b"From a b\n", &mail[..], b"\nFrom c d\n", &mail].concat(),
        mail,
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(60))]

    #[test]
    fn bytes_that_were_changed_end_within_the_ledger(
        which in 0usize..9,
        changes in proptest::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..6),
        cut in proptest::option::of(any::<prop::sample::Index>()),
    ) {
        let mut bytes = seeds().swap_remove(which);
        for (at, byte) in changes {
            let at = at.index(bytes.len());
            bytes[at] = byte;
        }
        if let Some(cut) = cut {
            bytes.truncate(cut.index(bytes.len()));
        }
        // The reading itself checks the ledger.
        let limits = Limits { max_decoded_bytes: 1 << 20, whole_bytes: 1 << 20, ..Limits::default() };
        read(&bytes, "x", &limits);
    }

    #[test]
    fn any_bytes_behind_a_magic_number_end(
        which in 0usize..9,
        length in 4usize..600,
        bytes in proptest::collection::vec(any::<u8>(), 0..600),
    ) {
        let mut seed = seeds().swap_remove(which);
        seed.truncate(length);
        seed.extend(bytes);
        read(&seed, "x", &Limits { whole_bytes: 1 << 20, ..Limits::default() });
    }

    #[test]
    fn any_bytes_read_as_any_format_end(
        which in 0usize..9,
        format in proptest::sample::select(vec![
            "zip", "tar", "gzip", "bzip2", "xz", "zstd", "mbox", "eml", "xml", "html",
        ]),
        bytes in proptest::collection::vec(any::<u8>(), 0..200),
    ) {
        hostile(format, &bytes);
        hostile(format, &seeds()[which]);
    }
}
