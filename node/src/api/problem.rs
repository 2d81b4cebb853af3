//! Errors as RFC 9457 has them: each with a code that never changes its meaning, what is wrong, and
//! the way out.

use std::borrow::Cow;
use std::ops::Range;

use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::{Deserialize, Serialize};
use trawl_search::IndexError;
use trawl_search::query::Fault;
use trawl_storage::StoreError;
use utoipa::ToSchema;

use super::call;
use crate::error::Error;

/// What an answer that is none is sent as.
const MEDIA_TYPE: HeaderValue = HeaderValue::from_static("application/problem+json");

/// Why a request was not carried out.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub(crate) struct Problem {
    /// The code as a URI.
    #[serde(rename = "type")]
    pub(crate) kind: String,
    /// The code in words.
    pub(crate) title: String,
    /// The status of the answer.
    pub(crate) status: u16,
    /// What is wrong with this request.
    pub(crate) detail: String,
    /// What programs go by. It never changes its meaning.
    pub(crate) code: String,
    /// What to do about it.
    pub(crate) way_out: String,
    /// The id of the request, by which its lines in the log are found.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub(crate) request_id: Option<String>,
    /// Where in the query it is, of a query that can't be read.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub(crate) span: Option<Span>,
}

/// A stretch of a query, in bytes of UTF-8. It may be empty, where something is missing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub(crate) struct Span {
    /// The first byte.
    pub(crate) start: u64,
    /// One past the last byte.
    pub(crate) end: u64,
}

macro_rules! codes {
    ($($(#[$doc:meta])+ $name:ident = $status:ident, $code:literal, $title:literal, $way_out:literal;)+) => {
        /// What can be wrong with a request.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub(crate) enum Code { $($(#[$doc])+ $name,)+ }

        impl Code {
            /// All there are.
            pub(crate) const ALL: &'static [Self] = &[$(Self::$name,)+];

            /// The status that it is answered with.
            pub(crate) const fn status(self) -> StatusCode {
                match self { $(Self::$name => StatusCode::$status,)+ }
            }

            /// As it is written.
            pub(crate) const fn name(self) -> &'static str {
                match self { $(Self::$name => $code,)+ }
            }

            /// In words.
            pub(crate) const fn title(self) -> &'static str {
                match self { $(Self::$name => $title,)+ }
            }

            /// What to do about it.
            pub(crate) const fn way_out(self) -> &'static str {
                match self { $(Self::$name => $way_out,)+ }
            }
        }
    };
}

codes! {
    /// The request asks for what can't be.
    BadRequest = BAD_REQUEST, "bad-request", "The request asks for what can't be",
        "change what the detail names; the document of the API says what is allowed";
    /// The body is no JSON.
    BadJson = BAD_REQUEST, "bad-json", "The body is no JSON",
        "send one JSON document in UTF-8";
    /// A parameter of the query is unknown or wrong.
    BadQuery = BAD_REQUEST, "bad-query", "A parameter of the query is unknown or wrong",
        "the document of the API names the parameters of each route and what they may be";
    /// The query is longer, deeper or of more clauses than is allowed.
    QueryTooMuch = BAD_REQUEST, "query-too-much", "The query asks for too much",
        "ask for less at a time";
    /// The query can't be read.
    QuerySyntax = BAD_REQUEST, "query-syntax", "The query can't be read",
        "mend it where the span points; docs/search.md has the language";
    /// The query names a field, an order or a facet that there is not.
    QueryUnknownName = BAD_REQUEST, "query-unknown-name", "The query names what there is not",
        "mend it where the span points; docs/search.md lists all fields";
    /// The query has a value that its field can't have.
    QueryBadValue = BAD_REQUEST, "query-bad-value", "The query has a value that can't be",
        "mend it where the span points; docs/search.md says what each field takes";
    /// Nothing can lie in a range of the query.
    QueryEmptyRange = BAD_REQUEST, "query-empty-range", "The query has a range of nothing",
        "name the smaller end first";
    /// The query has neither letter nor digit to search.
    QueryNothing = BAD_REQUEST, "query-nothing-to-search", "The query has nothing to search",
        "write a word, a field, or * for all there is";
    /// No key was sent.
    NoKey = UNAUTHORIZED, "no-key", "No key was sent",
        "send `Authorization: Bearer KEY`; `trawl key new` makes a key";
    /// The key is unknown, wrong or revoked.
    KeyRefused = UNAUTHORIZED, "key-refused", "The key is not good",
        "it is unknown or revoked: have another made by `trawl key new`";
    /// The key is good, and may not do this.
    MayNot = FORBIDDEN, "may-not", "The key may not do this",
        "use a key with the right that the detail names";
    /// The request is for another host.
    WrongHost = FORBIDDEN, "wrong-host", "The request is for another host",
        "call the node by the address that it listens on, or name the host in the setting api.hosts";
    /// A page of another site sent it.
    WrongOrigin = FORBIDDEN, "wrong-origin", "A page of another site sent the request",
        "call the node from its own pages, or from a program that sends no Origin";
    /// The tenant that was named is not the key's.
    OtherTenant = FORBIDDEN, "other-tenant", "The key is of another tenant",
        "leave the header Trawl-Tenant out, or use a key of that tenant";
    /// There is no such thing.
    NotFound = NOT_FOUND, "not-found", "There is no such thing",
        "list what there is, and take an id from there";
    /// There is no such route.
    NoSuchRoute = NOT_FOUND, "no-such-route", "There is no such route",
        "/api/v1/openapi.json names all routes";
    /// The route is there, and not for this method.
    WrongMethod = METHOD_NOT_ALLOWED, "wrong-method", "The route is not for this method",
        "the header Allow names the methods of the route";
    /// It took too long.
    TooSlow = REQUEST_TIMEOUT, "too-slow", "The request took too long",
        "ask for less at a time, or raise the setting api.request_within (api.long_request_within \
         for routes that look at all that is kept)";
    /// The same idempotency key is at work.
    AtWork = CONFLICT, "at-work", "A request with this idempotency key is at work",
        "wait until it is answered, then ask again";
    /// Another backup is being written.
    BackupAtWork = CONFLICT, "backup-at-work", "Another backup is being written",
        "wait until it has ended, then ask again";
    /// The answer was shown and is kept nowhere.
    ShownOnce = CONFLICT, "shown-once", "The answer was shown once and is kept nowhere",
        "use what the first answer gave, or ask with another idempotency key";
    /// What it is now doesn't allow it.
    Conflict = CONFLICT, "conflict", "What it is now doesn't allow that",
        "read how it stands, and do what the detail says";
    /// It has changed since it was read.
    Changed = PRECONDITION_FAILED, "changed", "It has changed since it was read",
        "read it again, and ask with the new ETag";
    /// The body is too large.
    TooLarge = PAYLOAD_TOO_LARGE, "too-large", "The body is too large",
        "send less at a time, or raise the setting api.request_bytes";
    /// The body is not said to be JSON.
    NotJson = UNSUPPORTED_MEDIA_TYPE, "not-json", "The body is not said to be JSON",
        "send `Content-Type: application/json`";
    /// The body is JSON, and not what the route takes.
    BadBody = UNPROCESSABLE_ENTITY, "bad-body", "The body is not what the route takes",
        "the document of the API says what the body has";
    /// The idempotency key was used for another request.
    OtherRequest = UNPROCESSABLE_ENTITY, "other-request",
        "The idempotency key was used for another request",
        "use a new key for each request, and the same one only to repeat it";
    /// What is to be scanned can't be.
    BadTarget = UNPROCESSABLE_ENTITY, "bad-target", "The target can't be scanned",
        "mend what the detail names, then order the scan again";
    /// A pack of rules can't be taken.
    BadRules = UNPROCESSABLE_ENTITY, "bad-rules", "The rules can't be taken",
        "mend what the detail names, then put the pack again";
    /// The settings can't be read again.
    BadSettings = UNPROCESSABLE_ENTITY, "bad-settings", "The settings can't be taken",
        "mend what the detail names, and have them read again";
    /// Too many requests are at work.
    TooMany = TOO_MANY_REQUESTS, "too-many-requests", "Too many requests are at work",
        "ask again after the seconds in Retry-After";
    /// A fault of ours.
    Fault = INTERNAL_SERVER_ERROR, "fault", "A fault in trawl itself",
        "report it with the request's id; the log of the node has its place";
    /// The store failed.
    StoreFailed = INTERNAL_SERVER_ERROR, "store-failed", "The store failed",
        "ask again; the log of the node says what is wrong with its disk";
    /// The node is stopping.
    Stopping = SERVICE_UNAVAILABLE, "stopping", "The node is stopping",
        "ask again when it is up";
    /// The node that leads does not answer.
    NobodyLeads = SERVICE_UNAVAILABLE, "nobody-leads", "The node that leads does not answer",
        "ask again: where it has ended, another takes over within seconds";
    /// It is not known whether the node that leads has carried the request out.
    NotKnown = BAD_GATEWAY, "not-known", "It is not known what became of the request",
        "look whether it was carried out, or ask again with the same idempotency key";
    /// The disk is full.
    DiskFull = INSUFFICIENT_STORAGE, "disk-full", "The disk is full",
        "make room where the data directory lies; writing goes on by itself then, and what was \
         acknowledged is kept";
}

impl Code {
    /// The code of a mistake in a query: the name that the language itself has for it.
    fn of(fault: Fault) -> Self {
        match fault {
            Fault::TooMuch => Self::QueryTooMuch,
            Fault::Syntax => Self::QuerySyntax,
            Fault::UnknownName => Self::QueryUnknownName,
            Fault::BadValue => Self::QueryBadValue,
            Fault::EmptyRange => Self::QueryEmptyRange,
            Fault::NothingToSearch => Self::QueryNothing,
        }
    }
}

impl Span {
    fn of(span: &Range<usize>) -> Self {
        Self { start: span.start as u64, end: span.end as u64 }
    }
}

/// Why a request is not carried out, before it is written as a [`Problem`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Refusal {
    code: Code,
    detail: Cow<'static, str>,
    span: Option<Span>,
}

impl Refusal {
    /// A refusal of this request.
    pub(crate) fn new(code: Code, detail: impl Into<Cow<'static, str>>) -> Self {
        Self { code, detail: detail.into(), span: None }
    }

    /// As it is written.
    pub(crate) fn problem(self) -> Problem {
        let code = self.code;
        Problem {
            kind: format!("urn:trawl:problem:{}", code.name()),
            title: code.title().to_owned(),
            status: code.status().as_u16(),
            detail: self.detail.into_owned(),
            code: code.name().to_owned(),
            way_out: code.way_out().to_owned(),
            request_id: call::current().map(|call| call.request.to_string()),
            span: self.span,
        }
    }
}

impl From<Code> for Refusal {
    fn from(code: Code) -> Self {
        Self::new(code, code.title())
    }
}

impl From<Error> for Refusal {
    fn from(error: Error) -> Self {
        let code = match &error {
            Error::Usage(_)
            | Error::Index(IndexError::Cursor(_) | IndexError::Limit { .. })
            | Error::Node(trawl_actors::Error::Index(
                IndexError::Cursor(_) | IndexError::Limit { .. },
            )) => Code::BadRequest,
            Error::Query { fault, span, .. } => {
                let span = span.as_ref().map(Span::of);
                return Self { span, ..Self::new(Code::of(*fault), error.to_string()) };
            }
            Error::NotReloaded(_) => Code::BadSettings,
            Error::Rules(_) | Error::Examples(_) => Code::BadRules,
            Error::Missing(_) => Code::NotFound,
            Error::Changed(_) => Code::Changed,
            Error::Node(
                trawl_actors::Error::NoScan(_)
                | trawl_actors::Error::NoSource(_)
                | trawl_actors::Error::Unknown(_),
            ) => Code::NotFound,
            Error::Node(
                trawl_actors::Error::Ended(..)
                | trawl_actors::Error::Paused(_)
                | trawl_actors::Error::OtherSelection(_)
                | trawl_actors::Error::NotFull(_)
                | trawl_actors::Error::Deleted(_)
                | trawl_actors::Error::BeingDeleted(_)
                | trawl_actors::Error::Known(_)
                | trawl_actors::Error::NameTaken(_),
            ) => Code::Conflict,
            Error::Node(trawl_actors::Error::Profile(_) | trawl_actors::Error::Schedule(_)) => {
                Code::BadBody
            }
            Error::Targets(_) | Error::Node(trawl_actors::Error::Source(_)) => Code::BadTarget,
            Error::Node(trawl_actors::Error::Stopping) => Code::Stopping,
            Error::Store(error) | Error::Node(trawl_actors::Error::Store(error)) => {
                return Self::from(error);
            }
            error => {
                tracing::error!(%error, "a request failed");
                return Self::from(Code::Fault);
            }
        };
        Self::new(code, error.to_string())
    }
}

impl From<&StoreError> for Refusal {
    fn from(error: &StoreError) -> Self {
        tracing::error!(%error, "the store failed a request");
        match error {
            // What lies where is not for who asks.
            StoreError::Full { .. } => Self::from(Code::DiskFull),
            StoreError::Closed => Self::from(Code::Stopping),
            _ => Self::from(Code::StoreFailed),
        }
    }
}

impl From<StoreError> for Refusal {
    fn from(error: StoreError) -> Self {
        Self::from(&error)
    }
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        let status = self.code.status();
        let body = serde_json::to_vec(&self.problem()).unwrap_or_default();
        let mut response = (status, body).into_response();
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_TYPE, MEDIA_TYPE);
        if status == StatusCode::UNAUTHORIZED {
            headers.insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
        }
        if status == StatusCode::TOO_MANY_REQUESTS {
            // Requests are short: who comes back in a second mostly finds room.
            headers.insert(header::RETRY_AFTER, HeaderValue::from_static("1"));
        }
        if status == StatusCode::INSUFFICIENT_STORAGE {
            // Somebody has to make room first.
            headers.insert(header::RETRY_AFTER, HeaderValue::from_static("30"));
        }
        response
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn each_code_has_a_name_of_its_own_and_says_the_way_out() {
        let names: BTreeSet<&str> = Code::ALL.iter().map(|code| code.name()).collect();
        assert_eq!(names.len(), Code::ALL.len());
        for code in Code::ALL {
            assert!(code.status().is_client_error() || code.status().is_server_error());
            assert!(!code.way_out().is_empty() && !code.title().ends_with('.'));
        }
    }

    #[test]
    fn a_mistake_in_a_query_has_the_name_that_the_language_gives_it() {
        for fault in [
            Fault::TooMuch,
            Fault::Syntax,
            Fault::UnknownName,
            Fault::BadValue,
            Fault::EmptyRange,
            Fault::NothingToSearch,
        ] {
            let error = Error::Query { said: "no".to_owned(), fault, span: Some(2..5) };
            let problem = Refusal::from(error).problem();
            assert_eq!(problem.code, fault.code());
            assert_eq!(problem.span, Some(Span { start: 2, end: 5 }));
        }
    }

    #[test]
    fn what_lies_where_is_not_told() {
        let full = StoreError::Full { dir: "/srv/secret".into() };
        let problem = Refusal::from(Error::Store(full)).problem();
        assert_eq!(problem.code, "disk-full");
        assert!(!problem.detail.contains("/srv"), "{}", problem.detail);
    }
}
