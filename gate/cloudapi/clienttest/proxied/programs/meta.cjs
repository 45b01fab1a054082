// Sends one text with Meta's own SDK, "whatsapp": node meta.cjs HOST PHONE_NUMBER_ID TO. It speaks TLS, on port 443.
process.env.WA_BASE_URL = process.argv[2];
process.env.WA_PHONE_NUMBER_ID = process.argv[3];
process.env.CLOUD_API_ACCESS_TOKEN = "T";
process.env.CLOUD_API_VERSION = "v25.0";
const WhatsApp = require("whatsapp");

(async () => {
  const answer = await new WhatsApp().messages.text({ body: "grüß Gott" }, process.argv[4]);
  const { messages, error } = await answer.responseBodyToJSON();
  console.log(JSON.stringify(error ? { code: error.code, details: error.error_data.details } : { id: messages[0].id }));
  process.exit();
})();
