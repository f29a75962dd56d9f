"""What a turn costs: Saldo's balance turn beside an echo on botbuilder's CloudAdapter, in rotation, in one run.

    python -m benchmarks.turn_cost [--rounds 3] [--bot benchmarks.turn.saldo_bot]

CPU is the bot process's own (user and system, all threads). The peer checks no token and sends a few words; Saldo
checks a token and sends a card. Ends with status 1 where the peer's turn costs less than ten of Saldo's.
"""

import argparse
import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from itertools import count
from statistics import median
from urllib.request import urlopen

from benchmarks.turn.activity import PEOPLE

STOCK = "benchmarks.turn.stock_bot"
SALDO = "benchmarks.turn.saldo_bot"
AIM = 10.0
STOCK_TURNS, SALDO_TURNS = 200, 1_500  # some seconds of CPU each
PEER, OURS = "CloudAdapter echo, no auth", "Saldo balance, token checked"
AT_ONCE = (1, 16)
WARM_UP = 50


@dataclass(frozen=True, slots=True)
class Segment:
    """One bot under one load, once."""

    cpu_ms: float
    turns_a_second: float
    p50_ms: float
    p99_ms: float


@dataclass(frozen=True, slots=True)
class Bot:
    url: str
    connector_url: str
    turns: int
    token: bool

    def drive(self, turns: int, at_once: int, numbers: Iterator[int]) -> dict[str, float]:
        """Deliver messages, each of a run with its own number; what the driver tells."""
        load = [str(turns), str(at_once), str(next(numbers) * 1_000_000)]
        arguments = [self.url, self.connector_url, *load, *(["token"] if self.token else [])]
        command = [sys.executable, "-m", "benchmarks.turn.driver", *arguments]
        return dict(json.loads(subprocess.run(command, check=True, stdout=subprocess.PIPE).stdout))

    def measure(self, at_once: int, numbers: Iterator[int]) -> Segment:
        taken, cpu = _get(f"{self.connector_url}taken"), _get(f"{self.url}cpu")
        told = self.drive(self.turns, at_once, numbers)
        cpu_ms = (_get(f"{self.url}cpu") - cpu) * 1000 / self.turns
        if _get(f"{self.connector_url}taken") - taken != self.turns:
            raise SystemExit("not every turn was answered")
        return Segment(cpu_ms, self.turns / told["seconds"], told["p50_ms"], told["p99_ms"])


@contextmanager
def _process(module: str, *arguments: str) -> Iterator[str]:
    with subprocess.Popen([sys.executable, "-m", module, *arguments], stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        try:
            yield f"http://127.0.0.1:{int(process.stdout.readline())}/"
        finally:
            process.terminate()


def _get(url: str) -> float:
    with urlopen(url) as response:
        return float(json.load(response))


def _rotation(rounds: int, module: str) -> dict[tuple[str, int], list[Segment]]:
    found: dict[tuple[str, int], list[Segment]] = {}
    numbers = count()
    with ExitStack() as stack:
        connector = stack.enter_context(_process("benchmarks.turn.connector"))
        peer = Bot(stack.enter_context(_process(STOCK, connector)), connector, STOCK_TURNS, token=False)
        ours = Bot(stack.enter_context(_process(module, connector)), connector, SALDO_TURNS, token=True)
        peer.drive(WARM_UP, 4, numbers)
        ours.drive(PEOPLE, 8, numbers)  # everybody is met and their rights are read before anything is measured
        for at_once in AT_ONCE * rounds:
            for name, bot in ((PEER, peer), (OURS, ours)):
                found.setdefault((name, at_once), []).append(bot.measure(at_once, numbers))
    return found


def _line(name: str, at_once: int, segments: list[Segment]) -> float:
    cpu = median(segment.cpu_ms for segment in segments)
    speed = median(segment.turns_a_second for segment in segments)
    p50, p99 = median(segment.p50_ms for segment in segments), median(segment.p99_ms for segment in segments)
    print(f"{name:30} {at_once:7} {cpu:10.2f} {speed:9.0f} {p50:9.1f} {p99:9.1f}")
    return cpu


def main() -> int:
    parser = argparse.ArgumentParser(description="CPU of a turn beside botbuilder's CloudAdapter")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--bot", default=SALDO, help="module of the bot to measure")
    options = parser.parse_args()
    found = _rotation(options.rounds, options.bot)
    print(f"{'':30} {'at once':>7} {'CPU ms':>10} {'turns/s':>9} {'p50 ms':>9} {'p99 ms':>9}")
    ratios = {n: _line(PEER, n, found[PEER, n]) / _line(OURS, n, found[OURS, n]) for n in AT_ONCE}
    for at_once, ratio in ratios.items():
        print(f"{at_once} at once: a CloudAdapter echo costs the CPU of {ratio:.1f} turns of Saldo (aim {AIM:.0f})")
    return 0 if min(ratios.values()) >= AIM else 1


if __name__ == "__main__":
    sys.exit(main())
