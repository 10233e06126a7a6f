.bail on
-- The longest phrases that two articles share; articles(id, name, body), any number.
--
--     sqlite3 -cmd ".load ./textsim" my.db ".read sql/report_phrases.sql"
--
-- A phrase has five words or more, or is a whole text, and is as long as it can be: the
-- words before it differ, and the words after it.  Words are compared as shingles() has
-- them, without case and punctuation; they are printed as the first of the articles
-- has them.

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
  SELECT RAISE(ABORT, 'report_phrases: each row of articles needs an id of its own, a whole number: make a new table with id INTEGER PRIMARY KEY, copy the rows and rename it');
END;
INSERT INTO temp.report_check
SELECT a.id FROM temp.report_article a
 WHERE EXISTS (SELECT 1 FROM pragma_index_list('articles') WHERE origin = 'pk')
    OR NOT EXISTS (SELECT 1 FROM pragma_table_xinfo('articles')
                    WHERE lower(name) = 'id' AND upper(type) = 'INTEGER' AND pk)
 GROUP BY a.id HAVING count(*) > 1 OR typeof(a.id) <> 'integer' LIMIT 1;
DROP TABLE temp.report_check;

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
  FROM (SELECT id, fingerprint(body) AS fingerprint FROM temp.report_article)
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
  FROM (SELECT count(*) AS n FROM temp.report_article), (SELECT count(*) AS n_text FROM temp.report_text);

-- The longest that are in two different texts, and whole texts that more than one
-- article has.  Passages without a gap are such phrases; of two that overlap in the
-- first text the longer one is whole, and the other what is left of it.
DROP TABLE IF EXISTS temp.report_phrase;
CREATE TEMP TABLE report_phrase(a INTEGER, b INTEGER, words INTEGER, phrase TEXT, words_hash INTEGER);
INSERT INTO temp.report_phrase(a, b, words, phrase)
SELECT p.a, p.b, found.words, a_text
  FROM temp.report_candidate p CROSS JOIN temp.report_article a ON a.id = p.a
                               CROSS JOIN temp.report_article b ON b.id = p.b,
       textsim_passages(a.body, b.body, 'k=5, min_words=5, max_gap=0') found;
INSERT INTO temp.report_phrase(a, b, words, phrase)
SELECT s.id, s.id, count(*), substr(body, min(start), max(start + length) - min(start))
  FROM temp.report_set s CROSS JOIN temp.report_article USING(id), textsim_tokens(body)
 WHERE size > 1 GROUP BY s.id;
DELETE FROM temp.report_phrase
 WHERE words < (SELECT words FROM temp.report_phrase ORDER BY words DESC
                 LIMIT 1 OFFSET (SELECT 20 * list FROM temp.report_setting));
UPDATE temp.report_phrase SET words_hash = fingerprint(phrase);

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
       iif(NOT shown GLOB '*[' || char(1, 45, 31, 127, 45, 0x9F, 0x2028, 45, 0x202E, 0x2066, 45, 0x2069) || ']*', shown, (
         WITH RECURSIVE letter(n, c) AS (
           SELECT 1, substr(shown, 1, 1) UNION ALL
           SELECT n + 1, substr(shown, n + 1, 1) FROM letter WHERE n < length(shown))
         SELECT group_concat(iif(c GLOB '[' || char(1, 45, 31, 127, 45, 0x9F, 0x2028, 45, 0x202E, 0x2066, 45, 0x2069) || ']', ' ', c), '')
           FROM letter)) AS phrase
  FROM (SELECT phrase.words AS words, ids,
               iif(length(text) <= 60, text, rtrim(head, replace(head, ' ', '')) || '…'
                   || substr(tail, instr(tail, ' '))) AS shown
          FROM phrase JOIN holders USING(words_hash) JOIN ends USING(words_hash)
         ORDER BY phrase.words DESC, ids LIMIT (SELECT list FROM temp.report_setting));
.headers off
.mode list
SELECT CASE WHEN pairs = 0 THEN 'There are no pairs to compare.'
            WHEN pairs = 1 THEN 'The one pair was compared.'
            WHEN compared = pairs THEN printf('All %d pairs were compared.', pairs)
            ELSE printf('%d of %d pairs were compared: those that share most (see the script).',
                        compared, pairs) END
  FROM temp.report_count;

DROP TABLE temp.report_phrase;
DROP TABLE temp.report_count;
DROP TABLE temp.report_candidate;
DROP TABLE temp.report_set;
DROP TABLE temp.report_text;
DROP TABLE temp.report_setting;
DROP VIEW temp.report_article;
