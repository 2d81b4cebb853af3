//! People who search: whatever changes meanwhile, an answer is a whole one.

use std::collections::HashSet;

use serde_json::Value;

use super::client::{Client, Fallen};
use crate::random::Random;

/// What is searched for.
const QUERIES: [&str; 8] = [
    "*",
    "kind:finding",
    "type:email",
    "verdict:*",
    "verdict:none%20kind:finding",
    "path:letters",
    "kind:object",
    "confidence:%3E0.8",
];
/// Matches of a page.
const PAGE: usize = 100;
/// So many pages are turned.
const PAGES: usize = 4;

/// One who searches.
#[derive(Debug)]
pub struct Searcher {
    random: Random,
}

/// A match, by what it is.
pub fn id(of: &Value) -> String {
    let word = |name: &str| of[name].as_str().unwrap_or_default();
    // An object is known by its id within its source.
    match of["kind"].as_str() {
        Some("finding") => word("id").to_owned(),
        _ => format!("{} {}", word("source"), word("id")),
    }
}

impl Searcher {
    /// One of several.
    pub fn new(number: u64, seed: u64) -> Self {
        Self { random: Random::new(seed, 0x7365_6172 + number) }
    }

    /// Searches for one thing, and turns some pages.
    pub fn turn(&mut self, client: &mut Client<'_>) -> Result<(), Fallen> {
        let query = *self.random.choose(&QUERIES);
        // By path nothing moves while it is looked at.
        let path = format!("/api/v1/search?q={query}&facet=verdict&sort=path&limit={PAGE}");
        let (mut met, mut cursor) = (HashSet::new(), String::new());
        for _ in 0..PAGES {
            let page = client.get(&format!("{path}{cursor}"))?;
            let unsearched = page["unsearched"].as_array().is_some_and(Vec::is_empty);
            if !unsearched {
                client.square().fault(format!("{query}: not all was searched: {page}"));
            }
            for of in page["matches"].as_array().into_iter().flatten() {
                if !met.insert(id(of)) {
                    client.square().fault(format!("{query}: found twice: {of}"));
                }
            }
            match page["next"].as_str() {
                Some(next) => cursor = format!("&cursor={next}"),
                None => break,
            }
        }
        Ok(())
    }
}
