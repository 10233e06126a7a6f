"""
The index in files: test_files.py path/to/textsim.so

Read-only and immutable databases, copies, PRAGMA integrity_check, files of a newer
format, connections without the extension.  Prints TAP.
"""
import os
import sqlite3
import tempfile

from tap import Skip, connect, main

TABLES = ('stored', 'external', 'triggered', 'bare')
TEXTS = ['one two three four five six', 'One two three four five six!', 'one two three four five seven',
         None, '', 'quite another text of a few words']
DIRECTORY = tempfile.TemporaryDirectory()


def new_file(name, journal='DELETE'):
    path = os.path.join(DIRECTORY.name, name)
    db = connect(path)
    db.execute(f'PRAGMA journal_mode = {journal}')
    db.executescript('''
        CREATE TABLE docs(id INTEGER PRIMARY KEY, body);
        CREATE VIRTUAL TABLE stored USING textsim(body, k=2);
        CREATE VIRTUAL TABLE external USING textsim(body, content=docs, k=2);
        CREATE VIRTUAL TABLE triggered USING textsim(body, content=docs, sync=triggers, k=2);
        CREATE VIRTUAL TABLE bare USING textsim(body, content='', k=2);''')
    rows = [(i, f'{text} {i // 6}' if text else text) for i, text in enumerate(TEXTS * 100)]
    db.execute('BEGIN')
    for table, column in (('docs', 'id'), ('stored', 'rowid'), ('external', 'rowid'), ('bare', 'rowid')):
        db.executemany(f'INSERT INTO {table}({column}, body) VALUES(?, ?)', rows)
    db.execute('COMMIT')
    return path, db


def answers(db):
    """What there is to ask, of each table."""
    result = []
    for t in TABLES:
        result += [
            db.execute(f'SELECT count(*), sum(rowid) FROM {t}').fetchall(),
            sorted(db.execute(f'SELECT rowid, similarity FROM {t} WHERE {t} MATCH ? AND similarity >= 0.6', (TEXTS[0],))),
            sorted(db.execute(f'SELECT rowid FROM {t} WHERE {t} MATCH ? AND query_in_doc > 0.9', ('five six 3',))),
            sorted(db.execute('SELECT * FROM textsim_pairs(?, 0.7)', (t,))),
            db.execute('SELECT * FROM textsim_clusters(?, 0.9)', (t,)).fetchall()]
    assert all(result), result
    return result


def refused(db, sql, *allowed):
    try:
        db.execute(sql)
    except sqlite3.Error as error:
        assert any(a in str(error) for a in allowed), (sql, error)
    else:
        raise AssertionError(f'{sql} was done')


def read_only(journal, parameters):
    """All queries work, no write does, and no byte is changed."""
    path, db = new_file(f'{journal} {parameters}.db', journal)
    wanted = answers(db)
    if parameters != 'mode=ro' or journal == 'DELETE':
        db.close()  # else the reader needs the writer's files
    with open(path, 'rb') as f:
        before = f.read()
    reader = connect(f'file:{path.replace(" ", "%20")}?{parameters}', uri=True)
    assert answers(reader) == wanted
    for table in TABLES:
        refused(reader, f"INSERT INTO {table}(body) VALUES('x y z')", 'readonly')
        refused(reader, f'DELETE FROM {table} WHERE rowid = 1', 'readonly')
        refused(reader, f"UPDATE {table} SET body = 'x' WHERE rowid = 1", 'readonly')
        for command in ('rebuild', 'optimize', 'delete-all'):
            refused(reader, f"INSERT INTO {table}({table}) VALUES('{command}')", 'readonly', "content=''")
    refused(reader, 'DROP TABLE bare', 'readonly')
    assert answers(reader) == wanted
    reader.close()
    with open(path, 'rb') as f:
        assert f.read() == before
    return f'{journal}, {parameters}'


def query_only():
    _, db = new_file('query_only.db')
    wanted = answers(db)
    db.execute('PRAGMA query_only = ON')
    assert answers(db) == wanted
    refused(db, "INSERT INTO stored(body) VALUES('x')", 'readonly')
    db.execute('PRAGMA query_only = OFF')
    db.execute("INSERT INTO stored(body) VALUES('x')")
    return 'query_only'


def copied():
    """By the backup API and by VACUUM INTO; both are whole, and can be written."""
    _, db = new_file('copied.db')
    wanted = answers(db)
    copy = connect()
    db.backup(copy)
    path = os.path.join(DIRECTORY.name, 'vacuumed.db')
    db.execute('VACUUM INTO ?', (path,))
    for other in copy, connect(path):
        assert answers(other) == wanted
        for table in TABLES:
            other.execute(f"INSERT INTO {table}({table}) VALUES('integrity-check')")
        other.execute("INSERT INTO docs VALUES(9000, 'one two three four five six 1')")
        assert other.execute("SELECT max(b) FROM textsim_pairs('triggered', 0.9)").fetchone() == (9000,)
    return 'backup, VACUUM INTO'


def integrity_check():
    if sqlite3.sqlite_version_info < (3, 44):
        raise Skip(f'SQLite {sqlite3.sqlite_version} does not ask virtual tables')
    _, db = new_file('checked.db')
    assert db.execute('PRAGMA integrity_check').fetchall() == [('ok',)]
    assert db.execute('PRAGMA quick_check').fetchall() == [('ok',)]
    for table in TABLES:
        db.execute('BEGIN')
        db.execute(f'DELETE FROM {table}_docs WHERE id = 7')
        found = db.execute('PRAGMA integrity_check').fetchall()
        assert len(found) == 1 and found[0][0].startswith(f'{table}: '), found
        assert db.execute(f'PRAGMA integrity_check({table})').fetchall() == found
        assert db.execute('PRAGMA integrity_check(docs)').fetchall() == [('ok',)]
        db.execute('ROLLBACK')
    # What the user may do, or has still to do, is said as well, and nothing else is.
    db.execute("UPDATE docs SET body = 'changed behind it' WHERE id = 8")
    found = db.execute('PRAGMA integrity_check').fetchall()
    assert [text.split(':')[0] for text, in found] == ['external'] and ' 8' in found[0][0], found
    db.execute("INSERT INTO external(external) VALUES('rebuild')")
    assert db.execute('PRAGMA integrity_check').fetchall() == [('ok',)]
    return 'PRAGMA integrity_check'


def newer_format():
    path, db = new_file('newer.db')
    db.execute("UPDATE stored_config SET value = value + 1 WHERE key = 'format'")
    db.close()
    db = connect(path)
    for sql in ('SELECT count(*) FROM stored', "INSERT INTO stored(body) VALUES('x')",
                "SELECT * FROM textsim_pairs('stored')", "INSERT INTO stored(stored) VALUES('rebuild')"):
        refused(db, sql, 'newer')
    assert db.execute('SELECT count(*) FROM bare').fetchone() == (600,)
    return 'a newer format is refused'


def without_the_extension():
    """A writer that lacks it is told so, and can drop the triggers."""
    path, db = new_file('without.db')
    triggers = [name for name, in db.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'")]
    db.close()
    plain = sqlite3.connect(path, isolation_level=None)
    refused(plain, "INSERT INTO docs VALUES(9000, 'one two')", 'no such module: textsim')
    for name in triggers:
        plain.execute(f'DROP TRIGGER "{name}"')
    plain.execute("INSERT INTO docs VALUES(9000, 'one two three four five six 1')")
    plain.execute('DELETE FROM docs WHERE id = 6')
    plain.close()
    db = connect(path)
    refused(db, "INSERT INTO triggered(triggered) VALUES('integrity-check')", '9000')
    db.execute("INSERT INTO triggered(triggered) VALUES('rebuild')")
    db.execute("INSERT INTO triggered(triggered) VALUES('integrity-check')")
    assert db.execute("SELECT count(*) FROM triggered WHERE triggered MATCH 'one two three four five six 1' "
                      'AND similarity = 1').fetchone() == (2,)
    return 'a writer without the extension'


def attached():
    """One connection, several files, the same names; each goes on alone."""
    paths = [new_file(f'attached {i}.db')[0] for i in range(3)]
    db = connect(paths[0])
    for i, path in enumerate(paths[1:], 1):
        db.execute('ATTACH ? AS ?', (path, f'file {i}'))
    db.execute('BEGIN')
    db.execute("DELETE FROM \"file 1\".stored WHERE rowid < 300")
    db.execute("INSERT INTO \"file 2\".docs VALUES(9000, 'one two three four five six 1')")
    db.execute('COMMIT')
    counts = [db.execute(f'SELECT count(*) FROM "{s}".stored').fetchone()[0] for s in ('main', 'file 1', 'file 2')]
    assert counts == [600, 300, 600]
    n = [db.execute("SELECT count(*) FROM textsim_pairs('triggered', 1, ?)", (s,)).fetchone()[0]
         for s in ('main', 'file 1', 'file 2')]
    assert n == [100, 100, 102], n
    db.execute('DETACH "file 2"')
    db.close()
    db = connect(paths[2])
    assert db.execute('SELECT count(*) FROM triggered').fetchone() == (601,)
    db.execute("INSERT INTO triggered(triggered) VALUES('integrity-check')")
    return 'attached files'


main([lambda j=j, p=p: read_only(j, p) for j, p in (
    ('DELETE', 'mode=ro'), ('DELETE', 'immutable=1'), ('WAL', 'mode=ro'), ('WAL', 'immutable=1'))]
     + [query_only, copied, integrity_check, newer_format, without_the_extension, attached])
