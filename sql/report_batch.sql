.bail on
-- A new batch against an archive: what of it is there already?  For articles(id,
-- name, body), any number, of which the batch are those whose name matches a GLOB:
--
--     sqlite3 -cmd ".load ./textsim" my.db
--     sqlite> .parameter set :batch "'inbox/*'"
--     sqlite> .read sql/report_batch.sql
--
-- Without :batch it is the article with the highest id.  All others are the archive.
--
--     known  share of its phrases (runs of five words) that are anywhere in the archive
--     most   share that is in one article of the archive: in the one named
--     alike  the Jaccard similarity to that one
--
-- The numbers are exact, and so is the choice of the article named, unless the last
-- line says that it is not.

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
  SELECT RAISE(ABORT, 'report_batch: each row of articles needs an id of its own, a whole number: make a new table with id INTEGER PRIMARY KEY, copy the rows and rename it');
END;
INSERT INTO temp.report_check
SELECT a.id FROM temp.report_article a
 WHERE EXISTS (SELECT 1 FROM pragma_index_list('articles') WHERE origin = 'pk')
    OR NOT EXISTS (SELECT 1 FROM pragma_table_xinfo('articles')
                    WHERE lower(name) = 'id' AND upper(type) = 'INTEGER' AND pk)
 GROUP BY a.id HAVING count(*) > 1 OR typeof(a.id) <> 'integer' LIMIT 1;
DROP TABLE temp.report_check;

-- The verdicts, in this order: the first whose minima are met.  As in
-- report_derivation.sql, 0.59 of the phrases are what is left if nine words in ten
-- are kept.  Set phrases alone are rarely more than one in twenty.
DROP TABLE IF EXISTS temp.report_verdict;
CREATE TEMP TABLE report_verdict(rank INTEGER PRIMARY KEY, verdict, alike REAL, most REAL, known REAL);
INSERT INTO temp.report_verdict VALUES
 (1, 'a copy of',        0.59, 0.59, 0.59),
 (2, 'nearly whole in',  0.00, 0.59, 0.59),
 (3, 'in several, as',   0.00, 0.00, 0.59),
 (4, 'partly in',        0.00, 0.00, 0.05),
 (5, 'new',              0.00, 0.00, 0.00);
DROP TABLE IF EXISTS temp.report_setting;
CREATE TEMP TABLE report_setting(list, candidates, neighbours, batch);
CREATE TEMP TRIGGER report_setting_check BEFORE INSERT ON report_setting BEGIN
  SELECT RAISE(ABORT, 'report_batch: :batch must be a text, with both pairs of quotes: .parameter set :batch "''2024/*''"')
   WHERE typeof(NEW.batch) NOT IN ('text', 'null');
  SELECT RAISE(ABORT, 'report_batch: no article has a name that matches :batch')
   WHERE NEW.batch IS NOT NULL AND NOT EXISTS (SELECT 1 FROM temp.report_article WHERE name GLOB NEW.batch);
END;
INSERT INTO temp.report_setting VALUES(100, 5000000, 20, :batch);

DROP TABLE IF EXISTS temp.report_batch;
CREATE TEMP TABLE report_batch(id INTEGER PRIMARY KEY, label TEXT, shingles BLOB);
INSERT INTO temp.report_batch
SELECT id, label, shingle_set(body) FROM temp.report_article, temp.report_setting
 WHERE iif(batch IS NULL, id = (SELECT max(id) FROM temp.report_article), name GLOB batch);

DROP TABLE IF EXISTS temp.report_phrase;
CREATE TEMP TABLE report_phrase(hash INTEGER, id INTEGER, PRIMARY KEY(hash, id)) WITHOUT ROWID;
INSERT OR IGNORE INTO temp.report_phrase
SELECT hash, id FROM temp.report_article, textsim_shingles(body) WHERE id IN (SELECT id FROM temp.report_batch);

-- One article of the archive stands for all with the same words in the same order.
DROP TABLE IF EXISTS temp.report_archive;
CREATE TEMP TABLE report_archive(id INTEGER PRIMARY KEY);
INSERT INTO temp.report_archive
SELECT min(id) FROM (SELECT id, fingerprint(body) AS fingerprint FROM temp.report_article
                      WHERE id NOT IN (SELECT id FROM temp.report_batch))
 WHERE fingerprint IS NOT NULL GROUP BY fingerprint;

-- Where the archive has one of them.  (The + lets every article be read once,
-- where else every phrase would be looked up in every article.)
DROP TABLE IF EXISTS temp.report_found;
CREATE TEMP TABLE report_found(hash INTEGER, id INTEGER, PRIMARY KEY(hash, id)) WITHOUT ROWID;
INSERT OR IGNORE INTO temp.report_found
SELECT hash, id FROM temp.report_archive CROSS JOIN temp.report_article USING(id) CROSS JOIN textsim_shingles(body)
 WHERE +hash IN (SELECT hash FROM temp.report_phrase);

DROP TABLE IF EXISTS temp.report_known;
CREATE TEMP TABLE report_known(id INTEGER PRIMARY KEY, known REAL);
INSERT INTO temp.report_known
SELECT id, avg(EXISTS (SELECT 1 FROM temp.report_found f WHERE f.hash = p.hash))
  FROM temp.report_phrase p GROUP BY id;

-- Which has most of them?  The rarest phrases count wherever they are, until that makes
-- 'candidates' pairs of a batch article and an archive one; of those that remain, which
-- is boilerplate, each only in the first 'neighbours' of the archive.
DROP TABLE IF EXISTS temp.report_common;
CREATE TEMP TABLE report_common(hash INTEGER PRIMARY KEY, last INTEGER);
INSERT INTO temp.report_common(hash)
SELECT hash
  FROM (SELECT hash, total(n * n_batch) OVER (ORDER BY n * n_batch, hash) AS cost
          FROM (SELECT hash, count(*) AS n FROM temp.report_found GROUP BY hash)
          JOIN (SELECT hash, count(*) AS n_batch FROM temp.report_phrase GROUP BY hash) USING(hash)),
       temp.report_setting
 WHERE cost > candidates;
UPDATE temp.report_common SET last = (
  SELECT id FROM temp.report_found f WHERE f.hash = report_common.hash
   ORDER BY id LIMIT 1 OFFSET (SELECT neighbours - 1 FROM temp.report_setting));
DELETE FROM temp.report_found
 WHERE id > (SELECT last FROM temp.report_common c WHERE c.hash = report_found.hash);
DROP TABLE IF EXISTS temp.report_best;
CREATE TEMP TABLE report_best(id INTEGER PRIMARY KEY, other INTEGER, most REAL, alike REAL, rank INTEGER);
INSERT INTO temp.report_best(id, other, most, alike)
SELECT id, other, containment(b.shingles, body), jaccard(b.shingles, body)
  FROM (SELECT id, other, row_number() OVER (PARTITION BY id ORDER BY shared DESC, other) AS place
          FROM (SELECT p.id AS id, f.id AS other, count(*) AS shared
                  FROM temp.report_phrase p JOIN temp.report_found f USING(hash)
                 GROUP BY 1, 2))
  JOIN temp.report_batch b USING(id) JOIN (SELECT id AS other, body FROM temp.report_article) USING(other)
 WHERE place = 1;
INSERT OR IGNORE INTO temp.report_best(id, most, alike) SELECT id, 0, 0 FROM temp.report_batch;
UPDATE temp.report_best SET rank = (
  SELECT min(rank) FROM temp.report_verdict v
   WHERE report_best.alike >= v.alike AND report_best.most >= v.most
     AND coalesce((SELECT known FROM temp.report_known k WHERE k.id = report_best.id), 0) >= v.known);

SELECT printf('Batch: %d article%s. Archive: %d article%s.', n, iif(n = 1, '', 's'),
              n_archive, iif(n_archive = 1, '', 's'))
  FROM (SELECT count(*) AS n, (SELECT count(*) FROM temp.report_article) - count(*) AS n_archive
          FROM temp.report_batch);
.headers on
.mode box
SELECT b.id || ' ' || iif(length(b.label) <= 24, b.label, '…' || substr(b.label, -23)) AS article,
       printf('%3d %%', round(100 * k.known)) AS known,
       verdict,
       a.id || ' ' || iif(length(a.label) <= 24, a.label, '…' || substr(a.label, -23)) AS archive,
       printf('%3d %%', round(100 * x.most)) AS most, printf('%3d %%', round(100 * x.alike)) AS alike
  FROM temp.report_best x JOIN temp.report_verdict USING(rank) JOIN temp.report_batch b ON b.id = x.id
  LEFT JOIN temp.report_known k ON k.id = x.id LEFT JOIN temp.report_article a ON a.id = x.other
 ORDER BY k.known DESC, x.most DESC, b.id LIMIT (SELECT list FROM temp.report_setting);
.headers off
.mode list
SELECT printf('These are the %d of %d articles of the batch that are known best.', list, n)
  FROM temp.report_setting, (SELECT count(*) AS n FROM temp.report_batch) WHERE n > list;
SELECT printf('%d phrase%s in so many articles that another one may have more of an article than the one named.',
              n, iif(n = 1, ' is', 's are'))
  FROM (SELECT count(*) AS n FROM temp.report_common) WHERE n > 0;

DROP TABLE temp.report_best;
DROP TABLE temp.report_common;
DROP TABLE temp.report_archive;
DROP TABLE temp.report_known;
DROP TABLE temp.report_found;
DROP TABLE temp.report_phrase;
DROP TABLE temp.report_batch;
DROP TABLE temp.report_setting;
DROP TABLE temp.report_verdict;
DROP VIEW temp.report_article;
