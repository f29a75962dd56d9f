from bot.sandbox.connector_client import TeamsClient
from tests.scenario.playground import card_of, open_playground
from tests.scenario.stage import Stage


async def test_ana_asks_in_microsofts_playground_and_carmen_approves_in_the_sandbox(
    stage: Stage, carmen: TeamsClient
) -> None:
    async with open_playground(stage.sandbox.teams._deliveries.bot_url) as ana:
        await ana.installed()
        await ana.say("saldo")
        await ana.say("recargar 500")
        balance, proposal = [card_of(message)["speak"] for message in ana.shown.values()]
        assert balance.startswith("Unos 212,40\u00a0€ al 20 nov")
        assert proposal.startswith("Con 500,00\u00a0€ el saldo duraría hasta el 23 dic.")
        await ana.press("Enviar")
        asked = list(ana.shown)[-1]
        await stage.quiet()
        await stage.press(carmen, "Aprobar")
        assert card_of(ana.shown[asked])["speak"] == "La recarga llegó: 500,00\u00a0€ abonados."
        assert list(ana.shown.values())[-1]["text"] == "Saldo: la recarga ha llegado"
        await ana.say("saldo")
        assert card_of(list(ana.shown.values())[-1])["speak"].startswith("Unos 712,40\u00a0€")
        assert len(ana.shown) == 4
