"""
A content table that changed without the index being told: test_stale.py
path/to/textsim.so [--deep]

Documents that are changed, gone, put in others' places or new are left out by
textsim_pairs and textsim_clusters, and the rest is what brute force says of the others:
at each threshold, whatever conditions there are and in whatever way the rows are found.
What MATCH gives is true of the texts as they are.  Prints TAP.
"""
import os
import random
import sqlite3
import sys

ARGUMENTS = [a for a in sys.argv[1:] if a != '--deep']
DEEP = '--deep' in sys.argv or bool(os.environ.get('TEXTSIM_DEEP'))
ROUNDS = 40 if DEEP else 4
THRESHOLDS = [0.3, 0.5, 0.65, 0.8, 0.9, 1.0]
N_DOCUMENTS = 400


def connect():
    db = sqlite3.connect(':memory:', isolation_level=None)
    db.enable_load_extension(True)
    db.load_extension(os.path.abspath(ARGUMENTS[0]))
    return db


def edited(rng, words):
    words = list(words)
    for _ in range(rng.randrange(1, 2 + len(words) // 6)):
        words[rng.randrange(len(words))] = f'x{rng.randrange(10 ** 6)}'
    return words


def make_texts(rng, size):
    """Families of texts, edited more and more."""
    texts = []
    while len(texts) < N_DOCUMENTS:
        words = [f'w{rng.randrange(10 ** 6)}' for _ in range(rng.randrange(size // 2, 2 * size))]
        for _ in range(rng.choice([1, 1, 2, 3, 6])):
            texts.append(' '.join(words))
            words = edited(rng, words) if rng.random() < 0.8 else words
    rng.shuffle(texts)
    return dict(enumerate(texts[:N_DOCUMENTS], 1))


def change(db, rng, texts, share):
    """Change the content table alone; the documents that are as they were."""
    now = dict(texts)
    for rowid in rng.sample(sorted(texts), int(share * len(texts))):
        kind = rng.random()
        if kind < 0.2:
            del now[rowid]
        elif kind < 0.5:
            now[rowid] = texts[rng.choice(sorted(texts))]  # a copy of another one now
        elif kind < 0.6:
            now[rowid] = rng.choice([None, '', ' - '])
        elif kind < 0.7:
            now[rowid] = texts[rowid].upper().replace(' ', ', ')  # the same words
        else:
            now[rowid] = ' '.join(edited(rng, texts[rowid].split()))
    for rowid in range(1000, 1010):
        now[rowid] = texts[rng.choice(sorted(texts))]
    db.execute('DELETE FROM docs')
    db.executemany('INSERT INTO docs VALUES(?, ?)', now.items())
    return {r for r in texts if now.get(r) is not None and words_of(now[r]) == words_of(texts[r])}, now


def words_of(text):
    return text.lower().replace(',', '').replace('-', ' ').split()


def brute_force(texts, threshold):
    sets = {r: frozenset(zip(w, w[1:])) for r, w in ((r, words_of(t)) for r, t in texts.items())}
    rows = []
    rowids = sorted(sets)
    for i, a in enumerate(rowids):
        for b in rowids[i + 1:]:
            both = len(sets[a] & sets[b])
            if both and both / (len(sets[a]) + len(sets[b]) - both) >= threshold:
                rows.append((a, b, both / (len(sets[a]) + len(sets[b]) - both)))
    return rows


def clusters_of(pairs):
    first = {}

    def find(i):
        while first.setdefault(i, i) != i:
            i = first[i]
        return i

    for a, b, _ in pairs:
        x, y = sorted((find(a), find(b)))
        first[y] = x
    return sorted((rowid, find(rowid)) for rowid in first)


def check(db, rng, texts, pairs, threshold):
    """What is not as brute force has it."""
    wanted = [p for p in pairs if p[2] >= threshold]
    clusters = clusters_of(wanted)
    call = f"textsim_pairs('sim', {threshold})"
    if sorted(db.execute(f'SELECT a, b, similarity FROM {call}')) != wanted:
        yield f'{call}'
    if sorted(db.execute(f"SELECT rowid, cluster FROM textsim_clusters('sim', {threshold})")) != clusters:
        yield f'clusters at {threshold}'
    for rowid in rng.sample(sorted(texts), 60):
        for column in 0, 1:
            rows = db.execute(f'SELECT a, b, similarity FROM {call} WHERE {"ab"[column]} = ?', (rowid,)).fetchall()
            if sorted(rows) != [p for p in wanted if p[column] == rowid]:
                yield f'{call} WHERE {"ab"[column]} = {rowid}: {rows}'
        rows = db.execute(f"SELECT rowid, cluster FROM textsim_clusters('sim', {threshold}) WHERE rowid = ?",
                          (rowid,)).fetchall()
        if rows != [c for c in clusters if c[0] == rowid]:
            yield f'cluster of {rowid} at {threshold}: {rows}'
    for a, b, _ in rng.sample(pairs, min(20, len(pairs))):
        rows = db.execute(f'SELECT a, b, similarity FROM {call} WHERE a = ? AND b = ?', (a, b)).fetchall()
        if rows != [p for p in wanted if p[:2] == (a, b)]:
            yield f'{call} WHERE a = {a} AND b = {b}: {rows}'


def check_match(db, rng, texts, now):
    for rowid in rng.sample(sorted(texts), 20):
        for bound in '', 'AND similarity >= 0.5':
            for found, similarity, wanted in db.execute(
                    'SELECT sim.rowid, similarity, jaccard(?1, docs.body, 2) FROM sim JOIN docs ON id = sim.rowid '
                    f'WHERE sim MATCH ?1 {bound}', (texts[rowid],)):
                if similarity != wanted or found not in now:
                    yield f'MATCH {bound}: {found} with {similarity}, not {wanted}'


def test(number):
    rng = random.Random(number)
    db = connect()
    texts = make_texts(rng, rng.choice([10, 60, 150]))
    db.execute('CREATE TABLE docs(id INTEGER PRIMARY KEY, body TEXT)')
    db.executemany('INSERT INTO docs VALUES(?, ?)', texts.items())
    db.execute("CREATE VIRTUAL TABLE sim USING textsim(body, content='docs', k=2, threshold=0.3)")
    db.execute("INSERT INTO sim(sim) VALUES('rebuild')")
    wrong, n_pairs = [], 0
    for share in 0.01, 0.3:
        unchanged, now = change(db, rng, texts, share)
        pairs = brute_force({r: texts[r] for r in unchanged}, 0.3)
        n_pairs += len(pairs)
        for threshold in THRESHOLDS:
            wrong += check(db, rng, texts, pairs, threshold)
        wrong += check_match(db, rng, texts, now)
    db.execute("INSERT INTO sim(sim) VALUES('rebuild')")
    pairs = brute_force({r: t for r, t in now.items() if t and words_of(t)}, 0.3)
    wrong += check(db, rng, now, pairs, 0.3)
    return wrong, n_pairs


if not hasattr(sqlite3.Connection, 'enable_load_extension'):
    print('1..0 # SKIP this Python cannot load extensions into SQLite')
    sys.exit(0)
print(f'1..{ROUNDS}')
failed = False
for number in range(1, ROUNDS + 1):
    wrong, n_pairs = test(number)
    ok = not wrong and n_pairs > 100
    failed = failed or not ok
    print('ok' if ok else 'not ok', number, f'- {n_pairs} pairs of unchanged documents')
    for line in wrong[:5]:
        print('#', line)
sys.exit(failed)
