"""Real prose to measure on: documents of about 2 kB in several languages.

The Debian Installation Guide, one package in twenty languages, is taken from
where it is installed, or fetched with apt-get into the build directory (it is
not installed).  Elsewhere CORPUS=file.jsonl gives the documents, one object
{"text": ...} a line; without either the seeds have to do, in English alone.
"""
import glob
import html
import json
import os
import re
import subprocess

PACKAGE = 'installation-guide-amd64'
LANGUAGES = {'English': 'en', 'French': 'fr', 'Vietnamese': 'vi', 'Greek': 'el',
             'Russian': 'ru', 'Korean': 'ko', 'Japanese': 'ja', 'Chinese': 'zh_CN'}
DOCUMENT_SIZE = 2000  # bytes
TOTAL_SIZE = 12_000_000  # bytes of a language: what there is, again and again


def guide(directory):
    """Where the guide is, or None."""
    installed = f'/usr/share/doc/{PACKAGE}'
    if os.path.isdir(installed + '/ja'):
        return installed
    unpacked = os.path.abspath(os.path.join(directory, 'guide'))
    if not os.path.isdir(unpacked):
        try:
            subprocess.run(['apt-get', 'download', PACKAGE], cwd=directory, check=True,
                           stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
            package = glob.glob(os.path.join(directory, PACKAGE + '*.deb'))[0]
            subprocess.run(['dpkg-deb', '-x', package, unpacked], check=True)
        except (OSError, subprocess.CalledProcessError, IndexError):
            return None
    return unpacked + installed


def paragraphs(directory, language):
    for path in sorted(glob.glob(f'{directory}/{language}/*.html')):
        with open(path, encoding='utf-8') as f:
            body = re.sub(r'(?s)<(head|script|style|pre)\b.*?</\1>', ' ', f.read())
        for p in re.findall(r'(?s)<p\b[^>]*>(.*?)</p>', body):
            text = ' '.join(html.unescape(re.sub(r'<[^>]*>', '', p)).split())
            if len(text) > 40:
                yield text


def documents(texts):
    """Join paragraphs until they are long enough."""
    text = ''
    for paragraph in texts:
        text += paragraph + '\n\n'
        if len(text.encode()) >= DOCUMENT_SIZE:
            yield text
            text = ''


def repeat(texts):
    texts, result, size = list(texts), [], 0
    while texts and size < TOTAL_SIZE:
        result += texts
        size += sum(len(t.encode()) for t in texts)
    return result


def corpora(directory):
    """Yield (name, documents)."""
    os.makedirs(directory, exist_ok=True)
    corpus = os.environ.get('CORPUS')
    if corpus:
        with open(corpus, encoding='utf-8') as f:
            yield os.path.basename(corpus), [json.loads(line)['text'] for line in f]
        return
    found = guide(directory)
    if found is None:
        seeds = [open(p, encoding='utf-8').read() for p in sorted(glob.glob('seeds/*.txt'))]
        yield 'seeds', repeat(documents(p for s in seeds for p in s.split('\n')))
        return
    for name, language in LANGUAGES.items():
        texts = repeat(documents(paragraphs(found, language)))
        if texts:
            yield name, texts
