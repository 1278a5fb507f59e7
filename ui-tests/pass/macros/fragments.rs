use pg_enum::PgEnum;

macro_rules! status {
    (
        $(#[$meta:meta])* $vis:vis $name:ident $sql_name:literal $schema:expr, $rule:expr, $doc:literal,
        $krate:path, $first:ident, $rename:expr, $was:literal, $alias:expr,
        $gone:literal => $takes_its_place:ident, $lost:expr => $null:ident,
        $other:ident($field:ty), $($imp:ident)*
    ) => {
        $(#[$meta])*
        #[doc = $doc]
        #[derive(Debug, PartialEq, PgEnum)]
        #[pg_enum(name = $sql_name, schema = $schema, rename_all = $rule, crate = $krate, comment)]
        #[pg_enum(removed($gone => $takes_its_place, $lost => $null), impl($($imp),*))]
        $vis enum $name {
            $first,
            #[pg_enum(rename = $rename, was = $was, alias = $alias)]
            Done,
            #[pg_enum(other)]
            $other($field),
        }
    };
}

status!(
    /// Half of it here, half of it there:
    pub(crate) Status "state" "app", "snake_case", "A status.",
    pg_enum, InDraft, "finished", "ended", "complete",
    "open" => InDraft, "lost" => NULL,
    Other(String), Display FromStr
);

macro_rules! in_crate {
    ($name:ident: $($variant:ident = $label:expr),*; $discriminant:expr) => {
        #[derive(Debug, PartialEq, $crate::PgEnum)]
        #[pg_enum(crate = $crate::pg_enum)]
        #[pg_enum(impl(Display))]
        enum $name { $(#[pg_enum(rename = $label)] $variant,)* Last = $discriminant }
    };
}

pub use pg_enum;

in_crate!(Kind: Loose = "l", Tight = "t"; 7);

pub(crate) fn main() {
    assert_eq!(Status::NAME_SQL, "app.state");
    assert_eq!(Status::LABELS, ["in_draft", "finished"]);
    assert_eq!(Status::DEFINITION.comment, Some("Half of it here, half of it there:\nA status."));
    assert_eq!(Status::DEFINITION.renamed[0].was, "ended");
    assert_eq!(Status::DEFINITION.removed.len(), 2);
    assert_eq!(Status::DEFINITION.removed[1].replacement, None);
    assert_eq!("complete".parse(), Ok(Status::Done));
    assert_eq!("?".parse(), Ok(Status::Other("?".to_owned())));
    assert_eq!(Kind::LABELS, ["l", "t", "Last"]);
    assert_eq!((Kind::Loose.to_string(), Kind::Tight.label()), ("l".to_owned(), "t"));
    assert_eq!(Kind::Last as u8, 7);
}
