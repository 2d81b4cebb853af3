//! `trawl findings`: what is kept, filtered.

use trawl_model::{OfType, State};

use super::Ended;
use crate::cli::{Findings, Global, StateFilter};
use crate::error::{Error, exit};
use crate::output::{Common, List, Target};
use crate::results::{Ask, Listener, Live, Origin, TypePattern};
use crate::start;

pub(super) fn run(global: &Global, findings: &Findings) -> Ended {
    let config = start::configure(global.layers())?;
    let runtime = start::runtime()?;
    let (_db, results) = start::results(&config.settings)?;
    let rules = start::rules(&config.settings)?;
    runtime.block_on(async {
        let mut origins = results.sources().await?;
        if let Some(wanted) = &findings.source {
            origins.retain(|origin| {
                origin.id.to_string() == *wanted
                    || origin.location().trim_end_matches('/') == wanted.trim_end_matches('/')
            });
            if origins.is_empty() {
                return Err(Error::Missing(format!(
                    "{wanted}: no such source; `trawl scans` names those that there are"
                )));
            }
        }
        let common = Common { tenant: results.tenant().clone(), origins: origins.clone(), rules };
        let target = Target::of(findings.out.out.as_deref(), findings.out.format.is_styled())?;
        let mut list = List::begin(findings.out.format, target, common)?;
        let ask = ask(findings);
        let mut left = findings.limit;
        for origin in &origins {
            if left == Some(0) {
                break;
            }
            let mut listing = Listing { list: &mut list, origin, left: &mut left };
            results.findings(origin, &ask, &mut listing).await?;
        }
        list.end(&[])?;
        Ok(exit::DONE)
    })
}

/// Lists findings, but no more than were asked for.
struct Listing<'a> {
    list: &'a mut List,
    origin: &'a Origin,
    left: &'a mut Option<u64>,
}

impl Listener for Listing<'_> {
    fn counted(&mut self, by_type: &[OfType]) -> bool {
        self.left.is_none() && self.list.count(by_type)
    }

    fn finding(&mut self, live: Live) -> Result<bool, Error> {
        self.list.add(self.origin, &live)?;
        if let Some(left) = self.left {
            *left -= 1;
        }
        Ok(*self.left != Some(0))
    }
}

fn ask(findings: &Findings) -> Ask {
    Ask {
        types: findings.types.iter().map(|name| TypePattern::read(name)).collect(),
        prefix: findings.path_prefix.clone().unwrap_or_default().into_bytes(),
        min_confidence: findings.min_confidence.unwrap_or(0),
        state: match findings.state {
            StateFilter::Open => Some(State::Open),
            StateFilter::Closed => Some(State::Closed),
            StateFilter::All => None,
        },
        verdict: findings.verdict.map(|word| word.verdict()),
        sensitivity: findings.sensitivity.map(|word| word.level()),
    }
}
