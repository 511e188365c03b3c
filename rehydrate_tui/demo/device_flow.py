"""Logging in with a code that is typed elsewhere (OAuth device flow)."""

from __future__ import annotations

import secrets
from http import HTTPStatus
from typing import Final
from urllib.parse import parse_qs

from starlette.requests import Request
from starlette.responses import Response

from rehydrate_tui.demo.accounts import Device
from rehydrate_tui.demo.api.call import JSON, encode
from rehydrate_tui.demo.delivery import PiecewiseResponse
from rehydrate_tui.demo.site import Site

_GRANT = "urn:ietf:params:oauth:grant-type:device_code"
_LIFE = 900
_INTERVAL = 5


class DeviceFlow:
    """The two addresses of the flow; `GitHubServer.answer_device` plays the user."""

    CODE: Final = "/login/device/code"
    TOKEN: Final = "/login/oauth/access_token"  # noqa: S105 - an address

    def __init__(self, site: Site) -> None:
        self._site = site

    async def start(self, request: Request) -> Response:
        """Hand out a code for the device and one for its user."""
        fields = await _fields(request)
        if not fields.get("client_id"):
            return _json({"error": "Not Found"}, HTTPStatus.NOT_FOUND)
        code = secrets.token_hex(20)
        user_code = f"{secrets.token_hex(2)}-{secrets.token_hex(2)}".upper()
        now = self._site.clock()
        self._site.devices[code] = Device(
            user_code=user_code, expires=now + _LIFE, polled=now, interval=_INTERVAL
        )
        return _json(
            {
                "device_code": code,
                "user_code": user_code,
                "verification_uri": f"{self._site.addresses.lfs}/login/device",
                "expires_in": _LIFE,
                "interval": _INTERVAL,
            }
        )

    async def poll(self, request: Request) -> Response:
        """Say whether the user has agreed; every refusal is a 200 with an `error`."""
        fields = await _fields(request)
        if fields.get("grant_type") != _GRANT:
            return _json({"error": "unsupported_grant_type"})
        device = self._site.devices.get(fields.get("device_code", ""))
        if device is None:
            return _json({"error": "incorrect_device_code"})
        return _json(self._state(device))

    def _state(self, device: Device) -> dict[str, object]:
        now = self._site.clock()
        is_early = now - device.polled < device.interval
        device.polled = now
        if now >= device.expires:
            return {"error": "expired_token"}
        if device.is_denied:
            return {"error": "access_denied"}
        if is_early:
            device.interval += _INTERVAL
            return {"error": "slow_down", "interval": device.interval}
        if not device.token:
            return {"error": "authorization_pending"}
        return {"access_token": device.token, "token_type": "bearer", "scope": "repo"}


async def _fields(request: Request) -> dict[str, str]:
    body = (await request.body()).decode("utf-8", "replace")
    return {name: values[0] for name, values in parse_qs(body).items()}


def _json(payload: dict[str, object], status: int = HTTPStatus.OK) -> Response:
    return PiecewiseResponse(
        encode(payload), status_code=status, headers={"content-type": JSON}
    )
