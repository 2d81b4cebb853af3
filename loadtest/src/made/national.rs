//! Numbers by which states know their people.

use super::check::{self, digit, luhn, mod_11_2, mod_11_10, values, verhoeff, weighted};
use crate::kinds;
use crate::random::{Random, UPPER};

/// A day of the calendar. Days run to 28, so that every month has them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Day {
    /// Year.
    pub year: u32,
    /// Month, from 1.
    pub month: u32,
    /// Day of the month, from 1 to 28.
    pub day: u32,
}

impl Day {
    /// As `YYMMDD`.
    pub fn short(self) -> String {
        format!("{:02}{:02}{:02}", self.year % 100, self.month, self.day)
    }
}

/// What a number is made of.
#[derive(Debug, Clone, Copy)]
pub struct Holder<'a> {
    /// Date of birth.
    pub birth: Day,
    /// Whether a woman.
    pub is_female: bool,
    /// Given name in plain letters.
    pub given: &'a str,
    /// Family name in plain letters.
    pub family: &'a str,
}

/// The types of national numbers of a country.
pub fn kinds_of(country: &str) -> &'static [&'static str] {
    match country {
        "US" => &[kinds::US_SSN, kinds::US_ITIN],
        "GB" => &[kinds::GB_NINO, kinds::GB_NHS],
        "DE" => &[kinds::DE_TAX],
        "FR" => &[kinds::FR_NIR],
        "ES" => &[kinds::ES_DNI, kinds::ES_NIE],
        "IT" => &[kinds::IT_CF],
        "NL" => &[kinds::NL_BSN],
        "PL" => &[kinds::PL_PESEL],
        "SE" => &[kinds::SE_PNR],
        "BR" => &[kinds::BR_CPF, kinds::BR_CNPJ],
        "IN" => &[kinds::IN_AADHAAR, kinds::IN_PAN],
        "AU" => &[kinds::AU_TFN, kinds::AU_MEDICARE],
        "CA" => &[kinds::CA_SIN],
        "CN" => &[kinds::CN_ID],
        "KR" => &[kinds::KR_RRN],
        "JP" => &[kinds::JP_MY],
        "ZA" => &[kinds::ZA_ID],
        _ => &[],
    }
}

/// A number of a type, without separators.
pub fn number(kind: &str, holder: Holder<'_>, random: &mut Random) -> String {
    match kind {
        kinds::US_SSN => us_ssn(random),
        kinds::US_ITIN => us_itin(random),
        kinds::GB_NINO => gb_nino(random),
        kinds::GB_NHS => gb_nhs(random),
        kinds::DE_TAX => de_tax(random),
        kinds::FR_NIR => fr_nir(holder, random),
        kinds::ES_DNI => es_dni(random),
        kinds::ES_NIE => es_nie(random),
        kinds::IT_CF => it_cf(holder, random),
        kinds::NL_BSN => nl_bsn(random),
        kinds::PL_PESEL => pl_pesel(holder, random),
        kinds::SE_PNR => se_pnr(holder, random),
        kinds::BR_CPF => br_cpf(&random.digits(9)),
        kinds::BR_CNPJ => br_cnpj(&format!("{}0001", random.between(10_000_000, 99_999_999))),
        kinds::IN_AADHAAR => in_aadhaar(random),
        kinds::IN_PAN => in_pan(holder, random),
        kinds::AU_TFN => au_tfn(random),
        kinds::AU_MEDICARE => au_medicare(random),
        kinds::CA_SIN => closed(format!("{}{}", random.between(1, 7), random.digits(7)), luhn),
        kinds::CN_ID => cn_id(holder, random),
        kinds::KR_RRN => kr_rrn(holder, random),
        kinds::JP_MY => jp_my(&random.digits(11)),
        kinds::ZA_ID => za_id(holder, random),
        _ => String::new(),
    }
}

/// Ways to write a number of this type; `#` is its next character, none means bare.
pub fn forms(kind: &str) -> &'static [&'static str] {
    match kind {
        kinds::US_SSN => &["###-##-####", "### ## ####", "#########"],
        kinds::US_ITIN => &["###-##-####", "#########"],
        kinds::GB_NINO => &["## ## ## ## #", "#########"],
        kinds::GB_NHS => &["### ### ####", "###-###-####", "##########"],
        kinds::DE_TAX => &["## ### ### ###", "###########"],
        kinds::FR_NIR => &["# ## ## ## ### ### ##", "###############"],
        kinds::ES_DNI => &["#########", "########-#", "##.###.###-#"],
        kinds::ES_NIE => &["#########", "#-#######-#"],
        kinds::IT_CF => &["################", "### ### ##### #####"],
        kinds::NL_BSN => &["#########", "####.##.###"],
        kinds::PL_PESEL => &["###########"],
        kinds::SE_PNR => &["########-####", "############"],
        kinds::BR_CPF => &["###.###.###-##", "###########"],
        kinds::BR_CNPJ => &["##.###.###/####-##", "##############"],
        kinds::IN_AADHAAR => &["#### #### ####", "############", "####-####-####"],
        kinds::IN_PAN => &["##########"],
        kinds::AU_TFN => &["### ### ###", "#########"],
        kinds::AU_MEDICARE => &["#### ##### #", "##########"],
        kinds::CA_SIN => &["### ### ###", "###-###-###", "#########"],
        kinds::CN_ID => &["##################"],
        kinds::KR_RRN => &["######-#######"],
        kinds::JP_MY => &["#### #### ####", "############", "####-####-####"],
        kinds::ZA_ID => &["#############", "###### #### ###"],
        _ => &[],
    }
}

/// The same number with a wrong check: no person's. `None` where numbers have no check.
pub fn broken(kind: &str, number: &str) -> Option<String> {
    let last = number.chars().last()?;
    let turn = |c: char, by: u32| match c {
        'X' => '1',
        c if c.is_ascii_digit() => digit(c.to_digit(10).unwrap_or(0) + by),
        c => char::from(b'A' + (c as u8 - b'A' + by as u8) % 26),
    };
    let turned = |by| format!("{}{}", &number[..number.len() - 1], turn(last, by));
    match kind {
        kinds::US_SSN => Some(format!("000{}", &number[3..])),
        kinds::GB_NINO => Some(format!("BG{}", &number[2..])),
        // In these the next letter of the table may be given out too.
        kinds::ES_DNI | kinds::ES_NIE => Some(format!("{}I", &number[..number.len() - 1])),
        // The last digit is the issue of the card, the one before it the check.
        kinds::AU_MEDICARE => {
            let (head, issue) = number.split_at(9);
            let wrong = turn(head.chars().last()?, 3);
            Some(format!("{}{wrong}{issue}", &head[..8]))
        }
        // Without a public check; the check of RRNs ended in October 2020.
        kinds::US_ITIN | kinds::IN_PAN | kinds::KR_RRN => None,
        _ => Some(turned(3)),
    }
}

fn closed(mut digits: String, check: impl Fn(&str) -> u32) -> String {
    let last = digit(check(&digits));
    digits.push(last);
    digits
}

/// Draws until the numbers that are never given out are past.
fn drawn(mut draw: impl FnMut() -> Option<String>) -> String {
    loop {
        if let Some(number) = draw() {
            return number;
        }
    }
}

/// SSA: no area 000, 666 or 9xx, no group 00, no serial 0000.
fn us_ssn(random: &mut Random) -> String {
    let area = drawn(|| Some(random.between(1, 899)).filter(|a| *a != 666).map(|a| a.to_string()));
    format!("{area:0>3}{:02}{:04}", random.between(1, 99), random.between(1, 9999))
}

/// IRS: 9xx with group 50–65, 70–88, 90–92 or 94–99.
fn us_itin(random: &mut Random) -> String {
    let groups: Vec<u64> =
        (50..=65).chain(70..=88).chain(90..=92).chain(94..=99).collect::<Vec<_>>();
    format!("9{}{}{:04}", random.digits(2), random.choose(&groups), random.between(1, 9999))
}

/// HMRC, NIM39110: the letters that are never used, and the prefixes that aren't.
fn gb_nino(random: &mut Random) -> String {
    let prefix = drawn(|| {
        let first = random.string(b"ABCEGHJKLMNOPRSTWXYZ", 1);
        let second = random.string(b"ABCEGHJKLMNPRSTWXYZ", 1);
        let prefix = first + &second;
        let unused = ["BG", "GB", "NK", "KN", "TN", "NT", "ZZ"].contains(&prefix.as_str());
        (!unused).then_some(prefix)
    });
    format!("{prefix}{}{}", random.digits(6), random.string(b"ABCD", 1))
}

/// NHS data dictionary: weights 10 to 2, 11 minus the remainder; 10 is never given out.
fn gb_nhs(random: &mut Random) -> String {
    drawn(|| {
        let digits = format!("{}{}", random.choose(&[4, 6, 7]), random.digits(8));
        let remainder = weighted(&digits, &[10, 9, 8, 7, 6, 5, 4, 3, 2]) % 11;
        match 11 - remainder {
            10 => None,
            11 => Some(digits + "0"),
            d => Some(format!("{digits}{d}")),
        }
    })
}

/// BZSt: ten digits of which exactly one stands twice (never thrice in a row), not from 0.
fn de_tax(random: &mut Random) -> String {
    let mut pool: Vec<char> = ('0'..='9').collect();
    let digits = drawn(|| {
        for i in (1..pool.len()).rev() {
            pool.swap(i, random.below(i as u64 + 1) as usize);
        }
        let mut digits = pool.clone();
        let twice = random.below(9) as usize;
        digits[9] = digits[twice];
        (digits[0] != '0').then(|| digits.into_iter().collect())
    });
    closed(digits, mod_11_10)
}

/// INSEE: sex, year, month, department, commune, order; 97 minus the remainder.
fn fr_nir(holder: Holder<'_>, random: &mut Random) -> String {
    let sex = if holder.is_female { 2 } else { 1 };
    let department = random.pick(&["75", "69", "33", "59", "13", "31", "2A", "2B", "44"]);
    let Day { year, month, .. } = holder.birth;
    let rest = format!("{:03}{:03}", random.between(1, 90), random.between(1, 990));
    let body = format!("{sex}{:02}{month:02}{department}{rest}", year % 100);
    let key = nir_key(&body);
    format!("{body}{key:02}")
}

fn nir_key(body: &str) -> u64 {
    let digits = body.replace("2A", "19").replace("2B", "18");
    97 - digits.parse::<u64>().unwrap_or(0) % 97
}

const DNI_LETTERS: &[u8; 23] = b"TRWAGMYFPDXBNJZSQVHLCKE";

fn es_dni(random: &mut Random) -> String {
    let number = random.between(10_000_000, 79_999_999);
    format!("{number}{}", char::from(DNI_LETTERS[(number % 23) as usize]))
}

fn es_nie(random: &mut Random) -> String {
    let (first, number) = (random.below(3), random.between(1_000_000, 9_999_999));
    let letter = char::from(DNI_LETTERS[((first * 10_000_000 + number) % 23) as usize]);
    format!("{}{number}{letter}", random_letter(first))
}

fn random_letter(first: u64) -> char {
    char::from(b"XYZ"[(first % 3) as usize])
}

/// Decree of 23 December 1976: consonants of the names, date, place, check letter.
fn it_cf(holder: Holder<'_>, random: &mut Random) -> String {
    let is_consonant = |c: &char| c.is_ascii_alphabetic() && !"AEIOU".contains(*c);
    let split = |name: &str| -> (String, String) {
        let name = name.to_ascii_uppercase();
        (
            name.chars().filter(is_consonant).collect(),
            name.chars().filter(|c| "AEIOU".contains(*c)).collect(),
        )
    };
    let (consonants, vowels) = split(holder.family);
    let family: String = (consonants + &vowels + "XXX").chars().take(3).collect();
    let (consonants, vowels) = split(holder.given);
    let consonants = if consonants.len() > 3 {
        consonants.chars().enumerate().filter(|(i, _)| *i != 1).map(|(_, c)| c).collect()
    } else {
        consonants
    };
    let given: String = (consonants + &vowels + "XXX").chars().take(3).collect();
    let Day { year, month, day } = holder.birth;
    let month = char::from(b"ABCDEHLMPRST"[month as usize - 1]);
    let day = if holder.is_female { day + 40 } else { day };
    let place = random.pick(&["H501", "F205", "D612", "F839", "L219"]);
    let body = format!("{family}{given}{:02}{month}{day:02}{place}", year % 100);
    let check = cf_check(&body);
    body + &check.to_string()
}

/// The check letter of Italian codes and accounts (CIN).
pub fn italian_check(body: &str) -> char {
    cf_check(body)
}

fn cf_check(body: &str) -> char {
    const ODD: [u32; 26] = [
        1, 0, 5, 7, 9, 13, 15, 17, 19, 21, 2, 4, 18, 20, 11, 3, 6, 8, 12, 14, 16, 10, 22, 25, 24,
        23,
    ];
    let sum: u32 = body
        .bytes()
        .enumerate()
        .map(|(i, c)| {
            let value = u32::from(if c.is_ascii_digit() { c - b'0' } else { c - b'A' });
            if i % 2 == 0 { ODD[value as usize] } else { value }
        })
        .sum();
    char::from(b'A' + (sum % 26) as u8)
}

/// The eleven test: weights 9 to 2, then −1.
fn nl_bsn(random: &mut Random) -> String {
    drawn(|| {
        let digits = format!("{}{}", random.between(1, 9), random.digits(7));
        let last = weighted(&digits, &[9, 8, 7, 6, 5, 4, 3, 2]) % 11;
        (last < 10).then(|| format!("{digits}{last}"))
    })
}

/// Months count on by 20 for births from 2000; the tenth digit is odd for men.
fn pl_pesel(holder: Holder<'_>, random: &mut Random) -> String {
    let Day { year, month, day } = holder.birth;
    let month = if year >= 2000 { month + 20 } else { month };
    let sex = 2 * random.below(5) + u64::from(!holder.is_female);
    let body = format!("{:02}{month:02}{day:02}{}{sex}", year % 100, random.digits(3));
    pesel(&body)
}

fn pesel(body: &str) -> String {
    let weights = [1, 3, 7, 9, 1, 3, 7, 9, 1, 3];
    closed(body.to_owned(), |b| (10 - weighted(b, &weights) % 10) % 10)
}

fn se_pnr(holder: Holder<'_>, random: &mut Random) -> String {
    let sex = 2 * random.below(5) + u64::from(!holder.is_female);
    let body = closed(format!("{}{:02}{sex}", holder.birth.short(), random.between(1, 99)), luhn);
    format!("{:02}{body}", holder.birth.year / 100)
}

fn br_cpf(digits: &str) -> String {
    let eleven = |w: &'static [u32]| move |d: &str| tail_11(weighted(d, w));
    let once = closed(digits.to_owned(), eleven(&[10, 9, 8, 7, 6, 5, 4, 3, 2]));
    closed(once, eleven(&[11, 10, 9, 8, 7, 6, 5, 4, 3, 2]))
}

fn br_cnpj(digits: &str) -> String {
    let eleven = |w: &'static [u32]| move |d: &str| tail_11(weighted(d, w));
    let once = closed(digits.to_owned(), eleven(&[5, 4, 3, 2, 9, 8, 7, 6, 5, 4, 3, 2]));
    closed(once, eleven(&[6, 5, 4, 3, 2, 9, 8, 7, 6, 5, 4, 3, 2]))
}

fn tail_11(sum: u32) -> u32 {
    if sum % 11 < 2 { 0 } else { 11 - sum % 11 }
}

/// UIDAI: twelve digits, the first from 2, the last by Verhoeff.
fn in_aadhaar(random: &mut Random) -> String {
    closed(format!("{}{}", random.between(2, 9), random.digits(10)), verhoeff)
}

/// Fourth letter P for a person, fifth the initial of the family name.
fn in_pan(holder: Holder<'_>, random: &mut Random) -> String {
    let initial = holder.family.chars().next().unwrap_or('K').to_ascii_uppercase();
    let head = random.string(UPPER, 3);
    format!("{head}P{initial}{:04}{}", random.between(1, 9999), random.string(UPPER, 1))
}

fn au_tfn(random: &mut Random) -> String {
    drawn(|| {
        let digits = format!("{}{}", random.between(1, 9), random.digits(7));
        tfn(&digits)
    })
}

fn tfn(digits: &str) -> Option<String> {
    let sum = weighted(digits, &[1, 4, 3, 7, 5, 8, 6, 9]);
    (0..10).find(|d| (sum + d * 10).is_multiple_of(11)).map(|d| format!("{digits}{d}"))
}

/// The ninth digit checks the first eight; the tenth is the issue of the card.
fn au_medicare(random: &mut Random) -> String {
    let digits = format!("{}{}", random.between(2, 6), random.digits(7));
    let check = weighted(&digits, &[1, 3, 7, 9, 1, 3, 7, 9]) % 10;
    format!("{digits}{check}{}", random.between(1, 9))
}

/// GB 11643-1999: region, date, order, check.
fn cn_id(holder: Holder<'_>, random: &mut Random) -> String {
    let region = random.pick(&["110105", "310101", "440103", "510104", "330106"]);
    let Day { year, month, day } = holder.birth;
    let order = 2 * random.between(1, 499) + u64::from(!holder.is_female);
    let body = format!("{region}{year}{month:02}{day:02}{order:03}");
    let check = mod_11_2(&body);
    body + &check.to_string()
}

fn kr_rrn(holder: Holder<'_>, random: &mut Random) -> String {
    let century = if holder.birth.year >= 2000 { 3 } else { 1 } + u32::from(holder.is_female);
    let body =
        format!("{}{century}{:02}{}", holder.birth.short(), random.below(90), random.digits(3));
    rrn(&body)
}

fn rrn(body: &str) -> String {
    let weights = [2, 3, 4, 5, 6, 7, 8, 9, 2, 3, 4, 5];
    closed(body.to_owned(), |b| (11 - weighted(b, &weights) % 11) % 10)
}

/// Ordinance 85 of 2014: weights by place from the right, 11 minus the remainder.
fn jp_my(digits: &str) -> String {
    let weights = [6, 5, 4, 3, 2, 7, 6, 5, 4, 3, 2];
    closed(digits.to_owned(), |d| tail_11(weighted(d, &weights)))
}

fn za_id(holder: Holder<'_>, random: &mut Random) -> String {
    let order = if holder.is_female { random.below(5000) } else { random.between(5000, 9999) };
    closed(format!("{}{order:04}08", holder.birth.short()), luhn)
}

/// A licence number of the form that the country's licences bear, and its forms' names.
pub fn licence(country: &str, holder: Holder<'_>, random: &mut Random) -> Option<String> {
    match country {
        "US" => Some(format!("{}{}", random.string(UPPER, 1), random.digits(7))),
        "GB" => Some(gb_licence(holder, random)),
        "DE" => Some(de_licence(random)),
        _ => None,
    }
}

/// DVLA: five letters of the family name, decade, month (women plus 50), day, year, two initials
/// (9 where there is none), 9, two letters.
fn gb_licence(holder: Holder<'_>, random: &mut Random) -> String {
    let family: String = (holder.family.to_ascii_uppercase() + "99999").chars().take(5).collect();
    let Day { year, month, day } = holder.birth;
    let month = if holder.is_female { month + 50 } else { month };
    let initial = holder.given.chars().next().unwrap_or('A').to_ascii_uppercase();
    let (decade, last) = (year / 10 % 10, year % 10);
    let tail = random.string(b"ABCDEFGHJKLMNPRSTUVWXYZ", 2);
    format!("{family}{decade}{month:02}{day:02}{last}{initial}99{tail}")
}

/// Eleven characters: authority, running number, check digit, number of the copy.
fn de_licence(random: &mut Random) -> String {
    let land = random.pick(&["B", "J", "K", "N"]);
    let authority = format!("{land}{}{}", random.digits(2), random.below(3));
    let running = random.string(b"ABCDEFGHJKLMNPRSTUVWXYZ0123456789", 5);
    format!("{authority}{running}{}{}", random.digits(1), random.between(1, 2))
}

/// A passport number of the country's form.
pub fn passport(country: &str, random: &mut Random) -> Option<String> {
    const GERMAN: &[u8] = b"CFGHJKLMNPRTVWXYZ0123456789";
    Some(match country {
        "US" => format!("{}{}", random.string(b"ABCDEFGH", 1), random.digits(8)),
        "GB" => format!("{}{}", random.between(1, 9), random.digits(8)),
        "DE" => {
            let body = format!("C{}", random.string(GERMAN, 8));
            let check = check::icao(&body);
            format!("{body}{check}")
        }
        "FR" => format!("{}{}{}", random.digits(2), random.string(UPPER, 2), random.digits(5)),
        "IN" => {
            format!("{}{}", random.string(b"JKLMNPRSTUZ", 1), random.between(1_000_000, 9_999_999))
        }
        "ES" => format!("{}{}", random.string(UPPER, 3), random.digits(6)),
        "IT" => format!("Y{}{}", random.string(b"ABC", 1), random.digits(7)),
        "NL" => format!("N{}{}", random.string(b"PRSTUWX", 1), random.digits(7)),
        "CA" => format!("{}{}", random.string(UPPER, 2), random.digits(6)),
        "AU" => format!("P{}{}", random.string(b"ABE", 1), random.digits(7)),
        _ => return None,
    })
}

/// Puts the characters of a value into a form: `#` is the next one.
pub fn shaped(form: &str, value: &str) -> String {
    let mut characters = value.chars();
    form.chars().map(|c| if c == '#' { characters.next().unwrap_or('0') } else { c }).collect()
}

/// How many distinct digits a text has: near misses with few are no ones' numbers.
pub fn distinct(text: &str) -> usize {
    let mut seen: Vec<u32> = values(text).collect();
    seen.sort_unstable();
    seen.dedup();
    seen.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEN_DOWN: [u32; 9] = [10, 9, 8, 7, 6, 5, 4, 3, 2];

    #[test]
    fn checks_agree_with_published_examples() {
        assert_eq!(11 - weighted("943476587", &TEN_DOWN) % 11, 11); // 943 476 5870
        assert_eq!(mod_11_10("3657426180"), 9); // 36 574 261 809
        assert_eq!(nir_key("2951099126111"), 93);
        assert_eq!(nir_key("253072B073004"), 70);
        assert_eq!(nir_key("253072A073004"), 43);
        assert_eq!(DNI_LETTERS[54_362_315 % 23], b'K'); // 54362315-K
        assert_eq!(DNI_LETTERS[2_482_300 % 23], b'W'); // X-2482300-W
        assert_eq!(cf_check("RCCMNL83S18D969"), 'H');
        assert_eq!(weighted("11122233", &[9, 8, 7, 6, 5, 4, 3, 2]) % 11, 3); // 1112.22.333
        assert_eq!(pesel("4405140135"), "44051401359");
        assert_eq!(luhn("880320001"), 6); // 880320-0016
        assert_eq!(br_cpf("390533447"), "39053344705");
        assert_eq!(br_cnpj("167272300001"), "16727230000197");
        assert_eq!(verhoeff("23412341234"), 6);
        assert_eq!(tfn("12345678"), Some("123456782".to_owned()));
        assert_eq!(luhn("12345678"), 2); // SIN 123-456-782
        assert_eq!(mod_11_2("36042619910101007"), '1');
        assert_eq!(rrn("971013901990"), "9710139019902");
        assert_eq!(jp_my("62149832025"), "621498320257");
        assert_eq!(luhn("750330504408"), 9); // 7503305044089
    }

    #[test]
    fn codici_fiscali_are_made_as_the_decree_says() {
        let birth = Day { year: 1983, month: 11, day: 18 };
        let holder = Holder { birth, is_female: false, given: "manuel", family: "rocca" };
        let code = it_cf(holder, &mut Random::new(1, 1));
        assert!(code.starts_with("RCCMNL83S18"), "{code}");
        let holder = Holder { given: "giancarlo", family: "fo", is_female: true, ..holder };
        let code = it_cf(holder, &mut Random::new(1, 1));
        assert!(code.starts_with("FOXGCR83S58"), "{code}");
    }

    #[test]
    fn driving_licences_of_britain_tell_name_and_birth() {
        let birth = Day { year: 1976, month: 5, day: 17 };
        let holder = Holder { birth, is_female: true, given: "sarah", family: "morgan" };
        let number = gb_licence(holder, &mut Random::new(1, 1));
        assert!(number.starts_with("MORGA755176S99"), "{number}");
        assert_eq!(number.len(), 16);
    }

    #[test]
    fn every_form_takes_the_whole_number() {
        let birth = Day { year: 1983, month: 11, day: 18 };
        let holder = Holder { birth, is_female: false, given: "manuel", family: "rocca" };
        let random = &mut Random::new(2, 2);
        for country in crate::countries::ALL {
            for kind in kinds_of(country.code) {
                let number = number(kind, holder, random);
                for form in forms(kind) {
                    assert_eq!(form.matches('#').count(), number.len(), "{kind} {form}");
                }
            }
        }
    }
}
