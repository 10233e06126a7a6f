-- Loading again, which some clients do for every connection they hand out, changes
-- nothing: between statements, and in the middle of one.
SELECT jaccard('a b c', 'b c d', 1);
.read "|echo .load '\"'${TEXTSIM:-./textsim}'\"'"
SELECT jaccard('a b c', 'b c d', 1), count(*) FROM shingles('a b c d e f');
.read "|echo \"SELECT quote(load_extension('${TEXTSIM:-./textsim}')) FROM shingles('a b', 1);\""
.read "|echo \"SELECT token, load_extension('${TEXTSIM:-./textsim}') IS NULL FROM textsim_tokens('a b');\""
.read "|echo .load '\"'${TEXTSIM:-./textsim}'\"'"
SELECT jaccard('a b c', 'b c d', 1), textsim_jaccard('a', 'a'), length(minhash('a')) FROM shingles('a');
SELECT hex(minhash_union(minhash('a'))) = hex(minhash('a'));
