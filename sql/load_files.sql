.bail on
-- Load a folder of text files into the table articles(id, name, title, body).
--
--     sqlite3 my.db
--     sqlite> .parameter set :dir "'docs/2024'"
--     sqlite> .read sql/load_files.sql
--
-- Both pairs of quotes belong there.  The shell takes what it is given for an
-- SQL expression: 2024/11 would be the number 184.  The parameters:
--
--     :dir     the folder; it is read with all folders below it
--     :files   only files whose path below :dir matches this GLOB; default '*'
--     :prefix  what is put before that path to make the name of an article;
--              default: the folder as given, so that two folders never mix
--     :gone    what happens to articles of this folder whose file is gone:
--              'keep' (default) or 'delete'; if the whole folder is gone, nothing
--              happens to any: the script stops with "cannot stat file"
--
-- By its name an article is new, changed or unchanged; loading twice changes
-- nothing.  New articles get ids in the order of their names, and keep them.
-- A body is the file, byte for byte, but for a byte order mark.  Left out, and
-- listed: files with NUL bytes (binary, UTF-16), unreadable ones, symbolic links.
-- Left out in silence: files and folders whose name begins with a dot.
--
-- The shell cannot pass over a folder that it may not read, or a file over 1 GB: it stops
-- with "cannot read directory" or "string or blob too big", and nothing is loaded.  Which
-- one it is, is said before; :dir and :files can be set so that they take only others.

.headers off
.mode list

-- Stop before anything is read or made.
DROP TABLE IF EXISTS temp.load_from;
CREATE TEMP TABLE load_from(
  dir, files, prefix, gone,
  folder TEXT AS (rtrim(dir, '/')),
  before TEXT AS (coalesce(prefix, CASE
           WHEN rtrim(dir, '/') = '.' THEN ''
           WHEN substr(dir, 1, 2) = './' THEN ltrim(substr(rtrim(dir, '/'), 3), '/') || '/'
           ELSE rtrim(dir, '/') || '/' END)));
CREATE TEMP TRIGGER load_from_check BEFORE INSERT ON load_from BEGIN
  SELECT RAISE(ABORT, 'load_files: which folder?  .parameter set :dir "''docs''"')
   WHERE NEW.dir IS NULL OR NEW.dir = '';
  SELECT RAISE(ABORT, 'load_files: :dir must be a text, with both pairs of quotes: .parameter set :dir "''2024/11''"')
   WHERE typeof(NEW.dir) <> 'text';
  SELECT RAISE(ABORT, 'load_files: :files must be a text, with both pairs of quotes: .parameter set :files "''*.txt''"')
   WHERE typeof(NEW.files) <> 'text';
  SELECT RAISE(ABORT, 'load_files: :prefix must be a text, with both pairs of quotes: .parameter set :prefix "''2024/''"')
   WHERE typeof(NEW.prefix) NOT IN ('text', 'null');
  SELECT RAISE(ABORT, 'load_files: :gone must be ''keep'' or ''delete''')
   WHERE NEW.gone NOT IN ('keep', 'delete');
  SELECT RAISE(ABORT, 'load_files: without a prefix nothing tells which articles came from this folder: set :prefix, or do not set :gone')
   WHERE NEW.gone = 'delete' AND (NEW.prefix = '' OR NEW.prefix IS NULL AND rtrim(NEW.dir, '/') = '.');
END;
INSERT INTO temp.load_from(dir, files, prefix, gone)
VALUES(:dir, coalesce(:files, '*'), :prefix, coalesce(:gone, 'keep'));

-- fsdir() does not name a folder that it cannot read, but find does.
.once '|sh'
SELECT 'find ''' || replace(iif(dir GLOB '[-(),!]*', './', '') || folder, '''', '''\''''') || '/.'' -type d >/dev/null'
  FROM temp.load_from;

-- The files.  "/." follows a folder that is a symbolic link; what is found in it
-- has a path of folder/./below.
DROP TABLE IF EXISTS temp.load_file;
CREATE TEMP TABLE load_file(
  n INTEGER PRIMARY KEY, name TEXT, path TEXT, mode INTEGER, left_out TEXT);
INSERT INTO temp.load_file(name, path, mode)
SELECT before || below, path, mode
  FROM (SELECT before, files, mode, name AS path, substr(name, length(folder) + 4) AS below
          FROM temp.load_from, fsdir(folder || '/.'))
 WHERE mode & 0xF000 <> 0x4000                          -- no folders
   AND below GLOB files AND NOT '/' || below GLOB '*/.*'
 ORDER BY 1;

-- Nor does readfile() name a file over 1 GB, at which it stops.
.once '|sh'
SELECT 'find ' || group_concat('''' || replace(iif(path GLOB '[-(),!]*', './', '') || path, '''', '''\''''') || '''', ' ')
       || ' -prune -size +999990000c | sed ''s|/[.]/|/|; s|^|over 1 GB, which SQLite cannot hold: |'''
  FROM temp.load_file WHERE mode & 0xF000 = 0x8000 GROUP BY n / 200;

UPDATE temp.load_file SET left_out = CASE
    WHEN mode & 0xF000 = 0xA000 THEN 'a symbolic link'
    WHEN mode & 0xF000 <> 0x8000 THEN 'not a file'
    WHEN readfile(path) IS NULL THEN 'cannot be read'
    WHEN substr(readfile(path), 1, 2) IN (x'FFFE', x'FEFF')
      THEN 'UTF-16; iconv -f UTF-16 -t UTF-8 makes it readable'
    WHEN instr(readfile(path), x'00') THEN 'binary: it has NUL bytes'
  END;
-- In a UTF-16 database, names that are not UTF-8 may become the same.
CREATE INDEX temp.load_file_name ON load_file(name);
UPDATE temp.load_file SET left_out = 'another file has the same name'
 WHERE left_out IS NULL
   AND EXISTS (SELECT 1 FROM temp.load_file o WHERE o.name = load_file.name AND o.n < load_file.n
                AND o.left_out IS NULL);

-- The bytes of a file are UTF-8.  In a UTF-8 database a CAST makes them a text.
-- In a UTF-16 one it would take them for UTF-16, so there they are decoded (some
-- seconds per megabyte); what is ill-formed becomes U+FFFD.
DROP TABLE IF EXISTS temp.load_piece;
CREATE TEMP TABLE load_piece(file INTEGER, start INTEGER, bytes BLOB);
INSERT INTO temp.load_piece
WITH RECURSIVE piece(file, path, start, size) AS (
  SELECT n, path, 1, length(readfile(path)) FROM temp.load_file
   WHERE left_out IS NULL AND (SELECT encoding <> 'UTF-8' FROM pragma_encoding)
  UNION ALL
  SELECT file, path, start + 2048, size FROM piece WHERE start + 2048 <= size)
SELECT file, start, substr(readfile(path), start, 2048) FROM piece;

DROP TABLE IF EXISTS temp.load_decoded;
CREATE TEMP TABLE load_decoded(file INTEGER PRIMARY KEY, body TEXT, n_replacements INTEGER);
INSERT INTO temp.load_decoded
WITH RECURSIVE
number(n) AS (SELECT 0 UNION ALL SELECT n + 1 FROM number WHERE n < 2047),
digits(file, at, hex) AS (
  SELECT file, start + n, hex(substr(bytes, n + 1, 1))
    FROM temp.load_piece CROSS JOIN number WHERE n < length(bytes)),
byte(file, at, value) AS (
  SELECT file, at, instr('123456789ABCDEF', substr(hex, 1, 1)) * 16
                 + instr('123456789ABCDEF', substr(hex, 2, 1)) FROM digits),
neighbours AS (
  SELECT file, lag(value, 1, 0) OVER file AS before, value AS b0,
         lead(value, 1, 0) OVER file - 0x80 AS b1,      -- 0..0x3F if it continues
         lead(value, 2, 0) OVER file - 0x80 AS b2,      -- a character
         lead(value, 3, 0) OVER file - 0x80 AS b3
    FROM byte WINDOW file AS (PARTITION BY file ORDER BY at))
SELECT file, group_concat(CASE
    WHEN b0 < 0x80 THEN char(b0)
    WHEN b0 < 0xC0 THEN iif(before < 0x80, char(0xFFFD), '')
    WHEN b0 BETWEEN 0xC2 AND 0xDF AND b1 BETWEEN 0 AND 0x3F
      THEN char((b0 - 0xC0) * 0x40 + b1)
    WHEN b0 BETWEEN 0xE0 AND 0xEF AND min(b1, b2) >= 0 AND max(b1, b2) <= 0x3F
      THEN char((b0 - 0xE0) * 0x1000 + b1 * 0x40 + b2)
    WHEN b0 BETWEEN 0xF0 AND 0xF4 AND min(b1, b2, b3) >= 0 AND max(b1, b2, b3) <= 0x3F
      THEN char((b0 - 0xF0) * 0x40000 + b1 * 0x1000 + b2 * 0x40 + b3)
    ELSE char(0xFFFD)
  END, ''), total(b0 = 0xEF AND b1 = 0x3F AND b2 = 0x3D)    -- U+FFFD of the file itself
  FROM neighbours GROUP BY file;

-- A table that is there already must have the columns, ids that stay, and each
-- name once; and no others that a new article cannot fill.
DROP TABLE IF EXISTS temp.load_table;
CREATE TEMP TABLE load_table(n_columns, n_known, n_key, n_unique, n_folded, n_required);
CREATE TEMP TRIGGER load_table_check BEFORE INSERT ON load_table WHEN NEW.n_columns > 0 BEGIN
  SELECT RAISE(ABORT, 'load_files: the table articles that is there lacks some of the columns id, name, title, body')
   WHERE NEW.n_known < 4;
  SELECT RAISE(ABORT, 'load_files: the column id of the table articles must be its INTEGER PRIMARY KEY: make a new table that has it, copy the rows and rename it')
   WHERE NEW.n_key = 0;
  SELECT RAISE(ABORT, 'load_files: the names in the table articles must be unique: CREATE UNIQUE INDEX articles_name ON articles(name)')
   WHERE NEW.n_unique = 0;
  SELECT RAISE(ABORT, 'load_files: the names in the table articles must be unique as they are written, with COLLATE BINARY: "q" and "Q" are two articles')
   WHERE NEW.n_folded > 0;
  SELECT RAISE(ABORT, 'load_files: the table articles has another column that must not be NULL: give it a DEFAULT')
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

-- What has no title yet is new or changed.
DROP TABLE IF EXISTS temp.load_count;
CREATE TEMP TABLE load_count(n_before, n_new, n_written);
INSERT INTO temp.load_count(n_before) SELECT count(*) FROM articles;
INSERT INTO articles(name, title, body)
SELECT name, '', CASE (SELECT encoding FROM pragma_encoding)
    WHEN 'UTF-8' THEN coalesce(CAST(substr(readfile(path),
      iif(substr(readfile(path), 1, 3) = x'EFBBBF', 4, 1)) AS TEXT), '')
    ELSE coalesce((SELECT substr(body, iif(unicode(body) = 0xFEFF, 2, 1))
      FROM temp.load_decoded WHERE file = n), '')
  END
  FROM temp.load_file WHERE left_out IS NULL ORDER BY n
    ON CONFLICT(name) DO UPDATE SET title = '', body = excluded.body
 WHERE excluded.body IS NOT articles.body;
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
 WHERE coalesce(title, '') = '' AND name IN (SELECT name FROM temp.load_file WHERE left_out IS NULL);

-- Without a prefix nothing tells which articles came from this folder.
DROP TABLE IF EXISTS temp.load_gone;
CREATE TEMP TABLE load_gone AS
SELECT a.id FROM articles a, temp.load_from f
 WHERE f.before <> '' AND substr(a.name, 1, length(f.before)) = f.before
   AND substr(a.name, length(f.before) + 1) GLOB f.files
   AND a.name NOT IN (SELECT name FROM temp.load_file);
DELETE FROM articles
 WHERE id IN (SELECT id FROM temp.load_gone) AND (SELECT gone = 'delete' FROM temp.load_from);

-- What was done.
SELECT printf('%s: %d file%s; %d article%s new, %d changed, %d unchanged', folder,
         n_files, iif(n_files = 1, '', 's'), n_new, iif(n_new = 1, '', 's'),
         n_written - n_new, n_loaded - n_written)
  FROM temp.load_from, temp.load_count,
       (SELECT count(*) AS n_files, total(left_out IS NULL) AS n_loaded FROM temp.load_file);
SELECT printf('left out: %s: %s', name, left_out)
  FROM temp.load_file WHERE left_out IS NOT NULL ORDER BY n;
SELECT printf('gone from %s: %d file%s; %s %s', folder, n_gone, iif(n_gone = 1, '', 's'),
         iif(n_gone = 1, 'its article was', 'their articles were'),
         iif(gone = 'delete', 'deleted', 'kept; :gone = ''delete'' deletes ' || iif(n_gone = 1, 'it', 'them')))
  FROM temp.load_from, (SELECT count(*) AS n_gone FROM temp.load_gone) WHERE n_gone > 0;
-- REGEXP, unlike GLOB, takes all that is ill-formed for U+FFFD, which itself is none of it;
-- some versions also take a character at the end of a text for that.
SELECT printf('not UTF-8: %s: its ill-formed bytes will separate words', a.name)
  FROM temp.load_file f CROSS JOIN articles a ON a.name = f.name
  LEFT JOIN temp.load_decoded d ON d.file = f.n, pragma_encoding e
 WHERE f.left_out IS NULL AND CASE
         WHEN e.encoding <> 'UTF-8'
           THEN length(a.body) - length(replace(a.body, char(0xFFFD), '')) > d.n_replacements
         ELSE replace(a.body, char(0xFFFD), ' ') || '   ' REGEXP '[' || char(0xFFFD) || ']' END
 ORDER BY f.n;

DROP TABLE temp.load_from;
DROP TABLE temp.load_file;
DROP TABLE temp.load_piece;
DROP TABLE temp.load_decoded;
DROP TABLE temp.load_count;
DROP TABLE temp.load_gone;
