.bail on
-- Load JSON Lines into the table articles(id, name, title, body): one JSON object
-- per line, from standard input.
--
--     sqlite3 my.db ".read sql/load_jsonl.sql" <corpus.jsonl
--     zcat corpus.jsonl.gz | sqlite3 my.db ".read sql/load_jsonl.sql"
--
-- The name of an article is the member "name" or, if that is empty, "id" (a text or a
-- number, as it is written), its body "body" or else "text", its title "title" or else
-- the first line of the body.  Objects without a name get one, if told so:
--
--     sqlite3 my.db ".parameter set :source \"'corpus'\"" ".read sql/load_jsonl.sql" <...
--
-- They are then corpus:00000001 and so on: the number of the line, blank ones not counted.
--
-- By its name an article is new, changed or unchanged; loading twice changes
-- nothing.  New articles get ids in the order of their names, and keep them.
-- Left out, and listed: lines that are no such objects, and names that an earlier
-- line has.  Lines are counted as in the file, blank ones too.  An escaped NUL (\u0000)
-- becomes U+FFFD, because SQLite ends a text there; both separate words.

.headers off
.mode list

-- Stop before anything is read or made.
DROP TABLE IF EXISTS temp.load_from;
CREATE TEMP TABLE load_from(source);
CREATE TEMP TRIGGER load_from_check BEFORE INSERT ON load_from BEGIN
  SELECT RAISE(ABORT, 'load_jsonl: :source must be a text, with both pairs of quotes: .parameter set :source "''2024''"')
   WHERE typeof(NEW.source) NOT IN ('text', 'null');
END;
INSERT INTO temp.load_from VALUES(:source);
DROP TABLE temp.load_from;

-- A line must arrive whole, whatever is in it.  In this mode quotes mean nothing
-- to the shell, and the separator is a control character, which JSON forbids.  The
-- shell passes over blank lines: with another field before each, none is, and the rowid of
-- a line is its number.  (Not awk: mawk takes 11 s for a line of 50 MB.)
DROP TABLE IF EXISTS temp.load_line;
CREATE TEMP TABLE load_line(before TEXT, line TEXT);
.mode ascii
.separator "\001" "\n"
.import '|LC_ALL=C sed "s/^/-$(printf "\001")/"' load_line
.mode list
.separator "|" "\n"

UPDATE temp.load_line SET line = substr(line, 2)
 WHERE _rowid_ = 1 AND unicode(line) = 0xFEFF;
-- \\u0000 is a backslash and no NUL: so first each pair of backslashes.
UPDATE temp.load_line SET line = replace(replace(line, '\\', '\u005c'), '\u0000', '\ufffd')
 WHERE instr(line, '\u0000');

-- What decides about a line, without its text: a statement takes as many times the memory
-- of a line as it names it.  The first of two members of one name counts, as in json_extract.
-- Of a body its path is kept, since a name with escapes in it is another to some versions.
DROP TABLE IF EXISTS temp.load_row;
CREATE TEMP TABLE load_row(n INTEGER PRIMARY KEY, place INTEGER, type TEXT, name TEXT, left_out TEXT);
INSERT INTO temp.load_row(n, place)
SELECT _rowid_, row_number() OVER (ORDER BY _rowid_)
  FROM temp.load_line WHERE line GLOB '*[^ ' || char(9, 13) || ']*';
UPDATE temp.load_row SET type = 'not JSON'
 WHERE (SELECT NOT json_valid(line) FROM temp.load_line f WHERE f._rowid_ = n);
UPDATE temp.load_row SET type = (SELECT json_type(line) FROM temp.load_line f WHERE f._rowid_ = n)
 WHERE type IS NULL;
DROP TABLE IF EXISTS temp.load_member;
CREATE TEMP TABLE load_member(n INTEGER, key TEXT, value TEXT, PRIMARY KEY(n, key)) WITHOUT ROWID;
INSERT OR IGNORE INTO temp.load_member
SELECT n, m.key, CASE
         WHEN m.key IN ('body', 'text') THEN iif(m.type = 'text' AND m.atom <> '', m.fullkey, NULL)
         WHEN m.type = 'integer' THEN line -> m.fullkey
         WHEN m.type IN ('text', 'real') THEN nullif(m.atom, '') END
  FROM temp.load_row CROSS JOIN temp.load_line f ON f._rowid_ = n CROSS JOIN json_each(line) m
 WHERE load_row.type = 'object' AND m.key IN ('name', 'id', 'body', 'text');

UPDATE temp.load_row SET
  name = coalesce((SELECT value FROM temp.load_member m WHERE m.n = load_row.n AND key = 'name'),
                  (SELECT value FROM temp.load_member m WHERE m.n = load_row.n AND key = 'id'),
                  CASE WHEN :source IS NOT NULL THEN printf('%s:%08d', :source, place) END),
  left_out = CASE WHEN type <> 'object' THEN 'not a JSON object (JSON Lines has one object a line, and no array)'
    WHEN NOT EXISTS (SELECT 1 FROM temp.load_member m
                      WHERE m.n = load_row.n AND key IN ('body', 'text') AND value IS NOT NULL)
      THEN 'no text in "body" or "text"' END
 WHERE type <> 'not JSON';
UPDATE temp.load_row SET left_out = 'no "name" or "id" (:source makes names)'
 WHERE type <> 'not JSON' AND left_out IS NULL AND name IS NULL;
UPDATE temp.load_row SET left_out = (
  SELECT CASE
    WHEN trim(line, ' ' || char(9, 13)) IN ('[', ']')
      THEN 'not JSON: a bracket (JSON Lines has one object a line, and no array)'
    WHEN json_valid(rtrim(line, ', ' || char(9, 13)))
      THEN 'not JSON: a comma at its end (JSON Lines has one object a line, and no array)'
    ELSE 'not JSON' END FROM temp.load_line f WHERE f._rowid_ = n)
 WHERE type = 'not JSON';
CREATE INDEX temp.load_row_name ON load_row(name);
UPDATE temp.load_row SET left_out = printf('line %d has the same name', first)
  FROM (SELECT name AS its_name, min(n) AS first FROM temp.load_row
         WHERE left_out IS NULL GROUP BY name HAVING count(*) > 1)
 WHERE left_out IS NULL AND name = its_name AND n > first;

SELECT printf('left out: line %d: %s', n, left_out)
  FROM temp.load_row WHERE left_out IS NOT NULL ORDER BY n LIMIT 20;
SELECT printf('left out: %d more line%s', n - 20, iif(n = 21, '', 's'))
  FROM (SELECT count(*) AS n FROM temp.load_row WHERE left_out IS NOT NULL) WHERE n > 20;

DROP TABLE IF EXISTS temp.load_count;
CREATE TEMP TABLE load_count(n_loaded, n_before, n_new, n_written);
CREATE TEMP TRIGGER load_count_check BEFORE INSERT ON load_count WHEN NEW.n_loaded = 0 BEGIN
  SELECT RAISE(ABORT, 'load_jsonl: standard input has no articles: sqlite3 my.db ".read sql/load_jsonl.sql" <corpus.jsonl');
END;
INSERT INTO temp.load_count(n_loaded) SELECT count(*) FROM temp.load_row WHERE left_out IS NULL;

-- A table that is there already must have the columns, ids that stay, and each
-- name once; and no others that a new article cannot fill.
DROP TABLE IF EXISTS temp.load_table;
CREATE TEMP TABLE load_table(n_columns, n_known, n_key, n_unique, n_folded, n_required);
CREATE TEMP TRIGGER load_table_check BEFORE INSERT ON load_table WHEN NEW.n_columns > 0 BEGIN
  SELECT RAISE(ABORT, 'load_jsonl: the table articles that is there lacks some of the columns id, name, title, body')
   WHERE NEW.n_known < 4;
  SELECT RAISE(ABORT, 'load_jsonl: the column id of the table articles must be its INTEGER PRIMARY KEY: make a new table that has it, copy the rows and rename it')
   WHERE NEW.n_key = 0;
  SELECT RAISE(ABORT, 'load_jsonl: the names in the table articles must be unique: CREATE UNIQUE INDEX articles_name ON articles(name)')
   WHERE NEW.n_unique = 0;
  SELECT RAISE(ABORT, 'load_jsonl: the names in the table articles must be unique as they are written, with COLLATE BINARY: "q" and "Q" are two articles')
   WHERE NEW.n_folded > 0;
  SELECT RAISE(ABORT, 'load_jsonl: the table articles has another column that must not be NULL: give it a DEFAULT')
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
SELECT name,
       iif(json_type(line, '$.title') = 'text', line ->> '$.title', ''),
       line ->> coalesce((SELECT value FROM temp.load_member m WHERE m.n = load_row.n AND key = 'body'),
                         (SELECT value FROM temp.load_member m WHERE m.n = load_row.n AND key = 'text'))
  FROM temp.load_row CROSS JOIN temp.load_line f ON f._rowid_ = n
 WHERE left_out IS NULL ORDER BY name
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

DROP TABLE temp.load_line;
DROP TABLE temp.load_row;
DROP TABLE temp.load_member;
DROP TABLE temp.load_count;
