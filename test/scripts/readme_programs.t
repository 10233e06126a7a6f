#!/usr/bin/perl
# The programs of the README in Python, JavaScript and Perl are run, where their
# modules are there, and print what the README says.
use strict;
use warnings;
use Cwd qw(getcwd);
use lib 'test/scripts';
use Shell;
use Test::More;

my $readme = slurp('README.md');
my ($output) = $readme =~ /^```perl\n.*?^```text\n(.*?)^```$/ms;
ok($output, 'the README has programs, and says what they print');

# As the README has it: ./textsim and build/demo.db.
my $dir = scratch();
my ($suffix) = grep { -e "$ENV{TEXTSIM}$_" } qw(.so .dylib .dll);
my $library  = "$ENV{TEXTSIM}$suffix";
$library = getcwd() . "/$library" unless $library =~ m{^/};
symlink $library, "$dir/textsim$suffix" or die "textsim$suffix: $!\n";
mkdir "$dir/build";
shell("$dir/build/demo.db", script('load_seeds'));

my $python = $ENV{PYTHON} // '/usr/bin/python3';
my $perl   = $ENV{PERL}   // $^X;
my %run    = (    # language => [file, how to ask for its module, how to run it]
    python     => ['demo.py', "$python -c 'import sqlite3; sqlite3.Connection.enable_load_extension'", $python],
    javascript => ['demo.js', q{node -e 'new (require("better-sqlite3"))(":memory:")'}, 'node'],
    perl       => ['demo.pl', "$perl -MDBD::SQLite -e 1", $perl],
);
for my $language (sort keys %run) {
    my ($file, $ask, $program) = @{ $run{$language} };
    SKIP: {
        skip "no sanitizer for $program", 1 if $program eq 'node' && $ENV{ASAN_OPTIONS};
        skip "$language cannot load extensions here", 1 if system("$ask >'$dir/asked' 2>&1") != 0;
        my ($code) = $readme =~ /^```$language\n(.*?)^```$/ms;
        spew("$dir/$file", $code);
        is(qx(cd '$dir' && $program $file 2>&1), $output, "the program in $language");
    }
}
done_testing;
