"""
Collections that are hard on an index, against brute force: test_adversarial.py
path/to/textsim.so [--deep]

Each is put into a table of every content mode.  Pairs, clusters and MATCH must be
what the functions say of all pairs, at every threshold; where there are too many for
that, what follows from how they were made.  Prints TAP.
"""
import random
import time

from tap import DEEP, connect, main

THRESHOLDS = [0.3, 0.5, 0.55, 0.7, 0.8, 1.0]
MODES = {
    'stored': 'body',
    'external': "body, content='docs', content_rowid='id'",
    'triggers': "body, content='docs', content_rowid='id', sync=triggers",
    'view': "body, content='every doc', content_rowid='the key'",
    'none': "body, content=''",
}


# --- collections: (k, texts) ----------------------------------------------------------


def words(*names):
    return ' '.join(map(str, names))


def prose(rng, n, n_words=5000):
    return [f'w{rng.randrange(n_words)}' for _ in range(n)]


def identical(_):
    return 5, ['a b c d e f g h', 'A, b c d e f g H!'] * 60


def disjoint(_):
    return 1, [words(*(f'd{i}x{j}' for j in range(1 + i % 9))) for i in range(120)]


def short(rng):
    return rng.choice([1, 2, 5]), [' '.join(rng.choices('abcd', k=1 + i % 10)) for i in range(120)]


def empty(_):
    return 2, [None, '', ' ', '--', '!?', 'a', 'a', 'a b', 'a b', 'a b c', '\u00ad', 'a\u00ad b']


def nested(_):
    """Each in all that are longer."""
    return 1, [words(*(f'n{j}' for j in range(1, i + 1))) for i in range(1, 121)]


def at_threshold(_):
    """Pairs of exactly each threshold, and of the next ones under and over it."""
    texts = []
    for t in THRESHOLDS:
        for union in (10, 20, 27, 40, 100, 200):
            for shared in {int(t * union) - 1, int(t * union), int(t * union) + 1, round(t * union)}:
                if 0 < shared <= union:
                    name, own = f't{len(texts)}x', union - shared
                    both = [f'{name}{j}' for j in range(shared)]
                    for left in {own // 2, own}:
                        texts.append(words(*both, *(f'{name}l{j}' for j in range(left))))
                        texts.append(words(*both, *(f'{name}r{j}' for j in range(own - left))))
    return 1, texts


def chain(_):
    """Neighbours are alike, the others less and less."""
    return 1, [words(*(f'c{j}' for j in range(3 * i, 3 * i + 30))) for i in range(120)]


def licences(rng):
    """Copies of one text, each with a line of its own somewhere."""
    return 5, one_line_changed(rng, 100)


def one_line_changed(rng, n):
    lines = [' '.join(prose(rng, 8)) for _ in range(40)]
    texts = []
    for i in range(n):
        at = rng.randrange(40)
        texts.append('\n'.join(lines[:at] + [f'copyright {i} by owner{i}'] + lines[at + 1:]))
    return texts


def half_licence(rng):
    """All of them have as much of a licence as of their own, or somewhat more."""
    licence = ' '.join(prose(rng, 120))
    return 5, [licence + ' ' + ' '.join(prose(rng, rng.choice([60, 80, 100, 120, 121]))) for _ in range(120)]


def common_words(rng):
    """Few words, so that all have nearly all of them."""
    names = [f'v{i}' for i in range(24)]
    return 1, [words(*rng.sample(names, rng.randrange(8, 25))) for _ in range(120)]


def large(rng):
    """One document that is very much longer than the others; parts and a version of it."""
    n = 6_000_000 if DEEP else 8000  # 50 MB
    text = [f'{rng.getrandbits(30):x}' for _ in range(n)]
    changed = list(text)
    for at in rng.sample(range(n), n // 200):
        changed[at] = 'changed'
    return 5, [' '.join(t) for t in (text, changed, text[:n // 2], text[n // 2 - 3:], text[:100],
                                     text[-60:], ['quite', 'another'])]


COLLECTIONS = [identical, disjoint, short, empty, nested, at_threshold, chain, licences,
               half_licence, common_words, large]


# --- checks ---------------------------------------------------------------------------


def components(pairs):
    first = {}

    def find(i):
        while first.setdefault(i, i) != i:
            i = first[i]
        return i

    for a, b in pairs:
        a, b = sorted((find(a), find(b)))
        first[b] = a
    return {i: find(i) for i in first}


def fill(db, mode, k, threshold, texts):
    """Table 'sim' of the texts; half of them are there when it is rebuilt."""
    db.execute('CREATE TABLE docs(id INTEGER PRIMARY KEY, body)')
    db.execute('CREATE VIEW "every doc" AS SELECT id AS "the key", body FROM docs')
    db.execute(f'CREATE VIRTUAL TABLE sim USING textsim({MODES[mode]}, k={k}, threshold={threshold})')
    rows = list(enumerate(texts, 1))
    db.execute('BEGIN')
    for part in rows[::2], rows[1::2]:
        db.executemany('INSERT INTO docs VALUES(?, ?)', part)
        if mode != 'triggers':
            db.executemany('INSERT INTO sim(rowid, body) VALUES(?, ?)', part)
        if part == rows[::2]:
            db.execute("INSERT INTO sim(sim) VALUES('rebuild')")
    db.execute('COMMIT')
    db.execute("INSERT INTO sim(sim) VALUES('integrity-check')")


def all_measures(db, k):
    db.execute(f'CREATE TEMP TABLE sets AS SELECT id, shingle_set(body, {k}) AS s FROM docs')
    return db.execute('''
        SELECT * FROM (SELECT a.id x, b.id y, jaccard(a.s, b.s) j, containment(a.s, b.s) x_in_y,
                              containment(b.s, a.s) y_in_x FROM sets a JOIN sets b ON a.id < b.id)
         WHERE max(x_in_y, y_in_x) >= 0.3 ORDER BY x, y''').fetchall()


def check_pairs(db, measures, threshold):
    wanted = [m for m in measures if m[2] >= threshold]
    found = sorted(db.execute("SELECT * FROM textsim_pairs('sim', ?)", (threshold,)))
    assert found == wanted, (threshold, len(found), len(wanted), set(found) ^ set(wanted))
    roots = components((a, b) for a, b, *_ in wanted)
    found = db.execute("SELECT rowid, cluster FROM textsim_clusters('sim', ?)", (threshold,))
    assert dict(found) == roots, threshold


def check_match(db, measures, number, text):
    """All bounds, for a document that is in the table."""
    mine = [(b, j, in_b, in_a) for a, b, j, in_b, in_a in measures if a == number]
    mine += [(a, j, in_a, in_b) for a, b, j, in_b, in_a in measures if b == number]
    mine.append((number, 1.0, 1.0, 1.0))
    for column, bound in enumerate(('similarity', 'query_in_doc', 'doc_in_query'), 1):
        for t in THRESHOLDS if len(text) < 10 ** 7 else [0.5]:
            found = db.execute(f'''SELECT rowid, similarity, query_in_doc, doc_in_query FROM sim
                                    WHERE sim MATCH ? AND {bound} >= ?''', (text, t)).fetchall()
            wanted = sorted(m for m in mine if m[column] >= t)
            assert sorted(found) == wanted, (bound, t, number, set(found) ^ set(wanted))


def collection(make):
    rng = random.Random(make.__name__)
    k, texts = make(rng)
    measures, huge = None, DEEP and make == large
    every = THRESHOLDS if DEEP and not huge or make == at_threshold else [0.3]
    for mode in ('stored', 'none') if huge else MODES:
        for least in every if mode == 'stored' else [0.3]:
            db = connect()
            fill(db, mode, k, least, texts)
            measures = measures or all_measures(db, k)
            for t in THRESHOLDS:
                if t >= least:
                    check_pairs(db, measures, t)
            with_shingles = [(i, x) for i, x in db.execute('SELECT id, body FROM docs WHERE shingle_set(body) '
                                                           '<> shingle_set(\'\')')]
            for number, text in rng.sample(with_shingles, min(1 if huge else 2, len(with_shingles))):
                check_match(db, measures, number, text)
            db.close()
    return f'{make.__name__}: {len(texts)} documents, {sum(m[2] >= 0.3 for m in measures)} pairs at 0.3'


def many_licences():
    """All alike: five thousand million pairs, if they were counted."""
    n = 100_000 if DEEP else 3000
    db = connect()
    db.execute("CREATE VIRTUAL TABLE sim USING textsim(body, content='')")
    db.execute('BEGIN')
    db.executemany('INSERT INTO sim(body) VALUES(?)', ((t,) for t in one_line_changed(random.Random(1), n)))
    db.execute('COMMIT')
    took = {}
    for t in (0.5, 0.8):
        begun = time.process_time()
        found = db.execute("SELECT count(*), min(cluster), max(cluster), min(size) FROM textsim_clusters('sim', ?)",
                           (t,)).fetchone()
        took[t] = time.process_time() - begun
        assert found == (n, 1, 1, n), found
    assert not db.execute("SELECT * FROM textsim_clusters('sim', 1.0)").fetchall()
    begun = time.process_time()
    rows = db.execute("SELECT a, b, similarity FROM textsim_pairs('sim', 0.8)")
    assert len({next(rows)[:2] for _ in range(1000)}) == 1000
    rows.close()
    first = time.process_time() - begun
    assert db.execute("SELECT count(*) FROM textsim_pairs('sim', 0.8) WHERE a = 1").fetchone() == (n - 1,)
    assert db.execute("SELECT count(*) FROM textsim_pairs('sim', 0.8) WHERE b = 1").fetchone() == (0,)
    return (f'{n} licences with a line of their own: clusters at 0.5 in {took[0.5]:.2f} s, at 0.8 in '
            f'{took[0.8]:.2f} s, a thousand pairs after {first:.2f} s')


main([lambda make=make: collection(make) for make in COLLECTIONS] + [many_licences])
