"""The deployment files say what the administrators' page promises, and fit the program."""

from __future__ import annotations

import configparser
import json
import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from bot.commands.cli import parser
from bot.settings.model import Settings

ROOT = Path(__file__).parents[3]
DEPLOY = ROOT / "deploy"
SERVICES = sorted(DEPLOY.glob("*.service"))
RUNNING = [path for path in SERVICES if path.name in ("crossbeat.service", "crossbeat@.service")]
LONGER = 5.0  # seconds that whoever stops us waits longer than we take


def dockerfile() -> list[tuple[str, str]]:
    """(instruction, argument), continued lines joined."""
    text = re.sub(r"\\\n\s*", "", (ROOT / "Dockerfile").read_text("utf-8"))
    lines = [line for line in text.splitlines() if line and not line.startswith("#")]
    return [(line.partition(" ")[0], line.partition(" ")[2]) for line in lines]


def last(instruction: str) -> str:
    return [argument for name, argument in dockerfile() if name == instruction][-1]


def compose() -> dict[str, Any]:
    loaded: dict[str, Any] = yaml.safe_load((ROOT / "compose.yaml").read_text("utf-8"))
    return loaded


def unit(path: Path) -> dict[str, list[str]]:
    """All keys of the [Service] section with their values, in order."""
    values: dict[str, list[str]] = {}
    section = path.read_text("utf-8").partition("[Service]")[2].partition("[Install]")[0]
    for line in section.splitlines():
        if "=" in line and not line.startswith("#"):
            key, _, value = line.partition("=")
            values.setdefault(key, []).append(value)
    return values


def seconds(text: str) -> float:
    return float(text.removesuffix("s"))


STOP_SECONDS = Settings().telegram.stop_timeout.total_seconds()


# -- the image -----------------------------------------------------------------------------------------


def test_the_image_is_built_from_names_of_base_images_in_two_stages() -> None:
    bases = [argument.split()[0] for name, argument in dockerfile() if name == "FROM"]
    assert bases == ["${BASE}"] * 2
    assert dockerfile()[0] == ("ARG", "BASE=python:3.11-slim")


def test_images_can_be_named_by_digest() -> None:
    services = compose()["services"]
    assert services["desk"]["build"]["args"]["BASE"] == "${CROSSBEAT_BASE:-python:3.11-slim}"
    assert services["postgres"]["image"].startswith("${POSTGRES_IMAGE:-")


def test_the_key_lies_apart_from_the_data() -> None:
    assert "KEY_FILE=/run/secrets/crossbeat_key" in last("ENV")
    assert last("VOLUME") == "/data"
    services, secrets = compose()["services"], compose()["secrets"]
    for name in ("desk", "migrate"):
        assert services[name]["secrets"] == ["crossbeat_key"]
        assert services[name]["environment"]["CROSSBEAT_STORAGE__KEY_FILE"] == "/run/secrets/crossbeat_key"
        assert "CROSSBEAT_KEY" not in services[name]["environment"], "anybody who inspects it would read it"
        assert all("key" not in volume for volume in services[name]["volumes"])
    assert "secrets" not in services["postgres"], "the database has no key"
    assert secrets["crossbeat_key"]["file"].startswith("${CROSSBEAT_KEY_FILE:?")


def test_the_container_is_not_root_and_signals_reach_the_process() -> None:
    assert int(last("USER")) > 0
    assert json.loads(last("ENTRYPOINT")) == ["crossbeat"]
    assert last("STOPSIGNAL") == "SIGTERM"


def test_the_container_runs_a_command_that_exists_and_writes_to_data_only() -> None:
    assert parser().parse_args(json.loads(last("CMD"))).command == "run"
    assert last("WORKDIR") == last("VOLUME") == "/data"
    assert re.search(r"URL=sqlite\S*:///(/data/\S+)", last("ENV")), last("ENV")


def test_the_health_check_asks_healthz_at_the_port_that_is_listened_on() -> None:
    port = re.search(r"LISTEN=0\.0\.0\.0:(\d+)", last("ENV"))
    assert port
    assert f"http://127.0.0.1:{port[1]}/healthz" in last("HEALTHCHECK")
    assert last("EXPOSE") == port[1]


def test_all_packages_and_nothing_secret_go_into_the_image() -> None:
    copied = {argument.split()[0] for name, argument in dockerfile() if name == "COPY"}
    packages = {path.parent.name for path in ROOT.glob("*/__init__.py")} - {"tests"}
    assert packages <= copied
    let_in = {
        line[1:] for line in (ROOT / ".dockerignore").read_text("utf-8").splitlines() if line.startswith("!")
    }
    assert packages <= let_in
    assert not {"config.toml", "deploy", "tests", ".git"} & let_in


# -- compose -------------------------------------------------------------------------------------------


def test_two_replicas_start_when_the_schema_is_there() -> None:
    services = compose()["services"]
    assert services["desk"]["deploy"]["replicas"] == 2
    assert services["desk"]["depends_on"]["migrate"]["condition"] == "service_completed_successfully"
    assert services["migrate"]["depends_on"]["postgres"]["condition"] == "service_healthy"
    for name in ("desk", "migrate"):
        arguments = parser().parse_args(services[name]["command"])
        assert arguments.command == {"desk": "run", "migrate": "migrate"}[name]


@pytest.mark.parametrize("name", ["desk", "migrate", "postgres"])
def test_a_container_cannot_write_to_its_file_system_or_gain_rights(name: str) -> None:
    service = compose()["services"][name]
    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]
    assert "no-new-privileges:true" in service["security_opt"]


def test_a_container_is_given_the_time_that_stopping_takes() -> None:
    assert seconds(compose()["services"]["desk"]["stop_grace_period"]) >= STOP_SECONDS + LONGER


@pytest.mark.parametrize(
    "path", ["compose.yaml", "deploy/compose.env.example", "deploy/crossbeat.env.example"]
)
def test_no_secret_stands_in_a_file(path: str) -> None:
    for line in (ROOT / path).read_text("utf-8").splitlines():
        secret = re.match(r"\s*#?\s*(\w*(?:TOKEN|KEY|PASSWORD|SECRET)\w*)\s*[:=]\s*(.*)$", line)
        if secret and secret[1].endswith("_FILE"):
            assert secret[2].startswith(("/", "${")), line
        elif secret:
            assert not secret[2] or secret[2].startswith("${"), line
    ignored = (ROOT / ".gitignore").read_text("utf-8").splitlines()
    assert {".env", "*.env"} <= set(ignored)


def test_each_secret_that_compose_asks_for_is_in_its_example() -> None:
    asked = set(re.findall(r"\$\{(\w+)", (ROOT / "compose.yaml").read_text("utf-8")))
    offered = re.findall(r"^(\w+)=", (DEPLOY / "compose.env.example").read_text("utf-8"), re.MULTILINE)
    assert asked == set(offered)


# -- systemd -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", SERVICES, ids=lambda path: path.name)
def test_a_unit_is_not_root_and_can_write_to_its_state_only(path: Path) -> None:
    found = unit(path)
    assert found["User"] == ["crossbeat"]
    assert found["ProtectSystem"] == ["strict"]
    assert found["NoNewPrivileges"] == ["yes"]
    assert found["CapabilityBoundingSet"] == [""]
    assert found["StateDirectory"] == ["crossbeat"]


@pytest.mark.parametrize("path", SERVICES, ids=lambda path: path.name)
def test_a_unit_starts_a_command_that_exists(path: Path) -> None:
    line = unit(path)["ExecStart"][0]
    arguments = re.search(r"/opt/crossbeat/bin/crossbeat (.*?)'?$", line)
    assert arguments
    parser().parse_args(
        arguments[1].replace('"', "").replace("$(date +%%Y-%%m-%%d-%%H%%M%%S)", "now").split()
    )


@pytest.mark.parametrize("path", RUNNING, ids=lambda path: path.name)
def test_a_service_is_ended_by_sigterm_with_time_to_stop(path: Path) -> None:
    found = unit(path)
    assert found["KillSignal"] == ["SIGTERM"]
    assert seconds(found["TimeoutStopSec"][0]) >= STOP_SECONDS + LONGER
    assert found["Restart"] == ["on-failure"]


def test_what_the_units_and_the_image_set_are_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    given = [pair for path in SERVICES for line in unit(path).get("Environment", ()) for pair in line.split()]
    given += last("ENV").split()
    ours = dict(pair.split("=", 1) for pair in given if pair.startswith("CROSSBEAT_"))
    assert ours
    for name, value in ours.items():
        monkeypatch.setenv(name, value.replace("%i", "8643"))
    assert Settings().storage.url.startswith("sqlite")


def test_the_replica_unit_differs_from_the_single_one_in_its_place_only() -> None:
    single, replica = (unit(path) for path in RUNNING)
    changed = {key for key in single.keys() | replica.keys() if single.get(key) != replica.get(key)}
    assert changed == {"Environment", "EnvironmentFile"}


def test_the_timer_starts_a_unit_that_is_there() -> None:
    timer = configparser.ConfigParser()
    timer.read(DEPLOY / "crossbeat-backup.timer")
    assert timer["Timer"]["OnCalendar"]
    assert (DEPLOY / "crossbeat-backup.service").is_file()


@pytest.mark.parametrize("name", ["nginx.conf", "Caddyfile"])
def test_a_proxy_lets_in_the_webhook_alone_and_names_a_placeholder(name: str) -> None:
    text = (DEPLOY / name).read_text("utf-8")
    hosts = set(re.findall(r"[\w-]+\.example\.org", text))
    assert hosts == {"desk.example.org"}
    assert "/telegram" in text
    assert "404" in text
    assert not re.search(r"/(metrics|healthz|readyz)", text)
