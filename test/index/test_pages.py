"""
Damage to the file, below the tables:

    test_pages.py path/to/textsim.so [--deep] [--damages=N] [--seed=N] [--only=KIND]

Bits are flipped, bytes and whole pages overwritten, swapped or cut off, in pages of the
shadow tables and anywhere.  Reads then give what they gave before, or what an
integrity-check, ours or SQLite's, finds to be wrong, or an error; writing gives
anything but a crash.  Prints TAP.
"""
import collections
import os
import sqlite3
import tempfile

from damage import DEEP, KINDS, OPTIONS, answers, connect, fill, flipped, is_checked, main, queries_for

N_DAMAGES = int(OPTIONS.get('damages', 2000 if DEEP else 40))
PAGE_SIZE = 4096
MAX_STEPS = 5000  # of a statement, each of 10,000 instructions: what runs on is stopped


def overwritten(page, rng):
    at = rng.randrange(len(page))
    size = rng.choice([1, 2, 4, 50, 4096])
    fill_with = rng.choice([b'\0' * size, b'\xff' * size, rng.randbytes(size)])
    return (page[:at] + fill_with + page[at + size:])[:len(page)]


def damaged(file, pages, rng):
    """The file with one damage, and what it was."""
    number = rng.choice(pages) if rng.random() < 0.9 else 1 + rng.randrange(len(file) // PAGE_SIZE)
    at = (number - 1) * PAGE_SIZE
    page, kind = file[at:at + PAGE_SIZE], rng.random()
    if kind < 0.05:
        return file[:at + rng.randrange(PAGE_SIZE)], f'cut off in page {number}'
    if kind < 0.15:
        other = (rng.choice(pages) - 1) * PAGE_SIZE
        changed = bytearray(file)
        changed[at:at + PAGE_SIZE], changed[other:other + PAGE_SIZE] = file[other:other + PAGE_SIZE], page
        return bytes(changed), f'page {number} swapped with {other // PAGE_SIZE + 1}'
    if kind < 0.2:
        page = file[(rng.choice(pages) - 1) * PAGE_SIZE:][:PAGE_SIZE]
    elif kind < 0.5:
        page = overwritten(page, rng)
    elif kind < 0.7:  # where the page says what is in it
        page = flipped(page[:60], rng) + page[60:]
    else:
        page = flipped(page, rng)
    return file[:at] + page + file[at + PAGE_SIZE:], f'page {number} changed'


def open_with_limit(path):
    db = connect(path)
    steps = [0]

    def step():
        steps[0] += 1
        return steps[0] > MAX_STEPS

    db.set_progress_handler(step, 10000)
    return db, steps


def is_sound_to_sqlite(db):
    try:
        return db.execute('PRAGMA integrity_check').fetchall() == [('ok',)]
    except (sqlite3.Error, MemoryError):
        return False


def writes(db):
    for sql in ("INSERT INTO t(rowid, body) VALUES(9000, 'w1 w2 w3')", 'DELETE FROM t WHERE rowid = 7',
                "INSERT INTO t(t) VALUES('optimize')", "INSERT INTO t(t) VALUES('rebuild')"):
        try:
            db.execute(sql)
        except (sqlite3.Error, MemoryError):
            pass


def tried(path, before, queries, counts):
    """What is wrong after a damage, or nothing."""
    try:
        db, steps = open_with_limit(path)
    except (sqlite3.Error, MemoryError):
        counts['not opened'] += 1
        return
    after = answers(db, queries)
    good = is_checked(db)[0] and is_sound_to_sqlite(db)
    counts['that changed an answer'] += after != before
    counts['found'] += not good
    for was, now, (sql, _) in zip(before, after, queries):
        if now != was and good:
            yield f'not found, and another answer: {sql}: {str(now)[:200]}'
    writes(db)
    if steps[0] > MAX_STEPS:
        yield 'it does not end'
    db.close()


def test(kind, rng, path):
    db = connect(path)
    db.execute(f'PRAGMA page_size = {PAGE_SIZE}')
    texts = fill(db, KINDS[kind], rng)
    # Not the text: letters may change that are one to the index.
    queries = [(sql.replace('rowid, body', 'rowid'), values) for sql, values in queries_for(texts, rng)]
    before = answers(db, queries)
    try:
        pages = [n for n, in db.execute("SELECT pageno FROM dbstat WHERE name GLOB 't_*'")]
    except sqlite3.OperationalError:  # an SQLite without that table
        pages = [n + 1 for n, in db.execute('SELECT rootpage FROM sqlite_schema WHERE rootpage > 0')]
    db.close()
    with open(path, 'rb') as f:
        file = f.read()
    missed, counts = [], collections.Counter()
    while counts['damages'] < N_DAMAGES:
        bytes_, what = damaged(file, pages, rng)
        if bytes_ == file:
            continue
        counts['damages'] += 1
        with open(path, 'wb') as f:
            f.write(bytes_)
        missed += [f'{what}: {wrong}' for wrong in tried(path, before, queries, counts)][:3]
        if os.path.exists(path + '-journal'):
            os.remove(path + '-journal')
    return missed, counts


def test_in_folder(kind, rng):
    with tempfile.TemporaryDirectory() as folder:
        return test(kind, rng, os.path.join(folder, 'db'))


main(test_in_folder)
