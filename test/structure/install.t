#!/usr/bin/perl
# What `make install` says to type, where the path has a space; and that `make
# uninstall` leaves what is not ours.
use strict;
use warnings;
use File::Copy qw(copy);
use File::Path qw(make_path);
use File::Temp qw(tempdir);
use Test::More;

# Not as the make was called that runs this; BUILD is absolute here, and make splits it
# where it has a space.
delete @ENV{qw(BUILD MAKEFLAGS MFLAGS MAKELEVEL)};
my $prefix = tempdir(CLEANUP => 1) . '/with space';
my ($said) = qx(make -n install PREFIX='$prefix') =~ /^(echo "In sqlite3: .*")$/m;
my ($load) = qx($said) =~ /^In sqlite3: (\.load .*)$/;
ok($load, 'it says what to type');
my ($place) = $load =~ /'(.*)\/textsim'/;
is($place, "$prefix/lib/sqlite3", 'with quotes');
make_path($place);
my ($built) = grep { -e } map { ($ENV{TEXTSIM} // './textsim') . $_ } qw(.so .dylib .dll);
copy($built, $place) or die "$built: $!\n";
open my $shell, '-|', $ENV{SQLITE3} // 'sqlite3', '-batch', '-cmd', $load, ':memory:', 'SELECT textsim_version() IS NOT NULL'
    or die "$!\n";
is(join('', <$shell>), "1\n", 'and that loads it');

my $shared = "$prefix/share";
make_path("$shared/textsim", "$shared/doc");
for my $file ("$shared/doc/other", "$shared/textsim/other", "$shared/textsim/README.md") {
    open my $out, '>', $file or die "$file: $!\n";
}
# The folder of our own is not empty, and stays: make says so.
system("make uninstall PREFIX='$prefix' DATADIR='$shared' >/dev/null 2>&1");
is(join(' ', sort map { s{.*/share/}{}r } glob "'$shared/*/*'"), 'doc/other textsim/other', 'uninstall');
done_testing;
