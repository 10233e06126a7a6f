"""
Damage to shadow tables: test_damage.py path/to/textsim.so [--deep]

Rows of every shadow table are dropped, copied, and their values changed, one
at a time.  After each, reading and writing must give an answer or an error and
nothing worse; and where a query answers differently than before, integrity-check
must have found the damage.  Prints TAP.
"""
import random
import sqlite3
import sys

ARGUMENTS = [a for a in sys.argv[1:] if a != '--deep']
DEEP = '--deep' in sys.argv
N_DAMAGES = 3000 if DEEP else 250
WORDS = [f'w{i}' for i in range(300)]
KINDS = {'stored': '', 'external': ", content='docs'", 'no text': ", content=''"}


def connect():
    db = sqlite3.connect(':memory:', isolation_level=None)
    db.enable_load_extension(True)
    db.load_extension(ARGUMENTS[0])
    return db


def make(options, rng):
    """Enough documents for two levels of blocks and a tail, some of them deleted."""
    db = connect()
    db.execute('CREATE TABLE docs(id INTEGER PRIMARY KEY, body)')
    db.execute(f'CREATE VIRTUAL TABLE t USING textsim(body, k=1{options})')
    texts = []
    for i in range(1, 701):
        words = rng.sample(WORDS, rng.randrange(5, 90))
        if i % 3 == 0 and texts:
            words = rng.choice(texts).split()
            words[0] = 'changed'
        if i % 8 == 0:
            words = rng.choice(texts).split()  # a copy
        texts.append(' '.join(words))
        db.execute('INSERT INTO docs VALUES(?, ?)', (i, texts[-1]))
        db.execute('INSERT INTO t(rowid, body) VALUES(?, ?)', (i, texts[-1]))
        if i == 400:
            db.execute("INSERT INTO t(t) VALUES('optimize')")
    for i in range(5, 700, 50):
        db.execute('DELETE FROM t WHERE rowid = ?', (i,))
        db.execute('DELETE FROM docs WHERE id = ?', (i,))
    return db, texts


def answers(db, queries):
    found = []
    for sql, values in queries:
        try:
            found.append(db.execute(sql, values).fetchall())
        except sqlite3.Error as error:
            found.append(str(error))
    return found


def queries_for(texts, rng):
    queries = [('SELECT rowid, body FROM t', ()), ('SELECT rowid FROM t ORDER BY rowid', ())]
    for text in rng.sample(texts, 12):
        for bound in ('similarity >= 0.5', 'query_in_doc >= 0.9', 'similarity >= 0.1'):
            queries.append((f'SELECT rowid, similarity FROM t WHERE t MATCH ? AND {bound}',
                            (text,)))
    return queries


def other_value(value, rng):
    """Something else, of the same type or of another."""
    choices = [None, 'text', b'', b'\xff' * 20, -1, 0, 2 ** 40, 1.5]
    if isinstance(value, int):
        choices += [value + 1, value - 1, value ^ 1 << rng.randrange(62)] * 4
    if isinstance(value, bytes) and value:
        changed = bytearray(value)
        changed[rng.randrange(len(value))] ^= 1 << rng.randrange(8)
        at = rng.randrange(len(value))
        choices += [bytes(changed)] * 12 + [value[:at], value[at:], value + value]
    if isinstance(value, str):
        choices += [value[1:], value + ' w1 more', 'w1 w2 w3']
    return rng.choice(choices)


def damage(db, table, rng):
    columns = [row[1] for row in db.execute(f'PRAGMA table_info({table})')]
    rows = db.execute(f'SELECT * FROM {table}').fetchall()
    if not rows:
        return None
    row = list(rng.choice(rows))
    where = f'{columns[0]} IS ?'
    kind = rng.random()
    try:
        if kind < 0.2:
            db.execute(f'DELETE FROM {table} WHERE {where}', (row[0],))
            return f'{table}: row {row[0]} deleted'
        if kind < 0.3:
            other = [other_value(row[0], rng)] + row[1:]
            db.execute(f'INSERT INTO {table} VALUES({",".join("?" * len(row))})', other)
            return f'{table}: row {row[0]} copied to {other[0]!r}'
        column = rng.randrange(len(columns))
        value = other_value(row[column], rng)
        db.execute(f'UPDATE {table} SET {columns[column]} = ? WHERE {where}', (value, row[0]))
        return f'{table}: {columns[column]} of row {row[0]} is {str(value)[:40]}'
    except sqlite3.Error:
        return None  # a key that is there, or no integer: no such damage


def writes(db, rng):
    """None of these may crash; errors are right."""
    for sql in ("INSERT INTO t(body) VALUES('w1 w2 w3')", 'DELETE FROM t WHERE rowid = 7',
                "UPDATE t SET body = 'w4 w5' WHERE rowid = 8",
                "INSERT INTO t(t) VALUES('optimize')", "INSERT INTO t(t) VALUES('rebuild')"):
        try:
            db.execute(sql)
        except sqlite3.Error:
            pass


def test(kind, rng):
    """The damages that were not found; how many there were, and changed answers."""
    db, texts = make(KINDS[kind], rng)
    queries = queries_for(texts, rng)
    before = answers(db, queries)
    assert all(isinstance(a, list) for a in before), before
    db.execute("INSERT INTO t(t) VALUES('integrity-check')")
    tables = [name for name, in db.execute("SELECT name FROM sqlite_master WHERE name GLOB 't_*'")]
    missed, n_damages, n_changed = [], 0, 0
    while n_damages < N_DAMAGES:
        db.execute('SAVEPOINT damage')
        what = damage(db, rng.choice(tables), rng)
        if what:
            n_damages += 1
            changed = answers(db, queries) != before
            n_changed += changed
            try:
                db.execute("INSERT INTO t(t) VALUES('integrity-check')")
                if changed:
                    missed.append(what)
            except sqlite3.Error as error:
                if not str(error).startswith('t: '):
                    missed.append(f'{what}: {error}')
            writes(db, rng)
        db.execute('ROLLBACK TO damage')
        db.execute('RELEASE damage')
    if answers(db, queries) != before:
        missed.append('the rollback left something')
    return missed, n_damages, n_changed


if not hasattr(sqlite3.Connection, 'enable_load_extension'):
    print('1..0 # SKIP this Python cannot load extensions into SQLite')
    sys.exit(0)
print(f'1..{len(KINDS)}')
failed = False
for number, name in enumerate(KINDS, 1):
    missed, n_damages, n_changed = test(name, random.Random(number))
    ok = not missed and n_changed
    failed = failed or not ok
    print('ok' if ok else 'not ok', number, f'- {name}: {n_damages} damages, '
          f'{n_changed} changed an answer')
    for what in missed[:10]:
        print('#', what)
sys.exit(failed)
