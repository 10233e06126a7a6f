"""
Damage to shadow tables:

    test_damage.py path/to/textsim.so [--deep] [--damages=N] [--seed=N] [--only=KIND]

In every shadow table rows are dropped, copied and swapped, and values of every column
made NULL, of another type, cut short, huge, absurd, or some of their bits flipped, one
damage at a time.  After each, every read must give the answer it gave before, or one
that integrity-check has found to be wrong, or an error that says so; writing must
give anything but a crash.  Prints TAP.
"""
import collections
import random
import sqlite3

from damage import CORRUPT_VTAB, DEEP, KINDS, OPTIONS, answers, connect, fill, flipped, is_checked, main, queries_for

N_DAMAGES = int(OPTIONS.get('damages', 3000 if DEEP else 150))
VALUES = ['null', 'other type', 'huge', 'number'] + 4 * ['same type']
# What a write may say besides: of a row that is there, of content that is none, of numbers.
ALLOWED = ('there is a row with the rowid', 'is a BLOB where a text is wanted', 'are used up', 'no text is kept')
NUMBERS = [0, 1, -1, 2 ** 31 - 1, 2 ** 31, 2 ** 32, 2 ** 62, 2 ** 63 - 1, -2 ** 63, -2 ** 31]


def other_value(value, rng, kind=None):
    """Something else, of the same type or of another."""
    kind = kind or rng.choice(VALUES)
    if kind == 'null':
        return None
    if kind == 'other type':
        return rng.choice(['', 'text', 1.5, -1e300, b'', b'\xff' * 20, str(value), rng.randbytes(200)])
    if kind == 'huge':
        return rng.choice([b'\0' * 200000, rng.randbytes(100000), b'\x80' * 5000, 'w1 w2 ' * 20000])
    if kind == 'number' or not value:
        return rng.choice(NUMBERS)
    if isinstance(value, int):
        return rng.choice([value + 1, value - 1, -value, value * 2, float(value), value ^ 1 << rng.randrange(63)])
    if isinstance(value, float):
        return rng.choice([value + 0.1, value / 2, -value, int(value), 1e300])
    at = rng.randrange(len(value))
    if isinstance(value, bytes):
        return rng.choice([flipped(value, rng)] * 6 + [value[:at], value[at:], value + value, value[:-1]])
    return rng.choice([value[:at], value[at:], value + ' w1 more', 'w1 w2 w3', 'rowid', value.encode()])


def damage_value(db, table, columns, row, rng, column=None, kind=None):
    column = rng.randrange(len(columns)) if column is None else column
    value = other_value(row[column], rng, kind)
    db.execute(f'UPDATE {table} SET {columns[column]} = ? WHERE {columns[0]} IS ?', (value, row[0]))
    return f'{columns[column]} of row {row[0]} is {str(value)[:40]} ({type(value).__name__})'


def damage_swap(db, table, columns, rows, rng):
    """Two rows change a value, or their keys."""
    one, other = rng.sample(rows, 2)
    column = rng.randrange(1, len(columns))
    sql = f'UPDATE {table} SET {columns[column]} = ? WHERE {columns[0]} IS ?'
    db.execute(sql, (other[column], one[0]))
    if rng.random() < 0.3:
        return f'{columns[column]} of row {one[0]} is that of {other[0]}'
    db.execute(sql, (one[column], other[0]))
    return f'{columns[column]} of rows {one[0]} and {other[0]} swapped'


def damage_missing(db, table, columns, row, rng):
    how = rng.choice(['IS'] * 7 + ['<=', '>=', 'IS NOT'])
    db.execute(f'DELETE FROM {table} WHERE {columns[0]} {how} ?', (row[0],))
    return f'rows {how} {row[0]} deleted'


def damage_copy(db, table, columns, row, rng):
    key = rng.choice([row[0], other_value(row[0], rng)])
    if isinstance(row[0], int) and rng.random() < 0.5:
        key = db.execute(f'SELECT max({columns[0]}) FROM {table}').fetchone()[0] + rng.choice([1, 2, 1000])
    values = [key] + list(row[1:])
    if rng.random() < 0.3:
        column = rng.randrange(1, len(columns))
        values[column] = other_value(row[column], rng)
    db.execute(f'INSERT INTO {table} VALUES({",".join("?" * len(row))})', values)
    return f'row {row[0]} copied to {str(key)[:40]}'


def all_kinds(db, tables, rng):
    """Each once, of each column, in some order: (table, how, column)."""
    kinds = []
    for table in tables:
        n_columns = len(db.execute(f'PRAGMA table_info({table})').fetchall())
        assert db.execute(f'SELECT count(*) FROM {table}').fetchone()[0] > 1, table
        kinds += [(table, how, None) for how in ('missing', 'copied', 'swapped')]
        kinds += [(table, how, column) for how in sorted(set(VALUES)) for column in range(n_columns)]
    rng.shuffle(kinds)
    return kinds


def damage(db, table, rng, how=None, column=None):
    """What was done; None where there is no such damage."""
    columns = [row[1] for row in db.execute(f'PRAGMA table_info({table})')]
    rows = db.execute(f'SELECT * FROM {table}').fetchall()
    if not rows:
        return None
    row, how = rng.choice(rows), how or rng.choice(3 * ['missing', 'copied', 'swapped'] + 11 * [None])
    try:
        if how == 'missing':
            what = damage_missing(db, table, columns, row, rng)
        elif how == 'copied':
            what = damage_copy(db, table, columns, row, rng)
        elif how == 'swapped' and len(rows) > 1:
            what = damage_swap(db, table, columns, rows, rng)
        else:
            what = damage_value(db, table, columns, row, rng, column, how)
    except (sqlite3.IntegrityError, OverflowError):
        return None  # a key that is there, or no integer: no such damage
    if db.execute(f'SELECT * FROM {table}').fetchall() == rows:
        return None
    return f'{table}: {what}'


def writes(db, good):
    """None of these may crash, nor make unsound what was sound; what is wrong about their errors."""
    for sql in ("INSERT INTO t(body) VALUES('w1 w2 w3')", 'DELETE FROM t WHERE rowid = 7',
                "UPDATE t SET body = 'w4 w5' WHERE rowid = 8",
                "INSERT INTO t(t) VALUES('optimize')", "INSERT INTO t(t) VALUES('rebuild')"):
        try:
            db.execute(sql)
        except sqlite3.Error as error:
            answer = str(error), getattr(error, 'sqlite_errorcode', CORRUPT_VTAB)
            if not is_error_right(answer) and not any(word in answer[0] for word in ALLOWED):
                yield f'{sql}: {answer}'
    if good:
        sound, found = is_checked(db)
        if not sound and 'row 7 ' not in found[0]:  # a row that external content has still
            yield f'it was sound, and after writing: {found}'


def is_error_right(answer):
    """Some damage looks like a table of another version, or a content that was renamed."""
    message, code = answer
    if 'no such column' in message or 'made by a newer version' in message or 'before the first release' in message:
        return True
    return code == CORRUPT_VTAB and message.startswith(('t: ', 'textsim_pairs: ', 'textsim_clusters: '))


def wrongs(before, after, good, found, queries):
    """What is not as it has to be after a damage."""
    for was, now, (sql, _) in zip(before, after, queries):
        if now != was and good:
            yield f'not found, and another answer: {sql}: {str(now)[:200]}'
        if isinstance(now, tuple) and not is_error_right(now):
            yield f'{sql}: {now}'
    if not good and not is_error_right(found):
        yield f'integrity-check: {found}'


def test(kind, rng):
    """The damages that were not found, and what there was of them."""
    db = connect()
    texts = fill(db, KINDS[kind], rng)
    queries = queries_for(texts, rng)
    before = answers(db, queries)
    assert all(isinstance(a, list) for a in before), before
    db.execute("INSERT INTO t(t) VALUES('integrity-check')")
    tables = [name for name, in db.execute("SELECT name FROM sqlite_master WHERE name GLOB 't_*'")]
    missed, counts, first = [], collections.Counter(), all_kinds(db, tables, rng)
    while counts['damages'] < N_DAMAGES:
        db.execute('SAVEPOINT damage')
        table, how, column = first.pop() if first else (rng.choice(tables), None, None)
        what = damage(db, table, rng, how, column)
        if what:
            if rng.random() < 0.3:
                db.execute('PRAGMA writable_schema = RESET')  # as a connection that is new
            after = answers(db, queries)
            good, found = is_checked(db)
            counts['damages'] += 1
            counts['that changed an answer'] += after != before
            counts['found'] += not good
            counts['wrong rows'] += sum(isinstance(a, list) and a != b for a, b in zip(after, before))
            missed += [f'{what}: {wrong}' for wrong in wrongs(before, after, good, found, queries)][:3]
            missed += [f'{what}: {wrong}' for wrong in writes(db, good)][:3]
        db.execute('ROLLBACK TO damage')
        db.execute('RELEASE damage')
    if answers(db, queries) != before:
        missed.append('the rollback left something')
    return missed, counts


main(test)
