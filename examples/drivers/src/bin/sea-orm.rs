//! SeaORM 2, with the feature `sea-orm`.

#![expect(missing_docs, unreachable_pub, reason = "what an entity consists of is public")]

use std::process::ExitCode;

use pg_enum::{PgEnum, set};
use pg_enum_example_drivers::{in_a_database, with_sources};
use sea_orm::{ActiveModelTrait, ConnectionTrait, Database, EntityTrait, Set};

#[derive(Debug, Clone, Copy, PartialEq, Eq, PgEnum)]
pub enum Mood {
    Sad,
    Happy,
}

mod person {
    use sea_orm::entity::prelude::*;

    use super::Mood;

    #[derive(Debug, Clone, PartialEq, DeriveEntityModel)]
    #[sea_orm(table_name = "person")]
    pub struct Model {
        #[sea_orm(primary_key)]
        pub id: i32,
        pub mood: Mood,
        pub past: Vec<Mood>,
    }

    #[derive(Debug, Clone, Copy, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

const TABLE: &str =
    "CREATE TABLE person (id serial PRIMARY KEY, mood mood NOT NULL, past mood[] NOT NULL)";

fn main() -> ExitCode {
    in_a_database(async |url| {
        let db = Database::connect(url).await?;
        let enums = set![Mood];
        // Through the pool of sqlx, which SeaORM is built on.
        let pool = db.get_postgres_connection_pool();
        println!("ensured: {:?}", enums.ensure(pool).await?.steps);
        enums.verify(pool).await?;

        db.execute_unprepared(TABLE).await?;
        let person = person::ActiveModel {
            mood: Set(Mood::Happy),
            past: Set(vec![Mood::Sad]),
            ..Default::default()
        };
        let read = person.insert(&db).await?;
        println!("read: {:?}", (read.mood, read.past));

        db.execute_unprepared("ALTER TYPE mood RENAME VALUE 'Happy' TO 'happy'").await?;
        let read = person::Entity::find().one(&db).await;
        println!("then: {}", read.map_or_else(|error| with_sources(&error), |_| String::new()));
        db.close().await?;
        Ok(())
    })
}
