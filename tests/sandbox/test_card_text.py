"""Cards as text: every element that our cards use, and what a client makes of those it does not know."""

from typing import Any

import pytest

from bot.sandbox.card_charts import chart_lines
from bot.sandbox.card_form import BadInput, all_buttons, buttons, fill, inputs, toggled
from bot.sandbox.card_text import Line, Tone, draw_card, plain, reduced
from tests.sandbox.teams_bot import button, card


def text(value: str, **more: Any) -> dict[str, Any]:
    return {"type": "TextBlock", "text": value, **more}


def column(*items: dict[str, Any]) -> dict[str, Any]:
    return {"type": "Column", "items": list(items)}


def row(*cells: str) -> dict[str, Any]:
    return {"type": "TableRow", "cells": [{"type": "TableCell", "items": [text(cell)]} for cell in cells]}


def drawn(*body: dict[str, Any], **more: Any) -> str:
    return plain(draw_card(card(*body, **more)))


def test_a_card_of_every_element_reads_well() -> None:
    lots = {
        "type": "Table",
        "columns": [{"width": 1}, {"width": 1, "horizontalCellContentAlignment": "Right"}],
        "rows": [row("Compra", "Queda"), row("10 ene 2026", "1.200,00 €"), row("3 mar 2026", "12,40 €")],
    }
    line = {
        "type": "Chart.Line",
        "title": "Saldo",
        "data": [
            {
                "legend": "EUR",
                "values": [{"x": "2026-11-01", "y": 300}, {"x": "15 nov", "y": 250}, {"x": "2026-11-20", "y": 212.4}],
            }
        ],
        "fallback": text("sin gráfico"),
    }
    shown = draw_card(
        card(
            text("Saldo disponible", weight="Bolder"),
            text("Unos **212,40 €** al _20 nov_", color="Warning"),
            {"type": "RichTextBlock", "inlines": ["Comprobado ", {"type": "TextRun", "text": "hace 9 días"}]},
            {
                "type": "FactSet",
                "facts": [{"title": "Pendiente", "value": "0 €"}, {"title": "Gasto", "value": "4 €"}],
            },
            {"type": "ColumnSet", "columns": [column(text("Saldo")), column(text("212 €")), column()]},
            {"type": "Container", "items": [text("Lotes", size="Medium")]},
            lots,
            line,
            {"type": "Image", "url": "https://x/y.png", "altText": "Logotipo"},
            {"type": "Image", "url": "https://x/y.png", "altText": ""},
            text("nota", isSubtle=True),
            text("oculto", isVisible=False),
            {"type": "Badge", "text": "Bajo", "fallback": text("Bajo")},
            {"type": "Icon", "name": "Money", "fallback": "drop"},
            {"type": "ActionSet", "actions": [button("Ver consumo"), button("Más", mode="secondary")]},
            actions=(button("Recargar"),),
            lang="es-ES",
        )
    )
    assert plain(shown) == (
        "Saldo disponible\n"
        "Unos 212,40 € al 20 nov\n"
        "Comprobado hace 9 días\n"
        "Pendiente: 0 €\n"
        "Gasto:     4 €\n"
        "Saldo  212 €\n"
        "Lotes\n"
        "Compra            Queda\n"
        "10 ene 2026  1.200,00 €\n"
        "3 mar 2026      12,40 €\n"
        "Saldo\n"
        "EUR: 300 █▄▁ 212,40\n"
        "1 nov – 20 nov\n"
        "(Logotipo)\n"
        "nota\n"
        "Bajo\n"
        "[1 Ver consumo] [3 Más]\n"
        "[2 Recargar]"
    )
    assert [line.tone for line in shown[:3]] == [Tone.TITLE, Tone.WARNING, Tone.TEXT]
    assert Line("nota", Tone.SUBTLE) in shown


def test_every_input_shows_its_label_its_value_and_its_choices() -> None:
    choices = [{"title": "MOSA", "value": "mosa"}, {"title": "MCA", "value": "mca"}]
    assert drawn(
        {
            "type": "Input.Text",
            "id": "a",
            "label": "Importe",
            "isRequired": True,
            "errorMessage": "x",
            "value": "500",
        },
        {"type": "Input.Text", "id": "b", "label": "Motivo", "placeholder": "para qué"},
        {"type": "Input.Number", "id": "c", "label": "Días", "value": 3},
        {"type": "Input.Date", "id": "d", "label": "Fecha"},
        {"type": "Input.Time", "id": "e", "label": "Hora", "value": "09:00"},
        {"type": "Input.ChoiceSet", "id": "f", "label": "Cuenta", "choices": choices, "value": "mca"},
        {
            "type": "Input.ChoiceSet",
            "id": "g",
            "label": "Otras",
            "choices": choices,
            "isMultiSelect": True,
            "value": "mosa,mca",
        },
        {"type": "Input.Toggle", "id": "h", "title": "Avísame", "label": "Avisos", "value": "true"},
        {"type": "Input.Toggle", "id": "i", "title": "Cada día"},
    ) == (
        "Importe*: 500\n"
        "Motivo: (para qué)\n"
        "Días: 3\n"
        "Fecha: ____\n"
        "Hora: 09:00\n"
        "Cuenta: MCA\n"
        "  - MOSA\n"
        "  - MCA\n"
        "Otras: MOSA, MCA\n"
        "  - MOSA\n"
        "  - MCA\n"
        "Avisos: [x] Avísame\n"
        "Cada día: [ ] Cada día"
    )


def test_columns_that_do_not_fit_side_by_side_go_below_each_other() -> None:
    wide = {"type": "ColumnSet", "columns": [column(text("a" * 50)), column(text("b" * 50))]}
    assert drawn(wide) == "a" * 50 + "\n" + "b" * 50
    uneven = {"type": "ColumnSet", "columns": [column(text("uno"), text("dos")), column(text("tres"))]}
    assert drawn(uneven) == "uno  tres\ndos"


def test_a_row_takes_the_tone_that_its_cells_agree_on() -> None:
    red = {
        "type": "ColumnSet",
        "columns": [column(text("a", color="Attention")), column(text("b", color="Attention"))],
    }
    assert draw_card(card(red)) == (Line("a  b", Tone.ATTENTION),)


def test_what_can_be_selected_is_a_button() -> None:
    box = {"type": "Container", "items": [text("Ana")], "selectAction": button("Elegir a Ana")}
    assert drawn(box, actions=(button("Enviar"),)) == "Ana\n[1 Elegir a Ana]\n[2 Enviar]"


def test_numbers_go_on_from_where_the_message_before_ended() -> None:
    assert plain(
        draw_card(card(actions=(button("A"), {"type": "Action.OpenUrl", "title": "B", "url": "https://b"})), 4)
    ) == ("Hola\n[4 A] [5 B]")


@pytest.mark.parametrize(
    ("markdown", "shown"),
    [
        ("**fuerte** y _leve_ y *leve*", "fuerte y leve y leve"),
        ("[Portal](https://admin.example/)", "Portal (https://admin.example/)"),
        ("[https://a.example](https://a.example)", "https://a.example"),
        ("<at>Eva Ruiz</at>, mira", "@Eva Ruiz, mira"),
        ("- uno\n- dos", "• uno\n• dos"),
        (r"5 \* 3 \_a\_ \[x\]", "5 * 3 _a_ [x]"),
        ("usage_day_2 y 2*3*4", "usage_day_2 y 2*3*4"),
        ("{{DATE(2026-11-20T00:00:00Z,SHORT)}} {{TIME(2026-11-20T09:30:00Z)}}", "2026-11-20 09:30"),
        ("a\r\nb", "a\nb"),
    ],
)
def test_markdown_becomes_text(markdown: str, shown: str) -> None:
    assert reduced(markdown) == shown


def test_charts_that_are_no_lines_are_bars() -> None:
    donut = {"type": "Chart.Donut", "data": [{"legend": "Ventas", "value": 30}, {"legend": "TI", "value": 0}]}
    assert chart_lines(donut) == ["Ventas  ████████████████████ 30", "TI      · 0"]
    bars = {"type": "Chart.VerticalBar", "title": "Mes", "data": [{"x": "nov", "y": 2}, {"x": "dic", "y": 1}]}
    assert chart_lines(bars) == ["Mes", "nov  ████████████████████ 2", "dic  ██████████ 1"]
    grouped = {"type": "Chart.VerticalBar.Grouped", "data": [{"legend": "ES", "values": [{"x": "nov", "y": 4}]}]}
    assert chart_lines(grouped) == ["ES nov  ████████████████████ 4"]
    stacked = {
        "type": "Chart.HorizontalBar.Stacked",
        "data": [{"title": "nov", "data": [{"legend": "ES", "value": 1}]}],
    }
    assert chart_lines(stacked) == ["nov ES  ████████████████████ 1"]
    assert chart_lines({"type": "Chart.Gauge", "value": 70, "subLabel": "Resto"}) == [
        "Resto  ████████████████████ 70"
    ]


def test_a_legend_that_says_the_title_stands_alone() -> None:
    series = {"legend": "Balance (EUR)", "values": [{"x": "a", "y": 1}, {"x": "b", "y": 1234.5}]}
    chart = {"type": "Chart.Line", "title": "Balance", "data": [series]}
    assert chart_lines(chart) == ["Balance (EUR): 1 ▁█ 1,234.50", "a – b"]


def test_a_long_line_is_thinned_and_a_flat_one_stays_low() -> None:
    values = [{"x": str(day), "y": day} for day in range(180)]
    long, span = chart_lines({"type": "Chart.Line", "data": [{"values": values}]})
    assert len(long) == len("0  179") + 60
    assert span == "0 – 179"
    assert chart_lines({"type": "Chart.Line", "data": [{"values": values[:1]}]}) == ["0 ▁ 0", "0 – 0"]


def test_a_chart_without_data_gives_way_to_its_fallback() -> None:
    assert drawn({"type": "Chart.Line", "data": [], "fallback": text("sin datos")}, text("x")) == "sin datos\nx"
    assert drawn({"type": "Chart.Line", "data": []}, text("x")) == "x"


def test_an_element_that_is_neither_known_nor_replaced_is_not_shown() -> None:
    assert drawn({"type": "Sparkle"}, {"type": "Table", "rows": []}, text("x")) == "x"


def test_inputs_go_along_with_the_buttons_that_send() -> None:
    amount = {"type": "Input.Text", "id": "amount", "label": "Importe"}
    comment = {"type": "Input.Text", "id": "comment", "label": "Comentario"}
    inner = {
        "type": "AdaptiveCard",
        "body": [comment],
        "actions": [button("Sí"), button("No", associatedInputs="none")],
    }
    shown = card(amount, actions=(button("Enviar"), {"type": "Action.ShowCard", "title": "Más", "card": inner}))
    assert [(each.title, [field.id for field in each.fields]) for each in all_buttons(shown)] == [
        ("Enviar", ["amount"]),
        ("Más", ["amount"]),
        ("Sí", ["amount", "comment"]),
        ("No", []),
    ]


@pytest.mark.parametrize(
    ("element", "good", "bad"),
    [
        ({"type": "Input.Number", "min": 1, "max": 5}, ["1", "4.5", "5"], ["0", "6", "cinco"]),
        ({"type": "Input.Date", "min": "2026-01-01"}, ["2026-11-22"], ["2025-12-31", "mañana"]),
        ({"type": "Input.Time"}, ["23:59"], ["24:00", "9"]),
        ({"type": "Input.Text", "maxLength": 3, "regex": "[a-z]+"}, ["abc"], ["abcd", "12"]),
        ({"type": "Input.ChoiceSet", "choices": [{"title": "A", "value": "a"}]}, ["a"], ["b", "a,a"]),
        (
            {"type": "Input.ChoiceSet", "isMultiSelect": True, "choices": [{"title": "A", "value": "a"}]},
            ["a"],
            ["a,b"],
        ),
        ({"type": "Input.Toggle", "title": "x"}, ["true", "false"], ["quizá"]),
    ],
)
def test_a_client_keeps_what_does_not_fit_in_the_form(
    element: dict[str, Any], good: list[str], bad: list[str]
) -> None:
    shown = card({"id": "it", "label": "Eso", "errorMessage": "No vale.", **element}, actions=(button("Enviar"),))
    (send,) = buttons(shown)
    for value in good:
        assert fill(send, {"it": value}) == {"it": value}
    for value in bad:
        with pytest.raises(BadInput, match=r"No vale\."):
            fill(send, {"it": value})


def test_what_the_card_does_not_ask_for_cannot_be_filled_in() -> None:
    (send,) = buttons(card(actions=(button("Enviar"),)))
    with pytest.raises(BadInput, match="no such input"):
        fill(send, {"amount": "1"})
    assert str(BadInput("x")) == "x"


def test_a_people_picker_takes_any_value() -> None:
    query = {"type": "Data.Query", "dataset": "graph.microsoft.com/users?scope=currentContext"}
    shown = card({"type": "Input.ChoiceSet", "id": "who", "label": "Quién", "choices": [], "choices.data": query})
    (field,) = inputs(shown)
    assert field.is_people_picker


def test_visibility_is_toggled_by_name_or_as_told() -> None:
    shown = card(text("a", id="a"), text("b", id="b", isVisible=False), text("c", id="c"))
    action = {"targetElements": ["a", "b", {"elementId": "c", "isVisible": True}]}
    assert [each["isVisible"] for each in toggled(shown, action)["body"]] == [False, True, True]


def test_columns_that_do_not_fit_a_narrow_terminal_come_below_each_other() -> None:
    entry = {"type": "ColumnSet", "columns": [column(text("Recarga de 500,00 €")), column(text("hoy"))]}
    assert plain(draw_card(card(entry), width=24)) == "Recarga de 500,00 €  hoy"
    assert plain(draw_card(card(entry), width=23)) == "Recarga de 500,00 €\nhoy"


def test_what_stands_below_a_text_in_its_cell_follows_it() -> None:
    cell = {"type": "TableCell", "items": [text("Francia"), text("3 llamadas")]}
    row = {"type": "TableRow", "cells": [cell, {"type": "TableCell", "items": [text("4 €")]}]}
    (line,) = draw_card(card({"type": "Table", "columns": [{}, {}], "rows": [row]}))
    assert (line.text, line.hang) == ("Francia · 3 llamadas  4 €", 22)


def test_in_a_narrow_terminal_it_stands_below_its_row() -> None:
    cell = {"type": "TableCell", "items": [text("Francia"), text("3 llamadas")]}
    row = {"type": "TableRow", "cells": [cell, {"type": "TableCell", "items": [text("4 €")]}]}
    columns = [{}, {"horizontalCellContentAlignment": "Right"}]
    table = card({"type": "Table", "columns": columns, "rows": [row]})
    assert plain(draw_card(table, width=25)) == "Francia · 3 llamadas  4 €"
    assert plain(draw_card(table, width=24)) == "Francia  4 €\n  3 llamadas"
