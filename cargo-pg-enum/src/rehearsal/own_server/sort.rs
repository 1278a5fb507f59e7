//! Decides which role runs each statement of a dump.
//!
//! A hostile schema must not run code as a superuser. So a role without superuser rights runs every statement that
//! could evaluate an expression of the schema (constraints, indexes, partitions, generated columns). The superuser
//! runs only statements that evaluate nothing from the schema: schemas and extensions while the database is empty,
//! then owners and privileges, and finally event triggers, because they fire on later statements.

/// The role that runs a statement, and when.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Turn {
    /// The superuser, in another database.
    Database,
    /// The superuser, while the database is empty.
    First,
    /// The role without superuser rights, in the dump's order.
    InOrder,
    /// The same; rows are copied before the first of these, so that no index, trigger, foreign key or policy affects
    /// the copy.
    AfterRows,
    /// The superuser, in the dump's order.
    InOrderAsSuperuser,
    /// The superuser, after all these.
    Last,
    /// The superuser, after that.
    EventTrigger,
    /// Skipped, because something else does the same.
    Never,
    /// Skipped with a note.
    Left(&'static str),
    /// Refused: nothing is run at all.
    Refused(&'static str),
}

/// The turn of a statement.
#[expect(clippy::match_same_arms, reason = "they are in groups, each for a kind of object")]
pub(super) fn turn(words: &[&str]) -> Turn {
    let has = |wanted: &[&str]| words.windows(wanted.len()).any(|found| found == wanted);
    match words {
        ["create", "database", ..] => Turn::Database,
        ["alter", "database", _, "owner", ..] | ["comment", "on", "database", ..] => Turn::Last,
        // Settings are read from the catalog, and a connection limit is not needed here.
        ["alter", "database", ..] | ["alter", "role", _, "in", "database", ..] => Turn::Never,
        ["create", "schema", _] | ["create", "extension", ..] => Turn::First,
        ["create", "schema", ..] => Turn::Refused("a schema is created together with its content"),
        ["comment", "on", "extension", ..] => Turn::Never,

        ["alter", "event", "trigger", _, "owner", ..] => Turn::Never,
        ["create" | "alter", "event", "trigger", ..]
        | ["comment", "on", "event", "trigger", ..] => Turn::EventTrigger,

        ["create", "user", "mapping", ..] => {
            Turn::Left("user mappings of foreign servers, because they contain passwords")
        }
        ["create", "subscription", ..] => Turn::Left("subscriptions"),
        ["grant" | "revoke", ..] | ["alter", "default", "privileges", ..] => privilege(words),
        ["set" | "reset", "session", "authorization", ..] => Turn::Last,
        ["alter", "subscription", ..] => Turn::Refused("it changes a subscription"),
        ["alter", kind, .., "owner", "to", _] if has_one_action(kind, words) => Turn::Last,

        // A publication may be FOR ALL TABLES, which requires a superuser, and evaluates nothing.
        ["create" | "alter", "publication", ..] | ["comment", "on", "publication", ..] => {
            Turn::Last
        }
        // These require a superuser, because a wrong one can crash a server; here that would do no harm.
        ["create", "operator", "class" | "family", ..]
        | ["alter", "operator", "family", ..]
        | ["comment", "on", "operator", "class" | "family", ..] => Turn::InOrderAsSuperuser,

        ["create", "index" | "trigger" | "constraint" | "rule" | "policy" | "statistics", ..]
        | ["create", "unique", "index", ..] => Turn::AfterRows,
        ["alter", "table", ..]
            if has(&["add", "constraint"]) || has(&["row", "level", "security"]) =>
        {
            Turn::AfterRows
        }
        _ => Turn::InOrder,
    }
}

/// Whether `OWNER TO` is the only action of an `ALTER`. Only some kinds of object allow several actions, and for
/// those kinds, parentheses appear only in other actions.
fn has_one_action(kind: &str, words: &[&str]) -> bool {
    matches!(kind, "function" | "procedure" | "aggregate" | "operator")
        || !words.iter().any(|word| matches!(*word, "," | "("))
}

/// A privilege on an object. A privilege on a system object could give access to this machine's files, and a dump
/// contains no role memberships.
fn privilege(words: &[&str]) -> Turn {
    let Some(on) = words.iter().position(|word| *word == "on") else {
        // `ALTER DEFAULT PRIVILEGES … GRANT … ON …` has an `ON` too.
        return Turn::Refused("it grants membership in a role, which a dump does not contain");
    };
    if words[on..].windows(2).any(|pair| matches!(pair, ["pg_catalog" | "\"pg_catalog\"", "."])) {
        return Turn::Left("privileges on system functions and tables");
    }
    match words.get(on + 1) {
        Some(&("parameter" | "tablespace")) => {
            Turn::Left("privileges on parameters and tablespaces")
        }
        _ => Turn::Last,
    }
}

#[cfg(test)]
mod tests {
    use pg_enum_migrations::words;

    use super::*;

    fn of(sql: &str) -> Turn {
        let words: Vec<String> = words(sql).collect();
        turn(&words.iter().map(String::as_str).collect::<Vec<_>>())
    }

    #[test]
    fn what_evaluates_something_is_not_for_the_superuser() {
        for sql in [
            "CREATE TABLE app.t (a int CHECK (app.f(a)))",
            "CREATE FUNCTION app.f() RETURNS int LANGUAGE sql AS 'GRANT x TO y'",
            "CREATE VIEW app.grant AS SELECT 1",
            "ALTER TABLE ONLY app.t ATTACH PARTITION app.u FOR VALUES IN (1)",
            "COMMENT ON TABLE app.t IS 'OWNER TO x'",
            "CREATE DOMAIN app.d AS text CHECK (app.f(VALUE))",
            "CREATE CAST (app.a AS text) WITH FUNCTION app.f(app.a)",
        ] {
            assert_eq!(of(sql), Turn::InOrder, "{sql}");
        }
        for sql in [
            "ALTER TABLE app.t ADD CONSTRAINT c CHECK (app.f(1))",
            "ALTER TABLE app.t ADD CONSTRAINT c CHECK (app.f(1)), OWNER TO app",
            "CREATE UNIQUE INDEX i ON app.t USING btree (app.f(a))",
            "CREATE POLICY p ON app.t USING (app.f(a))",
        ] {
            assert_eq!(of(sql), Turn::AfterRows, "{sql}");
        }
    }

    #[test]
    fn what_the_superuser_runs_evaluates_nothing() {
        assert_eq!(of("CREATE SCHEMA app"), Turn::First);
        assert_eq!(of("ALTER FUNCTION app.f(a integer) OWNER TO \"a b\""), Turn::Last);
        assert_eq!(of("GRANT SELECT ON TABLE app.t TO PUBLIC"), Turn::Last);
        assert_eq!(
            of("CREATE EVENT TRIGGER t ON ddl_command_end EXECUTE FUNCTION f()"),
            Turn::EventTrigger
        );
    }

    #[test]
    fn no_privilege_reaches_out() {
        for sql in [
            "GRANT ALL ON FUNCTION pg_catalog.pg_read_file(text) TO app",
            "GRANT SELECT ON TABLE \"pg_catalog\".pg_authid TO app",
            "GRANT SET ON PARAMETER session_preload_libraries TO app",
            "CREATE USER MAPPING FOR app SERVER s OPTIONS (password 'x')",
        ] {
            assert!(matches!(of(sql), Turn::Left(_)), "{sql}");
        }
        assert!(matches!(of("GRANT pg_read_server_files TO app"), Turn::Refused(_)));
        assert!(matches!(of("CREATE SCHEMA a CREATE VIEW v AS SELECT f()"), Turn::Refused(_)));
    }
}
