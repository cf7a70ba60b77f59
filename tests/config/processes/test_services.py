import pytest

from config.processes.services import service_environment


@pytest.mark.parametrize(("own", "expected"), [(None, "1"), ("4", "4")])
def test_numpy_starts_no_threads_in_the_services_unless_the_installation_says_so(
    monkeypatch: pytest.MonkeyPatch, own: str | None, expected: str
) -> None:
    monkeypatch.delenv("OPENBLAS_NUM_THREADS", raising=False)
    if own:
        monkeypatch.setenv("OPENBLAS_NUM_THREADS", own)
    assert service_environment("127.0.0.1")["OPENBLAS_NUM_THREADS"] == expected
