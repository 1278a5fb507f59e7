//! Folders for tests.

use std::fs;
use std::time::{Duration, SystemTime};

use tempfile::TempDir;

use crate::Folder;
use crate::ground::{Part, Tool};
use crate::write::{Draft, commit, prepare};

/// A folder with these files. A path that ends in a slash is a directory.
pub(crate) fn folder(files: &[(&str, &str)]) -> TempDir {
    let folder = TempDir::new().expect("a temporary directory");
    for (path, text) in files {
        let path = folder.path().join(path);
        if path.as_os_str().as_encoded_bytes().ends_with(b"/") {
            fs::create_dir_all(path).expect("a directory");
            continue;
        }
        fs::create_dir_all(path.parent().expect("a parent")).expect("a directory");
        fs::write(path, text).expect("a file");
    }
    folder
}

/// The folder as the tool reads it that it looks made for.
pub(crate) fn open(files: &[(&str, &str)]) -> Folder {
    Folder::open(folder(files).path()).expect("a readable folder")
}

/// The folder as this tool reads it.
pub(crate) fn open_as(tool: Tool, files: &[(&str, &str)]) -> Folder {
    Folder::open_as(folder(files).path(), tool).expect("a readable folder")
}

/// The tool, or the error.
pub(crate) fn detected(files: &[(&str, &str)]) -> String {
    let folder = folder(files);
    match Folder::open(folder.path()) {
        Ok(folder) => folder.tool.to_string(),
        Err(error) => error.to_string().replace(&folder.path().display().to_string(), "ROOT"),
    }
}

/// Each migration's version, transaction, way up and way down.
pub(crate) fn steps(folder: &Folder) -> Vec<String> {
    let text = |part: &Part| match part {
        Part::Sql(script) => script.text().trim().to_owned(),
        Part::Code(path) => format!("<{}>", path.display()),
    };
    let steps = folder.migrations.iter().map(|step| {
        let down = step.down.as_ref().map(|down| format!(" / {}", text(down))).unwrap_or_default();
        format!("{} {:?}: {}{down}", step.version, step.transaction, text(&step.up))
    });
    steps.collect()
}

/// The names of the migrations, in their order.
pub(crate) fn names(folder: &Folder) -> Vec<&str> {
    folder.migrations.iter().map(|migration| migration.name.as_str()).collect()
}

/// Where something cannot be read, and why.
pub(crate) fn findings(folder: &Folder) -> Vec<String> {
    folder.findings.iter().map(|finding| format!("{}: {}", finding.at, finding.message)).collect()
}

/// The names of the files that are written for a migration, and then its parts as they are read again; or
/// the error. It is 05:06:07 on 2025-03-04.
pub(crate) fn written(tool: Tool, files: &[(&str, &str)]) -> Vec<String> {
    written_as(tool, files, "up;", "down;")
}

/// The same, for such a migration.
pub(crate) fn written_as(tool: Tool, files: &[(&str, &str)], up: &str, down: &str) -> Vec<String> {
    let draft = Draft { name: "add x".into(), up: up.into(), down: down.into() };
    write(tool, files, &draft)
}

/// The same, for one of that name.
pub(crate) fn written_named(tool: Tool, name: &str) -> Vec<String> {
    write(tool, &[], &Draft { name: name.into(), up: "up;".into(), down: "down;".into() })
}

fn write(tool: Tool, files: &[(&str, &str)], draft: &Draft) -> Vec<String> {
    let root = folder(files);
    let before = list(root.path());
    let now = SystemTime::UNIX_EPOCH + Duration::from_millis(1_741_064_767_089);
    let folder = Folder::open_as(root.path(), tool).expect("a readable folder");
    let done = prepare(&folder, std::slice::from_ref(draft), now)
        .and_then(|prepared| Ok((commit(&folder, &prepared)?, prepared)));
    let (written, prepared) = match done {
        Ok(done) => done,
        Err(error) => {
            assert_eq!(list(root.path()), before, "nothing is left");
            return vec![error.to_string()];
        }
    };
    let below = |path: &std::path::Path| {
        crate::files::slashes(path.strip_prefix(root.path()).expect("a path below"))
    };
    let mut result: Vec<String> = written.paths().map(below).collect();
    // Repeatable ones come last whatever the versions.
    let again = written.folder().expect("the folder");
    let last = again.migrations.iter().rfind(|last| !tool.is_repeatable(last));
    let last = last.expect("a migration");
    assert_eq!(last.version, prepared[0].version);
    for part in [Some(&last.up), last.down.as_ref()].into_iter().flatten() {
        result.push(match part {
            Part::Sql(script) => script.text().trim().to_owned(),
            Part::Code(path) => fs::read_to_string(root.path().join(path)).expect("a file"),
        });
    }
    written.undo().expect("to be taken back");
    assert_eq!(list(root.path()), before, "nothing is left");
    result
}

/// Everything in a directory, with the texts of files.
fn list(root: &std::path::Path) -> Vec<(String, String)> {
    let mut all = Vec::new();
    let mut waiting = vec![root.to_owned()];
    while let Some(directory) = waiting.pop() {
        for entry in fs::read_dir(directory).expect("a directory") {
            let path = entry.expect("an entry").path();
            let text = fs::read_to_string(&path).unwrap_or_default();
            all.push((path.display().to_string(), text));
            if path.is_dir() {
                waiting.push(path);
            }
        }
    }
    all.sort();
    all
}
