#!/usr/bin/perl
# What the CPU has is made use of: nothing else would tell but a clock.
use strict;
use warnings;
use Test::More;

sub content { open my $file, '<', $_[0] or return ''; local $/; return <$file> }

my %has = map { $_ => 1 } map { split } content('/proc/cpuinfo') =~ /^flags\s*:(.*)$/m;
plan skip_all => 'no x86 CPU, or nobody who tells of it' unless $has{sse2};
plan skip_all => 'built without SIMD, or with a part of it' if content("$ENV{BUILD}/flags") =~ /-DTS_/;

my @avx2   = qw(avx2 bmi1 bmi2 popcnt);
my @avx512 = qw(avx512f avx512bw avx512dq avx512vl avx512vbmi avx512_vbmi2);
my $name   = (grep { !$has{$_} } @avx2) ? 'baseline' : (grep { !$has{$_} } @avx512) ? 'avx2' : 'avx512';
my $said   = qx($ENV{SQLITE3} -cmd '.load $ENV{TEXTSIM}' :memory: 'SELECT textsim_debug()');
like($said, qr/, SIMD $name,/, "SIMD is $name");
done_testing;
