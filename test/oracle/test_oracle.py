"""
The extension against the oracle: test_oracle.py path/to/textsim.so [--deep]

Prints TAP.  Every comparison is of whole results for equality, REAL values
included.  --deep tries more of everything, and every code point.
"""
import json
import os
import random
import sqlite3
import sys
import time
import unicodedata
from itertools import accumulate


def skip_all(reason):
    # In CI there is no reason good enough: this is the main proof.
    print(f'Bail out! {reason}' if os.environ.get('CI') else f'1..0 # SKIP {reason}')
    sys.exit(0)


try:
    import textsim_oracle as oracle
except ImportError as error:
    skip_all(f'{error} (Debian: python3-xxhash)')
import vectors
from unassigned import is_unknown
from texts import CASES, OPTION_CASES, WELL_FORMED, giants, lengths, random_text

if not hasattr(sqlite3.Connection, 'enable_load_extension'):
    skip_all('this Python cannot load extensions into SQLite')

BAND_BASE = 1  # the number of the first band
ARGUMENTS = [a for a in sys.argv[1:] if a != '--deep']
DEEP = '--deep' in sys.argv
SEEDS = os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', '..', 'seeds')


# TAP

n_tests = n_failed = 0


def check(name, failures):
    """One test point; 'failures' are lines that tell what was wrong, if any."""
    global n_tests, n_failed
    n_tests += 1
    failures = list(failures)
    n_failed += bool(failures)
    print('not ok' if failures else 'ok', n_tests, '-', name)
    for line in failures[:5]:
        print('#', line)
    if len(failures) > 5:
        print(f'# and {len(failures) - 5} more')
    sys.stdout.flush()


# The extension, asked like the oracle

def connect(encoding='UTF-8'):
    db = sqlite3.connect(':memory:', isolation_level=None)
    db.execute(f'PRAGMA encoding="{encoding}"')
    db.enable_load_extension(True)
    db.load_extension(os.path.abspath(ARGUMENTS[0]))
    db.text_factory = bytes
    return db


SCALARS = ['normalize_text', 'fingerprint', 'simhash', 'shingle_set', 'minhash']
SQL_SCALARS = (f'SELECT {", ".join(f + "(t, ?2)" for f in SCALARS)} '
               'FROM (SELECT CAST(?1 AS TEXT) AS t)')
SQL_TOKENS = 'SELECT token, start, length FROM textsim_tokens(CAST(?1 AS TEXT), ?2)'
SQL_SHINGLES = 'SELECT shingle, hash, start, length FROM shingles(CAST(?1 AS TEXT), ?2)'


def answers_of_extension(db, text, options):
    found = dict(zip(SCALARS, db.execute(SQL_SCALARS, (text, options)).fetchone()))
    found['tokens'] = db.execute(SQL_TOKENS, (text, options)).fetchall()
    found['shingles'] = db.execute(SQL_SHINGLES, (text, options)).fetchall()
    return found


def answers_of_oracle(text, options):
    o = vectors.parse(options)
    found = {f: getattr(oracle, f)(text, o) for f in SCALARS}
    found['normalize_text'] = found['normalize_text'].encode()
    found['tokens'] = [(t.text.encode(), t.start + 1, t.end - t.start)
                       for t in oracle.tokens(text, o)]
    found['shingles'] = [
        (s.text.encode(), oracle.signed(s.hash), s.start + 1, s.end - s.start)
        for s in oracle.shingles(text, o)]
    return found


def show(value):
    value = value.hex() if isinstance(value, bytes) else ascii(value)
    return value if len(value) < 300 else value[:300] + '...'


def differences(db, text, options):
    """'what: extension, oracle' of everything that the two differ in."""
    theirs, ours = answers_of_extension(db, text, options), answers_of_oracle(text, options)
    for what in ours:
        if theirs[what] != ours[what]:
            x, y = theirs[what], ours[what]
            if isinstance(y, list) and len(x) == len(y):
                x, y = next((a, b) for a, b in zip(x, y) if a != b)
            elif isinstance(y, bytes):
                same = len(os.path.commonprefix([x, y]))
                x, y = x[max(same - 20, 0):], y[max(same - 20, 0):]
            yield f'{what}: got {show(x)}, expected {show(y)}'


def shortest(text, fails):
    """A text for which 'fails' still holds, and for none with a piece left out."""
    size = len(text) // 2
    while size:
        at = 0
        while at < len(text):
            less = text[:at] + text[at + size:]
            text, at = (less, at) if fails(less) else (text, at + size)
        size //= 2
    return text


def compare(db, text, options):
    """Failure lines for one text, about the shortest text that shows the failure."""
    if not any(differences(db, text, options)):
        return []
    if len(text) < 50000:
        text = shortest(text, lambda less: any(differences(db, less, options)))
    return [f"x'{show(text)}' ({options}) {d}" for d in differences(db, text, options)][:2]


def some_options(rng):
    chosen = []
    for key, values in (('unit', ['word', 'char']), ('k', [1, 2, 3, 4, 5, 7, 9, 33, 64]),
                        ('case', ['fold', 'keep']), ('marks', ['keep', 'strip']),
                        ('num_perm', [16, 17, 128, 1000]), ('seed', [0, 1, 2**32 - 1])):
        if rng.random() < .6:
            chosen.append(f'{key}={rng.choice(values)}')
    rng.shuffle(chosen)
    return rng.choice([',', ' ', ', ', ' ,\t']).join(chosen)


# Tests

def test_cases():
    """The oracle itself, on what was written by hand."""
    cases = [(name, '', text, expected) for name, text, expected in CASES]
    cases += [(options, options, text, expected) for options, text, expected in OPTION_CASES]
    for name, options, text, expected in cases:
        text = text if isinstance(text, bytes) else text.encode()
        got = oracle.normalize_text(text, vectors.parse(options))
        if got != expected:
            yield f'{name}: got {show(got)}, expected {show(expected)}'


def test_vectors(db):
    with open(vectors.PATH, encoding='utf-8', newline='') as file:
        stored = [line.rstrip('\n').split('\t') for line in file]
    if stored != list(vectors.generate()):
        yield 'vectors.tsv is not what vectors.py writes'
    for name, options, text, *expected in stored[1:]:
        text = bytes.fromhex(text)
        normal, *other = db.execute(SQL_SCALARS, (text, options)).fetchone()
        got = [normal.decode()]
        got += ['' if x is None else x.hex().upper() if isinstance(x, bytes) else str(x)
                for x in other]
        for what, x, y in zip(vectors.COLUMNS[3:], got, expected):
            if x != y and (what, y) != ('minhash', ''):
                yield f'{name} ({options}): {what}: got {show(x)}, expected {show(y)}'
        yield from compare(db, text, options)


def test_measures(db, texts, options):
    """All pairs, in all mixtures of text, set and sketch, which holds the options."""
    o = vectors.parse(options)
    sets = [oracle.shingle_hashes(t, o) for t in texts]
    sketches = [oracle.slots(s, o.num_perm) for s in sets]
    forms = [f.replace('text', 'CAST(?{} AS TEXT)')
             for f in ('text', 'shingle_set(text, ?3)', 'minhash(text, ?3)')]
    for i, a in enumerate(forms):
        for j, b in enumerate(forms):
            # Beside a BLOB, which has them, the options may be there or not.
            tail = ', ?3' if (i + j) % 2 == 0 else ''
            calls = [f'{m}({a.format(1)}, {b.format(2)}{tail})' for m in oracle.MEASURES]
            sql = f'SELECT {", ".join(calls)}'
            for x, text_x in enumerate(texts):
                for y, text_y in enumerate(texts):
                    if 2 in (i, j):
                        overlap = oracle.sketch_overlap(sketches[x], sketches[y])
                    else:
                        overlap = oracle.set_overlap(sets[x], sets[y])
                    expected = tuple(m(overlap) for m in oracle.MEASURES.values())
                    got = db.execute(sql, (text_x, text_y, options)).fetchone()
                    if got != expected:
                        yield (f'{calls[0]}, ... of {show(text_x)}, {show(text_y)}, '
                               f'{options}: got {got}, expected {expected}')


def test_sketches(db, rng, n):
    """Unions, counts, bands, distances of SimHashes."""
    for _ in range(n):
        options = some_options(rng)
        o = vectors.parse(options)
        texts = [random_text(rng) for _ in range(rng.randrange(1, 5))]
        union = oracle.slots([], o.num_perm)
        for t in texts:
            hashes = oracle.shingle_hashes(t, o)
            union = oracle.union(union, oracle.slots(hashes, o.num_perm))
        rows = rng.choice([1, 2, 3, 4, 5, 16])
        values = ', '.join('(?)' for _ in texts)
        blob, = db.execute(f'WITH t(x) AS (VALUES {values}) '
                           'SELECT minhash_union(minhash(CAST(x AS TEXT), ?)) FROM t',
                           (*texts, options)).fetchone()
        if blob != oracle.sketch_blob(union, o):
            yield f'minhash_union of {[t.hex() for t in texts]} ({options})'
        info, = db.execute('SELECT sketch_info(?)', (blob,)).fetchone()
        count = json.loads(info)['shingles']
        if abs(count - oracle.estimated_count(union)) > 1:
            yield f'sketch_info({show(blob)}): {count} shingles'
        got = db.execute('SELECT band, hash FROM textsim_bands(?, ?)',
                         (blob, rows)).fetchall()
        if got != list(enumerate(oracle.bands(union, rows), BAND_BASE)):
            yield f'textsim_bands({show(blob)}, {rows}): got {got[:3]}...'
        x, y = (oracle.simhash(t, o) for t in (texts[0], texts[-1]))
        expected = None if None in (x, y) else bin((x ^ y) & oracle.MASK).count('1')
        if db.execute('SELECT simhash_distance(?, ?)', (x, y)).fetchone() != (expected,):
            yield f'simhash_distance({x}, {y})'


def test_random(db, rng, n):
    for _ in range(n):
        yield from compare(db, random_text(rng), some_options(rng))


def test_giants(db):
    for name, text in [*giants(5000), *lengths()]:
        for options in ('', 'marks=strip', 'unit=char, case=keep'):
            for line in compare(db, text, options):
                yield f'{name}: {line}'


def test_linear(db):
    """Ten times the text takes about ten times as long, not a hundred."""
    def seconds(text, options):
        start = time.process_time()
        answers_of_extension(db, text, options)
        return time.process_time() - start

    for (name, short), (_, long) in zip(giants(3000), giants(30000)):
        for options in ('k=2', 'k=2, unit=char', 'k=2, unit=char, marks=strip'):
            times = [min(seconds(text, options) for _ in range(2)) for text in (short, long)]
            if times[1] > 40 * times[0] + .05:
                yield (f'{name} ({options}): {len(short)} bytes in {times[0]:.4f} s, '
                       f'{len(long)} in {times[1]:.4f}')


def test_megabytes(db, rng, size):
    text = b''
    while len(text) < size:
        text += b' '.join(random_text(rng) for _ in range(300))
        text += bytes(rng.choice(b'a ') for _ in range(5000))
    o = vectors.parse('')
    hashes = oracle.shingle_hashes(text, o)
    got = db.execute('SELECT shingle_set(t), minhash(t), jaccard(t, t) '
                     'FROM (SELECT CAST(? AS TEXT) t)', (text,)).fetchone()
    expected = (oracle.shingle_set(text, o), oracle.minhash(text, o), 1.0)
    if got != expected:
        yield f'a text of {len(text)} bytes, {len(hashes)} shingles: got {show(got)}'


def around(point):
    """
    A code point alone, between letters, between digits, after a mark and beside
    Chinese; and taken apart, with a mark that goes before or behind the others.
    """
    c = chr(point)
    parts = unicodedata.normalize('NFD', c)
    text = c.join([' ', ' a', 'b 1', '2 \u044F\u0301', 'c \u4E2D', '\u4E2D '])
    if parts != c:
        text += f'{parts} {parts}\u0323 {parts[0]}\u00AD{parts[1:]} '
    return text.encode('utf-8', 'surrogatepass')


def test_code_points(db, points, options):
    o = vectors.parse(options)
    for at in range(0, len(points), 512):
        some = points[at:at + 512]
        text = b''.join(map(around, some))
        got, = db.execute('SELECT normalize_text(CAST(? AS TEXT), ?)',
                          (text, options)).fetchone()
        if got != oracle.normalize_text(text, o).encode():
            failures = [d for p in some for d in compare(db, around(p), options)]
            yield from failures or compare(db, text, options)


def some_code_points():
    """
    The ones with something to them; of those that come in thousands the first
    and last of each run, and a sample.
    """
    many = ('CJK UNIFIED', 'HANGUL SYLL', 'TANGUT', 'CUNEIFORM', 'EGYPTIAN', 'BAMUM',
            'KHITAN', 'NUSHU', 'YI SYLL')

    def run(p):
        c = chr(p % 0x110000)
        return unicodedata.category(c), unicodedata.name(c, '').startswith(many)

    for p in range(0x110000):
        category, common = run(p)
        if is_unknown(p):
            continue
        if (DEEP or p % 211 == 0 or not common and category not in ('Cn', 'Co', 'Cs')
                or not run(p - 1) == run(p) == run(p + 1)):
            yield p


def test_spans(db, rng, n, kinds):
    """substr() by each span, normalised again, gives the token or shingle again."""
    sql = '''SELECT {}, start, length, CAST(substr(t, start, length) AS BLOB),
                    normalize_text(substr(t, start, length), o)
             FROM (SELECT CAST(?1 AS TEXT) AS t, ?2 AS o), {}(t, o)'''
    for _ in range(n):
        text, options = random_text(rng, kinds), some_options(rng)
        o = vectors.parse(options)
        tokens = oracle.tokens(text, o)
        n = len(tokens)
        before = list(accumulate([0] + [t.end for t in tokens], max))
        after = list(accumulate([sys.maxsize] + [t.start for t in reversed(tokens)], min))
        for column, table in ('token', 'textsim_tokens'), ('shingle', 'shingles'):
            rows = db.execute(sql.format(column, table), (text, options)).fetchall()
            if len(rows) != (n if column == 'token' else max(n - o.k + 1, min(n, 1))):
                yield f"x'{show(text)}' ({options}): {len(rows)} rows of {n} tokens"
                continue
            for i, (what, start, length, span, again) in enumerate(rows):
                what, again = what.decode(), again.decode()
                last = i if column == 'token' else min(i + o.k, n) - 1
                # A character that became several is the span of all of them; a
                # mark or a space is not the same out of its place.
                if before[i] < start and after[n - 1 - last] >= before[last + 1]:
                    if oracle.is_mark(what[0]) or ' ' in (what[0], what[-1]):
                        continue
                    good = what == again
                else:
                    good = what in again or o.unit == 'char' or column == 'shingle'
                if not good:
                    yield (f"x'{show(text)}' ({options}) {column} {show(what)}: "
                           f'{show(span)} gives {show(again)}')


def test_encodings(rng, n):
    encodings = ['UTF-8', 'UTF-16le', 'UTF-16be']
    dbs = [connect(e) for e in encodings]
    for db in dbs:
        db.execute('CREATE TABLE texts(id INTEGER PRIMARY KEY, body TEXT, choice TEXT)')
    # SQLite makes U+FFFD of these on the way to UTF-16.
    changed = {0xFFFE: 0xFFFD, 0xFFFF: 0xFFFD}
    texts = [random_text(rng, WELL_FORMED).decode().translate(changed) for _ in range(n)]
    rows = [(i, text, some_options(rng)) for i, text in enumerate(texts)]
    for db in dbs:
        db.executemany('INSERT INTO texts VALUES(?, ?, ?)', rows)
    calls = ', '.join(f'{f}(body, choice)' for f in SCALARS)
    for sql in (f'SELECT id, {calls} FROM texts',
                'SELECT id, token, start, length, substr(body, start, length) '
                'FROM texts, textsim_tokens(body, choice)',
                'SELECT id, position, shingle, hash, start, length '
                'FROM texts, shingles(body, choice)'):
        one, *others = [db.execute(sql + ' ORDER BY 1').fetchall() for db in dbs]
        for encoding, other in zip(encodings[1:], others):
            for x, y in zip(one, other):
                if x != y:
                    yield f'{encoding}: {sql}: {texts[x[0]]!a}: got {y}, expected {x}'
            if len(one) != len(other):
                yield f'{encoding}: {sql}: {len(other)} rows, expected {len(one)}'


def main():
    db = connect()
    much = 20 if DEEP else 1
    seeds = []
    for name in sorted(os.listdir(SEEDS)):
        if name.endswith('.txt'):
            with open(os.path.join(SEEDS, name), 'rb') as file:
                seeds.append(file.read())
    check('the oracle agrees with what was worked out by hand', test_cases())
    check('known-answer vectors', test_vectors(db))
    for options in ('', 'k=1, num_perm=16', 'k=3, seed=9', 'unit=char, k=9',
                    'case=keep, marks=strip, k=2'):
        check(f'measures of the seeds ({options})', test_measures(db, seeds, options))
        check(f'all else of the seeds ({options})',
              (d for s in seeds for d in compare(db, s, options)))
    few = [b'', b'a', b'a b', b'b c d', b'a b c d e f', b'\xFF',
           b' '.join(b'%d' % i for i in range(300))]
    for options in ('', 'k=2, num_perm=16', 'unit=char, k=2, num_perm=33'):
        check(f'measures of small texts ({options})', test_measures(db, few, options))
    check('generated texts', test_random(db, random.Random(1), 1500 * much))
    check('sketches of generated texts', test_sketches(db, random.Random(2), 100 * much))
    kinds = [*WELL_FORMED, 'ill-formed']
    check('spans', test_spans(db, random.Random(3), 600 * much, kinds))
    check('UTF-16 databases', test_encodings(random.Random(4), 400 * much))
    check('single things of great length', test_giants(db))
    check('time is linear', test_linear(db))
    check('megabytes', test_megabytes(db, random.Random(5), 5000000 if DEEP else 1000000))
    points = list(some_code_points())
    unknown = sum(map(is_unknown, range(0x110000)))
    if unknown:
        print(f'# {unknown} code points of Unicode 14.0 are not compared: '
              f'this Python knows {unicodedata.unidata_version}')
    all_options = ['', 'case=keep, marks=strip', 'case=keep', 'marks=strip']
    for options in all_options if DEEP else all_options[:2]:
        check(f'code points ({options})', test_code_points(db, points, options))
    print(f'1..{n_tests}')
    return 1 if n_failed else 0


if __name__ == '__main__':
    sys.dont_write_bytecode = True
    if len(ARGUMENTS) != 1:
        sys.exit(__doc__)
    sys.exit(main())
