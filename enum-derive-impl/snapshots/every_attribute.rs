#[automatically_derived]
impl crate::reexported::pg_enum::PgEnum for ImportState {
    type Label<'__value> = &'__value ::core::primitive::str;
    const DEFINITION: &'static crate::reexported::pg_enum::Definition<'static> = &crate::reexported::pg_enum::Definition::new(
            "import_state",
            Self::LABELS,
        )
        .in_schema("app")
        .with_renamed(
            &[
                crate::reexported::pg_enum::Renamed {
                    label: "running",
                    was: "active",
                },
            ],
        )
        .with_removed(
            &[
                crate::reexported::pg_enum::Removed {
                    label: "paused",
                    replacement: ::core::option::Option::Some("running"),
                },
                crate::reexported::pg_enum::Removed {
                    label: "lost",
                    replacement: ::core::option::Option::None,
                },
            ],
        )
        .with_comment("How far an import has come.");
    const VARIANTS: &'static [Self] = &[Self::Queued, Self::Running, Self::r#Try];
    const LABELS: &'static [&'static ::core::primitive::str] = &[
        "queued",
        "running",
        "try",
    ];
    const NAME_SQL: &'static ::core::primitive::str = "\"app\".\"import_state\"";
    const LABELS_SQL: &'static ::core::primitive::str = "'queued', 'running', 'try'";
    const CREATE_SQL: &'static ::core::primitive::str = "DO $pg_enum$\nDECLARE\n  path pg_catalog.text := pg_catalog.current_setting('search_path');\n  full_name pg_catalog.text;\n  live pg_catalog.regtype;\n  have pg_catalog.text[];\n  kind pg_catalog.text;\n  label pg_catalog.text;\n  before pg_catalog.text;\n  twin pg_catalog.text;\n  differences pg_catalog.text[];\n  remedies pg_catalog.text[];\n  home pg_catalog.text := 'app';\n  want pg_catalog.text[] := ARRAY['queued', 'running', 'try'];\nBEGIN\n  -- Below, only PostgreSQL's own functions and catalogs are visible, whatever search_path holds.\n  PERFORM pg_catalog.set_config('search_path', 'pg_catalog, pg_temp', true);\n  full_name := format('%I.%I', home, 'import_state');\n  PERFORM pg_advisory_xact_lock(hashtextextended('pg_enum ' || full_name, 0));\n  live := to_regtype(full_name);\n  IF live IS NULL\n    OR EXISTS (SELECT FROM pg_type WHERE oid = live AND typtype = 'b' AND typcategory = 'A')\n  THEN\n    PERFORM set_config('search_path', path, true);\n    CREATE TYPE \"app\".\"import_state\" AS ENUM ('queued', 'running', 'try');\n    COMMENT ON TYPE \"app\".\"import_state\" IS 'How far an import has come.';\n    RETURN;\n  END IF;\n\n  -- The name is taken: by what?\n  BEGIN\n    EXECUTE format('SELECT enum_range(NULL::%s)::text[]', full_name) INTO have;\n  EXCEPTION\n    WHEN SQLSTATE '55P04' THEN -- this transaction has added a label\n      have := ARRAY(SELECT enumlabel FROM pg_enum WHERE enumtypid = live ORDER BY enumsortorder);\n    WHEN undefined_function OR datatype_mismatch THEN\n      SELECT CASE t.typtype\n          WHEN 'd' THEN 'domain' WHEN 'r' THEN 'range type' WHEN 'm' THEN 'multirange type'\n          WHEN 'c' THEN CASE c.relkind\n            WHEN 'c' THEN 'composite type' WHEN 'v' THEN 'view' WHEN 'm' THEN 'materialized view'\n            WHEN 'f' THEN 'foreign table' WHEN 'S' THEN 'sequence' ELSE 'table' END\n          ELSE 'base type' END\n        INTO kind FROM pg_type t LEFT JOIN pg_class c ON c.oid = t.typrelid WHERE t.oid = live;\n      RAISE EXCEPTION USING ERRCODE = 'wrong_object_type', MESSAGE = format(\n        'cannot create enum type %s: the name is taken by a %s; rename one of the two',\n        full_name, coalesce(kind, 'type of another kind'));\n  END;\n\n  FOREACH label IN ARRAY want LOOP\n    IF label <> ALL (have) THEN\n      BEGIN\n        EXECUTE format('SELECT %L::%s', label, full_name);\n        want := array_remove(want, label); -- committed since this transaction's snapshot\n      EXCEPTION WHEN invalid_text_representation THEN\n        twin := (SELECT h FROM unnest(have) AS h\n          WHERE lower(h) = lower(label) AND h <> ALL (want) LIMIT 1);\n        IF twin IS NULL THEN\n          differences := differences || format('label %L is missing', label);\n          remedies := remedies || format('ALTER TYPE %s ADD VALUE %L%s;', full_name, label,\n            coalesce(format(' AFTER %L', before), format(' BEFORE %L', have[1]), ''));\n        ELSE\n          differences := differences\n            || format('label %L is missing, %L differs only by case', label, twin);\n          remedies := remedies\n            || format('ALTER TYPE %s RENAME VALUE %L TO %L;', full_name, twin, label);\n          have := array_replace(have, twin, label);\n        END IF;\n      END;\n    END IF;\n    before := label;\n  END LOOP;\n\n  IF ARRAY(SELECT h FROM unnest(have) WITH ORDINALITY AS u (h, n) WHERE h = ANY (want) ORDER BY n)\n    <> ARRAY(SELECT w FROM unnest(want) WITH ORDINALITY AS u (w, n) WHERE w = ANY (have) ORDER BY n)\n  THEN\n    differences := differences || 'the labels stand in another order'::text;\n    remedies := remedies\n      || '(no ALTER TYPE reorders labels: reorder the variants, or replace the type)'::text;\n  END IF;\n\n  IF differences IS NOT NULL THEN\n    RAISE EXCEPTION USING ERRCODE = 'object_not_in_prerequisite_state', MESSAGE = format(\n        'enum type %s exists and is not as expected: %s; run: %s',\n        full_name, array_to_string(differences, ', '), array_to_string(remedies, ' ')),\n      DETAIL = format('expected %s; found %s',\n        (SELECT string_agg(quote_literal(w), ', ' ORDER BY n)\n          FROM unnest(want) WITH ORDINALITY AS u (w, n)),\n        (SELECT string_agg(quote_literal(h), ', ' ORDER BY n)\n          FROM unnest(have) WITH ORDINALITY AS u (h, n))),\n      SCHEMA = home, DATATYPE = 'import_state';\n  END IF;\n  PERFORM set_config('search_path', path, true);\nEND\n$pg_enum$;\n";
    const DROP_SQL: &'static ::core::primitive::str = "DROP TYPE IF EXISTS \"app\".\"import_state\" RESTRICT;\n";
    const UP_SQL: &'static ::core::primitive::str = "-- Generated by pg-enum. Safe to run again; goes before everything that uses the type.\nDO $pg_enum$\nDECLARE\n  path pg_catalog.text := pg_catalog.current_setting('search_path');\n  full_name pg_catalog.text;\n  live pg_catalog.regtype;\n  have pg_catalog.text[];\n  kind pg_catalog.text;\n  label pg_catalog.text;\n  before pg_catalog.text;\n  twin pg_catalog.text;\n  differences pg_catalog.text[];\n  remedies pg_catalog.text[];\n  home pg_catalog.text := 'app';\n  want pg_catalog.text[] := ARRAY['queued', 'running', 'try'];\nBEGIN\n  -- Below, only PostgreSQL's own functions and catalogs are visible, whatever search_path holds.\n  PERFORM pg_catalog.set_config('search_path', 'pg_catalog, pg_temp', true);\n  full_name := format('%I.%I', home, 'import_state');\n  PERFORM pg_advisory_xact_lock(hashtextextended('pg_enum ' || full_name, 0));\n  live := to_regtype(full_name);\n  IF live IS NULL\n    OR EXISTS (SELECT FROM pg_type WHERE oid = live AND typtype = 'b' AND typcategory = 'A')\n  THEN\n    PERFORM set_config('search_path', path, true);\n    CREATE TYPE \"app\".\"import_state\" AS ENUM ('queued', 'running', 'try');\n    COMMENT ON TYPE \"app\".\"import_state\" IS 'How far an import has come.';\n    RETURN;\n  END IF;\n\n  -- The name is taken: by what?\n  BEGIN\n    EXECUTE format('SELECT enum_range(NULL::%s)::text[]', full_name) INTO have;\n  EXCEPTION\n    WHEN SQLSTATE '55P04' THEN -- this transaction has added a label\n      have := ARRAY(SELECT enumlabel FROM pg_enum WHERE enumtypid = live ORDER BY enumsortorder);\n    WHEN undefined_function OR datatype_mismatch THEN\n      SELECT CASE t.typtype\n          WHEN 'd' THEN 'domain' WHEN 'r' THEN 'range type' WHEN 'm' THEN 'multirange type'\n          WHEN 'c' THEN CASE c.relkind\n            WHEN 'c' THEN 'composite type' WHEN 'v' THEN 'view' WHEN 'm' THEN 'materialized view'\n            WHEN 'f' THEN 'foreign table' WHEN 'S' THEN 'sequence' ELSE 'table' END\n          ELSE 'base type' END\n        INTO kind FROM pg_type t LEFT JOIN pg_class c ON c.oid = t.typrelid WHERE t.oid = live;\n      RAISE EXCEPTION USING ERRCODE = 'wrong_object_type', MESSAGE = format(\n        'cannot create enum type %s: the name is taken by a %s; rename one of the two',\n        full_name, coalesce(kind, 'type of another kind'));\n  END;\n\n  FOREACH label IN ARRAY want LOOP\n    IF label <> ALL (have) THEN\n      BEGIN\n        EXECUTE format('SELECT %L::%s', label, full_name);\n        want := array_remove(want, label); -- committed since this transaction's snapshot\n      EXCEPTION WHEN invalid_text_representation THEN\n        twin := (SELECT h FROM unnest(have) AS h\n          WHERE lower(h) = lower(label) AND h <> ALL (want) LIMIT 1);\n        IF twin IS NULL THEN\n          differences := differences || format('label %L is missing', label);\n          remedies := remedies || format('ALTER TYPE %s ADD VALUE %L%s;', full_name, label,\n            coalesce(format(' AFTER %L', before), format(' BEFORE %L', have[1]), ''));\n        ELSE\n          differences := differences\n            || format('label %L is missing, %L differs only by case', label, twin);\n          remedies := remedies\n            || format('ALTER TYPE %s RENAME VALUE %L TO %L;', full_name, twin, label);\n          have := array_replace(have, twin, label);\n        END IF;\n      END;\n    END IF;\n    before := label;\n  END LOOP;\n\n  IF ARRAY(SELECT h FROM unnest(have) WITH ORDINALITY AS u (h, n) WHERE h = ANY (want) ORDER BY n)\n    <> ARRAY(SELECT w FROM unnest(want) WITH ORDINALITY AS u (w, n) WHERE w = ANY (have) ORDER BY n)\n  THEN\n    differences := differences || 'the labels stand in another order'::text;\n    remedies := remedies\n      || '(no ALTER TYPE reorders labels: reorder the variants, or replace the type)'::text;\n  END IF;\n\n  IF differences IS NOT NULL THEN\n    RAISE EXCEPTION USING ERRCODE = 'object_not_in_prerequisite_state', MESSAGE = format(\n        'enum type %s exists and is not as expected: %s; run: %s',\n        full_name, array_to_string(differences, ', '), array_to_string(remedies, ' ')),\n      DETAIL = format('expected %s; found %s',\n        (SELECT string_agg(quote_literal(w), ', ' ORDER BY n)\n          FROM unnest(want) WITH ORDINALITY AS u (w, n)),\n        (SELECT string_agg(quote_literal(h), ', ' ORDER BY n)\n          FROM unnest(have) WITH ORDINALITY AS u (h, n))),\n      SCHEMA = home, DATATYPE = 'import_state';\n  END IF;\n  PERFORM set_config('search_path', path, true);\nEND\n$pg_enum$;\n";
    const DOWN_SQL: &'static ::core::primitive::str = "-- Generated by pg-enum. Safe to run again; goes after everything that uses the type.\nDROP TYPE IF EXISTS \"app\".\"import_state\" RESTRICT;\n";
    #[inline]
    fn label(&self) -> &::core::primitive::str {
        match self {
            Self::Queued => "queued",
            Self::Running => "running",
            Self::r#Try => "try",
            Self::Other(__text) => {
                ::core::convert::AsRef::<::core::primitive::str>::as_ref(__text)
            }
        }
    }
    #[inline]
    fn from_label_bytes(
        __label: &[::core::primitive::u8],
    ) -> ::core::option::Option<Self> {
        match __label {
            b"queued" => ::core::option::Option::Some(Self::Queued),
            b"running" | b"busy" | b"working" => {
                ::core::option::Option::Some(Self::Running)
            }
            b"try" => ::core::option::Option::Some(Self::r#Try),
            _ => {
                match ::core::str::from_utf8(__label) {
                    ::core::result::Result::Ok(__text) => {
                        ::core::option::Option::Some(
                            Self::Other(::core::convert::From::from(__text)),
                        )
                    }
                    ::core::result::Result::Err(_) => ::core::option::Option::None,
                }
            }
        }
    }
    #[inline]
    fn is_known(&self) -> ::core::primitive::bool {
        match self {
            Self::Other(_) => false,
            _ => true,
        }
    }
}
#[automatically_derived]
impl crate::reexported::pg_enum::__private0::sqlx::Type<
    crate::reexported::pg_enum::__private0::sqlx::Postgres,
> for ImportState {
    fn type_info() -> crate::reexported::pg_enum::__private0::sqlx::PgTypeInfo {
        crate::reexported::pg_enum::__private0::sqlx::PgTypeInfo::with_name(
            <ImportState as crate::reexported::pg_enum::PgEnum>::NAME_SQL,
        )
    }
    fn compatible(
        __type: &crate::reexported::pg_enum::__private0::sqlx::PgTypeInfo,
    ) -> ::core::primitive::bool {
        crate::reexported::pg_enum::__private0::sqlx::compatible::<ImportState>(__type)
    }
}
#[automatically_derived]
impl crate::reexported::pg_enum::__private0::sqlx::PgHasArrayType for ImportState {
    fn array_type_info() -> crate::reexported::pg_enum::__private0::sqlx::PgTypeInfo {
        crate::reexported::pg_enum::__private0::sqlx::PgTypeInfo::with_name(
            "\"app\".\"import_state\"[]",
        )
    }
    fn array_compatible(
        __type: &crate::reexported::pg_enum::__private0::sqlx::PgTypeInfo,
    ) -> ::core::primitive::bool {
        crate::reexported::pg_enum::__private0::sqlx::array_compatible::<
            ImportState,
        >(__type)
    }
}
#[automatically_derived]
impl<
    '__value,
> crate::reexported::pg_enum::__private0::sqlx::Encode<
    '__value,
    crate::reexported::pg_enum::__private0::sqlx::Postgres,
> for ImportState {
    fn encode_by_ref(
        &self,
        __buffer: &mut crate::reexported::pg_enum::__private0::sqlx::PgArgumentBuffer,
    ) -> ::core::result::Result<
        crate::reexported::pg_enum::__private0::sqlx::IsNull,
        crate::reexported::pg_enum::__private0::sqlx::BoxDynError,
    > {
        crate::reexported::pg_enum::__private0::sqlx::encode(self, __buffer)
    }
}
#[automatically_derived]
impl<
    '__value,
> crate::reexported::pg_enum::__private0::sqlx::Decode<
    '__value,
    crate::reexported::pg_enum::__private0::sqlx::Postgres,
> for ImportState {
    fn decode(
        __value: crate::reexported::pg_enum::__private0::sqlx::PgValueRef<'__value>,
    ) -> ::core::result::Result<
        Self,
        crate::reexported::pg_enum::__private0::sqlx::BoxDynError,
    > {
        crate::reexported::pg_enum::__private0::sqlx::decode(&__value)
    }
}
#[automatically_derived]
impl ::core::fmt::Display for ImportState {
    fn fmt(&self, __f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
        crate::reexported::pg_enum::__private0::fmt(self, __f)
    }
}
#[automatically_derived]
impl ::core::str::FromStr for ImportState {
    type Err = crate::reexported::pg_enum::UnknownLabel;
    fn from_str(
        __label: &::core::primitive::str,
    ) -> ::core::result::Result<Self, crate::reexported::pg_enum::UnknownLabel> {
        crate::reexported::pg_enum::PgEnum::from_label(__label)
    }
}
#[automatically_derived]
impl crate::reexported::pg_enum::__private0::serde::Serialize for ImportState {
    fn serialize<__S: crate::reexported::pg_enum::__private0::serde::Serializer>(
        &self,
        __serializer: __S,
    ) -> ::core::result::Result<__S::Ok, __S::Error> {
        crate::reexported::pg_enum::__private0::serde::serialize(self, __serializer)
    }
}
#[automatically_derived]
impl<'__value> crate::reexported::pg_enum::__private0::serde::Deserialize<'__value>
for ImportState {
    fn deserialize<
        __D: crate::reexported::pg_enum::__private0::serde::Deserializer<'__value>,
    >(__deserializer: __D) -> ::core::result::Result<Self, __D::Error> {
        crate::reexported::pg_enum::__private0::serde::deserialize(__deserializer)
    }
}
