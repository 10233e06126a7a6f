-- The BLOBs byte by byte, and what becomes of those that are not as they must be:
-- an error, never a number.  The headers below have right checksums, so that each
-- fails at what its name says; the bytes were worked out apart from this code,
-- from the description in ext/core/format.h.

.print known answers: three words in 16 slots, and their hashes in order
SELECT hex(minhash('a b c', 'k=1 num_perm=16'));
SELECT hex(shingle_set('a b c', 1));
SELECT group_concat(lower(printf('%016x', hash)), ' ') FROM shingles('a b c', 1);
SELECT hex(shingle_set('', 'unit=char k=64 case=keep marks=strip seed=4294967295'));

.print a byte of a BLOB that was made here is changed, lost or added
CREATE TABLE good(id INTEGER PRIMARY KEY, blob);
INSERT INTO good VALUES(1, minhash('a b c', 'k=1 num_perm=16')), (2, shingle_set('a b c', 1));
CREATE VIEW damaged AS
  SELECT id, place, CAST(substr(blob, 1, place - 1) || substr(blob, place + 1) AS BLOB) AS less,
         CAST(substr(blob, 1, place) || x'00' || substr(blob, place + 1) AS BLOB) AS more,
         CAST(substr(blob, 1, place - 1) || x'7f' || substr(blob, place + 1) AS BLOB) AS other
    FROM good, (WITH RECURSIVE n(place) AS (VALUES(1) UNION ALL SELECT place + 1 FROM n WHERE place < 88)
                SELECT place FROM n) WHERE place <= length(blob);
SELECT id, count(*), sum(length(less) = length(blob) - 1), sum(length(more) = length(blob) + 1),
       sum(length(other) = length(blob)), sum(other = blob) FROM damaged JOIN good USING (id) GROUP BY id;
SELECT sketch_info(less) FROM damaged WHERE id = 1 AND place = 1;
SELECT sketch_info(less) FROM damaged WHERE id = 1 AND place = 4;
SELECT sketch_info(less) FROM damaged WHERE id = 1 AND place = 5;
SELECT sketch_info(less) FROM damaged WHERE id = 1 AND place = 17;
SELECT sketch_info(less) FROM damaged WHERE id = 1 AND place = 25;
SELECT sketch_info(less) FROM damaged WHERE id = 1 AND place = 88;
SELECT sketch_info(more) FROM damaged WHERE id = 1 AND place = 2;
SELECT sketch_info(more) FROM damaged WHERE id = 1 AND place = 3;
SELECT sketch_info(more) FROM damaged WHERE id = 1 AND place = 24;
SELECT sketch_info(more) FROM damaged WHERE id = 1 AND place = 88;
SELECT sketch_info(other) FROM damaged WHERE id = 1 AND place = 1;
SELECT sketch_info(other) FROM damaged WHERE id = 1 AND place = 2;
SELECT sketch_info(other) FROM damaged WHERE id = 1 AND place = 3;
SELECT sketch_info(other) FROM damaged WHERE id = 1 AND place = 4;
SELECT sketch_info(other) FROM damaged WHERE id = 1 AND place = 5;
SELECT sketch_info(other) FROM damaged WHERE id = 1 AND place = 6;
SELECT sketch_info(other) FROM damaged WHERE id = 1 AND place = 7;
SELECT sketch_info(other) FROM damaged WHERE id = 1 AND place = 8;
SELECT sketch_info(other) FROM damaged WHERE id = 1 AND place = 9;
SELECT sketch_info(other) FROM damaged WHERE id = 1 AND place = 13;
SELECT sketch_info(other) FROM damaged WHERE id = 1 AND place = 17;
SELECT sketch_info(other) FROM damaged WHERE id = 1 AND place = 25;
SELECT sketch_info(other) FROM damaged WHERE id = 1 AND place = 88;
SELECT sketch_info(less) FROM damaged WHERE id = 2 AND place = 4;
SELECT sketch_info(less) FROM damaged WHERE id = 2 AND place = 25;
SELECT sketch_info(more) FROM damaged WHERE id = 2 AND place = 16;
SELECT sketch_info(more) FROM damaged WHERE id = 2 AND place = 48;
SELECT sketch_info(other) FROM damaged WHERE id = 2 AND place = 6;
SELECT sketch_info(other) FROM damaged WHERE id = 2 AND place = 14;
SELECT sketch_info(other) FROM damaged WHERE id = 2 AND place = 24;
SELECT sketch_info(other) FROM damaged WHERE id = 2 AND place = 48;

.print cut short
SELECT sketch_info(substr(blob, 1, 0)) FROM good WHERE id = 1;
SELECT sketch_info(substr(blob, 1, 1)) FROM good WHERE id = 1;
SELECT sketch_info(substr(blob, 1, 3)) FROM good WHERE id = 1;
SELECT sketch_info(substr(blob, 1, 4)) FROM good WHERE id = 1;
SELECT sketch_info(substr(blob, 1, 23)) FROM good WHERE id = 1;
SELECT sketch_info(substr(blob, 1, 24)) FROM good WHERE id = 1;
SELECT sketch_info(substr(blob, 1, 87)) FROM good WHERE id = 1;
SELECT jaccard('a', substr(blob, 1, 3)) FROM good WHERE id = 2;
SELECT jaccard('a', substr(blob, 1, 4)) FROM good WHERE id = 2;
SELECT jaccard('a', substr(blob, 1, 23)) FROM good WHERE id = 2;
SELECT jaccard('a', substr(blob, 1, 24)) FROM good WHERE id = 2;
SELECT jaccard('a', substr(blob, 1, 47)) FROM good WHERE id = 2;

.print with a right checksum and one thing wrong
CREATE TABLE made(name TEXT PRIMARY KEY, blob);
INSERT INTO made SELECT column1, CAST(column2 || substr(blob, 25) AS BLOB) FROM good, (VALUES
  ('version 0', x'54534d000001000000000000100000002d7efe7af8cd7805'),
  ('version 2', x'54534d0200010000000000001000000020342ed98a19788c'),
  ('version 9, a text', x'54534d09000100000000000010000000f28b6b062119d796'),
  ('kind X', x'54535801000100000000000010000000d6e5924cef88aadb'),
  ('unit 2', x'54534d010201000000000000100000009b5ade1c363ec46c'),
  ('k 0', x'54534d010000000000000000100000006f8469f3f1146a8b'),
  ('k 65', x'54534d01004100000000000010000000147f596051de22a1'),
  ('folding 4', x'54534d01000104000000000010000000cd6a784e776e5d21'),
  ('reserved 1', x'54534d010001000100000000100000009e3a51fbeb5fccf2'),
  ('17 slots, 16 there', x'54534d010001000000000000110000000144801162c9d903')) WHERE id = 1;
INSERT INTO made SELECT column1, CAST(column2 || substr(blob, 25) AS BLOB) FROM good, (VALUES
  ('set: 4 hashes, 3 there', x'545353010001000000000000040000003787cef0e5fb7993'),
  ('set: 2 hashes, 3 there', x'54535301000100000000000002000000f1a6917c42f1fc28'),
  ('set: size 2^32 too small', x'54535301000100000000000003000020010bf57b0b172989'),
  ('set: 2^32 - 1 hashes', x'545353010001000000000000ffffffff348796bd7d734d5e')) WHERE id = 2;
INSERT INTO made VALUES
  ('num_perm 15', CAST(x'54534d0100010000000000000f0000009ee5de2e13eb0f5a' ||
    x'697c7e6cffffffffffffffffffffffffffffffffffffffffffffffffffffffff' ||
    x'bffe1c22ffffffffffffffffffffffffffffffffffffffffffffffff' AS BLOB)),
  ('num_perm 4097, no slots', x'54534d0100010000000000000110000016b2823c2326fca2'),
  ('slot of 32 bits', CAST(x'54534d010001000000000000100000003c2712b918a39134' ||
    x'00000080ffffffffffffffffffffffffffffffffffffffffffffffffffffffff' ||
    x'bffe1c22ffffffffffffffffffffffffffffffffffffffffffffffff4316e266' AS BLOB)),
  ('set: not ascending', CAST(x'545353010001000000000000030000001cdc1d8de9c84747' ||
    x'7513bff6d79f438498d9d3208dcf8f0d7a263e7bc842dcfc' AS BLOB)),
  ('set: a hash twice', CAST(x'5453530100010000000000000300000089a9506c10fb8837' ||
    x'98d9d3208dcf8f0d7513bff6d79f43847513bff6d79f4384' AS BLOB));
SELECT count(*), group_concat(length(blob), ' ') FROM made;
SELECT sketch_info(blob) FROM made WHERE name = 'version 0';
SELECT sketch_info(blob) FROM made WHERE name = 'version 2';
SELECT sketch_info(blob) FROM made WHERE name = 'version 9, a text';
SELECT sketch_info(blob) FROM made WHERE name = 'kind X';
SELECT sketch_info(blob) FROM made WHERE name = 'unit 2';
SELECT sketch_info(blob) FROM made WHERE name = 'k 0';
SELECT sketch_info(blob) FROM made WHERE name = 'k 65';
SELECT sketch_info(blob) FROM made WHERE name = 'folding 4';
SELECT sketch_info(blob) FROM made WHERE name = 'reserved 1';
SELECT sketch_info(blob) FROM made WHERE name = 'num_perm 15';
SELECT sketch_info(blob) FROM made WHERE name = 'num_perm 4097, no slots';
SELECT sketch_info(blob) FROM made WHERE name = '17 slots, 16 there';
SELECT sketch_info(blob) FROM made WHERE name = 'slot of 32 bits';
SELECT sketch_info(blob) FROM made WHERE name = 'set: 4 hashes, 3 there';
SELECT sketch_info(blob) FROM made WHERE name = 'set: 2 hashes, 3 there';
SELECT sketch_info(blob) FROM made WHERE name = 'set: size 2^32 too small';
SELECT sketch_info(blob) FROM made WHERE name = 'set: 2^32 - 1 hashes';
SELECT sketch_info(blob) FROM made WHERE name = 'set: not ascending';
SELECT sketch_info(blob) FROM made WHERE name = 'set: a hash twice';

.print to every function that takes one: 2 is newer, 9 is a text, 0 is damaged
SELECT jaccard(blob, 'a') FROM made WHERE name = 'version 2';
SELECT jaccard('a', blob) FROM made WHERE name = 'version 0';
SELECT containment(minhash('a'), blob) FROM made WHERE name = 'version 9, a text';
SELECT dice(blob, shingle_set('a')) FROM made WHERE name = 'set: not ascending';
SELECT overlap_coefficient('a', blob) FROM made WHERE name = 'set: a hash twice';
SELECT minhash_union(blob) FROM made WHERE name = 'version 2';
SELECT minhash_union(blob) FROM made WHERE name = 'version 9, a text';
SELECT minhash_union(blob) FROM made WHERE name = 'slot of 32 bits';
SELECT * FROM made, textsim_bands(blob, 4) WHERE name = 'version 2';
SELECT * FROM made, textsim_bands(blob, 4) WHERE name = 'version 9, a text';
SELECT * FROM made, textsim_bands(blob, 4) WHERE name = 'num_perm 15';

.print and those that are as they must be, put together in the same way
SELECT sketch_info(CAST(substr(blob, 1, 24) || substr(blob, 25) AS BLOB)) FROM good;
SELECT jaccard(blob, 'a b c d') = 0.75 FROM good WHERE id = 2;
