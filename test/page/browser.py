"""
The page of sql/report_page.sql in headless Chromium: browser.py path/to/textsim

On the seeds and on hostile articles: nothing is run, loaded or logged; as many passages
are marked as textsim_passages() finds, with its texts; links land on their other side,
by mouse and by keyboard; axe-core finds nothing to complain about, in light, in dark,
on a phone and on paper; the browser repairs nothing.  Screenshots go to $BUILD/page.
Prints TAP.
"""
import hashlib
import os
import shutil
import subprocess
import sys
import tarfile

from selenium import webdriver
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys

AXE = ('axe-core', '4.14.1', '29348999450cdf2849a8e70b7912fc2da85a849da39c0d0d5394f51d4a9ed95c')
EXTENSION = os.path.abspath(sys.argv[1])
OUT = os.path.join(os.path.abspath(os.environ.get('BUILD', 'build')), 'page')
VIEWS = [('light', 1280, 900), ('dark', 1280, 900), ('light', 390, 844), ('dark', 390, 844), ('print', 760, 1000)]
n_tests = 0
n_failed = 0


def check(good, name, *why):
    global n_tests, n_failed
    n_tests += 1
    n_failed += not good
    print('ok' if good else 'not ok', n_tests, '-', name, flush=True)
    if not good:
        for line in '\n'.join(map(str, why)).split('\n'):
            print('#', line)


def skip(name, why):
    global n_tests
    n_tests += 1
    print('ok', n_tests, '-', name, '# SKIP', why, flush=True)


def shell(database, *commands):
    return subprocess.run([os.environ.get('SQLITE3', 'sqlite3'), '-batch', '-cmd', f".load '{EXTENSION}'",
                           database, *commands], check=True, capture_output=True).stdout.decode()


def quoted(text):
    """Text as an SQL expression, NULs and all."""
    return f"CAST(x'{text.encode().hex()}' AS TEXT)"


def hostile(database):
    """Articles that try to leave their place: in titles, names and texts."""
    attacks = ['<script>window.harm = 1</script>', '"><img src=x onerror="window.harm=2">', "' onmouseover='window.harm=3",
               ']]><svg onload=window.harm=4>', '</title><script>window.harm=5</script>', '<!-- &lt;b&gt; & &#x3c;',
               'nul\0nul \x01\x1b[2J\x7f\x9d\ufffe end', '</style></textarea></div></article><h1>Harm</h1>',
               '%s%d%n%%', 'javascript:window.harm=6', '\u202e right to left', '\\u003cscript>\\"', 'w' * 200,
               '\u05e9\u05dc\u05d5\u05dd \u05e2\u05d5\u05dc\u05dd', '\U0001f469\u200d\U0001f467 \U0001f1e9\U0001f1ea']
    shared = ' '.join(f'shared{i} {a}' for i, a in enumerate(attacks * 2))
    with open(os.path.join(OUT, 'hostile.sql'), 'w') as out:
        print('CREATE TABLE articles(id INTEGER PRIMARY KEY, name TEXT UNIQUE, title TEXT, body TEXT, date TEXT);', file=out)
        for i, attack in enumerate(attacks):
            own = ' '.join(f'own{i}word{j}' for j in range(40))
            body = f'{attack} {own} {shared} {attack}' + (f' again {shared}' if i % 3 == 1 else '')
            values = ', '.join(map(quoted, [attack, attack * 3, body, f'2024-01-{i + 1:02}' + f' {attack}' * (i % 2)]))
            print(f'INSERT INTO articles(name, title, body, date) VALUES({values});', file=out)
        print("INSERT INTO articles(name, title, body) SELECT id || name, title, upper(body) FROM articles;", file=out)
    shell(database, f".read '{out.name}'")


def axe_source():
    """The text of axe-core, of the version that is named and with its digest; else why not."""
    name, version, digest = AXE
    path = os.path.join(OUT, f'{name}-{version}.tgz')
    if not os.path.exists(path):
        if shutil.which('npm') is None:
            return None, 'no npm'
        got = subprocess.run(['npm', 'pack', f'{name}@{version}', '--silent', '--pack-destination', OUT],
                             capture_output=True, timeout=60, check=False)
        if got.returncode != 0:
            return None, 'npm has no ' + name
    with tarfile.open(path) as archive:
        source = archive.extractfile('package/axe.min.js').read()
    if hashlib.sha256(source).hexdigest() != digest:
        return None, f'{path} is not the one that was meant'
    return source.decode(), None


def browser():
    options = webdriver.ChromeOptions()
    options.binary_location = next(filter(None, map(shutil.which, ['chromium', 'chromium-browser', 'google-chrome'])))
    for argument in ['--headless=new', '--no-sandbox', '--disable-dev-shm-usage', '--disable-gpu', '--hide-scrollbars']:
        options.add_argument(argument)
    options.set_capability('goog:loggingPrefs', {'browser': 'ALL'})
    options.set_capability('unhandledPromptBehavior', 'ignore')
    return webdriver.Chrome(options=options, service=webdriver.chrome.service.Service(shutil.which('chromedriver')))


def show(driver, url, scheme, width, height):
    paper = scheme == 'print'       # from a dark screen
    driver.execute_cdp_cmd('Emulation.setEmulatedMedia', {
        'media': 'print' if paper else '', 'features': [{'name': 'prefers-color-scheme', 'value': 'dark' if paper else scheme}]})
    driver.execute_cdp_cmd('Emulation.setDeviceMetricsOverride',
                           {'width': width, 'height': height, 'deviceScaleFactor': 1, 'mobile': width < 500})
    driver.get('about:blank')
    driver.get(url)


# Each passage as [pair, side, number, text], in order; elements that only begin one have no text.
MARKED = """
return [...document.querySelectorAll('a.p[id]')].map(a => {
  const [, pair, side, k] = a.id.match(/^p(\\d+)([ab])(\\d+)$/);
  const text = [...a.childNodes].filter(n => n.nodeName !== 'SUP').map(n => n.textContent).join('');
  return [+pair, side, +k, text];
})"""
STRAY = """
const ids = [...document.querySelectorAll('[id]')].map(e => e.id);
const wrong = [...document.querySelectorAll('a[href^="#"]')].filter(a => !document.getElementById(a.hash.slice(1)));
const back = [...document.querySelectorAll('a.p[id]')].filter(a =>
  document.getElementById(a.hash.slice(1)).hash !== '#' + a.id);
return {twice: ids.filter((x, i) => ids.indexOf(x) !== i), wrong: wrong.map(a => a.outerHTML.slice(0, 200)),
        back: back.map(a => a.id)};"""
HARM = """
const elements = [...document.querySelectorAll('*')];
return {harm: window.harm ?? null, scripts: document.scripts.length, loaded: performance.getEntriesByType('resource').length,
  images: document.images.length, headings: document.querySelectorAll('h1').length,
  handlers: elements.filter(e => [...e.attributes].some(a => /^on/i.test(a.name))).length,
  outside: [...document.querySelectorAll('[href], [src]')].filter(e => !/^(#|data:,$)/.test(e.getAttribute('href') ?? 'x')).length,
  quirks: document.compatMode}"""
LANDED = """
const target = document.querySelector(':target'), r = target.getClientRects()[0], p = target.closest('.text').getBoundingClientRect();
return r.top >= Math.max(0, p.top) - 1 && r.bottom <= Math.min(innerHeight, p.bottom) + 1"""


# What the parser of HTML made of it, and what stands there, as XML: element by element.
AS_WRITTEN = """
const names = root => [...root.querySelectorAll('*')].map(e => e.localName + ' in ' + e.parentElement?.localName);
const written = names(new DOMParser().parseFromString(arguments[0], 'application/xhtml+xml')), parsed = names(document);
return written.length > 100 && written.length === parsed.length ? written.find((x, i) => x !== parsed[i]) ?? null
  : [written.length, parsed.length]"""
# On paper black on white, from the top, and all of it.
ON_PAPER = """
const style = getComputedStyle(document.body), sides = [...document.querySelectorAll('.sides')];
return {text: style.color, back: style.backgroundColor, cut: [...document.querySelectorAll('.text, .wide')]
    .filter(e => e.scrollHeight > e.clientHeight + 3 && getComputedStyle(e).overflowY !== 'visible').length,
  uneven: sides.filter(e => e.children[0].firstChild.getBoundingClientRect().top
                         !== e.children[1].firstChild.getBoundingClientRect().top).length,
  folded: [...document.querySelectorAll('details table')].filter(e => !e.checkVisibility()).length,
  wide: [...document.querySelectorAll('.map')].filter(e => e.lastElementChild.getBoundingClientRect().right > innerWidth).length}"""
# Where the first letter of each Hebrew text is, from the right side of the text.
HEBREW = """
return [...document.querySelectorAll('.text')].filter(e => /^[\u05d0-\u05ea]/.test(e.textContent)).map(e => {
  const range = document.createRange();
  range.setStart(e.firstChild, 0), range.setEnd(e.firstChild, 1);
  return Math.round(e.getBoundingClientRect().right - range.getBoundingClientRect().right)})"""


def passages(database, n_pairs):
    """What the page should mark, by the order of its pairs; and how often a is b's."""
    found = {}
    for a, b in n_pairs:
        lines = shell(database, f"""
SELECT p.a_start || ' ' || hex(p.a_text)
  FROM articles x, articles y, textsim_passages(x.body, y.body) p WHERE x.id = {a} AND y.id = {b} ORDER BY p.a_start""").split('\n')
        found[a, b] = [bytes.fromhex(line.split()[1]).decode() for line in lines if line]
    return found


def spaces(text):
    return ' '.join(''.join(' ' if ord(c) < 32 or 127 <= ord(c) < 160 or c in '\ufffe\uffff' else c for c in text).split())


def one(driver, name, database):
    page = os.path.join(OUT, name + '.html')
    subprocess.run(['make', '-s', 'report', 'DB=' + database], check=True, capture_output=True)
    shutil.copy(os.path.join(OUT, '..', 'report.html'), page)
    url = 'file://' + page
    axe, why = axe_source()
    for scheme, width, height in VIEWS:
        view = f'{name}, {scheme}, {width} px'
        show(driver, url, scheme, width, height)
        driver.save_screenshot(os.path.join(OUT, f'{name}-{scheme}-{width}.png'))
        check(driver.execute_script('return document.documentElement.scrollWidth <= innerWidth'), view + ': nothing sticks out')
        if axe is None:
            skip(view + ': axe-core', why)
            continue
        driver.execute_script(axe)
        result = driver.execute_async_script('axe.run().then(arguments[0])')
        check(len(result['passes']) > 20 and not result['violations'], view + ': axe-core finds nothing',
              *[f"{v['id']}: {v['help']}: {v['nodes'][0]['html'][:300]}: {v['nodes'][0]['failureSummary']}" for v in result['violations']])

    paper = driver.execute_script(ON_PAPER)
    check(paper == {'text': 'rgb(28, 30, 33)', 'back': 'rgb(255, 255, 255)', 'cut': 0, 'uneven': 0, 'folded': 0, 'wide': 0}, name + ': fit for paper', paper)

    show(driver, url, *VIEWS[0])
    with open(page, encoding='utf-8') as source:
        repaired = driver.execute_script(AS_WRITTEN, source.read())
    check(repaired is None, name + ': nothing had to be repaired', repaired)
    if name == 'hostile':
        hebrew = driver.execute_script(HEBREW)
        check(hebrew and max(hebrew) < 40, name + ': Hebrew begins on the right', hebrew)
    harm = driver.execute_script(HARM)
    check(harm == {'harm': None, 'scripts': 0, 'loaded': 0, 'images': 0, 'headings': 1, 'handlers': 0, 'outside': 0,
                   'quirks': 'CSS1Compat'}, name + ': nothing is run or loaded', harm)
    stray = driver.execute_script(STRAY)
    check(stray == {'twice': [], 'wrong': [], 'back': []}, name + ': links land, and lead back', stray)

    marked = driver.execute_script(MARKED)
    pairs = driver.execute_script("return [...document.querySelectorAll('article[id^=pair]')].map(e => "
                                  "e.querySelector('h3').textContent.match(/^(\\d+) and (\\d+):/).slice(1, 3).map(Number))")
    check(len(pairs) >= 10, name + ': ten pairs or more', pairs)
    expected = passages(database, pairs)
    bad = []
    for n, pair in enumerate(map(tuple, pairs), 1):
        for side in 'ab':
            numbers = sorted(k for p, s, k, _ in marked if (p, s) == (n, side))
            if numbers != list(range(1, len(expected[pair]) + 1)):
                bad.append(f'{pair} {side}: {numbers}, not {len(expected[pair])}')
        texts = [spaces(text) for p, s, k, text in sorted(marked) if (p, s) == (n, 'a')]
        if texts != [spaces(text) for text in expected[pair]]:
            bad.append(f'{pair}: {texts}, not {expected[pair]}')
    check(sum(map(len, expected.values())) > 0 and not bad, name + ': the passages of textsim_passages() are marked', *bad)

    links = driver.find_elements(By.CSS_SELECTOR, 'a.p[id]')
    missed = []
    for i in range(0, len(links), max(1, len(links) // 8)):
        how = 'keyboard' if i % 2 else 'mouse'
        href = links[i].get_attribute('href').rpartition('#')[2]
        driver.execute_script('arguments[0].scrollIntoView({block: "center"})', links[i])
        if how == 'keyboard':
            links[i].send_keys(Keys.ENTER)
        else:
            links[i].find_element(By.TAG_NAME, 'sup').click()
        if driver.execute_script('return location.hash') != '#' + href or not driver.execute_script(LANDED):
            missed.append(f'{how}: {href}')
    check(links and not missed, name + ': a link shows its other side', *missed)

    show(driver, url, *VIEWS[0])
    driver.find_element(By.TAG_NAME, 'body').send_keys(Keys.TAB)
    check(driver.execute_script('return document.activeElement.className') == 'skip', name + ': the first stop skips to the content')
    log = driver.get_log('browser')
    check(not log, name + ': no console message', *log)


def main():
    os.makedirs(OUT, exist_ok=True)
    databases = {name: os.path.join(OUT, f"the {name}' database.db") for name in ('seeds', 'hostile')}
    for database in databases.values():
        if os.path.exists(database):
            os.remove(database)
    shell(databases['seeds'], '.read sql/load_seeds.sql')
    hostile(databases['hostile'])
    driver = browser()
    try:
        for name, database in databases.items():
            one(driver, name, database)
    finally:
        driver.quit()
    print(f'1..{n_tests}')
    return n_failed > 0


if __name__ == '__main__':
    sys.exit(main())
