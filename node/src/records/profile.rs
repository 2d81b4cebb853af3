//! What people say of a source.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use trawl_model::scan::Priority;
use trawl_model::source;
use utoipa::ToSchema;

use crate::error::Error;

/// Minutes of a day, and how its end is written.
const DAY: u16 = 24 * 60;
const END_OF_DAY: &str = "24:00";

/// What people say of a source. Where it says nothing, the settings of the node hold.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Profile {
    /// What it is called. No two sources share a name.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(min_length = 1, max_length = 64)]
    pub(crate) name: Option<String>,
    /// Words about it, by key.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub(crate) labels: BTreeMap<String, String>,
    /// What of it is read.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) selection: Option<Selection>,
    /// Which of several sources is served first.
    #[schema(value_type = schema::Priority)]
    pub(crate) priority: Priority,
    /// How many of its bytes are read a second, at the most.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(minimum = 1)]
    pub(crate) bytes_per_second: Option<u64>,
    /// How many of its objects are opened a second, at the most.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(minimum = 1)]
    pub(crate) objects_per_second: Option<u64>,
    /// When it may be read; always where it isn't said.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) hours: Option<Hours>,
    /// How many days findings of what has vanished are kept.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(maximum = 36500)]
    pub(crate) closed_days: Option<u32>,
}

/// What of a source is read.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Selection {
    /// Only paths that match one of these globs; all where there is none.
    pub(crate) include: Vec<String>,
    /// No paths that match one of these.
    pub(crate) exclude: Vec<String>,
    /// No larger objects.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) max_bytes: Option<u64>,
}

/// The hours of a week, on the clocks of a place.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Hours {
    /// The time zone, by its name in the IANA database, such as `Europe/Berlin`.
    pub(crate) zone: String,
    /// The stretches in which it may be read.
    #[schema(min_items = 1, max_items = 64)]
    pub(crate) windows: Vec<Window>,
}

/// A stretch of a day, on some days of the week.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Window {
    /// The days on which it begins.
    #[schema(min_items = 1)]
    pub(crate) days: Vec<Day>,
    /// When it begins, such as `22:00`.
    #[schema(pattern = "^([01][0-9]|2[0-3]):[0-5][0-9]$")]
    pub(crate) from: String,
    /// When it ends, `24:00` for the end of the day; where that is no later, on the next day.
    #[schema(pattern = "^(([01][0-9]|2[0-3]):[0-5][0-9]|24:00)$")]
    pub(crate) to: String,
}

/// A day of the week.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Day {
    Mon,
    Tue,
    Wed,
    Thu,
    Fri,
    Sat,
    Sun,
}

impl Day {
    /// All of them, the first one first.
    pub(crate) const ALL: [Self; 7] =
        [Self::Mon, Self::Tue, Self::Wed, Self::Thu, Self::Fri, Self::Sat, Self::Sun];

    /// The name, as shown.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Mon => "mon",
            Self::Tue => "tue",
            Self::Wed => "wed",
            Self::Thu => "thu",
            Self::Fri => "fri",
            Self::Sat => "sat",
            Self::Sun => "sun",
        }
    }
}

impl Profile {
    /// What is kept of it.
    pub(crate) fn of(kept: &source::Profile) -> Self {
        Self {
            name: kept.name.clone(),
            labels: kept.labels.iter().cloned().collect(),
            selection: kept.selection.as_ref().map(|selection| Selection {
                include: selection.include.clone(),
                exclude: selection.exclude.clone(),
                max_bytes: selection.max_bytes,
            }),
            priority: kept.priority,
            bytes_per_second: kept.limits.bytes_per_second,
            objects_per_second: kept.limits.objects_per_second,
            hours: kept.hours.as_ref().map(Hours::of),
            closed_days: kept.closed_days,
        }
    }

    /// As it is kept.
    pub(crate) fn kept(&self) -> Result<source::Profile, Error> {
        Ok(source::Profile {
            name: self.name.clone(),
            labels: self.labels.clone().into_iter().collect(),
            selection: self.selection.clone().map(|selection| source::Selection {
                include: selection.include,
                exclude: selection.exclude,
                max_bytes: selection.max_bytes,
            }),
            priority: self.priority,
            limits: source::RateLimits {
                bytes_per_second: self.bytes_per_second,
                objects_per_second: self.objects_per_second,
            },
            hours: self.hours.as_ref().map(Hours::kept).transpose()?,
            closed_days: self.closed_days,
        })
    }

    /// The same as long as nothing else is said: the `ETag` of a source.
    pub(crate) fn tag(&self) -> String {
        super::tag("trawl source tag 1", self)
    }

    /// Of what something else is said in another one.
    pub(crate) fn other_in(&self, other: &Self) -> Vec<&'static str> {
        let parts = [
            ("name", self.name == other.name),
            ("labels", self.labels == other.labels),
            ("selection", self.selection == other.selection),
            ("priority", self.priority == other.priority),
            ("bytes_per_second", self.bytes_per_second == other.bytes_per_second),
            ("objects_per_second", self.objects_per_second == other.objects_per_second),
            ("hours", self.hours == other.hours),
            ("closed_days", self.closed_days == other.closed_days),
        ];
        parts.into_iter().filter(|(_, same)| !same).map(|(part, _)| part).collect()
    }
}

impl Hours {
    fn of(kept: &source::Hours) -> Self {
        let window = |window: &source::Window| Window {
            days: Day::ALL.into_iter().filter(|day| window.days & (1 << *day as u8) != 0).collect(),
            from: clock(window.from),
            to: clock(window.to),
        };
        Self { zone: kept.zone.clone(), windows: kept.windows.iter().map(window).collect() }
    }

    fn kept(&self) -> Result<source::Hours, Error> {
        let window = |window: &Window| {
            Ok(source::Window {
                days: window.days.iter().fold(0, |days, day| days | (1 << *day as u8)),
                from: minute(&window.from)?,
                to: if window.to == END_OF_DAY { DAY } else { minute(&window.to)? },
            })
        };
        let windows = self.windows.iter().map(window).collect::<Result<_, Error>>()?;
        Ok(source::Hours { zone: self.zone.clone(), windows })
    }
}

fn clock(minute: u16) -> String {
    format!("{:02}:{:02}", minute / 60, minute % 60)
}

fn minute(text: &str) -> Result<u16, Error> {
    let two_digits = |word: &str| word.len() == 2 && word.bytes().all(|b| b.is_ascii_digit());
    let parts = text.split_once(':').filter(|(h, m)| two_digits(h) && two_digits(m));
    let read = parts.and_then(|(hour, minute)| {
        let (hour, minute) = (hour.parse::<u16>().ok()?, minute.parse::<u16>().ok()?);
        (hour < 24 && minute < 60).then_some(hour * 60 + minute)
    });
    read.ok_or_else(|| {
        Error::Node(trawl_actors::Error::Profile(format!(
            "hours: {text:?} is no time of a day; write it as 08:30"
        )))
    })
}

pub(crate) mod schema {
    #![allow(dead_code, reason = "only their schemas are asked for")]

    #[derive(utoipa::ToSchema)]
    #[schema(rename_all = "kebab-case")]
    pub(crate) enum Priority {
        Low,
        Normal,
        High,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn a_profile_is_kept_as_it_is_said(
            name: Option<String>,
            labels: BTreeMap<String, String>,
            days in 1_u8..128,
            (from, to) in (0_u16..1440, 0_u16..=1440),
            bytes_per_second: Option<u64>,
        ) {
            let windows = vec![source::Window { days, from, to }];
            let kept = source::Profile {
                name,
                labels: labels.into_iter().collect(),
                hours: Some(source::Hours { zone: "UTC".into(), windows }),
                limits: source::RateLimits { bytes_per_second, objects_per_second: None },
                ..source::Profile::default()
            };
            let said = Profile::of(&kept);
            prop_assert_eq!(said.kept().unwrap(), kept);
            let again: Profile = serde_json::from_value(serde_json::to_value(&said).unwrap()).unwrap();
            prop_assert_eq!(again, said);
        }
    }

    #[test]
    fn what_is_no_time_of_a_day_is_refused() {
        for text in ["", "8:30", "24:00", "12:60", "12:5", "ab:cd", "+1:00", "12:00:00"] {
            assert!(minute(text).is_err(), "{text}");
        }
        assert_eq!(minute("23:59").unwrap(), 1439);
    }
}
