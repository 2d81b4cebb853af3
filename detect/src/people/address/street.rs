//! Streets with their numbers.

use super::super::lexicon::{Flags, List};
use super::super::token::{Kind, Shape, Token};
use super::Street;

/// Endings of words that are streets, in lower case.
const ENDINGS: [&str; 34] = [
    "straße", "strasse", "str", "weg", "platz", "gasse", "allee", "ring", "damm", "ufer",
    "chaussee", "steig", "stieg", "straat", "laan", "plein", "gracht", "kade", "dijk", "singel",
    "steeg", "gatan", "vägen", "gata", "väg", "stigen", "gränd", "backen", "torget", "veien",
    "gade", "katu", "tie", "utca",
];

/// Whether a word ends as streets do.
pub(super) fn has_ending(text: &[u8], token: &Token) -> bool {
    if !token.is_capital() || token.chars < 6 {
        return false;
    }
    let word = &text[token.start..token.end];
    let ends = |word: &[u8], ending: &str| {
        let tail = word.len().checked_sub(ending.len()).filter(|at| *at >= 3);
        tail.is_some_and(|at| word[at..].eq_ignore_ascii_case(ending.as_bytes()))
    };
    if word.is_ascii() || token.shape == Shape::Title {
        return ENDINGS.iter().any(|ending| ends(word, ending));
    }
    let word = String::from_utf8_lossy(word).to_lowercase();
    ENDINGS.iter().any(|ending| ends(word.as_bytes(), ending))
}

/// The street around a number, which is the first of the tokens `after`.
pub(super) fn around(text: &[u8], before: &[Token], after: &[Token]) -> Option<Street> {
    let (number, next) = number(after)?;
    if let Some(start) = post_box(text, before) {
        return Some(Street { span: start..number, next, told: true });
    }
    let follows = follows(text, before, after, number, next);
    if follows.as_ref().is_some_and(|street| street.told) {
        return follows;
    }
    let leads = leads(text, before, after, number, next);
    if leads.as_ref().is_some_and(|street| street.told) {
        return leads;
    }
    follows.or(leads)
}

/// Where the words for a box of the post begin, if they stand before a number.
fn post_box(text: &[u8], before: &[Token]) -> Option<usize> {
    const WORDS: [&str; 12] = [
        "po box",
        "p o box",
        "pobox",
        "post office box",
        "postfach",
        "boîte postale",
        "bp",
        "apartado",
        "apartado postal",
        "casilla",
        "caixa postal",
        "postbus",
    ];
    static LAST: List = List::new("box pobox postfach postale bp apartado postal casilla postbus");
    let is_mark = |t: &Token| t.is_sign(b'.') || t.is_sign(b':') || t.is_sign(b'#');
    if !before.iter().rev().find(|t| !is_mark(t)).is_some_and(|t| LAST.has(t.hash)) {
        return None;
    }
    let mut spelled = String::new();
    let mut start = None;
    for token in before.iter().rev().filter(|t| !is_mark(t)).take(3) {
        if !token.is_word() {
            break;
        }
        let word = String::from_utf8_lossy(&text[token.start..token.end]).to_lowercase();
        spelled = if spelled.is_empty() { word } else { format!("{word} {spelled}") };
        if token.is_capital() && WORDS.contains(&spelled.as_str()) {
            start = Some(token.start);
        }
    }
    start
}

static BEHIND_NUMBERS: List = List::new("bis ter");

/// The end of a number with what belongs to it (`12a`, `12-14`, `12 bis`), and the token behind.
fn number(after: &[Token]) -> Option<(usize, usize)> {
    let first = after.first().filter(|t| t.kind == Kind::Number)?;
    let (mut end, mut next) = (first.end, 1);
    while let [sign, second, ..] = &after[next..] {
        let joins =
            (sign.is_sign(b'-') || sign.is_sign(b'/') || sign.hash == u64::from(u32::from('–')))
                && sign.start <= end + 1
                && second.start <= sign.end + 1;
        let glued = sign.start == end && second.start == sign.end;
        let is_part = second.kind == Kind::Number
            || second.is_word() && (second.chars == 1 || glued && second.chars <= 3);
        if !(joins && is_part) {
            break;
        }
        (end, next) = (second.end, next + 2);
    }
    if let Some(letter) = after.get(next)
        && letter.is_word()
        && letter.start == end + 1
        && (letter.chars == 1
            && letter.shape == Shape::Lower
            && after.get(next + 1).is_none_or(|t| !t.is_word() || t.start > letter.end + 1)
            || BEHIND_NUMBERS.has(letter.hash))
    {
        (end, next) = (letter.end, next + 1);
    }
    Some((end, next))
}

/// `Ahornweg 12`, `calle Mayor, 5`, `ul. Długa 3`, `Am Hang 4`.
fn leads(
    text: &[u8],
    before: &[Token],
    after: &[Token],
    end: usize,
    next: usize,
) -> Option<Street> {
    // Numbers of five digits stand before streets alone; behind one, it is a postcode.
    const MAX_DIGITS: usize = 4;
    if text[after[0].start..after[0].end].iter().take_while(|b| b.is_ascii_digit()).count()
        > MAX_DIGITS
    {
        return None;
    }
    // Between the street and its number: `, `, `nº`, `No:`.
    let mut last = before.len();
    while last > 0 {
        let token = &before[last - 1];
        let is_mark = token.is_sign(b',')
            || token.is_sign(b'.')
            || token.is_sign(b':')
            || token.hash == u64::from(u32::from('º'))
            || token.hash == u64::from(u32::from('°'))
            || (token.is_word() && is_number_word(token));
        if !is_mark || before.len() - last >= 3 {
            break;
        }
        last -= 1;
    }
    let street = &before[..last];
    let name = street.last()?;
    if !name.is_word() || name.kind == Kind::Line || after[0].start > name.end + 8 {
        return None;
    }
    let told = |from: usize| Some(Street { span: street[from].start..end, next, told: true });
    let same_line = |from: usize| street[from..].iter().all(|t| t.kind != Kind::Line);
    // The last word says it: alone, or with what stands before it.
    if has_ending(text, name) {
        let mut from = last - 1;
        while from > 0 && last - from < 4 && goes_before(&street[from - 1]) && !gap(street, from) {
            from -= 1;
        }
        return told(from);
    }
    if name.is_capital() && name.flags.has(Flags::STREET) && last >= 2 && is_german_word(name) {
        let mut from = last - 1;
        while from > 0
            && last - from < 4
            && street[from - 1].is_capital()
            && !gap(street, from)
            && !street[from - 1].flags.has(Flags::TITLE | Flags::GREETING | Flags::ROLE)
        {
            from -= 1;
        }
        if from < last - 1 {
            return told(from);
        }
    }
    // A word before it says it.
    const MAX_WORDS: usize = 9;
    for from in (last.saturating_sub(MAX_WORDS)..last.saturating_sub(1)).rev() {
        let token = &street[from];
        let may_stand = token.is_capital()
            || token.flags.has(Flags::PARTICLE | Flags::STREET | Flags::TITLE)
            || token.is_sign(b'.')
            || token.is_sign(b'\'')
            || token.kind == Kind::Number
            || token.is_sign(b'/')
            || token.chars <= 3 && token.is_word();
        if !may_stand || gap(street, from + 1) {
            break;
        }
        if token.is_word() && is_before(token) && same_line(from) {
            let words = street[from + 1..].iter().filter(|t| t.is_word()).count();
            let slash = street[from + 1].is_sign(b'/') && token.chars == 1;
            let is_prefix = token.chars > 1 || slash || street[from + 1].is_sign(b'.');
            if words >= 1 && is_prefix && (name.is_capital() || words >= 2) {
                return told(from);
            }
        }
    }
    // Nothing says it: one to three words with capitals, after words such as `Am` and `An der` too.
    let mut from = last;
    while from > 0
        && last - from < 3
        && !gap_before(street, from, last)
        && is_plain(&street[from - 1])
    {
        from -= 1;
    }
    if let [.., first, second] = &street[..from]
        && first.is_capital()
        && second.shape == Shape::Lower
        && from < last
        && [&b"der"[..], b"dem", b"den", b"de", b"la"].contains(&&text[second.start..second.end])
        && !gap(street, from)
        && !gap(street, from - 1)
        && first.chars <= 3
    {
        from -= 2;
    }
    (from < last).then(|| Street { span: street[from].start..end, next, told: false })
}

/// `14 Alder Lane`, `8 rue des Lilas`, `1420 N. Halsted St.`
fn follows(
    text: &[u8],
    before: &[Token],
    after: &[Token],
    end: usize,
    next: usize,
) -> Option<Street> {
    const MAX_TOKENS: usize = 8;
    let mut at = next;
    if after.get(at).is_some_and(|t| t.is_sign(b',')) {
        at += 1;
    }
    let first = after.get(at)?;
    if !first.is_word() && first.kind != Kind::Number || first.start > end + 3 {
        return None;
    }
    let start = start_with_flat(before, after[0].start);
    // The word of the street comes first: French, Portuguese, Vietnamese.
    if first.flags.has(Flags::STREET)
        && first.chars >= 2
        && (first.shape == Shape::Lower
            || after.get(at + 1).is_some_and(|t| t.flags.has(Flags::PARTICLE)))
    {
        let mut last = None;
        for (i, token) in after.iter().enumerate().skip(at + 1).take(MAX_TOKENS) {
            let may = token.is_capital()
                || token.flags.has(Flags::PARTICLE)
                || token.is_word() && token.chars <= 3
                || token.is_sign(b'.')
                || token.is_sign(b'\'')
                || token.kind == Kind::Number && token.end - token.start <= 2;
            if !may || after[i - 1].end + 2 < token.start {
                break;
            }
            if token.is_word() && token.is_capital() {
                last = Some(i);
            }
        }
        let last = last?;
        return Some(Street { span: start..after[last].end, next: last + 1, told: true });
    }
    // It comes last: English.
    for (i, token) in after.iter().enumerate().skip(at).take(MAX_TOKENS) {
        let is_ordinal = token.kind == Kind::Number
            && text.get(token.end - 1).is_some_and(u8::is_ascii_lowercase);
        let may = token.is_capital()
            || is_ordinal
            || token.is_sign(b'.')
            || token.flags.has(Flags::PARTICLE);
        if !may || (i > at && after[i - 1].end + 1 < token.start) {
            break;
        }
        if i > at && token.is_capital() && token.flags.has(Flags::STREET) {
            let mut last = i;
            // A second word, a direction, a full stop.
            while let Some(more) = after.get(last + 1) {
                let glued = more.start <= after[last].end + 1;
                let is_more = more.is_sign(b'.') && more.start == after[last].end
                    || more.is_capital()
                        && (more.flags.has(Flags::STREET)
                            || more.shape == Shape::Initial
                            || more.chars == 2
                                && more.shape == Shape::Upper
                                && last == i
                                && is_direction(text, more));
                if !(glued && is_more) {
                    break;
                }
                last += 1;
            }
            let full_stop = after[last].is_sign(b'.')
                && (after[last - 1].chars > 4
                    || after.get(last + 1).is_none_or(|t| t.kind == Kind::Line));
            let span_end = if full_stop { after[last - 1].end } else { after[last].end };
            return Some(Street { span: start..span_end, next: last + 1, told: true });
        }
    }
    // Nothing says it: words with capitals up to a comma or the end of the line.
    const MAX_PLAIN: usize = 4;
    let count = after[at..].iter().take_while(|t| t.is_capital() && t.chars >= 2).count();
    let closes = after.get(at + count).is_some_and(|t| t.is_sign(b',') || t.kind == Kind::Line);
    ((1..=MAX_PLAIN).contains(&count) && closes).then(|| Street {
        span: start..after[at + count - 1].end,
        next: at + count,
        told: false,
    })
}

fn is_direction(text: &[u8], token: &Token) -> bool {
    matches!(&text[token.start..token.end], b"NE" | b"NW" | b"SE" | b"SW")
}

/// Words for `number`.
fn is_number_word(token: &Token) -> bool {
    static WORDS: List = List::new("n no nr nº n° num número numero č д дом số hausnummer");
    WORDS.has(token.hash)
}

/// `Flat 2, ` and the like before a number belong to the address, with a house's name between.
fn start_with_flat(before: &[Token], start: usize) -> usize {
    const MAX_PARTS: usize = 3;
    let mut rest = before;
    for _ in 0..MAX_PARTS {
        let Some((last, head)) = rest.split_last() else { break };
        if !(last.is_sign(b',') || last.kind == Kind::Line && last.hash == u64::from(b'\n')) {
            break;
        }
        let from = head
            .iter()
            .rposition(|t| t.is_sign(b',') || t.kind == Kind::Line || t.is_sign(b':'))
            .map_or(0, |i| i + 1);
        let part = &head[from..];
        let counts =
            part.get(1).is_some_and(|t| t.kind == Kind::Number || t.chars == 1 && t.is_word());
        if part.first().is_some_and(|t| t.is_capital() && counts && is_flat(t)) {
            return part[0].start;
        }
        if part.is_empty() || part.len() > 4 || !part.iter().all(Token::is_capital) {
            break;
        }
        rest = &head[..from];
    }
    start
}

/// A flat, a floor, a house by its name.
pub(super) fn is_flat(token: &Token) -> bool {
    static WORDS: List = List::new(
        "flat apartment apt unit suite ste room floor fl building bldg block level plot shop office house tower wing \
        etage og eg stock stiege tür top whg wohnung haus hinterhaus étage appt appartement apt bât bâtiment escalier esc porte résidence \
        piso puerta portal escalera bajo interior int depto departamento apto apartamento torre bloque bloco andar fração casa lote \
        interno scala int palazzina bus verdieping lgh vån m lok byt kat daire d no blok căn tầng phường quận tổ khu thôn кв квартира корп подъезд \
        as tv th tr mf lejl íbúð bte boîte app ap bl sc et kv vh hh dg gh esq dto frente fte ent entrance unit lot emelet em ajtó lépcsőház \
        nadstropje kat буд корпус офис оф под эт d-re όροφος διαμ",
    );
    WORDS.has(token.hash)
}

/// A word for streets that stands before their names.
fn is_before(token: &Token) -> bool {
    static WORDS: List = List::new(
        "rue avenue boulevard bd chemin route place quai allée allee impasse cours faubourg calle c avda avenida av plaza paseo \
        carretera camino ronda travesía rambla glorieta callejón carrera cra kra cl diagonal transversal rua travessa praça praca alameda \
        estrada rodovia largo beco calçada via viale piazza piazzale corso vicolo strada lungomare contrada ulica ul aleja al plac pl \
        osiedle os aleje ulice náměstí nám třída nábřeží đường phố ngõ улица ул проспект пр просп переулок пер площадь пл шоссе бульвар \
        набережная jalan jl str strada bulevardul calea utca вул вулиця бул булевар булевард шосе провулок трг bul bulevar trg naselje put \
        gatvė gatve iela prospekts prospektas pr tänav pst aleea șos sos intrarea intr mahallesi mah caddesi cadde cad sokak sokağı sok \
        οδός οδος λεωφ λεωφόρος רחוב שדרות jln lorong persiaran gang gg",
    );
    WORDS.has(token.hash)
}

fn is_german_word(token: &Token) -> bool {
    static WORDS: List = List::new(
        "straße strasse str weg platz allee gasse ring damm ufer chaussee markt straat laan plein gracht kade singel \
        gatan vägen gata väg torg caddesi cadde cad sokak sokağı sk bulvarı bulvar",
    );
    WORDS.has(token.hash)
}

/// What may stand before a street of one word: `Alte`, `Am`, `Kleine`.
fn goes_before(token: &Token) -> bool {
    static WORDS: List = List::new(
        "alte alter großer große kleine kleiner obere untere obere lange kurze neue am im an auf der den hinter vordere hintere \
        nieuwe oude lange korte grote kleine eerste tweede derde stora lilla norra södra östra västra",
    );
    token.is_capital() && WORDS.has(token.hash)
}

/// A word of a street's name that nothing else says to be one.
fn is_plain(token: &Token) -> bool {
    let other =
        Flags::TIME | Flags::TITLE | Flags::GREETING | Flags::CLOSING | Flags::ROLE | Flags::FIRM;
    token.is_word() && token.shape == Shape::Title && token.chars >= 2 && !token.flags.has(other)
}

fn gap(tokens: &[Token], at: usize) -> bool {
    tokens[at].start > tokens[at - 1].end + 1 || tokens[at - 1].kind == Kind::Line
}

fn gap_before(tokens: &[Token], at: usize, last: usize) -> bool {
    at < last && gap(tokens, at)
}
