//! Operations of `op`.

use std::path::Path;
use std::sync::Arc;

use expect_test::expect;
use pg_enum_migrations::folder::{Source, Step};

use super::{revision, told_of, up};
use crate::{Omitted, Options, Way, asks_for_type};

#[test]
fn tables() {
    expect![[r#"
        7: CREATE TABLE "user" (id SERIAL NOT NULL, "Name" VARCHAR(50) DEFAULT 'x', at TIMESTAMP WITH TIME ZONE DEFAULT now(), flag BOOLEAN DEFAULT false NOT NULL, price NUMERIC(10, 2), data JSONB, other BIGINT, twice INTEGER GENERATED ALWAYS AS (id * 2) STORED, CONSTRAINT positive CHECK (price > 0), CONSTRAINT fk FOREIGN KEY (id) REFERENCES parent (id) DEFERRABLE INITIALLY DEFERRED, PRIMARY KEY (id), CONSTRAINT uq UNIQUE (id, "Name"), UNIQUE (price), FOREIGN KEY(other) REFERENCES app.other (id) ON DELETE CASCADE)
        7: CREATE INDEX ix_user_at ON "user" (at)
        7: COMMENT ON TABLE "user" IS 'it''s all'
        7: COMMENT ON COLUMN "user"."Name" IS 'who'
        22: CREATE TABLE IF NOT EXISTS big (id BIGSERIAL NOT NULL, PRIMARY KEY (id))
        23: CREATE TABLE pair (a INTEGER NOT NULL, b INTEGER NOT NULL, PRIMARY KEY (a, b))
        24: CREATE TABLE counted (id INTEGER GENERATED ALWAYS AS IDENTITY, PRIMARY KEY (id))
        25: CREATE TABLE keyed (id INTEGER NOT NULL, PRIMARY KEY (id), FOREIGN KEY(id) REFERENCES t (id))
        26: ? the columns of this table are not all known
        27: ALTER TABLE s.a RENAME TO b
        28: DROP TABLE IF EXISTS s.a
        29: COMMENT ON TABLE t IS 'x'
    "#]].assert_eq(&up(r#"
op.create_table("user",
    sa.Column("id", sa.Integer(), nullable=False),
    sa.Column("Name", sa.String(length=50), server_default="x", comment="who"),
    sa.Column("at", sa.DateTime(timezone=True), server_default=sa.func.now(), index=True),
    sa.Column("flag", sa.Boolean(), server_default=sa.text("false"), nullable=False),
    sa.Column("price", sa.Numeric(10, 2), unique=True),
    sa.Column("data", postgresql.JSONB(astext_type=sa.Text())),
    sa.Column("other", sa.BigInteger(), sa.ForeignKey("app.other.id", ondelete="CASCADE")),
    sa.Column("twice", sa.Integer, sa.Computed("id * 2")),
    sa.CheckConstraint("price > 0", name="positive"),
    sa.ForeignKeyConstraint(["id"], ["parent.id"], name="fk", deferrable=True, initially="DEFERRED"),
    sa.PrimaryKeyConstraint("id"),
    sa.UniqueConstraint("id", "Name", name="uq"),
    comment="it's all",
)
op.create_table("big", sa.Column("id", sa.BigInteger, primary_key=True), if_not_exists=True)
op.create_table("pair", sa.Column("a", sa.Integer, primary_key=True), sa.Column("b", sa.Integer, primary_key=True))
op.create_table("counted", sa.Column("id", sa.Integer, sa.Identity(always=True), primary_key=True))
op.create_table("keyed", sa.Column("id", sa.Integer, sa.ForeignKey("t.id"), primary_key=True))
op.create_table("open", *columns())
op.rename_table("a", "b", schema="s")
op.drop_table("a", schema="s", if_exists=True)
op.create_table_comment("t", "x")
"#));
}

#[test]
fn columns() {
    expect![[r#"
        7: ALTER TABLE s.t ADD COLUMN a INTEGER NOT NULL
        7: ALTER TABLE s.t ADD FOREIGN KEY(a) REFERENCES o (id)
        7: CREATE INDEX ix_s_t_a ON s.t (a)
        8: ALTER TABLE t DROP COLUMN a
        9: ALTER TABLE t ALTER COLUMN a TYPE TEXT USING a::text
        9: ALTER TABLE t ALTER COLUMN a SET NOT NULL
        9: ALTER TABLE t ALTER COLUMN a DROP DEFAULT
        10: ALTER TABLE t ALTER COLUMN a SET DEFAULT 'x'::mood
        10: COMMENT ON COLUMN t.a IS 'c'
        10: ALTER TABLE t RENAME a TO b
        11: ALTER TABLE t DROP CONSTRAINT ck
        11: ALTER TABLE t ALTER COLUMN a TYPE TEXT
        12: tables
        16: "SELECT 'before the batch'"
        14: ALTER TABLE s.t ADD COLUMN x INTEGER
        15: ALTER TABLE s.t ALTER COLUMN x DROP NOT NULL
        17: ALTER TABLE s.t DROP CONSTRAINT uq
        18: CREATE UNIQUE INDEX ix ON s.t (x)
        19: ALTER TABLE s.t ADD CONSTRAINT fk FOREIGN KEY(x) REFERENCES o (id)
        20: ALTER TABLE s.t DROP COLUMN y
    "#]].assert_eq(&up(r#"
op.add_column("t", sa.Column("a", sa.Integer(), sa.ForeignKey("o.id"), nullable=False, index=True), schema="s")
op.drop_column("t", "a")
op.alter_column("t", "a", type_=sa.Text(), postgresql_using="a::text", nullable=False, server_default=None)
op.alter_column("t", "a", new_column_name="b", server_default=sa.text("'x'::mood"), comment="c")
op.alter_column("t", "a", existing_type=sa.Enum("x", name="ck", native_enum=False, create_constraint=True), type_=sa.Text())
op.alter_column("t", "a", server_default=sa.Identity())
with op.batch_alter_table("t", schema="s") as batch_op:
    batch_op.add_column(sa.Column("x", sa.Integer()))
    batch_op.alter_column("x", nullable=True)
    op.execute("SELECT 'before the batch'")
    batch_op.drop_constraint("uq", type_="unique")
    batch_op.create_index(batch_op.f("ix"), ["x"], unique=True)
    batch_op.create_foreign_key("fk", "o", ["x"], ["id"])
    batch_op.drop_column("y")
"#));
}

#[test]
fn indexes_and_constraints() {
    expect![[r#"
        7: CREATE UNIQUE INDEX ix_t ON t (a, lower(b)) WHERE a > 0
        8: CREATE INDEX ix ON t USING gin (a DESC, lower(b))
        9: DROP INDEX IF EXISTS s.ix
        10: ALTER TABLE s.t ADD CONSTRAINT uq UNIQUE (a, b)
        11: ALTER TABLE t ADD CONSTRAINT ck CHECK (a IN ('x'))
        12: ALTER TABLE t ADD PRIMARY KEY (a)
        13: ALTER TABLE s.t ADD FOREIGN KEY(a) REFERENCES r.o (id) ON DELETE SET NULL
        14: ALTER TABLE t DROP CONSTRAINT ck
        15: tables
    "#]].assert_eq(&up(r#"
op.create_index(op.f("ix_t"), "t", ["a", sa.text("lower(b)")], unique=True, postgresql_where=sa.text("a > 0"))
op.create_index("ix", "t", [sa.desc("a"), sa.func.lower(sa.column("b"))], postgresql_using="gin", postgresql_ops={"a": "ops"})
op.drop_index("ix", table_name="t", schema="s", if_exists=True)
op.create_unique_constraint("uq", "t", ["a", "b"], schema="s")
op.create_check_constraint("ck", "t", "a IN ('x')")
op.create_primary_key(None, "t", ["a"])
op.create_foreign_key(None, "t", "o", ["a"], ["id"], ondelete="SET NULL", source_schema="s", referent_schema="r")
op.drop_constraint("ck", "t", type_="check")
op.create_exclude_constraint("ex", "t", ("a", "="))
"#));
}

#[test]
fn rows() {
    expect![[r#"
        7: CREATE TABLE t (a INTEGER, b VARCHAR)
        8: INSERT INTO t (a, b) VALUES (1, 'x'), (NULL, …)
    "#]]
    .assert_eq(&up(r#"
t = op.create_table("t", sa.Column("a", sa.Integer), sa.Column("b", sa.String))
op.bulk_insert(t, [{"a": 1, "b": "x"}, {"a": None, "b": now()}])
op.execute(t.update().where(t.c.a == 1).values(b="y"))
op.execute(sa.insert(t).values(a=1))
"#));
}

/// What is no step, because it bears on no type.
#[test]
fn what_is_omitted() {
    let text = revision(
        r#"
op.execute(sa.table("t", sa.column("a")).update().values(a=1))
if unknown():
    op.execute("UPDATE t SET a = 1")
    op.execute("DELETE FROM t")
    op.create_index("ix", "t", ["a"])
    op.execute("GRANT SELECT ON t TO r")
    if other():
        op.execute("COMMENT ON TABLE t IS 'x'")
for row in rows():
    op.execute("INSERT INTO t VALUES (1)")
    op.get_bind().commit()
"#,
    );
    let source = Arc::new(Source { path: "a1.py".into(), text });
    let followed = Options::default().follow(Path::new("."), &source, Way::Up).unwrap();
    let told = |omitted: &Omitted| format!("{}: {:?}\n", omitted.at.line(), omitted.what);
    let told: String = followed.omitted.iter().map(told).collect();
    expect![[r#"
        7: Rows
        8: Rows
        11: Other
        12: Other
        14: Other
        15: Rows
        17: Commit
    "#]]
    .assert_eq(&told);
    assert!(followed.steps.is_empty(), "{:?}", followed.steps);
}

/// A step that only asks for a type is told from what Alembic sends.
#[test]
fn what_asks_for_a_type() {
    let text = revision(
        r#"
op.add_column("t", sa.Column("a", sa.Enum("x", name="mood's", create_type=False)))
"#,
    );
    let source = Arc::new(Source { path: "a1.py".into(), text });
    let steps = crate::read(Path::new("."), &source).unwrap();
    let asks = |step: &Step| matches!(step, Step::Made { sql, .. } if asks_for_type(sql));
    let asked: Vec<bool> = steps.iter().map(asks).collect();
    assert_eq!(asked, [true, false], "{steps:?}");
}

#[test]
fn transactions() {
    expect![[r#"
        7: COMMIT
        8: "ALTER TYPE mood ADD VALUE 'a'"
        7: BEGIN
        9: "COMMIT"
        10: COMMIT
        10: BEGIN
        11: SAVEPOINT alembic
        12: "DROP TYPE a"
        11: RELEASE SAVEPOINT alembic
        13: ? whether this is run is not known
        19: "DROP TYPE c"
        21: "DROP TYPE d"
    "#]]
    .assert_eq(&up(r#"
with op.get_context().autocommit_block():
    op.execute("ALTER TYPE mood ADD VALUE 'a'")
op.execute("COMMIT")
op.get_bind().commit()
with op.get_bind().begin_nested():
    op.execute("DROP TYPE a")
try:
    with op.get_bind().begin_nested():
        op.execute("DROP TYPE b")
except Exception:
    pass
try:
    op.execute("DROP TYPE c")
finally:
    op.execute("DROP TYPE d")
"#));
}

#[test]
fn what_is_not_followed() {
    expect![[r#"
        7: ? what `frobnicate` does is not known
        8: ? what this call does is not known
        9: ? what this call does is not known
        12: ? this is sent by another connection
        13: ? what this makes of the transaction is not known
        14: ? what this makes of the table is not known
    "#]]
    .assert_eq(&up(r#"
op.frobnicate("x")
helper(op.get_bind())
sa.MetaData().create_all(op.get_bind())
engine = op.get_bind().engine
with engine.connect() as other:
    other.execute("DROP TYPE a")
op.get_bind().execution_options(isolation_level="AUTOCOMMIT")
with op.batch_alter_table("t", recreate="always") as batch_op:
    pass
"#));
}

#[test]
fn sessions() {
    expect![[r#"
        9: "DROP TYPE a"
        10: "DROP TYPE b"
        12: DROP TYPE c WHERE 1
        16: "DROP TYPE d"
    "#]]
    .assert_eq(&up(r#"
from sqlalchemy.orm import Session, sessionmaker
session = Session(bind=op.get_bind())
session.execute(sa.text("DROP TYPE a"))
session.connection().execute(sa.text("DROP TYPE b"))
if session.bind.dialect.name == "postgresql":
    session.execute(sa.text("DROP TYPE c WHERE :x"), {"x": 1})
session.query(User).filter(User.id == 1).update({"a": 1})
session.commit()
with sessionmaker(bind=op.get_bind())() as other:
    other.execute(sa.text("DROP TYPE d"))
"#));
}

#[test]
fn sync_enum_values() {
    expect![[r#"
        8: ALTER TYPE "public"."mood" RENAME TO "mood_old"
        8: CREATE TYPE "public"."mood" AS ENUM('a', 'b')
        8: ALTER TABLE "public"."t" ALTER COLUMN "m" DROP DEFAULT
        8: ALTER TABLE "public"."t" ALTER COLUMN "m" TYPE "public"."mood" USING CASE WHEN "m"::text = 'x' THEN 'a'::"public"."mood" ELSE "m"::text::"public"."mood" END
        8: ALTER TABLE "public"."t" ALTER COLUMN "m" SET DEFAULT 'a'::public.mood
        8: ALTER TABLE "public"."t" ALTER COLUMN "n" TYPE "public"."mood"[] USING array_replace("n"::text[], 'x', 'a')::"public"."mood"[]
        8: DROP TYPE "public"."mood_old"
        16: ALTER TYPE "public"."mood" RENAME TO "mood_old"
        16: CREATE TYPE "public"."mood" AS ENUM('a')
        16: ALTER TABLE "public"."t" ALTER COLUMN "m" DROP DEFAULT
        16: ALTER TABLE "public"."t" ALTER COLUMN "m" TYPE "public"."mood" USING "m"::text::"public"."mood"
        16: ALTER TABLE "public"."t" ALTER COLUMN "m" SET DEFAULT …
        16: DROP TYPE "public"."mood_old"
    "#]].assert_eq(&up(r#"
from alembic_postgresql_enum import TableReference, ColumnType
op.sync_enum_values(
    enum_schema="public", enum_name="mood", new_values=["a", "b"],
    affected_columns=[
        TableReference(table_schema="public", table_name="t", column_name="m", existing_server_default="'x'::mood"),
        TableReference(table_schema="public", table_name="t", column_name="n", column_type=ColumnType.ARRAY),
    ],
    enum_values_to_rename=[("x", "a")],
)
op.sync_enum_values("public", "mood", ["a"], [("t", "m")], [])
"#));
}

#[test]
fn a_maker_of_sessions_that_is_bound_later() {
    expect![[r#"
        9: ? what this call does is not known
        13: ? what this call does is not known
    "#]]
    .assert_eq(&up(r#"
from sqlalchemy.orm import sessionmaker
Maker = sessionmaker()
session = Maker(bind=op.get_bind())
for row in session.query(User).filter_by(type="title"):
    session.delete(row)
session.commit()
Maker().execute(sa.text("DROP TYPE a"))
"#));
}

#[test]
fn sync_enum_values_of_the_older_library() {
    expect![[r#"
        7: COMMIT
        7: ALTER TYPE public.mood ADD VALUE 'b'
        8: COMMIT
        9: COMMIT
        9: ALTER TYPE public.mood ADD VALUE '…'
        9: ALTER TYPE public.mood ADD VALUE '…'
        10: ? what this makes of the type is not known
    "#]]
    .assert_eq(&up(r#"
op.sync_enum_values("public", "mood", ["a"], ["a", "b"])
op.sync_enum_values("public", "mood", ["a", "b"], ["a"])
op.sync_enum_values("public", "mood", old_values=["a"], new_values=["a", "c", "b"])
op.sync_enum_values("public", "mood", ["a", "b"], ["a"], [("t", "m")], True)
"#));
}

#[test]
fn entities_of_alembic_utils() {
    expect![[r#"
        10: CREATE FUNCTION "public".f(a mood) returns int language sql as $$ select 1 $$
        11: CREATE OR REPLACE FUNCTION "public".f(a mood) returns int language sql as $$ select 1 $$
        12: DROP VIEW "public"."v"
    "#]].assert_eq(&up(r#"
from alembic_utils.pg_function import PGFunction
from alembic_utils.pg_view import PGView
f = PGFunction(schema="public", signature="f(a mood)", definition="returns int language sql as $$ select 1 $$")
op.create_entity(f)
op.replace_entity(f)
op.drop_entity(PGView("public", "v", "select 1"))
"#));
}

#[test]
fn a_constraint_that_has_no_name() {
    expect![[r#"
        7: ALTER TABLE t DROP CONSTRAINT a
        8: DO $alembic$ BEGIN RAISE EXCEPTION USING MESSAGE = 'a constraint that has no name cannot be dropped'; END $alembic$
    "#]].assert_eq(&up(r#"
op.drop_constraint("a", "t", type_="foreignkey")
op.drop_constraint(None, "t", type_="primary")
with op.batch_alter_table("u") as batch:
    batch.drop_constraint(None, type_="foreignkey")
"#));
}

#[test]
fn what_changes_rows_alone() {
    expect![[r#"
        9: "WITH a AS (SELECT id FROM t LIMIT 5) UPDATE t SET b = 1 FROM a WHERE t.id = a.id"
        12: "SELECT count(*) FROM t"
        15: "SELECT count(*) FROM t"
        15: ? whether this is run is not known
        17: ALTER TYPE mood ADD VALUE 'x'
    "#]].assert_eq(&up(r#"
bind = op.get_bind()
while True:
    done = bind.execute(sa.text("WITH a AS (SELECT id FROM t LIMIT 5) UPDATE t SET b = 1 FROM a WHERE t.id = a.id"))
    if done.rowcount <= 0:
        break
if bind.execute(sa.text("SELECT count(*) FROM t")).scalar() > 5:
    bind.execute(sa.text("WITH a AS (SELECT 1) INSERT INTO t SELECT * FROM a"))
    bind.execute(sa.text("UPDATE t SET a = :a").params({"a": 1}))
if bind.execute(sa.text("SELECT count(*) FROM t")).scalar() > 5:
    bind.execute(sa.text("WITH a AS (SELECT 1) SELECT * INTO u FROM a"))
bind.execute(sa.text("ALTER TYPE mood ADD VALUE :a").params(a="x"))
metadata = sa.MetaData()
metadata.reflect(bind)
t = metadata.tables["t"]
bind.execute(sa.update(t).where(t.c.a == 1).values(a=2))
session = sa.orm.Session(bind=bind)
session.bulk_update_mappings(object, [{"a": 1}])
"#));
}

#[test]
fn the_way_down() {
    let text =
        revision("pass") + "\ndef downgrade():\n    raise NotImplementedError('no way back')\n";
    expect![[r#"
        10: DO $alembic$ BEGIN RAISE EXCEPTION USING MESSAGE = 'the migration raises NotImplementedError: no way back'; END $alembic$
    "#]].assert_eq(&told_of(&Options::default(), &[("versions/a1.py", &text)], true));
    expect![[r#"
        1: ? there is no function `downgrade`
    "#]]
    .assert_eq(&told_of(&Options::default(), &[("versions/a1.py", &revision("pass"))], true));
}

#[test]
fn tables_of_metadata() {
    expect![[r#"
        11: DO $_alembic$ BEGIN IF NOT EXISTS (SELECT 1 FROM pg_catalog.pg_tables WHERE schemaname = current_schema() AND tablename = 'c') THEN DO $alembic$ BEGIN IF NOT EXISTS (SELECT 1 FROM pg_catalog.pg_type t JOIN pg_catalog.pg_namespace n ON n.oid = t.typnamespace WHERE t.typname = 'tone' AND pg_catalog.pg_type_is_visible(t.oid) AND n.nspname <> 'pg_catalog') THEN CREATE TYPE tone AS ENUM ('y'); END IF; END $alembic$ ; CREATE TABLE c (tone tone) ; END IF; END $_alembic$
        12: DO $alembic$ BEGIN IF NOT EXISTS (SELECT 1 FROM pg_catalog.pg_type t JOIN pg_catalog.pg_namespace n ON n.oid = t.typnamespace WHERE t.typname = 'mood' AND pg_catalog.pg_type_is_visible(t.oid) AND n.nspname <> 'pg_catalog') THEN CREATE TYPE mood AS ENUM ('x'); END IF; END $alembic$
        12: DO $alembic$ BEGIN IF NOT EXISTS (SELECT 1 FROM pg_catalog.pg_tables WHERE schemaname = current_schema() AND tablename = 'b') THEN CREATE TABLE b (id SERIAL NOT NULL, mood mood, PRIMARY KEY (id)) ; END IF; END $alembic$
        12: DO $alembic$ BEGIN IF NOT EXISTS (SELECT 1 FROM pg_catalog.pg_tables WHERE schemaname = current_schema() AND tablename = 'a') THEN CREATE TABLE a (b …, mood mood, FOREIGN KEY(b) REFERENCES b (id)) ; END IF; END $alembic$
        13: DROP TABLE IF EXISTS a
        13: DROP TABLE IF EXISTS b
        13: DO $alembic$ BEGIN IF EXISTS (SELECT 1 FROM pg_catalog.pg_type t JOIN pg_catalog.pg_namespace n ON n.oid = t.typnamespace WHERE t.typname = 'mood' AND pg_catalog.pg_type_is_visible(t.oid) AND n.nspname <> 'pg_catalog') THEN DROP TYPE mood; END IF; END $alembic$
        14: ? what this call does is not known
    "#]].assert_eq(&up(r#"
meta = sa.MetaData()
a = sa.Table("a", meta, sa.Column("b", sa.ForeignKey("b.id")), sa.Column("mood", sa.Enum("x", name="mood")))
b = sa.Table("b", meta, sa.Column("id", sa.Integer, primary_key=True), sa.Column("mood", sa.Enum("x", name="mood")))
c = sa.Table("c", sa.MetaData(), sa.Column("tone", sa.Enum("y", name="tone")))
c.create(op.get_bind(), checkfirst=True)
meta.create_all(op.get_bind())
meta.drop_all(bind=op.get_bind())
sa.MetaData().create_all(op.get_bind())
"#));
}
