//! The query that reads what depends on a type, from `pg_depend` and the catalogs.
//!
//! It runs with `search_path` set to `pg_catalog` ([`path`](super::path)), so that its names mean built-in objects, and so
//! that the server writes every other name with its schema in the definitions that it prints. It evaluates nothing that
//! a user has defined: the `pg_get_…` functions only print.
//!
//! Objects are followed by OID. A column of a table is followed alone, because a view over another column is not
//! affected; everything else is followed whole, because it is dropped and restored.

mod kinds;

use alloc::string::ToString;
use alloc::vec::Vec;
use core::fmt;

use self::kinds::KINDS;
use super::quote::{Literal, literals};
use crate::display::from_fn;

/// The query for the enums with these schemas and names; see [`crate::dependents::query`].
pub(crate) fn dependents<'a>(names: &'a [(&'a str, &'a str)]) -> impl fmt::Display + 'a {
    from_fn(move |f| {
        let schemas: Vec<&str> = names.iter().map(|(schema, _)| *schema).collect();
        let types: Vec<&str> = names.iter().map(|(_, name)| *name).collect();
        write!(
            f,
            "WITH RECURSIVE target AS (
  SELECT DISTINCT t.oid, t.typarray, ARRAY[n.nspname, t.typname]::text AS name
  FROM unnest(ARRAY[{}]::name[], ARRAY[{}]::name[]) AS w (schema, name) JOIN pg_namespace AS n ON n.nspname = w.schema
  JOIN pg_type AS t ON t.typnamespace = n.oid AND t.typname = w.name AND t.typtype = 'e'
), {}, {TYPES_AND_COLUMNS}, entry (target, what, text) AS MATERIALIZED (
{}), direct (target, what) AS (
{}), {SHARED}, found (target, class, oid, sub, kind, relation, relation_kind, name, definition, details,
    owner, acl_type, acl) AS (
",
            literals(&schemas),
            literals(&types),
            reached(Targets::Page),
            texts_of_entries(Targets::Page, |_| true),
            direct_entries(Targets::Page, Details::ALL, &[]),
        )?;
        for (index, kind) in KINDS.iter().enumerate() {
            let union = if index == 0 { "" } else { "\n  UNION ALL\n" };
            write!(f, "{union}{kind}")?;
        }
        f.write_str(ROWS)
    })
}

/// The types whose dependents a query reads.
#[derive(Clone, Copy)]
pub(super) enum Targets<'a> {
    /// One, with this OID, as SQL.
    One(&'a str),
    /// Those in `target`. Rows have one more column, which says for which of them they are: an object that depends on
    /// several is a row for each.
    Page,
}

impl<'a> Targets<'a> {
    /// What is only in a query for several types.
    const fn of_page(self, sql: &'static str) -> &'static str {
        match self {
            Self::One(_) => "",
            Self::Page => sql,
        }
    }

    /// The OID of the type for which the row is that has this condition or expression.
    const fn oid(self, of_page: &'a str) -> &'a str {
        match self {
            Self::One(oid) => oid,
            Self::Page => of_page,
        }
    }
}

/// The objects that depend on a type, and the type itself, as a common table expression. A view stands for its rule, a
/// generated column for its expression, and a constraint for its index and for the server's own triggers.
///
/// The index of a constraint depends on it (`index_constraint_create` in `src/backend/catalog/index.c`): `pg_depend` is asked for
/// that, because no index of `pg_constraint` is for `conindid`.
pub(super) fn reached(targets: Targets<'_>) -> impl fmt::Display {
    from_fn(move |f| {
        write!(
            f,
            "reached ({}class, sub, oid) AS (
    SELECT {}'pg_type'::regclass::oid, 0, {}
    UNION
    SELECT {}CASE WHEN coalesce(v.oid, f.adrelid) IS NOT NULL THEN 'pg_class'::regclass WHEN k.oid IS NOT NULL THEN 'pg_constraint'::regclass
      ELSE d.classid END, CASE WHEN v.oid IS NULL THEN coalesce(f.adnum, d.objsubid) ELSE 0 END, coalesce(v.oid, k.oid, f.adrelid, d.objid)
    FROM reached AS b
    JOIN pg_depend AS d ON d.refclassid = b.class AND d.refobjid = b.oid AND (b.sub = 0 OR d.refobjsubid = b.sub)
    LEFT JOIN pg_rewrite AS r ON d.classid = 'pg_rewrite'::regclass AND r.oid = d.objid AND r.ev_type = '1'
    LEFT JOIN pg_class AS v ON v.relkind IN ('v', 'm')
      AND v.oid = CASE d.classid WHEN 'pg_class'::regclass THEN d.objid ELSE r.ev_class END
    LEFT JOIN pg_depend AS o ON d.classid = 'pg_class'::regclass AND o.classid = d.classid AND o.objid = d.objid
      AND o.refclassid = 'pg_constraint'::regclass AND o.deptype = 'i'
    LEFT JOIN pg_constraint AS k ON k.oid = o.refobjid
    LEFT JOIN pg_trigger AS g ON d.classid = 'pg_trigger'::regclass AND g.oid = d.objid
    LEFT JOIN (pg_attrdef AS f JOIN pg_attribute AS a ON a.attrelid = f.adrelid AND a.attnum = f.adnum AND a.attgenerated <> '')
      ON d.classid = 'pg_attrdef'::regclass AND f.oid = d.objid
    WHERE g.tgisinternal IS NOT TRUE
  )",
            targets.of_page("target, "),
            targets.of_page("oid, "),
            targets.oid("oid FROM target"),
            targets.of_page("b.target, "),
        )
    })
}

/// The domains over each type, with their array types and the type below (0 if it is something else); and the generated
/// columns, with whether another column follows that stays in the table.
const TYPES_AND_COLUMNS: &str = "domains (target, oid, list, base) AS (
  SELECT b.target, t.oid, t.typarray, t.typbasetype
  FROM reached AS b JOIN target ON target.oid = b.target JOIN pg_type AS t ON t.oid = b.oid AND t.typtype = 'd'
  WHERE b.class = 'pg_type'::regclass AND t.typbasetype IN (target.oid, target.typarray)
  UNION
  SELECT dm.target, t.oid, t.typarray, CASE WHEN t.typbasetype = dm.oid THEN dm.base WHEN dm.base = target.oid THEN target.typarray ELSE 0 END
  FROM domains AS dm JOIN target ON target.oid = dm.target JOIN reached AS b ON b.target = dm.target AND b.class = 'pg_type'::regclass
  JOIN pg_type AS t ON t.oid = b.oid AND t.typtype = 'd' AND t.typbasetype IN (dm.oid, dm.list)
), generated (target, oid, sub, followed) AS (
  SELECT b.target, b.oid, b.sub, EXISTS (SELECT FROM pg_attribute AS l WHERE l.attrelid = b.oid AND l.attnum > b.sub AND NOT l.attisdropped
    AND NOT (l.attgenerated <> '' AND EXISTS (SELECT FROM reached AS o
      WHERE o.target = b.target AND o.class = b.class AND o.oid = b.oid AND o.sub = l.attnum)))
  FROM reached AS b JOIN pg_attribute AS a ON a.attrelid = b.oid AND a.attnum = b.sub AND a.attgenerated <> ''
  WHERE b.class = 'pg_class'::regclass AND b.sub > 0
)";

/// What is the same for all types, so that it is read and sent once: the names of types that a temporary name could be equal
/// to; and the functions whose bodies, which the server does not read, contain a label of one of the types in quotes.
const SHARED: &str = "shared (kind, name, label) AS (
  SELECT DISTINCT 'taken', typname::text, '' FROM pg_type WHERE typname LIKE '%old'
  UNION ALL
  SELECT 'mention', pg_describe_object('pg_proc'::regclass, p.oid, 0), e.label
  FROM pg_proc AS p JOIN pg_language AS l ON l.oid = p.prolang AND l.lanname NOT IN ('internal', 'c')
  JOIN pg_namespace AS h ON h.oid = p.pronamespace AND h.nspname NOT IN ('pg_catalog', 'information_schema')
  JOIN (SELECT DISTINCT e.enumlabel::text AS label FROM target JOIN pg_enum AS e ON e.enumtypid = target.oid) AS e
    ON position(quote_literal(e.label) IN p.prosrc) > 0
)";

/// For each catalog of objects that have a definition, the definition as one text, of the object `b`.
const DEFINITIONS: [(&str, &str); 9] = [
    ("pg_attrdef", "(SELECT pg_get_expr(adbin, adrelid) FROM pg_attrdef AS o WHERE o.oid = b.oid)"),
    (
        "pg_class",
        "(SELECT concat(CASE WHEN relkind IN ('v', 'm')
          THEN concat(pg_get_viewdef(o.oid), nullif(pg_get_userbyid(relowner), current_user), relispopulated, (SELECT amname FROM pg_am WHERE oid = relam))
          ELSE pg_get_indexdef(o.oid) END, reloptions, (SELECT spcname FROM pg_tablespace WHERE oid = reltablespace), (SELECT concat(indisclustered, indisreplident) FROM pg_index WHERE indexrelid = o.oid),
          ARRAY(SELECT concat(privilege_type, grantee::regrole, is_grantable) FROM aclexplode(coalesce(relacl, acldefault('r', relowner)))
          WHERE grantee <> relowner ORDER BY 1), ARRAY(SELECT concat(attname, attacl, nullif(attstattarget, -1), attstorage, attoptions, col_description(o.oid, attnum))
          FROM pg_attribute WHERE attrelid = o.oid AND attnum > 0 ORDER BY attnum))
      FROM pg_class AS o WHERE o.oid = b.oid AND b.sub = 0 AND relkind IN ('v', 'm', 'i', 'I')
      UNION ALL SELECT concat(attstorage, to_jsonb(o) -> 'attcompression', CASE WHEN attgenerated <> '' THEN concat(attnotnull, attacl, nullif(attstattarget, -1), attoptions,
        col_description(b.oid, b.sub), (SELECT pg_get_expr(adbin, adrelid) FROM pg_attrdef WHERE adrelid = b.oid AND adnum = b.sub)) END)
      FROM pg_attribute AS o WHERE attrelid = b.oid AND attnum = b.sub)",
    ),
    (
        "pg_constraint",
        "(SELECT concat(pg_get_constraintdef(b.oid), (SELECT concat(indisclustered, indisreplident, (SELECT spcname FROM pg_tablespace WHERE oid = reltablespace), reloptions)
        FROM pg_index AS i JOIN pg_class AS c ON c.oid = i.indexrelid WHERE i.indexrelid = o.conindid AND o.contype <> 'f'))
      FROM pg_constraint AS o WHERE o.oid = b.oid)",
    ),
    (
        "pg_policy",
        "(SELECT concat(polcmd, polpermissive, polroles::regrole[], pg_get_expr(polqual, polrelid), ' ',
        pg_get_expr(polwithcheck, polrelid)) FROM pg_policy AS o WHERE o.oid = b.oid)",
    ),
    (
        "pg_proc",
        "(SELECT concat(pg_get_functiondef(o.oid), nullif(pg_get_userbyid(proowner), current_user), ARRAY(SELECT concat(privilege_type, grantee::regrole, is_grantable)
        FROM aclexplode(coalesce(proacl, acldefault('f', proowner))) WHERE grantee <> proowner ORDER BY 1))
      FROM pg_proc AS o WHERE o.oid = b.oid AND prokind <> 'a')",
    ),
    ("pg_rewrite", "(SELECT concat(pg_get_ruledef(oid), ev_enabled) FROM pg_rewrite AS o WHERE o.oid = b.oid)"),
    (
        "pg_statistic_ext",
        "(SELECT concat(pg_get_statisticsobjdef(oid), nullif(to_jsonb(o) ->> 'stxstattarget', '-1'), nullif(pg_get_userbyid(stxowner), current_user))
      FROM pg_statistic_ext AS o WHERE o.oid = b.oid)",
    ),
    ("pg_trigger", "(SELECT concat(pg_get_triggerdef(oid), tgenabled) FROM pg_trigger AS o WHERE o.oid = b.oid)"),
    (
        "pg_type",
        "(SELECT concat(nullif(pg_get_userbyid(typowner), current_user), typnotnull, pg_get_expr(typdefaultbin, 0), ARRAY(
        SELECT concat(privilege_type, grantee::regrole, is_grantable) FROM aclexplode(coalesce(typacl, acldefault('T', typowner)))
        WHERE grantee <> typowner ORDER BY 1)) FROM pg_type AS o WHERE o.oid = b.oid)",
    ),
];

/// The rows of `entry`: each dependent of the type, with a part of the hash of its
/// definition. Definitions are printed only for the catalogs that `with` names, because the query is part of a migration
/// and should be short.
pub(super) fn entries<'a>(of: &'a str, with: impl Fn(&str) -> bool + 'a) -> impl fmt::Display + 'a {
    from_fn(move |f| {
        f.write_str("    SELECT concat(e.what, ' ', left(md5(e.text), 8)) FROM (\n")?;
        writeln!(f, "{}    ) AS e", texts_of_entries(Targets::One(of), &with))
    })
}

/// What a migration calls an object: its kind and its name (manual, 9.26). The texts of `pg_describe_object` are in the language
/// of the server's messages, so two servers, or two sessions, would not agree.
fn identity(object: &str) -> impl fmt::Display + '_ {
    from_fn(move |f| {
        write!(f, "(SELECT concat(type, ' ', identity) FROM pg_identify_object({object}))")
    })
}

/// Each dependent of the type, with its definition as one text.
fn texts_of_entries<'a>(
    targets: Targets<'a>,
    with: impl Fn(&str) -> bool + 'a,
) -> impl fmt::Display + 'a {
    from_fn(move |f| {
        let target = targets.of_page("b.target, ");
        writeln!(
            f,
            "    SELECT {target}{} AS what, {} AS text",
            identity("b.class, b.oid, b.sub"),
            text(&with)
        )?;
        f.write_str("    FROM reached AS b LEFT JOIN pg_type AS t ON b.class = 'pg_type'::regclass AND t.oid = b.oid\n")?;
        let of = targets.oid("b.target");
        writeln!(f, "    WHERE t.oid IS NULL OR t.oid = {of} OR t.typrelid = 0 AND t.typelem = 0")
    })
}

/// What is compared of an object besides its name, for the catalogs that `with` names.
fn text(with: &dyn Fn(&str) -> bool) -> impl fmt::Display {
    from_fn(move |f| {
        f.write_str("concat(\n      CASE b.sub WHEN 0 THEN obj_description(b.oid, b.class::regclass::name) END")?;
        let definitions: Vec<_> = DEFINITIONS.iter().filter(|(catalog, _)| with(catalog)).collect();
        if !definitions.is_empty() {
            f.write_str(", CASE b.class")?;
            for (catalog, definition) in &definitions {
                write!(f, "\n      WHEN '{catalog}'::regclass THEN {definition}")?;
            }
            f.write_str("\n      END")?;
        }
        f.write_str(")")
    })
}

/// What is dropped and created again by statements of the migrations: a query for all views, rules, triggers, policies, functions and
/// statistics that are reached, and for the indexes with these names. Its one row has their names, and the same with their definitions;
/// these only for the catalogs that the plan has objects in, because everything else is refused by its name.
pub(super) fn made_again<'a>(of: &'a str, names: &'a [&'a str]) -> impl fmt::Display + 'a {
    const CATALOGS: [(&str, &str); 7] = [
        ("index ", "pg_class"),
        ("view ", "pg_class"),
        ("policy ", "pg_policy"),
        ("function ", "pg_proc"),
        ("rule ", "pg_rewrite"),
        ("statistics object ", "pg_statistic_ext"),
        ("trigger ", "pg_trigger"),
    ];
    from_fn(move |f| {
        let with = |catalog: &str| {
            let has = |kind: &str| names.iter().any(|name| name.starts_with(kind));
            CATALOGS.iter().any(|(kind, of)| *of == catalog && has(kind))
        };
        let identity = identity("b.class, b.oid, b.sub");
        writeln!(f, "WITH RECURSIVE {}", reached(Targets::One(of)))?;
        writeln!(
            f,
            "  SELECT array_agg(what), array_agg(concat(what, ' ', text)) FROM (
    SELECT CASE b.class WHEN 'pg_proc'::regclass THEN (SELECT concat('function ', quote_ident(nspname), '.', quote_ident(proname))
      FROM pg_proc AS p JOIN pg_namespace AS n ON n.oid = pronamespace WHERE p.oid = b.oid) ELSE {identity} END,
      concat({}, (SELECT string_agg(concat(provider, label), ' ') FROM pg_seclabel WHERE classoid = b.class AND objoid = b.oid),
        (SELECT string_agg(pg_get_expr(adbin, adrelid), ' ' ORDER BY adnum) FROM pg_attrdef WHERE b.class = 'pg_class'::regclass AND adrelid = b.oid))",
            text(&with)
        )?;
        write!(
            f,
            "    FROM reached AS b LEFT JOIN pg_class AS c ON b.class = 'pg_class'::regclass AND c.oid = b.oid
    WHERE b.class IN ({OF_STATEMENTS}) OR {}
  ) AS again (what, text)",
            relations("c", "b.class, b.oid, b.sub", names)
        )
    })
}

/// The catalogs of which all is created again.
const OF_STATEMENTS: &str = "'pg_policy'::regclass, 'pg_proc'::regclass, 'pg_rewrite'::regclass, 'pg_statistic_ext'::regclass, 'pg_trigger'::regclass";

/// Whether the row `class` of `pg_class`, which is this object, is a view, or an index with one of these names.
fn relations<'a>(class: &'a str, object: &'a str, names: &'a [&'a str]) -> impl fmt::Display + 'a {
    from_fn(move |f| {
        let indexes: Vec<&str> =
            names.iter().copied().filter(|name| name.starts_with("index ")).collect();
        write!(f, "{class}.relkind IN ('v', 'm')")?;
        if !indexes.is_empty() {
            let identity = identity(object);
            write!(f, " OR {class}.relkind = 'i' AND {identity} IN ({})", literals(&indexes))?;
        }
        Ok(())
    })
}

/// What is compared of the objects that depend on the type directly, besides their names. An object of a kind that the plan has
/// not differs by its name already.
#[expect(clippy::struct_excessive_bools, reason = "each is a question that the query asks")]
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Details {
    /// Of defaults, their expressions.
    pub(crate) defaults: bool,
    /// Of checks, their definitions and comments.
    pub(crate) constraints: bool,
    /// Of indexes, their definitions, and what these do not say.
    pub(crate) indexes: bool,
    /// Of indexes that may have expressions, the statistics targets as well.
    pub(crate) targets: bool,
    /// Of arrays, the storage and the compression, which a change of their type sets anew. Of an enum, there is one storage only.
    pub(crate) arrays: bool,
    /// Whether privileges that new types get, and security labels, count as dependents: a plan without a database has none.
    pub(crate) of_new_types: bool,
}

impl Details {
    /// What a plan needs to know.
    const ALL: Self = Self {
        defaults: true,
        constraints: true,
        indexes: true,
        targets: true,
        arrays: true,
        of_new_types: false,
    };
}

/// The rows of the objects that depend on the type directly, and of the type itself, for a change for which the server refuses
/// all other differences: one that drops nothing but defaults, checks and indexes on which nothing else hangs. Rows are without
/// those that [`made_again`] has, if there are `again`. One type is given by its name as SQL.
pub(super) fn direct_entries<'a>(
    targets: Targets<'a>,
    details: Details,
    again: &'a [&'a str],
) -> impl fmt::Display + 'a {
    from_fn(move |f| {
        let target = targets.of_page("t.oid, ");
        writeln!(f, "    SELECT {target}concat_ws(' ', type, identity{})", definition(details))?;
        match targets {
            Targets::One(name) => {
                let [of, list] = ["", "[]"].map(|end| Literal(&alloc::format!("{name}{end}")).to_string());
                writeln!(
                    f,
                    "    FROM pg_depend, pg_identify_object(classid, objid, objsubid)
    WHERE refclassid = 'pg_type'::regclass AND refobjid IN ({of}::regtype, {list}::regtype) AND deptype <> 'i'"
                )?;
            }
            Targets::Page => f.write_str(
                "    FROM target AS t JOIN pg_depend ON refclassid = 'pg_type'::regclass AND refobjid IN (t.oid, t.typarray),
      pg_identify_object(classid, objid, objsubid)
    WHERE deptype <> 'i'\n",
            )?,
        }
        if !again.is_empty() {
            let indexes: Vec<&str> =
                again.iter().copied().filter(|name| name.starts_with("index ")).collect();
            writeln!(f, "      AND classid NOT IN ({OF_STATEMENTS}) AND type NOT LIKE '%view%'")?;
            if !indexes.is_empty() {
                writeln!(
                    f,
                    "      AND concat(type, ' ', identity) NOT IN ({})",
                    literals(&indexes)
                )?;
            }
        }
        let of = match targets {
            Targets::One(name) => alloc::format!("{}::regtype", Literal(name)),
            Targets::Page => "ANY (SELECT oid FROM target)".into(),
        };
        writeln!(
            f,
            "    UNION SELECT {target}concat_ws(' ', '{THE_TYPE}', nullif(pg_get_userbyid(typowner), current_user),
      '{PRIVILEGES}' || nullif(typacl, acldefault('T', typowner))::text, obj_description(oid, 'pg_type'))
    FROM pg_type AS t WHERE oid = {of}"
        )?;
        if details.of_new_types {
            writeln!(f, "{OF_NEW_TYPES}{of}")?;
        }
        Ok(())
    })
}

/// What the comparison calls the type, before its owner if that is another role, its privileges and its comment.
pub(crate) const THE_TYPE: &str = "the type itself";

/// What comes before the privileges of the type, if they are not those of a new one. They contain the name of the owner, which
/// another database need not have.
pub(crate) const PRIVILEGES: &str = "privileges ";

/// What is compared of an object that depends on the type directly, as a further argument.
fn definition(details: Details) -> impl fmt::Display {
    from_fn(move |f| {
        let Details { defaults, constraints, indexes, targets, arrays, of_new_types: _ } = details;
        if !(defaults || constraints || indexes || arrays) {
            return Ok(());
        }
        f.write_str(", CASE type")?;
        if defaults {
            f.write_str("\n      WHEN 'default value' THEN (SELECT pg_get_expr(adbin, adrelid) FROM pg_attrdef WHERE oid = objid)")?;
        }
        if constraints {
            f.write_str("\n      WHEN 'table constraint' THEN concat_ws(' ', pg_get_constraintdef(objid), obj_description(objid, 'pg_constraint'))")?;
        }
        if indexes {
            f.write_str("\n      WHEN 'index' THEN (SELECT concat_ws(' ', pg_get_indexdef(objid), CASE WHEN indisclustered THEN 'CLUSTER' END,
        CASE WHEN indisreplident THEN 'REPLICA IDENTITY' END, (SELECT spcname FROM pg_tablespace AS s WHERE s.oid = reltablespace),")?;
            if targets {
                f.write_str("\n        (SELECT 'statistics ' || array_agg(concat(attnum, ': ', attstattarget) ORDER BY attnum)::text
          FROM pg_attribute WHERE attrelid = objid AND attstattarget >= 0),")?;
            }
            f.write_str("\n        obj_description(objid, 'pg_class')) FROM pg_index JOIN pg_class AS c ON c.oid = indexrelid WHERE indexrelid = objid)")?;
        }
        if arrays {
            f.write_str("\n      WHEN 'table column' THEN (SELECT 'storage ' || nullif(concat(attstorage, to_jsonb(a) ->> 'attcompression'), 'x')
        FROM pg_attribute AS a WHERE attrelid = objid AND attnum = objsubid AND attlen < 0)")?;
        }
        f.write_str(" END")
    })
}

/// Privileges that each new type gets, and a security label of the old one.
const OF_NEW_TYPES: &str = "    UNION SELECT concat('default privileges of ', current_user) FROM pg_default_acl
      WHERE defaclobjtype = 'T' AND pg_get_userbyid(defaclrole) = current_user
    UNION SELECT concat('security label of ', provider) FROM pg_seclabel WHERE classoid = 'pg_type'::regclass AND objoid = ";

const ROWS: &str = r#"
), answer (part, kind, what, found) AS (
SELECT 0, f.kind, pg_describe_object(f.class, f.oid, f.sub), ARRAY[target.name, f.kind, concat(f.class, '.', f.oid), pg_describe_object(f.class, f.oid, f.sub),
    (SELECT concat(i.type, ' ', i.identity) FROM pg_identify_object(f.class, f.oid, f.sub) AS i),
    f.class::regclass::text, quote_ident(n.nspname) || '.' || quote_ident(r.relname), f.relation_kind, f.name,
    f.definition, f.details::text,
    CASE WHEN f.owner <> me.oid THEN quote_ident(pg_get_userbyid(f.owner)) END, pg_has_role(f.owner, 'USAGE')::text,
    grants.revoked::text, grants.granted::text,
    CASE WHEN f.sub > 0 THEN col_description(f.oid, f.sub) ELSE obj_description(f.oid, f.class::regclass::name) END,
    (SELECT e.extname::text FROM pg_depend AS d JOIN pg_extension AS e ON e.oid = d.refobjid
      WHERE d.classid = f.class AND d.objid = f.oid AND d.deptype = 'e'),
    EXISTS (SELECT FROM pg_seclabel AS l WHERE l.classoid = f.class AND l.objoid = f.oid)::text,
    ARRAY(SELECT DISTINCT concat(d.refclassid, '.', d.refobjid)
      FROM (SELECT f.class, f.oid, f.sub
        UNION ALL SELECT 'pg_attrdef'::regclass, o.oid, 0 FROM pg_attrdef AS o WHERE f.kind = 'column' AND o.adrelid = f.oid AND o.adnum = f.sub
        UNION ALL SELECT 'pg_rewrite'::regclass, w.oid, 0 FROM pg_rewrite AS w
          WHERE f.class = 'pg_class'::regclass AND w.ev_class = f.oid AND w.ev_type = '1') AS own (class, oid, sub)
      JOIN pg_depend AS d ON d.classid = own.class AND d.objid = own.oid AND (own.sub = 0 OR d.objsubid = own.sub)
      WHERE NOT (d.refclassid = f.class AND d.refobjid = f.oid)
        -- The condition of a CASE is one look-up in a hash table, where a join would read all of `reached` again.
        AND CASE WHEN (f.target, d.refclassid, d.refobjid) IN (SELECT b.target, b.class, b.oid FROM reached AS b) THEN true END
      UNION SELECT CASE WHEN e.typtype = 'd' THEN concat('pg_type'::regclass::oid, '.', e.oid)
        ELSE concat('pg_class'::regclass::oid, '.', coalesce(nullif(t.typrelid, 0), e.typrelid)) END
      FROM pg_depend AS d JOIN pg_type AS t ON t.oid = d.refobjid LEFT JOIN pg_type AS e ON e.oid = t.typelem
      WHERE d.classid = f.class AND d.objid = f.oid AND d.refclassid = 'pg_type'::regclass)::text
  ]::text
FROM found AS f
JOIN target ON target.oid = f.target JOIN pg_roles AS me ON me.rolname = current_user
LEFT JOIN pg_class AS r ON r.oid = f.relation LEFT JOIN pg_namespace AS n ON n.oid = r.relnamespace
CROSS JOIN LATERAL (
  SELECT CASE WHEN f.acl_type <> 'c' THEN acldefault(f.acl_type, f.owner) END AS initial,
    ARRAY(SELECT e.grantee FROM pg_default_acl AS d, aclexplode(d.defaclacl) AS e
      WHERE d.defaclobjtype = f.acl_type AND d.defaclrole = me.oid) AS others
) AS new
CROSS JOIN LATERAL (
  SELECT CASE WHEN new.others = '{}' THEN new.initial END AS known, coalesce(f.acl, new.initial) AS wanted
) AS acl
CROSS JOIN LATERAL (
  SELECT
    ARRAY(SELECT ARRAY[privilege_type, grantee::regrole::text, is_grantable::text, (grantor <> f.owner)::text]::text
      FROM aclexplode(acl.known) WITH ORDINALITY ORDER BY ordinality) AS known,
    ARRAY(SELECT ARRAY[privilege_type, grantee::regrole::text, is_grantable::text, (grantor <> f.owner)::text]::text
      FROM aclexplode(acl.wanted) WITH ORDINALITY ORDER BY ordinality) AS wanted
) AS texts
CROSS JOIN LATERAL (
  SELECT
    ARRAY(SELECT ARRAY['ALL', o.oid::regrole::text, 'false', 'false']::text
      FROM (SELECT unnest(new.others) UNION SELECT 0 WHERE new.others <> '{}') AS o (oid) WHERE o.oid <> f.owner)
    || ARRAY(SELECT x FROM unnest(texts.known) WITH ORDINALITY AS k (x, i) WHERE x <> ALL (texts.wanted) ORDER BY i)
      AS revoked,
    ARRAY(SELECT x FROM unnest(texts.wanted) WITH ORDINALITY AS w (x, i) WHERE x <> ALL (texts.known) ORDER BY i)
      AS granted
) AS grants
UNION ALL SELECT 1, s.kind, concat(s.name, s.label), ARRAY[NULL, s.kind, s.name, s.label]::text FROM shared AS s
)
SELECT found FROM answer ORDER BY part, kind, what COLLATE "C""#;
