"""
The texts that the extension and the oracle are compared on.

CASES: small texts with what normalize_text() makes of them, written by hand
from the rules, so that the oracle is tested too.  PROSE: one article in many
languages.  mixture(): endless texts of what is hard, from a seeded generator.
"""

# (name, text, what normalize_text() gives)
CASES = [
    ('empty', '', ''),
    ('no token', ' \t\n -- !? ...', ''),
    ('one word', 'word', 'word'),
    ('shorter than k', 'Four words are few', 'four words are few'),
    ('exactly k', 'Five words make one shingle', 'five words make one shingle'),
    ('repeats', 'a b a b a b a b', 'a b a b a b a b'),
    ('hyphen', 'counter-terrorism', 'counter terrorism'),
    ('underscore', 'snake_case', 'snake case'),
    ('letters and digits', 'B2B 4x4 3rd', 'b2b 4x4 3rd'),
    # apostrophes, full stops, commas
    ('apostrophes', "Trump's Trump\u2019s TRUMP\u2018S Trump\u02BCs Trump\uFF07s",
     'trumps trumps trumps trumps trumps'),
    ('apostrophe at an edge', "'tis dogs' o'", 'tis dogs o'),
    ('two apostrophes', "rock''n roll", 'rock n roll'),
    ('other quotes', 'a"b a\u201Db a`b a\u00B4b', 'a b a b a b a \u0301b'),
    ('full stops', 'U.S. US e.g. a..b a.b.c', 'us us eg a b abc'),
    ('one-dot leader', 'U\u2024S U\uFF0ES U\uFE52S U\u2026S', 'us us us u s'),
    ('apostrophe after marks', 'x\u0302\u0302\u2019s', 'x\u0302\u0302s'),
    ('apostrophe before a mark', "x'\u0302s", 'x \u0302s'),
    ('apostrophe and soft hyphen', "don\u00AD'\u00ADt", 'dont'),
    ('mark without a letter', '\u0302.a', '\u0302 a'),
    ('numbers', "1,000 1.000 1'000 1\u20190 3.14 1,2,3", '1000 1000 1000 10 314 123'),
    ('numbers, apart', '1, 2 1,,2 1 000 1\u00A0000 12:30 1/2',
     '1 2 1 2 1 000 1 000 12 30 1 2'),
    ('comma between letters', 'a,b', 'a b'),
    ('letter and digit', "a.1 1.a a'1 1'a 1,a a1.2b", 'a 1 1 a a 1 1 a 1 a a12b'),
    ('no digits', '\u2460.\u2460 \u2776.\u2776 \u2160,\u2160', '11 \u2776 \u2776 i i'),
    ('digits of scripts', '\u0661\u066B\u0662 \u0661.\u0662 \u0967,1',
     '\u0661 \u0662 \u0661\u0662 \u09671'),
    ('digit with a mark', '1\u20E3.2', '1\u20E32'),
    ('n preceded by apostrophe', 'aa\u0149b \u0149', 'aanb n'),
    ('modifier apostrophe at an edge', '\u02BCa\u02BC \u02BC', 'a'),
    # composition and folding
    ('accents composed', 'Caf\u00E9 na\u00EFve \u00C5ngstr\u00F6m \u212Bngstro\u0308m',
     'caf\u00E9 na\u00EFve \u00E5ngstr\u00F6m \u00E5ngstr\u00F6m'),
    ('accents decomposed', 'Cafe\u0301 nai\u0308ve A\u030Angstro\u0308m',
     'caf\u00E9 na\u00EFve \u00E5ngstr\u00F6m'),
    ('marks reordered', 'a\u0301\u0323 a\u0323\u0301 q\u0307\u0323 q\u0323\u0307',
     '\u1EA1\u0301 \u1EA1\u0301 q\u0323\u0307 q\u0323\u0307'),
    ('mark at the start', '\u0301a', '\u0301a'),
    ('composition exclusion', '\u0958 \u2ADC', '\u0915\u093C \u0338'),
    ('Vietnamese', 'Ti\u1EBFng Vi\u1EC7t Tie\u0302\u0301ng Vie\u0323\u0302t',
     'ti\u1EBFng vi\u1EC7t ti\u1EBFng vi\u1EC7t'),
    ('sharp s', 'Stra\u00DFe STRASSE STRA\u1E9EE', 'strasse strasse strasse'),
    ('dotted I', '\u0130stanbul Istanbul \u0131s\u0131',
     'i\u0307stanbul istanbul \u0131s\u0131'),
    ('final sigma', '\u039F\u0394\u039F\u03A3 \u03BF\u03B4\u03BF\u03C2',
     '\u03BF\u03B4\u03BF\u03C3 \u03BF\u03B4\u03BF\u03C3'),
    ('iota subscript', '\u1FB4 \u03B1\u0301\u0345 \u03B1\u0345\u0301',
     '\u03AC\u03B9 \u03AC\u03B9 \u03B1\u03AF'),
    ('Greek', '\u1F08\u03B8\u1FC6\u03BD\u03B1\u03B9',
     '\u1F00\u03B8\u1FC6\u03BD\u03B1\u03B9'),
    ('Cyrillic', '\u0419\u043E\u0434 \u0418\u0306\u043E\u0434 \u042F\u0488',
     '\u0439\u043E\u0434 \u0439\u043E\u0434 \u044F\u0488'),
    ('Georgian', '\u10D0 \u1C90 \u10A0', '\u10D0 \u10D0 \u2D00'),
    ('Cherokee', '\u13A0 \uAB70', '\u13A0 \u13A0'),
    ('long s, Kelvin', '\u017Ft \u212A', 'st k'),
    ('titlecase digraph', '\u01C5 \u01C4 \u01C6', 'd\u017E d\u017E d\u017E'),
    ('ligatures', '\uFB01ne o\uFB03ce \uFB06 \u0132', 'fine office st ij'),
    ('full-width', '\uFF26\uFF35\uFF2C\uFF2C\u3000\uFF37\uFF49\uFF24\uFF34\uFF28 '
     '\uFF11\uFF0C\uFF10', 'full width 10'),
    ('mathematical', '\U0001D400\U0001D41B\U0001D7CF \u210C', 'ab1 h'),
    ('fractions, powers', '\u00BD x\u00B2 1\u00BD', '1 2 x2 11 2'),
    ('number forms', '\u2488 \u2474 \u2116 5', '1 1 no 5'),
    ('ordinals', '1\u00BA 2\u00AA', '1o 2a'),
    # what vanishes
    ('soft hyphens', 'co\u00ADop\u00ADer\u00ADate', 'cooperate'),
    ('zero width', 'a\u200Bb a\u200Cb a\u200Db a\u2060b \uFEFFab', 'ab ab ab ab ab'),
    ('ignorable at the edges', '\u00ADab\u00AD \u00AD \u200Bcd', 'ab cd'),
    ('ignorable before a mark', 'e\u00AD\u0301 e\u034F\u0301', '\u00E9 \u00E9'),
    ('reserved ignorable', 'a\U000E0002b a\uFFF0b', 'ab ab'),
    ('variation selectors', '\u845B\U000E0100\u98FE\uFE00', '\u845B \u98FE'),
    ('Hangul fillers', 'a\u3164b \uFFA0', 'ab'),
    # scripts without spaces
    ('Chinese', '\u4E2D\u6587ABC\u6E2C\u8BD51', '\u4E2D \u6587 abc \u6E2C \u8BD5 1'),
    ('Chinese, compatibility', '\uF900 \u2F00 \u337F',
     '\u8C48 \u4E00 \u682A \u5F0F \u4F1A \u793E'),
    ('Japanese', '\u30B3\u30FC\u30D2\u30FC\u3092\u4EBA\u3005\u304C\u98F2\u3080\u3002',
     '\u30B3 \u30FC \u30D2 \u30FC \u3092 \u4EBA \u3005 \u304C \u98F2 \u3080'),
    ('Japanese, half-width', '\uFF76\uFF9E\uFF70 \u304B\u3099', '\u30AC \u30FC \u304C'),
    ('Japanese, middle dot', '\u30A2\u30FB\u30A4 \u3007\u3007',
     '\u30A2 \u30A4 \u3007\u3007'),
    ('Thai', '\u0E20\u0E32\u0E29\u0E32\u0E44\u0E17\u0E22\u0E17\u0E35\u0E48 \u0E51\u0E52',
     '\u0E20 \u0E32 \u0E29 \u0E32 \u0E44 \u0E17 \u0E22 \u0E17\u0E35\u0E48 \u0E51\u0E52'),
    ('Thai, sara am', '\u0E19\u0E49\u0E33', '\u0E19\u0E49\u0E4D \u0E32'),
    ('Lao', '\u0EA5\u0EB2\u0EA7', '\u0EA5 \u0EB2 \u0EA7'),
    ('Khmer', '\u1781\u17D2\u1798\u17C2\u179A', '\u1781\u17D2 \u1798\u17C2 \u179A'),
    ('Myanmar', '\u1019\u103C\u1014\u103A\u1019\u102C',
     '\u1019\u103C \u1014\u103A \u1019\u102C'),
    ('unspaced with apostrophe', "\u4E2D'a a'\u4E2D 1\u4E2D\u0301a",
     '\u4E2D a a \u4E2D 1 \u4E2D\u0301 a'),
    # other scripts
    ('Korean', '\uD55C\uAD6D\uC5B4 \u1112\u1161\u11AB\u1100\u116E\u11A8',
     '\uD55C\uAD6D\uC5B4 \uD55C\uAD6D'),
    ('Korean, half-width', '\uFFBE\uFFC2\uFFA4', '\uD558\u1102'),
    ('Korean, jamo apart', 'a\u1161 \u1112 \u1161\u11AB \u1112\u00AD\u1161',
     'a\u1161 \u1112 \u1161\u11AB \uD558'),
    ('Arabic', '\u0627\u0644\u0652\u0639\u064E\u0631\u064E\u0628\u0650'
     '\u064A\u0651\u064E\u0629\u060C \u0640\u0645\u062F \u0661',
     '\u0627\u0644\u0652\u0639\u064E\u0631\u064E\u0628\u0650'
     '\u064A\u064E\u0651\u0629 \u0640\u0645\u062F \u0661'),
    ('Arabic, presentation forms', '\uFEFB \uFDFA', '\u0644\u0627 \u0635\u0644\u0649 '
     '\u0627\u0644\u0644\u0647 \u0639\u0644\u064A\u0647 \u0648\u0633\u0644\u0645'),
    ('Hebrew', '\u05E9\u05C1\u05B8\u05DC\u05D5\u05B9\u05DD \uFB2A',
     '\u05E9\u05B8\u05C1\u05DC\u05D5\u05B9\u05DD \u05E9\u05C1'),
    ('Devanagari',
     '\u0939\u093F\u0928\u094D\u0926\u0940\u0964 \u0915\u094D\u200D\u0937 \u0929',
     '\u0939\u093F\u0928\u094D\u0926\u0940 \u0915\u094D\u0937 \u0929'),
    ('Tamil, Bengali vowels', '\u0B95\u0BC6\u0BBE \u0995\u09C7\u09BE',
     '\u0B95\u0BCA \u0995\u09CB'),
    ('Tibetan', '\u0F56\u0F7C\u0F51\u0F0B\u0F66\u0F90\u0F51',
     '\u0F56\u0F7C\u0F51 \u0F66\u0F90\u0F51'),
    ('Deseret', '\U00010400\U00010428', '\U00010428\U00010428'),
    ('emoji', 'a\U0001F468\u200D\U0001F469\u200D\U0001F467b \U0001F1E9\U0001F1EA '
     '\u2764\uFE0F x', 'a b x'),
    ('keycap', '#\uFE0F\u20E3 1\uFE0F\u20E3', '\u20E3 1\u20E3'),
    ('private use', 'a\uE000b a\U000F0000b', 'a b a b'),
    ('unassigned', 'a\u0378b a\U0001FFFEb a\uFFFFb a\u0378\u0301', 'a b a b a b a \u0301'),
    ('assigned since 15.0', 'a\U0001E030b \U00031350 a\U00011F00b', 'a b a b'),
    ('replacement character', 'a\uFFFDb', 'a b'),
    ('controls', 'a\x01b a\x7Fb a\x85b a\u2028b a\x1Fb', 'a b a b a b a b a b'),
    # bytes
    ('NUL', b'a\0b \0', 'a b'),
    ('NUL and mark', b'a\0\xCC\x81b', 'a \u0301b'),
    ('stray continuation', b'a\x80b a\xBF\xBFb \x80', 'a b a b'),
    ('continuation too many', b'\xC3\xA9\x80b \xC3\xA9\xA9x', '\u00E9 b \u00E9 x'),
    ('cut short', b'a\xC3 b\xE2\x82 c\xF0\x9F\x98 d\xC3', 'a b c d'),
    ('cut short by a letter', b'\xC3a \xE2\x82a \xF0\x9F\x98a \xE2a', 'a a a a'),
    ('lead after lead', b'\xE2\xC3\xA9 \xF0\xE4\xB8\xAD', '\u00E9 \u4E2D'),
    ('overlong', b'a\xC0\x80b a\xC1\xA1b a\xE0\x80\xA1b a\xE0\x9F\xBFb '
     b'a\xF0\x80\x81\xA1b a\xF0\x8F\xBF\xBFb',
     'a b a b a b a b a b a b'),
    ('surrogates', b'a\xED\xA0\x80b a\xED\xBF\xBFb a\xED\xA0\xBD\xED\xB8\x80b \xED\x9F\xBB',
     'a b a b a b \uD7FB'),
    ('beyond 10FFFF', b'a\xF4\x90\x80\x80b a\xF5\x80\x80\x80b a\xF8\x88\x80\x80\x80b '
     b'a\xFE\xFFb',
     'a b a b a b a b'),
    ('ill-formed between letter and mark',
     b'e\xFF\xCC\x81 e\x80\xCC\x81 \xE1\x84\x92\xFF\xE1\x85\xA1',
     'e \u0301 e \u0301 \u1112 \u1161'),
    ('ill-formed apostrophe', b"a\xE2\x80b a'\xFFb a\xFF'b", 'a b a b a b'),
]

# (options, text, what normalize_text() gives)
OPTION_CASES = [
    ('marks=strip', '\u00C5ngstr\u00F6m A\u030Angstro\u0308m Vi\u1EC7t \u00F1',
     'angstrom angstrom viet n'),
    ('marks=strip', '\u0419 \u0438\u0306 \u0451 \u042F\u0488',
     '\u0438 \u0438 \u0435 \u044F'),
    ('marks=strip', '\u0386\u03BD \u1FB4 \u03B1\u0345\u0301',
     '\u03B1\u03BD \u03B1\u03B9 \u03B1\u03B9'),
    ('marks=strip', '\u0130 \u00F8 \u0111 \u0142 \u00E6', 'i \u00F8 \u0111 \u0142 \u00E6'),
    ('marks=strip', 'a\u0301\u20DD\u0301b a\u00AD\u0301 a\xA0\u0301', 'ab a a \u0301'),
    ('marks=strip', '1\u0301 \u0301a \u2160\u0301', '1\u0301 \u0301a i'),
    ('marks=strip',
     '\u05E9\u05C1 \u0627\u064E \u0E01\u0E35 \u0939\u093F \uAC00 \u304C \u0929 \u0F71',
     '\u05E9\u05C1 \u0627\u064E \u0E01\u0E35 \u0939\u093F \uAC00 \u304C \u0929 \u0F71'),
    ('marks=strip', 'a\u0E35 a\u0E33 a\u093F\u0301', 'a\u0E35 a\u0E4D \u0E32 a\u093F'),
    ('marks=strip', 'a\u0E48\u0488\u103A', 'a\u103A\u0E48'),
    ('case=keep', '\u00C5B Stra\u00DFe \uFB01ne \u03A3\u03C2 \u0130 \uFF21 \u212A \u017F',
     '\u00C5B Stra\u00DFe fine \u03A3\u03C2 \u0130 A K s'),
    ('case=keep', 'U.S. Trump\u2019s co\u00ADop \u1FB4 \u03B1\u0345\u0301',
     'US Trumps coop \u1FB4 \u1FB4'),
    ('case=keep, marks=strip', '\u00C5B \u1FB4 \u0130 \u01C5', 'AB \u03B1 I Dz'),
    ('unit=char, k=9', 'A-b  \u00DF.c \u4E2D\u6587', 'a b ssc \u4E2D \u6587'),
]

# Article 1 of the Universal Declaration of Human Rights.
PROSE = [
    ('English',
     'All human beings are born free and equal in dignity and rights. They are '
     'endowed with reason and conscience and should act towards one another in a '
     'spirit of brotherhood.'),
    ('French',
     'Tous les êtres humains naissent libres et égaux en dignité et en droits. Ils '
     'sont doués de raison et de conscience et doivent agir les uns envers les '
     'autres dans un esprit de fraternité.'),
    ('German',
     'Alle Menschen sind frei und gleich an Würde und Rechten geboren. Sie sind mit '
     'Vernunft und Gewissen begabt und sollen einander im Geiste der Brüderlichkeit '
     'begegnen.'),
    ('Russian',
     'Все люди рождаются свободными и равными в своём достоинстве и правах. Они '
     'наделены разумом и совестью и должны поступать в отношении друг друга в духе '
     'братства.'),
    ('Greek',
     'Όλοι οι άνθρωποι γεννιούνται ελεύθεροι και ίσοι στην αξιοπρέπεια και τα '
     'δικαιώματα. Είναι προικισμένοι με λογική και συνείδηση.'),
    ('Turkish',
     'Bütün insanlar hür, haysiyet ve haklar bakımından eşit doğarlar. Akıl ve '
     'vicdana sahiptirler ve birbirlerine karşı kardeşlik zihniyeti ile hareket '
     'etmelidirler.'),
    ('Vietnamese',
     'Tất cả mọi người sinh ra đều được tự do và bình đẳng về nhân phẩm và quyền.'),
    ('Arabic',
     'يولد جميع الناس أحراراً متساوين في الكرامة والحقوق. وقد وهبوا عقلاً وضميراً.'),
    ('Hindi',
     'सभी मनुष्यों को गौरव और अधिकारों के मामले में जन्मजात स्वतन्त्रता और समानता '
     'प्राप्त है।'),
    ('Chinese', '人人生而自由，在尊严和权利上一律平等。他们赋有理性和良心。'),
    ('Japanese', 'すべての人間は、生れながらにして自由であり、かつ、尊厳と権利とについて平等である。'),
    ('Korean', '모든 인간은 태어날 때부터 자유로우며 그 존엄과 권리에 있어 동등하다.'),
    ('Thai', 'มนุษย์ทั้งหลายเกิดมามีอิสระและเสมอภาคกันในเกียรติศักดิ์และสิทธิ'),
]


def code_points(points):
    return [chr(int(p, 16)).encode() for p in points.split()]


# What mixture() draws from, each as bytes: a kind first, then one of it.
KINDS = {
    'ascii': [bytes([c]) for c in b"abcXYZ019 -_\n\t\"'.,;"],
    'word': [b'the ', b'and ', b'similarity ', b'U.S. ', b'1,000.5 ', b"don't ", b'a' * 70],
    'space': [b' ', b' ', b'\n', b'\xC2\xA0', b'\xE3\x80\x80'],
    'joiner': [b"'", b'.', b',', b'`',
               *code_points('2018 2019 2BC FF07 FF0E FF0C 2024 FE52 FE50 201B')],
    'ignorable': code_points('''
        AD 200B 200D 34F 61C FE0F 1160 3164 FEFF FFA0 17B4 E0002 E0100 FFF3
        1D173 1BCA1'''),
    'mark': code_points('''
        300 301 307 308 30A 323 327 328 331 338 342 344 345 483 488 5B8 5C1 64E
        651 653 93C 93F 94D 9BE DCF DCA E35 E48 102E 103A 17D2 20DD 20E3 3099
        309A FF9E 1D165 1D16D 110BA 302A F71'''),
    'letter': code_points('''
        C4 DF E9 130 131 149 17F 1C5 1F0 212A 212B 1E9E 1EA5 1F04 1FB4 1FC3 390
        3A3 3C2 3B1 3F4 418 419 44F 478 587 5D0 644 6C1 928 929 958 995 9C7 D9A
        DD9 F40 10A0 1C90 13A0 AB70 1D400 10400 1E900 110A5 FB01 FB2A FDFA FEFB
        AA 2B0'''),
    'digit': code_points('''
        B2 BD 661 967 E51 2160 2460 2488 2776 3007 FF11 1D7CF 1F101'''),
    'unspaced': code_points('''
        4E2D 6587 3042 304B 30AB 30FC 3005 FF76 FF70 E01 E33 E44 EB3 1025 1780
        F900 20000 2F800 337F 3300 32FF FDD0 3031 303C AA60'''),
    'hangul': code_points('''
        1100 1112 1161 1175 11A8 11C2 AC00 AC01 D7A3 FFA1 FFC2 3131 3260 A960
        D7B0 11C3 1176'''),
    'other': code_points('''
        B4 A8 37A 1FBD 2026 2044 20AC 201D 1F600 1F468 E000 F0000 FFFD 2028 33C2
        2ADC 309B FF65 7F 85'''),
    'unassigned': code_points('''
        378 FFFE FFFF FDD1 1FFFE 1E030 11F00 31350 10FFFF E1000 40000'''),
    'ill-formed': list(map(bytes.fromhex, (
        '80 BF C0 C181 C3 CC E2 E280 EFBF E08080 E09FBF EDA080 EDB080 F09F F09F98 '
        'F08FBFBF F4908080 F5808080 F888808080 FE FF').split())),
    'nul': [b'\0'],
}
WELL_FORMED = [k for k in KINDS if k not in ('ill-formed', 'nul')]


def mixture(random, kinds=tuple(KINDS), longest=40):
    """A text of some of the kinds, in bytes."""
    some = random.choices(kinds, k=random.randint(1, 5))
    some += ['ascii'] * random.randrange(3)
    return b''.join(random.choice(KINDS[random.choice(some)])
                    for _ in range(random.randrange(longest + 1)))


def random_text(random, kinds=tuple(KINDS)):
    """Mostly short; some are long, some far into a block of bytes, some monotonous."""
    shape = random.randrange(20)
    if shape == 0:
        return mixture(random, kinds, 1500)
    if shape == 1:
        few = [random.choice(KINDS[random.choice(kinds)]) for _ in range(3)]
        few += random.sample([b'a', b'1', b'.', b',', b"'", b' '], 3)
        return b''.join(random.choices(few, k=random.randrange(700)))
    if shape <= 5:  # what is hard, at any place within a vector or a block
        before = random.choice([b'x', b'ab ', b'word and ', b'\xC3\xA9', b'\xE4\xB8\xAD'])
        size = 2 ** random.randint(4, 12) + random.randint(-9, 9)
        text = before * (size // len(before) + 1)
        text = text[:size - size % len(before)]
        return text + mixture(random, kinds, 12) + b' and the end'
    return mixture(random, kinds, 14 if shape < 16 else 80)


def giants(n):
    """(name, text): single things longer than any buffer that code may think enough."""
    e, hyphens = b'\xCC\x81', b'\xC2\xAD' * n
    yield 'a word of letters', b'ab' * n
    yield 'a word of two-byte letters', b'\xD1\x8F' * n
    yield 'marks on a letter', b'x a' + e * n + b'b c'
    yield 'marks in falling order', b'x a' + (e + '\u0323'.encode()) * (n // 2) + b' c'
    yield 'marks on no letter', b'. ' + e * n + b' c'
    yield 'marks, stripped or not', b'a' + '\u0488'.encode() * n + e + b'b'
    yield 'ignorables before a mark', b'x e' + hyphens + e + b' y'
    yield 'ignorables about a full stop', b'a' + hyphens + b'.' + hyphens + b'b c'
    yield 'separators', b'a' + b' \xFF' * n + b'b'
    yield 'stray continuation bytes', b'\xC3\xA9' + b'\x80' * n + b' b'
    yield 'joined letters', b'a.' * n + b'a'
    yield 'an unspaced letter with marks', '\u0E01'.encode() + '\u0E35'.encode() * n + b'a'
    yield 'vowels that might compose', '\u1112'.encode() + '\u1161'.encode() * n + b' y'
    yield 'letters that expand', '\uFDFA'.encode() * (n // 20)


def lengths():
    """Words of all lengths, for what treats them by their length."""
    yield 'words of all lengths', b' '.join(b'x' * n for n in range(300))
    yield 'joined words of all lengths', b' '.join(b"x.yz'" * n + b'x' for n in range(90))
