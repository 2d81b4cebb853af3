//! Makes `detect/people/model.bin`: `people_model LISTS TEXT OUT [EPOCHS]`. See `scripts/people/make`.

use std::io::{Error, Write};
use std::path::Path;

use trawl_detect::people::train::{Lists, make};

fn main() -> Result<(), Error> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [lists, text, out, rest @ ..] = &arguments[..] else {
        return Err(Error::other("usage: people_model LISTS TEXT OUT [EPOCHS]"));
    };
    let mut files = Vec::new();
    for entry in std::fs::read_dir(lists)? {
        let path = entry?.path();
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        files.push((name, std::fs::read_to_string(&path)?));
    }
    files.sort();
    let text = std::fs::read_to_string(Path::new(text))?;
    let epochs = rest.first().and_then(|epochs| epochs.parse().ok()).unwrap_or(4);
    let mut say = |line: String| {
        let _ = writeln!(std::io::stderr(), "{line}");
    };
    std::fs::write(out, make(&Lists(files), &text, epochs, &mut say))
}
