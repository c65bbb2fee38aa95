"""Every page of the site: loads whole, from itself alone, and can be read by everyone."""

import re
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe


def test_every_page_loads_without_an_error_and_from_the_site_alone(site, new_page):
    problems = []
    page = new_page()
    page.on("console", lambda m: m.type == "error" and problems.append(f"console: {m.text}"))
    page.on("pageerror", lambda error: problems.append(f"script: {error}"))
    page.on("requestfailed", lambda r: _left(r) or problems.append(f"failed: {r.url} {r.failure}"))
    page.on("response", lambda r: r.status >= 400 and problems.append(f"{r.status}: {r.url}"))
    page.on("request", lambda r: _foreign(r.url, site) and problems.append(f"foreign: {r.url}"))
    for name in [*site.pages, "search.html?q=coverage"]:
        before = len(problems)
        page.goto(site.url(name), wait_until="networkidle")
        problems[before:] = [f"{name}: {problem}" for problem in problems[before:]]
    assert not problems, "\n".join(problems)


def _left(request):
    """The browser fetches icon and fonts when it has time, and gives up when we go on."""
    late = request.url.endswith(("/favicon.svg", ".woff2"))
    return late and request.failure == "net::ERR_ABORTED"


def _foreign(url, site):
    return not url.startswith((site.address, "data:", "blob:"))


def test_the_front_door_leads_to_the_landing_page(site, new_page):
    page = new_page()
    page.goto(site.url("index.html"))
    page.wait_for_url("**/book/index.html")
    assert page.locator("article h1").is_visible()


# Most of axe's time goes into the contrast of highlighted code, thousands of spans a page that look
# alike. Of those that look the same (text, and every background beneath it) one is left as it is;
# the others become plain text.
ONE_SPAN_OF_EACH_LOOK = """() => {
  const ground = new Map(), seen = new Set();
  const beneath = node => {
    if (!node) return '';
    if (!ground.has(node)) {
      const style = getComputedStyle(node);
      ground.set(node, beneath(node.parentElement) +
                       `/${style.backgroundColor} ${style.backgroundImage} ${style.opacity}`);
    }
    return ground.get(node);
  };
  const alike = [...document.querySelectorAll('pre span')].filter(span => {
    const style = getComputedStyle(span);
    const look = [span.checkVisibility(), style.color, style.fontSize, style.fontWeight,
                  beneath(span)].join('|');
    return seen.has(look) || !seen.add(look);
  });
  alike.forEach(span => span.replaceWith(...span.childNodes));
}"""


# The theme changes nothing but colours, and the width of the window no colour: on the many pages of
# the book each is tried with the rules that it can break; on the small course, which has every
# feature, with all of them.
COLOURS = {"runOnly": {"type": "rule", "values": ["color-contrast", "link-in-text-block"]}}
NO_CONTRAST = {"rules": {"color-contrast": {"enabled": False}}}


@pytest.mark.parametrize(
    "theme, width, rules",
    [("light", 1280, {}), ("dark", 1280, COLOURS), ("light", 390, NO_CONTRAST)],
    ids=["light", "dark", "phone"],
)
def test_axe_finds_no_serious_violation(on_disk, small_folder, new_page, theme, width, rules):
    rules = {} if on_disk.folder == small_folder else rules
    page = new_page(color_scheme=theme, viewport={"width": width, "height": 900})
    problems = []
    for name in on_disk.pages:
        page.goto(on_disk.url(name))
        assert page.evaluate("document.documentElement.dataset.theme") == theme
        page.evaluate("window.MathJax?.startup?.promise")
        page.evaluate(ONE_SPAN_OF_EACH_LOOK)
        for violation in Axe().run(page, options=rules).response["violations"]:
            if violation["impact"] in ("serious", "critical"):
                where = [node["target"] for node in violation["nodes"]][:3]
                why = violation["nodes"][0]["any"][:1]
                message = why[0]["message"] if why else violation["help"]
                problems.append(f"{name}: {violation['id']} at {where}: {message}")
    assert not problems, "\n".join(problems)


@pytest.mark.parametrize("compared", [False, True])
def test_no_page_scrolls_sideways_on_a_phone(on_disk, new_page, compared):
    page = new_page(viewport={"width": 390, "height": 844})
    page.add_init_script(f"localStorage.setItem('sidebyside-compared', '{'yes' * compared}')")
    wide = {}
    for name in on_disk.pages:
        page.goto(on_disk.url(name))
        page.evaluate("window.MathJax?.startup?.promise")
        excess = page.evaluate(
            "document.documentElement.scrollWidth - document.documentElement.clientWidth"
        )
        if excess > 0:
            wide[name] = excess
    assert not wide, f"pixels too wide: {wide}"


CUT_OFF = """() => [...document.querySelectorAll('article :is(p, li, td, pre, img, mjx-container)')]
    .filter(node => node.checkVisibility() && node.getBoundingClientRect().right > innerWidth + 1)
    .filter(node => {
      for (let box = node; box; box = box.parentElement) {
        if (['auto', 'scroll'].includes(getComputedStyle(box).overflowX)) return false;
      }
      return true;
    }).map(node => `${node.tagName} ${node.textContent.trim().slice(0, 40)}`)"""


def test_nothing_is_cut_off_on_a_phone(on_disk, new_page):
    page = new_page(viewport={"width": 390, "height": 844})
    cut = {}
    for name in on_disk.pages:
        page.goto(on_disk.url(name))
        page.evaluate("window.MathJax?.startup?.promise")
        if found := page.evaluate(CUT_OFF):
            cut[name] = found[:3]
    assert not cut, cut


def test_code_on_a_phone_is_not_too_small(on_disk, new_page):
    page = new_page(viewport={"width": 390, "height": 844})
    sizes = {}
    for name in on_disk.with_tabs():
        page.goto(on_disk.url(name))
        size = page.locator("div.highlight pre").first.evaluate(
            "node => parseFloat(getComputedStyle(node).fontSize)"
        )
        sizes[name] = size
    assert sizes
    assert min(sizes.values()) >= 12, sizes


def test_mathematics_is_typeset(on_disk, new_page):
    page = new_page()
    with_maths = [name for name in on_disk.pages if 'class="math' in on_disk.read(name)]
    problems = []
    for name in with_maths:
        page.goto(on_disk.url(name))
        page.wait_for_selector("mjx-container svg", state="attached")
        expected = page.locator(".math").count()
        if page.locator(".math mjx-container").count() < expected:
            problems.append(f"{name}: {expected} formulas, not all typeset")
        bad = page.locator("[data-mjx-error]").evaluate_all("n => n.map(e => e.dataset.mjxError)")
        problems += [f"{name}: {error}" for error in bad]
    assert not problems, "\n".join(problems)
    assert with_maths or "small" not in str(on_disk.folder)


def test_search_finds_a_word_of_a_page(site, new_page):
    page = new_page()
    page.goto(site.url("search.html?q=coverage"))
    page.wait_for_selector("#search-results ul.search li a")
    found = page.locator("#search-results ul.search li a").evaluate_all("n => n.map(a => a.href)")
    assert any("coverage.html" in link for link in found), found


def test_the_search_field_leads_to_results(site, new_page):
    page = new_page(viewport={"width": 1280, "height": 900})
    page.goto(site.url("book/coverage.html"))
    page.keyboard.press("Control+k")
    field = page.locator("input[name=q]:visible").first
    field.fill("coverage")
    field.press("Enter")
    page.wait_for_selector("#search-results ul.search li a")


def test_every_picture_has_alt_text(on_disk, new_page):
    page = new_page()
    without = []
    for name in on_disk.pages:
        page.goto(on_disk.url(name))
        pictures = page.locator("article img")
        sources = pictures.evaluate_all(
            "nodes => nodes.filter(n => !(n.alt || '').trim()).map(n => n.src)"
        )
        without += [f"{name}: {source}" for source in sources]
        named = pictures.evaluate_all("nodes => nodes.map(n => [n.alt, n.src])")
        without += [
            f"{name}: alt is the address of {src}"
            for alt, src in named
            if alt and src.endswith(alt.rsplit("/", 1)[-1])
        ]
    assert not without, "\n".join(without)


def test_every_figure_lies_on_an_opaque_light_card_in_the_dark(on_disk, new_page):
    page = new_page(color_scheme="dark")
    seen, bad = 0, []
    for name in on_disk.pages:
        page.goto(on_disk.url(name))
        styles = page.locator(".cell_output img").evaluate_all(
            "nodes => nodes.map(n => getComputedStyle(n)).map(s => [s.backgroundColor, s.filter])"
        )
        seen += len(styles)
        bad += [(name, style) for style in styles if style != ["rgb(253, 253, 251)", "none"]]
    assert not bad
    assert seen or "small" not in str(on_disk.folder)


class _Links(HTMLParser):
    def __init__(self, text):
        super().__init__()
        self.links, self.anchors = [], set()
        self.feed(text)

    def handle_starttag(self, tag, attributes):
        found = dict(attributes)
        self.anchors.update(found[key] for key in ("id", "name") if found.get(key))
        self.links += [found[key] for key in ("href", "src") if found.get(key)]


def test_every_link_within_the_site_leads_somewhere(on_disk):
    parsed = {name: _Links(on_disk.read(name)) for name in on_disk.pages}
    broken = []
    for name, page in parsed.items():
        for link in page.links:
            parts = urlsplit(link)
            if parts.scheme or parts.netloc:
                continue
            base = on_disk.folder / Path(name).parent
            target = (base / unquote(parts.path)).resolve() if parts.path else on_disk.folder / name
            if not target.exists():
                broken.append(f"{name}: {link}")
                continue
            where = parsed.get(target.relative_to(on_disk.folder.resolve()).as_posix())
            if parts.fragment and where and unquote(parts.fragment) not in where.anchors:
                broken.append(f"{name}: {link} (no such place on that page)")
    assert not broken, "\n".join(broken)


def test_no_page_mentions_another_host_as_something_to_load(on_disk):
    loads = re.compile(r'<(?:script|link|img|iframe)\b[^>]*?(?:src|href)="(https?:)?//[^"]+"')
    found = {
        name: match[0]
        for name in on_disk.pages
        if (match := loads.search(on_disk.read(name))) and 'rel="canonical"' not in match[0]
    }
    assert not found


def test_a_page_stays_light(on_disk, new_page):
    """MathJax apart (2.3 MB, only where there is mathematics), a page loads under 1.5 MB."""
    page = new_page()
    loaded = {}  # by address: the icons' font may arrive once more when we have gone on
    page.on("response", lambda r: loaded.update({r.url: len(r.body())}))
    heavy = {}
    for name in on_disk.pages:
        loaded.clear()
        page.goto(on_disk.url(name), wait_until="networkidle")
        size = sum(n for url, n in loaded.items() if not re.search("mathjax|_images", url))
        if size > 1_500_000:
            heavy[name] = size
    assert not heavy, heavy
