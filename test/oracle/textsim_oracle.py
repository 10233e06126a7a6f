"""
A second reading of textsim's rules, in plain Python, to test the extension against.

From text to shingles, the measures, the BLOBs: written from the description of
the SQL surface and the headers format.h, sketch.h, bands.h and simhash.h alone,
never from the C code, and slow on purpose where slow is plain.  It runs on
Python's own Unicode data, so that not even the tables are shared, and cuts them to
Unicode 14.0; of a Python older than 3.11 a few characters are missing (unassigned.py).

A text is bytes, as SQLite keeps it.  Places in it are counted from 0 in what
substr() takes for a character: a byte from 0xC0 up with all continuation
bytes behind it, else a single byte.  Spans are (start, end), end exclusive.
"""
import struct
import unicodedata
from collections import namedtuple
from functools import lru_cache

import xxhash

from unassigned import is_unassigned

MASK = 2**64 - 1
EMPTY_SLOT = 0xFFFFFFFF

Options = namedtuple('Options', 'unit k case marks num_perm seed',
                     defaults=('word', 5, 'fold', 'keep', 128, 0))
Token = namedtuple('Token', 'text start end')
Shingle = namedtuple('Shingle', 'text hash start end')
# Sizes of two sets (or samples of them), and whether they have any element at all.
Overlap = namedtuple('Overlap', 'a b both')


# Properties that unicodedata lacks, from Perl 5.36 (Unicode 14.0):
# prop_invlist() of Unicode::UCD for the properties named.

def ranges(text):
    """The code points of 'A AA-BB ...', as a set."""
    points = set()
    for part in text.split():
        first, _, last = part.partition('-')
        points.update(range(int(first, 16), int(last or first, 16) + 1))
    return frozenset(points)


# Default_Ignorable_Code_Point
IGNORABLE = ranges('''
    AD 34F 61C 115F-1160 17B4-17B5 180B-180F 200B-200F 202A-202E 2060-206F 3164
    FE00-FE0F FEFF FFA0 FFF0-FFF8 1BCA0-1BCA3 1D173-1D17A E0000-E0FFF''')

# Script: Latin, Greek, Cyrillic
STRIPPABLE = ranges('''
    41-5A 61-7A AA BA C0-D6 D8-F6 F8-2B8 2E0-2E4 370-373 375-377 37A-37D 37F 384
    386 388-38A 38C 38E-3A1 3A3-3E1 3F0-484 487-52F 1C80-1C88 1D00-1DBF 1E00-1F15
    1F18-1F1D 1F20-1F45 1F48-1F4D 1F50-1F57 1F59 1F5B 1F5D 1F5F-1F7D 1F80-1FB4
    1FB6-1FC4 1FC6-1FD3 1FD6-1FDB 1FDD-1FEF 1FF2-1FF4 1FF6-1FFE 2071 207F
    2090-209C 2126 212A-212B 2132 214E 2160-2188 2C60-2C7F 2DE0-2DFF A640-A69F
    A722-A787 A78B-A7CA A7D0-A7D1 A7D3 A7D5-A7D9 A7F2-A7FF AB30-AB5A AB5C-AB69
    FB00-FB06 FE2E-FE2F FF21-FF3A FF41-FF5A 10140-1018E 101A0 10780-10785
    10787-107B0 107B2-107BA 1D200-1D245 1DF00-1DF1E''')

# General_Category M and Script: Inherited, Common, Latin, Greek, Cyrillic
DIACRITIC = ranges('''
    300-36F 483-489 64B-655 670 951-954 1AB0-1ACE 1CD0-1CD2 1CD4-1CE8 1CED 1CF4
    1CF7-1CF9 1DC0-1DFF 20D0-20F0 2DE0-2DFF 302A-302D 3099-309A A66F-A672 A674-A67D
    A69E-A69F FE00-FE0F FE20-FE2F 101FD 102E0 1133B 1CF00-1CF2D 1CF30-1CF46
    1D165-1D169 1D16D-1D172 1D17B-1D182 1D185-1D18B 1D1AA-1D1AD 1D242-1D244
    E0100-E01EF''')

# Script_Extensions: Han, Hiragana, Katakana, Thai, Lao, Khmer, Myanmar
UNSPACED = ranges('''
    E01-E3A E40-E5B E81-E82 E84 E86-E8A E8C-EA3 EA5 EA7-EBD EC0-EC4 EC6 EC8-ECD
    ED0-ED9 EDC-EDF 1000-109F 1780-17DD 17E0-17E9 17F0-17F9 19E0-19FF 2E80-2E99
    2E9B-2EF3 2F00-2FD5 3001-3003 3005-3011 3013-301F 3021-302D 3030-3035
    3037-303F 3041-3096 3099-30FF 3190-319F 31C0-31E3 31F0-31FF 3220-3247
    3280-32B0 32C0-32CB 32D0-3370 337B-337F 33E0-33FE 3400-4DBF 4E00-9FFF
    A700-A707 A92E A9E0-A9FE AA60-AA7F F900-FA6D FA70-FAD9 FE45-FE46 FF61-FF9F
    16FE2-16FE3 16FF0-16FF1 1AFF0-1AFF3 1AFF5-1AFFB 1AFFD-1AFFE 1B000-1B122
    1B150-1B152 1B164-1B167 1D360-1D371 1F200 1F250-1F251 20000-2A6DF 2A700-2B738
    2B740-2B81D 2B820-2CEA1 2CEB0-2EBE0 2F800-2FA1D 30000-3134A''')


def composes_backward():
    """The starters that can join the character before: NFC_Quick_Check=Maybe."""
    found = set(map(chr, [*range(0x1161, 0x1176), *range(0x11A8, 0x11C3)]))
    for c in map(chr, range(0x110000)):
        pair = unicodedata.decomposition(c).split()
        if (len(pair) == 2 and pair[0][0] != '<' and unicodedata.is_normalized('NFC', c)
                and not is_unassigned(ord(c))):
            found.add(chr(int(pair[1], 16)))
    return frozenset(found)


COMPOSES_BACKWARD = composes_backward()


# Normalisation

def decode(data):
    """Yield (character, place); the character is None for an ill-formed byte."""
    place, extends = -1, False
    for c in data.decode('utf-8', 'surrogateescape'):
        byte = ord(c) - 0xDC00 if '\uDC80' <= c <= '\uDCFF' else None
        if byte is None:
            place, extends = place + 1, c > '\x7F'
        elif byte >= 0xC0 or not extends:
            place, extends = place + 1, byte >= 0xC0
        yield c if byte is None else None, place


@lru_cache(maxsize=None)
def mapping(c, case):
    """What one character becomes, decomposed: '' if ignorable, None if it separates."""
    if c is None:
        return None
    if ord(c) in IGNORABLE:
        return ''
    if is_unassigned(ord(c)):
        return None
    if case == 'keep':
        return unicodedata.normalize('NFKD', c)
    old, new = None, c  # NFKC_Casefold, as Unicode derives it
    while old != new:
        old, new = new, unicodedata.normalize('NFKC', new).casefold()
        new = ''.join(x for x in new if ord(x) not in IGNORABLE)
    return unicodedata.normalize('NFD', new)


@lru_cache(maxsize=None)
def attaches(c):
    """Whether normalisation must look at a character together with the one before."""
    return unicodedata.combining(c) != 0 or c in COMPOSES_BACKWARD


def is_mark(c):
    return unicodedata.category(c)[0] == 'M'


def strip_marks(units):
    """Drop the marks, unless of other scripts, on Latin, Greek and Cyrillic letters."""
    drop = False
    for unit in units:
        kept = ''
        for c in unicodedata.normalize('NFD', unit[0]):
            if not is_mark(c):
                drop = unicodedata.category(c)[0] == 'L' and ord(c) in STRIPPABLE
            if not (drop and ord(c) in DIACRITIC):
                kept += c
        unit[0] = kept


def normalise(data, options):
    """
    The normal form: a list of (character, start, end), U+0000 where a separator
    stood across which nothing composes.  All that comes out of a sequence
    normalised together (a unit) has the span of the whole of it.
    """
    units, joinable, strip = [], False, options.marks == 'strip'
    for c, place in decode(data):
        mapped = mapping(c, options.case)
        if mapped is None:
            units.append(['\0', place, place + 1])
            joinable = False
        elif mapped and joinable and (attaches(mapped[0])
                                      or strip and all(map(is_mark, mapped))):
            units[-1][0] += mapped
            units[-1][2] = place + 1
        elif mapped:
            units.append([mapped, place, place + 1])
            joinable = True
    if strip:
        strip_marks(units)
    return [(c, start, end) for text, start, end in units
            for c in (text if text.isascii() else unicodedata.normalize('NFC', text))]


# Tokens

APOSTROPHES = "'\u2018\u2019\u02BC"
JOINERS = {'letter': APOSTROPHES + '.', 'digit': APOSTROPHES + '.,'}


@lru_cache(maxsize=None)
def kind(c):
    """What the tokens make of a character; None: it separates, unless it joins."""
    category = unicodedata.category(c)
    if c == '\u02BC' or category[0] not in 'LMN':
        return None
    if category[0] == 'L':
        return 'unspaced' if ord(c) in UNSPACED else 'letter'
    return 'mark' if category[0] == 'M' else 'digit' if category == 'Nd' else 'number'


def words(data, options):
    """The words of a text: lists of (character, start, end)."""
    chars = normalise(data, options)
    found, word, base = [], [], None
    for i, item in enumerate(chars):
        what = kind(item[0])
        if what is None:
            if (item[0] in JOINERS.get(base, '') and i + 1 < len(chars)
                    and kind(chars[i + 1][0]) == base):
                continue
            word, base = [], None
            continue
        if what == 'unspaced' or (base == 'unspaced' and what != 'mark'):
            word = []
        if not word:
            found.append(word)
        word.append(item)
        if what != 'mark':
            base = what
    return found


@lru_cache(maxsize=1)
def tokens(data, options=Options()):
    """The tokens of a text, of which the last list is kept."""
    found, last = [], None
    for word in words(data, options):
        start, end = word[0][1], word[-1][2]
        if options.unit == 'word':
            found.append(Token(''.join(c for c, _, _ in word), start, end))
            continue
        if last is not None:  # the space between; no character may be left for it
            found.append(Token(' ', min(last, start), start))
        found.extend(Token(*item) for item in word)
        last = end
    return found


def glue(options):
    return '' if options.unit == 'char' else ' '


def normalize_text(data, options=Options()):
    return glue(options).join(t.text for t in tokens(data, options))


# Shingles

@lru_cache(maxsize=1 << 20)
def token_hash(text, seed):
    return xxhash.xxh3_64_intdigest(text.encode(), seed)


def mix(h):
    h = ((h ^ h >> 33) * 0xC2B2AE3D27D4EB4F) & MASK
    h = ((h ^ h >> 29) * 0x165667B19E3779F9) & MASK
    return h ^ h >> 32


def shingle_hash(texts, seed):
    h = 0
    for t in texts:
        h = (h * 0x9E3779B97F4A7C15 + token_hash(t, seed)) & MASK
    return mix(h)


def signed(h):
    """As SQL shows a hash."""
    return h - 2**64 if h >> 63 else h


def windows(data, options):
    """The tokens of each shingle."""
    t = tokens(data, options)
    n = min(options.k, len(t))
    return [t[i:i + n] for i in range(len(t) - n + 1)] if t else []


def shingles(data, options=Options()):
    return [Shingle(glue(options).join(t.text for t in w),
                    shingle_hash([t.text for t in w], options.seed),
                    w[0].start, w[-1].end)
            for w in windows(data, options)]


def shingle_hashes(data, options=Options()):
    """The set of distinct hashes."""
    return {shingle_hash([t.text for t in w], options.seed)
            for w in windows(data, options)}


def fingerprint(data, options=Options()):
    t = tokens(data, options)
    return signed(shingle_hash([x.text for x in t], options.seed)) if t else None


def simhash(data, options=Options()):
    hashes = shingle_hashes(data, options)
    if not hashes:
        return None
    return signed(sum(1 << bit for bit in range(64)
                      if 2 * sum(h >> bit & 1 for h in hashes) > len(hashes)))


# Sketches

def slots(hashes, n):
    found = [EMPTY_SLOT] * n
    for h in hashes:
        slot, low = divmod(h * n, 2**64)
        found[slot] = min(found[slot], low >> 33)
    return found


def union(a, b):
    return [min(x, y) for x, y in zip(a, b)]


def estimated_count(a):
    """The rate, per slot, under which the first points of all slots are likeliest."""
    first = [x / 2**31 for x in a if x != EMPTY_SLOT]
    seen = sum(first) + len(a) - len(first)
    return len(first) / seen * len(a) if seen else 0.0


def filled_slot(a, i):
    """Slot i, or for an empty one what its first donor in use has."""
    n = len(a)
    if a[i] != EMPTY_SLOT:
        return a[i]
    donors = ((mix((i << 32) + j + 1) * n) >> 64 for j in range(64 * n))
    following = ((i + j) % n for j in range(1, n))
    return next(a[d] for x in (donors, following) for d in x if a[d] != EMPTY_SLOT)


def bands(a, rows):
    """The keys of the bands, as SQL shows them."""
    if all(x == EMPTY_SLOT for x in a):
        return []
    filled = [filled_slot(a, i) for i in range(len(a))]
    return [signed(xxhash.xxh3_64_intdigest(
                struct.pack(f'<{rows}I', *filled[band * rows:(band + 1) * rows]), band))
            for band in range(len(a) // rows)]


# BLOBs

def seal(kind_letter, options, count, body):
    head = b'TS' + kind_letter + bytes([
        1, options.unit == 'char', options.k,
        (options.case == 'keep') | (options.marks == 'strip') << 1, 0])
    head += struct.pack('<II', options.seed, count)
    checksum = xxhash.xxh3_64_intdigest(body, xxhash.xxh3_64_intdigest(head))
    return head + struct.pack('<Q', checksum) + body


def shingle_set(data, options=Options()):
    hashes = sorted(shingle_hashes(data, options))
    return seal(b'S', options, len(hashes), struct.pack(f'<{len(hashes)}Q', *hashes))


def sketch_blob(slot_values, options):
    n = len(slot_values)
    return seal(b'M', options, n, struct.pack(f'<{n}I', *slot_values))


def minhash(data, options=Options()):
    return sketch_blob(slots(shingle_hashes(data, options), options.num_perm), options)


# Measures

def set_overlap(a, b):
    return Overlap(len(a), len(b), len(a & b))


def sketch_overlap(a, b):
    """Every slot in use is a sample of the union, from the set with the lesser value."""
    both = sum(x == y != EMPTY_SLOT for x, y in zip(a, b))
    return Overlap(both + sum(x < y for x, y in zip(a, b)),
                   both + sum(x > y for x, y in zip(a, b)), both)


def ratio(numerator, denominator):
    return numerator / denominator if denominator else None


def jaccard(o):
    return ratio(o.both, o.a + o.b - o.both)


def containment(o):
    return ratio(o.both, o.a)


def overlap_coefficient(o):
    return ratio(o.both, min(o.a, o.b))


def dice(o):
    return ratio(2 * o.both, o.a + o.b)


MEASURES = {f.__name__: f for f in (jaccard, containment, overlap_coefficient, dice)}
