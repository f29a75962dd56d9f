"""From a filled-in form to a policy, and from a policy to what the form shows. Texts are the reader's."""

from collections.abc import Mapping
from dataclasses import replace

from bot.commands.fields import sum_in
from bot.domain.errors import Refusal
from bot.domain.policy import Band, Caps, Policy, Scale, Who
from bot.ports.reader import Reader
from cards.policy import names_of
from cards.policy_form import APPROVALS, CAPS, LIMITS, NUMBERS, SUMS

INPUTS = (*LIMITS, *APPROVALS, "finance_from", *SUMS, "license_approvals", "finance", *NUMBERS)


def fields_of(policy: Policy, scale: Scale, reader: Reader) -> dict[str, str]:
    """What the form shows for a policy; of more bands than it has room for, the first ones and the last."""
    bands = scale.bands if len(scale.bands) <= len(APPROVALS) else (*scale.bands[:2], scale.bands[-1])
    limits = [band.up_to for band in bands[:-1]]
    finance_from = next((str(number) for number, band in enumerate(_three(bands), 1) if band.needs_finance), "never")
    sums = {f"cap_{name}": cap for name, cap in scale.caps.each}
    sums |= {"standing": scale.standing, "break_glass": scale.break_glass}
    shown = {name: reader.money(money) if money else "" for name, money in sums.items()}
    shown |= {name: reader.money(limit) for name, limit in zip(LIMITS, limits, strict=False) if limit}
    shown |= {name: str(band.approvals) for name, band in zip(APPROVALS, _three(bands), strict=True)}
    return shown | {
        "finance_from": finance_from,
        "license_approvals": str(policy.license_approvals),
        "finance": names_of(Who(policy.finance_group, policy.finance)),
        **{name: str(value) if (value := getattr(policy, name)) is not None else "" for name in NUMBERS},
    }


def _three(bands: tuple[Band, ...]) -> tuple[Band, ...]:
    """Of fewer bands the last one fills the form."""
    return (*bands, *[bands[-1]] * (len(APPROVALS) - len(bands)))


def policy_in(fields: Mapping[str, str], before: Policy, currency: str) -> Policy:
    """The policy that was filled in, those named for finance aside. Raises Refusal for what is no sum or number."""
    scale = _scale_in(fields, currency)
    others = tuple(one for one in before.scales if one.currency != currency)
    return replace(
        before,
        scales=(scale, *others),
        license_approvals=_number(fields["license_approvals"]),
        expires_after_days=_number(fields["expires_after_days"]) if fields["expires_after_days"] else None,
        fiscal_year_month=_number(fields["fiscal_year_month"]),
        quiet_from=_number(fields["quiet_from"]),
        quiet_until=_number(fields["quiet_until"]),
    )


def _scale_in(fields: Mapping[str, str], currency: str) -> Scale:
    sums = {name: sum_in(fields[name], currency) for name in SUMS}
    caps = Caps(**{name.removeprefix("cap_"): sums[name] for name in CAPS})
    return Scale(currency, _bands_in(fields, currency), caps, sums["standing"], sums["break_glass"])


def _bands_in(fields: Mapping[str, str], currency: str) -> tuple[Band, ...]:
    """A band whose limit is left empty is not there."""
    since = fields["finance_from"]
    limits = [*(sum_in(fields[name], currency) for name in LIMITS), None]
    return tuple(
        Band(limit, _number(fields[name]), since.isdigit() and number >= int(since))
        for number, (limit, name) in enumerate(zip(limits, APPROVALS, strict=True), 1)
        if limit is not None or number == len(limits)
    )


def _number(text: str) -> int:
    """Raises Refusal("number_malformed")."""
    if not (text.isascii() and text.isdigit() and len(text) <= 4):
        raise Refusal("number_malformed", text=text[:40])
    return int(text)
