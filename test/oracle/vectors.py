"""
Known-answer vectors, from the oracle: `vectors.py` writes vectors.tsv beside itself.

Columns: name, options, the text in hexadecimal, then what the functions of those
names return for it, BLOBs in hexadecimal, NULL as an empty field.  minhash is
there where the options ask for the fewest slots.
"""
import os

import textsim_oracle as oracle
from texts import CASES, OPTION_CASES, PROSE

PATH = os.path.join(os.path.dirname(os.path.abspath(__file__)), 'vectors.tsv')
COLUMNS = ['name', 'options', 'text', 'normalize_text', 'fingerprint', 'simhash',
           'shingle_set', 'minhash']
OPTIONS = ['', 'case=keep', 'marks=strip', 'unit=char, k=3', 'k=2, num_perm=16, seed=7']


def parse(text):
    """The options of a string that is known to be good."""
    pairs = (part.split('=') for part in text.replace(',', ' ').split())
    return oracle.Options(**{k: int(v) if v.isdigit() else v for k, v in pairs})


def row(name, text, options):
    o = parse(options)
    shown = [oracle.fingerprint(text, o), oracle.simhash(text, o)]
    return [name, options, text.hex().upper(), oracle.normalize_text(text, o),
            *('' if x is None else str(x) for x in shown),
            oracle.shingle_set(text, o).hex().upper(),
            oracle.minhash(text, o).hex().upper() if o.num_perm == 16 else '']


def texts():
    for name, text, _ in CASES:
        yield name, text if isinstance(text, bytes) else text.encode()
    for name, text in PROSE:
        yield name + ' prose', text.encode()


def generate():
    """The rows, and before them what the columns are called."""
    yield COLUMNS
    for name, text in texts():
        seen = set()
        for options in OPTIONS:
            o = parse(options)
            known = oracle.normalize_text(text, o)
            if options and known in seen and o.unit == 'word' and o.num_perm != 16:
                continue  # nothing in this text that the options are about
            seen.add(known)
            yield row(name, text, options)
    for options, text, _ in OPTION_CASES:
        yield row('options', text.encode(), options)


if __name__ == '__main__':
    with open(PATH, 'w', encoding='utf-8', newline='\n') as out:
        for fields in generate():
            out.write('\t'.join(fields) + '\n')
