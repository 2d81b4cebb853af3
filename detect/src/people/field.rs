//! Fields: what may be a name or an address in a field whose label says that it holds one.

use std::ops::Range;

use super::Finding;
pub(crate) use super::label::{Kind, Labels};
use super::lexicon::{Flags, List};
use super::token::{self, Shape, Token};
use super::words::Words;

/// Longer fields are text.
pub(crate) const MAX_FIELD_BYTES: usize = 320;
/// At most so many words a name has in a field.
const MAX_WORDS: usize = 7;

/// Adds what is found in a field, and says whether that is all.
pub(super) fn judge(
    words: &mut Words,
    kind: Kind,
    text: &[u8],
    start: usize,
    found: &mut Vec<(Finding, Range<usize>)>,
) -> bool {
    let mut tokens = Vec::new();
    match kind {
        Kind::Other => return false,
        Kind::Address => return address(words, text, start, found),
        Kind::Mail => {
            mail(words, text, start, found);
            return true;
        }
        Kind::Part | Kind::Whole | Kind::Person | Kind::Perhaps => {}
    }
    token::tokens(words, text, start, text.len(), &mut tokens);
    let before = found.len();
    for part in values(&tokens) {
        name(kind, part, found);
    }
    found.len() > before || !matches!(kind, Kind::Perhaps | Kind::Person)
}

/// Whether a field is running text, whatever it is called.
pub(super) fn is_prose(text: &[u8]) -> bool {
    const MIN_SPACES: usize = 4;
    let spaces = text.iter().take(4096).filter(|b| **b == b' ').count();
    let lower =
        text.windows(2).take(4096).filter(|w| w[0] == b' ' && w[1].is_ascii_lowercase()).count();
    spaces >= MIN_SPACES && lower * 3 >= spaces
}

/// The name at the beginning of what follows a label in a line.
pub(super) fn leading(
    kind: Kind,
    tokens: &[Token],
    found: &mut Vec<(Finding, Range<usize>)>,
) -> bool {
    let before = found.len();
    let mut end = 0;
    for (at, token) in tokens.iter().enumerate() {
        // A gap of columns, or the next line, ends a value.
        let gap = at > 0 && token.start > tokens[at - 1].end + 1;
        let goes_on = token.is_word()
            && (token.is_capital()
                || token.shape == Shape::Uncased
                || token.flags.has(Flags::PARTICLE | Flags::TITLE))
            || token.is_sign(b'.') && at > 0
            || token.is_sign(b'"');
        let comma = token.is_sign(b',') && at == 1 && kind != Kind::Part;
        if gap || !(goes_on || comma) {
            break;
        }
        end = at + 1;
    }
    let last = end.checked_sub(1).map_or(0, |at| tokens[at].end);
    // `FullName: LSA_UNICODE_STRING`.
    if tokens.get(end).is_some_and(|next| next.is_sign(b'_') && next.start == last) {
        return false;
    }
    name(kind, &tokens[..end], found);
    found.len() > before
}

/// The values of a field that holds several: parted by `;`, `&`, `/` or a word that joins.
fn values(tokens: &[Token]) -> impl Iterator<Item = &[Token]> {
    let parts = |t: &Token| {
        t.is_sign(b';')
            || t.is_sign(b'&')
            || t.is_sign(b'/')
            || t.is_sign(b'+')
            || is_and(t)
            || t.is_sign(b'\n')
    };
    tokens.split(parts)
}

/// `and`, `und`, `et`: no particle of names in capitals.
fn is_and(token: &Token) -> bool {
    static WORDS: List = List::new("and und et och en oraz");
    token.shape == Shape::Lower && WORDS.has(token.hash)
}

/// What stands in fields of names and is none.
static NO_NAMES: List = List::new(
    "unknown none null nil na n test tests example sample anonymous anonym redacted tbd tba admin administrator system root \
guest user everyone all nobody various diverse unbekannt keine keiner kein leer entfällt inconnu aucun néant desconocido ninguno \
desconhecido nenhum sconosciuto nessuno onbekend geen brak nieznany okänd ingen neznámý yok bilinmiyor yes no true false ja nein oui non \
sí si não name vorname nachname first last surname default undefined empty blank deleted removed vacant private confidential hidden \
same self see above below dto ditto company customer client patient employee street straße mustermann musterfrau doe placeholder \
foo bar baz lorem ipsum string text varchar char str option optional required enter please choose select type integer int \
bool boolean object array list vec field input label value charfield number date function нет неизвестно неизвестен",
);

fn name(kind: Kind, tokens: &[Token], found: &mut Vec<(Finding, Range<usize>)>) {
    // Titles are no part of it.
    let mut tokens = tokens;
    while let Some(first) = tokens.first() {
        let dotted = tokens.get(1).is_some_and(|t| t.is_sign(b'.'));
        let is_title = first.flags.has(Flags::TITLE)
            && tokens.len() > 1
            && (dotted || first.chars > 1 && !first.flags.is_name());
        if is_title || matches!(first.kind, token::Kind::Sign) {
            tokens = &tokens[1..];
        } else {
            break;
        }
    }
    // What follows in brackets, or behind a comma and is no name, is no part of it.
    if let Some(at) =
        tokens.iter().position(|t| t.is_sign(b'(') || t.is_sign(b'<') || t.is_sign(b'-'))
    {
        tokens = &tokens[..at];
    }
    if let Some(at) = tokens.iter().position(|t| t.is_sign(b',')) {
        let rest = &tokens[at + 1..];
        let is_name = rest.first().is_some_and(|t| {
            t.is_word()
                && (t.flags.is_name() && t.shape != Shape::Upper
                    || t.shape == Shape::Title
                    || t.flags.is_name() && tokens[0].shape == Shape::Upper
                    || t.shape == Shape::Initial)
        });
        if !is_name {
            tokens = &tokens[..at];
        }
    }
    while tokens
        .last()
        .is_some_and(|t| t.kind != token::Kind::Word && !t.is_sign(b'"') && !t.is_sign(b'.'))
    {
        tokens = &tokens[..tokens.len() - 1];
    }
    // A quote that closes what began before the value.
    let quotes = tokens.iter().filter(|t| t.is_sign(b'"')).count();
    if quotes % 2 == 1 && tokens.last().is_some_and(|t| t.is_sign(b'"')) {
        tokens = &tokens[..tokens.len() - 1];
    }
    let (Some(first), Some(last)) = (tokens.first(), tokens.last()) else { return };
    let mut span = first.start..last.end;
    if last.is_sign(b'.')
        && !tokens.iter().rev().nth(1).is_some_and(|t| t.shape == Shape::Initial || t.chars == 2)
    {
        span.end = last.start;
    }
    if may_be_name(kind, tokens) {
        found.push((Finding::NameInField, span));
    }
}

fn may_be_name(kind: Kind, tokens: &[Token]) -> bool {
    let words: Vec<&Token> = tokens.iter().filter(|t| t.is_word()).collect();
    let signs_fit = tokens
        .iter()
        .all(|t| t.is_word() || [b'.', b',', b'"', b'\''].iter().any(|sign| t.is_sign(*sign)));
    if words.is_empty()
        || words.len() > MAX_WORDS
        || !signs_fit
        || words.iter().any(|t| NO_NAMES.has(t.hash))
    {
        return false;
    }
    if words.iter().all(|t| t.chars < 2 && t.shape != Shape::Uncased) {
        return false;
    }
    let other = Flags::FIRM | Flags::STREET | Flags::TIME;
    // What a firm is by law stands at the end of its name, and may be a name by itself: `Oy`, `SA`.
    let is_firm = words.len() > 1
        && words
            .last()
            .is_some_and(|t| t.flags.has(Flags::FIRM) && t.chars <= 4 && t.shape != Shape::Lower);
    let is_other = is_firm || words.iter().any(|t| t.flags.has(other) && !t.flags.is_name());
    let names = words.iter().filter(|t| t.flags.is_name()).count();
    let sure = words
        .iter()
        .any(|t| t.flags.is_name() && !t.flags.has(Flags::COMMON | Flags::PLACE | other));
    let lower =
        words.iter().filter(|t| t.shape == Shape::Lower && !t.flags.has(Flags::PARTICLE)).count();
    match kind {
        Kind::Part => lower == 0 && words.len() <= 4 || names == words.len(),
        Kind::Whole => {
            !is_other
                && (lower == 0 || names * 2 >= words.len())
                && (words.len() > 1 || names > 0 || words[0].chars >= 2)
        }
        _ => {
            // Of a patient or a driver no name need be known.
            let is_person = |t: &&Token| -> bool {
                let may_be = t.flags.is_unknown() || t.flags.is_name();
                may_be && t.shape != Shape::Mixed || t.flags.has(Flags::PARTICLE) || t.chars == 1
            };
            if kind == Kind::Person && (2..=5).contains(&words.len()) && lower == 0 {
                return !is_other && words.iter().all(is_person);
            }
            let given = words.first().is_some_and(|t| t.flags.has(Flags::GIVEN))
                || words.last().is_some_and(|t| t.flags.has(Flags::GIVEN_TOP));
            !is_other
                && lower == 0
                && if words.len() == 1 {
                    words[0].flags.has(Flags::GIVEN_TOP) && !words[0].flags.has(Flags::COMMON)
                } else {
                    let fits = |t: &&Token| -> bool {
                        t.flags.is_name()
                            || t.flags.is_unknown()
                            || t.flags.has(Flags::PARTICLE)
                            || t.chars == 1
                    };
                    // Rare family names are words of other languages, too.
                    let is_told = |t: &&Token| -> bool {
                        let plain = !t.flags.has(Flags::COMMON | Flags::PLACE);
                        t.flags.has(Flags::GIVEN_TOP) && !t.flags.has(Flags::COMMON_TOP)
                            || t.flags.has(Flags::GIVEN | Flags::FAMILY_TOP) && plain
                    };
                    let all = words.iter().all(fits) && words.iter().any(is_told);
                    names > 0 && (sure && given || all) && words.len() <= 5
                }
        }
    }
}

/// The names of a header of a mail: what stands before addresses in angle brackets.
fn mail(words: &mut Words, text: &[u8], start: usize, found: &mut Vec<(Finding, Range<usize>)>) {
    let mut from = start;
    for at in start..text.len() {
        if text[at] == b'<' {
            let mut tokens = Vec::new();
            token::tokens(words, text, from, at, &mut tokens);
            let skip = tokens.iter().take_while(|t| !t.is_word()).count();
            let tail = tokens.iter().rev().take_while(|t| t.is_sign(b'"')).count();
            let tokens = &tokens[skip..tokens.len().max(skip + tail) - tail];
            name(Kind::Perhaps, tokens, found);
        } else if text[at] == b'>' {
            from = at + 1;
        }
    }
}

/// Whether a field that is called an address holds one.
fn address(
    words: &mut Words,
    text: &[u8],
    start: usize,
    found: &mut Vec<(Finding, Range<usize>)>,
) -> bool {
    let value = &text[start..];
    let lead = value.iter().take_while(|b| b.is_ascii_whitespace()).count();
    let trail = value
        .iter()
        .rev()
        .take_while(|b| b.is_ascii_whitespace() || matches!(b, b',' | b';'))
        .count();
    if lead + trail >= value.len() {
        return true;
    }
    let span = start + lead..text.len() - trail;
    if super::address::may_be_street(words, &text[..span.end], span.start) {
        found.push((Finding::AddressInField, span));
        return true;
    }
    false
}
