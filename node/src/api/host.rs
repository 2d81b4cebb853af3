//! For whom a request is, and what sent it. A page in a browser can make a name of its own lead to
//! this machine and then call what listens here (DNS rebinding): its requests bear that name, or
//! come from its origin. So both are checked, on loopback too.

use std::net::SocketAddr;

use axum::extract::{Request, State};
use axum::http::{HeaderMap, Uri, header};
use axum::middleware::Next;
use axum::response::Response;

use super::Shared;
use super::problem::{Code, Refusal};
use crate::forward::Forwarded;

/// The hosts by which the node may be called, but for the names that the settings give it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Hosts {
    own: Vec<String>,
    port: u16,
    scheme: &'static str,
}

impl Hosts {
    /// Those of a node that listens there.
    pub(crate) fn of(listens: SocketAddr, tls: bool) -> Self {
        let mut own = Vec::new();
        if listens.ip().is_loopback() || listens.ip().is_unspecified() {
            own.extend(["localhost", "127.0.0.1", "[::1]"].map(str::to_owned));
        }
        if !listens.ip().is_unspecified() {
            own.push(match listens {
                SocketAddr::V4(address) => address.ip().to_string(),
                SocketAddr::V6(address) => format!("[{}]", address.ip()),
            });
        }
        let scheme = if tls { "https" } else { "http" };
        Self { own, port: listens.port(), scheme }
    }

    /// Whether a request with these headers is for this node, which was given these names too, and
    /// from a page of it or no page.
    fn check(&self, names: &[String], uri: &Uri, headers: &HeaderMap) -> Result<(), Refusal> {
        let mut sent = headers.get_all(header::HOST).iter();
        let host = sent.next().and_then(|host| host.to_str().ok());
        // A request in absolute form names its host there, and the header must agree.
        let authority = uri.authority().map(|authority| authority.as_str());
        let agrees = |host: &str| authority.is_none_or(|authority| authority == host);
        if sent.next().is_some()
            || !host.is_some_and(|host| agrees(host) && self.is_ours(names, host))
        {
            let host = host.unwrap_or("none");
            return Err(Refusal::new(Code::WrongHost, format!("the request is for {host:?}")));
        }
        let Some(origin) = headers.get(header::ORIGIN) else { return Ok(()) };
        if origin.to_str().is_ok_and(|origin| self.is_our_page(names, origin)) {
            return Ok(());
        }
        let origin = origin.to_str().unwrap_or("an origin that is no text");
        Err(Refusal::new(Code::WrongOrigin, format!("the request comes from {origin:?}")))
    }

    fn is_our_page(&self, names: &[String], origin: &str) -> bool {
        let Some((scheme, host)) = origin.split_once("://") else { return false };
        // Of a name that was given, TLS may end at a proxy: its pages are called by https, and the
        // node is not.
        let is_spoken = scheme == self.scheme || (scheme == "https" && is_given(parted(host).0));
        is_spoken && self.is_ours(names, host)
    }

    fn is_ours(&self, names: &[String], host: &str) -> bool {
        let (name, port) = parted(host);
        let usual = if self.scheme == "https" { 443 } else { 80 };
        let port = port.map_or(Some(usual), |port| port.parse::<u16>().ok());
        // Behind a proxy the port is the proxy's: a name that was given is ours by any.
        let mut all = self.own.iter().chain(names);
        let known = all.any(|known| known.eq_ignore_ascii_case(name));
        known && port.is_some_and(|port| is_given(name) || port == self.port)
    }
}

/// A host's name, and its port where one is said.
fn parted(host: &str) -> (&str, Option<&str>) {
    match host.rsplit_once(':') {
        // The colons of an address in brackets are its own.
        Some((name, port)) if !port.ends_with(']') => (name, Some(port)),
        _ => (host, None),
    }
}

/// Whether a name is not one that every machine has for itself.
fn is_given(name: &str) -> bool {
    !["localhost", "127.0.0.1", "[::1]"].iter().any(|own| own.eq_ignore_ascii_case(name))
}

/// Lets pass what is for this node and from no other site's page.
pub(crate) async fn check(
    State(api): State<Shared>,
    request: Request,
    next: Next,
) -> Result<Response, Refusal> {
    if request.extensions().get::<Forwarded>().is_some() {
        // The node that took it has looked.
        return Ok(next.run(request).await);
    }
    let settings = api.settings();
    api.hosts().check(&settings.api.hosts, request.uri(), request.headers())?;
    Ok(next.run(request).await)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The hosts of a node that listens there, and the names that it was given.
    struct Known(Hosts, Vec<String>);

    fn known(listens: &str, names: &[&str], tls: bool) -> Known {
        let names = names.iter().map(|name| (*name).to_owned()).collect();
        Known(Hosts::of(listens.parse().unwrap(), tls), names)
    }

    fn asked(known: &Known, headers: &[(header::HeaderName, &str)]) -> Option<String> {
        let mut map = HeaderMap::new();
        for (name, value) in headers {
            map.append(name, value.parse().unwrap());
        }
        let Known(hosts, names) = known;
        hosts.check(names, &Uri::from_static("/"), &map).err().map(|refusal| refusal.problem().code)
    }

    #[test]
    fn on_loopback_a_name_of_ones_own_leads_nowhere() {
        let hosts = known("127.0.0.1:7300", &[], false);
        for host in ["127.0.0.1:7300", "localhost:7300", "[::1]:7300", "LocalHost:7300"] {
            assert_eq!(asked(&hosts, &[(header::HOST, host)]), None, "{host}");
        }
        for host in
            ["evil.example", "evil.example:7300", "localhost:80", "localhost", "localhost:x", ""]
        {
            let code = asked(&hosts, &[(header::HOST, host)]);
            assert_eq!(code.as_deref(), Some("wrong-host"), "{host}");
        }
        assert_eq!(asked(&hosts, &[]).as_deref(), Some("wrong-host"));
        let twice = [(header::HOST, "localhost:7300"), (header::HOST, "evil.example")];
        assert_eq!(asked(&hosts, &twice).as_deref(), Some("wrong-host"));
    }

    #[test]
    fn a_page_of_another_site_is_refused() {
        let hosts = known("127.0.0.1:7300", &[], false);
        let from =
            |origin| asked(&hosts, &[(header::HOST, "localhost:7300"), (header::ORIGIN, origin)]);
        assert_eq!(from("http://localhost:7300"), None);
        for origin in
            ["http://evil.example", "https://localhost:7300", "http://localhost:8000", "null"]
        {
            assert_eq!(from(origin).as_deref(), Some("wrong-origin"), "{origin}");
        }
    }

    #[test]
    fn a_name_that_was_given_is_ours_by_any_port() {
        let hosts = known("0.0.0.0:7300", &["trawl.example.org"], true);
        assert_eq!(asked(&hosts, &[(header::HOST, "trawl.example.org")]), None);
        assert_eq!(asked(&hosts, &[(header::HOST, "trawl.example.org:7300")]), None);
        assert!(asked(&hosts, &[(header::HOST, "10.1.2.3:7300")]).is_some());
        let headers =
            [(header::HOST, "trawl.example.org"), (header::ORIGIN, "https://trawl.example.org")];
        assert_eq!(asked(&hosts, &headers), None);
    }

    #[test]
    fn behind_a_proxy_that_ends_tls_a_page_may_ask() {
        let hosts = known("127.0.0.1:7300", &["Trawl.example.org"], false);
        let from = |origin| {
            asked(&hosts, &[(header::HOST, "trawl.example.org"), (header::ORIGIN, origin)])
        };
        assert_eq!(from("https://trawl.example.org"), None);
        assert_eq!(from("https://trawl.example.org:8443"), None);
        for origin in ["https://evil.example", "https://LOCALHOST:7300", "ftp://trawl.example.org"]
        {
            assert_eq!(from(origin).as_deref(), Some("wrong-origin"), "{origin}");
        }
    }
}
