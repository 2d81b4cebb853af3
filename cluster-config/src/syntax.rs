//! Checks of texts that have a form of their own.

use std::path::{Path, PathBuf};

use globset::Glob;

/// Characters of a glob. It is compiled into an automaton, whose size grows with it.
const MAX_GLOB_CHARS: usize = 4_096;

pub(crate) fn path(path: &Path) -> bool {
    usable(path)
}

pub(crate) fn paths(paths: &[PathBuf]) -> bool {
    paths.iter().all(|path| usable(path))
}

pub(crate) fn optional_path(path: &Option<PathBuf>) -> bool {
    path.as_deref().is_none_or(usable)
}

/// Names as they stand in a `Host` header, before the port.
pub(crate) fn hosts(hosts: &[String]) -> bool {
    let fits =
        |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_' | ':' | '[' | ']');
    let with_port = |host: &str| !host.starts_with('[') && host.contains(':');
    hosts
        .iter()
        .all(|host| (1..=253).contains(&host.len()) && host.chars().all(fits) && !with_port(host))
}

/// What a node can be for, and none of it twice.
pub(crate) fn roles(roles: &[String]) -> bool {
    let known: std::collections::BTreeSet<_> =
        roles.iter().filter(|role| ["schedule", "crawl"].contains(&role.as_str())).collect();
    !roles.is_empty() && known.len() == roles.len()
}

fn usable(path: &Path) -> bool {
    !path.as_os_str().is_empty() && !path.as_os_str().as_encoded_bytes().contains(&0)
}

/// The form of a tenant's name; `trawl-model` has the same for its id.
pub(crate) fn tenant(name: &str) -> bool {
    let fits = |c: u8| c.is_ascii_lowercase() || c.is_ascii_digit() || c == b'-';
    name.starts_with(|c: char| c.is_ascii_lowercase()) && name.len() <= 64 && name.bytes().all(fits)
}

pub(crate) fn globs(globs: &[String]) -> bool {
    globs
        .iter()
        .all(|glob| !glob.is_empty() && glob.len() <= MAX_GLOB_CHARS && Glob::new(glob).is_ok())
}

/// `level` or `part=level`, with commas between.
pub(crate) fn log_filter(filter: &str) -> bool {
    let level =
        |text: &str| ["off", "error", "warn", "info", "debug", "trace"].contains(&text.trim());
    let part = |text: &str| {
        let fits = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == ':' || c == '-';
        !text.is_empty() && text.chars().all(fits)
    };
    filter.split(',').all(|directive| match directive.trim().split_once('=') {
        Some((target, of)) => part(target) && level(of),
        None => level(directive),
    })
}

/// An address of HTTP: scheme and host, perhaps a port and a path. No user, for a password would stand
/// in the settings.
pub(crate) fn optional_endpoint(endpoint: &Option<String>) -> bool {
    let Some(endpoint) = endpoint else { return true };
    let rest = endpoint.strip_prefix("http://").or_else(|| endpoint.strip_prefix("https://"));
    let Some(rest) = rest else { return false };
    let plain = |c: char| c.is_ascii_graphic() && !matches!(c, '@' | '#' | '"' | '<' | '>' | '\\');
    let host = rest.split('/').next().unwrap_or_default();
    !host.is_empty() && !host.starts_with(':') && rest.chars().all(plain)
}

/// Hosts, each with its port.
pub(crate) fn endpoints(endpoints: &[String]) -> bool {
    endpoints.iter().all(|endpoint| {
        let Some((host, port)) = endpoint.rsplit_once(':') else { return false };
        // Of IPv6 in brackets alone, for its own colons.
        let bare = host.strip_prefix('[').and_then(|host| host.strip_suffix(']'));
        let fits = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_');
        let is_host = match bare {
            Some(address) => address.parse::<std::net::Ipv6Addr>().is_ok(),
            None => (1..=253).contains(&host.len()) && host.chars().all(fits),
        };
        is_host && port.parse::<u16>().is_ok_and(|port| port > 0)
    })
}

/// The name of a keyspace, as databases take it.
pub(crate) fn keyspace(name: &str) -> bool {
    let fits = |c: char| c.is_ascii_alphanumeric() || c == '_';
    name.starts_with(|c: char| c.is_ascii_alphabetic())
        && name.len() <= 48
        && name.chars().all(fits)
}

/// A name that others have given.
pub(crate) fn name(name: &str) -> bool {
    (1..=255).contains(&name.len()) && !name.contains('\0')
}

/// Datacenters, each with how many copies there are in it, and none of them twice.
pub(crate) fn replication(copies: &[String]) -> bool {
    let all = copies.iter().map(|one| one.rsplit_once(':'));
    let datacenters: Option<std::collections::BTreeSet<_>> = all
        .map(|one| {
            let (datacenter, copies) = one?;
            let is_number = copies.parse::<u32>().is_ok_and(|n| (1..=100).contains(&n));
            (name(datacenter) && is_number).then_some(datacenter)
        })
        .collect();
    datacenters.is_some_and(|datacenters| datacenters.len() == copies.len())
}

/// The name of a bucket, as S3 takes it.
pub(crate) fn bucket(name: &str) -> bool {
    let fits = |c: u8| c.is_ascii_lowercase() || c.is_ascii_digit() || c == b'-' || c == b'.';
    (3..=63).contains(&name.len()) && name.bytes().all(fits)
}

/// What keys begin with: steps with a slash between.
pub(crate) fn prefix(prefix: &str) -> bool {
    let fits = |c: u8| c.is_ascii_alphanumeric() || matches!(c, b'-' | b'_' | b'.');
    let is_step = |step: &str| !step.is_empty() && step.bytes().all(fits) && !step.starts_with('.');
    prefix.len() <= 200 && prefix.split('/').all(is_step)
}

/// The name of a region.
pub(crate) fn region(name: &str) -> bool {
    let fits = |c: u8| c.is_ascii_alphanumeric() || c == b'-';
    (1..=64).contains(&name.len()) && name.bytes().all(fits)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_endpoint_is_a_host_with_its_port() {
        let of = |endpoint: &str| endpoints(&[endpoint.to_owned()]);
        for endpoint in ["127.0.0.1:9042", "db1.example.org:9042", "[::1]:9042"] {
            assert!(of(endpoint), "{endpoint}");
        }
        for endpoint in ["db1", "db1:", "db1:0", "db1:99999", ":9042", "::1:9042", "[x]:1", "a b:1"]
        {
            assert!(!of(endpoint), "{endpoint}");
        }
    }

    #[test]
    fn replication_names_each_datacenter_once() {
        let of = |copies: &[&str]| {
            replication(&copies.iter().map(|one| (*one).to_owned()).collect::<Vec<_>>())
        };
        assert!(of(&[]) && of(&["east:3", "west:1"]) && of(&["a:b:2"]));
        for copies in [&["east"][..], &["east:0"], &["east:x"], &[":3"], &["east:3", "east:1"]] {
            assert!(!of(copies), "{copies:?}");
        }
        assert!(keyspace("trawl_2") && !keyspace("2trawl") && !keyspace("a-b") && !keyspace(""));
    }

    #[test]
    fn a_filter_is_levels_and_parts_with_levels() {
        for filter in ["warn", "off", "warn,trawl_storage=debug", "info, trawl::node=trace"] {
            assert!(log_filter(filter), "{filter}");
        }
        for filter in ["", "loud", "warn,", "a b=warn", "=warn", "trawl=", "trawl = warn"] {
            assert!(!log_filter(filter), "{filter}");
        }
    }

    #[test]
    fn an_endpoint_is_an_address_without_a_user() {
        let is = |endpoint: &str| optional_endpoint(&Some(endpoint.to_owned()));
        for endpoint in
            ["http://127.0.0.1:4318", "https://otel.example.org/v1/traces", "http://[::1]:4318/"]
        {
            assert!(is(endpoint), "{endpoint}");
        }
        for endpoint in [
            "",
            "127.0.0.1:4318",
            "http://",
            "http:///v1",
            "http://:80",
            "grpc://a",
            "http://a:b@c",
            "http://a b",
        ] {
            assert!(!is(endpoint), "{endpoint}");
        }
        assert!(optional_endpoint(&None));
    }

    #[test]
    fn buckets_and_prefixes_are_as_keys_take_them() {
        assert!(bucket("trawl-2.example") && !bucket("Trawl") && !bucket("ab") && !bucket("a/b"));
        assert!(prefix("trawl") && prefix("of/team_1/Trawl.2"));
        for wrong in ["", "/", "/a", "a/", "a//b", "a/../b", "a b", ".a"] {
            assert!(!prefix(wrong), "{wrong}");
        }
        assert!(region("eu-central-1") && !region("") && !region("a b"));
    }

    #[test]
    fn a_glob_must_compile() {
        assert!(globs(&["**/*.{log,txt}".to_owned()]));
        assert!(!globs(&["[a".to_owned()]));
        assert!(!globs(&[String::new()]));
    }

    #[test]
    fn a_host_is_named_without_its_port() {
        assert!(hosts(&[
            "trawl.example.org".to_owned(),
            "10.0.0.7".to_owned(),
            "[::1]".to_owned()
        ]));
        for host in ["", "trawl.example.org:7300", "http://trawl", "a b"] {
            assert!(!hosts(&[host.to_owned()]), "{host}");
        }
    }

    #[test]
    fn a_tenant_has_a_plain_name() {
        assert!(tenant("acme-2"));
        for name in ["", "2acme", "Acme", "a/b", "ä"] {
            assert!(!tenant(name), "{name}");
        }
    }
}
