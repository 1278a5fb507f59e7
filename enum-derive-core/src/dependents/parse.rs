//! Reads the rows of the query.

use alloc::string::String;
use alloc::vec::Vec;

use super::{Dependents, Grant, Holds, Kind, Object};
use crate::array::{elements, texts};

impl Dependents {
    /// Reads the rows of the result of [`query`](super::query). `None` if there is no such enum, or if these are other
    /// rows.
    ///
    /// ```
    /// use pg_enum_core::dependents::Dependents;
    ///
    /// assert_eq!(Dependents::parse::<&str>(&[]), None);
    /// ```
    #[must_use]
    pub fn parse<R: AsRef<str>>(rows: &[R]) -> Option<Self> {
        let mut target = None;
        let mut objects = Vec::new();
        for row in rows {
            let (object, details) = object(row.as_ref())?;
            match object.kind {
                Kind::Type => target = Some((object, details)),
                _ => objects.push(object),
            }
        }
        let (target, details) = target?;
        let [labels, taken, entries, schema, name, direct, mentions]: [_; 7] =
            details.try_into().ok()?;
        let (labels, taken, entries) = (texts(labels)?, texts(taken)?, texts(entries)?);
        let (schema, name, direct) = (schema?, name?, texts(direct)?);
        let mention = |text: String| {
            let [function, label]: [_; 2] = elements(&text)?.try_into().ok()?;
            Some((function?, label?))
        };
        let mentions = texts(mentions)?.into_iter().map(mention).collect::<Option<_>>()?;
        Some(Self { target, schema, name, labels, taken, entries, direct, mentions, objects })
    }
}

type Details = Vec<Option<String>>;

fn object(row: &str) -> Option<(Object, Details)> {
    let row: [_; 17] = elements(row)?.try_into().ok()?;
    let [
        kind,
        key,
        described,
        catalog,
        relation,
        relation_kind,
        name,
        definition,
        details,
        owner,
        is_owned,
        revoked,
        granted,
        comment,
        extension,
        has_label,
        needs,
    ] = row;
    let details = elements(&details?)?;
    let object = Object {
        kind: parsed_kind(&kind?, &details)?,
        key: key?,
        described: described?,
        catalog: catalog?,
        relation,
        relation_kind: relation_kind?,
        name: name?,
        definition: definition.unwrap_or_default(),
        owner,
        owned: is_owned.is_none_or(|is_owned| is_owned == "true"),
        revoked: Grant::parse_all(revoked)?,
        granted: Grant::parse_all(granted)?,
        comment,
        extension,
        has_security_label: has_label? == "true",
        needs: texts(needs)?,
    };
    Some((object, details))
}

impl Grant {
    /// Reads an array of arrays: privilege, role, whether it may be granted, whether another role granted it.
    pub(crate) fn parse_all(array: Option<String>) -> Option<Vec<Self>> {
        let grant = |row: String| {
            let [privilege, to, grantable, by_another]: [_; 4] = elements(&row)?.try_into().ok()?;
            let to = to.filter(|to| to != "-").unwrap_or_else(|| "PUBLIC".into());
            let is = |flag: Option<String>| flag.as_deref() == Some("true");
            let (grantable, by_another) = (is(grantable), is(by_another));
            Some(Self { privilege: privilege?, to, grantable, by_another })
        };
        texts(array)?.into_iter().map(grant).collect()
    }
}

fn parsed_kind(kind: &str, details: &[Option<String>]) -> Option<Kind> {
    let text = |index: usize| details.get(index).cloned().flatten();
    let is = |index: usize| text(index).as_deref() == Some("true");
    Some(match kind {
        "type" => Kind::Type,
        "column" => Kind::Column {
            number: text(0)?.parse().ok()?,
            holds: holds(&text(1)?),
            not_null: is(2),
            inherited: text(3)? != "0",
            storage: text(4),
            compression: text(5),
            refused: text(6).filter(|why| !why.is_empty()),
        },
        "default" => Kind::Default,
        "generated" => Kind::Generated,
        "index" => Kind::Index {
            full_name: text(0)?,
            has_expression: is(1),
            of_constraint: is(2),
            parent: text(3),
            is_clustered: is(4),
            is_valid: is(6),
            tablespace: text(7),
            targets: texts(text(8))?,
        },
        "constraint" => Kind::Constraint {
            of_type: text(0)?,
            inherited: text(1)? != "0",
            is_local: is(2),
            of_parent: is(3),
            has_expression: is(4),
            is_marked: is(5) || is(6),
            is_disabled: is(7),
        },
        "view" | "materialized view" => Kind::View {
            materialized: kind != "view",
            options: text(0),
            populated: is(1),
            tablespace: text(2),
            access_method: text(3),
        },
        "view column" => Kind::ViewColumn { comment: text(0), target: text(1), has_options: is(2) },
        "rule" => Kind::Rule { enabled: text(0)? },
        "trigger" => Kind::Trigger { enabled: text(0)?, of_parent: is(1) },
        "policy" => Kind::Policy {
            command: text(0)?,
            permissive: is(1),
            roles: text(2)?,
            using: text(3),
            check: text(4),
        },
        "statistics" => Kind::Statistics { target: text(0) },
        "publication" => Kind::Publication { columns: text(0), filter: text(1) },
        "attribute" => Kind::Attribute { holds: holds(&text(0)?), refused: text(1) },
        "function" => Kind::Function { of_kind: text(0)? },
        _ => Kind::Other,
    })
}

fn holds(word: &str) -> Holds {
    match word {
        "scalar" => Holds::Scalar,
        "array" => Holds::Array,
        _ => Holds::Other,
    }
}
