#!/usr/bin/perl
# sql/load_seeds.sql and sql/load_files.sql.
use strict;
use warnings;
use Cwd qw(getcwd);
use Digest::SHA qw(sha256_hex);
use File::Path qw(make_path remove_tree);
use lib 'test/scripts';
use Shell;
use Test::More;

my $dir = scratch();

# ---- the seeds, in every encoding of a database ------------------------------------

my %sum = map { reverse split ' ' } split /\n/, slurp('seeds/SHA256SUMS');
is(scalar keys %sum, 5, 'five seeds');
is(sha256_hex(slurp("seeds/$_")), $sum{$_}, "$_ is as it was") for sort keys %sum;

for my $encoding ('UTF-8', 'UTF-16le', 'UTF-16be') {
    my $db = "$dir/seeds-$encoding.db";
    my ($said, $status) = shell($db, "PRAGMA encoding = '$encoding'", script('load_seeds'));
    is($status, 0, "$encoding: the seeds load");
    is($said, "seeds: 5 files; 5 articles new, 0 changed, 0 unchanged\n", "$encoding: all new");
    is(shell($db, 'SELECT id, name FROM articles ORDER BY id'),
        join('', map { $_ + 1 . '|' . (sort keys %sum)[$_] . "\n" } 0 .. 4),
        "$encoding: ids follow names");
    for my $name (sort keys %sum) {
        is(shell($db, "SELECT body FROM articles WHERE name = '$name'"),
            slurp("seeds/$name") . "\n", "$encoding: $name byte for byte");
    }
    my $before = slurp($db);
    is(shell($db, script('load_seeds')),
        "seeds: 5 files; 0 articles new, 0 changed, 5 unchanged\n", "$encoding: nothing new");
    ok(slurp($db) eq $before, "$encoding: loading twice does not change a byte");
    is(shell($db, 'SELECT group_concat(length(title) BETWEEN 5 AND 80, 0) FROM articles'),
        "10101010" . "1\n", "$encoding: titles");
}
is(shell("$dir/seeds-UTF-8.db", 'SELECT title FROM articles WHERE id IN (1, 2)'),
    "BRUSSELS (Reuters) - U.S. President Donald Trump\xe2\x80\x99s defense secretary on\xe2\x80\xa6\n"
        . "Mattis sees no military collaboration with Russia for now\n",
    'a title is the first line, cut after a word');

# ---- names of folders ----------------------------------------------------------------

# The shell is started in $dir, so that folders have the names under test.
my $top = getcwd();
$ENV{TEXTSIM} = "$top/$ENV{TEXTSIM}" unless $ENV{TEXTSIM} =~ m{^/};
chdir $dir or die "$dir: $!\n";
my $load = qq(.read "$top/sql/load_files.sql");

my @folders = (
    # folder             as typed after .parameter set :dir
    ['2024/11',          q{"'2024/11'"}],
    ['2024',             q{"'2024'"}],
    ['007',              q{"'007'"}],
    ['1e3',              q{"'1e3'"}],
    ['2024-11-05',       q{"'2024-11-05'"}],
    ['-1',               q{"'-1'"}],
    ['plain',            q{plain}],
    ['docs/deep/er',     q{docs/deep/er}],
    ['with space',       q{"'with space'"}],
    [q{it's},            q{"'it''s'"}],
    [q{say "hi"},        q{"'say \"hi\"'"}],
    ['100%_[a]*?',       q{"'100%_[a]*?'"}],
    ["\xc3\xbcber",      qq{"'\xc3\xbcber'"}],
    ['current_date',     q{"'current_date'"}],
);
for my $case (@folders) {
    my ($folder, $typed) = @$case;
    make_path($folder);
    spew("$folder/a.txt", "In $folder.\n");
    unlink 'one.db';
    is(shell('one.db', ".parameter set :dir $typed", $load, 'SELECT name, title FROM articles'),
        "$folder: " . ($folder eq '2024' ? '2 files; 2 articles' : '1 file; 1 article')
            . " new, 0 changed, 0 unchanged\n"
            . ($folder eq '2024' ? "2024/11/a.txt|In 2024/11.\n" : '')
            . ($folder eq '2024' ? "2024/a.txt|In 2024.\n" : "$folder/a.txt|In $folder.\n"),
        "the folder $folder");
}

# What the shell makes of it without the inner quotes is noticed.
my $both = qr/load_files: :dir must be a text, with both pairs of quotes: .parameter set :dir "'2024\/11'"/;
for my $typed ('2024/11', q{'2024/11'}, '2024', '1e3', '2024-11-05', q{x'2024'}) {
    my ($said, $status) = shell(':memory:', ".parameter set :dir $typed", $load);
    like($said, $both, ":dir $typed is refused");
    isnt($status, 0, ":dir $typed is an error");
}
for my $case ([[], 'no :dir'], [['.parameter set :dir 1/0'], ':dir NULL'],
    [[q{.parameter set :dir "''"}], ':dir empty']) {
    my ($said, $status) = shell('none.db', @{ $case->[0] }, $load);
    like($said, qr/load_files: which folder\?/, "$case->[1] is refused");
}
ok(!-s 'none.db', 'and nothing was made');
like(shell(':memory:', '.parameter set :dir nowhere', $load), qr/cannot stat file: nowhere/,
    'a folder that is not there');
like(shell(':memory:', '.parameter set :dir plain', '.parameter set :files 1', $load),
    qr/load_files: :files must be a text/, ':files must be a text');
like(shell(':memory:', '.parameter set :dir plain', '.parameter set :prefix 1', $load),
    qr/load_files: :prefix must be a text/, ':prefix must be a text');
like(shell(':memory:', '.parameter set :dir plain', '.parameter set :gone drop', $load),
    qr/load_files: :gone must be 'keep' or 'delete'/, ':gone is one of two');

# ---- what is in a folder -------------------------------------------------------------

make_path('docs/.git', 'docs/sub', 'elsewhere');
remove_tree('docs/deep');
spew('docs/b.md',           "# The second\r\n\r\nWith lines as Windows ends them.\r\n");
spew('docs/a.txt',          "\xef\xbb\xbfMarked: \xe2\x82\xac \xf0\x9f\x98\x80 \xe4\xb8\xad\n");
spew('docs/sub/c.txt',      "\n\n   \n" . 'long ' x 40 . "\n");
spew('docs/empty.txt',      '');
spew('docs/latin.txt',      "caf\xe9 \xabau\xbb lait\n");
spew('docs/binary.dat',     "a\0b");
spew('docs/utf16.txt',      "\xff\xfea\0\n\0");
spew('docs/.hidden.txt',    'hidden');
spew('docs/.git/config',    'hidden');
spew('elsewhere/real.txt',  'linked');
symlink '../elsewhere/real.txt', 'docs/link.txt';
symlink 'docs', 'docs-link';

my $left_out = <<'OUT';
left out: docs/binary.dat: binary: it has NUL bytes
left out: docs/link.txt: a symbolic link
left out: docs/utf16.txt: UTF-16; iconv -f UTF-16 -t UTF-8 makes it readable
not UTF-8: docs/latin.txt: its ill-formed bytes will separate words
OUT
for my $encoding ('UTF-8', 'UTF-16') {
    my $db = "docs-$encoding.db";
    is(shell($db, "PRAGMA encoding = '$encoding'", '.parameter set :dir docs/', $load),
        "docs: 8 files; 5 articles new, 0 changed, 0 unchanged\n$left_out", "$encoding: a folder");
    my $latin = slurp('docs/latin.txt');
    $latin =~ s/[\x80-\xff]/\xef\xbf\xbd/g if $encoding eq 'UTF-16';
    is(shell($db, <<'SQL'), <<"OUT", "$encoding: names, titles and bodies");
SELECT id, name, title, replace(replace(body, char(13), '\r'), char(10), '\n') FROM articles WHERE id <> 4;
SELECT id, name, title = body || '' FROM articles WHERE body = '';
SQL
1|docs/a.txt|Marked: \xe2\x82\xac \xf0\x9f\x98\x80 \xe4\xb8\xad|Marked: \xe2\x82\xac \xf0\x9f\x98\x80 \xe4\xb8\xad\\n
2|docs/b.md|The second|# The second\\r\\n\\r\\nWith lines as Windows ends them.\\r\\n
3|docs/empty.txt|docs/empty.txt|
5|docs/sub/c.txt|${\ join ' ', ('long') x 15}\xe2\x80\xa6|\\n\\n   \\n${\ ('long ' x 40)}\\n
3|docs/empty.txt|0
OUT
    is(shell($db, 'SELECT body FROM articles WHERE id = 4'),
        "$latin\n", "$encoding: what is not UTF-8");
}

# A folder by another name, and the parameters.
is(shell(':memory:', '.parameter set :dir ./docs-link', q{.parameter set :files "'*.md'"}, $load,
        'SELECT name FROM articles'),
    "./docs-link: 1 file; 1 article new, 0 changed, 0 unchanged\ndocs-link/b.md\n",
    'a symbolic link to a folder; :files');
is(shell(':memory:', q{.parameter set :dir "'docs'"}, q{.parameter set :files "'sub/*'"},
        q{.parameter set :prefix "'2024/'"}, $load, 'SELECT name FROM articles'),
    "docs: 1 file; 1 article new, 0 changed, 0 unchanged\n2024/sub/c.txt\n", ':prefix');
is(shell('here.db', q{.parameter set :dir "'.'"}, q{.parameter set :files "'plain/*'"}, $load,
        'SELECT name FROM articles'),
    ".: 1 file; 1 article new, 0 changed, 0 unchanged\nplain/a.txt\n", 'the folder .');

# ---- changes -------------------------------------------------------------------------

mkdir 'news';
spew("news/$_.txt", "This is $_.") for qw(b d f);
my @args = ('news.db', '.parameter set :dir news');
shell(@args, $load);
spew('news/a.txt', 'This is a, the new one.');
spew('news/d.txt', "New headline\nand text.");
unlink 'news/f.txt';
is(shell(@args, $load),
    "news: 3 files; 1 article new, 1 changed, 1 unchanged\n"
        . "gone from news: 1 file; its article was kept; :gone = 'delete' deletes it\n",
    'new, changed, gone');
is(shell('news.db', 'SELECT id, name, title, body FROM articles'),
    "1|news/b.txt|This is b.|This is b.\n2|news/d.txt|New headline|New headline\nand text.\n"
        . "3|news/f.txt|This is f.|This is f.\n4|news/a.txt|This is a, the new one.|This is a, the new one.\n",
    'ids stay');
shell('news.db', "INSERT INTO articles(name, title, body) VALUES('other/x.txt', NULL, 'mine')");
is(shell(@args, '.parameter set :gone delete', $load),
    "news: 3 files; 0 articles new, 0 changed, 3 unchanged\n"
        . "gone from news: 1 file; its article was deleted\n", ':gone delete');
is(shell('news.db', 'SELECT name, title IS NULL FROM articles ORDER BY name'),
    "news/a.txt|0\nnews/b.txt|0\nnews/d.txt|0\nother/x.txt|1\n", 'others are left alone');

is((shell('news.db', '.parameter set :dir nowhere', $load))[1], 1, 'an error ends the shell');
like(shell(':memory:', 'PRAGMA case_sensitive_like = on', '.parameter set :dir ./news', $load),
    qr/^\.\/news: 3 files; 3 articles new/, 'LIKE may be case-sensitive');
like(shell(':memory:', 'CREATE TABLE articles(id INTEGER PRIMARY KEY, name, title, body)', '.parameter set :dir news', $load),
    qr/load_files: the names in the table articles must be unique/, 'a table without UNIQUE');
like(shell(':memory:', "CREATE TABLE articles(id $_, name UNIQUE, title, body)", '.parameter set :dir news', $load),
    qr/load_files: the column id of the table articles must be its INTEGER PRIMARY KEY/, "an id that is $_")
    for 'INTEGER', 'INT PRIMARY KEY', 'INTEGER PRIMARY KEY DESC', 'TEXT PRIMARY KEY';

# ---- more than a few -----------------------------------------------------------------

make_path("many/$_") for 0 .. 9;
spew('many/' . $_ % 10 . "/$_.txt", "Document number $_.\n" x 20) for 1 .. 500;
like(shell('many.db', '.parameter set :dir many', $load), qr/^many: 500 files; 500 articles new/,
    'five hundred files');
is(shell('many.db', 'SELECT count(*) FROM (SELECT id, row_number() OVER (ORDER BY name) AS n FROM articles) WHERE id = n'),
    "500\n", 'in the order of their names');
spew('many/large.txt', "A line of this large file, which is the only one.\n" x 100_000);
like(shell('many.db', '.parameter set :dir many', $load),
    qr/^many: 501 files; 1 article new, 0 changed, 500 unchanged/, 'a file of 5 MB');
is(shell('many.db', "SELECT length(body) FROM articles WHERE name = 'many/large.txt'"),
    "5000000\n", 'is whole');

chdir $top;
done_testing;
