# Pairs of texts of which it is known what they share: passages of the second, b,
# are planted in the first, a, which is otherwise of another author.
#
#     plant(rate, class)   one pair; the share of words that are edited, and how
#                          long the passages are
#
# Whatever the rate: quotes are changed, words are in other case, lines broken
# elsewhere, letters written with other code points of the same meaning; passages
# are moved, and one in four is planted twice.
package Cases;
use strict;
use warnings;
use Exporter qw(import);
use Prose;

our @EXPORT = qw(%LENGTHS plant unrelated);

# Words of a passage, by class.
our %LENGTHS = ('12-20' => [12, 20], '21-50' => [21, 50], '51-120' => [51, 120], '121-300' => [121, 300]);

my $SOURCE_WORDS = 1500;
my @documents;

# Words in a row of a document.
sub excerpt
{
    my ($document, $n) = @_;
    my $from = rand_below(@$document - $n + 1);
    return [ @$document[$from .. $from + $n - 1] ];
}

sub two_documents
{
    @documents = documents($SOURCE_WORDS) if !@documents;
    my $i = rand_below(scalar @documents);
    my $j = rand_below(@documents - 1);
    return @documents[$i, $j + ($j >= $i)];
}

sub unrelated
{
    my ($n) = @_;
    return map { join ' ', @{ excerpt($_, $n) } } two_documents();
}

sub plant
{
    my ($rate, $class) = @_;
    my ($least, $most) = @{ $LENGTHS{$class} };
    my ($of_b, $of_a) = two_documents();
    my $b    = excerpt($of_b, $SOURCE_WORDS);
    my $host = excerpt($of_a, 400 + rand_below(200));

    # Passages of b, which do not touch.
    my @passages;
    my $at = 10 + rand_below(100);
    while (@passages < 3) {
        my $n = $least + rand_below($most - $least + 1);
        last if $at + $n > @$b - 10;
        push @passages, [$at, $n];
        $at += $n + 40 + rand_below(200);
    }
    push @passages, pick(@passages) if rand_below(4) == 0;
    @passages = shuffle(@passages);

    my (@b_from, @b_to);
    my $b_text = write_text($b, \@b_from, \@b_to);
    my ($a_text, $next, @truth) = ('', 0);
    for my $i (0 .. $#passages) {
        my ($from, $n) = @{ $passages[$i] };
        my $until = int(@$host * ($i + 1) / (@passages + 1));
        $a_text .= join(' ', @$host[$next .. $until - 1]) . ' ';
        $next = $until;
        my $copy = disguised(edited([ @$b[$from .. $from + $n - 1] ], $rate, $host));
        push @truth, { a => [ length $a_text, length($a_text) + length $copy ],
                       b => [ $b_from[$from], $b_to[$from + $n - 1] ] };
        $a_text .= $copy . ' ';
    }
    $a_text .= join ' ', @$host[$next .. $#$host];
    return { a => $a_text, b => $b_text, truth => \@truth, rate => $rate, class => $class };
}

# Words with single spaces; where each begins and ends.
sub write_text
{
    my ($words, $from, $to) = @_;
    my $text = '';
    for my $word (@$words) {
        $text .= ' ' if $text ne '';
        push @$from, length $text;
        $text .= $word;
        push @$to, length $text;
    }
    return $text;
}

# A share of the words replaced, dropped, swapped with the next, or another inserted.
sub edited
{
    my ($words, $rate, $others) = @_;
    my @rest = @$words;
    my @result;
    while (@rest) {
        my $word = shift @rest;
        my $edit = rand_unit() < $rate ? rand_below(4) : 4;
        if    ($edit == 0) { push @result, pick(@$others) }
        elsif ($edit == 1) { }
        elsif ($edit == 2) { push @result, pick(@$others), $word }
        elsif ($edit == 3 && @rest) { push @result, shift @rest, $word }
        else               { push @result, $word }
    }
    return \@result;
}

# The same words to a reader, in other characters.
sub disguised
{
    my ($words) = @_;
    my $text = '';
    for my $word (@$words) {
        my $w = $word;
        $w =~ tr/'/\x{2019}/ if rand_below(2);
        $w =~ s/"(\w)/\x{201C}$1/ if rand_below(2);
        $w =~ s/"/\x{201D}/       if rand_below(2);
        $w = uc $w          if rand_below(12) == 0;
        $w =~ s/fi/\x{FB01}/ if rand_below(2);
        $w =~ s/(\w\w)(\w\w)/$1\x{AD}$2/ if rand_below(20) == 0;
        $w =~ tr/A-Za-z/\x{FF21}-\x{FF3A}\x{FF41}-\x{FF5A}/ if rand_below(40) == 0;
        $text .= pick(' ', ' ', ' ', ' ', "\n", "\r\n", '  ', "\x{A0}") if $text ne '';
        $text .= $w;
    }
    return $text;
}

1;
