//! `trawl findings`: what is kept, filtered.

use trawl_model::OfType;

use super::Ended;
use crate::access::Access;
use crate::answers::{FindingsQuery, Taker, page_of};
use crate::cli::{Findings, Global};
use crate::error::{Error, exit};
use crate::output::{List, Target};
use crate::records::Finding;
use crate::start;

pub(super) fn run(global: &Global, findings: &Findings) -> Ended {
    let config = start::configure(global.layers())?;
    let runtime = start::runtime()?;
    runtime.block_on(async {
        let (settings, format) = (config.settings.clone(), findings.out.format);
        let access = Access::to_results(config.settings).await?;
        let sources = access.all_sources().await?;
        let target = Target::of(findings.out.out.as_deref(), findings.out.format.is_styled())?;
        let mut list = List::begin(format, target, sources, || start::rules(&settings))?;
        let mut listing = Listing { list: &mut list, left: findings.limit };
        access.each_finding(asked(findings), &mut listing).await?;
        list.end(&[])?;
        Ok(exit::DONE)
    })
}

/// Lists findings, but no more than were asked for.
struct Listing<'a> {
    list: &'a mut List,
    left: Option<usize>,
}

impl Taker for Listing<'_> {
    fn counted(&mut self, by_type: &[OfType]) -> bool {
        self.left.is_none() && self.list.count(by_type)
    }

    fn take(&mut self, finding: Finding) -> Result<bool, Error> {
        self.list.add(&finding)?;
        if let Some(left) = &mut self.left {
            *left -= 1;
        }
        Ok(self.left != Some(0))
    }
}

fn asked(findings: &Findings) -> FindingsQuery {
    FindingsQuery {
        types: findings.types.clone(),
        source: findings.source.clone(),
        path_prefix: findings.path_prefix.clone(),
        min_confidence: findings.min_confidence,
        state: Some(findings.state),
        verdict: findings.verdict,
        sensitivity: findings.sensitivity,
        scan: findings.scan.clone(),
        limit: findings.limit.map(page_of),
        cursor: None,
    }
}
