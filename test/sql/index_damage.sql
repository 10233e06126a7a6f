-- Damage to shadow tables, each by itself: who notices, and what is said.  That
-- nothing goes unnoticed is for test/index/test_damage.py.

.dbconfig defensive off

CREATE VIRTUAL TABLE sim USING textsim(body, k=2, threshold=0.4);
INSERT INTO sim(rowid, body) VALUES
  (1, 'one two three four five six'), (2, 'one two three four five six seven'),
  (3, 'quite another text about other things'), (4, 'One, two three; four five six!');
SELECT count(*) FROM sim WHERE sim MATCH 'one two three';
INSERT INTO sim(sim) VALUES('integrity-check');

.print options that are not those of CREATE: after the first use, too
SAVEPOINT s;
UPDATE sim_config SET value = 0.1 WHERE key = 'threshold';
INSERT INTO sim(sim) VALUES('integrity-check');
SELECT a, b FROM textsim_pairs('sim', 0.2);
SELECT cluster, rowid FROM textsim_clusters('sim', 0.9);
ROLLBACK TO s;
UPDATE sim_config SET value = '3' WHERE key = 'k';
INSERT INTO sim(sim) VALUES('integrity-check');
SELECT a, b FROM textsim_pairs('sim');
ROLLBACK TO s;
.print a value that is NULL, and one that is not there
UPDATE sim_config SET value = NULL WHERE key = 'column';
INSERT INTO sim(sim) VALUES('integrity-check');
SELECT a, b FROM textsim_pairs('sim');
UPDATE sim_config SET value = x'6b' WHERE key = 'k';
SELECT a, b FROM textsim_pairs('sim');
DELETE FROM sim_config WHERE key IN ('column', 'k');
INSERT INTO sim(sim) VALUES('integrity-check');
SELECT cluster FROM textsim_clusters('sim');
DELETE FROM sim_config WHERE key = 'format';
SELECT rowid FROM sim;
SELECT cluster FROM textsim_clusters('sim');
DROP TABLE sim_config;
SELECT rowid FROM sim;
SELECT cluster FROM textsim_clusters('sim');
ROLLBACK TO s;

.print counts of blocks that are wrong, or absurd
INSERT INTO sim(sim) VALUES('optimize');
INSERT INTO sim(sim) VALUES('integrity-check');
SAVEPOINT counts;
UPDATE sim_config SET value = value + 1 WHERE key = 'postings';
INSERT INTO sim(sim) VALUES('integrity-check');
ROLLBACK TO counts;
UPDATE sim_config SET value = 9223372036854775807 WHERE key = 'postings';
INSERT INTO sim(sim) VALUES('integrity-check');
INSERT INTO sim(sim) VALUES('optimize');
ROLLBACK TO counts;
UPDATE sim_config SET value = -9223372036854775808 WHERE key = 'middle';
INSERT INTO sim(sim) VALUES('optimize');
INSERT INTO sim(sim) VALUES('rebuild');
INSERT INTO sim(sim) VALUES('integrity-check');
INSERT INTO sim_config VALUES('time', 9223372036854775807) ON CONFLICT DO UPDATE SET value = excluded.value;
INSERT INTO sim(sim) VALUES('integrity-check');
ROLLBACK TO s;

.print two numbers that have one rowid
UPDATE sim_numbers SET id = 2 WHERE id = 1;
INSERT INTO sim(sim) VALUES('integrity-check');
SELECT rowid FROM sim WHERE sim MATCH 'one two three four five six' AND similarity >= 0.8;
SELECT a, b FROM textsim_pairs('sim', 0.8);
SELECT a, b FROM textsim_pairs('sim', 0.8) WHERE a = 1;
INSERT INTO sim(sim) VALUES('rebuild');
SELECT a, b FROM textsim_pairs('sim', 0.8) ORDER BY a, b;
ROLLBACK TO s;

.print numbers out of range, and no numbers
UPDATE sim_numbers SET docno = 9223372036854775807 WHERE id = 3;
INSERT INTO sim(sim) VALUES('integrity-check');
SELECT a, b FROM textsim_pairs('sim', 0.8);
ROLLBACK TO s;
INSERT INTO sim_dead VALUES(9223372036854775807, 0);
INSERT INTO sim(sim) VALUES('integrity-check');
SELECT a, b FROM textsim_pairs('sim', 0.8);
ROLLBACK TO s;
UPDATE sim_numbers SET shingles = NULL WHERE id = 2;
SELECT rowid FROM sim WHERE sim MATCH 'one two three four five six' AND similarity >= 0.8;
ROLLBACK TO s;
UPDATE sim_numbers SET id = NULL WHERE id = 2;
SELECT rowid FROM sim WHERE sim MATCH 'one two three four five six' AND similarity >= 0.8;
ROLLBACK TO s;
INSERT INTO sim_dead VALUES(100, 7);
INSERT INTO sim(sim) VALUES('integrity-check');
ROLLBACK TO s;
UPDATE sim_content SET c0 = x'6f6e65' WHERE id = 2;
SELECT rowid FROM sim WHERE sim MATCH 'one two three four five six';
SELECT a, b FROM textsim_pairs('sim');
INSERT INTO sim(sim) VALUES('integrity-check');
ROLLBACK TO s;
.print a row that is in the way, and is not ignored
INSERT INTO sim_tail VALUES((SELECT max(docno) + 1 FROM sim_numbers), x'');
INSERT OR IGNORE INTO sim(rowid, body) VALUES(100, 'three four five six seven eight');
ROLLBACK TO s;
RELEASE s;

.print a key of the content table that is another column
CREATE TABLE docs(id INTEGER PRIMARY KEY, other INTEGER, body);
INSERT INTO docs VALUES(1, 2, 'one two three'), (2, 1, 'three four five');
CREATE VIRTUAL TABLE e USING textsim(body, content=docs, k=2);
INSERT INTO e(e) VALUES('rebuild');
UPDATE e_config SET value = 'other' WHERE key = 'content_rowid';
SELECT rowid, similarity FROM e WHERE e MATCH 'one two three';
INSERT INTO e(e) VALUES('integrity-check');
SELECT a FROM textsim_pairs('e');
UPDATE e_config SET value = 'id' WHERE key = 'content_rowid';
SELECT rowid, similarity FROM e WHERE e MATCH 'one two three';

.print a block that goes on behind the next one, as all pairs are found
CREATE VIRTUAL TABLE blocks USING textsim(body, content='', k=1);
WITH RECURSIVE number(n) AS (VALUES (1) UNION ALL SELECT n + 1 FROM number LIMIT 400)
INSERT INTO blocks(rowid, body) SELECT n, replace('a# b# c# d# e# f# g#', '#', n) FROM number;
INSERT INTO blocks(blocks) VALUES('optimize');
UPDATE blocks_postings SET block = (SELECT block FROM blocks_postings ORDER BY key LIMIT 1 OFFSET 1)
WHERE key = (SELECT min(key) FROM blocks_postings);
SELECT count(*) FROM textsim_pairs('blocks', 0.9);

.print a value that SQLite does not take, and a number that none can have
CREATE VIRTUAL TABLE bare USING textsim(body, content='', k=1);
INSERT INTO bare(rowid, body) VALUES(1, 'a b c'), (2, 'd e f'), (3, 'g h i');
DELETE FROM bare WHERE rowid = 1;
SAVEPOINT s;
UPDATE bare_sets SET sum = x'00' WHERE id = 3;
INSERT INTO bare(bare) VALUES('optimize');
ROLLBACK TO s;
UPDATE bare_numbers SET docno = 1 << 31 WHERE id = 3;
INSERT INTO bare(rowid, body) VALUES(4, 'j k l');
ROLLBACK TO s;
RELEASE s;
INSERT INTO bare(bare) VALUES('integrity-check');

.print shadow tables that were made anew, without their keys
CREATE VIRTUAL TABLE real USING textsim(body, k=1);
INSERT INTO real(body) VALUES('a'), ('a');
ALTER TABLE real_content RENAME TO had;
CREATE TABLE real_content(id, c0);
INSERT INTO real_content SELECT id + 0.0, c0 FROM had;
SELECT rowid FROM real;
INSERT INTO real(real) VALUES('integrity-check');
DROP TABLE had;
CREATE TABLE twice(id INTEGER PRIMARY KEY, body);
INSERT INTO twice VALUES(1, 'a'), (2, 'b'), (5, 'c');
CREATE VIRTUAL TABLE keyless USING textsim(body, content=twice, k=1);
INSERT INTO keyless(keyless) VALUES('rebuild');
ALTER TABLE keyless_docs RENAME TO had;
CREATE TABLE keyless_docs(id, docno, sum);
INSERT INTO keyless_docs SELECT * FROM had UNION ALL SELECT * FROM had WHERE id = 1;
INSERT INTO keyless(keyless) VALUES('integrity-check');
DELETE FROM keyless_docs;
INSERT INTO keyless_docs SELECT * FROM had UNION ALL SELECT * FROM had WHERE id = 5;
INSERT INTO keyless(keyless) VALUES('integrity-check');
DELETE FROM keyless_docs;
INSERT INTO keyless_docs SELECT * FROM had;
INSERT INTO keyless(keyless) VALUES('integrity-check');
ALTER TABLE bare_sets RENAME TO was;
CREATE TABLE bare_sets(id, place, sum);
INSERT INTO bare_sets SELECT id + 0.0, place, sum FROM was;
SELECT rowid FROM bare;
