"""What the planner is told, and what is not done twice: test_plans.py path/to/textsim.so"""
import sqlite3

from tap import connect, main


def tables_in_order(db, sql):
    """The tables of a query, the outermost first."""
    plan = [detail for *_, detail in db.execute('EXPLAIN QUERY PLAN ' + sql)]
    return [step.split()[1] for step in plan if step.startswith(('SCAN', 'SEARCH'))]


def archive(n=200):
    """An index of documents two of which are alike each."""
    db = connect()
    db.execute('CREATE TABLE docs(id INTEGER PRIMARY KEY, body)')
    db.executemany('INSERT INTO docs VALUES(?, ?)',
                   ((i, ' '.join(f'{c}{i // 2}' for c in 'abcdefgh')) for i in range(1, n + 1)))
    db.execute('CREATE VIRTUAL TABLE t USING textsim(body, k=1)')
    db.execute('INSERT INTO t(rowid, body) SELECT * FROM docs')
    return db


def test_match_gives_few_rows():
    """So each is looked up in another table, and a table that is small is read before that."""
    db = archive()
    db.execute('CREATE TABLE few(id INTEGER PRIMARY KEY, x)')
    db.executemany('INSERT INTO few VALUES(?, 0)', ((i,) for i in range(1, 200)))
    db.execute('ANALYZE')
    for bound in '', ' AND similarity > 0.5':
        sql = f"SELECT count(*) FROM few, t WHERE t MATCH 'a1 b1' AND few.id = t.rowid{bound}"
        assert tables_in_order(db, sql) == ['t', 'few'], sql
    return 'a MATCH gives few rows, which are looked up in other tables'


def work_of(db, sql, *arguments):
    """Calls of the progress handler: for each operation of SQLite's machine, and in ours."""
    n_calls = [0]

    def count():
        n_calls[0] += 1
    db.set_progress_handler(count, 1)
    n_rows = len(db.execute(sql, arguments).fetchall())
    db.set_progress_handler(None, 0)
    return n_calls[0], n_rows


def test_short_queries_are_looked_up():
    """Ten times as many documents are not ten times the work."""
    words = ' '.join(f'{letter}7' for letter in 'abcdefgh').split()
    databases = [archive(n) for n in (300, 3000)]
    for db in databases:
        db.execute("INSERT INTO t(t) VALUES('optimize')")
    for n in 2, 5, 8:
        for bound in 'similarity >= 0.6', 'query_in_doc >= 0.8', 'doc_in_query >= 0.9':
            (few, n_found), (many, n_same) = (
                work_of(db, f'SELECT rowid FROM t WHERE t MATCH ? AND {bound}', ' '.join(words[:n]))
                for db in databases)
            assert n_found == n_same and many < 3 * few, (n, bound, few, many)
    return 'short queries with bounds are looked up'


def rows_of(db, sql):
    try:
        return sorted(db.execute(sql), key=str)
    except sqlite3.OperationalError as error:
        return str(error)


def test_arguments_are_not_lost():
    """SQLite does not pass all on to the parts of an OR; those in parentheses are."""
    db = archive()
    db.executescript("CREATE TABLE names(name, id); INSERT INTO names VALUES('t', 7), ('t', 8); ANALYZE")
    either = '({a} = 7 OR {b} = 7)'
    within = ["textsim_pairs('t') p WHERE " + either,
              "textsim_pairs('t', (SELECT 0.7)) p WHERE " + either,
              "docs d LEFT JOIN textsim_pairs('t') p ON {a} = d.id OR {b} = d.id",
              "textsim_pairs((SELECT 't')) p WHERE " + either,
              "textsim_pairs((SELECT 't'), 0.7) p WHERE " + either,
              "textsim_pairs((SELECT 't'), (SELECT 0.7)) p WHERE " + either,
              "(SELECT position AS a, hash AS b FROM shingles((SELECT 'x y z'), 1) WHERE {position} = 1 OR {hash} = 2)",
              'names, textsim_pairs(name) p WHERE ' + either,
              'names, textsim_pairs(name) p WHERE {a} = names.id OR {b} = names.id',
              'textsim_pairs(name) p, docs d, names WHERE d.id = {a} AND ' + either,
              "names, docs d, textsim_pairs('t') p WHERE {a} = 7 AND name = 't' OR {b} = d.id"]
    outside = ["textsim_pairs('t') p WHERE textsim_threshold = (SELECT 0.7) AND " + either,
               "textsim_pairs('t') p WHERE (textsim_threshold, 1) = (0.5, 1) AND " + either,
               "textsim_pairs('t') p WHERE textsim_schema = (SELECT 'main') AND " + either,
               'textsim_pairs p WHERE textsim_index IN (SELECT name FROM names) AND ' + either,
               "docs d LEFT JOIN textsim_pairs('t') p ON textsim_threshold = (SELECT 0.5) AND "
               '({a} = d.id OR {b} = d.id)',
               "textsim_pairs((SELECT 't')) p WHERE textsim_schema = (SELECT 'main') AND " + either,
               "textsim_pairs((SELECT 't')) p WHERE (textsim_schema, 1) = ('main', 1) AND " + either,
               "(SELECT position AS a, hash AS b FROM shingles((SELECT 'x y z')) WHERE textsim_options = (SELECT 1) "
               'AND ({position} = 1 OR {hash} = 2))',
               "(SELECT position AS a, hash AS b FROM shingles('x y z') WHERE textsim_options = (SELECT 1) AND "
               '({position} = 1 OR {hash} = 2))']
    refusals = ['put it in the parentheses behind the name', 'no query solution']
    # The call without what is lost has no such row.
    outside += ["(SELECT position AS a, hash AS b FROM docs d, shingles s WHERE s.textsim_text = d.body AND d.id = 3 "
                'AND s.textsim_options = (SELECT 1) AND ({position} = 7 OR {hash} = 5))',
                "(SELECT position AS a, hash AS b FROM docs d LEFT JOIN shingles s ON s.textsim_text = d.body AND "
                's.textsim_options = (SELECT 1) AND ({position} = 8 OR {hash} = 1))',
                "textsim_pairs((SELECT 't')) p WHERE textsim_threshold = (SELECT 0.7) AND " + either]
    for sql in within + outside:
        sql = 'SELECT a, b FROM ' + sql
        columns = ['a', 'b', 'position', 'hash']
        plain, whole = (rows_of(db, sql.format(**{name: sign + name for name in columns})) for sign in ('', '+'))
        assert any(b for _, b in whole), (sql, whole)
        is_refused = sql[len('SELECT a, b FROM '):] in outside and any(text in plain for text in refusals)
        assert plain == whole or is_refused, (sql, plain)
    in_parts = {"SELECT a, b FROM textsim_pairs('t') WHERE textsim_threshold = 0.5 AND a = 7 OR "
                'textsim_threshold = 0.7 AND b = 7': [(6, 7)],
                "SELECT shingle FROM shingles WHERE textsim_text = 'x y z' AND "
                '(textsim_options = 1 AND position = 1 OR textsim_options = 2 AND position = 2)': [('x',), ('y z',)]}
    db.execute("CREATE VIRTUAL TABLE u USING textsim(body, k=1)")
    db.execute('INSERT INTO u(rowid, body) SELECT * FROM docs WHERE id BETWEEN 6 AND 7')
    in_parts |= {"SELECT textsim_index, a, b FROM textsim_pairs WHERE textsim_index = 't' AND a = 6 OR "
                 "textsim_index = 'u' AND a = 6": [('t', 6, 7), ('u', 6, 7)],
                 "SELECT DISTINCT a, b FROM textsim_pairs WHERE textsim_index IN ('t', 'u') AND a = 6": [(6, 7)],
                 "SELECT DISTINCT rowid FROM textsim_clusters WHERE textsim_index IN ('t', 'u') AND cluster = 6":
                     [(6,), (7,)]}
    for sql, rows in in_parts.items():
        assert rows_of(db, sql) == rows, (sql, rows_of(db, sql))
    return 'an OR loses no argument'


def test_arguments_that_are_not_given():
    """SQLite would compare it with what another call gives: an error, whether that has rows or not."""
    db = archive()
    for sql in ("SELECT a FROM textsim_pairs('t', 0.5) WHERE textsim_schema LIKE 'm%'",
                "SELECT position FROM shingles('x y z') WHERE textsim_options IS NULL",
                "SELECT textsim_options FROM shingles('')",
                "SELECT cluster FROM textsim_clusters('t') WHERE +textsim_threshold = 0.5"):
        assert 'the argument is not given' in rows_of(db, sql), sql
    return 'an argument that is not given is not read'


def test_pairs_are_read_once():
    """However often a join asks for a document's, the index is opened once."""
    db = archive()
    statements = []
    db.set_trace_callback(statements.append)
    n_begun = []
    for n in 10, 20:
        del statements[:]
        n_pairs, = db.execute("SELECT count(*) FROM docs d CROSS JOIN textsim_pairs('t', 0.5) p "
                              f'WHERE d.id <= {n} AND p.a = d.id').fetchone()
        assert n_pairs == n // 2 and statements, (n_pairs, statements)
        n_begun.append(sum('t_config' in statement for statement in statements))
    assert n_begun[0] == n_begun[1] > 0, n_begun
    return 'a join over pairs opens the index once'


def test_content_is_read_once():
    """A rebuild reads it once; to be counted first, it is read again, if progress is told."""
    db = archive()
    n_read = [0]

    def read(body):
        n_read[0] += 1
        return body
    db.create_function('read', 1, read, deterministic=False)
    db.execute('CREATE VIEW v AS SELECT id, body FROM docs WHERE read(body) IS NOT NULL')
    db.execute('CREATE VIRTUAL TABLE linked USING textsim(body, content=v, content_rowid=id)')
    for progress, times in (0, 1), (1, 2), (0, 1):
        n_read[0] = 0
        db.execute("INSERT INTO linked(linked, rank) VALUES('progress', ?)", (progress,))
        db.execute("INSERT INTO linked(linked) VALUES('rebuild')")
        assert n_read[0] == times * 200, (progress, n_read)
    return 'a rebuild reads the content once'


main([test_match_gives_few_rows, test_short_queries_are_looked_up, test_arguments_are_not_lost,
      test_arguments_that_are_not_given, test_pairs_are_read_once, test_content_is_read_once])
