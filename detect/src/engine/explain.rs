//! Telling how a score came about, from what is kept of it and from the rule.

use trawl_model::finding::{NearWord, Score};

use super::label::WHOLE;
use crate::reach::CONTEXT_CHARS;
use crate::rule::Rule;

/// One sentence a step, then what the confidence comes to.
pub(super) fn sentences(rule: &Rule, score: &Score) -> Vec<String> {
    let mut sentences: Vec<String> = score
        .steps
        .iter()
        .map(|step| format!("{:+} {}", step.points, reason(rule, score, &step.why)))
        .collect();
    sentences.extend(words_beside_the_best(rule, score));
    let total: i32 = score.steps.iter().map(|s| i32::from(s.points)).sum();
    sentences.push(format!(
        "{total} in all; {} is reported from {} on",
        rule.type_id,
        rule.min.as_percent()
    ));
    sentences
}

fn reason(rule: &Rule, score: &Score, why: &str) -> String {
    let word = |at: Option<u16>| {
        at.and_then(|i| rule.words.get(usize::from(i))).map_or("?", |w| w.trim_start_matches(WHOLE))
    };
    match why {
        "pattern" => {
            let shape = rule.patterns.get(usize::from(score.pattern));
            if let Some(finding) = shape.and_then(|pattern| pattern.finding) {
                return format!("the model finds it: {}", finding.what());
            }
            let shapes = rule.patterns.len();
            format!("it has shape {} of {shapes} of {}", score.pattern + 1, rule.name)
        }
        "check" => {
            format!("it passes the check {}", score.check.as_deref().unwrap_or("of the rule"))
        }
        "check failed" => "it does not pass the check, which is not binding".to_owned(),
        "word" => score.words.first().map_or_else(String::new, |near| nearness(rule, near)),
        "label" => format!("the field is called by the word {:?}", word(score.label)),
        "path" => format!("the path holds the word {:?}", word(score.path)),
        "known example" => "it is a known example: of documentation or for tests".to_owned(),
        "other label" => "it is all that a field holds which is called something else".to_owned(),
        "country" if score.steps.iter().any(|s| &*s.why == "country" && s.points < 0) => {
            "the text around it is of another country".to_owned()
        }
        "country" => "the text around it is of its country".to_owned(),
        "kind" => "the words around it tell its kind, and the text its country".to_owned(),
        "thing" => "the words before it call it something that is counted".to_owned(),
        "column" => "nearly all values of its column pass the check".to_owned(),
        "telling term" => "it hardly means anything else".to_owned(),
        "named so" => "its field or line is called by what it holds".to_owned(),
        "perhaps named so" => "its field or sentence may be called by what it holds".to_owned(),
        "said of someone" => "the words beside it say it of someone".to_owned(),
        "person" => "its sentence speaks of a person".to_owned(),
        "person near" => "a person is spoken of near it".to_owned(),
        "in general" => "its sentence speaks in general".to_owned(),
        "denied" => "it is denied".to_owned(),
        "one of several" => "it is one of several to choose from".to_owned(),
        "bound" => "no confidence is above 99 or below 0".to_owned(),
        other => other.to_owned(),
    }
}

fn nearness(rule: &Rule, near: &NearWord) -> String {
    let word = rule.words.get(usize::from(near.word)).map_or("?", |w| w);
    let side = if near.distance < 0 { "before" } else { "after" };
    format!("the word {word:?} stands {} bytes {side} it", near.distance.unsigned_abs())
}

/// Words near that gave no points, for another kind of context gave more.
fn words_beside_the_best(rule: &Rule, score: &Score) -> Option<String> {
    let counted = score.steps.iter().any(|s| &*s.why == "word");
    let near = score.words.first().filter(|_| !counted)?;
    Some(format!(
        "+0 {} (of all context within {CONTEXT_CHARS} characters, the best counts)",
        nearness(rule, near)
    ))
}
