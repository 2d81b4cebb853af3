//! The console: the page at `/`, and what belongs to it. All of it lies in the binary; anyone may
//! have it, for it holds nothing, and asks for a key like any other client of the API.

use axum::Router;
use axum::extract::Path;
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;

use super::Shared;
use super::problem::{Code, Refusal};

/// All files, by their path under `/`.
static FILES: &[(&str, &[u8])] = include!(concat!(env!("OUT_DIR"), "/console.rs"));

const PAGE: &str = "index.html";

/// What the page may do: run and show what came with it, and ask the node that it came from. Nothing
/// inline, nothing from elsewhere, and no text that becomes code.
const POLICY: HeaderValue = HeaderValue::from_static(
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; \
     base-uri 'none'; form-action 'none'; frame-ancestors 'none'; \
     require-trusted-types-for 'script'; trusted-types 'none'",
);

/// The page is asked for anew each time: that of a new version names other files.
const ANEW: HeaderValue = HeaderValue::from_static("no-cache");

/// The name of each other file holds a hash of what is in it, so that it never changes.
const FOR_EVER: HeaderValue = HeaderValue::from_static("public, max-age=31536000, immutable");

/// The routes of the console.
pub(crate) fn routes() -> Router<Shared> {
    Router::new().route("/", get(page)).route("/assets/{file}", get(asset))
}

async fn page(headers: HeaderMap) -> Result<Response, Refusal> {
    let body = body(PAGE).ok_or(Code::NoSuchRoute)?;
    let tag = tag(body)?;
    let opener = HeaderName::from_static("cross-origin-opener-policy");
    let guards = [
        (header::CACHE_CONTROL, ANEW),
        (header::ETAG, tag.clone()),
        (header::CONTENT_SECURITY_POLICY, POLICY),
        (opener, HeaderValue::from_static("same-origin")),
    ];
    if headers.get(header::IF_NONE_MATCH) == Some(&tag) {
        return Ok((StatusCode::NOT_MODIFIED, guards).into_response());
    }
    Ok((guards, [(header::CONTENT_TYPE, kind(PAGE))], body).into_response())
}

async fn asset(Path(file): Path<String>) -> Result<Response, Refusal> {
    let name = format!("assets/{file}");
    let body = body(&name).ok_or(Code::NoSuchRoute)?;
    let headers = [(header::CACHE_CONTROL, FOR_EVER), (header::CONTENT_TYPE, kind(&name))];
    Ok((headers, body).into_response())
}

fn body(name: &str) -> Option<&'static [u8]> {
    FILES.iter().find(|(known, _)| *known == name).map(|(_, body)| *body)
}

/// A weak tag: the same page is sent in several encodings.
fn tag(body: &[u8]) -> Result<HeaderValue, Refusal> {
    let hash = blake3::hash(body).to_hex();
    HeaderValue::from_str(&format!("W/\"{hash}\"")).map_err(|_| Code::Fault.into())
}

fn kind(name: &str) -> HeaderValue {
    HeaderValue::from_static(match name.rsplit_once('.').map(|(_, end)| end) {
        Some("html") => "text/html; charset=utf-8",
        Some("js") => "text/javascript; charset=utf-8",
        Some("css") => "text/css; charset=utf-8",
        Some("svg") => "image/svg+xml",
        _ => "application/octet-stream",
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// All of it, before it is compressed.
    const MAX_BYTES: usize = 128 << 10;

    #[test]
    fn the_page_names_all_files_and_nothing_stands_in_it_that_its_policy_forbids() {
        let page = std::str::from_utf8(body(PAGE).unwrap()).unwrap();
        for (name, _) in FILES {
            assert!(
                *name == PAGE || page.contains(&format!("\"./{name}\"")),
                "{name} is of no use"
            );
            assert_ne!(kind(name), "application/octet-stream", "{name}");
        }
        for forbidden in ["<style", " style=", " onload=", "javascript:", "http:", "https:"] {
            assert!(!page.contains(forbidden), "{forbidden}");
        }
        assert_eq!(page.matches("<script").count(), page.matches(" src=").count());
    }

    #[test]
    fn all_of_it_is_small() {
        let bytes: usize = FILES.iter().map(|(_, body)| body.len()).sum();
        assert!(bytes < MAX_BYTES, "{bytes} bytes");
    }
}
