//! What only tokio-postgres does with an enum: composite types and binary `COPY`; and what its own derive does.

use bytes::Bytes;
use futures_util::{StreamExt, TryStreamExt, pin_mut};
use pg_enum::PgEnum;
use pg_enum_test_server::Database;
use pg_enum_test_server::harness::tests;
use postgres_types::{FromSql, ToSql, Type};
use tokio_postgres::binary_copy::{BinaryCopyInWriter, BinaryCopyOutStream};

use crate::drivers::{Connect, TokioPostgres};

tests!(composite, binary_copy);

#[derive(Debug, Clone, Copy, PartialEq, PgEnum)]
#[pg_enum(schema = "app", name = "Mood")]
enum Mood {
    Sad,
    Ok,
}

#[derive(Debug, PartialEq, ToSql, FromSql)]
#[postgres(name = "pair")]
struct Pair {
    mood: Mood,
    past: Vec<Option<Mood>>,
}

async fn connect(database: &Database) -> tokio_postgres::Client {
    let mut driver = TokioPostgres::connect(&database.plain_url()).await;
    driver.run("CREATE SCHEMA app").await;
    driver.run(Mood::UP_SQL).await;
    driver.run("CREATE TYPE pair AS (mood app.\"Mood\", past app.\"Mood\"[])").await;
    driver.0
}

async fn composite(database: Database) {
    let client = connect(&database).await;
    let pair = || Pair { mood: Mood::Ok, past: vec![Some(Mood::Sad), None] };
    let row = client.query_one("SELECT $1::pair, ARRAY[$1::pair]", &[&pair()]).await.unwrap();
    assert_eq!(row.get::<_, Pair>(0), pair());
    assert_eq!(row.get::<_, Vec<Pair>>(1), [pair()]);
}

async fn binary_copy(database: Database) {
    let client = connect(&database).await;
    client
        .batch_execute("CREATE TABLE copied (mood app.\"Mood\", past app.\"Mood\"[])")
        .await
        .unwrap();
    let types: Vec<Type> = {
        let statement = client.prepare("SELECT * FROM copied").await.unwrap();
        statement.columns().iter().map(|column| column.type_().clone()).collect()
    };
    let sink = client.copy_in::<_, Bytes>("COPY copied FROM STDIN BINARY").await.unwrap();
    let writer = BinaryCopyInWriter::new(sink, &types);
    pin_mut!(writer);
    writer.as_mut().write(&[&Mood::Ok, &vec![Some(Mood::Sad), None]]).await.unwrap();
    writer.as_mut().write(&[&None::<Mood>, &Vec::<Mood>::new()]).await.unwrap();
    assert_eq!(writer.finish().await.unwrap(), 2);
    let stream = client.copy_out("COPY copied TO STDOUT BINARY").await.unwrap();
    let rows: Vec<_> =
        BinaryCopyOutStream::new(stream, &types).boxed_local().try_collect().await.unwrap();
    assert_eq!(rows[0].get::<Option<Mood>>(0), Some(Mood::Ok));
    assert_eq!(rows[0].get::<Vec<Option<Mood>>>(1), [Some(Mood::Sad), None]);
    assert_eq!(rows[1].get::<Option<Mood>>(0), None);
}
