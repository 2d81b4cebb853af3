//! What stands behind a street: flats, districts, the town and the postcode, parted by commas or lines.

use super::super::lexicon::{Flags, List};
use super::super::token::{Kind, Shape, Token};
use super::street::is_flat;

/// What was read behind a street.
pub(super) struct Place {
    pub(super) end: usize,
    pub(super) postcode: bool,
    pub(super) town: bool,
    /// Whether the lexicon knows the town.
    pub(super) known: bool,
    /// Whether the town stands alone in its part.
    pub(super) alone: bool,
    /// Whether the postcode is no year.
    pub(super) plain: bool,
}

/// So many parts are read.
const MAX_PARTS: usize = 7;

/// What stands behind a street that ends at `end`; none without a town and a postcode. Behind one that is told by
/// a word, any short part may say where in the house it is.
pub(super) fn behind(text: &[u8], tokens: &[Token], end: usize, told: bool) -> Option<Place> {
    let mut place =
        Place { end, postcode: false, town: false, known: false, alone: false, plain: false };
    let mut at = 0;
    let mut kept = place.end;
    let mut pending = 0;
    for _ in 0..MAX_PARTS {
        let (skipped, joined) = separators(tokens, at);
        at = skipped;
        let Some(first) = tokens.get(at) else { break };
        let parted = joined || first.start > place.end;
        if !parted || first.start > place.end + 48 {
            break;
        }
        if is_country(tokens, at) {
            break;
        }
        if let Some(next) = flat(text, tokens, at) {
            place.end = tokens[next - 1].end;
            at = next;
            continue;
        }
        if let Some((next, town)) = with_postcode(text, tokens, at) {
            place.postcode = true;
            place.town |= town > 0 || pending > 0;
            place.known |= is_known(&tokens[at..next]);
            place.plain = joined && !has_year(text, &tokens[at..next]);
            place.end = tokens[next - 1].end;
            // The province in brackets belongs to it.
            if let [open, province, close, ..] = &tokens[next..]
                && open.is_sign(b'(')
                && close.is_sign(b')')
                && province.shape == Shape::Upper
                && province.chars <= 3
                && open.start <= place.end + 1
            {
                place.end = close.end;
            }
            kept = place.end;
            // The town may follow in the next part.
            if town == 0 && pending == 0 {
                let (more, _) = separators(tokens, next);
                let last = capitals(tokens, more);
                if last > more && !is_country(tokens, more) && tokens[more].start <= place.end + 3 {
                    place.town = true;
                    place.known |= is_known(&tokens[more..last]);
                    place.end = tokens[last - 1].end;
                    kept = place.end;
                }
            }
            return finish(place, kept);
        }
        if let Some(next) = before_postcode(text, tokens, at).filter(|_| told) {
            at = next;
            continue;
        }
        let last = capitals(tokens, at);
        if last == at || last - at > 5 || place.town && pending > 3 {
            break;
        }
        // A town or a district, if nothing else follows in the part.
        let closes = tokens.get(last).is_none_or(|t| {
            t.kind == Kind::Line
                || t.is_sign(b',')
                || t.is_sign(b'.')
                || t.is_sign(b';')
                || t.is_sign(b')')
                || t.is_sign(b'/')
                || t.is_sign(b'-')
                || t.is_sign(b'(')
                || t.is_sign(b'"')
        });
        let known = is_known(&tokens[at..last]);
        let is_other = tokens[at..last].iter().any(|t| {
            t.flags.has(Flags::TITLE | Flags::GREETING | Flags::TIME | Flags::ROLE | Flags::CLOSING)
                && !t.flags.has(Flags::PLACE)
        });
        if is_other || !(closes || known) {
            break;
        }
        place.town = true;
        place.alone |= closes;
        place.known |= known;
        pending += 1;
        place.end = tokens[last - 1].end;
        if pending == 1 || known {
            kept = place.end;
        }
        if !closes {
            break;
        }
        at = last;
    }
    finish(place, kept)
}

/// Whether a number of four digits may be a year.
fn has_year(text: &[u8], tokens: &[Token]) -> bool {
    let number = tokens.iter().find(|t| t.kind == Kind::Number);
    number.is_none_or(|t| {
        let digits = &text[t.start..t.end];
        digits.len() == 4 && (digits.starts_with(b"19") || digits.starts_with(b"20"))
    })
}

/// Over a short part that says where in the house it is, in whatever words: what follows it is a postcode with its
/// town.
fn before_postcode(text: &[u8], tokens: &[Token], at: usize) -> Option<usize> {
    const MAX_PART_BYTES: usize = 24;
    let from = tokens[at].start;
    let ends =
        |t: &Token| t.is_sign(b',') || t.kind == Kind::Line || t.start > from + MAX_PART_BYTES;
    let end = at + tokens[at..].iter().position(ends)?;
    let (next, _) = separators(tokens, end);
    let is_other = !tokens[end].is_sign(b',') || next >= tokens.len();
    let (_, town) = with_postcode(text, tokens, next).filter(|_| !is_other)?;
    (town > 0).then_some(end)
}

fn finish(mut place: Place, end: usize) -> Option<Place> {
    place.end = end;
    (place.postcode || place.town).then_some(place)
}

/// Over commas, dashes, and one end of a line; and whether a word such as `in` joins.
fn separators(tokens: &[Token], mut at: usize) -> (usize, bool) {
    let (mut lines, mut signs) = (0, 0);
    while let Some(token) = tokens.get(at) {
        if token.kind == Kind::Line && lines < 1 {
            lines += 1;
        } else if [b',', b'-', b'/', b'|'].iter().any(|s| token.is_sign(*s))
            || token.hash == u64::from(u32::from('–'))
            || token.hash == u64::from(u32::from('·'))
        {
            signs += 1;
        } else {
            break;
        }
        if signs > 2 {
            break;
        }
        at += 1;
    }
    let joins =
        tokens.get(at).is_some_and(|t| t.is_word() && t.shape == Shape::Lower && t.chars <= 2)
            && lines + signs == 0;
    if joins
        && tokens
            .get(at + 1)
            .is_some_and(|t| t.kind == Kind::Number || t.is_capital() && t.flags.has(Flags::PLACE))
    {
        return (at + 1, true);
    }
    (at, lines + signs > 0)
}

/// `Apt 4B`, `2. OG`, `3º B`.
fn flat(text: &[u8], tokens: &[Token], at: usize) -> Option<usize> {
    const MAX_TOKENS: usize = 5;
    let first = &tokens[at];
    let is_number = |t: &Token| t.kind == Kind::Number;
    let named = first.is_word()
        && is_flat(first)
        && tokens.get(at + 1).is_some_and(|t| {
            is_number(t)
                || t.is_sign(b'.')
                || t.is_sign(b'#')
                || t.chars == 1 && t.is_word()
                || t.is_sign(b':')
        });
    let counted = is_number(first)
        && first.end - first.start <= 3
        && tokens.get(at + 1).is_some_and(|t| {
            t.is_sign(b'.')
                || t.hash == u64::from(u32::from('º'))
                || t.hash == u64::from(u32::from('°'))
                || t.is_word() && is_flat(t)
                || t.hash == u64::from(u32::from('ª'))
        })
        || first.is_sign(b'#');
    let ordinal = is_number(first)
        && (2..=4).contains(&(first.end - first.start))
        && !text[first.start..first.end].iter().all(u8::is_ascii_alphanumeric);
    if !named && !counted && !ordinal {
        return None;
    }
    let mut next = at;
    while next < tokens.len() && next - at < MAX_TOKENS {
        let token = &tokens[next];
        if token.kind == Kind::Line || token.is_sign(b',') || token.is_sign(b';') {
            break;
        }
        if next > at && is_number(token) && token.end - token.start >= 5 {
            break;
        }
        if next > at + 1 && token.is_word() && token.chars > 4 && !is_flat(token) {
            break;
        }
        next += 1;
    }
    (next > at).then_some(next)
}

/// Words with capitals in a row, with particles between them: the token behind the last.
fn capitals(tokens: &[Token], from: usize) -> usize {
    let mut last = from;
    for (i, token) in tokens.iter().enumerate().skip(from).take(6) {
        if i > from && token.start > tokens[i - 1].end + 1 {
            break;
        }
        if token.is_capital() && token.chars >= 2 {
            last = i + 1;
        } else if i == from
            || !(token.is_word() && (token.flags.has(Flags::PARTICLE) || token.chars <= 3)
                || token.is_sign(b'.') && tokens[i - 1].chars <= 3
                || token.is_sign(b'\''))
        {
            break;
        }
    }
    last
}

fn is_known(tokens: &[Token]) -> bool {
    tokens.iter().any(|t| t.is_capital() && t.flags.has(Flags::PLACE))
}

/// A part with a postcode, with the words of the town on either side: the token behind, and how many
/// words of the town there are.
fn with_postcode(text: &[u8], tokens: &[Token], at: usize) -> Option<(usize, usize)> {
    // The town first, its state, then the postcode; or the postcode first.
    let town = capitals(tokens, at);
    let mut from = town.max(at);
    let mut words = from - at;
    while let Some(token) = tokens.get(from) {
        let between = token.is_sign(b',')
            || token.is_sign(b'-')
            || token.is_sign(b'/')
            || token.is_sign(b'(')
            || token.is_sign(b')')
            || token.hash == u64::from(u32::from('–'))
            || token.is_word() && token.shape == Shape::Upper && token.chars <= 4;
        if words == 0 || !between || from - at > 9 || postcode(text, tokens, from).is_some() {
            break;
        }
        from += 1;
    }
    // A British postcode begins with letters, which look like a state.
    for start in (at..=from).rev() {
        let Some(end) = postcode(text, tokens, start) else { continue };
        if start > at && tokens[start].start > tokens[start - 1].end + 3 {
            continue;
        }
        if start > at {
            words = start - at;
            // A town may follow too: the district, the postcode and the town.
            let more = capitals(tokens, end);
            let follows = more > end
                && tokens[end].start <= tokens[end - 1].end + 1
                && tokens[start].kind == Kind::Number;
            if follows && !is_country(tokens, end) && more - end <= 3 {
                let slash = tokens.get(more).is_some_and(|t| t.is_sign(b'/'))
                    && tokens.get(more + 1).is_some_and(Token::is_capital);
                return Some((if slash { more + 2 } else { more }, words));
            }
            return Some((end, words));
        }
        let mut rest = end;
        if tokens.get(rest).is_some_and(|t| t.is_sign(b','))
            && tokens.get(rest + 1).is_some_and(Token::is_capital)
        {
            rest += 1;
        }
        let mut last = capitals(tokens, rest);
        if last > rest
            && tokens.get(last).is_some_and(|t| t.is_sign(b'/'))
            && tokens.get(last + 1).is_some_and(Token::is_capital)
        {
            last += 2;
        }
        let same_line = tokens.get(rest).is_some_and(|t| t.start <= tokens[end - 1].end + 2);
        if last > rest && same_line {
            return Some((last, last - rest));
        }
        return Some((end, 0));
    }
    None
}

/// Whether a postcode begins at a token: the token behind it.
fn postcode(text: &[u8], tokens: &[Token], at: usize) -> Option<usize> {
    let raw = |i: usize| tokens.get(i).map_or(&b""[..], |t| &text[t.start..t.end]);
    let next_is_near = |i: usize| tokens.get(i + 1).is_some_and(|t| t.start <= tokens[i].end + 1);
    let digits = |raw: &[u8]| if raw.iter().all(u8::is_ascii_digit) { raw.len() } else { 0 };
    let mut first = at;
    // `D-50937`, `CH-8001`, `CEP 01310-100`, `PIN`.
    let lead = raw(at);
    let is_lead = matches!(lead.len(), 1..=3) && lead.iter().all(u8::is_ascii_uppercase);
    if is_lead
        && tokens.get(at + 1).is_some_and(|t| t.is_sign(b'-') || t.is_sign(b':'))
        && next_is_near(at)
    {
        first = at + 2;
    } else if matches!(lead, b"CEP" | b"PIN" | b"CP" | b"PLZ") {
        first = at + 1;
    } else if lead == b"C" && raw(at + 1) == b"." && raw(at + 2) == b"P" && raw(at + 3) == b"." {
        first = at + 4;
    } else if lead == b"(" && tokens.get(at + 2).is_some_and(|t| t.is_sign(b')')) {
        let count = tokens.get(at + 1).map_or(0, |t| t.end - t.start);
        return (tokens[at + 1].kind == Kind::Number && (4..=6).contains(&count)).then_some(at + 3);
    }
    let token = tokens.get(first)?;
    let here = raw(first);
    let near = next_is_near(first);
    let second = raw(first + 1);
    let third = raw(first + 2);
    let british = |out: &[u8], inward: &[u8]| {
        matches!(out.len(), 2..=4)
            && out[0].is_ascii_uppercase()
            && out.iter().any(u8::is_ascii_digit)
            && out.iter().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit())
            && matches!(inward, [d, a, b] if d.is_ascii_digit() && a.is_ascii_uppercase() && b.is_ascii_uppercase())
    };
    let canadian = |a: &[u8], b: &[u8]| {
        matches!(a, [x, y, z] if x.is_ascii_uppercase() && y.is_ascii_digit() && z.is_ascii_uppercase())
            && matches!(b, [x, y, z] if x.is_ascii_digit() && y.is_ascii_uppercase() && z.is_ascii_digit())
    };
    // `SN8` is a word and a number to the tokens: put together again.
    if token.is_word() && matches!(here.len(), 1 | 2) && here.iter().all(u8::is_ascii_uppercase) {
        let out_end =
            tokens.get(first + 1).filter(|t| t.start == token.end && t.kind == Kind::Number)?;
        let out = &text[token.start..out_end.end];
        let inward = tokens.get(first + 2).filter(|t| t.start <= out_end.end + 1)?;
        let inward = &text[inward.start..inward.end];
        let irish = out.len() == 3 && inward.len() == 1 && inward[0].is_ascii_uppercase();
        if irish {
            let code =
                tokens.get(first + 3).filter(|t| t.kind == Kind::Number && t.end - t.start == 3);
            return code.is_some().then_some(first + 4);
        }
        let irish = out.len() == 3
            && inward.len() == 4
            && inward.iter().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit());
        return (british(out, inward) || canadian(out, inward) || irish).then_some(first + 3);
    }
    match digits(here) {
        // `110 00`, `113 30`.
        3 if near && digits(second) == 2 => Some(first + 2),
        // `00-950`.
        2 if near && second == b"-" && digits(third) == 3 => Some(first + 3),
        // `1012 AB`; `1050-123`; four digits alone.
        4 if near && second.len() == 2 && second.iter().all(u8::is_ascii_uppercase) => {
            Some(first + 2)
        }
        4 if near && second == b"-" && digits(third) == 3 => Some(first + 3),
        4 => Some(first + 1),
        5 if near
            && second == b"-"
            && matches!(digits(third), 3 | 4)
            && tokens[first + 2].start == tokens[first + 1].end =>
        {
            Some(first + 3)
        }
        5 | 6 => Some(first + 1),
        _ => {
            // `1012AB`.
            let (number, letters) = here.split_at(here.len().min(4));
            (digits(number) == 4
                && letters.len() == 2
                && letters.iter().all(u8::is_ascii_uppercase))
            .then_some(first + 1)
        }
    }
}

/// A country's name: no part of the value.
fn is_country(tokens: &[Token], at: usize) -> bool {
    static COUNTRIES: List = List::new(
        "germany deutschland austria österreich switzerland schweiz suisse svizzera france frankreich spain españa espanha \
        portugal italy italia italien netherlands nederland niederlande belgium belgique belgië belgien poland polska polen sweden sverige \
        schweden denmark danmark norway norge finland suomi czechia česko uk england scotland wales ireland éire usa us canada mexico méxico \
        brasil brazil argentina chile colombia perú india australia japan china türkiye turkey россия russia nigeria kenya",
    );
    static FIRST: List = List::new("united new south great");
    static SECOND: List = List::new("kingdom states zealand africa britain");
    let Some(token) = tokens.get(at) else { return false };
    let united = FIRST.has(token.hash) && tokens.get(at + 1).is_some_and(|t| SECOND.has(t.hash));
    let alone = tokens.get(at + 1).is_none_or(|t| !t.is_word() || t.kind == Kind::Line);
    united || alone && COUNTRIES.has(token.hash)
}
