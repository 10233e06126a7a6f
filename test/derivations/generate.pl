#!/usr/bin/perl
# Pairs of texts of which it is known how the second was made from the first, as
# JSON Lines: {"name": "<kind>/<number>/source" or ".../derived", "text": ...}.
#
#     generate.pl NUMBER [SEED [FOLDER]]      that many pairs of each of the ten kinds
#
# The prose is the documentation that comes with Perl: many authors, and on any
# machine that can run this.  The articles are consecutive paragraphs of 400 to
# 700 words; the longest document of each top-level name space gives some, so that
# articles of two documents have different subjects.  Random choices come from a
# generator of our own: the same Perl gives the same bytes.  Other prose is in another
# FOLDER of Perl modules.
use strict;
use warnings;
use Config;
use Cwd qw(realpath);
use File::Find;
use JSON::PP;

my $number = shift // 20;
my $state  = shift // 12345;
my @documents = documents(realpath(shift // $Config{privlibexp}));
die "generate.pl: only " . @documents . " documents with enough prose\n" if @documents < 12;

my %make = (
    copy      => \&copy,        edit    => \&edit,      reprint   => \&reprint,
    extension => \&extension,   piece   => \&piece,     paragraph => \&paragraph,
    rewrite   => \&rewrite,     quote   => \&quote,     related   => \&related,
    unrelated => \&unrelated,
);
my $json = JSON::PP->new->canonical->latin1;
for my $kind (sort keys %make) {
    for my $n (1 .. $number) {
        my ($document, $other) = two_documents();
        my $source  = pick(@{ $document->{articles} });
        my $derived = $make{$kind}->($source, $document, $other);
        my $name    = sprintf '%s/%03d', $kind, $n;
        print $json->encode({ name => "$name/source", text => text_of($source) }), "\n",
            $json->encode({ name => "$name/derived", text => text_of($derived) }), "\n";
    }
}

# ---- what is done to a source; an article is a list of sentences -----------------

# All of it, in a frame of a tenth to a fifth: headlines, links, comments.
sub copy
{
    my ($source, undef, $other) = @_;
    my $size  = words_in($source) * (0.1 + rand_unit() * 0.1);
    my @frame = take_words(shuffled($other), $size);
    my $half  = int(@frame / 2);
    return [ @frame[0 .. $half - 1], @$source, @frame[$half .. $#frame] ];
}

# One word in 25 to 50 replaced, other quotation marks, capitals here and there.
sub edit
{
    my ($source) = @_;
    my $every = 25 + rand_below(26);
    my @edited = @{ replaced($source, $every) };
    tr/"'/``/ for @edited;
    $_ = rand_below(10) ? $_ : uc for @edited;
    return \@edited;
}

# Shortened to 40 to 60 %: sentences left out, the later ones rather, a few words
# changed, and a headline.
sub reprint
{
    my ($source, undef, $other) = @_;
    my $wanted = words_in($source) * (0.4 + rand_unit() * 0.2);
    my @kept   = @$source;
    while (@kept > 3 && words_in(\@kept) > $wanted) {
        my $from = rand_below(scalar @kept);
        splice @kept, $from + rand_below(@kept - $from), 1;
    }
    return [ take_words([ pick(@$other) ], 8), @{ replaced(\@kept, 80) } ];
}

# All of it, and as much again of other text, one and a half times at most.
sub extension
{
    my ($source, undef, $other) = @_;
    return [ @$source, take_words($other, words_in($source) * (0.9 + rand_unit() * 0.6)) ];
}

# A passage alone: a paragraph of 60 words or a little more.
sub piece
{
    my ($source) = @_;
    return [ passage($source, 60) ];
}

# Own text with a paragraph of the source in it.
sub paragraph
{
    my ($source, undef, $other) = @_;
    return inserted($other, passage($source, 75 + rand_below(60)));
}

# One word in 6 to 8 replaced, throughout: no paragraph of 50 words stays as it was.
sub rewrite
{
    my ($source) = @_;
    my ($every, $derived) = 6 + rand_below(3);
    do { $derived = replaced($source, $every) } while longest_kept($source, $derived) >= 50;
    return $derived;
}

# Own text with two sentences of the source, one after the other.
sub quote
{
    my ($source, undef, $other) = @_;
    my @fits;
    for my $i (0 .. $#$source - 1) {
        my ($first, $second) = map { n_words($_) } @$source[$i, $i + 1];
        push @fits, $i if $first >= 8 && $second >= 8 && $first + $second <= 55;
    }
    my $i = pick(@fits);
    return inserted($other, @$source[$i, $i + 1]);
}

# Own text with three phrases of the source, of nine words each.
sub related
{
    my ($source, undef, $other) = @_;
    my @long = grep { n_words($_) >= 12 } @$source;
    my $derived = $other;
    for (1 .. 3) {
        my $from   = rand_below(scalar @long);
        my @words  = split ' ', splice(@long, $from, 1);
        $derived = inserted($derived, join ' ', @words[1 .. 9]);
    }
    return $derived;
}

sub unrelated
{
    my (undef, undef, $other) = @_;
    return $other;
}

# ---- the steps ---------------------------------------------------------------------

# One word in $every, at random, becomes another word of the article.
sub replaced
{
    my ($sentences, $every) = @_;
    my @words = grep { /^\w+$/ } map { split } @$sentences;
    my @result;
    for my $sentence (@$sentences) {
        push @result, join ' ',
            map { rand_below($every) ? $_ : another_word($_, \@words) } split ' ', $sentence;
    }
    return \@result;
}

# The most words in a row that replaced() left as they were.
sub longest_kept
{
    my ($source, $derived) = map { [ map { split } @$_ ] } @_;
    my ($longest, $n) = (0, 0);
    for my $i (0 .. $#$source) {
        $n = $source->[$i] eq $derived->[$i] ? $n + 1 : 0;
        $longest = $n if $n > $longest;
    }
    return $longest;
}

sub another_word
{
    my ($word, $words) = @_;
    my $other = $word;
    $other = pick(@$words) while lc $other eq lc $word;
    return $other;
}

sub inserted
{
    my ($sentences, @passage) = @_;
    my $at = 1 + rand_below(@$sentences - 1);
    return [ @$sentences[0 .. $at - 1], @passage, @$sentences[$at .. $#$sentences] ];
}

# Consecutive sentences with at least that many words.
sub passage
{
    my ($sentences, $wanted) = @_;
    my ($last, $n) = ($#$sentences, 0);
    while ($last > 0 && $n < $wanted) { $n += n_words($sentences->[$last--]) }
    my $from = rand_below($last + 1);
    my @taken;
    while ($from < @$sentences && words_in(\@taken) < $wanted) {
        push @taken, $sentences->[$from++];
    }
    return @taken;
}

# That many words from the beginning, ending anywhere.
sub take_words
{
    my ($sentences, $wanted) = @_;
    my @taken;
    for my $sentence (@$sentences) {
        my @words = split ' ', $sentence;
        my $room  = int($wanted) - words_in(\@taken);
        last if $room <= 0;
        push @taken, join ' ', @words > $room ? @words[0 .. $room - 1] : @words;
    }
    return @taken;
}

sub shuffled
{
    my @rest = @{ $_[0] };
    return [ map { splice @rest, rand_below(scalar @rest), 1 } 1 .. @rest ];
}

sub n_words   { my @words = split ' ', $_[0]; return scalar @words }
sub words_in  { my $n = 0; $n += n_words($_) for @{ $_[0] }; return $n }
sub text_of   { return join "\n", @{ $_[0] } }
sub pick      { return $_[rand_below(scalar @_)] }
sub rand_unit { return rand_below(1 << 20) / (1 << 20) }

# Numerical Recipes' 32-bit generator; its low bits are poor.
sub rand_below
{
    my ($n) = @_;
    $state = ($state * 1664525 + 1013904223) & 0xFFFFFFFF;
    return ($state >> 8) % $n;
}

# ---- the prose ---------------------------------------------------------------------

# One document, and an article of another one.
sub two_documents
{
    my $document = pick(@documents);
    my $other    = pick(grep { $_ != $document } @documents);
    return ($document, pick(@{ $other->{articles} }));
}

# The longest document of each name space, if it has three articles or more.
sub documents
{
    my ($top) = @_;
    my %longest;
    find({ no_chdir => 1, wanted => sub {
        return unless /\.(?:pod|pm)$/ && -f;
        my ($space) = $File::Find::name =~ m{^\Q$top\E/([^/.]+)} or return;
        my @paragraphs = prose($_);
        my $size = words_in(\@paragraphs);
        my $best = $longest{$space};
        return if $best && ($best->{size} <=> $size || $File::Find::name cmp $best->{path}) >= 0;
        $longest{$space} = { path => $File::Find::name, size => $size, paragraphs => \@paragraphs };
    } }, $top);
    my @found = map { $longest{$_} } sort keys %longest;
    $_->{articles} = articles($_->{paragraphs}) for @found;
    return grep { @{ $_->{articles} } >= 3 } @found;
}

# Articles of 400 to 700 words, each a list of sentences; no sentence comes twice.
sub articles
{
    my ($paragraphs) = @_;
    my (@articles, %seen, @article);
    for my $paragraph (@$paragraphs) {
        push @article, grep { !$seen{$_}++ } split /(?<=[.!?])\s+(?=["(]?[A-Z])/, $paragraph;
        my $n = words_in(\@article);
        next if $n < 400;
        push @articles, [@article] if $n <= 700 && @article >= 12;
        @article = ();
    }
    return \@articles;
}

# The plain paragraphs of a file's documentation: no headings, items, code.
sub prose
{
    my ($path) = @_;
    open my $in, '<:raw', $path or return;
    local $/ = undef;
    my $text = <$in>;
    my $in_pod = $path =~ /\.pod$/;
    my @prose;
    for my $paragraph (split /\n\s*\n/, $text) {
        if ($paragraph =~ /^=(\w+)/) { $in_pod = $1 ne 'cut'; next }
        next if !$in_pod || $paragraph =~ /^\s/ || $paragraph =~ /[^\x00-\x7F]/;
        1 while $paragraph =~ s/[A-Z]<+ ?([^<>]*?) ?>+/$1/g;
        $paragraph =~ s/\s+/ /g;
        push @prose, $paragraph if n_words($paragraph) >= 15;
    }
    return @prose;
}
