//! Reading a query: from the loosest bond to the tightest, OR, AND, NOT, and within each field
//! what its values allow.

use trawl_cluster_config::nearest;

use super::cursor::Cursor;
use super::error::{Fault, QueryError, shown};
use super::field::{FIELDS, Field};
use super::tree::Query;
use super::value::{self, End, Op};
use super::{MAX_CLAUSES, MAX_DEPTH, MAX_QUERY_BYTES};

/// Reads a query. One of nothing but spaces means everything.
pub fn parse(text: &str) -> Result<Query, QueryError> {
    if text.len() > MAX_QUERY_BYTES {
        let what = format!("a query of {} bytes is too long", text.len());
        return Err(QueryError::new(Fault::TooMuch, 0..text.len(), what)
            .allowed(format!("at most {MAX_QUERY_BYTES} bytes")));
    }
    read(text, 1)
}

/// Reads a query in its canonical text, as another node wrote it. That is longer than what a person wrote
/// and may hold more parentheses.
pub fn read_back(text: &str) -> Result<Query, QueryError> {
    read(text, 2)
}

/// Reads a text within so many times the bounds.
fn read(text: &str, bounds: usize) -> Result<Query, QueryError> {
    let mut reader = Reader { cursor: Cursor::new(text), bounds, clauses: 0, depth: 0 };
    reader.cursor.skip_space();
    if reader.cursor.peek().is_none() {
        return Ok(Query::All);
    }
    let query = reader.any(None)?;
    match reader.cursor.peek() {
        None => Ok(query),
        Some(_) => Err(reader.unopened()),
    }
}

struct Reader<'q> {
    cursor: Cursor<'q>,
    bounds: usize,
    clauses: usize,
    depth: usize,
}

/// Of which field the values are that stand in a group; none outside of groups.
type Within = Option<Field>;

impl Reader<'_> {
    fn any(&mut self, within: Within) -> Result<Query, QueryError> {
        let mut list = vec![self.every(within)?];
        while self.cursor.eat_word("OR") {
            list.push(self.every(within)?);
        }
        Ok(Query::any(list))
    }

    fn every(&mut self, within: Within) -> Result<Query, QueryError> {
        let mut list = vec![self.one(within)?];
        loop {
            let and = self.cursor.eat_word("AND");
            self.cursor.skip_space();
            let ends =
                matches!(self.cursor.peek(), None | Some(')')) || self.cursor.is_at_word("OR");
            if ends && !and {
                return Ok(Query::every(list));
            }
            list.push(self.one(within)?);
        }
    }

    /// A word, a value or a group, with what negates it.
    fn one(&mut self, within: Within) -> Result<Query, QueryError> {
        self.cursor.skip_space();
        if self.cursor.eat_word("NOT") || self.eat_minus() {
            return self.deeper(|reader| Ok(reader.one(within)?.negated()));
        }
        match self.cursor.peek() {
            None => Err(self.missing()),
            Some('(') => self.group(within),
            Some(')') if self.depth > 0 => Err(self.missing()),
            Some(')' | ']' | '}') => Err(self.unopened()),
            Some('!') if self.is_mark() => Err(self.marked()),
            _ if self.cursor.is_at_word("AND") || self.cursor.is_at_word("OR") => {
                Err(self.operator_without_left())
            }
            _ => match within {
                Some(field) => self.value_in_group(field),
                None => self.bare_or_field(),
            },
        }
    }

    /// A minus directly before something negates it.
    fn eat_minus(&mut self) -> bool {
        let mut chars = self.cursor.rest().chars();
        let minus = chars.next() == Some('-');
        let before = chars.next().is_some_and(|c| !c.is_whitespace() && c != ')');
        minus && before && self.cursor.eat("-")
    }

    /// Whether a mark stands directly before something, as other languages negate it.
    fn is_mark(&self) -> bool {
        self.cursor.rest().chars().nth(1).is_some_and(|c| !c.is_whitespace() && c != ')')
    }

    fn marked(&self) -> QueryError {
        let what = "an exclamation mark negates nothing";
        QueryError::new(Fault::Syntax, self.cursor.next_span(), what)
            .hint("write NOT or a minus, or put it in quotes where it is meant as text")
    }

    fn group(&mut self, within: Within) -> Result<Query, QueryError> {
        let open = self.cursor.next_span();
        self.cursor.eat("(");
        self.cursor.skip_space();
        if self.cursor.peek() == Some(')') {
            let span = open.start..self.cursor.next_span().end;
            return Err(QueryError::new(Fault::Syntax, span, "nothing stands in the parentheses"));
        }
        let query = self.deeper(|reader| reader.any(within))?;
        if self.cursor.eat(")") {
            Ok(query)
        } else {
            Err(QueryError::new(Fault::Syntax, open, "this parenthesis is not closed"))
        }
    }

    fn deeper(
        &mut self,
        read: impl FnOnce(&mut Self) -> Result<Query, QueryError>,
    ) -> Result<Query, QueryError> {
        self.depth += 1;
        if self.depth > MAX_DEPTH * self.bounds {
            let what = "parentheses and NOTs lie too deep within each other";
            return Err(QueryError::new(Fault::TooMuch, self.cursor.next_span(), what)
                .allowed(format!("a depth of at most {MAX_DEPTH}")));
        }
        let query = read(self)?;
        self.depth -= 1;
        Ok(query)
    }

    /// A word or phrase without a field, or a field with what stands behind it.
    fn bare_or_field(&mut self) -> Result<Query, QueryError> {
        match self.cursor.peek() {
            Some('"') => {
                let given = self.cursor.quoted()?;
                self.clause(given.span.start)?;
                value::words(None, &given)
            }
            Some('[' | '{') => {
                let what = "a range stands behind the field whose values it means";
                Err(QueryError::new(Fault::Syntax, self.cursor.next_span(), what)
                    .hint("put it in quotes where a bracket is meant"))
            }
            _ => match self.field()? {
                Some(field) => self.value(field),
                None => {
                    let given = self.cursor.bare()?;
                    self.clause(given.span.start)?;
                    value::words(None, &given)
                }
            },
        }
    }

    /// Takes the name of a field and its colon, if they stand here.
    fn field(&mut self) -> Result<Option<Field>, QueryError> {
        let span = self.cursor.bare_span();
        let word = &self.cursor.rest()[..span.len()];
        let Some((name, value)) = word.split_once(':') else { return Ok(None) };
        if !is_name(name) {
            return Ok(None);
        }
        let Some(field) = Field::named(name) else {
            return Err(unknown_field(name, value, span.start));
        };
        self.cursor.go(span.start + name.len() + 1);
        Ok(Some(field))
    }

    fn value_in_group(&mut self, field: Field) -> Result<Query, QueryError> {
        let span = self.cursor.bare_span();
        let word = &self.cursor.rest()[..span.len()];
        if let Some(inner) = word.split_once(':').and_then(|(name, _)| Field::named(name)) {
            let what = format!(
                "this group has values of `{}`, and `{}` can't stand in it",
                field.name(),
                inner.name()
            );
            return Err(QueryError::new(Fault::Syntax, span, what)
                .hint("close the parenthesis before it, or put the value in quotes"));
        }
        self.value(field)
    }

    /// What stands behind a field and its colon.
    fn value(&mut self, field: Field) -> Result<Query, QueryError> {
        let start = self.cursor.at();
        match self.cursor.peek() {
            Some('(') => self.group(Some(field)),
            Some('[' | '{') => {
                self.clause(start)?;
                self.range(field)
            }
            Some('"') => {
                self.clause(start)?;
                let given = self.cursor.quoted()?;
                value::is(field, &given)
            }
            Some(c) if !c.is_whitespace() && !")]}".contains(c) => {
                self.clause(start)?;
                match self.comparison() {
                    Some(op) => self.compared(field, op),
                    None => value::is(field, &self.cursor.bare()?),
                }
            }
            _ => Err(self.missing_value(field)),
        }
    }

    fn missing_value(&self, field: Field) -> QueryError {
        let at = self.cursor.at();
        let what = format!("a value of `{}` is missing here", field.name());
        QueryError::new(Fault::Syntax, at..at, what).allowed(field.allowed())
    }

    fn comparison(&mut self) -> Option<Op> {
        let ops = [(">=", Op::AtLeast), ("<=", Op::AtMost), (">", Op::Above), ("<", Op::Below)];
        ops.into_iter().find(|(sign, _)| self.cursor.eat(sign)).map(|(_, op)| op)
    }

    fn compared(&mut self, field: Field, op: Op) -> Result<Query, QueryError> {
        let given = match self.cursor.peek() {
            Some('"') => self.cursor.quoted()?,
            _ => self.cursor.bare()?,
        };
        if given.span.is_empty() {
            return Err(self.missing_value(field));
        }
        value::compared(field, op, &given)
    }

    /// `[a TO b]`, with braces where an end is left out.
    fn range(&mut self, field: Field) -> Result<Query, QueryError> {
        let open = self.cursor.next_span();
        let from_held = !self.cursor.eat("{");
        self.cursor.eat("[");
        let from = self.end(field)?;
        if !self.cursor.eat_word("TO") {
            let at = self.cursor.end_of_last();
            let what = "the ends of a range are parted by TO";
            return Err(QueryError::new(Fault::Syntax, at..at, what)
                .allowed("[from TO to], with * for an open end"));
        }
        let to = self.end(field)?;
        self.cursor.skip_space();
        let to_held = self.cursor.eat("]");
        if !to_held && !self.cursor.eat("}") {
            return Err(QueryError::new(Fault::Syntax, open, "this range is not closed")
                .allowed("[from TO to], with braces where an end is left out"));
        }
        let span = open.start..self.cursor.at();
        let end = |given, held| End { given, held };
        value::ranged(field, end(from, from_held), end(to, to_held), span)
    }

    /// An end of a range.
    fn end(&mut self, field: Field) -> Result<super::cursor::Given, QueryError> {
        self.cursor.skip_space();
        let given = match self.cursor.peek() {
            Some('"') => self.cursor.quoted()?,
            _ => self.cursor.bare()?,
        };
        if given.span.is_empty() { Err(self.missing_value(field)) } else { Ok(given) }
    }

    /// Counts a word, phrase or value.
    fn clause(&mut self, at: usize) -> Result<(), QueryError> {
        self.clauses += 1;
        if self.clauses > MAX_CLAUSES * self.bounds {
            return Err(QueryError::new(Fault::TooMuch, at..at, "there are too many clauses")
                .allowed(format!("at most {MAX_CLAUSES} words, phrases and values")));
        }
        Ok(())
    }

    fn missing(&self) -> QueryError {
        let at = self.cursor.end_of_last();
        QueryError::new(Fault::Syntax, at..at, "something is missing here")
            .allowed("a word, a phrase, a field with its value, or a group")
    }

    fn unopened(&self) -> QueryError {
        QueryError::new(Fault::Syntax, self.cursor.next_span(), "this closes what was not opened")
            .hint("put it in quotes where it is meant as text")
    }

    fn operator_without_left(&self) -> QueryError {
        let span = self.cursor.bare_span();
        let word = &self.cursor.rest()[..span.len()];
        QueryError::new(Fault::Syntax, span, format!("something is missing before {word}"))
            .hint("write it in small letters where the word is meant")
    }
}

/// Whether this may be meant as the name of a field. A time or the like before a colon may not.
fn is_name(name: &str) -> bool {
    let letters = |c: char| c.is_ascii_alphabetic() || c == '_' || c == '-';
    name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_') && name.chars().all(letters)
}

/// How it is asked whether a field has a value, for what other languages write there.
fn existence(name: &str, value: &str) -> Option<String> {
    let minus = match name {
        "_exists_" => "",
        "_missing_" => "-",
        _ => return None,
    };
    let field = Field::named(value).map_or("verdict", Field::name);
    Some(format!("{minus}{field}:*"))
}

fn unknown_field(name: &str, value: &str, at: usize) -> QueryError {
    let names: Vec<&str> = FIELDS.iter().map(|about| about.name).collect();
    let error = QueryError::new(
        Fault::UnknownName,
        at..at + name.len(),
        format!("there is no field {}", shown(name)),
    )
    .allowed(names.join(", "));
    if let Some(meant) = existence(name, value) {
        return error.did_you_mean(Some(meant));
    }
    match nearest(name, names) {
        Some(name) => error.did_you_mean(Some(name)),
        None => error.hint("put it in quotes where a colon is meant"),
    }
}
