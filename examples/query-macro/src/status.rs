//! The enum, and the test that keeps the migration to it.

use pg_enum::PgEnum;

/// How far a draft has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PgEnum)]
pub(crate) enum DraftStatus {
    Streaming,
    Partial,
    Complete,
}

#[cfg(test)]
mod tests {
    use expect_test::expect_file;
    use pg_enum::PgEnum;

    use super::DraftStatus;

    // The fragment stands first on the way up and last on the way down, as the table uses the type.
    // `UPDATE_EXPECT=1 cargo test` writes it where it belongs.
    //
    // A migration that a database has seen may not change any more. From then on, another label
    // takes a migration of its own, and it is that one which these tests have to look at.
    const UP: &str = include_str!("../migrations/0001_drafts.up.sql");
    const DOWN: &str = include_str!("../migrations/0001_drafts.down.sql");

    #[test]
    fn the_migration_up_begins_with_the_fragment() {
        let table = UP.find("\nCREATE TABLE").expect("the migration creates a table");
        let expected = format!("{}{}", DraftStatus::UP_SQL, &UP[table..]);
        expect_file!["../migrations/0001_drafts.up.sql"].assert_eq(&expected);
    }

    #[test]
    fn the_migration_down_ends_with_the_fragment() {
        let table = DOWN.find(";\n\n").expect("the migration drops a table");
        let expected = format!("{};\n\n{}", &DOWN[..table], DraftStatus::DOWN_SQL);
        expect_file!["../migrations/0001_drafts.down.sql"].assert_eq(&expected);
    }
}
