.print a REAL that is a rowid is that rowid, as in a table; others are none
CREATE VIRTUAL TABLE s USING textsim(body, k=1);
INSERT INTO s(rowid, body) VALUES(1, 'a'), (2, 'b'), (3, 'c'), (9100000000000000, 'd'), (-4, 'e');
DELETE FROM s WHERE rowid = 2.0; SELECT changes();
UPDATE s SET body = 'z' WHERE rowid = 9/3.0; SELECT changes();
DELETE FROM s WHERE rowid = 9100000000000000.0; SELECT changes();
DELETE FROM s WHERE rowid = 2.5 OR rowid = 1e19 OR rowid = -1e19; SELECT changes();
SELECT group_concat(rowid || body) FROM s;
SELECT group_concat(rowid) FROM s WHERE rowid > 0.5 AND rowid < 3.5;
SELECT group_concat(rowid) FROM s WHERE rowid >= -4.5 AND rowid <= 1.0;
SELECT count(*) FROM s WHERE rowid < 1e19 AND rowid > -1e19;
SELECT count(*) FROM s WHERE rowid > 1e19 OR rowid < -1e19;

.print other triggers may put a row back, or change it
CREATE TABLE z(id INTEGER PRIMARY KEY, body);
CREATE VIRTUAL TABLE zi USING textsim(body, content=z, sync=triggers, k=1);
CREATE TRIGGER back AFTER DELETE ON z BEGIN INSERT INTO z VALUES(old.id, old.body); END;
CREATE TRIGGER fix AFTER INSERT ON z WHEN new.body LIKE 'draft%' BEGIN UPDATE z SET body = 'a' WHERE id = new.id; END;
INSERT INTO z VALUES(1, 'a'), (2, 'a'), (3, 'draft');
DELETE FROM z WHERE id = 1;
SELECT group_concat(rowid) FROM zi WHERE zi MATCH 'a' AND similarity >= 0.9;
SELECT a, b FROM textsim_pairs('zi');
INSERT INTO zi(zi) VALUES('integrity-check');

.print that a row was once not there is no reason to replace it
CREATE TABLE e(id INTEGER PRIMARY KEY, body);
CREATE VIRTUAL TABLE u USING textsim(body, content=e, k=1);
SELECT * FROM u WHERE rowid = 7;
INSERT INTO e VALUES(7, 'a b c');
INSERT INTO u(u) VALUES('rebuild');
INSERT OR IGNORE INTO u(rowid, body) VALUES(7, 'lie');
INSERT INTO u(rowid, body) VALUES(7, 'lie');
BEGIN; DELETE FROM e; SELECT count(*) FROM u WHERE rowid = 7; ROLLBACK;
INSERT INTO u(rowid, body) VALUES(7, 'lie');
INSERT INTO u(u) VALUES('integrity-check');

.print the largest rowid, gone from the content
INSERT INTO e VALUES(9223372036854775807, 'x y'), (-9223372036854775808, 'x y');
INSERT INTO u(u) VALUES('rebuild');
SELECT a, b FROM textsim_pairs('u');
DELETE FROM e WHERE id <> 7;
INSERT INTO u(u) VALUES('integrity-check');
INSERT INTO u(u) VALUES('optimize');
INSERT INTO u(u) VALUES('integrity-check');

.print a count of blocks that is not true ends in an error, not in a loop
CREATE VIRTUAL TABLE h USING textsim(body, k=1);
INSERT INTO h(h) VALUES('rebuild');
UPDATE h_config SET value = 1000000 WHERE key = 'recent';
INSERT INTO h_config SELECT 'recent', 1000000 WHERE changes() = 0;
WITH n(i) AS (VALUES(1) UNION ALL SELECT i + 1 FROM n WHERE i < 300)
INSERT INTO h(body) SELECT 'word' || i FROM n;
