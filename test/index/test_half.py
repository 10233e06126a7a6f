"""
Writes that fail in the middle: test_half.py path/to/textsim.so [--deep]

Of a statement on one row of a virtual table, SQLite by itself takes back in a
transaction nothing.  Whatever ends a write, here an authorizer that forbids one shadow
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


def attempt(db, mode, name, forbid, allow, text='a1 b2 c9'):
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


def test_authorizer():
    """One action on one shadow table is forbidden."""
    n_failed = n_tried = 0
    for mode, name in cases():
        for table in SHADOWS:
            for action in (sqlite3.SQLITE_INSERT, sqlite3.SQLITE_DELETE, sqlite3.SQLITE_READ, sqlite3.SQLITE_UPDATE):
                if not DEEP and (len(table) + action + len(mode) + len(name)) % 3:
                    continue
                db = connect()
                fill(db, mode)

                def forbid(db, table=table, action=action):
                    db.set_authorizer(lambda did, what, *_: sqlite3.SQLITE_DENY
                                      if did == action and what == f't_{table}' else sqlite3.SQLITE_OK)
                n_failed += attempt(db, mode, name, forbid, lambda db: db.set_authorizer(None))
                n_tried += 1
                db.close()
    assert n_failed > n_tried / 10, (n_failed, n_tried)
    return f'{n_failed} of {n_tried} writes that an authorizer ended'


def test_no_journal():
    """INSERTs into the index are forbidden, too, one of which has the journal: the transaction goes."""
    n_failed = n_tried = 0
    for mode, name in cases():
        for table in SHADOWS if name in ('update', 'rowid', 'delete') else ():
            db = connect()
            fill(db, mode)

            def forbid(db, table=table):
                actions = {(sqlite3.SQLITE_INSERT, 't')} | {
                    (did, f't_{table}') for did in (sqlite3.SQLITE_INSERT, sqlite3.SQLITE_DELETE)}
                db.set_authorizer(lambda did, what, *_: sqlite3.SQLITE_DENY if (did, what) in actions
                                  else sqlite3.SQLITE_OK)
            n_failed += attempt(db, mode, name, forbid, lambda db: db.set_authorizer(None))
            n_tried += 1
            db.close()
    assert n_failed > n_tried / 5, (n_failed, n_tried)
    return f'{n_failed} of {n_tried} writes without a journal'


def test_limits():
    """SQLite takes no value of that length, or no statement of so many parameters."""
    n_failed = n_tried = 0
    for mode, name in cases():
        for category, values in ((sqlite3.SQLITE_LIMIT_LENGTH, (300, 500, 900, 1500, 2500, 4000)),
                                 (sqlite3.SQLITE_LIMIT_VARIABLE_NUMBER, (1, 2, 3))):
            for value in values:
                db = connect()
                fill(db, mode)

                def forbid(db, category=category, value=value):
                    db.setlimit(category, value)
                n_failed += attempt(db, mode, name, forbid, lambda db, category=category: db.setlimit(category, 100000),
                                    LONG[:2000] if value > 2000 else LONG[:value])
                n_tried += 1
                db.close()
    assert n_failed > n_tried / 10, (n_failed, n_tried)
    return f'{n_failed} of {n_tried} writes that a limit ended'


def test_shared_cache():
    """Another connection reads one of the tables."""
    n_failed = n_tried = 0
    for mode, name in cases():
        for table in SHADOWS:
            uri = f'file:half-{mode}-{name}-{table}?mode=memory&cache=shared'
            db, other = (connect(uri, uri=True) for _ in range(2))
            fill(db, mode)
            if db.execute('SELECT count(*) FROM sqlite_schema WHERE name = ?', (f't_{table}',)).fetchone()[0]:
                readers = []

                def forbid(_, table=table, readers=readers, other=other):
                    readers.append(other.execute(f"SELECT * FROM t_{table} UNION ALL VALUES({', '.join('1' * n)})"))
                    readers[0].fetchone()
                n = len(db.execute(f'PRAGMA table_info(t_{table})').fetchall())
                n_failed += attempt(db, mode, name, forbid, lambda _, readers=readers: readers[0].close())
                n_tried += 1
            db.close()
            other.close()
    assert n_failed > n_tried / 10, (n_failed, n_tried)
    return f'{n_failed} of {n_tried} writes that met a reader of a shared cache'


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
