/**
 * The customer's database before the rollout, with a few hundred rows that are the same every time: made by a version of the
 * application that knew neither the car number nor categories and parts.
 */
export const SEED_SQL = `
CREATE TABLE mechanics (
  id serial PRIMARY KEY, email varchar(120) NOT NULL UNIQUE, password_hash varchar(255) NOT NULL,
  name varchar(120) NOT NULL, phone varchar(50), telegram_id varchar(50), telegram_username varchar(120),
  specialty varchar(120), active boolean, created_at timestamp, updated_at timestamp
);
CREATE TABLE orders (
  id serial PRIMARY KEY, mechanic_name varchar(120) NOT NULL, telegram_id varchar(50) NOT NULL,
  category varchar(120) NOT NULL, vin varchar(50), selected_parts json NOT NULL, is_original boolean,
  photo_url varchar(250), status varchar(50), printed boolean, language varchar(5), created_at timestamp,
  updated_at timestamp, assigned_mechanic_id integer REFERENCES mechanics (id), work_status varchar(50),
  comments_count integer, total_time_minutes integer
);

INSERT INTO mechanics (email, password_hash, name, telegram_id, active, created_at, updated_at)
SELECT lower(name) || '@example.com', 'only-for-rehearsal', name, (7000000 + n)::text, true,
  timestamp '2026-01-05 08:00' + n * interval '1 day', timestamp '2026-01-05 08:00' + n * interval '1 day'
FROM unnest(ARRAY['Ada', 'Boris', 'Clara', 'Dmitri', 'Elif', 'Farid', 'Greta', 'Hamid', 'Ines', 'Jonas', 'Katya', 'Luis'])
  WITH ORDINALITY AS named (name, n);

INSERT INTO orders (mechanic_name, telegram_id, category, vin, selected_parts, is_original, status, printed, language,
  created_at, updated_at, assigned_mechanic_id, work_status, comments_count, total_time_minutes)
SELECT mechanics.name, mechanics.telegram_id, (ARRAY['Тормоза', 'Двигатель', 'Электрика', 'Подвеска'])[1 + n % 4],
  'WVWZZZ1J' || lpad((n * 7919 % 1000000)::text, 6, '0'),
  json_build_array(json_build_object('name', (ARRAY['Brake pads', 'Oil filter', 'Battery', 'Shock absorber'])[1 + n % 4], 'quantity', 1 + n % 3)),
  n % 3 = 0, (ARRAY['выдан', 'выдан', 'готов', 'в работе', 'новый'])[1 + n % 5], n % 2 = 0, 'ru',
  timestamp '2026-03-02 07:30' + n * interval '5 hours', timestamp '2026-03-02 07:30' + n * interval '5 hours',
  mechanics.id, 'новый', 0, 0
FROM generate_series(1, 320) AS n JOIN mechanics ON mechanics.id = 1 + n % 12;
`;
