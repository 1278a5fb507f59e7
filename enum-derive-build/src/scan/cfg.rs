//! What is known of the configuration that a crate is compiled in, and `cfg` predicates judged by it.

use std::collections::BTreeSet;

use proc_macro2::{Delimiter, TokenStream, TokenTree};

use super::tokens::{literal_string, split_at_commas};

/// What is known of the configuration that a crate is compiled in.
///
/// A setting holds, does not hold, or is not known: a build script may set one (`cargo::rustc-cfg`) that
/// nobody else hears of. What only holds in a test, in rustdoc or under a tool (`test`, `doc`, `miri`…)
/// does not hold here, as in a plain `cargo build`.
///
/// ```
/// use pg_enum_build::scan::{Cfg, Truth};
///
/// let cfg = Cfg::parse("unix\ntarget_os=\"linux\"\n").features(["sqlx"]);
/// assert_eq!(cfg.holds(r#"all(unix, feature = "sqlx")"#), Truth::True);
/// assert_eq!(cfg.holds(r#"any(test, target_os = "windows")"#), Truth::False);
/// assert_eq!(cfg.holds("not(tokio_unstable)"), Truth::Undetermined);
/// assert_eq!(cfg.unset("tokio_unstable").holds("not(tokio_unstable)"), Truth::True);
/// ```
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Cfg {
    set: BTreeSet<(String, Option<String>)>,
    /// Names of which no other value is set than those in `set`.
    closed: BTreeSet<String>,
    /// Features as environment variables have them, in which `-` and `_` are one.
    loose_features: BTreeSet<String>,
    /// Predicates that are taken to hold, as [`text`] writes them.
    assumed: BTreeSet<String>,
}

/// A predicate as text.
pub(super) fn text(predicate: &[TokenTree]) -> String {
    predicate.iter().cloned().collect::<TokenStream>().to_string()
}

/// Whether something holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Truth {
    /// It does.
    True,
    /// It does not.
    False,
    /// That cannot be known here.
    Undetermined,
}

impl Truth {
    /// Whether both hold.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        match (self, other) {
            (Self::False, _) | (_, Self::False) => Self::False,
            (Self::True, Self::True) => Self::True,
            _ => Self::Undetermined,
        }
    }

    /// Whether either holds.
    #[must_use]
    pub fn or(self, other: Self) -> Self {
        self.negated().and(other.negated()).negated()
    }

    /// Whether it does not hold.
    #[must_use]
    pub fn negated(self) -> Self {
        match self {
            Self::True => Self::False,
            Self::False => Self::True,
            Self::Undetermined => Self::Undetermined,
        }
    }
}

/// What the compiler itself sets, or does not (rustc book, "Checking conditional configurations",
/// well-known names): known once the compiler has been asked.
const COMPILER: &[&str] = &[
    "debug_assertions",
    "panic",
    "target_abi",
    "target_arch",
    "target_endian",
    "target_env",
    "target_family",
    "target_feature",
    "target_has_atomic",
    "target_os",
    "target_pointer_width",
    "target_vendor",
    "unix",
    "windows",
];

/// What holds in no plain build.
const NEVER: &[&str] = &[
    "clippy",
    "doc",
    "docsrs",
    "doctest",
    "miri",
    "proc_macro",
    "rust_analyzer",
    "rustfmt",
    "test",
];

impl Cfg {
    /// Nothing is known but what holds in no plain build.
    #[must_use]
    pub fn new() -> Self {
        let closed = NEVER.iter().map(|&name| name.to_owned()).collect();
        Self { closed, ..Self::default() }
    }

    /// What cargo tells a build script: the variables `CARGO_CFG_…` and `CARGO_FEATURE_…`.
    #[must_use]
    pub fn from_env() -> Self {
        // What is not Unicode is none of cargo's.
        let text = |(name, value): (std::ffi::OsString, std::ffi::OsString)| {
            Some((name.into_string().ok()?, value.into_string().ok()?))
        };
        Self::from_vars(std::env::vars_os().filter_map(text))
    }

    /// The same, from these variables.
    ///
    /// ```
    /// use pg_enum_build::scan::{Cfg, Truth};
    ///
    /// let vars = [("CARGO_CFG_UNIX", ""), ("CARGO_CFG_TARGET_HAS_ATOMIC", "8,ptr")];
    /// let cfg = Cfg::from_vars(vars.map(|(name, value)| (name.into(), value.into())));
    /// assert_eq!(cfg.holds(r#"all(unix, target_has_atomic = "ptr")"#), Truth::True);
    /// ```
    #[must_use]
    pub fn from_vars(vars: impl IntoIterator<Item = (String, String)>) -> Self {
        let mut cfg = Self::new().compiler_asked().features::<String>([]);
        for (name, value) in vars {
            if let Some(feature) = name.strip_prefix("CARGO_FEATURE_") {
                cfg.loose_features.insert(feature.to_lowercase());
            } else if let Some(name) = name.strip_prefix("CARGO_CFG_") {
                // The names that rustc sets are in lower case; of others, a capital is lost.
                let name = name.to_lowercase();
                if value.is_empty() {
                    cfg.set.insert((name.clone(), None));
                }
                for value in value.split(',') {
                    cfg.set.insert((name.clone(), Some(value.to_owned())));
                }
            }
        }
        if cfg.set.iter().any(|(name, _)| name == "feature") {
            // These are spelled as they are.
            cfg.loose_features.clear();
        }
        cfg
    }

    /// What `rustc --print cfg` prints.
    #[must_use]
    pub fn parse(text: &str) -> Self {
        let mut cfg = Self::new().compiler_asked();
        for line in text.lines().map(str::trim).filter(|line| !line.is_empty()) {
            let entry = match line.split_once('=') {
                Some((name, value)) => {
                    let value = value.strip_prefix('"').and_then(|value| value.strip_suffix('"'));
                    (name.to_owned(), Some(value.unwrap_or_default().to_owned()))
                }
                None => (line.to_owned(), None),
            };
            cfg.set.insert(entry);
        }
        cfg
    }

    /// With these features of the package, and no others.
    #[must_use]
    pub fn features<S: Into<String>>(mut self, names: impl IntoIterator<Item = S>) -> Self {
        self.closed.insert("feature".to_owned());
        let names = names.into_iter().map(|name| ("feature".to_owned(), Some(name.into())));
        self.set.extend(names);
        self
    }

    /// With a setting that holds: `name`, or `name = "value"`.
    #[must_use]
    pub fn set(mut self, name: impl Into<String>, value: Option<&str>) -> Self {
        self.set.insert((name.into(), value.map(str::to_owned)));
        self
    }

    /// With a name of which nothing holds but what has been [`set`](Self::set).
    #[must_use]
    pub fn unset(mut self, name: impl Into<String>) -> Self {
        self.closed.insert(name.into());
        self
    }

    /// With these predicates, each of which holds wherever it is asked for.
    pub(super) fn assuming(mut self, predicates: impl IntoIterator<Item = String>) -> Self {
        self.assumed.extend(predicates);
        self
    }

    /// Whether a predicate holds, as it stands in `cfg(…)`. What is no predicate is undetermined.
    #[must_use]
    pub fn holds(&self, predicate: &str) -> Truth {
        predicate.parse::<TokenStream>().map_or(Truth::Undetermined, |tokens| {
            self.evaluate(&tokens.into_iter().collect::<Vec<_>>())
        })
    }

    /// Whether a feature is on.
    pub(crate) fn feature(&self, name: &str) -> Truth {
        self.entry("feature", Some(name.to_owned()))
    }

    fn compiler_asked(mut self) -> Self {
        self.closed.extend(COMPILER.iter().map(|&name| name.to_owned()));
        self
    }

    pub(super) fn evaluate(&self, predicate: &[TokenTree]) -> Truth {
        if !self.assumed.is_empty() && self.assumed.contains(&text(predicate)) {
            return Truth::True;
        }
        match predicate {
            [TokenTree::Ident(name)] => match name.to_string().trim_start_matches("r#") {
                "true" => Truth::True,
                "false" => Truth::False,
                name => self.entry(name, None),
            },
            [TokenTree::Ident(name), TokenTree::Punct(eq), TokenTree::Literal(value)]
                if eq.as_char() == '=' =>
            {
                let name = name.to_string();
                let value = literal_string(value);
                value.map_or(Truth::Undetermined, |value| {
                    self.entry(name.trim_start_matches("r#"), Some(value))
                })
            }
            [TokenTree::Ident(name), TokenTree::Group(group)]
                if group.delimiter() == Delimiter::Parenthesis =>
            {
                let parts = split_at_commas(group.stream());
                let mut each = parts.iter().map(|part| self.evaluate(part));
                match name.to_string().as_str() {
                    "all" => each.fold(Truth::True, Truth::and),
                    "any" => each.fold(Truth::False, Truth::or),
                    "not" if parts.len() == 1 => {
                        each.next().unwrap_or(Truth::Undetermined).negated()
                    }
                    _ => Truth::Undetermined,
                }
            }
            _ => Truth::Undetermined,
        }
    }

    fn entry(&self, name: &str, value: Option<String>) -> Truth {
        let loosely = name == "feature"
            && value.as_ref().is_some_and(|value| {
                self.loose_features.contains(&value.to_lowercase().replace('-', "_"))
            });
        if loosely || self.set.contains(&(name.to_owned(), value)) {
            Truth::True
        } else if self.closed.contains(name) {
            Truth::False
        } else {
            Truth::Undetermined
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn three_truths() {
        use Truth::{False, True, Undetermined};
        let cfg = Cfg::new().set("a", None).set("b", None).unset("n");
        for (predicate, truth) in [
            ("a", True),
            ("n", False),
            ("who_knows", Undetermined),
            ("true", True),
            ("false", False),
            ("all()", True),
            ("any()", False),
            ("all(a, b,)", True),
            ("all(a, n, who_knows)", False),
            ("all(a, who_knows)", Undetermined),
            ("any(a, who_knows)", True),
            ("any(n, who_knows)", Undetermined),
            ("not(n)", True),
            ("not(who_knows)", Undetermined),
            ("not(all(a, not(b)))", True),
            ("test", False),
            ("a = 1", Undetermined),
            ("not()", Undetermined),
            ("version(\"1.0\")", Undetermined),
            ("(((", Undetermined),
            ("", Undetermined),
        ] {
            assert_eq!(cfg.holds(predicate), truth, "{predicate}");
        }
    }

    #[test]
    fn features_of_a_build_script() {
        let vars = |vars: &[(&str, &str)]| {
            Cfg::from_vars(vars.iter().map(|&(name, value)| (name.into(), value.into())))
        };
        let exact = vars(&[("CARGO_CFG_FEATURE", "a-b,c"), ("CARGO_FEATURE_A_B", "1")]);
        assert_eq!(exact.holds("feature = \"a-b\""), Truth::True);
        assert_eq!(exact.holds("feature = \"a_b\""), Truth::False);
        let loose = vars(&[("CARGO_FEATURE_A_B", "1")]);
        assert_eq!(loose.holds("feature = \"a-b\""), Truth::True);
        assert_eq!(loose.holds("feature = \"d\""), Truth::False);
    }

    #[test]
    fn what_rustc_prints() {
        let cfg = Cfg::parse("debug_assertions\npanic=\"unwind\"\ntarget_env=\"\"\r\nunix\n\n");
        assert_eq!(cfg.holds("all(debug_assertions, panic = \"unwind\", unix)"), Truth::True);
        assert_eq!(cfg.holds("target_env = \"\""), Truth::True);
        assert_eq!(cfg.holds("any(windows, target_os = \"x\")"), Truth::False);
        assert_eq!(cfg.holds("feature = \"x\""), Truth::Undetermined);
    }
}
