"""
The stages of the benchmark of the index: each runs in a process of its own,
so that what it takes of memory is its own, and on SQLite's default pragmas.

    index_stages.py STAGE '{"textsim": ..., "db": ..., further arguments}'

prints what came out as JSON: 'cpu' is user and system time, 'peak' the most memory
that the process had, in bytes.
"""
import array
import bisect
import collections
import json
import os
import random
import resource
import sqlite3
import sys
import time

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import archive  # noqa: E402

MATCHES = 3  # times that each query is run; the fastest counts
WINDOW = 10_000


def connect(a):
    db = sqlite3.connect(a['db'], isolation_level=None)
    db.enable_load_extension(True)
    db.load_extension(os.path.abspath(a['textsim']))
    return db


def peak_memory():
    """In bytes; not what was inherited from the parent, where that can be told."""
    try:
        with open('/proc/self/status', encoding='ascii') as f:
            return next(int(line.split()[1]) * 1024 for line in f if line.startswith('VmHWM'))
    except OSError:
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        return peak if sys.platform == 'darwin' else peak * 1024


def timed(db, sql, values=()):
    begun = time.process_time()
    rows = db.execute(sql, values).fetchall()
    return {'cpu': time.process_time() - begun, 'rows': rows, 'peak': peak_memory()}


def shadow_size(db, table):
    return db.execute("SELECT sum(pgsize) FROM dbstat WHERE name GLOB ? || '_*'",
                      (table,)).fetchone()[0]


# --- one stage each ---------------------------------------------------------------------


def load(a):
    """Make the table of documents, and the indexes, empty; say how large the texts are."""
    if os.path.exists(a['db']):
        os.unlink(a['db'])
    db = connect(a)
    db.execute('PRAGMA journal_mode = WAL')
    db.execute('CREATE TABLE docs(id INTEGER PRIMARY KEY, body TEXT, of INTEGER)')
    source = a['source']
    if source[0] == 'file':
        with open(source[1], encoding='utf-8') as f:
            rows = ((json.loads(line)['text'], None) for line in f)
            db.execute('BEGIN')
            db.executemany('INSERT INTO docs(body, of) VALUES(?, ?)', rows)
    else:
        made = {'archive': lambda seed, n: ((t, o) for t, o, _ in archive.Archive(seed).documents(n)),
                'licensed': lambda *s: ((t, None) for t in archive.licensed(*s)),
                'short': lambda *s: ((t, None) for t in archive.short(*s))}[source[0]](*source[1:])
        db.execute('BEGIN')
        db.executemany('INSERT INTO docs(body, of) VALUES(?, ? + 1)', made)
    db.execute('COMMIT')
    db.execute("CREATE VIRTUAL TABLE fts USING fts5(body, content='docs', content_rowid='id')")
    db.execute("CREATE VIRTUAL TABLE sim USING textsim(body, content='docs', content_rowid='id')")
    n, size = db.execute('SELECT count(*), sum(length(CAST(body AS BLOB))) FROM docs').fetchone()
    return {'n': n, 'size': size}


def rebuild(a):
    db = connect(a)
    return timed(db, f"INSERT INTO {a['table']}({a['table']}) VALUES('rebuild')")


def sizes(a):
    """Shadow tables after a rebuild, with external content; and with content=''."""
    db = connect(a)
    external = shadow_size(db, 'sim')
    db.execute("CREATE VIRTUAL TABLE bare USING textsim(body, content='')")
    db.execute('INSERT INTO bare(rowid, body) SELECT id, body FROM docs')
    db.execute("INSERT INTO bare(bare) VALUES('optimize')")
    bare = shadow_size(db, 'bare')
    db.execute('DROP TABLE bare')
    return {'external': external, 'bare': bare, 'fts': shadow_size(db, 'fts')}


def pairs(a):
    return timed(connect(a), "SELECT count(*), sum(similarity) FROM textsim_pairs('sim', ?)", (a['threshold'],))


def clusters(a):
    return timed(connect(a), "SELECT count(*), count(DISTINCT cluster), max(size) FROM textsim_clusters('sim', ?)",
                 (a['threshold'],))


def known(a):
    """Of the versions that were made, those that pairs must have, and has not."""
    db = connect(a)
    made = db.execute('''SELECT count(*) FROM docs v JOIN docs o ON o.id = v.of
                          WHERE jaccard(o.body, v.body) >= ?''', (a['threshold'],)).fetchone()[0]
    missed = db.execute('''SELECT count(*) FROM docs v JOIN docs o ON o.id = v.of
                            LEFT JOIN textsim_pairs('sim', ?1) p ON p.a = o.id AND p.b = v.id
                            WHERE jaccard(o.body, v.body) >= ?1 AND p.a IS NULL''', (a['threshold'],)).fetchone()[0]
    return {'made': made, 'missed': missed}


def interrupt(a):
    """How long after the progress handler asks for it are the pairs left?"""
    db = connect(a)
    asked = []

    def stop():
        if time.perf_counter() - begun > a['after']:
            asked.append(time.perf_counter())
            return 1
        return 0

    begun = time.perf_counter()
    db.set_progress_handler(stop, 100)
    try:
        db.execute("SELECT count(*) FROM textsim_pairs('sim', 0.5)").fetchall()
        return {'late': 0.0, 'done': True}
    except sqlite3.OperationalError:
        return {'late': time.perf_counter() - asked[0], 'done': False}


# --- queries ---------------------------------------------------------------------------


def queries(db, n, seed):
    """Texts of documents, the largest families among them, every other one edited; and
    paragraphs of 60 words; and pairs of documents in a row."""
    rng = random.Random(seed)
    ids = [i for i, in db.execute('SELECT id FROM docs ORDER BY id')]
    families = [c for c, in db.execute("""SELECT cluster FROM textsim_clusters('sim', 0.8)
                                           GROUP BY 1 ORDER BY count(*) DESC, 1 LIMIT 10""")]
    chosen = families + rng.sample(ids, min(len(ids), n - len(families)))
    texts = [db.execute('SELECT body FROM docs WHERE id = ?', (i,)).fetchone()[0] for i in chosen]
    words = sorted({w for t in texts for w in t.split()})
    whole = [archive.edited(rng, t, 0.1, words) if i % 2 else t for i, t in enumerate(texts)]
    paragraphs = []
    for text in texts:
        parts = text.split()
        at = rng.randrange(max(1, len(parts) - 60))
        paragraphs.append(' '.join(parts[at:at + 60]))
    together = [a + '\n\n' + b for a, b in zip(texts, whole[1:] + whole[:1])]
    return {'similarity >= 0.7': whole, 'query_in_doc >= 0.8': paragraphs, 'doc_in_query >= 0.8': together}


def match(a):
    """Milliseconds of each query, sorted; those of the first one in a new process alone."""
    db = connect(a)
    result = {}
    texts = queries(db, a['n'], 1)
    db.close()
    for bound in a['bounds']:
        values, db = texts[bound], connect(a)
        sql = f'SELECT rowid, similarity FROM sim WHERE sim MATCH ? AND {bound}'
        times = [[] for _ in values]
        for _ in range(MATCHES):
            for text, t in zip(values, times):
                begun = time.perf_counter()
                db.execute(sql, (text,)).fetchall()
                t.append((time.perf_counter() - begun) * 1e3)
        result[bound] = {'first': times[0][0], 'times': sorted(min(t) for t in times)}
        db.close()
    return result


def a_set(db, text):
    blob, = db.execute('SELECT shingle_set(?)', (text,)).fetchone()
    hashes = array.array('Q', blob[24:])
    if sys.byteorder == 'big':
        hashes.byteswap()
    return hashes


def recall(a):
    """What the queries find, against sets that are counted in Python."""
    db = connect(a)
    texts = queries(db, a['n'], 1)
    keys = [(bound, text) for bound, values in texts.items() for text in values]
    sets = [a_set(db, text) for _, text in keys]
    owners = collections.defaultdict(list)
    for number, hashes in enumerate(sets):
        for h in hashes:
            owners[h].append(number)
    wanted = [set() for _ in keys]
    hashed = owners.keys()
    for rowid, body in db.execute('SELECT id, body FROM docs'):
        document = a_set(db, body)
        shared = collections.Counter()
        for h in hashed & set(document):
            shared.update(owners[h])
        for number, n in shared.items():
            bound, n_query = keys[number][0], len(sets[number])
            of = {'s': n_query + len(document) - n, 'q': n_query, 'd': len(document)}[bound[0]]
            # Containment is promised from 40 shared shingles on.
            if n / of >= float(bound[-3:]) and (bound[0] == 's' or n >= 40):
                wanted[number].add(rowid)
    result = {bound: {'wanted': 0, 'missed': 0, 'wrong': 0} for bound in texts}
    for (bound, text), want, hashes in zip(keys, wanted, sets):
        rows = db.execute(f'''SELECT rowid, similarity, query_in_doc, doc_in_query FROM sim
                               WHERE sim MATCH ? AND {bound}''', (text,)).fetchall()
        found = {row[0] for row in rows}
        r = result[bound]
        r['wanted'] += len(want)
        r['missed'] += len(want - found)
        for rowid, *measures in rows:
            document = set(a_set(db, db.execute('SELECT body FROM docs WHERE id = ?', (rowid,)).fetchone()[0]))
            n, n_query = len(document.intersection(hashes)), len(hashes)
            r['wrong'] += measures != [n / (n_query + len(document) - n), n / n_query, n / len(document)]
    return result


def same(a):
    """Ten thousand identical documents: all clusters, and the first thousand pairs."""
    db = connect(a | {'db': ':memory:'})
    db.execute('CREATE VIRTUAL TABLE same USING textsim(body)')
    db.executemany('INSERT INTO same(body) VALUES(?)', [('the quick brown fox jumps over the lazy dog',)] * 10_000)
    result = timed(db, "SELECT count(*) FROM textsim_clusters('same')")
    begun = time.process_time()
    rows = db.execute("SELECT a, b, similarity FROM textsim_pairs('same')")
    for _ in range(1000):
        next(rows)
    return result | {'first': time.process_time() - begun}


def brute(a):
    """Pairs of the first documents, by counting what they share."""
    db = connect(a)
    least, n = a['threshold'], a['n']
    db.execute(f'CREATE TEMP TABLE some AS SELECT id, body FROM docs WHERE id <= {n}')
    db.execute(f'CREATE VIRTUAL TABLE temp.few USING textsim(body, threshold={least})')
    db.execute('INSERT INTO few(rowid, body) SELECT id, body FROM some')
    sets = {i: a_set(db, body) for i, body in db.execute('SELECT * FROM some')}
    owners, exact = collections.defaultdict(list), {}
    for j, hashes in sets.items():
        shared = collections.Counter()
        for h in hashes:
            if h in owners:
                shared.update(owners[h])
            owners[h].append(j)
        for i, m in shared.items():
            if (s := m / (len(sets[i]) + len(hashes) - m)) >= least:
                exact[i, j] = s
    result = []
    for threshold in (t for t in (0.3, 0.5, 0.55, 0.7, 0.8, 1.0) if t >= least):
        want = {p: s for p, s in exact.items() if s >= threshold}
        found = {(x, y): s for x, y, s in db.execute("SELECT a, b, similarity FROM textsim_pairs('few', ?)", (threshold,))}
        result.append((threshold, len(want), len(want.keys() - found.keys()), sum(want.get(p) != s for p, s in found.items())))
    return result


# --- writes ----------------------------------------------------------------------------


def insert(a):
    """Single INSERTs into a new table that stores the texts, in one transaction: how many
    in a second of CPU time, and how long the slowest took by the clock."""
    db = connect(a)
    db.execute('DROP TABLE IF EXISTS kept')
    db.execute('CREATE VIRTUAL TABLE kept USING textsim(body)')
    texts = connect(a).execute('SELECT id, body FROM docs')
    db.execute('BEGIN')
    done = array.array('d', [0.0])
    sql, slowest = 'INSERT INTO kept(rowid, body) VALUES(?, ?)', 0.0
    cpu, clock = time.process_time, time.perf_counter
    for row in texts:
        begun, at = cpu(), clock()
        db.execute(sql, row)
        slowest = max(slowest, clock() - at)
        done.append(done[-1] + cpu() - begun)
    db.execute('COMMIT')
    size = min(WINDOW, len(done) - 1)
    slow = max(done[i + size] - done[i] for i in range(len(done) - size))
    return {'rate': (len(done) - 1) / done[-1], 'window': size / slow, 'slowest': slowest}


def change(a):
    """UPDATEs and DELETEs of the table that insert() left, then 'optimize'."""
    db = connect(a)
    rng = random.Random(2)
    ids = [i for i, in db.execute('SELECT rowid FROM kept')]
    rng.shuffle(ids)
    some = [(body + ' changed here', i) for i in ids[:WINDOW]
            for body, in db.execute('SELECT body FROM docs WHERE id = ?', (i,))]
    result = {'before': shadow_size(db, 'kept')}
    for name, sql, values in (('update', 'UPDATE kept SET body = ? WHERE rowid = ?', some),
                              ('delete', 'DELETE FROM kept WHERE rowid = ?', [(i,) for i in ids[:len(ids) // 2]])):
        db.execute('BEGIN')
        begun = time.process_time()
        db.executemany(sql, values)
        db.execute('COMMIT')
        result[name] = len(values) / (time.process_time() - begun)
    db.execute("INSERT INTO kept(kept) VALUES('optimize')")
    result['after'] = shadow_size(db, 'kept')
    db.execute("INSERT INTO kept(kept) VALUES('integrity-check')")
    db.execute('DROP TABLE kept')
    return result


if __name__ == '__main__':
    json.dump(globals()[sys.argv[1]](json.loads(sys.argv[2])), sys.stdout)
