#!/usr/bin/perl
# Every header compiles alone: it includes what it uses.
use strict;
use warnings;
use Test::More;

my $cc    = $ENV{CC} // 'cc';
my $flags = '-std=c11 -Wall -Wextra -Wpedantic -Wno-unused -Werror -fsyntax-only';
my $pkg   = $ENV{PKG_CONFIG} // 'pkg-config';
chomp(my $libraries = qx($pkg --cflags-only-I sqlite3 libxxhash libutf8proc 2>/dev/null));

my @headers = glob 'ext/*/*.h test/*/*.h';
ok(scalar @headers, 'there are headers');
for my $header (@headers) {
    # A header for one includer (a template, with its parameters defined around
    # the #include) says so in its first comment.
    next if first_comment($header) =~ /included by|included from/i;
    my $said = qx(printf '#include "$header"\\nint unused;\\n' | $cc $flags -I. -Iext $libraries -x c - 2>&1);
    is($said, '', $header);
}
done_testing;

sub first_comment
{
    open my $in, '<', $_[0] or die "$_[0]: $!\n";
    local $/;
    return <$in> =~ m{(/\*.*?\*/)}s ? $1 : '';
}
