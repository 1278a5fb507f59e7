//! A copy of the target on a server of its own.

use std::fmt::Write;

use pg_enum_core::Ident;
use pg_enum_migrations::Statement;
use pg_enum_server::{Server, secret};
use sqlx::postgres::{PgConnectOptions, PgSslMode};
use sqlx::{AssertSqlSafe, Connection, PgConnection};

use super::rows::{self, Table};
use super::sort::{Turn, turn};
use super::source::{Sequence, Source};
use super::{extensions, roles};
use crate::database::{Database, failed, reason};
use crate::failure::Failure;
use crate::text::brief;

/// Statements that are sent together: as they are one transaction, not more than there are locks for.
const TOGETHER: usize = 100;
/// Characters of a statement that are shown.
const SHOWN: usize = 200;

/// The superuser of the server, and how to connect to it.
pub(super) struct Access {
    options: PgConnectOptions,
}

/// A statement of the dump, and its words.
struct Sorted<'a> {
    statement: &'a Statement,
    words: Vec<String>,
    turn: Turn,
}

/// What is wanted.
pub(super) struct Wanted<'a> {
    pub(super) source: &'a Source,
    pub(super) dump: &'a [Statement],
    /// Whether to make what is in the database as well.
    pub(super) with_schema: bool,
    pub(super) allowed_extensions: &'a [String],
    pub(super) programs: &'a str,
    /// Tables whose rows are copied, and how many of them at most.
    pub(super) tables: &'a [(Table, Option<u64>)],
}

/// What has come of it.
pub(super) struct Made {
    /// Of whoever migrates.
    pub(super) password: String,
    /// What differs from the target, for whoever reads the result.
    pub(super) notes: Vec<String>,
}

impl Access {
    pub(super) fn new(server: &Server, user: &str, password: &str) -> Self {
        // Nothing of what the environment says about another server, but what has a default there.
        let options = PgConnectOptions::new_without_pgpass()
            .socket(server.socket_dir())
            .port(server.port())
            .ssl_mode(PgSslMode::Disable)
            .username(user)
            .password(password)
            // No name is looked up where a schema of the target's could have put something.
            .options([("search_path", "pg_catalog")]);
        Self { options }
    }

    /// The options of a connection to the target, for this server.
    pub(super) fn of_user(
        &self,
        options: PgConnectOptions,
        user: &str,
        password: &str,
        database: &str,
    ) -> PgConnectOptions {
        let mut options = options.username(user).password(password).database(database);
        if let Some(socket) = self.options.get_socket() {
            options = options.socket(socket);
        }
        options.port(self.options.get_port()).ssl_mode(PgSslMode::Disable)
    }

    fn as_user(&self, user: &str, password: &str) -> PgConnectOptions {
        self.options.clone().username(user).password(password)
    }
}

/// Makes it.
pub(super) async fn make(
    access: &Access,
    database: &Database,
    target: &mut PgConnection,
    wanted: &Wanted<'_>,
) -> Result<Made, Failure> {
    let source = wanted.source;
    let name = &*source.server.database;
    let dump = sort(wanted)?;
    let of = |turn: Turn| dump.iter().filter(move |one| one.turn == turn);
    let mut notes = Vec::new();

    // Whoever makes the copy without being a superuser has a name that no role of the target has.
    let [restorer_name, restorer_password, password] = [word()?, word()?, word()?];
    // In whichever database there is that has another name.
    let other = if name == "postgres" { "template1" } else { "postgres" };
    let mut superuser = database.connect(&access.options.clone().database(other)).await?;
    roles::make(&mut superuser, source, &restorer_name, [&restorer_password, &password]).await?;
    make_database(&mut superuser, name, of(Turn::Database), &mut notes).await?;
    let _ = superuser.close().await;

    let mut superuser = database.connect(&access.options.clone().database(name)).await?;
    let extensions: Vec<String> = of(Turn::First).filter_map(extension).collect();
    extensions::check(&mut superuser, &extensions, wanted.allowed_extensions, wanted.programs)
        .await?;
    for one in of(Turn::First) {
        as_superuser(&mut superuser, one).await?;
    }
    let owner = wanted.with_schema.then_some(&*restorer_name);
    hand_over(&mut superuser, source, owner).await?;

    let options = access.as_user(&restorer_name, &restorer_password).database(name);
    let mut restorer = database.connect(&options).await?;
    let mut batch = Batch::default();
    let mut has_rows = false;
    for one in &dump {
        if one.turn == Turn::AfterRows && !has_rows {
            batch.send(&mut restorer).await?;
            copy_rows(target, &mut restorer, wanted.tables, &mut notes).await?;
            has_rows = true;
        }
        match one.turn {
            Turn::AfterRows if one.words.windows(2).any(|pair| pair == ["foreign", "key"]) => {
                batch.send(&mut restorer).await?;
                foreign_key(&mut restorer, one, &mut notes).await?;
            }
            Turn::InOrder | Turn::AfterRows => batch.add(&mut restorer, one.statement).await?,
            Turn::InOrderAsSuperuser => {
                batch.send(&mut restorer).await?;
                as_superuser(&mut superuser, one).await?;
            }
            _ => {}
        }
    }
    batch.send(&mut restorer).await?;
    if !has_rows {
        copy_rows(target, &mut restorer, wanted.tables, &mut notes).await?;
    }
    if wanted.with_schema {
        set_sequences(&mut restorer, &source.sequences).await?;
    }
    let _ = restorer.close().await;

    if wanted.with_schema {
        give_back(&mut superuser, source).await?;
    }
    for one in of(Turn::Last) {
        as_superuser(&mut superuser, one).await?;
    }
    if let Some(names) = roles::set(&mut superuser, source).await? {
        notes.push(format!("not copied: settings that only a superuser may change: {names}"));
    }
    // Nothing comes after these, as they would run with it.
    for one in of(Turn::EventTrigger) {
        as_superuser(&mut superuser, one).await?;
    }
    let _ = superuser.close().await;
    let left = dump.iter().filter_map(|one| match one.turn {
        Turn::Left(what) => Some(format!("not copied: {what}")),
        _ => None,
    });
    for note in left {
        if !notes.contains(&note) {
            notes.push(note);
        }
    }
    Ok(Made { password, notes })
}

fn word() -> Result<String, Failure> {
    secret().map_err(|error| Failure::new(error.to_string()))
}

/// The statements with their turns.
fn sort<'a>(wanted: &Wanted<'a>) -> Result<Vec<Sorted<'a>>, Failure> {
    let mut dump = Vec::with_capacity(wanted.dump.len());
    for statement in wanted.dump {
        let words: Vec<String> = statement.words().collect();
        let strs: Vec<&str> = words.iter().map(String::as_str).collect();
        let turn = if statement.is_command { command(statement) } else { turn(&strs) };
        if let Turn::Refused(why) = turn {
            return Err(Failure::new(format!("the target's schema cannot be copied: {why}"))
                .with_detail(brief(statement.text(), SHOWN)));
        }
        if wanted.with_schema || turn == Turn::Database {
            dump.push(Sorted { statement, words, turn });
        }
    }
    Ok(dump)
}

/// What `pg_dump` writes for psql.
fn command(statement: &Statement) -> Turn {
    let word = statement.text().split_whitespace().next().unwrap_or_default();
    match word {
        "\\connect" | "\\restrict" | "\\unrestrict" => Turn::Never,
        _ => Turn::Refused("there is a command of psql's in it"),
    }
}

/// The name in `CREATE EXTENSION [IF NOT EXISTS] name …`.
fn extension(one: &Sorted<'_>) -> Option<String> {
    let words: Vec<&str> = one.words.iter().map(String::as_str).collect();
    let ["create", "extension", rest @ ..] = &words[..] else { return None };
    let (["if", "not", "exists", name, ..] | [name, ..]) = rest else { return None };
    Some(match name.strip_prefix('"').and_then(|name| name.strip_suffix('"')) {
        Some(quoted) => quoted.replace("\"\"", "\""),
        None => (*name).to_owned(),
    })
}

/// With the target's encoding and locale, if this machine has that locale.
async fn make_database<'a>(
    superuser: &mut PgConnection,
    name: &str,
    create: impl Iterator<Item = &'a Sorted<'a>>,
    notes: &mut Vec<String>,
) -> Result<(), Failure> {
    let may_not = |error| failed("make a database like the target's", &error);
    // The server has two of its own, and the target may have the name of one.
    let mut away = Vec::new();
    if name == "template1" {
        away.push(
            "UPDATE pg_catalog.pg_database SET datistemplate = false WHERE datname = 'template1'"
                .to_owned(),
        );
    }
    if matches!(name, "postgres" | "template1") {
        away.push(format!("DROP DATABASE {}", Ident(name)));
    }
    for sql in away {
        sqlx::query(AssertSqlSafe(sql))
            .persistent(false)
            .execute(&mut *superuser)
            .await
            .map_err(may_not)?;
    }
    for one in create {
        let create = sqlx::query(AssertSqlSafe(one.statement.text())).persistent(false);
        let Err(error) = create.execute(&mut *superuser).await else { continue };
        let encoding = after(&one.words, "encoding").unwrap_or("'UTF8'");
        let plain = format!(
            "CREATE DATABASE {} TEMPLATE template0 ENCODING {encoding} LC_COLLATE 'C' LC_CTYPE 'C'",
            Ident(name)
        );
        sqlx::query(AssertSqlSafe(plain))
            .persistent(false)
            .execute(&mut *superuser)
            .await
            .map_err(may_not)?;
        notes.push(format!(
            "the database has the locale C, as this machine lacks that of the target: {}",
            reason(&error)
        ));
    }
    Ok(())
}

/// The word after `name =`.
fn after<'a>(words: &'a [String], name: &str) -> Option<&'a str> {
    let at = words.windows(2).position(|pair| pair[0] == name && pair[1] == "=")?;
    words.get(at + 2).map(String::as_str)
}

/// Has the restorer own the database and all schemas; the dump says later whose they are. Where there is none,
/// whoever migrates owns the database.
async fn hand_over(
    superuser: &mut PgConnection,
    source: &Source,
    restorer: Option<&str>,
) -> Result<(), Failure> {
    let may_not = |error| failed("prepare the database", &error);
    let schemas: Vec<String> = sqlx::query_scalar(
        "SELECT nspname::text FROM pg_catalog.pg_namespace
         WHERE nspname !~ '^pg_' AND nspname <> 'information_schema'",
    )
    .fetch_all(&mut *superuser)
    .await
    .map_err(may_not)?;
    let owner = Ident(restorer.unwrap_or(&source.user));
    let mut sql = format!("ALTER DATABASE {} OWNER TO {owner};", Ident(&source.server.database));
    for schema in schemas.iter().filter(|_| restorer.is_some()) {
        if schema == "public" && source.public.is_none() {
            sql += "DROP SCHEMA public;";
        } else {
            // Writing to a string does not fail.
            let _ = write!(sql, "ALTER SCHEMA {} OWNER TO {owner};", Ident(schema));
        }
    }
    sqlx::raw_sql(AssertSqlSafe(sql)).execute(superuser).await.map_err(may_not)?;
    Ok(())
}

/// A dump does not say whose `public` is as long as that is what a new database would say.
async fn give_back(superuser: &mut PgConnection, source: &Source) -> Result<(), Failure> {
    let Some(owner) = &source.public else { return Ok(()) };
    let sql = format!("ALTER SCHEMA public OWNER TO {}", Ident(owner));
    sqlx::raw_sql(AssertSqlSafe(sql))
        .execute(superuser)
        .await
        .map_err(|error| failed("prepare the schema public", &error))?;
    Ok(())
}

/// One statement, and no more: by the extended protocol, the server refuses two.
async fn as_superuser(superuser: &mut PgConnection, one: &Sorted<'_>) -> Result<(), Failure> {
    let sent = sqlx::query(AssertSqlSafe(one.statement.text())).persistent(false);
    sent.execute(superuser).await.map_err(|error| uncopied(&error, one.statement.text()))?;
    Ok(())
}

/// Statements of the restorer's that have not been sent.
#[derive(Default)]
struct Batch {
    sql: String,
    count: usize,
}

impl Batch {
    async fn add(&mut self, restorer: &mut PgConnection, one: &Statement) -> Result<(), Failure> {
        self.sql += one.text();
        self.sql += ";\n";
        self.count += 1;
        if self.count == TOGETHER { self.send(restorer).await } else { Ok(()) }
    }

    async fn send(&mut self, restorer: &mut PgConnection) -> Result<(), Failure> {
        let sql = std::mem::take(&mut self.sql);
        self.count = 0;
        let sent = sqlx::raw_sql(AssertSqlSafe(&*sql)).execute(restorer).await;
        sent.map_err(|error| uncopied(&error, &sql))?;
        Ok(())
    }
}

/// A foreign key. Where not all rows have been copied, what it refers to may be missing.
async fn foreign_key(
    restorer: &mut PgConnection,
    one: &Sorted<'_>,
    notes: &mut Vec<String>,
) -> Result<(), Failure> {
    let text = one.statement.text();
    let is_missing = |error: &sqlx::Error| matches!(error, sqlx::Error::Database(error) if error.is_foreign_key_violation());
    let sent = sqlx::raw_sql(AssertSqlSafe(text)).execute(&mut *restorer).await;
    match sent {
        Err(error) if is_missing(&error) => {
            let sql = format!("{text} NOT VALID");
            let sent = sqlx::raw_sql(AssertSqlSafe(sql)).execute(restorer).await;
            sent.map_err(|error| uncopied(&error, text))?;
            let name = one.words.iter().skip_while(|word| *word != "constraint").nth(1);
            notes.push(format!(
                "the foreign key {} is not valid there, as the rows that it refers to are not copied",
                brief(name.map_or("", String::as_str), SHOWN)
            ));
        }
        sent => {
            sent.map_err(|error| uncopied(&error, text))?;
        }
    }
    Ok(())
}

async fn copy_rows(
    target: &mut PgConnection,
    restorer: &mut PgConnection,
    tables: &[(Table, Option<u64>)],
    notes: &mut Vec<String>,
) -> Result<(), Failure> {
    for (table, limit) in tables {
        if rows::copy(target, restorer, table, *limit).await? {
            let limit = limit.unwrap_or_default();
            notes.push(format!(
                "of {} the first {limit} rows are copied: --data-limit allows more",
                table.full_name()
            ));
        }
    }
    Ok(())
}

async fn set_sequences(restorer: &mut PgConnection, sequences: &[Sequence]) -> Result<(), Failure> {
    let column = |get: fn(&Sequence) -> &str| -> Vec<&str> { sequences.iter().map(get).collect() };
    sqlx::query(
        "SELECT pg_catalog.count(pg_catalog.setval(c.oid, s.last)) FROM unnest($1::text[], $2::text[], $3::bigint[])
           AS s (schema, name, last)
         JOIN pg_catalog.pg_namespace AS n ON n.nspname = s.schema
         JOIN pg_catalog.pg_class AS c ON c.relnamespace = n.oid AND c.relname = s.name AND c.relkind = 'S'",
    )
    .bind(column(|it| &it.schema))
    .bind(column(|it| &it.name))
    .bind(sequences.iter().map(|it| it.last).collect::<Vec<_>>())
    .persistent(false)
    .execute(restorer)
    .await
    .map_err(|error| failed("set the sequences", &error))?;
    Ok(())
}

fn uncopied(error: &sqlx::Error, text: &str) -> Failure {
    let shown = error_place(error, text);
    let failure = Failure::new(format!("the target's schema cannot be copied: {}", reason(error)))
        .with_detail(brief(shown, SHOWN));
    let code = error.as_database_error().and_then(|error| error.code().map(String::from));
    match code.as_deref() {
        Some("42501") => failure.with_help(
            "only a superuser makes this, and nothing of the target runs as one on this machine; see \
             --on-target, which runs the migrations on the target",
        ),
        _ => failure,
    }
}

/// The statement that an error is about, as far as that can be told.
fn error_place<'a>(error: &sqlx::Error, text: &'a str) -> &'a str {
    use sqlx::postgres::{PgDatabaseError, PgErrorPosition};
    let error = error.as_database_error().and_then(|it| it.try_downcast_ref::<PgDatabaseError>());
    match error.and_then(PgDatabaseError::position) {
        Some(PgErrorPosition::Original(position)) => {
            // Positions are in characters, counted from 1.
            let at = text.char_indices().nth(position.saturating_sub(1)).map_or(0, |(at, _)| at);
            let start = text[..at].rfind(";\n").map_or(0, |start| start + 2);
            &text[start..]
        }
        _ => text,
    }
}
