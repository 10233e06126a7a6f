.bail on
-- What articles took from each other, passage by passage; articles(id, name, body), any
-- number.
--
--     sqlite3 -cmd ".load ./textsim" my.db ".read sql/report_passages.sql"
--
-- For two articles alone, by their names:
--
--     sqlite> .parameter set :a "'2024/first.txt'"
--     sqlite> .parameter set :b "'2024/second.txt'"
--     sqlite> .read sql/report_passages.sql
--
--     words  of the passage that match
--     same   matching words of all, edits counted once: 100 % is word for word
--     at     the first character of the passage in each of the two, as substr() counts
--
-- Passages are those of textsim_passages(): in order or moved, with words replaced,
-- dropped, inserted or swapped.  The pairs that share most come first, and the
-- passages of each in the order of its first article.

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
  SELECT RAISE(ABORT, 'report_passages: each row of articles needs an id of its own, a whole number: make a new table with id INTEGER PRIMARY KEY, copy the rows and rename it');
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
CREATE TEMP TABLE report_setting(exhaustive, candidates, neighbours, closely, list, a, b);
CREATE TEMP TRIGGER report_setting_check BEFORE INSERT ON report_setting BEGIN
  SELECT RAISE(ABORT, 'report_passages: :a and :b are the names of two articles; only one of them is given')
   WHERE (NEW.a IS NULL) <> (NEW.b IS NULL);
  SELECT RAISE(ABORT, 'report_passages: no article has the name :a; both pairs of quotes belong to it: .parameter set :a "''2024/1.txt''"')
   WHERE NEW.a IS NOT NULL AND NOT EXISTS (SELECT 1 FROM temp.report_article WHERE name = NEW.a);
  SELECT RAISE(ABORT, 'report_passages: no article has the name :b; both pairs of quotes belong to it: .parameter set :b "''2024/1.txt''"')
   WHERE NEW.b IS NOT NULL AND NOT EXISTS (SELECT 1 FROM temp.report_article WHERE name = NEW.b);
END;
INSERT INTO temp.report_setting
SELECT exhaustive, candidates, neighbours, closely, list, :a, :b
  FROM (SELECT 100 AS exhaustive, 1000000 AS candidates, 10 AS neighbours, 2000 AS closely, 100 AS list);

-- One article stands for all with the same words in the same order, whatever their
-- case, punctuation and spacing: the first of them; not of two that are asked for.
-- Texts without words are left out: they have nothing in common with any other.
DROP TABLE IF EXISTS temp.report_text;
CREATE TEMP TABLE report_text(id INTEGER PRIMARY KEY, first INTEGER, place INTEGER);
INSERT INTO temp.report_text
SELECT id, min(id) OVER same, row_number() OVER same
  FROM (SELECT id, iif(a IS NULL OR fingerprint(body) IS NULL, fingerprint(body), id) AS fingerprint
          FROM temp.report_article, temp.report_setting WHERE a IS NULL OR name IN (a, b))
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
  FROM (SELECT count(*) AS n FROM temp.report_article, temp.report_setting WHERE a IS NULL OR name IN (a, b)), (SELECT count(*) AS n_text FROM temp.report_text);

DROP TABLE IF EXISTS temp.report_passage;
CREATE TEMP TABLE report_passage(a INTEGER, b INTEGER, a_start INTEGER, b_start INTEGER,
                                 words INTEGER, identity REAL, text TEXT);
INSERT INTO temp.report_passage
SELECT c.a, c.b, a_start, b_start, words, identity,
       trim(replace(replace(replace(a_text, char(13), ' '), char(10), ' '), '  ', ' '))
  FROM temp.report_candidate c CROSS JOIN temp.report_article x ON x.id = c.a CROSS JOIN temp.report_article y ON y.id = c.b,
       textsim_passages(x.body, y.body);

.headers on
.mode box
WITH pair(a, b, shared) AS (SELECT a, b, sum(words) FROM temp.report_passage GROUP BY a, b)
SELECT p.a || ' ' || CASE WHEN length(x.label) <= 12 THEN x.label ELSE substr(x.label, 1, 11) || '…' END AS article,
       printf('%6d', a_start) AS at,
       p.b || ' ' || CASE WHEN length(y.label) <= 12 THEN y.label ELSE substr(y.label, 1, 11) || '…' END AS other,
       printf('%6d', b_start) AS "at ",
       printf('%5d', words) AS words,
       printf('%3d %%', CAST(100 * identity AS INTEGER)) AS same,
       iif(NOT shown GLOB '*[' || char(1, 45, 31, 127, 45, 0x9F, 0x2028, 45, 0x202E, 0x2066, 45, 0x2069) || ']*', shown, (
         WITH RECURSIVE letter(n, c) AS (
           SELECT 1, substr(shown, 1, 1) UNION ALL
           SELECT n + 1, substr(shown, n + 1, 1) FROM letter WHERE n < length(shown))
         SELECT group_concat(iif(c GLOB '[' || char(1, 45, 31, 127, 45, 0x9F, 0x2028, 45, 0x202E, 0x2066, 45, 0x2069) || ']', ' ', c), '')
           FROM letter)) AS passage
  FROM (SELECT *, CASE WHEN length(text) <= 34 THEN text
                       ELSE rtrim(substr(text, 1, 20)) || '…' || ltrim(substr(text, -13)) END AS shown
          FROM temp.report_passage) p
  JOIN pair USING(a, b) JOIN temp.report_article x ON x.id = p.a JOIN temp.report_article y ON y.id = p.b
 ORDER BY shared DESC, p.a, p.b, a_start LIMIT (SELECT list FROM temp.report_setting);
.headers off
.mode list
SELECT printf('These are the first %d of %d passages.', list, n)
  FROM (SELECT count(*) AS n FROM temp.report_passage), temp.report_setting WHERE n > list;
SELECT 'No passages.' WHERE NOT EXISTS (SELECT 1 FROM temp.report_passage);
SELECT printf('Left out: %d with the same words as an earlier article.', n)
  FROM (SELECT count(*) AS n FROM temp.report_text WHERE id <> first) WHERE n > 0;
SELECT CASE WHEN pairs = 0 THEN 'There are no pairs to compare.'
            WHEN pairs = 1 THEN 'The one pair was compared.'
            WHEN compared = pairs THEN printf('All %d pairs were compared.', pairs)
            ELSE printf('%d of %d pairs were compared: those that share most (see the script).',
                        compared, pairs) END
  FROM temp.report_count;

DROP TABLE temp.report_passage;
DROP TABLE temp.report_count;
DROP TABLE temp.report_candidate;
DROP TABLE temp.report_set;
DROP TABLE temp.report_text;
DROP TABLE temp.report_setting;
DROP VIEW temp.report_article;
