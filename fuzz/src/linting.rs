//! What must hold of `lint`: of all rules, all formats, and of the fixes.

use std::collections::BTreeMap;
use std::env;
use std::fs;
use std::path::Path;

use cargo_pg_enum::{Metrics, Status, Streams, run};
use serde_json::Value;

/// All formats but JSON, which is read.
const FORMATS: [&str; 4] = ["text", "github", "sarif", "gitlab"];

/// Lints a folder, fixes it and lints it again.
///
/// # Panics
///
/// When what comes out is not as it must be.
pub fn check_lint(root: &Path) {
    // The configuration and the models of a project are looked for around the current directory, up to a directory with this.
    fs::create_dir_all(root.join(".git")).expect("a directory");
    env::set_current_dir(root).expect("a directory");
    let Some(before) = errors(&lint(&["--format", "json"])) else { return };
    for format in FORMATS {
        lint(&["--format", format]);
    }
    let (_, fixed) = lint(&["--fix"]);
    let after = errors(&lint(&["--format", "json"])).expect("the folder could be read before");
    for (code, count) in after {
        let was = before.get(&code).copied().unwrap_or_default();
        assert!(count <= was, "{count} errors {code} after the fixes, and {was} before:\n{fixed}");
    }
}

/// `lint` with all rules: what goes to standard output, and to standard error.
fn lint(more: &[&str]) -> (Option<String>, String) {
    let off = pg_enum_lint::RULES.iter().filter(|rule| rule.is_off).map(|rule| rule.code);
    let off: Vec<_> = off.collect();
    let off = off.join(",");
    let args = ["pg-enum", "lint", "--migrations", ".", "--warn", &off];
    let args = args.iter().chain(more).map(Into::into);
    let (mut out, mut err) = (Vec::new(), Vec::new());
    let status = run(
        args,
        &mut Streams {
            out: &mut out,
            err: &mut err,
            input: None,
            out_color: false,
            err_color: false,
            progress: false,
            metrics: Metrics::default(),
        },
    );
    let text = |bytes| String::from_utf8(bytes).expect("output is text");
    let (out, err) = (text(out), text(err));
    assert!(!err.chars().any(|c| c.is_control() && c != '\n'), "control characters: {err:?}");
    ((status != Status::Failed).then_some(out), err)
}

/// How many errors of each code there are, and of what is not known, which may hide one; nothing if the folder could not be read.
fn errors((out, err): &(Option<String>, String)) -> Option<BTreeMap<String, usize>> {
    let Some(out) = out else {
        assert!(err.contains("error"), "a failure without a word: {err}");
        return None;
    };
    let report: Value = serde_json::from_str(out).expect("JSON");
    let mut errors = BTreeMap::new();
    for finding in report["findings"].as_array().expect("a list of findings") {
        let code = finding["code"].as_str().expect("a code");
        if finding["severity"] == "error" || code == "unknown" {
            *errors.entry(code.to_owned()).or_default() += 1;
        }
    }
    Some(errors)
}
