//! Labels that a literal in the generated code must not change, nor the compiler refuse.

use pg_enum::PgEnum;

#[derive(PgEnum)]
#[pg_enum(schema = "back\\slash \"quoted\"", comment)]
/// A comment "with quotes"# and $pg_enum$.
enum Hostile {
    #[pg_enum(rename = "line\r\nbreak\r")]
    LineBreak,
    #[pg_enum(rename = "right \u{202e}to\u{202c} left")]
    Direction,
    #[pg_enum(rename = "\u{feff}\u{1}\u{7f}\u{301}")]
    Invisible,
    #[pg_enum(rename = "\"#\"##")]
    Fence,
    #[pg_enum(rename = "$pg_enum$")]
    Tag,
    #[pg_enum(rename = "{}{{x}}%s\\")]
    Format,
}

pub(crate) fn main() {
    let up = Hostile::DEFINITION.create_sql().to_string();
    assert_eq!(Hostile::UP_SQL, up);
    assert_eq!(Hostile::DOWN_SQL, Hostile::DEFINITION.drop_sql().to_string());
    assert_eq!(Hostile::LABELS_SQL, Hostile::DEFINITION.labels_sql().to_string());
    assert_eq!(Hostile::NAME_SQL, "\"back\\slash \"\"quoted\"\"\".hostile");
    assert!(up.contains("'line\r\nbreak\r', 'right \u{202e}to\u{202c} left'"));
    for (variant, label) in Hostile::VARIANTS.iter().zip(Hostile::LABELS) {
        assert_eq!(variant.label(), *label);
        assert_eq!(Hostile::from_label(label).ok().map(|it| it.label().to_owned()).as_deref(), Some(*label));
    }
}
