# How well passages were found, as in the PAN competitions on plagiarism detection
# (Potthast, Stein, Barron-Cedeno, Rosso 2010), by characters of both texts.
#
# A case is what was planted, a detection what was found: {a => [from, to],
# b => [from, to]}.  A detection detects a case if they overlap in both texts.
package Plagdet;
use strict;
use warnings;
use Exporter qw(import);
use List::Util qw(max min sum0);

our @EXPORT = qw(add_pair scores);

# Add what a pair of texts gives to a sum, {}: its cases and its detections.
sub add_pair
{
    my ($sum, $cases, $detections) = @_;
    my @detectors;
    for my $i (0 .. $#$cases) {
        my $case = $cases->[$i];
        $detectors[$i] = [ grep { detects($_, $case) } @$detections ];
        $sum->{cases}++;
        next if !@{ $detectors[$i] };
        $sum->{detected}++;
        $sum->{detections_of_cases} += @{ $detectors[$i] };
        $sum->{recall} += shared($case, @{ $detectors[$i] }) / size($case);
    }
    for my $detection (@$detections) {
        my @of = grep { detects($detection, $_) } @$cases;
        $sum->{detections}++;
        $sum->{precision} += shared($detection, @of) / size($detection);
    }
}

sub scores
{
    my ($sum) = @_;
    my $precision   = ($sum->{precision} // 0) / ($sum->{detections} || 1);
    my $recall      = ($sum->{recall} // 0) / ($sum->{cases} || 1);
    my $granularity = $sum->{detected} ? $sum->{detections_of_cases} / $sum->{detected} : 1;
    my $f = $precision + $recall > 0 ? 2 * $precision * $recall / ($precision + $recall) : 0;
    return { precision => $precision, recall => $recall, granularity => $granularity,
             plagdet => $f / (log(1 + $granularity) / log 2) };
}

sub overlap { my ($x, $y) = @_; return max(0, min($x->[1], $y->[1]) - max($x->[0], $y->[0])) }
sub detects { my ($x, $y) = @_; return overlap($x->{a}, $y->{a}) && overlap($x->{b}, $y->{b}) }
sub size    { my ($x) = @_; return $x->{a}[1] - $x->{a}[0] + $x->{b}[1] - $x->{b}[0] }

# Characters of $x that are in any of the others.
sub shared
{
    my ($x, @others) = @_;
    my $n = 0;
    for my $side (qw(a b)) {
        my $done = $x->{$side}[0];
        for my $other (sort { $a->{$side}[0] <=> $b->{$side}[0] } @others) {
            my $from = max($done, $other->{$side}[0]);
            my $to   = min($x->{$side}[1], $other->{$side}[1]);
            next if $to <= $from;
            $n += $to - $from;
            $done = $to;
        }
    }
    return $n;
}

1;
