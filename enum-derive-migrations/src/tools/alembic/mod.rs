//! Alembic: revisions in Python, in `versions` beside `env.py`.
//!
//! The rules are those of sqlalchemy/alembic (1.19):
//! - `alembic/script/base.py`: every `*.py` in the directories of revisions is one, but for `__init__.py` and names that
//!   begin with `.#` (`_only_source_rev_file`, `_list_py_dir`);
//! - `alembic/script/revision.py`: the graph ([`graph`]);
//! - `alembic/runtime/migration.py`, `begin_transaction`: one transaction goes around the whole upgrade, unless `env.py`
//!   passes `transaction_per_migration=True`, or its connection has the isolation level `AUTOCOMMIT`;
//! - `alembic_version` has the heads of what has been applied (`HeadMaintainer`), and so all that comes before them.
//!
//! What the folder may be given as: the one with `alembic.ini` or `pyproject.toml`, the one with `env.py`, or one with
//! revisions ([`layout`]). What is in the revisions is for [`Options::read_code`](crate::Options::read_code) to say.

mod graph;
mod layout;
mod not_listed;
mod python;
mod revision;
#[cfg(feature = "write")]
mod writing;

use std::collections::{HashMap, HashSet};
use std::path::{Path, PathBuf};

use self::graph::Graph;
use self::layout::{ENV, INI, Layout};
use self::revision::{Places, Revision, is_revision};
use super::rules::{Around, Outside, Rules, Running};
use crate::files::{Entry, FolderError, Reader, Seen, Sign, slashes};
use crate::ground::{Finding, Kind, Migration, Part, Transaction};
#[cfg(feature = "history")]
use crate::history::{History, Reaction, Record, Unreadable};

/// The tool.
pub(super) struct Alembic;

impl Rules for Alembic {
    fn detect(&self, seen: &Seen<'_>) -> Option<Sign> {
        if let Some(name) = [INI, ENV].into_iter().find(|name| seen.has(name))
            && Layout::find(seen.reader)
                .versions
                .iter()
                .any(|it| seen.reader.root.join(it).is_dir())
        {
            return Some(Sign::file(name));
        }
        let mut python = seen.files.clone();
        python.retain(|entry| is_python(entry));
        let heads = seen.heads_of(&python);
        let found = python.iter().zip(heads).find(|(_, text)| is_revision(text));
        found.map(|(entry, _)| Sign::file(&*entry.name))
    }

    fn takes(&self) -> &'static str {
        "Python files with `revision` and `down_revision`, in `versions`"
    }

    fn read(&self, reader: &mut Reader) -> Result<Vec<Migration>, FolderError> {
        let layout = Layout::find(reader);
        let usual = runs(reader, &layout);
        let (revisions, places) = revisions(reader, &layout)?;
        let (graph, missing) = Graph::new(&revisions);
        let is_whole = missing.is_empty();
        for missing in missing {
            let Places { down, depends, .. } = &places[missing.by];
            let is_down = revisions[missing.by].down.contains(&missing.name);
            let at = if is_down { down } else { depends };
            let message =
                format!("no file has the revision `{}`, which this one comes after", missing.name);
            let help = "add the file, or correct the name: Alembic refuses the folder";
            let finding = Finding::new(Kind::BrokenGraph, message, at.clone());
            reader.findings.push(finding.with_help(help));
        }
        let heads = graph.heads();
        // `alembic merge` refuses a folder that lacks a revision, and the right name may leave one head.
        if is_whole
            && let [first, rest @ ..] = &*heads
            && let Some(last) = rest.last()
            && !graph.are_labelled(&heads, &revisions)
        {
            let id = |index: &usize| format!("`{}`", revisions[*index].id);
            let all: Vec<_> = heads.iter().map(id).collect();
            let message = format!(
                "there are {} heads, and `alembic upgrade head` refuses that: {}",
                heads.len(),
                all.join(", ")
            );
            let finding =
                Finding::new(Kind::MultipleHeads, message, places[*last].revision.clone())
                    .with_related(places[*first].revision.clone(), "another head")
                    .with_help("merge them with `alembic merge heads`; or, to keep them apart, give each branch `branch_labels`");
            reader.findings.push(finding);
        }
        let (order, left) = graph.order();
        if let Some(first) = left.first() {
            let message = format!("the revision `{}` comes after itself", revisions[*first].id);
            let finding = Finding::new(Kind::BrokenGraph, message, places[*first].down.clone());
            let help = "correct `down_revision` or `depends_on`: Alembic refuses a circle";
            reader.findings.push(finding.with_help(help));
        }
        let mut migrations = Vec::with_capacity(revisions.len());
        for index in order.into_iter().chain(left) {
            let Revision { id, path, .. } = &revisions[index];
            migrations.push(Migration {
                version: id.clone(),
                name: slashes(path),
                up: Part::Code(path.clone()),
                down: Some(Part::Code(path.clone())),
                transaction: usual,
            });
        }
        Ok(migrations)
    }

    fn running(&self) -> Running {
        Running {
            together: true,
            choices: &[Around::File, Around::All],
            ..Running::each(
                Transaction::Explicit,
                Outside::Asked("put it into `with op.get_context().autocommit_block():`"),
            )
        }
    }

    fn apart(&self) -> &'static str {
        "pass `transaction_per_migration=True` to `context.configure` in env.py"
    }
}

fn is_python(entry: &Entry) -> bool {
    let is_source = entry.name.strip_suffix(".py").is_some_and(|name| !name.is_empty());
    is_source && !entry.name.starts_with(".#") && !entry.name.starts_with("__init__")
}

/// The revisions, in the order in which Alembic lists their files.
fn revisions(
    reader: &mut Reader,
    layout: &Layout,
) -> Result<(Vec<Revision>, Vec<Places>), FolderError> {
    let (mut paths, mut listed): (Vec<PathBuf>, HashSet<PathBuf>) = Default::default();
    let mut below = Vec::new();
    for versions in &layout.versions {
        let mut waiting = vec![versions.clone()];
        while let Some(directory) = waiting.pop() {
            if !reader.root.join(&directory).is_dir() {
                continue;
            }
            for entry in reader.list(&directory)? {
                if entry.directory {
                    if entry.name == "__pycache__" || entry.link {
                        continue;
                    }
                    if layout.is_recursive {
                        waiting.push(entry.path);
                    } else if !entry.is_hidden() {
                        below.push(entry.path);
                    }
                } else if is_python(&entry) && listed.insert(entry.path.clone()) {
                    paths.push(entry.path);
                }
            }
        }
    }
    let (mut found, mut by_id) = (Vec::<Option<(Revision, Places)>>::new(), HashMap::new());
    let mut findings = Vec::new();
    for source in reader.read(&paths)? {
        let Some((revision, place)) = Revision::read(&source, &mut findings) else { continue };
        let earlier = by_id.insert(revision.id.clone(), found.len());
        if let Some((_, other)) = earlier.and_then(|earlier: usize| found[earlier].take()) {
            let message = format!("two files have the revision `{}`", revision.id);
            let finding = Finding::new(Kind::BrokenGraph, message, place.revision.clone())
                .with_related(other.revision, "the other one")
                .with_help("give one of the two another id: Alembic takes the last one only");
            findings.push(finding);
        }
        found.push(Some((revision, place)));
    }
    reader.findings.append(&mut findings);
    below.retain(|directory| !layout.versions.contains(directory));
    not_listed::report(reader, below, &by_id.into_keys().collect());
    Ok(found.into_iter().flatten().unzip())
}

/// How the revisions are run, as `env.py` has it.
fn runs(reader: &mut Reader, layout: &Layout) -> Transaction {
    let env = layout.scripts.as_deref().unwrap_or(Path::new("")).join(ENV);
    let text = std::fs::read(reader.root.join(env)).unwrap_or_default();
    let text = String::from_utf8_lossy(&text);
    let code: Vec<&str> =
        text.lines().map(|line| line.split('#').next().unwrap_or_default()).collect();
    let has = |name: &str, value: &str| {
        code.iter().any(|line| {
            line.match_indices(name).any(|(at, _)| {
                let rest = line[at + name.len()..].trim_start_matches(['"', '\'', ' ']);
                let rest = rest.trim_start_matches(['=', ':']).trim_start_matches(['"', '\'', ' ']);
                rest.starts_with(value)
            })
        })
    };
    if has("isolation_level", "AUTOCOMMIT") {
        reader.together = Some(false);
        return Transaction::PerStatement;
    }
    if has("transaction_per_migration", "True") {
        reader.together = Some(false);
    }
    Transaction::Explicit
}

#[cfg(feature = "history")]
impl History for Alembic {
    fn table(&self) -> Option<&'static str> {
        Some("alembic_version")
    }

    fn columns(&self) -> &'static [&'static str] {
        &["version_num"]
    }

    /// All that come before a head have been applied as well.
    fn spread(
        &self,
        root: &Path,
        _migrations: &[Migration],
        records: Vec<Record>,
    ) -> Result<Vec<Record>, Unreadable> {
        let unreadable = |error: FolderError| Unreadable { message: error.to_string(), help: None };
        let mut reader = Reader::open(root).map_err(unreadable)?;
        let layout = Layout::find(&reader);
        let (revisions, _) = revisions(&mut reader, &layout).map_err(unreadable)?;
        let (graph, _) = Graph::new(&revisions);
        let mut applied = vec![false; revisions.len()];
        let mut spread = Vec::new();
        for record in records {
            match revisions.iter().position(|revision| revision.id == record.version) {
                Some(index) => graph.ancestors(index).into_iter().for_each(|it| applied[it] = true),
                None => spread.push(record),
            }
        }
        for (revision, _) in revisions.iter().zip(applied).filter(|(_, is_applied)| *is_applied) {
            spread.push(Record::applied(&*revision.id, None));
        }
        Ok(spread)
    }

    /// "Can't locate revision identified by '…'" (`_catch_revision_errors` in `alembic/script/base.py`).
    fn on_missing(&self) -> Reaction {
        Reaction::Refuses
    }

    fn repair(&self) -> &'static str {
        "check the state of the database, and run `alembic stamp` with the revision that it is at"
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Folder;
    use crate::ground::Tool;
    use crate::testing::{detected, findings, folder, names, open, steps, written, written_as};

    /// A revision's file.
    fn file(id: &str, down: &str) -> String {
        format!("\"\"\"x\"\"\"\nrevision = '{id}'\ndown_revision = {down}\n\ndef upgrade(): pass\n")
    }

    fn read(files: &[(&str, &str, &str)]) -> Folder {
        let texts: Vec<_> = files.iter().map(|(path, id, down)| (*path, file(id, down))).collect();
        let files: Vec<_> = texts.iter().map(|(path, text)| (*path, &**text)).collect();
        open(&files)
    }

    #[test]
    fn the_order_is_that_of_the_graph() {
        let folder =
            read(&[("a_x.py", "2", "'1'"), ("b_y.py", "1", "None"), ("__init__.py", "9", "'8'")]);
        assert_eq!(folder.tool, Tool::Alembic);
        assert!(folder.together);
        assert_eq!(
            steps(&folder),
            ["1 Explicit: <b_y.py> / <b_y.py>", "2 Explicit: <a_x.py> / <a_x.py>"]
        );
        assert_eq!(findings(&folder), [""; 0]);
    }

    #[test]
    fn a_folder_that_alembic_refuses() {
        let found = |files: &[(&str, &str, &str)]| findings(&read(files));
        assert_eq!(
            found(&[("a.py", "1", "None"), ("b.py", "2", "'1'"), ("c.py", "3", "'1'")]),
            ["c.py:2: there are 2 heads, and `alembic upgrade head` refuses that: `2`, `3`"]
        );
        assert_eq!(
            found(&[("a.py", "1", "'0'")]),
            ["a.py:3: no file has the revision `0`, which this one comes after"]
        );
        assert_eq!(
            found(&[("a.py", "1", "'2'"), ("b.py", "2", "'1'")]),
            ["a.py:3: the revision `1` comes after itself"]
        );
        assert_eq!(
            found(&[("a.py", "1", "None"), ("b.py", "1", "None")]),
            ["b.py:2: two files have the revision `1`"]
        );
        let text = "revision = make_id()\ndown_revision = None\n";
        let folder = open(&[("a.py", text), ("b.py", "down_revision = None")]);
        assert_eq!(
            findings(&folder),
            ["a.py:1: the id of this revision is computed, and is not known",]
        );
        // The name of a file without one says it, if it looks like one.
        assert_eq!(names(&folder), ["b.py"]);
        let folder = open(&[("a.py", &file("1", "x()")), ("helper.py", "x = 1")]);
        assert_eq!(
            findings(&folder),
            [
                "a.py:3: `down_revision` is computed, so that the order of this revision is not known",
                "helper.py:1: the file has no `revision`, and Alembic refuses the folder"
            ]
        );
    }

    #[test]
    fn branches_with_labels_have_heads_of_their_own() {
        let found = |branches: &[(&str, &str, Option<&str>)]| {
            let text = |(id, down, label): &(&str, &str, Option<&str>)| {
                let label = label.map(|label| format!("branch_labels = ('{label}',)\n"));
                (format!("{id}.py"), label.unwrap_or_default() + &file(id, down))
            };
            let files: Vec<_> = branches.iter().map(text).collect();
            let files: Vec<_> = files.iter().map(|(path, text)| (&**path, &**text)).collect();
            findings(&open(&files)).len()
        };
        // Two bases, and two branches of one, by the label of an earlier revision.
        let bases = [("1", "None", Some("a")), ("2", "'1'", None), ("3", "None", Some("b"))];
        assert_eq!(found(&bases), 0);
        assert_eq!(
            found(&[("1", "None", None), ("2", "'1'", Some("a")), ("3", "'1'", Some("b"))]),
            0
        );
        // The trunk has none.
        assert_eq!(found(&[("1", "None", None), ("2", "'1'", Some("a")), ("3", "'1'", None)]), 0);
        let (one, two) = (("4", "'2'", None), ("5", "'2'", None));
        assert_eq!(found(&[bases[0], bases[1], bases[2], one, two]), 1);
        assert_eq!(found(&[("1", "None", None), ("2", "'1'", None), ("3", "'1'", None)]), 1);
    }

    #[test]
    fn transactions_of_env() {
        let with = |env: &str| {
            let one = file("1", "None");
            let folder = open(&[("env.py", env), ("versions/1_a.py", &one)]);
            (folder.together, folder.migrations[0].transaction)
        };
        assert_eq!(with("context.configure(connection=c)"), (true, Transaction::Explicit));
        assert_eq!(
            with("context.configure(transaction_per_migration=True)"),
            (false, Transaction::Explicit)
        );
        assert_eq!(
            with("# transaction_per_migration=True\nx(transaction_per_migration = False)"),
            (true, Transaction::Explicit)
        );
        assert_eq!(
            with("opts = {'transaction_per_migration': True}"),
            (false, Transaction::Explicit)
        );
        assert_eq!(
            with("create_engine(url, isolation_level=\"AUTOCOMMIT\")"),
            (false, Transaction::PerStatement)
        );
    }

    #[test]
    fn the_folder_may_be_any_of_three() {
        let ini = "[alembic]\nscript_location = %(here)s/db/alembic\n";
        let (one, two) = (file("1", "None"), file("2", "'1'"));
        let root = folder(&[
            ("alembic.ini", ini),
            ("db/alembic/env.py", ""),
            ("db/alembic/versions/1_a.py", &one),
            ("db/alembic/versions/2_b.py", &two),
        ]);
        let names = |below: &str| {
            let folder = Folder::open(root.path().join(below)).expect("a readable folder");
            assert_eq!((folder.tool, &*folder.findings), (Tool::Alembic, &[][..]), "{below}");
            let names = folder.migrations.iter().map(|migration| migration.name.clone());
            names.collect::<Vec<_>>().join(" ")
        };
        assert_eq!(names(""), "db/alembic/versions/1_a.py db/alembic/versions/2_b.py");
        assert_eq!(names("db/alembic"), "versions/1_a.py versions/2_b.py");
        assert_eq!(names("db/alembic/versions"), "1_a.py 2_b.py");
    }

    #[test]
    fn several_directories() {
        let ini = "[other]\nscript_location = x\n[alembic]\nscript_location: app:migrations\n\
                   path_separator = os\nversion_locations = %(here)s/a:b\nrecursive_version_locations = true\n";
        let root = folder(&[
            ("alembic.ini", ini),
            ("app/migrations/env.py", "transaction_per_migration=True"),
            ("a/1.py", &file("1", "None")),
            ("b/2024/2.py", &file("2", "'1'")),
            ("b/__pycache__/3.py", &file("3", "'1'")),
        ]);
        for (below, expected) in
            [("", ["a/1.py", "b/2024/2.py"]), ("a", ["1.py", "../b/2024/2.py"])]
        {
            let folder = Folder::open(root.path().join(below)).expect("a readable folder");
            assert_eq!(names(&folder), expected);
            assert!(!folder.together);
        }
    }

    #[test]
    fn the_configuration_in_pyproject() {
        let toml = "[project]\nscript_location = \"x\"\n[tool.alembic]\nscript_location = \"%(here)s/m\"\n\
                    version_locations = [\n  \"%(here)s/m/one\",\n  \"m/two\",\n]\n[tool.x]\n";
        let files = [
            ("pyproject.toml", toml),
            ("m/env.py", ""),
            ("m/one/1.py", &*file("1", "None")),
            ("m/two/2.py", &*file("2", "'1'")),
        ];
        let root = folder(&files);
        for below in ["m", "m/one", "m/two"] {
            let folder = Folder::open(root.path().join(below)).expect("a readable folder");
            assert_eq!(folder.migrations.len(), 2, "{below}");
        }
    }

    #[test]
    fn directories_that_no_setting_names() {
        let found = |files: &[(&str, &str, &str)]| findings(&read(files));
        assert_eq!(
            found(&[("a.py", "1", "None"), ("new/b.py", "2", "'1'")]),
            [
                "new/b.py:3: a revision in a directory that no setting names goes on from here, and is not read"
            ]
        );
        // Those of another time.
        assert_eq!(found(&[("a.py", "1", "None"), ("old/b.py", "2", "'0'")]), [""; 0]);
        // Those that do not go on from here do not count, wherever they are.
        let both = [
            ("a.py", "1", "None"),
            ("new/b.py", "4", "'3'"),
            ("new/c.py", "3", "'1'"),
            ("old/d.py", "8", "'7'"),
            ("old/e.py", "7", "None"),
        ];
        assert_eq!(
            found(&both),
            [
                "new/c.py:3: 2 revisions in directories that no setting names go on from here, and are not read"
            ]
        );
    }

    /// What is said of a folder with one revision and another that nothing names, and with more that `add` puts there.
    #[cfg(unix)]
    fn found_beside(add: impl Fn(&Path)) -> Vec<String> {
        let (one, two) = (file("1", "None"), file("2", "'1'"));
        let root = folder(&[("a.py", &one), ("new/b.py", &two)]);
        add(root.path());
        findings(&Folder::open(root.path()).expect("a readable folder"))
    }

    #[cfg(unix)]
    #[test]
    fn what_cannot_be_searched_for_revisions_is_said() {
        let goes_on = "new/b.py:3: a revision in a directory that no setting names goes on from here, and is not read";
        let rest = "not all files and directories that no setting names are searched for revisions: 1 cannot be read, or come \
                    after the first 10000 files and 1000 directories";
        let nowhere = |root: &Path| {
            std::os::unix::fs::symlink("nowhere", root.join("new/c.py")).expect("a link");
            std::fs::write(root.join("new/d.py"), b"x = '\xFF'").expect("a file");
        };
        assert_eq!(found_beside(nowhere), [goes_on, &format!("new/c.py:1: {rest}")]);
        let many = |root: &Path| {
            for index in 0..1_000 {
                let directory = root.join(format!("new/{index:04}"));
                std::fs::create_dir(directory).expect("a directory");
            }
        };
        assert_eq!(found_beside(many), [goes_on, &format!("new/0000:1: {rest}")]);
    }

    #[test]
    fn whose_it_is() {
        let one = file("1", "None");
        assert_eq!(detected(&[("x.py", &one)]), "alembic");
        assert_eq!(detected(&[("x.py", "import y"), ("1_a.sql", "")]), "plain");
        assert!(
            detected(&[("x.py", "import y")]).starts_with("nothing in ROOT looks like a migration")
        );
        assert_eq!(detected(&[("env.py", ""), ("versions/", "")]), "alembic");
    }

    #[test]
    #[cfg(feature = "write")]
    fn as_alembic_writes_it() {
        let text = "\"\"\"add x\n\nRevision ID: ID\nRevises: 1\nCreate Date: 2025-03-04 05:06:07\n\n\"\"\"\n\
            from typing import Sequence, Union\n\nfrom alembic import op\n\n\n# revision identifiers, used by Alembic.\n\
            revision: str = 'ID'\ndown_revision: Union[str, Sequence[str], None] = '1'\n\
            branch_labels: Union[str, Sequence[str], None] = None\ndepends_on: Union[str, Sequence[str], None] = None\n\n\n\
            def upgrade() -> None:\n    op.execute(\n        \"\"\"\nup;\n        \"\"\"\n    )\n\n\n\
            def downgrade() -> None:\n    op.execute(\n        \"\"\"\ndown;\n        \"\"\"\n    )\n";
        let one = file("1", "None");
        let found = written(Tool::Alembic, &[("env.py", ""), ("versions/1_a.py", &one)]);
        let id = found[0]
            .strip_prefix("versions/")
            .and_then(|it| it.strip_suffix("_add_x.py"))
            .expect("a name");
        assert_eq!(id.len(), 12);
        assert_eq!(found[1].replace(id, "ID"), text);

        let ini = "[alembic]\nscript_location = .\nfile_template = %%(year)d/%%(month).2d_%%(day).2d_%%(rev)s_%%(slug)s\n\
                   recursive_version_locations = true\n";
        let found = written(Tool::Alembic, &[("alembic.ini", ini), ("env.py", "")]);
        assert!(found[0].starts_with("versions/2025/03_04_"), "{found:?}");
        assert!(found[1].contains("down_revision: Union[str, Sequence[str], None] = None\n"));

        let two = file("2", "None");
        let found = written(
            Tool::Alembic,
            &[("versions/1.py", &one), ("versions/2.py", &two), ("env.py", "")],
        );
        assert_eq!(
            found,
            [
                "alembic would not apply the migration as it is meant: it has more than one head; run `alembic merge heads` first, or say which one it is for with `--head REVISION`"
            ]
        );
        let up = "SELECT ':a', 'b\\c', \"\"\"d\"\"\", x::text, '\\:';\nSELECT 1;";
        let found = written_as(
            Tool::Alembic,
            &[("env.py", ""), ("versions/1_a.py", &one)],
            up,
            "-- it stays\n",
        );
        assert!(
            found[1].contains(r#"SELECT '\\:a', 'b\\c', \"\"\"d\"\"\", x::text, '\\\\:';"#),
            "{}",
            found[1]
        );
        assert!(found[1].ends_with("    # it stays\n    pass\n"), "{}", found[1]);
    }

    #[test]
    #[cfg(feature = "history")]
    fn the_table_has_the_heads() {
        let root = folder(&[
            ("env.py", ""),
            ("versions/1.py", &file("1", "None")),
            ("versions/2.py", &file("2", "'1'")),
            ("versions/3.py", &file("3", "'2'")),
        ]);
        let row = |version: &str| vec![Some(version.to_owned())];
        let records = Alembic.records(vec![row("2"), row("gone")]).expect("records");
        let spread = Alembic.spread(root.path(), &[], records).expect("a folder");
        let versions: Vec<_> = spread.iter().map(|record| &*record.version).collect();
        assert_eq!(versions, ["gone", "1", "2"]);
    }
}
