.bail on
-- Which articles are nearly the same; articles(id, name, body), any number.
--
--     sqlite3 -cmd ".load ./textsim" my.db ".read sql/report_near_copies.sql"
--
-- First the groups of articles with the same words in the same order, whatever
-- their case, punctuation and spacing.  Then, one of each group taken, the pairs
-- whose phrases (runs of five words) have a Jaccard similarity of 0.7 or more: one
-- word in 26 was changed, say, or one article is all of the other and 43 % longer.
-- A shortened reprint is less alike than that: see report_derivation.sql.

.headers off
.mode list

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
SELECT id, fingerprint(body) FROM articles WHERE fingerprint(body) IS NOT NULL;
UPDATE temp.report_text SET first = its_first
  FROM (SELECT fingerprint AS its, min(id) AS its_first FROM temp.report_text GROUP BY 1)
 WHERE fingerprint = its;

DROP TABLE IF EXISTS temp.report_set;
CREATE TEMP TABLE report_set(id INTEGER PRIMARY KEY, name TEXT, words INTEGER, shingles BLOB);
INSERT INTO temp.report_set
SELECT id, name, (SELECT count(*) FROM textsim_tokens(body)), shingle_set(body)
  FROM articles JOIN temp.report_text USING(id) WHERE id = first;

DROP TABLE IF EXISTS temp.report_band;
CREATE TEMP TABLE report_band(band INTEGER, hash INTEGER, id INTEGER,
                              PRIMARY KEY(band, hash, id)) WITHOUT ROWID;
INSERT INTO temp.report_band
SELECT band, hash, id
  FROM articles JOIN temp.report_text USING(id),
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
SELECT size, first AS id, iif(length(name) <= 40, name, '…' || substr(name, -39)) AS name,
       iif(length(others) <= 40, others, substr(others, 1, 39) || '…') AS "the same as"
  FROM (SELECT first, count(*) AS size,
               group_concat(iif(id = first, NULL, id), ', ') AS others
          FROM (SELECT id, first FROM temp.report_text ORDER BY first, id) GROUP BY first)
  JOIN articles ON id = first
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
       x.id AS id, iif(length(x.name) <= 24, x.name, '…' || substr(x.name, -23)) AS name, x.words,
       y.id AS id, iif(length(y.name) <= 24, y.name, '…' || substr(y.name, -23)) AS name, y.words
  FROM temp.report_pair CROSS JOIN temp.report_set x ON x.id = a
                        CROSS JOIN temp.report_set y ON y.id = b
 ORDER BY jaccard DESC, a, b LIMIT (SELECT list FROM temp.report_setting);
.headers off
.mode list
SELECT '';
SELECT CASE WHEN n < 2 THEN 'There are no pairs to compare.'
            WHEN n = 2 THEN 'The one pair was compared.'
            WHEN n <= exhaustive THEN printf('All %d pairs were compared.', n * (n - 1) / 2)
            ELSE printf('%d of %d pairs were compared: those that agree in a band (see the script).',
                        compared, n * (n - 1) / 2) END
  FROM temp.report_setting, (SELECT count(*) AS n FROM temp.report_set),
       (SELECT count(*) AS compared FROM temp.report_candidate);
SELECT printf('In %d band%s so many agree that not all of these were compared.', n, iif(n = 1, '', 's'))
  FROM (SELECT count(*) AS n FROM temp.report_finder WHERE common) WHERE n > 0;

DROP TABLE temp.report_pair;
DROP TABLE temp.report_candidate;
DROP TABLE temp.report_finder;
DROP TABLE temp.report_band;
DROP TABLE temp.report_set;
DROP TABLE temp.report_text;
DROP TABLE temp.report_setting;
