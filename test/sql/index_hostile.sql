-- Schemas that are against us: content that is the index itself, that vanishes, changes
-- or never ends; triggers and views that ask the index while it is written.
PRAGMA trusted_schema = OFF;

.print content that is the index itself, or a part of it
CREATE VIRTUAL TABLE self USING textsim(body, content=self);
CREATE VIRTUAL TABLE self USING textsim(body, content=self_docs);
CREATE VIRTUAL TABLE self USING textsim(value, content=self_config, content_rowid=rowid);
SELECT count(*) FROM self;
INSERT INTO self(self) VALUES('rebuild');
SELECT name FROM sqlite_schema WHERE name GLOB 'self*';
DROP TABLE IF EXISTS self;

.print content that is another index
CREATE VIRTUAL TABLE first USING textsim(body, k=1);
CREATE VIRTUAL TABLE second USING textsim(body, content=first, k=1);

.print content that vanishes, and comes back as something else
CREATE TABLE docs(id INTEGER PRIMARY KEY, body);
INSERT INTO docs VALUES(1, 'one two'), (2, 'one two'), (3, 'three');
CREATE VIRTUAL TABLE t USING textsim(body, content=docs, k=1);
INSERT INTO t(t) VALUES('rebuild');
ALTER TABLE docs RENAME TO kept;
SELECT rowid FROM t;
SELECT rowid FROM t WHERE t MATCH 'one';
SELECT a, b FROM textsim_pairs('t');
INSERT INTO t(rowid, body) VALUES(9, 'x');
INSERT INTO t(t) VALUES('optimize');
INSERT INTO t(t) VALUES('rebuild');
INSERT INTO t(t) VALUES('integrity-check');
CREATE TABLE docs(id TEXT PRIMARY KEY, body BLOB) WITHOUT ROWID;
INSERT INTO docs VALUES('x', 'one');
SELECT rowid FROM t WHERE t MATCH 'one';
INSERT INTO t(t) VALUES('rebuild');
DROP TABLE docs;
CREATE TABLE docs(id INTEGER PRIMARY KEY, text);
SELECT rowid FROM t WHERE t MATCH 'one';
DROP TABLE docs;
.print ... a view of it, with keys twice, without keys, and with other types
CREATE VIEW docs AS SELECT id, body FROM kept UNION ALL SELECT id, body FROM kept WHERE id = 2;
SELECT rowid FROM t WHERE t MATCH 'one';
INSERT INTO t(t) VALUES('rebuild');
DROP VIEW docs;
CREATE VIEW docs AS SELECT NULL AS id, body FROM kept;
INSERT INTO t(t) VALUES('rebuild');
DROP VIEW docs;
CREATE VIEW docs AS SELECT 'x' || id AS id, CAST(body AS BLOB) AS body FROM kept;
INSERT INTO t(t) VALUES('rebuild');
DROP VIEW docs;
CREATE VIEW docs AS SELECT id + 0.5 AS id, body FROM kept;
INSERT INTO t(t) VALUES('rebuild');
DROP VIEW docs;
CREATE VIEW docs AS SELECT id, body, no_such_column FROM kept;
INSERT INTO t(t) VALUES('rebuild');
SELECT rowid FROM t WHERE t MATCH 'one';
DROP VIEW docs;
CREATE VIEW docs AS SELECT id, CASE WHEN id = 2 THEN abs(-9223372036854775808) ELSE body END AS body FROM kept;
INSERT INTO t(t) VALUES('rebuild');
SELECT rowid FROM t WHERE t MATCH 'one';
DROP VIEW docs;
ALTER TABLE kept RENAME TO docs;
INSERT INTO t(t) VALUES('rebuild');
SELECT a, b FROM textsim_pairs('t');

.print ... a view of the index itself, by way of another index, too: an end, and no deep one
ALTER TABLE docs RENAME TO kept;
CREATE VIEW other AS SELECT rowid AS id, body FROM t;
CREATE VIRTUAL TABLE u USING textsim(body, content=other, content_rowid=id, k=1);
CREATE VIEW docs AS SELECT id, body FROM kept;
INSERT INTO u(u) VALUES('rebuild');
SELECT a, b FROM textsim_pairs('u');
DROP VIEW docs;
CREATE VIEW docs AS SELECT rowid AS id, body FROM u;
SELECT rowid, body FROM t;
SELECT rowid FROM t WHERE t MATCH 'one';
INSERT OR IGNORE INTO t(rowid, body) VALUES(1, 'x');
DROP VIEW docs;
CREATE VIEW docs AS SELECT rowid AS id, body FROM t;
SELECT rowid, body FROM t;
SELECT a, b FROM textsim_pairs('t');
INSERT INTO t(t) VALUES('rebuild');
INSERT INTO t(t) VALUES('optimize');
INSERT INTO t(t) VALUES('integrity-check');
INSERT OR IGNORE INTO t(rowid, body) VALUES(1, 'x');
.print ... of its own pairs and clusters, and of those of another one
DROP VIEW docs;
CREATE VIEW docs AS SELECT a AS id, 'one' AS body FROM textsim_pairs('t') UNION ALL SELECT id, body FROM kept;
SELECT rowid, body FROM t;
SELECT rowid FROM t WHERE t MATCH 'one';
SELECT a, b FROM textsim_pairs('t');
SELECT * FROM textsim_clusters('t');
INSERT INTO t(t) VALUES('integrity-check');
INSERT OR IGNORE INTO t(rowid, body) VALUES(1, 'x');
DROP VIEW docs;
CREATE VIEW docs AS SELECT id, body || (SELECT count(*) FROM textsim_clusters('T', 0.6, 'MAIN') WHERE rowid = id) AS body FROM kept;
SELECT rowid, body FROM t;
SELECT a, b FROM textsim_pairs('t') WHERE a = 1;
DROP VIEW docs;
CREATE VIEW docs AS SELECT a AS id, 'one' AS body FROM textsim_pairs('u');
SELECT rowid, body FROM t;
DROP VIEW docs;
ALTER TABLE kept RENAME TO docs;
INSERT INTO t(t) VALUES('integrity-check');
INSERT INTO u(u) VALUES('integrity-check');
.print ... one of the same name in another schema is another one
CREATE TEMP VIEW namesake AS SELECT rowid AS id, body FROM main.t;
CREATE VIRTUAL TABLE temp.t USING textsim(body, content=namesake, content_rowid=id, k=1);
INSERT INTO temp.t(t) VALUES('rebuild');
SELECT count(*) FROM textsim_pairs('t', 0.6, 'temp');
DROP TABLE temp.t;
DROP VIEW namesake;
SELECT rowid, body FROM u WHERE u MATCH 'one' AND doc_in_query > 0;

.print triggers that ask the index that is being written, and write it
CREATE VIRTUAL TABLE own USING textsim(body, k=1);
CREATE TABLE news(id INTEGER PRIMARY KEY, body, n_like);
CREATE VIRTUAL TABLE linked USING textsim(body, content=news, sync=triggers, k=1);
PRAGMA trusted_schema = ON; -- else MATCH in a trigger or view is not to be trusted, as SQLite has it
CREATE TRIGGER ask AFTER INSERT ON news BEGIN
  UPDATE news SET n_like = (SELECT count(*) FROM linked WHERE linked MATCH new.body AND similarity = 1) WHERE id = new.id;
  INSERT INTO own(rowid, body) VALUES(new.id, new.body);
  INSERT INTO own(own) SELECT 'optimize' WHERE new.id % 2;
END;
CREATE TRIGGER refuse BEFORE INSERT ON news WHEN (SELECT count(*) FROM textsim_pairs('own', 0.9)) > 1 BEGIN SELECT raise(ABORT, 'enough copies'); END;
INSERT INTO news(body) VALUES('red'), ('green'), ('Red!'), ('blue'), ('green'), ('blue');
INSERT INTO news(body) VALUES('red');
INSERT INTO news(body) VALUES('green');
SELECT id, body, n_like FROM news;
SELECT rowid FROM own;
CREATE TRIGGER again AFTER UPDATE ON news WHEN new.id < 4 BEGIN INSERT OR IGNORE INTO linked(linked) VALUES('rebuild'); END;
UPDATE news SET body = 'violet' WHERE id < 3;
SELECT rowid FROM linked WHERE linked MATCH 'violet' AND similarity = 1;
INSERT INTO linked(linked) VALUES('integrity-check');
INSERT INTO own(own) VALUES('integrity-check');

.print views and triggers that call everything: MATCH alone is not to be trusted there, as SQLite has it
CREATE TABLE pair(x, y);
INSERT INTO pair VALUES('the red fox sleeps in the old barn again', 'The red fox sleeps in the old barn!');
CREATE VIEW measures AS SELECT round(jaccard(x, y, 1), 3) AS j, round(containment(x, y, 1), 3) AS c, round(dice(x, y, 1), 3) AS d,
  round(overlap_coefficient(x, y, 1), 3) AS o, round(coverage(x, y), 3) AS v, simhash_distance(simhash(x, 1), simhash(y, 1)) AS s,
  fingerprint(y) = fingerprint(normalize_text(y)) AS f, highlight_passages(x, y, '<', '>') AS h,
  length(minhash(x)) + length(shingle_set(x)) AS n FROM pair;
CREATE VIEW unions AS SELECT sketch_info(minhash_union(minhash(x, 1))) IS NOT NULL AS i FROM pair;
CREATE VIEW tables AS SELECT (SELECT count(*) FROM shingles(x, 2)) AS a, (SELECT count(*) FROM textsim_tokens(x)) AS b,
  (SELECT count(*) FROM textsim_bands(minhash(x, 1), 4)) AS c, (SELECT words FROM textsim_passages(x, y)) AS d,
  (SELECT count(*) FROM textsim_pairs('own', 0.9)) AS e, (SELECT count(*) FROM textsim_clusters('own', 0.9)) AS f FROM pair;
CREATE VIEW alike AS SELECT rowid FROM own WHERE own MATCH 'red';
CREATE TABLE log(x);
CREATE TRIGGER call_all AFTER INSERT ON pair BEGIN
  INSERT INTO log SELECT j || ' ' || c || ' ' || d || ' ' || o || ' ' || v || ' ' || s || ' ' || h FROM measures;
  INSERT INTO log SELECT a || ' ' || b || ' ' || c || ' ' || d || ' ' || e || ' ' || f FROM tables;
  INSERT INTO log SELECT i FROM unions;
END;
PRAGMA trusted_schema = OFF;
SELECT * FROM measures;
SELECT * FROM unions;
SELECT * FROM tables;
SELECT * FROM alike;
INSERT INTO pair VALUES(NULL, 'x');
SELECT count(x), min(x) FROM log;
DROP TRIGGER call_all;
CREATE TRIGGER match_one AFTER INSERT ON pair BEGIN INSERT INTO log SELECT rowid FROM own WHERE own MATCH 'red'; END;
INSERT INTO pair VALUES(NULL, NULL);
PRAGMA trusted_schema = ON;
SELECT count(*) FROM alike;
INSERT INTO pair VALUES(NULL, NULL);
DROP TRIGGER match_one;

.print views that ask it, and one that never ends
CREATE VIEW copies AS SELECT p.a, p.b FROM textsim_pairs('own', 0.9) p;
CREATE VIEW like_red AS SELECT rowid, similarity FROM own WHERE own MATCH 'red';
SELECT * FROM copies;
SELECT rowid FROM like_red;
CREATE VIEW loop AS SELECT 1 AS id, body FROM loop;
CREATE VIRTUAL TABLE of_loop USING textsim(body, content=loop, content_rowid=id);
CREATE VIEW deep AS WITH n(i) AS (VALUES(1) UNION ALL SELECT i + 1 FROM n LIMIT 2000) SELECT i AS id, 'number ' || i AS body FROM n;
CREATE VIRTUAL TABLE of_deep USING textsim(body, content=deep, content_rowid=id, k=1);
INSERT INTO of_deep(of_deep) VALUES('rebuild');
SELECT count(*) FROM of_deep;
SELECT rowid FROM of_deep WHERE of_deep MATCH 'number 700' AND similarity = 1;

.print names that are SQL
CREATE TABLE "docs"");--"("id"");--" INTEGER PRIMARY KEY, "'); DROP TABLE docs; --" TEXT);
CREATE VIRTUAL TABLE "x' || (SELECT 1); --" USING textsim("'); DROP TABLE docs; --", content='docs");--', content_rowid='id");--', sync=triggers, k=1);
INSERT INTO "docs"");--" VALUES(1, 'one'), (2, 'one');
SELECT a, b FROM textsim_pairs('x'' || (SELECT 1); --');
INSERT INTO "x' || (SELECT 1); --"("x' || (SELECT 1); --") VALUES('integrity-check');
DROP TABLE "x' || (SELECT 1); --";
INSERT INTO "docs"");--" VALUES(3, 'one');
SELECT name FROM sqlite_schema WHERE name GLOB 'docs*' ORDER BY 1;

.print tables and views with the names of pragmas
CREATE TABLE pragma_function_list(name, narg);
CREATE VIEW pragma_encoding AS SELECT 'UTF-16' AS encoding FROM nowhere;
CREATE VIRTUAL TABLE after USING textsim(body, k=1);
INSERT INTO after(body) VALUES('one'), ('one');
SELECT a, b FROM textsim_pairs('after');
