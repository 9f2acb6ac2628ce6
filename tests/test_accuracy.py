"""The bounds that the figures are held to, and the page that publishes them."""

from __future__ import annotations

import pytest
from bench.accuracy import CORPUS, CORPUS_BOUNDS, LAB_BOUNDS, PAGE, corpus_items, figures, lab_items, page, share

LAB = figures(list(lab_items()))


@pytest.mark.parametrize("name", LAB_BOUNDS)
def test_the_lab_holds_its_bound(name: str) -> None:
    assert share(LAB[name]) >= LAB_BOUNDS[name], LAB[name]


@pytest.mark.skipif(
    not CORPUS.exists(),
    reason=f"NOT RUN: the labelled corpus is not here ({CORPUS.parent.name}/{CORPUS.name} beside the project)",
)
def test_the_corpus_holds_its_bounds_and_the_page_is_fresh() -> None:
    corpus = figures(list(corpus_items(CORPUS)))
    assert {name: corpus[name] for name, bound in CORPUS_BOUNDS.items() if share(corpus[name]) < bound} == {}
    assert PAGE.read_text(encoding="utf-8") == page({"corpus": corpus, "lab": LAB}), (
        "run python bench/accuracy.py --publish"
    )
