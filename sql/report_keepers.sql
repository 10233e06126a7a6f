.bail on
-- Which article of each family to keep, and what deleting the others would save:
-- articles(id, name, body), any number, with the index that load_index.sql makes.
-- Nothing is deleted.
--
--     sqlite3 -cmd ".load ./textsim" my.db ".read sql/report_keepers.sql"
--
-- Families are those of report_clusters.sql: articles that are alike, 0.7 or more, or
-- to which others lead.  Another measure:
--
--     sqlite> .parameter set :threshold 0.9

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
  SELECT RAISE(ABORT, 'report_keepers: there is no index articles_sim yet; sql/load_index.sql makes it');
END;
CREATE TEMP TRIGGER report_check_id BEFORE INSERT ON report_check WHEN new.has_index BEGIN
  SELECT RAISE(ABORT, 'report_keepers: each row of articles needs an id of its own, a whole number: make a new table with id INTEGER PRIMARY KEY, copy the rows and rename it');
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

-- 'list' families are listed; an article is compared with so many 'others'.
DROP TABLE IF EXISTS temp.report_setting;
CREATE TEMP TABLE report_setting AS
SELECT coalesce(:threshold, 0.7) AS threshold, 20 AS list, 20 AS others;

DROP TABLE IF EXISTS temp.report_member;
CREATE TEMP TABLE report_member(id INTEGER PRIMARY KEY, cluster INTEGER, characters INTEGER, bytes INTEGER, alike REAL);
INSERT INTO temp.report_member(id, cluster, characters, bytes)
SELECT id, cluster, length(body), length(CAST(body AS BLOB))
  FROM textsim_clusters('articles_sim', (SELECT threshold FROM temp.report_setting))
 CROSS JOIN temp.report_article ON id = rowid;
CREATE INDEX temp.report_member_cluster ON report_member(cluster, characters);

-- How alike the longest ones of a family are to the first 'others' of it, where there
-- are several, and not all with the same words.
UPDATE temp.report_member SET alike = (
  SELECT avg(jaccard(mine.body, theirs.body))
    FROM temp.report_article mine
   CROSS JOIN (SELECT id FROM temp.report_member other
                WHERE other.cluster = report_member.cluster AND other.id <> report_member.id
                ORDER BY id LIMIT (SELECT others FROM temp.report_setting)) other
   CROSS JOIN temp.report_article theirs ON theirs.id = other.id
   WHERE mine.id = report_member.id)
 WHERE id IN (
   SELECT id FROM (
     SELECT min(id) AS id, count(*) OVER (PARTITION BY cluster) AS n_texts
       FROM (SELECT id, cluster, fingerprint(body) AS fingerprint
               FROM (SELECT cluster, max(characters) AS characters FROM temp.report_member GROUP BY cluster)
              CROSS JOIN temp.report_member USING(cluster, characters)
              CROSS JOIN temp.report_article USING(id))
      GROUP BY cluster, fingerprint)
    WHERE n_texts > 1);

-- The rule: of each family the article is kept that comes first in this order.
DROP TABLE IF EXISTS temp.report_family;
CREATE TEMP TABLE report_family(cluster INTEGER PRIMARY KEY, keeper INTEGER);
INSERT INTO temp.report_family
SELECT cluster, id
  FROM (SELECT cluster, id, row_number() OVER (
                 PARTITION BY cluster
                 ORDER BY characters DESC,    -- the longest text,
                          alike DESC,         -- the most like the others,
                          id                  -- the lowest id
               ) AS place
          FROM temp.report_member)
 WHERE place = 1;

-- The others: how alike they are to the one kept, and how much of them is in it.
DROP TABLE IF EXISTS temp.report_delete;
CREATE TEMP TABLE report_delete(id INTEGER PRIMARY KEY, keeper INTEGER, alike REAL, is_in REAL, bytes INTEGER);
INSERT INTO temp.report_delete
SELECT m.id, keeper, jaccard(k.body, a.body), containment(a.body, k.body), bytes
  FROM temp.report_family CROSS JOIN temp.report_article k ON k.id = keeper
 CROSS JOIN temp.report_member m USING(cluster) CROSS JOIN temp.report_article a ON a.id = m.id
 WHERE m.id <> keeper;

SELECT printf('Families of articles at least %g %% alike: %d', 100 * threshold, n)
       || iif(n > list, printf(', of which the %d that save most', list), '')
  FROM (SELECT count(*) AS n FROM temp.report_family), temp.report_setting;
.headers on
.mode box
SELECT keeper || ' ' || iif(length(label) <= 30, label, '…' || substr(label, -29)) AS "keep",
       iif(length(ids) <= 30, ids, substr(ids, 1, 29) || '…') AS "delete",
       printf('%6d', n) AS articles, printf('%9d', saved) AS bytes,
       printf('%3d %%', round(100 * alike)) AS alike, printf('%3d %%', round(100 * is_in)) AS "is in"
  FROM (SELECT keeper, group_concat(id, ' ') AS ids, count(*) AS n, sum(bytes) AS saved,
               min(alike) AS alike, min(is_in) AS is_in
          FROM (SELECT * FROM temp.report_delete ORDER BY keeper, id) GROUP BY keeper)
  JOIN temp.report_article a ON a.id = keeper
 ORDER BY saved DESC, keeper LIMIT (SELECT list FROM temp.report_setting);
.headers off
.mode list
SELECT 'alike, is in: how much each of those to delete is like the one kept, and in it, at least.'
 WHERE EXISTS (SELECT 1 FROM temp.report_delete);
SELECT printf('%d of %d article%s would be deleted (%.1f %%), and %d of %d bytes of text (%.1f %%).',
              n, n_all, iif(n_all = 1, '', 's'), 100.0 * n / max(n_all, 1),
              saved, bytes_all, 100.0 * saved / max(bytes_all, 1))
  FROM (SELECT count(*) AS n, coalesce(sum(bytes), 0) AS saved FROM temp.report_delete),
       (SELECT count(*) AS n_all, coalesce(sum(length(CAST(body AS BLOB))), 0) AS bytes_all FROM temp.report_article);
SELECT 'That does, on this connection:  DELETE FROM articles WHERE id IN (SELECT id FROM temp.report_delete);'
 WHERE EXISTS (SELECT 1 FROM temp.report_delete);
SELECT printf('%d of them %s less than %g %% like the one kept: others lead from one to the other.'
              || char(10) || '... FROM temp.report_delete WHERE alike >= %g  spares %s.',
              n, iif(n = 1, 'is', 'are'), 100 * threshold, threshold, iif(n = 1, 'it', 'them'))
  FROM temp.report_setting, (SELECT count(*) AS n FROM temp.report_delete, temp.report_setting WHERE alike < threshold)
 WHERE n > 0;

-- For that and further questions stays: temp.report_delete.
DROP TABLE temp.report_family;
DROP TABLE temp.report_member;
DROP TABLE temp.report_setting;
DROP VIEW temp.report_article;
