//! The files of the crate, as the compiler finds them: from `lib.rs` and `main.rs` by their `mod` lines, so
//! that what is only for tests is known, and what nobody compiles is found.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use syn::{Attribute, Item, ItemMod};

use super::names::{Names, names};

/// One file.
pub(super) struct Source {
    /// Below `src`.
    pub(super) path: PathBuf,
    /// Its place in the tree of modules: `report`, `html`, `page`; nothing for `lib.rs`.
    module: Vec<String>,
    pub(super) text: String,
    /// What it names, its tests left out.
    pub(super) names: Names,
    /// The lines on which items for tests begin and end.
    tests: Vec<(usize, usize)>,
    /// Whether only tests see it.
    pub(super) is_test: bool,
}

impl Source {
    /// The first name of its module.
    pub(super) fn top(&self) -> Option<&str> {
        self.module.first().map(String::as_str)
    }

    /// The numbers of the lines with code: no comment, no test.
    pub(super) fn lines_of_code(&self) -> impl Iterator<Item = usize> + '_ {
        let numbered = (1..).zip(self.text.lines());
        let code = numbered.filter(|(_, line)| !line.trim_start().starts_with("//"));
        code.map(|(number, _)| number).filter(|number| {
            let mut tests = self.tests.iter();
            !tests.any(|(begin, end)| (begin..=end).contains(&number))
        })
    }
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("src")
}

/// All files that are compiled.
pub(super) fn sources() -> &'static [Source] {
    static SOURCES: LazyLock<Vec<Source>> = LazyLock::new(|| {
        let mut found = Vec::new();
        for entry in ["lib.rs", "main.rs"] {
            read(Path::new(entry), Vec::new(), false, &mut found);
        }
        assert!(found.len() > 50, "the test does not find the code");
        found
    });
    &SOURCES
}

/// All files that stand below `src`.
pub(super) fn files() -> BTreeSet<PathBuf> {
    let mut files = BTreeSet::new();
    let mut folders = vec![root()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                files.insert(path.strip_prefix(root()).unwrap().to_owned());
            }
        }
    }
    files
}

/// Reads a file and those that it names.
fn read(path: &Path, module: Vec<String>, is_test: bool, found: &mut Vec<Source>) {
    let text = fs::read_to_string(root().join(path)).unwrap();
    let file = syn::parse_file(&text).unwrap();
    for item in &file.items {
        if let Item::Mod(named) = item
            && named.content.is_none()
        {
            let mut below = module.clone();
            below.push(named.ident.to_string());
            let path = file_of(named, path, &module);
            read(&path, below, is_test || is_for_tests(item), found);
        }
    }
    let (tests, items): (Vec<Item>, Vec<Item>) = file.items.into_iter().partition(is_for_tests);
    found.push(Source {
        path: path.to_owned(),
        names: names(&items, module.len()),
        module,
        text,
        tests: tests.iter().map(lines).collect(),
        is_test,
    });
}

/// Where the file of `mod name;` stands.
fn file_of(named: &ItemMod, from: &Path, module: &[String]) -> PathBuf {
    let folder = from.parent().unwrap();
    for attribute in &named.attrs {
        if attribute.path().is_ident("path")
            && let syn::Meta::NameValue(value) = &attribute.meta
            && let syn::Expr::Lit(syn::ExprLit { lit, .. }) = &value.value
            && let syn::Lit::Str(text) = lit
        {
            return folder.join(text.value());
        }
    }
    let owns_folder = from.file_name().is_some_and(|name| name == "mod.rs") || module.is_empty();
    let folder = if owns_folder {
        folder.to_owned()
    } else {
        from.with_extension("")
    };
    let name = named.ident.to_string();
    let flat = folder.join(format!("{name}.rs"));
    if root().join(&flat).exists() {
        flat
    } else {
        folder.join(name).join("mod.rs")
    }
}

/// The first and the last line of an item, its attributes included.
fn lines(item: &Item) -> (usize, usize) {
    use syn::spanned::Spanned;
    let span = item.span();
    (span.start().line, span.end().line)
}

/// Whether an item is compiled for tests alone.
pub(super) fn is_for_tests(item: &Item) -> bool {
    attributes(item).iter().any(is_cfg_test)
}

pub(super) fn is_cfg_test(attribute: &Attribute) -> bool {
    let syn::Meta::List(list) = &attribute.meta else {
        return attribute.path().is_ident("test");
    };
    let condition = list.tokens.to_string().replace(' ', "");
    list.path.is_ident("cfg") && (condition == "test" || condition.starts_with("all(test,"))
}

fn attributes(item: &Item) -> &[Attribute] {
    match item {
        Item::Const(item) => &item.attrs,
        Item::Enum(item) => &item.attrs,
        Item::Fn(item) => &item.attrs,
        Item::Impl(item) => &item.attrs,
        Item::Macro(item) => &item.attrs,
        Item::Mod(item) => &item.attrs,
        Item::Static(item) => &item.attrs,
        Item::Struct(item) => &item.attrs,
        Item::Trait(item) => &item.attrs,
        Item::Type(item) => &item.attrs,
        Item::Use(item) => &item.attrs,
        _ => &[],
    }
}
