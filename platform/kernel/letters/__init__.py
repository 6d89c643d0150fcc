"""Letters to people: in-site at once, SMS and e-mail through the outbox."""

from kernel.letters.actions import secret, send_secret, tell
from kernel.letters.texts import Text, write

__all__ = ["Text", "secret", "send_secret", "tell", "write"]
