//! Where an order came from: the call that gave it, by which its lines in logs are found.

use std::fmt;

use serde::{Deserialize, Serialize};

/// The id of a call. Its caller may bring it, so it is short and plain: it stands in logs.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct RequestId(String);

impl RequestId {
    /// The longest; a longer one would make logs unreadable.
    pub const MAX_CHARS: usize = 64;

    /// What a caller brought, if it is an id: letters, digits, `-`, `_` and `.`.
    pub fn new(brought: &str) -> Option<Self> {
        let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.');
        let fits = (1..=Self::MAX_CHARS).contains(&brought.len());
        (fits && brought.chars().all(plain)).then(|| Self(brought.to_owned()))
    }

    /// That of a call which brings a trace, or none, and no id of its own.
    pub fn of_trace(trace: &TraceContext) -> Self {
        Self(trace.trace_id())
    }

    /// As it is written.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for RequestId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Where a call stands in the trace of a larger whole, as W3C's Trace Context has it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct TraceContext {
    /// The trace; never all zeros.
    pub trace: [u8; 16],
    /// The span in it; never all zeros.
    pub span: [u8; 8],
    /// Whether the trace is kept.
    pub sampled: bool,
}

impl TraceContext {
    /// Reads the header `traceparent`. Later versions than the first may have more behind it.
    pub fn parse(header: &str) -> Option<Self> {
        const LEN: usize = 55;
        let (known, rest) = header.split_at_checked(LEN)?;
        let mut parts = known.split('-');
        let [version] = digits(parts.next()?)?;
        let (trace, span) = (digits(parts.next()?)?, digits(parts.next()?)?);
        let [flags] = digits(parts.next()?)?;
        let is_whole = match version {
            0 => rest.is_empty(),
            0xff => false,
            _ => rest.is_empty() || rest.starts_with('-'),
        };
        let is_named = trace != [0; 16] && span != [0; 8];
        (is_whole && is_named && parts.next().is_none()).then_some(Self {
            trace,
            span,
            sampled: flags & 1 == 1,
        })
    }

    /// The header `traceparent` by which others take it up.
    pub fn header(&self) -> String {
        let (trace, span) = (self.trace_id(), data_encoding::HEXLOWER.encode(&self.span));
        format!("00-{trace}-{span}-{:02x}", u8::from(self.sampled))
    }

    /// The trace in hexadecimal digits.
    pub fn trace_id(&self) -> String {
        data_encoding::HEXLOWER.encode(&self.trace)
    }
}

/// Bytes that are written in lower-case hexadecimal digits, neither more nor fewer.
fn digits<const N: usize>(text: &str) -> Option<[u8; N]> {
    let digit = |byte: u8| match byte {
        b'0'..=b'9' => Some(byte - b'0'),
        b'a'..=b'f' => Some(byte - b'a' + 10),
        _ => None,
    };
    let text = text.as_bytes();
    if text.len() != 2 * N {
        return None;
    }
    let mut bytes = [0; N];
    for (byte, pair) in bytes.iter_mut().zip(text.chunks(2)) {
        *byte = (digit(pair[0])? << 4) | digit(pair[1])?;
    }
    Some(bytes)
}

/// The call that ordered something.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Origin {
    /// Its id.
    pub request: RequestId,
    /// Its place in a trace, where what was ordered goes on.
    pub trace: TraceContext,
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const TRACE: &str = "4bf92f3577b34da6a3ce929d0e0e4736";
    const SPAN: &str = "00f067aa0ba902b7";

    #[test]
    fn a_plain_id_is_taken_over_and_no_other() {
        assert_eq!(RequestId::new("trace-1.2_3").unwrap().as_str(), "trace-1.2_3");
        for wrong in ["", "a b", "a\nb", "é", "a\"b", &"x".repeat(65)] {
            assert_eq!(RequestId::new(wrong), None, "{wrong:?}");
        }
    }

    #[test]
    fn a_traceparent_is_read_as_its_standard_says() {
        let read = TraceContext::parse(&format!("00-{TRACE}-{SPAN}-01")).unwrap();
        assert_eq!((read.trace_id().as_str(), read.sampled), (TRACE, true));
        assert_eq!(read.span, [0, 0xf0, 0x67, 0xaa, 0x0b, 0xa9, 0x02, 0xb7]);
        let later = TraceContext::parse(&format!("cc-{TRACE}-{SPAN}-00-what-comes"));
        assert_eq!(later.map(|later| later.sampled), Some(false));
        for wrong in [
            String::new(),
            format!("ff-{TRACE}-{SPAN}-01"),
            format!("00-{TRACE}-{SPAN}-01-more"),
            format!("cc-{TRACE}-{SPAN}-01more"),
            format!("00-{}-{SPAN}-01", TRACE.to_uppercase()),
            format!("00-{}-{SPAN}-01", "0".repeat(32)),
            format!("00-{TRACE}-{}-01", "0".repeat(16)),
            format!("00-{TRACE}-{SPAN}-0"),
            format!("00-{TRACE}{SPAN}--01"),
        ] {
            assert_eq!(TraceContext::parse(&wrong), None, "{wrong}");
        }
    }

    proptest! {
        #[test]
        fn what_is_written_is_read(trace: [u8; 16], span: [u8; 8], sampled: bool) {
            prop_assume!(trace != [0; 16] && span != [0; 8]);
            let is = TraceContext { trace, span, sampled };
            let span: String = span.iter().map(|byte| format!("{byte:02x}")).collect();
            let header = format!("00-{}-{span}-{:02x}", is.trace_id(), u8::from(sampled));
            prop_assert_eq!(TraceContext::parse(&header), Some(is));
            prop_assert_eq!(is.header(), header);
        }

        #[test]
        fn no_header_makes_the_reader_panic(header: String) {
            let _ = TraceContext::parse(&header);
            let _ = RequestId::new(&header);
        }
    }
}
