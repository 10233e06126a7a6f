-- Defensive mode: shadow tables cannot be written past the index, which goes on to work.

CREATE TABLE docs(id INTEGER PRIMARY KEY, body);
CREATE VIRTUAL TABLE t USING textsim(body, note UNINDEXED, k=2);
CREATE VIRTUAL TABLE e USING textsim(body, content=docs, sync=triggers, k=2);
CREATE VIRTUAL TABLE bare USING textsim(body, content='', k=2);
INSERT INTO t VALUES('one two three', 'x');
.dbconfig defensive on

.print what is refused
DELETE FROM t_config;
DELETE FROM t_docs;
UPDATE t_numbers SET shingles = 7;
UPDATE t_content SET c0 = 'other';
INSERT INTO bare_sets VALUES(1, x'00');
INSERT INTO t_tail VALUES(1, x'00');
INSERT INTO t_recent VALUES(1, x'00');
INSERT INTO t_middle VALUES(1, x'00');
INSERT INTO t_postings VALUES(1, x'00');
INSERT INTO t_dead VALUES(1, 1);
DROP TABLE t_docs;
ALTER TABLE t_docs RENAME TO mine;
CREATE TABLE t_sets(a);
CREATE TABLE t_docs_too(a);
DROP TABLE t_docs_too;

.print what works
INSERT INTO t(rowid, body, note) VALUES(9, 'two three four', 'y'), (10, 'three four five', NULL);
UPDATE t SET body = 'four five six' WHERE rowid = 10;
DELETE FROM t WHERE rowid = 9;
INSERT INTO docs VALUES(1, 'one two three'), (2, 'one two three four');
INSERT OR REPLACE INTO docs VALUES(1, 'one two three four five');
INSERT INTO bare(rowid, body) SELECT id, body FROM docs;
INSERT INTO t(t) VALUES('rebuild');
INSERT INTO e(e) VALUES('optimize');
INSERT INTO bare(bare) VALUES('integrity-check');
SELECT rowid, note, similarity FROM t WHERE t MATCH 'one two three' AND similarity >= 0.5;
SELECT a, b, similarity FROM textsim_pairs('e');
SELECT cluster, rowid FROM textsim_clusters('bare');
ALTER TABLE t RENAME TO "t 2";
ALTER TABLE e RENAME TO e2;
CREATE VIRTUAL TABLE late USING textsim(body);
INSERT INTO late VALUES('one two three four five');
VACUUM;
SELECT count(*) FROM "t 2" WHERE "t 2" MATCH 'one two three';
INSERT INTO "t 2"("t 2") VALUES('delete-all');
DROP TABLE "t 2";
DROP TABLE e2;
DROP TABLE bare;
DROP TABLE late;
SELECT type, name FROM sqlite_master;
