"""Statements of one connection that get in each other's way: test_statements.py path/to/textsim."""
import sqlite3
import sys

if not hasattr(sqlite3.Connection, 'enable_load_extension'):
    print('1..0 # SKIP this Python cannot load extensions into SQLite')
    sys.exit()

RECURSIVE = 33  # SQLITE_RECURSIVE
n_tests = 0
n_failed = 0


def point(name, good):
    global n_tests, n_failed
    n_tests += 1
    n_failed += not good
    print('ok' if good else 'not ok', n_tests, '-', name)


def connect(n=3):
    db = sqlite3.connect(':memory:', isolation_level=None)
    db.enable_load_extension(True)
    db.load_extension(sys.argv[1])
    db.execute('CREATE VIRTUAL TABLE t USING textsim(body, k=1)')
    db.executemany('INSERT INTO t(rowid, body) VALUES(?, ?)',
                   ((i + 1, 'w%d' % (i // 2))  for i in range(n)))
    return db


def all_of(db, sql):
    return db.execute(sql).fetchall()


def write_between():
    """A function in the arguments reads pairs, and then writes."""
    db = connect()
    db.executescript("UPDATE t SET body = 'same'; CREATE TABLE o(i); INSERT INTO o VALUES(1), (2)")

    def write(i):
        all_of(db, "SELECT count(*) FROM textsim_pairs('t')")
        all_of(db, 'DELETE FROM t WHERE rowid = 1')
        return 1
    db.create_function('write', 1, write)
    return all_of(db, "SELECT a, b FROM o CROSS JOIN textsim_pairs('t') WHERE write(i)") == [(2, 3)] * 2


def another_statement(interrupted):
    """One statement waits while another reads, or is stopped (the module is a row ahead)."""
    db = connect(1200)
    db.executescript('CREATE TABLE d AS SELECT rowid AS id FROM t; CREATE TABLE x(k);'
                     'INSERT INTO x SELECT id FROM d WHERE id > 2')
    waiting = db.execute("SELECT d.id, (SELECT count(*) FROM x CROSS JOIN textsim_pairs('t') p "
                         'WHERE x.k = d.id) FROM d')
    first = next(waiting)
    if interrupted:
        db.set_progress_handler(lambda: 1, 50)
    try:
        all_of(db, "SELECT count(*) FROM textsim_pairs('t')")
        stopped = False
    except sqlite3.OperationalError as error:
        stopped = str(error) == 'interrupted'
    db.set_progress_handler(None, 0)
    db.execute('DELETE FROM t WHERE rowid > 100')
    return stopped == interrupted and [first, next(waiting), next(waiting)] == [(1, 0), (2, 0), (3, 50)]


def forbidden_recursion():
    """An authorizer that forbids recursive statements forbids nothing of ours."""
    db = connect()
    expected = all_of(db, "SELECT a, b, similarity FROM textsim_pairs('t', 0.5)")
    db.set_authorizer(lambda action, *_: sqlite3.SQLITE_DENY if action == RECURSIVE else sqlite3.SQLITE_OK)
    return len(expected) > 0 and expected == all_of(db, "SELECT a, b, similarity FROM textsim_pairs('t', 0.5)")


point('a function that writes in the arguments', write_between())
point('another statement reads, and rows are deleted', another_statement(False))
point('another statement is interrupted, and rows are deleted', another_statement(True))
point('recursion is forbidden', forbidden_recursion())
print(f'1..{n_tests}')
sys.exit(1 if n_failed else 0)
