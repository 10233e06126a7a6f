"""What the tests that damage an index have in common."""
import random
import sqlite3
import sys

ARGUMENTS = [a for a in sys.argv[1:] if not a.startswith('--')]
OPTIONS = dict(a[2:].split('=') for a in sys.argv[1:] if a.startswith('--') and '=' in a)
DEEP = '--deep' in sys.argv
SEED = int(OPTIONS.get('seed', 1))
WORDS = [f'w{i}' for i in range(300)]
KINDS = {'stored': '', 'external': ", content='docs'", 'no text': ", content=''"}
CORRUPT_VTAB = 267
NOMEM = 7


def connect(path=':memory:'):
    db = sqlite3.connect(path, isolation_level=None)
    db.enable_load_extension(True)
    db.load_extension(ARGUMENTS[0])
    return db


def fill(db, options, rng):
    """Documents on all levels of blocks and in the tail, some of them deleted; all texts."""
    db.execute('CREATE TABLE docs(id INTEGER PRIMARY KEY, body)')
    db.execute(f'CREATE VIRTUAL TABLE t USING textsim(body, k=1{options})')
    texts = []
    for i in range(1, 801):
        words = rng.sample(WORDS, rng.randrange(5, 90))
        if i % 3 == 0 and texts:
            words = rng.choice(texts).split()
            words[0] = 'changed'
        if i % 8 == 0:
            words = rng.choice(texts).split()  # a copy
        texts.append(' '.join(words))
        db.execute('INSERT INTO docs VALUES(?, ?)', (i, texts[-1]))
        db.execute('INSERT INTO t(rowid, body) VALUES(?, ?)', (i, texts[-1]))
        # As if there had been so many that they went on to another level.
        level = {300: 'postings', 600: 'middle'}.get(i)
        if level:
            db.execute(f'INSERT INTO t_{level} SELECT * FROM t_recent')
            db.execute('DELETE FROM t_recent')
            db.execute('DELETE FROM t_config WHERE key = ?', (level,))
            db.execute("UPDATE t_config SET key = ? WHERE key = 'recent'", (level,))
    for i in range(5, 800, 50):
        db.execute('DELETE FROM t WHERE rowid = ?', (i,))
        db.execute('DELETE FROM docs WHERE id = ?', (i,))
    return texts


def answers(db, queries):
    """What each query gives: rows, or an error with its code."""
    found = []
    for sql, values in queries:
        try:
            found.append(db.execute(sql, values).fetchall())
        except sqlite3.Error as error:
            found.append((str(error), getattr(error, 'sqlite_errorcode', CORRUPT_VTAB)))
        except MemoryError:  # what SQLite says of a row that claims to have gigabytes
            found.append(('out of memory', NOMEM))
    return found


def queries_for(texts, rng):
    queries = [('SELECT rowid, body FROM t', ()), ('SELECT rowid FROM t ORDER BY rowid', ()),
               ('SELECT count(*) FROM t WHERE rowid BETWEEN 100 AND 600', ())]
    for text in rng.sample(texts, 5):
        for bound in ('similarity >= 0.5', 'query_in_doc >= 0.9', 'doc_in_query >= 0.8', 'similarity >= 0.1'):
            queries.append((f'SELECT rowid, similarity FROM t WHERE t MATCH ? AND {bound}', (text,)))
    for threshold in 0.5, 0.9:
        queries.append((f"SELECT * FROM textsim_pairs('t', {threshold}) ORDER BY a, b", ()))
        queries.append((f"SELECT * FROM textsim_clusters('t', {threshold}) ORDER BY rowid", ()))
        for rowid in rng.sample(range(1, len(texts)), 3):
            queries.append((f"SELECT * FROM textsim_pairs('t', {threshold}) WHERE b = ? ORDER BY a", (rowid,)))
            queries.append((f"SELECT * FROM textsim_clusters('t', {threshold}) WHERE rowid = ?", (rowid,)))
    return queries


def flipped(value, rng):
    changed = bytearray(value)
    for _ in range(rng.choice([1, 1, 1, 2, 20])):
        changed[rng.randrange(len(value))] ^= 1 << rng.randrange(8)
    return bytes(changed)


def is_checked(db):
    """Whether integrity-check finds nothing; or what it finds."""
    try:
        db.execute("INSERT INTO t(t) VALUES('integrity-check')")
        return True, None
    except sqlite3.Error as error:
        return False, (str(error), getattr(error, 'sqlite_errorcode', CORRUPT_VTAB))
    except MemoryError:
        return False, ('out of memory', NOMEM)


def main(test):
    """Run a test of each kind of content, which gives what was missed and counts; print TAP; exit."""
    if not hasattr(sqlite3.Connection, 'enable_load_extension'):
        print('1..0 # SKIP this Python cannot load extensions into SQLite')
        sys.exit(0)
    kinds = [kind for kind in KINDS if kind == OPTIONS.get('only', kind)]
    print(f'1..{len(kinds)}')
    failed = False
    for number, kind in enumerate(kinds, 1):
        missed, counts = test(kind, random.Random(f'{SEED} {kind}'))
        ok = not missed and counts['that changed an answer']
        failed = failed or not ok
        print('ok' if ok else 'not ok', number, f'- {kind}: ' + ', '.join(f'{n} {what}' for what, n in counts.items()))
        for what in missed[:20]:
            print('#', what)
    sys.exit(failed)
