-- A foreign key compares columns of one enum.
CREATE TYPE mood AS ENUM ('sad', 'ok');

CREATE TYPE other AS ENUM ('sad', 'ok');

CREATE TABLE t (m mood PRIMARY KEY, o other UNIQUE, x text UNIQUE);

CREATE TABLE u (m other REFERENCES t);

CREATE TABLE u (m text, FOREIGN KEY (m) REFERENCES t (m));

CREATE TABLE u (m mood REFERENCES t (gone));

CREATE TABLE u (m mood REFERENCES t (x));

CREATE TABLE u (m mood REFERENCES t, o other CONSTRAINT others REFERENCES t (o));

ALTER TABLE u ADD COLUMN n mood REFERENCES t (o);

ALTER TABLE u ALTER m TYPE other USING m::text::other;

ALTER TABLE t ALTER o TYPE mood USING o::text::mood;

ALTER TABLE u DROP CONSTRAINT others;

ALTER TABLE t ALTER o TYPE mood USING o::text::mood;

ALTER TABLE u ADD CONSTRAINT others FOREIGN KEY (o) REFERENCES t (o);

ALTER TABLE u ALTER o TYPE mood USING o::text::mood, ADD FOREIGN KEY (o) REFERENCES t (o);

CREATE TABLE tree (id mood PRIMARY KEY, parent mood REFERENCES tree);

ALTER TABLE tree ALTER parent TYPE other USING parent::text::other;

ALTER TABLE tree ALTER parent TYPE other USING parent::text::other, ALTER id TYPE other USING id::text::other;
