//! The ways down of migrations.

use super::code::Code;
use super::options::Options;
use super::prepared::{Prepared, Reading};
use crate::folder::Folder;
use crate::ground::{Migration, Part};

/// What takes a migration back, ready to run.
pub(super) enum Way<'a> {
    Script(Prepared<'a>),
    Code(Code),
}

impl<'a> Way<'a> {
    /// The ways down of migrations; nothing for one that has none.
    pub(super) fn down(
        folder: &Folder,
        migrations: &'a [Migration],
        options: &Options,
    ) -> Vec<Option<Self>> {
        let reading = Reading::of(folder, options);
        let mut ways = Vec::with_capacity(migrations.len());
        for migration in migrations {
            ways.push(match &migration.down {
                None => None,
                Some(Part::Sql(script)) => Some(Self::Script(Prepared::new(script, reading))),
                Some(Part::Code(path)) => Some(Self::Code(Code::read_down(
                    &folder.root,
                    path,
                    reading,
                    &options.read_code_down,
                ))),
            });
        }
        ways
    }

    /// The SQL in it.
    pub(super) fn scripts(&self) -> Vec<&Prepared<'a>> {
        match self {
            Self::Script(script) => vec![script],
            Self::Code(code) => code.scripts().collect(),
        }
    }
}
