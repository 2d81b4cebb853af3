//! `trawl rules`: what is looked for, and whether rules of one's own are right.

mod packs;

use std::io::Write;
use std::path::PathBuf;

use trawl_detect::rule::Example;
use trawl_detect::{Engine, Rule, RuleIndex, Rules as Set, proof};

use super::Ended;
use crate::cli::{Global, ListFormat, Rules};
use crate::error::{Error, exit};
use crate::output::columns::Columns;
use crate::records::ShownRule;
use crate::{start, terminal};

/// A rule is to show so often what it finds, and so often what it leaves.
const FEW_EXAMPLES: usize = 2;

pub(super) fn run(global: &Global, command: &Rules) -> Ended {
    let config = start::configure(global.layers())?;
    let settings = &config.settings;
    let own = |folders: &[PathBuf]| {
        let folders = if folders.is_empty() { &settings.detect.rules } else { folders };
        start::rules_of(folders)
    };
    match command {
        Rules::List { format, with_packs } => {
            let rules = match with_packs {
                true => packs::all(config.settings)?,
                false => start::rules(settings)?.list().iter().map(ShownRule::of).collect(),
            };
            match format {
                ListFormat::Jsonl => lines(&rules)?,
                ListFormat::Table => table(&rules)?,
            }
        }
        Rules::Show { rule } => show(&start::rules(settings)?, rule)?,
        Rules::Test { folders } => return test(own(folders)?, folders.is_empty()),
        Rules::Lint { folders } => lint(own(folders)?)?,
        Rules::Packs { .. } | Rules::Put { .. } | Rules::Get { .. } | Rules::Remove { .. } => {
            packs::run(config.settings, command)?;
        }
    }
    Ok(exit::DONE)
}

/// The files of a rule or of all of a type.
fn show(rules: &Set, name: &str) -> Result<(), Error> {
    let is_meant = |rule: &Rule| *rule.reference.id == *name || rule.type_id.as_str() == name;
    let numbered = (0u16..).map(RuleIndex).zip(rules.list());
    let meant = numbered.filter(|(_, rule)| is_meant(rule)).map(|(index, _)| index);
    let texts: Vec<&str> = meant.filter_map(|index| rules.text(index)).collect();
    if texts.is_empty() {
        let known = rules.list().iter().map(|rule| &*rule.reference.id);
        let near = trawl_cluster_config::nearest(name, known);
        let near = near.map(|near| format!("did you mean {near}? ")).unwrap_or_default();
        return Err(Error::Missing(format!(
            "{}: there is no such rule; {near}`trawl rules list` names all of them",
            terminal::safe(name)
        )));
    }
    let mut out = anstream::stdout().lock();
    for (at, text) in texts.into_iter().enumerate() {
        if at > 0 {
            writeln!(out)?;
        }
        // Files of others may hold anything, and lines are to stay lines.
        for line in text.trim_end().lines() {
            writeln!(out, "{}", terminal::safe(line))?;
        }
    }
    Ok(())
}

/// Runs the examples: of one's own rules, and where all are meant of those that come with trawl.
fn test(own: Option<Set>, all: bool) -> Ended {
    let mut rules = if all { Set::built_in_with_examples()? } else { Set::built_in()? };
    if let Some(own) = own {
        rules = rules.and(own)?;
    }
    let engine = Engine::compile(&rules)?;
    let wrong = proof::wrong(&engine, rules.list());
    let mut out = anstream::stdout().lock();
    for proof::Wrong { rule, number, wanted, found } in &wrong {
        let wanted = match wanted.as_str() {
            "" => "nothing of its type".to_owned(),
            wanted => terminal::safe(wanted).into_owned(),
        };
        writeln!(out, "{rule}, example {number}: {wanted} is to be found")?;
        for (rule, sure, value) in found {
            writeln!(out, "    found by {rule}, {sure} %: {}", terminal::safe(value))?;
        }
        if found.is_empty() {
            writeln!(out, "    nothing is found")?;
        }
    }
    let examples: usize = rules.list().iter().map(|rule| rule.examples.len()).sum();
    writeln!(out, "{examples} examples, of which {} show something else", wrong.len())?;
    Ok(if wrong.is_empty() { exit::DONE } else { exit::FAILED })
}

/// Makes one's own rules ready beside those that come with trawl, and tells what could be better.
fn lint(own: Option<Set>) -> Result<(), Error> {
    let mut out = anstream::stdout().lock();
    let Some(own) = own else {
        writeln!(out, "no rules of one's own; name folders, or set detect.rules")?;
        return Ok(());
    };
    let rules = Set::built_in()?.and(own.clone())?;
    Engine::compile(&rules)?;
    for rule in own.list() {
        let finds = rule.examples.iter().filter(|example: &&Example| !example.finds.is_empty());
        let finds = finds.count();
        let leaves = rule.examples.len() - finds;
        if finds.min(leaves) < FEW_EXAMPLES {
            let id = &rule.reference.id;
            writeln!(
                out,
                "{id}: {finds} examples of what is found and {leaves} of what is not; give {FEW_EXAMPLES} \
                 of each"
            )?;
        }
    }
    writeln!(out, "{} rules are right", own.list().len())?;
    Ok(())
}

fn lines(rules: &[ShownRule]) -> Result<(), Error> {
    let mut out = std::io::BufWriter::new(std::io::stdout().lock());
    for rule in rules {
        serde_json::to_writer(&mut out, rule).map_err(std::io::Error::from)?;
        out.write_all(b"\n")?;
    }
    Ok(out.flush()?)
}

fn table(rules: &[ShownRule]) -> Result<(), Error> {
    let mut table =
        Columns::new(["TYPE", "NAME", "SENSITIVITY", "CATEGORY", "RULE", "REGULATIONS"]);
    for rule in rules {
        table.row([
            rule.type_id.clone(),
            rule.name.clone(),
            rule.sensitivity.clone(),
            rule.category.clone(),
            format!("{} v{}", rule.id, rule.version),
            rule.regulations.join(" "),
        ]);
    }
    let mut out = anstream::stdout().lock();
    table.write(&mut out)?;
    writeln!(out, "\n{} rules", rules.len())?;
    Ok(())
}
