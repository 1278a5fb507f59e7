use std::fmt;

use pg_enum::PgEnum;

#[derive(PgEnum)]
#[pg_enum(impl(FromStr, Display))]
enum Mood {
    Ok,
}

impl fmt::Display for Mood {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ok")
    }
}

fn main() {}
