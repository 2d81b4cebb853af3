//! What the build scripts of several rooms share: the files of a folder are put into a binary, so that
//! none is read at run time. Each becomes a pair of its name below the folder and its content, sorted
//! by name, in a file of Rust that the room includes.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::{env, fs, io};

/// Puts the files of a folder of this room that are taken into a file of the build, each by this macro.
pub(crate) fn embed(
    folder: &str,
    by: &str,
    into: &str,
    is_taken: impl Fn(&Path) -> bool,
) -> io::Result<()> {
    // The build script is the one place where cargo's own variables are read.
    #[allow(clippy::disallowed_methods)]
    let variable = |name: &str| env::var(name).map(PathBuf::from).map_err(io::Error::other);
    let root = variable("CARGO_MANIFEST_DIR")?.join(folder);
    let mut files = Vec::new();
    collect(&root, &is_taken, &mut files)?;
    files.sort();
    let mut code = String::from("&[\n");
    for file in &files {
        let name = file.strip_prefix(&root).map_err(io::Error::other)?;
        let name = name.to_string_lossy().replace('\\', "/");
        let path = file.to_string_lossy();
        writeln!(code, "    ({name:?}, {by}!({path:?})),").map_err(io::Error::other)?;
    }
    code.push_str("]\n");
    fs::write(variable("OUT_DIR")?.join(into), code)
}

fn collect(
    folder: &Path,
    is_taken: &impl Fn(&Path) -> bool,
    files: &mut Vec<PathBuf>,
) -> io::Result<()> {
    println!("cargo::rerun-if-changed={}", folder.display());
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            collect(&path, is_taken, files)?;
        } else if is_taken(&path) {
            println!("cargo::rerun-if-changed={}", path.display());
            files.push(path);
        }
    }
    Ok(())
}
