-- INSERT, UPDATE, DELETE, conflicts, transactions, commands, in each content mode.

CREATE VIRTUAL TABLE t USING textsim(body, note UNINDEXED, k=2);

.print rowids and conflicts
INSERT INTO t(body, note) VALUES('one two three', 'first');
INSERT INTO t(rowid, body) VALUES(10, 'two three four');
INSERT INTO t(body) VALUES('three four five');
SELECT last_insert_rowid(), changes();
SELECT rowid, * FROM t;
INSERT INTO t(rowid, body) VALUES(10, 'again');
INSERT OR IGNORE INTO t(rowid, body) VALUES(10, 'again'), (12, 'four five six');
INSERT OR REPLACE INTO t(rowid, body, note) VALUES(10, 'five six seven', 'new');
INSERT INTO t(rowid, body) VALUES('x', 'again');
INSERT INTO t(body) VALUES(x'616263');
SELECT rowid, * FROM t;

.print updates
UPDATE t SET note = 'changed' WHERE rowid = 10;
UPDATE t SET rowid = 1 WHERE rowid = 10;
UPDATE OR REPLACE t SET rowid = 1 WHERE rowid = 10;
UPDATE t SET body = 'six seven eight' WHERE t MATCH 'four five';
SELECT rowid, * FROM t;
SELECT rowid FROM t WHERE t MATCH 'seven eight' AND query_in_doc = 1;
INSERT INTO t(t) VALUES('integrity-check');

.print savepoints
BEGIN;
DELETE FROM t;
SAVEPOINT a;
INSERT INTO t(rowid, body) VALUES(5, 'seven eight nine');
ROLLBACK TO a;
SELECT count(*) FROM t;
INSERT INTO t(rowid, body) VALUES(6, 'eight nine ten');
RELEASE a;
SELECT rowid, similarity FROM t WHERE t MATCH 'eight nine ten' AND similarity >= 0.5;
ROLLBACK;
SELECT count(*) FROM t;

.print commands
INSERT INTO t(t) VALUES('rebuild');
INSERT INTO t(t) VALUES('optimize');
INSERT INTO t(t) VALUES('integrity-check');
INSERT INTO t(t, rank) VALUES('progress', 1);
INSERT INTO t(t, rank) VALUES('progress', 0);
INSERT INTO t(t) VALUES('progress');
INSERT INTO t(t) VALUES('optimize' || char(0) || 'x');
INSERT INTO t(t) VALUES('delete');
INSERT INTO t(t) VALUES('vacuum');
INSERT INTO t(t) VALUES('delete-all');
SELECT count(*) FROM t;
INSERT INTO t(t) VALUES('integrity-check');

.print no text kept
CREATE VIRTUAL TABLE bare USING textsim(body, content='', k=2);
INSERT INTO bare(rowid, body) VALUES(1, 'one two three'), (2, 'two three four');
UPDATE bare SET rowid = 7 WHERE rowid = 2;
UPDATE bare SET rowid = 8, body = NULL WHERE rowid = 7;
SELECT rowid, body, similarity FROM bare WHERE bare MATCH 'two three four' AND similarity > 0.3;
INSERT INTO bare(bare) VALUES('rebuild');
INSERT INTO bare(bare) VALUES('integrity-check');
SELECT rowid FROM bare WHERE bare MATCH 'two three four' AND similarity = 1;

.print external content, kept in step by hand
CREATE TABLE docs(id INTEGER PRIMARY KEY, day, body);
INSERT INTO docs VALUES(1, 'mon', 'one two three'), (2, 'tue', 'two three four'), (3, 'wed', 'three four five');
CREATE VIRTUAL TABLE e USING textsim(body, day UNINDEXED, content=docs, k=2);
SELECT count(*) FROM e;
INSERT INTO e(e) VALUES('integrity-check');
INSERT INTO e(e) VALUES('rebuild');
SELECT rowid, * FROM e;
UPDATE docs SET body = 'something else' WHERE id = 2;
INSERT INTO e(e) VALUES('integrity-check');
SELECT rowid, similarity FROM e WHERE e MATCH 'two three four';
INSERT OR REPLACE INTO e(rowid, body) SELECT id, body FROM docs WHERE id = 2;
INSERT INTO e(e) VALUES('integrity-check');
.print ... a row that is gone is skipped, and its entry is removed
DELETE FROM docs WHERE id = 1;
SELECT rowid FROM e;
SELECT rowid FROM e WHERE e MATCH 'one two three' AND similarity > 0.5;
INSERT INTO e(e) VALUES('integrity-check');
DELETE FROM e WHERE rowid = 1;
SELECT id FROM e_docs;
DELETE FROM docs WHERE id = 3;
INSERT INTO e(e) VALUES('optimize');
SELECT id FROM e_docs;

.print triggers
CREATE TABLE news(id INTEGER PRIMARY KEY, url UNIQUE, body COLLATE NOCASE);
CREATE VIRTUAL TABLE n USING textsim(body, content=news, sync=triggers, k=2);
INSERT INTO news VALUES(1, 'a', 'one two three'), (2, 'b', 'two three four'), (3, 'c', 'three four five');
UPDATE news SET body = 'five six seven' WHERE id = 3;
UPDATE news SET url = 'd' WHERE id = 3;
DELETE FROM news WHERE id = 2;
SELECT rowid, body FROM n;
INSERT INTO n(n) VALUES('integrity-check');
INSERT OR REPLACE INTO news VALUES(1, 'a', 'six seven eight');
REPLACE INTO news VALUES(9, 'a', 'seven eight nine');
INSERT OR IGNORE INTO news VALUES(9, 'z', 'ignored');
UPDATE OR REPLACE news SET id = 3 WHERE id = 9;
SELECT rowid, body FROM n;
SELECT rowid FROM n WHERE n MATCH 'seven eight nine' AND similarity = 1;
INSERT INTO n(n) VALUES('integrity-check');
ALTER TABLE n RENAME TO "new n";
INSERT INTO news VALUES(20, 'q', 'nine ten eleven');
UPDATE news SET id = 21 WHERE id = 20;
SELECT rowid FROM "new n" WHERE "new n" MATCH 'nine ten eleven' AND similarity = 1;
INSERT INTO "new n"("new n") VALUES('integrity-check');
PRAGMA trusted_schema = OFF;
DELETE FROM news WHERE id = 21;
SELECT rowid FROM "new n";
DROP TABLE "new n";
SELECT name FROM sqlite_master WHERE type = 'trigger';

.print a row that is too big is not written, nor is anything of it in a transaction
CREATE VIRTUAL TABLE big USING textsim(body, note UNINDEXED, k=1);
INSERT INTO big VALUES('a b c', 1), ('a b d', 2);
.limit length 5000
BEGIN;
INSERT INTO big(rowid, body, note) VALUES(5, printf('%.3000c', 'x'), printf('%.3000c', 'y'));
UPDATE big SET body = printf('%.3000c', 'x'), note = zeroblob(3000) WHERE rowid = 1;
INSERT INTO big(big) VALUES('integrity-check');
INSERT INTO big(rowid, body, note) VALUES(5, printf('%.2000c', 'x'), printf('%.2900c', 'y'));
UPDATE big SET note = 2.5 WHERE rowid = 2;
SELECT rowid, length(body), length(note), last_insert_rowid() FROM big;
COMMIT;
.limit length 1000000000
INSERT INTO big(big) VALUES('integrity-check');
DROP TABLE big;

.print rowids that are none
CREATE VIRTUAL TABLE m USING textsim(body, k=1);
INSERT INTO m(rowid, body) VALUES(1, 'one'), ('2', 'two'), (3.0, 'three');
INSERT INTO m(rowid, body) VALUES('x', 'a');
INSERT INTO m(rowid, body) VALUES(4.5, 'a');
INSERT INTO m(rowid, body) VALUES(x'01', 'a');
UPDATE m SET rowid = 'y' WHERE rowid = 1;
UPDATE m SET rowid = NULL WHERE rowid = 1;
UPDATE m SET rowid = 2 WHERE rowid = 1;
UPDATE OR REPLACE m SET rowid = 2 WHERE rowid = 1;
UPDATE OR IGNORE m SET rowid = 2 WHERE rowid = 3;
SELECT rowid, body FROM m;
INSERT INTO m(m) VALUES('integrity-check');
DROP TABLE m;

.print delete-all leaves the content alone, and progress is told of every kind
CREATE TABLE kept(id INTEGER PRIMARY KEY, body);
INSERT INTO kept VALUES(1, 'a b c'), (2, 'b c d');
CREATE VIRTUAL TABLE p1 USING textsim(body, content=kept, k=1);
CREATE VIRTUAL TABLE p2 USING textsim(body, content='', k=1);
CREATE VIRTUAL TABLE p3 USING textsim(body, k=1);
INSERT INTO p2(rowid, body) SELECT id, body FROM kept;
INSERT INTO p3(rowid, body) SELECT id, body FROM kept UNION ALL SELECT 3, NULL;
INSERT INTO p1(p1, rank) VALUES('progress', 1);
INSERT INTO p2(p2, rank) VALUES('progress', 1);
INSERT INTO p3(p3, rank) VALUES('progress', 1);
.log stdout
INSERT INTO p1(p1) VALUES('rebuild');
INSERT INTO p2(p2) VALUES('rebuild');
INSERT INTO p3(p3) VALUES('rebuild');
.log off
INSERT INTO p1(p1) VALUES('delete-all');
SELECT count(*) FROM p1 WHERE p1 MATCH 'a b c' AND similarity >= 0.5;
SELECT count(*) FROM kept;
INSERT INTO p1(p1) VALUES('rebuild');
SELECT rowid, similarity FROM p1 WHERE p1 MATCH 'a b c' AND similarity >= 0.5 ORDER BY 1;
