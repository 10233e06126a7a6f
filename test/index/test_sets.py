"""
What is kept with content='': test_sets.py path/to/textsim.so [--deep]

How many bytes the sets take, that copies share one, that the space of deleted
ones is given back, and that cursors which are open while something is written
see no set but that of the row, and that none is lost with a rowid.  Prints TAP.
"""
import random
import sqlite3
import sys

ARGUMENTS = [a for a in sys.argv[1:] if a != '--deep']
DEEP = '--deep' in sys.argv
ROUNDS = 200 if DEEP else 20
PACK_SIZE = 4057
N_FAILED = 0
N_TESTS = 0


def ok(good, what):
    global N_FAILED, N_TESTS
    N_TESTS += 1
    N_FAILED += not good
    print('ok' if good else 'not ok', N_TESTS, '-', what)


def connect():
    db = sqlite3.connect(':memory:', isolation_level=None)
    db.enable_load_extension(True)
    db.load_extension(ARGUMENTS[0])
    db.execute("CREATE VIRTUAL TABLE t USING textsim(body, content='', k=1)")
    return db


def one(db, sql, values=()):
    return db.execute(sql, values).fetchone()[0]


def check(db):
    try:
        db.execute("INSERT INTO t(t) VALUES('integrity-check')")
    except sqlite3.Error as error:
        return str(error)
    return ''


def text_of(rng, n):
    return ' '.join(f'w{rng.randrange(10 ** 9)}' for _ in range(n))


def put(db, rowid, text):
    db.execute('INSERT INTO t(rowid, body) VALUES(?, ?)', (rowid, text))


def bytes_kept(db):
    return one(db, 'SELECT coalesce(sum(length(bytes)), 0) FROM t_packs')


def test_size():
    rng, db = random.Random(1), connect()
    texts = [text_of(rng, rng.randrange(100, 500)) for _ in range(500)]
    for text in texts:
        put(db, None, text)
    n_hashes = one(db, 'SELECT sum(shingles) FROM t_numbers')
    bits = 8 * bytes_kept(db) / n_hashes
    ok(bits < 57.8, f'{bits:.2f} bits a hash, where 64 - log2(300) + 1.44 is 57.2')
    before = bytes_kept(db)
    for text in rng.choices(texts, k=500):
        put(db, None, text)
    ok(bytes_kept(db) == before, 'copies take no bytes')
    ok(one(db, 'SELECT sum(documents) FROM t_sums') == 1000, 'and are counted')
    ok(check(db) == '', 'integrity-check agrees')
    rows = db.execute('SELECT place, length(bytes) FROM t_packs ORDER BY place').fetchall()
    ok(all(row == (1 + i * PACK_SIZE, PACK_SIZE) for i, row in enumerate(rows[:-1])),
       'all rows but the last are full')


def answers_right(db, rows, rng):
    """MATCH without a bound reads all sets."""
    query = rng.choice(list(rows.values())) if rows else 'w1'
    words = set(query.split())
    found = dict(db.execute('SELECT rowid, similarity FROM t WHERE t MATCH ?', (query,)))
    wanted = {}
    for rowid, text in rows.items():
        other = set(text.split())
        if words & other:
            wanted[rowid] = len(words & other) / len(words | other)
    return found == wanted


def change(db, rows, rng):
    rowid = rng.randrange(60)
    size = rng.choice([0, 1, 5, 300, 600, 2000]) if rng.random() < 0.97 else 30000
    text = rng.choice(list(rows.values())) if rows and rng.random() < 0.3 \
        else text_of(rng, size)
    if rowid not in rows:
        put(db, rowid, text)
        rows[rowid] = text
    elif rng.random() < 0.5:
        db.execute('UPDATE t SET body = ? WHERE rowid = ?', (text, rowid))
        rows[rowid] = text
    else:
        db.execute('DELETE FROM t WHERE rowid = ?', (rowid,))
        del rows[rowid]


def is_packed(db, rows):
    """As small as a table that is made of the same rows?"""
    fresh = connect()
    for rowid, text in rows.items():
        put(fresh, rowid, text)
    layout = 'SELECT place, length(bytes) FROM t_packs ORDER BY place'
    same = db.execute(layout).fetchall() == fresh.execute(layout).fetchall()
    sums = 'SELECT sum, documents FROM t_sums ORDER BY sum'
    return same and db.execute(sums).fetchall() == fresh.execute(sums).fetchall()


def test_changes():
    bad = []
    for seed in range(ROUNDS):
        rng, db, rows = random.Random(seed), connect(), {}
        for _ in range(6):
            db.execute('SAVEPOINT s')
            before = dict(rows)
            for _ in range(rng.randrange(40)):
                change(db, rows, rng)
            if rng.random() < 0.3:
                db.execute('ROLLBACK TO s')
                rows = before
            db.execute('RELEASE s')
            if rng.random() < 0.3:
                db.execute("INSERT INTO t(t) VALUES('optimize')")
                if not is_packed(db, rows):
                    bad.append(f'seed {seed}: gaps are left')
            if rng.random() < 0.2:
                db.execute("INSERT INTO t(t) VALUES('rebuild')")
            damage = check(db)
            if damage or not answers_right(db, rows, rng):
                bad.append(f'seed {seed}: {damage or "wrong answers"}')
        for rowid in list(rows):
            db.execute('DELETE FROM t WHERE rowid = ?', (rowid,))
        if bytes_kept(db) or one(db, 'SELECT count(*) FROM t_sums') or check(db):
            bad.append(f'seed {seed}: something is left of nothing')
    ok(not bad, f'{ROUNDS} histories of sets of all sizes, optimized as if new')
    for what in bad[:10]:
        print('#', what)


def test_cursors():
    """What is seen of a row is it as it was or as it is, whatever happens to others."""
    bad = []
    for seed in range(ROUNDS):
        rng, db = random.Random(seed), connect()
        words = [f'w{i}' for i in range(2000)]
        rows = {i: ' '.join(rng.sample(words, rng.randrange(20, 900))) for i in range(40)}
        for rowid, text in rows.items():
            put(db, rowid, text)
        seen = {rowid: {text} for rowid, text in rows.items()}
        query = set(words[:700])
        cursor = db.execute('SELECT rowid, similarity FROM t WHERE t MATCH ?',
                            (' '.join(query),))
        for rowid, similarity in cursor:
            measures = [len(query & set(t.split())) / len(query | set(t.split()))
                        for t in seen[rowid]]
            if similarity not in measures:
                bad.append(f'seed {seed}: row {rowid} has {similarity}')
            db.execute('SAVEPOINT s')
            for _ in range(3):
                other = rng.randrange(40)
                text = ' '.join(rng.sample(words, rng.randrange(20, 900)))
                db.execute('INSERT OR REPLACE INTO t(rowid, body) VALUES(?, ?)', (other, text))
                seen[other].add(text)
            if rng.random() < 0.2:
                db.execute("INSERT INTO t(t) VALUES('optimize')")
            if rng.random() < 0.3:
                db.execute('ROLLBACK TO s')
            db.execute('RELEASE s')
        if check(db):
            bad.append(f'seed {seed}: {check(db)}')
    ok(not bad, f'{ROUNDS} cursors among writes')
    for what in bad[:10]:
        print('#', what)


def test_damage():
    """A set that is not the one of its row is an error when it is read."""
    rng, db = random.Random(3), connect()
    for rowid in (1, 2, 3):
        put(db, rowid, 'w1 ' + text_of(rng, 300))
    bad = []
    for sql in ('UPDATE t_sets SET place = (SELECT place FROM t_sets WHERE id = 3) WHERE id = 1',
                'UPDATE t_sets SET sum = sum + 1 WHERE id = 2', 'UPDATE t_sets SET place = NULL',
                "UPDATE t_packs SET bytes = CAST(substr(bytes, 1, 100) || x'00' || "
                'substr(bytes, 102) AS BLOB)',
                'UPDATE t_packs SET place = place + 1', 'DELETE FROM t_packs WHERE place > 1',
                "UPDATE t_packs SET bytes = x''"):
        db.execute('SAVEPOINT s')
        db.execute(sql)
        try:
            found = db.execute("SELECT rowid FROM t WHERE t MATCH 'w1'").fetchall()
            bad.append(f'{sql}: {found}')
        except sqlite3.DatabaseError as error:
            if 'no text is kept' not in str(error):
                bad.append(f'{sql}: {error}')
        if not check(db):
            bad.append(f'{sql}: not found')
        db.execute('ROLLBACK TO s')
        db.execute('RELEASE s')
    for sql in ('UPDATE t_sums SET documents = 2', 'UPDATE t_sums SET place = place + 1',
                "INSERT INTO t_sums VALUES(1, 1, 1)", "INSERT INTO t_packs VALUES(100000, x'00')",
                "UPDATE t_packs SET bytes = bytes || x'00' WHERE place > 1"):
        db.execute('SAVEPOINT s')
        db.execute(sql)
        if not check(db):
            bad.append(f'{sql}: not found')
        db.execute('ROLLBACK TO s')
        db.execute('RELEASE s')
    ok(not bad and not check(db), 'damage to each of the tables is found')
    for what in bad:
        print('#', what)


def test_update_from():
    """Not all versions of SQLite say of an UPDATE ... FROM that the text is not set."""
    db = connect()
    db.execute("INSERT INTO t(rowid, body) VALUES(1, 'one two'), (2, 'two three')")
    rowid = 11
    try:
        db.execute('UPDATE t SET rowid = new FROM (SELECT 1 AS old, 11 AS new) WHERE t.rowid = old')
    except sqlite3.OperationalError as error:
        rowid = 1 if 'UPDATE ... FROM' in str(error) else 0
    found = db.execute("SELECT rowid FROM t WHERE t MATCH 'one two' AND similarity = 1").fetchall()
    db.execute("UPDATE t SET rowid = 12, body = '' WHERE rowid = 2")
    db.execute('UPDATE t SET body = NULL WHERE rowid = ?', (rowid,))
    left = db.execute("SELECT rowid FROM t WHERE t MATCH 'one two three'").fetchall()
    ok(found == [(rowid,)] and left == [], 'an UPDATE ... FROM that sets a rowid loses no set')


if not hasattr(sqlite3.Connection, 'enable_load_extension'):
    print('1..0 # SKIP this Python cannot load extensions into SQLite')
    sys.exit(0)
test_size()
test_changes()
test_cursors()
test_update_from()
test_damage()
print(f'1..{N_TESTS}')
sys.exit(N_FAILED > 0)
