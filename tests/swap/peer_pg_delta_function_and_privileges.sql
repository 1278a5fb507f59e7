-- old: person, company, organization
-- new: organization, person, company
CREATE FUNCTION app.create_entity(p_name text, p_kind app.mood) RETURNS text LANGUAGE sql AS $$ SELECT p_name $$;
REVOKE ALL ON FUNCTION app.create_entity(text, app.mood) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION app.create_entity(text, app.mood) TO reader_of_swaps;
CREATE FUNCTION app.by_kind(filter app.mood) RETURNS TABLE (id int, kind app.mood) LANGUAGE plpgsql AS $$
begin
  return query select e.id, e.kind from app.entities e where e.kind = filter;
end $$;
CREATE TABLE app.entities (id int PRIMARY KEY, kind app.mood);
INSERT INTO app.entities VALUES (1, 'person'), (2, 'organization');
