//! What tells that a server or a suite is another than it was.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use crate::edge::{FileMark, file_mark, listeners_at};

/// What may change, as it is now.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Marks {
    program: BTreeMap<PathBuf, FileMark>,
    suites: BTreeMap<PathBuf, FileMark>,
    /// The sockets that the server listens at; none where that cannot be told.
    sockets: Option<BTreeSet<u64>>,
}

/// Where to look.
#[derive(Clone, Debug, Default)]
pub(super) struct WatchedPlaces {
    /// Files and folders that a server is started from.
    pub(super) program: Vec<PathBuf>,
    /// The folder of the suites.
    pub(super) suites: Option<PathBuf>,
    /// The port of a server of this machine.
    pub(super) port: Option<u16>,
}

/// What changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum WatchedChange {
    /// The files that the server is started from.
    Program,
    /// The server went away, or another listens in its place.
    Server,
    /// A suite.
    Suites,
}

impl WatchedChange {
    /// What happened, in words.
    pub(super) const fn told(self) -> &'static str {
        match self {
            Self::Program => "the program changed",
            Self::Server => "the target was started anew, or went away",
            Self::Suites => "a suite changed",
        }
    }
}

impl WatchedPlaces {
    /// What is there now.
    pub(super) fn marks(&self) -> Marks {
        Marks {
            program: marked(self.program.iter().map(PathBuf::as_path)),
            suites: marked(self.suites.as_deref()),
            sockets: self.port.and_then(listeners_at),
        }
    }
}

impl Marks {
    /// What is different now, what weighs most first.
    pub(super) fn change_to(&self, now: &Self) -> Option<WatchedChange> {
        match () {
            () if self.program != now.program => Some(WatchedChange::Program),
            () if self.sockets != now.sockets => Some(WatchedChange::Server),
            () if self.suites != now.suites => Some(WatchedChange::Suites),
            () => None,
        }
    }
}

/// The marks of files, and of the files in folders.
fn marked<'a>(paths: impl IntoIterator<Item = &'a Path>) -> BTreeMap<PathBuf, FileMark> {
    let mut marks = BTreeMap::new();
    for path in paths {
        // What cannot be seen at the moment is as good as gone.
        let inside = fs::read_dir(path).ok().into_iter().flatten().flatten();
        let inside = inside.map(|entry| entry.path());
        for file in inside
            .chain([path.to_owned()])
            .filter(|file| file.is_file())
        {
            if let Some(mark) = file_mark(&file) {
                marks.insert(file, mark);
            }
        }
    }
    marks
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_that_is_written_anew_added_or_gone_is_a_change() {
        let folder = tempfile::tempdir().unwrap();
        let program = folder.path().join("server");
        fs::write(&program, "one").unwrap();
        let places = WatchedPlaces {
            program: vec![program.clone()],
            suites: Some(folder.path().join("suites")),
            port: None,
        };
        let before = places.marks();
        assert_eq!(before.change_to(&places.marks()), None);
        fs::remove_file(&program).unwrap();
        assert_eq!(
            before.change_to(&places.marks()),
            Some(WatchedChange::Program)
        );
        fs::write(&program, "longer").unwrap();
        let before = places.marks();
        fs::create_dir(folder.path().join("suites")).unwrap();
        fs::write(folder.path().join("suites/a.yaml"), "").unwrap();
        assert_eq!(
            before.change_to(&places.marks()),
            Some(WatchedChange::Suites)
        );
    }
}
