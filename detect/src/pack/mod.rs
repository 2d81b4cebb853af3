//! Packs: rules of one's own that come together under a name, with the files that they need and with
//! what is said about the rules of others.
//!
//! A pack is untrusted: its files, their names and their sizes have bounds, and a pack with a mistake
//! is refused with all its mistakes. It is read from memory; who keeps it is the caller's matter.

mod overrides;

use std::collections::HashMap;

use crate::rule::problem::{Error, Problem, Problems};
use crate::rule::{MAX_RULES, Rules};
use overrides::Overrides;
pub(crate) use overrides::Tuning;

/// At most so many files a pack.
pub const MAX_FILES: usize = 4096;
/// At most so many bytes the name of a file.
const MAX_NAME_BYTES: usize = 200;
/// At most so many bytes the name of a pack.
const MAX_PACK_NAME_BYTES: usize = 64;
/// The file in which a pack says something about rules, its own or others'.
pub const OVERRIDES: &str = "overrides.toml";

/// A file of a pack.
#[derive(Clone, PartialEq, Eq)]
pub struct File {
    /// Its name within the pack: `staff/badge.toml`.
    pub name: String,
    /// What is in it.
    pub content: Vec<u8>,
}

impl File {
    /// The hash of its content.
    pub fn hash(&self) -> [u8; 32] {
        blake3::hash(&self.content).into()
    }
}

/// Of the content, which may be a list of customers, the length alone.
impl std::fmt::Debug for File {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} ({} bytes)", self.name, self.content.len())
    }
}

/// A pack that has been read and found right by itself.
#[derive(Debug, Clone)]
pub struct Pack {
    name: String,
    rules: Option<Rules>,
    overrides: Overrides,
    hash: [u8; 32],
}

impl Pack {
    /// The pack of these files.
    pub fn read(name: &str, files: &[File]) -> Result<Self, Error> {
        let mut problems = Vec::new();
        names(name, files, &mut problems);
        if !problems.is_empty() {
            return Err(Error::Rules(problems));
        }
        let beside: HashMap<&str, &[u8]> =
            files.iter().map(|file| (file.name.as_str(), file.content.as_slice())).collect();
        let (mut rules, mut overrides) = (Vec::new(), Overrides::default());
        for file in files.iter().filter(|file| is_rule(&file.name)) {
            let shown = format!("{name}/{}", file.name);
            let mut here = Problems::new(&shown, &mut problems);
            match std::str::from_utf8(&file.content) {
                Err(error) => {
                    let at = error.valid_up_to();
                    here.text(None, format!("no UTF-8 from byte {at} on; save it as UTF-8"));
                }
                Ok(text) if file.name == OVERRIDES => {
                    overrides = Overrides::read(text, &mut here).unwrap_or_default();
                }
                Ok(text) => rules.push((shown, text)),
            }
        }
        let beside = |rule: &str, wanted: &str| {
            let rule = rule.strip_prefix(name).and_then(|rest| rest.strip_prefix('/'));
            let folder = rule.and_then(|rule| rule.rsplit_once('/')).map(|(folder, _)| folder);
            let path = folder.map_or_else(|| wanted.to_owned(), |f| format!("{f}/{wanted}"));
            let content = beside.get(path.as_str()).map(|content| content.to_vec());
            content.ok_or_else(|| format!("{path}: there is no such file in the pack"))
        };
        let read = match rules.is_empty() {
            true => Ok(None),
            false => Rules::parse_beside(&rules, &beside).map(Some),
        };
        let rules = read.unwrap_or_else(|Error::Rules(more)| {
            problems.extend(more);
            None
        });
        if problems.is_empty() && rules.is_none() && overrides.is_empty() {
            let what = "no rule and nothing about any rule is in it; a rule is a file whose name ends \
                        in .toml, and overrides.toml says something about rules";
            Problems::new(name, &mut problems).text(None, what);
        }
        if !problems.is_empty() {
            return Err(Error::Rules(problems));
        }
        Ok(Self { name: name.to_owned(), rules, overrides, hash: hash_of(files) })
    }

    /// Its name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Its rules.
    pub fn rules(&self) -> Option<&Rules> {
        self.rules.as_ref()
    }

    /// The hash of all that is in it.
    pub fn hash(&self) -> [u8; 32] {
        self.hash
    }
}

/// Whether what was found by rules of which `before` was said is enough to know what is found by the same
/// rules if `after` is said: the second hides all that the first did. Each is the text of all files
/// [`OVERRIDES`] that apply. What can't be read is never enough.
pub fn can_judge_again(before: &[&[u8]], after: &[&[u8]]) -> bool {
    let all = |texts: &[&[u8]]| {
        let (mut problems, mut all) = (Vec::new(), Overrides::default());
        for text in texts {
            let mut here = Problems::new(OVERRIDES, &mut problems);
            all = all.and(Overrides::read(std::str::from_utf8(text).ok()?, &mut here)?);
        }
        Some(all)
    };
    match (all(before), all(after)) {
        (Some(before), Some(after)) => after.hides_no_less_than(&before),
        _ => false,
    }
}

/// These rules with those of packs, and what is said about them.
pub(crate) fn whole(base: Rules, packs: &[Pack]) -> Result<(Rules, Tuning), Error> {
    let mut rules = base;
    for own in packs.iter().filter_map(Pack::rules) {
        rules = rules.and(own.clone())?;
    }
    let mut problems = Vec::new();
    let mut tuning = Tuning::default();
    for pack in packs {
        let file = format!("{}/{OVERRIDES}", pack.name);
        let mut here = Problems::new(&file, &mut problems);
        pack.overrides.apply(&mut rules, &mut tuning, &mut here);
    }
    if problems.is_empty() { Ok((rules, tuning)) } else { Err(Error::Rules(problems)) }
}

/// The hash of files, in whatever order they come.
pub fn hash_of(files: &[File]) -> [u8; 32] {
    let mut sorted: Vec<&File> = files.iter().collect();
    sorted.sort_by(|a, b| a.name.cmp(&b.name));
    let mut hash = blake3::Hasher::new();
    for file in sorted {
        hash.update(&(file.name.len() as u64).to_be_bytes()).update(file.name.as_bytes());
        hash.update(&file.hash());
    }
    hash.finalize().into()
}

/// Whether it is the name of a pack: it stands in paths and in lists.
pub fn is_name(name: &str) -> bool {
    let is_inner = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
    name.len() <= MAX_PACK_NAME_BYTES
        && name.starts_with(|c: char| c.is_ascii_lowercase())
        && name.chars().all(is_inner)
}

fn is_rule(name: &str) -> bool {
    name.strip_suffix(".toml").is_some()
}

fn names(pack: &str, files: &[File], problems: &mut Vec<Problem>) {
    let mut here = Problems::new(pack, problems);
    if !is_name(pack) {
        let what = format!(
            "{pack:?} is no name of a pack: use a-z, 0-9 and -, a letter first, at most \
             {MAX_PACK_NAME_BYTES} of them"
        );
        here.text(None, what);
        return;
    }
    let rules = files.iter().filter(|file| is_rule(&file.name)).count();
    for (what, count, most) in [("files", files.len(), MAX_FILES), ("rules", rules, MAX_RULES)] {
        if count > most {
            here.text(None, format!("{count} {what} are in the pack, and {most} may be"));
            return;
        }
    }
    let mut seen = HashMap::new();
    for file in files {
        if !is_path(&file.name) {
            let what = format!(
                "{:?} is no name of a file: use letters, digits, dots, - and _, with / between \
                 folders, none of which begins with a dot",
                file.name
            );
            here.text(None, what);
        } else if seen.insert(file.name.as_str(), ()).is_some() {
            here.text(None, format!("{} is there twice", file.name));
        }
    }
}

/// Whether it is the name of a file in a pack: it leads nowhere but down.
pub fn is_path(name: &str) -> bool {
    let is_part = |part: &str| {
        !part.is_empty()
            && !part.starts_with('.')
            && part.chars().all(|c| c.is_alphanumeric() || matches!(c, '.' | '-' | '_'))
    };
    name.len() <= MAX_NAME_BYTES && name.split('/').all(is_part)
}

#[cfg(test)]
mod tests;
