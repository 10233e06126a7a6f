"""
MATCH with rowid IN (...): test_rowids.py path/to/textsim.so

A list finds what the same MATCH finds without it, where the list has the rowid,
whatever is in the list; and the query is looked up once for all of it, counted in
instructions of SQLite's machine.  Prints TAP.
"""
from random import Random

from tap import connect, main

N = 400
BOUNDS = ['', ' AND similarity >= 0.7', ' AND query_in_doc >= 0.5', ' AND doc_in_query > 0.9',
          " AND rank <= -0.5"]
LISTS = ['()', '(7)', '(7, 7, 8, 8)', '(NULL)', '(NULL, 3, NULL)', '(3.0, 4.5, 5e0, 1e300, -1e300)',
         "('3', '4.0', ' 5 ', 'six', x'37', '7x', '')", '(1, 9223372036854775807, -9223372036854775808)',
         '(9223372036854775807.0, -9.3e18, 2)', '(SELECT id FROM docs)', '(SELECT id FROM docs WHERE 0)',
         '(SELECT id FROM docs WHERE id % 3 = 0 ORDER BY id DESC)', '(SELECT id + 1000 FROM docs)',
         '(SELECT NULL UNION ALL SELECT id FROM docs WHERE id < 40)', '(SELECT CAST(id AS TEXT) FROM docs)',
         '(SELECT id + 0.0 FROM docs UNION ALL SELECT id + 0.5 FROM docs)', '(:a, :b, :c)',
         '(1, 2, 3) AND rowid IN (2, 3, 4)', '(SELECT id FROM docs) AND rowid BETWEEN 20 AND 90',
         '(SELECT id FROM docs) AND rowid > 390.5', '(1, 2, 3, 4) AND rowid = 3', '(1, 2) AND rowid = 3',
         '(SELECT id FROM docs) AND rowid IS NOT 7', '(1, 7) OR 0', '(3, 5) AND rowid NOT IN (5)']
COLUMNS = 'similarity, query_in_doc, doc_in_query, rank'
VALUES = {'a': '7', 'b': None, 'c': 11.0}


def made(encoding="'UTF-8'", options='content=docs'):
    """Documents that are 20 families, and a table of them."""
    rng, db = Random(1), connect()
    db.execute(f'PRAGMA encoding = {encoding}')
    db.execute('CREATE TABLE docs(id INTEGER PRIMARY KEY, body)')
    families = [[f'w{rng.randrange(10**6)}' for _ in range(80)] for _ in range(20)]
    for i in range(N):
        words = list(families[i % 20])
        for _ in range(i % 7):
            words[rng.randrange(80)] = 'other'
        db.execute('INSERT INTO docs VALUES(?, ?)', (i, ' '.join(words)))
    db.execute(f'CREATE VIRTUAL TABLE t USING textsim(body, {options})')
    if options == 'content=docs':
        db.execute("INSERT INTO t(t) VALUES('rebuild')")
    else:
        db.execute('INSERT INTO t(rowid, body) SELECT id, body FROM docs')
    return db


def compare(db):
    query = db.execute('SELECT body FROM docs WHERE id = 7').fetchone()[0]
    n_found = 0
    for bound in BOUNDS:
        # An ordinary table of what the plain form finds says what is in a list.
        db.execute('DROP TABLE IF EXISTS temp.plain')
        db.execute('CREATE TEMP TABLE plain(rowid INTEGER PRIMARY KEY, similarity, query_in_doc, doc_in_query, rank)')
        db.execute(f'INSERT INTO plain SELECT rowid, {COLUMNS} FROM t WHERE t MATCH ?{bound}', (query,))
        for rowids in LISTS:
            for order in ('', ' ORDER BY rowid', ' ORDER BY rowid DESC', ' ORDER BY rank, rowid LIMIT 5'):
                values = dict(VALUES, q=query)
                want = db.execute(f'SELECT * FROM plain WHERE (rowid IN {rowids}){order}', values).fetchall()
                listed = f'SELECT rowid, {COLUMNS} FROM t WHERE t MATCH :q{bound} AND rowid IN {rowids}{order}'
                if ' OR ' in rowids:
                    listed = listed.replace(f'rowid IN {rowids}', f'(rowid IN {rowids})')
                got = db.execute(listed, values).fetchall()
                if not order:
                    want, got = sorted(want), sorted(got)
                assert want == got, (listed, want[:3], got[:3], len(want), len(got))
                n_found += len(got)
    assert n_found > 1000
    return n_found


def test_lists():
    return f'lists of all kinds, {compare(made())} rows'


def test_utf16():
    n_found = compare(made("'UTF-16'"))
    return f'the same in UTF-16, {n_found} rows'


def test_bare():
    n_found = compare(made(options="content=''"))
    return f'the same where no text is kept, {n_found} rows'


def test_joins():
    """The list, the text, or both, are another one for each row."""
    db = made()
    db.execute('CREATE TABLE lists(n, id)')
    rng = Random(2)
    db.executemany('INSERT INTO lists VALUES(?, ?)',
                   ((n, rng.choice([None, rng.randrange(N), str(rng.randrange(N))]))
                    for n in range(30) for _ in range(rng.choice([1, 5, 40]))))
    joins = ['d.id < 30 AND t.rowid IN (d.id, d.id + 20, d.id - 20)',
             'd.id < 30 AND t.rowid IN (SELECT id FROM lists WHERE n = d.id)',
             'd.id < 30 AND t.rowid IN (SELECT id FROM lists)',
             'd.id < 30 AND t.rowid IN (SELECT id FROM lists WHERE n = 3 AND lists.id <> d.id)']
    n_found = 0
    for join in joins:
        for bound in BOUNDS:
            db.execute('DROP TABLE IF EXISTS temp.found')
            db.execute('CREATE TEMP TABLE found(d, row INTEGER, similarity)')
            db.execute('INSERT INTO found SELECT d.id, t.rowid, similarity FROM docs d JOIN t '
                       f'ON t MATCH d.body{bound} WHERE d.id < 30')
            want = sorted(db.execute('SELECT d.id, t.row, similarity FROM docs d JOIN found t ON t.d = d.id '
                                     f'WHERE {join.replace("t.rowid", "t.row")}'))
            got = sorted(db.execute('SELECT d.id, t.rowid, similarity FROM docs d JOIN t ON t MATCH d.body'
                                    f'{bound} WHERE {join}'))
            assert want == got, (join, bound, len(want), len(got))
            n_found += len(got)
            left = db.execute('SELECT count(*), count(t.rowid) FROM docs d LEFT JOIN t ON t MATCH d.body'
                              f'{bound} AND {join} WHERE d.id < 30').fetchone()
            assert left[0] >= 30 and left[1] == len(got), (join, left, len(got))
    assert n_found > 100
    return f'joins, {n_found} rows'


def test_costs_one_lookup():
    db, steps = made(), [0]
    query = db.execute('SELECT body FROM docs WHERE id = 7').fetchone()[0]

    def step():
        steps[0] += 1

    def cost(sql):
        steps[0] = 0
        db.set_progress_handler(step, 10)
        n = len(db.execute(f'SELECT rowid FROM t WHERE t MATCH ? AND similarity >= 0.7{sql}', (query,)).fetchall())
        db.set_progress_handler(None, 0)
        return n, 10 * steps[0]

    db.execute('CREATE TABLE rare AS SELECT id FROM docs WHERE id % 20 <> 7')
    n, plain = cost('')
    n_all, all_of_them = cost(' AND rowid IN (SELECT id FROM docs)')
    none, without = cost(' AND rowid IN (SELECT id FROM rare)')
    assert n == n_all > 5 and none == 0, (n, n_all, none)
    # A few for each rowid make the list; a lookup for each would take more than 30.
    assert all_of_them <= plain + 10 * N and without <= plain + 10 * N, (plain, all_of_them, without)
    return f'one lookup: {plain} instructions, with a list of {N} {all_of_them}'


def texts():
    db = connect()
    db.execute('CREATE VIRTUAL TABLE t USING textsim(body, k=1)')
    db.executemany('INSERT INTO t(rowid, body) VALUES(?, ?)',
                   ((i, f'one {"two " * (i % 2)}three{i % 5}') for i in range(1, 60)))
    return db


def conditions(terms):
    """Two of them under OR, with more beside them."""
    for first in terms:
        for second in terms:
            for more in ('', ' AND similarity >= 0.1', ' AND rank < -0.1 AND doc_in_query >= 0.1'):
                yield f'({first} OR {second}){more}'


def test_or():
    """Rowids under OR: SQLite has plans for that in which no part has the MATCH."""
    db = texts()
    db.execute("CREATE TABLE found AS SELECT rowid AS row, similarity, doc_in_query, rank FROM t WHERE t MATCH 'one two'")
    terms = ['{0} = 1', '{0} = 3', '{0} = 4 AND similarity >= 0.1', '{0} IN (5, 6, 7)', '{0} > 50', '{0} < 9',
             '{0} BETWEEN 20 AND 30', 'similarity >= 0.6', 'doc_in_query > 0.4 AND {0} = 8']
    n = 0
    for where in conditions(terms):
        for order in ('', ' ORDER BY rank, 1', ' ORDER BY similarity DESC, 1 LIMIT 3 OFFSET 1'):
            want = db.execute(f'SELECT row FROM found WHERE {where.format("row")}{order}').fetchall()
            got = db.execute("SELECT rowid FROM t WHERE t MATCH 'one two' AND "
                             f'{where.format("rowid")}{order}').fetchall()
            assert want == got if order else sorted(want) == sorted(got), (where, order, want, got)
            n += 1
    return f'rowids under OR, {n} queries'


def test_or_in_joins():
    """The same where the text comes from another table, which may come after those parts."""
    db = texts()
    db.execute('CREATE TABLE q(id INTEGER PRIMARY KEY, text)')
    db.executemany('INSERT INTO q(text) VALUES(?)', [('one two',), ('one three1',), ('two three3',), (None,)])
    db.execute('CREATE TABLE few AS SELECT id + 4 AS row FROM q')
    db.execute('CREATE TABLE found AS SELECT q.id, text, t.rowid AS row, similarity, doc_in_query, rank '
               'FROM q CROSS JOIN t WHERE t MATCH text')
    terms = ['{0} = 1', '{0} = 4 AND similarity >= 0.1', '{0} IN (5, 6, 7)', '{0} IN (SELECT row FROM few)', '{0} < 9',
             'doc_in_query > 0.4 AND {0} = 8', '{0} = id', '{0} = (SELECT max(row) FROM few)']
    n = 0
    for where in conditions(terms):
        for others in ('', ', few a', ', few a, few b'):
            want = db.execute(f'SELECT id, f.row FROM found f{others} WHERE {where.format("f.row")}').fetchall()
            got = db.execute(f'SELECT id, t.rowid FROM q, t{others} WHERE t MATCH text AND '
                             f'{where.format("t.rowid")}').fetchall()
            assert sorted(want) == sorted(got), (where, others, want, got)
            n += 1
    return f'rowids under OR in joins, {n} queries'


main([test_lists, test_utf16, test_bare, test_joins, test_or, test_or_in_joins, test_costs_one_lookup])
