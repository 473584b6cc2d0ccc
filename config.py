"""The settings of the portal: the only place that reads the environment.

Each setting is read from the environment variable of its name; a secret may also come from the file named by
`<NAME>_FILE`. `Config.from_environment()` reads them, `Config.faults()` says in sentences what contradicts.
"""

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

ROOT = Path(__file__).resolve().parent
DEVELOPMENT_KEY = "seragam-development-only"
TRUE_WORDS = {"1", "true", "yes", "on"}


class SettingError(ValueError):
    """A setting that cannot be read, in one sentence."""


@dataclass(frozen=True)
class Config:
    """All settings, typed; see docs/operations.md for what each one means."""

    environment: str = "development"
    secret_key: str = field(default=DEVELOPMENT_KEY, repr=False)
    audit_key: str = field(default=DEVELOPMENT_KEY, repr=False)
    database_url: str = field(default=f"sqlite:///{ROOT / 'var' / 'seragam.db'}", repr=False)
    content_dir: Path = ROOT / "content" / "handbooks"
    quizzes_dir: Path = ROOT / "quizzes"
    host: str = "127.0.0.1"
    port: int = 8000
    threads: int = 4
    public_url: str = "http://127.0.0.1:8000"
    trusted_proxies: int = 0
    session_idle_minutes: int = 60
    session_hours: int = 12
    mail_server: str = ""
    mail_port: int = 587
    mail_username: str = ""
    mail_password: str = field(default="", repr=False)
    mail_tls: bool = True
    mail_from: str = "seragam@localhost"
    practice_algorithm: str = "fsrs"
    jobs_embedded: bool = True
    cheap_passwords: bool = False
    log_level: str = "INFO"

    @classmethod
    def from_environment(cls, environ: Mapping[str, str] | None = None) -> "Config":
        """Read every setting from the environment.

        Raises SettingError when a number or a secret file cannot be read.
        """
        env = Environment(os.environ if environ is None else environ)
        base = cls()
        return cls(
            environment=env.text("ENVIRONMENT", base.environment),
            secret_key=env.secret("SECRET_KEY", base.secret_key),
            audit_key=env.secret("AUDIT_KEY", base.audit_key),
            database_url=env.secret("DATABASE_URL", base.database_url),
            content_dir=Path(env.text("CONTENT_DIR", str(base.content_dir))),
            quizzes_dir=Path(env.text("QUIZZES_DIR", str(base.quizzes_dir))),
            host=env.text("HOST", base.host),
            port=env.integer("PORT", base.port),
            threads=env.integer("THREADS", base.threads),
            public_url=env.text(
                "PUBLIC_URL", f"http://127.0.0.1:{env.integer('PORT', base.port)}"
            ).rstrip("/"),
            trusted_proxies=env.integer("TRUSTED_PROXIES", base.trusted_proxies),
            session_idle_minutes=env.integer("SESSION_IDLE_MINUTES", base.session_idle_minutes),
            session_hours=env.integer("SESSION_HOURS", base.session_hours),
            mail_server=env.text("MAIL_SERVER", base.mail_server),
            mail_port=env.integer("MAIL_PORT", base.mail_port),
            mail_username=env.text("MAIL_USERNAME", base.mail_username),
            mail_password=env.secret("MAIL_PASSWORD", base.mail_password),
            mail_tls=env.flag("MAIL_TLS", default=base.mail_tls),
            mail_from=env.text("MAIL_FROM", base.mail_from),
            practice_algorithm=env.text("PRACTICE_ALGORITHM", base.practice_algorithm),
            jobs_embedded=env.flag("JOBS_EMBEDDED", default=base.jobs_embedded),
            log_level=env.text("LOG_LEVEL", base.log_level).upper(),
        )

    @property
    def production(self) -> bool:
        """Say whether this is a production configuration."""
        return self.environment == "production"

    def faults(self) -> list[str]:
        """List what makes this configuration unfit to start, one sentence each."""
        found = []
        if self.environment not in {"development", "production", "test"}:
            found.append(
                f"ENVIRONMENT must be development, production or test, not {self.environment!r}."
            )
        if self.log_level not in {"DEBUG", "INFO", "WARNING", "ERROR"}:
            found.append(
                f"LOG_LEVEL must be DEBUG, INFO, WARNING or ERROR, not {self.log_level!r}."
            )
        if not 1 <= self.port <= 65535:
            found.append(f"PORT must be between 1 and 65535, not {self.port}.")
        if not reads_as_database(self.database_url):  # never shown: it may hold a password
            found.append(
                "DATABASE_URL must be sqlite:///PATH or postgresql://USER:PASSWORD@HOST:PORT/NAME."
            )
        found.extend(self._number_faults())
        if self.production:
            found.extend(self._production_faults())
        return found

    def _number_faults(self) -> list[str]:
        found = []
        if self.practice_algorithm not in {"fsrs", "leitner"}:
            found.append(
                f"PRACTICE_ALGORITHM must be fsrs or leitner, not {self.practice_algorithm!r}."
            )
        if self.threads < 1:
            found.append(f"THREADS must be at least 1, not {self.threads}.")
        if self.session_idle_minutes < 1 or self.session_hours < 1:
            found.append("SESSION_IDLE_MINUTES and SESSION_HOURS must be at least 1.")
        return found

    def _production_faults(self) -> list[str]:
        found = []
        for name, value in (("SECRET_KEY", self.secret_key), ("AUDIT_KEY", self.audit_key)):
            if value == DEVELOPMENT_KEY or len(value) < 32:
                found.append(
                    f"{name} must be set to at least 32 random characters in production"
                    ' (python3 -c "import secrets; print(secrets.token_hex(32))").'
                )
        if self.public_url.startswith("http://127.0.0.1"):
            found.append(
                "PUBLIC_URL must be the address that officers use, for the links in mails."
            )
        return found


def reads_as_database(url: str) -> bool:
    """Say whether an address names an SQLite file or a PostgreSQL database."""
    if url.startswith("sqlite:///"):
        return len(url) > len("sqlite:///") and ":memory:" not in url
    try:
        parts = urlsplit(url)
        port_reads = parts.port is None or parts.port > 0
    except ValueError:
        return False
    return port_reads and parts.scheme in {"postgresql", "postgresql+psycopg"}


class Environment:
    """Typed readers over a mapping of environment variables."""

    def __init__(self, values: Mapping[str, str]) -> None:
        self.values = values

    def text(self, name: str, default: str) -> str:
        """Read a text; an empty variable counts as not set."""
        return self.values.get(name, "").strip() or default

    def integer(self, name: str, default: int) -> int:
        """Read a whole number. Raises SettingError for anything else."""
        value = self.text(name, str(default))
        try:
            return int(value)
        except ValueError:
            raise SettingError(f"{name} must be a whole number, not {value!r}.") from None

    def flag(self, name: str, *, default: bool) -> bool:
        """Read yes or no; 1, true, yes and on mean yes."""
        return self.text(name, "1" if default else "0").lower() in TRUE_WORDS

    def secret(self, name: str, default: str) -> str:
        """Read a secret from NAME or from the file that NAME_FILE names."""
        path = self.text(f"{name}_FILE", "")
        if not path:
            return self.text(name, default)
        try:
            return Path(path).read_text(encoding="utf-8").strip()
        except (OSError, UnicodeDecodeError):
            raise SettingError(f"{name}_FILE names a file that cannot be read.") from None
