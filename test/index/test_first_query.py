"""
The first query in a fresh process: test_first_query.py path/to/textsim.so

How many pages it reads is what the page cache missed, as the sqlite3 shell counts
it.  A lookup must read few of them, and hardly more of a table that is four times
as large.  A complete scan is there to compare with: it reads most of the database.
Prints TAP.
"""
import os
import random
import re
import shutil
import sqlite3
import subprocess
import sys
import tempfile

SHELL = os.environ.get('SQLITE3', 'sqlite3')
TEXTSIM = os.path.abspath(sys.argv[1])
SIZES = [2000, 8000]
BOUNDS = ['similarity >= 0.7', 'similarity >= 0.5', 'query_in_doc >= 0.8']
SCAN = 'similarity >= 0.1'
# Of 120 words a third of the hashes is looked up, one page each and two above it.
MOST_PAGES = 80


def make(path, n):
    rng = random.Random(n)
    db = sqlite3.connect(path, isolation_level=None)
    db.enable_load_extension(True)
    db.load_extension(TEXTSIM)
    db.execute('BEGIN')
    db.execute('CREATE TABLE docs(id INTEGER PRIMARY KEY, body)')
    db.executemany('INSERT INTO docs(body) VALUES(?)', (
        (' '.join(f'w{rng.randrange(5000)}' for _ in range(120)),) for _ in range(n)))
    db.execute('CREATE TABLE query AS SELECT body FROM docs WHERE id = 700')
    db.execute("CREATE VIRTUAL TABLE t USING textsim(body, content='docs', content_rowid='id')")
    db.execute("INSERT INTO t(t) VALUES('rebuild')")
    db.execute('COMMIT')
    n_pages, = db.execute('PRAGMA page_count').fetchone()
    db.close()
    return n_pages


def pages_read(path, bound):
    """By a new process, for one query; the query must find its document."""
    script = (f".load '{TEXTSIM}'\n.stats on\n"
              f'SELECT count(*) FROM t WHERE t MATCH (SELECT body FROM query) AND {bound};\n')
    shell = subprocess.run([SHELL, '-batch', path], input=script, text=True,
                           capture_output=True, check=True)
    assert shell.stdout.startswith('1\n'), shell.stdout + shell.stderr
    return int(re.search(r'Page cache misses: *(\d+)', shell.stdout).group(1))


def main():
    print(f'1..{len(BOUNDS)}')
    failed = False
    with tempfile.TemporaryDirectory() as directory:
        paths = [os.path.join(directory, f'{n}.db') for n in SIZES]
        n_pages = [make(path, n) for path, n in zip(paths, SIZES)]
        scanned = pages_read(paths[1], SCAN)
        for number, bound in enumerate(BOUNDS, 1):
            small, large = [pages_read(path, bound) for path in paths]
            ok = large <= MOST_PAGES and large <= small * 1.3 and scanned > n_pages[1] / 3
            failed = failed or not ok
            print('ok' if ok else 'not ok', number, f'- {bound}: {small} of {n_pages[0]} '
                  f'pages, {large} of {n_pages[1]}; all: {scanned}')
    sys.exit(failed)


if not hasattr(sqlite3.Connection, 'enable_load_extension'):
    print('1..0 # SKIP this Python cannot load extensions into SQLite')
    sys.exit(0)
if shutil.which(SHELL) is None:
    print('1..0 # SKIP there is no sqlite3 shell')
    sys.exit(0)
main()
