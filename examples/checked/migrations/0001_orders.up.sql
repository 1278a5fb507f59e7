CREATE TYPE order_status AS ENUM ('placed', 'paid', 'shipped');

CREATE TYPE carrier AS ENUM ('cargo_bike', 'van');

CREATE TABLE orders (
  id bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY,
  status order_status NOT NULL DEFAULT 'placed',
  carrier carrier
);
