"""The sandbox's Graph: batches, and failing on demand."""

from collections.abc import AsyncIterator
from dataclasses import replace
from time import perf_counter
from typing import Any

import aiohttp
import pytest
import pytest_asyncio

from bot.sandbox import skus
from bot.sandbox.graph_protocol import Answer, Asked
from bot.store.tiny import TinyStore
from tests.sandbox.graph_room import Room, graph_room


@pytest_asyncio.fixture
async def room(store: TinyStore) -> AsyncIterator[Room]:
    async with graph_room(store) as room:
        yield room


def read(number: int | str, name: str, room: Room) -> dict[str, Any]:
    return {"id": str(number), "method": "GET", "url": f"/users/{room.who(name).id}?$select=displayName"}


async def batch(room: Room, *items: dict[str, Any]) -> list[dict[str, Any]]:
    told = await room.post("/$batch", {"requests": list(items)})
    assert told.status == 200
    return list(told.body["responses"])


async def test_a_batch_answers_each_item_in_another_order(room: Room) -> None:
    names = ("eva", "tom", "omar")
    responses = await batch(room, *(read(number, name, room) for number, name in enumerate(names)))
    assert [(each["id"], each["body"]["displayName"]) for each in responses] == [
        ("2", "Omar Haddad"),
        ("1", "Tom Baker"),
        ("0", "Eva Ruiz"),
    ]


async def test_items_of_a_batch_fail_one_by_one(room: Room) -> None:
    room.server.failures.throttled_items = 1
    gone = {"id": "b", "method": "GET", "url": "/users/nobody"}
    responses = {each["id"]: each for each in await batch(room, read("a", "eva", room), gone, read("c", "tom", room))}
    assert {id_: each["status"] for id_, each in responses.items()} == {"a": 429, "b": 404, "c": 200}
    assert responses["a"]["headers"]["Retry-After"] == "1"


async def test_an_item_is_skipped_where_the_one_that_it_depends_on_failed(room: Room) -> None:
    gone = {"id": "a", "method": "GET", "url": "/users/nobody"}
    responses = await batch(room, gone, {**read("b", "eva", room), "dependsOn": ["a"]})
    assert {each["id"]: each["status"] for each in responses} == {"a": 404, "b": 424}


async def test_a_batch_can_assign_and_a_change_without_body_is_204(room: Room) -> None:
    json_type = {"Content-Type": "application/json"}
    body = {"addLicenses": [{"skuId": skus.CREDITS}], "removeLicenses": []}
    eva, marta = room.who("eva"), room.who("marta")
    post = {"id": "a", "method": "POST", "url": f"/users/{eva.id}/assignLicense", "headers": json_type, "body": body}
    place = {"usageLocation": "ES"}
    patch = {"id": "b", "method": "PATCH", "url": f"/users/{marta.id}", "headers": json_type, "body": place}
    assert [each["status"] for each in await batch(room, post, patch)] == [204, 200]
    assert skus.CREDITS in (await room.document.read()).sku_ids(eva)


@pytest.mark.parametrize("count", [0, 21])
async def test_an_envelope_holds_one_to_twenty_items(room: Room, count: int) -> None:
    items = [read(number, "eva", room) for number in range(count)]
    assert (await room.post("/$batch", {"requests": items}, lawful=False)).status == 400


async def test_an_envelope_that_graph_would_not_take_is_refused(room: Room) -> None:
    eva = read("a", "eva", room)
    for items in ([eva, eva], [{"id": "a"}], [{**eva, "dependsOn": ["b"]}], [{**eva, "body": {}}]):
        assert (await room.post("/$batch", {"requests": items}, lawful=False)).status == 400
    assert (await room.post("/$batch", [], lawful=False)).status == 400


async def test_throttling_says_when_to_come_back(room: Room) -> None:
    room.server.failures.throttled = 2
    room.server.failures.retry_after_seconds = 7
    for _ in range(2):
        told = await room.get("/subscribedSkus")
        assert (told.status, told.headers["Retry-After"]) == (429, "7")
    assert (await room.get("/subscribedSkus")).status == 200


async def test_throttling_can_be_kept_in_the_state(room: Room) -> None:
    await room.document.change(lambda state: replace(state, throttle="some"))
    statuses = [(await room.get("/subscribedSkus")).status for _ in range(6)]
    assert statuses == [200, 200, 429, 200, 200, 429]
    await room.document.change(lambda state: replace(state, throttle="all"))
    assert (await room.get("/subscribedSkus")).status == 429


async def test_the_service_can_be_unavailable_or_broken(room: Room) -> None:
    room.server.failures.unavailable = 1
    room.server.failures.broken = 1
    told = await room.get("/subscribedSkus")
    assert (told.status, told.headers["Retry-After"]) == (503, "1")
    assert (await room.get("/subscribedSkus")).status == 500


async def test_a_lost_answer_leaves_the_change_made(room: Room) -> None:
    room.server.failures.lost_answers = 1
    eva = room.who("eva")
    body = {"addLicenses": [{"skuId": skus.CREDITS}], "removeLicenses": []}
    with pytest.raises(aiohttp.ClientError):
        await room.post(f"/users/{eva.id}/assignLicense", body)
    assert skus.CREDITS in (await room.document.read()).sku_ids(eva)


async def test_a_slow_answer_comes_late(room: Room) -> None:
    room.server.failures.slow_seconds = 0.05
    started = perf_counter()
    assert (await room.get("/subscribedSkus")).status == 200
    assert perf_counter() - started >= 0.05


async def test_a_missing_permission_is_denied_for_its_calls_only(room: Room) -> None:
    room.server.failures.missing_permissions.add("CallRecord-PstnCalls.Read.All")
    path = "/communications/callRecords/getPstnCalls(fromDateTime=2026-11-20,toDateTime=2026-11-20)"
    message = "Insufficient privileges to complete the operation."
    assert (await room.get(path)).error == (403, "Authorization_RequestDenied", message)
    assert (await room.get("/subscribedSkus")).status == 200
    missing = ("LicenseAssignment.Read.All",)
    await room.document.change(lambda state: replace(state, missing_permissions=missing))
    assert (await room.get("/subscribedSkus")).status == 403


async def test_an_error_names_the_request_on_both_sides(room: Room) -> None:
    told = await room.get("/users/nobody", {"client-request-id": "mine"})
    inner = told.body["error"]["innerError"]
    assert (inner["client-request-id"], told.headers["client-request-id"]) == ("mine", "mine")
    assert inner["request-id"] == told.headers["request-id"]
    assert inner["date"] == "2026-11-22T09:00:00"


async def test_a_body_that_is_no_json_is_refused(room: Room) -> None:
    async with room.session.post(room.server.url + "/$batch", data=b"{") as response:
        assert response.status == 400


async def test_an_observer_sees_each_exchange(room: Room) -> None:
    seen: list[tuple[str, int]] = []

    def observe(asked: Asked, answer: Answer) -> None:
        seen.append((asked.path, answer.status))

    room.server.observers.append(observe)
    await room.get("/users/nobody")
    await batch(room, read("a", "eva", room))
    assert seen == [("/users/nobody", 404), ("/$batch", 200)]


async def test_a_server_can_be_closed_twice(room: Room) -> None:
    await room.server.close()
    await room.server.close()
