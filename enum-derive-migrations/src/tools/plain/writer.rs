//! A new file behind the last, named and cut like the others.

use std::path::Path;

use super::{Plain, marker, version, word_of};
use crate::draft::{
    Draft, NewFile, Prepared, Slate, WriteError, Writer, annotated, ended, in_files,
    number::{self, First},
};
use crate::files::sections::Direction;
use crate::ground::{Migration, Part, Script, Tool};

impl Writer for Plain {
    /// A file named after the last: its number and one more, or the time if it has one, in its directory, with
    /// what stands behind the number. If the last few have a way down, this one has it in the same place.
    fn write(&self, slate: &mut Slate<'_>, draft: &Draft) -> Result<Prepared, WriteError> {
        let mut slug = draft.slug();
        if word_of(&slug).is_some() {
            // A name that ends in such a word would say which way the file goes.
            slug += "_enum";
        }
        let last = slate.migrations.last();
        let name = last.and_then(|last| Path::new(&last.name).file_name()?.to_str());
        let stem = name.map(|name| name.rsplit_once('.').map_or(name, |(stem, _)| stem));
        let number = stem.map(numbered);
        let separator = stem.zip(number).and_then(|(stem, number)| {
            stem.get(number.len()..)?.chars().next().filter(|c| !c.is_alphanumeric())
        });
        let separator = separator.unwrap_or('_');
        let beside = slate.beside_last();

        let words = slate.migrations.iter().rev().take(5).find_map(in_two_files);
        let marked = slate.migrations.iter().rev().take(5).find_map(in_one_file);
        let (_, paths) = slate.place(number, First::Number("0001"), |version| {
            let path = |word: &str| beside.join(format!("{version}{separator}{slug}{word}.sql"));
            match &words {
                Some((up, down)) => vec![path(up), path(down)],
                None => vec![path("")],
            }
        })?;
        let file = paths.first().and_then(|path| path.file_name()?.to_str());
        let version = file.map(version).unwrap_or_default().to_owned();
        match (&words, marked) {
            (None, Some((up, down))) => {
                let both = format!("{up} {down}");
                if both.contains('!') {
                    let reason = "it ends a statement at each semicolon, even within a block";
                    return Err(WriteError::Text { tool: Tool::Plain, reason: reason.to_owned() });
                }
                let annotation =
                    ["+migrate", "+micrate"].into_iter().find(|word| both.contains(word));
                let text = |text: &str| match annotation {
                    Some(word) => annotated(text, word),
                    None => ended(text),
                };
                let (up_text, down_text) = (text(&draft.up), text(&draft.down));
                let up_line = if up.is_empty() { String::new() } else { format!("{up}\n") };
                let whole = format!("{up_line}{up_text}\n{down}\n{down_text}");
                let files =
                    paths.into_iter().map(|path| NewFile::new(path, whole.as_str())).collect();
                Ok(Prepared { version, files, up: up_text, down: Some(down_text) })
            }
            _ => Ok(in_files(version, draft, &paths)),
        }
    }
}

/// The beginning of a name, up to the end of its first number, or the time it begins with.
fn numbered(stem: &str) -> &str {
    let time = number::time_prefix(stem);
    let head = stem.bytes().take_while(|byte| !byte.is_ascii_digit()).count();
    let digits = stem.bytes().skip(head).take_while(u8::is_ascii_digit).count();
    let end = if time > 0 { time } else { head + digits };
    stem.get(..end).unwrap_or(stem)
}

/// The words for the two directions in the names of a migration's files, with what is before them.
fn in_two_files(migration: &Migration) -> Option<(String, String)> {
    let (Part::Sql(up), Some(Part::Sql(down))) = (&migration.up, &migration.down) else {
        return None;
    };
    let word = |script: &Script| {
        let name = script.source.path.file_name()?.to_str()?;
        let stem = name.rsplit_once('.').map_or(name, |(stem, _)| stem);
        let at = word_of(stem).map_or(stem.len(), |(at, _)| at);
        stem.get(at..).map(str::to_owned)
    };
    (up.source.path != down.source.path).then_some(())?;
    Some((word(up)?, word(down)?))
}

/// The lines that begin the two ways in a migration's one file.
fn in_one_file(migration: &Migration) -> Option<(String, String)> {
    let (Part::Sql(up), Some(Part::Sql(down))) = (&migration.up, &migration.down) else {
        return None;
    };
    (up.source.path == down.source.path).then_some(())?;
    let line = |direction| {
        let line = up.source.text.lines().find(|line| marker(line) == Some(direction));
        line.map(|line| line.trim_end().to_owned())
    };
    Some((line(Direction::Up).unwrap_or_default(), line(Direction::Down)?))
}

#[cfg(test)]
mod tests {
    use crate::ground::Tool;

    #[test]
    fn what_is_written_is_read_again() {
        use crate::testing::written;

        let written = |files: &[(&str, &str)]| written(Tool::Plain, files);
        let up = |name: &'static str| vec![name.to_owned(), "up;".to_owned()];
        assert_eq!(written(&[]), up("0001_add_x.sql"));
        assert_eq!(written(&[("9 c.sql", "")]), up("10 add_x.sql"));
        assert_eq!(written(&[("002.sql", "")]), up("003_add_x.sql"));
        assert_eq!(written(&[("m1-a.SQL", "")]), up("m2-add_x.sql"));
        assert_eq!(written(&[("2024/9.sql", "")]), up("2024/10_add_x.sql"));
        assert_eq!(written(&[("2024-01-01-a.sql", "")]), up("2025-03-04-add_x.sql"));
        assert_eq!(written(&[("20240101_120000_a.sql", "")]), up("20250304_050607_add_x.sql"));
        assert_eq!(
            written(&[("1.sql", ""), ("seed.sql", "")]),
            ["there is no number in `seed` that a next one could follow"]
        );
        for (last, undo, names) in [
            ("1_a.sql", "1_a.down.sql", ["2_add_x.sql", "2_add_x.down.sql"]),
            ("1_a_up.sql", "1_a_DOWN.sql", ["2_add_x_up.sql", "2_add_x_DOWN.sql"]),
            ("1-a.sql", "1-a-rollback.sql", ["2-add_x.sql", "2-add_x-rollback.sql"]),
        ] {
            let expected = [names[0], names[1], "up;", "down;"];
            assert_eq!(written(&[(last, ""), (undo, "")]), expected);
        }
    }

    #[test]
    fn markers_are_those_of_the_last() {
        use crate::testing::{written, written_as};

        for text in [
            "-- +migrate Up\na\n-- +migrate Down\nb",
            "a\n---- create above / drop below ----\nb",
            "-- Up Migration\na\n-- Down Migration\nb",
            "-- // a title\na\n-- //@UNDO\nb",
        ] {
            assert_eq!(
                written(Tool::Plain, &[("1.sql", text)]),
                ["2_add_x.sql", "up;", "down;"],
                "{text}"
            );
        }
        let last = ("1.sql", "-- +migrate Up\na\n-- +migrate Down\nb");
        let written = written_as(Tool::Plain, &[last], "DO $$ a; $$;", "down;");
        assert_eq!(
            written[1],
            "-- +migrate StatementBegin\nDO $$ a; $$;\n-- +migrate StatementEnd"
        );
    }

    #[test]
    fn a_name_is_no_direction() {
        use crate::testing::written_named;

        assert_eq!(written_named(Tool::Plain, "tear down")[0], "0001_tear_down_enum.sql");
    }
}
