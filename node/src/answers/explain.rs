//! Why a finding is one, told from what is kept of it and from its rule.

use trawl_model::{FindingRef, State};

use super::Answers;
use super::findings::missing;
use crate::clock::written;
use crate::error::Error;
use crate::output::place;
use crate::records::{Explanation, Fact, Finding, Source};
use crate::results::{Held, Pointed};
use crate::terminal;

impl Answers {
    /// Explains a finding.
    pub(crate) async fn explain(&self, id: FindingRef) -> Result<Explanation, Error> {
        let engine = self.engine().await?;
        let pointed = self.results.pointed(id).await?.ok_or_else(|| missing(id))?;
        let finding = &pointed.live.finding;
        let sentences = engine.explain(&finding.rule, &finding.score);
        let rule_is_known = sentences.is_some();
        let steps = finding.score.steps.iter();
        let why = sentences.unwrap_or_else(|| {
            steps.map(|step| format!("{:+} {}", step.points, step.why)).collect()
        });
        let facts = facts(&pointed, &engine);
        let facts = facts.into_iter().map(|(name, text)| Fact { name: name.to_owned(), text });
        Ok(Explanation {
            finding: Finding::of(self.tenant(), &pointed.live),
            facts: facts.collect(),
            why,
            rule_is_known,
        })
    }
}

fn facts(pointed: &Pointed, engine: &trawl_detect::Engine) -> Vec<(&'static str, String)> {
    let Pointed { origin, held, live } = pointed;
    let finding = &live.finding;
    let rule = engine.rules().by_id(&finding.rule.id);
    let name = rule.map_or("", |rule| rule.name.as_str());
    let view = finding.place.view();
    let path = Source::of(origin).path_of(&live.object.revealed());
    let mut facts = vec![
        ("finding", live.id.to_string()),
        ("type", format!("{} ({name}), {}", finding.type_id, finding.sensitivity.name())),
        ("preview", finding.preview.to_string()),
        ("place", format!("{path}{}", place::behind(&view))),
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
        State::Open => "open",
        State::Closed => "closed: its object has vanished",
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
fn object(held: &Held) -> String {
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
