"""One long conversation in which each exchange with Graph is held against its contract."""

from tests.sandbox.graph_room import watch
from tests.scenario.stage import Stage
from tests.shared import shared


async def test_whatever_is_said_graph_is_asked_and_answers_as_the_contract_says(stage: Stage) -> None:
    shared("contracts/graph.openapi.yaml")
    asked: set[str] = set()
    stage.sandbox.graph.observers.append(lambda told, answer: asked.add(told.path.split("/")[1].split("(")[0]))
    breaches = watch(stage.sandbox.graph)
    await everything(stage)
    assert breaches == []
    assert asked >= {"users", "groups", "communications", "$batch"}


async def everything(stage: Stage) -> None:
    """Balance, recharge, licences, usage by person, set-up, an eligible role, and a few days that go by."""
    ana, carmen, omar = stage.client("ana"), stage.client("carmen"), stage.client("omar")
    failures = stage.sandbox.graph.failures
    await stage.say(ana, "saldo")
    await stage.say(ana, "recargar 500")
    await stage.press(ana, "Enviar")
    await stage.press(carmen, "Aprobar")

    failures.retry_after_seconds, failures.throttled_items = 0, 2
    await stage.say(ana, "asignar licencia a Eva Ruiz, Jorge Molina, Ana Beltrán, Rosa Delgado")
    await stage.press(ana, "Enviar")
    failures.throttled = 1
    await stage.press(omar, "Approve")

    await stage.say(ana, "consumo del mes pasado")
    await stage.press(ana, "Por persona")
    await stage.press(ana, "Por departamento")
    await stage.say(ana, "configurar")
    await stage.press(ana, "Aprobadores")
    await stage.press(ana, "Continuar", inputs={"typed": "Saldo approvers, Luis Vega"})
    await stage.say(ana, 'asignar licencia a O\'Brien, "Ana", nadie@contoso-iberica.example')

    grace = stage.client("grace")
    await stage.role(grace, on=True)
    await grace.install()
    await stage.say(grace, "requests")
    failures.unavailable = 1
    await stage.later(days=3)
