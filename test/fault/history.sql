-- What the programs of this folder run while something fails; see history.h.
-- An empty line ends a transaction.

CREATE TABLE docs(id INTEGER PRIMARY KEY, body TEXT, note);

CREATE VIRTUAL TABLE kept USING textsim(body, note UNINDEXED, k=2);

CREATE VIRTUAL TABLE linked USING textsim(body, content=docs, content_rowid=id, sync=triggers, k=2);

CREATE VIRTUAL TABLE bare USING textsim(body, content='', k=2, threshold=0.3);
CREATE VIEW shown AS SELECT id, body FROM docs WHERE id < 100;
CREATE VIRTUAL TABLE viewed USING textsim(body, content=shown, content_rowid=id, k=2);

INSERT INTO docs(id, body, note) VALUES
  (1, 'the red fox sleeps in the old barn', 'first'),
  (2, 'The red fox sleeps in the old barn!', NULL),
  (3, 'the red fox sleeps in the new barn', 3),
  (4, NULL, 4), (5, '', x'05');
INSERT INTO kept(rowid, body, note) SELECT id, body, note FROM docs;
INSERT INTO bare(rowid, body) SELECT id, body FROM docs;
INSERT INTO viewed(viewed) VALUES('rebuild');

-- Almost as many as the tail takes.
INSERT INTO docs(id, body)
  WITH RECURSIVE n(i) AS (VALUES(101) UNION ALL SELECT i + 1 FROM n WHERE i < 340)
  SELECT i, 'number ' || (i % 60) || ' of many documents' FROM n;
INSERT INTO kept(rowid, body) SELECT id, body FROM docs WHERE id > 100;
INSERT INTO bare(rowid, body) SELECT id, body FROM docs WHERE id > 100;

-- The tail is merged.
INSERT INTO docs(id, body)
  WITH RECURSIVE n(i) AS (VALUES(401) UNION ALL SELECT i + 1 FROM n WHERE i < 412)
  SELECT i, 'more ' || i || ' and more' FROM n;
INSERT INTO kept(rowid, body) SELECT id, body FROM docs WHERE id > 400;
INSERT INTO bare(rowid, body) SELECT id, body FROM docs WHERE id > 400;

-- One document that is merged at once, and whose set takes several rows.
INSERT INTO bare(rowid, body)
  WITH RECURSIVE n(i) AS (VALUES(1) UNION ALL SELECT i + 1 FROM n WHERE i < 4000)
  SELECT 500, group_concat(i, ' ') FROM n;

SELECT count(*), sum(similarity) FROM linked WHERE linked MATCH 'number 8 of many documents';
SELECT rowid, similarity FROM kept WHERE kept MATCH 'number 8 of many documents' AND similarity >= 0.6 ORDER BY rank LIMIT 3;
SELECT rowid, note FROM kept WHERE kept MATCH 'the fox sleeps in the barn' AND (query_in_doc >= 0.9 OR rowid IN (1, 3)) ORDER BY rowid;
SELECT count(*) FROM bare WHERE bare MATCH minhash('the red fox sleeps in the old barn', 2);
SELECT count(*), sum(a_in_b) FROM textsim_pairs('bare', 0.3);
SELECT * FROM textsim_pairs('linked', 0.7) WHERE a = 1;
SELECT cluster, size, count(*) FROM textsim_clusters('kept') GROUP BY 1, 2;
SELECT d.id, (SELECT count(*) FROM textsim_clusters('viewed', 0.5) c WHERE c.rowid = d.id) FROM docs d WHERE id < 5;
SELECT p.words, highlight_passages(a.body, b.body, '<', '>', 'min_words=3') FROM docs a, docs b, textsim_passages(a.body, b.body, 'min_words=3') p WHERE a.id = 1 AND b.id IN (2, 3);

UPDATE docs SET body = body || ' ' || id WHERE id % 7 = 0;
UPDATE kept SET body = 'changed ' || rowid, note = 'changed' WHERE rowid % 7 = 0;
UPDATE bare SET body = 'number ' || rowid || ' is changed' WHERE rowid IN (2, 3, 120, 330);
UPDATE docs SET id = 90 WHERE id = 3;
UPDATE bare SET rowid = 90 WHERE rowid = 3;
INSERT INTO viewed(viewed) VALUES('rebuild');

DELETE FROM docs WHERE id BETWEEN 150 AND 160;
DELETE FROM kept WHERE rowid BETWEEN 150 AND 160;
DELETE FROM bare WHERE rowid BETWEEN 150 AND 160 OR rowid = 500;
INSERT OR REPLACE INTO docs(id, body) VALUES(1, 'the red fox sleeps'), (170, 'in the old barn');
INSERT OR REPLACE INTO kept(rowid, body) VALUES(1, 'the red fox sleeps'), (700, 'in the old barn');
INSERT OR IGNORE INTO bare(rowid, body) VALUES(1, 'nothing'), (700, 'in the old barn');
INSERT INTO viewed(viewed) VALUES('rebuild');

SAVEPOINT outer;
INSERT INTO docs(id, body) VALUES(801, 'the red fox'), (802, 'sleeps in the old barn');
INSERT INTO bare(rowid, body) VALUES(801, 'the red fox sleeps in an old barn');
SAVEPOINT inner;
DELETE FROM docs WHERE id > 320;
UPDATE kept SET body = 'none' WHERE rowid < 150;
DELETE FROM bare;
INSERT INTO kept(kept) VALUES('rebuild');
ROLLBACK TO inner;
INSERT INTO kept(rowid, body) VALUES(801, 'the red fox sleeps in the old red barn');
RELEASE inner;
RELEASE outer;

INSERT INTO linked(linked) VALUES('rebuild');

INSERT INTO kept(kept) VALUES('optimize');

INSERT INTO bare(bare) VALUES('optimize');

PRAGMA wal_checkpoint(TRUNCATE);

ALTER TABLE kept RENAME TO "renamed ""kept""";

VACUUM;

DELETE FROM "renamed ""kept""" WHERE rowid > 110;
DELETE FROM docs WHERE id > 110;
DELETE FROM bare WHERE rowid > 110;

INSERT INTO bare(bare) VALUES('integrity-check');
INSERT INTO linked(linked) VALUES('integrity-check');

INSERT INTO bare(bare) VALUES('rebuild');
INSERT INTO bare(bare) VALUES('delete-all');

-- So many hashes that a level is nearly full; and so many that were deleted.
CREATE VIEW numbers AS
  WITH RECURSIVE n(i) AS (VALUES(0) UNION ALL SELECT i + 1 FROM n WHERE i < 12999),
                 d(id) AS (VALUES(1) UNION ALL SELECT id + 1 FROM d WHERE id < 8)
  SELECT id, (SELECT group_concat(id * 13000 + i, ' ') FROM n) AS body FROM d;
CREATE VIRTUAL TABLE wide USING textsim(body, content='', k=1);
INSERT INTO wide(rowid, body) SELECT id, body FROM numbers WHERE id < 8;
CREATE VIRTUAL TABLE brief USING textsim(body, content='', k=1);
INSERT INTO brief(rowid, body)
  WITH RECURSIVE n(i) AS (VALUES(1) UNION ALL SELECT i + 1 FROM n WHERE i < 1000) SELECT i, 'b' || i FROM n;

-- A slice goes to the next level.
INSERT INTO wide(rowid, body) SELECT id, body FROM numbers WHERE id = 8;

-- A round goes some steps on.
DELETE FROM brief WHERE rowid < 990;

DROP TABLE wide;
DROP VIEW numbers;
DROP TABLE brief;

DROP TABLE viewed;
DROP VIEW shown;
DROP TABLE bare;

DROP TABLE linked;
DROP TABLE docs;

DROP TABLE "renamed ""kept""";
