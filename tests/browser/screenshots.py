"""Pictures of every page, to be looked at: ``python -m tests.browser.screenshots OUTDIR``.

Desktop and phone width, light and dark; ``--full`` takes the whole page, not only its top.
"""

import argparse
from pathlib import Path

from playwright.sync_api import sync_playwright

from .find_chromium import FLAGS, find_chromium

SITE = Path(__file__).parents[2] / "_build" / "html"
WIDTHS = {"desktop": (1280, 900), "phone": (390, 844)}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("outdir", type=Path)
    parser.add_argument("--site", type=Path, default=SITE)
    parser.add_argument("--full", action="store_true", help="the whole page")
    parser.add_argument("--only", default="", help="pages whose path contains this")
    wanted = parser.parse_args()
    pages = sorted(p for p in wanted.site.rglob("*.html") if not p.match("_static/*"))
    wanted.outdir.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find_chromium(), args=list(FLAGS))
        for name, (width, height) in WIDTHS.items():
            for theme in ("light", "dark"):
                context = browser.new_context(
                    viewport={"width": width, "height": height}, color_scheme=theme
                )
                tab = context.new_page()
                for page in pages:
                    path = page.relative_to(wanted.site)
                    if wanted.only in path.as_posix():
                        tab.goto(page.resolve().as_uri())
                        tab.wait_for_timeout(300)
                        picture = f"{'-'.join(path.with_suffix('').parts)}-{name}-{theme}.png"
                        tab.screenshot(path=wanted.outdir / picture, full_page=wanted.full)
                context.close()
        browser.close()


if __name__ == "__main__":
    main()
