P
CREATE TYPE {{ index .Options "Namespace" }}.mood AS ENUM ('a', '{{b}}');
ALTER TYPE :schema.mood ADD VALUE :'label';
ALTER TYPE :"schema".mood RENAME VALUE 'a' TO 'b';
SELECT x[1:n], a::text, '10:00' FROM ${t};
{{ if .x }} DROP TYPE mood; {{ end }}
