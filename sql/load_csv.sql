.bail on
-- Load a CSV file into the table articles(id, name, title, body).  Its first line
-- names the columns, with commas between them; it comes from standard input.
--
--     sqlite3 my.db ".read sql/load_csv.sql" <articles.csv
--
-- The name of an article is the column "name" or, if that is empty, "id", its body
-- "body" or else "text", its title "title" or else the first line of the body; the
-- order of the columns does not matter, and others may stand beside them.  Fields may
-- be quoted as RFC 4180 says, with line ends and quotes inside.  There must be no NUL
-- characters: the shell ends a field there without saying so.  If the quotes of the
-- last field do not end, nothing is loaded.  Listed, with the lines they are in, but
-- loaded as they are: rows with more fields than the first line has, of which the others
-- are lost, or with fewer; and rows with quotes that RFC 4180 does not allow.
--
-- By its name an article is new, changed or unchanged; loading twice changes
-- nothing.  New articles get ids in the order of their names, and keep them.
-- Left out, and listed: rows without a name or a body, and names that an earlier
-- row has.

.headers off
.mode list

-- What the shell reads goes through awk first, line by line, which changes little: blank
-- lines between rows go, and so do spaces around the names of columns; a column "_rowid_"
-- gets another name.  But it follows the quotes as the shell does, says what is wrong of
-- them or of the number of fields in rows behind the last one, U+0001 before each, and
-- then adds a row with U+0001 in each field: if that does not arrive, the field before it
-- has no end.
DROP TABLE IF EXISTS temp.load_field;
.import --csv --schema temp '|LC_ALL=C awk "function say(what) { if (++n_said <= 20) said[n_said] = \"\001line\" (begun < NR ? \"s \" begun \" to \" : \" \") NR \": \" what } NR == 1 { sub(/^\357\273\277/, \"\") } ! inside && /^[ \t\r]*$/ { next } ! inside { begun = NR; fields = 0; wrong = spaced = 0 } ! n { gsub(/[ \t]*,[ \t]*/, \",\"); sub(/^[ \t]+/, \"\"); sub(/[ \t]+\r?$/, \"\"); gsub(/_[Rr][Oo][Ww][Ii][Dd]_/, \"&_\") } { print } ! index(\$0, \"\\\"\") { if (! inside) fields = gsub(/,/, \"\") + 1 } index(\$0, \"\\\"\") { sub(/\r$/, \"\"); last = split(\$0, piece, \",\"); for (i = 1; i <= last; i++) { if (! inside) { ++fields; if (piece[i] ~ /^[ \t]+\"/) spaced = 1; if (piece[i] !~ /^\"/) continue; inside = 1; sub(/^\"/, \"\", piece[i]) } gsub(/\"\"/, \"\", piece[i]); if (sub(/\"$/, \"\", piece[i])) inside = 0; if (index(piece[i], \"\\\"\")) wrong = 1 } } ! inside { if (! n) n = fields; else if (fields != n) say(sprintf(\"%d field%s where the first line has %d; %s\", fields, fields == 1 ? \"\" : \"s\", n, fields > n ? \"what is beyond is lost\" : \"the others are empty\")); if (wrong) say(\"a quote in a quoted field is not doubled; it may have swallowed others\"); else if (spaced) say(\"a quote has spaces before it; so it does not begin a quoted field\") } END { if (n_said > 20) { said[21] = \"\001line \" NR \": the end; of \" n_said \" such rows 20 are listed\"; n_said = 21 } for (i = 1; i <= n_said; i++) for (j = 1; j <= n; j++) printf \"%s%s\", said[i], (j < n ? \",\" : \"\\n\"); for (j = 1; j <= n; j++) printf \"\\001%s\", (j < n ? \",\" : \"\\n\") }"' load_field

-- Columns that are not there are NULL: a name that the inner SELECT does not
-- find in its table means the column of "here".
DROP TABLE IF EXISTS temp.load_row;
CREATE TEMP TABLE load_row(n INTEGER PRIMARY KEY, name TEXT, type TEXT, left_out TEXT);
INSERT INTO temp.load_row
SELECT n, key, typeof(key),
       CASE WHEN key IS NULL THEN 'no name' WHEN NOT has_body THEN 'no body' END
  FROM (SELECT n,
               (SELECT coalesce(nullif(name, ''), nullif(id, ''))
                  FROM temp.load_field f WHERE f._rowid_ = here.n) AS key,
               (SELECT coalesce(nullif(body, ''), nullif(text, '')) IS NOT NULL
                  FROM temp.load_field f WHERE f._rowid_ = here.n) AS has_body
          FROM (SELECT _rowid_ AS n, NULL AS name, NULL AS id, NULL AS body, NULL AS text
                  FROM temp.load_field) here);
CREATE INDEX temp.load_row_name ON load_row(name);

-- Stop where nothing can be loaded, or not all; what there is to see is said before.
DROP TABLE IF EXISTS temp.load_head;
CREATE TEMP TABLE load_head(n_twice, n_names, n_bodies, is_whole);
INSERT INTO temp.load_head
SELECT (SELECT count(*)
          FROM (SELECT column1 AS base FROM (VALUES ('name'), ('id'), ('title'), ('body'), ('text')))
         WHERE base NOT IN (SELECT lower(name) FROM pragma_table_info('load_field'))
           AND (SELECT count(*) FROM pragma_table_info('load_field')
                 WHERE lower(name) GLOB base || '_[0-9]*') > 1),
       total(lower(name) IN ('name', 'id')), total(lower(name) IN ('body', 'text')),
       (SELECT name IS char(1) FROM temp.load_row ORDER BY n DESC LIMIT 1)
  FROM pragma_table_info('load_field');
SELECT 'the columns are: ' || names
  FROM (SELECT group_concat(json_quote(substr(name, 1, 40)), ', ') AS names
          FROM (SELECT name FROM pragma_table_info('load_field') LIMIT 20)), temp.load_head
 WHERE n_twice > 0 OR n_names = 0 OR n_bodies = 0;
SELECT printf('row %d, which begins with %s, goes on to the end of the file',
              n, json_quote(substr(coalesce(name, ''), 1, 40)))
  FROM temp.load_row, temp.load_head
 WHERE n_names > 0 AND n_bodies > 0 AND NOT is_whole ORDER BY n DESC LIMIT 1;
CREATE TEMP TRIGGER load_head_check BEFORE DELETE ON load_head BEGIN
  SELECT RAISE(ABORT, 'load_csv: the first line names a column twice')
   WHERE OLD.n_twice > 0;
  SELECT RAISE(ABORT, 'load_csv: no articles: the first line must name the columns, "name" or "id" and "body" or "text", with commas between them')
   WHERE OLD.n_names = 0 OR OLD.n_bodies = 0;
  SELECT RAISE(ABORT, 'load_csv: a quote that opens the last field is never closed; nothing was loaded')
   WHERE NOT OLD.is_whole;
END;
DELETE FROM temp.load_head;
DROP TABLE temp.load_head;
DELETE FROM temp.load_row WHERE n = (SELECT max(n) FROM temp.load_row);
SELECT 'beware: ' || substr(name, 2) FROM temp.load_row WHERE name GLOB char(1) || 'line*' ORDER BY n;
DELETE FROM temp.load_row WHERE name GLOB char(1) || 'line*';

UPDATE temp.load_row SET left_out = printf('row %d has the same name', first)
  FROM (SELECT name AS its_name, min(n) AS first FROM temp.load_row
         WHERE left_out IS NULL GROUP BY name HAVING count(*) > 1)
 WHERE left_out IS NULL AND name = its_name AND n > first;

SELECT printf('left out: row %d: %s', n, left_out)
  FROM temp.load_row WHERE left_out IS NOT NULL ORDER BY n LIMIT 20;
SELECT printf('left out: %d more row%s', n - 20, iif(n = 21, '', 's'))
  FROM (SELECT count(*) AS n FROM temp.load_row WHERE left_out IS NOT NULL) WHERE n > 20;

DROP TABLE IF EXISTS temp.load_count;
CREATE TEMP TABLE load_count(n_loaded, n_before, n_new, n_written);
CREATE TEMP TRIGGER load_count_check BEFORE INSERT ON load_count WHEN NEW.n_loaded = 0 BEGIN
  SELECT RAISE(ABORT, 'load_csv: no articles: no row has a name and a body');
END;
INSERT INTO temp.load_count(n_loaded) SELECT count(*) FROM temp.load_row WHERE left_out IS NULL;

-- A table that is there already must have the columns, ids that stay, and each
-- name once; and no others that a new article cannot fill.
DROP TABLE IF EXISTS temp.load_table;
CREATE TEMP TABLE load_table(n_columns, n_known, n_key, n_unique, n_folded, n_required);
CREATE TEMP TRIGGER load_table_check BEFORE INSERT ON load_table WHEN NEW.n_columns > 0 BEGIN
  SELECT RAISE(ABORT, 'load_csv: the table articles that is there lacks some of the columns id, name, title, body')
   WHERE NEW.n_known < 4;
  SELECT RAISE(ABORT, 'load_csv: the column id of the table articles must be its INTEGER PRIMARY KEY: make a new table that has it, copy the rows and rename it')
   WHERE NEW.n_key = 0;
  SELECT RAISE(ABORT, 'load_csv: the names in the table articles must be unique: CREATE UNIQUE INDEX articles_name ON articles(name)')
   WHERE NEW.n_unique = 0;
  SELECT RAISE(ABORT, 'load_csv: the names in the table articles must be unique as they are written, with COLLATE BINARY: "q" and "Q" are two articles')
   WHERE NEW.n_folded > 0;
  SELECT RAISE(ABORT, 'load_csv: the table articles has another column that must not be NULL: give it a DEFAULT')
   WHERE NEW.n_required > 0;
END;
INSERT INTO temp.load_table
SELECT count(*), total(lower(name) IN ('id', 'name', 'title', 'body')),
       total(lower(name) = 'id' AND upper(type) = 'INTEGER' AND pk) AND max(pk) = 1
       AND NOT EXISTS (SELECT 1 FROM pragma_index_list('articles') WHERE origin = 'pk'),
       (SELECT count(*) FROM pragma_index_list('articles') l
         WHERE l."unique" AND NOT l.partial
           AND (SELECT group_concat(lower(i.name)) FROM pragma_index_info(l.name) i) = 'name'),
       (SELECT count(*) FROM pragma_index_list('articles') l JOIN pragma_index_xinfo(l.name) i
         WHERE l."unique" AND i.key AND lower(i.name) = 'name' AND i.coll <> 'BINARY'
           AND (SELECT count(*) FROM pragma_index_info(l.name)) = 1),
       total("notnull" AND dflt_value IS NULL AND hidden = 0
             AND lower(name) NOT IN ('id', 'name', 'title', 'body'))
  FROM pragma_table_xinfo('articles');
DROP TABLE temp.load_table;

CREATE TABLE IF NOT EXISTS articles(
  id INTEGER PRIMARY KEY, name TEXT UNIQUE, title TEXT, body TEXT);
UPDATE temp.load_count SET n_before = (SELECT count(*) FROM articles);

-- What has no title yet gets one below.
INSERT INTO articles(name, title, body)
SELECT key,
       (SELECT coalesce(title, '') FROM temp.load_field f WHERE f._rowid_ = here.n),
       (SELECT coalesce(nullif(body, ''), text) FROM temp.load_field f WHERE f._rowid_ = here.n)
  FROM (SELECT n, name AS key, NULL AS title, NULL AS body, NULL AS text
          FROM temp.load_row WHERE left_out IS NULL) here
 ORDER BY key
    ON CONFLICT(name) DO UPDATE SET title = excluded.title, body = excluded.body
 WHERE excluded.body IS NOT articles.body
    OR (excluded.title <> '' AND excluded.title IS NOT articles.title);
UPDATE temp.load_count
   SET n_written = changes(), n_new = (SELECT count(*) FROM articles) - n_before;

-- The title: the first line with something in it, cut after a word if it is long.
UPDATE articles SET title = (
  WITH start(start) AS (SELECT ltrim(substr(body, 1, 2000), ' #=*' || char(9, 10, 13))),
  line(line) AS (
    SELECT trim(substr(start, 1, instr(start || char(10), char(10)) - 1), ' ' || char(9, 13))
      FROM start),
  cut(line, words) AS (
    SELECT line, rtrim(substr(line, 1, 79), replace(substr(line, 1, 79), ' ', '')) FROM line)
  SELECT CASE WHEN line = '' THEN name
              WHEN length(line) <= 80 THEN line
              WHEN words = '' THEN substr(line, 1, 79) || '…'
              ELSE rtrim(words, ' ,;:-–—') || '…' END
    FROM cut)
 WHERE coalesce(title, '') = '' AND name IN (SELECT name FROM temp.load_row WHERE left_out IS NULL);

SELECT printf('%d article%s new, %d changed, %d unchanged',
         n_new, iif(n_new = 1, '', 's'), n_written - n_new, n_loaded - n_written)
  FROM temp.load_count;
-- REGEXP, unlike GLOB, takes all that is ill-formed for U+FFFD, which itself is none of
-- it; some versions also a character at the end of a text.  In a UTF-16 database what is
-- ill-formed was replaced, some of it by control characters; of these only NEL is in
-- good texts.
SELECT printf('%s: %s: its ill-formed bytes will separate words',
              iif(e.encoding = 'UTF-8', 'not UTF-8', 'perhaps not UTF-8'), a.name)
  FROM temp.load_row r CROSS JOIN articles a ON a.name = r.name, pragma_encoding e
 WHERE r.left_out IS NULL AND CASE
         WHEN e.encoding <> 'UTF-8' THEN a.body GLOB '*[' || char(0x80, 45, 0x84, 0x86, 45, 0x9F, 0xFFFD) || ']*'
         ELSE replace(a.body, char(0xFFFD), ' ') || '   ' REGEXP '[' || char(0xFFFD) || ']' END
 ORDER BY r.n LIMIT 20;
-- Some versions of the shell store what looks like a number as one.
SELECT printf('beware: this sqlite3 took %d name%s, and would make 7 of 007', n,
         iif(n = 1, ' for a number', 's for numbers'))
  FROM (SELECT count(*) AS n FROM temp.load_row WHERE type IN ('integer', 'real')) WHERE n > 0;

DROP TABLE temp.load_field;
DROP TABLE temp.load_row;
DROP TABLE temp.load_count;
