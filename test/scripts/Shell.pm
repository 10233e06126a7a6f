# The sqlite3 shell, as the tests of sql/ run it.
package Shell;
use strict;
use warnings;
use Exporter qw(import);
use File::Temp qw(tempdir);

our @EXPORT = qw(shell script slurp spew scratch);

my $scratch = tempdir(CLEANUP => 1);
my $nobody  = 65534;
$ENV{HOME} = '/nonexistent';    # no ~/.sqliterc
$ENV{TEXTSIM} //= './textsim';
$ENV{SQLITE3} //= 'sqlite3';

# A folder that is gone when the test is.
sub scratch { return $scratch }

# Run the shell's commands on a database, as arguments, each a line.  Returns what
# was said, errors included, and the exit status.  Options first, in a hash:
# stdin, a file; extension, true to load it; humble, true to have none of root's rights.
sub shell
{
    my $option = ref $_[0] ? shift : {};
    my ($database, @commands) = @_;
    my @extension = $option->{extension} ? ('-cmd', ".load '$ENV{TEXTSIM}'") : ();
    my $stdin     = $option->{stdin} // '/dev/null';
    my $pid       = open(my $out, '-|') // die "fork: $!\n";
    if (!$pid) {
        alarm 300;              # outlives exec: a hang is a failure
        open STDIN, '<', $stdin or die "$stdin: $!\n";
        open STDERR, '>&', \*STDOUT;
        if ($option->{humble} && $> == 0) { $) = "$nobody $nobody"; $( = $nobody; $< = $> = $nobody }
        exec $ENV{SQLITE3}, '-batch', @extension, $database, @commands;
        die "$!\n";
    }
    local $/ = undef;
    my $said = <$out> // '';
    close $out;
    return wantarray ? ($said, $? >> 8) : $said;
}

# The command that runs a script of sql/.
sub script { return ".read sql/$_[0].sql" }

sub slurp
{
    my ($path) = @_;
    open my $in, '<:raw', $path or die "$path: $!\n";
    local $/ = undef;
    return <$in>;
}

sub spew
{
    my ($path, $bytes) = @_;
    open my $out, '>:raw', $path or die "$path: $!\n";
    print {$out} $bytes;
    close $out or die "$path: $!\n";
    return $path;
}

1;
