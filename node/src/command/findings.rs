//! `trawl findings`: what is kept, filtered.

use trawl_model::State;

use super::Ended;
use crate::cli::{Findings, Global, StateFilter};
use crate::error::{Error, exit};
use crate::output::{Common, List, Target};
use crate::results::{Ask, TypePattern};
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
        let target = Target::of(findings.out.out.as_deref())?;
        let mut list = List::begin(findings.out.format, target, common)?;
        let ask = ask(findings);
        let mut left = findings.limit.unwrap_or(u64::MAX);
        for origin in &origins {
            if left == 0 {
                break;
            }
            let mut each = |live| {
                list.add(origin, &live)?;
                left -= 1;
                Ok(left > 0)
            };
            results.findings(origin, &ask, &mut each).await?;
        }
        list.end(&[])?;
        Ok(exit::DONE)
    })
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
