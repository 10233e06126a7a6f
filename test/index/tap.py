"""What the tests of the index have in common."""
import os
import sqlite3
import sys

EXTENSION = os.path.abspath(sys.argv[1])
DEEP = '--deep' in sys.argv


def connect(path=':memory:', **options):
    db = sqlite3.connect(path, isolation_level=None, timeout=60, **options)
    db.enable_load_extension(True)
    db.load_extension(EXTENSION)
    db.execute('PRAGMA synchronous = OFF')
    return db


def archive(n=200):
    """An index of documents two of which are alike each."""
    db = connect()
    db.execute('CREATE TABLE docs(id INTEGER PRIMARY KEY, body)')
    db.executemany('INSERT INTO docs VALUES(?, ?)',
                   ((i, ' '.join(f'{c}{i // 2}' for c in 'abcdefgh')) for i in range(1, n + 1)))
    db.execute('CREATE VIRTUAL TABLE t USING textsim(body, k=1)')
    db.execute('INSERT INTO t(rowid, body) SELECT * FROM docs')
    return db


class Skip(Exception):
    """Why a test cannot be run here."""


def main(tests):
    """Run functions that return their name, or raise; print TAP; exit."""
    if not hasattr(sqlite3.Connection, 'enable_load_extension'):
        print('1..0 # SKIP this Python cannot load extensions into SQLite')
        sys.exit(0)
    failures = 0
    print(f'1..{len(tests)}')
    for number, test in enumerate(tests, 1):
        try:
            print(f'ok {number} - {test()}', flush=True)
        except Skip as reason:
            print(f'ok {number} # SKIP {reason}', flush=True)
        except (AssertionError, sqlite3.Error) as error:
            failures += 1
            at = error.__traceback__
            while at.tb_next:
                at = at.tb_next
            print(f'not ok {number} - line {at.tb_lineno}')
            print(f'# {type(error).__name__} {str(error)[:1000]}', flush=True)
    sys.exit(failures > 0)
