//! `trawl explain`: why a finding is one, told from what is kept of it and from its rule.

use std::io::Write;

use super::Ended;
use crate::access::Access;
use crate::cli::{Explain, Global};
use crate::error::exit;
use crate::start;
use crate::terminal::{self, DIM, HEADING};

pub(super) fn run(global: &Global, explain: &Explain) -> Ended {
    let config = start::configure(global.layers())?;
    let runtime = start::runtime()?;
    let explanation = runtime.block_on(async {
        let access = Access::to_results(config.settings).await?;
        access.explain(explain.finding).await
    })?;
    let mut out = anstream::stdout().lock();
    for fact in &explanation.facts {
        let name = terminal::padded(&fact.name, 11);
        writeln!(out, "{HEADING}{name}{HEADING:#} {}", terminal::safe(&fact.text))?;
    }
    writeln!(out, "\n{HEADING}why{HEADING:#}")?;
    if !explanation.rule_is_known {
        let finding = &explanation.finding;
        let (rule, version) = (terminal::safe(&finding.rule), finding.rule_version);
        writeln!(
            out,
            "  {DIM}{rule} v{version} is not a rule of this program now; the steps:{DIM:#}"
        )?;
    }
    for sentence in &explanation.why {
        writeln!(out, "  {}", terminal::safe(sentence))?;
    }
    Ok(exit::DONE)
}
