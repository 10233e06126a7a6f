#!/usr/bin/perl
# Reports and loaders on tables that are odd: in their columns, ids and names.
use strict;
use warnings;
use Encode qw(decode);
use lib 'test/scripts';
use Shell;
use Test::More;

my $dir     = scratch();
my @reports = map { m{sql/(report_\w+)\.sql} } sort glob 'sql/report_*.sql';
my @about   = ('.parameter set :threshold 0.5', q{.parameter set :batch "'b*'"});

# With the extension.
sub run { my ($db, @commands) = @_; return shell({ extension => 1 }, $db, @commands) }

# Words that no two texts share: own(3, 1, 10) are the first ten of text 3.
sub own { my ($text, $from, $to) = @_; return join ' ', map { "t${text}w$_" } $from .. $to }

# Make a table articles with further columns, and fill it from a list of [id, name, body],
# each an SQL expression.
my $n = 0;
sub table
{
    my ($columns, @rows) = @_;
    my $db  = "$dir/made" . $n++ . '.db';
    my $sql = "CREATE TABLE articles($columns);\n";
    $sql .= 'INSERT INTO articles(id, name, body) VALUES(' . join(', ', @$_) . ");\n" for @rows;
    my ($said, $status) = shell($db, '.read ' . spew("$dir/made.sql", $sql));
    is($status, 0, 'a table is made') or diag($said);
    return $db;
}
sub quoted { return "'" . $_[0] =~ s/'/''/gr . "'" }

my @rows = map { [$_->[0], "'$_->[1]'", quoted($_->[2])] } (
    [1, 'a',  own(1, 1, 100)],
    [2, 'a2', own(1, 1, 100)],
    [3, 'b',  own(1, 1, 90) . ' ' . own(2, 1, 10)],
    [4, 'b2', own(3, 1, 300) . ' ' . own(1, 1, 70)],
    [5, 'c',  own(4, 1, 50)],
);

# ---- other columns -----------------------------------------------------------------------

# Every name that a script gives to anything, but for those that a table has to have; and
# the columns of the table-valued functions.
my %name;
for my $path (glob 'sql/*.sql') {
    my $sql = slurp($path) =~ s/--.*//gr =~ s/'(?:[^']|'')*'//gr;
    $name{lc $_} = 1 for $sql =~ /\b([a-z]\w*)\b/gi;
}
delete @name{qw(id name title body _rowid_ rowid)};
$name{$_} = 1 for qw(position shingle hash start length token slot band words identity a_text rank sketch slots);
my $others = join ', ', map { qq("$_") } sort keys %name;
cmp_ok(scalar keys %name, '>', 200, 'many names');

my $key   = 'id INTEGER PRIMARY KEY, name TEXT UNIQUE, title TEXT, body TEXT';
my $plain = table($key, @rows);
my $wide  = table("$key, $others", @rows);
run($wide, 'CREATE TABLE shingles(hash, start)', 'CREATE TABLE report_check(x)');
is(run($_, script('load_index')), "articles_sim: 5 articles; made\n", 'the index') for $plain, $wide;
for my $report (@reports) {
    my ($said, $status) = run($plain, @about, script($report));
    is($status, 0, "$report on a plain table") or diag($said);
    is(run($wide, @about, script($report)), $said, "$report: other columns do not matter");
}
is(run($plain, @about, map { script($_) } @reports) . run($plain, 'SELECT count(*) FROM temp.sqlite_schema WHERE name = \'report_article\''),
    run($wide, @about, map { script($_) } @reports) . "0\n", 'one after the other');
for my $load (
    ['load_csv',   "name,body\na,one\nz,two\n"],
    ['load_jsonl', qq({"name": "a", "body": "one"}\n{"name": "z", "body": "two"}\n)],
) {
    my ($loader, $bytes) = @$load;
    my $db = table("$key, $others");
    is(shell({ stdin => spew("$dir/in", $bytes) }, $db, script($loader), 'SELECT id, name, title, body FROM articles',
            'SELECT count(*) FROM temp.sqlite_schema'),
        "2 articles new, 0 changed, 0 unchanged\n1|a|one|one\n2|z|two|two\n0\n", "$loader: other columns do not matter");
}
mkdir "$dir/files";
spew("$dir/files/a.txt", "caf\xe9");
my $files = table("$key, $others");
is(shell($files, qq{.parameter set :dir "'$dir/files'"}, q{.parameter set :prefix "'x/'"}, script('load_files'),
        'SELECT count(*) FROM temp.sqlite_schema'),
    "$dir/files: 1 file; 1 article new, 0 changed, 0 unchanged\n"
        . "not UTF-8: x/a.txt: its ill-formed bytes will separate words\n1\n",
    'load_files: other columns do not matter');

# ---- ids ---------------------------------------------------------------------------------

for my $case (
    ['id INTEGER, name, title, body',          'NULL',  'NULL'],
    ['id INTEGER, name, title, body',          7,       7],
    ['id TEXT PRIMARY KEY, name, title, body', q{'x'},  q{'y'}],
    ['id REAL, name, title, body',             1.5,     2.5],
) {
    my ($columns, @ids) = @$case;
    my $db = table($columns, map { [$ids[$_], "'n$_'", "'one two'"] } 0, 1);
    for my $report (@reports) {
        my ($said, $status) = run($db, @about, script($report));
        like($said, qr/$report: each row of articles needs an id of its own, a whole number/, "$report: $columns, @ids");
        isnt($status, 0, 'is an error');
    }
}
my $loose = table('id, name, title, body', @rows);
for my $report (grep { slurp("sql/$_.sql") !~ /articles_sim/ } @reports) {
    is(run($loose, @about, script($report)), run($plain, @about, script($report)), "$report: whole numbers without a key");
}

# The matrix stays a matrix.
my $far = table($key, map { [10 ** (2 * $_) + 1, "'n$_'", quoted(own(1, 1, 40 + $_))] } 1 .. 6);
my (@ends, $n_rows);
for my $line (map { decode('UTF-8', $_) } split /\n/, run($far, script('report_overlap'))) {
    if ($line =~ /^ +101 +10001 /) {
        @ends = ();
        push @ends, $+[0] while $line =~ /\d+/g;
        is(scalar @ends, 6, 'overlap: six columns');
    }
    elsif ($line =~ / n\d /) {
        $n_rows++;
        is(join('', map { substr $line, $_ - 1, 1 } @ends) =~ tr/0-9\x{2013}//, 6, 'overlap: numbers end below ids');
        is(join('', map { substr "$line ", $_, 1 } @ends) =~ tr/ \x{2591}\x{2592}\x{2593}\x{2588}//, 6, 'overlap: shades follow');
    }
}
is($n_rows, 12, 'overlap: two matrices of six rows');

# ---- names -------------------------------------------------------------------------------

my $nasty = table($key,
    [1, 'NULL', quoted(own(1, 1, 100))],
    [2, q{'two' || char(10, 9, 27) || '[2J' || char(0x9B, 0x2028, 0x85) || 'end' || char(0x202E, 0x2067)}, quoted(own(1, 1, 95))],
    [3, q{'b' || char(27) || printf('%.300c', 'x')}, quoted(own(1, 1, 90) . ' ' . own(2, 1, 10) . "\e[31m\xe2\x80\xae" . own(3, 1, 9))],
    [4, q{'a' || char(13)}, quoted(own(2, 1, 9) . "\e[31m\xe2\x80\xae" . own(3, 1, 9))]);
run($nasty, script('load_index'));
for my $report (@reports) {
    my ($said, $status) = run($nasty, @about, script($report));
    is($status, 0, "$report: odd names") or diag($said);
    unlike($said, qr/[\x00-\x09\x0b-\x1f\x7f]|\xc2[\x80-\x9f]|\xe2\x80[\xa8\xa9]/, "$report: nothing reaches the terminal raw");
    unlike($said, qr/\xe2\x80[\xaa-\xae]|\xe2\x81[\xa6-\xa9]/, "$report: nothing turns its lines round") if $report ne 'report_page';
    like($said, qr/>Article 1<|\b1 +(?:\xe2|two)|\b1 +\d|\xe2\x94\x82 *1 /, "$report: an article without a name is there") if $report ne 'report_sources';
}
like(run($nasty, script('report_near_copies')), qr/ two   \[2J   end /, 'controls are spaces');

# ---- the last line -----------------------------------------------------------------------

my $same = table($key, [1, "'a'", "'One two.'"], [2, "'b'", "'one two'"]);
like(run($same, script($_)), qr/^The one pair was compared\.$/m, "$_: two articles with the same words are a pair")
    for qw(report_overlap report_near_copies report_derivation report_phrases);
my $twins = table($key, map { [$_, "'n$_'", quoted(own(1, 1, 30) . ' ' . own($_ % 2, 40, 60))] } 1 .. 4);
like(run($twins, q{.parameter set :a "'n1'"}, q{.parameter set :b "'n3'"}, script('report_passages')),
    qr/ 1 n1 .* 3 n3 .* 51 .*100 %.*\nThe one pair was compared\.\n\z/s, 'passages: two that are asked for are compared, though they are the same');
like(run($same, script('report_accuracy')), qr/^There are no pairs of different texts to compare\.$/m,
    'accuracy: but not of different texts');

# ---- words over and over -------------------------------------------------------------------

# Of these a join of phrases would have 10^9 rows.
my $spam = table($key, map { [$_, "'s$_'", quoted('spam ' x 30_000 . own($_, 1, 30) . ' ' . own(9, 1, 20))] } 1 .. 4);
like(run($spam, script('report_phrases')), qr/ 30000 \xe2\x94\x82 1 2 /, 'phrases: a word over and over');
like(run($spam, script('report_derivation')), qr/^\xe2\x94\x82 \w+ +\xe2\x94\x82 \d s\d +\xe2\x94\x82 +\d+ % \xe2\x94\x82.* 30000 /m,
    'derivation: a word over and over');
done_testing;
