//! Random scripts that create what depends on a type, with the labels before and after a change.

use std::fmt::Write;

use super::random::Change;

/// Random numbers, of which there is an end: then they are 0.
pub(super) struct Choices<'a> {
    numbers: std::slice::Iter<'a, u16>,
}

impl<'a> Choices<'a> {
    pub(super) fn new(numbers: &'a [u16]) -> Self {
        Self { numbers: numbers.iter() }
    }

    /// A number below this one.
    pub(super) fn below(&mut self, limit: usize) -> usize {
        usize::from(self.numbers.next().copied().unwrap_or_default()) % limit.max(1)
    }
}

#[derive(Clone, Copy, PartialEq)]
enum Kind {
    Scalar,
    Array,
    Domain,
    DomainOfArray,
    ArrayOfDomain,
}

/// A statement, from the name of the label at a place.
type Statement<'a> = dyn Fn(&dyn Fn(usize) -> String) -> String + 'a;

/// The script with the labels before and after the change. Labels that go are in rows and defaults only.
#[expect(clippy::too_many_lines, reason = "one statement for each kind")]
pub(super) fn script(choices: &mut Choices<'_>, change: &Change, version: u32) -> [String; 2] {
    let mut scripts = [String::new(), String::new()];
    let lasting = change.lasting();
    let of = |choices: &mut Choices<'_>| lasting[choices.below(lasting.len())];
    // The same statement in both, each with its labels.
    let mut add = |text: &Statement<'_>| {
        for (script, is_after) in scripts.iter_mut().zip([false, true]) {
            let _ = writeln!(script, "{};", text(&|label| change.label(label, is_after)));
        }
    };
    let with_domains = choices.below(2) == 0;
    if with_domains {
        let (default, check) = (choices.below(change.old.len()), of(choices));
        let has_default = choices.below(2) == 0 && change.fates[default].is_some();
        let valid = if choices.below(2) == 0 { "" } else { " NOT VALID" };
        add(&|label| {
            let default =
                if has_default { format!(" DEFAULT {}", label(default)) } else { String::new() };
            format!(
                "CREATE DOMAIN app.d AS app.mood{default}; CREATE DOMAIN app.ds AS app.mood[];
                 ALTER DOMAIN app.d ADD CONSTRAINT k CHECK (VALUE IS NULL OR (VALUE = {}) IS NOT NULL){valid};
                 COMMENT ON DOMAIN app.d IS 'd'; GRANT USAGE ON DOMAIN app.ds TO reader_of_swaps",
                label(check)
            )
        });
    }
    for table in 0..=choices.below(2) {
        let kinds: Vec<Kind> = (0..=choices.below(4))
            .map(|_| match choices.below(if with_domains { 6 } else { 3 }) {
                0 | 1 => Kind::Scalar,
                2 => Kind::Array,
                3 => Kind::Domain,
                4 => Kind::DomainOfArray,
                _ => Kind::ArrayOfDomain,
            })
            .collect();
        let defaults: Vec<Option<usize>> = kinds
            .iter()
            .map(|_| (choices.below(2) == 0).then(|| choices.below(change.old.len())))
            .map(|label| label.filter(|&label| change.fates[label].is_some()))
            .collect();
        let not_null = choices.below(3) == 0 && change.fates.iter().all(Option::is_some);
        let generated: Vec<(usize, usize, usize)> =
            (0..choices.below(3)).map(|_| (choices.below(3), of(choices), of(choices))).collect();
        let follows = version >= 17 && choices.below(2) == 0;
        add(&|label| {
            let mut columns = vec!["id int PRIMARY KEY".to_owned()];
            for (index, (kind, default)) in kinds.iter().zip(&defaults).enumerate() {
                let (type_name, is_array) = match kind {
                    Kind::Scalar => ("app.mood", false),
                    Kind::Array => ("app.mood[]", true),
                    Kind::Domain => ("app.d", false),
                    Kind::DomainOfArray => ("app.ds", true),
                    Kind::ArrayOfDomain => ("app.d[]", true),
                };
                let default = default.map(|default| {
                    if is_array {
                        format!(" DEFAULT ARRAY[{}, NULL]::app.mood[]", label(default))
                    } else {
                        format!(" DEFAULT {}", label(default))
                    }
                });
                let default = default.unwrap_or_default();
                let not_null = if not_null && index == 0 { " NOT NULL" } else { "" };
                columns.push(format!("c{index} {type_name}{not_null}{default}"));
            }
            let value = match kinds[0] {
                Kind::Scalar | Kind::Domain => "c0::app.mood",
                _ => "(c0::app.mood[])[1]",
            };
            for (index, (kind, one, other)) in generated.iter().enumerate() {
                let (type_name, expression) = match kind {
                    0 => ("bool", format!("{value} = {}", label(*one))),
                    1 => (
                        "app.mood",
                        format!(
                            "CASE WHEN {value} = {} THEN {} ELSE {value} END",
                            label(*one),
                            label(*other)
                        ),
                    ),
                    _ => ("app.mood[]", format!("ARRAY[{value}, {}]", label(*one))),
                };
                columns.push(format!(
                    "g{index} {type_name} GENERATED ALWAYS AS ({expression}) STORED"
                ));
            }
            if follows {
                columns.push("z int".to_owned());
            }
            format!("CREATE TABLE app.t{table} ({})", columns.join(", "))
        });
        let names: Vec<String> = (0..kinds.len()).map(|index| format!("c{index}")).collect();
        for row in 0..choices.below(6) {
            let mut values: Vec<Value> =
                kinds.iter().map(|kind| value(choices, *kind, change)).collect();
            if let (true, Value::Null) = (not_null, &values[0]) {
                values[0] = match kinds[0] {
                    Kind::Scalar | Kind::Domain => Value::One(0),
                    _ => Value::Many(1, Vec::new()),
                };
            }
            add(&|label| {
                let values: Vec<String> = values.iter().map(|value| value.sql(label)).collect();
                format!(
                    "INSERT INTO app.t{table} (id, {}) VALUES ({row}, {})",
                    names.join(", "),
                    values.join(", ")
                )
            });
        }
        let scalar = kinds.iter().position(|kind| *kind == Kind::Scalar);
        for item in 0..choices.below(8) {
            let (what, one, two) = (choices.below(16), of(choices), of(choices));
            let Some(scalar) = scalar else { continue };
            let (t, c, n) =
                (format!("app.t{table}"), format!("c{scalar}"), format!("{table}_{item}"));
            add(&|label| extra(what, [&t, &c, &n], [&label(one), &label(two)]));
        }
    }
    scripts
}

/// Something that depends on a column: a table, a column, a part of names, and two labels.
fn extra(what: usize, [t, c, n]: [&str; 3], [one, two]: [&str; 2]) -> String {
    match what {
        0 => format!("CREATE INDEX i{n} ON {t} (id) WHERE {c} = {one}; COMMENT ON INDEX app.i{n} IS 'i'"),
        1 => format!("CREATE INDEX i{n} ON {t} (({c} = {one}), id); ALTER INDEX app.i{n} ALTER COLUMN 1 SET STATISTICS 7"),
        2 => format!("CREATE INDEX i{n} ON {t} ({c}); ALTER TABLE {t} CLUSTER ON i{n}"),
        3 => format!("ALTER TABLE {t} ADD CONSTRAINT u{n} UNIQUE (id, {c})"),
        4 => format!("ALTER TABLE {t} ADD CONSTRAINT k{n} CHECK ({c} IS NULL OR ({c} IN ({one}, {two})) IS NOT NULL)"),
        5 => format!("ALTER TABLE {t} ADD CONSTRAINT k{n} CHECK ({c} <> {one} AND {c} > {two}) NO INHERIT NOT VALID"),
        6 => format!("CREATE VIEW app.v{n} AS SELECT id, {c} FROM {t} WHERE {c} = {one}; GRANT SELECT ON app.v{n} TO reader_of_swaps"),
        7 => format!(
            "CREATE VIEW app.v{n} AS SELECT {c}, count(*) FROM {t} GROUP BY 1; CREATE VIEW app.w{n} AS SELECT * FROM app.v{n} WHERE {c} <> {one};
             ALTER VIEW app.w{n} ALTER COLUMN {c} SET DEFAULT {two}; COMMENT ON COLUMN app.w{n}.{c} IS 'c'"
        ),
        8 => format!(
            "CREATE MATERIALIZED VIEW app.m{n} AS SELECT id, {c} FROM {t} WHERE {c} IN ({one}, {two}); CREATE UNIQUE INDEX ON app.m{n} (id);
             CREATE INDEX ON app.m{n} ({c}) WHERE {c} = {one}"
        ),
        9 => format!("CREATE POLICY p{n} ON {t} FOR UPDATE TO reader_of_swaps USING ({c} = {one}) WITH CHECK ({c} <> {two})"),
        10 => format!(
            "CREATE FUNCTION app.tf{n}() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN new; END';
             CREATE TRIGGER g{n} BEFORE UPDATE OF {c} ON {t} FOR EACH ROW WHEN (new.{c} = {one}) EXECUTE FUNCTION app.tf{n}();
             ALTER TABLE {t} ENABLE ALWAYS TRIGGER g{n}"
        ),
        11 => format!("CREATE RULE r{n} AS ON DELETE TO {t} WHERE old.{c} = {one} DO INSTEAD NOTHING; ALTER TABLE {t} DISABLE RULE r{n}"),
        12 => format!("CREATE STATISTICS app.s{n} ON id, {c} FROM {t}; COMMENT ON STATISTICS app.s{n} IS 's'"),
        13 => format!(
            "CREATE TABLE app.k{n} (k app.mood PRIMARY KEY);
             ALTER TABLE {t} ADD CONSTRAINT f{n} FOREIGN KEY ({c}) REFERENCES app.k{n} DEFERRABLE INITIALLY DEFERRED NOT VALID"
        ),
        14 => format!(
            "CREATE FUNCTION app.f{n}(a app.mood DEFAULT {one}, b app.mood[] DEFAULT ARRAY[{two}]::app.mood[]) RETURNS app.mood
             LANGUAGE sql IMMUTABLE AS 'SELECT a'; REVOKE ALL ON FUNCTION app.f{n} FROM PUBLIC;
             CREATE INDEX j{n} ON {t} (app.f{n}({c}))"
        ),
        _ => format!("ALTER TABLE {t} ADD CONSTRAINT x{n} EXCLUDE USING btree ({c} WITH =, id WITH =) WHERE ({c} <> {one})"),
    }
}

/// A value of a column, by the indices of its labels.
enum Value {
    Null,
    One(usize),
    /// An array with its lower bound; each element is `NULL` or a label.
    Many(usize, Vec<Option<usize>>),
    Square([Option<usize>; 4]),
}

fn value(choices: &mut Choices<'_>, kind: Kind, change: &Change) -> Value {
    let element =
        |choices: &mut Choices<'_>| (choices.below(5) > 0).then(|| choices.below(change.old.len()));
    match kind {
        _ if choices.below(6) == 0 => Value::Null,
        Kind::Scalar | Kind::Domain => Value::One(choices.below(change.old.len())),
        _ if choices.below(4) == 0 => Value::Square([0; 4].map(|_| element(choices))),
        _ => {
            let (bound, length) = (choices.below(3), choices.below(4));
            Value::Many(bound, (0..length).map(|_| element(choices)).collect())
        }
    }
}

impl Value {
    fn sql(&self, label: &dyn Fn(usize) -> String) -> String {
        let element = |index: &Option<usize>| index.map_or("NULL".to_owned(), label);
        let list = |of: &[Option<usize>]| of.iter().map(element).collect::<Vec<_>>().join(", ");
        match self {
            Self::Null => "NULL".to_owned(),
            Self::One(index) => label(*index),
            Self::Many(_, of) if of.is_empty() => "'{}'".to_owned(),
            Self::Many(1, of) => format!("ARRAY[{}]::app.mood[]", list(of)),
            Self::Many(bound, of) => format!(
                "concat('[{bound}:{}]=', ARRAY[{}]::app.mood[])::app.mood[]",
                bound + of.len() - 1,
                list(of)
            ),
            Self::Square(of) => {
                format!("ARRAY[ARRAY[{}], ARRAY[{}]]::app.mood[]", list(&of[..2]), list(&of[2..]))
            }
        }
    }
}
