"""A message made of a subject, a text and a file, for what is asked about rather than sent."""

from __future__ import annotations

from email.message import EmailMessage
from email.policy import SMTP


def compose(subject: str, text: str, file_name: str = "", file: bytes | None = None) -> bytes:
    """Raises UnicodeEncodeError for half a character; `plain` makes a question mark of that."""
    message = EmailMessage(policy=SMTP)
    message["Subject"] = " ".join(subject.split())
    message.set_content(text, charset="utf-8", cte="base64")
    if file is not None:
        name = " ".join(each for each in file_name.split() if each) or "file"
        message.add_attachment(file, maintype="application", subtype="octet-stream", filename=name)
    return message.as_bytes()


def plain(text: str) -> str:
    return text.encode("utf-8", "replace").decode("utf-8")
