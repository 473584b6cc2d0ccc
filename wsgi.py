"""The door for servers and for `flask --app wsgi`."""

from app import create_app
from config import Config, SettingError

try:
    app = create_app(Config.from_environment())
except SettingError as error:
    raise SystemExit(f"Seragam does not start: {error}") from None
