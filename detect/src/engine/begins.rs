//! Whether all matches of a regex begin with one of its literals, read off its text: the automaton
//! that would tell it is made when it is first tried, and most never are.

/// At most so many beginnings of one regex are told apart.
const MAX_BEGINNINGS: usize = 1024;
/// A class of more bytes is none that literals are spelled with.
const MAX_CLASS: usize = 12;

/// Whether each match surely begins with one of the literals.
pub(super) fn with_one_of(regex: &str, literals: &[String], ignore_case: bool) -> bool {
    let longest = literals.iter().map(String::len).max().unwrap_or(0);
    let mut reader = Reader { rest: regex.as_bytes(), literals, longest, ignore_case, depth: 0 };
    let beginnings = reader.alternatives(false).filter(|_| reader.rest.is_empty());
    beginnings.is_some_and(|all| all.iter().all(|beginning| reader.is_begun(&beginning.text)))
}

/// With what a match may begin.
#[derive(Clone)]
struct Beginning {
    text: Vec<u8>,
    /// Whether all that follows is known too, so far.
    is_open: bool,
}

/// Reads a regex; none, where it is none of the kind that rules are written in.
struct Reader<'r> {
    rest: &'r [u8],
    literals: &'r [String],
    /// How many bytes the longest of them has.
    longest: usize,
    ignore_case: bool,
    /// Groups around the present place.
    depth: usize,
}

impl Reader<'_> {
    /// Whether a text begins with a literal.
    fn is_begun(&self, text: &[u8]) -> bool {
        self.literals.iter().map(String::as_bytes).any(|literal| {
            text.get(..literal.len()).is_some_and(|first| {
                first == literal || (self.ignore_case && first.eq_ignore_ascii_case(literal))
            })
        })
    }

    fn next(&mut self) -> Option<u8> {
        let (first, rest) = self.rest.split_first()?;
        self.rest = rest;
        Some(*first)
    }

    fn skip(&mut self, text: &str) -> bool {
        let rest = self.rest.strip_prefix(text.as_bytes());
        self.rest = rest.unwrap_or(self.rest);
        rest.is_some()
    }

    /// `in_any_case`: letters stand for both of their cases here.
    fn alternatives(&mut self, in_any_case: bool) -> Option<Vec<Beginning>> {
        /// Groups within each other.
        const MAX_DEPTH: usize = 32;
        if self.depth > MAX_DEPTH {
            return None;
        }
        let mut all = self.sequence(in_any_case)?;
        while self.skip("|") {
            all.extend(self.sequence(in_any_case)?);
        }
        (all.len() <= MAX_BEGINNINGS).then_some(all)
    }

    fn sequence(&mut self, in_any_case: bool) -> Option<Vec<Beginning>> {
        let mut all = vec![Beginning { text: Vec::new(), is_open: true }];
        while !matches!(self.rest.first(), None | Some(b'|' | b')')) {
            // Whatever follows what is begun.
            if self.depth == 0 && all.iter().all(|beginning| !beginning.is_open) {
                self.skip_alternative();
                break;
            }
            let mut one = self.one(in_any_case)?;
            self.repeated(&mut one)?;
            if all.iter().all(|beginning| !beginning.is_open) {
                continue;
            }
            let mut longer = Vec::new();
            for beginning in all {
                if beginning.is_open {
                    longer.extend(one.iter().map(|next| Beginning {
                        text: [&beginning.text[..], &next.text].concat(),
                        is_open: next.is_open,
                    }));
                } else {
                    longer.push(beginning);
                }
            }
            if longer.len() > MAX_BEGINNINGS {
                return None;
            }
            // What begins so need not be followed further, nor what is longer than all literals.
            for beginning in longer.iter_mut().filter(|beginning| beginning.is_open) {
                let is_begun = self.depth == 0 && self.is_begun(&beginning.text);
                beginning.is_open = !is_begun && beginning.text.len() < self.longest;
            }
            all = longer;
        }
        Some(all)
    }

    /// Passes over the rest of an alternative that is in no group.
    fn skip_alternative(&mut self) {
        let (mut depth, mut in_class) = (0usize, false);
        while let Some(byte) = self.rest.first() {
            match byte {
                b'\\' => {
                    self.next();
                }
                b']' if in_class => in_class = false,
                _ if in_class => {}
                b'[' => {
                    in_class = true;
                    self.next();
                    if self.rest.first() == Some(&b'^') {
                        self.next();
                    }
                    // A bracket that closes nothing yet stands for itself.
                    if self.rest.first() == Some(&b']') {
                        self.next();
                    }
                    continue;
                }
                b'(' => depth += 1,
                b')' => depth = depth.saturating_sub(1),
                b'|' if depth == 0 => return,
                _ => {}
            }
            self.next();
        }
    }

    /// A character, a class or a group.
    fn one(&mut self, in_any_case: bool) -> Option<Vec<Beginning>> {
        match self.next()? {
            b'(' => {
                let in_any_case = if self.skip("?i:") {
                    true
                } else if self.skip("?:") || self.skip("?<value>") || self.skip("?P<value>") {
                    in_any_case
                } else {
                    return None;
                };
                self.depth += 1;
                let group = self.alternatives(in_any_case);
                self.depth -= 1;
                self.skip(")").then_some(group?)
            }
            b'[' => self.class(in_any_case),
            b'\\' => self.escaped(in_any_case),
            b'.' => Some(anything()),
            b'^' | b'$' | b'*' | b'+' | b'?' | b'{' => None,
            first => {
                let mut text = vec![first];
                while first >= 0x80 && self.rest.first().is_some_and(|b| b & 0xc0 == 0x80) {
                    text.extend(self.next());
                }
                Some(self.plain(text, in_any_case))
            }
        }
    }

    fn plain(&self, text: Vec<u8>, in_any_case: bool) -> Vec<Beginning> {
        // What is looked for in one case is not known to begin what stands in any.
        if in_any_case && !self.ignore_case && text.iter().any(u8::is_ascii_alphabetic) {
            return anything();
        }
        vec![Beginning { text, is_open: true }]
    }

    fn escaped(&mut self, in_any_case: bool) -> Option<Vec<Beginning>> {
        let byte = match self.next()? {
            b't' => b'\t',
            b'n' => b'\n',
            b'r' => b'\r',
            b'x' => {
                let digits = [self.next()?, self.next()?];
                u8::from_str_radix(std::str::from_utf8(&digits).ok()?, 16).ok()?
            }
            b'd' | b'w' | b's' | b'D' | b'W' | b'S' => return Some(anything()),
            sign if sign.is_ascii_punctuation() => sign,
            _ => return None,
        };
        Some(self.plain(vec![byte], in_any_case))
    }

    fn class(&mut self, in_any_case: bool) -> Option<Vec<Beginning>> {
        let (mut members, mut is_plain) = (Vec::new(), !self.skip("^"));
        let mut is_first = true;
        loop {
            match self.next()? {
                b']' if !is_first => break,
                b'[' => return None,
                b'\\' => {
                    let next = self.next()?;
                    if next == b'x' {
                        self.next()?;
                        self.next()?;
                    }
                    is_plain &= next.is_ascii_punctuation();
                    members.push(next);
                }
                b'-' if !is_first && self.rest.first() != Some(&b']') => {
                    let (first, last) = (members.last().copied()?, self.next()?);
                    is_plain &= last.is_ascii_alphanumeric()
                        && first <= last
                        && usize::from(last - first) < MAX_CLASS;
                    if is_plain {
                        members.extend(first + 1..=last);
                    }
                }
                byte => {
                    is_plain &= byte.is_ascii();
                    members.push(byte);
                }
            }
            is_first = false;
        }
        if !is_plain || members.len() > MAX_CLASS {
            return Some(anything());
        }
        Some(members.into_iter().flat_map(|byte| self.plain(vec![byte], in_any_case)).collect())
    }

    /// Reads how often the last thing stands.
    fn repeated(&mut self, one: &mut Vec<Beginning>) -> Option<()> {
        let (least, most) = match self.rest.first() {
            Some(b'?') => (0, 1),
            Some(b'*') => (0, 2),
            Some(b'+') => (1, 2),
            Some(b'{') => {
                let end = self.rest.iter().position(|b| *b == b'}')?;
                let inside = std::str::from_utf8(&self.rest[1..end]).ok()?;
                let (least, most) = inside.split_once(',').unwrap_or((inside, inside));
                self.rest = &self.rest[end..];
                let most = if most.is_empty() { 2 } else { most.parse::<usize>().ok()? };
                (least.parse::<usize>().ok()?, most)
            }
            _ => return Some(()),
        };
        self.next();
        self.skip("?");
        if most != 1 {
            one.iter_mut().for_each(|beginning| beginning.is_open = false);
        }
        if least == 0 {
            one.push(Beginning { text: Vec::new(), is_open: true });
        }
        Some(())
    }
}

fn anything() -> Vec<Beginning> {
    vec![Beginning { text: Vec::new(), is_open: false }]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::automaton::nfa_of;
    use crate::engine::facts;
    use crate::rule::{Rules, Seed};

    fn begins(regex: &str, literals: &[&str], ignore_case: bool) -> bool {
        let literals: Vec<String> = literals.iter().map(|l| (*l).to_owned()).collect();
        with_one_of(regex, &literals, ignore_case)
    }

    #[test]
    fn literals_that_matches_begin_with_are_known() {
        assert!(begins("(?:ghp|gho)_[A-Za-z0-9]{36}", &["ghp_", "gho_"], false));
        assert!(begins(r"(?i:door[ _]?code|pin)[ :]\d", &["door", "PIN"], true));
        assert!(begins("[Pp]assport ?x", &["passport", "Passport"], false));
        assert!(begins(r"S\.I\.N\. \d|xé?y", &["S.I.N.", "x"], false));
        assert!(!begins("(?:my)?key=x", &["key="], false));
        assert!(!begins("[a-z]*key=x", &["key="], false));
        assert!(!begins("(?i:key)=x", &["key="], false) && begins("(?i:key)=x", &["key="], true));
        assert!(begins("gh[a-cpu]_x", &["gha_", "ghb_", "ghc_", "ghp_", "ghu_"], false));
        assert!(
            !begins("gh[a-c]_x", &["gha_", "ghc_"], false) && !begins("[a-z]b", &["ab"], false)
        );
        assert!(!begins("ke+y=x", &["key="], false) && !begins("ke{2}y", &["key"], false));
        assert!(!begins("key|pin", &["key"], false) && !begins("^key", &["key"], false));
    }

    #[test]
    fn what_is_told_of_the_built_in_rules_holds_for_their_automata() {
        let rules = Rules::built_in().unwrap();
        let patterns = rules.list().iter().flat_map(|rule| &rule.patterns);
        let (mut told, mut all) = (0, 0);
        for pattern in patterns.filter(|pattern| pattern.seed == Seed::Literal) {
            all += 1;
            if !with_one_of(&pattern.regex, &pattern.literals, pattern.ignore_case) {
                continue;
            }
            told += 1;
            let literals: Vec<&str> = pattern.literals.iter().map(String::as_str).collect();
            let nfa = nfa_of(&[&pattern.regex]).unwrap();
            let leads = facts::leads(&nfa, 8, &literals, pattern.ignore_case);
            assert!(leads.iter().any(|leads| *leads != 0), "{}", pattern.regex);
            // A literal that is within another may stand behind its beginning.
            let inside = |literal: &str| {
                literals.iter().any(|other| *other != literal && other.contains(literal))
            };
            for (literal, leads) in literals.iter().zip(leads) {
                assert!(leads & !1 == 0 || inside(literal), "{literal} of {}", pattern.regex);
            }
        }
        assert!(told * 10 > all * 8, "{told} of {all}");
    }
}
