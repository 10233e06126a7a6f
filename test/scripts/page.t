#!/usr/bin/perl
# The page of sql/report_page.sql: well-formed, the same each time, on none, few, many and
# odd articles; what it says of sources; what it leaves out.  How it is in a browser is in
# test/page.
use strict;
use warnings;
use Encode qw(encode);
use lib 'test/scripts';
use Shell;
use Test::More;

my $dir  = scratch();
my $key  = 'id INTEGER PRIMARY KEY, name TEXT UNIQUE, title TEXT, body TEXT';
my $html = "$dir/page.html";

# Words that no two texts share: own(3, 1, 10) are the first ten of text 3.
sub own { my ($text, $from, $to) = @_; return join ' ', map { "t${text}w$_" } $from .. $to }

# A table articles with these columns, and rows: lists of values as SQL has them.
my $n = 0;
sub table
{
    my ($columns, @rows) = @_;
    my $db  = "$dir/made" . $n++ . '.db';
    my $sql = "CREATE TABLE articles($columns);\nBEGIN;\n";
    $sql .= 'INSERT INTO articles VALUES(' . join(', ', @$_) . ");\n" for @rows;
    my ($said, $status) = shell($db, '.read ' . spew("$dir/made.sql", encode('UTF-8', $sql . "COMMIT;\n")));
    is($status, 0, 'a table is made') or diag($said);
    return $db;
}
sub quoted { return "'" . $_[0] =~ s/'/''/gr . "'" }

# The page, which is XML and UTF-8, as HTML does not have to be; and the same the second
# time, on the same connection too.
sub page
{
    my ($what, $db, @script) = @_;
    @script = (script('report_page')) if !@script;
    my ($said, $status) = shell({ extension => 1 }, "file:$db?mode=ro", @script);
    is($status, 0, "$what: a page") or diag($said);
    spew($html, $said);
    my $errors = qx{"$ENV{PYTHON}" -c 'import sys, xml.dom.minidom as m; m.parse(sys.argv[1])' $html 2>&1};
    is($errors, '', "$what: well-formed");
    like($said, qr{\A<!DOCTYPE html>\n<html .*</html>\n\z}s, "$what: whole");
    ok($said eq (shell({ extension => 1 }, $db, @script) // ''), "$what: the same the second time");
    my %seen;
    is(join(' ', grep { $seen{$_}++ } $said =~ /\bid="([^"]+)"/g), '', "$what: no id twice");
    is(join(' ', grep { !$seen{$_} } $said =~ /\bhref="#([^"]+)"/g), '', "$what: no link leads nowhere");
    my %used = map { $_ => 1 } map { split } $said =~ /\baria-labelledby="([^"]+)"/g;
    is(join(' ', grep { !$seen{$_} } sort keys %used), '', "$what: all labels are there");
    return $said;
}
sub passages { return scalar(() = $_[0] =~ /<a class="p c\d" id="/g) }

$ENV{PYTHON} //= 'python3';

# ---- the seeds ----------------------------------------------------------------------------

my $seeds = "$dir/seeds.db";
shell($seeds, script('load_seeds'));
my $said  = page('seeds', $seeds);
my $count = shell({ extension => 1 }, $seeds, <<'SQL');
SELECT sum(iif(containment(a.body, b.body) >= containment(b.body, a.body),
               (SELECT count(*) FROM textsim_passages(a.body, b.body)), (SELECT count(*) FROM textsim_passages(b.body, a.body))))
  FROM articles a JOIN articles b ON a.id < b.id
SQL
is(passages($said), 2 * $count, 'seeds: each passage on both sides');
is(scalar(() = $said =~ m{<g><title>\d in \d: \d+ %</title>}g), 20, 'seeds: a heat map of both containments');
like($said, qr{<title>2 in 1: 87 %</title><rect class="h5" [^>]*/><text [^>]*>87</text>}, 'seeds: its numbers');
like($said, qr{<tr><th class="doc" scope="row">2 <bdi>.*?</bdi></th><td class="doc">1 <bdi>.*?>reprint</a></td><td class="n">87 %</td><td class="n">5 %</td><td class="proof">137 words, 98 % the same: <q>},
    'seeds: the source of the shortened one, with proof');
like($said, qr{<li>Nothing\.</li>}, 'seeds: nothing is left out');
unlike($said, qr{<script|\son\w+=|https?://(?!www\.w3\.org/1999/xhtml")}, 'seeds: no script, no network');
my ($verdicts) = slurp('sql/report_derivation.sql') =~ /^(INSERT INTO temp\.report_verdict VALUES\n.*?;\n)/ms;
ok(index(slurp('sql/report_page.sql'), $verdicts) > 0, 'the verdicts are those of report_derivation.sql');

# ---- next to nothing ------------------------------------------------------------------------

$said = page('none', table($key));
like($said, qr/<p>0 articles, 0 different texts\. There are no pairs to compare\. None overlap\.<\/p>/, 'none: says so');
$said = page('one', table($key, [1, q('a'), q('A'), quoted(own(1, 1, 50))]));
like($said, qr/1 article, 1 different text\./, 'one: says so');
$said = page('two', table($key, [1, 'NULL', 'NULL', quoted(own(1, 1, 50))], [-7, 'NULL', q(''), quoted(own(1, 1, 40))]));
like($said, qr/The one pair was compared\. One pair of texts overlaps\./, 'two: compared');
like($said, qr{<bdi>Article -7</bdi>}, 'two: without names and titles');
is(passages($said), 2, 'two: one passage');
$said = page('odd', table($key, [1, q('a'), 'NULL', 'NULL'], [2, q('b'), 'NULL', q('')], [3, q('c'), 'NULL', q('!?')],
    [4, q('d'), 'NULL', q('one two')], [5, q('e'), 'NULL', q('One, two.')], [6, q('f'), 'NULL', 'zeroblob(9)']));
like($said, qr{<li>4 without words\.</li>\s*<li>1 with the same words as an earlier article}, 'odd: without words, and the same');
like($said, qr{<li>4 <bdi>d</bdi>: the same as 5</li>}, 'odd: which');

# ---- hostile --------------------------------------------------------------------------------

my $attack = q{]]></style></title><script>alert("1")</script> & 'x' &#60; <!-- \\u0041 \\\\ %s};
my $nul    = q{ || char(0, 1, 8, 27, 31, 127, 159, 65534, 65535, 9, 10, 13, 8232) || };
my $all    = quoted($attack) . $nul . quoted($attack);
$said = page('hostile', table("$key, date TEXT",
    [1, $all, $all, quoted(own(1, 1, 40) . " $attack") . $nul . quoted(own(2, 1, 40)), $all],
    [2, quoted("$attack 2"), $all, quoted(own(1, 1, 40) . " $attack") . $nul . quoted(own(2, 1, 40) . " $attack end of it is here"), quoted('2024-01-01') . $nul . quoted($attack)]));
unlike($said, qr/<script|<!--/, 'hostile: no element of it');
unlike($said, qr/[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]|\xc2[\x80-\x9f]|\xef\xbf[\xbe\xbf]/, 'hostile: no controls');
like($said, qr/\\u0041 \\\\\\\\? %s|\\u0041 \\\\ %s/, 'hostile: backslashes stay');
is(passages($said), 2, 'hostile: the passage goes through it');
like($said, qr/t1w40 \]\]&gt;&lt;\/style&gt;[^<]{0,200}t2w1 /s, 'hostile: and is whole');

# ---- sources --------------------------------------------------------------------------------

my @copies = (quoted(own(1, 1, 200) . ' ' . own(2, 1, 50)), quoted(own(1, 1, 200)), quoted(own(1, 1, 190)));
sub source { my ($page, $id) = @_; return $page =~ m{<tr><th class="doc" scope="row">$id <bdi>[^<]*</bdi></th><td class="doc">(-?\d+) <bdi>[^<]*</bdi></td><td><a href="#pair\d+" aria-label="\w+: }
    ? $1 : undef }
$said = page('lengths', table($key, map { [$_ + 1, "'n$_'", "'t$_'", $copies[$_]] } 0 .. 2));
is_deeply([map { source($said, $_) } 1 .. 3], [undef, 1, 2], 'sources: without dates the longer one');
like($said, qr/Earlier is here the longer text, as there are no dates/, 'and says so');
for my $case (
    ['date TEXT',       ["'2024-03-01'", "'2024-02-01 12:00'", "'2024-01-01'"], [2, 3, undef], qr/which every article has/],
    ['published',       [1_700_000_000, 1_600_000_000, 1_500_000_000],          [2, 3, undef], qr/which every article has/],
    ['created_at TEXT', ["'2024/03'", "'2023'", 'NULL'],                        [2, undef, 2], qr/which 2 of 3 texts have/],
    ['created',         [1_700_000_000_000, 1_600_000_000_000, 20150101],       [2, 3, undef], qr/which every article has/],
    ['date INTEGER',    [20240301, 20240201, "'2023-12-31T10:00:00+0000'"],     [2, 3, undef], qr/which every article has/],
    ['pubdate TEXT',    ["'Fri, 01 Mar 2024 10:00:00 GMT'", "'Fri, 1 Mar 2024 09:00:00 GMT'", "'Thu, 29 Feb 2024 23:00:00 +0000'"],
        [2, 3, undef], qr/which every article has/],
    ['date TEXT',       ["'2024-03-01'", "'20240201123000'", "'2024-01-01'"], [2, 3, undef], qr/which every article has/],
    ['pubdate TEXT',    ["'now'", "'yesterday'", 'NULL'],                       [undef, 1, 2], qr/there are no dates.*<li>2 dates that could not be read/s],
) {
    my ($column, $dates, $sources, $told) = @$case;
    $said = page($column, table("$key, $column", map { [$_ + 1, "'n$_'", "'t$_'", $copies[$_], $dates->[$_]] } 0 .. 2));
    is_deeply([map { source($said, $_) } 1 .. 3], $sources, "sources: by $column");
    like($said, $told, 'and says so');
}
$said = page('no title', table('id INTEGER PRIMARY KEY, name, body', map { [$_ + 1, "'n$_'", $copies[$_]] } 0 .. 2));
like($said, qr{<td class="n">1</td><th class="doc" scope="row"><bdi>n0</bdi></th>}, 'without the column title the name');

$said = page('earliest', table("$key, date", [1, q('a'), q('A'), $copies[0], q('2024-03-01')], [2, q('b'), q('B'), $copies[1], q('2024-02-01')],
    [3, q('c'), q('C'), $copies[0], q('2024-01-01')]));
is(source($said, 2), 3, 'sources: of articles with the same words the earliest');
like($said, qr{<li>3 <bdi>C</bdi>: the same as 1</li>}, 'and says so');

# What is new, and passages that b has but once.
$said = page('twice', table($key,
    [1, q('a'), q('A'), quoted(own(1, 1, 20) . ' ' . own(3, 1, 9) . ' ' . own(1, 1, 20) . ' ' . own(4, 1, 6))],
    [2, q('b'), q('B'), quoted(own(5, 1, 60) . ' ' . own(1, 1, 20))]));
is(passages($said), 4, 'twice: two passages, both sides');
my ($fresh) = $said =~ m{(<section id="new".*?</section>)}s;
is_deeply([$fresh =~ m{<blockquote>(.*?)</blockquote>}g], [own(5, 1, 60), own(3, 1, 9), own(4, 1, 6)], 'new: the stretches')
    or diag($fresh);
like($fresh, qr{<p>15 of its 55 words, 27 %\.}, 'new: how much');
$said = page('points', table($key, [1, q('a'), q('A'), quoted('"' . own(1, 1, 20) . '." ' . own(2, 1, 9) . ', "' . own(3, 1, 9))],
    [2, q('b'), q('B'), quoted('"' . own(1, 1, 20))]));
like($said, qr{<blockquote>t2w1 }, 'new: without the end of the sentence before');

# ---- many -----------------------------------------------------------------------------------

# A hundred families of three, all with a footer.
my @many = map {
    my ($base, $member) = (int($_ / 3), $_ % 3);
    my $body = $member == 0 ? own($base, 1, 150) : $member == 1 ? own($base, 1, 120) . " changed $_ here" : own($base, 60, 100) . ' ' . own("$_-", 1, 90);
    [$_ + 1, "'n$_'", "'Title $_'", quoted("$body all rights reserved by the owner of these pages")];
} 0 .. 299;
my $many = table($key, @many);
$said = page('many', $many);
cmp_ok(length $said, '<', 2_000_000, 'many: and space');
is(scalar(() = $said =~ /<article /g), 40, 'many: forty pairs side by side');
is(scalar(() = $said =~ /<rect class="self"/g), 40, 'many: forty rows of the heat map');
my @rows = map { int(($_ - 1) / 3) } $said =~ m{<div>(\d+) <bdi>Title}g;
my %runs;
$runs{ $rows[$_] }++ for grep { $_ == 0 || $rows[$_] != $rows[$_ - 1] } 0 .. $#rows;
is(join(' ', grep { $runs{$_} > 1 } sort keys %runs), '', 'many: families stand together');
like($said, qr{$_}, "many: says at once: $_") for 'The first 200 of \d+ pairs that overlap', 'The first 200 of 300 different texts', 'Of \d+ pairs these are the first 40';
like($said, qr{<h3>Family \d+: 3 articles, [^<]*; 2 of them here<}, 'many: a family in part');
like($said, qr{<li>\d+ $_}, "many: says: $_")
    for 'pairs that are not shown side by side', 'texts that are not in the heat map', 'texts that are not in the table of articles',
    'texts of families that are not in the trees', 'texts of which is not shown what is new';

# A chain of ninety, each a little off the one before, and twenty articles that are each quoted.
my @chain = map { [$_, "'c$_'", "'Chain $_'", quoted(own(1, 6 * $_, 6 * $_ + 200)), 2000 + $_] } 1 .. 90;
my @quoting = map { ([91 + 2 * $_, "'q$_'", "'Quoted $_'", quoted(own("q$_", 1, 160)), 2000],
    [92 + 2 * $_, "'r$_'", "'Quoting $_'", quoted(own("r$_", 1, 90) . ' ' . own("q$_", 20, 40)), 2001]) } 0 .. 19;
$said = page('chain', table("$key, date", @chain, @quoting));
unlike($said, qr/<td class="proof">–/, 'chain: proof of every source');
is(scalar(grep { (source($said, 92 + 2 * $_) // 0) == 91 + 2 * $_ } 0 .. 19), 20, 'chain: of small families too, side by side');
cmp_ok(scalar(() = $said =~ m{<div>\d+ <bdi>Quoted}g), '>=', 15, 'chain: leaves room in the heat map');
cmp_ok(scalar(() = $said =~ m{<div>\d+ <bdi>Chain}g),  '>=', 10, 'chain: has its own');
my ($width) = $said =~ m{aria-labelledby="tree1-t tree1-d" width="(\d+)"};
cmp_ok($width, '<=', 800, 'chain: the tree is not wider than a page');
like($said, qr{them, those of a later date aside\. Only the passages of the 2000 closest pairs are known\.}, 'chain: what is known');
like($said, qr{<bdi>Chain 1</bdi></h3><p>201 of its 201 words, 100 %}, 'chain: the first one is new');
like($said, qr{<bdi>Chain 5</bdi></h3><p>6 of its 201 words, 3 %\.</p>\n<blockquote>t1w225 }, 'chain: and of the next what it has first');
like($said, qr{<h3>Family 1: 90 articles, derived from one<}, 'chain: one family, all of it');

# One text that is too long to be shown, with a passage that is.
my $long = own(1, 1, 3000);
$said = page('long', table($key, [1, q('a'), q('A'), quoted($long)], [2, q('b'), q('B'), quoted($long . ' ' . own(2, 1, 3000))]));
like($said, qr{<em class="cut"> \S+ \d+ characters left out \S+ </em>}, 'long: the middle is left out');
cmp_ok(length $said, '<', 80_000, 'long: and the page is not');

done_testing;
