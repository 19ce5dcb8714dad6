"""What operations over a WebSocket are answered, each by itself."""

import pytest

from gateway.edge.live.limits import LiveLimits
from tests.support.live import REQUEST_ID, Live
from tests.support.socket_messages import SAID, complete, following, listening


async def test_a_query_is_answered_once() -> None:
    async with Live().socket() as socket:
        await socket.greet()
        socket.subscribe("query ($name: String!) { hello(name: $name) }", name="Ada")
        assert await socket.read() == following({"hello": "hello Ada"})
        assert await socket.read() == complete()


async def test_a_subscription_is_answered_until_it_ends() -> None:
    async with Live().socket() as socket:
        await socket.greet()
        socket.subscribe("subscription { counted(upto: 2) }")
        assert await socket.read() == following({"counted": 1})
        assert await socket.read() == following({"counted": 2})
        assert await socket.read() == complete()


async def test_what_is_given_up_listens_no_more_and_frees_its_id_at_once() -> None:
    live = Live()
    async with live.socket() as socket:
        await socket.greet()
        await listening(live, socket)
        socket.send(complete())
        socket.subscribe("{ hello }")
        assert await socket.read() == following({"hello": "hello world"})
        assert live.stage.words == []


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ("{ nothing }", "GRAPHQL_VALIDATION_FAILED"),
        ("{", "GRAPHQL_PARSE_FAILED"),
        ("", "BAD_REQUEST"),
        ("subscription { counted(upto: 1) more: counted(upto: 2) }", "GRAPHQL_VALIDATION_FAILED"),
    ],
)
async def test_what_cannot_be_executed_is_an_error_and_others_go_on(query: str, code: str) -> None:
    async with Live().socket() as socket:
        await socket.greet()
        socket.subscribe(query)
        answer = await socket.read()
        assert (answer["id"], answer["type"]) == ("1", "error")
        (error,) = answer["payload"]
        assert error["extensions"] == {"code": code, "requestId": REQUEST_ID}
        socket.subscribe("{ hello }")
        assert await socket.read() == following({"hello": "hello world"})


async def test_variables_that_do_not_fit_are_a_result_without_data() -> None:
    async with Live().socket() as socket:
        await socket.greet()
        socket.subscribe("subscription ($n: Int!) { counted(upto: $n) }", n="many")
        (error,) = (await socket.read())["payload"]["errors"]
        assert "$n" in error["message"]
        assert await socket.read() == complete()


async def test_a_fault_of_wix_is_told_and_ends_the_operation_alone() -> None:
    live = Live()
    async with live.socket() as socket:
        await socket.greet()
        await listening(live, socket)
        live.stage.say("forbidden")
        (error,) = (await socket.read())["payload"]["errors"]
        assert error["extensions"]["code"] == "UPSTREAM_FORBIDDEN"
        assert await socket.read() == complete()


async def test_a_fault_of_ours_is_masked() -> None:
    live = Live()
    async with live.socket() as socket:
        await socket.greet()
        await listening(live, socket)
        live.stage.say("broken")
        answer = await socket.read()
    assert answer["type"] == "error"
    assert "hunter2" not in str(answer)
    assert answer["payload"][0]["extensions"]["code"] == "INTERNAL"


async def test_an_operation_that_outlives_its_deadline_is_answered() -> None:
    async with Live().socket() as socket:
        await socket.greet()
        socket.subscribe("{ slow }")
        (error,) = (await socket.read())["payload"]["errors"]
        assert error["extensions"]["code"] == "UPSTREAM_TIMEOUT"


async def test_more_operations_than_one_connection_may_have_are_refused_alone() -> None:
    live = Live(LiveLimits(operations=1))
    async with live.socket() as socket:
        await socket.greet()
        await listening(live, socket)
        socket.subscribe("{ hello }", to="2")
        answer = await socket.read()
        assert (answer["id"], answer["type"]) == ("2", "error")
        assert answer["payload"][0]["extensions"] == {"code": "TOO_MANY_CONCURRENT_OPERATIONS"}
        live.stage.say("still here")
        assert await socket.read() == following({"said": {"word": "still here"}})


async def test_one_who_does_not_read_delays_nobody() -> None:
    live = Live()
    async with live.socket() as slow, live.socket() as quick:
        for socket in (slow, quick):
            await socket.greet()
            socket.subscribe(SAID)
        await live.stage.listeners(2)
        slow.readable.clear()
        for number in range(10):
            live.stage.say(str(number))
            assert await quick.read() == following({"said": {"word": str(number)}})
        slow.readable.set()
