-- CREATE VIRTUAL TABLE ... USING textsim: its grammar, and every error of it.

.print columns
CREATE VIRTUAL TABLE a USING textsim(body);
CREATE VIRTUAL TABLE b USING textsim("the text", 'lang' UNINDEXED, [day] unindexed, k=3 case=keep, threshold = 0.8, marks='strip');
CREATE VIRTUAL TABLE "odd ""name" USING textsim(body, content='', num_perm=64);
SELECT name, hidden FROM pragma_table_xinfo('b');
SELECT * FROM b_config;
SELECT type, name, tbl_name FROM sqlite_master WHERE name LIKE 'odd%' ORDER BY name;
INSERT INTO b VALUES('Alpha beta gamma', 'xx', 3);
SELECT *, rowid FROM b;
DROP TABLE a;
DROP TABLE b;
DROP TABLE "odd ""name";
SELECT count(*) FROM sqlite_master;

.print arguments
CREATE VIRTUAL TABLE t USING textsim;
CREATE VIRTUAL TABLE t USING textsim();
CREATE VIRTUAL TABLE t USING textsim(k=5);
CREATE VIRTUAL TABLE t USING textsim(k=5, body);
CREATE VIRTUAL TABLE t USING textsim(body TEXT);
CREATE VIRTUAL TABLE t USING textsim(body UNINDEXED);
CREATE VIRTUAL TABLE t USING textsim(body, title);
CREATE VIRTUAL TABLE t USING textsim(body, body UNINDEXED);
CREATE VIRTUAL TABLE t USING textsim(body, BODY UNINDEXED);
CREATE VIRTUAL TABLE t USING textsim(t);
CREATE VIRTUAL TABLE t USING textsim(rowid);
CREATE VIRTUAL TABLE t USING textsim(similarity);
CREATE VIRTUAL TABLE t USING textsim(body, Rank UNINDEXED);
CREATE VIRTUAL TABLE t USING textsim("");

.print options
CREATE VIRTUAL TABLE t USING textsim(body, k=0);
CREATE VIRTUAL TABLE t USING textsim(body, k=3, k=3);
CREATE VIRTUAL TABLE t USING textsim(body, k=);
CREATE VIRTUAL TABLE t USING textsim(body, =3);
CREATE VIRTUAL TABLE t USING textsim(body, unit=line);
CREATE VIRTUAL TABLE t USING textsim(body, color=red);
CREATE VIRTUAL TABLE t USING textsim(body, threshold=0);
CREATE VIRTUAL TABLE t USING textsim(body, threshold=1.01);
CREATE VIRTUAL TABLE t USING textsim(body, threshold=half);
CREATE VIRTUAL TABLE t USING textsim(body, threshold=0.5 threshold=0.6);
CREATE VIRTUAL TABLE t USING textsim(body, sync=auto);
CREATE VIRTUAL TABLE t USING textsim(body, content=);

.print content
CREATE TABLE plain(body);
CREATE TABLE norowid(id INTEGER PRIMARY KEY, body) WITHOUT ROWID;
CREATE TABLE descending(id INTEGER PRIMARY KEY DESC, body);
CREATE TABLE docs(id INTEGER PRIMARY KEY, body);
CREATE VIEW everything AS SELECT id, body FROM docs;
CREATE VIRTUAL TABLE t USING textsim(body, content='nothing');
CREATE VIRTUAL TABLE t USING textsim(body, content=plain);
CREATE VIRTUAL TABLE t USING textsim(body, content=norowid);
CREATE VIRTUAL TABLE t USING textsim(body, content=descending, content_rowid=id);
CREATE VIRTUAL TABLE t USING textsim(body, content=docs, content_rowid=body);
CREATE VIRTUAL TABLE t USING textsim(text, content=docs);
CREATE VIRTUAL TABLE t USING textsim(body, content=everything);
CREATE VIRTUAL TABLE t USING textsim(body, content=everything, content_rowid=id, sync=triggers);
CREATE VIRTUAL TABLE t USING textsim(body, content='', day UNINDEXED);
CREATE VIRTUAL TABLE t USING textsim(body, content_rowid=id);
CREATE VIRTUAL TABLE t USING textsim(body, sync=triggers);

.print a failed CREATE leaves nothing
SELECT name FROM sqlite_master ORDER BY name;

.print what is right
CREATE VIRTUAL TABLE t1 USING textsim(body, content=docs);
CREATE VIRTUAL TABLE t2 USING textsim(body, content=docs, content_rowid=rowid, sync=triggers);
CREATE VIRTUAL TABLE t3 USING textsim(body, content=everything, content_rowid=id);
CREATE TEMP TABLE docs(id INTEGER PRIMARY KEY, body);
CREATE VIRTUAL TABLE temp.t4 USING textsim(body, content=docs);
SELECT value FROM t1_config WHERE key = 'content_rowid';
SELECT name, tbl_name FROM sqlite_master WHERE type = 'trigger';

.print a renamed content table
DROP TABLE temp.docs;
ALTER TABLE main.docs RENAME TO papers;
SELECT * FROM t1;
SELECT * FROM temp.t4;
INSERT INTO papers VALUES(1, 'one two three four five');
SELECT * FROM t2 WHERE t2 MATCH 'one two three four five';
DROP TABLE t1;
DROP TABLE t2;
SELECT count(*) FROM sqlite_master WHERE type = 'trigger';

.print a format that is newer, or was never released
UPDATE t3_config SET value = value + 1 WHERE key = 'format';
SELECT count(*) FROM t3;
UPDATE t3_config SET value = 1 WHERE key = 'format';
SELECT count(*) FROM t3;
