//! `trawl explain`: why a finding is one, told from what is kept of it and from its rule.

use std::io::Write;

use trawl_model::FindingRef;

use super::Ended;
use crate::cli::{Explain, Global};
use crate::clock::written;
use crate::error::{Error, exit};
use crate::output::place;
use crate::results::Pointed;
use crate::start;
use crate::terminal::{self, DIM, HEADING};

pub(super) fn run(global: &Global, explain: &Explain) -> Ended {
    let config = start::configure(global.layers())?;
    let runtime = start::runtime()?;
    let (_db, results) = start::results(&config.settings)?;
    let engine = start::engine(&config.settings)?;
    let pointed = runtime.block_on(results.pointed(explain.finding))?;
    let pointed = pointed.ok_or_else(|| missing(explain.finding))?;
    let mut out = anstream::stdout().lock();
    for (name, text) in facts(&pointed, &engine) {
        let name = terminal::padded(name, 11);
        writeln!(out, "{HEADING}{name}{HEADING:#} {}", terminal::safe(&text))?;
    }
    writeln!(out, "\n{HEADING}why{HEADING:#}")?;
    let finding = &pointed.live.finding;
    match engine.explain(&finding.rule, &finding.score) {
        Some(sentences) => {
            for sentence in sentences {
                writeln!(out, "  {}", terminal::safe(&sentence))?;
            }
        }
        None => {
            let (rule, version) = (&finding.rule.id, finding.rule.version);
            writeln!(
                out,
                "  {DIM}{rule} v{version} is not a rule of this program now; the steps:{DIM:#}"
            )?;
            for step in &finding.score.steps {
                writeln!(out, "  {:+} {}", step.points, terminal::safe(&step.why))?;
            }
        }
    }
    Ok(exit::DONE)
}

/// The error of an id that leads to nothing.
pub(super) fn missing(id: FindingRef) -> Error {
    Error::Missing(format!(
        "{id}: no such finding is kept; it may be of another data directory, or what it stood in \
         has changed"
    ))
}

fn facts(pointed: &Pointed, engine: &trawl_detect::Engine) -> Vec<(&'static str, String)> {
    let Pointed { origin, held, live } = pointed;
    let finding = &live.finding;
    let rule = engine.rules().by_id(&finding.rule.id);
    let name = rule.map_or("", |rule| rule.name.as_str());
    let view = finding.place.view();
    let mut facts = vec![
        ("finding", live.id.to_string()),
        ("type", format!("{} ({name}), {}", finding.type_id, finding.sensitivity.name())),
        ("preview", finding.preview.to_string()),
        ("place", format!("{}{}", origin.path_of(&live.object), place::behind(&view))),
    ];
    if let (Some(start), Some(end)) = (view.start, view.end) {
        let of = if view.member.is_empty() { "" } else { " of the innermost member" };
        facts.push(("bytes", format!("{start} to {end}{of}")));
    }
    facts.push(("rule", format!("{} v{}", finding.rule.id, finding.rule.version)));
    if let Some(rule) = rule.filter(|rule| !rule.regulations.is_empty()) {
        facts.push(("regulations", rule.regulations.join(", ")));
    }
    facts.push(("confidence", format!("{}%", finding.confidence.as_percent())));
    let state = match live.state {
        trawl_model::State::Open => "open",
        trawl_model::State::Closed => "closed: its object has vanished",
    };
    facts.push(("state", state.to_owned()));
    let verdict = live.verdict.as_ref().map_or_else(
        || "none".to_owned(),
        |said| format!("{} by {} on {}", said.verdict, said.by, written(said.at)),
    );
    facts.push(("verdict", verdict));
    facts.push(("first seen", written(finding.first_seen)));
    facts.extend(live.last_seen.map(|at| ("last seen", written(at))));
    facts.push(("token", finding.token.to_string()));
    facts.push(("object", object(held)));
    facts.extend(held.object.error.clone().map(|error| ("not read", error)));
    facts
}

/// What became of the object: a finding says nothing of what was not read beside it.
fn object(held: &crate::results::Held) -> String {
    let object = &held.object;
    let classes: Vec<String> = object
        .coverage
        .bytes()
        .map(|(class, bytes)| {
            let why = class.reason().map(|reason| format!(" ({reason})")).unwrap_or_default();
            format!("{} {}{why}", terminal::size(bytes), class.name())
        })
        .collect();
    let format = if object.format.is_empty() { "unknown format" } else { &object.format };
    format!("{format}, {}; {}", terminal::size(object.size), classes.join(", "))
}
