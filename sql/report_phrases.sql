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

-- Up to 'exhaustive' articles all pairs are looked at.  Beyond it, the 'pairs' that
-- share most of a sample of the five-word phrases, one in four; those of more
-- articles than 'common' are boilerplate and left out of the sample.
DROP TABLE IF EXISTS temp.report_setting;
CREATE TEMP TABLE report_setting AS
SELECT 200 AS exhaustive, 200 AS common, 20000 AS pairs, 20 AS list;

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
CREATE TEMP TABLE report_pair(a INTEGER, b INTEGER, PRIMARY KEY(a, b)) WITHOUT ROWID;
INSERT INTO temp.report_pair
SELECT a.id, b.id FROM articles a JOIN articles b ON a.id < b.id
 WHERE (SELECT count(*) FROM articles) <= (SELECT exhaustive FROM temp.report_setting);
INSERT INTO temp.report_pair
SELECT a.id, b.id FROM temp.report_sample a JOIN temp.report_sample b USING(hash)
 WHERE a.id < b.id
 GROUP BY 1, 2 ORDER BY count(*) DESC, 1, 2 LIMIT (SELECT pairs FROM temp.report_setting);

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
          FROM temp.report_pair p CROSS JOIN articles a ON a.id = p.a
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
  SELECT words_hash, a FROM temp.report_phrase UNION SELECT words_hash, b FROM temp.report_phrase),
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
SELECT iif(n <= exhaustive, printf('All %d pairs were compared.', n * (n - 1) / 2),
         printf('%d of %d pairs were compared: those that share most (see the script).',
                (SELECT count(*) FROM temp.report_pair), n * (n - 1) / 2))
  FROM temp.report_setting, (SELECT count(*) AS n FROM articles);

DROP TABLE temp.report_phrase;
DROP TABLE temp.report_run;
DROP TABLE temp.report_pair;
DROP TABLE temp.report_sample;
DROP TABLE temp.report_setting;
