"""The Communications Credits licence: who can get it, judged by service plan ids before anything is written.

Source of the ids: Microsoft's product names and service plan identifiers. A missing prerequisite is a warning with
its reason; Graph's refusal decides.
"""

from dataclasses import dataclass
from enum import StrEnum

from bot.domain.people import Person

CREDITS_SKU = "47794cd0-f0e5-45c5-9033-2eb6b5fc84e0"
CREDITS_PLAN = "505e180f-f7e0-4b65-91d4-00d670bbd18c"
AUDIO_CONFERENCING_PLAN = "3e26ee1f-8a5f-4d52-aee2-b81ce45c8f40"
PHONE_SYSTEM_PLAN = "4828c8ec-dc2e-4779-b502-87ac9ce28ab7"
CALLING_PLANS = frozenset(
    {
        "4ed3ff63-69d7-4fb7-b984-5aec7f605ca8",  # MCOPSTN1, domestic
        "3c8a8792-7866-409b-bb61-1b20ace0368b",  # MCOPSTN1_GOV
        "5a10155d-f5c1-411a-a8ec-e99aae125390",  # MCOPSTN2, domestic and international
        "54a152dc-90de-4996-93d2-bc47e670fc06",  # MCOPSTN5, domestic 120 minutes
        "9a0125a5-c8f8-4526-b231-49e2abe0ebce",  # MCOPSTN5, its older product
        "1346d5e6-15a6-4b88-9693-806ff7296a7a",  # MCOPSTN5_US
        "346d83bf-6fe6-42ca-b424-b9300d2e21bf",  # MCOPSTN6, domestic 240 minutes
        "16935b20-87c0-4908-934a-22aa267d0d26",  # MCOPSTN8
        "7861360b-dc3b-4eba-a3fc-0d323a035746",  # MCOPSTNEAU, Australia
        "156a1efe-17cd-4b03-9f17-2eb512298fb3",  # MCOPSTN_PAYG_1, pay-as-you-go
    }
)


class Fitness(StrEnum):
    """What can be said of one person before asking Graph to assign."""

    CAN = "can"
    HAS = "has"
    LACKS_PREREQUISITE = "lacks_prerequisite"
    NO_USAGE_LOCATION = "no_usage_location"
    GUEST = "guest"
    DISABLED = "disabled"

    @property
    def assignable(self) -> bool:
        """A missing prerequisite is only a warning."""
        return self in {Fitness.CAN, Fitness.LACKS_PREREQUISITE}


@dataclass(frozen=True, slots=True)
class PlanLine:
    """One person of a plan. `missing` says what is lacking: audio_conferencing_or_phone_system, or calling_plan."""

    person: Person
    fitness: Fitness
    missing: str = ""


def plan_for(person: Person, plans: frozenset[str]) -> PlanLine:
    """Judge one person by the service plans that they hold."""
    if not person.enabled:
        return PlanLine(person, Fitness.DISABLED)
    if person.guest:
        return PlanLine(person, Fitness.GUEST)
    if CREDITS_PLAN in plans:
        return PlanLine(person, Fitness.HAS)
    if not person.usage_location:
        return PlanLine(person, Fitness.NO_USAGE_LOCATION)
    if AUDIO_CONFERENCING_PLAN in plans or (PHONE_SYSTEM_PLAN in plans and plans & CALLING_PLANS):
        return PlanLine(person, Fitness.CAN)
    missing = "calling_plan" if PHONE_SYSTEM_PLAN in plans else "audio_conferencing_or_phone_system"
    return PlanLine(person, Fitness.LACKS_PREREQUISITE, missing)
