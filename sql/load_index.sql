.bail on
-- Make the index articles_sim over the table articles(id, name, title, body) that a
-- loader made, and let triggers keep it in step from then on.
--
--     sqlite3 -cmd ".load ./textsim" my.db ".read sql/load_index.sql"
--
-- Its options, if they are not to be k=5, threshold=0.5:
--
--     sqlite> .parameter set :options "'k=2, threshold=0.3'"
--     sqlite> .read sql/load_index.sql
--
-- An index that is there and in step stays as it is.  It is made anew if one of its
-- triggers is gone, as after writing without the extension, and if :options are given
-- that it does not have.  `.log stderr` before it shows how far the work is.

.headers off
.mode list

-- Stop before anything is made.
DROP TABLE IF EXISTS temp.load_wanted;
CREATE TEMP TABLE load_wanted(version, given, there TEXT, n_triggers INTEGER,
                              options TEXT, sql TEXT, is_needed INTEGER, is_made INTEGER);
CREATE TEMP TRIGGER load_wanted_check BEFORE INSERT ON load_wanted BEGIN
  SELECT RAISE(ABORT, 'load_index: there is no table articles: load_files.sql, load_csv.sql and load_jsonl.sql make it')
   WHERE NOT EXISTS (SELECT 1 FROM main.sqlite_schema WHERE type = 'table' AND lower(name) = 'articles');
  SELECT RAISE(ABORT, 'load_index: the column id of the table articles must be its INTEGER PRIMARY KEY: make a new table that has it, copy the rows and rename it')
   WHERE EXISTS (SELECT 1 FROM pragma_index_list('articles') WHERE origin = 'pk')
      OR NOT EXISTS (SELECT 1 FROM pragma_table_xinfo('articles')
                      WHERE lower(name) = 'id' AND upper(type) = 'INTEGER' AND pk);
  SELECT RAISE(ABORT, 'load_index: the table articles_sim that is there is not an index of articles')
   WHERE NEW.there NOT LIKE 'CREATE VIRTUAL TABLE%USING textsim(%content%=%articles%';
  SELECT RAISE(ABORT, 'load_index: :options must be a text, with both pairs of quotes: .parameter set :options "''k=2, threshold=0.3''"')
   WHERE typeof(NEW.given) NOT IN ('text', 'null') OR NEW.given GLOB '*[();]*';
END;
CREATE TEMP TRIGGER load_wanted_made BEFORE UPDATE OF is_needed ON load_wanted WHEN OLD.is_needed AND OLD.is_made IS NULL BEGIN
  SELECT RAISE(ABORT, 'load_index: the index was not made: is $TMPDIR (or /tmp) a folder to write to?');
END;
INSERT INTO temp.load_wanted(version, given, there, n_triggers)
SELECT textsim_version(), :options,
       (SELECT sql FROM main.sqlite_schema WHERE type = 'table' AND lower(name) = 'articles_sim'),
       (SELECT count(*) FROM main.sqlite_schema
         WHERE type = 'trigger' AND lower(tbl_name) = 'articles'
           AND name IN ('articles_sim_insert', 'articles_sim_delete', 'articles_sim_update'));
UPDATE temp.load_wanted SET options = replace(coalesce(given, 'k=5, threshold=0.5'), char(10), ' ');
UPDATE temp.load_wanted SET sql = iif(given IS NULL AND there IS NOT NULL, replace(there, char(10), ' '), printf(
  'CREATE VIRTUAL TABLE articles_sim USING textsim(body, content=''articles'', content_rowid=''id'', sync=triggers, %s)',
  options));
UPDATE temp.load_wanted SET is_needed = replace(there, char(10), ' ') IS NOT sql OR n_triggers < 3;

-- A CREATE takes no parameters: it is written to a file of three lines, which is then
-- read.  The options are tried first: an error in them leaves the index that is there.
-- (What is written must be read by somebody, or the shell would end without a word.)
.once '|f="${TMPDIR:-/tmp}/textsim-$PPID.sql"; rm -f "$f"; umask 077; set -C; cat >"$f" || cat >/dev/null'
SELECT printf('read: SAVEPOINT load_index;' || char(10)
              || 'read: CREATE VIRTUAL TABLE temp.load_index USING textsim(body, %s); DROP TABLE temp.load_index;'
              || ' DROP TABLE IF EXISTS articles_sim; %s;'
              || ' INSERT INTO articles_sim(articles_sim, rank) VALUES(''progress'', 1);'
              || ' INSERT INTO articles_sim(articles_sim) VALUES(''rebuild''); RELEASE load_index;'
              || ' UPDATE temp.load_wanted SET is_made = 1; SAVEPOINT load_index;' || char(10)
              || 'read: ROLLBACK TO load_index; RELEASE load_index;', options, sql)
  FROM temp.load_wanted WHERE is_needed;
-- The second line ends at an error.  The third is always read, and takes back what it did
-- so far; a shell in which a savepoint stays open would lose all that is done in it later.
.bail off
.read '|f="${TMPDIR:-/tmp}/textsim-$PPID.sql"; [ -O "$f" ] && sed -n "s/^read: //p" "$f"; rm -f "$f"'
.bail on
UPDATE temp.load_wanted SET is_needed = 0;

SELECT printf('articles_sim: %d article%s; %s', n, iif(n = 1, '', 's'),
              iif(is_made, 'made', 'was in step'))
  FROM temp.load_wanted, (SELECT count(*) AS n FROM articles);

DROP TABLE temp.load_wanted;
