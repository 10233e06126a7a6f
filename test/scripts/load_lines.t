#!/usr/bin/perl
# sql/load_jsonl.sql and sql/load_csv.sql.
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

my $all = 'SELECT id, name, title, body FROM articles ORDER BY id';

# ---- JSON Lines ----------------------------------------------------------------------

is(load('load_jsonl', <<'IN', $all), <<'OUT', 'id and text; ids follow names');
{"id": "b", "text": "Second."}
{"id": "a", "text": "First.\nMore."}
{"id": 10, "text": "A number."}
{"id": 9.5, "text": "Another."}
IN
4 articles new, 0 changed, 0 unchanged
1|10|A number.|A number.
2|9.5|Another.|Another.
3|a|First.|First.
More.
4|b|Second.|Second.
OUT

is(load('load_jsonl', <<'IN', $all), <<'OUT', 'name, title and body; other members do not matter');
{"body": "Body.", "title": "Title", "name": "n", "id": 7, "text": "no", "date": {"y": [2017]}}
{"body": null, "name": null, "id": "i", "text": "Text.", "title": ""}
IN
2 articles new, 0 changed, 0 unchanged
1|i|Text.|Text.
2|n|Title|Body.
OUT

# What JSON allows inside a text, and what the shell could stumble over.
my $odd = <<'IN';
{"id": "q", "text": "quotes \" ' ` and \\ and \/, tab\tand, commas; semicolons | bars"}
{"id": "c", "text": "controls \u0001 \u001e \u001f \u007f"}
{"id": "s", "text": "separators LS PS NEL, raw, and \u2028 \u2029 \u0085"}
{"id": "e", "text": "a\ud83d\ude00b 😀, \u20ac €"}
{"id": "d", "text": ".quit"}
{"id": "sql", "text": "'); DROP TABLE articles; --"}
IN
$odd =~ s/LS/\xe2\x80\xa8/;
$odd =~ s/PS/\xe2\x80\xa9/;
$odd =~ s/NEL/\xc2\x85/;
for my $encoding ('UTF-8', 'UTF-16') {
    my $said = load('load_jsonl', $odd, <<'SQL', "PRAGMA encoding = '$encoding'");
SELECT name, (SELECT group_concat(printf('%X', unicode(substr(body, value, 1))), ' ')
                FROM generate_series(1, length(body))
               WHERE unicode(substr(body, value, 1)) NOT BETWEEN 0x20 AND 0x7E), length(body)
  FROM articles ORDER BY id;
SQL
    is($said, <<'OUT', "odd characters, $encoding");
6 articles new, 0 changed, 0 unchanged
c|1 1E 1F 7F|16
d||5
e|1F600 1F600 20AC 20AC|10
q|9|60
s|2028 2029 85 2028 2029 85|32
sql||27
OUT
}

# SQLite 3.40 ends a text at \u0000; here nothing is lost, and \\u0000 is no NUL.
is(load('load_jsonl', <<'IN', 'SELECT body FROM articles ORDER BY id'), <<"OUT", 'escaped NULs');
{"id": 1, "text": "one \u0000 two"}
{"id": 2, "text": "one \\u0000 two"}
{"id": 3, "text": "one \\\u0000 two \\\\u0000"}
IN
3 articles new, 0 changed, 0 unchanged
one \xef\xbf\xbd two
one \\u0000 two
one \\\xef\xbf\xbd two \\\\u0000
OUT

# json_extract() of some versions of SQLite does not know a name that is written so.
is(load('load_jsonl', <<'IN', 'SELECT name, body FROM articles ORDER BY id'), <<'OUT', 'escapes in the names of members');
{"name": "a", "bod\u0079": "one"}
{"name": "b", "b\u006fdy": "two", "text": "not this"}
{"n\u0061me": 3, "te\u0078t": "three"}
{"name": "d", "body": "four", "body": "not this"}
IN
4 articles new, 0 changed, 0 unchanged
3|three
a|one
b|two
d|four
OUT

is(load('load_jsonl', "\xef\xbb\xbf" . qq({"id": 1, "text": "x"}\r\n\r\n  \n{"id": 2, "text": "y"}), $all),
    "2 articles new, 0 changed, 0 unchanged\n1|1|x|x\n2|2|y|y\n",
    'a byte order mark, CR LF, blank lines, no line end at the end');

my $bad = join '', map { "$_\n" } (
    '{"id": 1, "text": "good"}',    'not json',                    '[1, 2]',
    '"text"',                       '{"text": "nameless"}',        '{"id": null, "text": "x"}',
    '{"id": [1], "text": "x"}',     '{"id": 8}',                   '{"id": 9, "text": 9}',
    '{"id": 1, "text": "again"}',   "{\"id\": 11, \"text\": \"tab \t\"}", "{\"id\": 12, \"text\": \"nul \0\"}",
    "{\"id\": 13, \"text\": \"sep \x01\"}", '{"id": 14, "text": "cut',
);
my $said = load('load_jsonl', $bad, $all);
$said =~ s/^.*extras ignored\n//mg;
is($said, <<'OUT', 'what is left out is listed');
left out: line 2: not JSON
left out: line 3: not a JSON object (JSON Lines has one object a line, and no array)
left out: line 4: not a JSON object (JSON Lines has one object a line, and no array)
left out: line 5: no "name" or "id" (:source makes names)
left out: line 6: no "name" or "id" (:source makes names)
left out: line 7: no "name" or "id" (:source makes names)
left out: line 8: no text in "body" or "text"
left out: line 9: no text in "body" or "text"
left out: line 10: line 1 has the same name
left out: line 11: not JSON
left out: line 12: not JSON
left out: line 13: not JSON
left out: line 14: not JSON
1 article new, 0 changed, 0 unchanged
1|1|good|good
OUT
is(load('load_jsonl', qq({"text": "x"}\n{"text": "y"}\n), $all, '.parameter set :source corpus'),
    "2 articles new, 0 changed, 0 unchanged\n1|corpus:00000001|x|x\n2|corpus:00000002|y|y\n",
    ':source makes names');
like(load('load_jsonl', "no\n" x 50), qr/^left out: line 20: not JSON\nleft out: 30 more lines$/m,
    'a long list of what is left out is cut');
like(load('load_jsonl', "no\n" x 21), qr/^left out: 1 more line$/m, 'even by one');
for my $bytes ('', "\n", "CREATE TABLE x(y);\n", "id,text\n1,a\n") {
    my ($said, $status) = load('load_jsonl', $bytes);
    like($said, qr/load_jsonl: standard input has no articles/, 'nothing to load');
    isnt($status, 0, 'is an error');
}

my $db = "$dir/again.db";
my $lines = qq({"id": "a", "text": "one"}\n{"id": "c", "title": "T", "text": "three"}\n);
load('load_jsonl', $lines, undef, $db);
my $before = slurp($db);
is(load('load_jsonl', $lines, undef, $db), "0 articles new, 0 changed, 2 unchanged\n", 'twice');
ok(slurp($db) eq $before, 'does not change a byte');
is(load('load_jsonl', <<'IN', $all, $db), <<'OUT', 'new, changed, unchanged');
{"id": "b", "text": "two"}
{"id": "a", "text": "one, changed"}
{"id": "c", "title": "T", "text": "three"}
IN
1 article new, 1 changed, 1 unchanged
1|a|one, changed|one, changed
2|c|T|three
3|b|two|two
OUT
is(load('load_jsonl', qq({"id": "c", "title": "New title", "text": "three"}\n), $all, $db),
    "0 articles new, 1 changed, 0 unchanged\n1|a|one, changed|one, changed\n2|c|New title|three\n3|b|two|two\n",
    'a changed title');

# ---- CSV -------------------------------------------------------------------------------

for my $encoding ('UTF-8', 'UTF-16') {
    is(load('load_csv', <<"IN", $all, "PRAGMA encoding = '$encoding'"), <<"OUT", "CSV, $encoding");
date,Name,Body,title
2017-02-16,b,"Quoted, with ""quotes""
and a line end",The title
2017-02-17,a,caf\xc3\xa9 \xe2\x80\x9cx\xe2\x80\x9d | ' ;,
2017-02-18,007,as a text,
2017-02-19,1e5,as a text,
IN
4 articles new, 0 changed, 0 unchanged
1|007|as a text|as a text
2|1e5|as a text|as a text
3|a|caf\xc3\xa9 \xe2\x80\x9cx\xe2\x80\x9d \| ' ;|caf\xc3\xa9 \xe2\x80\x9cx\xe2\x80\x9d \| ' ;
4|b|The title|Quoted, with "quotes"
and a line end
OUT
}
is(load('load_csv', "\xef\xbb\xbfid,text\r\n1,one\r\n2,\"two\r\nlines\"\r\n", 'SELECT name, hex(body) FROM articles'),
    "2 articles new, 0 changed, 0 unchanged\n1|6F6E65\n2|74776F0D0A6C696E6573\n",
    'a byte order mark and CR LF');
is(load('load_csv', "id,text\na,one\n,two\nc,\na,four\n", $all), <<'OUT', 'what is left out is listed');
left out: row 2: no name
left out: row 3: no body
left out: row 4: row 1 has the same name
1 article new, 0 changed, 0 unchanged
1|a|one|one
OUT
is(load('load_csv', "n,rowid,key,here,f,name,text,type\n5,6,7,8,9,nm,tx,t\n5,6,7,8,9,mn,xt,t\n", $all),
    "2 articles new, 0 changed, 0 unchanged\n1|mn|xt|xt\n2|nm|tx|tx\n", 'columns named like those of the script');
like(load('load_csv', $_), qr/load_csv: no articles: the first line must name the columns/, 'no such columns')
    for "id;text\n1;one\n", "a,b\n1,2\n";
isnt((load('load_csv', ''))[1], 0, 'no input');

$db = "$dir/csv.db";
load('load_csv', "id,text\nb,two\na,one\n", undef, $db);
$before = slurp($db);
is(load('load_csv', "id,text\nb,two\na,one\n", undef, $db), "0 articles new, 0 changed, 2 unchanged\n", 'twice');
ok(slurp($db) eq $before, 'does not change a byte');
is(load('load_csv', "text,id\nTWO,b\none,a\nnew,c\n", $all, $db),
    "1 article new, 1 changed, 1 unchanged\n1|a|one|one\n2|b|TWO|TWO\n3|c|new|new\n", 'and changes');

# ---- large files -----------------------------------------------------------------------

# 20 MB each, under a limit of 60 MB of memory in SQLite itself.
my $long = join ' ', map { "word$_" } 1 .. 250;
my $json = join '', map { qq({"id": $_, "text": "Document $_\\n$long \\"quoted\\""}\n) } 1 .. 10_000;
is(load('load_jsonl', $json, 'SELECT count(*), min(length(body)), max(title) FROM articles', 'PRAGMA hard_heap_limit = 60000000'),
    "60000000\n10000 articles new, 0 changed, 0 unchanged\n10000|" . (length("Document 1\n$long \"quoted\"")) . "|Document 9999\n",
    'JSON Lines of 20 MB');
my $csv = "id,text\n" . join '', map { qq($_,"Document $_\n$long ""quoted"""\n) } 1 .. 10_000;
is(load('load_csv', $csv, 'SELECT count(*), min(length(body)), max(title) FROM articles', 'PRAGMA hard_heap_limit = 60000000'),
    "60000000\n10000 articles new, 0 changed, 0 unchanged\n10000|" . (length("Document 1\n$long \"quoted\"")) . "|Document 9999\n",
    'CSV of 20 MB');
# A line takes 5 times its size.
is(load('load_jsonl', '{"id": 1, "text": "' . 'a long line ' x 1_000_000 . "\"}\n", 'SELECT length(body) FROM articles', 'PRAGMA hard_heap_limit = 66000000'),
    "66000000\n1 article new, 0 changed, 0 unchanged\n12000000\n", 'a line of 12 MB');

# ---- what is not as it should be, is said ------------------------------------------------

my $hint = 'JSON Lines has one object a line, and no array';
is(load('load_jsonl', qq([\n{"id": 1, "text": "x"},\n{"id": 2, "text": "y"}\n]\n), $all),
    "left out: line 1: not JSON: a bracket ($hint)\nleft out: line 2: not JSON: a comma at its end ($hint)\n"
        . "left out: line 4: not JSON: a bracket ($hint)\n1 article new, 0 changed, 0 unchanged\n1|2|y|y\n",
    'an array, one object a line');
like(load('load_jsonl', qq([{"id": 1, "text": "x"}]\n)), qr/^left out: line 1: not a JSON object \($hint\)$/m,
    'an array in one line');
is(load('load_jsonl', qq({"name": "", "id": "i", "text": "x"}\n), 'SELECT name FROM articles'),
    "1 article new, 0 changed, 0 unchanged\ni\n", 'an empty name is none');
is(load('load_csv', "name,body\nlatin,caf\xe9 au lait\n"),
    "1 article new, 0 changed, 0 unchanged\nnot UTF-8: latin: its ill-formed bytes will separate words\n",
    'CSV that is not UTF-8');
for my $case (['load_csv', "name,body\na,b\n"], ['load_jsonl', qq({"id": 1, "text": "x"}\n)]) {
    my ($loader, $bytes) = @$case;
    like(load($loader, $bytes, undef, 'CREATE TABLE articles(id INTEGER PRIMARY KEY, name, title, body)'),
        qr/$loader: the names in the table articles must be unique/, "$loader: a table without UNIQUE");
    like(load($loader, $bytes, undef, 'CREATE TABLE articles(id INTEGER PRIMARY KEY, name UNIQUE, body)'),
        qr/$loader: the table articles that is there lacks some of the columns/, "$loader: a table without a title");
    like(load($loader, $bytes, undef, "CREATE TABLE articles($_)"),
        qr/$loader: the column id of the table articles must be its INTEGER PRIMARY KEY/, "$loader: $_")
        for 'id INT PRIMARY KEY, name UNIQUE, title, body', 'id INTEGER, name PRIMARY KEY, title, body',
            'id INTEGER, name UNIQUE, title, body, PRIMARY KEY(id, name)',
            'id INTEGER PRIMARY KEY, name UNIQUE, title, body) WITHOUT ROWID; SELECT (1';
    is(load($loader, $bytes, 'SELECT count(*) FROM articles', 'CREATE TABLE Articles(Name UNIQUE, Title, Body, Id integer primary key)'),
        "1 article new, 0 changed, 0 unchanged\n1\n", "$loader: a table with its columns in another order");
}
done_testing;
