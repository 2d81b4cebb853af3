//! E-mail addresses: the forms of RFC 5321 that are in use, at a domain that may be one.

/// The longest address that can be sent to.
const MOST_BYTES: usize = 254;
/// The longest part before the `@`.
const MOST_LOCAL_BYTES: usize = 64;

/// Endings of files that stand where a domain's would, as in `icon@2x.png`.
const FILE_ENDINGS: &[&str] = &[
    "png",
    "jpg",
    "jpeg",
    "gif",
    "svg",
    "webp",
    "bmp",
    "ico",
    "css",
    "scss",
    "js",
    "jsx",
    "mjs",
    "cjs",
    "tsx",
    "json",
    "html",
    "htm",
    "xml",
    "yaml",
    "yml",
    "toml",
    "lock",
    "txt",
    "log",
    "csv",
    "pdf",
    "exe",
    "dll",
    "jar",
    "class",
    "java",
    "cpp",
    "hpp",
    "gz",
    "bz2",
    "xz",
    "tgz",
    "tar",
    "bak",
    "tmp",
    "conf",
    "cfg",
    "ini",
    "service",
    "timer",
    "socket",
    "target",
    "mount",
    "slice",
    "git",
    "patch",
    "diff",
    "local",
    "internal",
    "localdomain",
    "lan",
];

/// Logins that programs use and no person has, and what stands for the password in a URL.
const NO_PERSON: &[&str] =
    &["git", "hg", "svn", "ssh", "password", "passwd", "pass", "pwd", "secret"];

/// Who names algorithms and messages of SSH, as RFC 4251 has it: `aes256-gcm@openssh.com`.
const NAMERS_OF_SSH: &[&str] = &["openssh.com", "libssh.org", "putty.projects.tartarus.org"];
/// Who can be written to there.
const PEOPLE_OF_SSH: &[&str] = &["openssh", "security", "info", "libssh"];

/// Whether local part and domain can be an address's.
pub(super) fn email(value: &[u8]) -> bool {
    let Ok(text) = std::str::from_utf8(value) else { return false };
    let Some((local, domain)) = text.rsplit_once('@') else { return false };
    text.len() <= MOST_BYTES && is_local(local) && is_domain(domain) && !is_of_ssh(local, domain)
}

/// Whether it is a name of SSH, of which servers and clients write lists into logs and settings. What stands
/// behind a dash of one is none either.
fn is_of_ssh(local: &str, domain: &str) -> bool {
    NAMERS_OF_SSH.contains(&domain) && !PEOPLE_OF_SSH.contains(&local)
        || domain == "lysator.liu.se" && local.ends_with("cbc")
}

fn is_local(local: &str) -> bool {
    if let Some(quoted) = local.strip_prefix('"').and_then(|rest| rest.strip_suffix('"')) {
        return local.len() <= MOST_LOCAL_BYTES && quoted.chars().any(char::is_alphanumeric);
    }
    !local.is_empty()
        && local.len() <= MOST_LOCAL_BYTES
        && !local.starts_with('.')
        && !local.ends_with('.')
        && !local.contains("..")
        && !local.contains('@')
        && local.chars().any(char::is_alphanumeric)
        && !NO_PERSON.contains(&local)
}

fn is_domain(domain: &str) -> bool {
    let Some((names, ending)) = domain.rsplit_once('.') else { return false };
    let label = |label: &str| {
        (1..=63).contains(&label.len())
            && !label.starts_with('-')
            && !label.ends_with('-')
            && label.chars().all(|c| c.is_alphanumeric() || c == '-')
    };
    let lower = ending.to_lowercase();
    let is_ending = ending.chars().count() >= 2 && ending.chars().all(char::is_alphabetic)
        || lower.starts_with("xn--");
    names.split('.').all(label)
        && label(ending)
        && is_ending
        // TopLevelEndings in mixed case are types and methods of code.
        && (ending == lower || ending == ending.to_uppercase())
        && !FILE_ENDINGS.contains(&lower.as_str())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_in_use_pass() {
        for value in [
            "anna.schmidt@example.com",
            "o'neil+tag@mail.example.co.uk",
            "x@y.de",
            "JOHN@EXAMPLE.ORG",
            "user_1%x@sub-domain.example.museum",
            "jörg@exämple.de",
            "a@xn--bcher-kva.xn--p1ai",
            "user@foo.online",
            "openssh@openssh.com",
        ] {
            assert!(email(value.as_bytes()), "{value}");
        }
    }

    #[test]
    fn files_versions_code_and_logins_of_programs_do_not() {
        for value in [
            "icon@2x.png",
            "lodash@4.17.21",
            "git@github.com",
            "user@localhost",
            ".a@example.com",
            "a..b@example.com",
            "a@-x.com",
            "a@x-.com",
            "a@b..com",
            "a@b.c",
            "@example.com",
            "a@",
            "getty@tty1.service",
            "password@example.com",
            "value@Some.Type",
            "a@b.c1",
            "hmac-sha2-256-etm@openssh.com",
            "curve25519-sha256@libssh.org",
            "zlib@openssh.com",
            "gcm@openssh.com",
            "rijndael-cbc@lysator.liu.se",
        ] {
            assert!(!email(value.as_bytes()), "{value}");
        }
        assert!(!email(format!("{}@example.com", "a".repeat(65)).as_bytes()));
    }
}
