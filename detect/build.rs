//! Puts the text of every rule file under `rules/`, and of every list under `terms/`, into the
//! library, so that none is read at run time; and the rules once more in a form that is read quickly.

#[path = "../scripts/embed.rs"]
mod embed;

use std::path::{Path, PathBuf};
use std::{env, fs, io};

fn main() -> io::Result<()> {
    let is_rule = |file: &Path| file.extension().is_some_and(|extension| extension == "toml");
    embed::embed("rules", "include_str", "built_in.rs", is_rule)?;
    embed::embed("terms", "include_str", "lists.rs", |file| {
        file.extension().is_some_and(|extension| extension == "txt")
    })?;
    heads(is_rule)
}

/// Writes all rules without their examples as one list in JSON, in the order of the files' names.
fn heads(is_rule: impl Fn(&Path) -> bool) -> io::Result<()> {
    // The build script is the one place where cargo's own variables are read.
    #[allow(clippy::disallowed_methods)]
    let variable = |name: &str| env::var(name).map(PathBuf::from).map_err(io::Error::other);
    let mut files = Vec::new();
    collect(&variable("CARGO_MANIFEST_DIR")?.join("rules"), &is_rule, &mut files)?;
    files.sort();
    let mut heads = Vec::new();
    for file in files {
        // What can't be read has no head, and its text is judged with all that is wrong with it.
        let mut head = toml::from_str(&fs::read_to_string(file)?).unwrap_or_default();
        if let serde_json::Value::Object(head) = &mut head {
            head.remove("example");
        }
        heads.push(head);
    }
    fs::write(variable("OUT_DIR")?.join("heads.json"), serde_json::to_string(&heads)?)
}

fn collect(
    folder: &Path,
    is_taken: &impl Fn(&Path) -> bool,
    files: &mut Vec<PathBuf>,
) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            collect(&path, is_taken, files)?;
        } else if is_taken(&path) {
            files.push(path);
        }
    }
    Ok(())
}
