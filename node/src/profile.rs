//! What is said of a source, from the words of the command line.

use trawl_cluster_config::Bytes;

use crate::cli::{Clear, ProfileFlags};
use crate::error::Error;
use crate::records::profile::{Day, Hours};
use crate::records::{Profile, Window};

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
    for label in &flags.label {
        let (key, value) = label.split_once('=').ok_or_else(|| {
            Error::Usage(format!("--label {label}: write KEY=VALUE, such as owner=people"))
        })?;
        profile.labels.insert(key.to_owned(), value.to_owned());
    }
    if let Some(priority) = flags.priority {
        profile.priority = priority.priority();
    }
    if let Some(rate) = &flags.bytes_per_second {
        profile.bytes_per_second = Some(bytes("--bytes-per-second", rate)?);
    }
    if flags.objects_per_second.is_some() {
        profile.objects_per_second = flags.objects_per_second;
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
            Clear::Limits => {
                (profile.bytes_per_second, profile.objects_per_second) = (None, None);
            }
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
        Some(Window { days: days_of(days)?, from: time(from)?, to: time(to)? })
    };
    read().ok_or_else(|| {
        Error::Usage(format!(
            "--hours {words}: write days and two times, such as 'mon-fri 22:00-06:00', \
             'sat,sun 00:00-24:00' or 'daily 20:00-23:30'"
        ))
    })
}

fn days_of(words: &str) -> Option<Vec<Day>> {
    if words == "daily" {
        return Some(Day::ALL.to_vec());
    }
    let day = |word: &str| Day::ALL.iter().position(|day| day.name() == word.to_lowercase());
    let mut named = [false; Day::ALL.len()];
    for part in words.split(',') {
        let (first, last) = part.split_once('-').unwrap_or((part, part));
        let (first, last) = (day(first)?, day(last)?);
        let mut at = first;
        loop {
            named[at] = true;
            if at == last {
                break;
            }
            at = (at + 1) % named.len();
        }
    }
    Some(Day::ALL.into_iter().zip(named).filter(|(_, named)| *named).map(|(day, _)| day).collect())
}

/// A time of a day, as it is kept, from one that may lack a zero.
fn time(text: &str) -> Option<String> {
    let (hour, minute) = text.trim().split_once(':')?;
    let (hour, minute): (u16, u16) = (hour.parse().ok()?, minute.parse().ok()?);
    let is_one = minute < 60 && (hour < 24 || (hour, minute) == (24, 0));
    is_one.then(|| format!("{hour:02}:{minute:02}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn windows_are_read_as_people_write_them() {
        use Day::{Fri, Mon, Sat, Sun, Thu, Tue, Wed};
        let nights = window("mon-fri 22:00-6:00").unwrap();
        let days = vec![Mon, Tue, Wed, Thu, Fri];
        assert_eq!(nights, Window { days, from: "22:00".into(), to: "06:00".into() });
        let over = window("fri-mon 00:00-24:00").unwrap();
        assert_eq!((over.days, over.to.as_str()), (vec![Mon, Fri, Sat, Sun], "24:00"));
        assert_eq!(window("daily 20:00-23:30").unwrap().days, Day::ALL);
        let wrong = ["", "mon", "mon 22:00", "xyz 1:00-2:00", "mon 25:00-26:00", "mon 1:99-2:00"];
        for wrong in wrong.into_iter().chain(["mon 5000:00-1:00"]) {
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
        assert_eq!(second.bytes_per_second, None);
        assert_eq!(first.bytes_per_second, Some(1 << 20));
    }
}
