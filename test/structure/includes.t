#!/usr/bin/perl
# The layers of the source: includes point one way, and the core stands alone.
use strict;
use warnings;
use Test::More;

# The core, in the order in which data flows.  A file may include its own stage
# and those before it.  A file belongs to the stage that begins its name:
# kernels_avx2.c and unicode_data.inc are parts of kernels and unicode.
my @stages = qw(
    status params alloc poll expect bytes buffer hash format unicode kernels normalize fold
    words characters tokens token_hashes measures sets set_pack sketch shingles simhash
    bands sample join clusters anchors paths passages places
);
my %order = map { $stages[$_] => $_ } 0 .. $#stages;

my @core   = glob 'ext/core/*.[ch] ext/core/*.inc';
my @sqlite = glob 'ext/sqlite/*.[ch] ext/sqlite/*.inc';
ok(@core && @sqlite, 'there are files to look at');

for my $file (@core) {
    my $stage = stage_of($file);
    if (!defined $stage) {
        fail("$file belongs to a stage named in $0");
        next;
    }
    my @wrong;
    for my $include (includes($file)) {
        my $other = stage_of($include);
        push @wrong, "$include (stage of its own?)" unless defined $other || $include =~ /^</;
        push @wrong, $include if defined $other && $order{$other} > $order{$stage};
        push @wrong, $include if $include =~ m{/} && $include !~ /^</;
        push @wrong, $include if $include =~ /^<(?:stdio|locale|wchar|time|unistd|pthread)\.h>/;
    }
    is("@wrong", '', "$file includes what stands before it, and no system");
    unlike(slurp($file), qr/sqlite3/i, "$file does not know SQLite");
}

for my $file (@sqlite) {
    my @wrong = grep { m{/} && !m{^(?:\.\./)?core/\w+\.h$} && !/^</ } includes($file);
    is("@wrong", '', "$file includes its own folder and the core");
}

# Long files are read badly.  What a program wrote is not read at all.
for my $file (@core, @sqlite, glob 'test/*/*.[ch] test/*/*.py test/*/*.t') {
    next if slurp($file) =~ m{\A/\*[^/]*\bgenerated\b}i;
    my $lines = slurp($file) =~ tr/\n//;
    cmp_ok($lines, '<=', 600, "$file has at most 600 lines");
}
done_testing;

sub stage_of
{
    my ($file) = @_;
    return undef if $file =~ /^</;
    my ($name) = $file =~ m{([^/]+)\.\w+$} or return undef;
    $name =~ s/_[^_]+$// or return undef until exists $order{$name};
    return $name;
}

sub includes
{
    my ($file) = @_;
    return map { s/^"|"$//gr } slurp($file) =~ /^[ \t]*#[ \t]*include[ \t]+(<[^>]+>|"[^"]+")/mg;
}

sub slurp
{
    open my $in, '<', $_[0] or die "$_[0]: $!\n";
    local $/;
    return <$in>;
}
