-- Damage to shadow tables, continued from index_damage.sql: numbers, options, sets.

.dbconfig defensive off

CREATE VIRTUAL TABLE sim USING textsim(body, k=2, threshold=0.4);
INSERT INTO sim(rowid, body) VALUES
  (1, 'one two three four five six'), (2, 'one two three four five six seven'),
  (3, 'quite another text about other things'), (4, 'One, two three; four five six!');
SAVEPOINT s;

.print docno 0
UPDATE sim_docs SET docno = 0 WHERE id = 2;
DELETE FROM sim WHERE rowid = 2;
INSERT INTO sim(sim) VALUES('integrity-check');
ROLLBACK TO s;
.print docno of nobody
UPDATE sim_docs SET docno = 777 WHERE id = 2;
INSERT INTO sim(sim) VALUES('integrity-check');
DELETE FROM sim WHERE rowid = 2;
INSERT INTO sim(sim) VALUES('integrity-check');
ROLLBACK TO s;
UPDATE sim_docs SET docno = 2147483648 WHERE id = 2;
UPDATE sim SET body = 'x' WHERE rowid = 2;
ROLLBACK TO s;
UPDATE sim_docs SET docno = 3 WHERE id = 2;
INSERT INTO sim(sim) VALUES('integrity-check');
ROLLBACK TO s;

.print config
UPDATE sim_config SET value = 7.5 WHERE key = 'threshold';
SELECT * FROM textsim_pairs('sim');
ROLLBACK TO s;
UPDATE sim_config SET value = 0 WHERE key = 'threshold';
SELECT * FROM textsim_pairs('sim');
ROLLBACK TO s;
UPDATE sim_config SET value = 'x' WHERE key = 'k';
SELECT * FROM textsim_pairs('sim');
INSERT INTO sim(sim) VALUES('integrity-check');
ROLLBACK TO s;
INSERT INTO sim_config VALUES('sync', 'sometimes');
SELECT * FROM textsim_pairs('sim');
ROLLBACK TO s;
RELEASE s;

.print no text
CREATE VIRTUAL TABLE bare USING textsim(body, k=1, content='');
INSERT INTO bare(rowid, body) VALUES(1, 'a b c'), (2, 'a b c'), (3, 'd e f g'), (4, 'h');
INSERT INTO bare(rowid, body) WITH n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 3000) SELECT 5, group_concat(i, ' ') FROM n;
SELECT place, length(bytes) FROM bare_packs;
SAVEPOINT s;
UPDATE bare_sums SET documents = 0;
INSERT INTO bare(rowid, body) VALUES(6, 'a b c');
INSERT INTO bare(bare) VALUES('integrity-check');
DELETE FROM bare WHERE rowid = 2;
ROLLBACK TO s;
UPDATE bare_sums SET documents = 9223372036854775807;
INSERT INTO bare(rowid, body) VALUES(6, 'a b c');
ROLLBACK TO s;
UPDATE bare_sums SET place = 100000;
INSERT INTO bare(rowid, body) VALUES(6, 'a b c');
DELETE FROM bare WHERE rowid = 2;
INSERT INTO bare(bare) VALUES('integrity-check');
ROLLBACK TO s;
UPDATE bare_sums SET place = (SELECT place FROM bare_sets WHERE id = 3);
INSERT INTO bare(rowid, body) VALUES(6, 'a b c');
SELECT rowid, similarity FROM bare WHERE bare MATCH 'a b c';
INSERT INTO bare(bare) VALUES('integrity-check');
ROLLBACK TO s;
UPDATE bare_packs SET bytes = x'' WHERE place = (SELECT max(place) FROM bare_packs);
INSERT INTO bare(rowid, body) VALUES(6, 'new');
SELECT rowid FROM bare WHERE bare MATCH '1 2';
INSERT INTO bare(bare) VALUES('integrity-check');
ROLLBACK TO s;
UPDATE bare_packs SET place = -1 WHERE place = 1;
SELECT rowid FROM bare WHERE bare MATCH 'a';
DELETE FROM bare WHERE rowid = 3;
INSERT INTO bare(bare) VALUES('integrity-check');
ROLLBACK TO s;
DELETE FROM bare_packs WHERE place <> 1;
SELECT rowid FROM bare WHERE bare MATCH '1 2';
DELETE FROM bare WHERE rowid = 5;
INSERT INTO bare(bare) VALUES('optimize');
INSERT INTO bare(bare) VALUES('integrity-check');
ROLLBACK TO s;
UPDATE bare_packs SET place = 9223372036854775807 WHERE place = (SELECT max(place) FROM bare_packs);
INSERT INTO bare(rowid, body) VALUES(6, 'new');
INSERT INTO bare(bare) VALUES('optimize');
ROLLBACK TO s;
INSERT INTO bare_packs VALUES(50000, x'0102');
INSERT INTO bare(bare) VALUES('integrity-check');
INSERT INTO bare(bare) VALUES('optimize');
INSERT INTO bare(bare) VALUES('integrity-check');
ROLLBACK TO s;
UPDATE bare_sets SET place = (SELECT place FROM bare_sets WHERE id = 3), sum = (SELECT sum FROM bare_sets WHERE id = 3) WHERE id = 4;
INSERT INTO bare(bare) VALUES('integrity-check');
DELETE FROM bare WHERE rowid = 4;
INSERT INTO bare(bare) VALUES('integrity-check');
DELETE FROM bare WHERE rowid = 3;
ROLLBACK TO s;
UPDATE bare_sets SET sum = 'x' WHERE id = 4;
SELECT rowid FROM bare WHERE bare MATCH 'h';
UPDATE bare SET rowid = 44 WHERE rowid = 4;
ROLLBACK TO s;
DELETE FROM bare_sets WHERE id = 4;
UPDATE bare SET rowid = 44 WHERE rowid = 4;
DELETE FROM bare WHERE rowid = 4;
INSERT INTO bare(bare) VALUES('integrity-check');
ROLLBACK TO s;
RELEASE s;
