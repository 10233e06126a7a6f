"""
The dead are forgotten: test_dead.py path/to/textsim.so

However often the documents of a table are changed, what t_dead and the postings take
is bounded by the documents that there are, and so is what a write costs, counted in
instructions of SQLite's machine.  Nothing of it shows in an answer.  Prints TAP.
"""
from random import Random

from tap import connect, main

WORDS = [f'w{i}' for i in range(3000)]
OPERATIONS = 100  # between two calls of the progress handler


class Table:
    def __init__(self, options="content=''"):
        self.db = connect()
        self.rng = Random(1)
        self.n_steps = 0
        self.rows = {}
        self.db.execute(f'CREATE VIRTUAL TABLE t USING textsim(body, {options})')

    def text(self, n_words):
        return ' '.join(self.rng.choices(WORDS, k=n_words))

    def insert(self, n, n_words):
        self.db.execute('BEGIN')
        for rowid in range(n):
            self.rows[rowid] = self.text(n_words)
            self.db.execute('INSERT INTO t(rowid, body) VALUES(?, ?)', (rowid, self.rows[rowid]))
        self.db.execute('COMMIT')

    def update(self, rowid, n_words):
        self.rows[rowid] = self.text(n_words)
        self.db.execute('UPDATE t SET body = ? WHERE rowid = ?', (self.rows[rowid], rowid))

    def delete(self, rowid):
        del self.rows[rowid]
        self.db.execute('DELETE FROM t WHERE rowid = ?', (rowid,))

    def count(self, *tables):
        return sum(self.db.execute(f'SELECT count(*) FROM t_{name}').fetchone()[0] for name in tables)

    def step(self):
        self.n_steps += 1

    def instructions(self, work):
        self.n_steps = 0
        self.db.set_progress_handler(self.step, OPERATIONS)
        work()
        self.db.set_progress_handler(None, 0)
        return self.n_steps * OPERATIONS

    def check(self):
        """The index is whole, and finds what is there and nothing else."""
        self.db.execute("INSERT INTO t(t) VALUES('integrity-check')")
        for rowid in self.rng.sample(sorted(self.rows), min(20, len(self.rows))):
            found = self.db.execute('SELECT rowid FROM t WHERE t MATCH ? AND similarity >= 0.9',
                                    (self.rows[rowid],)).fetchall()
            assert (rowid,) in found, rowid
            assert all(self.rows[r] == self.rows[rowid] for r, in found), found


def test_updates_of_a_small_table():
    t = Table()
    t.insert(500, 30)
    costs, blocks = [], []
    for part in range(8):
        def work():
            for i in range(2500):
                t.update((part * 2500 + i) * 7 % 500, 30)
                if i % 500 == 0:
                    assert t.count('dead') <= 2 * 500 + 4096, t.count('dead')
        t.db.execute('BEGIN')
        costs.append(t.instructions(work))
        t.db.execute('COMMIT')
        blocks.append(t.count('recent', 'middle', 'postings'))
        t.check()
    assert max(costs[1:]) <= 1.1 * costs[1], costs
    assert max(blocks) <= 2 * blocks[0] + 10, blocks
    return 'updates of a small table: t_dead, blocks and costs are bounded'


def test_updates_of_the_same_few():
    """Of a table most of which is never touched, and lies at the lowest level."""
    t = Table()
    t.insert(2000, 120)
    t.db.execute("INSERT INTO t(t) VALUES('optimize')")
    before, most = t.count('recent', 'middle', 'postings'), 0
    t.db.execute('BEGIN')
    for i in range(16000):
        t.update(i * 7 % 400, 30)
        if i % 500 == 0:
            most = max(most, t.count('dead'))
    t.db.execute('COMMIT')
    assert most <= 2 * 2000 + 4096, most
    assert t.count('recent', 'middle', 'postings') <= 2 * before
    t.check()
    return 'updates of the same few documents'


def test_deletes(order):
    """With as many documents gone as there are, so are their postings."""
    t = Table()
    t.insert(12000, 40)
    n_blocks = t.count('recent', 'middle', 'postings')
    t.db.execute('BEGIN')
    for i, rowid in enumerate(sorted(t.rows, key=order)[:11000]):
        t.delete(rowid)
        if i % 500 == 0:
            assert t.count('dead') <= 8 * len(t.rows) + 4096, (i, t.count('dead'))
    t.db.execute('COMMIT')
    assert t.count('dead') <= 8000, t.count('dead')
    assert t.count('recent', 'middle', 'postings') <= 0.6 * n_blocks
    t.check()


def test_deletes_in_order():
    test_deletes(lambda rowid: rowid)
    return 'deletes, the oldest first'


def test_deletes_of_every_other():
    test_deletes(lambda rowid: (rowid % 256, rowid))
    return 'deletes, each 256th first'


def test_numbers_are_not_used_too_early():
    """What died last is not forgotten before its postings are gone, wherever a round is."""
    for seed in range(3):
        t = Table('k=1')
        t.rng = Random(seed)
        t.insert(1500, 60)
        for i in range(6):
            for rowid in t.rng.sample(sorted(t.rows), 300):
                if t.rng.random() < 0.4:
                    t.delete(rowid)
                else:
                    t.update(rowid, t.rng.choice([10, 200]))
            if t.rng.random() < 0.3:
                t.db.execute("INSERT INTO t(t) VALUES(?)", (t.rng.choice(['optimize', 'rebuild']),))
            t.check()
    return 'after any writes the index is whole'


main([test_updates_of_a_small_table, test_updates_of_the_same_few, test_deletes_in_order,
      test_deletes_of_every_other, test_numbers_are_not_used_too_early])
