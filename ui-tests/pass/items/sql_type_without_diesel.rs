use pg_enum::PgEnum;

// The enum keeps its attribute in a build without the feature `diesel`, in which the path need not exist.
#[derive(PgEnum)]
#[pg_enum(sql_type = schema::sql_types::Mood)]
enum Mood {
    Sad,
}

fn main() {
    assert_eq!(Mood::Sad.label(), "Sad");
}
