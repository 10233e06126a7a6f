"""The session from Python's sqlite3 module: python.py path/to/textsim."""
import glob
import os
import sqlite3
import sys

if not hasattr(sqlite3.Connection, 'enable_load_extension'):
    print('1..0 # SKIP this Python cannot load extensions into SQLite')
    sys.exit()

HERE = os.path.dirname(os.path.abspath(__file__))
SEEDS = sorted(glob.glob(os.path.join(HERE, '..', '..', 'seeds', '*.txt')))


def rows_as_text(db, sql, values=()):
    try:
        rows = db.execute(sql, values).fetchall()
    except sqlite3.Error as error:
        return f'Error: {error}\n'
    return ''.join('|'.join('' if v is None else str(v) for v in row) + '\n' for row in rows)


def point(number, name, good):
    print('ok' if good else 'not ok', number, '-', name)


db = sqlite3.connect(':memory:')
db.enable_load_extension(True)
db.load_extension(sys.argv[1])
db.enable_load_extension(False)

db.execute('CREATE TABLE articles(id INTEGER PRIMARY KEY, name TEXT, body TEXT)')
for path in SEEDS:
    with open(path, encoding='utf-8', newline='') as file:
        name = os.path.basename(path)[:3]
        db.execute('INSERT INTO articles(name, body) VALUES (?, ?)', (name, file.read()))

with open(os.path.join(HERE, 'session.sql'), encoding='utf-8') as file:
    said = ''.join(rows_as_text(db, line) for line in file if not line.startswith('--'))
with open(os.path.join(HERE, 'shell.expected'), encoding='utf-8') as file:
    golden = file.read()

print('1..2')
point(1, 'the session gives what it gives everywhere', said == golden)
for ours, theirs in zip(said.split('\n'), golden.split('\n')):
    if ours != theirs:
        print(f'# expected {theirs}\n# got      {ours}')

# Values travel both ways, bound: a sketch kept by the program, a long text.
sketch, = db.execute('SELECT minhash(body) FROM articles WHERE id = 1').fetchone()
with open(SEEDS[0], encoding='utf-8', newline='') as file:
    same = rows_as_text(db, 'SELECT typeof(?1), jaccard(?1, ?2) = 1.0, jaccard(?2, ?3) < 1.0',
                        (sketch, file.read(), 'another text of some more words'))
point(2, 'a sketch and texts as bound values', same == 'blob|1|1\n')
