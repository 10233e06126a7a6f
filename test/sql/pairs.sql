-- textsim_pairs and textsim_clusters: columns, arguments, conditions, errors.

CREATE TABLE docs(id INTEGER PRIMARY KEY, body TEXT);
INSERT INTO docs VALUES
  (1, 'one two three four five six seven eight nine ten'),
  (5, 'one two three four five six seven eight nine ten eleven'),
  (7, 'quite another text about quite other things than that'),
  (9, 'One, two, three four five six seven eight nine ten!'),
  (12, NULL), (13, ''), (14, ' -- '),
  (20, 'three four five six seven eight nine ten eleven twelve'),
  (-3, 'six seven eight nine ten eleven twelve thirteen');
CREATE VIRTUAL TABLE sim USING textsim(body, content='docs', content_rowid='id', threshold=0.3);
INSERT INTO sim(sim) VALUES('rebuild');

.print all pairs, at the threshold of the index and at others
SELECT a, b, similarity, a_in_b, b_in_a FROM textsim_pairs('sim') ORDER BY a, b;
SELECT a, b, similarity FROM textsim_pairs('sim', 0.5) ORDER BY a, b;
SELECT a, b, similarity FROM textsim_pairs('sim', '0.8', 'main') ORDER BY a, b;
SELECT a, b, similarity, textsim_index, textsim_threshold, textsim_schema FROM textsim_pairs('SIM', 1, 'main');
.print measures are those of the functions
SELECT count(*), sum(similarity = jaccard(x.body, y.body)), sum(a_in_b = containment(x.body, y.body)),
       sum(b_in_a = containment(y.body, x.body))
  FROM textsim_pairs('sim') JOIN docs x ON x.id = a JOIN docs y ON y.id = b;

.print clusters
SELECT * FROM textsim_clusters('sim');
SELECT * FROM textsim_clusters('sim', 0.5);
SELECT * FROM textsim_clusters('sim', 0.8, 'main');
SELECT cluster, group_concat(rowid) FROM textsim_clusters('sim', 1.0) GROUP BY cluster;

.print conditions on a and b
SELECT a, b FROM textsim_pairs('sim', 0.5) WHERE b = 9 ORDER BY a;
SELECT a, b FROM textsim_pairs('sim', 0.5) WHERE a = 9 ORDER BY b;
SELECT a, b FROM textsim_pairs('sim', 0.5) WHERE a = '1' AND b = 9.0;
SELECT a, b FROM textsim_pairs('sim', 0.5) WHERE b = 1 AND a = 9;
SELECT a, b FROM textsim_pairs('sim', 0.5) WHERE a IN (5, 1, 4) AND b > 9 ORDER BY a;
SELECT a, b FROM textsim_pairs('sim', 0.3) WHERE a > 0.5 AND b < 9.5 ORDER BY a, b;
SELECT a, b FROM textsim_pairs('sim', 0.3) WHERE a BETWEEN -3 AND 1 AND b >= 9 ORDER BY a, b;
SELECT a, b FROM textsim_pairs('sim', 0.3) WHERE a < 'x' AND b <= x'00' AND b > 9 ORDER BY a, b;
SELECT a, b FROM textsim_pairs('sim', 0.3) WHERE a = 9 OR b = 5 ORDER BY a, b;
SELECT 'none', a, b FROM textsim_pairs('sim', 0.3) WHERE a = 'x' OR b IS NULL OR a = 8 OR b = NULL OR a > 'x' OR b = 9.5 OR a = 1e300;
.print conditions on cluster and rowid
SELECT * FROM textsim_clusters('sim', 0.5) WHERE cluster = 1;
SELECT * FROM textsim_clusters('sim', 0.5) WHERE rowid = 9;
SELECT * FROM textsim_clusters('sim', 0.3) WHERE rowid > 5 AND cluster < 2;
SELECT * FROM textsim_clusters('sim', 0.5) WHERE cluster = 1 AND rowid BETWEEN 5 AND 9;
SELECT * FROM textsim_clusters('sim', 0.5) WHERE rowid IN (20, 1) ORDER BY rowid;
SELECT 'none', * FROM textsim_clusters('sim', 0.5) WHERE cluster = 5 OR rowid = 7 OR cluster = 2 OR rowid = 100;

.print joins and subqueries
SELECT id, a, similarity FROM docs LEFT JOIN textsim_pairs('sim', 0.8) ON b = id ORDER BY id, a;
SELECT id FROM docs WHERE EXISTS (SELECT 1 FROM textsim_pairs('sim', 0.8) WHERE b = id);
SELECT id, (SELECT count(*) FROM textsim_pairs('sim', t) WHERE b = id) FROM docs, (SELECT 0.8 AS t UNION ALL SELECT 0.3) ORDER BY t, id;
SELECT c.rowid, group_concat(m.rowid) FROM textsim_clusters('sim', 0.8) c JOIN textsim_clusters('sim', 0.8) m
    ON m.cluster = c.cluster GROUP BY c.rowid;
SELECT p.a, p.b FROM (SELECT 'sim' AS name) x JOIN textsim_pairs(x.name, 0.8) p ORDER BY 1, 2;

.print present texts, in a transaction that is rolled back
BEGIN;
UPDATE docs SET body = 'quite another text about quite other things than this' WHERE id = 20;
INSERT INTO sim(sim) VALUES('rebuild');
SELECT a, b, similarity FROM textsim_pairs('sim', 0.5) ORDER BY a, b;
ROLLBACK;
SELECT count(*) FROM textsim_pairs('sim', 0.5);

.print deleting duplicates
DELETE FROM docs WHERE id IN (SELECT b FROM textsim_pairs('sim', 0.8));
SELECT id FROM docs ORDER BY id;

.print errors
SELECT * FROM textsim_pairs('sim', 0.2);
SELECT * FROM textsim_clusters('sim', 0.2);
SELECT * FROM textsim_pairs('sim', 'x');
SELECT * FROM textsim_pairs('sim', 0);
SELECT * FROM textsim_pairs('sim', 1.1);
SELECT * FROM textsim_pairs('sim', '0.5 ');
SELECT * FROM textsim_pairs('sim', CAST('0.5' AS BLOB));
SELECT * FROM textsim_pairs('sim' || char(0) || 'x');
SELECT * FROM textsim_pairs('sim', 0.5, 'main' || char(0));
SELECT * FROM textsim_pairs(printf('%1000001s', 'sim'));
SELECT * FROM textsim_pairs('sim', 0.5, printf('%.*c', 1000001, 'm'));
SELECT count(*) FROM textsim_pairs(printf('%1000000s', 'sim'));
CREATE VIRTUAL TABLE "007" USING textsim(body);
SELECT count(*) FROM textsim_pairs WHERE textsim_index IN ('007', '007 ') AND textsim_schema IN ('main', 'mai');
DROP TABLE "007";
SELECT * FROM textsim_pairs;
SELECT * FROM textsim_clusters;
SELECT textsim_threshold FROM textsim_pairs('sim') WHERE textsim_index = 'sim';
SELECT * FROM textsim_pairs('nope');
SELECT * FROM textsim_pairs('main.sim');
SELECT * FROM textsim_clusters('docs');
SELECT * FROM textsim_pairs('sim', 0.5, 'temp');
SELECT * FROM textsim_pairs('sim', 0.5, 'nowhere');
SELECT * FROM textsim_pairs(x'00');
CREATE TEMP VIEW unreadable AS SELECT * FROM nowhere;
SELECT * FROM textsim_pairs('unreadable');
.print NULL in, no rows out
SELECT (SELECT count(*) FROM textsim_pairs(NULL)) + (SELECT count(*) FROM textsim_pairs('sim', NULL)) +
       (SELECT count(*) FROM textsim_clusters('sim', 0.5, NULL));

.print what one call has joined is for another only if the arguments are the same
SELECT x, (SELECT count(*) FROM (SELECT 1) LEFT JOIN textsim_pairs(x) AS p LEFT JOIN textsim_pairs('sim', 0.9) AS q)
FROM (SELECT NULL AS x UNION ALL VALUES ('sim'), ('sim'));
