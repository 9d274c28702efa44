"""What the daemon can be told: options of `python -m v2a_daemon`, V2A_DAEMON_… or daemon.toml."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

import platformdirs
from pydantic import Field
from pydantic_settings import (
    BaseSettings,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    TomlConfigSettingsSource,
)

GIB = 1 << 30
LONGEST_S = 1e9
"""Of a time to wait; a clock may be added to it."""
MOST = (1 << 63) - 1
"""Of bytes and jobs: what the store's and the contract's integers hold."""
MOST_HOURS = 1e6
"""Of media: a hundred years, as good as no limit."""


class DaemonSettings(BaseSettings):
    """Options over environment over the file `daemon.toml` in the user's v2a configuration."""

    model_config = SettingsConfigDict(
        env_prefix="V2A_DAEMON_",
        cli_kebab_case=True,
        cli_prog_name="python -m v2a_daemon",
        cli_implicit_flags=True,
        cli_avoid_json=True,
        toml_file=platformdirs.user_config_path("v2a") / "daemon.toml",
        extra="forbid",
        allow_inf_nan=False,
    )

    listen: str = Field("", description="unix:PATH or HOST:PORT; empty is the user's own socket")
    root: list[Path] = Field(
        default_factory=list[Path],
        description="folder media and results may lie in; repeatable; none is home and media",
    )
    tls_cert: Path | None = Field(None, description="certificate chain, PEM")
    tls_key: Path | None = Field(None, description="its private key, PEM")
    tls_client_ca: Path | None = Field(None, description="clients must show a certificate of it")
    idle_exit: float | None = Field(
        None, gt=0, le=LONGEST_S, description="seconds without work till it ends"
    )
    keep_alive: float = Field(
        300,
        ge=-LONGEST_S,
        le=LONGEST_S,
        description="seconds an idle worker stays; below 0 always",
    )
    queue_limit: int = Field(512, ge=1, le=MOST, description="jobs that may wait")
    jobs_at_once: int = Field(8, ge=1, le=64, description="jobs in progress")
    keep_jobs: int = Field(1000, ge=1, le=MOST, description="ended jobs that are remembered")
    cache_limit: int = Field(
        8 * GIB, ge=0, le=MOST, description="bytes of embeddings, scenes and takes"
    )
    upload_limit: int = Field(64 * GIB, ge=1, le=MOST, description="bytes of one upload")
    upload_room: int = Field(128 * GIB, ge=1, le=MOST, description="bytes of all uploads")
    media_hours: float = Field(24, gt=0, le=MOST_HOURS, description="longest media")
    hang_s: float = Field(
        120, gt=0, le=LONGEST_S, description="seconds of silence after which a child is ended"
    )
    cancel_s: float = Field(10, gt=0, le=LONGEST_S, description="seconds a child has to obey")
    metrics_port: int | None = Field(None, ge=1, le=65535, description="Prometheus, loopback only")
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = "INFO"

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Options, then the environment, then the file."""
        return init_settings, env_settings, TomlConfigSettingsSource(settings_cls)
