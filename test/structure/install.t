#!/usr/bin/perl
# What `make install` says to type, where the path has a space.
use strict;
use warnings;
use File::Temp qw(tempdir);
use Test::More;

my $prefix = tempdir(CLEANUP => 1) . '/with space';
my $said   = qx(make -s install PREFIX='$prefix' 2>&1);
is($?, 0, 'make install') or diag($said);
my ($load) = $said =~ /^In sqlite3: (\.load .*)$/m;
my $found = qx("\${SQLITE3:-sqlite3}" -batch -cmd "$load" :memory: 'SELECT textsim_version() IS NOT NULL');
is($found, "1\n", 'what it says to type loads the extension') or diag($load);
is(scalar(@{ [glob "'$prefix'/share/textsim/report_*.sql"] }), scalar(@{ [glob 'sql/report_*.sql'] }), 'the reports are there');
done_testing;
