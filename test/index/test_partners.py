"""
The partners of one document, found by lookups: test_partners.py path/to/textsim.so
[--deep]

Every lookup in textsim_pairs (a = ?, b = ?, both, IN) and in textsim_clusters (rowid = ?,
cluster = ?) must give the rows that brute force gives, whatever the index can tell of the
texts: long ones, of which the sample alone decides, short ones and empty ones, families
about the threshold, boilerplate; on all levels of the postings, after DELETE, UPDATE and
ROLLBACK, and in the same transaction.  A lookup must cost less than a join, and many of
them not much more than one.  Prints TAP.
"""
import os
import random
import sqlite3
import sys

ARGUMENTS = [a for a in sys.argv[1:] if a != '--deep']
DEEP = '--deep' in sys.argv
ROUNDS = 40 if DEEP else 3

MODES = {
    'stored': 'body',
    'external': "body, content='docs', content_rowid='id'",
    'none': "body, content=''",
}
THRESHOLDS = [0.3, 0.5, 0.65, 0.8, 1.0]


def connect():
    db = sqlite3.connect(':memory:', isolation_level=None)
    db.enable_load_extension(True)
    db.load_extension(os.path.abspath(ARGUMENTS[0]))
    return db


def make_words(rng, n):
    return [f'w{rng.randrange(10 ** 6)}' for _ in range(n)]


def make_texts(rng, n, size):
    """Families of texts of about a size, edited more and more; some end in boilerplate."""
    boilerplate = make_words(rng, size // 2)
    texts = []
    while len(texts) < n:
        words = make_words(rng, max(1, int(size * rng.uniform(0.5, 1.5))))
        if rng.random() < 0.3:
            words += boilerplate
        for _ in range(rng.choice([1, 1, 2, 4, 6])):
            texts.append(' '.join(words))
            edit = rng.random()
            if edit < 0.2:
                continue
            if edit < 0.5:
                cut = rng.randrange(len(words))
                words = words[cut // 2:] or words
            else:
                words = list(words)
                for _ in range(rng.randrange(1, 2 + len(words) // 8)):
                    words[rng.randrange(len(words))] = f'x{rng.randrange(10 ** 6)}'
    texts[-3:] = [None, '', ' - ']
    rng.shuffle(texts)
    return texts


class Collection:
    """A table of texts, its index, and the sets of shingles in Python."""

    def __init__(self, mode, k=2, threshold=0.3):
        self.db = connect()
        self.mode, self.k = mode, k
        self.sets = {}
        self.db.execute('CREATE TABLE docs(id INTEGER PRIMARY KEY, body TEXT)')
        self.db.execute(f'CREATE VIRTUAL TABLE sim USING textsim({MODES[mode]}, k={k}, '
                        f'threshold={threshold})')

    def put(self, rowid, text):
        if rowid in self.sets:
            self.db.execute('DELETE FROM sim WHERE rowid = ?', (rowid,))
        self.db.execute('REPLACE INTO docs VALUES(?, ?)', (rowid, text))
        self.db.execute('INSERT INTO sim(rowid, body) VALUES(?, ?)', (rowid, text))
        words = (text or '').replace('-', ' ').split()
        n = max(1, len(words) - self.k + 1) if words else 0
        self.sets[rowid] = frozenset(' '.join(words[i:i + self.k]) for i in range(n))

    def remove(self, rowid):
        self.db.execute('DELETE FROM sim WHERE rowid = ?', (rowid,))
        self.db.execute('DELETE FROM docs WHERE id = ?', (rowid,))
        del self.sets[rowid]

    def pairs(self, threshold):
        """(a, b, similarity) of all pairs, by what Python says of the shingles."""
        rowids = sorted(self.sets)
        holders = {}
        for rowid in rowids:
            for shingle in self.sets[rowid]:
                holders.setdefault(shingle, []).append(rowid)
        common = {}
        for having in holders.values():
            for i, a in enumerate(having):
                for b in having[i + 1:]:
                    common[a, b] = common.get((a, b), 0) + 1
        rows = []
        for (a, b), both in common.items():
            similarity = both / (len(self.sets[a]) + len(self.sets[b]) - both)
            if similarity >= threshold:
                rows.append((a, b, similarity))
        return sorted(rows)

    def similarity(self, a, b):
        both = len(self.sets[a] & self.sets[b])
        return both / (len(self.sets[a]) + len(self.sets[b]) - both)

    def clusters(self, pairs):
        first = {i: i for i in self.sets}

        def find(i):
            while first[i] != i:
                i = first[i]
            return i

        for a, b, _ in pairs:
            a, b = sorted((find(a), find(b)))
            first[b] = a
        members = {}
        for i in sorted(self.sets):
            members.setdefault(find(i), []).append(i)
        return {i: [(c, j, len(m), self.similarity(c, j)) for j in m]
                for c, m in members.items() if len(m) > 1 for i in m}

    def rows(self, sql, *arguments):
        return sorted(self.db.execute(sql, ('sim', *arguments)))

    def check(self, rng, n):
        """All thresholds, and lookups of n documents."""
        sql = 'SELECT a, b, similarity FROM textsim_pairs(?, ?) '
        for threshold in THRESHOLDS:
            pairs = self.pairs(threshold)
            clusters = self.clusters(pairs)
            assert self.rows(sql, threshold) == pairs, (threshold, 'all pairs')
            rowids = list(self.sets)
            chosen = rng.sample(rowids, min(n, len(rowids)))
            for i in chosen + [max(rowids) + 1]:
                what = (self.mode, threshold, i, len(self.sets.get(i, ())))
                of_a = [row for row in pairs if row[0] == i]
                of_b = [row for row in pairs if row[1] == i]
                assert self.rows(sql + 'WHERE a = ?', threshold, i) == of_a, what
                assert self.rows(sql + 'WHERE b = ?', threshold, i) == of_b, what
                assert self.rows(sql + 'WHERE a = ? OR b = ?', threshold, i, i) \
                    == sorted(of_a + of_b), what
                other = rng.choice(of_a)[1] if of_a else rng.choice(rowids)
                assert self.rows(sql + 'WHERE a = ? AND b = ?', threshold, i, other) \
                    == [row for row in of_a if row[1] == other], what
                assert self.rows(sql + 'WHERE a = ? AND b > ?', threshold, i, other) \
                    == [row for row in of_a if row[1] > other], what
                assert self.rows(sql + 'WHERE b IN (?, ?)', threshold, i, other) \
                    == [row for row in pairs if row[1] in (i, other)], what

                call = 'SELECT * FROM textsim_clusters(?, ?) WHERE '
                rows = clusters.get(i, [])
                assert self.rows(call + 'rowid = ?', threshold, i) \
                    == [row for row in rows if row[1] == i], what
                assert self.rows(call + 'cluster = ?', threshold, i) \
                    == [row for row in rows if row[0] == i], what
                assert self.rows(call + 'cluster = ? AND rowid > ?', threshold, i, other) \
                    == [row for row in rows if row[0] == i and row[1] > other], what


def brute(seed):
    """Sizes from one shingle to hundreds, in a mode; then writes in a transaction."""
    rng = random.Random(seed)
    mode = list(MODES)[seed % 3]
    size = [6, 25, 150, 400][seed // 3 % 4]
    c = Collection(mode, threshold=rng.choice([0.05, 0.3]))
    rowids = rng.sample(range(-1000, 1000), 90)
    for rowid, text in zip(rowids, make_texts(rng, len(rowids), size)):
        c.put(rowid, text)
    c.check(rng, 12)

    before = dict(c.sets)
    c.db.execute('BEGIN')
    for text in make_texts(rng, 20, size):
        c.put(rng.choice(rowids), text)
    for rowid in rng.sample(sorted(c.sets), 10):
        c.remove(rowid)
    c.check(rng, 4)
    c.db.execute('ROLLBACK')
    c.sets = before
    c.check(rng, 4)
    return f'{mode}, {size} words'


def hidden(seed):
    """What is common lies where no sample looks, what is not lies in the samples."""
    rng = random.Random(seed)
    c = Collection(list(MODES)[seed % 3], k=1, threshold=0.3)
    words = ' '.join(f'v{i}' for i in range(4000))
    low, high = [], []
    for word, hash_ in c.db.execute("SELECT shingle, hash FROM shingles(?, 'k=1')", (words,)):
        upper = hash_ >> 32 & 0xFFFFFFFF
        (low if upper < 0xFFFFFFFF // 3 else high).append(word)
    rng.shuffle(low)
    rowids = iter(rng.sample(range(500), 120))
    used = 0
    for n_common, n_own, n_seen in [(60, 65, 0), (60, 30, 0), (60, 29, 1), (60, 15, 0), (90, 9, 0),
                                    (80, 10, 0), (80, 8, 2), (13, 6, 0), (8, 1, 0), (200, 25, 0)]:
        common = rng.sample(high, n_common) + rng.sample(low[1000:], n_seen)
        for _ in range(rng.randrange(2, 5)):
            # As many own ones as make the similarity just that, or just less.
            own = low[used:used + n_own + rng.choice([0, 0, 1])]
            used += len(own)
            c.put(next(rowids), ' '.join(common + own))
        c.put(next(rowids), ' '.join(common))
        c.put(next(rowids), ' '.join(common[n_common // 2:]))
    assert used < 1000
    c.check(rng, 40)
    return 'hidden'


def levels():
    """Postings in the tail and on the levels, of deleted documents as well."""
    rng = random.Random(7)
    c = Collection('external')
    c.db.execute('BEGIN')
    for rowid, text in enumerate(make_texts(rng, 1100, 25)):
        c.put(rowid, text)
    for rowid in rng.sample(sorted(c.sets), 300):
        c.remove(rowid)
    texts = make_texts(rng, 150, 25)
    for text in texts:
        c.put(rng.randrange(2000), text)
    c.db.execute('COMMIT')
    used = c.db.execute('SELECT (SELECT count(*) FROM sim_tail), (SELECT count(*) FROM sim_dead), '
                        '(SELECT count(*) FROM sim_recent) + (SELECT count(*) FROM sim_middle) + '
                        '(SELECT count(*) FROM sim_postings)').fetchone()
    assert min(used) > 0, used
    c.check(rng, 8)
    for command in ['optimize', 'rebuild']:
        c.db.execute('INSERT INTO sim(sim) VALUES(?)', (command,))
        c.check(rng, 4)
    return 'levels'


def sparse():
    """Numbers of documents that are far apart, as after millions of updates."""
    rng = random.Random(8)
    c = Collection('stored')
    for rowid, text in enumerate(make_texts(rng, 60, 25)):
        c.put(rowid, text)
    for table in ['docs', 'numbers', 'tail']:
        c.db.execute(f'UPDATE sim_{table} SET docno = docno * 20000000')
    c.check(rng, 8)
    return 'sparse numbers'


def gone():
    """Rows that left the content table are no partners."""
    rng = random.Random(9)
    c = Collection('external')
    for rowid, text in enumerate(make_texts(rng, 90, 100)):
        c.put(rowid, text)
    for rowid in rng.sample(sorted(c.sets), 30):
        c.db.execute('DELETE FROM docs WHERE id = ?', (rowid,))
        del c.sets[rowid]
    c.check(rng, 30)
    return 'gone'


def cost():
    """A lookup reads few documents; many in one statement, not many more than all."""
    rng = random.Random(10)
    db = connect()
    n_read = [0]

    def tick(text):
        n_read[0] += 1
        return text

    def measure(sql):
        n_read[0] = 0
        db.execute(sql).fetchall()
        return n_read[0]

    db.create_function('tick', 1, tick)
    db.execute('CREATE TABLE docs(id INTEGER PRIMARY KEY, body TEXT)')
    db.executemany('INSERT INTO docs(body) VALUES(?)',
                   [(text,) for text in make_texts(rng, 3000, 150)[:3000]])
    db.execute('CREATE VIEW counted AS SELECT id, tick(body) AS body FROM docs')
    db.execute("CREATE VIRTUAL TABLE sim USING textsim(body, content='counted', "
               "content_rowid='id', threshold=0.5)")
    db.execute("INSERT INTO sim(sim) VALUES('rebuild')")
    assert measure("SELECT count(*) FROM textsim_pairs('sim', 0.5)") == 3000
    joined = measure("SELECT count(*) FROM textsim_pairs('sim', 0.8)")
    with_partners, = db.execute("SELECT count(*) FROM textsim_clusters('sim', 0.8)").fetchone()
    assert with_partners <= joined < 2800, (with_partners, joined)

    for threshold, most in [(0.8, 20), (0.5, 300)]:
        call = f"textsim_pairs('sim', {threshold})"
        clusters = f"textsim_clusters('sim', {threshold})"
        for rowid in [1, 1000, 2222]:
            for column in 'ab':
                n = measure(f'SELECT * FROM {call} WHERE {column} = {rowid}')
                assert n <= most, (threshold, column, rowid, n)
            n = measure(f'SELECT * FROM {clusters} WHERE rowid = {rowid}')
            assert n <= (5 * most if threshold == 0.8 else 4150), (threshold, rowid, n)
        assert measure(f'SELECT * FROM {call} WHERE a = 17 AND b = 18') == 2
        for sql in [f'SELECT 1 FROM docs LEFT JOIN {call} ON b = id',
                    f'SELECT (SELECT count(*) FROM {call} WHERE a = id) FROM docs',
                    f'SELECT 1 FROM docs LEFT JOIN {clusters} c ON c.rowid = id']:
            n = measure(sql)
            assert n <= 4150, (threshold, sql, n)
    return 'cost'


def main():
    failures = 0
    tests = [lambda seed=seed: brute(seed) for seed in range(4 * ROUNDS)]
    tests += [lambda seed=seed: hidden(seed) for seed in range(ROUNDS)]
    tests += [levels, sparse, gone, cost]
    print(f'1..{len(tests)}')
    for number, test in enumerate(tests, 1):
        try:
            print(f'ok {number} - {test()}', flush=True)
        except (AssertionError, sqlite3.Error) as error:
            failures += 1
            print(f'not ok {number}')
            print(f'# {type(error).__name__} {str(error)[:1000]}', flush=True)
    sys.exit(failures > 0)


if not hasattr(sqlite3.Connection, 'enable_load_extension'):
    print('1..0 # SKIP this Python cannot load extensions into SQLite')
    sys.exit(0)
main()
