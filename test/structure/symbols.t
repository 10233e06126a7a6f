#!/usr/bin/perl
# What the library shows to others, and what it keeps: it exports its entry
# point alone, and has no variables, so that connections share nothing.
use strict;
use warnings;
use File::Glob ':bsd_glob';
use Test::More;

my ($library) = grep { -e } map { "$ENV{TEXTSIM}$_" } qw(.so .dylib .dll);
ok($library, 'the extension is there') or BAIL_OUT("no $ENV{TEXTSIM}");

SKIP: {
    skip 'no nm for this format', 1 if $library =~ /dll$/;
    my $list = $library =~ /dylib$/ ? 'nm -gU' : 'nm -D --defined-only';
    my @exported = grep { !/^(?:__asan|__odr_asan|___asan|__sanitizer)/ }
        map { /\s[A-Z]\s+_?(\S+)$/ ? $1 : () } qx($list '$library');
    is("@exported", 'sqlite3_textsim_init', 'exports its entry point only');
}

# The one variable is SQLite's own: the table of its functions, which
# SQLITE_EXTENSION_INIT2 sets to the same value for every connection.
SKIP: {
    my @objects = glob "$ENV{BUILD}/ext/*/*.o";
    skip 'no objdump for this format', 1 if $library !~ /so$/;
    BAIL_OUT("no objects in $ENV{BUILD}") if !@objects;
    my @variables;
    for my $object (@objects) {
        for (qx(objdump -t '$object')) {
            # value, flags (O: object), section, size, name
            next unless /\bO\s+(\.t?(?:data|bss)\S*|\*COM\*)\s+\S+\s+(?:\.hidden\s+)?(\S+)$/;
            my ($section, $name) = ($1, $2);
            next if $section =~ /^\.data\.rel\.ro/ || $name =~ /asan|ubsan|^\.L|^__func__/;
            push @variables, "$name in $object" unless $name eq 'sqlite3_api';
        }
    }
    # A sanitizer keeps notes of its own in .data.
    @variables = () if $ENV{SANITIZE};
    is("@variables", '', 'no variables in ' . @objects . ' object files');
}
done_testing;
