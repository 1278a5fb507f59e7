//! diesel-async, with the feature `diesel-async`.

#![expect(missing_docs, reason = "what a table consists of is public")]

use std::process::ExitCode;

use diesel::prelude::{ExpressionMethods, QueryDsl};
use diesel_async::{AsyncConnection, AsyncPgConnection, RunQueryDsl, SimpleAsyncConnection};
use pg_enum::{PgEnum, set};
use pg_enum_example_drivers::{in_a_database, with_sources};

#[derive(Debug, Clone, Copy, PgEnum)]
pub enum Mood {
    Sad,
    Happy,
}

diesel::table! {
    person (id) {
        id -> Int4,
        mood -> pg_enum::diesel::Sql<crate::Mood>,
        past -> Array<pg_enum::diesel::Sql<crate::Mood>>,
    }
}

const TABLE: &str =
    "CREATE TABLE person (id serial PRIMARY KEY, mood mood NOT NULL, past mood[] NOT NULL)";

fn main() -> ExitCode {
    in_a_database(async |url| {
        let mut connection = AsyncPgConnection::establish(url).await?;
        let enums = set![Mood];
        println!("ensured: {:?}", enums.ensure(&mut connection).await?.steps);
        enums.verify(&mut connection).await?;

        connection.batch_execute(TABLE).await?;
        let read: (Mood, Vec<Mood>) = diesel::insert_into(person::table)
            .values((person::mood.eq(Mood::Happy), person::past.eq(vec![Mood::Sad])))
            .returning((person::mood, person::past))
            .get_result(&mut connection)
            .await?;
        println!("read: {read:?}");

        connection.batch_execute("ALTER TYPE mood RENAME VALUE 'Happy' TO 'happy'").await?;
        let read: Result<Mood, _> = person::table.select(person::mood).first(&mut connection).await;
        println!("then: {}", read.map_or_else(|error| with_sources(&error), |_| String::new()));
        Ok(())
    })
}
