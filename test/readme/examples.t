#!/usr/bin/perl
# The examples of the README are run.
#
# Every block fenced as ```sql is fed to one sqlite3 shell, in order, with the
# extension loaded, on a database that sql/load_seeds.sql has made; dot commands
# work, and what one block creates the next ones find.  If the next thing after
# a block is a block fenced as ```text, that is its output, and must be equal
# but for white space at the ends of lines.  A block without such an output may
# print what it likes, but no error.
#
# Blocks fenced otherwise (```sh, ```c, ```sql no-test) are not run.
use strict;
use warnings;
use File::Temp qw(tempdir);
use Test::More;

plan skip_all => 'no README.md' unless -e 'README.md';
my $shell = $ENV{SQLITE3} // 'sqlite3';
my $dir   = tempdir(CLEANUP => 1);
my @load  = ('-batch', '-cmd', ".load '$ENV{TEXTSIM}'", "$dir/demo.db");
local $ENV{HOME} = '/nonexistent';    # no ~/.sqliterc

my $said = say_to_shell(slurp('sql/load_seeds.sql'));
unlike($said, qr/error/i, 'the seeds load') or diag($said);

my @examples = examples(slurp('README.md'));
ok(scalar @examples, 'the README has examples');

# One session; a line that cannot occur otherwise tells the outputs apart.
my $mark   = '=====8<=====';
my $script = join '', map { "$_->{sql}\n.print $mark\n" } @examples;
my @outputs = split /^\Q$mark\E\n/m, say_to_shell($script), -1;
is($#outputs, scalar @examples, 'every example comes to its end');

for my $i (0 .. $#examples) {
    my $example = $examples[$i];
    my $name    = "README.md line $example->{line}";
    my $output  = tidy($outputs[$i] // '');
    if (defined $example->{output}) {
        is($output, tidy($example->{output}), $name);
    } else {
        unlike($output, qr/error/i, "$name (without output)");
    }
}
done_testing;

sub examples
{
    my ($text) = @_;
    my @found;
    while ($text =~ /^```sql[ \t]*\n(.*?)^```[ \t]*\n(?:\s*^```text[ \t]*\n(.*?)^```[ \t]*$)?/msg) {
        my $line = 1 + (substr($text, 0, $-[1]) =~ tr/\n//);
        push @found, {sql => $1, output => $2, line => $line};
    }
    return @found;
}

sub say_to_shell
{
    my ($input) = @_;
    open my $file, '>', "$dir/input.sql" or die "$dir: $!\n";
    print $file $input;
    close $file;
    my $pid = open my $out, '-|';
    die "fork: $!\n" unless defined $pid;
    if (!$pid) {
        alarm 300;    # outlives exec: a hang is a failure
        open STDIN, '<', "$dir/input.sql" or die "$!\n";
        open STDERR, '>&', \*STDOUT;
        exec $shell, @load or die "$shell: $!\n";
    }
    local $/;
    return <$out> // '';
}

sub tidy
{
    my ($text) = @_;
    $text =~ s/[ \t]+$//mg;
    $text =~ s/^(?:Runtime error|Parse error|Error):? near line \d+: (.*?)(?: \(\d+\))?$/Error: $1/mg;
    return $text;
}

sub slurp
{
    open my $in, '<', $_[0] or die "$_[0]: $!\n";
    local $/;
    return <$in>;
}
