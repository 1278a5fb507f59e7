//! Folders for tests.

use std::fs;

use tempfile::TempDir;

use super::{Folder, Part, Tool};

/// A folder with these files. A path that ends in a slash is a directory.
pub(super) fn folder(files: &[(&str, &str)]) -> TempDir {
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
pub(super) fn open(files: &[(&str, &str)]) -> Folder {
    Folder::open(folder(files).path()).expect("a readable folder")
}

/// The folder as this tool reads it.
pub(super) fn open_as(tool: Tool, files: &[(&str, &str)]) -> Folder {
    Folder::open_as(folder(files).path(), tool).expect("a readable folder")
}

/// The tool, or the error.
pub(super) fn detected(files: &[(&str, &str)]) -> String {
    let folder = folder(files);
    match Folder::open(folder.path()) {
        Ok(folder) => folder.tool.to_string(),
        Err(error) => error.to_string().replace(&folder.path().display().to_string(), "ROOT"),
    }
}

/// Each migration's version, transaction, way up and way down.
pub(super) fn steps(folder: &Folder) -> Vec<String> {
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
pub(super) fn names(folder: &Folder) -> Vec<&str> {
    folder.migrations.iter().map(|migration| migration.name.as_str()).collect()
}

/// Where something cannot be read, and why.
pub(super) fn findings(folder: &Folder) -> Vec<String> {
    folder.findings.iter().map(|finding| format!("{}: {}", finding.at, finding.message)).collect()
}
