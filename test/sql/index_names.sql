-- Names with spaces, quotes and dots; attached databases; RENAME; savepoints in savepoints.

ATTACH ':memory:' AS "the other.db";
ATTACH ':memory:' AS "o""2";

.print the same name in each schema
CREATE VIRTUAL TABLE main."a.b" USING textsim("the ""text""", "no te" UNINDEXED, k=1);
CREATE VIRTUAL TABLE "the other.db"."a.b" USING textsim(body, k=1);
CREATE VIRTUAL TABLE "o""2"."a.b" USING textsim(body, content='', k=1);
INSERT INTO main."a.b" VALUES('main one two', 'x'), ('main one two three', 'y');
INSERT INTO "the other.db"."a.b" VALUES('other one two'), ('other one two three'), ('other one two');
INSERT INTO "o""2"."a.b"(rowid, body) VALUES(1, 'two one two'), (2, 'two one');
SELECT a, b, similarity FROM textsim_pairs('a.b');
SELECT a, b, similarity FROM textsim_pairs('a.b', 0.5, 'the other.db') ORDER BY a, b;
SELECT cluster, rowid, size FROM textsim_clusters('A.B', 0.5, 'o"2');
SELECT count(*) FROM textsim_pairs('the other.db.a.b');
SELECT count(*) FROM textsim_pairs('b', 0.5, 'a');
SELECT rowid, "the ""text""", "no te" FROM main."a.b" WHERE "a.b" MATCH 'main' AND "no te" > 'x';
SELECT rowid FROM "the other.db"."a.b" WHERE "a.b" MATCH 'other one two' AND similarity = 1;
SELECT x.rowid, y.rowid FROM main."a.b" x JOIN "the other.db"."a.b" y ON y."a.b" MATCH x."the ""text""" AND y.similarity >= 0.5;

.print temp comes first, as with tables
CREATE VIRTUAL TABLE temp."a.b" USING textsim(body, k=1);
INSERT INTO temp."a.b" VALUES('temp'), ('temp'), ('temp');
SELECT cluster, count(*) FROM textsim_clusters('a.b') GROUP BY 1;
SELECT cluster, count(*) FROM textsim_clusters('a.b', 0.5, 'main') GROUP BY 1;
DROP TABLE temp."a.b";

.print content in the same schema, its names quoted as well
CREATE TABLE "the other.db"."it's"("my id" INTEGER PRIMARY KEY, "a ""body""");
CREATE VIRTUAL TABLE "the other.db"."x 'y' z" USING textsim("a ""body""", content='it''s', content_rowid='my id', sync=triggers, k=1);
INSERT INTO "the other.db"."it's" VALUES(5, 'five six'), (6, 'five six'), (7, 'seven');
UPDATE "the other.db"."it's" SET "a ""body""" = 'six five!' WHERE "my id" = 7;
DELETE FROM "the other.db"."it's" WHERE "my id" = 5;
SELECT a, b FROM textsim_pairs('x ''y'' z');
INSERT INTO "the other.db"."x 'y' z"("x 'y' z") VALUES('integrity-check');

.print RENAME, to a name as odd, with its triggers
ALTER TABLE "the other.db"."x 'y' z" RENAME TO "r""e.n";
INSERT INTO "the other.db"."it's" VALUES(8, 'five six');
SELECT a, b FROM textsim_pairs('r"e.n') WHERE b = 8 ORDER BY a;
SELECT count(*) FROM "the other.db".sqlite_master WHERE name LIKE 'x ''y'' z%' AND type = 'table';
BEGIN;
ALTER TABLE "the other.db"."r""e.n" RENAME TO gone;
DELETE FROM "the other.db"."it's" WHERE "my id" = 6;
ROLLBACK;
SELECT rowid FROM "the other.db"."r""e.n" WHERE "r""e.n" MATCH 'five' AND similarity >= 0.5;
ALTER TABLE main."a.b" RENAME TO "the other.db";
SELECT rowid, "no te" FROM "the other.db" WHERE "the other.db" MATCH 'three';
INSERT INTO "the other.db"("the other.db") VALUES('rebuild');
INSERT INTO "the other.db"."r""e.n"("r""e.n") VALUES('integrity-check');

.print savepoints in savepoints, over two schemas
SAVEPOINT one;
INSERT INTO "the other.db"(rowid, "the ""text""", "no te") VALUES(50, 'first', 1);
SAVEPOINT "two 2";
INSERT INTO "the other.db"."it's" VALUES(50, 'first');
UPDATE "the other.db" SET "the ""text""" = 'second', "no te" = 2 WHERE rowid = 50;
SAVEPOINT three;
DELETE FROM "the other.db" WHERE rowid = 50;
DELETE FROM "the other.db"."it's";
INSERT INTO "the other.db"."r""e.n"("r""e.n") VALUES('rebuild');
SELECT count(*) FROM "the other.db"."r""e.n";
ROLLBACK TO three;
SELECT rowid, "no te" FROM "the other.db" WHERE "the other.db" MATCH 'second';
SELECT rowid FROM "the other.db"."r""e.n" WHERE "r""e.n" MATCH 'first';
ROLLBACK TO "two 2";
SELECT rowid, "no te" FROM "the other.db" WHERE "the other.db" MATCH 'first second';
SELECT rowid FROM "the other.db"."r""e.n" WHERE "r""e.n" MATCH 'first';
RELEASE "two 2";
ROLLBACK TO one;
RELEASE one;
SELECT count(*) FROM "the other.db" WHERE rowid = 50;
INSERT INTO "the other.db"("the other.db") VALUES('integrity-check');
INSERT INTO "the other.db"."r""e.n"("r""e.n") VALUES('integrity-check');

.print what is ours is asked of the table: its module may be written in any way
ATTACH ':memory:' AS odd;
create virtual table /* USING fts5( */ odd."using textsim" -- fts5
  using/**/"TextSim"(body, k=1);
CREATE VIRTUAL TABLE odd.b USING [textsim] (body, k=1);
CREATE VIRTUAL TABLE IF NOT EXISTS odd.c USING `TEXTSIM`("body", content='');
INSERT INTO odd."using textsim" VALUES('x'), ('x');
INSERT INTO odd.b VALUES('y'), ('y');
INSERT INTO odd.c(body) VALUES('z'), ('z');
SELECT 1, a, b FROM textsim_pairs('using textsim') UNION ALL SELECT 2, a, b FROM textsim_pairs('B')
 UNION ALL SELECT 3, a, b FROM textsim_pairs('c', 1, 'odd');
.print ... and what only has the word in it is not
CREATE VIRTUAL TABLE odd.textsim_notes USING fts5(body);
CREATE VIRTUAL TABLE odd.d USING fts5(textsim, "using textsim(body)", prefix='1');
CREATE VIRTUAL TABLE odd."e USING textsim(body)" USING fts5(body);
CREATE TABLE odd.textsim(body DEFAULT 'CREATE VIRTUAL TABLE x USING textsim(body)');
CREATE VIEW odd.f AS SELECT 'CREATE VIRTUAL TABLE x USING textsim(body)' AS body;
INSERT INTO odd."e USING textsim(body)" VALUES('x');
SELECT a FROM textsim_pairs('textsim_notes');
SELECT cluster FROM textsim_clusters('d');
SELECT a FROM textsim_pairs('e USING textsim(body)');
SELECT a FROM textsim_pairs('textsim');
SELECT a FROM textsim_pairs('f');
SELECT a FROM textsim_pairs('textsim_pairs');
.print ... nor one that has its name from an index
ALTER TABLE odd.b RENAME TO g;
CREATE VIRTUAL TABLE odd.b USING fts5(textsim);
SELECT a FROM textsim_pairs('b');
SELECT a, b FROM textsim_pairs('g');
DETACH odd;

.print UNINDEXED columns: kept, returned, never searched
CREATE VIRTUAL TABLE notes USING textsim(body, author UNINDEXED, "day of" UNINDEXED, k=1);
INSERT INTO notes(rowid, body, author, "day of") VALUES(1, 'one two', 'anna', 20240101), (2, 'one three', x'00ff', 1.5), (3, 'anna', NULL, NULL);
SELECT rowid, body, quote(author), quote("day of"), typeof("day of") FROM notes;
SELECT rowid FROM notes WHERE notes MATCH 'anna';
SELECT rowid FROM notes WHERE author = 'anna' AND notes MATCH 'one';
SELECT rowid FROM notes WHERE author MATCH 'anna';
UPDATE notes SET author = 'berta' WHERE notes MATCH 'one three' AND similarity = 1;
UPDATE notes SET body = 'one four', rowid = 20 WHERE rowid = 2;
INSERT OR REPLACE INTO notes(rowid, body) VALUES(1, 'five');
SELECT rowid, body, author, "day of" FROM notes;
INSERT INTO notes(notes) VALUES('rebuild');
INSERT INTO notes(notes) VALUES('integrity-check');
SELECT rowid, author FROM notes WHERE notes MATCH 'one four' ORDER BY rank;

.print names that would be in the way
ALTER TABLE notes RENAME TO Author;
ALTER TABLE notes RENAME TO body;
ALTER TABLE notes RENAME TO similarity;
ALTER TABLE notes RENAME TO rowid;
CREATE VIRTUAL TABLE rank USING textsim(body);
CREATE VIRTUAL TABLE rowid USING textsim(body);
SELECT count(*) FROM notes;

.print DETACH takes them along
DETACH "the other.db";
SELECT count(*) FROM textsim_pairs('r"e.n');
