//! Names in scripts without capitals: by a title, an honorific or a label beside them, and in Arabic
//! and Hindi by words in a row that are names.

use std::ops::Range;
use std::sync::OnceLock;

use super::Finding;
use super::lexicon::{self, Flags};
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

/// The next byte that begins a letter of Hebrew, Arabic, an Indian script, Chinese, Japanese or Korean.
fn next(text: &[u8], mut at: usize, to: usize) -> Option<usize> {
    const BLOCK: usize = 64;
    let is_lead = |b: u8| matches!(b, 0xD7..=0xDB | 0xE0 | 0xE3..=0xED);
    while at + BLOCK <= to {
        let block = &text[at..at + BLOCK];
        if block.iter().fold(0u8, |any, b| any | u8::from(b.wrapping_sub(0xD7) < 0x17)) != 0
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
    // Hebrew, Arabic, and what is written from Nepal to Sri Lanka.
    matches!(c, '\u{5d0}'..='\u{5ea}' | '\u{620}'..='\u{6ff}' | '\u{904}'..='\u{963}' | '\u{980}'..='\u{dff}')
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
    "覃谌柯翁卞尤项季温庄柳涂苗关柴艾游甘左耿牟欧褚卫沙乔翟颜詹殷葛聂鲁岳齐安焦倪俞童包单盛辛管祝应洪霍隋麦莊溫歐衛喬顏聶魯齊單應\
王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗郑梁谢宋唐许邓韩冯曹彭曾肖田董袁潘于蒋蔡余杜叶程苏魏吕丁任沈姚卢姜崔钟谭陆汪范金石廖贾夏韦付方白邹孟熊秦邱江尹薛闫段雷侯龙史陶黎贺顾毛郝龚邵万钱严武戴莫孔向汤張劉陳楊黃趙吳孫馬鄭謝許鄧韓馮葉蘇魏呂盧鍾譚陸範賈韋鄒龍顧龔萬錢嚴湯",
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
/// Family names of two signs.
const COMPOUND: [&str; 26] = [
    "欧阳", "歐陽", "上官", "司徒", "司马", "司馬", "诸葛", "諸葛", "皇甫", "尉迟", "公孙", "慕容",
    "令狐", "宇文", "长孙", "端木", "东方", "夏侯", "남궁", "황보", "제갈", "사공", "선우", "독고",
    "서문", "동방",
];
/// What stands before an honorific and is no name.
const CALLED: [&str; 62] = [
    "皆",
    "客",
    "お客",
    "患者",
    "業者",
    "担当",
    "担当者",
    "関係者",
    "保護者",
    "お母",
    "お父",
    "母",
    "父",
    "奥",
    "神",
    "王",
    "仏",
    "赤",
    "医者",
    "本屋",
    "店員",
    "社員",
    "会員",
    "各位",
    "利用者",
    "参加者",
    "受講者",
    "応募者",
    "申込者",
    "隊長",
    "先輩",
    "娘",
    "息子",
    "お嬢",
    "お子",
    "子",
    "孫",
    "同僚",
    "主治医",
    "担任",
    "校長",
    "ユーザー",
    "スタッフ",
    "オーナー",
    "ゲスト",
    "メンバー",
    "ドクター",
    "パパ",
    "ママ",
    "고객",
    "선생",
    "기사",
    "사장",
    "부장",
    "과장",
    "회원",
    "교수",
    "원장",
    "주인",
    "부모",
    "어머",
    "아버",
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
const LABELS: [&str; 52] = [
    "担任",
    "会長",
    "部長",
    "課長",
    "社長",
    "書記",
    "主治医",
    "代表",
    "預金者",
    "世帯主",
    "責任者",
    "法定代表人",
    "经办人",
    "经办",
    "主管",
    "配偶",
    "送货员",
    "예금주",
    "대표",
    "담임",
    "총무",
    "회장",
    "반장",
    "보호자",
    "의사",
    "기사",
    "교사",
    "작성자",
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
    if let Some(end) = sender(text, before).or_else(|| spaced(text, before, labelled)) {
        return Some(end);
    }
    let first = text.chars().next()?;
    // Korean: one syllable, and one or two more.
    if ('\u{ac00}'..='\u{d7a3}').contains(&first) {
        if !KOREAN.has(first) && !is_compound(text) {
            return None;
        }
        let word = run(text, |c| ('\u{ac00}'..='\u{d7a3}').contains(&c));
        for syllables in [3, 2, 4] {
            let Some(end) = nth(text, syllables).filter(|end| *end <= word) else { continue };
            let rest = text[end..].trim_start_matches(' ');
            let honoured =
                HONORIFICS.iter().any(|h| rest.starts_with(h)) && !is_called(&text[..end]);
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
    if let Some(family) = japanese.copied().or_else(|| family_of_list(text)) {
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
            let honoured =
                HONORIFICS.iter().any(|h| rest.starts_with(h)) && !is_called(&text[..end]);
            let closes = rest.chars().next().is_none_or(|c| !is_ideograph(c) && !is_kana(c));
            if honoured || closes && given > 0 && (labelled || space > 0) {
                return Some(end);
            }
        }
    }
    // Chinese: one sign, and one or two more.
    let is_compound = is_compound(text);
    if CHINESE.has(first) || is_compound {
        let word = run(text, is_ideograph);
        for signs in if is_compound { [4, 3, 2] } else { [3, 2, 1] } {
            let Some(end) = nth(text, signs).filter(|end| *end <= word) else { continue };
            let rest = &text[end..];
            let honoured = [
                "先生", "女士", "小姐", "老师", "老師", "医生", "醫生", "律师", "同学", "同志",
                "经理", "主任", "师傅", "師傅", "总监", "妈妈", "爸爸", "护士",
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

/// Whether a family name of two signs begins here.
fn is_compound(text: &str) -> bool {
    COMPOUND.iter().any(|family| text.starts_with(family))
}

/// Whether so people are called who are not named: `お客様`.
fn is_called(word: &str) -> bool {
    CALLED.contains(&word)
}

/// The Japanese family name of two or three signs that a list knows and that begins here.
fn family_of_list(text: &str) -> Option<&str> {
    let known = |count: usize| {
        let word = &text[..nth(text, count)?];
        let flags = lexicon::flags(lexicon::hash_lower(word.as_bytes()));
        (word.chars().all(is_ideograph) && flags.has(Flags::FAMILY)).then_some(word)
    };
    known(3).or_else(|| known(2))
}

/// Who says a line of a chat, as messengers export them: `[이름] [오후 1:02]`, `2024/10/08 19:05 姓名：`.
fn sender(text: &str, before: &str) -> Option<usize> {
    const MAX_SIGNS: usize = 6;
    let line = before.rsplit('\n').next().unwrap_or(before);
    if line == "[" {
        let end = text.find(']').filter(|end| text[..*end].chars().count() <= MAX_SIGNS)?;
        let is_time = ["] [오전", "] [오후"].iter().any(|time| text[end..].starts_with(time));
        let is_name = text[..end].chars().all(is_ideograph);
        return (is_time && is_name).then_some(end);
    }
    let digits = |b: &u8| b.is_ascii_digit();
    let is_time = matches!(line.as_bytes(), [.., a, b':', b, c, b' ' | b'\t'] if [a, b, c].iter().all(|b| digits(b)));
    let is_stamp = line.bytes().all(|b| {
        b.is_ascii_digit() || matches!(b, b'-' | b'/' | b'.' | b':' | b' ' | b'\t' | b'[')
    });
    if !is_time || !is_stamp {
        return None;
    }
    let end = run(text, is_ideograph);
    let rest = text[end..].chars().next();
    let count = text[..end].chars().count();
    let first = text.chars().next()?;
    let is_family = CHINESE.has(first)
        || KOREAN.has(first)
        || is_compound(text)
        || family_of_list(text).is_some();
    (matches!(rest, Some('：' | ':')) && (2..=4).contains(&count) && is_family).then_some(end)
}

/// A family name, a space and a given name, with an honorific behind them or a label and its colon before: neither need
/// be known.
fn spaced(text: &str, before: &str, labelled: bool) -> Option<usize> {
    let is_space = |c: char| matches!(c, ' ' | '\u{3000}');
    let family = run(text, is_ideograph);
    if !text[..family].chars().all(|c| matches!(c, '\u{3400}'..='\u{9fff}')) {
        return None;
    }
    let rest = &text[family..];
    let given = rest.strip_prefix(is_space)?;
    let from = text.len() - given.len();
    let signs = text[..family].chars().count();
    let fits = |len: usize| (1..=3).contains(&text[from..from + len].chars().count());
    if !(1..=3).contains(&signs) || before.chars().next_back().is_some_and(is_ideograph) {
        return None;
    }
    let whole = run(given, |c| is_ideograph(c) || is_kana(c));
    // `大和田 蒼介くん`: what is read on is the honorific.
    for len in (1..=whole).rev().filter(|len| given.is_char_boundary(*len)) {
        let is_honoured =
            ["さん", "くん", "ちゃん", "様", "氏"].iter().any(|h| given[len..].starts_with(h));
        if is_honoured && fits(len) {
            return Some(from + len);
        }
    }
    (labelled && fits(whole) && whole > 0).then_some(from + whole)
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
