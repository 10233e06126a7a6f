-- The grammar of options, and what each does.  sketch_info() tells how a BLOB was
-- made, so it shows what was understood.

.print all defaults: no options, an empty text, separators alone
SELECT sketch_info(minhash('a b'));
SELECT count(*) FROM (VALUES(''), (' '), (','), (char(9, 10, 11, 12, 13, 32) || ',, ,')) WHERE minhash('a b', column1) = minhash('a b');

.print k=3 in every form: 1 each
CREATE TABLE form(o);
INSERT INTO form VALUES(3), (3.0), ('k=3'), ('K=3'), ('k = 3'), ('k =3'), ('k= 3'), (' k=3 '), (',k=3,'), ('k=03'),
  ('k' || char(10) || '=' || char(9) || '3'), ('k=3,unit=word'), ('k=3 unit=word'), ('unit = WORD ,k=3'),
  ('Unit=Word,,Case=FOLD  MARKS=Keep Num_Perm=128' || char(13, 10) || 'SEED=0,k=3');
SELECT count(*), sum(minhash('a b c d', o) = minhash('a b c d', 'k=3')), sum(jaccard('a b c x', 'a b c y', o) = 1/3.0),
       sum(shingle_set('a b c d', o) = shingle_set('a b c d', 3)) FROM form;
SELECT o, group_concat(shingle, '|') FROM form, shingles('a b c d e', o) WHERE o = 3 GROUP BY typeof(o);

.print the least and the greatest value of each number
SELECT length(minhash('a', 'num_perm=16')), length(minhash('a', 'num_perm=4096'));
SELECT sketch_info(shingle_set('a', 'k=1 seed=0'));
SELECT sketch_info(shingle_set('a', 'k=64 seed=4294967295'));

.print unit: two words of three letters are seven characters, their space among them
SELECT count(*), group_concat(token, '') FROM textsim_tokens('abc -- def', 'unit=char');
SELECT group_concat(shingle, '|') FROM shingles('Ab, c', 'unit=char k=2');
SELECT group_concat(shingle, '|') FROM shingles('Ab, c d', 'unit=word k=2');
SELECT jaccard('abcd', 'abce', 'unit=char k=2') = 2/4.0;

.print case: different words, unless folded
SELECT jaccard('A b', 'a B'), jaccard('A b', 'a B', 'case=keep'), jaccard('A b', 'a B', 'case=fold');

.print options of a million bytes, and of one more
SELECT jaccard('a b', 'b', printf('k=%.*c1', 999997, '0')), jaccard('a b', 'b', printf('%1000000s', 'k=1'));
SELECT jaccard('a b', 'b', printf('%1000001s', 'k=1'));
SELECT count(*) FROM shingles('a b', printf('%1000001s', 'k=1'));

.print marks: é and e are one, unless kept; what is no Latin, Greek or Cyrillic keeps its own
SELECT jaccard('café', 'cafe'), jaccard('café', 'cafe', 'marks=strip'), jaccard('café', 'cafe', 'marks=keep');
SELECT jaccard('cafe' || char(0x301), 'café'), normalize_text('हिन्दी ไม้ ё ά', 'marks=strip');

.print seed: other hashes of the same shingles, and the same measures
SELECT x.hash = y.hash, jaccard('a b c', 'b c d', 'k=1 seed=7') = 0.5 FROM shingles('a') x, shingles('a', 'seed=7') y;

.print num_perm means something to sketches alone, and is accepted everywhere
SELECT jaccard('a b', 'a b', 'num_perm=16'), shingle_set('a', 'num_perm=16') = shingle_set('a'),
       fingerprint('a', 'num_perm=16') = fingerprint('a'), simhash('a', 'num_perm=16') = simhash('a'),
       normalize_text('a', 'num_perm=16');

.print options beside a BLOB that say the same as it does; a shingle set has no num_perm
CREATE TABLE b AS SELECT minhash('a b c', 'k=2 num_perm=64') AS m, shingle_set('a b c', 'k=2') AS s;
SELECT jaccard(m, m, 2), jaccard(m, s, 'k=2 num_perm=64'), jaccard(s, s, 'k=2, num_perm=16'), jaccard(s, 'a b c', 'unit=word'),
       jaccard(m, s), jaccard(s, m), jaccard(m, 'a b c', 'seed=0') FROM b;
.print a text beside a BLOB has the BLOB's options
SELECT jaccard(shingle_set('aé bé', 'unit=char k=1 marks=strip case=keep'), 'ae be'),
       jaccard('ae be', minhash('aé bé', 'unit=char k=1 marks=strip num_perm=32'));
