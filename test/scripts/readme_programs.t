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
my $node   = node();
my %run    = (    # language => [file, how to ask for its module, how to run it]
    python     => ['demo.py', "$python -c 'import sqlite3; sqlite3.Connection.enable_load_extension'", $python],
    javascript => ['demo.js', ask_node($node), $node],
    perl       => ['demo.pl', "$perl -MDBD::SQLite -e 1", $perl],
);
for my $language (sort keys %run) {
    my ($file, $ask, $program) = @{ $run{$language} };
    SKIP: {
        skip "no sanitizer for $program", 1 if $language eq 'javascript' && $ENV{ASAN_OPTIONS};
        skip "$language cannot load extensions here", 1 if system("$ask >'$dir/asked' 2>&1") != 0;
        my ($code) = $readme =~ /^```$language\n(.*?)^```$/ms;
        spew("$dir/$file", $code);
        my $said = qx(cd '$dir' && $program $file 2>said);
        is($said, $output, "the program in $language") or diag(slurp("$dir/said"));
    }
}
done_testing;

# Whether a Node has node:sqlite, and lets it load extensions.
sub ask_node
{
    my ($node) = @_;
    return qq($node -e 'new (require("node:sqlite").DatabaseSync)(":memory:", {allowExtension: true}).loadExtension');
}

# The Node that is here.  If it is too old, CI gets a newer one from npm, which has it
# as a package for each platform; it stays in build/node.
sub node
{
    return 'node' if !$ENV{CI} || $ENV{ASAN_OPTIONS} || system('node --version >/dev/null 2>&1') != 0
        || system(ask_node('node') . ' >/dev/null 2>&1') == 0;
    my $place   = getcwd() . '/build/node';
    my $package = 'node-' . qx(node -p "process.platform + '-' + process.arch");
    chomp $package;
    my $newer = "$place/node_modules/$package/bin/node";
    my $quiet = '--no-save --no-audit --no-fund --ignore-scripts --fetch-retries=0 --fetch-timeout=60000';
    system("mkdir -p '$place' && HOME='$place' npm install --prefix '$place' $quiet $package\@22 >/dev/null 2>&1") unless -x $newer;
    return -x $newer ? $newer : 'node';
}
