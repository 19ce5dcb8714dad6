"""Switches change one by one, or not at all."""

from typing import Any

import pytest

from tests.support.sandboxes import running


@pytest.mark.parametrize(
    "change",
    [
        {"rateLimit": 3},
        {"retryAfter": True},
        {"throttleJson": False},
        {"webhookTimeout": 0.5},
        {"webhookRetries": [1.0, 2.0]},
        {"webhookGiveUpAfter": 60.0},
        {"labelsQuota": 24},
        {"countCeiling": 10},
        {"labelDeleteTouchesContacts": False},
        {"jobStepSeconds": 0.0},
        {"apiKeySource": "OTHER"},
    ],
)
async def test_each_switch_changes_itself_alone(change: dict[str, Any]) -> None:
    async with running() as site:
        before = await site.control("GET", "/settings")
        after = await site.control("POST", "/settings", **change)
        assert after == before | change
        assert before != after


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"rateLimit": -1}, "rateLimit must be a whole number"),
        ({"speed": 1}, "Unknown property 'speed'"),
        ({"webhookRetries": []}, "webhookRetries must be a list of numbers"),
        ({"webhookRetries": ["1"]}, "webhookRetries[0] must be a number"),
        ({"webhookRetries": 1}, "webhookRetries must be a list of numbers"),
        ({"labelDeleteTouchesContacts": "no"}, "labelDeleteTouchesContacts must be true or false"),
        ({"jobStepSeconds": "1"}, "jobStepSeconds must be a number"),
        ({"labelsQuota": 1.5}, "labelsQuota must be a whole number"),
        ({"apiKeySource": ""}, "apiKeySource must be a text"),
    ],
)
async def test_a_bad_switch_changes_nothing(change: dict[str, Any], message: str) -> None:
    async with running() as site:
        before = await site.control("GET", "/settings")
        answer = await site.client.post("/_sandbox/settings", json={"fieldsQuota": 1, **change})
        assert answer.status_code == 400
        assert answer.json()["message"].startswith(message)
        assert await site.control("GET", "/settings") == before
