"""
Writes that fail in the middle: test_half.py path/to/textsim.so [--deep]

In a transaction, SQLite by itself takes back nothing of a statement on one row of a
virtual table.  Whatever ends a write, here an authorizer that forbids one shadow
table, limits, a reader of a shared cache, bad content: afterwards there is all of it,
or nothing; or where nothing can be taken back, nothing of the transaction.  Prints TAP.
"""
import sqlite3

from tap import DEEP, connect, main

MODES = {'stored': 'body, note UNINDEXED, k=1', 'external': 'body, note UNINDEXED, content=docs, k=1',
         'bare': "body, content='', k=1"}
TEXTS = {i: f'a{i % 3} b{i % 5} c{i}' for i in range(1, 9)}
LONG = ' '.join(f'w{i}' for i in range(300))
SHADOWS = ('docs', 'numbers', 'tail', 'dead', 'recent', 'middle', 'postings', 'config', 'content', 'sets', 'packs', 'sums')


def fill(db, mode):
    db.execute('CREATE TABLE docs(rowid INTEGER PRIMARY KEY, body, note)')
    db.execute('CREATE TABLE other(x)')
    db.executemany('INSERT INTO docs(rowid, body) VALUES(?, ?)', TEXTS.items())
    db.execute(f'CREATE VIRTUAL TABLE t USING textsim({MODES[mode]})')
    db.executemany('INSERT INTO t(rowid, body) VALUES(?, ?)', TEXTS.items())


# On one row each; those that change a row of external content change the content before.
OPERATIONS = {
    'insert': ('INSERT INTO docs(rowid, body) VALUES(20, ?1)', 'INSERT INTO t(rowid, body) VALUES(20, ?1)'),
    'update': ('UPDATE docs SET body = ?1 WHERE rowid = 3', 'UPDATE t SET body = ?1 WHERE rowid = 3'),
    'rowid': (None, 'UPDATE t SET rowid = 30, body = ?1 WHERE rowid = 3'),
    'replace': ('UPDATE docs SET body = ?1 WHERE rowid = 2', 'REPLACE INTO t(rowid, body) VALUES(2, ?1)'),
    'delete': ('DELETE FROM docs WHERE rowid = 4 AND ?1 <> 0', 'DELETE FROM t WHERE rowid = 4 AND ?1 <> 0'),
    'rebuild': (None, "INSERT INTO t(t) SELECT 'rebuild' WHERE ?1 <> 0"),
    'optimize': (None, "INSERT INTO t(t) SELECT 'optimize' WHERE ?1 <> 0"),
    'delete-all': (None, "INSERT INTO t(t) VALUES('delete-all')"),
}


def state(db):
    """All that can be asked."""
    return [db.execute(sql).fetchall() for sql in (
        'SELECT * FROM docs ORDER BY rowid', 'SELECT * FROM other', 'SELECT rowid, * FROM t ORDER BY rowid',
        'SELECT id, sum FROM t_docs ORDER BY id',
        "SELECT rowid, similarity FROM t WHERE t MATCH 'a1 b2 c7' ORDER BY rowid",
        "SELECT rowid FROM t WHERE t MATCH 'a1 b2 c7' AND doc_in_query > 0.3 ORDER BY rowid",
        "SELECT * FROM textsim_pairs('t', 0.5) ORDER BY a, b")]


def is_sound(db):
    try:
        db.execute("INSERT INTO t(t) VALUES('integrity-check')")
    except sqlite3.DatabaseError as error:
        print('#', error)
        return False
    return True


def attempt(db, mode, name, forbid, allow, text):
    """Whether the operation failed, after which all is as it was, or done."""
    content, sql = OPERATIONS[name]
    n_values = sql.count('?1')
    before = state(db)
    db.execute('BEGIN')
    db.execute("INSERT INTO other VALUES('in the transaction')")
    if content is not None and mode == 'external':
        db.execute(content, (text,))
    begun = None if content is not None and mode == 'external' else state(db)
    forbid(db)
    failed = None
    try:
        db.execute(sql, (text,) if n_values else ())
    except sqlite3.Error as error:
        failed = str(error)
    allow(db)
    if failed is None:
        assert is_sound(db), (mode, name)
        db.execute('ROLLBACK')
        assert state(db) == before, (mode, name)
        return False
    if db.in_transaction:
        # It had not begun: a content that was changed before is the application's.
        assert begun is None or state(db) == begun, (mode, name, failed)
        assert begun is None or is_sound(db), (mode, name, failed)
        db.execute('ROLLBACK')
    else:
        assert 'half done' in failed, (mode, name, failed)
    assert state(db) == before, (mode, name, failed)
    assert is_sound(db), (mode, name, failed)
    return True


def cases():
    # Of external content, which has changed already, there is no row to UPDATE; and all stays.
    return [(mode, name) for mode in MODES for name in OPERATIONS
            if mode != 'external' or name not in ('rowid', 'delete-all')]


def tried(mode, name, *limits, text='a1 b2 c9'):
    """Whether it fails with one of them: a function that sets it, and one that takes it back."""
    db = connect()
    fill(db, mode)
    failed = attempt(db, mode, name, *limits, text)
    db.close()
    return failed


def denying(*actions):
    """An authorizer that forbids them: (action, table)."""
    def forbid(db):
        db.set_authorizer(lambda did, what, *_: sqlite3.SQLITE_DENY if (did, what) in actions else sqlite3.SQLITE_OK)
    return forbid, lambda db: db.set_authorizer(None)


def limiting(category, value):
    return lambda db: db.setlimit(category, value), lambda db: db.setlimit(category, 100000)


def counted(failed, least, what):
    assert sum(failed) > len(failed) * least, (sum(failed), len(failed))
    return f'{sum(failed)} of {len(failed)} {what}'


def test_authorizer():
    """One action on one shadow table is forbidden."""
    failed = [tried(mode, name, *denying((action, f't_{table}'))) for mode, name in cases() for table in SHADOWS
              for action in (sqlite3.SQLITE_INSERT, sqlite3.SQLITE_DELETE, sqlite3.SQLITE_READ, sqlite3.SQLITE_UPDATE)
              if DEEP or (len(table) + action + len(mode) + len(name)) % 3 == 0]
    return counted(failed, 0.1, 'writes that an authorizer ended')


def test_no_journal():
    """INSERTs into the index are forbidden, too, one of which has the journal: the transaction goes."""
    failed = [tried(mode, name, *denying((sqlite3.SQLITE_INSERT, 't'), (sqlite3.SQLITE_INSERT, f't_{table}'),
                                         (sqlite3.SQLITE_DELETE, f't_{table}')))
              for mode, name in cases() if name in ('update', 'rowid', 'delete') for table in SHADOWS]
    return counted(failed, 0.2, 'writes without a journal')


def test_limits():
    """SQLite takes no value of that length, or no statement of so many parameters."""
    limits = [(sqlite3.SQLITE_LIMIT_LENGTH, value) for value in (300, 500, 900, 1500, 2500, 4000)]
    limits += [(sqlite3.SQLITE_LIMIT_VARIABLE_NUMBER, value) for value in (1, 2, 3)]
    failed = [tried(mode, name, *limiting(category, value), text=LONG[:min(value, 2000)])
              for mode, name in cases() for category, value in limits]
    return counted(failed, 0.1, 'writes that a limit ended')


def test_shared_cache():
    """Another connection reads one of the tables."""
    failed = []
    for mode, name in cases():
        for table in SHADOWS:
            uri = f'file:half-{mode}-{name}-{table}?mode=memory&cache=shared'
            db, other = (connect(uri, uri=True) for _ in range(2))
            fill(db, mode)
            n = len(db.execute(f'PRAGMA table_info(t_{table})').fetchall())
            if n > 0:
                readers = []

                def forbid(_, table=table, n=n, readers=readers, other=other):
                    readers.append(other.execute(f"SELECT * FROM t_{table} UNION ALL VALUES({', '.join('1' * n)})"))
                    readers[0].fetchone()
                failed.append(attempt(db, mode, name, forbid, lambda _, readers=readers: readers[0].close(), 'a1 b2 c9'))
            db.close()
            other.close()
    return counted(failed, 0.1, 'writes that met a reader of a shared cache')


def test_bad_content():
    """A rebuild meets what is no text."""
    db = connect()
    fill(db, 'external')
    db.execute('BEGIN')
    db.execute("INSERT INTO docs VALUES(9, x'61', NULL)")
    before = state(db)
    try:
        db.execute("INSERT INTO t(t) VALUES('rebuild')")
        raise AssertionError('no error')
    except sqlite3.Error as error:
        assert 'row 9' in str(error) and 'BLOB' in str(error), error
    assert db.in_transaction and state(db) == before
    db.execute('DELETE FROM docs WHERE rowid = 9')
    assert is_sound(db)
    return 'a rebuild that met a BLOB'


def test_statement_journal():
    """A statement on several rows is taken back alone; so is what needs no taking back."""
    db = connect()
    fill(db, 'stored')
    db.execute('BEGIN')
    db.execute("INSERT INTO other VALUES('kept')")
    before = state(db)
    db.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, 500)
    for sql in ('INSERT INTO t(rowid, body) SELECT rowid + 100, group_concat(body || body) OVER () FROM docs, docs AS d',
                "INSERT INTO t(rowid, body) VALUES(1, 'a conflict')", "INSERT INTO t(t) VALUES('nothing')"):
        try:
            db.execute(sql)
            raise AssertionError(f'no error: {sql}')
        except sqlite3.Error:
            assert db.in_transaction and state(db) == before, sql
    db.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, 100000)
    db.execute('COMMIT')
    assert is_sound(db)
    return 'statements that are taken back alone'


def test_commit():
    """What is left to do at COMMIT, and may not be done, is left."""
    for forbid in (lambda db: db.execute('PRAGMA query_only = 1'),
                   lambda db: db.set_authorizer(lambda did, what, *_: sqlite3.SQLITE_DENY if did == sqlite3.SQLITE_DELETE
                                                else sqlite3.SQLITE_OK)):
        db = connect()
        fill(db, 'external')
        db.execute('BEGIN')
        db.execute("INSERT OR IGNORE INTO t(rowid, body) VALUES(1, 'a1 b1 c1')")
        db.execute('DELETE FROM docs WHERE rowid = 5')
        db.execute("INSERT INTO other VALUES('kept')")
        assert db.execute('SELECT count(*) FROM t WHERE rowid = 5').fetchone() == (0,)
        forbid(db)
        db.execute('COMMIT')
        db.set_authorizer(None)
        db.execute('PRAGMA query_only = 0')
        assert db.execute('SELECT * FROM other').fetchall() == [('kept',)]
        assert len(state(db)[2]) == len(TEXTS) - 1
    return 'a COMMIT that may remove nothing'


def test_all(*tests):
    """With a Python that can: 3.11 or later."""
    if not hasattr(sqlite3.Connection, 'setlimit'):
        print('1..0 # SKIP this Python can neither set limits nor take an authorizer back')
    else:
        main(tests)


test_all(test_authorizer, test_no_journal, test_limits, test_shared_cache, test_bad_content, test_statement_journal, test_commit)
