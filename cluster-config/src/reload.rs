//! What becomes of settings that are read again while a node runs: those that may change take effect,
//! the others wait for its next start.

use std::collections::BTreeSet;

use crate::agreement::AGREEMENTS;
use crate::layers::all;
use crate::{Config, Settings};

/// What reading the settings again comes to.
#[derive(Debug, Clone, PartialEq)]
pub struct Reload {
    /// What is in effect from now on.
    pub settings: Settings,
    /// The keys that take effect, in the order of the documentation.
    pub applied: Vec<String>,
    /// The keys that were changed and wait for the next start.
    pub waiting: Vec<String>,
}

impl Reload {
    /// From what is in effect to what was read. A setting that may change, but only together with one
    /// that has to wait, waits with it.
    pub fn plan(in_effect: &Settings, read: &Config) -> Self {
        let changed =
            all().filter(|setting| (setting.get)(in_effect) != (setting.get)(&read.settings));
        let (mut applied, mut waiting) = (BTreeSet::new(), BTreeSet::new());
        for setting in changed {
            // What is switched on or off by being set at all is made at the start, or not made.
            let is_set = |settings| (setting.get)(settings).is_some();
            let stays = is_set(in_effect) == is_set(&read.settings);
            let part = if setting.at_once && stays { &mut applied } else { &mut waiting };
            part.insert(setting.key());
        }
        let settings = loop {
            let settings = taken(in_effect, &read.settings, &applied);
            let broken = AGREEMENTS.iter().find(|one| (one.broken)(&settings).is_some());
            let Some(broken) = broken else { break settings };
            // What is in effect agrees, and so does it with nothing applied: this comes to an end.
            for key in [broken.key, broken.with] {
                waiting.extend(applied.take(key));
            }
        };
        let in_order = |keys: &BTreeSet<String>| {
            all().map(|setting| setting.key()).filter(|key| keys.contains(key)).collect()
        };
        Self { settings, applied: in_order(&applied), waiting: in_order(&waiting) }
    }
}

/// What is in effect, with the settings of these keys as they were read.
fn taken(in_effect: &Settings, read: &Settings, keys: &BTreeSet<String>) -> Settings {
    let mut settings = in_effect.clone();
    for setting in all().filter(|setting| keys.contains(&setting.key())) {
        (setting.copy)(read, &mut settings);
    }
    settings
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Environment, Layers};
    use proptest::prelude::*;

    fn read(pairs: &[(&str, &str)]) -> Config {
        Layers::default()
            .environment(Environment::empty())
            .overrides(pairs.iter().copied())
            .load()
            .unwrap()
    }

    /// Settings of both kinds, some of which must agree, with values that are allowed.
    const SOME: &[(&str, &[&str])] = &[
        ("log.level", &["warn", "debug"]),
        ("api.streams", &["64", "2000", "1"]),
        ("disk.low_bytes", &["256MiB", "300MiB", "100MiB"]),
        ("disk.enough_bytes", &["384MiB", "300MiB"]),
        ("api.connections", &["1024", "5000", "2000"]),
        ("api.listen", &["127.0.0.1:7300", "127.0.0.1:7301"]),
        ("scan.closed_kept", &["365d", "1d"]),
        ("scan.nice", &["19", "3"]),
        ("scan.exclude", &["[]", "[\"a\", \"b\"]"]),
        ("node.root_key", &["env:A", "file:/b"]),
        ("api.tls_certificate", &["/a", "/b"]),
    ];

    fn some() -> impl Strategy<Value = Vec<(&'static str, &'static str)>> {
        let picks: Vec<_> = SOME
            .iter()
            .map(|(key, values)| {
                proptest::option::of(0..values.len()).prop_map(move |n| Some((*key, values[n?])))
            })
            .collect();
        picks.prop_map(|picked| picked.into_iter().flatten().collect())
    }

    proptest! {
        #[test]
        fn each_change_takes_effect_or_waits_and_all_agree(old in some(), new in some()) {
            let load = |pairs: &[_]| Layers::default().overrides(pairs.iter().copied()).load();
            let (Ok(old), Ok(new)) = (load(&old), load(&new)) else { return Ok(()) };
            let plan = Reload::plan(&old.settings, &new);
            for setting in all() {
                let key = setting.key();
                let changed = (setting.get)(&old.settings) != (setting.get)(&new.settings);
                let (applied, waits) = (plan.applied.contains(&key), plan.waiting.contains(&key));
                prop_assert_eq!(applied || waits, changed, "{}", &key);
                prop_assert!(!(applied && (waits || !setting.at_once)), "{}", &key);
                let is = (setting.get)(&plan.settings);
                let holds = if applied { &new.settings } else { &old.settings };
                prop_assert_eq!(is, (setting.get)(holds), "{}", &key);
            }
            prop_assert!(AGREEMENTS.iter().all(|one| (one.broken)(&plan.settings).is_none()));
            let again = Reload::plan(&plan.settings, &new);
            prop_assert_eq!((again.applied, again.waiting), (vec![], plan.waiting));
        }
    }

    #[test]
    fn what_may_change_is_applied_and_the_rest_is_named() {
        let before = read(&[]).settings;
        let after =
            read(&[("log.level", "debug"), ("scan.nice", "3"), ("api.request_within", "9s")]);
        let plan = Reload::plan(&before, &after);
        assert_eq!(plan.applied, ["api.request_within", "log.level"]);
        assert_eq!(plan.waiting, ["scan.nice"]);
        assert_eq!(plan.settings.log.level, "debug");
        assert_eq!(plan.settings.scan.nice, before.scan.nice);
    }

    #[test]
    fn tls_goes_on_with_another_certificate_and_begins_with_a_start() {
        let shown = |path| read(&[("api.tls_certificate", path)]);
        let plan = Reload::plan(&read(&[]).settings, &shown("/a"));
        assert_eq!((plan.applied.len(), plan.waiting), (0, vec!["api.tls_certificate".to_owned()]));
        let plan = Reload::plan(&shown("/a").settings, &shown("/b"));
        assert_eq!((plan.applied, plan.waiting.len()), (vec!["api.tls_certificate".to_owned()], 0));
    }

    #[test]
    fn what_only_fits_to_a_setting_that_waits_waits_too() {
        let after = read(&[("api.streams", "2000"), ("api.connections", "5000")]);
        let plan = Reload::plan(&read(&[]).settings, &after);
        assert_eq!((plan.applied.len(), plan.settings), (0, read(&[]).settings));
        assert_eq!(plan.waiting, ["api.connections", "api.streams"]);
    }
}
