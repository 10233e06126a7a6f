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
  SELECT RAISE(ABORT, 'report_derivation: each row of articles needs an id of its own, a whole number: make a new table with id INTEGER PRIMARY KEY, copy the rows and rename it');
END;
INSERT INTO temp.report_check
SELECT a.id FROM temp.report_article a
 WHERE EXISTS (SELECT 1 FROM pragma_index_list('articles') WHERE origin = 'pk')
    OR NOT EXISTS (SELECT 1 FROM pragma_table_xinfo('articles')
                    WHERE lower(name) = 'id' AND upper(type) = 'INTEGER' AND pk)
 GROUP BY a.id HAVING count(*) > 1 OR typeof(a.id) <> 'integer' LIMIT 1;
DROP TABLE temp.report_check;

-- The verdicts, in this order: the first whose minima are all met.
--   more, less  share of an article's phrases (runs of five words) that are in the
--               other: of the article that has the larger such share, and of the
--               one that has the smaller
--   run, runs   words of the longest run of words that is in both, and number of
--               such runs, of five words or more, none in another one
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
 (4, 'borrowing',  0.00, 0.00, 60, 0, 1, 'own text, with a paragraph that is in the other'),
 (5, 'rewrite',   0.33, 0.00,  0, 5, 1, 'much is in the other, edited throughout'),
 (6, 'quotation', 0.00, 0.00, 15, 0, 1, 'own text, with a sentence that is in the other'),
 (7, 'related',   0.00, 0.00,  0, 0, 3, 'own text, with some of the same phrases'),
 (8, 'unrelated', 0.00, 0.00,  0, 0, 0, 'no more in common than any two texts');

-- Up to 'exhaustive' different texts all pairs are compared.  Beyond it, pairs that
-- share one of a sample of the phrases: one in four, so that a pair with 16 rare
-- phrases in common is found with a probability of 0.99, one with 40 with 0.99999.
-- Of the pairs that share only boilerplate, which very many have, some are found.
DROP TABLE IF EXISTS temp.report_setting;
CREATE TEMP TABLE report_setting AS
SELECT 1000 AS exhaustive, 3000000 AS candidates, 10 AS neighbours, 50000 AS all_runs, 100 AS list;

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
CREATE TEMP TABLE report_set(id INTEGER PRIMARY KEY, label TEXT, size INTEGER, n INTEGER, shingles BLOB);
INSERT INTO temp.report_set(id, label, size, shingles)
SELECT id, label, size, shingle_set(body)
  FROM (SELECT first AS id, count(*) AS size FROM temp.report_text GROUP BY first)
  CROSS JOIN temp.report_article USING(id);
UPDATE temp.report_set SET n = sketch_info(shingles) ->> '$.shingles';

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

-- The pairs that have anything in common; a is the one that lies more in b.  Where a
-- is b, these are the pairs of articles with the same words.
DROP TABLE IF EXISTS temp.report_pair;
CREATE TEMP TABLE report_pair(a INTEGER, b INTEGER, a_in_b REAL, b_in_a REAL, shared INTEGER,
                              run INTEGER, runs INTEGER, rank INTEGER, could_be INTEGER,
                              pairs INTEGER);
INSERT INTO temp.report_pair(a, b, a_in_b, b_in_a, shared, run, runs, pairs)
SELECT id, id, 1.0, 1.0, n, (SELECT count(*) FROM textsim_tokens(body)), 1, size * (size - 1) / 2
  FROM temp.report_set CROSS JOIN temp.report_article USING(id) WHERE size > 1;
INSERT INTO temp.report_pair(a, b, a_in_b, b_in_a, shared, pairs)
SELECT iif(n_a <= n_b, a, b), iif(n_a <= n_b, b, a),
       shared / min(n_a, n_b), shared / max(n_a, n_b), shared, pairs
  FROM (SELECT a, b, x.n AS n_a, y.n AS n_b, x.size * y.size AS pairs,
               round(containment(x.shingles, y.shingles) * x.n) AS shared
          FROM temp.report_candidate CROSS JOIN temp.report_set x ON x.id = a
                                     CROSS JOIN temp.report_set y ON y.id = b)
 WHERE shared > 0;

-- The verdict as it is without runs, and the one that they could make of it.
UPDATE temp.report_pair SET
  rank = (SELECT min(rank) FROM temp.report_verdict v
           WHERE a_in_b >= more AND b_in_a >= less AND report_pair.shared >= v.shared
             AND v.run = 0 AND v.runs = 0),
  could_be = (SELECT min(rank) FROM temp.report_verdict v
               WHERE a_in_b >= more AND b_in_a >= less AND report_pair.shared >= v.shared
                 AND report_pair.shared >= v.run - 4);

-- The runs: passages without a gap.  Of runs that overlap in the first article the
-- longer one counts, and of the other what is left of it, if that is five words: a
-- sentence that is in both is one run, however often it is repeated in the other.
-- That takes longest, some thousand pairs a second, so they are only looked for where
-- the verdict depends on them (of very many such pairs, in the 'all_runs' that share
-- most), and in pairs that are listed.
UPDATE temp.report_pair SET (run, runs) = (
  SELECT coalesce(max(words), 0), count(*)
    FROM temp.report_article x, temp.report_article y,
         textsim_passages(x.body, y.body, 'k=5, min_words=5, max_gap=0')
   WHERE x.id = report_pair.a AND y.id = report_pair.b)
 WHERE run IS NULL AND rowid IN (
   SELECT * FROM (SELECT rowid FROM temp.report_pair WHERE could_be < rank
                   ORDER BY shared DESC, rowid LIMIT (SELECT all_runs FROM temp.report_setting))
    UNION ALL
   SELECT * FROM (SELECT rowid FROM temp.report_pair
                   WHERE could_be = rank AND rank < (SELECT max(rank) FROM temp.report_verdict)
                   ORDER BY rank, a_in_b DESC, b_in_a DESC, a, b
                   LIMIT (SELECT list FROM temp.report_setting)));
UPDATE temp.report_pair SET rank = (
  SELECT min(rank) FROM temp.report_verdict v
   WHERE report_pair.run IS NOT NULL
     AND a_in_b >= more AND b_in_a >= less AND report_pair.shared >= v.shared
     AND report_pair.run >= v.run AND report_pair.runs >= v.runs)
 WHERE could_be < rank;

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

.headers on
.mode box
SELECT verdict, printf('%8d', pairs) AS pairs, meaning
  FROM (SELECT v.rank, verdict, meaning,
               iif(v.rank < (SELECT max(rank) FROM temp.report_verdict), coalesce(sum(pairs), 0),
                   (SELECT compared FROM temp.report_count)
                   - (SELECT coalesce(sum(pairs), 0) FROM temp.report_pair
                       WHERE rank IS NULL
                          OR rank < (SELECT max(rank) FROM temp.report_verdict))) AS pairs
          FROM temp.report_verdict v LEFT JOIN temp.report_pair USING(rank) GROUP BY v.rank
         UNION ALL
        SELECT 100, '(undecided)', 'not looked at closely: they share least', pairs
          FROM (SELECT sum(pairs) AS pairs FROM temp.report_pair WHERE rank IS NULL) WHERE pairs > 0
         UNION ALL
        SELECT 101, '(not compared)', 'no phrase of the sample in common, or only boilerplate',
               pairs - compared
          FROM temp.report_count WHERE pairs > compared)
 ORDER BY rank;
SELECT verdict,
       a || ' ' || iif(length(x.label) <= 24, x.label, '…' || substr(x.label, -23)) AS article,
       printf('%3d %%', round(100 * a_in_b)) AS "is in",
       b || ' ' || iif(length(y.label) <= 24, y.label, '…' || substr(y.label, -23)) AS other,
       printf('%3d %%', round(100 * b_in_a)) AS back,
       iif(run > 0, printf('%5d', run), '') AS run
  FROM (SELECT rank, a_in_b, b_in_a, run, x.id AS a, y.id AS b
          FROM (SELECT * FROM temp.report_pair
                 WHERE rank < (SELECT max(rank) FROM temp.report_verdict)
                 ORDER BY rank, a_in_b DESC, b_in_a DESC, a, b LIMIT (SELECT list FROM temp.report_setting)) p
          CROSS JOIN temp.report_text x ON x.first = p.a CROSS JOIN temp.report_text y ON y.first = p.b
         WHERE x.place <= (SELECT list FROM temp.report_setting)
           AND y.place <= (SELECT list + 1 FROM temp.report_setting)
           AND (p.a <> p.b OR x.id < y.id)
         ORDER BY rank, a_in_b DESC, b_in_a DESC, p.a, p.b, x.id, y.id
         LIMIT (SELECT list FROM temp.report_setting))
  JOIN (SELECT rank, verdict FROM temp.report_verdict) USING(rank)
  CROSS JOIN temp.report_article x ON x.id = a CROSS JOIN temp.report_article y ON y.id = b
 ORDER BY rank, a_in_b DESC, b_in_a DESC, a, b;
.headers off
.mode list
SELECT 'is in: how much of the article is in the other; back: of the other in the article;';
SELECT 'run: how many words in a row are the same.';
SELECT printf('These are the first %d of %d pairs that have a verdict other than unrelated.', list, n)
  FROM temp.report_setting, (SELECT sum(pairs) AS n FROM temp.report_pair
                              WHERE rank < (SELECT max(rank) FROM temp.report_verdict))
 WHERE n > list;
SELECT CASE WHEN pairs = 0 THEN 'There are no pairs to compare.'
            WHEN pairs = 1 THEN 'The one pair was compared.'
            WHEN compared = pairs THEN printf('All %d pairs were compared.', pairs)
            ELSE printf('%d of %d pairs were compared: those that share a phrase of a sample (see the script).',
                        compared, pairs) END
  FROM temp.report_count;

-- For further questions on this connection these stay: temp.report_pair, with all
-- pairs that have anything in common (of different texts; 'pairs' says how many pairs
-- of articles that is), temp.report_text, which says which text an article has, and
-- temp.report_verdict.
DROP TABLE temp.report_count;
DROP TABLE temp.report_candidate;
DROP TABLE temp.report_set;
DROP TABLE temp.report_setting;
DROP VIEW temp.report_article;
