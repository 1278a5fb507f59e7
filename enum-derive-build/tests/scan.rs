//! Finding enums in small trees of source: a rule, a test.

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use pg_enum_build::scan::{Cfg, NoteKind, Presence, Scan, scan};
use tempfile::TempDir;

/// Files in a folder of their own.
struct Tree(TempDir);

impl Tree {
    fn new(files: &[(&str, &str)]) -> Self {
        let tree = Self(tempfile::tempdir().unwrap());
        for (path, text) in files {
            tree.write(path, text);
        }
        tree
    }

    fn write(&self, path: &str, text: impl AsRef<[u8]>) {
        let path = self.path(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    fn path(&self, path: &str) -> PathBuf {
        self.0.path().join(path)
    }

    fn scan(&self) -> Scan {
        self.scan_with(&Cfg::new())
    }

    fn scan_with(&self, cfg: &Cfg) -> Scan {
        scan([self.path("lib.rs")], cfg)
    }

    /// The enums, each with its place and modules, and the notes.
    fn shown(&self, scan: &Scan) -> Vec<String> {
        let short = |path: &Path| {
            let path = path.strip_prefix(self.0.path()).unwrap_or(path);
            path.to_str().unwrap().replace('\\', "/")
        };
        let mut shown = Vec::new();
        for one in &scan.enums {
            let mut line = format!("{}:{} ", short(&one.file), one.line);
            for module in &one.module {
                write!(line, "{module}::").unwrap();
            }
            write!(line, "{}", one.item.ident).unwrap();
            if let Presence::Undetermined(open) = &one.cfg {
                write!(line, " if {}", open.join(", ")).unwrap();
            }
            shown.push(line);
        }
        for note in &scan.notes {
            shown.push(format!("{}:{} {}", short(&note.file), note.line, note.kind.code()));
        }
        shown
    }
}

#[track_caller]
fn check(files: &[(&str, &str)], expected: &[&str]) {
    let tree = Tree::new(files);
    assert_eq!(tree.shown(&tree.scan()), expected);
}

mod files {
    use super::*;

    #[test]
    fn a_module_is_beside_the_root_or_in_a_folder() {
        check(
            &[
                ("lib.rs", "mod a; mod b;"),
                ("a.rs", "enum A {}"),
                ("b/mod.rs", "enum B {}"),
                ("c.rs", "enum NotDeclared {}"),
            ],
            &["a.rs:1 a::A", "b/mod.rs:1 b::B"],
        );
    }

    #[test]
    fn modules_of_a_file_that_is_no_mod_rs_are_in_its_folder() {
        check(
            &[
                ("lib.rs", "mod a;"),
                ("a.rs", "mod b;"),
                ("a/b.rs", "mod c;"),
                ("a/b/c/mod.rs", "mod d;"),
                ("a/b/c/d.rs", "enum D {}"),
                ("b.rs", "enum Wrong {}"),
            ],
            &["a/b/c/d.rs:1 a::b::c::d::D"],
        );
    }

    #[test]
    fn a_root_may_have_any_name() {
        let tree = Tree::new(&[("src/bin/tool.rs", "mod a;"), ("src/bin/a.rs", "enum A {}")]);
        let scan = scan([tree.path("src/bin/tool.rs")], &Cfg::new());
        assert_eq!(tree.shown(&scan), ["src/bin/a.rs:1 a::A"]);
    }

    #[test]
    fn inline_modules_are_folders() {
        check(
            &[
                ("lib.rs", "mod a { enum A {} mod b; } mod c;"),
                ("a/b.rs", "enum B {}"),
                ("c.rs", "mod inline { mod d; }"),
                ("c/inline/d.rs", "enum D {}"),
            ],
            &["lib.rs:1 a::A", "a/b.rs:1 a::b::B", "c/inline/d.rs:1 c::inline::d::D"],
        );
    }

    /// The table of the Rust reference.
    #[test]
    fn path_is_relative_to_the_file_and_its_inline_modules() {
        check(
            &[
                ("lib.rs", "mod a; mod m;"),
                (
                    "a.rs",
                    "#[path = \"foo.rs\"] mod c; mod inline { #[path = \"other.rs\"] mod d; }",
                ),
                ("foo.rs", "enum C {}"),
                ("a/inline/other.rs", "enum D {}"),
                (
                    "m/mod.rs",
                    "#[path = \"foo.rs\"] mod c; mod inline { #[path = \"o.rs\"] mod d; }",
                ),
                ("m/foo.rs", "enum C {}"),
                ("m/inline/o.rs", "enum D {}"),
            ],
            &[
                "foo.rs:1 a::c::C",
                "a/inline/other.rs:1 a::inline::d::D",
                "m/foo.rs:1 m::c::C",
                "m/inline/o.rs:1 m::inline::d::D",
            ],
        );
    }

    #[test]
    fn path_on_an_inline_module_is_its_folder() {
        check(
            &[
                (
                    "lib.rs",
                    "#[path = \"files\"] mod thread { #[path = \"tls.rs\"] mod data; mod b; }",
                ),
                ("files/tls.rs", "enum T {}"),
                ("files/b.rs", "enum B {}"),
            ],
            &["files/tls.rs:1 thread::data::T", "files/b.rs:1 thread::b::B"],
        );
    }

    #[test]
    fn a_file_named_by_path_is_like_a_mod_rs() {
        check(
            &[
                ("lib.rs", "#[path = \"x/y.rs\"] mod a;"),
                ("x/y.rs", "mod b;"),
                ("x/b.rs", "enum B {}"),
            ],
            &["x/b.rs:1 a::b::B"],
        );
    }

    #[test]
    fn a_raw_name_is_a_plain_file() {
        check(&[("lib.rs", "mod r#type;"), ("type.rs", "enum E {}")], &["type.rs:1 type::E"]);
    }

    #[test]
    fn a_file_that_is_missing_or_there_twice() {
        check(
            &[("lib.rs", "mod a;\nmod b;\nenum E {}"), ("b.rs", ""), ("b/mod.rs", "")],
            &["lib.rs:3 E", "lib.rs:1 not-found", "lib.rs:2 not-found"],
        );
        check(&[], &["lib.rs:1 not-found"]);
    }

    #[test]
    fn a_file_that_is_no_rust_costs_no_other() {
        let tree = Tree::new(&[
            ("lib.rs", "mod a;\nmod b;\nmod c;\nmod d;"),
            ("a.rs", "enum A {\n  B C\n}"),
            ("b.rs", "\n\n'unclosed"),
            ("d.rs", "enum D {}"),
        ]);
        tree.write("c.rs", b"enum A {}\n// \xFF");
        assert_eq!(
            tree.shown(&tree.scan()),
            ["d.rs:1 d::D", "a.rs:2 unreadable", "b.rs:3 unreadable", "lib.rs:3 unreadable"]
        );
    }

    #[test]
    fn a_module_that_leads_to_itself() {
        check(
            &[("lib.rs", "mod a;"), ("a.rs", "enum A {}\n#[path = \"a.rs\"] mod again;")],
            &["a.rs:1 a::A", "a.rs:2 circular"],
        );
    }

    #[cfg(unix)]
    #[test]
    fn links_that_lead_to_themselves() {
        let tree = Tree::new(&[("lib.rs", "mod a;\nmod b;"), ("b.rs", "mod c;")]);
        std::os::unix::fs::symlink("a.rs", tree.path("a.rs")).unwrap();
        fs::create_dir(tree.path("b")).unwrap();
        std::os::unix::fs::symlink("../b.rs", tree.path("b/c.rs")).unwrap();
        assert_eq!(tree.shown(&tree.scan()), ["lib.rs:1 not-found", "b.rs:1 circular"]);
    }

    #[test]
    fn a_file_that_is_two_modules_has_its_enums_once() {
        check(
            &[
                ("lib.rs", "#[path = \"x.rs\"] mod a;\n#[path = \"x.rs\"] mod b;"),
                ("x.rs", "enum E {}"),
            ],
            &["x.rs:1 a::E", "lib.rs:2 included-twice"],
        );
    }

    #[test]
    fn files_that_multiply_have_an_end() {
        let two =
            |next: usize| format!("#[path = \"{next}.rs\"] mod a; #[path = \"{next}.rs\"] mod b;");
        let tree = Tree::new(&[("lib.rs", &two(0)), ("40.rs", "enum E {}")]);
        for index in 0..40 {
            tree.write(&format!("{index}.rs"), two(index + 1));
        }
        assert_eq!(tree.scan().enums.len(), 1);
    }

    #[test]
    fn two_roots_may_share_a_module() {
        let tree = Tree::new(&[
            ("lib.rs", "mod a;"),
            ("main.rs", "mod a; enum Main {}"),
            ("a.rs", "enum A {}"),
        ]);
        let scan = scan([tree.path("lib.rs"), tree.path("main.rs")], &Cfg::new());
        assert_eq!(tree.shown(&scan), ["a.rs:1 a::A", "main.rs:1 Main"]);
        assert_eq!(scan.files.len(), 3);
    }

    #[test]
    fn what_precedes_the_source() {
        check(&[("lib.rs", "\u{feff}#!/usr/bin/env x'\nenum E {}")], &["lib.rs:2 E"]);
        check(&[("lib.rs", "#![allow(unused)]\r\n\r\nenum E {}")], &["lib.rs:3 E"]);
    }
}

mod places {
    use super::*;

    #[test]
    fn enums_stand_anywhere() {
        check(
            &[(
                "lib.rs",
                "fn f() { enum A {} if true { enum B {} } }\n\
                 impl T { fn g(&self) { || { enum C {} }; } const X: u8 = { enum D {} 1 }; }\n\
                 trait U { fn h() { match 1 { _ => { enum E {} } } } }\n\
                 static S: [u8; { enum F {} 2 }] = [0; 2];\n\
                 enum G { H = { enum I {} 1 } }",
            )],
            &[
                "lib.rs:1 A",
                "lib.rs:1 B",
                "lib.rs:2 C",
                "lib.rs:2 D",
                "lib.rs:3 E",
                "lib.rs:4 F",
                "lib.rs:5 G",
                "lib.rs:5 I",
            ],
        );
    }

    #[test]
    fn the_order_is_that_of_the_source() {
        check(
            &[("lib.rs", "enum A {} mod b; enum C {}"), ("b.rs", "enum B {}")],
            &["lib.rs:1 A", "b.rs:1 b::B", "lib.rs:1 C"],
        );
    }

    #[test]
    fn spans_are_those_of_the_file() {
        let tree = Tree::new(&[(
            "lib.rs",
            "// é\n  /* ü */ #[derive(PgEnum)]\n  enum E {\n    A,\n    #[pg_enum(rename = \"A\")] B,\n}",
        )]);
        let scan = tree.scan();
        let found = &scan.enums[0];
        let start = found.item.ident.span().start();
        assert_eq!((found.line, start.line, start.column), (3, 3, 7));
        assert_eq!(found.item.attrs[0].pound_token.span.start().column, 10);
        let errors = found.model().1.into_error().unwrap();
        let lines: Vec<_> = errors.into_iter().map(|error| error.span().start().line).collect();
        assert_eq!(lines, [5, 4]);
    }

    #[test]
    fn macros_are_told_of() {
        check(
            &[(
                "lib.rs",
                "macro_rules! make { ($name:ident) => {\n  #[derive(Debug, PgEnum)] pub enum $name { A }\n} }\n\
                 make!(A);\n\
                 wrap! { mod inner {\n #[cfg_attr(x, derive(pg_enum::PgEnum))]\n #[y] enum B {} } }\n\
                 other! { #[derive(Debug)] enum C {} }\n\
                 cfg_if! { if #[cfg(unix)] { mod unix; } }\n\
                 other! { #[derive(PgEnum)] struct D; enum E {} }",
            )],
            &["lib.rs:2 macro", "lib.rs:6 macro", "lib.rs:9 macro"],
        );
    }

    #[test]
    fn include_is_told_of_where_items_may_be() {
        check(
            &[(
                "lib.rs",
                "include!(\"a.rs\");\nfn f() {\n  include!(\"b.rs\");\n  let _ = include!(\"c.rs\");\n}",
            )],
            &["lib.rs:1 include", "lib.rs:3 include"],
        );
    }

    #[test]
    fn depth_is_survived() {
        for (open, close) in
            [("(", ")"), ("!", ""), ("{", "}"), ("[", "]"), ("if true {} else ", "{}")]
        {
            for count in [900, 100_000] {
                let text = format!(
                    "enum E {{}}\nfn f() {{ {}1{}; }}",
                    open.repeat(count),
                    close.repeat(count)
                );
                let tree = Tree::new(&[("lib.rs", &text)]);
                let scan = tree.scan();
                assert!(scan.enums.len() + scan.notes.len() >= 1, "{open}");
            }
            let text = format!("enum E {{ A = {}1{} }}", open.repeat(4000), close.repeat(4000));
            let tree = Tree::new(&[("lib.rs", &text)]);
            assert_eq!(tree.scan().notes[0].kind, NoteKind::Unreadable, "{open}");
        }
        let nested = format!("m! {{ {}{} }}", "(".repeat(100_000), ")".repeat(100_000));
        assert_eq!(Tree::new(&[("lib.rs", &nested)]).scan().notes.len(), 1);
    }
}

mod cfg {
    use super::*;

    #[test]
    fn what_is_left_out() {
        let tree = Tree::new(&[
            (
                "lib.rs",
                "#[cfg(test)] mod tests;\n\
                 #[cfg(test)] mod more { enum A {} }\n\
                 #[cfg(feature = \"on\")] enum B {}\n\
                 #[cfg(feature = \"off\")] enum C {}\n\
                 fn f() { #[cfg(test)] { enum D {} } #[cfg(test)] let x = { enum E {} }; }\n\
                 impl T { #[cfg(test)] fn g() { enum F {} } }\n\
                 mod g;\n\
                 #[cfg_attr(feature = \"on\", cfg(test))] enum H {}\n\
                 #[cfg_attr(feature = \"off\", cfg(test))] enum I {}",
            ),
            ("g.rs", "#![cfg(test)]\nenum G {}"),
        ]);
        let scan = tree.scan_with(&Cfg::new().features(["on"]));
        assert_eq!(tree.shown(&scan), ["lib.rs:3 B", "lib.rs:9 I"]);
    }

    #[test]
    fn what_is_not_known() {
        check(
            &[(
                "lib.rs",
                "#[cfg(custom)] mod a {\n #[derive(PgEnum)] enum A {} enum B {} }\n\
                     #[cfg(all(custom, test))] enum C {}\n\
                     #[cfg_attr(custom, cfg(other))] enum D {}\n\
                     #[cfg(any(custom, not(test)))] enum E {}",
            )],
            &[
                "lib.rs:2 a::A if custom",
                "lib.rs:2 a::B if custom",
                "lib.rs:4 D if custom, other",
                "lib.rs:5 E",
                "lib.rs:2 undetermined",
            ],
        );
    }

    #[test]
    fn path_by_configuration() {
        let tree = Tree::new(&[
            (
                "lib.rs",
                "#[cfg_attr(unix, path = \"u.rs\")] #[cfg_attr(not(unix), path = \"w.rs\")] mod os;\n\
                 #[cfg_attr(custom, path = \"c.rs\")] mod custom;",
            ),
            ("u.rs", "enum U {}"),
            ("w.rs", "enum W {}"),
            ("custom.rs", "enum C {}"),
        ]);
        let scan = tree.scan_with(&Cfg::parse("unix\n"));
        assert_eq!(tree.shown(&scan), ["u.rs:1 os::U", "lib.rs:2 undetermined"]);
    }

    #[test]
    fn variants_come_as_the_derive_gets_them() {
        let tree = Tree::new(&[(
            "lib.rs",
            "#[cfg_attr(not(test), derive(Debug, PgEnum), pg_enum(name = \"t\"))]\n\
             #[cfg_attr(test, pg_enum(schema = \"app\"))]\n\
             enum E {\n\
               A,\n\
               #[cfg(test)] B,\n\
               #[cfg_attr(not(test), pg_enum(rename = \"c\"))] C,\n\
               #[cfg(custom)] D,\n\
             }",
        )]);
        let scan = tree.scan();
        assert!(scan.enums[0].derives(&["PgEnum"]));
        let (model, errors) = scan.enums[0].model();
        assert!(errors.is_empty());
        model.with_definition(|definition| {
            assert_eq!((definition.schema, definition.name), (None, "t"));
            assert_eq!(definition.labels, ["A", "c", "D"]);
        });
        assert_eq!(tree.shown(&scan), ["lib.rs:3 E", "lib.rs:7 undetermined"]);
    }

    #[test]
    fn certain_by_one_way_is_certain() {
        check(
            &[
                ("lib.rs", "#[cfg(custom)] #[path = \"x.rs\"] mod a;\n#[path = \"x.rs\"] mod b;"),
                ("x.rs", "enum E {}"),
            ],
            &["x.rs:1 a::E", "lib.rs:2 included-twice"],
        );
    }
}

mod derives {
    use super::*;

    #[track_caller]
    fn derives(source: &str) -> bool {
        let tree = Tree::new(&[("lib.rs", source)]);
        tree.scan().enums[0].derives(&["PgEnum"])
    }

    #[test]
    fn by_any_path() {
        assert!(derives("#[derive(Debug, PgEnum)] enum E {}"));
        assert!(derives("#[derive(::pg_enum::PgEnum,)] enum E {}"));
        assert!(derives("#[derive(Debug)] #[derive(PgEnum)] enum E {}"));
        assert!(derives("#[cfg_attr(custom, derive(PgEnum))] enum E {}"));
        assert!(!derives("#[cfg_attr(test, derive(PgEnum))] enum E {}"));
        assert!(!derives("#[derive(Debug)] #[doc = \"PgEnum\"] enum E {}"));
        assert!(!derives("enum E {}"));
    }

    #[test]
    fn by_the_name_that_use_gives() {
        assert!(derives("use pg_enum::PgEnum as P; #[derive(P)] enum E {}"));
        assert!(derives("use pg_enum::{self as p, PgEnum as P}; #[derive(P)] enum E {}"));
        assert!(derives("use pg_enum as p; #[derive(p::PgEnum)] enum E {}"));
        assert!(!derives("use other::Thing as PgEnum; #[derive(PgEnum)] enum E {}"));
        assert!(!derives("use pg_enum::PgEnum as P; #[derive(m::P)] enum E {}"));
    }
}
