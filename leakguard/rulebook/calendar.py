"""Release, access and list entries -> the book. Checks what one entry cannot know of the others."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from leakguard.detect.normalise import normalise
from leakguard.detect.periods import named_periods
from leakguard.model.address import canonical
from leakguard.model.embargo import Basis, Book, Grant, LiftMode, Person, Release, ReleaseStatus
from leakguard.model.ids import PersonId, ReleaseId
from leakguard.notation.diagnostics import Path, Source
from leakguard.notation.times import BadTime, instant, zone_named
from leakguard.rulebook.schema import AccessDocument, GivenRelease, GrantEntry, ReleaseEntry, ReleasesDocument

LAST_DAY = timedelta(hours=24)  # as long as pre-release access lasts where there is any; ref: PRA Order


@dataclass(slots=True)
class CalendarBuilder:
    """Collects releases, people, grants and lists from all files, then makes one book."""

    releases: dict[ReleaseId, Release] = field(default_factory=dict)
    people: dict[PersonId, Person] = field(default_factory=dict)
    handles: dict[str, PersonId] = field(default_factory=dict)
    lists: dict[str, tuple[str, ...]] = field(default_factory=dict)
    grants: dict[tuple[PersonId, ReleaseId], tuple[Grant, ...]] = field(default_factory=dict)
    passwords: dict[ReleaseId, tuple[str, ...]] = field(default_factory=dict, repr=False)

    def add_releases(self, document: ReleasesDocument, source: Source) -> None:
        if not _zone_is_good(document.zone, (), source):
            return
        for number, entry in enumerate(document.releases):
            self.add_release(entry, document.zone, ("releases", number), source)

    def add_release(self, entry: ReleaseEntry, zone: str | None, path: Path, source: Source) -> Release | None:
        if entry.id in self.releases:
            source.error("duplicate-id", (*path, "id"), f"there is already a release `{entry.id}`")
            return None
        release = read_release(entry, zone, path, source)
        if release is not None:
            self.releases[release.id] = release
            self.passwords[release.id] = tuple(entry.passwords)
        return release

    def passwords_to_try(self) -> tuple[str, ...]:
        """Those of all releases, each once; a later release is likelier to be the one that people write about."""
        newest_first = sorted(self.releases.values(), key=lambda each: each.release_at, reverse=True)
        return tuple(dict.fromkeys(word for each in newest_first for word in self.passwords[each.id]))

    def add_people(self, document: AccessDocument, source: Source) -> None:
        for number, entry in enumerate(document.people):
            path: Path = ("people", number)
            person = PersonId(entry.id)
            if person in self.people:
                source.error("duplicate-id", (*path, "id"), f"there is already a person `{entry.id}`")
                continue
            handles = tuple(canonical(handle) for handle in entry.handles)
            self.people[person] = Person(
                id=person, handles=handles, name=entry.name, role=entry.role, organisation=entry.organisation
            )
            for index, handle in enumerate(handles):
                owner = self.handles.setdefault(handle, person)
                if owner != person:
                    source.error("duplicate-id", (*path, "handles", index), f"this address belongs to `{owner}` too")
        for number, each in enumerate(document.lists):
            address = canonical(each.address)
            if address in self.lists:
                source.error("duplicate-id", ("lists", number, "address"), "this list is already given")
            self.lists[address] = tuple(canonical(member) for member in each.members)

    def add_access(self, document: AccessDocument, source: Source) -> None:
        if _zone_is_good(document.zone, (), source):
            self.add_grants(document.grants, document.zone, ("grants",), source)

    def add_grants(self, entries: Iterable[GrantEntry], zone: str | None, path: Path, source: Source) -> None:
        for number, entry in enumerate(entries):
            if _zone_is_good(entry.zone, (*path, number), source):
                self._add_grant(entry, entry.zone or zone, (*path, number), source)

    def _add_grant(self, entry: GrantEntry, zone: str | None, path: Path, source: Source) -> None:
        person = self._person(entry.who, (*path, "who"), source)
        if person is None:
            return
        for release in self._releases(entry, path, source):
            grant = read_grant(entry, person, release, zone, path, source)
            if grant is not None:
                key = (person, release.id)
                self.grants[key] = (*self.grants.get(key, ()), grant)

    def _person(self, who: str, path: Path, source: Source) -> PersonId | None:
        if PersonId(who) in self.people:
            return PersonId(who)
        if "@" not in who:
            source.error("unknown-person", path, f"there is no person `{who}`, and it is no address")
            return None
        address = canonical(who)
        person = self.handles.setdefault(address, PersonId(address))
        self.people.setdefault(person, Person(id=person, handles=(address,)))
        return person

    def _releases(self, entry: GrantEntry, path: Path, source: Source) -> Iterator[Release]:
        named = [(ReleaseId(each), (*path, "releases", number)) for number, each in enumerate(entry.releases)]
        if entry.release is not None:
            named.append((ReleaseId(entry.release), (*path, "release")))
        for name, where in named:
            if name not in self.releases:
                source.error("unknown-release", where, f"there is no release `{name}`")
            else:
                yield self.releases[name]
        editions = [each for each in self.releases.values() if entry.series and each.series == entry.series]
        if entry.series and not editions:
            source.error("unknown-release", (*path, "series"), f"no release is of the series `{entry.series}`")
        yield from editions
        if not named and not entry.series:
            source.error("missing-key", path, "a grant names `release`, `releases` or `series`")

    def book(self, digest: str = "") -> Book:
        """What was collected. An edition without any window, after an earlier one, has that of its last day."""
        return Book(
            releases={each.id: self._with_window(each) for each in self.releases.values()},
            people=self.people,
            grants=self.grants,
            handles=self.handles,
            lists=self.lists,
            digest=digest,
        )

    def _with_window(self, release: Release) -> Release:
        if release.pre_release_from is not None or release.sensitive_from is not None:
            return release
        editions = (each for each in self.releases.values() if release.series and each.series == release.series)
        if not any(each.release_at < release.release_at for each in editions):
            return release
        return replace(release, sensitive_from=release.release_at - LAST_DAY)


def read_release(
    entry: ReleaseEntry | GivenRelease, zone: str | None, path: Path, source: Source, series: str | None = None
) -> Release | None:
    """The release of an entry; None when its times are wrong, which the report then says."""
    if not _zone_is_good(entry.zone, path, source):
        return None
    name = entry.zone or zone
    times = {key: read_time(getattr(entry, key), name, (*path, key), source) for key in _RELEASE_TIMES}
    confirmed_at = read_time(getattr(entry, "confirmed_at", None), name, (*path, "confirmed_at"), source)
    release_at = times["release_at"]
    if release_at is None:
        return None
    for key in ("pre_release_from", "sensitive_from"):
        opens = times[key]
        if opens is not None and opens >= release_at:
            source.error("window-after-release", (*path, key), f"`{key}` must be before `release_at`")
            return None
    return Release(
        id=ReleaseId(entry.id),
        title=entry.title or entry.id,
        producer=getattr(entry, "producer", ""),
        series=series or getattr(entry, "series", None),
        release_at=release_at,
        zone=name or "UTC",
        pre_release_from=times["pre_release_from"],
        sensitive_from=times["sensitive_from"],
        status=ReleaseStatus(entry.status),
        lift=LiftMode(entry.lift),
        confirmed_at=confirmed_at,
        declaration_required=entry.declaration_required,
        about=tuple(period for _, period in named_periods(normalise(entry.title).text)),
    )


def about_release(entries: Iterable[GrantEntry], release: str) -> list[GrantEntry]:
    """Grants written inside a release are about that release, whatever else they say."""
    return [entry.model_copy(update={"release": release, "releases": [], "series": None}) for entry in entries]


_RELEASE_TIMES = ("release_at", "pre_release_from", "sensitive_from")


def _zone_is_good(name: str | None, path: Path, source: Source) -> bool:
    try:
        if name is not None:
            zone_named(name)
    except BadTime as problem:
        source.error(problem.code, (*path, "zone"), str(problem))
        return False
    return True


def read_grant(
    entry: GrantEntry, person: PersonId, release: Release, zone: str | None, path: Path, source: Source
) -> Grant | None:
    """The grant of an entry for one release; times without a zone are read in the release's."""
    zone = zone or release.zone
    from_at = read_time(entry.from_, zone, (*path, "from"), source)
    until_at = read_time(entry.until, zone, (*path, "until"), source)
    signed_at = read_time(entry.declaration_signed, zone, (*path, "declaration_signed"), source)
    basis = Basis(entry.basis)
    if from_at is not None and from_at >= release.release_at:
        source.error("grant-after-release", (*path, "from"), f"access opens only when `{release.id}` is public anyway")
        return None
    if from_at is not None and until_at is not None and until_at <= from_at:
        source.error("grant-order", (*path, "until"), "`until` must be after `from`")
        return None
    if entry.from_ is None and not _opens_by_itself(basis, release):
        source.error("missing-key", path, f"`from` is missing: {basis} access to `{release.id}` has no window to open")
        return None
    return Grant(
        person=person,
        release=release.id,
        basis=basis,
        from_at=from_at,
        until_at=until_at,
        declaration_signed_at=signed_at,
        justification=entry.justification,
        granted_by=entry.granted_by,
        suspended=entry.suspended,
    )


def _opens_by_itself(basis: Basis, release: Release) -> bool:
    if basis is Basis.PRE_RELEASE:
        return release.pre_release_from is not None
    return basis in (Basis.PRODUCTION, Basis.QA)


def read_time(text: str | None, zone: str | None, path: Path, source: Source) -> datetime | None:
    """The instant, or None when there is none or when it is wrong, which the report then says."""
    if text is None:
        return None
    try:
        return instant(text, zone)
    except BadTime as problem:
        source.error(problem.code, path, str(problem))
        return None
