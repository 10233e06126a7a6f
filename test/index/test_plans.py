"""What the planner is told, and what is not done twice: test_plans.py path/to/textsim.so"""
from tap import archive, main


def tables_in_order(db, sql):
    """The tables of a query, the outermost first."""
    plan = [detail for *_, detail in db.execute('EXPLAIN QUERY PLAN ' + sql)]
    return [step.split()[1] for step in plan if step.startswith(('SCAN', 'SEARCH'))]


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


main([test_match_gives_few_rows, test_short_queries_are_looked_up, test_pairs_are_read_once,
      test_content_is_read_once])
