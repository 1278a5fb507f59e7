//! Who runs which statement of a dump.
//!
//! A hostile schema runs nothing as a superuser: whatever could evaluate an expression of its own (constraints,
//! indexes, partitions, generated columns) is run by a role that is none. The superuser runs statements that
//! create nothing of the schema's own or evaluate nothing of it: schemas and extensions while the database is
//! empty, then owners and privileges, event triggers last, as they fire on what comes after them.

/// Who runs a statement, and when.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Turn {
    /// The superuser, in another database.
    Database,
    /// The superuser, while the database is empty.
    First,
    /// The role that is no superuser, in the dump's order.
    InOrder,
    /// The same; rows come before the first of these, so that there is no index, trigger, foreign key or policy
    /// in their way.
    AfterRows,
    /// The superuser, in the dump's order.
    InOrderAsSuperuser,
    /// The superuser, after all these.
    Last,
    /// The superuser, after that.
    EventTrigger,
    /// Nobody, as something else does the same.
    Never,
    /// Nobody, which is said.
    Left(&'static str),
    /// Nobody, and so nothing at all is run.
    Refused(&'static str),
}

/// Which of these it is.
#[expect(clippy::match_same_arms, reason = "they are in groups, each for a kind of object")]
pub(super) fn turn(words: &[&str]) -> Turn {
    let has = |wanted: &[&str]| words.windows(wanted.len()).any(|found| found == wanted);
    match words {
        ["create", "database", ..] => Turn::Database,
        ["alter", "database", _, "owner", ..] | ["comment", "on", "database", ..] => Turn::Last,
        // Settings are read from the catalog, and a limit of connections is not for this.
        ["alter", "database", ..] | ["alter", "role", _, "in", "database", ..] => Turn::Never,
        ["create", "schema", _] | ["create", "extension", ..] => Turn::First,
        ["create", "schema", ..] => Turn::Refused("a schema is made with something in it"),
        ["comment", "on", "extension", ..] => Turn::Never,

        ["alter", "event", "trigger", _, "owner", ..] => Turn::Never,
        ["create" | "alter", "event", "trigger", ..]
        | ["comment", "on", "event", "trigger", ..] => Turn::EventTrigger,

        ["create", "user", "mapping", ..] => {
            Turn::Left("user mappings of foreign servers, as there are passwords in them")
        }
        ["create", "subscription", ..] => Turn::Left("subscriptions"),
        ["grant" | "revoke", ..] | ["alter", "default", "privileges", ..] => privilege(words),
        ["set" | "reset", "session", "authorization", ..] => Turn::Last,
        ["alter", "subscription", ..] => Turn::Refused("it is about a subscription"),
        ["alter", kind, .., "owner", "to", _] if has_one_action(kind, words) => Turn::Last,

        // As it may be FOR ALL TABLES, and nothing is evaluated.
        ["create" | "alter", "publication", ..] | ["comment", "on", "publication", ..] => {
            Turn::Last
        }
        // A superuser makes them, as a wrong one can crash a server, which nothing depends on here.
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

/// Whether `OWNER TO` is all that an `ALTER` does. Only some kinds of object take several actions at once, and in
/// statements about those there are no parentheses but for other actions.
fn has_one_action(kind: &str, words: &[&str]) -> bool {
    matches!(kind, "function" | "procedure" | "aggregate" | "operator")
        || !words.iter().any(|word| matches!(*word, "," | "("))
}

/// A privilege of an object. Who got one on an object of the system's could reach this machine's files with it,
/// and membership in a role is no part of a dump.
fn privilege(words: &[&str]) -> Turn {
    let Some(on) = words.iter().position(|word| *word == "on") else {
        // `ALTER DEFAULT PRIVILEGES … GRANT … ON …` has one as well.
        return Turn::Refused("a dump grants no membership in a role");
    };
    if words[on..].windows(2).any(|pair| matches!(pair, ["pg_catalog" | "\"pg_catalog\"", "."])) {
        return Turn::Left("privileges on functions and tables of the system");
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
