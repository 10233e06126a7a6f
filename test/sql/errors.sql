-- Every error, word for word.  Each begins with the name as it was called, says
-- which argument it is about, what that was, and what is allowed.

.print options: unknown keys
SELECT jaccard('a', 'b', 'foo=1');
SELECT textsim_jaccard('a', 'b', 'foo=1');
SELECT minhash('a', 'K2=1');
SELECT minhash('a', 'k=3, size=3');
SELECT shingle_set('a', 'größe=3');
SELECT simhash('a', 'abcdefghijabcdefghijabcdefghijabcdefghijabcdefghij=3');
SELECT simhash('a', 'abcdefghijabcdefghijabcdefghijabcdefghié=3');

.print options: values out of range
SELECT jaccard('a', 'b', 'k=0');
SELECT jaccard('a', 'b', 0);
SELECT jaccard('a', 'b', 65);
SELECT jaccard('a', 'b', -1);
SELECT jaccard('a', 'b', 0.0);
SELECT jaccard('a', 'b', 9223372036854775807);
SELECT minhash('a', 'k=99999999999999999999999');
SELECT minhash('a', 'K=-5');
SELECT minhash('a', 'num_perm=15');
SELECT minhash('a', 'num_perm=4097');
SELECT textsim_minhash('a', 'num_perm=4294967312');
SELECT shingle_set('a', 'seed=4294967296');
SELECT shingle_set('a', 'seed=-1');

.print options: values that are not whole numbers
SELECT containment('a', 'b', 'k=abc');
SELECT containment('a', 'b', 3.5);
SELECT containment('a', 'b', 1e20);
SELECT containment('a', 'b', 'k=3.0');
SELECT containment('a', 'b', 'k=+3');
SELECT containment('a', 'b', 'k=0x3');
SELECT containment('a', 'b', 'k=3;unit=word');
SELECT containment('a', 'b', 'k=-');
SELECT containment('a', 'b', 'seed=1e3');
SELECT containment('a', 'b', 'num_perm=''64''');

.print options: words that are none of those allowed
SELECT dice('a', 'b', 'unit=line');
SELECT overlap_coefficient('a', 'b', 'case=lower');
SELECT fingerprint('a', 'marks=drop');
SELECT normalize_text('a', 'unit=words');
SELECT simhash('a', 'unit=wor');

.print options: a key twice, a key or a value that is missing
SELECT jaccard('a', 'b', 'k=3, k=3');
SELECT jaccard('a', 'b', 'k=3 unit=word K=4');
SELECT jaccard('a', 'b', 'case=keep,CASE=fold');
SELECT jaccard('a', 'b', 'foo');
SELECT jaccard('a', 'b', '3');
SELECT jaccard('a', 'b', 'k 3');
SELECT jaccard('a', 'b', 'k=3 char');
SELECT jaccard('a', 'b', 'k=');
SELECT jaccard('a', 'b', 'k= , unit=word');
SELECT jaccard('a', 'b', '=3');
SELECT jaccard('a', 'b', 'k==3');
SELECT jaccard('a', 'b', x'6b3d33');
SELECT minhash('a', x'');

.print a BLOB where a text is wanted
SELECT minhash(x'616263');
SELECT shingle_set(readfile('seeds/SHA256SUMS'));
SELECT simhash(x'');
SELECT fingerprint(minhash('a'));
SELECT normalize_text(shingle_set('a'), 'case=keep');
SELECT textsim_normalize_text(zeroblob(10));

.print a BLOB that is not ours
SELECT jaccard(x'616263', 'a');
SELECT jaccard('a', x'');
SELECT jaccard(minhash('a'), x'00');
SELECT containment(shingle_set('a'), readfile('seeds/SHA256SUMS'));
SELECT dice(zeroblob(1000), 'a');
SELECT overlap_coefficient(CAST('TSMC makes chips, not sketches' AS BLOB), 'a');
SELECT sketch_info(x'616263');

.print no BLOB where one is wanted
SELECT sketch_info('a');
SELECT sketch_info(1);
SELECT sketch_info(1.5);
SELECT minhash_union('a');
SELECT textsim_minhash_union(7);
SELECT minhash_union(shingle_set('a'));
SELECT minhash_union(x'616263');

.print two BLOBs made differently: never a number
SELECT jaccard(minhash('a', 5), minhash('a', 3));
SELECT jaccard(shingle_set('a', 'unit=char'), shingle_set('a', 'unit=word'));
SELECT containment(minhash('a', 'case=keep'), shingle_set('a'));
SELECT dice(shingle_set('a'), minhash('a', 'marks=strip'));
SELECT overlap_coefficient(shingle_set('a', 'seed=1'), shingle_set('a', 'seed=4294967295'));
SELECT jaccard(minhash('a', 'num_perm=64'), minhash('a'));
SELECT minhash_union(minhash('a', column1)) FROM (VALUES(5), (5), (3));
SELECT textsim_minhash_union(minhash('a', column1)) FROM (VALUES('num_perm=256'), ('num_perm=64'));

.print options that are not those of the BLOB beside them
SELECT jaccard(minhash('a'), 'b', 3);
SELECT jaccard('b', shingle_set('a', 'unit=char'), 'unit=word');
SELECT containment(shingle_set('a'), shingle_set('a'), 'case=keep');
SELECT dice(minhash('a'), minhash('a'), 'num_perm=64');
SELECT jaccard(shingle_set('a'), minhash('a', 'num_perm=64'), 'num_perm=128');
SELECT overlap_coefficient(shingle_set('a', 'seed=3'), 'a', 'seed=0');

.print simhash_distance wants INTEGERs; a REAL beyond 2^53 has lost digits
SELECT simhash_distance('x', 1);
SELECT simhash_distance(1, 2.5), simhash_distance(1, 2.0);
SELECT simhash_distance(1, 9007199254740994.0), simhash_distance(0, -9007199254740992.0);
SELECT simhash_distance(1, x'00');
SELECT textsim_simhash_distance(9223372036854775808, 1);

.print what a message quotes is always UTF-8
SELECT minhash('a', CAST(x'6bff3d33' AS TEXT));
SELECT minhash('a', CAST(x'6b3deda080c0afe4b8ad' AS TEXT));
SELECT minhash('a', 'k=3' || char(0)), minhash('a', 'unit=char' || char(0) || 'k=3');

.print other numbers of arguments are SQLite's to refuse
SELECT jaccard('a');
SELECT minhash('a', 3, 4);
SELECT minhash_union();
SELECT textsim_version(1);

.print a result that SQLite would refuse for its size
.limit length 100
SELECT length(shingle_set('a b c', 1)), length(minhash('a', 'num_perm=16'));
SELECT shingle_set('a b c d e f g h i j k l', 1);
SELECT normalize_text('ﷺ ﷺ ﷺ ﷺ');
.limit length 1000000000

.print table-valued functions: their own names
SELECT * FROM shingles;
SELECT * FROM textsim_shingles();
SELECT * FROM textsim_tokens;
SELECT * FROM textsim_bands;
SELECT * FROM textsim_bands(minhash('a'));
SELECT * FROM shingles WHERE textsim_options = 3;
SELECT * FROM shingles('a', 0);
SELECT * FROM textsim_shingles('a', 'foo=1');
SELECT * FROM textsim_tokens('a', 'k=1 k=1');
SELECT * FROM shingles(x'616263');
SELECT * FROM textsim_tokens(readfile('seeds/SHA256SUMS'));
SELECT * FROM textsim_tokens('a', x'00');
SELECT * FROM textsim_bands('a', 4);
SELECT * FROM textsim_bands(x'616263', 4);
SELECT * FROM textsim_bands(shingle_set('a'), 4);
SELECT * FROM textsim_bands(minhash('a'), 0);
SELECT * FROM textsim_bands(minhash('a'), 129);
SELECT * FROM textsim_bands(minhash('a'), -1);
SELECT * FROM textsim_bands(minhash('a', 'num_perm=16'), 17);
SELECT * FROM textsim_bands(minhash('a'), 'x');
SELECT * FROM textsim_bands(minhash('a'), 2.5);
SELECT * FROM shingles('a', 1, 2);

.print an error is of one row: the next statement is fine
SELECT jaccard('a', 'a');
SELECT count(*) FROM shingles('a');
