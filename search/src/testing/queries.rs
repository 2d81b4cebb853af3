//! Queries made from a seed, about given documents: most ask for what is there.

use trawl_model::Level;

use super::Seed;
use crate::document::Document;
use crate::query::{FIELDS, Field, Values};
use crate::text;

/// A query in every form that the language has. It is a right one, whatever the seed.
pub fn query(documents: &[Document], seed: u64) -> String {
    let mut writer = Writer { seed: Seed::new(seed), documents };
    let depth = writer.seed.below(4);
    writer.query(depth)
}

/// The same with some characters taken out, put in or doubled: mostly a wrong one.
pub fn broken(documents: &[Document], seed: u64) -> String {
    let mut chars: Vec<char> = query(documents, seed).chars().collect();
    let mut seed = Seed::new(!seed);
    let signs = ['"', '(', ')', '[', ']', '{', '}', '*', ':', '-', '\\', '>', ' ', 'é', '株', '\0'];
    for _ in 0..=seed.below(3) {
        let at = seed.below(chars.len());
        match seed.below(3) {
            0 if !chars.is_empty() => drop(chars.remove(at)),
            1 if !chars.is_empty() => chars.insert(at, chars[at]),
            _ => chars.insert(at, signs[seed.below(signs.len())]),
        }
    }
    chars.into_iter().collect()
}

struct Writer<'d> {
    seed: Seed,
    documents: &'d [Document],
}

impl Writer<'_> {
    fn query(&mut self, depth: usize) -> String {
        if depth == 0 || self.seed.chance(20) {
            return self.leaf();
        }
        match self.seed.below(6) {
            0 => format!("{} {}", self.inner(depth), self.inner(depth)),
            1 => format!("{} AND {}", self.inner(depth), self.inner(depth)),
            2 | 3 => format!("({} OR {})", self.query(depth - 1), self.query(depth - 1)),
            4 => format!("NOT {}", self.inner(depth)),
            _ => format!("{} -{}", self.inner(depth), self.inner(depth)),
        }
    }

    /// A query within another, that can be negated as a whole.
    fn inner(&mut self, depth: usize) -> String {
        format!("({})", self.query(depth - 1))
    }

    fn leaf(&mut self) -> String {
        if self.seed.chance(25) {
            return self.words(Field::Path);
        }
        let field = FIELDS[self.seed.below(FIELDS.len())].field;
        if self.seed.chance(8) {
            return format!("{}:*", field.name());
        }
        if self.seed.chance(12) {
            let (one, other) = (self.value(field), self.value(field));
            let negated = if self.seed.chance(20) { "-" } else { "" };
            return format!("{}:({one} OR {negated}{other})", field.name());
        }
        format!("{}:{}", field.name(), self.value(field))
    }

    fn value(&mut self, field: Field) -> String {
        match field.about().values {
            Values::Text => self.words(field),
            Values::Name => self.name(field),
            Values::Choice => self.choice(field),
            Values::Id => self.id(field),
            Values::Ordered => self.ordered(field),
        }
    }

    fn document(&mut self) -> Option<&Document> {
        let at = self.seed.below(self.documents.len());
        self.documents.get(at)
    }

    /// Words of some document, whole, by their beginning or as a phrase.
    fn words(&mut self, field: Field) -> String {
        let texts = self.document().map_or(Vec::new(), |d| d.texts(field));
        let texts: Vec<String> = texts.into_iter().map(str::to_owned).collect();
        let at = self.seed.below(texts.len());
        let words = texts.get(at).map_or(Vec::new(), |text| text::words(text));
        if words.is_empty() || self.seed.chance(5) {
            return "nowhere".to_owned();
        }
        let start = self.seed.below(words.len());
        let word = words[start].clone();
        match self.seed.below(6) {
            0 | 1 => self.cased(word),
            2 => {
                let chars = 1 + self.seed.below(word.chars().count());
                word.chars().take(chars).collect::<String>() + "*"
            }
            3 => format!("\"{word}\""),
            _ => {
                let end = words.len().min(start + 2 + self.seed.below(2));
                let star = if self.seed.chance(30) { "*" } else { "" };
                format!("\"{}\"{star}", words[start..end].join(" "))
            }
        }
    }

    /// The same word in other letters; in quotes where it would be an operator.
    fn cased(&mut self, word: String) -> String {
        let upper = word.to_uppercase();
        let same = text::words(&upper) == text::words(&word);
        if same && self.seed.chance(30) { format!("\"{upper}\"") } else { word }
    }

    fn name(&mut self, field: Field) -> String {
        let names = self.document().map_or(Vec::new(), |d| d.names(field));
        let at = self.seed.below(names.len());
        let Some(name) = names.get(at) else { return "nothing".to_owned() };
        match self.seed.below(4) {
            0 => {
                let chars = 1 + self.seed.below(name.chars().count());
                name.chars().take(chars).collect::<String>() + "*"
            }
            1 => format!("\"{}\"", name.to_uppercase()),
            _ => name.clone(),
        }
    }

    fn choice(&mut self, field: Field) -> String {
        let words = crate::query::choice_words(field);
        words[self.seed.below(words.len())].to_owned()
    }

    fn id(&mut self, field: Field) -> String {
        let Some(document) = self.document().cloned() else { return "*".to_owned() };
        let id = match field {
            Field::Source => Some(document.source.to_string()),
            Field::Object => Some(document.object.to_string()),
            Field::Finding => document.finding_ref().map(|id| id.to_string()),
            _ => document.finding().map(|f| f.token.to_string()),
        };
        id.unwrap_or_else(|| "*".to_owned())
    }

    /// A value, a comparison or a range that is not empty, around values that there are.
    fn ordered(&mut self, field: Field) -> String {
        let (one, other) = (self.point(field), self.point(field));
        let (low, high) = if one.0 <= other.0 { (one, other) } else { (other, one) };
        match self.seed.below(7) {
            0 => format!(">={}", low.1),
            1 => format!("<={}", high.1),
            // Inner values, so that something lies beyond them.
            2 => format!(">{}", self.inner_point(field)),
            3 => format!("<{}", self.inner_point(field)),
            4 => format!("[{} TO *]", low.1),
            5 => format!("[{} TO {}]", low.1, high.1),
            _ => low.1,
        }
    }

    /// A value by its order and as it is written.
    fn point(&mut self, field: Field) -> (u64, String) {
        let number = self.seed.number();
        match field {
            Field::Confidence => {
                let percent = number % 101;
                let text = if self.seed.chance(50) {
                    format!("{percent}%")
                } else {
                    format!("{}.{:02}", percent / 100, percent % 100)
                };
                (percent, text)
            }
            Field::Sensitivity => {
                let at = number % Level::ALL.len() as u64;
                (at, Level::ALL[at as usize].name().to_owned())
            }
            Field::Size => {
                let kib = 1 << (number % 30);
                (kib, format!("{kib}KiB"))
            }
            _ => {
                let (month, day) = (number % 12 + 1, number / 12 % 28 + 1);
                let text = match self.seed.below(3) {
                    0 => format!("2026-{month:02}-{day:02}T06:30+01:00"),
                    _ => format!("2026-{month:02}-{day:02}"),
                };
                (month * 100 + day, text)
            }
        }
    }

    fn inner_point(&mut self, field: Field) -> String {
        match field {
            Field::Confidence => format!("0.{}", 1 + self.seed.below(9)),
            Field::Sensitivity => ["medium", "high"][self.seed.below(2)].to_owned(),
            _ => self.point(field).1,
        }
    }
}
