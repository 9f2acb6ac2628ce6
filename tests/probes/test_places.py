"""Where products take their token: every place is one of a product that why403 knows, is tried first, and is masked."""

from __future__ import annotations

import pytest

from tests.probes.worlds import NOW, URL, Answer, World, has, verdict
from why403.engine.prove import Limits
from why403.engine.proved import shown
from why403.model import Request
from why403.probes.experiment import Offer
from why403.products import tables
from why403.readers.choose import read_bytes
from why403.tokens.places import OF_PRODUCT
from why403.writers.mask import secret_header


@pytest.mark.parametrize("product", OF_PRODUCT)
def test_a_place_belongs_to_a_known_product_and_is_masked(product: str) -> None:
    assert tables().named(product) is not None
    assert secret_header(OF_PRODUCT[product][0].lower())


@pytest.mark.parametrize(("refusal", "field", "wanted"), [
    ('{"errors":["permission denied"]}\n', "x-vault-token", "example-token-17"),
    ('{"error":"etcdserver: user name is empty","code":3,"message":"etcdserver: user name is empty"}', "authorization", "example-token-17"),
])  # fmt: skip
def test_the_documented_place_goes_first(refusal: str, field: str, wanted: str) -> None:
    def answers(request: Request, _: int) -> Answer:
        return (
            (200, {}, b"ok")
            if has(request, field) == wanted
            else (400 if "etcd" in refusal else 403, {"Content-Type": "application/json"}, refusal.encode())
        )

    world = World(answers)
    asked = f"curl {URL}" if field == "authorization" else "curl https://vault.example:8200/v1/secret/data/shop"
    case = read_bytes(asked.encode())
    proof = world.prove(case, Limits(offers=(Offer("token", wanted),), now=NOW))
    assert proof.outcome == "mended"
    assert len(world.asked) == 3, verdict(proof)
    assert wanted not in str(shown(proof, case))
