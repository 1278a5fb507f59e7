//! One enum in two drivers: a program that moves from Diesel to tokio-postgres, query by query.

#![expect(missing_docs, reason = "what a table consists of is public")]

use std::process::ExitCode;

use diesel::prelude::*;
use pg_enum::{PgEnum, set};
use pg_enum_example_drivers::in_a_database;
use tokio_postgres::NoTls;

#[derive(Debug, Clone, Copy, PgEnum)]
#[pg_enum(schema = "app")]
pub enum Mood {
    Sad,
    Happy,
}

diesel::table! {
    app.person (id) {
        id -> Int4,
        mood -> pg_enum::diesel::Sql<crate::Mood>,
    }
}

const TABLE: &str = "CREATE TABLE app.person (id serial PRIMARY KEY, mood app.mood NOT NULL)";

fn main() -> ExitCode {
    in_a_database(async |url| {
        let (mut client, connection) = tokio_postgres::connect(url, NoTls).await?;
        tokio::spawn(connection);
        client.batch_execute("CREATE SCHEMA app").await?;
        let enums = set![Mood];
        println!("ensured by tokio-postgres: {:?}", enums.ensure(&mut client).await?.steps);
        client.batch_execute(TABLE).await?;

        let diesel = &mut PgConnection::establish(url)?;
        enums.verify_blocking(diesel)?;
        let moods = Mood::VARIANTS.iter().map(|mood| person::mood.eq(mood));
        diesel::insert_into(person::table).values(moods.collect::<Vec<_>>()).execute(diesel)?;

        let update = "UPDATE app.person SET mood = $1 WHERE mood = $2 RETURNING mood";
        let row = client.query_one(update, &[&Mood::Happy, &Mood::Sad]).await?;
        println!("written by tokio-postgres: {:?}", row.try_get::<_, Mood>(0)?);
        let read: Vec<Mood> = person::table.select(person::mood).load(diesel)?;
        println!("read by Diesel: {read:?}");
        Ok(())
    })
}
