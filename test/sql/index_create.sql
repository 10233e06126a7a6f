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
CREATE VIRTUAL TABLE t USING textsim(body, threshold=1.0000000000000000001);
CREATE VIRTUAL TABLE t USING textsim(body, threshold=1e-400);
CREATE VIRTUAL TABLE t USING textsim(body, threshold='5e');
CREATE VIRTUAL TABLE t USING textsim(body, threshold=0.5 threshold=0.6);
CREATE VIRTUAL TABLE t USING textsim(body, content='', content=docs);
CREATE VIRTUAL TABLE t USING textsim(body, sync=manual, sync=triggers);
CREATE VIRTUAL TABLE t USING textsim(body, sync=auto);
CREATE VIRTUAL TABLE t USING textsim(body, content=);

.print every digit of a threshold counts; halfway between two doubles, the even one
CREATE TABLE thresholds(written, least);
CREATE VIRTUAL TABLE t USING textsim(body, threshold=0.3333333333333333);
INSERT INTO thresholds SELECT '1/3', value FROM t_config WHERE key = 'threshold';
DROP TABLE t;
CREATE VIRTUAL TABLE t USING textsim(body, threshold=0.30000000000000004);
INSERT INTO thresholds SELECT '0.1 + 0.2', value FROM t_config WHERE key = 'threshold';
DROP TABLE t;
CREATE VIRTUAL TABLE t USING textsim(body, threshold='50.0000E-2');
INSERT INTO thresholds SELECT '0.5', value FROM t_config WHERE key = 'threshold';
DROP TABLE t;
CREATE VIRTUAL TABLE t USING textsim(body, threshold=0.50000000000000005551115123125782702118158340454101562);
INSERT INTO thresholds SELECT 'half a step over 0.5', value FROM t_config WHERE key = 'threshold';
DROP TABLE t;
CREATE VIRTUAL TABLE t USING textsim(body, threshold=0.500000000000000055511151231257827021181583404541015626);
INSERT INTO thresholds SELECT 'and a little more', value FROM t_config WHERE key = 'threshold';
DROP TABLE t;
SELECT written, least = 1.0 / 3, least = 0.1 + 0.2, least = 0.5, least > 0.5 FROM thresholds;
DROP TABLE thresholds;

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

.print quotes, empty arguments, numbers
CREATE VIRTUAL TABLE t USING textsim(body, content=a'b 'c);
CREATE VIRTUAL TABLE t USING textsim(body, k 'x' = 4);
CREATE VIRTUAL TABLE t USING textsim(body, k=3 ');');
CREATE VIRTUAL TABLE t USING textsim(body, threshold='1e');
CREATE VIRTUAL TABLE t USING textsim(body, threshold='5e-');
CREATE VIRTUAL TABLE t USING textsim(body, threshold='5e-x');
CREATE VIRTUAL TABLE t USING textsim(body, threshold='5e/');
CREATE VIRTUAL TABLE t USING textsim(body, threshold='/5');
CREATE VIRTUAL TABLE t USING textsim(body, threshold=+5E-1);
CREATE VIRTUAL TABLE t USING textsim(body, threshold=-0.5);
CREATE VIRTUAL TABLE t USING textsim(body, threshold=1e99999999999);
CREATE VIRTUAL TABLE t USING textsim(body, threshold=1e-99999999999);
CREATE VIRTUAL TABLE t USING textsim(body, threshold=0.5.5);
CREATE VIRTUAL TABLE t USING textsim(body, threshold=.);
CREATE VIRTUAL TABLE t USING textsim(body, threshold=12);
CREATE VIRTUAL TABLE t USING textsim(body, threshold=2);
CREATE VIRTUAL TABLE t USING textsim(body, threshold='');
CREATE VIRTUAL TABLE t USING textsim(body, content='', content='');
CREATE VIRTUAL TABLE t USING textsim(body, content=docs, content_rowid=a, content_rowid=b);
CREATE VIRTUAL TABLE t USING textsim(body, content=docs, content_rowid='', content_rowid=b);
CREATE VIRTUAL TABLE t USING textsim(body, sync=triggers, sync='');
CREATE VIRTUAL TABLE t5 USING textsim([the body], , k=`3`, threshold=5E-1);
CREATE VIRTUAL TABLE t6 USING textsim(body, threshold=10E-1);
CREATE VIRTUAL TABLE t7 USING textsim(body, threshold=0.0005E+3);
SELECT * FROM t5_config ORDER BY key;
SELECT value FROM t6_config WHERE key = 'threshold';
SELECT value FROM t7_config WHERE key = 'threshold';

.print keys of the content
CREATE TABLE keyed(id TEXT PRIMARY KEY, body);
CREATE TABLE two(a INTEGER, b INTEGER, body, PRIMARY KEY(a, b));
CREATE TABLE untyped(id PRIMARY KEY, body);
CREATE TABLE news(id INTEGER PRIMARY KEY, name UNIQUE, body);
CREATE VIEW named AS SELECT name AS id, body FROM news;
CREATE VIRTUAL TABLE t USING textsim(body, content=keyed);
CREATE VIRTUAL TABLE t USING textsim(body, content=two);
CREATE VIRTUAL TABLE t USING textsim(body, content=untyped);
CREATE VIRTUAL TABLE t8 USING textsim(body, content=news, content_rowid=OID);
CREATE VIRTUAL TABLE t9 USING textsim(body, content=news, content_rowid=_rowid_);
CREATE VIRTUAL TABLE t10 USING textsim(body, content=named, content_rowid=id);
SELECT value FROM t8_config WHERE key = 'content_rowid';
SELECT value FROM t9_config WHERE key = 'content_rowid';
INSERT INTO news VALUES(1, 'a', 'one two'), (2, 'b', x'6f6e65');
INSERT INTO t8(t8) VALUES('rebuild');
INSERT INTO t10(t10) VALUES('rebuild');
UPDATE news SET body = 'x y';
INSERT INTO t8(t8) VALUES('rebuild');
UPDATE news SET body = x'00';
SELECT similarity FROM t8 WHERE t8 MATCH 'x y';
