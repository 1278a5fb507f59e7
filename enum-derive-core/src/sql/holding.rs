//! The types that hold an enum.

/// Common table expressions for a lateral subquery: `used` has the enum `f.oid` itself (`how` is `one`), its arrays
/// (`many`), domains over these, and the types that contain it in another way (`nested`).
///
/// Types depend on their types in `pg_depend`, which has an index for this look-up, and composite types do so through
/// their columns.
macro_rules! holding {
    () => {
        "\
    WITH RECURSIVE used (type, how) AS (
      SELECT f.oid, 'one'
      UNION
      SELECT further.type, further.how FROM used CROSS JOIN LATERAL (
        SELECT b.oid, CASE WHEN b.typtype = 'd'::\"char\" THEN used.how
          WHEN b.typcategory = 'A'::\"char\" AND used.how = 'one' THEN 'many' ELSE 'nested' END
        FROM pg_catalog.pg_depend AS d JOIN pg_catalog.pg_type AS b ON b.oid = d.objid
        WHERE d.refclassid = 'pg_catalog.pg_type'::pg_catalog.regclass AND d.refobjid = used.type
          AND d.classid = 'pg_catalog.pg_type'::pg_catalog.regclass
        UNION ALL
        SELECT c.reltype, 'nested'
        FROM pg_catalog.pg_depend AS d JOIN pg_catalog.pg_class AS c ON c.oid = d.objid
        WHERE d.refclassid = 'pg_catalog.pg_type'::pg_catalog.regclass AND d.refobjid = used.type
          AND d.classid = 'pg_catalog.pg_class'::pg_catalog.regclass AND d.objsubid > 0 AND c.reltype <> 0
      ) AS further (type, how)
    )
"
    };
}
pub(super) use holding;
