"""Maps Slack's error codes to receipts, one by one (docs.slack.dev, chat.postMessage, Errors). Pure."""

from __future__ import annotations

from collections.abc import Callable

from bot.ports import Ambiguous, Gone, Receipt, Rejected, Retry
from handlers.slack.calls import Fault

WORKSPACE_WAIT_S = 600.0
"""How long a workspace is left alone after Slack refused its token or its scopes, so that refused calls don't loop."""

_WAIT = {
    "ratelimited": 30.0,
    "rate_limited": 60.0,
    "message_limit_exceeded": 300.0,
    "request_timeout": 5.0,
    "service_unavailable": 30.0,
    "team_added_to_org": 60.0,
    "unreachable": 15.0,
    "http": 60.0,  # a proxy's page, or a wrong address: nothing is wrong with the message
    "blocked": 5.0,
}
_DOUBT = frozenset({"fatal_error", "internal_error"})
_WORKSPACE = {
    "account_inactive": "the app was removed from the workspace, or its bot user was turned off; install it again",
    "token_revoked": "the token was revoked; install the app again and set the new token",
    "token_expired": "the token has expired; install the app again or turn on token rotation",
    "invalid_auth": "Slack does not know this token; set SLACK_BOT_TOKEN to the app's Bot User OAuth Token",
    "not_authed": "no token was sent; set SLACK_BOT_TOKEN",
    "not_allowed_token_type": "this is not a bot token; it must begin with xoxb-",
    "missing_scope": "the app lacks a scope; its owner can add it under OAuth & Permissions and install it again",
    "no_permission": "the app lacks a permission; a workspace owner can approve it",
    "org_login_required": "the workspace is moving to an organisation; it answers again when that is done",
    "ekm_access_denied": "posting is suspended by key management; a workspace admin can resume it",
    "team_access_not_granted": "the organisation has not granted the app this workspace; an organisation admin can",
    "enterprise_is_restricted": "the organisation does not allow this call; an organisation admin can",
    "access_denied": "the workspace denies the app access; a workspace owner can approve it",
    "accesslimited": "Slack limits access to this workspace; its owner can ask Slack why",
    "not_installed": "the app is not installed in this workspace; open /slack/install",
}
ARCHIVED = "the channel is archived; alerts go on by themselves when it is brought back"
REMOVED = "Tocsin was taken out of this channel; any member can bring it back with /invite"
DELETED = "the channel was deleted"
UNINSTALLED = "Tocsin was removed from this workspace; install it again and alerts go on"
_GONE = {
    "channel_not_found": "the channel was deleted, or is private; then a member can bring Tocsin in with /invite",
    "not_in_channel": "Tocsin is not in {where}; any member can bring it in with /invite",
    "is_archived": ARCHIVED,
    "cannot_dm_bot": "this is a conversation with a bot; Slack lets nobody post there",
    "messages_tab_disabled": "the app's Messages tab is off; its owner can turn it on under App Home",
    "restricted_action": "a workspace setting keeps apps from posting here; an owner can change it",
    "restricted_action_read_only_channel": "the channel is read-only; a workspace admin can let Tocsin post",
    "restricted_action_thread_only_channel": "this channel takes replies only; a workspace admin can change it",
    "restricted_action_non_threadable_channel": "the channel takes no threads; a workspace admin can change it",
    "channel_is_limited_access": "posting in this channel is limited; a workspace admin can let Tocsin post",
    "user_not_found": "this person is no longer in the workspace",
    "user_disabled": "this person's account was turned off",
}
_PERMANENT = frozenset({"is_archived", "cannot_dm_bot", "user_disabled"})
_REJECTED = {
    "message_not_found": "the message was deleted in Slack; it is not posted again",
    "thread_not_found": "the message was deleted in Slack; it is not posted again",
    "restricted_action_thread_locked": "an admin locked the thread; the alert above it says what is new",
    "cannot_reply_to_message": "Slack takes no replies to this message; the alert itself says what is new",
    "msg_too_long": "Slack finds the message too long",
    "msg_blocks_too_long": "Slack finds the message too long",
    "no_text": "Slack finds no text in the message",
    "invalid_blocks": "Slack refuses the message's blocks",
    "invalid_blocks_format": "Slack refuses the message's blocks",
    "invalid_arguments": "Slack refuses the message's arguments",
}
COMES_BACK = (ARCHIVED, REMOVED, _GONE["not_in_channel"].format(where="this channel"))
"""Reasons of pauses that end by themselves: Slack tells when the channel is restored, or the bot is added to it."""
UNREADABLE = frozenset({"invalid_blocks", "invalid_blocks_format", "msg_blocks_too_long", "msg_too_long", "no_text"})
"""Errors that a plainer message may avoid."""

LOST_THREAD = frozenset(
    {"thread_not_found", "message_not_found", "restricted_action_thread_locked", "cannot_reply_to_message"}
)
UNEDITABLE = frozenset({"edit_window_closed", "cant_update_message", "update_failed"})
_UNREADABLE_CHANNELS = frozenset({"missing_scope", "no_permission", "not_allowed_token_type"})
TRIES = 5
LOOK_AGAIN_S = 5.0


def transient(fault: Fault) -> bool:
    """Whether Slack is unavailable or rate-limiting, so that the same call may succeed in a moment."""
    return fault.doubt or fault.code in _WAIT or fault.code in _DOUBT


def about_workspace(fault: Fault) -> str:
    """What is wrong with the whole workspace, in one sentence; "" when the fault concerns one message or channel."""
    said = _WORKSPACE.get(fault.code, "")
    return f"{said} (scope {fault.needed})" if said and fault.needed else said


def receipt(fault: Fault, again: Callable[[], int] = lambda: 1) -> Receipt:
    """The receipt of a message that was not confirmed.

    After an unknown error word the message is retried a few times, then given up, so that it can't block the lane:
    `again` counts the times, including this one.
    """
    if fault.doubt or fault.code in _DOUBT:
        return Ambiguous(f"{fault}: it may have been posted")
    if fault.code in _WAIT:
        return Retry(fault.retry_after_s or _WAIT[fault.code], str(fault))
    if said := about_workspace(fault):
        return Retry(WORKSPACE_WAIT_S, said)
    if fault.code in _GONE:
        return Gone(_GONE[fault.code].format(where="this channel"), permanent=fault.code in _PERMANENT)
    if fault.code in _REJECTED:
        return Rejected(f"{_REJECTED[fault.code]} ({fault.code})")
    times = again()
    if times < TRIES:
        return Retry(fault.retry_after_s or 15.0 * 2**times, str(fault))
    return Rejected(f"{fault} {times} times")


def unseen(fault: Fault) -> Receipt:
    """What a failed look means for the message in doubt. After an outage, a rate limit or a refused token: look later.

    If the scope to look is missing, or the error word is unknown, no look may ever tell: Ambiguous.
    """
    if fault.code in _UNREADABLE_CHANNELS:
        return Ambiguous(f"{about_workspace(fault)}, to see whether the message is there")
    judged = receipt(fault)
    if isinstance(judged, Ambiguous):
        return Retry(fault.retry_after_s or LOOK_AGAIN_S, str(fault))
    if isinstance(judged, Gone) or fault.code in _WAIT or about_workspace(fault):
        return judged
    if fault.code in ("thread_not_found", "message_not_found"):
        return judged
    return Ambiguous(f"{fault} when asked whether the message is there")


def explain(fault: Fault, where: str = "this channel") -> str:
    """One sentence for people: what is missing, and who can grant it. `where` names the channel."""
    said = about_workspace(fault) or _GONE.get(fault.code, "").format(where=where)
    return said[:1].upper() + said[1:] + "." if said else f"{fault}; try again in a moment."
