use pg_enum::PgEnum;

#[derive(Debug, PartialEq, PgEnum)]
#[pg_enum(impl(Display, FromStr, Serialize, Deserialize))]
enum Status {
    Draft,
    Review,
    Done,
    Failed,
    #[pg_enum(other)]
    Other(String),
}

fn bind<T>(_: T)
where
    T: sqlx::Type<sqlx::Postgres> + sqlx::postgres::PgHasArrayType,
    T: sqlx::Encode<'static, sqlx::Postgres> + for<'r> sqlx::Decode<'r, sqlx::Postgres>,
{
}

fn json<T: serde::Serialize + serde::de::DeserializeOwned>(_: T) {}

// A value that the stand-in of an enum with mistakes does not have.
const _: () = assert!(Status::LABELS.len() == 4);

fn main() {
    let status = Status::from_label("Draft").unwrap();
    println!("{} {status} {}", status.label(), Status::CREATE_SQL);
    match "Failed".parse::<Status>() {
        Ok(Status::Failed) => bind(Status::Failed),
        Ok(other) => json(other),
        Err(error) => panic!("{error}"),
    }
}
