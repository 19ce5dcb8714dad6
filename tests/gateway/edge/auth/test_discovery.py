"""An issuer's keys over HTTP: found by its own word, and from nowhere else."""

import gzip
import json

import httpx
import pytest

from gateway.authentication import fetch, issuer_of
from gateway.edge.auth.discovery import Issuer, is_private_way
from gateway.edge.auth.keyrings import LoadFailed
from gateway.settings import Settings
from tests.support.tokens import AUDIENCE, ISSUER, KEYS_ADDRESS, Publisher, ec_key, rsa_key

DOCUMENT = f"{ISSUER}/.well-known/openid-configuration"


def issuer(publisher: Publisher) -> Issuer:
    settings = Settings(auth="required", jwt_issuer=ISSUER, jwt_audience=AUDIENCE)
    found = issuer_of(settings, publisher.transport)
    assert found is not None
    return found


def discoverable(document: object, status: int = 200) -> Publisher:
    publisher = Publisher(rsa_key("rsa"), ec_key("ec"))
    text = document if isinstance(document, str) else json.dumps(document)
    publisher.answers[DOCUMENT] = httpx.Response(status, text=text)
    return publisher


async def test_the_issuer_s_document_tells_where_its_keys_are() -> None:
    publisher = discoverable({"issuer": ISSUER, "jwks_uri": KEYS_ADDRESS})
    keys = await issuer(publisher).keys()
    assert [key.kid for key in keys] == ["rsa", "ec"]
    assert publisher.asked == [DOCUMENT, KEYS_ADDRESS]


async def test_where_the_keys_are_is_asked_again_only_after_a_failure() -> None:
    publisher = discoverable({"issuer": ISSUER, "jwks_uri": KEYS_ADDRESS})
    found = issuer(publisher)
    await found.keys()
    await found.keys()
    publisher.fails = True
    with pytest.raises(LoadFailed):
        await found.keys()
    publisher.fails = False
    await found.keys()
    assert publisher.asked == [DOCUMENT, KEYS_ADDRESS, *[KEYS_ADDRESS] * 2, DOCUMENT, KEYS_ADDRESS]


async def test_an_answer_that_takes_too_long_is_a_failure() -> None:
    async def never(_address: str) -> str:
        raise TimeoutError

    with pytest.raises(LoadFailed, match="no answer in time"):
        await Issuer(ISSUER, KEYS_ADDRESS, never).keys()


@pytest.mark.parametrize(
    ("document", "reason"),
    [
        ({"issuer": ISSUER + "/", "jwks_uri": KEYS_ADDRESS}, "is another issuer's"),
        ({"jwks_uri": KEYS_ADDRESS}, "is another issuer's"),
        ({"issuer": ISSUER}, "is no https address"),
        ({"issuer": ISSUER, "jwks_uri": "http://issuer.example/keys"}, "is no https address"),
        ({"issuer": ISSUER, "jwks_uri": "file:///etc/passwd"}, "is no https address"),
        ({"issuer": ISSUER, "jwks_uri": 7}, "is no https address"),
        ([], "is no object"),
        ("<html>", "is not JSON"),
        ("[" * 100_000, "is not JSON"),
    ],
)
async def test_a_document_that_cannot_be_relied_on_is_not_followed(
    document: object, reason: str
) -> None:
    publisher = discoverable(document)
    with pytest.raises(LoadFailed, match=reason):
        await issuer(publisher).keys()
    assert publisher.asked == [DOCUMENT]


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        (httpx.Response(404), "status 404"),
        (httpx.Response(302, headers={"location": "https://attacker.example"}), "status 302"),
        (httpx.Response(200, content=b"x" * 262_145), "more than 262144 bytes"),
        (
            httpx.Response(200, content=gzip.compress(b"{}"), headers={"content-encoding": "gzip"}),
            "compressed",
        ),
    ],
)
async def test_only_a_plain_answer_of_sane_size_is_read(
    answer: httpx.Response, reason: str
) -> None:
    publisher = Publisher()
    publisher.answers[KEYS_ADDRESS] = answer
    with pytest.raises(LoadFailed, match=reason):
        await fetch(publisher.transport, KEYS_ADDRESS)
    assert publisher.asked == [KEYS_ADDRESS]


async def test_no_connection_is_a_failure_like_any_other() -> None:
    publisher = Publisher()
    publisher.fails = True
    with pytest.raises(LoadFailed, match="ConnectError"):
        await fetch(publisher.transport, KEYS_ADDRESS)


@pytest.mark.parametrize("text", ["{}", '{"keys": []}', '{"keys": 7}', '{"keys": [7]}', "[]", "{"])
async def test_a_key_set_without_a_key_is_a_failure(text: str) -> None:
    async def give(_address: str) -> str:
        return text

    with pytest.raises(LoadFailed, match="no usable JWK Set"):
        await Issuer(ISSUER, KEYS_ADDRESS, give).keys()


@pytest.mark.parametrize(
    ("address", "private"),
    [
        ("https://issuer.example/keys", True),
        ("http://127.0.0.1:9000/keys", True),
        ("http://[::1]/keys", True),
        ("http://localhost/keys", True),
        ("http://issuer.example/keys", False),
        ("http://127.0.0.1.attacker.example/keys", False),
        ("http://127.0.0.1@attacker.example/keys", False),
        ("https://", False),
        ("https://[", False),
        ("ftp://127.0.0.1/keys", False),
        ("", False),
    ],
)
def test_keys_come_over_tls_or_from_this_machine(address: str, private: bool) -> None:  # noqa: FBT001 - a column of the table
    assert is_private_way(address) is private
