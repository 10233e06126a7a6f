.bail on
-- How far estimates from sketches are from the exact answers, on these articles;
-- articles(id, name, body), any number.
--
--     sqlite3 -cmd ".load ./textsim" my.db ".read sql/report_accuracy.sql"
--
-- jaccard() of two minhash() sketches against jaccard() of two shingle_set()s.
-- The error to expect is sqrt(J (1 - J) / slots) at most, and less where the two
-- articles together have not many more phrases than the sketch has slots.  Pairs
-- that share the same boilerplate err together: then the mean error is not zero.

.headers off
.mode list

-- All pairs of up to 'exhaustive' articles; of more, those that share a phrase from
-- a sample, one in four, without boilerplate (phrases of more than 'common'
-- articles), and of these the first 'pairs'.  How a pair was found has nothing
-- to do with its estimate: the sample looks at other bits of the hash.
DROP TABLE IF EXISTS temp.report_setting;
CREATE TEMP TABLE report_setting AS
SELECT 128 AS slots, 300 AS exhaustive, 200 AS common, 50000 AS pairs, 10 AS list;

DROP TABLE IF EXISTS temp.report_set;
CREATE TEMP TABLE report_set(id INTEGER PRIMARY KEY, name TEXT, shingles BLOB, sketch BLOB);
INSERT INTO temp.report_set
SELECT id, name, shingle_set(body), minhash(body, 'num_perm=' || slots)
  FROM articles, temp.report_setting;

DROP TABLE IF EXISTS temp.report_sample;
CREATE TEMP TABLE report_sample(hash INTEGER, id INTEGER, PRIMARY KEY(hash, id)) WITHOUT ROWID;
INSERT OR IGNORE INTO temp.report_sample
SELECT hash, id FROM articles, shingles(body)
 WHERE (SELECT count(*) FROM articles) > (SELECT exhaustive FROM temp.report_setting)
   AND hash & 3 = 0;
DELETE FROM temp.report_sample WHERE hash IN (
  SELECT hash FROM temp.report_sample GROUP BY hash
  HAVING count(*) NOT BETWEEN 2 AND (SELECT common FROM temp.report_setting));

DROP TABLE IF EXISTS temp.report_pair;
CREATE TEMP TABLE report_pair(a INTEGER, b INTEGER, exact REAL, estimate REAL);
INSERT INTO temp.report_pair
SELECT a, b, jaccard(x.shingles, y.shingles), jaccard(x.sketch, y.sketch)
  FROM (SELECT * FROM (
          SELECT a.id AS a, b.id AS b FROM temp.report_set a JOIN temp.report_set b ON a.id < b.id
           WHERE (SELECT count(*) FROM articles) <= (SELECT exhaustive FROM temp.report_setting)
           UNION
          SELECT a.id, b.id FROM temp.report_sample a JOIN temp.report_sample b USING(hash)
           WHERE a.id < b.id)
         LIMIT (SELECT pairs FROM temp.report_setting))
 CROSS JOIN temp.report_set x ON x.id = a CROSS JOIN temp.report_set y ON y.id = b;
DELETE FROM temp.report_pair WHERE exact IS NULL;

.headers on
.mode box
SELECT x.id || ' ' || iif(length(x.name) <= 24, x.name, '…' || substr(x.name, -23)) AS article,
       y.id || ' ' || iif(length(y.name) <= 24, y.name, '…' || substr(y.name, -23)) AS other,
       printf('%.3f', exact) AS exact, printf('%.3f', estimate) AS estimate,
       printf('%+.3f', estimate - exact) AS error
  FROM (SELECT * FROM temp.report_pair ORDER BY exact DESC, a, b
         LIMIT (SELECT list FROM temp.report_setting)) p
  CROSS JOIN temp.report_set x ON x.id = a CROSS JOIN temp.report_set y ON y.id = b
 ORDER BY p.exact DESC, a, b;
SELECT printf('%.1f to %.1f', floor / 10.0, (floor + 1) / 10.0) AS "exact Jaccard",
       printf('%6d', count(*)) AS pairs,
       printf('%+.4f', avg(estimate - exact)) AS "mean error",
       printf('%.4f', sqrt(avg((estimate - exact) * (estimate - exact)))) AS "root mean square",
       printf('%.4f', sqrt(avg(exact * (1 - exact)) / (SELECT slots FROM temp.report_setting))) AS expected,
       printf('%.4f', max(abs(estimate - exact))) AS largest
  FROM (SELECT exact, estimate, min(CAST(exact * 10 AS INTEGER), 9) AS floor FROM temp.report_pair)
 GROUP BY floor ORDER BY floor;
.headers off
.mode list
SELECT printf('Of %d articles: %d characters of text on average, %d bytes of shingle set, %d of sketch.',
              count(*), avg(length(body)), avg(length(shingles)), avg(length(sketch)))
  FROM articles JOIN temp.report_set USING(id);
SELECT iif(n <= exhaustive, printf('All %d pairs were compared.', n * (n - 1) / 2),
         printf('%d of %d pairs were compared: those with enough in common (see the script).',
                (SELECT count(*) FROM temp.report_pair), n * (n - 1) / 2))
  FROM temp.report_setting, (SELECT count(*) AS n FROM temp.report_set);

DROP TABLE temp.report_pair;
DROP TABLE temp.report_sample;
DROP TABLE temp.report_set;
DROP TABLE temp.report_setting;
