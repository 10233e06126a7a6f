"""
What only tables of some size have: test_large.py path/to/textsim.so

Three levels of postings, and slices that go from the middle one to the lowest with the
dead left out; lists that are long on one level and short on another; the document that
tells boilerplate from copies, where it cannot be read, and where the index is damaged;
thousands of documents between one cluster and the next.  What is found is compared with
the measures of all documents.  Prints TAP.
"""
import sqlite3
from random import Random

from tap import connect, main

MANY = 2000                 # documents: a list that is longer is not read in any case
COMMON = [f'licence{i}' for i in range(60)]


def words(rng, n):
    return ' '.join(f'{rng.getrandbits(24):x}' for _ in range(n))


def put(db, rows):
    db.execute('BEGIN')
    db.executemany('INSERT INTO t(rowid, body) VALUES(?, ?)', rows)
    db.execute('COMMIT')


def check(db):
    db.execute("INSERT INTO t(t) VALUES('integrity-check')")


def compare(db, texts, query, measure, least):
    """What MATCH finds is what the measures say: (rowid, similarity)."""
    found = db.execute(f'SELECT rowid, similarity FROM t WHERE t MATCH ? AND {measure} >= ? ORDER BY rowid',
                       (query, least)).fetchall()
    sides = {'similarity': 'jaccard(?1, ?2, 1)', 'query_in_doc': 'containment(?1, ?2, 1)'}
    right = [(rowid, db.execute('SELECT jaccard(?, ?, 1)', (query, text)).fetchone()[0])
             for rowid, text in sorted(texts.items())
             if db.execute(f'SELECT {sides[measure]} >= ?3', (query, text, least)).fetchone()[0]]
    assert found == right, (measure, least, len(found), len(right))
    return len(found)


def test_three_levels():
    """Insert and delete until the middle level is full, and gives slices to the lowest."""
    db, rng, texts = connect(), Random(1), {}
    db.execute("CREATE VIRTUAL TABLE t USING textsim(body, content='', k=1)")
    rowid = n_deleted = 0
    while db.execute('SELECT count(*) FROM t_postings').fetchone()[0] < 100:
        texts.update((rowid + i, words(rng, 3000)) for i in range(64))
        put(db, ((rowid + i, texts[rowid + i]) for i in range(64)))
        rowid += 64
        for gone in rng.sample(sorted(texts), 8):
            del texts[gone]
            db.execute('DELETE FROM t WHERE rowid = ?', (gone,))
            n_deleted += 1
        assert rowid < 5000
    levels = [db.execute(f'SELECT count(*) FROM t_{name}').fetchone()[0] for name in ('recent', 'middle', 'postings')]
    assert min(levels) > 0 and levels[1] > 100, levels
    assert db.execute('SELECT count(*) FROM t_dead').fetchone()[0] <= n_deleted
    check(db)
    for known in rng.sample(sorted(texts), 10):
        assert compare(db, {known: texts[known]}, texts[known], 'similarity', 0.9) == 1
    db.execute("INSERT INTO t(t) VALUES('optimize')")
    check(db)
    return f'{rowid} documents on three levels, {n_deleted} deleted meanwhile'


def test_steps():
    """So many short documents that a step of the round is for more deaths than the least."""
    db, rng = connect(), Random(2)
    db.execute("CREATE VIRTUAL TABLE t USING textsim(body, content='', k=1)")
    put(db, ((i, words(rng, 3)) for i in range(20000)))
    db.execute('BEGIN')
    for i in range(3500):
        db.execute('DELETE FROM t WHERE rowid = ?', (i,))
    db.execute('COMMIT')
    check(db)
    # Nearly all of them are alike to no other.
    n_calls = 0

    def call():
        nonlocal n_calls
        n_calls += 1
        return n_calls > 40
    db.set_progress_handler(call, 1)
    try:
        db.execute('SELECT count(*) FROM textsim_clusters(?, 0.5)', ('t',)).fetchall()
        raise AssertionError('it was not interrupted')
    except sqlite3.OperationalError as error:
        assert 'interrupt' in str(error), error
    db.set_progress_handler(None, 0)
    clustered = db.execute("SELECT count(*) FROM textsim_clusters('t', 0.5)").fetchone()[0]
    paired = db.execute("SELECT count(*) FROM (SELECT a FROM textsim_pairs('t', 0.5)"
                        " UNION SELECT b FROM textsim_pairs('t', 0.5))").fetchone()[0]
    assert clustered == paired, (clustered, paired)
    return 'twenty thousand short documents'


def test_lists_of_two_levels():
    """A list that is short at the lowest level, and long above; the other way round; and both."""
    db, rng, texts = connect(), Random(3), {}
    db.execute("CREATE VIRTUAL TABLE t USING textsim(body, content='', k=1)")

    def document(common):
        return ' '.join(common) + ' ' + words(rng, 15)
    texts.update((i, document(COMMON[:30])) for i in range(MANY + 100))
    texts.update((MANY + 100 + i, document(COMMON[30:])) for i in range(20))
    put(db, sorted(texts.items()))
    db.execute("INSERT INTO t(t) VALUES('optimize')")
    new = {10 * MANY + i: document(COMMON[30:]) for i in range(MANY + 500)}
    new.update((20 * MANY + i, document(COMMON[:30])) for i in range(20))
    texts.update(new)
    put(db, sorted(new.items()))
    assert db.execute('SELECT count(*) FROM t_recent').fetchone()[0] > 0
    n_found = 0
    for query in (document(COMMON[:30]), document(COMMON[30:]), document(COMMON), texts[5], texts[10 * MANY]):
        for measure, least in (('similarity', 0.9), ('similarity', 0.62), ('query_in_doc', 0.5), ('query_in_doc', 0.99)):
            n_found += compare(db, texts, query, measure, least)
    assert n_found > 4 * MANY, n_found
    check(db)
    return 'lists that are long on one level'


def licensed(n, rng):
    return {i: ' '.join(COMMON) + ' ' + words(rng, 40) for i in range(1, n + 1)}


def test_unreadable_typical():
    """The first documents of those with boilerplate were deleted behind the index."""
    db, rng = connect(), Random(4)
    db.execute('CREATE TABLE docs(id INTEGER PRIMARY KEY, body)')
    texts = licensed(MANY + 500, rng)
    db.executemany('INSERT INTO docs VALUES(?, ?)', texts.items())
    db.execute("CREATE VIRTUAL TABLE t USING textsim(body, content=docs, content_rowid=id, k=1)")
    db.execute("INSERT INTO t(t) VALUES('rebuild')")
    queries = [texts[7], texts[MANY], ' '.join(COMMON) + ' ' + words(rng, 40)]

    def found():
        return [compare(db, texts, query, 'similarity', 0.62) for query in queries]
    assert found() == [1, 1, 0]
    for gone in range(1, 6):
        db.execute('DELETE FROM docs WHERE id = ?', (gone,))
        del texts[gone]
    assert found() == [1, 1, 0]
    return 'a typical document that is gone'


def test_lost_numbers():
    """Of a list that is counted, the last documents are not in t_numbers: an error, or what is right."""
    db, rng = connect(), Random(5)
    texts = licensed(MANY + 500, rng)
    db.execute("CREATE VIRTUAL TABLE t USING textsim(body, content='', k=1)")
    put(db, sorted(texts.items()))
    db.execute("INSERT INTO t(t) VALUES('optimize')")
    db.execute('DELETE FROM t_numbers WHERE docno > ?', (MANY + 400,))
    for what in ("SELECT rowid FROM t WHERE t MATCH ?1 AND similarity >= 0.62",
                 "INSERT INTO t(t) SELECT 'integrity-check' WHERE ?1 <> ''"):
        try:
            db.execute(what, (texts[7],)).fetchall()
            raise AssertionError(f'{what}: nothing noticed')
        except sqlite3.DatabaseError as error:
            assert 't_numbers' in str(error) or 't_docs' in str(error), error
    return 'a list with documents that have no number'


main([test_three_levels, test_steps, test_lists_of_two_levels, test_unreadable_typical, test_lost_numbers])
