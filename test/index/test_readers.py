"""
One writer and four readers, as processes, in WAL: test_readers.py
path/to/textsim.so [--deep]

The writer changes documents, one and many at a time, and merges and rebuilds; some
transactions it rolls back.  Each reader, in whatever state it finds: the index has
the documents that the content table has, MATCH finds every one of them by its
text, and pairs and MATCH say what the functions say of the texts.  It goes on until
each reader has seen so many states.  Prints TAP.
"""
import os
import random
import sqlite3
import subprocess
import sys
import tempfile
import threading
import time

from tap import DEEP, connect, main

READERS = 4
STATES = 1000 if DEEP else 30  # that each reader has to see
TIMEOUT = 600  # seconds; only so that a failure ends
WORDS = [f'w{i}' for i in range(40)]


def text(rng):
    return ' '.join(rng.choice(WORDS) for _ in range(rng.randrange(3, 40)))


# --- a reader ---------------------------------------------------------------------------


def look(db, rng):
    """What is wrong in the present state, or None."""
    docs = db.execute('SELECT id, body FROM docs ORDER BY id').fetchall()
    for table in ('sim', 'bare', 'kept'):
        if [i for i, _ in docs] != [i for i, in db.execute(f'SELECT rowid FROM {table} ORDER BY rowid')]:
            return f'{table} has other documents'
    if docs != db.execute('SELECT rowid, body FROM kept ORDER BY rowid').fetchall():
        return 'kept has other texts'
    query = rng.choice(docs)[1]
    brute = db.execute('SELECT id, s FROM (SELECT id, jaccard(body, ?, 2) s FROM docs) WHERE s >= 0.5 '
                       'ORDER BY id', (query,)).fetchall()
    for table in ('sim', 'bare', 'kept'):
        found = db.execute(f'SELECT rowid, similarity FROM {table} WHERE {table} MATCH ? AND '
                           'similarity >= 0.5', (query,)).fetchall()
        if sorted(found) != brute:
            return f'{table}: {sorted(found)} and not {brute} match {query}'
    if rng.random() < 0.2:
        brute = db.execute('''SELECT a.id, b.id FROM docs a JOIN docs b ON a.id < b.id AND
                               jaccard(a.body, b.body, 2) >= 0.5 ORDER BY 1, 2''').fetchall()
        for table in ('sim', 'bare', 'kept'):
            if brute != sorted(db.execute('SELECT a, b FROM textsim_pairs(?)', (table,))):
                return f'{table}: pairs'
    return None


def read(path, seed):
    """A line for every state that was looked at; until the writer takes its end."""
    rng = random.Random(seed)
    db = connect(path)
    before = None
    while True:
        db.execute('BEGIN')
        state = db.execute('SELECT n FROM state').fetchone()[0]
        try:
            wrong = look(db, rng)
        except sqlite3.Error as error:
            wrong = f'{type(error).__name__}: {error}'
        db.execute('COMMIT')
        # One statement alone, without a transaction around it.
        lost = db.execute('''SELECT d.id FROM docs d WHERE NOT EXISTS (
                               SELECT 1 FROM sim WHERE sim MATCH d.body AND similarity = 1
                                  AND sim.rowid = d.id)''').fetchall()
        if lost:
            wrong = f'{lost} are not found'
        if wrong or state != before:
            os.write(1, f'{state} {wrong or "ok"}\n'.encode())  # at once: it may be killed
            before = state


# --- the writer ---------------------------------------------------------------------------


class Writer:
    def __init__(self, path):
        self.rng = random.Random(0)
        self.db = db = connect(path)
        db.execute('PRAGMA journal_mode = WAL')
        db.executescript('''
            CREATE TABLE state(n);
            INSERT INTO state VALUES(0);
            CREATE TABLE docs(id INTEGER PRIMARY KEY, body);
            CREATE VIRTUAL TABLE sim USING textsim(body, content=docs, sync=triggers, k=2);
            CREATE VIRTUAL TABLE bare USING textsim(body, content='', k=2);
            CREATE VIRTUAL TABLE kept USING textsim(body, k=2);
            CREATE TRIGGER docs_insert AFTER INSERT ON docs BEGIN
              INSERT INTO bare(rowid, body) VALUES(new.id, new.body);
              INSERT INTO kept(rowid, body) VALUES(new.id, new.body);
            END;
            CREATE TRIGGER docs_delete AFTER DELETE ON docs BEGIN
              DELETE FROM bare WHERE rowid = old.id;
              DELETE FROM kept WHERE rowid = old.id;
            END;
            CREATE TRIGGER docs_update AFTER UPDATE ON docs BEGIN
              INSERT OR REPLACE INTO bare(rowid, body) VALUES(new.id, new.body);
              UPDATE kept SET body = new.body WHERE rowid = new.id;
            END;''')
        db.executemany('INSERT INTO docs(body) VALUES(?)', [(text(self.rng),) for _ in range(50)])

    def change(self):
        rng, db = self.rng, self.db
        ids = [i for i, in db.execute('SELECT id FROM docs')]
        kind = rng.random()
        if len(ids) < 40 or kind < 0.4:
            copied = [db.execute('SELECT body FROM docs WHERE id = ?', (i,)).fetchone()[0] for i in ids[:3]]
            for _ in range(rng.choice([1, 2, 30])):
                db.execute('INSERT INTO docs(body) VALUES(?)', (rng.choice(copied + [text(rng)]),))
        elif len(ids) > 200 or kind < 0.6:
            for i in rng.sample(ids, rng.choice([1, 2, 30])):
                db.execute('DELETE FROM docs WHERE id = ?', (i,))
        elif kind < 0.9:
            for i in rng.sample(ids, rng.choice([1, 2, 30])):
                db.execute('UPDATE docs SET body = ? WHERE id = ?', (text(rng), i))
        else:
            table, command = rng.choice(['sim', 'bare', 'kept']), rng.choice(['rebuild', 'optimize'])
            db.execute(f'INSERT INTO {table}({table}) VALUES(?)', (command,))

    def transaction(self):
        self.db.execute('BEGIN IMMEDIATE')
        self.db.execute('UPDATE state SET n = n + 1')
        self.change()
        self.db.execute('ROLLBACK' if self.rng.random() < 0.2 else 'COMMIT')


def test():
    with tempfile.TemporaryDirectory() as directory:
        path = os.path.join(directory, 'readers.db')
        writer = Writer(path)
        readers = [subprocess.Popen([sys.executable, __file__, *sys.argv[1:], f'--read={path}', f'--seed={i}'],
                                    stdout=subprocess.PIPE, text=True) for i in range(READERS)]
        seen = [[] for _ in readers]
        threads = []
        for reader, lines in zip(readers, seen):
            def listen(reader=reader, lines=lines):
                for line in reader.stdout:
                    lines.append(line.strip())
            threads.append(threading.Thread(target=listen))
            threads[-1].start()
        begun, n = time.monotonic(), 0
        while min(map(len, seen)) < STATES and all(r.poll() is None for r in readers):
            writer.transaction()
            n += 1
            assert time.monotonic() - begun < TIMEOUT, [len(lines) for lines in seen]
        ended = [r.poll() for r in readers]
        for reader in readers:
            reader.kill()
        for reader, thread in zip(readers, threads):
            thread.join()
            reader.wait()
        wrong = [line for lines in seen for line in lines if not line.endswith(' ok')]
        assert not wrong, wrong[:3]
        assert ended == [None] * READERS, ended
        for table in ('sim', 'bare', 'kept'):
            writer.db.execute(f"INSERT INTO {table}({table}) VALUES('integrity-check')")
        writer.db.close()
    return f'{n} transactions, {sum(map(len, seen))} states seen by {READERS} readers'


options = dict(a[2:].split('=', 1) for a in sys.argv if a.startswith('--') and '=' in a)
if 'read' in options:
    read(options['read'], options['seed'])
main([test])
