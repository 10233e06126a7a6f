.bail on
-- The longest phrases that two articles share; articles(id, name, body), any number.
--
--     sqlite3 -cmd ".load ./textsim" my.db ".read sql/report_phrases.sql"
--
-- A phrase is as long as it can be: the words before it differ, and the words
-- after it.  Words are compared as shingles() has them, without case and
-- punctuation; they are printed as the first of the articles has them.

.headers off
.mode list

-- Up to 'exhaustive' different texts all pairs are looked at.  Beyond it, the 'closely'
-- that share most of a sample of the five-word phrases, one in four; of the pairs
-- that share only boilerplate, which very many have, some are found.
DROP TABLE IF EXISTS temp.report_setting;
CREATE TEMP TABLE report_setting AS
SELECT 200 AS exhaustive, 1000000 AS candidates, 10 AS neighbours, 20000 AS closely, 20 AS list;

-- One article stands for all with the same words in the same order, whatever their
-- case, punctuation and spacing: the first of them.  Texts without words are left
-- out: they have nothing in common with any other.
DROP TABLE IF EXISTS temp.report_text;
CREATE TEMP TABLE report_text(id INTEGER PRIMARY KEY, first INTEGER, place INTEGER);
INSERT INTO temp.report_text
SELECT id, min(id) OVER same, row_number() OVER same
  FROM (SELECT id, fingerprint(body) AS fingerprint FROM articles)
 WHERE fingerprint IS NOT NULL WINDOW same AS (PARTITION BY fingerprint ORDER BY id);
CREATE INDEX temp.report_text_first ON report_text(first, place);

DROP TABLE IF EXISTS temp.report_set;
CREATE TEMP TABLE report_set(id INTEGER PRIMARY KEY, size INTEGER);
INSERT INTO temp.report_set SELECT first, count(*) FROM temp.report_text GROUP BY first;

-- What finds pairs: the rarest phrases all pairs of the articles that have them, until
-- that makes 'candidates'; the common ones each article and its next 'neighbours'.
DROP TABLE IF EXISTS temp.report_sample;
CREATE TEMP TABLE report_sample(hash INTEGER, id INTEGER, PRIMARY KEY(hash, id)) WITHOUT ROWID;
INSERT OR IGNORE INTO temp.report_sample
SELECT hash, s.id FROM temp.report_set s CROSS JOIN articles USING(id) CROSS JOIN shingles(body)
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
INSERT INTO temp.report_candidate
SELECT a, b
  FROM (SELECT a.id AS a, b.id AS b
          FROM temp.report_finder f CROSS JOIN temp.report_sample a ON a.hash = f.hash
                                    CROSS JOIN temp.report_sample b ON b.hash = a.hash AND b.id > a.id
         WHERE NOT common
         UNION ALL
        SELECT a.id, b.id
          FROM temp.report_finder f CROSS JOIN temp.report_sample a ON a.hash = f.hash
                                    CROSS JOIN temp.report_sample b ON b.hash = a.hash
         WHERE common
           AND b.id IN (SELECT id FROM temp.report_sample c WHERE c.hash = a.hash AND c.id > a.id
                         ORDER BY id LIMIT (SELECT neighbours FROM temp.report_setting)))
 GROUP BY a, b ORDER BY count(*) DESC, a, b LIMIT (SELECT closely FROM temp.report_setting);
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
  FROM (SELECT count(*) AS n FROM articles), (SELECT count(*) AS n_text FROM temp.report_text);

-- A text that more than one article has is a phrase itself: its pair with itself.
INSERT INTO temp.report_candidate SELECT id, id FROM temp.report_set WHERE size > 1;

-- The runs of shingles that follow each other in both articles of a pair.  A
-- shingle has five words, or all the words of a shorter article.
DROP TABLE IF EXISTS temp.report_run;
CREATE TEMP TABLE report_run(a INTEGER, b INTEGER, position INTEGER, words INTEGER,
                             start INTEGER, length INTEGER);
INSERT INTO temp.report_run
SELECT a, b, min(position), count(*) + max(length(shingle) - length(replace(shingle, ' ', ''))),
       min(start), max(start + length) - min(start)
  FROM (SELECT p.a, p.b, x.position, x.shingle, x.start, x.length,
               y.position - x.position AS distance,
               x.position - row_number() OVER (
                 PARTITION BY p.a, p.b, y.position - x.position ORDER BY x.position) AS run
          FROM temp.report_candidate p CROSS JOIN articles a ON a.id = p.a
                                  CROSS JOIN articles b ON b.id = p.b,
               shingles(a.body) x, shingles(b.body) y
         WHERE y.hash = x.hash)
 GROUP BY a, b, distance, run;

-- The longest, without those that lie within a longer one of the same pair, where
-- an article repeats itself.
DROP TABLE IF EXISTS temp.report_phrase;
CREATE TEMP TABLE report_phrase(a INTEGER, b INTEGER, words INTEGER, phrase TEXT, words_hash INTEGER);
CREATE INDEX temp.report_run_pair ON report_run(a, b, words);
INSERT INTO temp.report_phrase
SELECT a, b, words, substr(body, start, length), fingerprint(substr(body, start, length))
  FROM temp.report_run r JOIN articles ON id = a
 WHERE words >= coalesce((SELECT words FROM temp.report_run ORDER BY words DESC
                           LIMIT 1 OFFSET (SELECT 20 * list FROM temp.report_setting)), 0)
   AND NOT EXISTS (
     SELECT 1 FROM temp.report_run o
      WHERE o.a = r.a AND o.b = r.b AND o.words > r.words
        AND o.position <= r.position AND o.position + o.words >= r.position + r.words);

.headers on
.mode box
WITH holder(words_hash, id) AS (
  SELECT words_hash, id
    FROM (SELECT words_hash, a AS first FROM temp.report_phrase
           UNION SELECT words_hash, b FROM temp.report_phrase)
    JOIN temp.report_text USING(first)
   ORDER BY words_hash, id),
holders(words_hash, ids) AS (SELECT words_hash, group_concat(id, ' ') FROM holder GROUP BY words_hash),
phrase(words_hash, words, text) AS (
  SELECT words_hash, max(words),
         replace(replace(replace(phrase, char(13), ' '), char(10), ' '), '  ', ' ')
    FROM temp.report_phrase GROUP BY words_hash),
ends(words_hash, head, tail) AS (
  SELECT words_hash, substr(text, 1, 33), substr(text, -25) FROM phrase)
SELECT printf('%5d', words) AS words,
       iif(length(ids) <= 20, ids, substr(ids, 1, 19) || '…') AS articles,
       iif(length(text) <= 60, text, rtrim(head, replace(head, ' ', '')) || '…'
           || substr(tail, instr(tail, ' '))) AS phrase
  FROM phrase JOIN holders USING(words_hash) JOIN ends USING(words_hash)
 ORDER BY phrase.words DESC, ids LIMIT (SELECT list FROM temp.report_setting);
.headers off
.mode list
SELECT CASE WHEN pairs = 0 THEN 'There are no pairs to compare.'
            WHEN pairs = 1 THEN 'The one pair was compared.'
            WHEN compared = pairs THEN printf('All %d pairs were compared.', pairs)
            ELSE printf('%d of %d pairs were compared: those that share most (see the script).',
                        compared, pairs) END
  FROM temp.report_count;

DROP TABLE temp.report_phrase;
DROP TABLE temp.report_run;
DROP TABLE temp.report_count;
DROP TABLE temp.report_candidate;
DROP TABLE temp.report_set;
DROP TABLE temp.report_text;
DROP TABLE temp.report_setting;
