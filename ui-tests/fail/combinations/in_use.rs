use pg_enum::PgEnum;

#[derive(PgEnum)]
#[pg_enum(impl(Display, FromStr, Serialize, Deserialize))]
enum Status {
    Draft,
    #[pg_enum(rename = "Draft")]
    Done,
}

fn bind<T>(_: T)
where
    T: sqlx::Type<sqlx::Postgres> + sqlx::postgres::PgHasArrayType,
    T: sqlx::Encode<'static, sqlx::Postgres> + for<'r> sqlx::Decode<'r, sqlx::Postgres>,
{
}

fn json<T: serde::Serialize + serde::de::DeserializeOwned>(_: T) {}

fn main() {
    let status = Status::from_label("Draft").unwrap();
    let label: &str = status.label();
    println!("{label} {status} {:?} {}", Status::LABELS, Status::CREATE_SQL);
    match "Draft".parse::<Status>() {
        Ok(Status::Draft) => bind(Status::Draft),
        Ok(Status::Done) => json(Status::Done),
        Err(error) => panic!("{error}"),
    }
}
