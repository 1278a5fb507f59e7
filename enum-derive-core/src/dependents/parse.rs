//! Reads the rows of the query.

use alloc::string::String;
use alloc::vec::Vec;

use super::page::Shared;
use super::{Dependents, Entry, Generated, Grant, Holds, Kind, Object, Size};
use crate::array::{elements, texts};

impl Dependents {
    /// Reads the rows of a type. `None` if these are other rows.
    pub(super) fn parse(rows: &[String], shared: &Shared) -> Option<Self> {
        let mut target = None;
        let mut objects = Vec::new();
        for row in rows {
            let (object, details) = object(row)?;
            match object.kind {
                Kind::Type => target = Some((object, details)),
                _ => objects.push(object),
            }
        }
        let (target, details) = target?;
        let [labels, entries, schema, name, direct]: [_; 5] = details.try_into().ok()?;
        let labels = texts(labels)?;
        let entry = |row: String| {
            let [what, text, hash]: [_; 3] = elements(&row)?.try_into().ok()?;
            Some(Entry { what: what?, text: text?, hash: Some(hash?) })
        };
        let entries = texts(entries)?.into_iter().map(entry).collect::<Option<_>>()?;
        let mentions = shared.mentions.iter().filter(|(_, label)| labels.contains(label)).cloned();
        Some(Self {
            target,
            schema: schema?,
            name: name?,
            entries,
            direct: texts(direct)?,
            taken: shared.taken.clone(),
            mentions: mentions.collect(),
            labels,
            is_read: true,
            objects,
        })
    }
}

type Details = Vec<Option<String>>;

fn object(row: &str) -> Option<(Object, Details)> {
    let row: [_; 19] = elements(row)?.try_into().ok()?;
    let [
        _type,
        kind,
        key,
        described,
        identity,
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
        identity: identity?,
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
    let size = |index: usize| {
        let number = |index| text(index).and_then(|number| number.parse().ok());
        let bytes: Option<u64> = number(index + 1);
        bytes.map(|bytes| Size { rows: number(index), bytes: Some(bytes) })
    };
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
            generated: text(7).map(|expression| Generated {
                expression,
                in_place: is(8),
                collation: text(9),
                target: text(10),
                options: text(11),
                not_null: is(12),
            }),
            root: text(13),
            size: size(14),
        },
        "default" => Kind::Default,
        "index" => Kind::Index {
            full_name: text(0)?,
            has_expression: is(1),
            of_constraint: is(2),
            parent: text(3),
            is_clustered: is(4),
            is_identity: is(5),
            is_valid: is(6),
            tablespace: text(7),
            targets: texts(text(8))?,
            of_generated: is(9),
        },
        "constraint" => Kind::Constraint {
            of_type: text(0)?,
            inherited: text(1)? != "0",
            is_local: is(2),
            of_parent: is(3),
            has_expression: is(4),
            is_marked: is(5),
            is_disabled: is(6),
            of_generated: is(7),
            is_clustered: is(8),
            is_identity: is(9),
        },
        "view" | "materialized view" => Kind::View {
            materialized: kind != "view",
            options: text(0),
            populated: is(1),
            tablespace: text(2),
            access_method: text(3),
            size: size(4),
        },
        "view column" => Kind::ViewColumn { target: text(0), has_options: is(1) },
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
        "attribute" => Kind::Attribute { refused: text(0) },
        "domain" => {
            Kind::Domain { default: text(0), not_null: is(1), schema: text(2)?, name: text(3)? }
        }
        "domain constraint" => {
            Kind::DomainConstraint { domain: text(0)?, of_type: text(1)?, of_replaced: is(2) }
        }
        "function" => Kind::Function { of_kind: text(0)? },
        _ => Kind::Other,
    })
}

fn holds(word: &str) -> Holds {
    match word {
        "scalar" => Holds::Scalar,
        "array" => Holds::Array,
        "nothing" => Holds::Nothing,
        _ => Holds::Other,
    }
}
