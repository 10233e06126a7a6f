"""
Do the tests notice errors?  run.py [--mutants=N] [--seed=N] [--jobs=N] TEST...

Makes N mutants of ext/, each with one small error (DeMillo, Lipton, Sayward 1978), in
copies of the tree under $BUILD/mutants, and runs the tests on each until one fails.
What compiles to the same machine code is no mutant (Papadakis et al. 2015), nor is
what does not compile, or a line that is marked as unreachable.  Which ones the seed
draws: two of every file, then of all files, by their length.  The tests that take long
are run at the end, on those that the others did not notice.

Each answer is appended to $BUILD/mutants/answers-SEED.tsv, and a run that was stopped
goes on from there.  At the end: how many were noticed, and each that was not, with the
reason that test/mutants/survivors.txt gives.  What is equivalent there cannot be noticed.
"""
import argparse
import collections
import concurrent.futures
import functools
import glob
import hashlib
import os
import queue
import re
import resource
import shutil
import signal
import subprocess
import sys
import threading
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), '../coverage'))
from marks import excused  # pylint: disable=wrong-import-position

PER_FILE = 2            # at least so many mutants of a file
PER_LINE = 3            # at most, where they are drawn by length: tables are one thing
MEMORY = 8 << 30        # bytes of address space: an error can ask for all there is
FILE_SIZE = 2 << 30     # bytes of a file likewise
PATIENCE = 10           # a test that takes so many times as long hangs
LONG = 2.0              # seconds that a test takes that is run at the end
NOT_YET, NONE = 'not yet', 'none'

Mutant = collections.namedtuple('Mutant', 'file line start end new')

# What stands in the place of what: each is an error that programmers make.
OPERATORS = {
    '<': '<= >', '<=': '< >', '>': '>= <', '>=': '> <', '==': '!=', '!=': '==',
    '&&': '||', '||': '&&', '+': '-', '-': '+', '*': '/', '/': '*', '%': '/',
    '<<': '>>', '>>': '<<', '&': '|', '|': '&', '^': '|',
    '+=': '-= =', '-=': '+= =', '|=': '= &=', '&=': '= |=',
}
NOT_CODE = re.compile(r'/\*.*?\*/|//[^\n]*|"(?:\\.|[^"\\])*"|\'(?:\\.|[^\'\\])*\'|^[ \t]*#(?:\\\n|[^\n])*',
                      re.M | re.S)
OPERATOR = re.compile(r'(?<= )(?:' + '|'.join(map(re.escape, sorted(OPERATORS, key=len, reverse=True))) + r')(?= )')
STEP = re.compile(r'\+\+|--')
NOT = re.compile(r'![\w(]')
NUMBER = re.compile(r'(?<![\w.])(0[xX][0-9a-fA-F]+|[0-9]+)([uUlL]*)(?![\w.])')
ARRAY = re.compile(r'^[ \t]*(?!return\b|case\b|else\b)(?:\w+ )+\**\w+(?:\[[^\]\n]*\])+(?=[;,]| = \{)', re.M)
CONDITION = re.compile(r'\b(?:if|while) \(')
JUMP = re.compile(r'\b(?:break|continue);')
RETURN = re.compile(r'\breturn (?!0;|NULL;|false;)([^;{}]+);')
STATEMENT = re.compile(r'(?<=[;{}:)])\s*\n\s+((?!(?:return|if|for|while|else|do|case|break|continue|goto)\b)'
                       r'(?!(?:\w+ )+\**\w+(?: =|[;(\[,]))[A-Za-z_*(][^;{}]*;)(?=\s*\n)')


def mutants_of(name):
    """All that can be made of a file."""
    text = text_of(name)
    code = NOT_CODE.sub(lambda match: re.sub(r'[^\n]', ' ', match.group()), text)
    out = excused(name)[1]
    found = []

    def add(start, end, *instead):
        line = code.count('\n', 0, start) + 1
        if line not in out:
            found.extend(Mutant(name, line, start, end, new) for new in instead)

    for match in OPERATOR.finditer(code):
        add(*match.span(), *OPERATORS[match.group()].split())
    for match in STEP.finditer(code):
        add(*match.span(), '--' if match.group() == '++' else '++')
    for match in NOT.finditer(code):
        add(match.start(), match.start() + 1, '')
    arrays = [range(*match.span()) for match in ARRAY.finditer(code)]
    for match in NUMBER.finditer(code):
        value = int(match.group(1), 0) if match.group(1)[:2].lower() == '0x' else int(match.group(1))
        # An array with room for one more is no error.
        more = [] if any(match.start() in array for array in arrays) else [value + 1]
        add(*match.span(), *(f'{near}{match.group(2)}' for near in (*more, value - 1) if near >= 0))
    for match in CONDITION.finditer(code):
        add(match.end(), match.end(), '0 && ', '1 || ')
    for match in JUMP.finditer(code):
        add(*match.span(), ';')
    for match in RETURN.finditer(code):
        add(*match.span(1), '0')
    for match in STATEMENT.finditer(code):
        add(*match.span(1), ';')
    return found if '{' in code else []     # a header of nothing but declarations


def drawn(seed):
    """
    The mutants of each file, and of all files, in the order in which to try them: one
    that a change elsewhere leaves as it is.
    """
    def order(mutant):
        return hashlib.sha256(f'{seed} {mutant.file}:: {change(mutant)}'.encode()).digest()

    files = sorted(name for name in glob.glob('ext/*/*') if name.endswith(('.c', '.h', '.inc'))
                   and not name.endswith('_data.inc'))
    by_file, of_all = [], []
    for name in files:
        mutants = sorted(mutants_of(name), key=order)
        by_file.append(mutants)
        lines = collections.Counter()
        for mutant in mutants:
            lines[mutant.line] += 1
            if lines[mutant.line] <= PER_LINE:
                of_all.append(mutant)
    return by_file, sorted(of_all, key=order)


class Tree:
    """A copy of the tree, to be built and tested with errors in it."""

    def __init__(self, path, tests):
        self.path, self.tests, self.took = path, tests, {}
        shutil.rmtree(path, ignore_errors=True)
        tracked = subprocess.run(['git', 'ls-files', '-z'], capture_output=True, check=True).stdout
        for name in tracked.decode().rstrip('\0').split('\0'):
            if os.path.isfile(name):
                os.makedirs(os.path.join(path, os.path.dirname(name)), exist_ok=True)
                shutil.copy2(name, os.path.join(path, name))

    def run(self, command, limit):
        """Whether it ended well, in time."""
        def bounds():
            resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
            resource.setrlimit(resource.RLIMIT_FSIZE, (FILE_SIZE, FILE_SIZE))
        environment = {name: value for name, value in os.environ.items()
                       if name not in ('MAKEFLAGS', 'MAKELEVEL', 'MFLAGS', 'TEXTSIM')}
        environment['BUILD'] = 'build'
        with subprocess.Popen(command, cwd=self.path, env=environment, start_new_session=True, preexec_fn=bounds,
                              stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as child:
            try:
                return child.wait(limit) == 0
            except subprocess.TimeoutExpired:
                return False
            finally:
                try:
                    os.killpg(child.pid, signal.SIGKILL)
                except ProcessLookupError:
                    pass

    def build(self):
        return self.run(['make', 'all', 'test-programs', 'BUILD=build', 'OUT=textsim.so'], 600)

    def code(self):
        """What it compiles to."""
        digest = hashlib.sha256()
        for name in sorted(glob.glob(f'{self.path}/build/ext/*/*.o')):
            with open(name, 'rb') as file:
                digest.update(file.read())
        return digest.digest()

    def learn(self, other):
        """Build and test it without an error: how long does each test take?"""
        if not self.build():
            raise SystemExit('mutants: the build fails without any')
        self.sound = self.code()
        if other is not None:
            self.took = other.took
            return
        for test in self.tests:
            begun = time.monotonic()
            if not self.run(['test/run', '--jobs', '1', test], 600):
                raise SystemExit(f'mutants: {test} fails without any')
            self.took[test] = time.monotonic() - begun
        print('seconds:', ', '.join(f'{took:.1f} {test}' for test, took in self.took.items()), flush=True)

    def ask(self, mutant, is_end):
        """Which test notices it, if any; or why it is no mutant."""
        path = os.path.join(self.path, mutant.file)
        text = text_of(mutant.file)
        try:
            with open(path, 'w', encoding='utf-8') as file:
                file.write(text[:mutant.start] + mutant.new + text[mutant.end:])
            if not self.build():
                return 'does not compile'
            if self.code() == self.sound:
                return 'same code'
            for test in sorted(self.tests, key=self.took.get):
                if (self.took[test] > LONG) == is_end and \
                        not self.run(['test/run', '--jobs', '1', test], 20 + PATIENCE * self.took[test]):
                    return test
            return NONE if is_end else NOT_YET
        finally:
            with open(path, 'w', encoding='utf-8') as file:
                file.write(text)


@functools.lru_cache(None)
def text_of(name):
    with open(name, encoding='utf-8') as file:
        return file.read()


def change(mutant):
    """Its line, with what was in it and what is."""
    text = text_of(mutant.file)
    old = ' '.join(text[mutant.start:mutant.end].split())
    end = text.find('\n', mutant.end)
    begin = text.rfind('\n', 0, mutant.start) + 1
    return ' '.join((text[begin:mutant.start] + '[' + old + ' => ' + mutant.new + ']' + text[mutant.end:end]).split())


def shown(mutant):
    return f'{mutant.file}:{mutant.line}: {change(mutant)}'


def explained():
    """The reason for each survivor, as known: that of the line with a '#' before it."""
    reasons, reason = {}, ''
    with open(os.path.join(os.path.dirname(os.path.abspath(__file__)), 'survivors.txt'), encoding='utf-8') as file:
        for line in file.read().splitlines():
            if line.startswith('#'):
                reason = line.lstrip('# ')
            elif line:
                reasons[line] = reason
    return reasons


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument('--mutants', type=int, default=300)
    parser.add_argument('--seed', type=int, default=1)
    parser.add_argument('--jobs', type=int, default=1)
    parser.add_argument('tests', nargs='+')
    options = parser.parse_args()

    folder = os.path.join(os.environ.get('BUILD', 'build'), 'mutants')
    os.makedirs(folder, exist_ok=True)
    kept = os.path.join(folder, f'answers-{options.seed}.tsv')
    answers = {}
    if os.path.exists(kept):
        with open(kept, encoding='utf-8') as file:
            answers = dict(reversed(line.rstrip('\n').split('\t', 1)) for line in file)

    files, rest = drawn(options.seed)
    trees, lock = queue.Queue(), threading.Lock()

    def answer(mutant, is_end=False):
        name = shown(mutant)
        if name not in answers or (is_end and answers[name] == NOT_YET):
            tree = trees.get()
            try:
                said = tree.ask(mutant, is_end)
            finally:
                trees.put(tree)
            with lock:
                answers[name] = said
                with open(kept, 'a', encoding='utf-8') as file:
                    file.write(f'{said}\t{name}\n')
                print(f'{said:40} {name}', flush=True)
        return answers[name] not in ('does not compile', 'same code')

    def answered(mutants, wanted):
        """The first of them that are mutants."""
        good = []
        for mutant in mutants:
            if len(good) == wanted:
                break
            if answer(mutant):
                good.append(mutant)
        return good

    tree = None
    for i in range(options.jobs):
        first, tree = tree, Tree(os.path.join(folder, f'tree{i}'), options.tests)
        tree.learn(first)
        trees.put(tree)
    with concurrent.futures.ThreadPoolExecutor(options.jobs) as pool:
        made = [mutant for found in pool.map(lambda mutants: answered(mutants, PER_FILE), files) for mutant in found]
        others = iter([mutant for mutant in rest if mutant not in set(made)])

        def more():
            with lock:
                return next(others, None)

        def work():
            while True:
                with lock:
                    if len(made) >= options.mutants:
                        return
                mutant = more()
                if mutant is None:
                    return
                if answer(mutant):
                    with lock:
                        made.append(mutant)
        for done in [pool.submit(work) for _ in range(options.jobs)]:
            done.result()
        list(pool.map(lambda mutant: answer(mutant, True), made))

    missed, reasons = collections.defaultdict(list), explained()
    for mutant in sorted(made):
        if answers[shown(mutant)] == NONE:
            name = f'{mutant.file}: {change(mutant)}'
            missed[reasons.get(name, 'not explained')].append(name)
    n_missed = sum(map(len, missed.values()))
    n_equivalent = sum(len(found) for reason, found in missed.items() if reason.startswith('equivalent'))
    n_noticed, n_others = len(made) - n_missed, len(made) - n_equivalent
    print(f'\n{len(made)} mutants in {len({mutant.file for mutant in made})} files, {n_noticed} noticed'
          f' ({100 * n_noticed / len(made):.1f} %; {100 * n_noticed / n_others:.1f} % of those that are not'
          f' equivalent).  Not noticed, and why:')
    for reason, found in sorted(missed.items()):
        print(f'\n# {reason}', *found, sep='\n')


main()
