BEGIN;

CREATE TABLE trails (
  id         integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  slug       text NOT NULL UNIQUE,
  name       text NOT NULL,
  region     text NOT NULL,
  length_m   integer NOT NULL CHECK (length_m > 0),
  ascent_m   integer NOT NULL CHECK (ascent_m >= 0),
  difficulty text NOT NULL CHECK (difficulty IN ('easy', 'moderate', 'hard')),
  summary    text NOT NULL,
  lat        double precision NOT NULL,
  lon        double precision NOT NULL
);

CREATE INDEX trails_region_idx ON trails (region);

CREATE TABLE reports (
  id         integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  trail_id   integer NOT NULL REFERENCES trails (id) ON DELETE CASCADE,
  condition  text NOT NULL CHECK (condition IN ('dry', 'muddy', 'snow', 'blocked')),
  note       text NOT NULL CHECK (length(note) <= 500),
  author     text NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now()
);

CREATE INDEX reports_trail_created_idx ON reports (trail_id, created_at DESC);

INSERT INTO trails (slug, name, region, length_m, ascent_m, difficulty, summary, lat, lon) VALUES
  ('heron-lake-loop', 'Heron Lake Loop', 'Northmoor', 7400, 110, 'easy',
   'Boardwalk and gravel around the lake, with two bird hides.', 54.412, -2.981),
  ('quarry-ridge', 'Quarry Ridge', 'Northmoor', 11200, 540, 'moderate',
   'Up through the old slate quarry and back along the ridge.', 54.437, -3.024),
  ('three-cairns', 'Three Cairns', 'Westfell', 18600, 1210, 'hard',
   'A long day over three summits; no water after the second cairn.', 54.489, -3.213);

COMMIT;
