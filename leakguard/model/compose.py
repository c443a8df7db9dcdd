"""A message made of a subject, a text and a file, for what is asked about rather than sent."""

from __future__ import annotations

from email.message import EmailMessage
from email.policy import SMTP


def compose(subject: str, text: str, file_name: str = "", file: bytes | None = None) -> bytes:
    """Whatever the words are, this is a message; what has no octets becomes a question mark."""
    message = EmailMessage(policy=SMTP)
    message["Subject"] = " ".join(_plain(subject).split())
    message.set_content(_plain(text), charset="utf-8", cte="base64")
    if file is not None:
        name = " ".join(each for each in _plain(file_name).split() if each) or "file"
        message.add_attachment(file, maintype="application", subtype="octet-stream", filename=name)
    return message.as_bytes()


def _plain(text: str) -> str:
    return text.encode("utf-8", "replace").decode("utf-8")
