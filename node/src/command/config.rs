//! `trawl config`: the settings as they hold, and whether a file of them is right.

use std::io::Write;
use std::path::Path;

use hyper::Method;
use trawl_cluster_config::{Effective, Origin};

use super::Ended;
use crate::cli::{Config, Global};
use crate::error::{Error, exit};
use crate::reload::Reloaded;
use crate::remote::Remote;
use crate::running::Running;
use crate::start;
use crate::terminal::{self, DIM, HEADING};

pub(super) fn run(global: &Global, config: &Config) -> Ended {
    match config {
        Config::Print => print(global),
        Config::Check { file } => check(file),
        Config::Reload => reload(global),
    }
}

/// A file that could be read again as it is: what a comment says is where each came from.
fn print(global: &Global) -> Ended {
    let effective = global.layers().load()?.effective();
    let lines: Vec<String> = effective.iter().map(line).collect();
    let column = lines.iter().map(|line| terminal::width(line)).max().unwrap_or(0).min(48);
    let mut out = anstream::stdout().lock();
    let mut section = "";
    for (setting, line) in effective.iter().zip(&lines) {
        let (of, _) = setting.key.split_once('.').unwrap_or((&setting.key, ""));
        if of != section {
            let gap = if section.is_empty() { "" } else { "\n" };
            writeln!(out, "{gap}{HEADING}[{of}]{HEADING:#}")?;
            section = of;
        }
        let line = terminal::padded(line, column);
        let style = if setting.origin == Origin::Default { DIM } else { HEADING };
        writeln!(out, "{line}  {style}# {}{style:#}", terminal::safe(&setting.origin.to_string()))?;
    }
    Ok(exit::DONE)
}

/// By the node that runs: nobody else holds settings.
fn reload(global: &Global) -> Ended {
    let dir = start::configure(global.layers())?.settings.node.data_dir;
    let reloaded: Reloaded = start::runtime()?.block_on(async {
        let running = Running::read(&dir).ok_or_else(|| {
            Error::Missing(format!("{}: no node runs here; the next one reads them", dir.display()))
        })?;
        let remote = Remote::to(running).await?;
        remote.change(Method::POST, "/api/v1/config/reload", None::<&()>).await
    })?;
    let mut out = std::io::stdout().lock();
    for key in &reloaded.applied {
        writeln!(out, "{key}: in effect")?;
    }
    for key in &reloaded.waiting {
        writeln!(out, "{key}: takes effect at the next start")?;
    }
    if reloaded.applied.is_empty() && reloaded.waiting.is_empty() {
        writeln!(out, "nothing has changed")?;
    }
    Ok(exit::DONE)
}

fn line(setting: &Effective) -> String {
    let (_, name) = setting.key.split_once('.').unwrap_or(("", &setting.key));
    match &setting.value {
        Some(value) => format!("{name} = {}", terminal::safe(value)),
        None => format!("# {name} is not set"),
    }
}

fn check(file: &Path) -> Ended {
    trawl_cluster_config::check(file)?;
    writeln!(std::io::stdout().lock(), "{}: no problems", file.display())?;
    Ok(exit::DONE)
}
