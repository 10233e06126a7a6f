-- Measures in joins.  Texts that were compared last are kept with their sets; what
-- that gives must be what the sets in a table give, whatever is asked in which order.

CREATE TABLE doc(id INTEGER PRIMARY KEY, title, body);
INSERT INTO doc(title, body)
  SELECT 'title ' || name || ' of ' || name % 3, CAST(readfile(path) AS TEXT) FROM
  (SELECT name AS path, substr(name, 7, 3) AS name FROM fsdir('seeds') WHERE name LIKE 'seeds/0%.txt' ORDER BY name);
-- The same lengths and other bytes, the same bytes in another row, nothing at all.
INSERT INTO doc(title, body) SELECT upper(title), replace(body, 'the', 'eht') FROM doc WHERE id <= 2;
INSERT INTO doc(title, body) SELECT title, body FROM doc WHERE id = 1;
INSERT INTO doc(title, body) VALUES('', ''), (' - ', 'x'), ('a', NULL);
CREATE TABLE kept AS SELECT id, shingle_set(title, 1) AS title, shingle_set(body) AS body, shingle_set(body, 2) AS body2,
  shingle_set(body, 'case=keep') AS body_case, minhash(body, 'num_perm=64') AS sketch FROM doc;
SELECT count(*), count(body), count(DISTINCT body), count(DISTINCT length(body)) FROM doc;

.print every pair, in both orders of the loops: the number of pairs, and of those that agree
SELECT count(*), sum(jaccard(a.body, b.body) IS jaccard(x.body, y.body)) FROM doc a CROSS JOIN doc b
  JOIN kept x ON x.id = a.id JOIN kept y ON y.id = b.id;
SELECT count(*), sum(jaccard(a.body, b.body) IS jaccard(x.body, y.body)) FROM doc b CROSS JOIN doc a
  JOIN kept x ON x.id = a.id JOIN kept y ON y.id = b.id;
.print two texts both ways round, in one row
SELECT count(*), sum(containment(a.body, b.body) IS containment(x.body, y.body)),
       sum(containment(b.body, a.body) IS containment(y.body, x.body)), sum(dice(a.body, b.body) IS dice(b.body, a.body))
  FROM doc a CROSS JOIN doc b JOIN kept x ON x.id = a.id JOIN kept y ON y.id = b.id;
.print the same texts with other options, and titles in between
SELECT count(*), sum(jaccard(a.body, b.body) IS jaccard(x.body, y.body)),
       sum(jaccard(a.title, b.title, 1) IS jaccard(x.title, y.title)), sum(jaccard(a.body, b.body, 2) IS jaccard(x.body2, y.body2)),
       sum(jaccard(a.body, b.body, 'case=keep') IS jaccard(x.body_case, y.body_case)),
       sum(jaccard(a.body, b.body, 'num_perm=16') IS jaccard(x.body, y.body)),
       sum(jaccard(a.body, b.body, 'seed=5') IS jaccard(x.body, y.body))
  FROM doc a CROSS JOIN doc b JOIN kept x ON x.id = a.id JOIN kept y ON y.id = b.id;
.print a text with sets and sketches: from what is kept, as from the text
SELECT count(*), sum(jaccard(a.body, y.body) IS jaccard(x.body, y.body)), sum(jaccard(x.body2, b.body) IS jaccard(x.body2, y.body2)),
       sum(jaccard(a.body, y.sketch) IS jaccard(x.sketch, y.sketch)), sum(jaccard(x.sketch, b.body) IS jaccard(x.sketch, y.sketch)),
       sum(jaccard(x.body, y.sketch) IS jaccard(x.sketch, y.sketch)), sum(jaccard(x.sketch, y.body) IS jaccard(x.sketch, y.sketch))
  FROM doc a CROSS JOIN doc b JOIN kept x ON x.id = a.id JOIN kept y ON y.id = b.id;
.print errors in between leave nothing behind
SELECT jaccard(body, body, 0) FROM doc WHERE id = 1;
SELECT jaccard(body, x'00') FROM doc WHERE id = 1;
SELECT count(*), sum(jaccard(a.body, b.body) IS jaccard(x.body, y.body)) FROM doc a CROSS JOIN doc b
  JOIN kept x ON x.id = a.id JOIN kept y ON y.id = b.id;

.print texts too long to be kept: 300,000 words and the same without the first half
CREATE TABLE long AS WITH RECURSIVE n(i) AS (VALUES(1) UNION ALL SELECT i + 1 FROM n WHERE i < 300000)
  SELECT group_concat('w' || i, ' ') AS whole, group_concat(CASE WHEN i > 150000 THEN 'w' || i END, ' ') AS half,
         group_concat('w' || (i % 100), ' ') AS few FROM n;
SELECT length(whole) > 1048576, length(half) > 1048576, length(few) FROM long;
-- 300000 - 4 shingles, 150000 - 4 of them in both.
SELECT jaccard(whole, half) = 149996 / 299996.0, containment(half, whole), containment(whole, half) = 149996 / 299996.0,
       jaccard(whole, whole), jaccard(whole, few) FROM long;
SELECT jaccard(shingle_set(whole), half) = 149996 / 299996.0, jaccard(half, shingle_set(whole)) = 149996 / 299996.0 FROM long;
-- As sketches, where a text that is kept and one that is not go different ways.
SELECT jaccard(whole, minhash(half)) = jaccard(minhash(whole), minhash(half)), jaccard(few, minhash(whole)) = jaccard(minhash(few), minhash(whole)),
       jaccard(few, minhash(few)), jaccard(minhash(whole), shingle_set(whole)) FROM long;
