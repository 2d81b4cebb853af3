//! Lists of terms: text files with sections, one term a line.
//!
//! ```text
//! # What stands behind a hash is left.
//! [weak]
//! depression
//! depressive{,n,r} episode{,n}
//! ```
//!
//! Braces give the endings of a word, so that a language that bends its words needs no line for
//! each form.

/// What the terms of a section are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Section {
    /// Terms that hardly mean anything else.
    Strong,
    /// Terms that also mean other things, or are spoken of in general.
    Weak,
    /// What a field is called that holds one.
    Label,
    /// What a field is called that holds one, in words that no list knows.
    OpenLabel,
    /// As an open label, where it is the name of a field and not of a line of text.
    OpenField,
    /// What a field may be called that holds one, and others are called too.
    WeakLabel,
    /// What stands before a term that is said of a person.
    Before,
    /// What stands after one.
    After,
    /// A person is spoken of.
    Person,
    /// A given name, if it begins with a capital.
    Given,
    /// What a field is called that is about a person.
    PersonLabel,
    /// It is spoken of in general.
    General,
    /// It is denied.
    Negation,
    /// A field says that there is nothing to say.
    Nothing,
    /// Terms that mean something else but under a label.
    UnderLabel,
    /// Terms that say of themselves that they are said of someone: `voted for …`, `member of …`.
    Saying,
}

const SECTIONS: [(&str, Section); 16] = [
    ("strong", Section::Strong),
    ("weak", Section::Weak),
    ("label", Section::Label),
    ("open label", Section::OpenLabel),
    ("open field", Section::OpenField),
    ("weak label", Section::WeakLabel),
    ("before", Section::Before),
    ("after", Section::After),
    ("person", Section::Person),
    ("given", Section::Given),
    ("person label", Section::PersonLabel),
    ("general", Section::General),
    ("negation", Section::Negation),
    ("nothing", Section::Nothing),
    ("under a label", Section::UnderLabel),
    ("saying", Section::Saying),
];

/// The section of a number that one was made into.
pub(crate) fn section(number: usize) -> Option<Section> {
    SECTIONS.get(number).map(|(_, section)| *section)
}

/// At most so many spellings one line has.
const MAX_SPELLINGS: usize = 256;

/// Gives each spelling of each term to `each`; where a line can't be read, its number from 1 and
/// what is wrong.
pub(crate) fn read(text: &str, mut each: impl FnMut(Section, &str)) -> Result<(), (usize, String)> {
    let mut section = None;
    for (number, line) in text.lines().enumerate() {
        let wrong = |what: &str| (number + 1, what.to_owned());
        let line = line.split('#').next().unwrap_or("").trim();
        if line.is_empty() {
            continue;
        }
        if let Some(name) = line.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')) {
            let known = SECTIONS.iter().find(|(known, _)| *known == name);
            let Some((_, known)) = known else {
                let all = SECTIONS.map(|(name, _)| name).join(", ");
                return Err(wrong(&format!("{name:?} is no section; there are {all}")));
            };
            section = Some(*known);
            continue;
        }
        let Some(section) = section else {
            return Err(wrong("no section is begun: put [strong] or [weak] before the terms"));
        };
        let spellings = spellings(line).ok_or_else(|| {
            wrong(&format!("braces must be paired, and give at most {MAX_SPELLINGS} spellings"))
        })?;
        spellings.iter().for_each(|spelling| each(section, spelling));
    }
    Ok(())
}

/// All spellings of a line; none if its braces are not paired or give too many.
fn spellings(line: &str) -> Option<Vec<String>> {
    let mut all = vec![String::new()];
    let mut rest = line;
    while let Some((head, tail)) = rest.split_once('{') {
        let (endings, tail) = tail.split_once('}')?;
        let endings: Vec<&str> = endings.split(',').map(str::trim).collect();
        if endings.iter().any(|e| e.contains('{')) || all.len() * endings.len() > MAX_SPELLINGS {
            return None;
        }
        all = all
            .iter()
            .flat_map(|one| endings.iter().map(move |ending| format!("{one}{head}{ending}")))
            .collect();
        rest = tail;
    }
    if rest.contains('}') {
        return None;
    }
    all.iter_mut().for_each(|one| one.push_str(rest));
    Some(all)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn all(text: &str) -> Result<Vec<(Section, String)>, (usize, String)> {
        let mut all = Vec::new();
        read(text, |section, term| all.push((section, term.to_owned())))?;
        Ok(all)
    }

    #[test]
    fn sections_and_endings_are_read() {
        let text = "# head\n[weak]\ndepressi{on,ve{,r} # no\n";
        assert_eq!(all(text).unwrap_err().0, 3);
        let text = "# head\n\n[strong]\nasthm{a,e} x{,n}\n[weak label]\nparty";
        let strong = ["asthma x", "asthma xn", "asthme x", "asthme xn"];
        let mut wanted: Vec<_> = strong.map(|t| (Section::Strong, t.to_owned())).into();
        wanted.push((Section::WeakLabel, "party".to_owned()));
        assert_eq!(all(text), Ok(wanted));
    }

    #[test]
    fn what_can_not_be_read_is_told_with_its_line() {
        assert_eq!(all("[strong]\n\na}b").unwrap_err().0, 3);
        assert_eq!(all("x").unwrap_err().0, 1);
        assert!(all("[odd]").unwrap_err().1.contains("\"odd\" is no section"));
        assert!(all(&format!("[weak]\n{}", "{a,b}".repeat(9))).is_err());
    }
}
