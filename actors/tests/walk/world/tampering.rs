//! Owners without a rule: what is shown to the real decisions, or made of them, is what would be
//! if the rule were not in them.

use std::borrow::Cow;
use std::sync::Arc;

use trawl_actors::range::{Command, Decision, Effect, RangeState, Tuning, Write};
use trawl_model::unit::{Fall, Work};
use trawl_model::{Counted, ObjectKey};

use crate::rule::Rule;

/// The state that a decision is made from.
pub(super) fn shown<'a>(
    state: &'a RangeState,
    command: &Command,
    tuning: &Tuning,
    without: Option<Rule>,
) -> Cow<'a, RangeState> {
    let mut shown = Cow::Borrowed(state);
    let deaths = matches!(command, Command::TakeOver { .. } | Command::WorkerLost(..));
    match without {
        Some(Rule::NothingElseWhileCopying) if *command != Command::ChildMade => {
            shown.to_mut().cutting = None;
        }
        Some(Rule::NoteIsNotDone) if hides_note(command) => shown.to_mut().head.child = None,
        Some(Rule::SuspectsRunAlone) if matches!(command, Command::Pull(_)) => {
            let state = shown.to_mut();
            let clocks = &state.clocks;
            state.units.change(|id, unit| unit.suspect &= !clocks.contains_key(id));
        }
        Some(Rule::OnlyTheNamedIsCharged) if deaths => {
            let state = shown.to_mut();
            let objects = &state.objects;
            state.units.change(|_, unit| {
                if let Work::Read { first, last } = &unit.work
                    && unit.named.is_some()
                {
                    let objects = objects.range(first.clone()..=last.clone());
                    let mut due = objects.filter(|(_, object)| object.due == Some(unit.scan));
                    unit.named = due.next_back().map(|(key, _)| key.clone());
                }
            });
        }
        Some(Rule::ProgressIsNotCharged) if deaths => {
            shown.to_mut().units.change(|_, unit| {
                let reading =
                    unit.reading.as_ref().filter(|r| Some(&r.object) == unit.named.as_ref());
                let resume = reading.map(|reading| reading.resume.clone()).unwrap_or_default();
                unit.fell_at = Some(Fall { resume, steps: 0, times: 1 });
            });
        }
        Some(Rule::RestingGivesNone) if matches!(command, Command::Pull(_)) => {
            shown.to_mut().halted = false;
        }
        Some(Rule::SetAsideIsTriedAgain) => {
            for object in shown.to_mut().objects.values_mut() {
                let object = Arc::make_mut(object);
                object.deaths += u8::from(object.deaths == tuning.deaths && object.due.is_none());
            }
        }
        _ => {}
    }
    shown
}

const fn hides_note(command: &Command) -> bool {
    !matches!(command, Command::TakeOver { .. } | Command::ChildMade | Command::ChildEntered)
}

/// What becomes of a decision.
pub(super) fn decision(
    state: &RangeState,
    command: &Command,
    decision: &mut Decision,
    without: Option<Rule>,
) {
    match without {
        Some(Rule::FormerStayUntilTheEnd) => show_readings(state, decision),
        Some(Rule::PartsChangeOverTogether) => show_parts(state, decision),
        Some(Rule::RestMeansAllAreBack) if *command == Command::Halt => {
            decision.effects.push(Effect::AtRest);
        }
        Some(Rule::NoteIsNotDone) if hides_note(command) => {
            for write in &mut decision.writes {
                if let Write::Head(head) = write {
                    head.child.clone_from(&state.head.child);
                }
            }
        }
        _ => {}
    }
}

/// What is under way is shown before the object is read to its end.
fn show_readings(state: &RangeState, decision: &mut Decision) {
    let mut early: Vec<Write> = Vec::new();
    for write in &decision.writes {
        if let Write::Unit(_, unit) = write
            && let Some(reading) = &unit.reading
        {
            early.extend(show(state, &reading.object, reading.counted.clone()));
        }
    }
    decision.writes.extend(early);
}

/// A part is shown as soon as it is read.
fn show_parts(state: &RangeState, decision: &mut Decision) {
    let whole = |key: &ObjectKey| {
        decision
            .writes
            .iter()
            .any(|write| matches!(write, Write::Object(written, _) if written == key))
    };
    let mut early: Vec<Write> = Vec::new();
    for write in &decision.writes {
        if let Write::Part(key, _, part) = write
            && !whole(key)
        {
            early.extend(show(state, key, part.counted.clone()));
        }
    }
    decision.writes.extend(early);
}

fn show(state: &RangeState, key: &ObjectKey, counted: Vec<Counted>) -> Option<Write> {
    let mut object = state.object(key)?.clone();
    object.counted = counted;
    Some(Write::Object(key.clone(), Arc::new(object)))
}
