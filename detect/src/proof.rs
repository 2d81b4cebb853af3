//! Running the examples of rules against all rules of an engine at once: what a rule finds beside what
//! others find is what people will see.

use std::sync::Arc;

use trawl_model::Piece;

use crate::engine::{Engine, Scene};
use crate::rule::{Example, Rule};

/// An example that does not show what it says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wrong {
    /// The id of its rule.
    pub rule: Arc<str>,
    /// Its number in the file, from 1.
    pub number: usize,
    /// What it says is found; empty: nothing of the type.
    pub wanted: String,
    /// What is found, whatever rule finds it: the id of the rule, how sure it is in percent, and the value.
    pub found: Vec<(Arc<str>, u8, String)>,
}

/// Runs the examples of these rules, and tells those that show something else.
pub fn wrong<'r>(engine: &Engine, rules: impl IntoIterator<Item = &'r Rule>) -> Vec<Wrong> {
    let examples =
        rules.into_iter().flat_map(|rule| rule.examples.iter().enumerate().map(move |e| (rule, e)));
    examples
        .filter_map(|(rule, (at, example))| shows(engine, rule, at + 1, example).err())
        .collect()
}

fn shows(engine: &Engine, rule: &Rule, number: usize, example: &Example) -> Result<(), Wrong> {
    let text = example.text.clone().into_bytes();
    let mut piece = Piece::plain(text, 0, None, Arc::from([]));
    piece.segments[0].label = example.label.as_deref().map(Arc::from);
    let scene = Scene { path: example.path.as_bytes() };
    let mut detections = Vec::new();
    engine.detect(&piece, &scene, &mut engine.scratch(), &mut detections);
    let value = |span: std::ops::Range<usize>| {
        let bytes = piece.text.get(span).unwrap_or_default();
        String::from_utf8_lossy(bytes).into_owned()
    };
    let found: Vec<_> =
        detections.iter().map(|d| (engine.rule(d), value(d.span.clone()))).collect();
    let mut of_type = found.iter().filter(|(other, _)| other.type_id == rule.type_id);
    let is_right = match example.finds.as_str() {
        "" => of_type.next().is_none(),
        wanted => of_type.any(|(_, value)| value == wanted),
    };
    if is_right {
        return Ok(());
    }
    let sure = detections.iter().map(|detection| detection.confidence.as_percent());
    let found = found.into_iter().zip(sure);
    Err(Wrong {
        rule: Arc::clone(&rule.reference.id),
        number,
        wanted: example.finds.clone(),
        found: found
            .map(|((rule, value), sure)| (Arc::clone(&rule.reference.id), sure, value))
            .collect(),
    })
}
