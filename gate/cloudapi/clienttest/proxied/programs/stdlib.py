"""Sends one text with the standard library: python3 stdlib.py BASE PHONE_NUMBER_ID TO."""
import json
import sys
import urllib.error
import urllib.request

base, phone_number_id, to = sys.argv[1:]
body = {"messaging_product": "whatsapp", "to": to, "type": "text", "text": {"body": "grüß Gott"}}
request = urllib.request.Request(
    f"{base}/v25.0/{phone_number_id}/messages",
    json.dumps(body).encode(),
    {"Authorization": "Bearer T", "Content-Type": "application/json"},
)
try:
    with urllib.request.urlopen(request) as answer:
        print(json.dumps({"id": json.load(answer)["messages"][0]["id"]}))
except urllib.error.HTTPError as refusal:
    error = json.load(refusal)["error"]
    print(json.dumps({"code": error["code"], "details": error["error_data"]["details"]}))
