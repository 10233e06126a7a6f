"""
The picture of the page in README.md: picture.py path/to/textsim file.png

The page of the five articles in headless Chromium, without its tables: the heat map, the
tree, and a pair with one of its passages followed.
"""
import base64
import os
import sys

from browser import OUT, browser, shell, show

WIDTH = 960
# The third pair, and its second passage: short enough to be seen whole.
CUT = """
const keep = document.querySelector('#p3b2').closest('article');
for (const e of document.querySelectorAll('header, nav, footer, #measured, #new, #articles, #left-out, #map p, #map h3, #families p, '
                                          + '.wide:has(table), article'))
  if (e !== keep) e.remove();
document.querySelector('#pairs > p').remove();
document.body.style.paddingBottom = 0;
for (const e of keep.querySelectorAll('.text')) e.style.maxHeight = '270px';
location.hash = '#p3b2'"""
ALIGN = """
for (const id of ['p3a2', 'p3b2']) {
  const e = document.getElementById(id), text = e.closest('.text');
  text.scrollTop += e.getBoundingClientRect().top - text.getBoundingClientRect().top - 72;
}
scrollTo(0, 0);
return Math.ceil(document.querySelector('main').getBoundingClientRect().bottom + 16)"""


def main():
    os.makedirs(OUT, exist_ok=True)
    database, page = os.path.join(OUT, 'picture.db'), os.path.join(OUT, 'picture.html')
    if os.path.exists(database):
        os.remove(database)
    shell(database, '.read sql/load_seeds.sql')
    with open(page, 'w', encoding='utf-8') as out:
        out.write(shell(database, '.read sql/report_page.sql'))
    driver = browser()
    try:
        show(driver, 'file://' + page, 'light', WIDTH, 1200)
        driver.execute_script(CUT)
        height = driver.execute_script(ALIGN)
        shot = driver.execute_cdp_cmd('Page.captureScreenshot', {
            'captureBeyondViewport': True, 'clip': {'x': 0, 'y': 0, 'width': WIDTH, 'height': height, 'scale': 1}})
    finally:
        driver.quit()
    with open(sys.argv[2], 'wb') as out:
        out.write(base64.b64decode(shot['data']))


main()
