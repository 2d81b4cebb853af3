//! Puts the text of every rule file under `rules/`, and of every list under `terms/`, into the
//! library, so that none is read at run time.

#[path = "../scripts/embed.rs"]
mod embed;

fn main() -> std::io::Result<()> {
    embed::embed("rules", "include_str", "built_in.rs", |file| {
        file.extension().is_some_and(|extension| extension == "toml")
    })?;
    embed::embed("terms", "include_str", "lists.rs", |file| {
        file.extension().is_some_and(|extension| extension == "txt")
    })
}
