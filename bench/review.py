"""How long the review of a ten-hour transcript takes to build and to open: measured, never asserted.

python bench/review.py [WORDS]

Needs Chromium (as CHROMIUM says, or from the path) for the second part.
"""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
import time
from pathlib import Path
from statistics import median

sys.path.insert(0, str(Path(__file__).parent.parent))

from playwright.sync_api import sync_playwright

from daemon.delivery.document import make_document
from daemon.delivery.outbox.names import REVIEW
from daemon.delivery.review.page import stream_review
from tests.unit.delivery.review.samples import long_talk, summary_of

TRIALS = 5
PAINTED = """() => new Promise((done) => new PerformanceObserver((list) => {
  for (const entry of list.getEntriesByName("first-contentful-paint")) done(entry.startTime);
}).observe({ type: "paint", buffered: true }))"""


def main(words: int) -> None:
    """Build the review of a talk of so many words, and open it."""
    pairs = long_talk(words)
    summary = summary_of(pairs)
    began = time.perf_counter()
    html = "".join(stream_review(make_document(pairs), "A long talk", summary))
    took = time.perf_counter() - began
    size = len(html.encode()) / 1e6
    print(
        f"{summary['words_in']:,} words, {html.count('<article')} paragraphs: "
        f"built in {took:.2f} s, {size:.2f} MB"
    )
    if browser := os.environ.get("CHROMIUM") or shutil.which("chromium"):
        with tempfile.TemporaryDirectory() as folder:
            file = Path(folder) / REVIEW
            file.write_text(html)
            measure(browser, file.as_uri())


def measure(browser: str, address: str) -> None:
    """Say when a reader sees the first words, and when a click on a view has taken effect."""
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=browser, args=["--no-sandbox"])
        paints, loads, switches = [], [], []
        for _ in range(TRIALS):
            page = chromium.new_page(viewport={"width": 1280, "height": 900})
            page.goto(address)
            paints.append(page.evaluate(PAINTED))
            loads.append(page.evaluate("() => performance.getEntriesByType('navigation')[0].loadEventEnd"))
            switches.append(page.evaluate(SWITCH))
            page.close()
        print(f"first contentful paint {median(paints):.0f} ms, loaded {median(loads):.0f} ms")
        print(f"a switch of the view {median(switches):.0f} ms")
        chromium.close()


SWITCH = """() => new Promise((done) => {
  const began = performance.now();
  document.querySelector("[value=side]").click();
  requestAnimationFrame(() => setTimeout(() => done(performance.now() - began)));
})"""


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 100_000)
