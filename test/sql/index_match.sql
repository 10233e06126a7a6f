-- MATCH: what it finds, and in which places it can stand.

CREATE VIRTUAL TABLE t USING textsim(body, k=2);
INSERT INTO t(rowid, body) VALUES
  (1, 'the quick brown fox jumps over the lazy dog'),
  (2, 'The QUICK brown fox jumps over the lazy dog!'),
  (3, 'the quick brown fox jumps over a fence'),
  (4, 'nothing in common with those above'),
  (5, ''), (6, NULL), (-7, 'quick brown'), (8, 42);

.print without MATCH the measures are NULL
SELECT rowid, similarity, query_in_doc, doc_in_query, rank, typeof(t) FROM t WHERE rowid = 1;
SELECT rowid, body FROM t;
SELECT rowid FROM t WHERE similarity >= 0;

.print all that share a shingle
SELECT rowid, similarity, query_in_doc, doc_in_query, rank FROM t WHERE t MATCH 'quick brown fox jumps';
SELECT rowid FROM t('quick brown fox jumps');
SELECT rowid FROM t WHERE body MATCH 'quick brown fox jumps';
SELECT rowid FROM t WHERE t MATCH '';
SELECT rowid FROM t WHERE t MATCH NULL;
SELECT rowid, similarity FROM t WHERE t MATCH 42;

.print bounds, of any type
SELECT rowid FROM t WHERE t MATCH 'the quick brown fox jumps over the lazy dog' AND similarity >= 0.5;
SELECT rowid FROM t WHERE t MATCH 'the quick brown fox jumps over the lazy dog' AND similarity > '0.5';
SELECT rowid FROM t WHERE t MATCH 'the quick brown fox jumps over the lazy dog' AND similarity = 1;
SELECT rowid FROM t WHERE t MATCH 'the quick brown fox jumps over the lazy dog' AND similarity BETWEEN 0.3 AND 0.9;
SELECT rowid FROM t WHERE t MATCH 'the quick brown fox jumps over the lazy dog' AND similarity >= NULL;
SELECT rowid FROM t WHERE t MATCH 'the quick brown fox jumps over the lazy dog' AND similarity >= 'x';
SELECT rowid FROM t WHERE t MATCH 'the quick brown fox jumps over the lazy dog' AND similarity < 0.9;
SELECT rowid FROM t WHERE t MATCH 'the quick brown fox jumps over the lazy dog' AND rank <= -0.5;
SELECT rowid FROM t WHERE t MATCH 'the quick brown fox jumps over the lazy dog' AND rank < '-0.9';
SELECT rowid FROM t WHERE t MATCH 'the quick brown fox jumps over the lazy dog' AND rank <= NULL;
SELECT rowid FROM t WHERE t MATCH 'quick brown fox' AND query_in_doc >= 1.0;
SELECT rowid FROM t WHERE t MATCH 'quick brown fox' AND doc_in_query >= 1.0;
SELECT rowid FROM t WHERE t MATCH 'the quick brown fox' AND query_in_doc = 1 AND doc_in_query > 0.4;

.print order and limit
SELECT rowid FROM t WHERE t MATCH 'the quick brown fox jumps' ORDER BY rank LIMIT 2;
SELECT rowid FROM t WHERE t MATCH 'the quick brown fox jumps' ORDER BY similarity DESC, rowid LIMIT 2 OFFSET 1;
SELECT rowid FROM t WHERE t MATCH 'the quick brown fox jumps' ORDER BY rowid DESC;
SELECT count(*), max(similarity) FROM t WHERE t MATCH 'quick brown' AND similarity > 0.9;

.print rowids
SELECT rowid FROM t WHERE t MATCH 'quick brown' AND rowid = 3;
SELECT rowid FROM t WHERE t MATCH 'quick brown' AND rowid IN (3, 4, 1, 99, NULL);
SELECT rowid FROM t WHERE t MATCH 'quick brown' AND rowid > 1;
SELECT rowid FROM t WHERE t MATCH 'quick brown' AND rowid BETWEEN -10 AND 2.5 AND similarity >= 0.01;
SELECT rowid FROM t WHERE rowid >= 5 ORDER BY rowid LIMIT 2;
SELECT rowid FROM t WHERE rowid = '3';
SELECT rowid FROM t WHERE rowid = 3.0;
SELECT rowid FROM t WHERE rowid = 3.5;
SELECT rowid FROM t WHERE rowid = 'three';
SELECT rowid FROM t WHERE rowid < 'three' AND rowid > 4;
SELECT rowid FROM t WHERE rowid > 4.5 AND rowid <= 6.0;

.print joins, OR, subqueries
CREATE TABLE queries(id INTEGER PRIMARY KEY, text, least);
INSERT INTO queries VALUES(1, 'the quick brown fox jumps over the lazy dog', 0.5), (2, 'nothing in common', 0.1), (3, NULL, 0);
SELECT q.id, t.rowid, round(similarity, 3) FROM queries q JOIN t ON t MATCH q.text AND similarity >= q.least;
SELECT q.id, t.rowid FROM queries q LEFT JOIN t ON t MATCH q.text AND similarity >= q.least ORDER BY 1, 2;
SELECT a.rowid, b.rowid FROM t a JOIN t b ON b.t MATCH a.body AND b.similarity >= 0.5 AND b.rowid > a.rowid;
SELECT rowid FROM t WHERE t MATCH 'lazy dog' OR t MATCH 'a fence';
SELECT rowid FROM t WHERE (t MATCH 'lazy dog' OR t MATCH 'common with') AND query_in_doc >= 1;
SELECT rowid FROM t WHERE rowid IN (SELECT rowid FROM t WHERE t MATCH 'a fence');

.print queries that are BLOBs
SELECT rowid, similarity FROM t WHERE t MATCH shingle_set('the quick brown fox jumps', 2) AND similarity >= 0.5;
SELECT rowid, similarity FROM t WHERE t MATCH minhash('the quick brown fox jumps', 2) AND similarity >= 0.5;
SELECT rowid FROM t WHERE t MATCH shingle_set('the quick brown fox jumps', 3);
SELECT rowid FROM t WHERE t MATCH x'00112233';

.print texts that look like numbers
CREATE VIRTUAL TABLE n USING textsim(body, k=1);
INSERT INTO n(body) VALUES('007'), ('7');
SELECT rowid FROM n WHERE n IN ('007', '8') UNION ALL SELECT rowid FROM n WHERE n MATCH '007' UNION ALL SELECT rowid FROM n WHERE n = 7;
DROP TABLE n;

.print places that MATCH cannot stand in
SELECT rowid FROM t WHERE NOT t MATCH 'quick brown';
SELECT t MATCH 'quick brown' FROM t;
SELECT rowid FROM t WHERE t MATCH 'quick brown' AND t MATCH 'brown fox';

.print BLOBs that are no query
CREATE VIRTUAL TABLE q USING textsim(body, k=1);
INSERT INTO q(rowid, body) VALUES(1, 'one two three'), (2, 'five');
SELECT rowid, similarity FROM q WHERE q MATCH shingle_set('one two', 1);
SELECT rowid FROM q WHERE q MATCH x'';
SELECT rowid FROM q WHERE q MATCH substr(shingle_set('one two', 1), 1, 20);
SELECT rowid FROM q WHERE q MATCH CAST(shingle_set('one two', 1) || x'00' AS BLOB);
SELECT rowid FROM q WHERE q MATCH x'5453530200010000000000000200000054F1A197D81D6B3F347ED50CE082FBCB4CB6952469907BE3';
DROP TABLE q;

.print a long query, and documents of a few words that were just inserted
CREATE TEMP TABLE words(n INTEGER PRIMARY KEY, text);
INSERT INTO words
WITH RECURSIVE number(n) AS (VALUES (1) UNION ALL SELECT n + 1 FROM number LIMIT 3000)
SELECT n, printf('w%d w%d w%d w%d', n, n * 37 % 3001, n * 59 % 3001, n * 101 % 3001) FROM number;
CREATE TEMP TABLE query AS SELECT group_concat('w' || n, ' ') AS text FROM words WHERE n % 2 = 0;
CREATE VIRTUAL TABLE short USING textsim(body, content='', k=1);
INSERT INTO short(rowid, body) SELECT n, text FROM words WHERE n % 3 = 1;
SELECT count(*), sum(short.rowid) FROM query, short WHERE short MATCH text AND doc_in_query >= 0.5;
SELECT count(*), sum(n) FROM query, words WHERE n % 3 = 1 AND containment(words.text, query.text, 1) >= 0.5;
