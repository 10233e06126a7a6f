.bail on
-- Who contains whom: for each pair of articles a verdict in plain words, and the
-- numbers behind it; articles(id, name, body), any number.
--
--     sqlite3 -cmd ".load ./textsim" my.db ".read sql/report_derivation.sql"
--
-- In each row the first article is the one that lies more in the other: the part,
-- the shortened or the quoting one.  Which was there first the words do not tell;
-- a column with a date does.

.headers off
.mode list

-- The verdicts, in this order: the first whose minima are all met.
--   more, less  share of an article's phrases (runs of five words) that are in the
--               other: of the article that has the larger such share, and of the
--               one that has the smaller
--   run, runs   words of the longest run of words that is in both, and number of
--               such runs
--   shared      different phrases in both
-- Where the numbers come from: an edited word spoils five phrases.  If nine words
-- in ten are kept, 0.9^5 = 0.59 of the phrases are; if four in five, 0.8^5 = 0.33,
-- in many short runs.  Sentences have about 20 words: 60 in a row are a paragraph,
-- and 15 are more than a name with its title or a set phrase, so a sentence or most
-- of one.  Two phrases in common happen to any two long texts in a language.
DROP TABLE IF EXISTS temp.report_verdict;
CREATE TEMP TABLE report_verdict(
  rank INTEGER PRIMARY KEY, verdict, more, less, run, runs, shared, meaning);
INSERT INTO temp.report_verdict VALUES
 (1, 'copy',      0.59, 0.59,  0, 0, 1, 'each is nearly whole in the other'),
 (2, 'reprint',   0.59, 0.25,  0, 0, 1, 'one is nearly whole in the other, which has more'),
 (3, 'excerpt',   0.59, 0.00,  0, 0, 1, 'one is nearly whole a small part of the other'),
 (4, 'excerpt',   0.00, 0.00, 60, 0, 1, 'own text, with a paragraph that is in the other'),
 (5, 'rewrite',   0.33, 0.00,  0, 5, 1, 'much is in the other, edited throughout'),
 (6, 'quotation', 0.00, 0.00, 15, 0, 1, 'own text, with a sentence that is in the other'),
 (7, 'related',   0.00, 0.00,  0, 0, 3, 'own text, with some of the same phrases'),
 (8, 'unrelated', 0.00, 0.00,  0, 0, 0, 'no more in common than any two texts');

-- Up to 'exhaustive' articles all pairs are compared.  Beyond it, pairs that share
-- one of a sample of the phrases: one in four, so that a pair with 16 phrases in
-- common is found with a probability of 0.99, one with 40 with 0.99999.  Phrases of
-- more articles than 'common' find no pairs: they are boilerplate.
DROP TABLE IF EXISTS temp.report_setting;
CREATE TEMP TABLE report_setting AS
SELECT 1000 AS exhaustive, 200 AS common, 50000 AS all_runs, 100 AS list;

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

-- The pairs that have anything in common; a is the one that lies more in b.
DROP TABLE IF EXISTS temp.report_pair;
CREATE TEMP TABLE report_pair(a INTEGER, b INTEGER, a_in_b REAL, b_in_a REAL, shared INTEGER,
                              run INTEGER, runs INTEGER, rank INTEGER);
INSERT INTO temp.report_pair(a, b, a_in_b, b_in_a, shared)
SELECT iif(a_in_b >= b_in_a, a, b), iif(a_in_b >= b_in_a, b, a),
       max(a_in_b, b_in_a), min(a_in_b, b_in_a), round(a_in_b * n_a)
  FROM (SELECT a, b, containment(x.shingles, y.shingles) AS a_in_b,
               containment(y.shingles, x.shingles) AS b_in_a,
               sketch_info(x.shingles) ->> '$.shingles' AS n_a
          FROM (SELECT a.id AS a, b.id AS b
                  FROM temp.report_set a JOIN temp.report_set b ON a.id < b.id
                 WHERE (SELECT count(*) FROM temp.report_set)
                       <= (SELECT exhaustive FROM temp.report_setting)
                 UNION
                SELECT a.id, b.id FROM temp.report_sample a JOIN temp.report_sample b USING(hash)
                 WHERE a.id < b.id)
         CROSS JOIN temp.report_set x ON x.id = a CROSS JOIN temp.report_set y ON y.id = b)
 WHERE a_in_b > 0;

-- The runs: phrases that follow each other in both.  That takes longest, about
-- 8,000 pairs a second, so that of very many pairs only 'all_runs' are looked at:
-- first those whose verdict depends on it, and of these those that share most.
DROP VIEW IF EXISTS temp.report_undecided;
CREATE TEMP VIEW report_undecided AS
SELECT p.rowid AS pair, a_in_b < (SELECT max(more) FROM temp.report_verdict)
       AND (shared >= (SELECT min(run) - 4 FROM temp.report_verdict WHERE run > 0)
            OR a_in_b >= (SELECT min(more) FROM temp.report_verdict WHERE runs > 0)) AS undecided,
       shared
  FROM temp.report_pair p;
UPDATE temp.report_pair SET (run, runs) = (
  SELECT coalesce(max(words), 0), count(*)
    FROM (SELECT 4 + count(*) AS words
            FROM (SELECT y.position - x.position AS distance,
                         x.position - row_number() OVER (PARTITION BY y.position - x.position
                                                         ORDER BY x.position) AS run
                    FROM articles a, articles b, shingles(a.body) x, shingles(b.body) y
                   WHERE a.id = report_pair.a AND b.id = report_pair.b AND y.hash = x.hash)
           GROUP BY distance, run))
 WHERE rowid IN (SELECT pair FROM temp.report_undecided ORDER BY undecided DESC, shared DESC, pair
                  LIMIT (SELECT all_runs FROM temp.report_setting));
UPDATE temp.report_pair SET rank = (
  SELECT min(rank) FROM temp.report_verdict v
   WHERE a_in_b >= more AND b_in_a >= less AND coalesce(report_pair.run, 0) >= v.run
     AND coalesce(report_pair.runs, 0) >= v.runs AND report_pair.shared >= v.shared)
 WHERE run IS NOT NULL OR rowid IN (SELECT pair FROM temp.report_undecided WHERE NOT undecided);

DROP TABLE IF EXISTS temp.report_count;
CREATE TEMP TABLE report_count AS
SELECT count(*) AS n, count(*) * (count(*) - 1) / 2 AS pairs, (SELECT count(*) FROM temp.report_pair) AS found
  FROM temp.report_set;

.headers on
.mode box
SELECT verdict, printf('%8d', count(report_pair.rank)
                + iif(verdict = 'unrelated', (SELECT pairs - found FROM temp.report_count), 0)) AS pairs,
       meaning
  FROM temp.report_verdict LEFT JOIN temp.report_pair USING(rank)
 GROUP BY report_verdict.rank;
SELECT verdict,
       x.id || ' ' || iif(length(x.name) <= 24, x.name, '…' || substr(x.name, -23)) AS article,
       printf('%3d %%', round(100 * a_in_b)) AS "is in",
       y.id || ' ' || iif(length(y.name) <= 24, y.name, '…' || substr(y.name, -23)) AS other,
       printf('%3d %%', round(100 * b_in_a)) AS back,
       iif(run > 0, printf('%5d', run), '') AS run
  FROM (SELECT * FROM temp.report_pair
         WHERE rank < (SELECT max(rank) FROM temp.report_verdict)
         ORDER BY rank, a_in_b DESC, b_in_a DESC, a, b LIMIT (SELECT list FROM temp.report_setting))
  JOIN (SELECT rank, verdict FROM temp.report_verdict) USING(rank)
  CROSS JOIN temp.report_set x ON x.id = a CROSS JOIN temp.report_set y ON y.id = b
 ORDER BY rank, a_in_b DESC, b_in_a DESC, a, b;
.headers off
.mode list
SELECT 'is in: how much of the article is in the other; back: of the other in the article;';
SELECT 'run: how many words in a row are the same.';
SELECT printf('%d pairs have no verdict: they share least, and were not looked at closely.', n)
  FROM (SELECT count(*) AS n FROM temp.report_pair WHERE rank IS NULL) WHERE n > 0;
SELECT printf('These are the first %d of %d pairs that are not unrelated.', list, n)
  FROM temp.report_setting, (SELECT count(*) AS n FROM temp.report_pair
                              WHERE rank < (SELECT max(rank) FROM temp.report_verdict))
 WHERE n > list;
SELECT iif(n <= exhaustive, printf('All %d pairs were compared.', pairs),
           printf('%d of %d pairs were compared: those with enough in common (see the script).',
                  found, pairs))
  FROM temp.report_setting, temp.report_count;

-- For further questions on this connection these stay: temp.report_pair, with
-- all pairs that have anything in common, and temp.report_verdict.
DROP VIEW temp.report_undecided;
DROP TABLE temp.report_count;
DROP TABLE temp.report_sample;
DROP TABLE temp.report_set;
DROP TABLE temp.report_setting;
