#!/usr/bin/perl
# sql/load_jsonl.sql and sql/load_csv.sql, sql/load_files.sql: input that is odd.
use strict;
use warnings;
use lib 'test/scripts';
use Shell;
use Test::More;

my $dir = scratch();
my $n   = 0;

# Load bytes into a fresh database, or into the one given; then ask.
sub load
{
    my ($loader, $bytes, $query, @first) = @_;
    my $db = $first[0] && $first[0] =~ /\.db$/ ? shift @first : "$dir/" . $n++ . '.db';
    return shell({ stdin => spew("$dir/in", $bytes) }, $db, @first, script($loader), $query // ());
}
my $all  = 'SELECT id, name, title, body FROM articles ORDER BY id';
my $hex  = 'SELECT name, hex(CAST(body AS BLOB)) FROM articles ORDER BY id';
my $none = 'SELECT count(*) FROM sqlite_schema';

# ---- CSV: quotes without an end ----------------------------------------------------------

for my $case (
    ["name,body\na,\"hello\nb,x2\nc,y2\n",             1, 'a'],
    ["name,body\na,\"hello\nb,x2\nc,y2",               1, 'a'],
    ["name,body\na,one\nb,two\n\"c,y2\n",              3, 'c,y2\n\u0001,\u0001\n'],
    ["body,date,name\none,1,a\ntwo,\"2,b\n",           2, ''],
    ["body,name\none,a\ntwo,\"b\nthree,c\n",           2, 'b\nthree,c\n\u0001,\u0001\n'],
    ["name,body\r\na,\"hello\r\nb,x2\r\n",             1, 'a'],
    ["text,id\n\"say \"\"hello\"\", she said,a\nb,x\n", 1, ''],
) {
    my ($bytes, $row, $start) = @$case;
    my $db = "$dir/open$row.db";
    my ($said, $status) = load('load_csv', $bytes, undef, $db);
    like($said, qr/^row $row, which begins with "\Q$start\E", goes on to the end of the file$/m, "row $row has no end");
    like($said, qr/load_csv: a quote that opens the last field is never closed; nothing was loaded/, 'which is said');
    isnt($status, 0, 'and an error');
    is(shell($db, $none), "0\n", 'and nothing is made');
}
for my $case (
    ["name,body\na,\"hello\n\"\n",                         "a|68656C6C6F0A"],
    ["name,body\na,\"hello\n\"",                           "a|68656C6C6F0A"],
    ["name,body\na,b\nc,\"x,\ny\n\"\n",                    "a|62\nc|782C0A790A"],
    ["name,body,x\na,b,\"\n\"\n",                          "a|62"],
    ["name,body\na,5\" disk",                              "a|35222064 69736B" =~ s/ //r],
    ["\"a, b\",\"name\",\"two\n\"\"lines\"\", c\",body\n1,a,2,b\n", "a|62"],
    ["name,body,n\na,\"\"\"x\"\" \"\"\"\"\",\"\"\n",              "a|22782220 2222" =~ s/ //r],
    ["name,body\n\na,b\n \r\n\n",                           "a|62"],
) {
    my ($bytes, $rows) = @$case;
    my ($said, $status) = load('load_csv', $bytes, $hex);
    is($status, 0, 'all quotes are closed') or diag($said);
    like($said, qr/new, 0 changed, 0 unchanged\n\Q$rows\E\n\z/, 'and every byte is there');
    unlike($said, qr/expected|pipe|beware/, 'without a warning');
}

# ---- CSV: rows that are not as the first line has it ---------------------------------------

my ($undoubled, $spaced) = ('a quote in a quoted field is not doubled; it may have swallowed others',
    'a quote has spaces before it; so it does not begin a quoted field');
for my $case (
    # a quote that opens a field too many, is closed by the one of a later row
    ["name,body,n\na,\"one,1\nb,two,2\nc,\"three\",3\nd,four,4\n", "lines 2 to 4: $undoubled", "a|one,1\nb,two,2\nc,\"three\nd|four"],
    ["name,body,n\na,\"o\"ne\",1\nb,two,2\n",               "line 2: $undoubled", "a|o\"ne\nb|two"],
    ["name,body,n\r\na, \"one\",1\r\nb,two,2\r\n",          "line 2: $spaced",    "a| \"one\"\nb|two"],
    ["name,body\na,one, two,three\nb,two\n", 'line 2: 4 fields where the first line has 2; what is beyond is lost', "a|one\nb|two"],
    ["name,body\n\n\na,one\n\nb,\"two\n\nlines\",\n", 'lines 6 to 8: 3 fields where the first line has 2; what is beyond is lost', "a|one\nb|two\n\nlines"],
    ["name,body,x,y\na,one\nb,two,1,2\n", 'line 2: 2 fields where the first line has 4; the others are empty', "a|one\nb|two"],
    ["\"two\nlines\",name,body\n1,a,one\n1,b\n1,c,two\n", "line 4: 2 fields where the first line has 3; the others are empty", "a|one\nc|two"],
) {
    my ($bytes, $beware, $rows) = @$case;
    my ($said, $status) = load('load_csv', $bytes, 'SELECT name, body FROM articles');
    is(join('', $said =~ /^beware: (.*)$/mg), $beware, 'what is wrong is said');
    like($said, qr/ 0 unchanged\n\Q$rows\E\n\z/, 'and what can be loaded is');
    is($status, 0, 'without an error');
}
for my $many (20, 21) {
    my $said = load('load_csv', "name,body\n" . join('', map { "$_,b,c\n" } 1 .. $many));
    my @said = $said =~ /^beware: (.*)$/mg;
    is(scalar @said, $many, 'a list of what is wrong');
    is($said[-1], $many == 20 ? 'line 21: 3 fields where the first line has 2; what is beyond is lost'
        : 'line 22: the end; of 21 such rows 20 are listed', 'that has an end');
}

# ---- CSV: the first line -----------------------------------------------------------------

is(load('load_csv', " name ,\tbody , title \r\na,b,c\r\n", $all), "1 article new, 0 changed, 0 unchanged\n1|a|c|b\n",
    'spaces around the names of columns');
is(load('load_csv', "\"name\" , \"body\" \na, b\n", $all), "1 article new, 0 changed, 0 unchanged\n1|a|b| b\n",
    'and around quotes; those of fields stay');
for my $case (
    ["name,body,body\na,b,c\n",  qr/^the columns are: "name", "body_\d", "body_\d"$/m, qr/load_csv: the first line names a column twice/],
    ["id\ttext\n1\tone\n",       qr/^the columns are: "id\\ttext"$/m, qr/load_csv: no articles: the first line must name/],
    ["id;text\n" . "1;one\n" x 50, qr/^the columns are: "id;text"$/m, qr/load_csv: no articles: the first line must name/],
    ["id,text\r1,one\r2,two\r",  qr/^the columns are: .*\\r/m,        qr/load_csv: no articles: the first line must name/],
    [join(',', map { "c$_" } 1 .. 50) . "\n1\n", qr/"c20"$/m,         qr/load_csv: no articles: the first line must name/],
    ["name,body\n,\n",           qr/^left out: row 1: no name$/m,      qr/load_csv: no articles: no row has a name and a body/],
    ["name,body\n",              qr/\A/,                               qr/load_csv: no articles: no row has a name and a body/],
) {
    my ($bytes, $shown, $error) = @$case;
    my ($said, $status) = load('load_csv', $bytes);
    like($said, $shown, 'what is there is shown');
    like($said, $error, 'with what should be');
    unlike($said, qr/left out: row 2/, 'and no list of rows');
    isnt($status, 0, 'an error');
}

like(load('load_csv', "$_\nx,7,a,b,8\ny,7,c,d,8\n", $all), qr/2 articles new, 0 changed, 0 unchanged\n1\|a\|b\|b\n2\|c\|d\|d\n\z/, "columns $_")
    for '_rowid_,rowid,name,body,oid', 'oid,_RowID_,name,body,"_rowid_"', '"_rowid_", "_rowid__",name,body,_ROWID_';
is(load('load_csv', "\xef\xbb\xbf\"id\",\"text\"\n1,one\n", $all), "1 article new, 0 changed, 0 unchanged\n1|1|one|one\n",
    'a byte order mark before a quote');

# ---- JSON Lines ----------------------------------------------------------------------------

my $lines = qq({"id": 1, "text": "a"}\n\n\r\n  \nno\n{"text": "b"}\n\n{"text": "c"});
is(load('load_jsonl', $lines, $all, q{.parameter set :source "'2024'"}), <<'OUT', 'lines as in the file');
left out: line 5: not JSON
3 articles new, 0 changed, 0 unchanged
1|1|a|a
2|2024:00000003|b|b
3|2024:00000004|c|c
OUT
is(load('load_jsonl', "\n\n" . $lines =~ s/\n\n/\n/gr, 'SELECT name FROM articles', q{.parameter set :source "'2024'"}), <<'OUT', 'names without blank ones');
left out: line 6: not JSON
3 articles new, 0 changed, 0 unchanged
1
2024:00000003
2024:00000004
OUT
for my $typed ('2024-11', '2024', '1e3') {
    my ($said, $status) = load('load_jsonl', $lines, undef, ".parameter set :source $typed");
    like($said, qr/load_jsonl: :source must be a text, with both pairs of quotes: .parameter set :source "'2024'"/, ":source $typed");
    isnt($status, 0, 'is an error');
}
is(load('load_jsonl', <<'IN', 'SELECT name FROM articles ORDER BY id'), <<'OUT', 'numbers as they are written');
{"id": 12345678901234567890, "text": "a"}
{"id": 12345678901234567891, "text": "b"}
{"name": -7, "text": "c"}
IN
3 articles new, 0 changed, 0 unchanged
-7
12345678901234567890
12345678901234567891
OUT

# ---- the same rules for both ---------------------------------------------------------------

is(load('load_jsonl', qq({"id": 1, "body": "", "text": "abc"}\n{"id": 2, "body": ""}\n{"id": 3, "body": 7, "text": "x"}\n), $all),
    qq(left out: line 2: no text in "body" or "text"\n2 articles new, 0 changed, 0 unchanged\n1|1|abc|abc\n2|3|x|x\n),
    'JSON Lines: an empty body is none');
is(load('load_csv', "id,body,text\n1,,abc\n2,,\n3,,x\n", $all),
    "left out: row 2: no body\n2 articles new, 0 changed, 0 unchanged\n1|1|abc|abc\n2|3|x|x\n",
    'CSV: an empty body is none');

# What is UTF-8 and what is not, by every way in; and as JSON, which cannot have controls.
my %ill = (
    "lone \x93quotes\x94" => 1, "caf\xe9 au lait" => 1, "caf\xe9" => 1, "cut \xe2\x82" => 1, "over \xc0\xaflong" => 1,
    "surrogate \xed\xa0\x80" => 1, "high \xf5\x80\x80\x80" => 1, "mixed \xc3\xef\xbf\xbd\xa9" => 1,
    "U+FFFD \xef\xbf\xbd" => 0, "NEL \xc2\x85, euro \xe2\x82\xac" => 0, "emoji \xf0\x9f\x98\x80" => 0, "plain" => 0,
    "edges \xc2\x80 \xdf\xbf \xe0\xa0\x80 \xed\x9f\xbf \xee\x80\x80 \xf4\x8f\xbf\xbf" => 0,
);
mkdir "$dir/folder";
for my $text (sort keys %ill) {
    my $shown = unpack 'H*', $text;
    spew("$dir/folder/a", $text);
    for my $encoding ('UTF-8', 'UTF-16') {
        my @said = scalar(shell(':memory:', "PRAGMA encoding = '$encoding'", qq{.parameter set :dir "'$dir/folder'"},
                q{.parameter set :prefix "'x/'"}, script('load_files')));
        push @said, scalar(load('load_csv', "id,text\nx/a,\"$text\"\n")), scalar(load('load_jsonl', qq({"id": "x/a", "text": "$text"}\n)))
            if $encoding eq 'UTF-8';
        is(scalar(() = /^not UTF-8: x\/a: /mg), $ill{$text}, "$encoding: $shown is told from UTF-8") for @said;
    }
}
like(scalar(load($_->[0], $_->[1], undef, 'PRAGMA encoding = "UTF-16"')), qr/^perhaps not UTF-8: a: /m, "$_->[0], UTF-16: perhaps not UTF-8")
    for ['load_csv', "id,text\na,\x93b\x94\n"], ['load_jsonl', qq({"id": "a", "text": "caf\xe9 x"}\n)];

# ---- tables that are there -----------------------------------------------------------------

my $files = [q{.parameter set :prefix "'x/'"}, qq{.parameter set :dir "'$dir/folder'"}];
for my $case (['load_csv', "name,body\nq,b\nQ,c\n"], ['load_jsonl', qq({"id": "q", "text": "b"}\n{"id": "Q", "text": "c"}\n)],
    ['load_files', '', @$files]) {
    my ($loader, $bytes, @first) = @$case;
    my ($said, $status) = load($loader, $bytes, undef,
        'CREATE TABLE articles(id INTEGER PRIMARY KEY, name TEXT COLLATE NOCASE UNIQUE, title, body)', @first);
    like($said, qr/$loader: the names in the table articles must be unique as they are written/, "$loader: NOCASE");
    isnt($status, 0, 'is an error');
    ($said, $status) = load($loader, $bytes, undef,
        'CREATE TABLE articles(id INTEGER PRIMARY KEY, name UNIQUE, title, body, day TEXT NOT NULL)', @first);
    like($said, qr/$loader: the table articles has another column that must not be NULL: give it a DEFAULT/, "$loader: NOT NULL");
    isnt($status, 0, 'is an error');
    like(load($loader, $bytes, undef, 'CREATE TABLE articles(id INTEGER PRIMARY KEY, name UNIQUE, title, body, '
        . 'language, UNIQUE(language, name COLLATE NOCASE))', @first), qr/new, 0 changed/, "$loader: NOCASE in another key");
    my @strict = ("$dir/strict-$loader.db", 'CREATE TABLE IF NOT EXISTS articles(id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, '
        . "title TEXT NOT NULL, body TEXT NOT NULL, day TEXT NOT NULL DEFAULT 'x', n INTEGER AS (length(body)) STORED NOT NULL)", @first);
    like(load($loader, $bytes, undef, @strict), qr/[12] articles? new, 0 changed, 0 unchanged/, "$loader: NOT NULL with a default");
    like(load($loader, $bytes, 'SELECT count(*) FROM articles WHERE title = \'\'', @strict), qr/0 articles? new, 0 changed, [12] unchanged\n(?:not UTF-8.*\n)?0\n\z/, 'and again');
}

# ---- folders -------------------------------------------------------------------------------

for my $case ([q{"'.'"}], [q{"'./'"}], [qq{"'$dir/folder'"}, q{.parameter set :prefix "''"}]) {
    my ($typed, @more) = @$case;
    my ($said, $status) = shell(':memory:', ".parameter set :dir $typed", @more, q{.parameter set :files "'none'"},
        q{.parameter set :gone "'delete'"}, script('load_files'));
    like($said, qr/load_files: without a prefix nothing tells which articles came from this folder/, ":gone and $typed");
    isnt($status, 0, 'is an error');
}
# What the shell stops at is named before.
my $parent = q{it's "-x"};
mkdir "$dir/$_" for $parent, "$parent/deep", "$parent/closed";
my $huge = spew("$dir/$parent/deep/huge one.txt", '');
truncate $huge, 1_100_000_000 or die "$!\n";
spew("$dir/$parent/small.txt", 'small');
my $quoted = "$dir/$parent" =~ s/'/''/gr =~ s/"/\\"/gr;
my ($said, $status) = shell(':memory:', qq{.parameter set :dir "'$quoted'"}, script('load_files'));
like($said, qr/^over 1 GB, which SQLite cannot hold: \Q$huge\E$/m, 'a file over 1 GB is named');
like($said, qr/: string or blob too big/, 'before the shell stops');
is($status, 1, 'with an error');
($said) = shell(':memory:', qq{.parameter set :dir "'$quoted'"}, q{.parameter set :files "'small.*'"}, script('load_files'));
like($said, qr/^\Q$dir\/$parent\E: 1 file; 1 article new, 0 changed, 0 unchanged\n\z/, 'without it there is nothing to say');
unlink $huge;
chmod 0755, $dir, "$dir/$parent", "$dir/$parent/deep";
chmod 0, "$dir/$parent/closed";
($said, $status) = shell({ humble => 1, stdin => 'sql/load_files.sql' }, ':memory:', qq{.parameter set :dir "'$quoted'"}, '.read /dev/stdin');
like($said, qr/^find: .*\Q$parent\E.*\/closed.*: Permission denied$/m, 'a folder that cannot be read is named');
like($said, qr/: cannot read directory: /, 'before the shell stops');
is($status, 1, 'with an error');
chmod 0755, "$dir/$parent/closed";

mkdir "$dir/names";
SKIP: {
    skip 'file names must be UTF-8 here', 2 unless eval { spew("$dir/names/z$_.txt", 'x') for "\xe9", "\xea", "\xef\xbf\xbd"; 1 };
    my @load = (qq{.parameter set :dir "'$dir/names'"}, q{.parameter set :prefix "'x/'"}, script('load_files'));
    like(shell(':memory:', 'PRAGMA encoding = "UTF-16"', @load), qr/^\Q$dir\E\/names: 3 files; 1 article new/, 'UTF-16: names that are not UTF-8');
    like(shell(':memory:', @load), qr/^\Q$dir\E\/names: 3 files; 3 articles new/, 'in UTF-8 they are what they are');
}
done_testing;
