-- Table-valued functions: rows, columns, spans, and how they behave in joins.

.print tokens, with the spans of the given text, not of the folded one
SELECT * FROM textsim_tokens('Trump’s U.S. «naïve» ﬁn, 日本!');
SELECT position, token, start, length FROM textsim_tokens('x1,000.5 -- 3.14e0');
SELECT position, quote(token), start, length FROM textsim_tokens('Ab -- c', 'unit=char');
SELECT * FROM textsim_tokens('Ça va', 'marks=strip, case=keep');

.print shingles: every position, repeats included
SELECT position, shingle, start, length FROM shingles('To be, or NOT to be, to be', 2);
SELECT count(*), count(DISTINCT hash), count(DISTINCT shingle) FROM textsim_shingles('To be, or NOT to be, to be', 2);
SELECT position, quote(shingle), start, length FROM shingles('Ab - C', 'unit=char k=3');
.print hashes: XXH3 of the words, rolled, and the avalanche of XXH64
SELECT position, hash FROM shingles('The quick brown fox jumps over', 3);
SELECT position, hash FROM shingles('The quick brown fox jumps over', 'unit=char k=28 seed=42');

.print fewer than k tokens: one shingle; none: no row; NULL: no row
SELECT position, shingle, start, length FROM shingles(' The end. ');
SELECT count(*) FROM shingles(''), shingles('a');
SELECT count(*) FROM shingles(' -- ');
SELECT (SELECT count(*) FROM shingles(NULL)) + (SELECT count(*) FROM shingles('a', NULL)) +
       (SELECT count(*) FROM textsim_tokens(NULL)) + (SELECT count(*) FROM textsim_tokens('a', NULL)) +
       (SELECT count(*) FROM shingles(NULL, 'k=0')) + (SELECT count(*) FROM textsim_bands(NULL, 4)) +
       (SELECT count(*) FROM textsim_bands(minhash('a'), NULL)) + (SELECT count(*) FROM textsim_bands('x', NULL));

.print NUL and ill-formed bytes separate; an ill-formed byte is a character to substr()
SELECT position, token, start, length FROM textsim_tokens('a' || char(0) || 'b');
SELECT position, token, start, length, substr(CAST(x'61ff62c3' AS TEXT), start, length) = token
  FROM textsim_tokens(CAST(x'61ff62c3' AS TEXT));

.print numbers as text
SELECT token FROM textsim_tokens(42) UNION ALL SELECT token FROM textsim_tokens(-1.5);

.print every span of a real text, normalized, is the token or the shingle
CREATE TABLE article(name, body);
INSERT INTO article SELECT substr(name, 7, 3), CAST(readfile(name) AS TEXT) FROM fsdir('seeds')
  WHERE name LIKE 'seeds/0%.txt' ORDER BY name;
SELECT name, count(*) > 300, count(*) - sum(normalize_text(substr(body, start, length)) = token)
  FROM article, textsim_tokens(body) GROUP BY name;
SELECT name, count(*) > 300, count(*) - sum(normalize_text(substr(body, start, length)) = shingle)
  FROM article, shingles(body) GROUP BY name;
SELECT name, count(*) - sum(normalize_text(substr(body, start, length)) = trim(shingle))
  FROM article, shingles(body, 'unit=char k=9') GROUP BY name;
.print as many distinct hashes as the set has
SELECT name, count(DISTINCT hash) = json_extract(sketch_info(shingle_set(body)), '$.shingles')
  FROM article, shingles(body) GROUP BY name;

.print columns: names, types, hidden arguments, rowid
SELECT name, group_concat(column, ' ') FROM (
  SELECT m.name, c.name || CASE c.hidden WHEN 1 THEN '(hidden)' ELSE '' END AS column
    FROM (VALUES('shingles'), ('textsim_shingles'), ('textsim_tokens'), ('textsim_bands')) AS n
    JOIN pragma_module_list m ON m.name = n.column1 JOIN pragma_table_xinfo(m.name) c ORDER BY m.name, c.cid)
 GROUP BY name;
SELECT typeof(position), typeof(shingle), typeof(hash), typeof(start), typeof(length), rowid = position,
       textsim_text, textsim_options FROM shingles('a', 1);
SELECT textsim_text, typeof(textsim_options), rowid FROM textsim_tokens('a b', 'unit=word');
SELECT typeof(band), typeof(hash), textsim_sketch = minhash('a'), textsim_rows, rowid = band FROM textsim_bands(minhash('a'), 100);
.print arguments as conditions, in any order; several of them are checked like any others
SELECT shingle FROM shingles WHERE textsim_options = 1 AND textsim_text = 'a b';
SELECT shingle FROM shingles('a b') WHERE textsim_options = 'k=1';
SELECT shingle FROM shingles('a b', 1) WHERE textsim_text = 'a b c';
SELECT textsim_options FROM shingles('a b') WHERE textsim_text = 'a b';
SELECT shingle FROM shingles WHERE position = 1;
SELECT shingle FROM shingles WHERE textsim_text IN ('a', 'b c', NULL);
SELECT token, typeof(textsim_text) FROM textsim_tokens WHERE textsim_text IN ('007', '1e3', 'x');
SELECT a_text, a_start FROM textsim_passages WHERE textsim_a IN ('007', '7') AND textsim_b IN ('007', '07') AND textsim_options = 'min_words=1';

.print order: of the text, by default and when asked; any other if asked
SELECT group_concat(token, '') FROM textsim_tokens('c a b');
SELECT position, token FROM textsim_tokens('c a b') ORDER BY position LIMIT 2;
SELECT position, token FROM textsim_tokens('c a b') ORDER BY rowid DESC LIMIT 2;
SELECT position, token FROM textsim_tokens('c a b') ORDER BY token;
SELECT x.token || y.token FROM textsim_tokens('c a') x, textsim_tokens('z y') y ORDER BY x.position, y.position;

.print rows with one number
SELECT shingle FROM shingles('a b c', 1) WHERE position = 2;
SELECT shingle FROM shingles('a b c', 1) WHERE rowid = '3';
SELECT shingle FROM shingles('a b c', 1) WHERE position = 1.0;
SELECT shingle FROM shingles('a b c', 1) WHERE position IN (3, 1, 4, 0, -1, 1.5, 'x', NULL, 9e99, -9e99);
SELECT x.shingle || y.shingle FROM shingles('a b c', 1) x JOIN shingles('a b c', 1) y ON y.position = x.position + 1;

.print rows with one hash: as many as without that help
SELECT x.position, y.position, x.shingle FROM shingles('a b a c', 1) x JOIN shingles('b a a d b', 1) y ON x.hash = y.hash;
SELECT x.position, y.position, x.shingle FROM shingles('a b a c', 1) x JOIN shingles('b a a d b', 1) y ON +x.hash = +y.hash;
SELECT x.position, y.position FROM shingles('a b a c', 1) x LEFT JOIN shingles('b a a d', 1) y USING (hash);
WITH pair(a, b) AS (SELECT a.body, b.body FROM article a, article b WHERE a.name <= b.name)
SELECT group_concat(helped, ' '), count(*), sum(helped = plain) FROM (
  SELECT (SELECT count(*) FROM shingles(a) x JOIN shingles(b) y ON x.hash = y.hash) AS helped,
         (SELECT count(*) FROM shingles(a) x JOIN shingles(b) y ON +x.hash = +y.hash) AS plain FROM pair);
SELECT count(*) FROM (VALUES('x'), (1), (2.5), (NULL), (9e99), (x'00')) JOIN shingles('a b', 1) ON hash = column1;
SELECT count(*) FROM (SELECT CAST(hash AS TEXT) AS h FROM shingles('a b a', 1)) JOIN shingles('a b', 1) ON hash = h;

.print for every row of a table, NULL among them; in a subquery of a row
CREATE TABLE doc(id INTEGER PRIMARY KEY, body);
INSERT INTO doc(body) VALUES('a b'), (NULL), (''), ('c'), ('a b'), (7);
SELECT id, position, token FROM doc, textsim_tokens(body);
SELECT id, position, token FROM doc LEFT JOIN textsim_tokens(body) ON 1;
SELECT id, (SELECT count(*) FROM textsim_tokens(doc.body)) FROM doc;
SELECT token, count(*) FROM textsim_tokens(doc.body), doc GROUP BY token;
SELECT id, shingle FROM doc, shingles(body, 'k=' || (1 + (id > 4)));

.print the hidden columns do not get in the way of a table's own
CREATE TABLE mine(text, options, sketch, rows);
INSERT INTO mine VALUES('a b', 1, minhash('a'), 64);
SELECT text, position, shingle, band FROM mine, shingles(text, options), textsim_bands(sketch, rows);

.print bands: num_perm / rows of them, the rest is left over; none for an empty sketch
SELECT count(*) FROM textsim_bands(minhash('a'), 1);
SELECT count(*), min(band), max(band) FROM textsim_bands(minhash('a'), 3);
SELECT count(*) FROM textsim_bands(minhash('a', 'num_perm=64'), 64);
SELECT count(*) FROM textsim_bands(minhash('a'), 4.0) UNION ALL SELECT count(*) FROM textsim_bands(minhash(''), 4);
SELECT band, hash FROM textsim_bands(minhash('a b c', 'k=1 num_perm=16'), 4);
SELECT band, hash FROM textsim_bands(minhash('a b c', 'k=1 num_perm=16'), 16);
.print candidate pairs of the articles with 3 rows a band, and how many bands they share
CREATE TABLE band AS SELECT name, band, hash FROM article, textsim_bands(minhash(body), 3);
SELECT a.name, b.name, count(*) FROM band a JOIN band b USING (band, hash) WHERE a.name < b.name GROUP BY 1, 2;

.print names with the prefix alone stay free for tables; no table can be changed
CREATE TABLE tokens(x); INSERT INTO tokens VALUES(1); CREATE TABLE bands(x);
SELECT count(*) FROM tokens, bands; DROP TABLE IF EXISTS tokens; DROP TABLE IF EXISTS bands; DROP TABLE IF EXISTS pairs;
INSERT INTO shingles(textsim_text) VALUES('a');
DELETE FROM textsim_tokens;
CREATE VIRTUAL TABLE t USING shingles;
