#!/usr/bin/perl
# The verdicts of sql/report_derivation.sql on 200 pairs of texts of which it is
# known how one was made from the other: see generate.pl.  The prose is not that of
# the seeds, and depends on the version of Perl; the rule must hold on any, and
# errs at its edges: 17 of the 20 pairs of a kind must be right.  Other texts:
# verdicts.t SEED [FOLDER], as generate.pl takes them.
use strict;
use warnings;
use lib 'test/scripts';
use Shell;
use Test::More;

# What a person would say of each kind.  Own words on the same subject share no
# phrases, or a few: that no reuse is found is all that can be asked.
my %right = (
    copy      => ['copy'],
    edit      => ['copy'],
    extension => ['reprint'],
    paragraph => ['borrowing'],
    piece     => ['excerpt'],
    quote     => ['quotation'],
    related   => ['related'],
    reprint   => ['reprint'],
    rewrite   => ['rewrite'],
    unrelated => ['unrelated'],
);
# Which of the two lies more in the other, where there is no doubt.
my %part = (copy => 'source', extension => 'source', piece => 'derived', reprint => 'derived');
my ($pairs, $enough) = (20, 17);

my $dir   = scratch();
my $lines = qx($^X test/derivations/generate.pl $pairs @ARGV);
is($?, 0, 'the pairs are made');
spew("$dir/pairs.jsonl", $lines);
my ($said, $status) = shell({ stdin => "$dir/pairs.jsonl" }, "$dir/pairs.db", script('load_jsonl'));
is($said, 20 * $pairs . " articles new, 0 changed, 0 unchanged\n", 'and loaded');

($said, $status) = shell({ extension => 1 }, "$dir/pairs.db",
    '.once /dev/null', script('report_derivation'), '.mode list', '.headers off', <<'SQL');
SELECT '@', s.name, coalesce(verdict, 'unrelated'), iif(p.a = x.first, 'source', 'derived')
  FROM articles s JOIN articles d ON d.name = replace(s.name, '/source', '/derived') AND d.id <> s.id
  JOIN temp.report_text x ON x.id = s.id JOIN temp.report_text y ON y.id = d.id
  LEFT JOIN temp.report_pair p ON (p.a, p.b) IN ((x.first, y.first), (y.first, x.first))
  LEFT JOIN temp.report_verdict v ON v.rank = p.rank
SQL
is($status, 0, 'the report runs') or diag($said);

my (%n_right, %n_part, %n_all, %said_of);
while ($said =~ /^@\|(\w+)\/\d+\/source\|(\w+)\|(\w+)$/mg) {
    my ($kind, $verdict, $part) = ($1, $2, $3);
    $n_all{$kind}++;
    $said_of{$kind}{$verdict}++;
    $n_right{$kind}++ if grep { $_ eq $verdict } @{ $right{$kind} };
    $n_part{$kind}++ if $part eq ($part{$kind} // '');
}
for my $kind (sort keys %right) {
    my $verdicts = join ', ',
        map { "$said_of{$kind}{$_} $_" } sort keys %{ $said_of{$kind} };
    is($n_all{$kind}, $pairs, "$kind: $pairs pairs");
    cmp_ok($n_right{$kind} // 0, '>=', $enough, "$kind: at least $enough are right ($verdicts)");
    cmp_ok($n_part{$kind} // 0, '>=', $enough, "$kind: the $part{$kind} is the part") if $part{$kind};
}
done_testing;
