//! What a request has to say, taken from it: path, query, body. What can't be is a problem.

use axum::extract::{FromRequest, FromRequestParts, Path, Request};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderName, header};
use http_body_util::{BodyExt, LengthLimitError, Limited};
use serde::de::DeserializeOwned;

use super::Shared;
use super::problem::{Code, Refusal};
use crate::answers::{Expected, Tags};

/// The parameters of a query. One that is not known is refused: it is a slip that would else go
/// unnoticed.
pub(crate) struct Query<T>(pub(crate) T);

impl<T: DeserializeOwned> FromRequestParts<Shared> for Query<T> {
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, _: &Shared) -> Result<Self, Refusal> {
        let query = parts.uri.query().unwrap_or_default();
        let read = serde_html_form::Deserializer::from_bytes(query.as_bytes());
        let read = serde_path_to_error::deserialize(read);
        read.map(Self).map_err(|error| {
            let (name, why) = (error.path().to_string(), error.inner().to_string());
            Refusal::new(Code::BadQuery, wrong(query, &name, &why))
        })
    }
}

/// What is wrong with a query, and with which of its parameters where it has one of this name.
fn wrong(query: &str, name: &str, why: &str) -> String {
    let given: Vec<(String, String)> = serde_html_form::from_str(query).unwrap_or_default();
    match given.iter().filter(|(given, _)| given == name).count() {
        0 => why.to_owned(),
        1 => format!("{name}: {why}"),
        _ => format!("{name}: is given more than once"),
    }
}

/// A route without parameters.
#[derive(serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Nothing {}

/// An id in the path. What is none leads to nothing.
pub(crate) struct Id<T>(pub(crate) T);

impl<T> FromRequestParts<Shared> for Id<T>
where
    T: std::str::FromStr<Err: std::fmt::Display>,
{
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, state: &Shared) -> Result<Self, Refusal> {
        let path = Path::<String>::from_request_parts(parts, state).await;
        let Path(text) = path.map_err(|error| Refusal::new(Code::NotFound, error.body_text()))?;
        Ok(Self(read(&text)?))
    }
}

fn read<T: std::str::FromStr<Err: std::fmt::Display>>(text: &str) -> Result<T, Refusal> {
    text.parse().map_err(|error: T::Err| {
        Refusal::new(Code::NotFound, format!("{text:?} is no id: {error}"))
    })
}

/// An id in the path, and the id of what is of that.
pub(crate) struct Of<T, U>(pub(crate) T, pub(crate) U);

impl<T, U> FromRequestParts<Shared> for Of<T, U>
where
    T: std::str::FromStr<Err: std::fmt::Display>,
    U: std::str::FromStr<Err: std::fmt::Display>,
{
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, state: &Shared) -> Result<Self, Refusal> {
        let path = Path::<(String, String)>::from_request_parts(parts, state).await;
        let Path((of, one)) =
            path.map_err(|error| Refusal::new(Code::NotFound, error.body_text()))?;
        Ok(Self(read(&of)?, read(&one)?))
    }
}

/// A body of JSON.
pub(crate) struct Json<T>(pub(crate) T);

impl<T: DeserializeOwned> FromRequest<Shared> for Json<T> {
    type Rejection = Refusal;

    async fn from_request(request: Request, state: &Shared) -> Result<Self, Refusal> {
        json(request, state.settings().api.request_bytes.as_len()).await.map(Self)
    }
}

/// What a body of JSON says that has no more than so many bytes.
pub(crate) async fn json<T: DeserializeOwned>(request: Request, most: usize) -> Result<T, Refusal> {
    if !is_json(request.headers()) {
        return Err(Code::NotJson.into());
    }
    let bytes = body(request, most).await?;
    serde_json::from_slice(&bytes).map_err(|error| {
        let code = if error.is_data() { Code::BadBody } else { Code::BadJson };
        Refusal::new(code, error.to_string())
    })
}

/// The bytes of a body, if there are no more than so many.
pub(crate) async fn body(request: Request, most: usize) -> Result<Vec<u8>, Refusal> {
    let too_large = || Refusal::new(Code::TooLarge, format!("a body may have {most} bytes"));
    let length = request.headers().get(header::CONTENT_LENGTH);
    let length = length.and_then(|length| length.to_str().ok()?.parse::<usize>().ok());
    // Who says so beforehand is refused before he sends it.
    if length.is_some_and(|length| length > most) {
        return Err(too_large());
    }
    match Limited::new(request.into_body(), most).collect().await {
        Ok(body) => Ok(body.to_bytes().to_vec()),
        Err(error) if error.is::<LengthLimitError>() => Err(too_large()),
        Err(error) => {
            let why = error.source().map_or_else(|| error.to_string(), ToString::to_string);
            Err(Refusal::new(Code::BadRequest, format!("the body broke off: {why}")))
        }
    }
}

/// What `If-Match` and `If-None-Match` say.
pub(crate) fn expected(headers: &HeaderMap) -> Result<Expected, Refusal> {
    let (is, is_not) = (header::IF_MATCH, header::IF_NONE_MATCH);
    Ok(Expected { is: tags(headers, &is)?, is_not: tags(headers, &is_not)? })
}

fn tags(headers: &HeaderMap, name: &HeaderName) -> Result<Option<Tags>, Refusal> {
    // What is not wanted again is compared weakly.
    let weak = if *name == header::IF_NONE_MATCH { "W/" } else { "" };
    let mut tags = Vec::new();
    for sent in headers.get_all(name) {
        let sent = sent.to_str().map_err(|_| {
            let detail = format!("{name}: is not text; send an ETag as it was given");
            Refusal::new(Code::BadRequest, detail)
        })?;
        let read = |tag: &str| tag.strip_prefix(weak).unwrap_or(tag).to_owned();
        tags.extend(sent.split(',').map(|tag| read(tag.trim())));
    }
    if tags.iter().any(|tag| tag == "*") {
        return Ok(Some(Tags::Any));
    }
    Ok(Some(Tags::Of(tags)).filter(|_| headers.contains_key(name)))
}

fn is_json(headers: &HeaderMap) -> bool {
    let Some(kind) = headers.get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok()) else {
        return false;
    };
    let kind = kind.split(';').next().unwrap_or_default().trim();
    kind.eq_ignore_ascii_case("application/json")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(tags: &[&str]) -> Option<Tags> {
        Some(Tags::Of(tags.iter().map(|tag| (*tag).to_owned()).collect()))
    }

    #[test]
    fn conditions_are_read_from_all_their_headers() {
        let read = |sent: &[(&HeaderName, &'static str)]| {
            let mut headers = HeaderMap::new();
            for (name, value) in sent {
                headers.append(*name, header::HeaderValue::from_static(value));
            }
            expected(&headers).unwrap()
        };
        let (is, not) = (&header::IF_MATCH, &header::IF_NONE_MATCH);
        assert_eq!(read(&[]), Expected::WHATEVER);
        assert_eq!(read(&[(is, "*")]), Expected { is: Some(Tags::Any), is_not: None });
        assert_eq!(read(&[(not, "*")]), Expected { is: None, is_not: Some(Tags::Any) });
        let both = read(&[(is, "\"a\", W/\"b\""), (is, "\"c\""), (not, "W/\"d\"")]);
        assert_eq!(both.is, of(&["\"a\"", "W/\"b\"", "\"c\""]));
        assert_eq!(both.is_not, of(&["\"d\""]));
        assert_eq!(read(&[(is, "")]).is, of(&[""]), "what is no tag is met by nothing");
    }
}
