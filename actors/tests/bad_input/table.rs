//! The table: one file a row, what becomes of it, and what is said.

use trawl_model::{Class, Item, Reason};

use crate::checked::{MARKER, adds_up, class_of, close, gather_log, has_a_word, tells_nothing};
use crate::folder;
use crate::made::{Zip, encrypted_office, encrypted_pdf, gzip, gzip_of_zeros, line};
use crate::support::{Trawl, options, write};

/// A file, and what is expected of it.
struct Row {
    name: &'static str,
    bytes: Vec<u8>,
    class: Class,
    /// A word of the sentence that says why it was not read; none where all was.
    says: &'static str,
    /// Members that were not read, and why.
    members: Option<(Class, u64)>,
    findings: u64,
}

const fn row(name: &'static str, bytes: Vec<u8>, class: Class) -> Row {
    Row { name, bytes, class, says: "", members: None, findings: 0 }
}

impl Row {
    fn says(self, says: &'static str) -> Self {
        Self { says, ..self }
    }

    fn members(self, class: Class, count: u64) -> Self {
        Self { members: Some((class, count)), ..self }
    }

    fn finds(self, findings: u64) -> Self {
        Self { findings, ..self }
    }
}

fn broken(name: &'static str, bytes: Vec<u8>) -> Row {
    row(name, bytes, Class::Failed(Reason::Broken)).says("e")
}

fn read(name: &'static str, bytes: Vec<u8>) -> Row {
    row(name, bytes, Class::Read).finds(1)
}

fn with_line(before: &[u8], after: &[u8]) -> Vec<u8> {
    [before, line().as_bytes(), after].concat()
}

/// A magic number, and nothing behind it that fits.
fn garbage(magic: &[u8]) -> Vec<u8> {
    let mut noise = 0x9E37_79B9_u32;
    let rest = (0..4_000).map(|_| {
        noise ^= noise << 13;
        noise ^= noise >> 17;
        noise ^= noise << 5;
        noise as u8
    });
    magic.iter().copied().chain(rest).chain(line().bytes()).collect()
}

fn behind_a_right_magic() -> Vec<Row> {
    vec![
        broken("garbage.zip", garbage(b"PK\x03\x04")),
        broken("garbage.gz", garbage(b"\x1F\x8B\x08\0\0\0\0\0\0\x03")),
        broken("garbage.bz2", garbage(b"BZh91AY&SY")),
        broken("garbage.xz", garbage(b"\xFD7zXZ\0")),
        broken("garbage.zst", garbage(b"\x28\xB5\x2F\xFD")),
        broken("garbage.pdf", garbage(b"%PDF-1.7\n")),
        broken("garbage.sqlite", garbage(b"SQLite format 3\0")),
        broken("garbage.parquet", garbage(b"PAR1")),
        broken("garbage.docx", garbage(b"PK\x03\x04")),
    ]
}

fn locked() -> Vec<Row> {
    let encrypted = Class::Skipped(Reason::Encrypted);
    vec![
        row("locked.zip", Zip::default().encrypted(b"a.txt").end(), Class::Read)
            .members(encrypted, 1),
        row("locked.pdf", encrypted_pdf(), encrypted).says("encrypted"),
        row("locked.docx", encrypted_office(), encrypted).says("encrypted"),
    ]
}

fn bombs() -> Vec<Row> {
    let zeros = vec![0; 20 << 20];
    let flat = Zip::default()
        .add(b"same.txt", &vec![b'x'; 20 << 20])
        .add(b"zeros.txt", &zeros)
        .add(b"a.txt", line().as_bytes())
        .end();
    let mut nested = flat.clone();
    for _ in 0..10 {
        nested = Zip::default().add(b"inner.zip", &nested).end();
    }
    let overlapping = Zip::default().add(b"a.txt", line().as_bytes()).overlap(500).end();
    let limit = Class::Skipped(Reason::ExpansionLimit);
    vec![
        read("flat.zip", flat).members(limit, 1),
        row("nested.zip", nested, Class::Read).members(Class::Skipped(Reason::DepthLimit), 1),
        // Each is read once more than there are bytes for; then it is enough.
        row("overlapping.zip", overlapping, limit).says("overlap").members(limit, 35).finds(466),
        // Zeros are no text: they are left before they have grown.
        row("zeros.gz", gzip_of_zeros(64), Class::Read).members(Class::Skipped(Reason::Binary), 1),
        row("twice.gz", gzip(&gzip_of_zeros(64)), Class::Read)
            .members(Class::Skipped(Reason::Binary), 1),
        row("same.gz", gzip(&vec![b'x'; 20 << 20]), Class::Read).members(limit, 1),
    ]
}

fn text_without_end() -> Vec<Row> {
    let nested = ["[".repeat(100_000), format!("\"{MARKER}\""), "]".repeat(100_000)].concat();
    let entities: String = (1..20).fold("<!ENTITY e0 'lol'>".to_owned(), |all, n| {
        format!("{all}<!ENTITY e{n} '{}'>", format!("&e{};", n - 1).repeat(10))
    });
    let bomb = format!("<?xml version='1.0'?><!DOCTYPE b [{entities}]><b>&e19; {MARKER}</b>");
    let elements = ["<a>".repeat(100_000), MARKER.to_owned(), "</a>".repeat(100_000)].concat();
    let wide = |n: usize| (0..n).map(|n| format!("c{n},")).collect::<String>();
    let columns = format!("{}email\n{}{MARKER}\n", wide(10_000), wide(10_000));
    let mbox = format!(
        "From a@b Thu Jan  1 00:00:00 1970\nFrom: x\nMIME-Version: 1.0\nContent-Type: \
         multipart/mixed; boundary=b\n\n--b\nContent-Type: text/plain\n\n{}\n--b\nContent-Type: \
         multipart/mixed; boundary=c\n\n--c\nContent-Transfer-Encoding: base64\n\n////",
        line()
    );
    vec![
        read("deep.json", nested.into_bytes()),
        read("entities.xml", bomb.into_bytes()),
        read("deep.xml", elements.into_bytes()),
        read("wide.csv", columns.into_bytes()),
        read("quote.csv", with_line(b"name,email\nx,\"never closed\n", b"more\n")),
        read("endless.mbox", mbox.into_bytes()),
        read("one-line.txt", [vec![b'x'; 4 << 20], b" ".to_vec(), line().into_bytes()].concat()),
    ]
}

fn lies() -> Vec<Row> {
    let zip = Zip::default().add(b"a.txt", line().as_bytes()).end();
    vec![
        row("empty.txt", Vec::new(), Class::Read),
        row("empty.zip", Vec::new(), Class::Read),
        row("empty.pdf", Vec::new(), Class::Read),
        read("text.pdf", line().into_bytes()),
        read("text.zip", line().into_bytes()),
        read("text.docx", line().into_bytes()),
        read("text.jpg", line().into_bytes()),
        read("text.sqlite", line().into_bytes()),
        read("zip.txt", zip.clone()),
        read("zip.docx", zip.clone()),
        read("zip.csv", zip),
        read("gzip.json", gzip(line().as_bytes())),
        row("zeros.txt", vec![0; 100_000], Class::Skipped(Reason::Binary)).says("text"),
    ]
}

fn names_of_members() -> Vec<Row> {
    let zip = [&b"../../etc/passwd"[..], b"/abs", b"a\nb\x1B[31m", b"\xFF\xFE", b"", b"a\0b"]
        .iter()
        .fold(Zip::default(), |zip, name| zip.add(name, line().as_bytes()));
    vec![row("names.zip", zip.end(), Class::Read).finds(6)]
}

fn rows() -> Vec<Row> {
    let groups =
        [behind_a_right_magic(), locked(), bombs(), text_without_end(), lies(), names_of_members()];
    groups.into_iter().flatten().collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn each_file_of_the_table_has_its_class_and_its_word() {
    gather_log();
    let (data, root) = (folder(), folder());
    let rows = rows();
    rows.iter().for_each(|row| write(root.path(), row.name, &row.bytes));
    let trawl = Trawl::open(data.path(), options()).await;
    let scan = trawl.scan(root.path()).await;
    adds_up(&scan);
    assert_eq!(scan.listed_objects, rows.len() as u64);
    let objects = trawl.objects(root.path()).await;
    let mut wrong = Vec::new();
    for row in &rows {
        let object = &objects[row.name];
        has_a_word(row.name, object);
        let says = object.error.clone().unwrap_or_default();
        let members =
            row.members.map(|(class, _)| (class, object.coverage.items_of(Item::Member, class)));
        if (class_of(object), members, object.findings) != (row.class, row.members, row.findings)
            || !says.contains(row.says)
        {
            let (format, coverage) = (&object.format, &object.coverage);
            wrong.push(format!(
                "{}: {says:?}, {} found, {format:?}, {coverage:?}",
                row.name, object.findings
            ));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    tells_nothing(&trawl, root.path(), data.path()).await;
    close(trawl).await;
}
