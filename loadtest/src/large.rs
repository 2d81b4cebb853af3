//! Large files: a text that is cut, a zip of many members, an xz that can't be entered in the
//! middle. They are written as streams.

use std::fs::{self, File};
use std::io::{BufWriter, Write};
use std::path::Path;

use zip::write::SimpleFileOptions;

use crate::corpus::Made;
use crate::draft::Draft;
use crate::formats::Unwritten;
use crate::machine;
use crate::prose::Desk;
use crate::random::{BASE64, Random};
use crate::truth::Ledger;
use crate::written::{Mark, Spot, Written};

/// How large they are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Large {
    /// Bytes of the text.
    pub text_bytes: u64,
    /// Members of the zip.
    pub zip_members: u64,
    /// Bytes of the xz as it is stored.
    pub xz_bytes: u64,
}

impl Default for Large {
    fn default() -> Self {
        Self { text_bytes: 200_000_000, zip_members: 1_000, xz_bytes: 50_000_000 }
    }
}

/// Characters of a picture in Base64 beside each paragraph of the packed file: they keep it from
/// shrinking, as the pictures in real exports do.
const PICTURE: usize = 6_000;

/// Makes them in the corpus' folder.
pub fn make(
    seed: u64,
    large: &Large,
    folder: &Path,
    ledger: &mut Ledger,
) -> Result<Made, Unwritten> {
    let folder_of_all = folder.join("large");
    fs::create_dir_all(&folder_of_all)?;
    let mut made = Made::default();
    for planted in [
        text(seed, large.text_bytes, &folder_of_all.join("journal.txt"), ledger)?,
        zip(seed, large.zip_members, &folder_of_all.join("members.zip"), ledger)?,
        xz(seed, large.xz_bytes, &folder_of_all.join("export.txt.xz"), ledger)?,
    ] {
        made.planted += planted;
    }
    for name in ["journal.txt", "members.zip", "export.txt.xz"] {
        made.objects += 1;
        made.bytes += fs::metadata(folder_of_all.join(name))?.len();
    }
    Ok(made)
}

fn text(seed: u64, size: u64, path: &Path, ledger: &mut Ledger) -> Result<u64, Unwritten> {
    let random = &mut Random::new(seed, u64::MAX - 1);
    let mut out = BufWriter::new(File::create(path)?);
    let (mut at, mut planted) = (0, 0);
    while at < size {
        let draft = chapter(seed, random);
        let marks = moved(&draft, at, &[]);
        ledger.enter("large/journal.txt", &marks)?;
        out.write_all(draft.text.as_bytes())?;
        at += draft.text.len() as u64;
        planted += marks.len() as u64;
    }
    out.flush()?;
    Ok(planted)
}

fn zip(seed: u64, members: u64, path: &Path, ledger: &mut Ledger) -> Result<u64, Unwritten> {
    let random = &mut Random::new(seed, u64::MAX - 2);
    let mut out = zip::ZipWriter::new(BufWriter::new(File::create(path)?));
    let options = SimpleFileOptions::default().last_modified_time(zip::DateTime::default());
    let mut planted = 0;
    for i in 0..members {
        let name = format!("letters/{:02}/letter-{i:04}.txt", i % 20);
        let file = Written::text(&Desk { seed, random, latin: false }.any());
        out.start_file(name.as_str(), options)?;
        out.write_all(&file.bytes)?;
        let marks = Written::marks_within(file.marks, &name);
        ledger.enter("large/members.zip", &marks)?;
        planted += marks.len() as u64;
    }
    out.finish()?.flush()?;
    Ok(planted)
}

fn xz(seed: u64, size: u64, path: &Path, ledger: &mut Ledger) -> Result<u64, Unwritten> {
    let random = &mut Random::new(seed, u64::MAX - 3);
    let mut out = liblzma::write::XzEncoder::new(BufWriter::new(File::create(path)?), 0);
    let (mut at, mut planted) = (0, 0);
    while out.total_out() < size {
        let mut draft = Desk { seed, random, latin: false }.any();
        let picture = random.string(BASE64, PICTURE);
        draft.say("picture: ").say(&picture).say("\n\n");
        let marks = moved(&draft, at, &["(xz)"]);
        ledger.enter("large/export.txt.xz", &marks)?;
        out.write_all(draft.text.as_bytes())?;
        at += draft.text.len() as u64;
        planted += marks.len() as u64;
    }
    out.finish()?.flush()?;
    Ok(planted)
}

/// A stretch of a journal: mostly sentences and chatter, some of it about people.
fn chapter(seed: u64, random: &mut Random) -> Draft {
    let mut draft = machine::log(seed, 12, random);
    let mut desk = Desk { seed, random, latin: false };
    let somebody = desk.person();
    desk.filler(&somebody, 24, &mut draft);
    draft.append(&desk.any()).say("\n");
    draft
}

fn moved(draft: &Draft, base: u64, member: &[&str]) -> Vec<Mark> {
    draft
        .plants
        .iter()
        .map(|plant| {
            let spot = Spot::Bytes(base + plant.start as u64, base + plant.end as u64);
            let member = member.iter().map(|step| (*step).to_owned()).collect();
            Mark { member, ..Mark::of(draft, plant, spot) }
        })
        .collect()
}
