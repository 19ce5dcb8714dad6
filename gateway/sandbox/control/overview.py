"""What ``GET /_sandbox`` and the server's greeting tell a newcomer: credentials and routes."""

from typing import Any

from gateway.sandbox.access import credentials
from gateway.sandbox.access.credentials import Place
from gateway.sandbox.traffic.paths import ROUTES


def credentials_of(place: Place) -> dict[str, str]:
    """List what opens the sandbox of a site."""
    return {
        "apiKey": credentials.API_KEY,
        "siteId": place.site_id,
        "accountId": credentials.ACCOUNT_ID,
        "appId": credentials.APP_ID,
        "appSecret": credentials.APP_SECRET,
        "instanceId": place.instance_id,
        "authorizationCode": credentials.AUTHORIZATION_CODE,
    }


CONTROL = {
    "GET /_sandbox": "This overview",
    "POST /_sandbox/reset": "Back to the state after start: content, counters, faults, settings",
    "POST /_sandbox/seed": 'Other content: {"seed": 7, "contacts": 1000}',
    "GET /_sandbox/calls": "Calls since the last reset: total, per route, peak in 60 s, throttled",
    "DELETE /_sandbox/calls": "Count from nothing",
    "GET /_sandbox/faults": "Faults in force",
    "POST /_sandbox/faults": 'Add one: {"route": "*", "kind": "status", "status": 503, "count": 1}',
    "DELETE /_sandbox/faults": "Lift them all",
    "GET /_sandbox/settings": "Every switch with its present value",
    "POST /_sandbox/settings": 'Change some: {"rateLimit": 0, "jobStepSeconds": 0}',
    "GET /_sandbox/webhooks": "Subscription, public key and delivery counters",
    "PUT /_sandbox/webhooks": (
        'Subscribe: {"url": "http://127.0.0.1:9100/", "events": null, '
        '"duplicates": false, "disorder": false}'
    ),
    "DELETE /_sandbox/webhooks": "End the subscription",
    "GET /_sandbox/webhooks/public-key": "The key that verifies events, as PEM",
    "GET /_sandbox/webhooks/deliveries": "The latest delivery attempts",
}


def overview(place: Place) -> dict[str, Any]:
    """List the credentials, the control routes with their purpose, and the emulated routes."""
    return {
        "credentials": credentials_of(place),
        "control": CONTROL,
        "routes": list(ROUTES),
    }
