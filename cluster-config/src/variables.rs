//! Variables of the environment that set something, and those that only look like it.

use std::collections::BTreeMap;
use std::ffi::OsString;

use figment::value::Value;

use crate::declare::Setting;
use crate::file::Entry;
use crate::layers::{FILE_VARIABLE, all, setting};
use crate::problem::{Origin, Problem};
use crate::{Environment, SecretRef, refuse};

/// What all variables of the environment that set something begin with.
pub const VARIABLE_PREFIX: &str = "TRAWL_";
/// Names the points at which a binary that was built for crash tests falls. Others refuse it.
pub const FAILPOINTS_VARIABLE: &str = "TRAWL_FAILPOINTS";

/// What the environment sets. `named` are the variables that other layers name as a secret's place.
pub(crate) fn variables(
    environment: &Environment,
    named: &[String],
    problems: &mut Vec<Problem>,
) -> Vec<Entry> {
    let found = environment.beginning_with(VARIABLE_PREFIX);
    let by_variable: BTreeMap<String, &Setting> =
        all().map(|setting| (setting.variable(), setting)).collect();
    let mut entries = Vec::new();
    let mut unknown = Vec::new();
    for (name, value) in found {
        match by_variable.get(&name) {
            Some(setting) => entries.push(variable(name, setting, value, problems)),
            None if name == FILE_VARIABLE || named.contains(&name) => {}
            None if cfg!(feature = "failpoints") && name == FAILPOINTS_VARIABLE => {}
            None if is_service_link(&name, &value) => {}
            None => unknown.push(name),
        }
    }
    let entries: Vec<Entry> = entries.into_iter().flatten().collect();
    let also_named = named_secrets(entries.iter());
    unknown.retain(|name| !also_named.contains(name));
    problems.extend(unknown.into_iter().map(refuse::unknown_variable));
    entries
}

/// The variables that settings name as the place of a secret: they are no settings.
pub(crate) fn named_secrets<'a>(entries: impl Iterator<Item = &'a Entry>) -> Vec<String> {
    let secret = |entry: &&Entry| setting(&entry.key).is_some_and(|setting| setting.secret);
    let reference = |entry: &Entry| entry.value.as_str().and_then(SecretRef::parse);
    entries
        .filter(secret)
        .filter_map(reference)
        .filter_map(|reference| match reference {
            SecretRef::Env(name) => Some(name),
            _ => None,
        })
        .collect()
}

fn variable(
    name: String,
    setting: &Setting,
    value: OsString,
    problems: &mut Vec<Problem>,
) -> Option<Entry> {
    let origin = Origin::Variable(name);
    match value.into_string() {
        Ok(text) => Some(Entry { key: setting.key(), value: Value::from(text), origin }),
        Err(_) => {
            problems.push(refuse::not_text(setting, origin));
            None
        }
    }
}

/// Kubernetes puts variables about each service into each container of its namespace. A service
/// named `trawl` must not keep the node from starting.
fn is_service_link(name: &str, value: &OsString) -> bool {
    let address = |text: &str| ["tcp://", "udp://", "sctp://"].iter().any(|s| text.starts_with(s));
    let of_port = name
        .split("_PORT_")
        .nth(1)
        .is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_digit()));
    name.ends_with("_SERVICE_HOST")
        || name.ends_with("_SERVICE_PORT")
        || name.contains("_SERVICE_PORT_")
        || of_port
        || (name.ends_with("_PORT") && value.to_str().is_some_and(address))
}
