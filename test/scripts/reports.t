#!/usr/bin/perl
# The reports of sql/, on the seeds, on made-up articles and on many; but for those that
# ask the index, which index_reports.t has.
use strict;
use warnings;
use lib 'test/scripts';
use Shell;
use Test::More;

my $dir     = scratch();
my @reports = grep { slurp("sql/$_.sql") !~ /articles_sim/ }
    map { m{sql/(report_\w+)\.sql} } sort glob 'sql/report_*.sql';
my $seeds   = "$dir/seeds.db";
shell($seeds, script('load_seeds'));

# What a report says; tables as lines of cells joined by |, without padding.
sub report
{
    my ($db, @commands) = @_;
    my ($said, $status) = shell({ extension => 1 }, $db, @commands);
    is($status, 0, "$commands[-1] ends well") or diag($said);
    my @lines = grep { !/^[\xe2\x94\x80-\xbf]+$/ } split /\n/, $said;
    for (@lines) { s/^\xe2\x94\x82 *| *\xe2\x94\x82$//g; s/ *\xe2\x94\x82 */|/g; s/ +/ /g; s/ $// }
    return join "\n", @lines;
}

# Articles from a list of [name, body], in a fresh database.
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

# Words that no two texts share: text(3, 10) is word 10 of text 3.
sub own { my ($text, $from, $to) = @_; return join ' ', map { "t${text}w$_" } $from .. $to }

# ---- all scripts -----------------------------------------------------------------------

for my $path (sort glob 'sql/*.sql') {
    my $sql = slurp($path);
    like($sql, qr/\A\.bail on\n/, "$path begins with .bail on");
    unlike($sql, qr/^\.load/m, "$path does not load");
    unlike($sql, qr/\b(?:unhex|octet_length|concat|concat_ws|string_agg|timediff|jsonb\w*|if)\(/,
        "$path needs nothing newer than 3.38");
}
my ($demo, $status) = shell({ extension => 1 }, "$dir/demo.db", script('demo'));
is($status, 0, 'the demo runs') or diag($demo);
like($demo, qr/^==== \Q$_\E: /m, "$_ is in the demo") for sort glob 'sql/report_*.sql';
for my $report (@reports) {
    my ($said, $status) = shell($seeds, script($report));
    like($said, qr/no such function|no such table/, "$report says what is missing without the extension");
    isnt($status, 0, 'and fails');
    is(shell({ extension => 1 }, "file:$seeds?mode=ro", script($report)),
        shell({ extension => 1 }, $seeds, script($report), script($report)) =~ s/\A(.*)\1\z/$1/sr,
        "$report: read-only; twice on a connection the same");
}

# The same in a UTF-16 database.
my $wide = "$dir/seeds16.db";
shell($wide, "PRAGMA encoding = 'UTF-16'", script('load_seeds'));
is(shell({ extension => 1 }, $wide, script($_)), shell({ extension => 1 }, $seeds, script($_)),
    "$_ on a UTF-16 database") for @reports;

# Next to nothing.
my @little = (
    [articles(), 'no articles'],
    [articles(['only one', own(1, 1, 50)]), 'one article'],
    [articles(['null', undef], ['empty', ''], ['dots', '... !'], ['a', 'one two'], ['b', 'One, two.']),
        'NULL, empty and short'],
    [articles(["odd\nname 'x' |", own(1, 1, 20)], ['n' x 300, own(1, 1, 20)]), 'odd names'],
);
for my $little (@little) {
    unlike(report($little->[0], script($_)), qr/error near|^Error/m, "$_ with $little->[1]") for @reports;
}

# ---- overlap ---------------------------------------------------------------------------

my $said = report($seeds, script('report_overlap'));
for my $measure ('jaccard', 'containment') {
    my $expected = shell({ extension => 1 }, $seeds, <<"SQL");
SELECT group_concat(cell, ' ') FROM (
  SELECT a.id, iif(a.id = b.id, '-', CAST(round(100 * $measure(a.body, b.body)) AS INTEGER)) AS cell
    FROM articles a JOIN articles b ORDER BY a.id, b.id) GROUP BY id;
SQL
    my @rows = split /\n/, $expected;
    for my $i (0 .. 4) {
        my $cells = join ' ', map { $_ eq '-' ? "\xe2\x80\x93" : "$_(?:\xe2\x96.)?" } split / /, $rows[$i];
        my $id    = $i + 1;
        like($said, qr/^ $id 00$i\w+\.txt $cells$/m, "overlap: row $i of $measure");
    }
}
like($said, qr/^All 10 pairs were compared\.$/m, 'overlap: all pairs');
my @many = map { [sprintf('name%02d', $_), $_ % 3 ? own(100 + $_, 1, 40) : own(int($_ / 6), 1, 40)] } 1 .. 40;
$said = report(articles(@many), script('report_overlap'));
like($said, qr/^12 of 40 articles are shown\. The others are at most \d+ % like another one\.$/m,
    'overlap: says what is left out');
is(scalar(() = $said =~ /^ \d+ name\d\d /mg), 24, 'overlap: two matrices of twelve rows');
unlike($said, qr/^ \d+ name0[124578] /m, 'overlap: of those that overlap');

# ---- near copies -----------------------------------------------------------------------

like(report($seeds, script('report_near_copies')),
    qr{^Groups[ ]of[ ]articles[ ]with[ ]the[ ]same[ ]words:[ ]0\n\n
       Pairs[ ]of[ ]articles[ ]at[ ]least[ ]70[ ]%[ ]alike:[ ]1\n
       alike\|id\|name\|words\|id\|name\|words\n
       83[ ]%\|1\|000_83f9f53c9a0dc77d.txt\|680\|3\|002_a8164169bb56fdff.txt\|780\n}mx,
    'near copies: the pair of the seeds');
$said = report(articles(
    ['a', 'The same words, in the same order, five and more.'],
    ['b', own(1, 1, 100)],
    ['c', "THE SAME WORDS \x{2014} in the same order: five and more!" =~ s/\x{2014}/-/r],
    ['d', own(1, 1, 90) . ' ' . own(2, 1, 10)],
    ['e', own(1, 1, 50) . ' ' . own(3, 1, 50)],
    ['f', 'the same words in the same order five and more']), script('report_near_copies'));
like($said, qr/^Groups of articles with the same words: 1\nsize\|id\|name\|the same as\n3\|1\|a\|3, 6$/m,
    'near copies: the same words');
like($said, qr/^Pairs of articles at least 70 % alike: 1\n.*\n81 %\|2\|b\|100\|4\|d\|100$/m, 'near copies: one pair');

# ---- derivation ------------------------------------------------------------------------

$said = report($seeds, script('report_derivation'));
my @rows = map { s/_\w+\.txt//gr } $said =~ /^(?:copy|reprint|quotation)\|\d 00.*$/mg;
is(join("\n", @rows), <<'OUT' =~ s/\n\z//r, 'derivation: the seeds');
copy|1 000|97 %|3 002|85 %|382
reprint|2 001|87 %|1 000|53 %|122
reprint|2 001|85 %|3 002|45 %|122
quotation|2 001|24 %|4 003|15 %|30
quotation|4 003|20 %|1 000|19 %|35
quotation|4 003|20 %|3 002|16 %|35
quotation|5 004|7 %|4 003|5 %|22
quotation|5 004|5 %|1 000|4 %|22
quotation|5 004|5 %|3 002|3 %|22
quotation|2 001|5 %|5 004|4 %|22
OUT
my $source = own(1, 1, 400);
$said = report(articles(
    ['source', $source],
    ['frame', own(2, 1, 30) . " $source " . own(2, 31, 60)],
    ['short', own(1, 101, 300)],
    ['piece', own(1, 1, 70)],
    ['paragraph', own(3, 1, 300) . ' ' . own(1, 1, 60) . ' ' . own(3, 301, 400)],
    ['sentence', own(4, 1, 300) . ' ' . own(1, 200, 214) . ' ' . own(4, 301, 400)],
    ['phrases', own(5, 1, 300) . ' ' . own(1, 200, 206) . ' ' . own(5, 301, 400)],
    ['words', own(6, 1, 300) . ' ' . own(1, 200, 203) . ' ' . own(6, 301, 400)]),
    script('report_derivation'));
my %verdict = map { m/^(\w+)\|(?:1 source\|.*?\|\d (\w+)|\d (\w+)\|.*?\|1 source)\|/ ? ($2 // $3, $1) : () }
    split /\n/, $said;
is_deeply(\%verdict, { frame => 'copy', short => 'reprint', piece => 'excerpt', paragraph => 'borrowing',
    sentence => 'quotation', phrases => 'related' }, 'derivation: each verdict');
like($said, qr/^excerpt\|4 piece\|100 %\|1 source\|17 %\|70$/m, 'derivation: the part comes first');

# At the edges of the rule: 104 words are 100 phrases.
my @edges = (
    # words in both, of how many, verdict
    [64, 104, 'copy'],      [62, 104, 'borrowing'],   [64, 238, 'reprint'],  [64, 260, 'excerpt'],
    [59, 104, 'quotation'], [60, 104, 'borrowing'],   [15, 104, 'quotation'], [14, 104, 'related'],
    [7, 104, 'related'],    [6, 104, 'unrelated'],
);
for my $edge (@edges) {
    my ($both, $size, $verdict) = @$edge;
    my $db = articles(['a', own(1, 1, 104)], ['b', own(1, 1, $both) . ' ' . own(2, 1, $size - $both)]);
    like(report($db, script('report_derivation')), qr/^$verdict\| *1\|/m,
        "derivation: $both words of 104 in $size are a $verdict");
}

# Of very many pairs not all are looked at closely; the report says so.
my $few = spew("$dir/few.sql", slurp('sql/report_derivation.sql') =~ s/\d+ AS all_runs/4 AS all_runs/r);
$said = report($seeds, ".read $few");
like($said, qr/^copy\|1 000\w+\.txt\|97 %\|3 002\w+\.txt\|85 %\|382$/m, 'derivation: shares alone decide on a copy');
is(scalar(() = $said =~ /^quotation\|\d 00.*\|(?:30|35|22)$/mg), 4, 'derivation: four pairs are looked at closely');
like($said, qr/^\(undecided\)\|3\|/m, 'derivation: three are not, and counted');

# ---- phrases ---------------------------------------------------------------------------

$said = report($seeds, script('report_phrases'));
like($said, qr/^words\|articles\|phrase\n382\|1 3\|secretary on Thursday said he .* Yuri Ushakov as saying$/m,
    'phrases: the longest');
like($said, qr/^22\|1 2 3 4 5\|very little doubt that they have .* in the democracies$/m,
    'phrases: the sentence that all five have');
$said = report(articles(
    ['a', own(1, 1, 30) . ' Shared: six words, no more - here! ' . own(1, 31, 60)],
    ['b', own(2, 1, 30) . ' shared six words no more here ' . own(2, 31, 40) . ' ' . own(1, 3, 9)],
    ['c', 'two words'], ['d', 'Two words.'],
    ['e', join ' ', ('again and again we say it') x 3],
    ['f', 'Again and again we say it'],
    ['g', own(7, 1, 30)], ['h', own(7, 1, 30) . ' ' . own(8, 1, 5) . ' ' . own(7, 5, 15)]),
    script('report_phrases'));
$said =~ s/(?<=t[17]w.) .* (?=t[17]w)/ ... /mg;
is($said, <<'OUT' =~ s/\n\z//r, 'phrases: maximal, each once, as the text has them');
words|articles|phrase
30|7 8|t7w1 ... t7w30
7|1 2|t1w3 ... t1w9
6|1 2|Shared: six words, no more - here
6|5 6|again and again we say it
2|3 4|two words
All 28 pairs were compared.
OUT

# ---- accuracy --------------------------------------------------------------------------

$said = report($seeds, script('report_accuracy'));
my $direct = shell({ extension => 1 }, $seeds, <<'SQL');
SELECT a.name, b.name, printf('%.3f', jaccard(a.body, b.body)), printf('%.3f', jaccard(minhash(a.body), minhash(b.body)))
  FROM articles a JOIN articles b ON a.id < b.id ORDER BY 3 DESC;
SQL
my @found = $said =~ /^\d (00\w+\.txt)\|\d (00\w+\.txt)\|([\d.]+)\|([\d.]+)\|[-+][\d.]+$/mg;
my @pairs = split /[|\n]/, $direct;
is(scalar @found, 40, 'accuracy: ten pairs');
is_deeply({ map { join('|', @found[4 * $_ .. 4 * $_ + 3]) => 1 } 0 .. 9 },
    { map { join('|', @pairs[4 * $_ .. 4 * $_ + 3]) => 1 } 0 .. 9 }, 'accuracy: exact and estimate');
like($said, qr/^Of 5 articles: 3832 characters of text on average, \d+ bytes of shingle set, 536 of sketch\.$/m,
    'accuracy: sizes');

# ---- batch -----------------------------------------------------------------------------

my $archive = articles(
    ['old/a', own(1, 1, 200)], ['old/b', own(2, 1, 200)], ['old/c', own(3, 1, 200)],
    ['new/copy', own(1, 1, 190) . ' ' . own(4, 1, 10)],
    ['new/part', own(2, 50, 100)],
    ['new/mixed', join ' ', map { own($_, 1, 60) } 1 .. 3],
    ['new/partly', own(3, 1, 30) . ' ' . own(5, 1, 170)],
    ['new/new', own(6, 1, 200)]);
$said = report($archive, q{.parameter set :batch "'new/*'"}, script('report_batch'));
is($said, <<'OUT' =~ s/\n\z//r, 'batch: each verdict');
Batch: 5 articles. Archive: 3 articles.
article|known|verdict|archive|most|alike
5 new/part|100 %|nearly whole in|2 old/b|100 %|24 %
6 new/mixed|95 %|in several, as|1 old/a|32 %|18 %
4 new/copy|95 %|a copy of|1 old/a|95 %|90 %
7 new/partly|13 %|partly in|3 old/c|13 %|7 %
8 new/new|0 %|new||0 %|0 %
OUT
like(report($archive, script('report_batch')), qr/^Batch: 1 article\. Archive: 7 articles\.\n.*\n8 new\/new\|/m,
    'batch: the last article by default');
for my $case (['3', qr/report_batch: :batch must be a text/], [q{"'no*'"}, qr/report_batch: no article has a name/]) {
    my ($said, $status) = shell({ extension => 1 }, $archive, ".parameter set :batch $case->[0]", script('report_batch'));
    like($said, $case->[1], "batch: $case->[0]");
    isnt($status, 0, 'is an error');
}

# ---- many articles: the same answers by candidates ---------------------------------------

# 1,300 articles with a footer that all have, and 40 pairs of one kind or another.
my @crowd;
for my $i (0 .. 1299) {
    my $body = own($i, 1, 120);
    my $pair = $i - 1;
    if ($i < 80 && $i % 2) {
        $body = $i % 8 == 1 ? own($pair, 1, 115) . ' ' . own($i, 1, 5)
              : $i % 8 == 3 ? own($pair, 21, 80)
              : $i % 8 == 5 ? own($i, 1, 60) . ' ' . own($pair, 1, 60) . ' ' . own($i, 61, 120)
              :               own($i, 1, 80) . ' ' . own($pair, 30, 74);
    }
    push @crowd, [sprintf('%04d', $i), "$body all rights reserved by the owner of these pages"];
}
my $crowd = articles(@crowd);
my %rare = map { $_ => '.read ' . spew("$dir/rare_$_.sql", slurp("sql/$_.sql")
    =~ s/\b\d+ AS candidates, \d+ AS neighbours/1000 AS candidates, 0 AS neighbours/r) } @reports;
$said = report($crowd, $rare{report_derivation});
like($said, qr/^40 of 844350 pairs were compared/m, 'derivation by candidates: finds the pairs, not the footer');
like($said, qr/^\(not compared\)\|844310\|/m, 'derivation: what was not compared has no verdict');
like($said, qr/^unrelated\|0\|/m, 'derivation: and is not called unrelated');
is(scalar(() = $said =~ /^(?:copy|reprint|excerpt|borrowing|quotation)\|\d+ \d{4}\|.*$/mg), 40, 'and lists them');
$said = report($crowd, script('report_near_copies'));
like($said, qr/^Pairs of articles at least 70 % alike: 10$/m, 'near copies by candidates');
like($said, qr/^\d+ of 844350 pairs were compared: those that agree in a band \(see the script\)\.\z/m,
    'near copies: says how many it compared');
like(report($crowd, $rare{$_}), qr/^40 of 844350 pairs (?:of different texts )?were compared/m, "$_ by candidates")
    for qw(report_overlap report_phrases report_accuracy);

# ---- passages --------------------------------------------------------------------------

$said = report($seeds, script('report_passages'));
like($said, qr/^All 10 pairs were compared\.$/m, 'passages: all pairs');
$said = report($seeds, q{.parameter set :a "'003_c8ee7416ec1e0f16.txt'"},
    q{.parameter set :b "'000_83f9f53c9a0dc77d.txt'"}, script('report_passages'));
is(scalar(() = $said =~ /^1 000_83f9f53.*\|4 003_c8ee741/mg), 5, 'passages: of two articles');
like($said, qr/^The one pair was compared\.$/m, 'passages: and no others');
for my $set (q{.parameter set :a "'nobody'"}, q{.parameter set :a "'000_83f9f53c9a0dc77d.txt'"}) {
    my ($failed, $status) = shell({ extension => 1 }, $seeds, $set, script('report_passages'));
    like($failed, qr/report_passages: /, 'passages: says what is wrong with its parameters');
    isnt($status, 0, 'and fails');
}
my $moved = articles(['x', own(1, 1, 40) . ' ' . own(2, 1, 40)], ['y', own(2, 1, 40) . ' ' . own(3, 1, 9) . ' ' . own(1, 1, 40)],
    ['z', own(2, 1, 20) . ' changed ' . own(2, 22, 40)], ['none', own(4, 1, 90)], ['empty', undef], ['same', own(4, 1, 90)]);
like(report($moved, script('report_passages')), qr/^1 x\|1\|2 y\|\d+\|40\|100 %\|t1w1 .*
1 x\|\d+\|2 y\|1\|40\|100 %\|t2w1 .*
1 x\|\d+\|3 z\|1\|39\|97 %\|.*
2 y\|1\|3 z\|1\|39\|97 %\|.*
Left out: 1 with the same words as an earlier article\.
All 15 pairs were compared\.$/m, 'passages: moved, edited, none, the same');

# ---- phrases that very many articles have ------------------------------------------------

# Counts of a derivation report, by verdict; all pairs are in exactly one.
sub counts
{
    my ($said, $n) = @_;
    my %n_pairs = $said =~ /^([a-z]+|\([a-z ]+\))\|(\d+)\|[^|]+$/mg;
    my $sum = 0;
    $sum += $_ for values %n_pairs;
    is($sum, $n * ($n - 1) / 2, 'every pair is counted once');
    return \%n_pairs;
}

my $wire = own('wire', 1, 300);
my $all_same = articles(map { ["wire$_", $wire] } 1 .. 1001);
$said = report($all_same, script('report_derivation'));
is(counts($said, 1001)->{copy}, 500_500, 'derivation: 1001 copies');
like($said, qr/^copy\|1 wire1\|100 %\|2 wire2\|100 %\|300$/m, 'and lists them');
like($said, qr/^These are the first 100 of 500500 pairs.*\nAll 500500 pairs were compared\.$/m, 'and counts the rest');
$said = report($all_same, script('report_overlap'));
like($said, qr/^ 12 wire12 (?:100\S+ ?){11} \S+$/m, 'overlap: 1001 copies');
like($said, qr/^All 500500 pairs were compared\.$/m, 'overlap: all of them');
like(report($all_same, script('report_phrases')), qr/^300\|1 2 3 4 5 6 7 8 9 1\S+\|twirew1 .* twirew300\nAll 500500 pairs were compared\.$/m,
    'phrases: 1001 copies');
like(report($all_same, script('report_accuracy')), qr/^Left out: 1000 with the same words as an earlier article, 0 without words\.$/m,
    'accuracy: 1001 copies');

my $some_same = articles((map { ["own$_", own($_, 1, 60)] } 1 .. 900), map { ["wire$_", $wire] } 1 .. 202);
$said = report($some_same, script('report_derivation'));
is_deeply([@{ counts($said, 1102) }{qw(copy unrelated)}], [20_301, 586_350], 'derivation: 202 copies among others');
like(report($some_same, script('report_phrases')), qr/^300\|901 902 903 904 905\S+\|twirew1 .* twirew300$/m,
    'phrases: 202 copies among others');
like(report($some_same, script('report_overlap')), qr/^ 901 wire1 \S+ 100/m, 'overlap: 202 copies among others');
like(report($some_same, script('report_batch')), qr/^1102 wire202\|100 %\|a copy of\|901 wire1\|100 %\|100 %$/m,
    'batch: 202 copies');

# Boilerplate in 2,000 articles; few enough pairs are looked at that it is quick.
my $boilerplate = articles(map { ["page$_", own('all', 1, 300) . ' ' . own($_, 1, 60 + $_ % 7)] } 1 .. 2000);
sub quick
{
    my ($report) = @_;
    return '.read ' . spew("$dir/quick.sql", slurp("sql/$report.sql")
        =~ s/\b\d+ AS candidates, \d+ AS neighbours/100000 AS candidates, 1 AS neighbours/r
        =~ s/\d+ AS closely/50 AS closely/r =~ s/VALUES\(100, \d+, 20,/VALUES(100, 1000, 20,/r);
}
$said = report($boilerplate, quick('report_derivation'));
my $n_pairs = counts($said, 2000);
cmp_ok($n_pairs->{copy}, '>=', 1999, 'derivation: boilerplate finds copies');
is($n_pairs->{unrelated}, 0, 'derivation: none are called unrelated');
like($said, qr/^$n_pairs->{copy} of 1999000 pairs were compared: those that/m, 'derivation: says how many it compared');
like(report($boilerplate, quick('report_phrases')), qr/^300\|1 2 3 .*\|tallw1 .* tallw300$/m, 'phrases: boilerplate');
$said = report($boilerplate, quick('report_overlap'));
like($said, qr/^ \d+ page\d+ (?:\S+ )*7\d\S+/m, 'overlap: boilerplate');
like($said, qr/at most \d+ % like another one they were compared with\./, 'overlap: says so');
$said = report($boilerplate, q{.parameter set :batch "'page199*'"}, quick('report_batch'));
like($said, qr/^1990 page1990\|\d+ %\|a copy of\|\d+ page\d+\|\d+ %\|\d+ %$/m, 'batch: boilerplate');
like($said, qr/^\d+ phrases are in so many articles that another one may have more/m, 'batch: says that others may have more');

# A family of 2,000 with 20 words of their own each: 1,999,000 pairs, about 75 % alike.
my $family = articles(map { ["kin$_", own('kin', 1, 200) . ' ' . own($_, 1, 20) . ' ' . own('kin', 201, 300)] } 1 .. 2000);
$said = report($family, '.read ' . spew("$dir/few.sql", slurp('sql/report_near_copies.sql')
    =~ s/\b\d+ AS candidates, \d+ AS neighbours/50000 AS candidates, 3 AS neighbours/r));
my ($n_compared) = $said =~ /^(\d+) of 1999000 pairs were compared/m;
cmp_ok($n_compared // 0, '<', 120_000, 'near copies: a family is not quadratic');
my ($n_alike) = $said =~ /^Pairs of articles at least 70 % alike: (\d+), of which the first 50$/m;
cmp_ok($n_alike // 0, '>', 2000, 'near copies: but its pairs are found');
like($said, qr/^In \d+ bands so many agree that not all of these were compared\.$/m, 'near copies: says so');

# On the seeds candidates give all that a complete comparison gives.
for my $report (grep { !/batch/ } @reports) {
    my $path = spew("$dir/candidates.sql", slurp("sql/$report.sql") =~ s/\b\d+ AS exhaustive/2 AS exhaustive/r);
    my $normal = report($seeds, script($report));
    my $found  = report($seeds, ".read $path");
    s/^(?:All|\d+ of) 10 pairs (?:of different texts )?were.*$//m for $normal, $found;
    is($found, $normal, "$report: the same by candidates");
}
done_testing;
