"""
textsim_pairs and textsim_clusters against brute force: test_pairs.py
path/to/textsim.so [--deep]

Collections of random texts, their edits and copies, in every content mode: the
pairs must be those that jaccard() gives, and the clusters what these connect, with
conditions on the rowids and without, before and after the texts change.  Prints
TAP.
"""
import os
import random
import sqlite3
import sys
import threading

ARGUMENTS = [a for a in sys.argv[1:] if a != '--deep']
DEEP = '--deep' in sys.argv
COLLECTIONS = 500 if DEEP else 40

THRESHOLDS = [0.05, 0.3, 1 / 3, 0.5, 0.55, 0.7, 0.8, 1.0]
MODES = {
    'stored': 'body',
    'external': "body, content='docs', content_rowid='id'",
    'none': "body, content=''",
}


def connect():
    db = sqlite3.connect(':memory:', isolation_level=None, check_same_thread=False)
    db.enable_load_extension(True)
    db.load_extension(os.path.abspath(ARGUMENTS[0]))
    return db


def random_texts(rng, n):
    words = [f'w{i}' for i in range(rng.choice([5, 40, 2000]))]
    boilerplate = rng.choices(words, k=rng.choice([0, 0, 20]))
    texts = []
    for _ in range(n):
        kind = rng.random()
        if kind < 0.05:
            texts.append(rng.choice([None, '', ' - ']))
            continue
        if kind < 0.45 or not texts:
            text = rng.choices(words, k=rng.randrange(1, rng.choice([6, 60]))) + boilerplate
        else:
            text = (rng.choice(texts) or 'w1').split()
            for _ in range(rng.choice([0, 1, 3, 10])):
                text[rng.randrange(len(text))] = rng.choice(words)
        texts.append(' '.join(text))
    return texts


def clusters_of(ids, pairs):
    """(cluster, rowid, size) of all documents that have a partner."""
    first = {i: i for i in ids}

    def find(i):
        while first[i] != i:
            i = first[i]
        return i

    for a, b in pairs:
        a, b = sorted((find(a), find(b)))
        first[b] = a
    roots = {i: find(i) for i in ids}
    sizes = {r: list(roots.values()).count(r) for r in set(roots.values())}
    return [(roots[i], i, sizes[roots[i]]) for i in sorted(ids) if sizes[roots[i]] > 1]


def check(db, rng, lowest, k):
    ids = [i for i, in db.execute('SELECT id FROM docs')]
    brute = db.execute(f'''
        SELECT a.id, b.id, jaccard(a.body, b.body, {k}) j, containment(a.body, b.body, {k}),
               containment(b.body, a.body, {k})
          FROM docs a JOIN docs b ON a.id < b.id WHERE j >= ?''', (lowest,)).fetchall()
    for threshold in [t for t in THRESHOLDS if t >= lowest]:
        wanted = sorted(row for row in brute if row[2] >= threshold)
        call = ('sim', threshold)
        found = db.execute('SELECT * FROM textsim_pairs(?, ?)', call).fetchall()
        assert sorted(found) == wanted, (threshold, len(found), len(wanted))

        pairs = [row[:2] for row in wanted]
        clusters = clusters_of(ids, pairs)
        found = db.execute('SELECT * FROM textsim_clusters(?, ?)', call).fetchall()
        assert [row[:3] for row in found] == clusters, (threshold, 'clusters')
        for cluster, rowid, _, similarity in found:
            expected, = db.execute(
                f'''SELECT jaccard(x.body, y.body, {k}) FROM docs x, docs y
                     WHERE x.id = ? AND y.id = ?''', (cluster, rowid)).fetchone()
            assert similarity == expected

        for _ in range(5):
            condition = ' AND '.join(
                f'{rng.choice("ab")} {op} {rng.choice(ids)}'
                for op in rng.sample(['=', '<', '<=', '>', '>='], rng.randrange(1, 3)))
            found = sorted(db.execute(
                f'SELECT a, b FROM textsim_pairs(?, ?) WHERE {condition}', call))
            test = eval('lambda a, b: ' + condition.replace(' = ', ' == ')
                        .replace('AND', 'and'))
            assert found == [p for p in pairs if test(*p)], (threshold, condition)

            name, column = rng.choice([('cluster', 0), ('rowid', 1)])
            which = rng.choice(ids)
            found = db.execute(f'''SELECT cluster, rowid, size FROM textsim_clusters(?, ?)
                                    WHERE {name} = ?''', (*call, which)).fetchall()
            assert found == [row for row in clusters if row[column] == which]

        found = db.execute('''SELECT id, (SELECT count(*) FROM textsim_pairs(?, ?)
                                           WHERE a = id) FROM docs''', call).fetchall()
        assert found == [(i, sum(a == i for a, _ in pairs)) for i, _ in found]


def collection(seed):
    rng = random.Random(seed)
    db = connect()
    k = rng.choice([1, 2, 3])
    lowest = rng.choice([0.05, 0.3, 0.5])
    mode = rng.choice(list(MODES))
    db.execute('CREATE TABLE docs(id INTEGER PRIMARY KEY, body TEXT)')
    db.execute(f'CREATE VIRTUAL TABLE sim USING textsim({MODES[mode]}, k={k}, '
               f'threshold={lowest!r})')
    ids = rng.sample(range(-500, 500), rng.randrange(1, 60))
    for round_ in range(2):
        for i, text in zip(ids, random_texts(rng, len(ids))):
            if round_ and rng.random() < 0.7:
                continue
            # The index goes first: with external content it looks at the old text.
            if round_:
                db.execute('DELETE FROM sim WHERE rowid = ?', (i,))
            db.execute('REPLACE INTO docs VALUES(?, ?)', (i, text))
            db.execute('INSERT INTO sim(rowid, body) VALUES(?, ?)', (i, text))
        check(db, rng, lowest, k)
    return f'{mode}, k={k}, threshold={lowest:.3g}'


def streaming():
    """Copies: the first pairs come at once, clusters without any pair."""
    db = connect()
    db.execute('CREATE VIRTUAL TABLE sim USING textsim(body)')
    db.execute('''WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n LIMIT 10000)
                  INSERT INTO sim(body) SELECT 'a b c d e f g h' FROM n''')
    rows = db.execute("SELECT a, b FROM textsim_pairs('sim')")
    assert len({next(rows) for _ in range(1000)}) == 1000
    rows.close()
    steps = [0]

    def count():
        steps[0] += 1

    db.set_progress_handler(count, 1000)
    found = db.execute("SELECT count(*), min(size) FROM textsim_clusters('sim')").fetchone()
    assert found == (10000, 10000), found
    assert 0 < steps[0] < 5000, steps
    return 'ten thousand copies'


def interrupted():
    """A progress handler and interrupt() end a query that gives no rows."""
    db = connect()
    db.execute('CREATE VIRTUAL TABLE sim USING textsim(body)')
    db.execute('''WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n LIMIT 10000)
                  INSERT INTO sim(body) SELECT 'a b c d e f g h' FROM n''')
    endless = "SELECT count(*) FROM textsim_pairs('sim') WHERE a > 5000 AND b < 5000"
    timer = threading.Timer(0.05, db.interrupt)
    for stop in [lambda: db.set_progress_handler(lambda: 1, 1000), timer.start]:
        stop()
        try:
            db.execute(endless).fetchall()
            assert False, 'it came to its end'
        except sqlite3.OperationalError as error:
            assert str(error) == 'interrupted', error
        db.set_progress_handler(None, 0)
    timer.join()
    assert db.execute("SELECT count(*) FROM textsim_clusters('sim')").fetchone() == (10000,)
    return 'interrupted'


def repeated():
    """The documents are read once for a statement, not for each row of a join."""
    db = connect()
    db.execute('CREATE VIRTUAL TABLE sim USING textsim(body)')
    db.execute('''WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n LIMIT 300)
                  INSERT INTO sim(body) SELECT replace('a# b# c# d# e# f#', '#', (i + 2) / 3) FROM n''')
    db.execute('CREATE TABLE ids AS SELECT rowid AS id FROM sim')
    steps = [0]

    def count():
        steps[0] += 1

    def cost(sql, n):
        steps[0] = 0
        db.set_progress_handler(count, 10)
        rows = db.execute(sql).fetchall()
        db.set_progress_handler(None, 0)
        assert len(rows) == n, (sql, len(rows))
        return steps[0]

    for threshold in ["0.5", "'0.5'", "1", "0.5, 'main'"]:
        once = cost(f"SELECT * FROM textsim_pairs('sim', {threshold})", 300)
        for sql in ["SELECT * FROM ids LEFT JOIN textsim_pairs('sim', {}) ON b = id",
                    "SELECT * FROM ids LEFT JOIN textsim_clusters('sim', {}) c ON c.rowid = id",
                    "SELECT id, (SELECT count(*) FROM textsim_pairs('sim', {}) WHERE b = id) "
                    "FROM ids",
                    "SELECT * FROM ids WHERE id IN (SELECT b FROM textsim_pairs('sim', {})) "
                    "OR EXISTS (SELECT 1 FROM textsim_clusters('sim', {}) c WHERE c.rowid = id)"]:
            n = 400 if 'LEFT JOIN textsim_pairs' in sql else 300
            assert cost(sql.format(threshold, threshold), n) < 5 * once, sql
    return 'read once'


def main():
    failures = 0
    tests = [lambda seed=seed: collection(seed) for seed in range(COLLECTIONS)]
    tests += [streaming, interrupted, repeated]
    print(f'1..{len(tests)}')
    for number, test in enumerate(tests, 1):
        try:
            print(f'ok {number} - {test()}')
        except (AssertionError, sqlite3.Error) as error:
            failures += 1
            print(f'not ok {number}')
            print(f'# {type(error).__name__} {str(error)[:1000]}')
    sys.exit(failures > 0)


if not hasattr(sqlite3.Connection, 'enable_load_extension'):
    print('1..0 # SKIP this Python cannot load extensions into SQLite')
    sys.exit(0)
main()
