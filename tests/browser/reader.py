"""What a reader does and sees, by role, label, key class and address."""

from __future__ import annotations

import re
from urllib.parse import parse_qsl, urlsplit

from dlbasic.ui.page import SHOWN

SETTLED = "[data-testid=stApp][data-test-script-state=notRunning]"


def settle(page):
    """Wait until the server has answered and everything that loads late is drawn."""
    page.wait_for_selector(SETTLED)
    page.wait_for_function(
        """() => {
          const charts = [...document.querySelectorAll('[data-testid=stVegaLiteChart]')];
          // The way to the next figure stands last on every page.
          return document.querySelector('.dl-turn') && document.querySelector('.st-key-share')
            && !document.querySelector('[data-testid=stSkeleton]')
            && charts.every(chart => chart.querySelector('svg g.mark-group path[d], canvas'));
        }"""
    )
    page.wait_for_selector("html[data-drawn]", state="attached")  # nothing is seen before
    page.wait_for_selector(SETTLED)
    # A player's script comes by itself, later on a busy machine; one that goes never does.
    page.wait_for_selector(
        "html:not(:has(.player)), .board[data-drawn], .steps [data-action]", state="attached"
    )
    return page


def visit(page, path):
    page.goto(path)
    page.wait_for_selector("[data-testid=stHeading] h1")
    return settle(page)


def address(page):
    """What the address says."""
    return dict(parse_qsl(urlsplit(page.url).query))


def said(page):
    """What the address says, but for the figure shown."""
    return {name: value for name, value in address(page).items() if name != SHOWN}


def wait_for_link(page, **link):
    """Wait until the address says this (and perhaps more), and the page has followed."""
    page.wait_for_function(
        """link => { const said = new URLSearchParams(location.search);
          return Object.entries(link).every(([name, value]) => said.get(name) === value); }""",
        arg=link,
    )
    return settle(page)


def turn(page, figure):
    """Turn to a figure by its name in the contents, where a step of the lesson may share it."""
    page.get_by_test_id("stSidebar").get_by_role("link", name=figure).first.click()
    return settle(page)


def slider(page, name):
    return page.get_by_role("slider", name=re.compile("^" + re.escape(name))).first


def press(page, name, key, times=1, pause=0):
    """Move a slider by keyboard, as fast as asked."""
    slider(page, name).focus()
    for _ in range(times):
        page.keyboard.press(key)
        page.wait_for_timeout(pause)


def value(page, name):
    """What the control of this name in the link shows, as text: one for each part chosen."""
    place = urlsplit(page.url).path.strip("/") + "-" + name.replace(".", "-")
    return page.locator(f".st-key-{place}").evaluate(
        """control => {
          const all = selector => [...control.querySelectorAll(selector)];
          return [
            ...all('[type=range]').map(slider => slider.getAttribute('aria-valuetext')),
            ...all('[role=combobox]').map(list => list.value),
            ...all('[role=switch]').map(toggle => toggle.checked ? 'on' : 'off'),
            ...all('[aria-pressed=true], [aria-checked=true]').map(button => button.textContent),
          ]; }"""
    )


def explorer(page):
    return page.locator("[data-testid=stVegaLiteChart]").first


def drawn(page):
    """The outlines of every line and bar of every chart."""
    return page.evaluate(
        """() => [...document.querySelectorAll('[data-testid=stVegaLiteChart]')].map(chart =>
          [...chart.querySelectorAll('.mark-line path, .mark-rect path, .mark-area path')]
            .map(path => path.getAttribute('d')))"""
    )


# What is wider than the page: boxes that scroll sideways, and parts beyond the right edge.
SIDEWAYS = """() => [
  ...[document.documentElement, document.querySelector('[data-testid=stMain]')]
    .filter(box => box.scrollWidth > box.clientWidth)
    .map(box => `${box.tagName}: ${box.scrollWidth} in ${box.clientWidth}`),
  ...[...document.querySelectorAll('[data-testid=stMain] svg, h1, h2, h3, h4, p')]
    .filter(box => box.getBoundingClientRect().right > innerWidth + 1
      && !box.closest('table, .katex-display, pre, [data-testid=stTable], [inert]'))
    .map(box => box.outerHTML.slice(0, 80)),
]"""


def resize(page, size):
    """Make the window another size, and wait until everything fits into it."""
    page.set_viewport_size(size)
    page.wait_for_function(f"() => ({SIDEWAYS})().length === 0")


SMALL = """([text, target]) => {
  const found = [], roots = [document];
  for (const root of roots) {
    roots.push(...[...root.querySelectorAll('*')].map(part => part.shadowRoot).filter(Boolean));
  }
  const shown = part => part.checkVisibility({visibilityProperty: true})
    && part.getClientRects().length && !part.closest('[data-testid=stSidebar]');
  for (const root of roots) {
    const walker = document.createTreeWalker(root.body ?? root, NodeFilter.SHOW_TEXT);
    while (walker.nextNode()) {
      const words = walker.currentNode.textContent, part = walker.currentNode.parentElement;
      if (!part || !/[\\p{L}\\p{N}]/u.test(words) || !shown(part)) continue;
      // Formulas have indices and powers, and what is not drawn.
      if (part.closest('style, script, option, .katex')) continue;
      const size = parseFloat(getComputedStyle(part).fontSize);
      if (size < text) found.push(`${words.trim().slice(0, 30)}: ${size} px`);
    }
    for (const part of root.querySelectorAll('a, button, input, select, summary')) {
      if (!shown(part) || part.closest('p, td, [data-testid=stSkipToContent]')) continue;
      // What a finger may press is larger than what Streamlit draws of it.
      const whole = part.closest(`label, [role=group]:has(> div input[type=range]),
        [data-testid=stSelectbox] > :last-child, [data-testid=stNumberInputContainer]`) ?? part;
      const {width, height} = whole.getBoundingClientRect();
      if (Math.min(width, height) < target - 0.5) {
        found.push(`${part.outerHTML.slice(0, 120)}: ${width} × ${height} px`);
      }
    }
  }
  return found; }"""


def small(page, text, target=0):
    """What is written smaller than ``text`` pixels, and what is pressed than ``target``."""
    return page.evaluate(SMALL, [text, target])


def seen(page):
    """Everything on the page as a screen reader has it: text, controls and their values."""
    snapshot = page.get_by_test_id("stMain").aria_snapshot()
    return re.sub(r"\[(active|ref=\w+|cursor=\w+)\]", "", snapshot)


def table(page, header):
    """The rows of the table that has this column, as text."""
    found = page.get_by_role("table").filter(has=page.get_by_role("columnheader", name=header))
    return [row.get_by_role("cell").all_inner_texts() for row in found.get_by_role("row").all()[1:]]
