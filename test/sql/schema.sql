-- Functions and tables in places that run by themselves: generated columns, indexes,
-- constraints, views and triggers, where the schema is not trusted.
PRAGMA trusted_schema = OFF;

.print generated columns, an index on an expression, a partial one, a constraint
CREATE TABLE doc(
  id INTEGER PRIMARY KEY,
  title TEXT CHECK (normalize_text(title) <> ''),
  body TEXT,
  print INTEGER AS (fingerprint(body)) STORED,
  sketch BLOB AS (minhash(title || ' ' || body, 'k=2, num_perm=64')) STORED,
  near INTEGER AS (textsim_simhash(body, 'k=2')));
CREATE INDEX doc_print ON doc(print);
CREATE INDEX doc_normal ON doc(normalize_text(title, 'marks=strip'));
CREATE INDEX doc_set ON doc(shingle_set(body, 2)) WHERE jaccard(title, body, 1) > 0;
INSERT INTO doc(title, body) VALUES
  ('Fox', 'The quick brown fox jumps over the lazy dog'),
  ('Fóx!', 'the quick, brown FOX jumps over the lazy dog.'),
  ('Dog', 'A lazy dog sleeps');
INSERT INTO doc(title, body) VALUES('--', 'no title');
SELECT a.id, b.id FROM doc a JOIN doc b INDEXED BY doc_print ON a.print = b.print AND a.id < b.id;
SELECT id FROM doc INDEXED BY doc_normal WHERE normalize_text(title, 'marks=strip') = 'fox';
SELECT id FROM doc INDEXED BY doc_set WHERE jaccard(title, body, 1) > 0 AND shingle_set(body, 2) = shingle_set('a lazy dog sleeps', 2);
SELECT a.id, b.id, jaccard(a.sketch, b.sketch) > 0.5, simhash_distance(a.near, b.near) = 0 FROM doc a JOIN doc b ON a.id < b.id;
SELECT sketch = minhash(title || ' ' || body, 'k=2, num_perm=64') FROM doc;
UPDATE doc SET body = 'A lazy dog sleeps well' WHERE id = 3;
SELECT print = fingerprint(body), near = simhash(body, 2) FROM doc WHERE id = 3;
PRAGMA integrity_check;
CREATE TABLE never(a, b AS (textsim_version()));
CREATE INDEX never ON doc(textsim_debug());

.print views: functions, aggregates and table-valued functions
CREATE VIEW pair AS SELECT a.id AS a, b.id AS b, round(containment(a.body, b.body, 2), 3) AS a_in_b FROM doc a JOIN doc b ON a.id <> b.id;
CREATE VIEW word AS SELECT id, token FROM doc, textsim_tokens(body);
CREATE VIEW bigram AS SELECT s.shingle, count(*) AS n FROM doc, shingles(doc.body, 2) s GROUP BY s.hash;
CREATE VIEW whole AS SELECT sketch_info(minhash_union(sketch)) AS info FROM doc;
CREATE VIEW band AS SELECT id, band, hash FROM doc, textsim_bands(sketch, 4);
SELECT * FROM pair;
SELECT token, count(*) FROM word GROUP BY token HAVING count(*) > 2;
SELECT shingle, n FROM bigram WHERE n > 1 ORDER BY shingle;
SELECT json_extract(info, '$.num_perm') FROM whole;
SELECT id, count(*) FROM band GROUP BY id;

.print triggers
CREATE TABLE shingle(doc, hash, PRIMARY KEY(doc, hash)) WITHOUT ROWID;
CREATE TRIGGER doc_insert AFTER INSERT ON doc BEGIN
  INSERT OR IGNORE INTO shingle SELECT new.id, hash FROM shingles(new.body, 2);
END;
CREATE TRIGGER doc_twice BEFORE INSERT ON doc
  WHEN (SELECT max(jaccard(new.body, body, 2)) FROM doc) > 0.9 BEGIN SELECT raise(ABORT, 'a near-duplicate'); END;
INSERT INTO doc(title, body) VALUES('Cat', 'one two one two three');
SELECT count(*) FROM shingle;
INSERT INTO doc(title, body) VALUES('Cat', 'One two; ONE two -- three!');
SELECT count(*) FROM shingle;

.print a schema that calls with a bad option is no worse than a call
CREATE VIEW bad AS SELECT minhash(body, 'k=0') FROM doc;
SELECT * FROM bad;
