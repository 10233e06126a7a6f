"""
Arguments of table-valued functions, wherever SQLite finds them: test_arguments.py
path/to/textsim.so [--deep]
"""
import random
import sqlite3

from tap import DEEP, archive, main


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


class Calls:
    """Random calls of a function, with an OR of conditions on its columns beside them."""

    def __init__(self, seed):
        self.random = random.Random(seed)

    def value(self, kinds):
        """What an argument may be: a constant, a subquery, or of another table."""
        return self.random.choice(self.random.choice(kinds))

    def condition(self, argument, value):
        inner = value.strip('()')
        return self.random.choice([f'{argument} = {value}'] * 3 + [f'({argument}, 1) = ({value}, 1)',
                                                                   f'{argument} IN ({inner})'])

    def bound(self, columns, values):
        """A marks where a '+' keeps a condition from SQLite's plans."""
        return f'@f.{self.random.choice(columns)} {self.random.choice(["=", "=", "=", ">=", "<"])} ' + \
            self.random.choice(values)

    def query(self):
        other = self.random.choice(['', 'names n', 'docs d'])
        if self.random.random() < 0.5:
            name, columns, values = 'textsim_pairs', ['a', 'b'], [str(i) for i in range(1, 12)]
            arguments = {'textsim_index': [["'t'", "'u'"], ["(SELECT 't')", '(SELECT name FROM names LIMIT 1)']],
                         'textsim_threshold': [['0.5', '0.8'], ['(SELECT 0.6)']],
                         'textsim_schema': [["'main'"], ["(SELECT 'main')"]]}
            if other == 'names n':
                arguments['textsim_index'].append(['n.name'])
        else:
            name, columns, values = 'shingles', ['position', 'rowid', 'hash'], ['1', '2', '3', '7', '8']
            arguments = {'textsim_text': [["'x y z w'", "'a b'"], ['(SELECT body FROM docs LIMIT 1)']],
                         'textsim_options': [['1', '2'], ['(SELECT 1)', '(SELECT id - 5 FROM names LIMIT 1)']]}
            if other == 'docs d':
                arguments['textsim_text'].append(['d.body'])
        values += {'': [], 'names n': ['n.id'], 'docs d': ['d.id']}[other]
        given = list(arguments.items())[:self.random.randint(1, len(arguments))]
        n_within = self.random.randint(0, len(given))
        within = ', '.join(self.value(kinds) for _, kinds in given[:n_within])
        conditions = [self.condition('f.' + argument, self.value(kinds)) for argument, kinds in given[n_within:]]
        parts = [' AND '.join(self.bound(columns, values) for _ in range(self.random.choice([1, 1, 2])))
                 for _ in range(self.random.choice([2, 2, 3]))]
        conditions.append('(' + ' OR '.join(parts) + ')')
        self.random.shuffle(conditions)
        table = f'{name}({within}) f' if within else f'{name} f'
        where = ' AND '.join(conditions)
        if not other:
            return f'SELECT f.* FROM {table} WHERE {where}'
        join, on = self.random.choice([(',', 'WHERE'), (',', 'WHERE'), (' LEFT JOIN', 'ON')])
        return f'SELECT * FROM {other}{join} {table} {on} {where}'


def test_random_calls():
    """Each gives what it gives without conditions in the plan, or an error."""
    db = archive(12)
    db.executescript("CREATE TABLE names(name, id); INSERT INTO names VALUES('t', 7), ('u', 6), (NULL, 1);"
                     'CREATE VIRTUAL TABLE u USING textsim(body, k=1);'
                     'INSERT INTO u(rowid, body) SELECT * FROM docs WHERE id BETWEEN 5 AND 10; ANALYZE')
    calls, n_rows = Calls(5), 0
    for _ in range(20000 if DEEP else 1500):
        query = calls.query()
        plain, whole = rows_of(db, query.replace('@', '')), rows_of(db, query.replace('@', '+'))
        if isinstance(plain, str) or isinstance(whole, str):
            continue
        assert plain == whole, (query.replace('@', ''), plain, whole)
        n_rows += len(plain) > 0
    assert n_rows > 500, n_rows
    return 'random calls beside an OR'


main([test_arguments_are_not_lost, test_arguments_that_are_not_given, test_random_calls])
