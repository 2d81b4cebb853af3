//! What is said of a source: from the words of the command line, and as it is shown.

use std::collections::BTreeMap;

use serde::Serialize;
use trawl_cluster_config::Bytes;
use trawl_model::source::{Hours, Profile, Selection, Source, Window};
use trawl_model::{ObjectKey, SourceId};

use crate::cli::{Clear, ProfileFlags};
use crate::error::Error;

/// The days of a week, the first one first.
const DAYS: [&str; 7] = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];

/// What is said, with what these flags say on top.
pub(crate) fn with(
    flags: &ProfileFlags,
    clear: &[Clear],
    profile: Profile,
) -> Result<Profile, Error> {
    let mut profile = cleared(clear, profile);
    let selects =
        !flags.include.is_empty() || !flags.exclude.is_empty() || flags.max_size.is_some();
    if selects {
        let mut selection = profile.selection.take().unwrap_or_default();
        if !flags.include.is_empty() {
            selection.include.clone_from(&flags.include);
        }
        if !flags.exclude.is_empty() {
            selection.exclude.clone_from(&flags.exclude);
        }
        if let Some(size) = &flags.max_size {
            selection.max_bytes = Some(bytes("--max-size", size)?);
        }
        profile.selection = Some(selection);
    }
    let mut labels: BTreeMap<String, String> = profile.labels.into_iter().collect();
    for label in &flags.label {
        let (key, value) = label.split_once('=').ok_or_else(|| {
            Error::Usage(format!("--label {label}: write KEY=VALUE, such as owner=people"))
        })?;
        labels.insert(key.to_owned(), value.to_owned());
    }
    profile.labels = labels.into_iter().collect();
    if let Some(priority) = flags.priority {
        profile.priority = priority.priority();
    }
    if let Some(rate) = &flags.bytes_per_second {
        profile.limits.bytes_per_second = Some(bytes("--bytes-per-second", rate)?);
    }
    if flags.objects_per_second.is_some() {
        profile.limits.objects_per_second = flags.objects_per_second;
    }
    if !flags.hours.is_empty() {
        let windows = flags.hours.iter().map(|words| window(words)).collect::<Result<_, _>>()?;
        profile.hours = Some(Hours { zone: flags.zone.clone(), windows });
    }
    if flags.keep_closed.is_some() {
        profile.closed_days = flags.keep_closed;
    }
    Ok(profile)
}

fn cleared(clear: &[Clear], mut profile: Profile) -> Profile {
    for what in clear {
        match what {
            Clear::Labels => profile.labels.clear(),
            Clear::Selection => profile.selection = None,
            Clear::Limits => profile.limits = Default::default(),
            Clear::Hours => profile.hours = None,
            Clear::KeepClosed => profile.closed_days = None,
        }
    }
    profile
}

fn bytes(flag: &str, text: &str) -> Result<u64, Error> {
    let read = Bytes::parse(text).map(Bytes::get);
    read.ok_or_else(|| Error::Usage(format!("{flag} {text}: write a size such as 20MiB")))
}

/// A window, such as `mon-fri 22:00-06:00`.
fn window(words: &str) -> Result<Window, Error> {
    let read = || {
        let (days, times) = words.trim().split_once(' ')?;
        let (from, to) = times.trim().split_once('-')?;
        Some(Window { days: days_of(days)?, from: minute(from)?, to: minute(to)? })
    };
    read().ok_or_else(|| {
        Error::Usage(format!(
            "--hours {words}: write days and two times, such as 'mon-fri 22:00-06:00', \
             'sat,sun 00:00-24:00' or 'daily 20:00-23:30'"
        ))
    })
}

fn days_of(words: &str) -> Option<u8> {
    if words == "daily" {
        return Some(0b111_1111);
    }
    let day = |word: &str| DAYS.iter().position(|day| *day == word.to_lowercase());
    let mut days = 0;
    for part in words.split(',') {
        let (first, last) = part.split_once('-').unwrap_or((part, part));
        let (first, last) = (day(first)?, day(last)?);
        let mut at = first;
        loop {
            days |= 1 << at;
            if at == last {
                break;
            }
            at = (at + 1) % DAYS.len();
        }
    }
    Some(days)
}

fn minute(text: &str) -> Option<u16> {
    let (hour, minute) = text.trim().split_once(':')?;
    let (hour, minute): (u16, u16) = (hour.parse().ok()?, minute.parse().ok()?);
    (minute < 60 && hour * 60 + minute <= 24 * 60).then_some(hour * 60 + minute)
}

fn shown(window: &Window) -> String {
    let days: Vec<&str> =
        (0..DAYS.len()).filter(|n| window.days & (1 << n) != 0).map(|n| DAYS[n]).collect();
    let time = |minute: u16| format!("{:02}:{:02}", minute / 60, minute % 60);
    format!("{} {}-{}", days.join(","), time(window.from), time(window.to))
}

/// A source, as it is shown.
#[derive(Debug, Serialize)]
pub(crate) struct SourceRecord {
    pub(crate) id: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) name: Option<String>,
    kind: String,
    pub(crate) location: String,
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    labels: BTreeMap<String, String>,
    pub(crate) priority: &'static str,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    include: Vec<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    exclude: Vec<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    max_bytes: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    bytes_per_second: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    objects_per_second: Option<u64>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    hours: Vec<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    zone: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    closed_days: Option<u32>,
    pub(crate) scans: u32,
    #[serde(skip_serializing_if = "Option::is_none")]
    open_scan: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    finished_scan: Option<String>,
}

impl SourceRecord {
    /// A source.
    pub(crate) fn of(id: SourceId, source: &Source) -> Self {
        let profile = (*source.profile).clone();
        let Selection { include, exclude, max_bytes } = profile.selection.unwrap_or_default();
        let hours = profile.hours.as_ref();
        Self {
            id: id.to_string(),
            name: profile.name,
            kind: source.kind.clone(),
            location: ObjectKey::new(source.location.clone()).revealed(),
            labels: profile.labels.into_iter().collect(),
            priority: profile.priority.name(),
            include,
            exclude,
            max_bytes,
            bytes_per_second: profile.limits.bytes_per_second,
            objects_per_second: profile.limits.objects_per_second,
            hours: hours.iter().flat_map(|hours| &hours.windows).map(shown).collect(),
            zone: hours.map(|hours| hours.zone.clone()),
            closed_days: profile.closed_days,
            scans: source.last_scan,
            open_scan: source.running.map(|running| running.scan.to_string()),
            finished_scan: source.finished.map(|finished| finished.scan.to_string()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn windows_are_read_as_they_are_shown() {
        let nights = window("mon-fri 22:00-06:00").unwrap();
        assert_eq!(nights, Window { days: 0b1_1111, from: 22 * 60, to: 6 * 60 });
        assert_eq!(shown(&nights), "mon,tue,wed,thu,fri 22:00-06:00");
        assert_eq!(window(&shown(&nights)).unwrap(), nights);
        assert_eq!(window("fri-mon 00:00-24:00").unwrap().days, 0b111_0001);
        assert_eq!(window("daily 20:00-23:30").unwrap().days, 0b111_1111);
        for wrong in ["", "mon", "mon 22:00", "xyz 1:00-2:00", "mon 25:00-26:00", "mon 1:99-2:00"] {
            let error = window(wrong).unwrap_err().to_string();
            assert!(error.contains("such as"), "{wrong}: {error}");
        }
    }

    #[test]
    fn what_is_not_named_stays_and_what_is_cleared_goes() {
        let flags = ProfileFlags {
            exclude: vec!["*.bak".into()],
            label: vec!["owner=people".into()],
            bytes_per_second: Some("1MiB".into()),
            ..ProfileFlags::default()
        };
        let first = with(&flags, &[], Profile::default()).unwrap();
        let flags = ProfileFlags { label: vec!["a=b".into()], ..ProfileFlags::default() };
        let second = with(&flags, &[Clear::Limits], first.clone()).unwrap();
        assert_eq!(second.selection, first.selection);
        assert_eq!(second.labels.len(), 2);
        assert_eq!(second.limits.bytes_per_second, None);
        assert_eq!(first.limits.bytes_per_second, Some(1 << 20));
    }
}
