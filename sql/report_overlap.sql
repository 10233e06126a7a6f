.bail on
-- How much articles overlap, as a matrix; articles(id, name, body), any number.
--
--     sqlite3 -cmd ".load ./textsim" my.db ".read sql/report_overlap.sql"
--
-- Phrases are shingles: all runs of five words.  The first matrix has the Jaccard
-- similarity, the second the containment, which also sees the short text inside
-- the long one.  Both are exact.

.headers off
.mode list

-- Up to this many articles all pairs are compared, about 300,000 a second.  Beyond
-- it, pairs that share one of a sample of the phrases: one phrase in four, so that
-- a pair with 16 phrases in common is found with a probability of 0.99, one with
-- 40 with 0.99999.  Phrases of more articles than 'common' find no pairs: they
-- are boilerplate, and would find nearly all.
DROP TABLE IF EXISTS temp.report_setting;
CREATE TEMP TABLE report_setting AS
SELECT 1000 AS exhaustive, 200 AS common, 12 AS columns;

DROP TABLE IF EXISTS temp.report_set;
CREATE TEMP TABLE report_set(id INTEGER PRIMARY KEY, name TEXT, shingles BLOB);
INSERT INTO temp.report_set SELECT id, name, shingle_set(body) FROM articles;

DROP TABLE IF EXISTS temp.report_sample;
CREATE TEMP TABLE report_sample(hash INTEGER, id INTEGER, PRIMARY KEY(hash, id)) WITHOUT ROWID;
INSERT OR IGNORE INTO temp.report_sample
SELECT hash, id FROM articles, shingles(body)
 WHERE (SELECT count(*) FROM temp.report_set) > (SELECT exhaustive FROM temp.report_setting)
   AND hash & 3 = 0;
DELETE FROM temp.report_sample WHERE hash IN (
  SELECT hash FROM temp.report_sample GROUP BY hash
  HAVING count(*) NOT BETWEEN 2 AND (SELECT common FROM temp.report_setting));

DROP TABLE IF EXISTS temp.report_pair;
CREATE TEMP TABLE report_pair(a INTEGER, b INTEGER, PRIMARY KEY(a, b)) WITHOUT ROWID;
INSERT INTO temp.report_pair
SELECT a.id, b.id FROM temp.report_set a JOIN temp.report_set b ON a.id < b.id
 WHERE (SELECT count(*) FROM temp.report_set) <= (SELECT exhaustive FROM temp.report_setting)
 UNION
SELECT a.id, b.id FROM temp.report_sample a JOIN temp.report_sample b USING(hash)
 WHERE a.id < b.id;
DROP TABLE temp.report_sample;

-- The articles to show: those with the best partners, in the order of their ids.
DROP TABLE IF EXISTS temp.report_best;
CREATE TEMP TABLE report_best(id INTEGER PRIMARY KEY, best REAL, rank INTEGER);
INSERT INTO temp.report_best
WITH measured(a, b, jaccard) AS MATERIALIZED (
  SELECT p.a, p.b, jaccard(a.shingles, b.shingles)
    FROM temp.report_pair p CROSS JOIN temp.report_set a ON a.id = p.a
                            CROSS JOIN temp.report_set b ON b.id = p.b)
SELECT id, max(jaccard), row_number() OVER (ORDER BY max(jaccard) DESC, id)
  FROM (SELECT a AS id, jaccard FROM measured UNION ALL SELECT b, jaccard FROM measured
        UNION ALL SELECT id, 0.0 FROM temp.report_set)
 GROUP BY id;

-- A line of a matrix is one text, so that it can have any number of columns.
DROP TABLE IF EXISTS temp.report_cell;
CREATE TEMP TABLE report_cell(matrix, a, b, name, share);
INSERT INTO temp.report_cell
WITH shown AS (
  SELECT id, name, shingles FROM temp.report_set JOIN temp.report_best USING(id)
   WHERE rank <= (SELECT columns FROM temp.report_setting))
SELECT 1, a.id, b.id, a.name, jaccard(a.shingles, b.shingles) FROM shown a JOIN shown b
 UNION ALL
SELECT 2, a.id, b.id, a.name, containment(a.shingles, b.shingles) FROM shown a JOIN shown b
 ORDER BY 1, 2, 3;

DROP VIEW IF EXISTS temp.report_line;
CREATE TEMP VIEW report_line(matrix, a, line) AS
SELECT matrix, NULL, printf('%32s', '') || group_concat(printf('%4d ', b), '')
  FROM temp.report_cell WHERE a = (SELECT min(a) FROM temp.report_cell) GROUP BY matrix
 UNION ALL
SELECT matrix, a,
       printf('%6d  %-!24s', a, iif(length(name) <= 24, name, '…' || substr(name, -23)))
       || group_concat(CASE WHEN a = b THEN '   – '
                 WHEN coalesce(share, 0) = 0 THEN '     '
                 WHEN share < 0.005 THEN '  <1 '
                 ELSE printf('%4d', round(100 * share)) || substr(' ░▒▓█', 1 + (share >= 0.05)
                      + (share >= 0.25) + (share >= 0.5) + (share >= 0.75), 1) END, '')
  FROM temp.report_cell GROUP BY matrix, a;

SELECT 'How alike two articles are: the phrases in both, per cent of those in either';
SELECT '';
SELECT line FROM temp.report_line WHERE matrix = 1 ORDER BY a;
SELECT '';
SELECT 'How much of the row''s article is in the column''s, per cent of its phrases';
SELECT '';
SELECT line FROM temp.report_line WHERE matrix = 2 ORDER BY a;
SELECT '';
SELECT printf('%d of %d articles are shown. The others are at most %d %% like another one.',
              columns, n, min(100, round(100 * best + 0.5)))
  FROM temp.report_setting,
       (SELECT count(*) AS n, max(iif(rank > columns, best, NULL)) AS best
          FROM temp.report_best, temp.report_setting)
 WHERE n > columns;
SELECT iif(n <= exhaustive, printf('All %d pairs were compared.', n * (n - 1) / 2),
         printf('%d of %d pairs were compared: those with enough in common (see the script).',
                (SELECT count(*) FROM temp.report_pair), n * (n - 1) / 2))
  FROM temp.report_setting, (SELECT count(*) AS n FROM temp.report_set);

DROP VIEW temp.report_line;
DROP TABLE temp.report_cell;
DROP TABLE temp.report_best;
DROP TABLE temp.report_pair;
DROP TABLE temp.report_set;
DROP TABLE temp.report_setting;
