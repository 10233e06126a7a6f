-- A database in UTF-16 gives what one in UTF-8 gives: the numbers and bytes below
-- were worked out from UTF-8, apart from this code.
PRAGMA encoding = 'UTF-16le';
CREATE TABLE text(id INTEGER PRIMARY KEY, a TEXT, b TEXT);
INSERT INTO text(a, b) VALUES
  ('The quick brown fox jumps over the lazy dog.', 'the QUICK brown fox jumps over a lazy dog'),
  ('Žluťoučký kůň příšerně úpěl ďábelské ódy', 'žluťoučký kůň úpěl ďábelské ódy příšerně'),
  ('Съешь же ещё этих мягких французских булок', 'Съешь ещё этих мягких французских булок, да выпей чаю'),
  ('ΣΊΣΥΦΟΣ είδε, ὁ Σίσυφος', 'σίσυφος είδε ὁ σίσυφος'),
  ('日本語の文章です。', '日本語の文章でした。'),
  ('ไทย ไม่มีช่องว่าง', 'ไทย'),
  ('مَرْحَبًا بِالعَالَم', 'مرحبا بالعالم'),
  ('😀 naïve ﬁn 𝐁𝐨𝐥𝐝 𐐀𐐁', 'naïve fin bold 𐐨𐐩'),
  ('a' || char(0) || 'b c', 'b c a'),
  (1000, '1,000'),
  ('', NULL);
PRAGMA encoding;

SELECT id, round(jaccard(a, b, 2), 6), round(containment(a, b, 1), 6), round(dice(a, b, 'unit=char k=3'), 6),
       round(overlap_coefficient(a, b, 'k=1 marks=strip'), 6) FROM text;
SELECT id, fingerprint(a), simhash(a, 2), normalize_text(a), normalize_text(b, 'case=keep, marks=strip') FROM text;
SELECT id, hex(shingle_set(a, 4)) FROM text;
SELECT id, hex(minhash(a, 'k=2, num_perm=16')) FROM text;
.print spans count characters, of which one outside the basic plane is one
SELECT id, group_concat(position || ' ' || token || ' ' || start || '+' || length, ', ') FROM text, textsim_tokens(a) GROUP BY id;
SELECT id, count(*), sum(normalize_text(substr(a, start, length)) = shingle) FROM text, shingles(a, 2) WHERE id <> 9 GROUP BY id;
.print passages: the text and the spans are those of UTF-8
SELECT id, p.a_start, p.a_length, p.a_text, substr(a, p.a_start, p.a_length) = p.a_text, p.words FROM text, textsim_passages(a, 'x ' || a, 'min_words=2') p WHERE id <> 9;
SELECT id, coverage(a, b, 'min_words=1'), highlight_passages(a, b, '«', '»', 'min_words=1') FROM text;
.print sets from the table, text beside them, and options are text as well
SELECT id, jaccard(a, shingle_set(b, 2)) IS jaccard(a, b, 2), jaccard(minhash(a, 'num_perm=64'), b) IS jaccard(minhash(a, 'num_perm=64'), minhash(b, 'num_perm=64')) FROM text;
SELECT sketch_info(minhash_union(minhash(a, 'unit=char'))) IS NOT NULL, textsim_version() FROM text;
SELECT jaccard(a, b, 'größe=1') FROM text;
SELECT * FROM text, shingles(a, 'k=ä');
.print ill-formed UTF-16 is text like any other
SELECT count(*), sum(minhash(t) IS NOT NULL) FROM (VALUES(CAST(x'00d8' AS TEXT)), (CAST(x'610000dc6200' AS TEXT)), (CAST(x'61' AS TEXT))) AS v,
  (SELECT CAST(x'3dd8' AS TEXT) AS t);

.print a table with the name of a pragma says nothing of the encoding: nothing is lost
CREATE TABLE pragma_encoding(encoding);
INSERT INTO pragma_encoding VALUES('UTF-8');
CREATE VIRTUAL TABLE limited USING textsim(body, k=1);
INSERT INTO limited(body) VALUES('one');
.limit length 10000
BEGIN;
REPLACE INTO limited(rowid, body) VALUES(1, printf('%.*c', 4997, 'a'));
REPLACE INTO limited(rowid, body) VALUES(1, printf('%.*c', 4998, 'a'));
REPLACE INTO limited(rowid, body) VALUES(1, printf('%.*c', 5000, 'a'));
COMMIT;
.limit length 1000000000
INSERT INTO limited(limited) VALUES('integrity-check');
SELECT count(body) FROM limited;
