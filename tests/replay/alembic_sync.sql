-- What a plug-in for Alembic emits when labels change.
CREATE TYPE app_status AS ENUM ('a', 'b');

CREATE TABLE orders (id int, status app_status DEFAULT 'a', history app_status[]);

CREATE TABLE carts (status app_status);

ALTER TABLE orders ALTER COLUMN status DROP DEFAULT;

ALTER TYPE public.app_status RENAME TO app_status_old;

CREATE TYPE public.app_status AS ENUM ('a', 'c');

CREATE FUNCTION new_old_not_equals(new_enum_val public.app_status, old_enum_val public.app_status_old) RETURNS boolean AS $$
  SELECT new_enum_val::text != CASE WHEN old_enum_val::text = 'b' THEN 'c' ELSE old_enum_val::text END;
$$ LANGUAGE SQL IMMUTABLE;

CREATE OPERATOR != (leftarg = public.app_status, rightarg = public.app_status_old, procedure = new_old_not_equals);

ALTER TABLE public.orders ALTER COLUMN status TYPE public.app_status USING CASE WHEN status::text = 'b' THEN 'c'::public.app_status ELSE status::text::public.app_status END;

ALTER TABLE public.orders ALTER COLUMN history TYPE public.app_status[] USING history::text[]::public.app_status[];

ALTER TABLE public.carts ALTER COLUMN status TYPE public.app_status USING status::text::public.app_status;

DROP TYPE app_status_old;

DROP FUNCTION new_old_not_equals(new_enum_val public.app_status, old_enum_val public.app_status_old) CASCADE;

DROP TYPE public.app_status_old;

ALTER TABLE orders ALTER COLUMN status SET DEFAULT 'a'::app_status;
