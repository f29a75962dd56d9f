"""The products of the simulated tenant: ids as Microsoft publishes them, seats as the tenant bought them.

Data only. Source of the ids: Microsoft's list of product names and service plan identifiers for licensing.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Plan:
    """A service plan. `needs_one_of` and `excludes` are ids of other plans."""

    id: str
    name: str
    needs_one_of: tuple[str, ...] = ()
    excludes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Sku:
    """A product with the seats that the tenant has: `enabled`, plus `warning` (grace), and `suspended` ones."""

    id: str
    part_number: str
    plans: tuple[Plan, ...]
    enabled: int
    warning: int = 0
    suspended: int = 0
    status: str = "Enabled"


AUDIO_CONFERENCING_PLAN = "3e26ee1f-8a5f-4d52-aee2-b81ce45c8f40"
PHONE_SYSTEM_PLAN = "4828c8ec-dc2e-4779-b502-87ac9ce28ab7"
CREDITS_PLAN = "505e180f-f7e0-4b65-91d4-00d670bbd18c"
DOMESTIC_PLAN = "4ed3ff63-69d7-4fb7-b984-5aec7f605ca8"
INTERNATIONAL_PLAN = "5a10155d-f5c1-411a-a8ec-e99aae125390"

E5 = "06ebc4ee-1bb5-47dd-8120-11324bc54e06"
E3 = "05e9a617-0261-4cee-bb44-138d3ef5d965"
AUDIO_CONFERENCING = "0c266dff-15dd-4b49-8397-2bb16070ed52"
PHONE_SYSTEM = "e43b5b99-8dfb-405f-9987-dc307f34bcbd"
DOMESTIC = "0dab259f-bf13-4952-b7f8-7db8f131b28d"
INTERNATIONAL = "d3b4fe1f-9992-4930-8acb-ca6ec609365e"
CREDITS = "47794cd0-f0e5-45c5-9033-2eb6b5fc84e0"
RESOURCE_ACCOUNT = "440eaaa8-b3e0-484b-a8be-62870b9ba70a"
PAY_AS_YOU_GO = "9b196e97-5830-4c2e-adc2-1e10ebf5dee5"

_TEAMS = Plan("57ff2da0-773e-42df-b2af-ffb7a2317929", "TEAMS1")
_AUDIO = Plan(AUDIO_CONFERENCING_PLAN, "MCOMEETADV")
_PHONE = Plan(PHONE_SYSTEM_PLAN, "MCOEV")
_VIRTUAL = Plan("f47330e9-c134-43b3-9993-e7f004506889", "MCOEV_VIRTUALUSER", excludes=(PHONE_SYSTEM_PLAN,))
_NEEDS_PHONE = (PHONE_SYSTEM_PLAN,)
_DOMESTIC = Plan(DOMESTIC_PLAN, "MCOPSTN1", _NEEDS_PHONE, (INTERNATIONAL_PLAN,))
_INTERNATIONAL = Plan(INTERNATIONAL_PLAN, "MCOPSTN2", _NEEDS_PHONE, (DOMESTIC_PLAN,))
_PAYG = Plan("156a1efe-17cd-4b03-9f17-2eb512298fb3", "MCOPSTN_PAYG_1", (PHONE_SYSTEM_PLAN, _VIRTUAL.id))
_CREDITS = Plan(CREDITS_PLAN, "MCOPSTNC", (AUDIO_CONFERENCING_PLAN, PHONE_SYSTEM_PLAN))

SKUS: tuple[Sku, ...] = (
    Sku(E5, "SPE_E5", (_TEAMS, _AUDIO, _PHONE), enabled=50),
    Sku(E3, "SPE_E3", (_TEAMS,), enabled=20, warning=2),
    Sku(AUDIO_CONFERENCING, "MCOMEETADV", (_AUDIO,), enabled=10),
    Sku(PHONE_SYSTEM, "MCOEV", (_PHONE,), enabled=6, suspended=4),
    Sku(DOMESTIC, "MCOPSTN1", (_DOMESTIC,), enabled=20),
    Sku(INTERNATIONAL, "MCOPSTN2", (_INTERNATIONAL,), enabled=5),
    Sku(CREDITS, "MCOPSTNC", (_CREDITS,), enabled=10_000_000),
    Sku(RESOURCE_ACCOUNT, "PHONESYSTEM_VIRTUALUSER", (_VIRTUAL,), enabled=25),
    Sku(PAY_AS_YOU_GO, "Microsoft_Teams_Calling_Plan_pay_as_you_go_(country_zone_1_US)", (_PAYG,), enabled=1),
)

BY_ID = {sku.id: sku for sku in SKUS}
