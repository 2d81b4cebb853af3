//! How right the engine is, by labelled sets.

use std::path::Path;

use trawl_loadtest::accuracy::{self, Sets};

#[test]
fn the_page_on_accuracy_says_what_the_sets_show() {
    let project = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    let work = tempfile::tempdir().unwrap();
    let trawl = Path::new(env!("CARGO_BIN_EXE_trawl"));
    let (labelled, later) = (project.join("loadtest/labelled"), project.join("loadtest/later"));
    let sets = Sets { labelled: &labelled, later: &later };
    let measured = accuracy::measure(sets, trawl, work.path(), 0).unwrap();
    let page = std::fs::read_to_string(project.join("docs/accuracy.md")).unwrap();
    let is_so = page == measured.document();
    assert!(is_so, "docs/accuracy.md says something else: `make accuracy` makes it anew");
}
