.bail on
-- Families of near-copies: articles(id, name, body), any number, with the index that
-- load_index.sql makes.
--
--     sqlite3 -cmd ".load ./textsim" my.db ".read sql/report_clusters.sql"
--
-- Two articles are in one family if they are alike, in Jaccard similarity of their
-- phrases, or if others lead from one to the other.  How much is alike:
--
--     sqlite> .parameter set :threshold 0.8
--
-- It is 0.7 without that, and may be anything from the threshold of the index on.
-- Nothing at or above it is missed, and all similarities are exact.

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
  SELECT RAISE(ABORT, 'report_clusters: there is no index articles_sim yet; sql/load_index.sql makes it');
END;
CREATE TEMP TRIGGER report_check_id BEFORE INSERT ON report_check WHEN new.has_index BEGIN
  SELECT RAISE(ABORT, 'report_clusters: each row of articles needs an id of its own, a whole number: make a new table with id INTEGER PRIMARY KEY, copy the rows and rename it');
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

-- The 'families' with most articles are listed, and of each the 'members' that are
-- most like the first of them, which has the lowest id.
DROP TABLE IF EXISTS temp.report_setting;
CREATE TEMP TABLE report_setting AS
SELECT coalesce(:threshold, 0.7) AS threshold, 20 AS families, 5 AS members;

DROP TABLE IF EXISTS temp.report_member;
CREATE TEMP TABLE report_member(cluster INTEGER, place INTEGER, id INTEGER, alike REAL,
                                PRIMARY KEY(cluster, place)) WITHOUT ROWID;
INSERT INTO temp.report_member
SELECT cluster, row_number() OVER (PARTITION BY cluster ORDER BY rowid <> cluster, similarity DESC, rowid),
       rowid, similarity
  FROM textsim_clusters('articles_sim', (SELECT threshold FROM temp.report_setting));

DROP TABLE IF EXISTS temp.report_family;
CREATE TEMP TABLE report_family(place INTEGER PRIMARY KEY, cluster INTEGER UNIQUE, size INTEGER, least REAL);
INSERT INTO temp.report_family
SELECT row_number() OVER (ORDER BY count(*) DESC, cluster), cluster, count(*), min(alike)
  FROM temp.report_member GROUP BY cluster;

SELECT printf('Families of articles at least %g %% alike: %d', 100 * threshold, n)
       || iif(n > families, printf(', of which the %d largest', families), '')
  FROM (SELECT count(*) AS n FROM temp.report_family), temp.report_setting;
.headers on
.mode box
SELECT iif(m.place = 1, size, '') AS articles,
       iif(m.place <= members, id, '') AS id,
       CASE WHEN m.place > members THEN printf('… and %d more', size - members)
            WHEN length(label) <= 50 THEN label ELSE '…' || substr(label, -49) END AS name,
       CASE WHEN m.place = 1 THEN '' WHEN m.place <= members OR round(100 * least) = round(100 * alike)
            THEN printf('%3d %%', round(100 * alike))
            ELSE printf('%3d to %d %%', round(100 * least), round(100 * alike)) END AS alike
  FROM temp.report_setting
  CROSS JOIN temp.report_family f ON f.place <= families
  CROSS JOIN temp.report_member m ON m.cluster = f.cluster AND m.place <= members + 1
  CROSS JOIN temp.report_article USING(id)
 ORDER BY f.place, m.place;
SELECT sizes AS "articles in a family", printf('%8d', count(*)) AS families, printf('%8d', sum(size)) AS articles
  FROM (SELECT size, CASE WHEN size = 2 THEN '2' WHEN size <= 5 THEN '3 to 5' WHEN size <= 10 THEN '6 to 10'
                          WHEN size <= 100 THEN '11 to 100' ELSE 'over 100' END AS sizes
          FROM temp.report_family)
 GROUP BY sizes ORDER BY min(size);
.headers off
.mode list
SELECT 'alike: to the first of the family.' WHERE EXISTS (SELECT 1 FROM temp.report_family);
SELECT printf('%d of them %s less than %g %% like the first: others lead from one to the other.',
              n, iif(n = 1, 'is', 'are'), 100 * threshold)
  FROM temp.report_setting, (SELECT count(*) AS n FROM temp.report_member, temp.report_setting WHERE alike < threshold)
 WHERE n > 0;
SELECT printf('%d of %d article%s in a family; no pair was missed.', n, n_all,
              iif(n_all = 1, ' is', 's are'))
  FROM (SELECT count(*) AS n FROM temp.report_member), (SELECT count(*) AS n_all FROM temp.report_article);

DROP TABLE temp.report_family;
DROP TABLE temp.report_member;
DROP TABLE temp.report_setting;
DROP VIEW temp.report_article;
