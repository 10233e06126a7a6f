#!/usr/bin/perl
# The session from Perl's DBI, with DBD::SQLite.
use strict;
use warnings;
use File::Basename qw(basename dirname);
use Test::More;

# Inside a checker, as the checker's perl.
exec $ENV{PERL}, $0 if $ENV{PERL} && !$ENV{PERL_IS_WRAPPED}++;

eval { require DBI; require DBD::SQLite; 1 } or plan skip_all => 'no DBD::SQLite';

my $here = dirname($0);
my $db = DBI->connect('dbi:SQLite:dbname=:memory:', '', '',
    { RaiseError => 0, PrintError => 0, sqlite_unicode => 0 });
$db->sqlite_enable_load_extension(1);
$db->sqlite_load_extension($ENV{TEXTSIM}) or BAIL_OUT($db->errstr);

# Bytes in, bytes out: sqlite_unicode=0 hands UTF-8 through as it is.
$db->do('CREATE TABLE articles(id INTEGER PRIMARY KEY, name TEXT, body TEXT)');
my @seeds = sort glob "$here/../../seeds/*.txt";
for my $path (@seeds) {
    $db->do('INSERT INTO articles(name, body) VALUES (?, ?)', undef,
        substr(basename($path), 0, 3), slurp($path));
}

my $said = join '', map { rows_as_text($_) } grep { !/^--/ } split /^/, slurp("$here/session.sql");
is_deeply([split /\n/, $said], [split /\n/, slurp("$here/shell.expected")],
    'the session gives what it gives everywhere');

# Values travel both ways, bound: a sketch kept by the program, a long text.
my ($sketch) = $db->selectrow_array('SELECT minhash(body) FROM articles WHERE id = 1');
my $query = $db->prepare('SELECT typeof(?1), jaccard(?1, ?2) = 1.0, jaccard(?2, ?3) < 1.0');
$query->bind_param(1, $sketch, DBI::SQL_BLOB());
$query->bind_param(2, slurp($seeds[0]));
$query->bind_param(3, 'another text of some more words');
$query->execute;
is(join('|', $query->fetchrow_array), 'blob|1|1', 'a sketch and texts as bound values');
done_testing;

sub rows_as_text
{
    my ($sql) = @_;
    my $statement = $db->prepare($sql) or return 'Error: ' . $db->errstr . "\n";
    $statement->execute or return 'Error: ' . $db->errstr . "\n";
    return '' unless $statement->{NUM_OF_FIELDS};
    my $text = '';
    while (my @row = $statement->fetchrow_array) {
        $text .= join('|', map { $_ // '' } @row) . "\n";
    }
    return $statement->err ? 'Error: ' . $statement->errstr . "\n" : $text;
}

sub slurp
{
    open my $in, '<:raw', $_[0] or die "$_[0]: $!\n";
    local $/;
    return <$in>;
}
