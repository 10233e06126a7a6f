#!/usr/bin/perl
# Writes unicode_data.inc: what the text rules need to know of every code point.
#
#     perl ext/core/unicode_generate.pl > ext/core/unicode_data.inc
#
# The data are those of Unicode 14.0, which perl 5.36 carries; another perl is
# refused.  The result is kept in the project, so that building needs no perl
# and every system has the same text rules.  unicode.h explains the records.
use strict;
use warnings;
use Unicode::UCD qw(prop_invmap prop_invlist);
use Encode ();
use Unicode::Normalize qw(NFD NFC NFKC);

my $version = Unicode::UCD::UnicodeVersion();
die "Unicode 14.0.0 is needed, this perl has $version\n" if $version ne '14.0.0';

my $LAST = 0x10FFFF;
my %CLASS = (SEPARATOR => 0, LETTER => 1, DIGIT => 2, NUMBER => 3, MARK => 4,
             NOSPACE => 5, JOINER => 6, COMMA => 7);
# The first three share a bit, as a letter, a mark and a separator.
my %FLAG = (ALPHABET => 0x08, DROPPABLE => 0x08, UNASSIGNED => 0x08, EXPANDS => 0x10,
            COMBINES => 0x20, DIACRITIC => 0x40, IGNORED => 0x80);
my $BLOCK = 64;

# A property as an array by code point.
sub by_code_point {
    my ($property) = @_;
    my ($list, $map, $format, $default) = prop_invmap($property);
    my @value;
    for my $i (0 .. $#$list) {
        my $end = $i < $#$list ? $list->[$i + 1] - 1 : $LAST;
        last if $list->[$i] > $LAST;
        $value[$_] = $map->[$i] for $list->[$i] .. $end;
    }
    return \@value;
}

my $category = by_code_point('General_Category');
my $ignorable = by_code_point('Default_Ignorable_Code_Point');
my $ccc = by_code_point('Canonical_Combining_Class');
my $quick_check = by_code_point('NFC_Quick_Check');
my $scripts = by_code_point('Script_Extensions');
my $script = by_code_point('Script');

# toNFKC_Casefold of single code points: folded, ignorables dropped, composed.
my ($cf_list, $cf_map, undef, undef) = prop_invmap('NFKC_Casefold');
my @casefold;
for my $i (0 .. $#$cf_list) {
    my $end = $i < $#$cf_list ? $cf_list->[$i + 1] - 1 : $LAST;
    for my $c ($cf_list->[$i] .. ($end < $LAST ? $end : $LAST)) {
        my $m = $cf_map->[$i];
        $casefold[$c] =
            ref $m ? $m
          : $m eq '' ? []
          : $m == 0 ? [$c]
          : [$m + $c - $cf_list->[$i]];
    }
}

sub surrogate { return $_[0] >= 0xD800 && $_[0] <= 0xDFFF }

sub keep {
    my ($c) = @_;
    return [] if $ignorable->[$c] eq 'Y';
    return [$c] if surrogate($c) || $category->[$c] eq 'Cn';
    return [grep { $ignorable->[$_] ne 'Y' } map { ord } split //, NFKC(chr $c)];
}

sub class {
    my ($c) = @_;
    my $g = $category->[$c];
    return 'JOINER' if $c == 0x27 || $c == 0x2E || $c == 0x2018 || $c == 0x2019 || $c == 0x2BC;
    return 'COMMA' if $c == 0x2C;
    return 'MARK' if $g =~ /^M/;
    return 'DIGIT' if $g eq 'Nd';
    return 'NUMBER' if $g =~ /^N/;
    return 'SEPARATOR' if $g !~ /^L/;
    my $s = ref $scripts->[$c] ? join(' ', @{$scripts->[$c]}) : $scripts->[$c];
    return 'NOSPACE' if $s =~ /\b(?:Han|Hiragana|Katakana|Thai|Lao|Khmer|Myanmar)\b/;
    return 'LETTER';
}

# What one code point becomes: (distance to the target, class and flags).
sub record {
    my ($c, $target) = @_;
    return (0, $FLAG{IGNORED}) if !@$target;
    return (0, $FLAG{UNASSIGNED}) if $category->[$c] eq 'Cn' || surrogate($c);
    my $first = $target->[0];
    my $info = 0;
    $info |= $FLAG{COMBINES} if $ccc->[$first] ne '0' || $quick_check->[$first] ne 'Y';
    if (@$target > 1) {
        # What expands to no part of a word (an ellipsis: three full stops, none
        # of which is alone) only separates.
        my $words = grep { class($_) !~ /^(?:SEPARATOR|JOINER|COMMA)$/ } @$target;
        return (0, $info | $CLASS{SEPARATOR}) if !$words && !$info;
        return (0, $info | $FLAG{EXPANDS} | $CLASS{class($c)});
    }
    if ($category->[$first] =~ /^L/ && $script->[$first] =~ /^(?:Latin|Greek|Cyrillic)$/) {
        $info |= $FLAG{ALPHABET};
        $info |= $FLAG{DIACRITIC} if NFD(chr $first) =~ /\pM/;
    }
    $info |= $FLAG{DROPPABLE} if $category->[$first] =~ /^M/
      && $script->[$first] =~ /^(?:Inherited|Common|Latin|Greek|Cyrillic)$/;
    return ($first - $c, $info | $CLASS{class($first)});
}

# The forms of the generated file must agree with Unicode's own short names.
$_ = $_ eq 'Yes' ? 'Y' : $_ eq 'No' ? 'N' : $_ for @$ignorable, @$quick_check;

my (%record_number, @records, %block_number, @blocks, @block_of);
for my $start (map { $_ * $BLOCK } 0 .. int($LAST / $BLOCK)) {
    my @block;
    for my $c ($start .. $start + $BLOCK - 1) {
        my $unassigned = $category->[$c] eq 'Cn';
        my $fold = $unassigned && $ignorable->[$c] ne 'Y' ? [$c] : $casefold[$c];
        my ($fold_delta, $fold_info) = record($c, $fold);
        my ($keep_delta, $keep_info) = record($c, keep($c));
        my $key = "$fold_delta, $keep_delta, $fold_info, $keep_info";
        $record_number{$key} //= push(@records, $key) - 1;
        push @block, $record_number{$key};
    }
    my $key = join ',', @block;
    $block_number{$key} //= push(@blocks, $key) - 1;
    push @block_of, $block_number{$key};
}
die "too many blocks\n" if @blocks > 0xFFFF || @records > 0xFFFF;

# Rows of 4096 code points: the class of the last 64, if they stay as they are and
# are alike; and the second byte in UTF-8 from which on all the row is so.
my (@row_class, @row_from);
for my $row (0 .. 15) {
    my $alike;
    my $from = 0xC0;
    for my $page (reverse 0 .. 63) {
        my %seen = map { $_ => 1 } split /,/, $blocks[$block_of[$row * 64 + $page]];
        my ($number) = keys %seen;
        my ($fold, $keep, $info, $keep_info) = split /, /, $records[$number];
        last if keys %seen > 1 || $fold || $keep || $info != $keep_info || ($info & ~15) || !$info;
        $alike //= $number;
        last if $number != $alike;
        $from = 0x80 + $page;
    }
    push @row_from, $from;
    push @row_class, defined $alike ? (split /, /, $records[$alike])[2] & 7 : 0;
}

# Kana, U+3040 to U+30FF, which is E3 81 to E3 83 and a third byte, are no-space
# letters that stay as they are, but for a few.  Those few as sets of low halves
# by high half of the third byte, one bit for each second byte and high half.
my ($low, $high, $second) = ([(0) x 16], [(0) x 16], [(0) x 16]);
my $bit = 1;
for my $group (0x304 .. 0x30F) {
    my @others = grep {
        my $block = $blocks[$block_of[($group * 16 + $_) / $BLOCK]];
        my $record = $records[(split /,/, $block)[($group * 16 + $_) % $BLOCK]];
        $record ne "0, 0, $CLASS{NOSPACE}, $CLASS{NOSPACE}";
    } 0 .. 15;
    next if !@others;
    die "too many kinds of kana\n" if $bit > 128;
    my @utf8 = unpack 'C*', Encode::encode('UTF-8', chr($group * 16));
    $low->[$_] |= $bit for @others;
    $high->[$utf8[2] >> 4] |= $bit;
    $second->[$utf8[1] & 15] |= $bit;
    $bit *= 2;
}

sub rows {
    my ($per_row, @items) = @_;
    my $out = '';
    while (my @row = splice @items, 0, $per_row) {
        $out .= '    ' . join(', ', @row) . ",\n";
    }
    return $out;
}

print "/* Generated by unicode_generate.pl from Unicode $version; do not edit. */\n\n";
print "const ts_unicode_record ts_unicode_records[] = {\n",
  rows(4, map { my ($f, $k, $fi, $ki) = split /, /; "{{$f, $k}, {$fi, $ki}}" } @records), "};\n\n";
print "const uint8_t ts_unicode_row_class[16] = {\n", rows(16, @row_class), "};\n\n";
print "const uint8_t ts_unicode_row_from[16] = {\n", rows(16, @row_from), "};\n\n";
print "const uint8_t ts_unicode_kana_others[3][16] = {\n",
  map({ "    {" . join(', ', @$_) . "},\n" } $second, $high, $low), "};\n\n";
print "const uint16_t ts_unicode_block_of[] = {\n", rows(24, @block_of), "};\n\n";
print "const uint16_t ts_unicode_record_of[] = {\n", rows(64, map { split /,/ } @blocks), "};\n";
