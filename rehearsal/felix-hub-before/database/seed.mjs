/** The customer's schema before the rollout, with a few hundred rows that are the same every time. */
export const SEED_SQL = `
CREATE TABLE users (
  id serial PRIMARY KEY,
  name text NOT NULL,
  role text NOT NULL CHECK (role IN ('admin', 'mechanic')),
  telegram_chat_id bigint,
  created_at timestamptz NOT NULL DEFAULT now()
);
CREATE TABLE orders (
  id serial PRIMARY KEY,
  customer_name text NOT NULL,
  car_model text NOT NULL,
  status text NOT NULL CHECK (status IN ('new', 'in_work', 'waiting_for_parts', 'done')),
  mechanic_id integer REFERENCES users (id),
  total_cents integer NOT NULL CHECK (total_cents >= 0),
  created_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX orders_by_time ON orders (created_at DESC);
CREATE TABLE order_items (
  id serial PRIMARY KEY,
  order_id integer NOT NULL REFERENCES orders (id) ON DELETE CASCADE,
  part_name text NOT NULL,
  quantity integer NOT NULL CHECK (quantity > 0)
);
CREATE INDEX order_items_by_order ON order_items (order_id);

INSERT INTO users (name, role, telegram_chat_id, created_at)
SELECT (ARRAY['Ada', 'Boris', 'Clara', 'Dmitri', 'Elif', 'Farid', 'Greta', 'Hamid', 'Ines', 'Jonas', 'Katya', 'Luis'])[n],
  CASE WHEN n <= 2 THEN 'admin' ELSE 'mechanic' END, 7000000 + n, timestamptz '2026-01-05 08:00+00' + n * interval '1 day'
FROM generate_series(1, 12) AS n;

INSERT INTO orders (customer_name, car_model, status, mechanic_id, total_cents, created_at)
SELECT 'Customer ' || lpad((n * 7 % 97)::text, 2, '0'),
  (ARRAY['Golf', 'Octavia', 'Corsa', 'Focus', 'Clio', 'Corolla', 'Vesta'])[1 + n % 7],
  (ARRAY['done', 'done', 'done', 'in_work', 'waiting_for_parts', 'new'])[1 + n % 6],
  3 + n % 10, 2500 + n * 37 % 90000, timestamptz '2026-03-02 07:30+00' + n * interval '5 hours'
FROM generate_series(1, 320) AS n;

INSERT INTO order_items (order_id, part_name, quantity)
SELECT 1 + n % 320,
  (ARRAY['Brake pads', 'Brake disc', 'Oil filter', 'Engine oil 5W-30', 'Air filter', 'Spark plug', 'Wiper blade', 'Battery',
         'Timing belt', 'Shock absorber', 'Headlight bulb', 'Clutch kit'])[1 + n * 5 % 12],
  1 + n % 4
FROM generate_series(1, 600) AS n;
`;
