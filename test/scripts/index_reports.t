#!/usr/bin/perl
# sql/load_index.sql, and the reports that ask the index.
use strict;
use warnings;
use lib 'test/scripts';
use Shell;
use Test::More;

my $dir     = scratch();
my @reports = grep { slurp("sql/$_.sql") =~ /articles_sim/ }
    map { m{sql/(report_\w+)\.sql} } sort glob 'sql/report_*.sql';
is("@reports", 'report_clusters report_keepers report_sources', 'the reports that ask the index');

# With the extension.
sub run
{
    my %option = (extension => 1, ref $_[0] ? %{ shift() } : ());
    return shell(\%option, @_);
}

# What a report says; tables as lines of cells joined by |, without padding.
sub report
{
    my ($db, @commands) = @_;
    my ($said, $status) = run($db, @commands);
    is($status, 0, "$commands[-1] ends well") or diag($said);
    my @lines = grep { !/^[\xe2\x94\x80-\xbf]+$/ } split /\n/, $said;
    for (@lines) { s/^\xe2\x94\x82 *| *\xe2\x94\x82$//g; s/ *\xe2\x94\x82 */|/g; s/ +/ /g; s/ $// }
    return join "\n", @lines;
}

# Articles from a list of [name, body], in a fresh database, with an index or without.
my $n = 0;
sub articles
{
    my $db = "$dir/made" . $n++ . '.db';
    my $sql = "CREATE TABLE articles(id INTEGER PRIMARY KEY, name TEXT UNIQUE, title TEXT, body TEXT);\nBEGIN;\n";
    for my $article (@_) {
        my ($name, $body) = map { defined ? "'" . s/'/''/gr . "'" : 'NULL' } @$article;
        $sql .= "INSERT INTO articles(name, body) VALUES($name, $body);\n";
    }
    shell($db, '.read ' . spew("$dir/made.sql", $sql . "COMMIT;\n"));
    return $db;
}
sub indexed { my $db = articles(@_); run($db, script('load_index')); return $db }

# Words that no two texts share: own(3, 1, 10) are the first ten of text 3.
sub own { my ($text, $from, $to) = @_; return join ' ', map { "t${text}w$_" } $from .. $to }

sub bytes { my $n = 0; $n += length $_->[1] for @_; return $n }

# ---- the index -------------------------------------------------------------------------

my $load    = script('load_index');
my $options = "SELECT group_concat(key || '=' || value, ' ') FROM (SELECT * FROM articles_sim_config WHERE key IN ('k', 'threshold') ORDER BY key)";
my $check   = q{INSERT INTO articles_sim(articles_sim) VALUES('integrity-check')};

my $seeds = "$dir/seeds.db";
shell($seeds, script('load_seeds'));
for my $report (@reports) {
    my ($said, $status) = run($seeds, script($report));
    like($said, qr/: $report: there is no index articles_sim yet; sql.load_index.sql makes it/, "$report without it");
    isnt($status, 0, '... fails');
}
is(run($seeds, $load, $options, $check), "articles_sim: 5 articles; made\nk=5 threshold=0.5\n", 'made');
my $before = slurp($seeds);
is(run($seeds, $load), "articles_sim: 5 articles; was in step\n", 'again');
ok(slurp($seeds) eq $before, 'does not change a byte');
is(run($seeds, '.parameter set :options "k=5, threshold=0.5"', $load), "articles_sim: 5 articles; was in step\n",
    'nor with the options that it has');
is(run($seeds, q{.parameter set :options "'threshold=0.3, k=3'"}, $load, $options),
    "articles_sim: 5 articles; made\nk=3 threshold=0.3\n", 'other options');
is(run($seeds, $load, $options), "articles_sim: 5 articles; was in step\nk=3 threshold=0.3\n", 'are kept');

is(run($seeds, q{INSERT INTO articles(name, body) VALUES('new', 'one two three four five')},
    q{SELECT rowid FROM articles_sim WHERE articles_sim MATCH 'one two three'}, $check, $load),
    "6\narticles_sim: 6 articles; was in step\n", 'the triggers keep it in step');
like(shell($seeds, q{UPDATE articles SET body = '' WHERE id = 6}), qr/no such module: textsim/,
    'not without the extension');
shell($seeds, 'DROP TRIGGER articles_sim_delete', 'DROP TRIGGER articles_sim_insert', 'DROP TRIGGER articles_sim_update',
    q{UPDATE articles SET body = 'six seven eight' WHERE id = 6});
like(run($seeds, $check), qr/row 6 has another text/, 'written without the triggers');
is(run($seeds, $load, $options, $check, q{SELECT rowid FROM articles_sim WHERE articles_sim MATCH 'six seven eight'}),
    "articles_sim: 6 articles; made\nk=3 threshold=0.3\n6\n", 'made anew, with its options');
for my $suffix ('insert', 'delete', 'update') {
    is(run($seeds, "DROP TRIGGER articles_sim_$suffix", $load), "articles_sim: 6 articles; made\n", "without its trigger $suffix");
}
is(run($seeds, 'BEGIN', 'DROP TRIGGER articles_sim_insert', $load, 'COMMIT', $check), "articles_sim: 6 articles; made\n",
    'inside a transaction');
is(run($seeds, 'DROP TABLE articles_sim', 'CREATE VIRTUAL TABLE articles_sim USING textsim(body, content=articles, k=2)',
    $load, $options, $check), "articles_sim: 6 articles; made\nk=2 threshold=0.5\n", 'one made by hand, without triggers, is filled');

# What other settings of the shell print does not get into what is run.
for my $setting ('.echo on', '.changes on', '.stats on', '.eqp on', '.timer on', '.mode json', '.headers on') {
    my $db = articles(['a', 'one two']);
    like(run($db, $setting, $load, '.echo off', '.eqp off', '.stats off', '.timer off', $options), qr/^articles_sim: 1 article; made$/m, $setting);
    is(run($db, $load, $check), "articles_sim: 1 article; was in step\n", "$setting: and it is there");
}
is(join(' ', glob "$dir/tmp/*"), '', 'nothing is left') for do {
    mkdir "$dir/tmp";
    local $ENV{TMPDIR} = "$dir/tmp";
    run(articles(['a', 'one two']), $load);
};

{
    my $db = articles(['a', 'one two']);
    my $status = do { local $ENV{TMPDIR} = "$dir/none"; (run($db, $load))[1] };
    isnt($status, 0, 'nowhere to write to is an error');
    is(run($db, 'SELECT count(*) FROM sqlite_schema WHERE name GLOB \'articles_sim*\''), "0\n", 'and nothing is made');
}

# Errors leave what is there.
my $made = indexed(['a', own(1, 1, 9)]);
for my $case (
    ['3',                    qr/load_index: :options must be a text, with both pairs of quotes/],
    [q{"'k=3); SELECT (1'"}, qr/load_index: :options must be a text/],
    ['k=0',                  qr/load_index: k=0 is out of range 1\.\.64/],
    ['"threshold=2"',        qr/load_index: threshold=2 is not a number over 0 and up to 1/],
    ['"sync=manual"',        qr/articles_sim: option sync is given twice/],
) {
    my ($said, $status) = run($made, ".parameter set :options $case->[0]", $load);
    like($said, $case->[1], ":options $case->[0]");
    isnt($status, 0, 'is an error');
    is(run($made, $load, $check), "articles_sim: 1 article; was in step\n", 'that leaves the index');
}
is(run($made, qq{.parameter set :options "'k=2,\n threshold=0.4'"}, $load, $load, $options),
    "articles_sim: 1 article; made\narticles_sim: 1 article; was in step\nk=2 threshold=0.4\n", 'options on two lines');
for my $case (
    [[], qr/load_index: there is no table articles: load_files\.sql/, 'no articles'],
    [['CREATE TABLE articles(id INT PRIMARY KEY, name, title, body)'], qr/load_index: the column id .* must be its INTEGER PRIMARY KEY/, 'another key'],
    [['CREATE TABLE articles(id INTEGER PRIMARY KEY, body)', 'CREATE TABLE articles_sim(x)'],
        qr/load_index: the table articles_sim that is there is not an index of articles/, 'another table'],
    [['CREATE TABLE articles(id INTEGER PRIMARY KEY, body)', 'CREATE VIRTUAL TABLE articles_sim USING textsim(body)'],
        qr/load_index: the table articles_sim that is there is not an index of articles/, 'an index of its own'],
) {
    my ($said, $status) = run(':memory:', @{ $case->[0] }, $load);
    like($said, $case->[1], $case->[2]);
    isnt($status, 0, 'is an error');
}
like(shell($seeds, $load), qr/no such function: textsim_version/, 'without the extension');

# In a shell that is open, what comes after an error is kept.
{
    my $db = indexed(['a', own(1, 1, 9)]);
    shell($db, 'DROP TRIGGER articles_sim_update', q{UPDATE articles SET body = x'00'});
    my $typed = spew("$dir/typed.sql", join "\n", $load, 'CREATE TABLE kept(x);', $load, '.quit', '');
    my $said  = run({ stdin => $typed }, '-interactive', $db);
    is(scalar(() = $said =~ /row 1: 'body' is a BLOB/g), 2, 'an error in an open shell, twice');
    unlike($said, qr/savepoint/, 'and no other');
    is(run($db, 'SELECT count(*) FROM kept', 'SELECT count(*) FROM articles_sim'), "0\n1\n",
        'is rolled back, and what is done later is not');
}

# Everything so far, in UTF-16, read-only, and twice on a connection.
my $plain = "$dir/plain.db";
my $wide  = "$dir/wide.db";
shell($plain, script('load_seeds'));
shell($wide, "PRAGMA encoding = 'UTF-16'", script('load_seeds'));
is(run($_, q{.parameter set :options "k=5, threshold=0.3"}, $load), "articles_sim: 5 articles; made\n", $_) for $plain, $wide;
my @first = ('.parameter set :threshold 0.4', q{.parameter set :batch "'00[1-4]*'"});
for my $report (@reports) {
    my $said = run($plain, @first, script($report));
    is(run("file:$plain?mode=ro", @first, script($report)), $said, "$report: read-only");
    is(run($plain, @first, script($report), script($report)), $said x 2, "$report: twice on a connection the same");
    my $wide_said = run($wide, @first, script($report));
    s/ +\d+ (?=\xe2\x94\x82[^\xe2]+%)/ N /g, s/\d+ of \d+ bytes of text \([\d.]+ %\)/N bytes/ for $said, $wide_said;
    is($wide_said, $said, "$report: on a UTF-16 database");
    like(shell($plain, @first, script($report)), qr/no such (?:function|module|table)/, "$report says what is missing without the extension");
    like((run(articles(['a', 'b']), script($report)))[0], qr/articles_sim/, "$report says what is missing without the index");
}

# Next to nothing.
for my $little (
    [[], 'no articles'], [[['only one', own(1, 1, 50)]], 'one article'],
    [[['null', undef], ['empty', ''], ['dots', '... !'], ['a', 'one two'], ['b', 'One, two.']], 'NULL, empty and short'],
    [[["odd\nname 'x' |", own(1, 1, 20)], ['n' x 300, own(1, 1, 20)]], 'odd names'],
) {
    my $db = indexed(@{ $little->[0] });
    unlike(report($db, script($_)), qr/error near|^Error/m, "$_ with $little->[1]") for @reports;
}

# ---- families --------------------------------------------------------------------------

is(report($plain, '.parameter set :threshold 0.4', script('report_clusters')), <<'OUT' =~ s/\n\z//r, 'clusters: the seeds');
Families of articles at least 40 % alike: 1
articles|id|name|alike
3|1|000_83f9f53c9a0dc77d.txt|
|3|002_a8164169bb56fdff.txt|83 %
|2|001_35494cafd528da3e.txt|49 %
articles in a family|families|articles
3 to 5|1|3
alike: to the first of the family.
3 of 5 articles are in a family; no pair was missed.
OUT
like(run($plain, '.parameter set :threshold 0.2', script('report_clusters')),
    qr/threshold 0\.2 is below that of 'articles_sim'/, 'clusters: under the threshold of the index');

# A chain: each article is like the next, 84 words of 104, the first not like the last.
my @chain  = map { ["chain$_", own('chain', 10 * $_, 10 * $_ + 103)] } 0 .. 6;
my @same   = map { ["same$_", own('same', 1, 50) . ($_ == 3 ? ' one more word' : '')] } 1 .. 8;
my @others = map { ["other$_", own("other$_", 1, 40)] } 1 .. 5;
my $mixed  = indexed(@chain, @same, @others);
is(report($mixed, script('report_clusters')), <<'OUT' =~ s/\n\z//r, 'clusters: a chain, and copies');
Families of articles at least 70 % alike: 2
articles|id|name|alike
8|8|same1|
|9|same2|100 %
|11|same4|100 %
|12|same5|100 %
|13|same6|100 %
||… and 3 more|94 to 100 %
7|1|chain0|
|2|chain1|82 %
|3|chain2|67 %
|4|chain3|54 %
|5|chain4|43 %
||… and 2 more|25 to 33 %
articles in a family|families|articles
6 to 10|2|15
alike: to the first of the family.
5 of them are less than 70 % like the first: others lead from one to the other.
15 of 20 articles are in a family; no pair was missed.
OUT
my $large = indexed(map { my $i = $_; map { ["f$i m$_", own($i, 1, 30)] } 1 .. 1 + $i % 12 } 1 .. 60);
my $said = report($large, script('report_clusters'));
like($said, qr/^Families of articles at least 70 % alike: 55, of which the 20 largest$/m, 'clusters: says how many are listed');
is(scalar(() = $said =~ /^\d+\|\d+\|f\d+ m1\|$/mg), 20, 'clusters: and lists them');
is(join(',', $said =~ /^\|\|\xe2\x80\xa6 and (\d+) more\|100 %$/mg), join(',', (7) x 5, (6) x 5, (5) x 5, (4) x 5), 'clusters: the largest first');
like($said, qr/^2\|5\|10\n3 to 5\|15\|60\n6 to 10\|25\|200\n11 to 100\|10\|115$/m, 'clusters: by size');

# ---- what to keep ------------------------------------------------------------------------

my $n_chain = bytes(@chain[0 .. 5]);
my $n_same  = bytes(@same[0, 1, 3 .. 7]);
my $saved   = sprintf '%d of %d bytes of text (%.1f %%)', $n_chain + $n_same, bytes(@chain, @same, @others),
    100 * ($n_chain + $n_same) / bytes(@chain, @same, @others);
is(report($mixed, script('report_keepers'), 'SELECT id, keeper, round(alike, 6), is_in FROM report_delete WHERE id > 7 AND id < 12'), <<"OUT" =~ s/\n\z//r, 'keepers: the longest');
Families of articles at least 70 % alike: 2
keep|delete|articles|bytes|alike|is in
7 chain6|1 2 3 4 5 6|6|$n_chain|25 %|40 %
10 same3|8 9 11 12 13 14 15|7|$n_same|94 %|100 %
alike, is in: how much each of those to delete is like the one kept, and in it, at least.
13 of 20 articles would be deleted (65.0 %), and $saved.
That does, on this connection: DELETE FROM articles WHERE id IN (SELECT id FROM temp.report_delete);
5 of them are less than 70 % like the one kept: others lead from one to the other.
... FROM temp.report_delete WHERE alike >= 0.7 spares them.
8|10|0.938776|1.0
9|10|0.938776|1.0
11|10|0.938776|1.0
OUT
is(run($mixed, 'BEGIN', '.output /dev/null', script('report_keepers'), '.output stdout',
    'DELETE FROM articles WHERE id IN (SELECT id FROM temp.report_delete)',
    'SELECT group_concat(id) FROM (SELECT id FROM articles ORDER BY id)', q{SELECT count(*) FROM textsim_clusters('articles_sim')}, 'ROLLBACK'),
    "7,10,16,17,18,19,20\n0\n", 'keepers: what it says to type leaves no family');

# Of equal length: the most like the others, then the lowest id.
my $middle = indexed(
    ['end',    own('m', 1, 99) . ' ' . own('n', 10, 30)],
    ['middle', own('m', 1, 99) . ' ' . own('o', 10, 30)],
    ['close',  own('m', 1, 99) . ' ' . own('o', 10, 24) . ' o25 o26'],
    ['equal',  own('p', 1, 50)],
    ['same',   own('p', 1, 50)]);
my @kept = report($middle, '.parameter set :threshold 0.6', script('report_keepers')) =~ /^(\d \w+)\|/mg;
is("@kept", '2 middle 4 equal', 'keepers: the most like the others; the lowest id');

# ---- sources -----------------------------------------------------------------------------

$said = report($plain, q{.parameter set :batch "'00[1-4]*'"}, script('report_sources'));
is($said, <<'OUT' =~ s/\n\z//r, 'sources: the seeds');
Batch: 4 articles. Archive: 1 article.
article|verdict|source|is in|back
2 001_35494cafd528da3e.txt|nearly whole in|1 000_83f9f53c9a0dc77d.txt|87 %|53 %
3 002_a8164169bb56fdff.txt|a copy of|1 000_83f9f53c9a0dc77d.txt|85 %|97 %
is in: how much of the article is in the source; back: of the source in the article.
Without a source in the archive: 2 of 4.
OUT
my $archive = indexed(
    ['whole',   own(1, 1, 500)],
    ['piece',   own(2, 1, 60)],
    ['another', own(3, 1, 300)],
    (map { ["copy$_", own(4, 1, 100)] } 1 .. 6),
    ['in/copy',    own(3, 1, 290) . ' and the end'],
    ['in/excerpt', own(1, 101, 250)],
    ['in/frame',   own(5, 1, 100) . ' ' . own(2, 1, 60) . ' ' . own(5, 101, 200)],
    ['in/part',    own(6, 1, 200) . ' ' . own(1, 1, 100)],
    ['in/new',     own(7, 1, 200)],
    ['in/many',    own(4, 1, 100)],
    ['in/short',   own(1, 1, 40)]);
my @in = (q{.parameter set :batch "'in/*'"}, script('report_sources'));
is(report($archive, @in), <<'OUT' =~ s/\n\z//r, 'sources: each verdict');
Batch: 7 articles. Archive: 9 articles.
article|verdict|source|is in|back
10 in/copy|a copy of|3 another|99 %|97 %
11 in/excerpt|nearly whole in|1 whole|100 %|29 %
12 in/frame|has nearly all of|2 piece|22 %|100 %
13 in/part|partly in|1 whole|32 %|19 %
15 in/many|a copy of|4 copy1|100 %|100 %
15 in/many|a copy of|5 copy2|100 %|100 %
15 in/many|a copy of|6 copy3|100 %|100 %
is in: how much of the article is in the source; back: of the source in the article.
7 of 10 sources are listed: of each article at most 3.
Without a source in the archive: 2 of 7.
3 have less than 160 phrases: what they are partly in was not looked for.
OUT
is(report($archive, @in, 'SELECT group_concat(source) FROM report_source WHERE id = 15') =~ s/.*\n//sr, '4,5,6,7,8,9',
    'sources: the others stay for questions');
my $small = '.read ' . spew("$dir/small.sql", slurp('sql/report_sources.sql') =~ s/VALUES\(100, 3, \d+, /VALUES(100, 3, 4, /r);
my $partly = report($archive, $in[0], $small);
like($partly, qr/^(\d+) articles? (?:was|were) not looked up: the others have more sources than the script reads\.$/m, 'sources: a budget');
unlike($partly, qr/^15 in/m, 'sources: that ends before the last');
like(report($archive, script('report_sources')), qr/^Batch: 1 article\. Archive: 15 articles\.\n.*Without a source in the archive: 1 of 1\.\n/s,
    'sources: by default the last');
for my $case ([q{"'nothing*'"}, qr/report_sources: no article has a name that matches :batch/],
    ['2024/11', qr/report_sources: :batch must be a text, with both pairs of quotes/]) {
    my ($error, $status) = run($archive, ".parameter set :batch $case->[0]", script('report_sources'));
    like($error, $case->[1], "sources: batch $case->[0]");
    isnt($status, 0, 'is an error');
}

# ---- many ----------------------------------------------------------------------------------

# A family of 2,000, of which no two have the same words; and 2,000 others.
my $many = indexed((map { ["kin$_", own('kin', 1, 60) . " number $_"] } 1 .. 2000), map { ["own$_", own($_, 1, 12)] } 1 .. 2000);
like(report($many, script('report_clusters')), qr/^2000 of 4000 articles are in a family; no pair was missed\.$/m, 'clusters: many');
like(report($many, script('report_keepers')), qr/^1999 of 4000 articles would be deleted \(50\.0 %\)/m, 'keepers: many');
like(report($many, q{.parameter set :batch "'*99'"}, script('report_sources')), qr/^Without a source in the archive: 20 of 40\.$/m, 'sources: many');
done_testing;
