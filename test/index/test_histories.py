"""
The index against brute force, over random histories: test_histories.py
path/to/textsim.so [--deep]

Each history writes to a table of its own kind (content mode, options, odd
names), with transactions and savepoints that roll back, reopening, VACUUM and all
commands.  Every few steps the table must hold what a model in Python holds, and
answer queries as the functions jaccard() and containment() do over those rows;
integrity-check must agree.  Prints TAP.
"""
import os
import random
import sqlite3
import sys
import tempfile

ARGUMENTS = [a for a in sys.argv[1:] if a != '--deep']
DEEP = '--deep' in sys.argv
HISTORIES = 3000 if DEEP else 120
STEPS = 60

WORDS = [f'w{i}' for i in range(12)]
NAMES = ['t', 'a table', 'o"dd', "it's", 'müll', 'select', 'x.y']
OPTIONS = ['k=1', 'k=2', 'k=3, threshold=0.8', 'unit=char, k=4, threshold=0.3',
           'k=2 case=keep', 'k=1, threshold=1', 'k=2, seed=7, threshold=0.05']


def quoted(name):
    return '"' + name.replace('"', '""') + '"'


def literal(text):
    return "'" + text.replace("'", "''") + "'"


def random_text(rng):
    kind = rng.random()
    if kind < 0.03:
        return None
    if kind < 0.06:
        return ''
    n = rng.randrange(1, 8) if kind < 0.4 else rng.randrange(8, 60)
    return ' '.join(rng.choice(WORDS) for _ in range(n))


def edited(rng, text):
    words = (text or 'w1 w2 w3').split()
    for _ in range(rng.randrange(0, 4)):
        if words:
            words[rng.randrange(len(words))] = rng.choice(WORDS)
    return ' '.join(words)


class History:
    def __init__(self, seed, directory):
        self.rng = random.Random(seed)
        self.path = os.path.join(directory, f'{seed}.db')
        self.mode = self.rng.choice(['stored', 'external', 'triggers', 'none', 'view'])
        self.schema = self.rng.choice(['main', 'main', 'other db'])
        self.name = self.rng.choice(NAMES)
        self.content = 'my ' + self.name
        self.options = self.rng.choice(OPTIONS)
        self.function_options = ', '.join(
            o for o in self.options.split(', ') if not o.startswith('threshold'))
        self.threshold = 0.5
        for option in self.options.split(', '):
            if option.startswith('threshold='):
                self.threshold = float(option[10:])
        self.rows = {}
        self.saved = []
        self.log = []
        self.db = None
        self.open()
        self.create()

    # --- the database

    def open(self):
        self.db = sqlite3.connect(self.path, isolation_level=None)
        self.db.enable_load_extension(True)
        self.db.load_extension(ARGUMENTS[0])
        self.db.execute('PRAGMA synchronous = OFF')
        if self.schema != 'main':
            self.run(f'ATTACH {literal(self.path + "2")} AS {quoted(self.schema)}')
            self.run(f'PRAGMA {quoted(self.schema)}.synchronous = OFF')

    def run(self, sql, values=()):
        self.log.append((sql, values))
        return self.db.execute(sql, values).fetchall()

    def table(self):
        return f'{quoted(self.schema)}.{quoted(self.name)}'

    def docs(self):
        return f'{quoted(self.schema)}.{quoted(self.content)}'

    def create(self):
        options = self.options
        if self.mode in ('external', 'triggers', 'view'):
            self.run(f'CREATE TABLE {self.docs()}(id INTEGER PRIMARY KEY, body, u UNIQUE)')
            content = self.content
            if self.mode == 'view':
                content = self.content + ' view'
                self.run(f'CREATE VIEW {quoted(self.schema)}.{quoted(content)} AS '
                         f'SELECT id AS "the key", body FROM {quoted(self.content)}')
                options += ', content_rowid="the key"'
            options += f', content={quoted(content)}'
        if self.mode == 'triggers':
            options += ', sync=triggers'
        if self.mode == 'none':
            options += ", content=''"
        extra = ', note UNINDEXED' if self.mode == 'stored' else ''
        self.run(f'CREATE VIRTUAL TABLE {self.table()} USING textsim(body{extra}, {options})')

    def command(self, name):
        self.run(f'INSERT INTO {self.table()}({quoted(self.name)}) VALUES(?)', (name,))

    # --- writes

    def put(self, rowid, text, how='INSERT'):
        """INSERT as 'how' says; what a table would do is done to the model."""
        there = rowid in self.rows
        if there and how == 'INSERT':
            try:
                self.insert(rowid, text, how)
            except sqlite3.IntegrityError:
                return
            raise AssertionError('no conflict')
        self.insert(rowid, text, how)
        if not there or how == 'INSERT OR REPLACE':
            self.rows[rowid] = text

    def insert(self, rowid, text, how):
        if self.mode in ('external', 'view'):
            if how != 'INSERT OR IGNORE' or rowid not in self.rows:
                self.run(f'{how} INTO {self.docs()}(id, body) VALUES(?, ?)', (rowid, text))
            self.run(f'{how} INTO {self.table()}(rowid, body) VALUES(?, ?)', (rowid, text))
        elif self.mode == 'triggers':
            self.run(f'{how} INTO {self.docs()}(id, body) VALUES(?, ?)', (rowid, text))
        else:
            self.run(f'{how} INTO {self.table()}(rowid, body) VALUES(?, ?)', (rowid, text))

    def delete(self, rowid):
        self.rows.pop(rowid, None)
        if self.mode in ('external', 'view'):
            order = [self.table() + ' WHERE rowid', self.docs() + ' WHERE id']
            for where in order if self.rng.random() < 0.7 else order[::-1]:
                self.run(f'DELETE FROM {where} = ?', (rowid,))
        elif self.mode == 'triggers':
            self.run(f'DELETE FROM {self.docs()} WHERE id = ?', (rowid,))
        else:
            self.run(f'DELETE FROM {self.table()} WHERE rowid = ?', (rowid,))

    def update(self, rowid, text):
        if rowid in self.rows:
            self.rows[rowid] = text
        tables = {'external': [self.docs(), self.table()], 'view': [self.docs(), self.table()],
                  'triggers': [self.docs()]}.get(self.mode, [self.table()])
        for table in tables:
            self.run(f'UPDATE {table} SET body = ? WHERE rowid = ?', (text, rowid))

    def move(self, rowid):
        to = self.rng.randrange(-5, 60)
        if rowid not in self.rows or to in self.rows:
            return
        if self.mode in ('external', 'view'):
            self.run(f'UPDATE {self.docs()} SET id = ? WHERE id = ?', (to, rowid))
            self.run(f'DELETE FROM {self.table()} WHERE rowid = ?', (rowid,))
            text = self.rows[rowid]
            self.run(f'INSERT INTO {self.table()}(rowid, body) VALUES(?, ?)', (to, text))
        else:
            table = self.docs() if self.mode == 'triggers' else self.table()
            self.run(f'UPDATE {table} SET rowid = ? WHERE rowid = ?', (to, rowid))
        self.rows[to] = self.rows.pop(rowid)

    def many(self):
        """So many documents that the tail is merged, and slices."""
        rng, first = self.rng, 1000 + 1000 * self.rng.randrange(5)
        self.run('SAVEPOINT many')
        for i in range(rng.choice([100, 300, 700])):
            self.put(first + i, random_text(rng), 'INSERT OR REPLACE')
        self.run('RELEASE many')

    # --- transactions

    def begin(self):
        self.run(f'SAVEPOINT s{len(self.saved)}')
        self.saved.append(dict(self.rows))

    def end(self):
        if not self.saved:
            return
        rows = self.saved.pop()
        name = f's{len(self.saved)}'
        if self.rng.random() < 0.5:
            self.rows = rows
            self.run(f'ROLLBACK TO {name}')
        self.run(f'RELEASE {name}')

    def reopen(self):
        while self.saved:
            self.end()
        if self.rng.random() < 0.3:
            self.run(f'VACUUM {quoted(self.schema)}')
        self.db.close()
        self.open()

    def rename(self):
        name = self.rng.choice([n for n in NAMES if n != self.name])
        self.run(f'ALTER TABLE {self.table()} RENAME TO {quoted(name)}')
        self.name = name

    def step(self):
        rng = self.rng
        rowid = rng.choice(list(self.rows)) if self.rows and rng.random() < 0.7 \
            else rng.randrange(-5, 60)
        text = edited(rng, rng.choice(list(self.rows.values()))) \
            if self.rows and rng.random() < 0.5 else random_text(rng)
        kind = rng.random()
        if kind < 0.45:
            self.put(rowid, text, rng.choice(['INSERT', 'INSERT OR REPLACE',
                                              'INSERT OR IGNORE']))
        elif kind < 0.60:
            self.delete(rowid)
        elif kind < 0.70:
            self.update(rowid, text)
        elif kind < 0.74:
            self.move(rowid)
        elif kind < 0.82:
            self.begin()
        elif kind < 0.90:
            self.end()
        elif kind < 0.93:
            self.command(rng.choice(['rebuild', 'optimize', 'optimize', 'integrity-check']))
        elif kind < 0.96:
            self.reopen()
        elif kind < 0.97:
            if not self.saved:
                self.rename()
        elif kind < 0.98:
            self.many()
        elif kind < 0.985 and self.mode in ('stored', 'none'):
            self.command('delete-all')
            self.rows = {}

    # --- checks

    def check(self):
        rng = self.rng
        t = quoted(self.name)
        got = dict(self.run(f'SELECT rowid, body FROM {self.table()}'))
        want = dict(self.rows)
        if self.mode == 'none':
            want = dict.fromkeys(want)
        assert got == want, ('rows', got, want)
        assert sorted(want) == [r for r, in self.run(f'SELECT rowid FROM {self.table()} '
                                                     'ORDER BY rowid')]
        texts = [x for x in self.rows.values() if x] or ['w1']
        query = edited(rng, rng.choice(texts)) if rng.random() < 0.8 else random_text(rng)
        bound = rng.choice([self.threshold, 0.1, 0.5, 0.7, 0.9, 1.0, 2 / 3, 0])
        where, test = rng.choice([
            ('', lambda j, q, d: True),
            (f' AND similarity >= {bound!r}', lambda j, q, d: j >= bound),
            (f' AND similarity > {bound!r}', lambda j, q, d: j > bound),
            (f" AND rank <= '{-bound!r}'", lambda j, q, d: j >= bound),
            (f' AND query_in_doc >= {bound!r}', lambda j, q, d: q >= bound),
            (f' AND doc_in_query >= {bound!r}', lambda j, q, d: d >= bound),
            (f' AND query_in_doc >= {bound!r} AND doc_in_query BETWEEN 0.2 AND 1',
             lambda j, q, d: q >= bound and d >= 0.2)])
        self.run('CREATE TEMP TABLE IF NOT EXISTS model(id INTEGER PRIMARY KEY, body)')
        self.run('DELETE FROM temp.model')
        self.db.executemany('INSERT INTO temp.model VALUES(?, ?)', self.rows.items())
        o = literal(self.function_options)
        brute = self.run(f'SELECT id, jaccard(body, ?1, {o}), containment(?1, body, {o}), '
                         f'containment(body, ?1, {o}) FROM temp.model', (query,))
        wanted = sorted((r, j, q, d, -j) for r, j, q, d in brute
                        if query is not None and j and test(j, q, d))
        found = sorted(self.run(
            f'SELECT rowid, similarity, query_in_doc, doc_in_query, rank FROM {self.table()} '
            f'WHERE {t} MATCH ?{where}', (query,)))
        assert found == wanted, (query, where, found, wanted)
        if rng.random() < 0.3:
            self.command('integrity-check')


def main():
    failures = 0
    print(f'1..{HISTORIES}')
    with tempfile.TemporaryDirectory() as directory:
        for seed in range(HISTORIES):
            history = History(seed, directory)
            try:
                for step in range(STEPS):
                    history.step()
                    if step % 3 == 0:
                        history.check()
                history.reopen()
                history.check()
                history.command('integrity-check')
                history.run(f'DROP TABLE {history.table()}')
                left = history.run(f'SELECT name FROM {quoted(history.schema)}.sqlite_master '
                                   "WHERE type = 'trigger' OR sql LIKE '%sum%' OR sql LIKE "
                                   "'%textsim%'")
                assert not left, left
                print(f'ok {seed + 1} - {history.mode} {history.options}')
            except (AssertionError, sqlite3.Error) as error:
                failures += 1
                print(f'not ok {seed + 1} - {history.mode} {history.options}')
                print(f'# seed {seed}: {type(error).__name__} {str(error)[:1000]}')
                for sql, values in history.log[-4:]:
                    print(f'#   {sql[:300]} {str(values)[:200]}')
            history.db.close()
    sys.exit(failures > 0)


if not hasattr(sqlite3.Connection, 'enable_load_extension'):
    print('1..0 # SKIP this Python cannot load extensions into SQLite')
    sys.exit(0)
main()
