-- Conditions of every type on rowids, ranks, pairs and arguments: what a table gives.

CREATE VIRTUAL TABLE m USING textsim(body, k=1);
INSERT INTO m(rowid, body) VALUES(1, 'one two three'), (2, 'two three four'), (3, 'five'), (7, 'one two');

.print rowids
SELECT rowid FROM m WHERE rowid = 3 AND rowid > 5;
SELECT rowid FROM m WHERE rowid BETWEEN 5 AND 3;
SELECT rowid FROM m WHERE m MATCH 'one two three' AND rowid > 5 AND rowid < 2;
SELECT rowid FROM m WHERE rowid IN (1.0, 2.5, '3', 'x', NULL, 1e300, x'07') ORDER BY 1;
SELECT rowid FROM m WHERE m MATCH 'one two three' AND rowid IN (1.0, 2.5, '2', 'x', NULL, 1e300) ORDER BY 1;
SELECT rowid FROM m WHERE m MATCH 'one two three' AND rowid IN (1, 2, 3, 7) AND rowid > 1 AND rowid < 7 ORDER BY rowid;
SELECT rowid FROM m WHERE rowid IN (1, 2, 3, 7) AND rowid > 1 AND rowid < 7;
SELECT rowid FROM m WHERE m MATCH 'one' AND rowid = 3;
SELECT rowid FROM m WHERE m MATCH 'one' AND rowid = 99;

.print rank
SELECT rowid FROM m WHERE m MATCH 'one two three' AND rank <= NULL;
SELECT rowid FROM m WHERE m MATCH 'one two three' AND rank <= 'x' ORDER BY rowid;
SELECT rowid FROM m WHERE m MATCH 'one two three' AND rank <= '-0.5';
SELECT rowid FROM m WHERE m MATCH 'one two three' AND rank <= -0.6 AND rank < -0.1;
SELECT rowid FROM m WHERE m MATCH 'one two three' AND rank >= -0.6 ORDER BY rowid;
SELECT rowid FROM m WHERE m MATCH 'one two three' AND similarity <= 0.6 ORDER BY rowid;
SELECT rowid FROM m WHERE m MATCH 'one two three' AND similarity >= 'x';
SELECT rowid FROM m WHERE similarity >= -1;
SELECT rowid FROM m WHERE m MATCH NULL;
SELECT rowid FROM m WHERE m < 'a';
SELECT rowid FROM m WHERE m = 'one two' ORDER BY rowid;
SELECT rowid FROM m WHERE m IS NULL;

CREATE VIRTUAL TABLE t USING textsim(body, threshold=0.3, k=1);
INSERT INTO t(rowid, body) VALUES (1,'a b c'),(2,'a b c'),(4,'a b c d'),(9,'x y z'),(10,'x y z');
.print pairs
SELECT a, b FROM textsim_pairs('t', 0.5) WHERE a = 1.0;
SELECT 'n', a, b FROM textsim_pairs('t', 0.5) WHERE a = 1.5;
SELECT 'n', a, b FROM textsim_pairs('t', 0.5) WHERE a = NULL;
SELECT 'n', a, b FROM textsim_pairs('t', 0.5) WHERE a = 'x';
SELECT 'n', a, b FROM textsim_pairs('t', 0.5) WHERE a > 'x';
SELECT 'all', count(*) FROM textsim_pairs('t', 0.5) WHERE a < 'x';
SELECT 'n', a, b FROM textsim_pairs('t', 0.5) WHERE a <= NULL;
SELECT a, b FROM textsim_pairs('t', 0.5) WHERE a >= -1e300 AND b < 1e300 ORDER BY a, b;
SELECT 'n', a, b FROM textsim_pairs('t', 0.5) WHERE a = 1e17;
SELECT 'n', a, b FROM textsim_pairs('t', 0.5) WHERE a = -1e17;
SELECT 'n', a, b FROM textsim_pairs('t', 0.5) WHERE a = -9.5;
SELECT a, b FROM textsim_pairs('t', 0.5) WHERE a > 8.5 AND b <= 10.5;
SELECT a, b FROM textsim_pairs('t', 0.5) WHERE a > -8.5 AND b < 3.5;
SELECT a, b FROM textsim_pairs('t', 0.5) WHERE a <> 1 AND b <> 4 AND similarity > 0.1;
SELECT cluster, rowid FROM textsim_clusters('t', 0.5) WHERE cluster = 1 AND rowid > 1.5;
SELECT cluster, rowid FROM textsim_clusters('t', 0.5) WHERE rowid = 10.0;
SELECT 'n', cluster, rowid FROM textsim_clusters('t', 0.5) WHERE rowid = 10.5;
SELECT 'n', cluster, rowid FROM textsim_clusters('t', 0.5) WHERE rowid IS NULL;

.print arguments that are given twice, or bounded
SELECT count(*) FROM textsim_pairs('t', 0.5) WHERE textsim_threshold = 0.5;
SELECT count(*) FROM textsim_pairs('t', 0.5) WHERE textsim_threshold = 0.6;
SELECT count(*) FROM textsim_pairs('t') WHERE textsim_threshold > 0.6;
SELECT count(*) FROM textsim_pairs('t', 0.5) WHERE textsim_threshold BETWEEN 0.4 AND 0.6;
SELECT count(*), max(textsim_index) FROM textsim_clusters('t', 0.5);
SELECT count(*) FROM shingles('a b', 1) WHERE textsim_options = 1;
SELECT count(*) FROM shingles('a b', 1) WHERE textsim_options = 2;
SELECT count(*) FROM shingles('a b', 1) WHERE textsim_options > 0;
SELECT position, textsim_text, textsim_options FROM shingles('a b', 1);
SELECT position, textsim_text, textsim_options FROM textsim_tokens('a b');
SELECT position, shingle FROM shingles('a b c', 1) WHERE position = 2;
SELECT rowid, token FROM textsim_tokens('a b') WHERE rowid = 2;

.print arguments of other types
SELECT count(*) FROM textsim_bands(minhash('a b c d e f'), '4');
SELECT count(*) FROM textsim_bands(minhash('a b c d e f'), 4.0);
SELECT count(*) FROM textsim_bands(minhash('a b c d e f'), 4.5);
SELECT count(*) FROM textsim_bands(minhash('a b c d e f'), 1e17);
SELECT count(*) FROM textsim_bands(minhash('a b c d e f'), -1e17);
SELECT count(*) FROM textsim_bands(minhash('a b c d e f'), 'x');
SELECT count(*) FROM textsim_bands(minhash('a b c d e f'), x'01');
SELECT count(*) FROM textsim_bands(minhash('a b c d e f'), NULL);
SELECT simhash_distance(1e17, 1);
SELECT minhash_union(NULL);
SELECT minhash_union(x) FROM (VALUES(NULL), (1)) AS v, (SELECT column1 AS x FROM (VALUES(NULL), (1)));
SELECT minhash_union(1.5);
SELECT sketch_info(NULL), sketch_info('a');
SELECT sketch_info(1.5);
SELECT * FROM textsim_pairs(x'00');
SELECT * FROM textsim_pairs('t', NULL);
SELECT count(*) FROM textsim_pairs('t', 0.5, NULL);
SELECT * FROM textsim_passages(NULL, 'a');
SELECT * FROM textsim_passages(x'00', 'a');
SELECT * FROM textsim_passages('a', x'00');
SELECT coverage(x'00', 'a');
SELECT coverage('a', x'00');
SELECT highlight_passages('a', 'b', x'00', 'c');
SELECT highlight_passages('a', 'b', 'c', x'00');
