//! Puts the functions that a load runs together in the program, so that the system maps few of its pages.

use std::error::Error;
use std::fmt::Write;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::{env, fs};

/// The functions that a load runs; written by `bench/layout.py`.
const LIST: &str = "link/load.txt";

/// For a linker that takes the place of the usual one unseen: with this variable set, functions stand as they come.
const OPT_OUT: &str = "ASSIZE_NO_LAYOUT";

fn main() -> Result<(), Box<dyn Error>> {
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rerun-if-changed={LIST}");
    if env::var("PROFILE")? == "release" && is_linked_by_lld()? {
        let script = Path::new(&env::var("OUT_DIR")?).join("load.ld");
        fs::write(&script, linker_script(&fs::read_to_string(LIST)?)?)?;
        println!("cargo::rustc-link-arg-bin=assize=-T");
        println!("cargo::rustc-link-arg-bin=assize={}", script.display());
    }
    Ok(())
}

/// Whether functions have the names of the list, and the linker is the one that comes with Rust for this target: some
/// understand no such script, and some take long for it.
fn is_linked_by_lld() -> Result<bool, Box<dyn Error>> {
    for name in [OPT_OUT, "CARGO_TARGET_X86_64_UNKNOWN_LINUX_GNU_LINKER"] {
        println!("cargo::rerun-if-env-changed={name}");
    }
    let flags = env::var("CARGO_ENCODED_RUSTFLAGS").unwrap_or_default();
    let has_names = flags.contains("symbol-mangling-version=v0");
    let is_chosen = env::var_os("RUSTC_LINKER").is_some() || flags.contains("link");
    let target = env::var("TARGET")?;
    if !has_names
        || is_chosen
        || env::var_os(OPT_OUT).is_some()
        || target != "x86_64-unknown-linux-gnu"
    {
        return Ok(false);
    }
    let said = Command::new(env::var("RUSTC")?)
        .args(["--print", "sysroot"])
        .output()?;
    let root = PathBuf::from(String::from_utf8(said.stdout)?.trim());
    let own = root
        .join("lib/rustlib")
        .join(target)
        .join("bin/gcc-ld/ld.lld");
    Ok(own.exists())
}

/// A script that adds a section to those that the linker makes by itself.
fn linker_script(list: &str) -> Result<String, Box<dyn Error>> {
    let mut script = String::from("SECTIONS\n{\n  .text.load :\n  {\n");
    for name in names(list) {
        // What is marked as rarely run has a section of another name; at the start of a load it runs once.
        writeln!(script, "    *(.text.{name} .text.unlikely.{name})")?;
    }
    script.push_str("  }\n}\nINSERT BEFORE .text;\n");
    Ok(script)
}

/// The patterns of a list in which each line goes on from the last one above that is less indented. Those that end in
/// `*` stand for all names that begin so, those that end in `.` for one name.
fn names(list: &str) -> Vec<String> {
    let mut above: Vec<(usize, String)> = Vec::new();
    let mut names = Vec::new();
    for line in list.lines().filter(|line| !line.starts_with('#')) {
        let part = line.trim_start();
        let indent = line.len() - part.len();
        while above.last().is_some_and(|(other, _)| *other >= indent) {
            above.pop();
        }
        let before = above.last().map_or("", |(_, name)| name);
        let name = format!("{before}{part}");
        if name.ends_with(['*', '.']) {
            names.push(crates_left_open(name.trim_end_matches('.')));
        } else {
            above.push((indent, name));
        }
    }
    names
}

/// A pattern for names of any version of a crate: what tells them apart has nine to twelve letters, mostly eleven.
fn crates_left_open(name: &str) -> String {
    let usual = name.replace("Cs_", "Cs11_");
    (9..=12).fold(usual, |name, letters: usize| {
        name.replace(
            &format!("Cs{letters}_"),
            &format!("Cs{}_", "?".repeat(letters)),
        )
    })
}
