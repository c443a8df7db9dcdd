"""Every method the fake knows: its tier, the scopes it needs, the tokens it takes."""

from __future__ import annotations

from tests.fakes.slack.api import chat, conversations, documents, files, others
from tests.fakes.slack.api.call import Method
from tests.fakes.slack.state import TokenKind

# Calls a minute. A special tier has a number of its own.
TIER_1, TIER_2, TIER_3, TIER_4 = 1, 20, 50, 100
SPECIAL = 600
# Slack tolerates bursts here, or no app could open its second connection.
CONNECTIONS = 30

READ = ("channels:read", "groups:read", "im:read", "mpim:read")
HISTORY = ("channels:history", "groups:history", "im:history", "mpim:history")
OPEN = ("im:write", "mpim:write")
TOPIC = ("channels:manage", "channels:write", "channels:write.topic", "groups:write", "groups:write.topic")
DISCOVERY = (TokenKind.DISCOVERY,)
EVERY = tuple(TokenKind)

METHODS: dict[str, Method] = {
    "auth.test": Method(answer=others.auth_test, a_minute=SPECIAL, kinds=EVERY),
    "auth.revoke": Method(answer=others.auth_revoke, a_minute=TIER_3),
    "oauth.v2.access": Method(answer=others.oauth_access, a_minute=TIER_4, open=True),
    "chat.getPermalink": Method(answer=chat.permalink, a_minute=SPECIAL),
    "chat.delete": Method(answer=chat.delete, a_minute=TIER_3, scopes=("chat:write",)),
    "chat.postMessage": Method(answer=chat.post_message, a_minute=SPECIAL, scopes=("chat:write",)),
    "chat.postEphemeral": Method(answer=chat.post_ephemeral, a_minute=TIER_4, scopes=("chat:write",)),
    "chat.update": Method(answer=chat.update, a_minute=TIER_3, scopes=("chat:write",)),
    "conversations.info": Method(answer=conversations.info, a_minute=TIER_3, scopes=READ),
    "conversations.list": Method(answer=conversations.list_, a_minute=TIER_2, scopes=READ),
    "conversations.members": Method(answer=conversations.members, a_minute=TIER_4, scopes=READ),
    "conversations.history": Method(answer=conversations.history, a_minute=TIER_3, scopes=HISTORY),
    "conversations.replies": Method(answer=conversations.replies, a_minute=TIER_3, scopes=HISTORY),
    "conversations.join": Method(
        answer=conversations.join, a_minute=TIER_3, scopes=("channels:join", "channels:write")
    ),
    "conversations.open": Method(answer=conversations.open_, a_minute=TIER_3, scopes=OPEN),
    "conversations.setTopic": Method(answer=conversations.set_topic, a_minute=TIER_2, scopes=TOPIC),
    "bots.info": Method(answer=others.bots_info, a_minute=TIER_3, scopes=("users:read",)),
    "conversations.setPurpose": Method(answer=conversations.set_purpose, a_minute=TIER_2, scopes=TOPIC),
    "canvases.getContent": Method(answer=documents.canvas_content, a_minute=TIER_3, scopes=("canvases:read",)),
    "slackLists.items.list": Method(answer=documents.list_items, a_minute=TIER_2, scopes=("lists:read",)),
    "users.info": Method(answer=others.users_info, a_minute=TIER_4, scopes=("users:read",)),
    "users.list": Method(answer=others.users_list, a_minute=TIER_2, scopes=("users:read",)),
    "users.lookupByEmail": Method(answer=others.lookup_by_email, a_minute=TIER_3, scopes=("users:read.email",)),
    "usergroups.users.list": Method(answer=others.usergroup_users, a_minute=TIER_2, scopes=("usergroups:read",)),
    "files.info": Method(answer=files.info, a_minute=TIER_4, scopes=("files:read",)),
    "files.delete": Method(answer=files.delete, a_minute=TIER_3, scopes=("files:write",)),
    "files.getUploadURLExternal": Method(answer=files.upload_url, a_minute=TIER_4, scopes=("files:write",)),
    "files.completeUploadExternal": Method(answer=files.complete_upload, a_minute=TIER_4, scopes=("files:write",)),
    "files.revokePublicURL": Method(answer=files.revoke_public_url, a_minute=TIER_3, scopes=("files:write",)),
    "views.open": Method(answer=others.views_open, a_minute=TIER_4),
    "views.push": Method(answer=others.views_push, a_minute=TIER_4),
    "views.update": Method(answer=others.views_update, a_minute=TIER_4),
    "views.publish": Method(answer=others.views_publish, a_minute=TIER_4),
    "discovery.chat.tombstone": Method(
        answer=files.tombstone_message, a_minute=TIER_3, scopes=("discovery:write",), kinds=DISCOVERY
    ),
    "discovery.chat.restore": Method(
        answer=files.restore_message, a_minute=TIER_3, scopes=("discovery:write",), kinds=DISCOVERY
    ),
    "discovery.chat.delete": Method(
        answer=files.delete_message, a_minute=TIER_3, scopes=("discovery:write",), kinds=DISCOVERY
    ),
    "discovery.file.tombstone": Method(
        answer=files.tombstone_file, a_minute=TIER_3, scopes=("discovery:write",), kinds=DISCOVERY
    ),
    "discovery.file.restore": Method(
        answer=files.restore_file, a_minute=TIER_3, scopes=("discovery:write",), kinds=DISCOVERY
    ),
}
