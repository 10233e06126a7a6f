"""
The same writes leave the same bytes: test_bytes.py path/to/textsim.so [--update]

The rows of all shadow tables after a fixed history must be those of shadow_bytes.txt,
on every machine, with SIMD and without.  A change of the format, of samples or of
merges changes them on purpose: --update writes the file anew.  Prints TAP.
"""
import hashlib
import os
import sys

from tap import connect, main

EXPECTED = os.path.join(os.path.dirname(os.path.abspath(__file__)), 'shadow_bytes.txt')
WORDS = ['Straße', 'Ελλάδα', '東京', 'x', "DON'T", '1,000.5', 'e\u0301te\u0301', 'ﬁn', 'word'] + [
    f'w{i}' for i in range(700)] + ['long' * n for n in range(1, 12)]
TABLES = {
    'stored': 'body, note UNINDEXED, k=2',
    'external': 'body, content=docs, threshold=0.3',
    'triggered': 'body, content=docs, sync=triggers, threshold=0.9, unit=char, k=9',
    'bare': "body, content='', seed=7, marks=strip, k=3",
    'rebuilt': 'body, content=docs, case=keep',
}


class Draw:
    """The same numbers in every version of Python."""

    def __init__(self):
        self.state = 1

    def below(self, n):
        self.state = (self.state * 6364136223846793005 + 1442695040888963407) % 2 ** 64
        return (self.state >> 33) % n


def text(draw):
    kind = draw.below(50)
    if kind < 2:
        return [None, ''][kind]
    return [' ', ', ', ' — '][kind % 3].join(WORDS[draw.below(len(WORDS))] for _ in range(draw.below(60)))


def history():
    db = connect()
    draw = Draw()
    db.execute('CREATE TABLE docs(id INTEGER PRIMARY KEY, body)')
    for name, arguments in TABLES.items():
        db.execute(f'CREATE VIRTUAL TABLE {name} USING textsim({arguments})')
    for step in range(2500):
        rowid = draw.below(4000) - 50
        body = text(draw)
        for table in ('docs', 'stored', 'external', 'bare'):
            key = 'id' if table == 'docs' else 'rowid'
            if draw.below(6) == 0 and table != 'external':
                db.execute(f'DELETE FROM {table} WHERE {key} = ?', (rowid,))
            else:
                db.execute(f'INSERT OR REPLACE INTO {table}({key}, body) VALUES(?, ?)', (rowid, body))
        if step % 10 == 0:
            db.execute("UPDATE stored SET body = body || ' more', note = ? WHERE rowid = ?", (step, rowid))
        if step % 500 == 300:
            db.execute('BEGIN')
            db.execute('DELETE FROM docs WHERE id > 1000')
            db.execute('DELETE FROM bare WHERE rowid > 1000')
            db.execute('ROLLBACK')
        if step == 1700:
            db.execute("INSERT INTO bare(bare) VALUES('optimize')")
            db.execute("INSERT INTO triggered(triggered) VALUES('rebuild')")
    db.execute("INSERT INTO rebuilt(rebuilt) VALUES('rebuild')")
    return db


def shadows():
    """A line for each shadow table: its name, its rows, their SHA-256."""
    db = history()
    lines = []
    for name, in db.execute("SELECT name FROM sqlite_master WHERE type = 'table' AND name GLOB '*_*' ORDER BY 1"):
        rows = sorted(repr(row) for row in db.execute(f'SELECT * FROM "{name}"'))
        lines.append(f'{name} {len(rows)} {hashlib.sha256(chr(10).join(rows).encode()).hexdigest()}\n')
    return lines


def test():
    found = shadows()
    if '--update' in sys.argv:
        with open(EXPECTED, 'w', encoding='ascii') as f:
            f.writelines(found)
    with open(EXPECTED, encoding='ascii') as f:
        expected = f.readlines()
    assert len(found) >= 8 * len(TABLES)
    assert found == expected, sorted(set(found) ^ set(expected))
    return f'{len(found)} shadow tables'


main([test])
