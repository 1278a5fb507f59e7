//! `cargo xtask fuzz`: looks for inputs that break what must hold, in `fuzz/`.

use std::fs;
use std::path::PathBuf;

use crate::paths::{target_dir, workspace_root};
use crate::run::{Failure, at, command, has, read, run};

/// What is looked for with each.
struct Target {
    name: &'static str,
    /// How long an input may be, in bytes: longer ones are tried more slowly than they find anything.
    length: &'static str,
    /// Whose words the fuzzer puts in.
    dictionaries: &'static [&'static str],
}

const TARGETS: [Target; 4] = [
    Target { name: "replay", length: "8192", dictionaries: &["replay"] },
    Target { name: "folder", length: "4096", dictionaries: &["folder"] },
    Target { name: "python", length: "4096", dictionaries: &["python"] },
    Target { name: "lint", length: "4096", dictionaries: &["replay", "python", "lint"] },
];

/// Runs every target, or one, for its share of the seconds, and goes on with what earlier runs have found.
pub(crate) fn fuzz(seconds: u64, only: Option<&str>) -> Result<(), Failure> {
    ensure_tools()?;
    let dir = workspace_root().join("fuzz");
    let targets: Vec<&Target> =
        TARGETS.iter().filter(|target| only.is_none_or(|only| only == target.name)).collect();
    if targets.is_empty() {
        let names: Vec<&str> = TARGETS.iter().map(|target| target.name).collect();
        return Err(Failure::new(format!("the targets are {}", names.join(", "))));
    }
    let share = seconds.div_ceil(targets.len() as u64);
    for Target { name, length, dictionaries } in targets {
        let corpus = target_dir().join("fuzz-corpus").join(name);
        fs::create_dir_all(&corpus).map_err(at(&corpus))?;
        let dictionary = target_dir().join("fuzz-corpus").join(name).with_extension("dict");
        let mut words = String::new();
        for part in *dictionaries {
            let path = dir.join(part).with_extension("dict");
            words.push_str(&fs::read_to_string(&path).map_err(at(&path))?);
        }
        fs::write(&dictionary, words).map_err(at(&dictionary))?;
        // `cargo` may be the pinned toolchain's own here, which knows no `+nightly`.
        let mut fuzz = command("rustup", ["run", "nightly", "cargo", "fuzz", "run"]);
        // Replay runs in a thread with much stack, of which AddressSanitizer clears the shadow every
        // time: with it, a tenth of the inputs are tried. What it looks for, code that is not unsafe
        // cannot do.
        fuzz.args(["--sanitizer", "none", "--fuzz-dir"]).arg(&dir);
        fuzz.arg("--target-dir").arg(target_dir().join("fuzz")).arg(name);
        fuzz.arg(&corpus);
        if *name == "lint" {
            fuzz.arg(examples_of_rules()?);
        } else {
            fuzz.arg(dir.join("seeds").join(name));
        }
        fuzz.arg("--").arg(format!("-dict={}", dictionary.display()));
        fuzz.arg(format!("-max_total_time={share}")).arg(format!("-max_len={length}"));
        run(fuzz.args(["-rss_limit_mb=2048", "-timeout=10"]))?;
    }
    Ok(())
}

/// The examples in the documentation of lint's rules, as seeds: each section `Bad` and `Good` is a folder of migrations.
fn examples_of_rules() -> Result<PathBuf, Failure> {
    let seeds = target_dir().join("fuzz-corpus/lint-examples");
    fs::create_dir_all(&seeds).map_err(at(&seeds))?;
    let rules = workspace_root().join("enum-derive-lint/src/rules");
    for entry in fs::read_dir(&rules).map_err(at(&rules))? {
        let path = entry.map_err(at(&rules))?.path();
        if path.extension().is_some_and(|extension| extension == "md") {
            let text = fs::read_to_string(&path).map_err(at(&path))?;
            let name = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
            for (index, section) in text.split("\n## ").enumerate() {
                let seed = seeds.join(format!("{name}-{index}"));
                let files = named_blocks(section);
                if !files.is_empty() {
                    fs::write(&seed, files).map_err(at(&seed))?;
                }
            }
        }
    }
    Ok(seeds)
}

/// The fenced blocks that are files (`sql 1_mood.sql`), as the fuzz targets take files.
fn named_blocks(section: &str) -> String {
    let blocks = section.split("\n```").skip(1).step_by(2).filter_map(|block| {
        let (head, text) = block.split_once('\n')?;
        let (_, name) = head.split_once(' ')?;
        Some(format!("--//{name}\n{text}\n"))
    });
    blocks.collect()
}

fn ensure_tools() -> Result<(), Failure> {
    let mut missing = Vec::new();
    if !has("rustup") {
        missing.push("rustup (https://rustup.rs)");
    } else if !read(&mut command("rustup", ["toolchain", "list"]))?
        .lines()
        .any(|toolchain| toolchain.starts_with("nightly"))
    {
        missing.push("a nightly compiler (`rustup toolchain install nightly --profile minimal`)");
    }
    if !has("cargo-fuzz") {
        missing.push("cargo-fuzz (`cargo install --locked cargo-fuzz`)");
    }
    match missing.as_slice() {
        [] => Ok(()),
        _ => {
            Err(Failure::new(format!("fuzzing takes {}: install it first", missing.join(" and "))))
        }
    }
}
