//! What any text must bear that is given for settings. Properties and fuzzing share it.

use std::path::Path;

use crate::file::MAX_FILE_BYTES;
use crate::layers::{all, setting};
use crate::{Environment, Error, Layers};

/// The longest sentence about one wrong setting. What it quotes of a file is cut.
const MAX_SENTENCE_BYTES: usize = 4 << 10;

/// Reads a text as a file of settings, and its lines as variables and flags. It is refused in
/// sentences of bounded length, or makes settings that are printed so that they are read again.
#[track_caller]
pub fn hostile(text: &str) {
    if text.len() as u64 > MAX_FILE_BYTES {
        return;
    }
    held(Layers::default().file("trawl.toml"), text);
    let lines: Vec<(&str, &str)> =
        text.lines().filter_map(|line| line.split_once('=')).take(64).collect();
    let variables = lines.iter().filter_map(|(key, value)| {
        let setting = setting(key.trim())?;
        Some((setting.variable(), value.trim()))
    });
    held(Layers::default().environment(Environment::of(variables)), "");
    held(Layers::default().overrides(lines.iter().map(|(k, v)| (k.trim(), v.trim()))), "");
}

#[track_caller]
fn held(layers: Layers, text: &str) {
    let config = match layers.with_text(text) {
        Ok(config) => config,
        Err(error) => return refused(&error, text),
    };
    let written = config.effective().into_iter().filter_map(|setting| {
        let value = setting.value?;
        Some(format!("{} = {value}\n", setting.key))
    });
    let written: String = written.collect();
    let again = Layers::default().file(Path::new("again.toml")).with_text(&written);
    let again = again.unwrap_or_else(|error| panic!("what is printed is refused: {error}"));
    assert_eq!(again.settings, config.settings, "what is printed is read again");
    assert_eq!(again.effective().len(), all().count());
}

#[track_caller]
fn refused(error: &Error, text: &str) {
    assert!(!error.problems().is_empty(), "it says what is wrong: {error}");
    for problem in error.problems() {
        let sentence = problem.to_string();
        let key = problem.key.len();
        assert!(sentence.len() <= MAX_SENTENCE_BYTES + 2 * key, "{} bytes", sentence.len());
        if let crate::Origin::File { line, .. } = &problem.origin {
            assert!(*line >= 1 && *line <= text.matches('\n').count() + 1, "line {line}");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// A value that may stand behind a key, wrong or right.
    fn some_value() -> impl Strategy<Value = String> {
        prop_oneof![
            any::<i64>().prop_map(|n| n.to_string()),
            any::<f64>().prop_map(|n| n.to_string()),
            "[0-9]{1,25}([KMGT]iB|ms|s|m|h|d|%)?".prop_map(|text| format!("'{text}'")),
            "\\PC{0,12}".prop_map(|text| format!("{text:?}")),
            Just("[[[['a']]]]".to_owned()),
            Just("{ a = { b = 1 } }".to_owned()),
            Just("1979-05-27T07:32:00Z".to_owned()),
            Just("true".to_owned()),
        ]
    }

    proptest! {
        #[test]
        fn any_text_is_borne(text in any::<String>()) {
            hostile(&text);
        }

        #[test]
        fn any_value_of_any_setting_is_borne(
            lines in prop::collection::vec((0_usize..60, some_value()), 1..8)
        ) {
            let keys: Vec<String> = all().map(|setting| setting.key()).collect();
            let line = |(at, value): &(usize, String)| format!("{} = {value}\n", keys[at % keys.len()]);
            hostile(&lines.iter().map(line).collect::<String>());
        }
    }
}
