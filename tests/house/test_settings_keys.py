"""The comparison of settings with their example sees what a reader sees."""

from __future__ import annotations

from dataclasses import dataclass

from pydantic import BaseModel, Field

from tests.house.settings_keys import keys_in, keys_of, keys_shown


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    bytes: int = 1


class Host(BaseModel):
    name: str
    port: int = 25


class Sqlite(BaseModel):
    path: str


class Postgres(BaseModel):
    dsn: str


class Example(BaseModel):
    hosts: tuple[Host, ...]
    store: Sqlite | Postgres
    limits: Limits | None = None
    labels: dict[str, str] = Field(default={}, alias="tags")


KEYS = {"hosts", "hosts.name", "hosts.port", "store", "store.path", "store.dsn", "limits", "limits.bytes", "tags"}

TEXT = """\
# Where it goes: in this order.
hosts:
  - name: a.example  # first
    # port: 25
store:
  path: /var/lib/x
  # dsn: somewhere
#limits:
#  bytes: 5
tags:
  anything: goes
"""


def test_nested_repeated_and_alternative_settings_all_count() -> None:
    assert set(keys_of(Example)) == KEYS


def test_a_commented_key_is_shown() -> None:
    assert {key for key, _ in keys_shown(TEXT)} == KEYS | {"tags.anything"}


def test_the_keys_of_a_plain_mapping_are_the_users() -> None:
    value = {"hosts": [{"name": "a", "prot": 1}], "tags": {"anything": "goes"}, "sotre": {"path": "x"}}

    found = set(keys_in(value, Example))

    assert found == {"hosts", "hosts.name", "hosts.prot", "tags", "sotre", "sotre.path"}
