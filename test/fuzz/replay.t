# The fuzzers find nothing in what they start from, nor in what they once found.
use strict;
use warnings;
use Test::More;

my @fuzzers = map { m{(fuzz_\w+)\.c$} } sort glob 'test/fuzz/fuzz_*.c';
for my $fuzzer (@fuzzers) {
    my ($name) = $fuzzer =~ /fuzz_(\w+)/;
    my @inputs = grep { -e } "test/fuzz/corpus_$name",
        $name eq 'sql' ? glob('test/sql/*.sql') : ('test/fuzz/corpus_text', 'seeds');
    my @said = qx($ENV{BUILD}/test/fuzz/${fuzzer}_replay @inputs 2>&1);
    chomp(my $end = $said[-1] // "nothing");
    is($?, 0, "$fuzzer: $end")
        or diag(@said > 5 ? @said[-5 .. -1] : @said);
}
done_testing();
