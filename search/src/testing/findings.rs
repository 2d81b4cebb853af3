//! Findings as a scan makes them, many to an object, for benchmarks: of each path, type and value
//! there are as many as in the holdings of a firm.

use trawl_model::{
    Confidence, FindingId, Level, ObjectId, RangeId, SourceId, State, TenantId, Timestamp, Token,
    TypeId, Verdict,
};

use super::Seed;
use crate::document::{Document, Facts, FindingFacts};

const FOLDERS: &[&str] = &[
    "Invoices",
    "HR",
    "customers",
    "2023",
    "2024",
    "2025",
    "archive",
    "exports",
    "backup",
    "mail",
    "Müller",
    "projects",
    "src",
    "config",
    "経理",
    "Legal",
    "shared",
    "scans",
    "reports",
    "old",
];
const NAMES: &[&str] = &[
    "invoice",
    "report",
    "contract",
    "customerList",
    "employees",
    "payroll",
    "notes",
    "dump",
    "export",
    "letter",
    "minutes",
    "application",
    "access",
    "orders",
    "claims",
    "statement",
];
/// Ending and format.
const FORMATS: &[&(&str, &str)] = &[
    &("pdf", "pdf"),
    &("csv", "csv"),
    &("txt", "text"),
    &("docx", "docx"),
    &("xlsx", "xlsx"),
    &("eml", "message"),
    &("json", "json"),
    &("zip", "zip"),
];
/// Type, category, country, level and laws.
type Kind = (&'static str, &'static str, &'static str, Level, &'static [&'static str]);
const TYPES: &[Kind] = &[
    ("email", "contact", "", Level::Medium, &["GDPR", "CCPA"]),
    ("email", "contact", "", Level::Medium, &["GDPR", "CCPA"]),
    ("email", "contact", "", Level::Medium, &["GDPR", "CCPA"]),
    ("phone", "contact", "", Level::Medium, &["GDPR", "CCPA"]),
    ("phone", "contact", "", Level::Medium, &["GDPR", "CCPA"]),
    ("name", "contact", "", Level::Low, &["GDPR"]),
    ("iban", "financial", "", Level::High, &["GDPR", "PCI-DSS"]),
    ("card", "financial", "", Level::High, &["PCI-DSS"]),
    ("us.ssn", "national-id", "US", Level::High, &["CCPA", "HIPAA"]),
    ("de.tax_id", "national-id", "DE", Level::High, &["GDPR"]),
    ("fr.nir", "national-id", "FR", Level::High, &["GDPR"]),
    ("secret.aws", "secret", "", Level::Critical, &[]),
];

/// 2026-01-01.
const NEW_YEAR: i64 = 1_767_225_600_000_000;
const DAY: i64 = 24 * 3_600_000_000;
/// Findings of an object, at most; half as many in the mean.
const AN_OBJECT: usize = 15;
/// Objects of a range.
const A_RANGE: usize = 20_000;
/// As many values come back.
const KNOWN_VALUES: usize = 50_000;

/// So many findings, object by object.
pub fn findings(seed: u64, count: usize) -> impl Iterator<Item = Document> {
    let mut seed = Seed::new(seed);
    let objects = (0..).flat_map(move |nth| object(&mut seed, nth));
    objects.take(count)
}

fn object(seed: &mut Seed, nth: usize) -> Vec<Document> {
    let &(ending, format) = seed.pick(FORMATS);
    let folders: Vec<&str> = (0..=seed.below(3)).map(|_| seed.pick(FOLDERS)).collect();
    let name = format!("{}-{:05}.{ending}", seed.pick(NAMES), seed.below(20_000));
    let range = nth / A_RANGE;
    let template = Document {
        tenant: TenantId::default_tenant(),
        source: SourceId::from_bytes([range as u8 % 4; 8]),
        range: RangeId::from_bytes([range as u8; 12]),
        object: ObjectId::from_bytes(seed.bytes()),
        path: format!("{}/{name}", folders.join("/")),
        name,
        format: format.to_owned(),
        state: if seed.chance(95) { State::Open } else { State::Closed },
        first_seen: Timestamp::from_micros(NEW_YEAR + seed.below(200) as i64 * DAY),
        facts: Facts::Finding(Box::new(finding(seed, format))),
    };
    let more = 1 + seed.below(AN_OBJECT);
    let findings = (0..more).map(|_| Facts::Finding(Box::new(finding(seed, format))));
    findings.map(|facts| Document { facts, ..template.clone() }).collect()
}

fn finding(seed: &mut Seed, format: &str) -> FindingFacts {
    let (type_id, category, country, sensitivity, laws) = TYPES[seed.below(TYPES.len())];
    let texts = |these: &[&str]| these.iter().map(|text| (*text).to_owned()).collect();
    let mut token = [1; 17];
    if seed.chance(50) {
        let known = seed.below(KNOWN_VALUES) as u64;
        token[1..].copy_from_slice(&Seed::new(known).bytes::<16>());
    } else {
        token[1..].copy_from_slice(&seed.bytes::<16>());
    }
    FindingFacts {
        id: FindingId::from_bytes(seed.bytes()),
        type_id: TypeId::new(type_id),
        category: category.to_owned(),
        rule: type_id.to_owned(),
        jurisdictions: if country.is_empty() { Vec::new() } else { texts(&[country]) },
        regulations: texts(laws),
        confidence: Confidence::percent(50 + seed.below(51) as u8),
        sensitivity,
        verdict: seed.chance(2).then_some(Verdict::FalsePositive),
        person: category != "secret",
        token: Token::from_bytes(token),
        members: if format == "zip" { texts(&["data/customers.csv"]) } else { Vec::new() },
    }
}
