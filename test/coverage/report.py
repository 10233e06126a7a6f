"""
What the tests did not run: report.py BUILD [--missing]

Reads the counters that a build with --coverage left under BUILD, and prints for
each file of ext/ how many of its lines and branches were run.  Functions that are
compiled several times (the kernels, inline functions of headers) count once: run
is what is run in any.  --missing lists each line and branch that was not.  Lines
marked as unreachable are left out and counted apart.  gcov counts the branches.  Fails
below 100 % of the lines or 95 % of the branches, or if more than 1 % are marked.
"""
import collections
import glob
import json
import os
import subprocess
import sys

from marks import excused

build = sys.argv[1]
top = os.getcwd()
Found = collections.namedtuple('Found', 'lines branches')
files = collections.defaultdict(lambda: Found(collections.Counter(), collections.Counter()))


def percent(part, whole):
    return 100 * part / whole if whole else 100.0


for counters in sorted(glob.glob(f'{build}/ext/**/*.gcda', recursive=True)):
    said = subprocess.run(['gcov', '--branch-probabilities', '--stdout', '--json-format', counters],
                          capture_output=True, check=True).stdout
    for document in filter(None, said.splitlines()):
        for file in json.loads(document)['files']:
            name = os.path.relpath(os.path.join(top, file['file']), top)
            if not name.startswith('ext/'):
                continue
            for line in file['lines']:
                number = line['line_number']
                files[name].lines[number] += line['count']
                for i, branch in enumerate(line['branches']):
                    files[name].branches[number, i] += branch['count']

total = collections.Counter()
for name, found in sorted(files.items()):
    n_marks, out = excused(name)
    total['marks'] += n_marks
    total['unreachable'] += sum(n in out for n, _ in found.branches)
    lines = {n: count for n, count in found.lines.items() if n not in out}
    branches = {n: count for n, count in found.branches.items() if n[0] not in out}
    lines_run = sum(map(bool, lines.values()))
    branches_run = sum(map(bool, branches.values()))
    total.update(lines=len(lines), branches=len(branches), lines_run=lines_run, branches_run=branches_run)
    print(f'{name:36} {percent(lines_run, len(lines)):6.1f} % of {len(lines):4} lines,'
          f' {percent(branches_run, len(branches)):6.1f} % of {len(branches):4} branches')
    if '--missing' in sys.argv:
        text = open(name, encoding='utf-8').read().splitlines()
        branch_lines = collections.Counter(n for (n, _), count in branches.items() if not count)
        for n in sorted(set(branch_lines) | {n for n, count in lines.items() if not count}):
            what = f'{branch_lines[n]} branches' if lines.get(n) else 'not run'
            print(f'    {n:5} {what:10}  {text[n - 1].strip()}')
print(f"all of ext: {percent(total['lines_run'], total['lines']):.2f} % of {total['lines']} lines,"
      f" {percent(total['branches_run'], total['branches']):.2f} % of {total['branches']} branches;"
      f" {total['marks']} marks leave out {total['unreachable']} branches as unreachable")
sys.exit(total['lines_run'] < total['lines'] or total['branches_run'] < 0.95 * total['branches'] or
         total['unreachable'] > 0.01 * total['branches'])
