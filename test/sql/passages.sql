-- textsim_passages, coverage, highlight_passages.

CREATE TABLE article(name TEXT PRIMARY KEY, body);
INSERT INTO article SELECT substr(name, 7, 3), CAST(readfile(name) AS TEXT) FROM fsdir('seeds')
  WHERE name LIKE 'seeds/0%.txt' ORDER BY name;
CREATE TABLE pair AS SELECT a.name AS a_name, b.name AS b_name, a.body AS a, b.body AS b
  FROM article a JOIN article b ON a.name <> b.name ORDER BY 1, 2;

.print what one article took from another, quotes and line breaks as they are
SELECT a_start, a_length, b_start, b_length, words, printf('%.3f', identity), a_text, b_text
  FROM pair, textsim_passages(a, b) WHERE a_name = '003' AND b_name = '000';
.print quotations, and what is between them, in the text
SELECT highlight_passages(a, b, '[', ']') FROM pair WHERE a_name = '004' AND b_name = '000';

.print coverage: the shortened reprint lies in the original
SELECT a_name, b_name, printf('%.3f', coverage(a, b)) FROM pair;
SELECT coverage(a, b) >= 0.85 FROM pair WHERE a_name = '001' AND b_name = '000';
.print but not its own last lines
SELECT trim(substr(a, max(a_start + a_length)), char(10))
  FROM pair, textsim_passages(a, b) WHERE a_name = '001' AND b_name = '000';

.print every passage can be checked: its text is that span, and aligns with so many words
CREATE TABLE passage AS SELECT pair.rowid AS pair, a_name, b_name, a, b, p.* FROM pair, textsim_passages(a, b) p;
SELECT count(*), sum(substr(a, a_start, a_length) = a_text), sum(substr(b, b_start, b_length) = b_text),
       sum(words >= 8), sum(identity > 0 AND identity <= 1), sum(identity < 1) FROM passage;
CREATE TABLE word AS
  SELECT p.rowid AS passage, 'a' AS side, position, token FROM passage p, textsim_tokens(a_text) UNION ALL
  SELECT p.rowid, 'b', position, token FROM passage p, textsim_tokens(b_text);
.print words that both sides have are as many at least; those of identity 1 are the same words
SELECT count(*) FROM passage p WHERE words > (
  SELECT sum(min(x, y)) FROM (SELECT count(*) FILTER (WHERE side = 'a') AS x, count(*) FILTER (WHERE side = 'b') AS y
                                FROM word WHERE passage = p.rowid GROUP BY token));
SELECT count(*), sum(normalize_text(a_text) = normalize_text(b_text)),
       sum(words = (SELECT count(*) FROM textsim_tokens(a_text))) FROM passage WHERE identity = 1;
.print aligned words are a whole number, and as many as those of either side
SELECT count(*) FROM passage p WHERE abs(words / identity - round(words / identity)) > 1e-9
    OR round(words / identity) < (SELECT max(n) FROM (SELECT count(*) AS n FROM word WHERE passage = p.rowid GROUP BY side));
.print they do not overlap in a; coverage counts their words
SELECT count(*) FROM passage p JOIN passage q ON p.pair = q.pair AND p.rowid <> q.rowid
 WHERE p.a_start <= q.a_start AND q.a_start < p.a_start + p.a_length;
SELECT sum(abs(coverage(a, b) * (SELECT count(*) FROM textsim_tokens(a)) - n) > 1e-6) FROM (
  SELECT a, b, (SELECT sum((SELECT count(*) FROM textsim_tokens(a_text))) FROM passage WHERE pair = pair.rowid) AS n FROM pair);
.print the longest first
SELECT count(*) FROM passage p JOIN passage q ON q.rowid = p.rowid + 1 AND p.pair = q.pair AND p.words < q.words;
.print the same from the other side, where neither repeats itself
SELECT count(*) FROM (SELECT a_name, b_name, a_start, a_length, b_start, b_length, words, identity FROM passage
  EXCEPT SELECT b_name, a_name, b_start, b_length, a_start, a_length, words, identity FROM passage);
.print the text is all there between the tags, and as many tags as passages
SELECT count(*), sum(replace(replace(h, '⟦', ''), '⟧', '') = a),
       sum(length(h) - length(a) = 2 * (SELECT count(*) FROM textsim_passages(a, b)))
  FROM (SELECT a, b, highlight_passages(a, b, '⟦', '⟧') AS h FROM pair);

.print moved, repeated, edited: a word replaced, dropped, inserted, swapped
CREATE TABLE text(name PRIMARY KEY, body);
INSERT INTO text VALUES
  ('source', 'It was a bright cold day in April, and the clocks were striking thirteen. Winston Smith slipped quickly through the glass doors of Victory Mansions.'),
  ('edited', 'IT WAS A BRIGHT, COLD DAY in May – and the big clocks were thirteen striking!'),
  ('moved', 'Winston Smith slipped quickly through the glass doors of Victory Mansions. It was a bright cold day in April, and the clocks were striking thirteen.'),
  ('twice', 'It was a bright cold day in April, they say; it was a bright cold day in April, we hear; it was a bright cold day in April.');
.mode column
SELECT a.name, p.a_start, p.a_length, p.b_start, p.b_length, p.words, printf('%.3f', p.identity) AS identity
  FROM text a, text b, textsim_passages(a.body, b.body) p WHERE b.name = 'source' AND a.name <> b.name;
SELECT b.name, p.a_start, p.a_length, p.b_start, p.b_length, p.words FROM text a, text b, textsim_passages(a.body, b.body) p
  WHERE a.name = 'source' AND b.name = 'twice';
.mode list
.headers off

.print options
SELECT count(*), min(words) FROM pair, textsim_passages(a, b, 'min_words=20') WHERE a_name = '003' AND b_name = '000';
SELECT count(*), min(words), min(identity) FROM pair, textsim_passages(a, b, 'max_gap=0') WHERE a_name = '003' AND b_name = '000';
SELECT count(*) FROM pair, textsim_passages(a, b, 30) WHERE a_name = '003' AND b_name = '000';
SELECT coverage('One two', 'two ONE', 'min_words=1'), coverage('One two', 'two ONE', 'min_words=1 case=keep'), coverage('Änne', 'anne', 'min_words=1, marks=strip');
SELECT highlight_passages('a < b & c "d"', 'B c', '<b class="x">', '</b>', 'min_words=2 escape=html');
SELECT highlight_passages('a < b & c "d"', 'B c', '<', '>', 'min_words=2, escape=none');
SELECT highlight_passages('it''s <i>', 'x', '[', ']', 'escape=html');

.print NULL and no words
SELECT coverage(NULL, 'a'), coverage('a', NULL), coverage('a', 'b', NULL), coverage('', 'a'), coverage(' -- ', ' -- ');
SELECT coverage('a', ''), coverage('a b c', 'a b c'), coverage('a b c d e f g h', 'A B C D E F G H');
SELECT highlight_passages('a', 'a', NULL, ']'), highlight_passages('a', 'a', '[', NULL), quote(highlight_passages('', 'a', '[', ']'));
SELECT count(*) FROM textsim_passages(NULL, 'a') UNION ALL SELECT count(*) FROM textsim_passages('a', NULL)
  UNION ALL SELECT count(*) FROM textsim_passages('a', 'a', NULL) UNION ALL SELECT count(*) FROM textsim_passages('', '');
.print numbers are texts; NUL and ill-formed bytes separate, and count
SELECT a_start, a_length, a_text, words FROM textsim_passages(123, '4 123', 'min_words=1');
SELECT a_start, a_length, hex(a_text), b_start, b_length, hex(b_text) FROM textsim_passages('x ' || char(0) || 'a' || char(0) || 'b', CAST(x'ffff61ff62c3' AS TEXT), 'min_words=2');
SELECT hex(highlight_passages('x ' || char(0) || 'a' || char(0) || 'b', 'a b', '[', ']', 'min_words=2'));
.print characters that are several words: half of one is matched
SELECT a_start, a_length, a_text FROM textsim_passages('½ ¼', '4 1 2', 'min_words=1') ORDER BY a_start;
SELECT highlight_passages('½', '2 1', '[', ']', 'min_words=1');


.print columns; the prefix; conditions; every row of a table; a join
SELECT name, type, hidden FROM pragma_table_xinfo('textsim_passages');
SELECT textsim_coverage('a', 'a', 'min_words=1'), textsim_highlight_passages('a', 'a', '<', '>', 'min_words=1');
SELECT p.rowid, a_text, textsim_b, textsim_options FROM textsim_passages('a b', 'b a', 'min_words=1') p;
SELECT a_text FROM textsim_passages('a b', 'b a', 'min_words=1') WHERE rowid = 2;
SELECT a_text FROM textsim_passages('a b', 'b a', 'min_words=1') ORDER BY a_start DESC;
SELECT a_text FROM textsim_passages WHERE textsim_b = 'b' AND textsim_a = 'a b' AND textsim_options = 'min_words=1';
SELECT name, count(a_start) FROM (SELECT name, body FROM text UNION ALL SELECT 'null', NULL) t
  LEFT JOIN textsim_passages(t.body, (SELECT body FROM text WHERE name = 'source')) GROUP BY name;
CREATE TABLE kept(a, b, c AS (coverage(a, b)) STORED, h AS (highlight_passages(a, b, '<', '>')));
INSERT INTO kept(a, b) VALUES ('one two three four five six seven eight nine', 'zero one two three four five six seven eight');
SELECT c, h FROM kept;

.print two long runs that are no passage are not in the way of the one behind them
WITH RECURSIVE number(n) AS (VALUES (1) UNION ALL SELECT n + 1 FROM number LIMIT 2200),
     word(n, part) AS (SELECT n, CASE WHEN n <= 90 THEN 1 WHEN n <= 990 THEN 2 WHEN n <= 1000 THEN 3 ELSE 4 END FROM number),
     part(part, text) AS (SELECT part, group_concat('w' || n, ' ') FROM word GROUP BY part),
     side(side, text) AS (SELECT side, group_concat(CASE part WHEN 3 THEN replace(text, 'w', side) ELSE text || ' ' || side END, ' ')
                          FROM part, (SELECT 'a' AS side UNION ALL VALUES ('b')) GROUP BY side)
SELECT p.words FROM side AS x, side AS y, textsim_passages(x.text, y.text, 'min_words=1000, max_gap=2') AS p WHERE x.side = 'a' AND y.side = 'b';

.print errors
SELECT coverage(x'61', 'a');
SELECT coverage('a', x'61');
SELECT highlight_passages('a', 'a', '<', x'00');
SELECT * FROM textsim_passages('a', x'61');
SELECT * FROM textsim_passages('a', 'b', x'61');
SELECT coverage('a', 'b', x'61');
SELECT highlight_passages('a', 'b', '<', '>', x'61');
SELECT * FROM textsim_passages('a');
SELECT * FROM textsim_passages;
SELECT * FROM textsim_passages('a', 'b', 'unit=char');
SELECT coverage('a', 'b', 'min_words=0');
SELECT coverage('a', 'b', 'max_gap=65');
SELECT coverage('a', 'b', 'max_gap=few');
SELECT coverage('a', 'b', 'min_words=3 max_gap=2 min_words=4');
SELECT coverage('a', 'b', 'escape=html');
SELECT highlight_passages('a', 'b', '<', '>', 'escape=xml');
SELECT highlight_passages('a', 'b', '<', '>', 'color=red');
SELECT jaccard('a', 'b', 'min_words=3');
SELECT coverage('a');
SELECT highlight_passages('a', 'b', '<');
