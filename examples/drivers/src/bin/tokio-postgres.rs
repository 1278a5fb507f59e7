//! tokio-postgres, with the feature `tokio-postgres`.

use std::process::ExitCode;

use pg_enum::{PgEnum, set};
use pg_enum_example_drivers::{in_a_database, with_sources};
use tokio_postgres::NoTls;

#[derive(Debug, Clone, Copy, PgEnum)]
enum Mood {
    Sad,
    Happy,
}

fn main() -> ExitCode {
    in_a_database(async |url| {
        let (mut client, connection) = tokio_postgres::connect(url, NoTls).await?;
        tokio::spawn(connection);
        let enums = set![Mood];
        println!("ensured: {:?}", enums.ensure(&mut client).await?.steps);
        enums.verify(&mut client).await?;

        let table = "CREATE TABLE person (mood mood NOT NULL, past mood[] NOT NULL)";
        client.batch_execute(table).await?;
        let insert = "INSERT INTO person VALUES ($1, $2) RETURNING mood, past";
        let row = client.query_one(insert, &[&Mood::Happy, &[Mood::Sad].as_slice()]).await?;
        let read: (Mood, Vec<Mood>) = (row.try_get("mood")?, row.try_get("past")?);
        println!("read: {read:?}");

        client.batch_execute("ALTER TYPE mood RENAME VALUE 'Happy' TO 'happy'").await?;
        let row = client.query_one("SELECT mood FROM person", &[]).await?;
        let read: Result<Mood, _> = row.try_get("mood");
        println!("then: {}", read.map_or_else(|error| with_sources(&error), |_| String::new()));
        Ok(())
    })
}
