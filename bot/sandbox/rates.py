"""What calls cost in the simulation: invented rates, in millionths of a euro. Data only."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Rate:
    """To one destination, by the minute begun; `connection` once a call. `weight`: how often it is called."""

    destination: str
    country: str
    prefix: str
    micros_a_minute: int
    connection: int = 0
    weight: int = 1


RATES: dict[str, tuple[Rate, ...]] = {
    "ES": (
        Rate("Spain", "ES", "3491", 19_437, weight=22),
        Rate("Spain Mobile", "ES", "346", 58_912, weight=26),
        Rate("Portugal", "PT", "351", 28_905, weight=9),
        Rate("France", "FR", "33", 24_318, weight=8),
        Rate("Germany", "DE", "49", 21_144, weight=7),
        Rate("United Kingdom", "GB", "44", 23_650, weight=6),
        Rate("Morocco", "MA", "212", 312_475, weight=3),
        Rate("Argentina", "AR", "54", 112_340, 45_000, weight=3),
    ),
    "MX": (
        Rate("Mexico", "MX", "5255", 36_281, weight=24),
        Rate("Mexico Mobile", "MX", "521", 44_096, weight=20),
        Rate("Colombia", "CO", "57", 87_113, weight=7),
        Rate("Chile", "CL", "56", 98_402, 30_000, weight=4),
        Rate("United States", "US", "1", 17_820, weight=9),
        Rate("Guatemala", "GT", "502", 164_750, weight=2),
    ),
    "US": (
        Rate("United States", "US", "1", 17_820, weight=30),
        Rate("Canada", "CA", "1", 18_145, weight=9),
        Rate("Mexico", "MX", "52", 36_281, weight=8),
        Rate("India", "IN", "91", 45_733, weight=6),
        Rate("Brazil", "BR", "55", 73_289, 25_000, weight=3),
    ),
}

TOLL_FREE = {
    "ES": Rate("Spain", "ES", "34900", 57_214, 50_000),
    "MX": Rate("Mexico", "MX", "52800", 74_529),
    "US": Rate("United States", "US", "1800", 23_106),
}

RARE: tuple[Rate, ...] = (  # each a country that nobody calls on an ordinary day
    Rate("Maldives", "MV", "960", 981_360, 90_000),
    Rate("Madagascar", "MG", "261", 862_905),
    Rate("Cuba", "CU", "53", 771_248, 60_000),
    Rate("Papua New Guinea", "PG", "675", 904_117),
)

NIGHT = Rate("Latvia", "LV", "371", 287_640, 20_000)
