-- What alloc_fail.c runs with every allocation failing.  A statement ends with a
-- semicolon at the end of a line; those that give no rows prepare for the others, and
-- DELETE, REPLACE and UPDATE are tried as well.
CREATE TABLE docs(id INTEGER PRIMARY KEY, body TEXT);
INSERT INTO docs(body) VALUES
  ('The quick brown fox jumps over the lazy dog and runs away into the dark wood.'),
  ('The quick brown fox jumps over the lazy dog and runs home, where supper waits.'),
  ('Žluťoučký kůň pěl ďábelské ódy; ΣΊΣΥΦΟΣ, ﬁn, Ａｌｐｈａ, naïve 日本語の文章 ไทย।'),
  (''),
  (NULL);
-- Longer than one piece of the pipeline, with few and with many distinct shingles.
INSERT INTO docs(body)
  WITH RECURSIVE n(i) AS (VALUES(1) UNION ALL SELECT i + 1 FROM n WHERE i < 2000)
  SELECT group_concat('word' || i % 7, ' ') FROM n UNION ALL
  SELECT group_concat('é' || i * i, ' ') FROM n;
CREATE TABLE kept(id INTEGER PRIMARY KEY, sketch BLOB, shingles BLOB);
INSERT INTO kept SELECT id, minhash(body, 'k=3, num_perm=64'), shingle_set(body, 'k=3') FROM docs;

-- The measures: of texts, of BLOBs, of both.
SELECT a.id, b.id, jaccard(a.body, b.body, 2), containment(a.body, b.body, 2) FROM docs a JOIN docs b ON a.id < b.id WHERE b.id <= 5;
SELECT overlap_coefficient(a.body, b.body), dice(a.body, b.body, 'unit=char k=7') FROM docs a JOIN docs b ON a.id < b.id WHERE b.id <= 5;
SELECT jaccard(a.body, b.body), jaccard(a.body, b.body, 'unit=char, k=9') FROM docs a, docs b WHERE a.id = 6 AND b.id = 7;
SELECT jaccard(a.shingles, b.shingles), containment(a.sketch, b.sketch) FROM kept a JOIN kept b ON a.id < b.id;
SELECT jaccard(a.shingles, b.body), dice(b.body, a.sketch), overlap_coefficient(a.sketch, b.shingles) FROM kept AS a, (SELECT k.shingles, d.body FROM kept k JOIN docs d USING (id)) AS b WHERE a.id IN (1, 7);

-- BLOBs.
SELECT id, hex(minhash(body)), hex(shingle_set(body, 3)) FROM docs WHERE id <= 5;
SELECT length(minhash(body, 'num_perm=4096')), length(shingle_set(body)) FROM docs;
SELECT hex(minhash_union(sketch)) FROM kept;
SELECT id % 3, sketch_info(minhash_union(sketch)) FROM kept GROUP BY 1;
SELECT minhash_union(sketch) FROM kept WHERE id > 1000;
SELECT sketch_info(sketch), sketch_info(shingles) FROM kept;

-- Numbers and text.
SELECT simhash(body), simhash(body, 'unit=char k=4'), fingerprint(body, 'seed=7') FROM docs;
SELECT simhash_distance(a.h, b.h) FROM (SELECT simhash(body) h FROM docs) a, (SELECT simhash(body) h FROM docs) b;
SELECT normalize_text(body), normalize_text(body, 'case=keep marks=strip') FROM docs WHERE id <= 5;
SELECT length(normalize_text(body)), length(normalize_text(body, 'unit=char')) FROM docs;
SELECT textsim_version(), textsim_debug();

-- Table-valued functions.
SELECT docs.id, position, shingle, hash, start, length FROM docs, shingles(body, 3) WHERE docs.id <= 5;
SELECT count(*), sum(start + hash % 2) FROM docs, textsim_shingles(body, 'unit=char k=5');
SELECT docs.id, position, token, start, length FROM docs, textsim_tokens(body) WHERE docs.id <= 5;
SELECT count(*), sum(start + length) FROM docs, textsim_tokens(body, 'case=keep marks=strip');
SELECT id, band, hash FROM kept, textsim_bands(sketch, 3) WHERE id <= 3;
SELECT s.position, s.shingle FROM docs, textsim_shingles(body, 3) s WHERE docs.id = 2 AND s.hash IN (SELECT hash FROM shingles((SELECT body FROM docs WHERE id = 1), 3));
SELECT a.id, b.id, count(*) FROM kept a, textsim_bands(a.sketch, 4) x, kept b, textsim_bands(b.sketch, 4) y WHERE a.id < b.id AND x.band = y.band AND x.hash = y.hash GROUP BY 1, 2;

-- Passages: of short texts, and of long ones that repeat themselves.
SELECT a.id, b.id, coverage(a.body, b.body), coverage(a.body, b.body, 'min_words=2 max_gap=1') FROM docs a JOIN docs b ON a.id < b.id;
SELECT length(highlight_passages(a.body, b.body, '<b>', '</b>', 'escape=html, min_words=3')) FROM docs a, docs b WHERE b.id = 1;
SELECT a.id, p.* FROM docs a, docs b, textsim_passages(a.body, b.body, 'min_words=3') p WHERE b.id = 2 AND a.id <= 5;
SELECT count(*), sum(words) FROM docs a, docs b, textsim_passages(a.body, b.body || ' x ' || a.body) p WHERE a.id > 5;
SELECT coverage('a', 'b', 'max_gap=99');

-- Errors: the message or out of memory.
SELECT jaccard('a', 'b', 'k=0');
SELECT minhash('a', 'color=red');
SELECT jaccard(x'00', 'b');
SELECT jaccard(minhash('a', 3), minhash('a', 4));
SELECT sketch_info(x'54534d01');
SELECT * FROM shingles('a b', 'k=99');
SELECT * FROM textsim_bands(minhash('a b c d e f'), 0);
SELECT sketch_info(zeroblob(1000));

-- Pairs and clusters of an index.
CREATE TABLE news(id INTEGER PRIMARY KEY, body TEXT);
INSERT INTO news VALUES (1, 'one two three four five six seven'), (5, 'one two three four five six seven eight'), (9, 'One two three four five six seven!'), (12, NULL), (20, 'three four five six seven eight nine');
CREATE VIRTUAL TABLE sim USING textsim(body, content='news', content_rowid='id', threshold=0.3);
INSERT INTO sim(sim) VALUES('rebuild');
SELECT * FROM textsim_pairs('sim', 0.5) ORDER BY a, b;
SELECT * FROM textsim_clusters('sim', 0.5);
SELECT id, a, similarity FROM news LEFT JOIN textsim_pairs('sim', '0.5', 'main') ON b = id;
SELECT id FROM news WHERE EXISTS (SELECT 1 FROM textsim_pairs('sim', 0.8) WHERE b = id);
SELECT * FROM textsim_clusters('sim', 0.5) WHERE cluster = 1;
SELECT count(*), (SELECT count(*) FROM textsim_clusters('sim', 0.9)) FROM textsim_pairs('sim', 0.9);
SELECT * FROM textsim_pairs('sim', 0.5) WHERE a = 1 AND b = 2;
SELECT * FROM textsim_pairs('sim', 0.1);

-- Sets instead of texts: shared, over several rows, cut out, moved.
CREATE VIRTUAL TABLE bare USING textsim(body, content='', k=1);
INSERT INTO bare(rowid, body) WITH RECURSIVE n(i) AS (VALUES(1) UNION ALL SELECT i + 1 FROM n WHERE i < 700) SELECT 700, group_concat(i, ' ') FROM n;
INSERT INTO bare(rowid, body) VALUES(2, '1 2');
INSERT INTO bare(rowid, body) VALUES(3, 'one two three'), (4, 'one two three');
UPDATE bare SET body = 'four five' WHERE rowid = 3;
DELETE FROM bare WHERE rowid = 700;
SELECT rowid, similarity FROM bare WHERE bare MATCH 'one two 1 2 3';
INSERT INTO bare(bare) VALUES('optimize');
INSERT INTO bare(bare) VALUES('rebuild');
INSERT INTO bare(bare) VALUES('integrity-check');

-- Searches with bounds, and rowids that are asked for, by text and by BLOB.
SELECT rowid, similarity FROM sim WHERE sim MATCH 'one two three four five six seven' AND query_in_doc >= 0.5 AND rowid IN (1, 5, 9);
SELECT rowid, similarity FROM bare WHERE bare MATCH minhash('one two 1 2 3', 1) AND similarity >= 0.1;
SELECT rowid FROM bare WHERE bare MATCH shingle_set('one two 1 2 3', 1);

-- Changes, where all kinds of content are, and commands.
DROP TABLE IF EXISTS sim;
CREATE VIRTUAL TABLE own USING textsim(body, note UNINDEXED, k=2, threshold=0.2);
INSERT INTO own(rowid, body, note) SELECT id, body, id FROM news;
INSERT INTO own(rowid, body) WITH RECURSIVE n(i) AS (VALUES(100) UNION ALL SELECT i + 1 FROM n WHERE i < 140) SELECT i, 'number ' || i || ' of some' FROM n;
CREATE VIRTUAL TABLE synced USING textsim(body, content='news', content_rowid='id', sync=triggers);
INSERT INTO synced(synced) VALUES('rebuild');
SELECT count(*), total(p.similarity) FROM own o CROSS JOIN textsim_pairs('own', 0.2) p ON p.a = o.rowid;
REPLACE INTO own(rowid, body, note) VALUES(5, 'one two three', 'new'), (6, 'four five', NULL);
UPDATE own SET body = note, note = body WHERE rowid <= 9;
REPLACE INTO own(own) VALUES('optimize');
UPDATE bare SET body = '1 2' WHERE rowid < 5;
REPLACE INTO bare(bare) VALUES('optimize');
REPLACE INTO bare(bare) VALUES('rebuild');
REPLACE INTO bare(bare) VALUES('integrity-check');
REPLACE INTO news VALUES(5, 'one two three four five six seven');
REPLACE INTO bare(bare) VALUES(123456);
INSERT INTO bare(rowid, body) VALUES(6, 'six seven'), (7, 'eight nine ten eleven'), (8, 'twelve');
DELETE FROM bare WHERE rowid = 6;
REPLACE INTO bare(bare) VALUES('optimize');
-- So long that its postings do not stay in the tail.
CREATE TABLE long AS WITH RECURSIVE n(i) AS (VALUES(0) UNION ALL SELECT i + 1 FROM n WHERE i < 12999), d(id) AS (VALUES(1) UNION ALL SELECT id + 1 FROM d WHERE id < 9) SELECT id, (SELECT group_concat(id * 13000 + i, ' ') FROM n) AS body FROM d;
REPLACE INTO bare(rowid, body) SELECT id, body FROM long WHERE id = 9;
REPLACE INTO own(own) VALUES('rebuild');
REPLACE INTO own(own) VALUES('integrity-check');
REPLACE INTO synced(synced) VALUES('rebuild');
REPLACE INTO bare(bare) VALUES('delete-all');
CREATE VIRTUAL TABLE IF NOT EXISTS more USING textsim(body, note UNINDEXED, content='', k=2);
DROP TABLE IF EXISTS synced;

-- A round of the dead goes on; a slice goes from level to level.
CREATE VIRTUAL TABLE brief USING textsim(body, content='', k=1);
INSERT INTO brief(rowid, body) WITH RECURSIVE n(i) AS (VALUES(1) UNION ALL SELECT i + 1 FROM n WHERE i < 400) SELECT i, 'b' || i FROM n;
INSERT OR REPLACE INTO brief(rowid, body) SELECT rowid, 'c' || rowid FROM brief;
DELETE FROM brief WHERE rowid BETWEEN 209 AND 211;
CREATE VIRTUAL TABLE wide USING textsim(body, content='', k=1);
INSERT INTO wide(rowid, body) SELECT id, body FROM long WHERE id < 8;
REPLACE INTO wide(rowid, body) SELECT id, body FROM long WHERE id = 8;

-- Most of each document is the same, so that its lists are long.
CREATE TABLE asked AS WITH RECURSIVE n(i) AS (VALUES(1) UNION ALL SELECT i + 1 FROM n WHERE i < 60) SELECT group_concat('same' || i, ' ') AS same, group_concat('own' || i, ' ') FILTER (WHERE i <= 40) AS own FROM n;
CREATE VIRTUAL TABLE common USING textsim(body, content='', k=1);
INSERT INTO common(rowid, body) WITH RECURSIVE n(i) AS (VALUES(1) UNION ALL SELECT i + 1 FROM n WHERE i < 2100) SELECT i, same || format(' %x %x %x %x %x %x %x %x', i * 7919, i * 7907, i * 7901, i * 7883, i * 7879, i * 7877, i * 7873, i * 7867) FROM n, asked UNION ALL SELECT 5000, same || own FROM asked;
SELECT common.rowid, similarity FROM common, asked WHERE common MATCH same || own AND similarity >= 0.8;
