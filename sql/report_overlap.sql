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
  SELECT RAISE(ABORT, 'report_overlap: each row of articles needs an id of its own, a whole number: make a new table with id INTEGER PRIMARY KEY, copy the rows and rename it');
END;
INSERT INTO temp.report_check
SELECT a.id FROM temp.report_article a
 WHERE EXISTS (SELECT 1 FROM pragma_index_list('articles') WHERE origin = 'pk')
    OR NOT EXISTS (SELECT 1 FROM pragma_table_xinfo('articles')
                    WHERE lower(name) = 'id' AND upper(type) = 'INTEGER' AND pk)
 GROUP BY a.id HAVING count(*) > 1 OR typeof(a.id) <> 'integer' LIMIT 1;
DROP TABLE temp.report_check;

-- Up to 'exhaustive' different texts all pairs are compared.  Beyond it, pairs that
-- share one of a sample of the phrases: one in four, so that a pair with 16 rare
-- phrases in common is found with a probability of 0.99, one with 40 with 0.99999.
-- Of the pairs that share only boilerplate, which very many have, some are found.
DROP TABLE IF EXISTS temp.report_setting;
CREATE TEMP TABLE report_setting AS
SELECT 1000 AS exhaustive, 3000000 AS candidates, 10 AS neighbours, 12 AS columns;

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
CREATE TEMP TABLE report_set(id INTEGER PRIMARY KEY, size INTEGER, shingles BLOB);
INSERT INTO temp.report_set
SELECT id, size, shingle_set(body)
  FROM (SELECT first AS id, count(*) AS size FROM temp.report_text GROUP BY first)
  CROSS JOIN temp.report_article USING(id);

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

-- Pairs of articles, not of different texts; 'compared' has those with the same words
-- and those without any.
DROP TABLE IF EXISTS temp.report_count;
CREATE TEMP TABLE report_count AS
SELECT n * (n - 1) / 2 AS pairs,
       n * (n - 1) / 2 - n_text * (n_text - 1) / 2
       + (SELECT coalesce(sum(size * (size - 1) / 2), 0) FROM temp.report_set)
       + (SELECT coalesce(sum(x.size * y.size), 0)
            FROM temp.report_candidate CROSS JOIN temp.report_set x ON x.id = a
                                       CROSS JOIN temp.report_set y ON y.id = b) AS compared
  FROM (SELECT count(*) AS n FROM temp.report_article), (SELECT count(*) AS n_text FROM temp.report_text);

-- The articles to show: those with the best partners, in the order of their ids.
DROP TABLE IF EXISTS temp.report_best;
CREATE TEMP TABLE report_best(id INTEGER PRIMARY KEY, best REAL, rank INTEGER);
INSERT INTO temp.report_best
WITH measured(a, b, jaccard) AS MATERIALIZED (
  SELECT p.a, p.b, jaccard(a.shingles, b.shingles)
    FROM temp.report_candidate p CROSS JOIN temp.report_set a ON a.id = p.a
                            CROSS JOIN temp.report_set b ON b.id = p.b)
SELECT id, max(jaccard), row_number() OVER (ORDER BY max(jaccard) DESC, id)
  FROM (SELECT t.id AS id, jaccard
          FROM (SELECT a AS first, jaccard FROM measured UNION ALL SELECT b, jaccard FROM measured
                UNION ALL SELECT id, 1.0 FROM temp.report_set WHERE size > 1)
          JOIN temp.report_text t USING(first)
         UNION ALL SELECT id, 0.0 FROM temp.report_article)
 GROUP BY id;

-- A line of a matrix is one text, so that it can have any number of columns.
DROP TABLE IF EXISTS temp.report_cell;
CREATE TEMP TABLE report_cell(matrix, a, b, label, share);
INSERT INTO temp.report_cell
WITH shown AS (
  SELECT b.id, label, shingles
    FROM temp.report_best b JOIN temp.report_article USING(id)
    LEFT JOIN temp.report_text t ON t.id = b.id LEFT JOIN temp.report_set s ON s.id = first
   WHERE rank <= (SELECT columns FROM temp.report_setting))
SELECT 1, a.id, b.id, a.label, jaccard(a.shingles, b.shingles) FROM shown a JOIN shown b
 UNION ALL
SELECT 2, a.id, b.id, a.label, containment(a.shingles, b.shingles) FROM shown a JOIN shown b
 ORDER BY 1, 2, 3;

DROP TABLE IF EXISTS temp.report_width;
CREATE TEMP TABLE report_width AS SELECT max(4, max(length(a))) AS width FROM temp.report_cell;
DROP VIEW IF EXISTS temp.report_line;
CREATE TEMP VIEW report_line(matrix, a, line) AS
SELECT matrix, NULL, printf('%*s', max(width, 6) + 26, '') || group_concat(printf('%*d ', width, b), '')
  FROM temp.report_cell, temp.report_width WHERE a = (SELECT min(a) FROM temp.report_cell) GROUP BY matrix
 UNION ALL
SELECT matrix, a,
       printf('%*d  %-!24s', max(width, 6), a, iif(length(label) <= 24, label, '…' || substr(label, -23)))
       || group_concat(CASE WHEN a = b THEN printf('%!*s ', width, '–')
                 WHEN coalesce(share, 0) = 0 THEN printf('%*s ', width, '')
                 WHEN share < 0.005 THEN printf('%*s ', width, '<1')
                 ELSE printf('%*d', width, round(100 * share)) || substr(' ░▒▓█', 1 + (share >= 0.05)
                      + (share >= 0.25) + (share >= 0.5) + (share >= 0.75), 1) END, '')
  FROM temp.report_cell, temp.report_width GROUP BY matrix, a;

SELECT 'How alike two articles are: the phrases in both, per cent of those in either';
SELECT '';
SELECT line FROM temp.report_line WHERE matrix = 1 ORDER BY a;
SELECT '';
SELECT 'How much of the row''s article is in the column''s, per cent of its phrases';
SELECT '';
SELECT line FROM temp.report_line WHERE matrix = 2 ORDER BY a;
SELECT '';
SELECT printf('%d of %d articles are shown. The others are at most %d %% like another one%s.',
              columns, n, min(100, round(100 * best + 0.5)),
              iif(compared < pairs, ' they were compared with', ''))
  FROM temp.report_setting, (SELECT pairs, compared FROM temp.report_count),
       (SELECT count(*) AS n, max(iif(rank > columns, best, NULL)) AS best
          FROM temp.report_best, temp.report_setting)
 WHERE n > columns;
SELECT CASE WHEN pairs = 0 THEN 'There are no pairs to compare.'
            WHEN pairs = 1 THEN 'The one pair was compared.'
            WHEN compared = pairs THEN printf('All %d pairs were compared.', pairs)
            ELSE printf('%d of %d pairs were compared: those that share a phrase of a sample (see the script).',
                        compared, pairs) END
  FROM temp.report_count;

DROP VIEW temp.report_line;
DROP TABLE temp.report_width;
DROP TABLE temp.report_cell;
DROP TABLE temp.report_best;
DROP TABLE temp.report_count;
DROP TABLE temp.report_candidate;
DROP TABLE temp.report_set;
DROP TABLE temp.report_text;
DROP TABLE temp.report_setting;
DROP VIEW temp.report_article;
