"""
An archive to measure the index on, made from a seed.

What an index of shingles costs depends on how often shingles recur, so that is
what these documents have in common with real ones:

- A document is a row of passages.  Two thirds are new; the others were written before,
  every earlier use being equally probable.  That gives a power law (Simon 1955, On a
  class of skew distribution functions): of the distinct shingles about 70 % occur
  in one document, 20 % in two, one in a thousand in more than a hundred, as was counted
  in 98,000 documents of technical prose in twenty languages.
- 12 % are exact copies, and 12 % versions: an earlier document with 0.5 to 30 % of its
  words edited.  One in ten of both is of one of a few documents that everybody
  copies, so that there are large families.
- 6 % begin with one of a few licences.
- Half of an article's new words are of a few that it says again and again.
- Lengths are log-normal, with a median of 220 words and a mean of 320.
"""
import itertools
import random

SYLLABLES = [c + v for c in ('b', 'd', 'f', 'g', 'k', 'l', 'm', 'n', 'p', 'r', 's', 't', 'v', 'z', 'st', 'tr')
             for v in ('a', 'e', 'i', 'o', 'u', 'an', 'en', 'or')]
LENGTHS = ((1, 30), (2, 1000), (3, 30_000), (4, 100_000))  # so many syllables, up to that rank
N_WORDS = LENGTHS[-1][1]
TOPIC = 60  # words that an article has half of its own from
PASSAGE = 24  # words
EDITS = (0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.3)


def vocabulary():
    """Words, the commonest first, these being short."""
    words = []
    for length, rank in LENGTHS:
        made = (''.join(s) for s in itertools.product(SYLLABLES, repeat=length))
        words += itertools.islice(made, rank - len(words))
    return words


def edited(rng, text, rate, words):
    """That share of its words replaced, dropped or doubled."""
    result = text.split(' ')
    for at in sorted(rng.sample(range(len(result)), max(1, round(rate * len(result)))), reverse=True):
        kind = rng.random()
        if kind < 0.6:
            result[at] = rng.choice(words)
        elif kind < 0.8:
            result.insert(at, rng.choice(words))
        elif len(result) > 1:
            del result[at]
    return ' '.join(result)


class Archive:
    def __init__(self, seed):
        self.rng = random.Random(seed)
        self.words = vocabulary()
        weights = (1 / (rank + 3) for rank in range(N_WORDS))
        self.sums = list(itertools.accumulate(weights))
        self.passages = []
        self.topic = self.rng.choices(self.words, cum_weights=self.sums, k=TOPIC)
        self.licences = [self.prose(n) for n in (60, 80, 100, 120, 150, 200, 250, 300)]

    def prose(self, n):
        words = self.rng.choices(self.words, cum_weights=self.sums, k=n)
        words[1::2] = self.rng.choices(self.topic, k=n // 2)
        return ' '.join(words)

    def passage(self):
        if self.passages and self.rng.random() < 1 / 3:
            text = self.rng.choice(self.passages)
        else:
            text = self.prose(self.rng.randrange(PASSAGE // 2, PASSAGE * 3 // 2))
        self.passages.append(text)
        return text

    def article(self, n_words):
        """A document of about so many words, without copies of others."""
        self.topic = self.rng.choices(self.words, cum_weights=self.sums, k=TOPIC)
        return '\n'.join(self.passage() for _ in range(max(1, round(n_words / PASSAGE))))

    def documents(self, n):
        """Yield (text, of, kind): 'of' is the number of what it was made from, or None."""
        rng, texts = self.rng, []
        for number in range(n):
            kind, of = rng.random(), None
            if number > 100 and kind < 0.24:
                of = rng.randrange(20) if rng.random() < 0.1 else rng.randrange(number)
                text, kind = texts[of], 'copy' if kind < 0.12 else 'version'
                if kind == 'version':
                    text = edited(rng, text, rng.choice(EDITS), self.words)
            else:
                kind = 'article'
                text = self.article(min(4000, rng.lognormvariate(5.4, 0.88)))
                if rng.random() < 0.06 / 0.76:
                    text = rng.choice(self.licences) + '\n\n' + text
            texts.append(text)
            yield text, of, kind


def licensed(seed, n, share, n_words=150):
    """n documents of which that share of the words is one and the same licence."""
    archive = Archive(seed)
    licence = archive.prose(round(n_words * share / (1 - share))) if share else ''
    for _ in range(n):
        yield licence + '\n' + archive.article(n_words)


def short(seed, n):
    """n documents of 480 bytes, a tenth of which are copies or versions; fast to make."""
    archive = Archive(seed)
    rng, texts = archive.rng, []
    parts = [archive.prose(rng.randrange(3, 12)) for _ in range(max(1000, n))]
    for number in range(n):
        if number > 100 and number % 10 == 0:
            text = texts[rng.randrange(len(texts))]
            if number % 20:
                text = edited(rng, text, rng.choice(EDITS), archive.words)
        else:
            text = ' '.join(rng.choices(parts, k=11))
        if len(texts) < 100_000:
            texts.append(text)
        yield text
