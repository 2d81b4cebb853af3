//! A folder that is scanned again and again, and changes between the scans: a corpus that stays as it
//! is, and letters beside it that are written, added to, moved and thrown away.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use crate::corpus;
use crate::formats::Unwritten;
use crate::person::Person;
use crate::random::Random;

/// So many letters there are, at the least and at the most. All of them together are less than half
/// of the folder, for of more than half nobody believes that it has vanished.
const LETTERS: (usize, usize) = (12, 30);

/// Where the letters lie in the folder.
const FOLDER: &str = "letters";

/// A folder that changes.
#[derive(Debug)]
pub struct Tree {
    root: PathBuf,
    seed: u64,
    random: Random,
    /// The names of the letters that are there.
    letters: Vec<String>,
    /// So many were ever written.
    written: u64,
}

impl Tree {
    /// Makes a folder.
    pub fn make(root: &Path, seed: u64, size: u64) -> Result<Self, Unwritten> {
        let truth = Some(root.with_extension("truth.jsonl"));
        corpus::make(&corpus::Plan { seed, size, large: None, truth }, root)?;
        fs::create_dir_all(root.join(FOLDER))?;
        let random = Random::new(seed, 0x7472_6565);
        let mut tree =
            Self { root: root.to_owned(), seed, random, letters: Vec::new(), written: 0 };
        for _ in 0..LETTERS.0 {
            tree.write()?;
        }
        Ok(tree)
    }

    /// Where it lies.
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// Changes some of the letters.
    pub fn change(&mut self) -> io::Result<()> {
        for _ in 0..self.random.between(1, 6) {
            let letters = self.letters.len();
            match self.random.below(10) {
                0..=3 => self.add_to(|text, line| format!("{text}{line}"))?,
                4..=6 => {
                    self.add_to(|text, _| format!("Seen, and filed under correspondence.\n{text}"))?
                }
                7 if letters > LETTERS.0 => self.throw_away()?,
                8 => self.rename()?,
                _ if letters < LETTERS.1 => self.write()?,
                _ => {}
            }
        }
        Ok(())
    }

    fn line(&mut self) -> String {
        let person = Person::any(self.seed, &mut self.random);
        format!("{} {}, {}, write to {}\n", person.given, person.family, person.city, person.email)
    }

    fn path(&self, letter: &str) -> PathBuf {
        self.root.join(FOLDER).join(letter)
    }

    fn any(&mut self) -> usize {
        self.random.below(self.letters.len() as u64) as usize
    }

    fn write(&mut self) -> io::Result<()> {
        self.written += 1;
        let letter = format!("letter-{:05}.txt", self.written);
        let text: String = (0..self.random.between(1, 4)).map(|_| self.line()).collect();
        fs::write(self.path(&letter), text)?;
        self.letters.push(letter);
        Ok(())
    }

    /// What stood in it stays in it, in its place or in another.
    fn add_to(&mut self, added: impl Fn(&str, &str) -> String) -> io::Result<()> {
        let (at, line) = (self.any(), self.line());
        let path = self.path(&self.letters[at]);
        let text = fs::read_to_string(&path)?;
        fs::write(&path, added(&text, &line))
    }

    fn throw_away(&mut self) -> io::Result<()> {
        let at = self.any();
        let letter = self.letters.swap_remove(at);
        fs::remove_file(self.path(&letter))
    }

    fn rename(&mut self) -> io::Result<()> {
        self.written += 1;
        let (at, name) = (self.any(), format!("moved-{:05}.txt", self.written));
        fs::rename(self.path(&self.letters[at]), self.path(&name))?;
        self.letters[at] = name;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_changes_and_most_of_it_stays() {
        let place = tempfile::tempdir().unwrap();
        let root = place.path().join("tree");
        let mut tree = Tree::make(&root, 3, 1_000).unwrap();
        let (all, _) = crate::scan::extent(&root).unwrap();
        for _ in 0..200 {
            tree.change().unwrap();
            let (now, _) = crate::scan::extent(&root).unwrap();
            let letters = tree.letters.len();
            assert!((LETTERS.0..=LETTERS.1).contains(&letters), "{letters}");
            assert_eq!(now, all + letters as u64 - LETTERS.0 as u64);
            assert!(now > 2 * letters as u64, "{now} objects, {letters} of them letters");
        }
    }
}
