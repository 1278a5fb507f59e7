//! SeaORM as an application uses it: an entity, in two versions.

#![expect(unreachable_pub, reason = "what a table or an entity consists of is as public as it is")]

use pg_enum::PgEnum;
use pg_enum_test_server::Database;
use pg_enum_test_server::harness::tests;

use crate::drivers::{Connect, SeaOrm1, SeaOrm2};

tests!(rows_1, rows_2, types_1, types_2);

#[derive(Debug, Clone, Copy, PartialEq, Eq, PgEnum)]
#[pg_enum(schema = "App", name = "Mood \"of\" é", rename_all = "snake_case")]
pub enum Mood {
    Sad,
    Ok,
    VeryHappy,
}

const TABLE: &str = r#"CREATE TABLE person (
    id serial PRIMARY KEY, mood "App"."Mood ""of"" é" NOT NULL, wish "App"."Mood ""of"" é",
    past "App"."Mood ""of"" é"[] NOT NULL)"#;

macro_rules! version {
    ($rows:ident, $types:ident, $module:ident, $sea_orm:ident, $driver:ident) => {
        mod $module {
            use sea_orm::entity::prelude::*;
            use $sea_orm as sea_orm;

            use super::Mood;

            #[derive(Debug, Clone, PartialEq, DeriveEntityModel)]
            #[sea_orm(table_name = "person")]
            pub struct Model {
                #[sea_orm(primary_key)]
                pub id: i32,
                pub mood: Mood,
                pub wish: Option<Mood>,
                pub past: Vec<Mood>,
            }

            #[derive(Debug, Clone, Copy, EnumIter, DeriveRelation)]
            pub enum Relation {}

            impl ActiveModelBehavior for ActiveModel {}

            /// What comes from a form, which becomes an `ActiveModel`.
            #[derive(Debug, sea_orm::DeriveIntoActiveModel)]
            pub(crate) struct Form {
                pub mood: Mood,
            }

            /// Part of a row.
            #[derive(Debug, PartialEq, sea_orm::FromQueryResult)]
            pub(crate) struct Part {
                pub mood: Mood,
                pub wish: Option<Mood>,
                pub past: Vec<Mood>,
            }
        }

        async fn $rows(database: Database) {
            use sea_orm::ActiveValue::Set;
            use sea_orm::{
                ActiveModelTrait, ColumnTrait, EntityTrait, FromQueryResult, IntoActiveModel,
                QueryFilter, QueryOrder, QuerySelect, Statement,
            };
            use $module::{ActiveModel, Column, Entity, Form, Model, Part};
            use $sea_orm as sea_orm;

            let mut driver = $driver::connect(&database.plain_url()).await;
            driver.run("CREATE SCHEMA \"App\"").await;
            driver.run(Mood::UP_SQL).await;
            driver.run(TABLE).await;
            let db = &driver.0;

            // The first of them with a value each, the others with nulls and an empty array.
            let active = ActiveModel {
                mood: Set(Mood::VeryHappy),
                wish: Set(Some(Mood::Ok)),
                past: Set(vec![Mood::Sad, Mood::VeryHappy]),
                ..Default::default()
            };
            let first = active.insert(db).await.expect("inserted");
            let expected = Model {
                id: 1,
                mood: Mood::VeryHappy,
                wish: Some(Mood::Ok),
                past: vec![Mood::Sad, Mood::VeryHappy],
            };
            assert_eq!(first, expected);
            // SeaORM makes no `ActiveValue` of a `Vec`.
            let mut second = Form { mood: Mood::Sad }.into_active_model();
            second.past = Set(Vec::new());
            let second = second.insert(db).await.expect("inserted");
            assert_eq!(second, Model { id: 2, mood: Mood::Sad, wish: None, past: Vec::new() });
            let many =
                [(Mood::Ok, None), (Mood::Ok, Some(Mood::Sad))].map(|(mood, wish)| ActiveModel {
                    mood: Set(mood),
                    wish: Set(wish),
                    past: Set(vec![mood]),
                    ..Default::default()
                });
            Entity::insert_many(many).exec(db).await.expect("inserted");

            let ids = async |query: sea_orm::Select<Entity>| {
                let rows =
                    query.order_by_asc(Column::Id).all(db).await.expect("the query is valid");
                rows.into_iter().map(|row| row.id).collect::<Vec<_>>()
            };
            let find = || Entity::find();
            assert_eq!(ids(find().filter(Column::Mood.eq(Mood::Ok))).await, [3, 4]);
            assert_eq!(ids(find().filter(Column::Mood.ne(Mood::Ok))).await, [1, 2]);
            assert_eq!(ids(find().filter(Column::Mood.gt(Mood::Sad))).await, [1, 3, 4]);
            assert_eq!(
                ids(find().filter(Column::Mood.is_in([Mood::Sad, Mood::VeryHappy]))).await,
                [1, 2]
            );
            assert_eq!(ids(find().filter(Column::Wish.eq(Mood::Sad))).await, [4]);
            assert_eq!(ids(find().filter(Column::Wish.eq(Some(Mood::Sad)))).await, [4]);
            assert_eq!(ids(find().filter(Column::Wish.is_null())).await, [2, 3]);
            assert_eq!(ids(find().filter(Column::Past.eq(vec![Mood::Ok]))).await, [3, 4]);

            let mut change = first.into_active_model();
            change.mood = Set(Mood::Sad);
            change.wish = Set(None);
            let changed = change.update(db).await.expect("updated");
            assert_eq!((changed.mood, changed.wish), (Mood::Sad, None));
            let sorted: Vec<Mood> = Entity::find()
                .select_only()
                .column(Column::Mood)
                .order_by_desc(Column::Mood)
                .into_tuple()
                .all(db)
                .await
                .expect("the query is valid");
            assert_eq!(sorted, [Mood::Ok, Mood::Ok, Mood::Sad, Mood::Sad]);

            // A statement of one's own, in which nothing casts to `text`.
            let statement = Statement::from_string(
                sea_orm::DbBackend::Postgres,
                "SELECT mood, wish, past FROM person WHERE id = 4",
            );
            let part =
                Part::find_by_statement(statement).one(db).await.expect("the query is valid");
            assert_eq!(
                part,
                Some(Part { mood: Mood::Ok, wish: Some(Mood::Sad), past: vec![Mood::Ok] })
            );
        }

        /// The statement that makes the type. The one for the table writes the name without quotes, so that only a
        /// plain name without a schema works in it.
        async fn $types(database: Database) {
            use sea_orm::ActiveValue::Set;
            use sea_orm::{ActiveEnum, ActiveModelTrait, ConnectionTrait, Iterable, Schema};
            use $module::ActiveModel;
            use $sea_orm as sea_orm;

            let mut driver = $driver::connect(&database.plain_url()).await;
            driver.run("CREATE SCHEMA \"App\"").await;
            let db = &driver.0;
            let schema = Schema::new(sea_orm::DbBackend::Postgres);
            // An `Option` in SeaORM 2.
            let create_type = schema.create_enum_from_active_enum::<Mood>();
            let create_type: Option<sea_orm::sea_query::extension::postgres::TypeCreateStatement> =
                create_type.into();
            let create_type = create_type.expect("an enum of PostgreSQL");
            let create_type = sea_orm::DbBackend::Postgres.build(&create_type).sql;
            db.execute_unprepared(&create_type).await.expect("the type is created");
            driver.run(TABLE).await;
            let db = &driver.0;
            let active =
                ActiveModel { mood: Set(Mood::Ok), past: Set(Vec::new()), ..Default::default() };
            active.insert(db).await.expect("inserted");

            assert_eq!(Mood::iter().collect::<Vec<_>>(), Mood::VARIANTS);
            assert_eq!(
                Mood::iter().rev().collect::<Vec<_>>(),
                [Mood::VeryHappy, Mood::Ok, Mood::Sad]
            );
            assert_eq!(Mood::iter().len(), 3);
            for value in Mood::iter() {
                assert_eq!(Mood::try_from_value(&value.to_value()), Ok(value));
            }
        }
    };
}

version!(rows_1, types_1, one, sea_orm_1, SeaOrm1);
version!(rows_2, types_2, two, sea_orm, SeaOrm2);
