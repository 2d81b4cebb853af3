//! `trawl rules list`: what is looked for.

use std::io::Write;

use serde::Serialize;
use trawl_detect::Rule;

use super::Ended;
use crate::cli::{Global, ListFormat, Rules};
use crate::error::{Error, exit};
use crate::output::columns::Columns;
use crate::start;

pub(super) fn run(global: &Global, Rules::List { format }: &Rules) -> Ended {
    let config = start::configure(global.layers())?;
    let rules = start::rules(&config.settings)?;
    match format {
        ListFormat::Jsonl => lines(rules.list())?,
        ListFormat::Table => table(rules.list())?,
    }
    Ok(exit::DONE)
}

#[derive(Serialize)]
struct Line<'a> {
    id: &'a str,
    version: u32,
    #[serde(rename = "type")]
    type_id: &'a str,
    name: &'a str,
    category: &'a str,
    sensitivity: &'a str,
    jurisdiction: &'a [String],
    regulations: &'a [String],
    person: bool,
    secret: bool,
}

fn lines(rules: &[Rule]) -> Result<(), Error> {
    let mut out = std::io::BufWriter::new(std::io::stdout().lock());
    for rule in rules {
        let line = Line {
            id: &rule.reference.id,
            version: rule.reference.version,
            type_id: rule.type_id.as_str(),
            name: &rule.name,
            category: rule.category.name(),
            sensitivity: rule.sensitivity.name(),
            jurisdiction: &rule.jurisdiction,
            regulations: &rule.regulations,
            person: rule.person,
            secret: rule.secret,
        };
        serde_json::to_writer(&mut out, &line).map_err(std::io::Error::from)?;
        out.write_all(b"\n")?;
    }
    Ok(out.flush()?)
}

fn table(rules: &[Rule]) -> Result<(), Error> {
    let mut table =
        Columns::new(["TYPE", "NAME", "SENSITIVITY", "CATEGORY", "RULE", "REGULATIONS"]);
    for rule in rules {
        table.row([
            rule.type_id.to_string(),
            rule.name.clone(),
            rule.sensitivity.name().to_owned(),
            rule.category.name().to_owned(),
            format!("{} v{}", rule.reference.id, rule.reference.version),
            rule.regulations.join(" "),
        ]);
    }
    let mut out = anstream::stdout().lock();
    table.write(&mut out)?;
    writeln!(out, "\n{} rules", rules.len())?;
    Ok(())
}
