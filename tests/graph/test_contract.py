"""The contract checker catches what it is there to catch."""

import time
from typing import Any

import pytest

from tests.graph_contract import Contract, ContractBreach

ROW = {"id": "1", "startDateTime": "2026-10-01T00:00:08.2589935Z", "charge": 0.01, "currency": "USD"}
ERROR = {"error": {"code": "TooManyRequests", "message": "Too many requests"}}


@pytest.fixture(scope="module")
def contract() -> Contract:
    return Contract.load()


def test_the_calls_of_the_design_pass(contract: Contract) -> None:
    eventual = {"ConsistencyLevel": "eventual"}
    calls = "/communications/callRecords/getPstnCalls(fromDateTime=2026-10-01,toDateTime=2026-10-31)"
    contract.check_request("GET", calls)
    contract.check_request("GET", calls + "?$skip=1000")
    contract.check_request("GET", "/subscribedSkus?$select=skuId,prepaidUnits")
    contract.check_request("GET", "/users/a%27b/transitiveMemberOf/microsoft.graph.directoryRole", eventual)
    contract.check_request("GET", "/users?$search=%22displayName%3Aana%22&$top=5&$count=true", eventual)
    contract.check_request("GET", "/users?$select=id&$skiptoken=opaque")
    body = {"addLicenses": [{"skuId": "47794cd0-f0e5-45c5-9033-2eb6b5fc84e0"}], "removeLicenses": []}
    contract.check_request("POST", "/users/u/assignLicense", {}, body)


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("GET", "/me", None),
        ("DELETE", "/users/u", None),
        ("GET", "/users?$select=shoeSize", None),
        ("GET", "/users?$top=many", None),
        ("GET", "/users?$top=1&$top=2", None),
        ("GET", "/users?page=2", None),
        ("GET", "/users?$search=%22displayName%3Aana%22", None),
        ("GET", "/users?$filter=mail%20eq%20'o'brien'", None),
        ("GET", "/users?$filter=mail eq 'x'", None),
        ("GET", "/users/u", {"x": 1}),
        ("POST", "/users/u/assignLicense", {"addLicenses": []}),
        ("POST", "/users/u/assignLicense", {"addLicenses": [{"skuId": "x"}], "removeLicenses": []}),
        ("GET", "/communications/callRecords/getPstnCalls(fromDateTime=yesterday,toDateTime=2026-10-31)", None),
        ("POST", "/$batch", {"requests": [{"id": "1", "method": "GET", "url": "https://elsewhere/users"}]}),
        ("POST", "/$batch", {"requests": [{"id": "1", "method": "GET", "url": "/me"}]}),
        ("POST", "/$batch", {"requests": [{"id": "1", "method": "GET", "url": "/users/u"}] * 2}),
        ("POST", "/$batch", {"requests": [{"id": f"{i}", "method": "GET", "url": "/users/u"} for i in range(21)]}),
    ],
)
def test_a_request_outside_the_contract_is_a_breach(contract: Contract, method: str, path: str, body: Any) -> None:
    with pytest.raises(ContractBreach):
        contract.check_request(method, path, {}, body)


def test_a_search_needs_quoted_clauses(contract: Contract) -> None:
    with pytest.raises(ContractBreach, match="quoted clauses"):
        contract.check_request("GET", "/users?$search=ana", {"ConsistencyLevel": "eventual"})


def test_answers_are_held_against_their_schema(contract: Contract) -> None:
    calls = "/communications/callRecords/getPstnCalls(fromDateTime=2026-10-01,toDateTime=2026-10-31)"
    contract.check_response("GET", calls, 200, {"value": [ROW]})
    contract.check_response("GET", calls, 429, ERROR)
    contract.check_response("PATCH", "/users/u", 204, None)
    for status, body in [(200, {}), (200, {"value": [{**ROW, "price": 1}]}), (302, None), (429, {"error": "no"})]:
        with pytest.raises(ContractBreach):
            contract.check_response("GET", calls, status, body)


def test_the_answers_of_a_batch_are_checked_item_by_item(contract: Contract) -> None:
    request = {"requests": [{"id": "1", "method": "GET", "url": "/users/u"}]}
    good = {"responses": [{"id": "1", "status": 200, "body": {"id": "u", "displayName": "Ana"}}]}
    contract.check_response("POST", "/$batch", 200, good, request)
    contract.check_response(
        "POST", "/$batch", 200, {"responses": [{"id": "1", "status": 429, "body": ERROR}]}, request
    )
    wrong: list[dict[str, Any]] = [{"id": "2", "status": 200}, {"id": "1", "status": 200, "body": {"shoe": 1}}]
    for item in wrong:
        with pytest.raises(ContractBreach):
            contract.check_response("POST", "/$batch", 200, {"responses": [item]}, request)


def test_a_thousand_requests_are_checked_within_a_second_or_two(contract: Contract) -> None:
    started = time.perf_counter()
    for _ in range(1_000):
        contract.check_request("GET", "/users/u/licenseDetails?$select=skuId,servicePlans")
    assert time.perf_counter() - started < 5
