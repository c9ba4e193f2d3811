"""The environment of a function in tests. Every secret in it is invented."""

from __future__ import annotations

BUCKET = "cards-1250000000"
REGION = "ap-guangzhou"
SECRET = "an-invented-secret-of-more-than-32-characters"
PREVIOUS_SECRET = "the-secret-before-it-invented-like-the-other-one"

ENVIRONMENT = {
    "INPUT_BUCKET": BUCKET,
    "CARD_TYPE_RULES": "uploads/driver/=DriverLicense",
    "CALLBACK_URL": "https://callback.example/card",
    "CALLBACK_SECRET": SECRET,
    "TENCENTCLOUD_REGION": REGION,
    "TENCENTCLOUD_SECRETID": "AKIDinventedsecretid",
    "TENCENTCLOUD_SECRETKEY": "inventedsecretkey",
    "TENCENTCLOUD_SESSIONTOKEN": "inventedsessiontoken",
    "TENCENTCLOUD_APPID": "1250000000",
}
