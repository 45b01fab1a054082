// Sends one text with @great-detail/whatsapp: node great-detail.mjs BASE PHONE_NUMBER_ID TO.
import Client from "@great-detail/whatsapp";

const [baseUrl, phoneNumberID, to] = process.argv.slice(2);
const client = new Client({ baseUrl, request: { headers: { Authorization: "Bearer T" }, retry: 0 } });
try {
  const answer = await client.message
    .createMessage({ phoneNumberID, to, type: "text", text: { body: "grüß Gott" } })
    .json();
  console.log(JSON.stringify({ id: answer.messages[0].id }));
} catch (error) {
  const graph = error.data?.error;
  console.log(JSON.stringify({ code: graph?.code, details: graph?.error_data?.details ?? String(error) }));
}
