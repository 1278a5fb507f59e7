-- Comments stand wherever a blank may.
CREATE /* a type */ TYPE mood -- of somebody
AS /* an */ ENUM ( -- with
  'sad', -- the 'first'
  /* the 'second', /* nested */ 'third' */ 'ok'
  -- , 'never'
);

/* CREATE TYPE ghost AS ENUM ('a'); */

-- CREATE TYPE ghost AS ENUM ('a');
ALTER TYPE mood --;
ADD VALUE /* ; */ 'fine'/**/AFTER--
'sad';

ALTER TYPE mood RENAME VALUE 'ok'/* to */TO'okay';

/* only a comment; nothing else */

DROP/**/TYPE/**/IF/**/EXISTS/**/ghost;
