export const id = "002_create_categories_parts_tables";

export async function up(client) {
  await client.query(`
    CREATE TABLE categories (
      id serial PRIMARY KEY,
      slug text NOT NULL UNIQUE,
      name text NOT NULL
    );
    CREATE TABLE parts (
      id serial PRIMARY KEY,
      category_id integer NOT NULL REFERENCES categories (id),
      name text NOT NULL UNIQUE
    );
    CREATE INDEX parts_by_category ON parts (category_id);
    INSERT INTO categories (slug, name) VALUES
      ('brakes', 'Brakes'), ('engine', 'Engine'), ('electrics', 'Electrics'), ('other', 'Other parts');
    INSERT INTO parts (category_id, name)
    SELECT (SELECT id FROM categories WHERE slug = CASE
        WHEN part_name ILIKE '%brake%' THEN 'brakes'
        WHEN part_name ILIKE ANY (ARRAY['%oil%', '%filter%', '%spark%', '%belt%']) THEN 'engine'
        WHEN part_name ILIKE ANY (ARRAY['%battery%', '%bulb%']) THEN 'electrics'
        ELSE 'other' END), part_name
    FROM (SELECT DISTINCT part_name FROM order_items ORDER BY part_name) AS known;
  `);
}

export async function down(client) {
  await client.query("DROP TABLE parts; DROP TABLE categories");
}

/** What `down` would lose, counted. */
export async function losses(client) {
  const { rows } = await client.query(
    "SELECT (SELECT count(*)::int FROM categories) AS categories, (SELECT count(*)::int FROM parts) AS parts",
  );
  return rows[0];
}
