//! sqlx 0.8, with the feature `sqlx-0_8`.

use std::process::ExitCode;

use pg_enum::{PgEnum, set};
use pg_enum_example_drivers::{in_a_database, with_sources};
use sqlx::{Connection, PgConnection};
use sqlx_0_8 as sqlx;

#[derive(Debug, Clone, Copy, PgEnum)]
enum Mood {
    Sad,
    Happy,
}

fn main() -> ExitCode {
    in_a_database(async |url| {
        let mut connection = PgConnection::connect(url).await?;
        let enums = set![Mood];
        println!("ensured: {:?}", enums.ensure(&mut connection).await?.steps);
        enums.verify(&mut connection).await?;

        let table = "CREATE TABLE person (mood mood NOT NULL, past mood[] NOT NULL)";
        sqlx::query(table).execute(&mut connection).await?;
        let insert = "INSERT INTO person VALUES ($1, $2) RETURNING mood, past";
        let read: (Mood, Vec<Mood>) = sqlx::query_as(insert)
            .bind(Mood::Happy)
            .bind([Mood::Sad])
            .fetch_one(&mut connection)
            .await?;
        println!("read: {read:?}");

        let rename = "ALTER TYPE mood RENAME VALUE 'Happy' TO 'happy'";
        sqlx::query(rename).execute(&mut connection).await?;
        let select = sqlx::query_scalar("SELECT mood FROM person");
        let read: Result<Mood, _> = select.fetch_one(&mut connection).await;
        println!("then: {}", read.map_or_else(|error| with_sources(&error), |_| String::new()));
        Ok(())
    })
}
