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

-- What is read of articles, whatever other columns it has.  A label is the end of a
-- name, with spaces for the characters that are commands to a terminal.
DROP VIEW IF EXISTS temp.report_article;
CREATE TEMP VIEW report_article(id, name, label, body) AS
SELECT id, name,
       iif(name GLOB '*[' || char(1, 45, 31, 127, 45, 0x9F, 0x2028, 45, 0x202E, 0x2066, 45, 0x2069) || ']*', (
         WITH RECURSIVE letter(n, c) AS (
           SELECT 60, substr(name, -60, 1) UNION ALL
           SELECT n - 1, substr(name, 1 - n, 1) FROM letter WHERE n > 1)
         SELECT group_concat(iif(c GLOB '[' || char(1, 45, 31, 127, 45, 0x9F, 0x2028, 45, 0x202E, 0x2066, 45, 0x2069) || ']', ' ', c), '')
           FROM letter), coalesce(name, '')),
       body
  FROM articles;
DROP TABLE IF EXISTS temp.report_check;
CREATE TEMP TABLE report_check(id);
CREATE TEMP TRIGGER report_check_id BEFORE INSERT ON report_check BEGIN
  SELECT RAISE(ABORT, 'report_accuracy: each row of articles needs an id of its own, a whole number: make a new table with id INTEGER PRIMARY KEY, copy the rows and rename it');
END;
INSERT INTO temp.report_check
SELECT a.id FROM temp.report_article a
 WHERE EXISTS (SELECT 1 FROM pragma_index_list('articles') WHERE origin = 'pk')
    OR NOT EXISTS (SELECT 1 FROM pragma_table_xinfo('articles')
                    WHERE lower(name) = 'id' AND upper(type) = 'INTEGER' AND pk)
 GROUP BY a.id HAVING count(*) > 1 OR typeof(a.id) <> 'integer' LIMIT 1;
DROP TABLE temp.report_check;

-- All pairs of up to 'exhaustive' different texts; of more, those that share a phrase
-- from a sample, one in four, and of these the first 'compared'.  How a pair was found
-- has nothing to do with its estimate: the sample looks at other bits of the hash.
DROP TABLE IF EXISTS temp.report_setting;
CREATE TEMP TABLE report_setting AS
SELECT 128 AS slots, 300 AS exhaustive, 200000 AS candidates, 2 AS neighbours, 50000 AS compared,
       10 AS list;

-- One article stands for all with the same words in the same order, whatever their
-- case, punctuation and spacing: the first of them.  Texts without words are left
-- out: they have nothing in common with any other.
DROP TABLE IF EXISTS temp.report_text;
CREATE TEMP TABLE report_text(id INTEGER PRIMARY KEY, first INTEGER, place INTEGER);
INSERT INTO temp.report_text
SELECT id, min(id) OVER same, row_number() OVER same
  FROM (SELECT id, fingerprint(body) AS fingerprint FROM temp.report_article)
 WHERE fingerprint IS NOT NULL WINDOW same AS (PARTITION BY fingerprint ORDER BY id);
CREATE INDEX temp.report_text_first ON report_text(first, place);

DROP TABLE IF EXISTS temp.report_set;
CREATE TEMP TABLE report_set(id INTEGER PRIMARY KEY, label TEXT, shingles BLOB, sketch BLOB);
INSERT INTO temp.report_set
SELECT id, label, shingle_set(body), minhash(body, 'num_perm=' || slots)
  FROM temp.report_text CROSS JOIN temp.report_article USING(id), temp.report_setting WHERE id = first;

-- What finds pairs: the rarest phrases all pairs of the articles that have them, until
-- that makes 'candidates'; the common ones each article and its next 'neighbours'.
DROP TABLE IF EXISTS temp.report_sample;
CREATE TEMP TABLE report_sample(hash INTEGER, id INTEGER, PRIMARY KEY(hash, id)) WITHOUT ROWID;
INSERT OR IGNORE INTO temp.report_sample
SELECT hash, s.id FROM temp.report_set s CROSS JOIN temp.report_article USING(id) CROSS JOIN textsim_shingles(body)
 WHERE (SELECT count(*) FROM temp.report_set) > (SELECT exhaustive FROM temp.report_setting)
   AND hash & 3 = 0;
DROP TABLE IF EXISTS temp.report_finder;
CREATE TEMP TABLE report_finder(hash INTEGER PRIMARY KEY, common INTEGER);
INSERT INTO temp.report_finder
SELECT hash, common
  FROM (SELECT hash, common, total(n * neighbours) OVER (PARTITION BY common ORDER BY n, hash) AS cost
          FROM (SELECT hash, n, total(n * (n - 1) / 2) OVER (ORDER BY n, hash) > candidates AS common
                  FROM (SELECT hash, count(*) AS n FROM temp.report_sample GROUP BY hash),
                       temp.report_setting WHERE n > 1),
               temp.report_setting),
       temp.report_setting
 WHERE NOT common OR cost <= candidates;

DROP TABLE IF EXISTS temp.report_candidate;
CREATE TEMP TABLE report_candidate(a INTEGER, b INTEGER, PRIMARY KEY(a, b)) WITHOUT ROWID;
INSERT INTO temp.report_candidate
SELECT a.id, b.id FROM temp.report_set a JOIN temp.report_set b ON a.id < b.id
 WHERE (SELECT count(*) FROM temp.report_set) <= (SELECT exhaustive FROM temp.report_setting);
INSERT OR IGNORE INTO temp.report_candidate
SELECT a.id, b.id
  FROM temp.report_finder f CROSS JOIN temp.report_sample a ON a.hash = f.hash
                            CROSS JOIN temp.report_sample b ON b.hash = a.hash AND b.id > a.id
 WHERE NOT common;
INSERT OR IGNORE INTO temp.report_candidate
SELECT a.id, b.id
  FROM temp.report_finder f CROSS JOIN temp.report_sample a ON a.hash = f.hash
                            CROSS JOIN temp.report_sample b ON b.hash = a.hash
 WHERE common
   AND b.id IN (SELECT id FROM temp.report_sample c WHERE c.hash = a.hash AND c.id > a.id
                 ORDER BY id LIMIT (SELECT neighbours FROM temp.report_setting));
DROP TABLE temp.report_finder;
DROP TABLE temp.report_sample;

DROP TABLE IF EXISTS temp.report_pair;
CREATE TEMP TABLE report_pair(a INTEGER, b INTEGER, exact REAL, estimate REAL);
INSERT INTO temp.report_pair
SELECT a, b, jaccard(x.shingles, y.shingles), jaccard(x.sketch, y.sketch)
  FROM (SELECT * FROM temp.report_candidate ORDER BY a, b LIMIT (SELECT compared FROM temp.report_setting))
 CROSS JOIN temp.report_set x ON x.id = a CROSS JOIN temp.report_set y ON y.id = b;

.headers on
.mode box
SELECT x.id || ' ' || iif(length(x.label) <= 24, x.label, '…' || substr(x.label, -23)) AS article,
       y.id || ' ' || iif(length(y.label) <= 24, y.label, '…' || substr(y.label, -23)) AS other,
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
SELECT printf('Of %d article%s: %d characters of text on average, %d bytes of shingle set, %d of sketch.',
              count(*), iif(count(*) = 1, '', 's'), avg(length(body)), avg(length(shingles)), avg(length(sketch)))
  FROM temp.report_article JOIN temp.report_set USING(id);
SELECT printf('Left out: %d with the same words as an earlier article, %d without words.', n_same, n_empty)
  FROM (SELECT count(*) AS n_same FROM temp.report_text WHERE id <> first),
       (SELECT (SELECT count(*) FROM temp.report_article) - (SELECT count(*) FROM temp.report_text) AS n_empty)
 WHERE n_same + n_empty > 0;
SELECT CASE WHEN pairs = 0 THEN 'There are no pairs of different texts to compare.'
            WHEN pairs = 1 AND n = 1 THEN 'The one pair of different texts was compared.'
            WHEN pairs = n THEN printf('All %d pairs of different texts were compared.', pairs)
            ELSE printf('%d of %d pairs of different texts were compared: %s that share a phrase of a sample (see the script).',
                        n, pairs, iif(n < n_found, printf('the first of %d', n_found), 'those')) END
  FROM (SELECT count(*) * (count(*) - 1) / 2 AS pairs FROM temp.report_set),
       (SELECT count(*) AS n FROM temp.report_pair),
       (SELECT count(*) AS n_found FROM temp.report_candidate);

DROP TABLE temp.report_pair;
DROP TABLE temp.report_candidate;
DROP TABLE temp.report_set;
DROP TABLE temp.report_text;
DROP TABLE temp.report_setting;
DROP VIEW temp.report_article;
