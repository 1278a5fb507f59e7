E
\set ON_ERROR_STOP on
\copy t from stdin
1
\.
CREATE TYPE x AS ENUM ('a') \gexec
\i other.sql
\if :x
ALTER TYPE x ADD VALUE 'b';
\endif
\connect other
\echo 'unclosed
SELECT 1 \g
