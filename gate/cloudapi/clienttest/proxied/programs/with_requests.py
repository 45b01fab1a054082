"""Sends one text with requests: python3 with_requests.py BASE PHONE_NUMBER_ID TO."""
import json
import sys

import requests

base, phone_number_id, to = sys.argv[1:]
answer = requests.post(
    f"{base}/v25.0/{phone_number_id}/messages",
    headers={"Authorization": "Bearer T"},
    json={"messaging_product": "whatsapp", "to": to, "type": "text", "text": {"body": "grüß Gott"}},
    timeout=60,
)
if answer.ok:
    print(json.dumps({"id": answer.json()["messages"][0]["id"]}))
else:
    error = answer.json()["error"]
    print(json.dumps({"code": error["code"], "details": error["error_data"]["details"]}))
