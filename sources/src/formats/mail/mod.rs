//! Mail: single messages and mailboxes.
//!
//! Parsers of mail hold a message whole and hand out decoded text; here the parts of a message are
//! streams within the message, and every decoded character knows its encoded bytes. So the
//! structure is read by ourselves, line by line.

mod eml;
mod header;
mod lines;
mod mbox;
mod part;
mod transfer;

pub use eml::Eml;
pub use mbox::Mbox;

/// So many bytes of a header's block are read as headers; what is behind is a body.
const MAX_HEADERS: usize = 256 << 10;

/// Names of fields by which a message is told from other text.
const KNOWN: &[&str] = &[
    "bcc",
    "cc",
    "content-transfer-encoding",
    "content-type",
    "date",
    "delivered-to",
    "dkim-signature",
    "errors-to",
    "from",
    "in-reply-to",
    "importance",
    "list-id",
    "list-unsubscribe",
    "message-id",
    "mime-version",
    "precedence",
    "received",
    "references",
    "reply-to",
    "return-path",
    "sender",
    "subject",
    "thread-index",
    "thread-topic",
    "to",
    "user-agent",
    "x-mailer",
    "x-originating-ip",
    "x-priority",
    "x-received",
    "x-spam-status",
];

/// How many known fields a head has before its first empty line; none if something else is there.
fn known_fields(head: &[u8]) -> Option<usize> {
    let mut known = 0;
    for (index, line) in head.split(|b| *b == b'\n').take(200).enumerate() {
        let line = line.strip_suffix(b"\r").unwrap_or(line);
        if line.is_empty() {
            return Some(known);
        }
        if matches!(line[0], b' ' | b'\t') && index > 0 {
            continue;
        }
        let Some(colon) = memchr::memchr(b':', line) else {
            // The last line of the head may be cut off.
            return (known > 1 && index > 2).then_some(known);
        };
        let name = line[..colon].to_ascii_lowercase();
        if name.is_empty() || !name.iter().all(|b| b.is_ascii_graphic()) {
            return None;
        }
        known += usize::from(KNOWN.iter().any(|k| k.as_bytes() == name));
    }
    Some(known)
}
