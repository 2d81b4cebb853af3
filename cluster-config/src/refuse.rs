//! From what was found to a problem that names the way out.

use std::collections::BTreeMap;

use crate::agreement::Agreement;
use crate::declare::Setting;
use crate::file::Entry;
use crate::kind::Refusal;
use crate::layers::{all, setting};
use crate::nearest::nearest;
use crate::problem::{Origin, Problem, found};
use crate::together::Together;
use crate::{SECTIONS, Settings};

/// Characters of an unknown key that are shown.
const SHOWN_KEY_CHARS: usize = 80;

/// A value that its setting doesn't take.
pub(crate) fn value(setting: &Setting, entry: Entry, refusal: Refusal) -> Problem {
    let what = if setting.secret {
        "is not a reference (what was found is not shown, for it may be a secret)".to_owned()
    } else {
        format!("is {}", found(&entry.value))
    };
    Problem {
        origin: entry.origin,
        key: setting.key(),
        what,
        allowed: setting.expectation(),
        hint: refusal.hint,
    }
}

/// A variable that isn't text.
pub(crate) fn not_text(setting: &Setting, origin: Origin) -> Problem {
    Problem {
        origin,
        key: setting.key(),
        what: "is not UTF-8 text".into(),
        allowed: setting.expectation(),
        hint: None,
    }
}

/// A key that is no setting.
pub(crate) fn unknown(entry: Entry) -> Problem {
    let (section, name) = match entry.key.split_once('.') {
        Some((section, name)) => (Some(section), name),
        None => (None, entry.key.as_str()),
    };
    let known = SECTIONS.iter().find(|known| Some(known.name) == section);
    let allowed = match known {
        Some(section) => {
            let names: Vec<&str> = section.settings.iter().map(|s| s.name).collect();
            format!("in [{}]: {}", section.name, names.join(", "))
        }
        None => {
            let names: Vec<String> = SECTIONS.iter().map(|s| format!("[{}]", s.name)).collect();
            format!("a setting in one of {}", names.join(", "))
        }
    };
    Problem {
        hint: likely(&entry.key, name).map(|key| format!("did you mean {key}?")),
        what: "is not a setting".into(),
        key: cut(&entry.key),
        origin: entry.origin,
        allowed,
    }
}

/// A variable that sets nothing.
pub(crate) fn unknown_variable(name: String) -> Problem {
    let by_pattern = all().find(|setting| setting.pattern_variable() == name);
    let variables: Vec<String> = all().map(Setting::variable).collect();
    let near = by_pattern
        .map(Setting::variable)
        .or_else(|| nearest(&name, variables.iter().map(String::as_str)).map(str::to_owned));
    Problem {
        origin: Origin::Variable(cut(&name)),
        key: String::new(),
        what: "sets nothing".into(),
        allowed: "TRAWL_SECTION_NAME of a setting, or what a secret's env:NAME names".into(),
        hint: near.map(|variable| format!("did you mean {variable}?")),
    }
}

/// Two settings that don't go together. It stands where one of them was set by somebody.
pub(crate) fn disagreement(
    agreement: &Agreement,
    (value, most): (String, String),
    origins: &BTreeMap<String, Origin>,
) -> Problem {
    let Agreement { key, part, with, why, .. } = agreement;
    let of = |key: &str| origins.get(key).cloned().unwrap_or(Origin::Default);
    let (own, other) = (of(key), of(with));
    let mut hint = (*why).to_owned();
    let origin = match own {
        Origin::Default => {
            hint.push_str(&format!("; {with} is set there, {key} by default"));
            other
        }
        own => own,
    };
    Problem {
        origin,
        key: (*key).to_owned(),
        what: format!("is {value}"),
        allowed: format!("at most {part}{with}, here {most}"),
        hint: Some(hint),
    }
}

/// A setting that is nothing without another one, or says something else than that.
pub(crate) fn apart(
    together: &Together,
    settings: &Settings,
    origins: &BTreeMap<String, Origin>,
) -> Problem {
    let Together { key, with, hint, .. } = together;
    let of = |key: &str| {
        let value = setting(key).and_then(|setting| setting.written(settings));
        value.unwrap_or_else(|| "not set".to_owned())
    };
    let origin = origins.get(*key).cloned().unwrap_or(Origin::Default);
    Problem {
        origin,
        key: (*key).to_owned(),
        what: format!("is {}, and {with} is {}", of(key), of(with)),
        allowed: String::new(),
        hint: Some((*hint).to_owned()),
    }
}

/// The setting that an unknown key may stand for: one of the same name in another section first,
/// for that is a slip of the place and not of the pen.
fn likely(key: &str, name: &str) -> Option<String> {
    if let Some(setting) = all().find(|setting| setting.name == name) {
        return Some(setting.key());
    }
    let keys: Vec<String> = all().map(Setting::key).collect();
    let by_key = nearest(key, keys.iter().map(String::as_str)).map(str::to_owned);
    by_key.or_else(|| {
        let near = nearest(name, all().map(|setting| setting.name))?;
        all().find(|setting| setting.name == near).map(Setting::key)
    })
}

fn cut(key: &str) -> String {
    let plain = |c: char| if c.is_control() { '\u{fffd}' } else { c };
    let mut cut: String = key.chars().take(SHOWN_KEY_CHARS).map(plain).collect();
    if key.chars().nth(SHOWN_KEY_CHARS).is_some() {
        cut.push('…');
    }
    cut
}
