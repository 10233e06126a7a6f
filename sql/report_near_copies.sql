.bail on
-- Which articles are nearly the same; articles(id, name, body), any number.
--
--     sqlite3 -cmd ".load ./textsim" my.db ".read sql/report_near_copies.sql"
--
-- First the groups of articles with the same words in the same order, whatever
-- their case, punctuation and spacing.  Then, one of each group taken, the pairs
-- whose phrases (runs of five words) have a Jaccard similarity of 0.7 or more: one
-- word in 29 was changed, say, or one article is all of the other and 42 % longer.
-- A shortened reprint is less alike than that: see report_derivation.sql.

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
  SELECT RAISE(ABORT, 'report_near_copies: each row of articles needs an id of its own, a whole number: make a new table with id INTEGER PRIMARY KEY, copy the rows and rename it');
END;
INSERT INTO temp.report_check
SELECT a.id FROM temp.report_article a
 WHERE EXISTS (SELECT 1 FROM pragma_index_list('articles') WHERE origin = 'pk')
    OR NOT EXISTS (SELECT 1 FROM pragma_table_xinfo('articles')
                    WHERE lower(name) = 'id' AND upper(type) = 'INTEGER' AND pk)
 GROUP BY a.id HAVING count(*) > 1 OR typeof(a.id) <> 'integer' LIMIT 1;
DROP TABLE temp.report_check;

-- Up to 'exhaustive' articles all pairs are compared.  Beyond it, those that
-- agree in one of 32 bands of 4 slots of their sketches: a pair of similarity J
-- does with probability 1 - (1 - J^4)^32, which is 0.9998 for 0.7 and 0.9999999
-- for 0.8.  Similarities are exact in both cases.  Of very many that agree in a band,
-- some are compared; report_clusters.sql has no such limit.
DROP TABLE IF EXISTS temp.report_setting;
CREATE TEMP TABLE report_setting AS
SELECT 0.7 AS threshold, 1000 AS exhaustive, 4 AS band_rows, 3000000 AS candidates, 10 AS neighbours,
       50 AS list;

DROP TABLE IF EXISTS temp.report_text;
CREATE TEMP TABLE report_text(id INTEGER PRIMARY KEY, fingerprint INTEGER, first INTEGER);
INSERT INTO temp.report_text(id, fingerprint)
SELECT id, fingerprint(body) FROM temp.report_article WHERE fingerprint(body) IS NOT NULL;
UPDATE temp.report_text SET first = its_first
  FROM (SELECT fingerprint AS its, min(id) AS its_first FROM temp.report_text GROUP BY 1)
 WHERE fingerprint = its;

DROP TABLE IF EXISTS temp.report_set;
CREATE TEMP TABLE report_set(id INTEGER PRIMARY KEY, label TEXT, words INTEGER, shingles BLOB);
INSERT INTO temp.report_set
SELECT id, label, (SELECT count(*) FROM textsim_tokens(body)), shingle_set(body)
  FROM temp.report_article JOIN temp.report_text USING(id) WHERE id = first;

DROP TABLE IF EXISTS temp.report_band;
CREATE TEMP TABLE report_band(band INTEGER, hash INTEGER, id INTEGER,
                              PRIMARY KEY(band, hash, id)) WITHOUT ROWID;
INSERT INTO temp.report_band
SELECT band, hash, id
  FROM temp.report_article JOIN temp.report_text USING(id),
       textsim_bands(minhash(body), (SELECT band_rows FROM temp.report_setting))
 WHERE id = first
   AND (SELECT count(*) FROM temp.report_set) > (SELECT exhaustive FROM temp.report_setting);

-- What finds pairs: the rarest bands all pairs of the articles that agree in them, until
-- that makes 'candidates'; the common ones each article and its next 'neighbours'.
DROP TABLE IF EXISTS temp.report_finder;
CREATE TEMP TABLE report_finder(band INTEGER, hash INTEGER, common INTEGER, cost REAL,
                                PRIMARY KEY(band, hash)) WITHOUT ROWID;
INSERT INTO temp.report_finder
SELECT band, hash, common, total(n * neighbours) OVER (PARTITION BY common ORDER BY n, hash, band)
  FROM (SELECT band, hash, n, total(n * (n - 1) / 2) OVER (ORDER BY n, hash, band) > candidates AS common
          FROM (SELECT band, hash, count(*) AS n FROM temp.report_band GROUP BY band, hash),
               temp.report_setting WHERE n > 1),
       temp.report_setting;

DROP TABLE IF EXISTS temp.report_candidate;
CREATE TEMP TABLE report_candidate(a INTEGER, b INTEGER, PRIMARY KEY(a, b)) WITHOUT ROWID;
INSERT INTO temp.report_candidate
SELECT a.id, b.id FROM temp.report_set a JOIN temp.report_set b ON a.id < b.id
 WHERE (SELECT count(*) FROM temp.report_set) <= (SELECT exhaustive FROM temp.report_setting);
INSERT OR IGNORE INTO temp.report_candidate
SELECT a.id, b.id
  FROM temp.report_finder CROSS JOIN temp.report_band a USING(band, hash)
                          CROSS JOIN temp.report_band b USING(band, hash)
 WHERE NOT common AND b.id > a.id;
INSERT OR IGNORE INTO temp.report_candidate
SELECT a.id, b.id
  FROM temp.report_finder f CROSS JOIN temp.report_band a USING(band, hash)
                            CROSS JOIN temp.report_band b USING(band, hash)
 WHERE common AND cost <= (SELECT candidates FROM temp.report_setting)
   AND b.id IN (SELECT id FROM temp.report_band c
                 WHERE c.band = f.band AND c.hash = f.hash AND c.id > a.id
                 ORDER BY id LIMIT (SELECT neighbours FROM temp.report_setting));

-- Pairs of articles, not of different texts; 'compared' has those with the same words
-- and those without any.
DROP TABLE IF EXISTS temp.report_count;
CREATE TEMP TABLE report_count AS
WITH size(first, n) AS MATERIALIZED (SELECT first, count(*) FROM temp.report_text GROUP BY first)
SELECT n * (n - 1) / 2 AS pairs,
       n * (n - 1) / 2 - n_text * (n_text - 1) / 2
       + (SELECT coalesce(sum(size.n * (size.n - 1) / 2), 0) FROM size)
       + (SELECT coalesce(sum(x.n * y.n), 0)
            FROM temp.report_candidate CROSS JOIN size x ON x.first = a
                                       CROSS JOIN size y ON y.first = b) AS compared
  FROM (SELECT count(*) AS n FROM temp.report_article), (SELECT count(*) AS n_text FROM temp.report_text);

DROP TABLE IF EXISTS temp.report_pair;
CREATE TEMP TABLE report_pair(a INTEGER, b INTEGER, jaccard REAL);
INSERT INTO temp.report_pair
SELECT * FROM (
  SELECT a, b, jaccard(x.shingles, y.shingles) AS jaccard
    FROM temp.report_candidate CROSS JOIN temp.report_set x ON x.id = a
                               CROSS JOIN temp.report_set y ON y.id = b)
 WHERE jaccard >= (SELECT threshold FROM temp.report_setting);

SELECT printf('Groups of articles with the same words: %d', n)
       || iif(n > list, printf(', of which the %d largest', list), '')
  FROM (SELECT count(*) AS n
          FROM (SELECT count(*) AS size FROM temp.report_text GROUP BY first) WHERE size > 1),
       temp.report_setting;
.headers on
.mode box
SELECT size, first AS id, iif(length(label) <= 40, label, '…' || substr(label, -39)) AS name,
       iif(length(others) <= 40, others, substr(others, 1, 39) || '…') AS "the same as"
  FROM (SELECT first, count(*) AS size,
               group_concat(iif(id = first, NULL, id), ', ') AS others
          FROM (SELECT id, first FROM temp.report_text ORDER BY first, id) GROUP BY first)
  JOIN temp.report_article ON id = first
 WHERE size > 1
 ORDER BY size DESC, first LIMIT (SELECT list FROM temp.report_setting);
.headers off
.mode list
SELECT '';
SELECT printf('Pairs of articles at least %d %% alike: %d', round(100 * threshold), n)
       || iif(n > list, printf(', of which the first %d', list), '')
  FROM (SELECT count(*) AS n FROM temp.report_pair), temp.report_setting;
.headers on
.mode box
SELECT printf('%3d %%', round(100 * jaccard)) AS alike,
       x.id AS id, iif(length(x.label) <= 24, x.label, '…' || substr(x.label, -23)) AS name, x.words,
       y.id AS id, iif(length(y.label) <= 24, y.label, '…' || substr(y.label, -23)) AS name, y.words
  FROM temp.report_pair CROSS JOIN temp.report_set x ON x.id = a
                        CROSS JOIN temp.report_set y ON y.id = b
 ORDER BY jaccard DESC, a, b LIMIT (SELECT list FROM temp.report_setting);
.headers off
.mode list
SELECT '';
SELECT CASE WHEN pairs = 0 THEN 'There are no pairs to compare.'
            WHEN pairs = 1 THEN 'The one pair was compared.'
            WHEN compared = pairs THEN printf('All %d pairs were compared.', pairs)
            ELSE printf('%d of %d pairs were compared: those that agree in a band (see the script).',
                        compared, pairs) END
  FROM temp.report_count;
SELECT printf('In %d band%s so many agree that not all of these were compared.', n, iif(n = 1, '', 's'))
  FROM (SELECT count(*) AS n FROM temp.report_finder WHERE common) WHERE n > 0;

DROP TABLE temp.report_pair;
DROP TABLE temp.report_count;
DROP TABLE temp.report_candidate;
DROP TABLE temp.report_finder;
DROP TABLE temp.report_band;
DROP TABLE temp.report_set;
DROP TABLE temp.report_text;
DROP TABLE temp.report_setting;
DROP VIEW temp.report_article;
