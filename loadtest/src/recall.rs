//! Measures a scan of a corpus against its truth.

use std::collections::HashMap;
use std::io;
use std::path::{Path, PathBuf};

use crate::findings::{self, Finding};
use crate::judge::Judge;
use crate::ledger::{self, Sums};
use crate::scan::{Cost, Scan, extent};
use crate::truth;

/// What was measured.
#[derive(Debug)]
pub struct Measured {
    /// Scores and mismatches.
    pub judge: Judge,
    /// What the scan cost.
    pub cost: Cost,
    /// Objects and bytes of the corpus.
    pub extent: (u64, u64),
    /// What the ledgers sum to; what went wrong where they could not be had.
    pub ledgers: Result<Sums, String>,
}

impl Measured {
    /// Whether the ledgers sum to the corpus.
    pub fn adds_up(&self) -> bool {
        let (objects, bytes) = self.extent;
        self.ledgers == Ok(Sums { bytes, objects })
    }

    /// Bytes of the corpus a second, in millions.
    pub fn throughput(&self) -> f64 {
        self.extent.1 as f64 / 1e6 / self.cost.elapsed.as_secs_f64().max(1e-9)
    }
}

/// Scans a corpus and judges what was found. `keep` mismatches of each type are kept.
pub fn measure(scan: &Scan, truth: &Path, keep: usize) -> io::Result<Measured> {
    let extent = extent(&scan.target)?;
    let cost = scan.run()?;
    let judge = judged(&scan.target, truth, &scan.out, UNMARKED, keep)?;
    let ledgers = scan.coverage().map(|c| ledger::sums(&c)).map_err(|error| error.to_string());
    Ok(Measured { judge, cost, extent, ledgers })
}

/// What the truth of a corpus does not tell, though its texts are full of it: the people in it are all made up.
/// How right these are, labelled sets show (`accuracy`).
pub const UNMARKED: &[&str] = &["person_name", "postal_address"];

/// Judges findings in a file against the truth of a corpus; those of types that it doesn't tell are left out.
pub fn judged(
    corpus: &Path,
    truth: &Path,
    out: &Path,
    unmarked: &[&str],
    keep: usize,
) -> io::Result<Judge> {
    let mut found: HashMap<String, Vec<Finding>> = HashMap::new();
    let root = Root::of(corpus);
    findings::each(out, |mut finding| {
        if unmarked.contains(&finding.kind.as_str()) {
            return;
        }
        finding.object = root.relative(&finding.object);
        found.entry(finding.object.clone()).or_default().push(finding);
    })?;
    let mut judge = Judge::keeping(keep);
    truth::each_object(truth, |object, planted| {
        judge.object(planted, &found.remove(object).unwrap_or_default());
    })?;
    let mut rest: Vec<_> = found.into_iter().collect();
    rest.sort_by(|a, b| a.0.cmp(&b.0));
    for (_, findings) in rest {
        judge.object(&[], &findings);
    }
    Ok(judge)
}

/// The corpus' folder in the forms in which an object's name may begin with it.
pub(crate) struct Root(Vec<PathBuf>);

impl Root {
    pub(crate) fn of(corpus: &Path) -> Self {
        let mut forms = vec![corpus.to_owned()];
        forms.extend(corpus.canonicalize());
        Self(forms)
    }

    pub(crate) fn relative(&self, object: &str) -> String {
        let object = object.strip_prefix("file://").unwrap_or(object);
        let path = Path::new(object);
        let inner = self.0.iter().find_map(|root| path.strip_prefix(root).ok()).unwrap_or(path);
        inner.to_string_lossy().into_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn objects_are_known_by_their_place_in_the_corpus() {
        let root = Root::of(Path::new("/tmp/corpus"));
        assert_eq!(root.relative("/tmp/corpus/mail/0000/a.eml"), "mail/0000/a.eml");
        assert_eq!(root.relative("file:///tmp/corpus/a.txt"), "a.txt");
        assert_eq!(root.relative("mail/a.eml"), "mail/a.eml");
    }
}
