//! `docs/types.md`, made from the rules.

use std::collections::BTreeMap;
use std::fmt::Write;

use super::{Rule, Rules};

const HEAD: &str = "\
<!-- Made from the built-in rules in detect/rules by `make docs`. Edit those. -->

# Types

What is looked for. A type may have several rules; its sensitivity is that of its most sensitive one.
A dash: everywhere, or no law that asks for it by name.
";

/// The page: the types by category, with counts.
pub fn types(rules: &Rules) -> String {
    let mut by_category = BTreeMap::<&str, BTreeMap<&str, Vec<&Rule>>>::new();
    for rule in rules.list() {
        let types = by_category.entry(rule.category.name()).or_default();
        types.entry(rule.type_id.as_str()).or_default().push(rule);
    }
    let count: usize = by_category.values().map(BTreeMap::len).sum();
    let mut page = HEAD.to_owned();
    // Writing into a string doesn't fail.
    let _ = writeln!(page, "\n{count} types, {} rules.", rules.list().len());
    for (category, types) in by_category {
        let _ = writeln!(page, "\n## {category} ({})\n", types.len());
        page.push_str(
            "| type | what | sensitivity | jurisdiction | regulations | names a person |\n",
        );
        page.push_str("|---|---|---|---|---|---|\n");
        for (name, rules) in types {
            line(&mut page, name, &rules);
        }
    }
    page
}

fn line(page: &mut String, name: &str, rules: &[&Rule]) {
    let all = |of: fn(&Rule) -> &[String]| {
        let mut words: Vec<&str> = Vec::new();
        for word in rules.iter().flat_map(|rule| of(rule)) {
            if !words.contains(&word.as_str()) {
                words.push(word);
            }
        }
        if words.is_empty() { "–".to_owned() } else { words.join(", ") }
    };
    // What one rule knows everywhere is known everywhere.
    let anywhere = rules.iter().any(|rule| rule.jurisdiction.is_empty());
    let jurisdiction = if anywhere { "–".to_owned() } else { all(|rule| &rule.jurisdiction) };
    let names: Vec<&str> = rules.iter().map(|rule| rule.name.as_str()).collect();
    let sensitivity = rules.iter().map(|rule| rule.sensitivity).max().map_or("", |l| l.name());
    let person = if rules.iter().any(|rule| rule.person) { "yes" } else { "no" };
    let _ = writeln!(
        page,
        "| `{name}` | {} | {sensitivity} | {} | {} | {person} |",
        names.join("; "),
        jurisdiction,
        all(|rule| &rule.regulations),
    );
}
