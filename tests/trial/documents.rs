//! What the documents tell to type and to write works as it stands there.

use std::path::Path;

use crate::support::assize_in;

const OTHER_APIS: &str = include_str!("../../docs/other-apis.md");

/// Writes the files that a document shows: each fenced block after a line that is only a path.
fn write_files(document: &str, folder: &Path) -> usize {
    let mut written = 0;
    let mut rest = document;
    while let Some((before, fenced)) = rest.split_once("\n\n```") {
        let (block, after) = fenced.split_once("\n```").unwrap();
        let (_, content) = block.split_once('\n').unwrap();
        let named = before.lines().next_back().unwrap_or_default();
        let path = named
            .strip_prefix('`')
            .and_then(|name| name.strip_suffix('`'));
        if let Some(path) = path {
            let path = folder.join(path);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, format!("{content}\n")).unwrap();
            written += 1;
        }
        rest = after;
    }
    written
}

#[test]
fn the_suites_for_another_api_are_sound_and_prove_their_own_catalogue() {
    let folder = tempfile::tempdir().unwrap();
    assert_eq!(write_files(OTHER_APIS, folder.path()), 3);
    let run = assize_in(folder, &["lint", "own"]);
    run.assert_exit(0);
    assert!(
        run.stdout.contains("3 requirements are all proven"),
        "{}",
        run.stdout
    );
}
