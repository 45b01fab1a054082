// Sends one text with @kapso/whatsapp-cloud-api: node kapso.mjs BASE PHONE_NUMBER_ID TO.
import { WhatsAppClient } from "@kapso/whatsapp-cloud-api";

const [baseUrl, phoneNumberId, to] = process.argv.slice(2);
const client = new WhatsAppClient({ accessToken: "T", baseUrl });
try {
  const answer = await client.messages.sendText({ phoneNumberId, to, body: "grüß Gott" });
  console.log(JSON.stringify({ id: answer.messages[0].id }));
} catch (error) {
  console.log(JSON.stringify({ code: error.code, details: error.details ?? String(error) }));
}
