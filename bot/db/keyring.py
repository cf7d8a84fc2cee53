"""TODO"""

from bot.crypto import Vault, key_in
from bot.errors import OperatorError
from bot.settings import Settings

NO_KEYS = "STEWARD_KEYS is missing: with PostgreSQL every replica needs the same key"


MAKE_A_KEY = "python -c 'from cryptography.fernet import Fernet; print(Fernet.generate_key().decode())'"


def open_vault(settings: Settings) -> Vault:
    if settings.keys:
        return Vault([key.strip() for key in settings.keys.get_secret_value().split(",")])
    if settings.database_url:
        raise OperatorError(f"{NO_KEYS}. Make one with\n  {MAKE_A_KEY}")
    return Vault([key_in(settings.data)])
