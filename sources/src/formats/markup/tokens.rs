//! The tokens of XML and HTML, for both are read by the same rules here: tolerant, with exact
//! offsets, in a window of bounded size.
//!
//! Ready-made parsers hold a whole text node, comment or attribute value in memory, refuse what is
//! not well-formed, or keep no offsets. Here every byte of a document that is not a name or a sign
//! of the syntax comes out as text, in as many pieces as it needs, whatever the document is.

use std::ops::Range;

/// The longest name of an element or attribute; what is longer is text.
const MAX_NAME: usize = 512;
/// With so much ahead there is no waiting for more: a sign that is longer is none.
const LOOKAHEAD: usize = 16 << 10;
/// An entity is at most so long.
const MAX_ENTITY: usize = 40;

/// What a stretch of a document is. Text, values and comments come in pieces, `last` with the
/// last one, which may be empty.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Token {
    /// Text, with entities.
    Text,
    /// Text without entities: CDATA, or the inside of a script.
    Literal,
    /// The name of an element that begins.
    Open,
    /// The name of an attribute.
    Attribute,
    /// Its value, with entities.
    Value { last: bool },
    /// The end of a tag that opened an element, and whether that ends at once.
    Opened { empty: bool },
    /// The name of an element that ends.
    Close,
    /// A comment, an instruction, a type declaration.
    Comment { last: bool },
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    Text,
    Tag {
        slash: bool,
    },
    /// Behind an attribute's name.
    Equals,
    Value {
        quote: Option<u8>,
    },
    Comment,
    Literal,
    Instruction,
    Declaration {
        depth: u32,
    },
    Script,
}

/// Where in a document reading stands.
pub(crate) struct Tokens {
    state: State,
    /// The element within which there is no markup.
    script: Vec<u8>,
    xml: bool,
}

/// A token, its stretch of the window, and where the next begins.
pub(crate) type Found = (Token, Range<usize>, usize);

impl Tokens {
    pub(crate) fn new(xml: bool) -> Self {
        Self { state: State::Text, script: Vec::new(), xml }
    }

    /// Until the end tag of this element there is no markup. Called at [`Token::Opened`].
    pub(crate) fn script(&mut self, element: &[u8]) {
        self.script = [b"</", element].concat();
        self.state = State::Script;
    }

    /// The next token at or behind `at`. None if the window is used up; if it is not `complete`,
    /// what is left of it belongs to a token of which more is needed.
    pub(crate) fn next(
        &mut self,
        window: &[u8],
        mut at: usize,
        complete: bool,
    ) -> (Option<Found>, usize) {
        while at < window.len() || (complete && self.state != State::Text) {
            let rest = &window[at.min(window.len())..];
            let forced = complete || rest.len() > LOOKAHEAD;
            let step = match self.state {
                State::Text => self.text(rest, forced),
                State::Tag { slash } => self.tag(rest, slash, forced),
                State::Equals => self.equals(rest, forced),
                State::Value { quote } => self.value(rest, quote, forced),
                State::Comment => self.until(rest, b"-->", |last| Token::Comment { last }, forced),
                State::Literal => self.until(rest, b"]]>", |_| Token::Literal, forced),
                State::Instruction => {
                    let end: &[u8] = if self.xml { b"?>" } else { b">" };
                    self.until(rest, end, |last| Token::Comment { last }, forced)
                }
                State::Declaration { depth } => self.declaration(rest, depth),
                State::Script => self.script_text(rest, forced),
            };
            match step {
                Step::More => return (None, at),
                Step::Skip(n) => at += n,
                Step::Found(token, range, n) => {
                    let found = (token, at + range.start..at + range.end, at + n);
                    return (Some(found), at + n);
                }
            }
        }
        (None, at)
    }

    fn text(&mut self, rest: &[u8], forced: bool) -> Step {
        let mut from = 0;
        let text = |n: usize| Step::Found(Token::Text, 0..n, n);
        loop {
            let Some(lt) = memchr::memchr(b'<', &rest[from..]).map(|i| from + i) else {
                let whole = if forced { rest.len() } else { before_entity(rest) };
                return if whole == 0 { Step::More } else { text(whole) };
            };
            match self.sign(&rest[lt..], forced) {
                Sign::None => from = lt + 1,
                _ if lt > 0 => return text(lt),
                Sign::More => return Step::More,
                Sign::Skip(n, state) => {
                    self.state = state;
                    return Step::Skip(n);
                }
                Sign::Open(name) => {
                    self.state = State::Tag { slash: false };
                    return Step::Found(Token::Open, 1..1 + name, 1 + name);
                }
                Sign::Close(name, n) => return Step::Found(Token::Close, 2..2 + name, n),
            }
        }
    }

    /// What a `<` is the beginning of.
    fn sign(&self, rest: &[u8], forced: bool) -> Sign {
        for (sign, state) in [
            (&b"<!--"[..], State::Comment),
            (b"<![CDATA[", State::Literal),
            (b"<!", State::Declaration { depth: 0 }),
            (b"<?", State::Instruction),
        ] {
            if rest.starts_with(sign) {
                return Sign::Skip(sign.len(), state);
            }
            if sign.starts_with(rest) && !forced {
                return Sign::More;
            }
        }
        let (close, name) = match rest.get(1) {
            Some(b'/') => (true, &rest[2..]),
            _ => (false, &rest[1..]),
        };
        let Some(first) = name.first() else {
            return if forced { Sign::None } else { Sign::More };
        };
        if !(first.is_ascii_alphabetic() || self.xml && (*first >= 0x80 || b"_:".contains(first))) {
            return Sign::None;
        }
        let end = name.iter().take(MAX_NAME).position(|b| is_space(*b) || b"/><".contains(b));
        let Some(end) = end else {
            return if forced || name.len() > MAX_NAME { Sign::None } else { Sign::More };
        };
        if !close {
            return Sign::Open(end);
        }
        match name[end..].iter().position(|b| matches!(b, b'>' | b'<')) {
            Some(gt) if name[end + gt] == b'>' => Sign::Close(end, 2 + end + gt + 1),
            Some(lt) => Sign::Close(end, 2 + end + lt),
            None if forced => Sign::None,
            None => Sign::More,
        }
    }

    fn tag(&mut self, rest: &[u8], slash: bool, forced: bool) -> Step {
        let Some(first) = rest.first() else {
            self.state = State::Text;
            return Step::Found(Token::Opened { empty: slash }, 0..0, 0);
        };
        match first {
            b'>' => {
                self.state = State::Text;
                Step::Found(Token::Opened { empty: slash }, 0..0, 1)
            }
            b'<' => {
                self.state = State::Text;
                Step::Found(Token::Opened { empty: slash }, 0..0, 0)
            }
            b'/' => {
                self.state = State::Tag { slash: true };
                Step::Skip(1)
            }
            b if is_space(*b) => Step::Skip(1),
            _ => {
                let ends = |b: &u8| is_space(*b) || b"=/><".contains(b);
                // A name may begin with any sign but these, even with `=`.
                let end = rest[1..].iter().take(MAX_NAME).position(ends).map(|i| i + 1);
                match end {
                    Some(end) => {
                        self.state = State::Equals;
                        Step::Found(Token::Attribute, 0..end, end)
                    }
                    None if rest.len() > MAX_NAME || forced => {
                        self.state = State::Value { quote: None };
                        Step::Skip(0)
                    }
                    None => Step::More,
                }
            }
        }
    }

    fn equals(&mut self, rest: &[u8], forced: bool) -> Step {
        let blank = |from: usize| rest[from..].iter().take_while(|b| is_space(**b)).count();
        let at = blank(0);
        match rest.get(at) {
            Some(b'=') => {}
            None if !forced => return Step::More,
            _ => {
                self.state = State::Tag { slash: false };
                return Step::Skip(at);
            }
        }
        let at = at + 1 + blank(at + 1);
        match rest.get(at) {
            Some(quote @ (b'"' | b'\'')) => {
                self.state = State::Value { quote: Some(*quote) };
                Step::Skip(at + 1)
            }
            None if !forced => Step::More,
            _ => {
                self.state = State::Value { quote: None };
                Step::Skip(at)
            }
        }
    }

    fn value(&mut self, rest: &[u8], quote: Option<u8>, forced: bool) -> Step {
        let end = match quote {
            Some(quote) => memchr::memchr(quote, rest),
            None => rest.iter().position(|b| is_space(*b) || *b == b'>'),
        };
        if let Some(end) = end {
            self.state = State::Tag { slash: false };
            let n = end + usize::from(quote.is_some());
            return Step::Found(Token::Value { last: true }, 0..end, n);
        }
        let whole = if forced { rest.len() } else { before_entity(rest) };
        if rest.is_empty() {
            self.state = State::Tag { slash: false };
            return Step::Found(Token::Value { last: true }, 0..0, 0);
        }
        if whole == 0 {
            return Step::More;
        }
        Step::Found(Token::Value { last: false }, 0..whole, whole)
    }

    /// All up to a sign that ends it.
    fn until(
        &mut self,
        rest: &[u8],
        sign: &[u8],
        token: impl Fn(bool) -> Token,
        forced: bool,
    ) -> Step {
        if let Some(end) = memchr::memmem::find(rest, sign) {
            self.state = State::Text;
            return Step::Found(token(true), 0..end, end + sign.len());
        }
        if rest.is_empty() {
            self.state = State::Text;
            return Step::Found(token(true), 0..0, 0);
        }
        let held = if forced && rest.len() <= LOOKAHEAD { 0 } else { sign.len() - 1 };
        let whole = rest.len().saturating_sub(held);
        if whole == 0 {
            return Step::More;
        }
        Step::Found(token(false), 0..whole, whole)
    }

    fn declaration(&mut self, rest: &[u8], mut depth: u32) -> Step {
        let last = Token::Comment { last: true };
        for (i, b) in rest.iter().enumerate() {
            match b {
                b'<' | b'[' => depth += 1,
                b']' => depth = depth.saturating_sub(1),
                b'>' if depth == 0 => {
                    self.state = State::Text;
                    return Step::Found(last, 0..i, i + 1);
                }
                b'>' => depth -= 1,
                _ => {}
            }
        }
        if rest.is_empty() {
            self.state = State::Text;
            return Step::Found(last, 0..0, 0);
        }
        self.state = State::Declaration { depth };
        Step::Found(Token::Comment { last: false }, 0..rest.len(), rest.len())
    }

    fn script_text(&mut self, rest: &[u8], forced: bool) -> Step {
        let mut from = 0;
        while let Some(lt) = memchr::memmem::find(&rest[from..], b"</").map(|i| from + i) {
            let ahead = &rest[lt..rest.len().min(lt + self.script.len())];
            if ahead.len() < self.script.len() && !forced {
                return if lt == 0 { Step::More } else { Step::Found(Token::Literal, 0..lt, lt) };
            }
            if ahead.eq_ignore_ascii_case(&self.script) {
                self.state = State::Text;
                return Step::Found(Token::Literal, 0..lt, lt);
            }
            from = lt + 2;
        }
        if rest.is_empty() {
            self.state = State::Text;
            return Step::Skip(0);
        }
        let held = usize::from(!forced && rest.ends_with(b"<"));
        let whole = rest.len() - held;
        if whole == 0 { Step::More } else { Step::Found(Token::Literal, 0..whole, whole) }
    }
}

enum Step {
    /// The window ends within a sign.
    More,
    /// So many bytes are syntax.
    Skip(usize),
    /// A token, its stretch and how far it goes.
    Found(Token, Range<usize>, usize),
}

enum Sign {
    None,
    More,
    Skip(usize, State),
    Open(usize),
    Close(usize, usize),
}

fn is_space(b: u8) -> bool {
    matches!(b, b' ' | b'\t' | b'\n' | b'\r' | 0x0c)
}

/// How much of a window can be given without cutting an entity.
fn before_entity(rest: &[u8]) -> usize {
    let from = rest.len().saturating_sub(MAX_ENTITY);
    match memchr::memrchr(b'&', &rest[from..]) {
        Some(at) if !rest[from + at..].contains(&b';') => from + at,
        _ => rest.len(),
    }
}

/// The entity at the beginning of `rest`, which is a `&`: its text and its length. Only those that
/// the standards define: what a document defines itself is never expanded.
pub(crate) fn entity(rest: &[u8], xml: bool) -> Option<(String, usize)> {
    let end = memchr::memchr(b';', &rest[..rest.len().min(MAX_ENTITY)])?;
    let name = std::str::from_utf8(&rest[1..end]).ok()?;
    let text = match name.strip_prefix('#') {
        Some(number) => {
            let code = match number.strip_prefix(['x', 'X']) {
                Some(hex) => u32::from_str_radix(hex, 16).ok()?,
                None => number.parse().ok()?,
            };
            char::from_u32(code).filter(|c| *c != '\0')?.to_string()
        }
        None if xml => quick_xml::escape::resolve_xml_entity(name)?.to_owned(),
        None => quick_xml::escape::resolve_html5_entity(name)?.to_owned(),
    };
    Some((text, end + 1))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// All tokens of a document that comes in windows that grow by `step` bytes.
    fn tokens(document: &[u8], step: usize, xml: bool) -> Vec<(Token, Vec<u8>)> {
        let (mut tokens, mut all) = (Tokens::new(xml), Vec::<(Token, Vec<u8>)>::new());
        let (mut at, mut end) = (0, step.min(document.len()));
        loop {
            let (found, next) = tokens.next(&document[..end], at, end == document.len());
            at = next;
            match found {
                Some((Token::Literal | Token::Text, range, _)) if range.is_empty() => {}
                Some((token, range, _)) => {
                    let text = document[range].to_vec();
                    match all.last_mut() {
                        Some((last, before)) if joins(*last, token) => {
                            *last = token;
                            before.extend(text);
                        }
                        _ => all.push((token, text)),
                    }
                }
                None if end == document.len() => return all,
                None => end = (end + step).min(document.len()),
            }
        }
    }

    fn joins(last: Token, next: Token) -> bool {
        matches!(
            (last, next),
            (Token::Text, Token::Text)
                | (Token::Literal, Token::Literal)
                | (Token::Value { last: false }, Token::Value { .. })
                | (Token::Comment { last: false }, Token::Comment { .. })
        )
    }

    fn texts(document: &str) -> Vec<(Token, String)> {
        let text = |(token, text): (Token, Vec<u8>)| (token, String::from_utf8(text).unwrap());
        tokens(document.as_bytes(), 1 << 20, true).into_iter().map(text).collect()
    }

    #[test]
    fn a_document_is_told_apart() {
        let found = texts("<?xml?><a b='1' c=2 d>x &amp; y<!-- z --><![CDATA[<q>]]></a >5 < 6");
        let expected = [
            (Token::Comment { last: true }, "xml"),
            (Token::Open, "a"),
            (Token::Attribute, "b"),
            (Token::Value { last: true }, "1"),
            (Token::Attribute, "c"),
            (Token::Value { last: true }, "2"),
            (Token::Attribute, "d"),
            (Token::Opened { empty: false }, ""),
            (Token::Text, "x &amp; y"),
            (Token::Comment { last: true }, " z "),
            (Token::Literal, "<q>"),
            (Token::Close, "a"),
            (Token::Text, "5 < 6"),
        ];
        let expected: Vec<_> = expected.into_iter().map(|(t, s)| (t, s.to_owned())).collect();
        assert_eq!(found, expected);
    }

    #[test]
    fn what_is_cut_off_comes_out_as_text() {
        assert_eq!(texts("ab<!-- c")[1], (Token::Comment { last: true }, " c".to_owned()));
        assert_eq!(texts("<a b='c")[2], (Token::Value { last: true }, "c".to_owned()));
        assert_eq!(texts("x</a"), [(Token::Text, "x</a".to_owned())]);
    }

    #[test]
    fn only_the_entities_of_the_standards_are_known() {
        assert_eq!(entity(b"&amp;x", true), Some(("&".to_owned(), 5)));
        assert_eq!(entity(b"&#x41;", true), Some(("A".to_owned(), 6)));
        assert_eq!(entity(b"&nbsp;", false), Some(("\u{a0}".to_owned(), 6)));
        assert_eq!(entity(b"&nbsp;", true), None);
        assert_eq!(entity(b"&lol9;", true), None);
        assert_eq!(entity(b"&#xFFFFFFFFFF;", false), None);
    }

    fn markup() -> impl Strategy<Value = Vec<u8>> {
        let parts = [
            "<",
            ">",
            "</",
            "/>",
            "<!--",
            "-->",
            "<![CDATA[",
            "]]>",
            "<a",
            " b=",
            "'",
            "\"",
            "&amp;",
            "&",
            ";",
            "x",
            "<?",
            "?>",
            "<!D[",
            "]",
            " ",
            "\u{e4}",
            "</a>",
            "=",
            "-",
        ];
        proptest::collection::vec(proptest::sample::select(parts.to_vec()), 0..40)
            .prop_map(|parts| parts.concat().into_bytes())
    }

    proptest! {
        #[test]
        fn windows_make_no_difference(document in markup(), step in 1usize..20, xml: bool) {
            prop_assert_eq!(tokens(&document, step, xml), tokens(&document, 1 << 20, xml));
        }
    }
}
