"""The shell: when a call is sent again, how long it waits, where it goes and where never."""

import asyncio
import logging
from typing import Any

import aiohttp
import pytest
from aiohttp import web

from bot.graph import client as client_module
from bot.graph.client import GraphClient, within
from bot.graph.pace import Pace
from bot.graph.protocol import Call
from bot.graph.shapes import GroupRow
from bot.ports.errors import Final, MissingPermission, NotFound, Retry, Unknown
from tests.graph.server import QUICK, TENANT, Asked, Rig, ScriptedGraph, Told, Waits, error, listed, rig, serving

READ = Call("listGroups", "/groups", "GroupMember.Read.All")
BODY = b'{"addLicenses": [], "removeLicenses": []}'
JSON = {"Content-Type": "application/json"}
WRITE = Call("assignUserLicense", "/users/u/assignLicense", "P", "POST", JSON, BODY, repeatable=False)


async def hang_up(_: Asked, request: web.Request) -> web.StreamResponse:
    assert request.transport is not None
    request.transport.close()
    return web.Response()


async def never(_: Asked, __: web.Request) -> web.StreamResponse:
    await asyncio.sleep(30)
    return web.Response()


@pytest.mark.parametrize("status", [429, 503, 504])
@pytest.mark.parametrize("call", [READ, WRITE], ids=["read", "write"])
async def test_a_busy_answer_is_waited_out_as_long_as_graph_says(rig: Rig, call: Call, status: int) -> None:
    rig.graph.tell(error(status, Retry_After="7"), Told({"value": []}, checked=False))
    assert (await rig.client.send(TENANT, call)).good
    assert [round(seconds) for seconds in rig.waits] == [7]


async def test_a_busy_answer_without_a_time_is_waited_out_longer_each_time(rig: Rig) -> None:
    rig.graph.tell(*[error(503)] * 4, listed())
    assert (await rig.client.send(TENANT, READ)).good
    assert len(rig.waits) == 4
    assert rig.waits[3] > rig.waits[0]


async def test_a_pause_longer_than_anybody_would_wait_is_handed_back_capped(rig: Rig) -> None:
    rig.graph.tell(error(429, Retry_After="99999999"))
    with pytest.raises(Retry) as caught:
        await rig.client.send(TENANT, READ)
    assert caught.value.after_seconds == 3_600
    assert caught.value.request_id == "inner-1"
    assert not rig.waits


async def test_after_five_busy_answers_the_caller_comes_back_later(rig: Rig) -> None:
    rig.graph.tell(*[error(429, Retry_After="1")] * 5)
    with pytest.raises(Retry) as caught:
        await rig.client.send(TENANT, READ)
    assert caught.value.after_seconds == 1
    assert len(rig.graph.asked) == 5


@pytest.mark.parametrize("script", [error(500), error(502), hang_up], ids=["500", "502", "broken connection"])
async def test_a_broken_read_is_sent_again(rig: Rig, script: Any) -> None:
    rig.graph.tell(script, listed())
    assert (await rig.client.send(TENANT, READ)).good


@pytest.mark.parametrize("script", [error(500), error(502), hang_up], ids=["500", "502", "broken connection"])
async def test_a_lost_answer_to_a_write_is_unknown_and_the_write_is_not_repeated(rig: Rig, script: Any) -> None:
    rig.graph.tell(script)
    with pytest.raises(Unknown):
        await rig.client.send(TENANT, WRITE)
    assert len(rig.graph.asked) == 1


async def test_a_write_that_times_out_is_unknown() -> None:
    async with rig(Pace(timeout_seconds=0.1)) as slow:
        slow.graph.tell(never)
        with pytest.raises(Unknown):
            await slow.client.send(TENANT, WRITE)


async def test_a_write_whose_gateway_keeps_timing_out_is_unknown(rig: Rig) -> None:
    rig.graph.tell(*[error(504)] * 5)
    with pytest.raises(Unknown):
        await rig.client.send(TENANT, WRITE)


async def test_a_write_that_never_reached_anybody_may_be_repeated() -> None:
    async with serving(ScriptedGraph().handle) as host:
        pass
    async with aiohttp.ClientSession() as session:
        client = GraphClient(session, f"http://{host}/v1.0", pace=QUICK, wait=Waits())
        with pytest.raises(Retry):
            await client.send(TENANT, WRITE)


async def test_each_attempt_has_an_id_of_its_own_and_graphs_id_is_logged(
    rig: Rig, caplog: pytest.LogCaptureFixture
) -> None:
    rig.graph.tell(error(503), Told({"value": []}, headers={"request-id": "graph-7"}))
    with caplog.at_level(logging.INFO, logger="bot.graph.client"):
        await rig.client.send(TENANT, READ)
    ids = [asked.headers["client-request-id"] for asked in rig.graph.asked]
    assert len(set(ids)) == 2
    assert "request_id=graph-7" in caplog.messages[-1]
    assert ids[1] in caplog.messages[-1]


async def test_logs_name_the_call_and_never_the_path(rig: Rig, caplog: pytest.LogCaptureFixture) -> None:
    rig.graph.tell(Told({"id": "u"}))
    with caplog.at_level(logging.DEBUG):
        await rig.client.send(TENANT, Call("getUser", "/users/ana%40contoso.example", "P"))
    assert "call=getUser" in caplog.text
    assert "contoso" not in "".join(m for m in caplog.messages if m.startswith("graph"))


async def test_over_plain_http_no_token_is_sent_nor_asked_for() -> None:
    class NoTokens:
        async def token(self, scope: str, tenant: str = "") -> str:
            raise AssertionError("asked for a token")

        def forget(self, scope: str, tenant: str = "") -> None:
            raise AssertionError("had a token")

    async with rig() as made, aiohttp.ClientSession() as session:
        made.graph.tell(listed(), error(401))
        client = GraphClient(session, made.graph.base, NoTokens())
        assert (await client.send(TENANT, READ)).good
        with pytest.raises(Final):
            await client.send(TENANT, READ)
        assert "authorization" not in made.graph.asked[0].headers


async def test_interactive_calls_are_marked_and_others_are_not(rig: Rig) -> None:
    rig.graph.tell(listed(), listed())
    await rig.client.send(TENANT, READ, urgent=True)
    await rig.client.send(TENANT, READ)
    assert [asked.headers.get("x-ms-throttle-priority") for asked in rig.graph.asked] == ["high", None]


async def test_an_empty_page_with_a_link_is_not_the_end(rig: Rig) -> None:
    link = f"{rig.graph.base}/groups?$skiptoken="
    rig.graph.tell(listed({"id": "1"}, link=link + "a"), listed(link=link + "b"), listed({"id": "2"}))
    pages = [page async for page in rig.client.pages(TENANT, READ, GroupRow)]
    assert [[row.id for row in page] for page in pages] == [["1"], ["2"]]


async def test_a_link_is_followed_as_it_is(rig: Rig) -> None:
    odd = "/groups?$skiptoken=a%2Fb(c,d)'e'%27"
    rig.graph.tell(listed({"id": "1"}, link=rig.graph.base + odd), listed())
    await rig.client.rows(TENANT, READ, GroupRow)
    assert rig.graph.asked[1].path == odd


@pytest.mark.parametrize(
    "link",
    [
        "https://elsewhere.example/v1.0/groups",
        "{base}@elsewhere.example/groups",
        "{base}.elsewhere.example/groups",
        "{host}/beta/groups",
        "{base}/groups?a b",
        "{base}/groups\r\nX: y",
    ],
)
async def test_a_link_that_leads_elsewhere_is_refused_and_nothing_is_sent_there(rig: Rig, link: str) -> None:
    link = link.format(base=rig.graph.base, host=rig.graph.base.removesuffix("/v1.0"))
    rig.graph.tell(Told({"value": [{"id": "1"}], "@odata.nextLink": link}, checked=False))
    with pytest.raises(Final) as caught:
        await rig.client.rows(TENANT, READ, GroupRow)
    assert caught.value.code == "foreign_link"
    assert len(rig.graph.asked) == 1


async def test_a_redirect_is_not_followed(rig: Rig) -> None:
    rig.graph.tell(Told(status=302, headers={"Location": "http://127.0.0.1:9/"}, text=""))
    with pytest.raises(Final):
        await rig.client.send(TENANT, READ)


async def test_a_list_that_never_ends_is_given_up(rig: Rig, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(client_module, "MOST_PAGES", 2)
    rig.graph.tell(*[listed({"id": "1"}, link=f"{rig.graph.base}/groups?$skiptoken=x")] * 3)
    with pytest.raises(Final, match="does not end"):
        await rig.client.rows(TENANT, READ, GroupRow)


async def test_an_answer_without_bound_is_given_up(rig: Rig, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(client_module, "LARGEST_ANSWER_BYTES", 10)
    rig.graph.tell(listed({"id": "1" * 20}))
    with pytest.raises(Final, match="too large"):
        await rig.client.send(TENANT, READ)


@pytest.mark.parametrize("text", ["", "<html>", '{"value": 3}', '{"value": [{"id": 7}]}', '{"value": ['])
async def test_a_good_status_with_a_body_that_is_no_page_is_final(rig: Rig, text: str) -> None:
    rig.graph.tell(Told(text=text))
    with pytest.raises(Final) as caught:
        await rig.client.rows(TENANT, READ, GroupRow)
    assert caught.value.code == "unreadable"


async def test_a_forbidden_call_names_its_permission(rig: Rig) -> None:
    rig.graph.tell(error(403, "Authorization_RequestDenied", "Insufficient privileges", request_id="graph-9"))
    with pytest.raises(MissingPermission) as caught:
        await rig.client.send(TENANT, READ)
    assert (caught.value.permission, caught.value.request_id) == ("GroupMember.Read.All", "graph-9")


@pytest.mark.parametrize(
    ("told", "kind", "code"),
    [
        (error(404, "Request_ResourceNotFound"), NotFound, "Request_ResourceNotFound"),
        (error(400, "Request_BadRequest"), Final, "Request_BadRequest"),
        (Told(status=404, text="<html>gone</html>"), NotFound, "404"),
        (Told(status=406, text='{"error": {"code": null, "innerError": null}}'), Final, "406"),
    ],
)
async def test_other_refusals_are_final_with_graphs_code(rig: Rig, told: Told, kind: type[Final], code: str) -> None:
    rig.graph.tell(told)
    with pytest.raises(kind) as caught:
        await rig.client.send(TENANT, READ)
    assert caught.value.code == code


async def test_a_batch_sends_only_its_throttled_items_again_and_keeps_the_order(rig: Rig) -> None:
    calls = [Call("listGroups", f"/groups?$top={i}", "P") for i in range(1, 4)]
    rig.graph.on_item("/groups?$top=1", listed({"id": "one"}))
    rig.graph.on_item("/groups?$top=2", error(429, Retry_After="4"), listed({"id": "two"}))
    rig.graph.on_item("/groups?$top=3", error(404))
    answers = await rig.client.batch(TENANT, calls)
    assert [answer.status for answer in answers] == [200, 200, 404]
    assert b"two" in answers[1].body
    assert rig.graph.batches == [[f"/groups?$top={i}" for i in (1, 2, 3)], ["/groups?$top=2"]]
    assert [round(seconds) for seconds in rig.waits] == [4]


async def test_a_batch_item_that_stays_throttled_is_handed_back_as_it_is(rig: Rig) -> None:
    rig.graph.on_item("/groups", error(503))
    (answer,) = await rig.client.batch(TENANT, [READ])
    assert answer.status == 503
    assert len(rig.graph.asked) == 5


async def test_a_batch_that_leaves_an_item_out_is_asked_again(rig: Rig) -> None:
    rig.graph.tell(Told({"responses": []}, checked=False))
    rig.graph.on_item("/groups", listed())
    (answer,) = await rig.client.batch(TENANT, [READ])
    assert answer.good
    assert len(rig.graph.asked) == 2


async def test_more_than_twenty_calls_are_several_batches(rig: Rig) -> None:
    rig.graph.on_item("/groups", listed())
    answers = await rig.client.batch(TENANT, [READ] * 45, urgent=True)
    assert len(answers) == 45
    assert [len(batch) for batch in rig.graph.batches] == [20, 20, 5]
    assert rig.graph.asked[0].body["requests"][0]["headers"] == {"x-ms-throttle-priority": "high"}


async def test_a_deadline_ends_a_read_that_hangs(rig: Rig) -> None:
    rig.graph.tell(never)
    with pytest.raises(Retry, match="deadline"):
        async with within(0.05):
            await rig.client.send(TENANT, READ, urgent=True)
