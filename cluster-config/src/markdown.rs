//! `docs/configuration.md`, made from the declarations.

use std::fmt::Write;

use crate::SECTIONS;
use crate::agreement::{AGREEMENTS, Agreement};
use crate::declare::{Section, Setting};

const HEAD: &str = "\
<!-- Made from the declarations in cluster-config/src/settings.rs by `make docs`. Edit those. -->

# Configuration

Settings come in layers; the later wins: the defaults below, the file `trawl.toml` (or the one that
`--config` or `TRAWL_CONFIG` names), variables of the environment, flags. A key that doesn't exist
and a value that isn't allowed are refused, with the place, what is allowed and the nearest key.
`trawl config print` shows what holds and where it came from; `trawl config check FILE` looks at a
file alone.

- A **size** is a whole number with B, KiB, MiB, GiB, TiB (or kB, MB, GB, TB, by thousands):
  `256MiB`. A plain number is bytes.
- A **duration** is a whole number with ms, s, m, h or d: `5s`.
- A **percentage** is a whole number, with or without its sign: `65%`.
- A **list** is written in the file as `[\"a\", \"b\"]`. In a variable or a flag, what begins with
  `[` is such a list, and anything else is its one entry; a flag may be given again.
- A **secret reference** is `env:NAME` or `file:PATH`. The secret itself never stands in the
  settings.
- A node that runs reads the settings again on SIGHUP, or when `trawl config reload` asks it to: **reload**
  says of each setting whether another value takes effect at once or at the next start.
- Relative paths are taken from the directory that the program is started in.
";

const BETWEEN: &str = "
## Between settings

These hold as well, and are said when they don't:

";

/// The whole of `docs/configuration.md`.
pub fn markdown() -> String {
    // Writing to a string can't fail, here and below.
    let mut text = HEAD.to_owned();
    for section in SECTIONS {
        table(&mut text, section);
    }
    text.push_str(BETWEEN);
    for Agreement { key, part, with, why, .. } in AGREEMENTS {
        let _ = writeln!(text, "- `{key}` is at most {part}`{with}`: {why}.");
    }
    text
}

fn table(text: &mut String, section: &Section) {
    let _ = write!(
        text,
        "\n## `[{}]`\n\n{}\n\n| key | type | default | allowed | meaning | reload | variable |\n\
         |---|---|---|---|---|---|---|\n",
        section.name(),
        section.meaning()
    );
    for setting in section.settings() {
        row(text, setting);
    }
}

fn row(text: &mut String, setting: &Setting) {
    let default = setting.default().map_or("not set".into(), |value| format!("`{value}`"));
    let cells = [
        format!("`{}`", setting.name),
        setting.kind().to_owned(),
        default,
        setting.allowed(),
        setting.meaning(),
        if setting.is_applied_at_once() { "at once" } else { "at the next start" }.to_owned(),
        format!("`{}`", setting.variable()),
    ];
    let _ = writeln!(text, "| {} |", cells.map(|cell| cell.replace('|', "\\|")).join(" | "));
}
