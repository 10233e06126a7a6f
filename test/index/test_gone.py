"""
Entries whose content is gone: test_gone.py path/to/textsim.so

What a read finds gone, the next write removes: once, counted in instructions of
SQLite's machine, and once more where that was rolled back.  Prints TAP.
"""
import os
import sqlite3
import tempfile

from tap import connect, main

N = 200
TEXT = 'one text that all the documents have and that a query finds'


def made(path=':memory:'):
    db = connect(path)
    db.execute('CREATE TABLE docs(id INTEGER PRIMARY KEY, body)')
    db.executemany('INSERT INTO docs VALUES(?, ?)', ((i, f'{TEXT} {i}') for i in range(N)))
    db.execute('CREATE VIRTUAL TABLE t USING textsim(body, content=docs)')
    db.execute("INSERT INTO t(t) VALUES('rebuild')")
    return db


def made_and_deleted(n):
    """In a transaction in which the first n documents are deleted."""
    db = made()
    db.execute('BEGIN')
    db.execute('DELETE FROM docs WHERE id < ?', (n,))
    return db


def replace(db, rowid, text):
    db.execute('DELETE FROM docs WHERE id = ?', (rowid,))
    db.execute('DELETE FROM t WHERE rowid = ?', (rowid,))
    db.execute('INSERT INTO docs VALUES(?, ?)', (rowid, text))
    db.execute('INSERT INTO t(rowid, body) VALUES(?, ?)', (rowid, text))


def entries(db):
    return db.execute('SELECT count(*) FROM t_docs').fetchone()[0]


def read(db):
    """All documents, so that what is gone is noted."""
    return db.execute('SELECT count(*) FROM t WHERE t MATCH ? AND similarity >= 0.5', (TEXT,)).fetchone()[0]


def write(db, first, n):
    for i in range(first, first + n):
        db.execute('INSERT INTO docs VALUES(?, ?)', (i, f'other {i}'))
        db.execute('INSERT INTO t(rowid, body) VALUES(?, ?)', (i, f'other {i}'))


def cost(n_gone):
    db, steps = made_and_deleted(n_gone), [0]
    assert read(db) == N - n_gone
    write(db, N, 1)
    assert entries(db) == N + 1 - n_gone

    def step():
        steps[0] += 1

    db.set_progress_handler(step, 10)
    write(db, N + 1, 200)
    db.set_progress_handler(None, 0)
    db.execute('COMMIT')
    return 10 * steps[0]


def test_cost():
    none, some = cost(0), cost(60)
    assert some <= 1.1 * none, (none, some)
    return f'200 writes: {none} instructions, and {some} where 60 rows were gone'


def test_rolled_back():
    """The removal is rolled back and the note is older."""
    db = made_and_deleted(5)
    read(db)
    for how in ('ROLLBACK TO a', 'ROLLBACK TO a; SAVEPOINT b; RELEASE b; RELEASE a; SAVEPOINT a'):
        db.execute('SAVEPOINT a')
        db.execute('SAVEPOINT b')
        write(db, N, 1)
        assert entries(db) == N + 1 - 5
        db.execute('RELEASE b')
        for sql in how.split('; '):
            db.execute(sql)
        assert entries(db) == N
        db.execute('RELEASE a')
    write(db, N, 1)
    assert entries(db) == N + 1 - 5
    db.execute('COMMIT')
    db.execute("INSERT INTO t(t) VALUES('integrity-check')")
    return 'rolled back, and removed again'


def test_failed_statement():
    """The statement that removed them fails."""
    db = made_and_deleted(5)
    read(db)
    try:
        db.execute("INSERT INTO t(rowid, body) SELECT id, body FROM (SELECT 1000 AS id, 'x' AS body UNION ALL "
                   "SELECT 100, 'y')")
        raise AssertionError('no conflict')
    except Exception as error:
        assert 'rowid 100' in str(error), error
    assert entries(db) == N
    db.execute('COMMIT')
    assert entries(db) == N - 5
    return 'removed by a statement that failed'


def test_gone_again():
    """A row that came back, and went once more."""
    db = made_and_deleted(5)
    read(db)
    db.execute("INSERT INTO docs VALUES(3, ?)", (TEXT,))
    write(db, N, 1)
    assert entries(db) == N + 1 - 4
    db.execute('DELETE FROM docs WHERE id = 3')
    read(db)
    write(db, N + 1, 1)
    assert entries(db) == N + 2 - 5
    db.execute('COMMIT')
    return 'gone, back, and gone again'


def test_more_than_are_noted():
    """Notes that are settled make room."""
    db = made_and_deleted(150)
    for i in range(4):
        read(db)
        write(db, N + i, 1)
    assert entries(db) == N + 4 - 150, entries(db)
    db.execute('COMMIT')
    return 'more than are noted at a time'


def conflicts(db, rowid):
    try:
        db.execute('INSERT INTO t(rowid, body) VALUES(?, ?)', (rowid, 'x'))
    except sqlite3.IntegrityError:
        return True
    return False


def test_deleted_and_back():
    """A row is deleted and another one gets its rowid, in one transaction."""
    db = made()
    db.execute('BEGIN')
    for text in ('other a', 'other b'):
        replace(db, 3, text)
        assert conflicts(db, 3)
    db.execute('COMMIT')
    assert db.execute("SELECT rowid FROM t WHERE t MATCH 'other b'").fetchall() == [(3,)]
    db.execute("INSERT INTO t(t) VALUES('integrity-check')")
    return 'deleted and inserted, twice'


def test_created():
    """The same in the transaction that makes the index."""
    db = made()
    db.execute('BEGIN')
    db.execute('CREATE VIRTUAL TABLE u USING textsim(body, content=docs)')
    db.execute("INSERT INTO u(u) VALUES('rebuild')")
    for text in ('other a', 'other b'):
        db.execute('DELETE FROM docs WHERE id = 3')
        db.execute('DELETE FROM u WHERE rowid = 3')
        db.execute('INSERT INTO docs VALUES(3, ?)', (text,))
        db.execute('INSERT INTO u(rowid, body) VALUES(3, ?)', (text,))
    db.execute('COMMIT')
    assert db.execute("SELECT rowid FROM u WHERE u MATCH 'other b'").fetchall() == [(3,)]
    db.execute('SELECT rowid FROM u WHERE rowid = ?', (N,)).fetchall()
    db.execute('INSERT INTO docs VALUES(?, ?)', (N, TEXT))
    db.execute('INSERT INTO u(rowid, body) VALUES(?, ?)', (N, TEXT))
    db.execute("INSERT INTO u(u) VALUES('integrity-check')")
    return 'deleted and inserted, in the transaction of CREATE'


def test_conflict_stays():
    """What was not there, but is now, or again, is in the way."""
    db = made()
    db.execute('SELECT * FROM t WHERE rowid = ?', (N,)).fetchall()
    write(db, N, 1)
    assert conflicts(db, N)
    db.execute('BEGIN')
    db.execute('SAVEPOINT a')
    replace(db, 3, 'another')
    db.execute('ROLLBACK TO a')
    assert conflicts(db, 3)
    assert db.execute('SELECT * FROM t WHERE t MATCH ? AND rowid = 4', ('z',)).fetchall() == []
    assert conflicts(db, 4)
    db.execute('COMMIT')
    db.execute("INSERT INTO t(t) VALUES('integrity-check')")
    return 'a conflict stays one'


def test_another_writes():
    """A row that was not there when it was read was written by somebody else."""
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, 'db')
        db, other = made(path), connect(path)
        db.execute('SELECT * FROM t WHERE rowid = ?', (N,)).fetchall()
        write(other, N, 1)
        assert conflicts(db, N)
        db.close()
        other.close()
    return 'a conflict with what another connection wrote'


def test_renamed():
    """The index is renamed before the COMMIT, with a note to be done, or done."""
    for wrote in (False, True):
        db = made()
        db.execute('BEGIN')
        db.execute('DELETE FROM docs WHERE id < 5')
        read(db)
        write(db, N, 1)
        db.execute('DELETE FROM docs WHERE id = 5')
        db.execute('DELETE FROM t WHERE rowid = 5')
        if wrote:
            write(db, N + 1, 1)
        db.execute('ALTER TABLE t RENAME TO u')
        db.execute('COMMIT')
        assert db.execute('SELECT count(*) FROM u_docs').fetchone()[0] == N - 5 + wrote
        db.execute("INSERT INTO u(u) VALUES('integrity-check')")
    return 'the index gets another name'


def test_not_there():
    """At the COMMIT there is no index of that name, or no content: it must not fail."""
    note = 'SELECT rowid FROM {} WHERE rowid = 1'
    for steps in (['DROP TABLE t', 'SAVEPOINT a', 'CREATE VIRTUAL TABLE t USING textsim(body, content=docs)',
                   note.format('t'), 'ROLLBACK TO a'],
                  ['SAVEPOINT a', 'ALTER TABLE t RENAME TO u', note.format('u'),
                   "INSERT INTO u(rowid, body) VALUES(999, 'x')", 'ROLLBACK TO a'],
                  ["INSERT INTO t(rowid, body) VALUES(999, 'x')", note.format('t'), 'ALTER TABLE docs RENAME TO d'],
                  ["INSERT INTO t(rowid, body) VALUES(999, 'x')", note.format('t'), 'DROP TABLE docs'],
                  ["INSERT INTO t(rowid, body) VALUES(999, 'x')", note.format('t'), 'ALTER TABLE docs RENAME TO d',
                   "INSERT INTO t(rowid, body) VALUES(1000, 'y')"]):
        db = made()
        db.execute('CREATE TABLE other(x)')
        db.execute('BEGIN')
        db.execute('INSERT INTO other VALUES(1)')
        db.execute('DELETE FROM docs WHERE id = 1')
        for sql in steps:
            assert db.execute(sql).fetchall() == []
        db.execute('COMMIT')
        assert db.execute('SELECT count(*) FROM other').fetchone() == (1,)
    return 'no index, or no content, at the COMMIT'


main([test_cost, test_rolled_back, test_failed_statement, test_gone_again, test_more_than_are_noted,
      test_deleted_and_back, test_created, test_conflict_stays, test_another_writes, test_renamed,
      test_not_there])
