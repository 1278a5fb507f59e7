//! `cargo xtask fuzz`: looks for inputs that break what must hold, in `fuzz/`.

use std::fs;

use crate::paths::{target_dir, workspace_root};
use crate::run::{Failure, at, command, has, read, run};

/// What is looked for with each, and how long an input may be: longer ones are tried more slowly than
/// they find anything.
const TARGETS: [(&str, &str); 3] = [("replay", "8192"), ("folder", "4096"), ("python", "4096")];

/// Runs every target for its share of the seconds, and goes on with what earlier runs have found.
pub(crate) fn fuzz(seconds: u64) -> Result<(), Failure> {
    ensure_tools()?;
    let dir = workspace_root().join("fuzz");
    let share = seconds.div_ceil(TARGETS.len() as u64);
    for (target, length) in TARGETS {
        let corpus = target_dir().join("fuzz-corpus").join(target);
        fs::create_dir_all(&corpus).map_err(at(&corpus))?;
        // `cargo` may be the pinned toolchain's own here, which knows no `+nightly`.
        let mut fuzz = command("rustup", ["run", "nightly", "cargo", "fuzz", "run"]);
        // Replay runs in a thread with much stack, of which AddressSanitizer clears the shadow every
        // time: with it, a tenth of the inputs are tried. What it looks for, code that is not unsafe
        // cannot do.
        fuzz.args(["--sanitizer", "none", "--fuzz-dir"]).arg(&dir);
        fuzz.arg("--target-dir").arg(target_dir().join("fuzz")).arg(target);
        fuzz.arg(&corpus).arg(dir.join("seeds").join(target)).arg("--");
        fuzz.arg(format!("-dict={}", dir.join(target).with_extension("dict").display()));
        fuzz.arg(format!("-max_total_time={share}")).arg(format!("-max_len={length}"));
        run(fuzz.args(["-rss_limit_mb=2048", "-timeout=10"]))?;
    }
    Ok(())
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
