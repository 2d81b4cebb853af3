//! What people said of alarms, by their places: kept without any value.

use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::Path;

use super::Alarm;

/// What a reader said of an alarm.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Verdict {
    /// It is what the type says.
    True,
    /// Reasonable people differ, or it can't be told.
    Doubtful,
    /// It is nothing of the kind.
    False,
}

impl Verdict {
    fn parse(word: &str) -> Option<Self> {
        Some(match word {
            "true" => Self::True,
            "doubtful" => Self::Doubtful,
            "false" => Self::False,
            _ => return None,
        })
    }
}

/// What the first line of the file says.
const HEAD: &str = "object\tplace\ttype\trule\tverdict\twhy";

/// Verdicts by object, place and type. The rule is told for who reads the file: it may be split, and the
/// verdict stays.
#[derive(Debug, Default)]
pub struct Labels(BTreeMap<[String; 3], Verdict>);

impl Labels {
    /// Reads a file of labels; none where there is no such file.
    pub fn read(path: &Path) -> io::Result<Self> {
        match fs::read_to_string(path) {
            Ok(text) => Self::parse(&text).map_err(|line| {
                io::Error::other(format!("{}:{line}: no label: {HEAD}", path.display()))
            }),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(Self::default()),
            Err(error) => Err(error),
        }
    }

    /// Reads labels, or tells in which line there is none, or one of what has another already.
    fn parse(text: &str) -> Result<Self, usize> {
        let mut labels = BTreeMap::new();
        for (number, line) in text.lines().enumerate() {
            if number == 0 && line == HEAD {
                continue;
            }
            let cells: Vec<&str> = line.split('\t').collect();
            let [object, place, kind, _, verdict, _] = cells[..] else { return Err(number + 1) };
            let verdict = Verdict::parse(verdict).ok_or(number + 1)?;
            let key = [object, place, kind].map(str::to_owned);
            if labels.insert(key, verdict).is_some() {
                return Err(number + 1);
            }
        }
        Ok(Self(labels))
    }

    /// What was said of an alarm.
    pub fn of(&self, alarm: &Alarm) -> Option<Verdict> {
        self.0.get(&[alarm.object.clone(), alarm.place.clone(), alarm.kind.clone()]).copied()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_are_read_and_found_by_their_place() {
        let text = format!(
            "{HEAD}\na-1.0.0/src/lib.rs\tbytes 5..9\temail\temail\ttrue\tan author\n\
             a-1.0.0/src/lib.rs\tbytes 15..19\temail\temail\tfalse\ta function\n"
        );
        let labels = Labels::parse(&text).unwrap();
        let alarm = |place: &str, kind: &str| Alarm {
            object: "a-1.0.0/src/lib.rs".to_owned(),
            place: place.to_owned(),
            kind: kind.to_owned(),
        };
        assert_eq!(labels.of(&alarm("bytes 5..9", "email")), Some(Verdict::True));
        assert_eq!(labels.of(&alarm("bytes 15..19", "email")), Some(Verdict::False));
        assert_eq!(labels.of(&alarm("bytes 15..19", "phone")), None);
        assert_eq!(labels.of(&alarm("bytes 5..8", "email")), None);
    }

    #[test]
    fn a_line_that_is_no_label_is_told() {
        let line = "a\tbytes 5..9\temail\temail\ttrue\tan author\n";
        assert_eq!(Labels::parse(&format!("{line}{line}")).unwrap_err(), 2);
        assert_eq!(
            Labels::parse("a\tbytes 5..9\temail\temail\tperhaps\tan author").unwrap_err(),
            1
        );
        assert_eq!(Labels::parse(&format!("{HEAD}\n{line}\n")).unwrap_err(), 3);
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("labels.tsv");
        assert!(Labels::read(&path).unwrap().0.is_empty());
        fs::write(&path, "what?").unwrap();
        assert!(Labels::read(&path).unwrap_err().to_string().contains("labels.tsv:1: no label"));
    }
}
