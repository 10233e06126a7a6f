-- The session of every client, after it has loaded the extension and put the
-- seeds into articles(id, name, body).  One statement per line; every value is
-- an integer or a text, so that no client's way to print a REAL matters.
SELECT count(*), sum(length(body)) FROM articles;
SELECT a.name, b.name, printf('%.4f', jaccard(a.body, b.body)) FROM articles a JOIN articles b ON a.id < b.id ORDER BY 1, 2;
SELECT name, printf('%.4f', containment(body, (SELECT body FROM articles WHERE id = 1))) FROM articles ORDER BY id;
SELECT name, sketch_info(minhash(body)) FROM articles ORDER BY id;
SELECT hex(minhash_union(minhash(body, 'num_perm=16'))) FROM articles;
SELECT name, fingerprint(body), simhash(body) FROM articles ORDER BY id;
SELECT position, shingle, hash, start, length FROM articles, shingles(body, 7) WHERE id = 2 LIMIT 3;
SELECT a.name, s.start, substr(a.body, s.start, s.length) FROM articles a, shingles(a.body, 12) s WHERE s.hash IN (SELECT hash FROM articles b, shingles(b.body, 12) WHERE b.id = 4) AND a.id = 1 ORDER BY s.start LIMIT 2;
CREATE TABLE kept AS SELECT id, name, minhash(body) AS sketch, shingle_set(body) AS shingles FROM articles;
SELECT count(*), sum(length(sketch)), sum(length(shingles)) FROM kept;
SELECT DISTINCT a.name, b.name FROM kept a, textsim_bands(a.sketch, 4) x, kept b, textsim_bands(b.sketch, 4) y WHERE a.id < b.id AND x.band = y.band AND x.hash = y.hash ORDER BY 1, 2;
CREATE TABLE generated(body TEXT, print INTEGER GENERATED ALWAYS AS (fingerprint(body)) STORED);
INSERT INTO generated(body) SELECT upper(body) FROM articles;
SELECT count(*) FROM generated JOIN articles a ON print = fingerprint(a.body);
SELECT normalize_text('“Fi' || char(0) || 'ﬁ” — U.S. naïve STRASSE, 1,000', 'marks=strip');
SELECT jaccard(NULL, 'a'), jaccard('', ''), jaccard('', 'a') = 0, textsim_version() IS NULL;
SELECT jaccard('a', 'b', 'k=0');
SELECT jaccard(CAST('a' AS BLOB), 'b');
