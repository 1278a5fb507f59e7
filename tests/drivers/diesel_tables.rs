//! Diesel as an application uses it: `table!`, with our SQL type and with one that `print-schema` writes.

use diesel::prelude::*;
use pg_enum::PgEnum;
use pg_enum_test_server::Database;

use crate::drivers::{Connect, Diesel};
use pg_enum_test_server::harness::tests;

tests!(
    ours,
    given,
    #[cfg(feature = "copy")]
    copied,
    composite,
);

/// As `diesel print-schema` writes it.
mod sql_types {
    #[derive(diesel::query_builder::QueryId, diesel::sql_types::SqlType)]
    #[diesel(postgres_type(name = "Level", schema = "app"))]
    pub struct Level;
}

diesel::table! {
    use diesel::sql_types::{Array, Int4, Nullable};
    use pg_enum::diesel::Sql;
    use super::Mood;

    app.person (id) {
        id -> Int4,
        mood -> Sql<Mood>,
        wish -> Nullable<Sql<Mood>>,
        past -> Array<Sql<Mood>>,
        gaps -> Array<Nullable<Sql<Mood>>>,
    }
}

diesel::table! {
    use diesel::sql_types::{Array, Int4, Nullable};
    use super::sql_types::Level;

    app.game (id) {
        id -> Int4,
        level -> Level,
        next -> Nullable<Level>,
        done -> Array<Nullable<Level>>,
    }
}

/// Ordered, so that `ORDER BY` and `max` can be told from the order of the labels' letters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PgEnum)]
#[pg_enum(schema = "app", name = "Mood")]
pub enum Mood {
    Sad,
    Ok,
    Happy,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PgEnum)]
#[pg_enum(schema = "app", name = "Level", sql_type = sql_types::Level)]
pub enum Level {
    Easy,
    Difficult,
}

#[derive(Debug, Clone, PartialEq, Queryable, Selectable, Insertable, AsChangeset, Identifiable)]
#[diesel(table_name = person)]
#[diesel(check_for_backend(diesel::pg::Pg))]
struct Person {
    id: i32,
    mood: Mood,
    wish: Option<Mood>,
    past: Vec<Mood>,
    gaps: Vec<Option<Mood>>,
}

#[derive(Debug, Clone, PartialEq, Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = game)]
#[diesel(check_for_backend(diesel::pg::Pg))]
struct Game {
    id: i32,
    level: Level,
    next: Option<Level>,
    done: Vec<Option<Level>>,
}

/// For `COPY`, which takes no default values, and no arrays: Diesel cannot look up their element type then.
#[cfg(feature = "copy")]
#[derive(Debug, PartialEq, Queryable, Insertable)]
#[diesel(table_name = game, treat_none_as_default_value = false)]
struct Copied {
    id: i32,
    level: Level,
    next: Option<Level>,
}

#[derive(AsChangeset)]
#[diesel(table_name = person)]
#[expect(clippy::option_option, reason = "no change, a change to NULL, or a change to a value")]
struct Change {
    mood: Option<Mood>,
    wish: Option<Option<Mood>>,
}

async fn connect(database: &Database) -> PgConnection {
    let mut driver = Diesel::connect(&database.plain_url()).await;
    driver.run("CREATE SCHEMA app").await;
    driver.run(Mood::UP_SQL).await;
    driver.run(Level::UP_SQL).await;
    driver
        .run(
            r#"CREATE TABLE app.person (
                   id int PRIMARY KEY, mood app."Mood" NOT NULL, wish app."Mood",
                   past app."Mood"[] NOT NULL, gaps app."Mood"[] NOT NULL);
               CREATE TABLE app.game (
                   id int PRIMARY KEY, level app."Level" NOT NULL, next app."Level",
                   done app."Level"[] NOT NULL)"#,
        )
        .await;
    driver.0
}

fn people() -> Vec<Person> {
    let person = |id, mood, wish| Person {
        id,
        mood,
        wish,
        past: vec![Mood::Ok, mood],
        gaps: vec![None, Some(mood)],
    };
    vec![
        person(1, Mood::Happy, None),
        person(2, Mood::Sad, Some(Mood::Happy)),
        person(3, Mood::Ok, Some(Mood::Ok)),
    ]
}

async fn ours(database: Database) {
    let connection = &mut connect(&database).await;
    let inserted = diesel::insert_into(person::table).values(people()).execute(connection);
    assert_eq!(inserted, Ok(3));
    assert_eq!(person::table.order(person::id).load::<Person>(connection), Ok(people()));
    let ids = |query: diesel::dsl::IntoBoxed<'_, person::table, diesel::pg::Pg>,
               connection: &mut _| {
        query
            .order(person::id)
            .select(person::id)
            .load::<i32>(connection)
            .expect("the query is valid")
    };
    let all = || person::table.into_boxed();
    assert_eq!(ids(all().filter(person::mood.eq(Mood::Ok)), connection), [3]);
    assert_eq!(ids(all().filter(person::mood.eq(&Mood::Ok)), connection), [3]);
    assert_eq!(ids(all().filter(person::mood.ne(Mood::Ok)), connection), [1, 2]);
    assert_eq!(ids(all().filter(person::mood.gt(Mood::Sad)), connection), [1, 3]);
    assert_eq!(ids(all().filter(person::mood.eq_any([Mood::Sad, Mood::Ok])), connection), [2, 3]);
    assert_eq!(ids(all().filter(person::mood.eq_any(&[Mood::Sad])), connection), [2]);
    assert_eq!(ids(all().filter(person::mood.ne_all(vec![Mood::Sad])), connection), [1, 3]);
    assert_eq!(ids(all().filter(person::wish.eq(Mood::Ok)), connection), [3]);
    assert_eq!(ids(all().filter(person::wish.eq(Some(Mood::Ok))), connection), [3]);
    assert_eq!(ids(all().filter(person::wish.is_null()), connection), [1]);
    assert_eq!(ids(all().filter(person::wish.is_not_distinct_from(None::<Mood>)), connection), [1]);
    assert_eq!(ids(all().filter(person::past.contains(vec![Mood::Sad])), connection), [2]);
    assert_eq!(ids(all().filter(person::past.eq(vec![Mood::Ok, Mood::Ok])), connection), [3]);
    assert_eq!(ids(all().filter(person::mood.eq(person::wish.assume_not_null())), connection), [3]);

    let highest = person::table.select(diesel::dsl::max(person::mood)).first(connection);
    assert_eq!(highest, Ok(Some(Mood::Happy)));
    let sorted = person::table.select(person::mood).order(person::mood.desc()).load(connection);
    assert_eq!(sorted, Ok(vec![Mood::Happy, Mood::Ok, Mood::Sad]));
    let pairs = person::table.select((person::id, (person::mood, person::wish))).order(person::id);
    assert_eq!(pairs.first(connection), Ok((1, (Mood::Happy, None::<Mood>))));

    let change = Change { mood: Some(Mood::Sad), wish: Some(None) };
    let changed =
        diesel::update(person::table.find(3)).set(&change).get_result::<Person>(connection);
    let changed = changed.expect("the row is there");
    assert_eq!((changed.mood, changed.wish), (Mood::Sad, None));
    let set = (person::mood.eq(Mood::Happy), person::wish.eq(Some(Mood::Sad)));
    let changed = diesel::update(&changed).set(set).returning(Person::as_returning());
    let changed = changed.get_result(connection).expect("the row is there");
    assert_eq!((changed.mood, changed.wish), (Mood::Happy, Some(Mood::Sad)));
    let people = people();
    let upsert = diesel::insert_into(person::table)
        .values(&people[2])
        .on_conflict(person::id)
        .do_update()
        .set(person::mood.eq(diesel::upsert::excluded(person::mood)));
    assert_eq!(upsert.execute(connection), Ok(1));
    let deleted = diesel::delete(person::table.filter(person::mood.eq(Mood::Ok)));
    assert_eq!(deleted.execute(connection), Ok(1));
}

async fn given(database: Database) {
    let connection = &mut connect(&database).await;
    let games = || {
        let done = vec![Some(Level::Difficult), None];
        vec![
            Game { id: 1, level: Level::Easy, next: Some(Level::Difficult), done: done.clone() },
            Game { id: 2, level: Level::Difficult, next: None, done },
        ]
    };
    assert_eq!(diesel::insert_into(game::table).values(games()).execute(connection), Ok(2));
    let read = game::table.order(game::id).select(Game::as_select()).load(connection);
    assert_eq!(read, Ok(games()));
    let query = game::table.filter(game::level.eq(Level::Easy)).select(game::next);
    assert_eq!(query.first(connection), Ok(Some(Level::Difficult)));
    let query = game::table.filter(game::level.eq_any([Level::Difficult])).select(game::id);
    assert_eq!(query.load(connection), Ok(vec![2]));
    let set = game::next.eq(Some(Level::Easy));
    assert_eq!(diesel::update(game::table.find(2)).set(set).execute(connection), Ok(1));
}

/// `COPY … FROM` and `TO` in the binary format.
#[cfg(feature = "copy")]
async fn copied(database: Database) {
    let connection = &mut connect(&database).await;
    let rows = vec![
        Copied { id: 1, level: Level::Easy, next: Some(Level::Difficult) },
        Copied { id: 2, level: Level::Difficult, next: Some(Level::Easy) },
    ];
    diesel::sql_query("ALTER TABLE app.game ALTER done SET DEFAULT '{}'")
        .execute(connection)
        .unwrap();
    let copied = diesel::copy_from(game::table).from_insertable(&rows).execute(connection);
    assert_eq!(copied, Ok(2));
    assert_eq!(game::table.select((game::id, game::level, game::next)).load(connection), Ok(rows));
    let copied = diesel::copy_to(game::table).load::<Game, _>(connection).expect("valid");
    let copied: Vec<Level> = copied.map(|row| row.expect("a row").level).collect();
    assert_eq!(copied, Level::VARIANTS);
}

async fn composite(database: Database) {
    use diesel::dsl::sql;
    use diesel::sql_types::{Integer, Record};

    let connection = &mut connect(&database).await;
    let query =
        sql::<Record<(Integer, pg_enum::diesel::Sql<Mood>)>>("SELECT ROW(1, 'Ok'::app.\"Mood\")");
    assert_eq!(query.get_result(connection), Ok((1, Mood::Ok)));
}
