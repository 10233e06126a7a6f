# Prose of many authors, that is on any machine which can run this: the
# documentation that comes with Perl, as documents of sentences; and random numbers
# of our own, so that the same Perl gives the same texts.
package Prose;
use strict;
use warnings;
use Config;
use Cwd qw(realpath);
use Exporter qw(import);
use File::Find;

our @EXPORT = qw(documents pick rand_below rand_seed rand_unit shuffle);

my $state = 1;

sub rand_seed { $state = ($_[0] * 2654435761 + 12345) & 0xFFFFFFFF; rand_below(2) for 1 .. 8 }

# Numerical Recipes' 32-bit generator; its low bits are poor.
sub rand_below
{
    my ($n) = @_;
    $state = ($state * 1664525 + 1013904223) & 0xFFFFFFFF;
    return ($state >> 8) % $n;
}

sub rand_unit { return rand_below(1 << 20) / (1 << 20) }
sub pick      { return $_[rand_below(scalar @_)] }

sub shuffle
{
    my @rest = @_;
    return map { splice @rest, rand_below(scalar @rest), 1 } 1 .. @rest;
}

# Each document is a list of words, in the order of its text: the paragraphs of the
# files of one name space.  What many documents say (licences, how to report bugs)
# is left out, so that two documents share no more than two texts do: no seven words
# in a row are in the documents of two name spaces.
sub documents
{
    my ($least) = @_;
    my (%paragraphs, %space_of);
    my $top = realpath($Config{privlibexp});
    my @files;
    find({ no_chdir => 1, wanted => sub { push @files, $_ if /\.(?:pod|pm)$/ && -f } }, $top);
    for my $path (sort @files) {
        my ($space) = $path =~ m{^\Q$top\E/([^/.]+)} or next;
        $space = 'Compress' if $space eq 'IO';    # of one author, on one subject
        push @{ $paragraphs{$space} }, prose($path);
    }
    for my $space (sort keys %paragraphs) {
        for my $paragraph (@{ $paragraphs{$space} }) {
            $space_of{$_}{$space} = 1 for phrases($paragraph);
        }
    }
    my @documents;
    for my $space (sort keys %paragraphs) {
        my (@words, %seen);
        for my $paragraph (@{ $paragraphs{$space} }) {
            my @phrases = phrases($paragraph);
            next if grep { $seen{$_} || keys %{ $space_of{$_} } > 1 } @phrases;
            $seen{$_} = 1 for @phrases;
            push @words, split ' ', $paragraph;
        }
        push @documents, \@words if @words >= $least;
    }
    return @documents;
}

# All runs of seven words of a paragraph, or the whole of a shorter one.
sub phrases
{
    my @words = map { lc } $_[0] =~ /(\w+)/g;
    my $last = @words > 7 ? @words - 7 : 0;
    return map { join ' ', grep { defined } @words[$_ .. $_ + 6] } 0 .. $last;
}

# The plain paragraphs of a file's documentation: no headings, items, code.
sub prose
{
    my ($path) = @_;
    open my $in, '<:raw', $path or return;
    local $/ = undef;
    my $text   = <$in>;
    my $in_pod = $path =~ /\.pod$/;
    my @prose;
    for my $paragraph (split /\n\s*\n/, $text) {
        if ($paragraph =~ /^=(\w+)/) { $in_pod = $1 ne 'cut'; next }
        next if !$in_pod || $paragraph =~ /^\s/ || $paragraph =~ /[^\x00-\x7F]/;
        1 while $paragraph =~ s/[A-Z]<+ ?([^<>]*?) ?>+/$1/g;
        $paragraph =~ s/\s+/ /g;
        push @prose, $paragraph if 15 <= (() = $paragraph =~ / /g);
    }
    return @prose;
}

1;
