from bot.domain.settings import Account, Progress, Settings, SetupStep


def test_setup_goes_on_at_the_first_step_that_is_neither_done_nor_skipped() -> None:
    settings = Settings()
    assert settings.next_step is SetupStep.ACCOUNT
    settings = settings.with_progress(SetupStep.ACCOUNT, Progress.DONE)
    settings = settings.with_progress(SetupStep.BALANCE, Progress.SKIPPED)
    assert settings.next_step is SetupStep.USAGE
    assert settings.progress(SetupStep.BALANCE) is Progress.SKIPPED
    for step in SetupStep:
        settings = settings.with_progress(step, Progress.DONE)
    assert settings.next_step is None


def test_mca_is_never_offered_a_purchase() -> None:
    assert [account for account in Account if not account.can_buy] == [Account.MCA]
