.bail on
-- All of it on one page: an HTML file that needs no network and runs no script, of
-- articles(id, name, body), any number; title and a date are shown if they are there.
--
--     sqlite3 -cmd ".load ./textsim" my.db ".read sql/report_page.sql" >report.html
--
-- In a shell that is open: .output report.html, then .read it, then .output.

.headers off
.mode list
-- What a page that was not finished left behind.
DROP VIEW IF EXISTS temp.report_source; DROP TABLE IF EXISTS temp.report_control; DROP TABLE IF EXISTS temp.report_check; DROP TABLE IF EXISTS temp.report_article;
DROP TABLE IF EXISTS temp.report_limit; DROP TABLE IF EXISTS temp.report_inference; DROP TABLE IF EXISTS temp.report_verdict; DROP TABLE IF EXISTS temp.report_setting;
DROP TABLE IF EXISTS temp.report_text; DROP TABLE IF EXISTS temp.report_set; DROP TABLE IF EXISTS temp.report_sample; DROP TABLE IF EXISTS temp.report_finder;
DROP TABLE IF EXISTS temp.report_candidate; DROP TABLE IF EXISTS temp.report_pair; DROP TABLE IF EXISTS temp.report_doc; DROP TABLE IF EXISTS temp.report_link;
DROP TABLE IF EXISTS temp.report_mark; DROP TABLE IF EXISTS temp.report_new; DROP TABLE IF EXISTS temp.report_cut; DROP TABLE IF EXISTS temp.report_piece;
DROP TABLE IF EXISTS temp.report_count; DROP TABLE IF EXISTS temp.report_row; DROP TABLE IF EXISTS temp.report_tree; DROP TABLE IF EXISTS temp.report_node;

-- Control characters, which a page cannot hold, as JSON has them; the last of them only
-- where a text is to be on one line.
CREATE TEMP TABLE report_control(n INTEGER PRIMARY KEY, json TEXT);
INSERT INTO temp.report_control
WITH RECURSIVE number(n) AS (SELECT 0 UNION ALL SELECT n + 1 FROM number WHERE n < 73)
SELECT n, CASE WHEN n < 32 THEN printf('\u%04x', n) WHEN n < 65 THEN char(95 + n)
               WHEN n < 67 THEN char(65469 + n) WHEN n < 72 THEN '\' || substr('bfnrt', n - 66, 1)
               ELSE char(8160 + n) END FROM number;

-- What is read of articles, whatever other columns it has.  A column that is missing
-- is found as the NULL of the same name further out.
CREATE TEMP VIEW report_source(id, name, title, date, body) AS
SELECT o.id, CAST(o.name AS TEXT), (SELECT CAST(title AS TEXT) FROM articles i WHERE i.id = o.id),
       (SELECT coalesce(date, published, published_at, publish_date, pubdate, created, created_at)
          FROM articles i WHERE i.id = o.id), CAST(o.body AS TEXT)
  FROM (SELECT id, name, body, NULL AS title, NULL AS date, NULL AS published, NULL AS published_at,
               NULL AS publish_date, NULL AS pubdate, NULL AS created, NULL AS created_at
          FROM articles) AS o;
CREATE TEMP TABLE report_check(id);
CREATE TEMP TRIGGER report_check_id BEFORE INSERT ON report_check BEGIN
  SELECT RAISE(ABORT, 'report_page: each row of articles needs an id of its own, a whole number: make a new table with id INTEGER PRIMARY KEY, copy the rows and rename it');
END;
INSERT INTO temp.report_check
SELECT a.id FROM temp.report_source a
 WHERE EXISTS (SELECT 1 FROM pragma_index_list('articles') WHERE origin = 'pk')
    OR NOT EXISTS (SELECT 1 FROM pragma_table_xinfo('articles')
                    WHERE lower(name) = 'id' AND upper(type) = 'INTEGER' AND pk)
 GROUP BY a.id HAVING count(*) > 1 OR typeof(a.id) <> 'integer' LIMIT 1;
DROP TABLE temp.report_check;
-- A date is a day or a time as SQLite reads it, the first part of one, a number of seconds
-- or milliseconds since 1970, 20240229[120000] or what feeds have: Thu, 29 Feb 2024 12:00:00 GMT.
CREATE TEMP TABLE report_article(id INTEGER PRIMARY KEY, name TEXT, title TEXT, date TEXT, day REAL, body TEXT);
INSERT INTO temp.report_article
SELECT id, name, title, CAST(date AS TEXT),
       CASE WHEN d GLOB '[0-9][0-9][0-9][0-9]' THEN julianday(d || '-01-01')
            WHEN d GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]' THEN julianday(d || '-01')
            WHEN d GLOB '[12][0-9][0-9][0-9][01][0-9][0-3][0-9]*' AND length(d) IN (8, 14) THEN
              julianday(substr(d, 1, 4) || '-' || substr(d, 5, 2) || '-' || substr(d, 7, 2)
                        || iif(length(d) = 14, ' ' || substr(d, 9, 2) || ':' || substr(d, 11, 2) || ':' || substr(d, 13), ''))
            WHEN d GLOB '[0-9]*' AND CAST(d AS INTEGER) > 99999999999 THEN julianday(CAST(d AS INTEGER) / 1000, 'unixepoch')
            WHEN d GLOB '[0-9]*' THEN coalesce(julianday(d, 'auto'), julianday(substr(d, 1, 19)), julianday(substr(d, 1, 10)))
            WHEN d GLOB '[A-Z][a-z][a-z], [0-9][0-9] [A-Z][a-z][a-z] [0-9][0-9][0-9][0-9] *' THEN
              julianday(printf('%s-%02d-%s %s', substr(d, 13, 4), (instr('JanFebMarAprMayJunJulAugSepOctNovDec', substr(d, 9, 3)) + 2) / 3,
                               substr(d, 6, 2), substr(d, 18, 8))) END, body
  FROM (SELECT *, iif(date GLOB '[A-Z][a-z][a-z], [0-9] *', substr(date, 1, 5) || '0' || substr(date, 6), replace(date, '/', '-')) AS d
          FROM temp.report_source);
DROP VIEW temp.report_source;
-- Controls become spaces; few texts have any.
UPDATE temp.report_article SET (title, name, date, body) = (
  WITH RECURSIVE clean(n, line, text) AS (
    SELECT 0, replace(json_array(title, name, date), '\\', '\u005c'),
           iif(instr(CAST(body AS BLOB), x'00') OR body GLOB '*[' || char(1, 45, 8, 11, 12, 14, 45, 31, 127, 45, 159, 65534, 65535) || ']*',
               replace(json_quote(body), '\\', '\u005c'), NULL)
    UNION ALL
    SELECT c.n + 1, replace(line, json, ' '), iif(c.n < 69, replace(text, json, ' '), text) FROM clean c JOIN temp.report_control r ON r.n = c.n)
  SELECT trim(line ->> 0), trim(line ->> 1), trim(line ->> 2), coalesce(text ->> '$', body) FROM clean WHERE n = 74);

-- How much is on the page.  What is left out is said at its end.
CREATE TEMP TABLE report_limit AS SELECT
  40   AS map,        -- rows and columns of the heat map
  200  AS rows,       -- rows of a table, and articles in the trees
  10   AS family,     -- articles of one family before it is the turn of the next
  40   AS pairs,      -- pairs side by side
  200  AS marks,      -- passages that are marked in one of these, the longest
  6000 AS piece,      -- characters of a piece of text; of a longer one the middle is left out
  60   AS articles,   -- articles of which is shown what is only there
  12   AS stretches,  -- stretches of each, the longest, of 'new_words' words or more
  5    AS new_words,
  2000 AS closely;    -- pairs whose passages are looked for, those that share most

-- What is inferred.  A source is an earlier article with at least the verdict 'source';
-- the one that has most of the article, and of those that have nearly as much ('near')
-- the one with least else.  Down to the verdict 'kin' the two are drawn as one family;
-- a sentence in common may come from a third.
CREATE TEMP TABLE report_inference AS SELECT 'rewrite' AS kin, 'quotation' AS source, 0.02 AS near;

-- The verdicts, as in report_derivation.sql, which has the reasons.
CREATE TEMP TABLE report_verdict(rank INTEGER PRIMARY KEY, verdict, more, less, run, runs, shared, meaning);
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
-- share one of a sample of the phrases, as report_derivation.sql explains.
CREATE TEMP TABLE report_setting AS
SELECT 1000 AS exhaustive, 500000 AS candidates, 10 AS neighbours, 10000 AS all_runs;

-- One article stands for all with the same words in the same order: the earliest of them.
CREATE TEMP TABLE report_text AS
SELECT id, first_value(id) OVER (PARTITION BY fingerprint ORDER BY day IS NULL, day, id) AS first
  FROM (SELECT id, day, fingerprint(body) AS fingerprint FROM temp.report_article) WHERE fingerprint IS NOT NULL;
CREATE INDEX temp.report_text_first ON report_text(first);

CREATE TEMP TABLE report_set(id INTEGER PRIMARY KEY, size INTEGER, n INTEGER, shingles BLOB);
INSERT INTO temp.report_set(id, size, shingles)
SELECT id, size, shingle_set(body)
  FROM (SELECT first AS id, count(*) AS size FROM temp.report_text GROUP BY first)
  CROSS JOIN temp.report_article USING(id);
UPDATE temp.report_set SET n = sketch_info(shingles) ->> '$.shingles';

-- What finds pairs: the rarest phrases all pairs of the articles that have them, until
-- that makes 'candidates'; the common ones each article and its next 'neighbours'.
CREATE TEMP TABLE report_sample(hash INTEGER, id INTEGER, PRIMARY KEY(hash, id)) WITHOUT ROWID;
INSERT OR IGNORE INTO temp.report_sample
SELECT hash, s.id FROM temp.report_set s CROSS JOIN temp.report_article USING(id) CROSS JOIN textsim_shingles(body)
 WHERE (SELECT count(*) FROM temp.report_set) > (SELECT exhaustive FROM temp.report_setting)
   AND hash & 3 = 0;
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
DROP TABLE temp.report_finder; DROP TABLE temp.report_sample;

-- The pairs that have anything in common; a is the one that lies more in b.
CREATE TEMP TABLE report_pair(a INTEGER, b INTEGER, a_in_b REAL, b_in_a REAL, shared INTEGER,
                              run INTEGER, runs INTEGER, rank INTEGER, could_be INTEGER);
INSERT INTO temp.report_pair(a, b, a_in_b, b_in_a, shared)
SELECT iif(n_a <= n_b, a, b), iif(n_a <= n_b, b, a), shared / min(n_a, n_b), shared / max(n_a, n_b), shared
  FROM (SELECT a, b, x.n AS n_a, y.n AS n_b, round(containment(x.shingles, y.shingles) * x.n) AS shared
          FROM temp.report_candidate CROSS JOIN temp.report_set x ON x.id = a
                                     CROSS JOIN temp.report_set y ON y.id = b)
 WHERE shared > 0;
UPDATE temp.report_pair SET
  rank = (SELECT min(rank) FROM temp.report_verdict v
           WHERE a_in_b >= more AND b_in_a >= less AND report_pair.shared >= v.shared
             AND v.run = 0 AND v.runs = 0),
  could_be = (SELECT min(rank) FROM temp.report_verdict v
               WHERE a_in_b >= more AND b_in_a >= less AND report_pair.shared >= v.shared
                 AND report_pair.shared >= v.run - 4);
-- The runs are only looked for where the verdict depends on them.
UPDATE temp.report_pair SET (run, runs) = (
  SELECT coalesce(max(words), 0), count(*)
    FROM temp.report_article x, temp.report_article y,
         textsim_passages(x.body, y.body, 'k=5, min_words=5, max_gap=0')
   WHERE x.id = report_pair.a AND y.id = report_pair.b)
 WHERE rowid IN (SELECT rowid FROM temp.report_pair WHERE could_be < rank
                  ORDER BY shared DESC, rowid LIMIT (SELECT all_runs FROM temp.report_setting));
UPDATE temp.report_pair SET rank = (
  SELECT min(rank) FROM temp.report_verdict v
   WHERE report_pair.run IS NOT NULL AND a_in_b >= more AND b_in_a >= less AND report_pair.shared >= v.shared
     AND report_pair.run >= v.run AND report_pair.runs >= v.runs)
 WHERE could_be < rank;

-- The articles, one for each text; what is printed of them is escaped.
CREATE TEMP TABLE report_doc(id INTEGER PRIMARY KEY, label TEXT, short TEXT, name TEXT, date TEXT, day REAL, words INTEGER, linked INTEGER,
  age INTEGER, parent INTEGER, in_parent REAL, kind INTEGER, root INTEGER, depth INTEGER, place INTEGER, late INTEGER, link INTEGER);
INSERT INTO temp.report_doc(id, label, short, name, date, day, words, linked)
WITH label AS (
  SELECT a.*, coalesce(nullif(title, ''), nullif(name, ''), 'Article ' || id) AS label FROM temp.report_set CROSS JOIN temp.report_article a USING(id)),
overlap AS (SELECT a, b FROM temp.report_pair WHERE rank < (SELECT max(rank) FROM temp.report_verdict))
SELECT id, highlight_passages(iif(length(label) <= 200, label, substr(label, 1, 199) || '…'), '', '', '', 'escape=html'),
       highlight_passages(iif(length(label) <= 34, label, rtrim(substr(label, 1, 33)) || '…'), '', '', '', 'escape=html'),
       highlight_passages(iif(length(coalesce(name, '')) <= 200, name, '…' || substr(name, -199)), '', '', '', 'escape=html'),
       highlight_passages(substr(date, 1, 40), '', '', '', 'escape=html'),
       day, (SELECT count(*) FROM textsim_tokens(body)), id IN (SELECT a FROM overlap UNION ALL SELECT b FROM overlap)
  FROM label;

-- What may be the source of what: an order of all, so that no two are each other's.
UPDATE temp.report_doc SET age = o.age
  FROM (SELECT d.id, row_number() OVER (ORDER BY day IS NULL, day, n DESC, d.id) AS age
          FROM temp.report_doc d JOIN temp.report_set s ON s.id = d.id) o
 WHERE o.id = report_doc.id;
WITH edge AS (
  SELECT rank, iif(x.age > y.age, a, b) AS child, iif(x.age > y.age, b, a) AS parent,
         iif(x.age > y.age, a_in_b, b_in_a) AS inside, iif(x.age > y.age, b_in_a, a_in_b) AS back
    FROM temp.report_pair JOIN temp.report_doc x ON x.id = a JOIN temp.report_doc y ON y.id = b
   WHERE rank <= (SELECT rank FROM temp.report_verdict, temp.report_inference WHERE verdict = source)),
best AS (SELECT *, max(inside) OVER (PARTITION BY child) AS most FROM edge),
choice AS (
  SELECT *, row_number() OVER (PARTITION BY child ORDER BY back DESC, inside DESC, parent) AS nth
    FROM best, temp.report_inference WHERE inside >= most - near)
UPDATE temp.report_doc SET parent = c.parent, in_parent = inside, kind = c.rank
  FROM choice c WHERE c.child = id AND nth = 1;
CREATE INDEX temp.report_doc_parent ON report_doc(parent);

-- The trees, the largest first, each from its root down.
WITH RECURSIVE up(id, root) AS (
  SELECT id, id FROM temp.report_doc WHERE parent IS NULL
  UNION ALL SELECT d.id, up.root FROM up JOIN temp.report_doc d ON d.parent = up.id)
UPDATE temp.report_doc SET root = up.root FROM up WHERE up.id = report_doc.id;
WITH RECURSIVE walk(depth, nth, id) AS (
  SELECT 0, row_number() OVER (ORDER BY count(*) DESC, max(linked) DESC, root), root
    FROM temp.report_doc GROUP BY root
  UNION ALL
  SELECT w.depth + 1, 1.0 * d.age / 1000000000 + d.kind, d.id FROM walk w JOIN temp.report_doc d ON d.parent = w.id
  ORDER BY 1 DESC, 2)
UPDATE temp.report_doc SET place = w.place, depth = w.depth
  FROM (SELECT id, depth, row_number() OVER () AS place FROM walk) w WHERE w.id = report_doc.id;
-- Where there is no room for all, no family takes it all.
UPDATE temp.report_doc SET late = nth > family
  FROM temp.report_limit, (SELECT id, row_number() OVER (PARTITION BY root ORDER BY place) AS nth FROM temp.report_doc) n WHERE n.id = report_doc.id;

-- The pairs with a verdict better than the last, numbered: those of an article and its
-- source first.  Their passages: in each side a row; k counts those that are marked in
-- the order of a.
CREATE TEMP TABLE report_link(n INTEGER PRIMARY KEY, a INTEGER, b INTEGER, a_in_b REAL, b_in_a REAL, rank INTEGER);
INSERT INTO temp.report_link
SELECT row_number() OVER (ORDER BY x.parent IS NOT b AND y.parent IS NOT a, x.late OR y.late, rank, a_in_b DESC, b_in_a DESC, a, b),
       a, b, a_in_b, b_in_a, rank
  FROM temp.report_pair JOIN temp.report_doc x ON x.id = a JOIN temp.report_doc y ON y.id = b
 WHERE rank < (SELECT max(rank) FROM temp.report_verdict);
UPDATE temp.report_doc SET link = n FROM temp.report_link WHERE (a = id AND b = parent) OR (b = id AND a = parent);
CREATE TEMP TABLE report_mark AS
WITH passage AS MATERIALIZED (
  SELECT *, iif(big, row_number() OVER (PARTITION BY n, big ORDER BY a_start), NULL) AS k
    FROM (SELECT l.n, l.a, l.b, p.*,
                 row_number() OVER (PARTITION BY l.n ORDER BY p.words DESC, a_start) <= m.marks AS big
            FROM temp.report_limit m, temp.report_link l
           CROSS JOIN temp.report_article x ON x.id = l.a CROSS JOIN temp.report_article y ON y.id = l.b,
                 textsim_passages(x.body, y.body) p
           WHERE l.n <= m.closely))
SELECT n AS link, k, 'a' AS side, a AS doc, a_start AS start, a_length AS length, words, identity, substr(a_text, 1, 400) AS text FROM passage
 UNION ALL
SELECT n, k, 'b', b, b_start, b_length, words, identity, NULL FROM passage;
CREATE INDEX temp.report_mark_link ON report_mark(link, side, start); CREATE INDEX temp.report_mark_doc ON report_mark(doc, start);

-- What is in no passage that an article shares with another, which is not known to be
-- later: of such a one the passages are as if they were empty.
CREATE TEMP TABLE report_new AS
WITH covered AS (
  SELECT doc, start, max(start + length) OVER (PARTITION BY doc ORDER BY start, length) AS ends
    FROM (SELECT doc, iif(o.day > d.day, 1, start) AS start, iif(o.day > d.day, 0, length) AS length
            FROM temp.report_mark m JOIN temp.report_link l ON l.n = m.link JOIN temp.report_doc d ON d.id = doc
            JOIN temp.report_doc o ON o.id = iif(side = 'a', b, a))),
edge(doc, ends, next) AS (
  SELECT doc, ends, lead(start) OVER (PARTITION BY doc ORDER BY start, ends) FROM covered
  UNION ALL SELECT doc, 1, min(start) FROM covered GROUP BY doc),
gap AS (
  SELECT doc, ends AS start, coalesce(next, length(body) + 1) - ends AS length, body
    FROM edge CROSS JOIN temp.report_article ON report_article.id = doc)
SELECT doc, start, length, (SELECT count(*) FROM textsim_tokens(substr(gap.body, gap.start, gap.length))) AS words
  FROM gap WHERE length > 0;

-- The texts of the pairs that are shown, cut where a passage of the other begins or ends.
CREATE TEMP TABLE report_cut(link INTEGER, side TEXT, at INTEGER, PRIMARY KEY(link, side, at)) WITHOUT ROWID;
INSERT OR IGNORE INTO temp.report_cut
SELECT n, column1, 1 FROM temp.report_link, temp.report_limit, (VALUES ('a'), ('b')) WHERE n <= pairs
 UNION ALL
SELECT link, side, start + column1 * length FROM temp.report_mark, temp.report_limit, (VALUES (0), (1)) WHERE link <= pairs AND k;
CREATE TEMP TABLE report_piece(link INTEGER, side TEXT, at INTEGER, html TEXT, PRIMARY KEY(link, side, at)) WITHOUT ROWID;
WITH piece AS (
  SELECT c.link, c.side, at, substr(body, at, coalesce(lead(at) OVER text - at, length(body))) AS text,
         -- Passages may overlap in b: the first one has the piece, each a link where it starts.
         (SELECT min(k) FROM temp.report_mark m
           WHERE m.link = c.link AND m.side = c.side AND k AND start <= at AND start + length > at) AS k
    FROM temp.report_cut c JOIN temp.report_link l ON l.n = c.link
   CROSS JOIN temp.report_article ON report_article.id = iif(c.side = 'a', a, b)
  WINDOW text AS (PARTITION BY c.link, c.side ORDER BY at)),
shown AS (
  SELECT p.link, p.side, at, k,
         iif(length(text) <= piece, highlight_passages(text, '', '', '', 'escape=html'),
             highlight_passages(substr(text, 1, piece / 2), '', '', '', 'escape=html')
             || printf('<em class="cut"> … %d characters left out … </em>', length(text) - piece / 2 * 2)
             || highlight_passages(substr(text, -(piece / 2)), '', '', '', 'escape=html')) AS html,
         iif(p.side = 'a', 'b', 'a') AS other
    FROM piece p, temp.report_limit WHERE text <> '')
INSERT INTO temp.report_piece
SELECT s.link, s.side, at, iif(k IS NULL, html,
       coalesce((SELECT group_concat(tag, '') FROM (
                   SELECT printf('<a class="p c%d" id="p%d%s%d" href="#p%d%s%d"><sup>%d</sup>',
                                 m.k % 4, m.link, m.side, m.k, m.link, other, m.k, m.k) || iif(m.k = s.k, '', '</a>') AS tag, m.k = s.k AS last
                     FROM temp.report_mark m
                    WHERE m.link = s.link AND m.side = s.side AND m.k AND m.start = s.at
                    ORDER BY last, m.k)), '')
       || iif(EXISTS (SELECT 1 FROM temp.report_mark m
                       WHERE m.link = s.link AND m.side = s.side AND m.k = s.k AND m.start = at), '',
              printf('<a class="p c%d" href="#p%d%s%d">', s.k % 4, s.link, other, s.k))
       || html || '</a>')
  FROM shown s;

-- ---- the page ----------------------------------------------------------------------------

SELECT '<!DOCTYPE html>
<html lang="en" xmlns="http://www.w3.org/1999/xhtml">
<head><meta charset="utf-8" />
<meta http-equiv="Content-Security-Policy" content="default-src ''none''; style-src ''unsafe-inline''; img-src data:" />
<meta name="viewport" content="width=device-width, initial-scale=1" />
<meta name="color-scheme" content="light dark" />
<link rel="icon" href="data:," />
<title>What these articles share</title>
<style>
:root { --back: #fff; --text: #1c1e21; --soft: #555b64; --line: #c9ced6; --pane: #f6f7f9; --link: #0b57a4;
  --h1: #e4eef8; --h2: #b9d5ec; --h3: #7fb4db; --h4: #1f6cae; --h5: #08306b; --hi: #fff;
  --c0: #fdeea0; --c1: #cfe5fb; --c2: #fbd9c0; --c3: #c6efdf; --edge: #7a6a00; color-scheme: light dark }
@media screen and (prefers-color-scheme: dark) { :root { --back: #15181c; --text: #e8eaed; --soft: #aab1bb; --line: #3d444e;
  --pane: #1c2025; --link: #8cc2f5; --h1: #1a2b3d; --h2: #1f4468; --h3: #2b6598; --h4: #86bbe4; --h5: #d9eafa; --hi: #10151b;
  --c0: #4e4300; --c1: #153f64; --c2: #5b3216; --c3: #0f4d3c; --edge: #d8c55a } }
* { box-sizing: border-box } html { scroll-padding-top: 1rem } body { margin: 0 auto; max-width: 76rem; padding: 0 1rem 3rem; background: var(--back);
color: var(--text); font: 1rem/1.5 system-ui, sans-serif } h1 { font-size: 1.9rem; line-height: 1.2; margin: 1.5rem 0 .5rem } h2 { font-size: 1.4rem;
margin: 2.5rem 0 .5rem; padding-top: .75rem; border-top: 2px solid var(--line) } h3 { font-size: 1.1rem; margin: 1.75rem 0 .25rem; overflow-wrap: anywhere
} h4 { font-size: .95rem; margin: .5rem 0; overflow-wrap: anywhere } p, li { max-width: 46rem; overflow-wrap: anywhere } a { color: var(--link) }
a:focus-visible, [tabindex]:focus-visible, summary:focus-visible { outline: 3px solid var(--link); outline-offset: 2px } .skip { position: absolute; left:
-99rem } .skip:focus { left: 1rem; top: .5rem; background: var(--back); padding: .5rem } nav ul { display: flex; flex-wrap: wrap; gap: .25rem 1.25rem;
list-style: none; padding: 0; margin: .75rem 0 } nav a { display: inline-block; padding: .2rem 0 } .soft, small { color: var(--soft); font-size: .875rem }
.wide { overflow-x: auto; margin: .75rem 0 } table { border-collapse: collapse; font-size: .9rem } th, td { text-align: left; vertical-align: top; padding:
.35rem .9rem .35rem 0; border-bottom: 1px solid var(--line) } td.n, th.n { text-align: right; font-variant-numeric: tabular-nums } td.n { white-space:
nowrap } thead th { vertical-align: bottom; max-width: 9rem } tbody th { font-weight: 400 } .doc { min-width: 10rem; overflow-wrap: anywhere } .proof {
min-width: 18rem } q, blockquote { font-family: Georgia, serif } q, sup, .cut { unicode-bidi: isolate } tspan { unicode-bidi: plaintext } svg { font: 12px
system-ui, sans-serif } .wide > svg, .legend { display: block } .map { display: flex } .map svg { flex: none } .names { position: sticky; left: 0; width:
250px; background: var(--back) } .names div { font: 12px/24px system-ui, sans-serif; padding-right: 8px; overflow: hidden; text-overflow: ellipsis;
white-space: nowrap } .legend { max-width: 100%; height: auto } svg text { fill: var(--text) } svg .soft { fill: var(--soft); font-size: 11px } svg .n {
text-anchor: middle } .h0 { fill: var(--pane) } .h1 { fill: var(--h1) } .h2 { fill: var(--h2) } .h3 { fill: var(--h3) } .h4 { fill: var(--h4) } .h5 { fill:
var(--h5) } svg .t4, svg .t5 { fill: var(--hi) } @media screen and (prefers-color-scheme: dark) { svg .t4, svg .t5 { fill: #10151b } } .self { fill:
var(--back); stroke: var(--line) } .edge { fill: none; stroke: var(--text); stroke-width: 1.5 } .far { stroke-dasharray: 4 4 } .dot { fill: var(--h4);
stroke: var(--back) } .dot.root { fill: var(--text) } .sides { display: grid; grid-template-columns: repeat(2, minmax(0, 1fr)); gap: 0 1rem } .sides > div
{ display: grid; grid-row: span 2; grid-template-rows: subgrid } h4 { align-self: end } .text { background: var(--pane); border: 1px solid var(--line);
border-radius: 4px; padding: .6rem .8rem; max-height: 75vh; overflow: auto; white-space: pre-line; overflow-wrap: anywhere; unicode-bidi: plaintext; font:
.95rem/1.55 Georgia, serif; position: relative } a.p { color: var(--text); text-decoration: none; border-bottom: 2px solid var(--edge); padding: 1px 0 }
a.p sup { font: 700 .72rem/1 system-ui, sans-serif; padding: 0 .25em; text-decoration: underline } a.p:hover { text-decoration: underline } a.p {
scroll-margin-top: 4rem } a.p:target { outline: 3px solid var(--link); outline-offset: 1px } .c0 { background: var(--c0) } .c1 { background: var(--c1) }
.c2 { background: var(--c2) } .c3 { background: var(--c3) } .cut { color: var(--soft) } blockquote { margin: .5rem 0; padding: 0 0 0 .8rem; border-left:
3px solid var(--line); white-space: pre-line; overflow-wrap: anywhere; unicode-bidi: plaintext; max-width: 46rem } @media (max-width: 44rem) { .sides {
grid-template-columns: minmax(0, 1fr) } .text { max-height: 55vh } h1 { font-size: 1.5rem } .names { width: 8rem } .proof { min-width: 30rem } } @media
print { :root { color-scheme: light; font-size: 10pt } details::details-content { content-visibility: visible } nav, .skip { display: none } body {
max-width: none; padding: 0 } .sides > div { display: block } .map { zoom: var(--fit) } .text { max-height: none; overflow: visible } .wide { overflow:
visible } .wide > svg:only-child { max-width: 100%; height: auto } h2, h3, h4, h3 + p { break-after: avoid } svg, tr { break-inside: avoid } a.p, rect {
print-color-adjust: exact; -webkit-print-color-adjust: exact } }
</style></head>
<body><a class="skip" href="#main">Skip to the content</a>';

-- Numbers of the whole, for sentences.
CREATE TEMP TABLE report_count AS
SELECT n, n * (n - 1) / 2 AS pairs, n_text, n_set,
       n * (n - 1) / 2 - n_text * (n_text - 1) / 2
       + (SELECT coalesce(sum(size * (size - 1) / 2), 0) FROM temp.report_set)
       + (SELECT coalesce(sum(x.size * y.size), 0)
            FROM temp.report_candidate CROSS JOIN temp.report_set x ON x.id = a
                                       CROSS JOIN temp.report_set y ON y.id = b) AS compared,
       (SELECT count(*) FROM temp.report_link) AS links, (SELECT count(day) FROM temp.report_doc) AS days
  FROM (SELECT count(*) AS n FROM temp.report_article), (SELECT count(*) AS n_text FROM temp.report_text),
       (SELECT count(*) AS n_set FROM temp.report_set);

SELECT printf('<header><h1>What these articles share</h1>
<p>%d article%s, %d different text%s. %s %s</p></header>
<nav aria-label="Contents"><ul>
<li><a href="#measured">What is measured, what inferred</a></li><li><a href="#map">Overlap</a></li>
<li><a href="#families">Families</a></li><li><a href="#pairs">Side by side</a></li>
<li><a href="#new">What is new</a></li><li><a href="#articles">Articles</a></li><li><a href="#left-out">Left out</a></li>
</ul></nav>
<main id="main">', n, iif(n = 1, '', 's'), n_set, iif(n_set = 1, '', 's'),
         CASE WHEN pairs = 0 THEN 'There are no pairs to compare.'
              WHEN pairs = 1 THEN 'The one pair was compared.'
              WHEN compared = pairs THEN printf('All %d pairs were compared.', pairs)
              ELSE printf('%d of %d pairs were compared: those that share a phrase of a sample.', compared, pairs) END,
         CASE links WHEN 0 THEN 'None overlap.' WHEN 1 THEN 'One pair of texts overlaps.'
                    ELSE printf('%d pairs of texts overlap.', links) END)
  FROM temp.report_count;
SELECT '<section id="measured" aria-labelledby="measured-h"><h2 id="measured-h">What is measured, what inferred</h2>
<p><strong>Measured</strong>, exactly and the same on every machine: how much of one text is in another, as the share of its
five-word phrases; the passages, each with the place where it stands in both texts; what is in none of them.</p>
<p><strong>Inferred</strong>, by rules that can be wrong: the verdict on a pair, from the thresholds below; the likely source
of an article, which is the earlier article that has most of it and least else. ' ||
iif(days = 0, 'Earlier is here the longer text, as there are no dates: the words do not tell which was there first, so it may be the other way round.',
    printf('Earlier goes by the date, which %s; without one, or on the same, the longer text counts as earlier.',
           iif(days = n_set, 'every article has', printf('%d of %d texts have; those come first', days, n_set)))) ||
' A third text, not in this collection, may be the source of both.</p>
<details><summary>The verdicts</summary><div class="wide" role="group" aria-label="Table of the verdicts" tabindex="0"><table>
<thead><tr><th scope="col">Verdict</th><th scope="col">Meaning</th><th class="n" scope="col">Phrases of the one</th><th class="n" scope="col">Of the other</th><th class="n" scope="col">Words in a row</th><th class="n" scope="col">Runs</th><th class="n" scope="col">Pairs</th></tr></thead><tbody>' FROM temp.report_count;
SELECT printf('<tr><th scope="row">%s</th><td>%s</td><td class="n">%d %%</td><td class="n">%d %%</td><td class="n">%d</td><td class="n">%d</td><td class="n">%d</td></tr>',
         verdict, meaning, round(100 * more), round(100 * less), v.run, v.runs, count(l.n))
  FROM temp.report_verdict v LEFT JOIN temp.report_link l USING(rank)
 WHERE rank < (SELECT max(rank) FROM temp.report_verdict) GROUP BY rank ORDER BY rank;
SELECT '</tbody></table></div><p class="soft">Least numbers for each; the first verdict that fits is given. All else is “unrelated”.</p></details>
</section>';

-- The heat map: what hangs together stands together.
CREATE TEMP TABLE report_row(n INTEGER PRIMARY KEY, id INTEGER UNIQUE, short TEXT);
INSERT INTO temp.report_row(id, short)
SELECT id, short
  FROM (SELECT id, short, place FROM temp.report_doc, temp.report_limit WHERE linked OR (SELECT n_set FROM temp.report_count) <= map
         ORDER BY late, place LIMIT (SELECT map FROM temp.report_limit)) ORDER BY place;
SELECT '<section id="map" aria-labelledby="map-h"><h2 id="map-h">Overlap</h2>' || iif(n_set = 0, '<p>No articles to compare.</p>', '') FROM temp.report_count;
SELECT printf('<p>How much of the row’s article is in the column’s: per cent of its five-word phrases. Families stand together.</p>
<div class="wide map" role="group" aria-label="Heat map" tabindex="0" style="--fit: %.3f"><svg class="names" aria-hidden="true" height="%d">',
         min(1, 660.0 / (250 + w)), h) FROM (SELECT 34 * count(*) AS w, 26 + 34 * count(*) AS h FROM temp.report_row) WHERE w > 0;
SELECT printf('<foreignObject y="%d" width="100%%" height="24"><div>%d <bdi>%s</bdi></div></foreignObject>', 34 * n - 3, id, short)
  FROM temp.report_row ORDER BY n;
SELECT printf('</svg><svg role="img" aria-labelledby="map-t map-d" width="%d" height="%d" viewBox="0 0 %d %d">
<title id="map-t">Heat map of the overlap</title><desc id="map-d">%d articles against each other; the table below has the numbers of pairs that overlap.</desc>',
         w, h, w, h, n) FROM (SELECT 34 * count(*) AS w, 26 + 34 * count(*) AS h, count(*) AS n FROM temp.report_row) WHERE n > 0;
SELECT printf('<text class="n" x="%d" y="20"%s>%d</text><rect class="h0" x="0" y="%d" width="%d" height="32" /><rect class="self" x="%d" y="%d" width="32" height="32" />',
         34 * n - 17, iif(length(id) > 4, ' textLength="32" lengthAdjust="spacingAndGlyphs"', ''), id, 34 * n - 7, 34 * count(*) OVER () - 2, 34 * n - 33, 34 * n - 7)
  FROM temp.report_row ORDER BY n;
WITH cell(a, b, share) AS (SELECT a, b, a_in_b FROM temp.report_pair UNION ALL SELECT b, a, b_in_a FROM temp.report_pair),
value AS (SELECT a, b, 34 * y.n - 33 AS x, 34 * x.n - 7 AS y, CAST(round(100 * share) AS INTEGER) AS v
            FROM cell JOIN temp.report_row x ON x.id = a JOIN temp.report_row y ON y.id = b),
shade AS (SELECT *, (v >= 1) + (v >= 15) + (v >= 35) + (v >= 60) + (v >= 80) AS h FROM value)
SELECT printf('<g><title>%d in %d: %d %%</title><rect class="h%d" x="%d" y="%d" width="32" height="32" /><text class="n t%d" x="%d" y="%d">%d</text></g>',
         a, b, v, h, x, y, h, x + 16, y + 20, v)
  FROM shade ORDER BY y, x;
SELECT '</svg></div><svg class="legend" aria-hidden="true" width="346" height="22" viewBox="0 0 346 22">'
       || group_concat(printf('<rect class="h%d" x="%d" width="66" height="22" /><text class="n t%d" x="%d" y="15">%s</text>',
                              column1, 70 * column1 - 70, column1, 70 * column1 - 37, column2), '') || '</svg>'
  FROM (VALUES (1, '1–14 %'), (2, '15–34 %'), (3, '35–59 %'), (4, '60–79 %'), (5, '80–100 %')) WHERE EXISTS (SELECT 1 FROM temp.report_row);
SELECT printf('<h3>%s</h3>', iif(links > m.rows, printf('The first %d of %d pairs that overlap', m.rows, links), 'All pairs that overlap')) || '<div class="wide" role="group" aria-label="Table of pairs" tabindex="0"><table><thead><tr><th scope="col">Article</th><th class="n" scope="col">Of it in the other</th><th scope="col">Other</th><th class="n" scope="col">Of that in the first</th><th scope="col">Verdict</th><th class="n" scope="col">Passages</th></tr></thead><tbody>'
  FROM temp.report_count, temp.report_limit m WHERE links > 0;
SELECT printf('<tr><th class="doc" scope="row">%d <bdi>%s</bdi></th><td class="n">%d %%</td><td class="doc">%d <bdi>%s</bdi></td><td class="n">%d %%</td><td>%s</td><td class="n">%s</td></tr>',
         a, x.short, round(100 * a_in_b), b, y.short, round(100 * b_in_a),
         iif(l.n <= pairs, printf('<a href="#pair%d" aria-label="%s: %d and %d side by side">%s</a>', l.n, verdict, a, b, verdict), verdict),
         iif(l.n <= closely, (SELECT count(*) FROM temp.report_mark WHERE link = l.n AND side = 'a'), '–'))
  FROM temp.report_limit m, temp.report_link l JOIN (SELECT rank, verdict FROM temp.report_verdict) USING(rank)
  JOIN temp.report_doc x ON x.id = a JOIN temp.report_doc y ON y.id = b WHERE l.n <= m.rows ORDER BY l.n;
SELECT iif(links > 0, '</tbody></table></div>', '') || '</section>
<section id="families" aria-labelledby="families-h"><h2 id="families-h">Families</h2>
<p>Below each article those that likely come from it, as inferred. Solid lines: derived, by the verdict. Dashed lines: a sentence in common, which may come from elsewhere. Left over are the words in no passage of the source.</p>' FROM temp.report_count;

-- The trees: those with two articles or more, while they fit.
CREATE TEMP TABLE report_tree AS
SELECT row_number() OVER (ORDER BY min(place)) AS n, d.root, count(*) AS size,
       (SELECT count(*) FROM temp.report_doc e, temp.report_inference, temp.report_verdict v
         WHERE e.root = d.root AND verdict = kin AND e.kind <= v.rank) AS derived
  FROM temp.report_doc d GROUP BY d.root HAVING count(*) > 1;
CREATE TEMP TABLE report_node AS
SELECT n AS tree, 18 + 46 * (row_number() OVER (PARTITION BY n ORDER BY place) - 1) AS y, id,
       10 + CAST(min(26, 320.0 / max(1, max(depth) OVER (PARTITION BY n))) * depth AS INTEGER) AS x
  FROM (SELECT t.n, id, depth, place FROM temp.report_tree t JOIN temp.report_doc USING(root)
         ORDER BY late, place LIMIT (SELECT rows FROM temp.report_limit));
SELECT '<p>There are none: no article is derived from another, or quotes it.</p>' WHERE NOT EXISTS (SELECT 1 FROM temp.report_tree);
WITH tree AS (
  SELECT t.*, max(y) + 34 AS height, max(x) + 400 AS width, count(*) AS shown, x.label
    FROM temp.report_tree t JOIN temp.report_node n ON n.tree = t.n JOIN temp.report_doc x ON x.id = t.root GROUP BY t.n),
line AS (
  SELECT tree, -1 AS y, 0 AS part, printf('<h3>Family %d: %d articles, %s</h3>
<div class="wide" role="group" aria-label="Family %d as a tree" tabindex="0"><svg role="img" aria-labelledby="tree%d-t tree%d-d" width="%d" height="%d" viewBox="0 0 %d %d">
<title id="tree%d-t">Family %d</title><desc id="tree%d-d">A tree with %d at its root; the table below says the same.</desc>',
         tree, size, CASE derived WHEN 0 THEN 'which share sentences' WHEN size - 1 THEN 'derived from one'
                     ELSE printf('%d derived, %d sharing a sentence', derived, size - 1 - derived) END
         || iif(shown < size, printf('; %d of them here', shown), ''),
         tree, tree, tree, width, height, width, height, tree, tree, tree, root) AS html
    FROM (SELECT n AS tree, * FROM tree)
   UNION ALL
  SELECT n.tree, n.y, 1, iif(p.id IS NULL, '', printf('<path class="edge%s" d="M%d %dV%dH%d" />',
           iif(d.kind > (SELECT rank FROM temp.report_verdict, temp.report_inference WHERE verdict = kin), ' far', ''),
           p.x, p.y + 6, n.y, n.x))
         || printf('<circle class="dot%s" cx="%d" cy="%d" r="6" /><text x="%d" y="%d">%d <tspan>%s</tspan></text><text class="soft" x="%d" y="%d">%s</text>',
           iif(d.parent IS NULL, ' root', ''), n.x, n.y, n.x + 14, n.y + 4, d.id, d.short, n.x + 14, n.y + 20,
           iif(d.parent IS NULL, 'no earlier source here', printf('%s: %d %% of it in %d', verdict, round(100 * d.in_parent), d.parent))
           || iif(s.size > 1, printf('; %d more with the same words', s.size - 1), ''))
    FROM temp.report_node n JOIN temp.report_doc d ON d.id = n.id JOIN temp.report_set s ON s.id = d.id
    LEFT JOIN temp.report_node p ON p.id = d.parent LEFT JOIN (SELECT rank, verdict FROM temp.report_verdict) v ON v.rank = d.kind
   UNION ALL
  SELECT n, 1e9, 0, '</svg></div><div class="wide" role="group" aria-label="Family ' || n || ' as a table" tabindex="0"><table><thead><tr><th scope="col">Article</th><th scope="col">Likely source</th><th scope="col">Verdict</th><th class="n" scope="col">Of it in the source</th><th class="n" scope="col">Left over</th><th scope="col">Proof: the longest passage</th></tr></thead><tbody>'
    FROM tree
   UNION ALL
  SELECT n.tree, 1e9 + n.y, 1, printf('<tr><th class="doc" scope="row">%d <bdi>%s</bdi></th><td class="doc">%d <bdi>%s</bdi></td><td>%s</td><td class="n">%d %%</td><td class="n">%d %%</td><td class="proof">%s</td></tr>',
           d.id, d.short, d.parent, p.short, iif(d.link <= m.pairs, printf('<a href="#pair%d" aria-label="%s: %d and %d side by side">%s</a>', d.link, verdict, d.id, d.parent, verdict), verdict),
           round(100 * d.in_parent), round(100 * (1 - coverage(x.body, y.body))),
           coalesce((SELECT printf('%d words, %d %% the same: <q>%s</q>', words, CAST(100 * identity AS INTEGER),
                       highlight_passages(iif(length(text) <= 160, text, rtrim(substr(text, 1, 159)) || '…'), '', '', '', 'escape=html'))
                       FROM temp.report_mark WHERE link = d.link AND side = 'a' ORDER BY words DESC, start LIMIT 1), '–'))
    FROM temp.report_node n JOIN temp.report_doc d ON d.id = n.id JOIN temp.report_doc p ON p.id = d.parent
   CROSS JOIN temp.report_article x ON x.id = d.id CROSS JOIN temp.report_article y ON y.id = d.parent,
         temp.report_limit m, (SELECT rank, verdict FROM temp.report_verdict) v WHERE v.rank = d.kind
   UNION ALL SELECT n, 2e9, 0, '</tbody></table></div>' FROM tree)
SELECT html FROM line ORDER BY tree, y, part;
SELECT '<h3>The same words</h3><ul>' WHERE EXISTS (SELECT 1 FROM temp.report_set WHERE size > 1);
SELECT printf('<li>%d <bdi>%s</bdi>: the same as ', d.id, d.label) || (SELECT group_concat(id, ', ') FROM (
         SELECT id FROM temp.report_text WHERE first = d.id AND id <> first ORDER BY id LIMIT (SELECT map FROM temp.report_limit)))
       || iif(size - 1 > map, printf(' and %d more', size - 1 - map), '') || '</li>'
  FROM temp.report_limit m, temp.report_doc d JOIN temp.report_set s ON s.id = d.id WHERE size > 1
 ORDER BY size DESC, d.id LIMIT (SELECT rows FROM temp.report_limit);
SELECT iif(n_text > n_set, '</ul>', '') || '</section>
<section id="pairs" aria-labelledby="pairs-h"><h2 id="pairs-h">Side by side</h2>' ||
iif(links > 0, '<p>Shared passages are marked; each is a link to its other side, and has the number of it. They may be edited or moved.' ||
iif(links > m.pairs, printf(' Of %d pairs these are the first %d, those of an article and its likely source before others.', links, m.pairs), '') || '</p>',
'<p>No pair overlaps.</p>') FROM temp.report_count, temp.report_limit m;
WITH head AS (
  SELECT l.n, printf('<article id="pair%d" aria-labelledby="pair%d-h"><h3 id="pair%d-h">%d and %d: %s</h3>
<p>By phrases, %d %% of %d is in %d, and %d %% of %d in %d. %s</p>
<div class="sides">', l.n, l.n, l.n, a, b, verdict, round(100 * a_in_b), a, b, round(100 * b_in_a), b, a,
         (SELECT CASE count(*) WHEN 0 THEN 'No passage of eight words or more is shared.' WHEN 1 THEN 'One passage is shared.'
                 ELSE printf('%d passages are shared%s.', count(*),
                        iif(count(*) > count(k), printf(', of which the longest %d are marked', count(k)), '')) END
            FROM temp.report_mark WHERE link = l.n AND side = 'a')) AS html
    FROM temp.report_limit m, temp.report_link l JOIN (SELECT rank, verdict FROM temp.report_verdict) USING(rank)
   WHERE l.n <= m.pairs),
part(n, side, html) AS (
  SELECT n, '', html FROM head
   UNION ALL
  SELECT l.n, s.side, printf('<div><h4>%d <bdi>%s</bdi></h4><div class="text" role="group" aria-label="Text of %d, beside %d" tabindex="0">',
           d.id, d.label, d.id, iif(s.side = 'a', b, a))
         || (SELECT group_concat(html, '') FROM (
               SELECT html FROM temp.report_piece WHERE link = l.n AND side = s.side ORDER BY at))
         || '</div></div>'
    FROM temp.report_limit m, temp.report_link l, (SELECT 'a' AS side UNION ALL SELECT 'b') s
    JOIN temp.report_doc d ON d.id = iif(s.side = 'a', a, b) WHERE l.n <= m.pairs
   UNION ALL SELECT n, 'c', '</div></article>' FROM head)
SELECT html FROM part ORDER BY n, side;

SELECT '</section>
<section id="new" aria-labelledby="new-h"><h2 id="new-h">What is new</h2>
<p>Of each article that overlaps with another: what is in no passage that it shares with any of them' ||
iif(days > 0, ', those of a later date aside', '') || '.' || iif(links > closely, printf(' Only the passages of the %d closest pairs are known.', closely), '') || '</p>'
|| iif(EXISTS (SELECT 1 FROM temp.report_mark), '', '<p>No article shares a passage.</p>')
  FROM temp.report_count, temp.report_limit;
WITH fresh AS MATERIALIZED (
  SELECT id, place FROM temp.report_doc WHERE EXISTS (SELECT 1 FROM temp.report_mark WHERE doc = id)
   ORDER BY late, place LIMIT (SELECT articles FROM temp.report_limit)),
stretch AS (
  SELECT r.*, row_number() OVER (PARTITION BY doc ORDER BY r.words DESC, start) AS big
    FROM temp.report_new r, temp.report_limit m WHERE r.words >= m.new_words),
part(place, at, html) AS (
  SELECT f.place, 0, printf('<h3>%d <bdi>%s</bdi></h3><p>%d of its %d words, %d %%.%s</p>', d.id, d.label, fresh, d.words,
           round(100.0 * fresh / d.words),
           CASE WHEN fresh = 0 THEN '' WHEN n = 0 THEN ' No stretch is longer than a few words.'
                WHEN n > stretches THEN printf(' The longest %d of %d stretches:', stretches, n) ELSE '' END)
    FROM temp.report_limit, fresh f JOIN temp.report_doc d USING(id)
    JOIN (SELECT f.id, (SELECT coalesce(sum(words), 0) FROM temp.report_new WHERE doc = f.id) AS fresh,
                 (SELECT count(*) FROM stretch WHERE doc = f.id) AS n FROM fresh f) c ON c.id = f.id
   UNION ALL
  SELECT place, start, '<blockquote>' || iif(length(t) <= 600, highlight_passages(t, '', '', '', 'escape=html'),
           highlight_passages(substr(t, 1, 400), '', '', '', 'escape=html') || printf('<em class="cut"> … %d characters left out … </em>', length(t) - 550)
           || highlight_passages(substr(t, -150), '', '', '', 'escape=html')) || '</blockquote>'
    FROM (SELECT place, start, rtrim(iif(t GLOB '[.,;:!?)…]*', ltrim(t, '.,;:!?)…"''”’» ' || char(9, 10, 13)), t), '“‘«( ' || char(9, 10, 13)) AS t
            FROM (SELECT place, start, ltrim(substr(body, start, length), char(32, 9, 10, 13)) AS t
                    FROM stretch JOIN fresh f ON f.id = doc CROSS JOIN temp.report_article a ON a.id = doc, temp.report_limit
                   WHERE big <= stretches)))
SELECT html FROM part ORDER BY place, at;

SELECT '</section>
<section id="articles" aria-labelledby="articles-h"><h2 id="articles-h">Articles</h2>' ||
CASE WHEN n_set = 0 THEN '<p>There are none.</p>' WHEN n_set > m.rows THEN printf('<p>The first %d of %d different texts.</p>', m.rows, n_set) ELSE '' END
  FROM temp.report_count, temp.report_limit m;
SELECT printf('<div class="wide" role="group" aria-label="Table of articles" tabindex="0"><table><thead><tr><th class="n" scope="col">Id</th><th scope="col">Title</th><th scope="col">Name</th>%s<th class="n" scope="col">Words</th><th class="n" scope="col">Same words</th></tr></thead><tbody>',
         iif(days > 0, '<th scope="col">Date</th>', '')) FROM temp.report_count WHERE n_set > 0;
SELECT printf('<tr><td class="n">%d</td><th class="doc" scope="row"><bdi>%s</bdi></th><td class="doc"><bdi>%s</bdi></td>%s<td class="n">%d</td><td class="n">%s</td></tr>', d.id, label, name,
         iif(days > 0, '<td>' || coalesce(date, '') || '</td>', ''), d.words, iif(size > 1, printf('%d more', size - 1), ''))
  FROM temp.report_count, temp.report_doc d JOIN temp.report_set s ON s.id = d.id ORDER BY d.id LIMIT (SELECT rows FROM temp.report_limit);
SELECT iif(n_set > 0, '</tbody></table></div>', '') || '</section>
<section id="left-out" aria-labelledby="left-out-h"><h2 id="left-out-h">Left out</h2><ul>' FROM temp.report_count;
WITH fact(place, n, text) AS (
  SELECT 1, n - n_text, '%d without words.' FROM temp.report_count UNION ALL
  SELECT 2, n_text - n_set, '%d with the same words as an earlier article: that one stands for them.' FROM temp.report_count UNION ALL
  SELECT 3, pairs - compared, '%d pairs that were not compared: they have no phrase of a sample in common, or only boilerplate.' FROM temp.report_count UNION ALL
  SELECT 4, (SELECT count(*) FROM temp.report_pair WHERE rank IS NULL), '%d pairs that were not looked at closely: they share least, and have no verdict.' UNION ALL
  SELECT 5, links - closely, '%d pairs whose passages were not looked for: they share least.' FROM temp.report_count, temp.report_limit UNION ALL
  SELECT 6, links - m.rows, '%d pairs that are not in the table of pairs.' FROM temp.report_count, temp.report_limit m UNION ALL
  SELECT 7, links - m.pairs, '%d pairs that are not shown side by side.' FROM temp.report_count, temp.report_limit m UNION ALL
  SELECT 8, n_set - (SELECT count(*) FROM temp.report_row), '%d texts that are not in the heat map.' FROM temp.report_count UNION ALL
  SELECT 9, (SELECT coalesce(sum(size), 0) FROM temp.report_tree) - (SELECT count(*) FROM temp.report_node), '%d texts of families that are not in the trees.' UNION ALL
  SELECT 10, (SELECT count(DISTINCT doc) - articles FROM temp.report_mark, temp.report_limit), '%d texts of which is not shown what is new.' UNION ALL
  SELECT 12, (SELECT count(*) FROM temp.report_doc WHERE day IS NULL AND date <> ''), '%d dates that could not be read: write 2024-02-29, or 2024-02-29 12:00.' UNION ALL
  SELECT 11, n_set - m.rows, '%d texts that are not in the table of articles.' FROM temp.report_count, temp.report_limit m)
SELECT coalesce((SELECT group_concat('<li>' || printf(text, n) || '</li>', char(10))
                   FROM (SELECT * FROM fact WHERE n > 0 ORDER BY place)), '<li>Nothing.</li>');
SELECT '</ul><p class="soft">How much is shown is one table at the top of <code>report_page.sql</code>.</p></section></main>
<footer class="soft">Made by <code>report_page.sql</code> of textsim ' || textsim_version() || '.</footer>
</body></html>';

DROP TABLE temp.report_node; DROP TABLE temp.report_tree; DROP TABLE temp.report_row; DROP TABLE temp.report_count; DROP TABLE temp.report_piece;
DROP TABLE temp.report_cut; DROP TABLE temp.report_new; DROP TABLE temp.report_mark; DROP TABLE temp.report_link; DROP TABLE temp.report_doc; DROP TABLE temp.report_pair;
DROP TABLE temp.report_candidate; DROP TABLE temp.report_set; DROP TABLE temp.report_text; DROP TABLE temp.report_setting; DROP TABLE temp.report_verdict;
DROP TABLE temp.report_inference; DROP TABLE temp.report_limit; DROP TABLE temp.report_article; DROP TABLE temp.report_control;
