"""
What MATCH finds, against brute force: test_recall.py path/to/textsim.so
[--deep] [corpus.jsonl]

For queries that are edited documents, passages of them, and several joined, at many
bounds on each measure: precision must be 1, and the measures those of the sets.
All must be found where a query is short or a bound too low for the index; of
the rest, 99.9 %: with a bound on similarity, all that meet it; with one on
query_in_doc or doc_in_query, those that share 40 shingles or more.  The documents
are generated, or come from lines of JSON with a "text".  Prints TAP, and of each
bound how much was found.
"""
import array
import json
import os
import random
import sqlite3
import sys

ARGUMENTS = [a for a in sys.argv[1:] if a != '--deep']
DEEP = '--deep' in sys.argv or bool(os.environ.get('TEXTSIM_DEEP'))
N_DOCUMENTS = 10000 if DEEP else 1000
N_QUERIES = 400 if DEEP else 60
BOUNDS = [0.2, 0.3, 0.5, 0.55, 2 / 3, 0.7, 0.8, 0.9, 1.0]
PASSAGES = [6, 12, 20, 30, 60, 60, 100]
# Of a large corpus, with 1,000 queries: what the index answers, not complete scans.
CORPUS_QUERIES, CORPUS_BOUNDS, CORPUS_PASSAGES = 1000, BOUNDS[2:], [60, 60, 100, 200]
MEASURES = ['similarity', 'query_in_doc', 'doc_in_query']
WANTED = 0.999
SHORT = 40
# threshold, k: a table has one, and its own kinds of words
TABLES = [(0.5, 5), (0.8, 2), (0.3, 3)]


def connect():
    db = sqlite3.connect(':memory:', isolation_level=None)
    db.enable_load_extension(True)
    db.load_extension(os.path.abspath(ARGUMENTS[0]))
    return db


def words_of(rng, n):
    """Words as frequent as in real text: the second half as often as the first."""
    return [f'w{int(rng.paretovariate(0.7))}' if rng.random() < 0.8 else f'v{rng.randrange(10**5)}'
            for _ in range(n)]


def edited(rng, words, share):
    return [rng.choice(['changed', f'x{rng.randrange(999)}']) if rng.random() < share else w
            for w in words]


def generated(rng, n):
    """Documents: new ones, edited copies, with boilerplate, parts and sums of others."""
    boilerplate = words_of(rng, 120)
    documents = []
    for _ in range(n):
        kind = rng.random()
        if kind < 0.5 or len(documents) < 10:
            words = words_of(rng, int(rng.lognormvariate(4.6, 1)) + 1)
        elif kind < 0.8:
            words = edited(rng, rng.choice(documents), rng.choice([0, 0.01, 0.03, 0.06, 0.1]))
        elif kind < 0.9:
            words = rng.choice(documents)
            at = rng.randrange(len(words))
            words = words[at:at + rng.randrange(5, 200)]
        else:
            words = rng.choice(documents)[:400] + rng.choice(documents)[:400]
        if kind < 0.2:
            words = words + boilerplate
        documents.append(words)
    return [' '.join(words) for words in documents]


def queries_of(rng, texts, n, passages):
    queries = []
    while len(queries) < n:
        words = rng.choice(texts).split()
        kind = len(queries) % 4
        if kind == 1:
            words = edited(rng, words, rng.choice([0.01, 0.03, 0.05, 0.1]))
        elif kind == 2:
            at = rng.randrange(max(1, len(words) - 20))
            words = words[at:at + rng.choice(passages)]
        elif kind == 3:
            words = words[:300] + rng.choice(texts).split()[:300]
        queries.append(' '.join(words))
    return queries


def set_of(blob):
    """The hashes of a shingle_set() BLOB: see core/format.h."""
    hashes = array.array('Q', blob[24:])
    if sys.byteorder == 'big':
        hashes.byteswap()
    return hashes


def brute_force(db, k, queries):
    """For each query its size, and (size, shared) of all documents that share any."""
    having, sizes = {}, []
    for number, query in enumerate(queries):
        hashes = set_of(db.execute('SELECT shingle_set(?, ?)', (query, k)).fetchone()[0])
        sizes.append(len(hashes))
        for h in hashes:
            having.setdefault(h, []).append(number)
    shared = [{} for _ in queries]
    documents = {}
    keys = having.keys()
    for i, blob in db.execute('SELECT id, shingle_set(body, ?) FROM docs', (k,)):
        hashes = set_of(blob)
        documents[i] = len(hashes)
        for h in keys & set(hashes):
            for number in having[h]:
                shared[number][i] = shared[number].get(i, 0) + 1
    return [(n, {i: (documents[i], both) for i, both in s.items()})
            for n, s in zip(sizes, shared)]


def measures_of(n, document):
    d, both = document
    return both / (n + d - both), both / n, both / d


class Count:
    """Of one bound: how many documents were to be found, and were."""

    def __init__(self):
        self.found = self.wanted = self.n_certain = 0
        self.wrong = []


def check(db, threshold, query, brute, measure, bound, count):
    n, documents = brute
    which = MEASURES.index(measure)
    truth = {i: measures_of(n, d) for i, d in documents.items()}
    truth = {i: m for i, m in truth.items() if m[which] >= bound}
    got = {row[0]: row[1:] for row in db.execute(
        f'SELECT rowid, {", ".join(MEASURES)} FROM t WHERE t MATCH ? AND {measure} >= ?',
        (query, bound))}
    if any(truth.get(i) != m for i, m in got.items()):
        count.wrong.append(f'not so: {query[:60]}')
    missing = truth.keys() - got.keys()
    if measure == 'similarity' and bound >= threshold:
        promised = truth.keys()
    elif measure != 'similarity' and n >= SHORT:
        promised = {i for i in truth if documents[i][1] >= SHORT}
    else:
        count.n_certain += len(truth)
        if missing:
            count.wrong.append(f'not complete: {sorted(missing)[:3]} for {query[:60]}')
        return
    count.wanted += len(promised)
    count.found += len(promised - missing)


def test(db, threshold, k, queries, bounds):
    brute = brute_force(db, k, queries)
    failures = []
    for measure in MEASURES:
        for bound in bounds:
            count = Count()
            for query, truth in zip(queries, brute):
                if truth[0] > 0:
                    check(db, threshold, query, truth, measure, bound, count)
            recall = count.found / count.wanted if count.wanted else 1
            print(f'# {measure} >= {bound:.3g}: {count.found} of {count.wanted} '
                  f'({recall:.5f}), and all of {count.n_certain}')
            if recall < WANTED:
                failures.append(f'{measure} >= {bound}: recall {recall:.5f}')
            if count.wanted + count.n_certain == 0:
                failures.append(f'{measure} >= {bound}: nothing was tested')
            failures += [f'{measure} >= {bound}: {w}' for w in count.wrong[:3]]
    return failures


def main():
    corpus = ARGUMENTS[1] if len(ARGUMENTS) > 1 else None
    tables = TABLES[:1] if corpus else TABLES
    print(f'1..{len(tables)}')
    failed = False
    for number, (threshold, k) in enumerate(tables, 1):
        rng = random.Random(number)
        db = connect()
        if corpus:
            with open(corpus, encoding='utf-8') as lines:
                texts = [json.loads(line)['text'] for line in lines]
        else:
            texts = generated(rng, N_DOCUMENTS)
        queries = queries_of(rng, texts, CORPUS_QUERIES if corpus else N_QUERIES,
                             CORPUS_PASSAGES if corpus else PASSAGES)
        db.execute('CREATE TABLE docs(id INTEGER PRIMARY KEY, body)')
        db.executemany('INSERT INTO docs(body) VALUES(?)', ((t,) for t in texts))
        db.execute(f"CREATE VIRTUAL TABLE t USING textsim(body, content='docs', "
                   f"content_rowid='id', threshold={threshold}, k={k})")
        db.execute("INSERT INTO t(t) VALUES('rebuild')")
        failures = test(db, threshold, k, queries, CORPUS_BOUNDS if corpus else BOUNDS)
        failed = failed or bool(failures)
        print('not ok' if failures else 'ok', number,
              f'- threshold={threshold}, k={k}: {len(texts)} documents')
        for failure in failures:
            print('#', failure)
    sys.exit(failed)


if not hasattr(sqlite3.Connection, 'enable_load_extension'):
    print('1..0 # SKIP this Python cannot load extensions into SQLite')
    sys.exit(0)
main()
