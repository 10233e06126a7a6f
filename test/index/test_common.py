"""
What MATCH finds, and what it does for it, where all documents have boilerplate in
common, and for very long queries: test_common.py path/to/textsim.so [--deep]

Half of each document, more, or less, is one and the same licence, so that each
hash of it is in thousands of documents.  What is found is compared with brute force;
what is done is counted: documents read, by a function in the view that they
are in, and instructions of SQLite's machine.  Prints TAP.
"""
import array
import os
import random
import sqlite3
import sys

DEEP = '--deep' in sys.argv or bool(os.environ.get('TEXTSIM_DEEP'))
N_DOCUMENTS = 5000 if DEEP else 3000
N_QUERIES = 150 if DEEP else 30
BOUNDS = [('similarity', 0.5), ('similarity', 0.6), ('similarity', 0.7), ('similarity', 0.8),
          ('query_in_doc', 0.7), ('query_in_doc', 0.9), ('doc_in_query', 0.7), ('doc_in_query', 0.9)]
SHARES = [0.4, 0.5, 0.6, 0.7] if DEEP else [0.5, 0.6]
WANTED = 0.999
SHORT = 40
MEASURES = ['similarity', 'query_in_doc', 'doc_in_query']
OPERATIONS = 100  # between two calls of the progress handler


class Database:
    """Documents in a view that tells how many of them were read."""

    def __init__(self, texts):
        self.n_read = self.n_steps = 0
        self.db = sqlite3.connect(':memory:', isolation_level=None)
        self.db.enable_load_extension(True)
        self.db.load_extension(os.path.abspath(sys.argv[1]))
        self.db.create_function('seen', 1, self.seen)
        self.db.execute('CREATE TABLE docs(id INTEGER PRIMARY KEY, body)')
        self.db.executemany('INSERT INTO docs(body) VALUES(?)', ((t,) for t in texts))
        self.db.execute('CREATE VIEW watched AS SELECT id, seen(body) AS body FROM docs')
        self.db.execute("CREATE VIRTUAL TABLE t USING textsim(body, content='watched', content_rowid='id')")
        self.db.execute("INSERT INTO t(t) VALUES('rebuild')")

    def seen(self, body):
        self.n_read += 1
        return body

    def step(self):
        self.n_steps += 1

    def set_of(self, text):
        """The hashes of a shingle_set() BLOB: see core/format.h."""
        hashes = array.array('Q', self.db.execute('SELECT shingle_set(?)', (text,)).fetchone()[0][24:])
        if sys.byteorder == 'big':
            hashes.byteswap()
        return set(hashes)

    def match(self, query, measure, bound):
        """The rows, how many documents were read, and how many instructions executed."""
        self.n_read = self.n_steps = 0
        self.db.set_progress_handler(self.step, OPERATIONS)
        rows = self.db.execute(f'SELECT rowid, {", ".join(MEASURES)} FROM t WHERE t MATCH ? '
                               f'AND {measure} >= ?', (query, bound)).fetchall()
        self.db.set_progress_handler(None, 0)
        return {row[0]: row[1:] for row in rows}, self.n_read, self.n_steps * OPERATIONS


def words(rng, n):
    return [f'w{rng.randrange(10**6)}' for _ in range(n)]


def edited(rng, text, share):
    return [f'x{rng.randrange(10**6)}' if rng.random() < share else w for w in text]


def licensed(rng, share, n, spread):
    """Documents with the licence, some edited, parts of it, or with less beside it."""
    licence, made = words(rng, round(150 * share / (1 - share))), []
    for number in range(n):
        kind = number % 10
        own = words(rng, max(0, round(rng.gauss(150, spread * 40))))
        if kind == 0 and made:
            made.append(edited(rng, rng.choice(made), rng.choice([0.01, 0.02, 0.05])))
        elif kind == 1 and spread:
            made.append(licence + own[:rng.randrange(40)])
        elif kind == 2 and made:
            made.append(rng.choice(made)[:-rng.randrange(1, 60)])
        else:
            made.append(licence + own)
    return [' '.join(text) for text in made]


def measures_of(query, document):
    both = len(query & document)
    return both / (len(query) + len(document) - both), both / len(query), both / len(document)


def compare(db, sets, queries):
    """What is not as brute force has it."""
    found, wanted, wrong = dict.fromkeys(BOUNDS, 0), dict.fromkeys(BOUNDS, 0), []
    for text in queries:
        query = db.set_of(text)
        truth = {i: measures_of(query, s) for i, s in sets.items()}
        for measure, bound in BOUNDS:
            which = MEASURES.index(measure)
            rows, _, _ = db.match(text, measure, bound)
            wrong += [f'not so: {i}' for i, m in rows.items() if truth[i] != m or m[which] < bound]
            promised = {i for i, m in truth.items() if m[which] >= bound
                        and (which == 0 or m[1] * len(query) >= SHORT)}
            wanted[measure, bound] += len(promised)
            found[measure, bound] += len(promised & rows.keys())
    for key, n in wanted.items():
        print(f'# {key[0]} >= {key[1]}: {found[key]} of {n}')
        if found[key] < n * WANTED or n == 0:
            wrong.append(f'{key[0]} >= {key[1]}: {found[key]} of {n}')
    return wrong


def test_found(share):
    rng = random.Random(share)
    texts = licensed(rng, share, N_DOCUMENTS, 1)
    db = Database(texts)
    sets = {i: db.set_of(text) for i, text in enumerate(texts, 1)}
    chosen = rng.sample(texts, N_QUERIES)
    queries = [' '.join(edited(rng, text.split(), rng.choice([0, 0, 0.01, 0.03]))) for text in chosen]
    return compare(db, sets, queries)


def test_read(share, most):
    """Of documents that have as much beside the licence, one is what is looked for."""
    rng = random.Random(share)
    texts = licensed(rng, share, N_DOCUMENTS, 0)
    db = Database(texts)
    n_read = n_found = 0
    for text in texts[3:N_DOCUMENTS:N_DOCUMENTS // 100]:
        rows, read, _ = db.match(text, 'similarity', 0.7)
        n_read, n_found = n_read + read, n_found + len(rows)
    print(f'# {n_read} documents read to find {n_found}')
    return [] if 0 < n_found and n_read <= n_found * most else [f'{n_read} read for {n_found}']


def test_younger(share, most):
    """The same, where some are on younger levels, and few enough for lists that are not long."""
    rng = random.Random(share)
    n_old, n_young = 2500, 1500
    texts = licensed(rng, share, n_old + n_young, 0)
    db = Database(texts[:n_old])
    db.db.execute('BEGIN')
    for rowid, text in enumerate(texts[n_old:], n_old + 1):
        db.db.execute('INSERT INTO docs VALUES(?, ?)', (rowid, text))
        db.db.execute('INSERT INTO t(rowid, body) VALUES(?, ?)', (rowid, text))
    db.db.execute('COMMIT')
    sets = {i: db.set_of(text) for i, text in enumerate(texts, 1)}
    n_read = n_found = 0
    wrong = []
    for text in texts[3::len(texts) // 100]:
        rows, read, _ = db.match(text, 'similarity', 0.7)
        n_read, n_found = n_read + read, n_found + len(rows)
        query = db.set_of(text)
        wrong += [f'missed {i}' for i, s in sets.items()
                  if i not in rows and measures_of(query, s)[0] >= 0.7]
    print(f'# {n_read} documents read to find {n_found}')
    return wrong + ([] if 0 < n_found and n_read <= n_found * most else [f'{n_read} read for {n_found}'])


def test_several(n_gone):
    """Three licences, any of them in a document, and of the first documents some are gone."""
    rng = random.Random(n_gone)
    parts = [words(rng, 60) for _ in range(3)]
    texts = []
    for number in range(N_DOCUMENTS):
        if number % 10 == 0 and texts:
            texts.append(edited(rng, rng.choice(texts), rng.choice([0.01, 0.03])))
        else:
            texts.append(sum((part for part in parts if rng.random() < 0.6), words(rng, rng.choice([20, 60, 100]))))
    texts = [' '.join(text) for text in texts]
    db = Database(texts)
    db.db.execute('DELETE FROM t WHERE rowid <= ?', (n_gone,))
    sets = {i: db.set_of(text) for i, text in enumerate(texts, 1) if i > n_gone}
    queries = [' '.join(edited(rng, text.split(), rng.choice([0, 0.01, 0.03]))) for text in rng.sample(texts, N_QUERIES)]
    return compare(db, sets, queries)


def test_long(n_documents, n_words, n_query, most):
    """However many hashes a query has: no more than that many times a scan."""
    rng = random.Random(n_query)
    texts = [' '.join(words(rng, n_words)) for _ in range(n_documents)]
    db = Database(texts)
    query = ' '.join(words(rng, n_query)) + ' ' + ' '.join(texts[:3])
    rows, _, n_steps = db.match(query, 'doc_in_query', 0.5)
    every, _, n_all = db.match(query, 'doc_in_query', 1e-9)
    print(f'# {n_documents} documents: {n_steps} instructions, {n_all} for a scan')
    wrong = [] if rows == every and len(rows) == 3 else [f'found {sorted(rows)}']
    return wrong + ([] if n_steps <= most * n_all + 1000 else [f'{n_steps} instructions'])


def main():
    tests = [(f'{share:.0%} of each document is one licence', test_found, (share,)) for share in SHARES]
    tests += [(f'few are read where {share:.0%} is one licence', test_read, (share, 4)) for share in (0.5, 0.6)]
    tests += [(f'likewise, some of them new: {share:.0%}', test_younger, (share, 4)) for share in (0.5, 0.6)]
    tests += [('three licences', test_several, (0,)), ('three licences, some documents gone', test_several, (400,))]
    tests += [('a long query, few documents', test_long, (7, 3000, 60000, 3)),
              ('a long query, few large documents', test_long, (7, 30000, 60000, 3)),
              ('a long query, many documents', test_long, (3000, 60, 60000, 1)),
              ('less hashes than documents', test_long, (8000, 60, 6000, 0.1))]
    print(f'1..{len(tests)}')
    failed = False
    for number, (title, test, arguments) in enumerate(tests, 1):
        wrong = test(*arguments)
        failed = failed or bool(wrong)
        print('not ok' if wrong else 'ok', number, '-', title)
        for line in wrong[:5]:
            print('#', line)
    sys.exit(failed)


if not hasattr(sqlite3.Connection, 'enable_load_extension'):
    print('1..0 # SKIP this Python cannot load extensions into SQLite')
    sys.exit(0)
main()
