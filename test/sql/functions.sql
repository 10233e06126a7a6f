-- Every function, on texts small enough to count by hand, in every form that an
-- argument can have.  With k=1 the shingles of "a b c" are the words a, b and c.

-- Which names there are, with which numbers of arguments: never -1, any number.
SELECT name, type, group_concat(narg, ' ')
  FROM (SELECT DISTINCT name, type, narg FROM pragma_function_list ORDER BY name, narg)
 WHERE name LIKE 'textsim@_%' ESCAPE '@' GROUP BY name;
-- The same without the prefix, but for two.
SELECT count(DISTINCT f.name || f.narg), min(f.name), max(f.name)
  FROM pragma_function_list f
 WHERE f.name LIKE 'textsim@_%' ESCAPE '@'
   AND NOT EXISTS (SELECT 1 FROM pragma_function_list b
                    WHERE b.name = substr(f.name, 9) AND b.narg = f.narg AND b.type = f.type);

-- A = {a b c}, B = {b c d e}: both 2, either 5.
CREATE TABLE ab(a, b);
INSERT INTO ab VALUES('a b c', 'b c d e');
.print jaccard 2/5, containment 2/3 and 2/4, overlap 2/3, dice 4/7
SELECT containment(minhash('one two three four five six'), minhash(group_concat(x, ' '))) IS NULL,
       overlap_coefficient(minhash('one two three four five six'), minhash(group_concat(x, ' '))) IS NULL,
       jaccard(minhash('one two three four five six'), minhash(group_concat(x, ' '))) = 0.0
  FROM (WITH n(x) AS (VALUES(1) UNION ALL SELECT x + 1 FROM n WHERE x < 5000) SELECT x FROM n);
SELECT jaccard(a, b, 1) = 0.4, containment(a, b, 1) = 2/3.0, containment(b, a, 1) = 0.5,
       overlap_coefficient(a, b, 1) = 2/3.0, dice(a, b, 1) = 4/7.0 FROM ab;
SELECT typeof(jaccard(a, b, 1)), jaccard(a, a), jaccard(a, b, 5) FROM ab;

.print the same of sets, of a set and a text, and by the other names
SELECT jaccard(shingle_set(a, 1), shingle_set(b, 1)) = 0.4,
       jaccard(shingle_set(a, 1), b) = 0.4, jaccard(a, shingle_set(b, 1)) = 0.4,
       containment(shingle_set(a, 1), b) = 2/3.0, containment(b, shingle_set(a, 1)) = 0.5,
       overlap_coefficient(a, shingle_set(b, 1)) = 2/3.0,
       dice(shingle_set(a, 1), shingle_set(b, 1)) = 4/7.0 FROM ab;
SELECT textsim_jaccard(a, b, 1) = 0.4, textsim_containment(a, b, 1) = 2/3.0,
       textsim_overlap_coefficient(a, b, 1) = 2/3.0, textsim_dice(a, b, 1) = 4/7.0 FROM ab;

.print and of sketches, which are exact where every shingle has a slot of its own
CREATE TABLE sk AS SELECT minhash(a, 'k=1 num_perm=4096') AS a, minhash(b, 'k=1 num_perm=4096') AS b FROM ab;
SELECT jaccard(sk.a, sk.b) = 0.4, containment(sk.a, sk.b) = 2/3.0, containment(sk.b, sk.a) = 0.5,
       overlap_coefficient(sk.a, sk.b) = 2/3.0, dice(sk.a, sk.b) = 4/7.0 FROM sk;
SELECT jaccard(sk.a, ab.b) = 0.4, jaccard(ab.a, sk.b) = 0.4,
       jaccard(shingle_set(ab.a, 1), sk.b) = 0.4, jaccard(sk.a, shingle_set(ab.b, 1)) = 0.4,
       containment(ab.b, sk.a) = 0.5 FROM ab, sk;

.print fewer words than k make one shingle, which equals equal short texts only
SELECT jaccard('a b', 'A, B!'), jaccard('a b', 'a b c'), jaccard('a b', 'b a');
SELECT jaccard('a b', 'a b c', 2);

.print empty texts: no number where the denominator is empty
CREATE TABLE form(i, empty, full);
INSERT INTO form VALUES(1, '', 'x'), (2, shingle_set(''), shingle_set('x')), (3, minhash(''), minhash('x')),
  (4, ' -- ', 'x');
SELECT i, quote(jaccard(empty, empty)), quote(jaccard(empty, full)), quote(jaccard(full, empty)) FROM form;
SELECT i, quote(containment(empty, empty)), quote(containment(empty, full)), quote(containment(full, empty)) FROM form;
SELECT i, quote(overlap_coefficient(empty, empty)), quote(overlap_coefficient(empty, full)) FROM form;
SELECT i, quote(dice(empty, empty)), quote(dice(empty, full)), quote(dice(full, empty)) FROM form;
SELECT quote(simhash('')), quote(fingerprint(' - ')), quote(normalize_text('. ,')), quote(simhash('', 'unit=char'));

.print NULL in, NULL out, before anything is looked at
SELECT quote(jaccard(NULL, 'a')), quote(jaccard('a', NULL)), quote(jaccard('a', 'b', NULL)),
       quote(jaccard(NULL, x'00', 'k=0')), quote(containment(NULL, 'a')), quote(dice(NULL, NULL)),
       quote(overlap_coefficient('a', 'b', NULL));
SELECT quote(minhash(NULL)), quote(minhash('a', NULL)), quote(minhash(NULL, 'k=0')), quote(shingle_set(NULL)),
       quote(simhash(NULL)), quote(fingerprint(x'00', NULL)), quote(normalize_text(NULL)),
       quote(simhash_distance(NULL, 1)), quote(simhash_distance('x', NULL)), quote(sketch_info(NULL));

.print numbers are taken as their text
SELECT normalize_text(1000), normalize_text(-1.5), normalize_text(2e99), jaccard(12, '12'), jaccard(1.5, '1.5'),
       fingerprint(7) = fingerprint('7'), minhash(7.0) = minhash('7.0');

.print normal forms: case, apostrophes, full stops, digits, scripts without spaces
SELECT normalize_text('Trump’s U.S. troops -- 1,000 of them: counter-terrorism!');
SELECT normalize_text('Straße ΣΊΣΥΦΟΣ ﬁn Ａｌｐｈａ so' || char(173) || 'ft'), normalize_text('日本語 ไทย');
SELECT normalize_text('Ångström', 'case=keep'), normalize_text('Ångström', 'marks=strip'),
       normalize_text('Ångström', 'marks=strip case=keep');
.print the characters of the normal form, put together, are the normal form
SELECT normalize_text('A  b-C', 'unit=char') = normalize_text('A  b-C'), normalize_text('A  b-C');
SELECT textsim_normalize_text('X'), textsim_normalize_text('X', 'case=keep');

.print fingerprints: XXH3 of the one token, mixed; equal whatever case, punctuation and spacing are
SELECT fingerprint('hello'), textsim_fingerprint('Hello!'), fingerprint('hello', 'seed=1');
SELECT fingerprint('The quick, brown fox') = fingerprint('  the QUICK brown   fox.'),
       fingerprint('the quick brown fox') = fingerprint('the quick fox brown'),
       fingerprint('a b', 1) = fingerprint('a b', 64), typeof(fingerprint('a'));

.print simhash: of one shingle its hash, which shingles() shows; of two the bits that both have
SELECT simhash('hello') = hash, textsim_simhash('hello', 3) = hash FROM shingles('hello');
SELECT simhash('a b', 1) = (x.hash & y.hash) FROM shingles('a', 1) x, shingles('b', 1) y;
SELECT simhash('a b c a b', 2) = simhash('b c a b c', 2), typeof(simhash('a'));
SELECT simhash_distance(0, 0), simhash_distance(0, -1), simhash_distance(5, 6), simhash_distance('7', 0),
       simhash_distance(-9223372036854775807 - 1, 9223372036854775807), textsim_simhash_distance(1, 0);

.print sketches have one size, sets grow by 8 bytes for each distinct shingle
SELECT length(minhash('')), length(minhash('a b c', 1)), length(minhash('a', 'num_perm=16')),
       length(shingle_set('')), length(shingle_set('a b a b', 1)), length(textsim_shingle_set('a b c', 2)),
       typeof(minhash('')), typeof(shingle_set('')), textsim_minhash('a') = minhash('a'),
       textsim_minhash('a', 3) = minhash('a', 3), textsim_shingle_set('a') = shingle_set('a');
.print order and repeats do not matter
SELECT minhash('a b c', 1) = minhash('c b a c b a', 1), shingle_set('a b c', 1) = shingle_set('c b a c b a', 1);

.print sketch_info
SELECT sketch_info(minhash('a b c', 1));
SELECT sketch_info(minhash('a b c', 'unit=char, k=9, case=keep, marks=strip, num_perm=16, seed=4294967295'));
SELECT sketch_info(shingle_set('a b c', 1));
SELECT textsim_sketch_info(shingle_set('', 'num_perm=64, marks=strip'));
SELECT json_extract(sketch_info(minhash('')), '$.shingles'), json_valid(sketch_info(minhash('a')));

.print minhash_union: pieces make the whole, the empty sketch changes nothing, NULLs are left out
WITH piece(t) AS (VALUES('a b c'), ('b c d e'), (''), (NULL))
SELECT minhash_union(minhash(t, 1)) = minhash('a b c d e', 1),
       textsim_minhash_union(minhash(t, 1)) = minhash('e d c b a', 1) FROM piece;
WITH piece(g, t) AS (VALUES(1, 'a'), (1, 'b'), (1, 'a'), (2, 'c'), (2, NULL), (3, NULL), (4, ''))
SELECT g, quote(json_extract(sketch_info(minhash_union(minhash(t))), '$.shingles')) FROM piece GROUP BY g;
SELECT quote(minhash_union(x)) FROM (SELECT minhash('a') AS x WHERE 0);
SELECT quote(minhash_union(NULL));
SELECT minhash_union(minhash('a')) OVER () FROM ab;

.print this build
SELECT textsim_version();
SELECT textsim_debug() GLOB 'textsim 0.1.0, commit *, * *, SIMD *, SQLite ' || sqlite_version() || ', xxHash *, utf8proc *';
