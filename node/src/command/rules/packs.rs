//! Packs of rules of one's own: put from a folder, listed, written into a folder, removed.

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};

use trawl_cluster_config::Settings;
use trawl_detect::pack::{MAX_FILES, is_path};

use crate::access::Access;
use crate::cli::{ListFormat, Rules};
use crate::error::Error;
use crate::output::columns::Columns;
use crate::records::{NewRulePack, RuleFile, RulePack, ShownRule};
use crate::{start, terminal};

pub(super) fn run(settings: Settings, command: &Rules) -> Result<(), Error> {
    start::runtime()?.block_on(async {
        match command {
            Rules::Put { pack, folder, check } => put(settings, pack, folder, *check).await,
            Rules::Get { pack, folder, of_version } => {
                get(settings, pack, folder, *of_version).await
            }
            Rules::Remove { pack } => {
                let left = Access::to_results(settings).await?.remove_rule_pack(pack).await?;
                let (name, packs) = (terminal::safe(pack), left.packs.len());
                writeln!(anstream::stdout(), "removed: {name}; {packs} packs are left")?;
                Ok(())
            }
            Rules::Packs { format } => {
                let packs = Access::to_results(settings).await?.rule_packs().await?;
                list(&packs.packs, *format)
            }
            _ => Ok(()),
        }
    })
}

/// All rules that apply, those of packs among them.
pub(super) fn all(settings: Settings) -> Result<Vec<ShownRule>, Error> {
    start::runtime()?.block_on(async { Access::to_results(settings).await?.rules().await })
}

async fn put(settings: Settings, name: &str, folder: &Path, check: bool) -> Result<(), Error> {
    let most = settings.api.rule_pack_bytes.get();
    let pack = tokio::task::block_in_place(|| read(folder, most))?;
    let mut out = anstream::stdout();
    if check {
        let checked = Access::to_results(settings).await?.check_rule_pack(name, pack).await?;
        writeln!(
            out,
            "{}: {} rules are right, and {} examples show what they say; {} rules would apply",
            terminal::safe(name),
            checked.rules,
            checked.examples,
            checked.all_rules
        )?;
        return Ok(());
    }
    let put = Access::to_store(settings).await?.put_rule_pack(name, pack).await?;
    let name = terminal::safe(&put.name);
    writeln!(
        out,
        "{name}: version {}, {} rules; it applies to scans that begin from now on",
        put.version, put.rules
    )?;
    Ok(())
}

/// The files of a folder, and of the folders in it.
fn read(folder: &Path, most: u64) -> Result<NewRulePack, Error> {
    let mut files = Vec::new();
    let mut left = most;
    gather(folder, "", &mut files, &mut left)?;
    files.sort_by(|a: &RuleFile, b| a.name.cmp(&b.name));
    Ok(NewRulePack { files })
}

fn gather(
    folder: &Path,
    within: &str,
    files: &mut Vec<RuleFile>,
    left: &mut u64,
) -> Result<(), Error> {
    for entry in fs::read_dir(folder).map_err(Error::reading(folder))? {
        let entry = entry.map_err(Error::reading(folder))?;
        let path = entry.path();
        let kind = entry.file_type().map_err(Error::reading(&path))?;
        let name = entry.file_name();
        // What editors and version control leave there is no part of it.
        if name.as_encoded_bytes().starts_with(b".") {
            continue;
        }
        let name = name.to_str().map(|name| format!("{within}{name}"));
        let name = name.ok_or_else(|| {
            Error::Usage(format!("{}: the name is no UTF-8; give it another", path.display()))
        })?;
        // What a link leads to is not gone into: it may lead back here.
        if kind.is_dir() {
            gather(&path, &format!("{name}/"), files, left)?;
            continue;
        }
        let size = fs::metadata(&path).map_err(Error::reading(&path))?.len();
        *left = left.checked_sub(size).ok_or_else(|| {
            Error::Usage(format!(
                "{}: with it the pack is larger than api.rule_pack_bytes allows; leave out what no \
                 rule needs, or raise that",
                path.display()
            ))
        })?;
        if files.len() >= MAX_FILES {
            let folder = folder.display();
            return Err(Error::Usage(format!(
                "{folder}: a pack may have {MAX_FILES} files; name the folder of the rules alone"
            )));
        }
        let text = fs::read(&path).map_err(Error::reading(&path))?;
        let text = String::from_utf8(text).map_err(|error| {
            let (path, at) = (path.display(), error.utf8_error().valid_up_to());
            Error::Usage(format!("{path}: no UTF-8 from byte {at} on; save it as UTF-8"))
        })?;
        files.push(RuleFile { name, text });
    }
    Ok(())
}

async fn get(
    settings: Settings,
    name: &str,
    folder: &PathBuf,
    version: Option<u32>,
) -> Result<(), Error> {
    let access = Access::to_results(settings).await?;
    let pack = access.rule_pack_files(name, version).await?;
    fs::create_dir_all(folder).map_err(Error::writing(folder))?;
    if fs::read_dir(folder).map_err(Error::reading(folder))?.next().is_some() {
        let folder = folder.display();
        return Err(Error::Usage(format!("{folder}: something is in it; name a new folder")));
    }
    for file in &pack.files {
        if !is_path(&file.name) {
            return Err(Error::Fault("a file of a pack is called what none may be".to_owned()));
        }
        let path = folder.join(&file.name);
        if let Some(parent) = path.parent() {
            fs::create_dir_all(parent).map_err(Error::writing(parent))?;
        }
        fs::write(&path, &file.text).map_err(Error::writing(&path))?;
    }
    let (name, version, files) = (terminal::safe(name), pack.version, pack.files.len());
    writeln!(anstream::stdout(), "{name}: version {version}, {files} files written")?;
    Ok(())
}

fn list(packs: &[RulePack], format: ListFormat) -> Result<(), Error> {
    let mut out = anstream::stdout().lock();
    if format == ListFormat::Jsonl {
        for pack in packs {
            writeln!(out, "{}", serde_json::to_string(pack).map_err(std::io::Error::from)?)?;
        }
        return Ok(());
    }
    let mut table = Columns::new(["PACK", "VERSION", "RULES", "FILES", "PUT", "BY"]);
    for pack in packs {
        table.row([
            pack.name.clone(),
            pack.version.to_string(),
            pack.rules.to_string(),
            pack.files.len().to_string(),
            pack.at.clone(),
            pack.by.clone(),
        ]);
    }
    if table.is_empty() {
        writeln!(out, "no packs yet; `trawl rules put NAME FOLDER` puts one")?;
    } else {
        table.write(&mut out)?;
    }
    Ok(())
}
