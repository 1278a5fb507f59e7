use super::*;
use crate::Folder;
use crate::ground::Part;
use crate::testing::{findings, folder, names, open_as, steps};

fn sqlx(root: &Path) -> Result<Folder, FolderError> {
    Folder::open_as(root, Tool::Sqlx)
}

fn bytes(bytes: &[u8]) -> (String, Vec<String>) {
    let root = folder(&[]);
    fs::write(root.path().join("1_a.sql"), bytes).expect("a file");
    let folder = sqlx(root.path()).expect("a readable folder");
    let Part::Sql(script) = &folder.migrations[0].up else { panic!("SQL is SQL") };
    (script.text().to_owned(), findings(&folder))
}

#[test]
fn texts() {
    let fine = |text: &str| (text.to_owned(), Vec::new());
    let flawed = |text: &str, finding: &str| (text.to_owned(), vec![finding.to_owned()]);
    assert_eq!(bytes(b""), fine(""));
    assert_eq!(bytes(b"\xEF\xBB\xBFa\r\nb"), fine("a\r\nb"));
    assert_eq!(
        bytes(b"a\n\xE4b\xFF"),
        flawed("a\n\u{FFFD}b\u{FFFD}", "1_a.sql:2: the file is not UTF-8 from this byte on")
    );
    assert_eq!(bytes(b"a\n\n\0"), flawed("a\n\n\0", "1_a.sql:3: the file has a NUL byte"));
    let utf16 = "1_a.sql:1: the file is not UTF-8 but UTF-16";
    assert_eq!(bytes(b"\xFF\xFEa\0\xAC\x20"), flawed("a€", utf16));
    assert_eq!(bytes(b"\xFE\xFF\0a\x20\xAC"), flawed("a€", utf16));
    assert_eq!(bytes(b"\xFF\xFEa\0\0\xD8x"), flawed("a\u{FFFD}\u{FFFD}", utf16));
}

#[test]
fn no_folder() {
    let root = folder(&[("file", "")]);
    let error = |path: &str| {
        let error = Folder::open(root.path().join(path)).expect_err("no folder");
        error.to_string().replace(&root.path().display().to_string(), "ROOT")
    };
    assert_eq!(error("none"), "ROOT/none does not exist");
    assert_eq!(error("file"), "ROOT/file is not a directory");
}

#[test]
fn an_empty_folder_is_an_empty_list() {
    for tool in Tool::ALL {
        let folder = open_as(*tool, &[]);
        assert_eq!((names(&folder), &*folder.findings), (vec![], &[][..]), "{tool}");
    }
}

#[test]
fn many_files_keep_their_order() {
    let files: Vec<_> = (1..=300).map(|n| (format!("{n}_x.sql"), n.to_string())).collect();
    let files: Vec<_> = files.iter().map(|(name, text)| (name.as_str(), text.as_str())).collect();
    let expected: Vec<_> = (1..=300).map(|n| format!("{n} Explicit: {n}")).collect();
    assert_eq!(steps(&open_as(Tool::Sqlx, &files)), expected);
}

#[cfg(unix)]
mod unix {
    use std::os::unix::fs::symlink;

    use super::*;

    #[test]
    fn links_to_files_are_followed() {
        let root = folder(&[("elsewhere/x.sql", "text")]);
        symlink("elsewhere/x.sql", root.path().join("1_a.sql")).expect("a link");
        symlink("elsewhere", root.path().join("2_b.sql")).expect("a link");
        assert_eq!(steps(&sqlx(root.path()).expect("a folder")), ["1 Explicit: text"]);
    }

    #[test]
    fn links_to_nothing() {
        let root = folder(&[]);
        symlink("nowhere", root.path().join("README.md")).expect("a link");
        assert_eq!(names(&sqlx(root.path()).expect("a folder")), [""; 0]);
        for target in ["nowhere", "1_a.sql"] {
            let link = root.path().join("1_a.sql");
            symlink(target, &link).expect("a link");
            let error = sqlx(root.path()).expect_err("the file is not there").to_string();
            assert!(error.starts_with(&format!("cannot read {}: ", link.display())), "{error}");
            fs::remove_file(link).expect("a link to remove");
        }
    }

    #[test]
    fn circles_end() {
        let root = folder(&[("a/V1__x.sql", ""), ("b/V2__y.sql", "")]);
        for (target, link) in [("..", "a/up"), ("../b", "a/b"), ("../a", "b/a"), (".", "self")] {
            symlink(target, root.path().join(link)).expect("a link");
        }
        for tool in [Tool::Flyway, Tool::Refinery] {
            let folder = Folder::open_as(root.path(), tool).expect("a readable folder");
            assert_eq!(folder.migrations.len(), 2, "{tool}");
            assert_eq!(folder.findings, [], "{tool}");
        }
        assert_eq!(
            Folder::open_as(root.path(), Tool::Plain).expect("a folder").migrations.len(),
            2
        );
    }

    #[test]
    fn pipes_are_passed_over() {
        let root = folder(&[("1_a.sql", "a")]);
        let socket = root.path().join("2_b.sql");
        let _socket = std::os::unix::net::UnixListener::bind(socket).expect("a socket");
        assert_eq!(steps(&sqlx(root.path()).expect("a folder")), ["1 Explicit: a"]);
    }

    // Other systems do not even make such files.
    #[cfg(target_os = "linux")]
    #[test]
    fn names_that_are_no_text() {
        use std::ffi::OsStr;
        use std::os::unix::ffi::OsStrExt;

        let root = folder(&[]);
        for name in [&b"1_\xFF.sql"[..], b"\xFF.sql", b"\xFF_a.sql", b"V1__\xFF.sql"] {
            fs::write(root.path().join(OsStr::from_bytes(name)), "a").expect("a file");
        }
        let folder = sqlx(root.path()).expect("a readable folder");
        assert_eq!(steps(&folder), ["1 Explicit: a"]);
        for tool in Tool::ALL {
            Folder::open_as(root.path(), *tool).expect("a readable folder");
        }
        Folder::open(root.path()).expect("a readable folder");
    }
}
