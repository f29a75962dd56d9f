from bot.domain.errors import Refusal


def test_a_refusal_tells_its_code_and_its_values_to_whoever_reads_a_log() -> None:
    refusal = Refusal("text_too_long", limit=50)
    assert repr(refusal) == "Refusal('text_too_long', {'limit': 50})"
    assert str(refusal) == "text_too_long"
