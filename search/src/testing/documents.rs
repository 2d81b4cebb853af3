//! Documents made from a seed: few enough values a field that queries meet several, in scripts of
//! all kinds, with what is absent absent often.

use trawl_model::{
    Class, Confidence, FindingId, Level, ObjectId, RangeId, Reason, SourceId, State, TenantId,
    Timestamp, Token, TypeId, Verdict,
};

use super::Seed;
use crate::document::{Document, Facts, FindingFacts, ObjectFacts};

const WORDS: &[&str] = &[
    "invoices",
    "Invoice",
    "report2024",
    "customerList",
    "Müller",
    "Łukasz",
    "straße",
    "final",
    "2024",
    "03",
    "PDFReader",
    "株式会社",
    "レポート",
    "отчёт",
    "محمد",
    "हिन्दी",
    "เอกสาร",
    "한국어",
    "Œuvre",
    "x",
    "smith",
];
const SEPARATORS: &[&str] = &["/", "/", "_", "-", " ", ".", " & ", "("];
const EXTENSIONS: &[&str] = &["pdf", "csv", "TXT", "tar.gz", "docx"];
const FORMATS: &[&str] = &["", "pdf", "csv", "text", "docx", "sqlite"];
/// Type, category and country; the rule has the type's name.
const TYPES: &[&(&str, &str, &str)] = &[
    &("email", "contact", ""),
    &("phone", "contact", ""),
    &("us.ssn", "national-id", "US"),
    &("us.itin", "national-id", "US"),
    &("de.tax_id", "national-id", "DE"),
    &("iban", "financial", ""),
    &("secret.aws", "secret", ""),
];
const REGULATIONS: &[&str] = &["GDPR", "CCPA", "HIPAA", "PCI-DSS"];
const MEMBERS: &[&str] =
    &["report.docx", "data/customers.csv", "(gzip)", "(message 3)", "Müller.txt"];
const REASONS: &[&Reason] = &[&Reason::Encrypted, &Reason::Binary, &Reason::Broken, &Reason::Io];

/// 2026-01-01.
const NEW_YEAR: i64 = 1_767_225_600_000_000;
const HOUR: i64 = 3_600_000_000;

/// So many documents; no two have the same ids.
pub fn documents(seed: u64, count: usize) -> Vec<Document> {
    let mut seed = Seed::new(seed);
    (0..count).map(|_| document(&mut seed)).collect()
}

fn document(seed: &mut Seed) -> Document {
    let path = path(seed);
    let name = path.rsplit('/').next().unwrap_or_default().to_owned();
    let facts = if seed.chance(70) {
        Facts::Finding(Box::new(finding(seed)))
    } else {
        Facts::Object(object(seed))
    };
    // Findings may share an object; no two documents are of the same one.
    let shared = matches!(facts, Facts::Finding(_)) && seed.chance(40);
    let object = if shared { [seed.below(4) as u8; 16] } else { seed.bytes() };
    Document {
        tenant: TenantId::default_tenant(),
        source: SourceId::from_bytes([seed.below(3) as u8; 8]),
        range: RangeId::from_bytes([seed.below(5) as u8; 12]),
        object: ObjectId::from_bytes(object),
        path,
        name,
        format: seed.pick(FORMATS).to_owned(),
        state: if seed.chance(80) { State::Open } else { State::Closed },
        first_seen: Timestamp::from_micros(NEW_YEAR + seed.below(24 * 365) as i64 * HOUR),
        facts,
    }
}

fn path(seed: &mut Seed) -> String {
    let mut path = String::new();
    for _ in 0..=seed.below(5) {
        path.push_str(seed.pick(WORDS));
        path.push_str(seed.pick(SEPARATORS));
    }
    path + seed.pick(WORDS) + "." + seed.pick(EXTENSIONS)
}

fn finding(seed: &mut Seed) -> FindingFacts {
    let &(type_id, category, country) = seed.pick(TYPES);
    let verdicts = [None, None, None, Some(Verdict::Confirmed), Some(Verdict::FalsePositive)];
    FindingFacts {
        id: FindingId::from_bytes(seed.bytes()),
        type_id: TypeId::new(type_id),
        category: category.to_owned(),
        rule: type_id.to_owned(),
        jurisdictions: Some(country)
            .filter(|c| !c.is_empty())
            .map(str::to_owned)
            .into_iter()
            .collect(),
        regulations: some(seed, REGULATIONS, 3),
        confidence: Confidence::percent(40 + seed.below(61) as u8),
        sensitivity: Level::ALL[seed.below(Level::ALL.len())],
        verdict: verdicts[seed.below(verdicts.len())],
        person: seed.chance(60),
        token: Token::from_bytes([seed.below(20) as u8; 17]),
        members: some(seed, MEMBERS, 3),
    }
}

fn object(seed: &mut Seed) -> ObjectFacts {
    let mut coverage = vec![if seed.chance(70) { Class::Read } else { Class::Carried }];
    if seed.chance(30) {
        coverage.push(Class::Skipped(*seed.pick(REASONS)));
    }
    if seed.chance(20) {
        coverage = vec![Class::Failed(*seed.pick(REASONS))];
    }
    ObjectFacts { size: 1 << seed.below(40), coverage }
}

/// Fewer than so many of these.
fn some(seed: &mut Seed, from: &[&str], bound: usize) -> Vec<String> {
    (0..seed.below(bound)).map(|_| seed.pick(from).to_owned()).collect()
}
