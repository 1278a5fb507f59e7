//! `rename_all`.

use alloc::string::String;

use heck::{
    ToKebabCase, ToLowerCamelCase, ToPascalCase, ToShoutyKebabCase, ToShoutySnakeCase, ToSnakeCase,
    ToTitleCase, ToTrainCase,
};

/// How `rename_all` turns a variant's name into its label.
///
/// The rules of sqlx, serde and strum, with the same names. Word boundaries are those of heck, which sqlx and strum
/// use: `HTTPError` becomes `http_error`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RenameRule {
    /// `lowercase`: every character in lower case, without separators.
    Lower,
    /// `UPPERCASE`: every character in upper case, without separators.
    Upper,
    /// `PascalCase`
    Pascal,
    /// `camelCase`
    Camel,
    /// `snake_case`
    Snake,
    /// `SCREAMING_SNAKE_CASE`
    ScreamingSnake,
    /// `kebab-case`
    Kebab,
    /// `SCREAMING-KEBAB-CASE`
    ScreamingKebab,
    /// `Train-Case`
    Train,
    /// `Title Case`
    Title,
}

impl RenameRule {
    /// The names of the rules, one for each.
    pub const NAMES: [&str; 10] = [
        "lowercase",
        "UPPERCASE",
        "PascalCase",
        "camelCase",
        "snake_case",
        "SCREAMING_SNAKE_CASE",
        "kebab-case",
        "SCREAMING-KEBAB-CASE",
        "Train-Case",
        "Title Case",
    ];

    /// The rule with this name. Accepts strum's other spellings too.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Some(match name {
            "lowercase" => Self::Lower,
            "UPPERCASE" => Self::Upper,
            "PascalCase" | "camel_case" => Self::Pascal,
            "camelCase" | "mixed_case" => Self::Camel,
            "snake_case" | "snek_case" => Self::Snake,
            "SCREAMING_SNAKE_CASE" | "shouty_snake_case" | "shouty_snek_case" => {
                Self::ScreamingSnake
            }
            "kebab-case" | "kebab_case" => Self::Kebab,
            "SCREAMING-KEBAB-CASE" => Self::ScreamingKebab,
            "Train-Case" => Self::Train,
            "Title Case" | "title_case" => Self::Title,
            _ => return None,
        })
    }

    /// The label for a variant with this name (without `r#`).
    #[must_use]
    pub fn apply(self, name: &str) -> String {
        match self {
            Self::Lower => name.to_lowercase(),
            Self::Upper => name.to_uppercase(),
            Self::Pascal => name.to_pascal_case(),
            Self::Camel => name.to_lower_camel_case(),
            Self::Snake => name.to_snake_case(),
            Self::ScreamingSnake => name.to_shouty_snake_case(),
            Self::Kebab => name.to_kebab_case(),
            Self::ScreamingKebab => name.to_shouty_kebab_case(),
            Self::Train => name.to_train_case(),
            Self::Title => name.to_title_case(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::RenameRule;

    #[test]
    fn every_name_has_its_rule() {
        let labels = RenameRule::NAMES
            .map(|name| RenameRule::from_name(name).expect(name).apply("InFlightHTTPCall2"));
        assert_eq!(
            labels,
            [
                "inflighthttpcall2",
                "INFLIGHTHTTPCALL2",
                "InFlightHttpCall2",
                "inFlightHttpCall2",
                "in_flight_http_call2",
                "IN_FLIGHT_HTTP_CALL2",
                "in-flight-http-call2",
                "IN-FLIGHT-HTTP-CALL2",
                "In-Flight-Http-Call2",
                "In Flight Http Call2",
            ]
        );
        assert_eq!(RenameRule::from_name("Snake_case"), None);
    }

    #[test]
    fn the_other_spellings_of_strum_are_accepted() {
        for (spelling, rule) in [
            ("camel_case", RenameRule::Pascal),
            ("mixed_case", RenameRule::Camel),
            ("snek_case", RenameRule::Snake),
            ("shouty_snake_case", RenameRule::ScreamingSnake),
            ("shouty_snek_case", RenameRule::ScreamingSnake),
            ("kebab_case", RenameRule::Kebab),
            ("title_case", RenameRule::Title),
        ] {
            assert_eq!(RenameRule::from_name(spelling), Some(rule));
        }
    }
}
