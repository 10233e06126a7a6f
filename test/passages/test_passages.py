"""
Passages of random texts are what they say: test_passages.py path/to/textsim.so [--deep]

The texts that SQL's substr() gives for both sides are aligned here, in another way,
by the words of normalize_text().  And a long search can be interrupted.  Prints TAP.
"""
import os
import random
import sqlite3
import sys
import threading
import time

ARGUMENTS = [a for a in sys.argv[1:] if a != '--deep']
PAIRS = 3000 if '--deep' in sys.argv else 200
GLUE = [' ', ' ', ' ', ', ', '. ', '\n', ' “', '” ', '\u00a0', ' – ']


def connect():
    db = sqlite3.connect(':memory:', isolation_level=None, check_same_thread=False)
    db.enable_load_extension(True)
    db.load_extension(os.path.abspath(ARGUMENTS[0]))
    return db


def longest_common(x, y):
    """How many words match in order, at most."""
    row = [0] * (len(y) + 1)
    for word in x:
        diagonal = 0
        for j, other in enumerate(y):
            above = row[j + 1]
            row[j + 1] = diagonal + 1 if word == other else max(above, row[j])
            diagonal = above
    return row[-1]


def write(rng, words):
    """Words as people write them: in any case, form and line."""
    forms = [str, str, str.upper, str.title, lambda w: w.replace('fi', 'ﬁ'),
             lambda w: '\u00ad'.join(w), lambda w: w.replace('é', 'e\u0301')]
    return ''.join(rng.choice(forms)(w) + rng.choice(GLUE) for w in words)


def random_pair(rng):
    words = [f'{rng.choice(["fish", "café", "w", "ß"])}{i}' for i in range(rng.choice([4, 30, 3000]))]
    b = rng.choices(words, k=rng.randrange(150))
    a = rng.choices(words, k=rng.randrange(40))
    for _ in range(rng.randrange(4)):
        start = rng.randrange(len(b) + 1)
        for word in b[start:start + rng.randrange(60)]:
            edit = rng.random()
            a += [word] if edit > 0.15 else [] if edit > 0.1 else rng.choices(words, k=2)
        a += rng.choices(words, k=rng.randrange(20))
    return write(rng, a), write(rng, b)


def check_pair(db, rng):
    a, b = random_pair(rng)
    min_words, max_gap = rng.choice([1, 3, 8, 8, 20]), rng.choice([0, 2, 6, 6, 20])
    options = f'min_words={min_words} max_gap={max_gap}'
    rows = db.execute(
        """SELECT a_start, a_length, a_text, substr(?1, a_start, a_length),
                  b_text, substr(?2, b_start, b_length), words, identity,
                  normalize_text(a_text), normalize_text(b_text)
             FROM textsim_passages(?1, ?2, ?3)""", (a, b, options)).fetchall()
    total, ends = 0, []
    for start, length, a_text, a_cut, b_text, b_cut, words, identity, x, y in rows:
        x, y = x.split(), y.split()
        aligned = words / identity
        assert a_text == a_cut and b_text == b_cut, (a, b, options)
        assert min_words <= words <= longest_common(x, y), (a, b, options)
        assert abs(aligned - round(aligned)) < 1e-6, (words, identity)
        assert max(len(x), len(y)) <= round(aligned) <= len(x) + len(y) - words
        assert x[0] == y[0] and x[-1] == y[-1]
        total += len(x)
        ends += [(start, 0), (start + length, 1)]
    assert [kind for _, kind in sorted(ends)] == [0, 1] * len(rows), 'overlap in a'
    n_words, coverage, marked = db.execute(
        """SELECT count(*), coverage(?1, ?2, ?3), highlight_passages(?1, ?2, '⟦', '⟧', ?3)
             FROM textsim_tokens(?1)""", (a, b, options)).fetchone()
    assert coverage is None if n_words == 0 else abs(coverage - total / n_words) < 1e-9
    assert marked.replace('⟦', '').replace('⟧', '') == a
    assert marked.count('⟦') == marked.count('⟧') == len(rows)
    return len(rows)


def random_texts():
    db, rng = connect(), random.Random(1)
    n = sum(check_pair(db, rng) for _ in range(PAIRS))
    assert n > PAIRS
    return f'{n} passages of {PAIRS} random pairs'


def interrupted():
    """A progress handler and interrupt() end all three, and the next call works."""
    db, rng = connect(), random.Random(2)
    text = ' '.join(str(rng.randrange(400)) for _ in range(1_000_000))
    timer = threading.Timer(0.02, db.interrupt)
    stops = [lambda: db.set_progress_handler(lambda: 1, 100)] * 3 + [timer.start]
    for stop, sql in zip(stops, ['coverage(?1, ?1)', "highlight_passages(?1, ?1, '<', '>')",
                                 '(SELECT count(*) FROM textsim_passages(?1, ?1))', 'coverage(?1, ?1)']):
        stop()
        try:
            db.execute(f'SELECT {sql}', (text,)).fetchall()
            raise AssertionError(f'{sql} came to its end')
        except sqlite3.OperationalError as error:
            assert str(error) == 'interrupted', error
        db.set_progress_handler(None, 0)
        if timer.ident:
            timer.join()
        assert db.execute("SELECT coverage('a', 'a', 'min_words=1')").fetchone() == (1.0,)
    return 'interrupted'


def asked_often():
    """A million passages of one word: no phase is long without asking whether to go on."""
    db, rng = connect(), random.Random(3)
    a, b = (' '.join(str(rng.randrange(30000)) for _ in range(1_000_000)) for _ in range(2))
    longest, before = 0, time.thread_time()
    db.execute('SELECT minhash(?1)', (a,)).fetchall()
    # Where even that takes long, as in valgrind, all does.
    bound = max(0.1, 5 * (time.thread_time() - before))

    def asked():
        nonlocal longest, before
        longest, before = max(longest, time.thread_time() - before), time.thread_time()
        return 0

    for sql in ["coverage(?1, ?2, 'min_words=1')", "highlight_passages(?1, ?2, '<', '>', 'min_words=1')",
                "(SELECT count(*) FROM textsim_passages(?1, ?2, 'min_words=1'))"]:
        before = time.thread_time()
        db.set_progress_handler(asked, 1)
        db.execute(f'SELECT length({sql})', (a, b)).fetchall()
        asked()
        db.set_progress_handler(None, 0)
    assert longest < bound, f'{longest} s of CPU'
    return 'asked at least every tenth of a second'


def main():
    tests = [random_texts, interrupted, asked_often]
    print(f'1..{len(tests)}')
    for number, test in enumerate(tests, 1):
        print(f'ok {number} - {test()}', flush=True)


if __name__ == '__main__':
    main()
