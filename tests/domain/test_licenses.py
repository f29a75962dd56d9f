import pytest

from bot.domain.licenses import (
    AUDIO_CONFERENCING_PLAN,
    CALLING_PLANS,
    CREDITS_PLAN,
    PHONE_SYSTEM_PLAN,
    Fitness,
    plan_for,
)
from tests.fakes import person

CALLING = next(iter(CALLING_PLANS))


@pytest.mark.parametrize(
    ("plans", "fitness", "missing"),
    [
        ({AUDIO_CONFERENCING_PLAN}, Fitness.CAN, ""),
        ({PHONE_SYSTEM_PLAN, CALLING}, Fitness.CAN, ""),
        ({PHONE_SYSTEM_PLAN}, Fitness.LACKS_PREREQUISITE, "calling_plan"),
        ({CALLING}, Fitness.LACKS_PREREQUISITE, "audio_conferencing_or_phone_system"),
        (set(), Fitness.LACKS_PREREQUISITE, "audio_conferencing_or_phone_system"),
        ({CREDITS_PLAN}, Fitness.HAS, ""),
    ],
)
def test_the_plan_names_what_is_missing(plans: set[str], fitness: Fitness, missing: str) -> None:
    line = plan_for(person("Eva Ruiz"), frozenset(plans))
    assert (line.fitness, line.missing) == (fitness, missing)


def test_guests_disabled_accounts_and_people_without_a_usage_location_are_told_apart() -> None:
    plans = frozenset({AUDIO_CONFERENCING_PLAN})
    assert plan_for(person("A B", guest=True), plans).fitness is Fitness.GUEST
    assert plan_for(person("A B", enabled=False), plans).fitness is Fitness.DISABLED
    assert plan_for(person("A B", usage_location=None), plans).fitness is Fitness.NO_USAGE_LOCATION


def test_only_a_missing_prerequisite_is_a_mere_warning() -> None:
    assert {fitness for fitness in Fitness if fitness.assignable} == {Fitness.CAN, Fitness.LACKS_PREREQUISITE}
