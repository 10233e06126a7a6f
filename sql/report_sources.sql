.bail on
-- Where articles come from: what the archive has of each article of a batch, found
-- with the index that load_index.sql makes; articles(id, name, body), any number.
-- The batch are those whose name matches a GLOB:
--
--     sqlite3 -cmd ".load ./textsim" my.db
--     sqlite> .parameter set :batch "'inbox/*'"
--     sqlite> .read sql/report_sources.sql
--
-- Without :batch it is the article with the highest id.  All others are the archive.
-- report_batch.sql, which needs no index and reads the whole archive, also tells how
-- much of an article is anywhere in it; this takes milliseconds for each article, if
-- the threshold of the index is at most 0.59, and else a scan.

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
CREATE TEMP TABLE report_check(id, has_index);
CREATE TEMP TRIGGER report_check_index BEFORE INSERT ON report_check WHEN NOT new.has_index BEGIN
  SELECT RAISE(ABORT, 'report_sources: there is no index articles_sim yet; sql/load_index.sql makes it');
END;
CREATE TEMP TRIGGER report_check_id BEFORE INSERT ON report_check WHEN new.has_index BEGIN
  SELECT RAISE(ABORT, 'report_sources: each row of articles needs an id of its own, a whole number: make a new table with id INTEGER PRIMARY KEY, copy the rows and rename it');
END;
INSERT INTO temp.report_check
SELECT a.id, 1 FROM temp.report_article a
 WHERE EXISTS (SELECT 1 FROM pragma_index_list('articles') WHERE origin = 'pk')
    OR NOT EXISTS (SELECT 1 FROM pragma_table_xinfo('articles')
                    WHERE lower(name) = 'id' AND upper(type) = 'INTEGER' AND pk)
 GROUP BY a.id HAVING count(*) > 1 OR typeof(a.id) <> 'integer' LIMIT 1;
INSERT INTO temp.report_check
SELECT NULL, 0 WHERE NOT EXISTS (SELECT 1 FROM main.sqlite_schema WHERE name = 'articles_sim' COLLATE NOCASE);
DROP TABLE temp.report_check;

-- What counts, in this order: the first whose minima are met.
--   is_in  share of the article's phrases (runs of five words) that are in the source
--   back   share of the source's phrases that are in the article
--   least  phrases that the article must have to be looked up so
-- As in report_derivation.sql, 0.59 of the phrases are what is left if nine words in
-- ten are kept.  Of few phrases the index cannot promise to find a part, but would
-- have to read the whole archive for it.
DROP TABLE IF EXISTS temp.report_verdict;
CREATE TEMP TABLE report_verdict(rank INTEGER PRIMARY KEY, verdict, is_in REAL, back REAL, least INTEGER);
INSERT INTO temp.report_verdict VALUES
 (1, 'a copy of',        0.59, 0.59,   0),
 (2, 'nearly whole in',  0.59, 0.00,  70),
 (3, 'has nearly all of', 0.00, 0.59,  0),
 (4, 'partly in',        0.25, 0.00, 160);
DROP TABLE IF EXISTS temp.report_setting;
CREATE TEMP TABLE report_setting(list, sources, budget, batch);
CREATE TEMP TRIGGER report_setting_check BEFORE INSERT ON report_setting BEGIN
  SELECT RAISE(ABORT, 'report_sources: :batch must be a text, with both pairs of quotes: .parameter set :batch "''2024/*''"')
   WHERE typeof(NEW.batch) NOT IN ('text', 'null');
  SELECT RAISE(ABORT, 'report_sources: no article has a name that matches :batch')
   WHERE NEW.batch IS NOT NULL AND NOT EXISTS (SELECT 1 FROM temp.report_article WHERE name GLOB NEW.batch);
END;
INSERT INTO temp.report_setting VALUES(100, 3, 300000, :batch);

DROP TABLE IF EXISTS temp.report_batch;
CREATE TEMP TABLE report_batch(id INTEGER PRIMARY KEY, phrases INTEGER);
INSERT INTO temp.report_batch
SELECT id, sketch_info(shingle_set(body)) ->> '$.shingles' FROM temp.report_article, temp.report_setting
 WHERE iif(batch IS NULL, id = (SELECT max(id) FROM temp.report_article), name GLOB batch);

-- First copies, and what is nearly whole in the article; then what else the article is
-- in.  After 'budget' sources the rest of the batch is left.
DROP TABLE IF EXISTS temp.report_found;
CREATE TEMP TABLE report_found(way INTEGER, id INTEGER, source INTEGER, is_in REAL, back REAL);
DROP TABLE IF EXISTS temp.report_left;
CREATE TEMP TABLE report_left(id INTEGER PRIMARY KEY);
INSERT INTO temp.report_found
SELECT 1, b.id, s.rowid, query_in_doc, doc_in_query
  FROM temp.report_batch b CROSS JOIN temp.report_article a ON a.id = b.id CROSS JOIN articles_sim s
 WHERE s.articles_sim MATCH a.body AND doc_in_query >= (SELECT min(back) FROM temp.report_verdict WHERE back > 0)
 LIMIT (SELECT budget FROM temp.report_setting);
INSERT OR IGNORE INTO temp.report_left
SELECT id FROM temp.report_batch
 WHERE id > (SELECT iif(count(*) = (SELECT budget FROM temp.report_setting), max(id), NULL)
               FROM temp.report_found WHERE way = 1);
INSERT INTO temp.report_found
SELECT 2, b.id, s.rowid, query_in_doc, doc_in_query
  FROM temp.report_batch b CROSS JOIN temp.report_article a ON a.id = b.id CROSS JOIN articles_sim s
 WHERE b.id NOT IN (SELECT id FROM temp.report_left)
   AND b.phrases >= (SELECT min(least) FROM temp.report_verdict WHERE back = 0)
   AND s.articles_sim MATCH a.body
   AND query_in_doc >= (SELECT min(is_in) FROM temp.report_verdict WHERE is_in > 0 AND least <= b.phrases)
   AND NOT doc_in_query >= (SELECT min(back) FROM temp.report_verdict WHERE back > 0)
 LIMIT (SELECT budget FROM temp.report_setting);
INSERT OR IGNORE INTO temp.report_left
SELECT id FROM temp.report_batch
 WHERE id > (SELECT iif(count(*) = (SELECT budget FROM temp.report_setting), max(id), NULL)
               FROM temp.report_found WHERE way = 2);

DROP TABLE IF EXISTS temp.report_source;
CREATE TEMP TABLE report_source(id INTEGER, place INTEGER, source INTEGER, is_in REAL, back REAL, rank INTEGER,
                                PRIMARY KEY(id, place)) WITHOUT ROWID;
INSERT INTO temp.report_source
SELECT id, row_number() OVER (PARTITION BY id ORDER BY rank, is_in DESC, back DESC, source), source, is_in, back, rank
  FROM (SELECT id, source, is_in, back,
               (SELECT min(rank) FROM temp.report_verdict v WHERE f.is_in >= v.is_in AND f.back >= v.back) AS rank
          FROM temp.report_found f
         WHERE source NOT IN (SELECT id FROM temp.report_batch)
           AND id NOT IN (SELECT id FROM temp.report_left));

SELECT printf('Batch: %d article%s. Archive: %d article%s.', n, iif(n = 1, '', 's'),
              n_archive, iif(n_archive = 1, '', 's'))
  FROM (SELECT count(*) AS n, (SELECT count(*) FROM temp.report_article) - count(*) AS n_archive
          FROM temp.report_batch);
.headers on
.mode box
SELECT a.id || ' ' || iif(length(a.label) <= 30, a.label, '…' || substr(a.label, -29)) AS article, verdict,
       o.id || ' ' || iif(length(o.label) <= 30, o.label, '…' || substr(o.label, -29)) AS source,
       printf('%3d %%', round(100 * s.is_in)) AS "is in", printf('%3d %%', round(100 * s.back)) AS back
  FROM temp.report_source s JOIN temp.report_verdict USING(rank)
  JOIN temp.report_article a ON a.id = s.id JOIN temp.report_article o ON o.id = s.source
 WHERE place <= (SELECT sources FROM temp.report_setting)
 ORDER BY s.id, place LIMIT (SELECT list FROM temp.report_setting);
.headers off
.mode list
SELECT 'is in: how much of the article is in the source; back: of the source in the article.'
 WHERE EXISTS (SELECT 1 FROM temp.report_source);
SELECT printf('%d of %d sources are listed: of each article at most %d.', min(n_listed, list), n, sources)
  FROM temp.report_setting,
       (SELECT count(*) AS n, total(place <= (SELECT sources FROM temp.report_setting)) AS n_listed
          FROM temp.report_source)
 WHERE n > min(n_listed, list);
SELECT printf('Without a source in the archive: %d of %d.', n_new, n)
  FROM (SELECT count(*) AS n, total(id NOT IN (SELECT id FROM temp.report_source)) AS n_new
          FROM temp.report_batch WHERE id NOT IN (SELECT id FROM temp.report_left));
SELECT printf('%d article%s not looked up: the others have more sources than the script reads.', n, iif(n = 1, ' was', 's were'))
  FROM (SELECT count(*) AS n FROM temp.report_left) WHERE n > 0;
SELECT printf('%d %s less than %d phrases: what %s partly in was not looked for.', n, iif(n = 1, 'has', 'have'),
              least, iif(n = 1, 'it is', 'they are'))
  FROM (SELECT count(*) AS n, least FROM temp.report_batch,
               (SELECT max(least) AS least FROM temp.report_verdict) WHERE phrases < least)
 WHERE n > 0;

-- For further questions on this connection this stays: temp.report_source.
DROP TABLE temp.report_left;
DROP TABLE temp.report_found;
DROP TABLE temp.report_batch;
DROP TABLE temp.report_setting;
DROP TABLE temp.report_verdict;
DROP VIEW temp.report_article;
