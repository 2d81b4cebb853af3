//! The page at `/`, as a node sends it.

use crate::support::Place;
use crate::support::node::Node;

#[test]
fn the_page_comes_with_a_strict_policy_and_is_asked_for_anew() {
    let place = Place::new();
    let node = Node::up(&place, &[]);
    let page = node.ask("GET", "/").key(None).send();
    assert_eq!(page.status, 200, "{}", page.text());
    assert_eq!(page.header("content-type"), Some("text/html; charset=utf-8"));
    assert_eq!(page.header("cache-control"), Some("no-cache"));
    assert_eq!(page.header("x-content-type-options"), Some("nosniff"));
    let policy = page.header("content-security-policy").unwrap();
    assert!(policy.starts_with("default-src 'none'; script-src 'self'"), "{policy}");
    assert!(!policy.contains("unsafe") && !policy.contains('*'), "{policy}");
    let tag = page.header("etag").unwrap();
    let again = node.ask("GET", "/").key(None).header("If-None-Match", tag).send();
    assert_eq!((again.status, again.body.len()), (304, 0));
    assert_eq!(again.header("content-security-policy"), Some(policy));
}

#[test]
fn what_belongs_to_the_page_is_kept_for_ever_and_comes_compressed() {
    let place = Place::new();
    let node = Node::up(&place, &[]);
    let page = node.ask("GET", "/").key(None).send().text();
    let named: Vec<&str> = page.split('"').filter(|word| word.starts_with("./assets/")).collect();
    assert!(named.len() >= 3, "{page}");
    for name in named {
        let path = &name[1..];
        let file = node.ask("GET", path).key(None).header("Accept-Encoding", "gzip").send();
        assert_eq!(file.status, 200, "{path}");
        assert_eq!(file.header("cache-control"), Some("public, max-age=31536000, immutable"));
        let is_text = path.ends_with(".js") || path.ends_with(".css");
        assert!(!is_text || file.header("content-encoding") == Some("gzip"), "{file:?}");
    }
    assert_eq!(node.ask("GET", "/assets/none.js").key(None).send().code(), "no-such-route");
    assert_eq!(node.ask("POST", "/").send().code(), "wrong-method");
    assert_eq!(node.ask("GET", "/").host(Some("rebound.example")).send().code(), "wrong-host");
}

#[test]
fn a_query_that_is_wrong_is_answered_with_the_place() {
    let place = Place::new();
    let node = Node::up(&place, &[]);
    let answer = node.ask("GET", "/api/v1/search?q=M%C3%BCller%20tpye:email").send();
    assert_eq!(answer.status, 400);
    assert_eq!(answer.code(), "query-unknown-name");
    let span = &answer.json()["span"];
    assert_eq!((&span["start"], &span["end"]), (&8.into(), &12.into()), "in bytes");
    let answer = node.ask("GET", "/api/v1/search?q=a&sort=nothing").send();
    assert_eq!(answer.code(), "query-unknown-name");
    assert!(answer.json().get("span").is_none(), "the order is beside the query");
}
