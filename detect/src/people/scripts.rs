//! Names in scripts without capitals: by a title, an honorific or a label beside them, and in Arabic
//! and Hindi by words in a row that are names.

use std::ops::Range;
use std::sync::OnceLock;

use super::Finding;
use super::lexicon::Flags;
use super::token::{self, Shape, Token};
use super::unit::{self, Field};
use super::words::Words;

/// Looks for names in the units of a part of a field that hold letters of such a script.
pub(super) fn search(
    words: &mut Words,
    field: Field<'_>,
    window: Range<usize>,
    found: &mut Vec<(Finding, Range<usize>)>,
) {
    let mut at = window.start;
    let mut tokens = Vec::new();
    while let Some(seed) = next(field.text, at, window.end) {
        let Some(unit) = unit::around(field, seed) else {
            at = seed + 1;
            continue;
        };
        at = unit.end.max(seed + 1);
        let Ok(text) = std::str::from_utf8(&field.text[unit.clone()]) else { continue };
        if text.contains(is_ideograph) {
            east_asian(text, unit.start, found);
        }
        if text.contains(|c: char| is_by_words(c)) {
            tokens.clear();
            words.tidy();
            token::tokens(words, field.text, unit.start, unit.end, &mut tokens);
            by_words(field.text, &tokens, found);
        }
    }
}

/// The next byte that begins a letter of Arabic, an Indian script, Chinese, Japanese or Korean.
fn next(text: &[u8], mut at: usize, to: usize) -> Option<usize> {
    const BLOCK: usize = 64;
    let is_lead = |b: u8| matches!(b, 0xD8..=0xDB | 0xE0 | 0xE3..=0xED);
    while at + BLOCK <= to {
        let block = &text[at..at + BLOCK];
        if block.iter().fold(0u8, |any, b| any | u8::from(b.wrapping_sub(0xD8) < 0x16)) != 0
            && block.iter().any(|b| is_lead(*b))
        {
            break;
        }
        at += BLOCK;
    }
    (at..to).find(|i| is_lead(text[*i]))
}

fn is_ideograph(c: char) -> bool {
    matches!(c, '\u{3400}'..='\u{9fff}' | '\u{ac00}'..='\u{d7a3}')
}

fn is_kana(c: char) -> bool {
    matches!(c, '\u{3041}'..='\u{30ff}')
}

fn is_by_words(c: char) -> bool {
    matches!(c, '\u{620}'..='\u{6ff}' | '\u{904}'..='\u{963}')
}

/// Words in a row that are names, or that follow a title.
fn by_words(text: &[u8], tokens: &[Token], found: &mut Vec<(Finding, Range<usize>)>) {
    /// So many words a name has at most.
    const MAX_WORDS: usize = 5;
    let is_name = |t: &Token| t.is_word() && t.shape == Shape::Uncased && t.flags.is_name();
    let is_plain = |t: &Token| t.flags.has(Flags::COMMON_TOP | Flags::FUNCTION);
    let mut at = 0;
    while at < tokens.len() {
        let mut from = at;
        let mut titled = false;
        while tokens
            .get(from)
            .is_some_and(|t| t.shape == Shape::Uncased && t.flags.has(Flags::TITLE))
            || titled && tokens.get(from).is_some_and(|t| t.is_sign(b'.') || t.is_sign(b'/'))
        {
            titled = true;
            from += 1;
        }
        let row = tokens[from..].iter().take(MAX_WORDS);
        let near = |i: usize| i == 0 || tokens[from + i].start <= tokens[from + i - 1].end + 1;
        let count = row.enumerate().take_while(|(i, t)| near(*i) && is_name(t)).count();
        let words = &tokens[from..from + count];
        let surely = words.iter().filter(|t| !is_plain(t)).count();
        let named_after =
            at.checked_sub(1).is_some_and(|i| tokens[i].flags.has(Flags::FIRM | Flags::STREET));
        let is_person = !named_after && (titled && surely >= 1 || count >= 2 && surely >= 2);
        if is_person {
            // A family name with the article, which no list has.
            let last = tokens[from + count - 1];
            let family = tokens.get(from + count).filter(|t| {
                t.is_word()
                    && t.start == last.end + 1
                    && t.chars >= 5
                    && t.flags.is_unknown()
                    && text[t.start..].starts_with("ال".as_bytes())
            });
            found.push((Finding::NameByWord, words[0].start..family.map_or(last.end, |t| t.end)));
        }
        at = from + count.max(1);
    }
}

/// A set of signs, sorted when it is asked for the first time.
struct Signs {
    signs: &'static str,
    sorted: OnceLock<Vec<char>>,
}

impl Signs {
    const fn new(signs: &'static str) -> Self {
        Self { signs, sorted: OnceLock::new() }
    }

    fn has(&self, sign: char) -> bool {
        let sorted = self.sorted.get_or_init(|| {
            let mut signs: Vec<char> = self.signs.chars().collect();
            signs.sort_unstable();
            signs
        });
        sorted.binary_search(&sign).is_ok()
    }
}

static KOREAN: Signs = Signs::new(
    "김이박최정강조윤장임한오서신권황안송류홍전고문양손배백허유남심노하곽성차주우구민나진지엄채원천방공현함변염여추도소석선설마길연위표명기반라왕금옥육인맹제모탁국은편용",
);
static CHINESE: Signs = Signs::new(
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗郑梁谢宋唐许邓韩冯曹彭曾肖田董袁潘于蒋蔡余杜叶程苏魏吕丁任沈姚卢姜崔钟谭陆汪范金石廖贾夏韦付方白邹孟熊秦邱江尹薛闫段雷侯龙史陶黎贺顾毛郝龚邵万钱严武戴莫孔向汤張劉陳楊黃趙吳孫馬鄭謝許鄧韓馮葉蘇魏呂盧鍾譚陸範賈韋鄒龍顧龔萬錢嚴湯",
);
const JAPANESE: [&str; 120] = [
    "佐藤",
    "鈴木",
    "高橋",
    "田中",
    "伊藤",
    "渡辺",
    "渡邊",
    "山本",
    "中村",
    "小林",
    "加藤",
    "吉田",
    "山田",
    "佐々木",
    "山口",
    "松本",
    "井上",
    "木村",
    "林",
    "斎藤",
    "斉藤",
    "清水",
    "山崎",
    "森",
    "池田",
    "橋本",
    "阿部",
    "石川",
    "山下",
    "中島",
    "石井",
    "小川",
    "前田",
    "岡田",
    "長谷川",
    "藤田",
    "後藤",
    "近藤",
    "村上",
    "遠藤",
    "青木",
    "坂本",
    "福田",
    "太田",
    "西村",
    "藤井",
    "金子",
    "岡本",
    "藤原",
    "三浦",
    "中野",
    "原田",
    "松田",
    "竹内",
    "小野",
    "中山",
    "和田",
    "石田",
    "森田",
    "上田",
    "原",
    "内田",
    "柴田",
    "酒井",
    "宮崎",
    "横山",
    "高木",
    "安藤",
    "宮本",
    "大野",
    "小島",
    "谷口",
    "今井",
    "工藤",
    "高田",
    "増田",
    "丸山",
    "杉山",
    "村田",
    "大塚",
    "新井",
    "小山",
    "平野",
    "藤本",
    "河野",
    "上野",
    "野口",
    "武田",
    "松井",
    "千葉",
    "菅原",
    "岩崎",
    "久保",
    "木下",
    "佐野",
    "野村",
    "松尾",
    "菊地",
    "市川",
    "杉本",
    "古川",
    "大西",
    "島田",
    "水野",
    "桜井",
    "高野",
    "吉川",
    "山内",
    "西田",
    "飯田",
    "菊池",
    "西川",
    "小松",
    "北村",
    "安田",
    "五十嵐",
    "川口",
    "平田",
    "関",
    "中田",
];
const HONORIFICS: [&str; 22] = [
    "様",
    "さん",
    "さま",
    "氏",
    "先生",
    "君",
    "くん",
    "ちゃん",
    "殿",
    "女士",
    "小姐",
    "同志",
    "同学",
    "老师",
    "老師",
    "医生",
    "律师",
    "씨",
    "님",
    "선생님",
    "교수",
    "군",
];
const LABELS: [&str; 24] = [
    "氏名",
    "お名前",
    "名前",
    "姓名",
    "担当者",
    "担当",
    "患者名",
    "患者",
    "代表者",
    "联系人",
    "聯絡人",
    "收件人",
    "申请人",
    "投诉人",
    "客户姓名",
    "申込者",
    "保護者",
    "이름",
    "성명",
    "성함",
    "담당자",
    "환자명",
    "보호자",
    "신청인",
];

fn east_asian(text: &str, start: usize, found: &mut Vec<(Finding, Range<usize>)>) {
    let mut last_end = 0;
    for (at, c) in text.char_indices() {
        if at < last_end || !is_ideograph(c) && !is_kana(c) {
            continue;
        }
        if let Some(len) = named(&text[at..], &text[..at]) {
            let bytes = at..at + len;
            last_end = bytes.end;
            found.push((Finding::NameByWord, start + bytes.start..start + bytes.end));
        }
    }
}

/// The bytes of a name that begins here: a family name, a given one, and something that says so.
fn named(text: &str, before: &str) -> Option<usize> {
    let previous = before.chars().next_back();
    let labelled = is_labelled(before);
    // Within a row of such signs no name begins, for all that is known here.
    if previous.is_some_and(|c| is_ideograph(c) || is_kana(c)) && !labelled {
        return None;
    }
    let first = text.chars().next()?;
    // Korean: one syllable, and one or two more.
    if ('\u{ac00}'..='\u{d7a3}').contains(&first) {
        if !KOREAN.has(first) {
            return None;
        }
        let word = run(text, |c| ('\u{ac00}'..='\u{d7a3}').contains(&c));
        for syllables in [3, 2, 4] {
            let Some(end) = nth(text, syllables).filter(|end| *end <= word) else { continue };
            let rest = text[end..].trim_start_matches(' ');
            let honoured = HONORIFICS.iter().any(|h| rest.starts_with(h));
            if honoured || labelled && end == word {
                return Some(end);
            }
        }
        return None;
    }
    // Japanese: a frequent family name, and up to three signs more.
    static FIRST: OnceLock<Vec<char>> = OnceLock::new();
    let firsts = FIRST.get_or_init(|| JAPANESE.iter().filter_map(|n| n.chars().next()).collect());
    let known: &[&str] = if firsts.contains(&first) { &JAPANESE } else { &[] };
    let japanese =
        known.iter().filter(|name| text.starts_with(**name)).max_by_key(|name| name.len());
    if let Some(family) = japanese {
        let space = text[family.len()..]
            .chars()
            .next()
            .filter(|c| *c == ' ' || *c == '\u{3000}')
            .map_or(0, char::len_utf8);
        for given in [2, 3, 1, 0] {
            let from = family.len() + if given == 0 { 0 } else { space };
            let Some(end) = nth(&text[from..], given).map(|n| from + n) else { continue };
            if !text[from..end].chars().all(|c| is_ideograph(c) || is_kana(c)) {
                continue;
            }
            let rest = text[end..].trim_start_matches([' ', '\u{3000}']);
            let honoured = HONORIFICS.iter().any(|h| rest.starts_with(h));
            let closes = rest.chars().next().is_none_or(|c| !is_ideograph(c) && !is_kana(c));
            if honoured || closes && given > 0 && (labelled || space > 0) {
                return Some(end);
            }
        }
    }
    // Chinese: one sign, and one or two more.
    if CHINESE.has(first) {
        let word = run(text, is_ideograph);
        for signs in [3, 2, 1] {
            let Some(end) = nth(text, signs).filter(|end| *end <= word) else { continue };
            let rest = &text[end..];
            let honoured = [
                "先生", "女士", "小姐", "老师", "老師", "医生", "醫生", "律师", "同学", "同志",
                "经理", "主任",
            ]
            .iter()
            .any(|h| rest.starts_with(h));
            let told = signs > 1
                && ["，男", "，女", "（男", "（女", "(男", "(女"]
                    .iter()
                    .any(|t| rest.starts_with(t));
            if honoured || told || labelled && signs > 1 && end == word {
                return Some(end);
            }
        }
    }
    None
}

/// Whether a label and a colon stand directly before.
fn is_labelled(before: &str) -> bool {
    if !matches!(before.chars().next_back(), Some(' ' | '\u{3000}' | ':' | '：')) {
        return false;
    }
    let before = before.trim_end_matches([' ', '\u{3000}']);
    before.strip_suffix([':', '：']).is_some_and(|label| {
        let label = label.trim_end_matches([' ', '\u{3000}']);
        LABELS.iter().any(|known| label.ends_with(known))
    })
}

fn run(text: &str, is: impl Fn(char) -> bool) -> usize {
    text.find(|c| !is(c)).unwrap_or(text.len())
}

/// Where so many characters end.
fn nth(text: &str, count: usize) -> Option<usize> {
    text.char_indices().map(|(at, _)| at).chain([text.len()]).nth(count)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(text: &str) -> Vec<&str> {
        let mut found = Vec::new();
        let field = Field { text: text.as_bytes(), start: 0 };
        search(&mut Words::default(), field, 0..text.len(), &mut found);
        found.into_iter().map(|(_, span)| &text[span]).collect()
    }

    #[test]
    fn names_are_told_by_what_stands_beside_them() {
        assert_eq!(names("鈴木様、いつもお世話になっております。"), ["鈴木"]);
        assert_eq!(names("氏名：高橋 健一\n住所：東京都"), ["高橋 健一"]);
        assert_eq!(names("联系人：陈晓燕"), ["陈晓燕"]);
        assert_eq!(names("周女士打来电话"), ["周"]);
        assert_eq!(names("담당자: 박지훈"), ["박지훈"]);
        assert_eq!(names("김서연 씨가 전화했습니다"), ["김서연"]);
    }

    #[test]
    fn words_that_begin_like_names_are_none() {
        assert!(names("高橋駅前の森を抜けて田中へ").is_empty());
        assert!(names("金融机构和石油公司").is_empty());
        assert!(names("이번 주문은 내일 도착합니다").is_empty());
    }
}
