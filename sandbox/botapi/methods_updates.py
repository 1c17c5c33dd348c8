"""getUpdates and the webhook."""

import re

from sandbox.botapi.methods import Call, bot_method
from sandbox.world.errors import bad_request
from sandbox.world.model import Json

_SECRET = re.compile(r"[A-Za-z0-9_-]{1,256}")
_LOCAL = re.compile(r"http://(localhost|127\.\d+\.\d+\.\d+|\[::1\])(:\d+)?(/|$)")


def _remember_allowed(call: Call) -> None:
    """An omitted list leaves the earlier one; an empty one means the default kinds."""
    if "allowed_updates" in call.params:
        call.world.updates.allowed = list(call.params["allowed_updates"])


@bot_method("getUpdates")
async def get_updates(call: Call) -> list[Json]:
    """https://core.telegram.org/bots/api#getupdates"""
    params = call.params
    if not call.webhook.url:
        _remember_allowed(call)
    return await call.world.updates.get(
        params.get("offset", 0), params.get("limit", 100), params.get("timeout", 0)
    )


@bot_method("setWebhook")
async def set_webhook(call: Call) -> bool:
    """https://core.telegram.org/bots/api#setwebhook; plain HTTP only to this machine."""
    params = call.params
    url = params.get("url", "")
    if url and not url.startswith("https://") and not _LOCAL.match(url):
        raise bad_request("bad webhook: An HTTPS URL must be provided for webhook")
    secret = params.get("secret_token", "")
    if secret and not _SECRET.fullmatch(secret):
        raise bad_request("secret token contains unallowed characters")
    if params.get("drop_pending_updates"):
        call.world.updates.pending.clear()
    _remember_allowed(call)
    await call.webhook.set(url, secret=secret, max_connections=params.get("max_connections", 40))
    return True


@bot_method("deleteWebhook")
async def delete_webhook(call: Call) -> bool:
    """https://core.telegram.org/bots/api#deletewebhook"""
    if call.params.get("drop_pending_updates"):
        call.world.updates.pending.clear()
    await call.webhook.set("", secret="", max_connections=40)
    return True


@bot_method("getWebhookInfo")
async def get_webhook_info(call: Call) -> Json:
    """https://core.telegram.org/bots/api#getwebhookinfo"""
    queue, webhook = call.world.updates, call.webhook
    info: Json = {
        "url": webhook.url,
        "has_custom_certificate": False,
        "pending_update_count": len(queue.pending),
    }
    if webhook.url:
        info["max_connections"] = webhook.max_connections
    if webhook.last_error:
        info["last_error_date"], info["last_error_message"] = webhook.last_error
    if queue.allowed:
        info["allowed_updates"] = queue.allowed
    return info
