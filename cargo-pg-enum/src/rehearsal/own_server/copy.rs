//! Copies the target to a temporary server.

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

/// The number of statements that are sent together. They form one transaction, and the number of locks is limited.
const TOGETHER: usize = 100;
/// The number of characters of a statement to show.
const SHOWN: usize = 200;

/// The superuser of the server, and its connection options.
pub(super) struct Access {
    options: PgConnectOptions,
}

/// A statement of the dump, and its words.
struct Sorted<'a> {
    statement: &'a Statement,
    words: Vec<String>,
    turn: Turn,
}

/// What to copy.
pub(super) struct Wanted<'a> {
    pub(super) source: &'a Source,
    pub(super) dump: &'a [Statement],
    /// Whether to copy the content of the database too.
    pub(super) with_schema: bool,
    pub(super) allowed_extensions: &'a [String],
    pub(super) programs: &'a str,
    /// The tables whose rows are copied, and the maximum number of rows.
    pub(super) tables: &'a [(Table, Option<u64>)],
}

/// The result.
pub(super) struct Made {
    /// The connection options of the migrating user.
    pub(super) password: String,
    /// Differences from the target, for the report.
    pub(super) notes: Vec<String>,
}

impl Access {
    pub(super) fn new(server: &Server, user: &str, password: &str) -> Self {
        // The options do not use the environment, which may describe another server.
        let options = PgConnectOptions::new_without_pgpass()
            .socket(server.socket_dir())
            .port(server.port())
            .ssl_mode(PgSslMode::Disable)
            .username(user)
            .password(password)
            // No name is looked up in a schema of the target.
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

/// Makes the copy.
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

    // The restoring role, which is not a superuser, needs a name that no role of the target has.
    let [restorer_name, restorer_password, password] = [word()?, word()?, word()?];
    // In an existing database with another name.
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
    // Event triggers come last, because they would fire on later statements.
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

/// The statements, each with its turn.
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

/// The psql commands in the output of `pg_dump`.
fn command(statement: &Statement) -> Turn {
    let word = statement.text().split_whitespace().next().unwrap_or_default();
    match word {
        "\\connect" | "\\restrict" | "\\unrestrict" => Turn::Never,
        _ => Turn::Refused("the dump contains a psql command"),
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

/// Creates the database, with the target's encoding, and with its locale if this machine has it.
async fn make_database<'a>(
    superuser: &mut PgConnection,
    name: &str,
    create: impl Iterator<Item = &'a Sorted<'a>>,
    notes: &mut Vec<String>,
) -> Result<(), Failure> {
    let may_not = |error| failed("create a database like the target's", &error);
    // The server already has two databases, and the target may have the same name as one of them.
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
            "the database uses the locale C, because this machine does not have the target's \
             locale: {}",
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

/// Makes the restoring role the owner of the database and all schemas; the dump later sets the real owners. Without a
/// restoring role, the migrating user owns the database.
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

/// A dump does not contain the owner of `public` if it is the default owner.
async fn give_back(superuser: &mut PgConnection, source: &Source) -> Result<(), Failure> {
    let Some(owner) = &source.public else { return Ok(()) };
    let sql = format!("ALTER SCHEMA public OWNER TO {}", Ident(owner));
    sqlx::raw_sql(AssertSqlSafe(sql))
        .execute(superuser)
        .await
        .map_err(|error| failed("prepare the schema public", &error))?;
    Ok(())
}

/// Sends exactly one statement: in the extended protocol, the server refuses two.
async fn as_superuser(superuser: &mut PgConnection, one: &Sorted<'_>) -> Result<(), Failure> {
    let sent = sqlx::query(AssertSqlSafe(one.statement.text())).persistent(false);
    sent.execute(superuser).await.map_err(|error| uncopied(&error, one.statement.text()))?;
    Ok(())
}

/// Statements of the restoring role that are not sent yet.
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

/// A foreign key. If not all rows were copied, referenced rows may be missing.
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
                "the foreign key {} is not validated there, because the referenced rows are not \
                 copied",
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
                "only the first {limit} rows of {} are copied: increase --data-limit to copy more",
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
            "this requires a superuser, and nothing from the target runs as a superuser on this \
             machine; see --on-target, which runs the migrations on the target",
        ),
        _ => failure,
    }
}

/// The statement that caused an error, if it can be determined.
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
