"""Whether the app that the settings name is installed as it must be: each token, its scopes, the way in, the rooms.

Rule of this file: no token and no secret is in any sentence.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from leakguard.channels.slack.abilities import Abilities, Rights, abilities
from leakguard.channels.slack.api import ApiLimited, ApiRefused, ApiUnavailable, SlackApi, text_in
from leakguard.channels.slack.introduction import app_of
from leakguard.channels.slack.manifest import scopes
from leakguard.channels.slack.needs import BOT, DISCOVERY, ENFORCER, OPTIONAL, PERSON, ROOMS, SOCKETS, without

_SIGNING_SECRET = re.compile(r"[0-9a-f]{32}")
_TELL_AGAIN = "Install the app again from the manifest (`leakguard slack manifest`); a new scope counts only then."
_MEANINGS = {
    "invalid_auth": "Slack does not know it; copy it anew",
    "not_authed": "Slack does not know it; copy it anew",
    "account_inactive": "the app is not installed any more, or its account was deactivated; install it again",
    "token_revoked": "it was revoked; install the app again and copy the new one",
    "token_expired": "it has expired; turn token rotation off, and install the app again",
    "ekm_access_denied": "an administrator suspended it; ask them",
    "org_login_required": "the workspace is being moved; wait for that to end",
}


class State(StrEnum):
    """weak: it works, and less than it could."""

    GOOD = "good"
    WEAK = "weak"
    BAD = "bad"


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """about: a name of the settings, or of a part. remedy: what an administrator does about it."""

    about: str
    state: State
    sentence: str
    remedy: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Installation:
    """What the settings say. origin: of the pages, when events come over HTTP.

    rooms: setting to channel id, "" where none is named.
    client_id, client_secret: where people can agree that what they wrote is withdrawn; agreed: how many did.
    """

    bot_token: str = field(repr=False)
    app_token: str = field(default="", repr=False)
    signing_secret: str = field(default="", repr=False)
    enforcer_token: str = field(default="", repr=False)
    discovery_token: str = field(default="", repr=False)
    origin: str = ""
    rooms: Mapping[str, str] = field(default_factory=dict)
    client_id: str = ""
    client_secret: str = field(default="", repr=False)
    agreed: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    findings: tuple[Finding, ...]
    abilities: Abilities

    @property
    def is_well(self) -> bool:
        return all(each.state is not State.BAD for each in self.findings)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Identity:
    """Whose token it is. granted: None where Slack does not say."""

    team: str
    team_name: str
    user: str
    user_name: str
    app: str
    bot: str
    granted: frozenset[str] | None


@dataclass(slots=True, kw_only=True)
class Doctor:
    api: SlackApi
    installation: Installation
    _findings: list[Finding] = field(default_factory=list)

    async def examine(self) -> Report:
        """Never raises for what Slack answers: that is a finding."""
        bot = await self._bot()
        enforcer = await self._enforcer(bot)
        has_discovery = await self._discovery()
        await self._ways_in(bot)
        await self._rooms(bot)
        has_consent = await self._consent()
        rights = Rights(
            is_connected=bot is not None,
            enforcer=enforcer,
            has_discovery=has_discovery,
            has_consent=has_consent,
            agreed=self.installation.agreed,
        )
        return Report(findings=tuple(self._findings), abilities=abilities(rights))

    async def _bot(self) -> _Identity | None:
        who = await self._who("bot_token", self.installation.bot_token, "xoxb-", "the bot's, under OAuth & Permissions")
        if who is None:
            return None
        app = await self._app_of(who)
        where = f"{who.user_name} in {who.team_name or who.team} ({who.team})"
        self._good("bot_token", f"works: {where}{f', app {app}' if app else ''}")
        self._scopes("bot_token", who, scopes()[0], BOT, OPTIONAL)
        return who

    async def _enforcer(self, bot: _Identity | None) -> str:
        """Their name, when they can remove what others posted."""
        token = self.installation.enforcer_token
        if not token:
            self._weak("enforcer_token", "there is none: what people posted is removed only where they agreed to it")
            return ""
        who = await self._who("enforcer_token", token, "xoxp-", "the user token of an administrator's account")
        if who is None or not self._is_of_the_same_team("enforcer_token", who, bot):
            return ""
        is_whole = self._scopes("enforcer_token", who, ENFORCER, PERSON)
        is_admin = await self._is_admin(who)
        if is_admin is False:
            remedy = "Let an administrator of the workspace install the app, and use their token."
            self._bad(
                "enforcer_token", f"{who.user_name} is no administrator, and removes only their own posts", remedy
            )
            return ""
        if is_whole:
            said = "" if is_admin else "; whether they are an administrator is not known without users:read"
            self._good("enforcer_token", f"works: {who.user_name}{said}")
        return who.user_name if is_whole else ""

    async def _discovery(self) -> bool:
        token = self.installation.discovery_token
        if not token:
            return False
        who = await self._who("discovery_token", token, "", "one with discovery:write, of Slack Enterprise")
        if who is None or not self._scopes("discovery_token", who, tuple(DISCOVERY), DISCOVERY):
            return False
        self._good("discovery_token", "works")
        return True

    async def _ways_in(self, bot: _Identity | None) -> None:
        has_sockets, has_http = bool(self.installation.app_token), bool(self.installation.signing_secret)
        if not (has_sockets or has_http):
            remedy = "Give `app_token_file` for sockets, or `signing_secret_file` for HTTP."
            self._bad("transport", "Slack has no way to tell us anything", remedy)
        if has_sockets:
            await self._sockets()
        if has_http:
            self._http()

    async def _sockets(self) -> None:
        token = self.installation.app_token
        if not token.startswith("xapp-"):
            remedy = "Make one under Basic Information, App-Level Tokens, with the scope connections:write."
            self._bad("app_token", "it is not the token of an app: those begin with xapp-", remedy)
            return
        try:
            answer = await self.api.call("apps.connections.open", token)
        except (ApiRefused, ApiLimited, ApiUnavailable) as problem:
            self._not_answered("app_token", problem, SOCKETS)
            return
        if isinstance(answer.get("url"), str):
            self._good("app_token", "works: Slack opens connections over which it tells us everything")
        else:
            self._bad("app_token", "Slack names no address to connect to", "Turn Socket Mode on in the app's settings.")

    def _http(self) -> None:
        if not _SIGNING_SECRET.fullmatch(self.installation.signing_secret):
            remedy = "Copy the Signing Secret under Basic Information; not the Client Secret or Verification Token."
            self._bad("signing_secret", "it is not a signing secret: those are 32 hexadecimal digits", remedy)
            return
        where = f"{self.installation.origin or 'our origin'}/slack/events"
        remedy = "Under Event Subscriptions Slack says Verified once it does."
        self._good("signing_secret", f"is there. Slack must reach {where}, which cannot be tried from here", remedy)

    async def _consent(self) -> bool:
        """Slack says whether it knows our secret before it says that this is no code."""
        if not self.installation.client_secret:
            self._weak("consent", "nobody can connect their account: direct messages between people are not seen")
            return False
        ours = {"client_id": self.installation.client_id, "client_secret": self.installation.client_secret}
        try:
            await self.api.call("oauth.v2.access", "", code="doctor", **ours)
        except ApiRefused as refused:
            if refused.code != "invalid_code":
                remedy = "Copy Client ID and Client Secret anew, under Basic Information."
                self._bad("consent", f"Slack refuses them ({refused.code})", remedy)
                return False
        except (ApiLimited, ApiUnavailable) as problem:
            self._not_answered("consent", problem, {})
            return False
        self._good("consent", f"people can connect their account at {self.installation.origin}/slack/connect")
        return True

    async def _rooms(self, bot: _Identity | None) -> None:
        for about, channel in self.installation.rooms.items() if bot is not None else ():
            if channel:
                await self._room(about, channel)
            else:
                self._weak(about, ROOMS.get(about, "none is named"))

    async def _room(self, about: str, channel: str) -> None:
        try:
            told = (await self.api.call("conversations.info", self.installation.bot_token, channel=channel)).get(
                "channel", {}
            )
        except ApiRefused as refused:
            if refused.code == "channel_not_found":
                remedy = "Take its id from the channel's details, and invite LeakGuard if it is private."
                self._bad(about, f"there is no channel {channel} that LeakGuard could see", remedy)
            else:
                self._not_answered(about, refused, BOT)
            return
        except (ApiLimited, ApiUnavailable) as problem:
            self._not_answered(about, problem, BOT)
            return
        self._room_as_told(about, channel, told)

    def _room_as_told(self, about: str, channel: str, told: Mapping[str, Any]) -> None:
        name = f"#{told.get('name') or channel}"
        if told.get("is_archived"):
            self._bad(about, f"{name} is archived", "Name another channel.")
        elif not told.get("is_member"):
            self._bad(about, f"LeakGuard is not in {name}", f"Write /invite @LeakGuard in {name}.")
        elif told.get("is_ext_shared"):
            self._bad(about, f"{name} is shared with another organisation", "Name a channel of your own.")
        elif told.get("is_private") is not True:
            self._weak(about, f"{name} is public: everybody in the workspace reads it", "Name a private channel.")
        else:
            self._good(about, f"LeakGuard is in {name}")

    async def _who(self, about: str, token: str, begins: str, which: str) -> _Identity | None:
        if not token.startswith(begins) or not token:
            said = "it expires: token rotation is on" if token.startswith("xoxe") else f"it is not {which}"
            remedy = f"Tokens in files must last and be of the right kind: copy {which}; it begins with {begins}."
            self._bad(about, said if token else "there is none", remedy)
            return None
        try:
            answer = await self.api.ask("auth.test", token)
        except (ApiRefused, ApiLimited, ApiUnavailable) as problem:
            self._not_answered(about, problem, {})
            return None
        body, granted = answer.body, answer.headers.get("x-oauth-scopes")
        if body.get("is_enterprise_install"):
            remedy = "Install it in one workspace: `org_deploy_enabled` must be off."
            self._bad(about, "the app is installed for a whole organisation, of which LeakGuard knows one team", remedy)
        return _Identity(
            team=text_in(body, "team_id"),
            team_name=text_in(body, "team"),
            user=text_in(body, "user_id"),
            user_name=text_in(body, "user"),
            app=text_in(body, "app_id"),
            bot=text_in(body, "bot_id"),
            granted=None if granted is None else frozenset(each.strip() for each in granted.split(",") if each.strip()),
        )

    async def _app_of(self, who: _Identity) -> str:
        if who.app or not who.bot:
            return who.app
        try:
            return await app_of(self.api, self.installation.bot_token, who.bot)
        except (ApiLimited, ApiUnavailable):
            return ""

    async def _is_admin(self, who: _Identity) -> bool | None:
        """None where Slack does not tell us."""
        try:
            told = (await self.api.call("users.info", self.installation.bot_token, user=who.user)).get("user")
        except (ApiRefused, ApiLimited, ApiUnavailable):
            return None
        return bool(told.get("is_admin") or told.get("is_owner")) if isinstance(told, Mapping) else None

    def _is_of_the_same_team(self, about: str, who: _Identity, bot: _Identity | None) -> bool:
        if bot is None or who.team == bot.team:
            return True
        remedy = "Use the token that the installation in the bot's workspace gave."
        self._bad(about, f"it is of another workspace than the bot: {who.team_name} ({who.team})", remedy)
        return False

    def _scopes(
        self,
        about: str,
        who: _Identity,
        asked: Sequence[str],
        meanings: dict[str, str],
        optional: frozenset[str] = frozenset(),
    ) -> bool:
        """Whether all that are needed are there; where Slack does not say, they count as there."""
        missing = [each for each in asked if who.granted is not None and each not in who.granted]
        needed = [each for each in missing if each not in optional]
        left_out = [each for each in missing if each in optional]
        if needed:
            self._bad(about, f"scopes are missing: {without(needed, meanings)}", _TELL_AGAIN)
        if left_out:
            self._weak(about, f"without scopes that it could have: {without(left_out, meanings)}")
        return not needed

    def _not_answered(self, about: str, problem: Exception, meanings: dict[str, str]) -> None:
        match problem:
            case ApiRefused(code="missing_scope"):
                self._bad(about, f"scopes are missing: {without(meanings, meanings)}", _TELL_AGAIN)
            case ApiRefused(code=code):
                self._bad(about, f"Slack refuses it ({code})", _capital(_MEANINGS.get(code, "look the code up")) + ".")
            case ApiLimited(seconds=seconds):
                self._bad(about, f"Slack was asked too often; run this again in {seconds:.0f} s")
            case _:
                remedy = "Can this machine reach Slack by HTTPS? A proxy or a firewall may be in between."
                self._bad(about, "Slack does not answer", remedy)

    def _good(self, about: str, sentence: str, remedy: str = "") -> None:
        self._findings.append(Finding(about=about, state=State.GOOD, sentence=sentence, remedy=remedy))

    def _weak(self, about: str, sentence: str, remedy: str = "") -> None:
        self._findings.append(Finding(about=about, state=State.WEAK, sentence=sentence, remedy=remedy))

    def _bad(self, about: str, sentence: str, remedy: str = "") -> None:
        self._findings.append(Finding(about=about, state=State.BAD, sentence=sentence, remedy=remedy))


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
