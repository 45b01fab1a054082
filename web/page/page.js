// The page: asks the engine, which runs in a worker, and shows what it answers. Text of a list is only ever shown as text.
"use strict";

const facts = JSON.parse(byId("facts").textContent);
const pageID = crypto.randomUUID?.() ?? String(Math.random()).slice(2); // not there on a plain http:// address
const pages = new Map(); // the outputs to save, by what they are: {name, blob, url}
let engine; // a promise of the compiled module
let worker; // the one that runs a list
let found; // what is known of the list

function byId(id) { return document.getElementById(id); }

// make returns an element with this text or these children.
function make(tag, content, properties = {}) {
  const element = Object.assign(document.createElement(tag), properties);
  element.append(...[content].flat());
  return element;
}

const number = new Intl.NumberFormat("en");

// ---- The engine

function loadEngine() {
  engine ??= (async () => {
    const packed = readBytes(byId("engine").textContent);
    byId("engine").textContent = "";
    const plain = new Blob([packed]).stream().pipeThrough(new DecompressionStream("gzip"));
    return WebAssembly.compile(await new Response(plain).arrayBuffer());
  })();
  return engine;
}

// readBytes undoes what inScript of page.go did: each character holds seven bits, but for those that follow an escape.
function readBytes(text) {
  const escaped = [0, 13, 60, 27];
  const bytes = new Uint8Array(text.length);
  let used = 0, bits = 0, held = 0;
  for (let i = 0; i < text.length; i++) {
    let code = text.charCodeAt(i);
    if (code === 27) code = escaped[text.charCodeAt(++i) - 48];
    bits = ((bits << 7) | code) & 0x3fff;
    held += 7;
    if (held >= 8) {
      held -= 8;
      bytes[used++] = bits >> held;
    }
  }
  return bytes.subarray(0, used);
}

const workerURL = URL.createObjectURL(new Blob([byId("worker-source").textContent], { type: "text/javascript" }));

class Cancelled extends Error {}

// ask runs the engine once. It returns the events and outputs; what the engine refuses is an Error with its words.
async function ask(request, files, { watch, outputs = [], onProgress, isRun = false } = {}) {
  const module = await loadEngine();
  return new Promise((resolve, reject) => {
    const mine = new Worker(workerURL);
    const events = [];
    const end = () => {
      mine.terminate();
      if (isRun) worker = undefined;
    };
    mine.onmessage = ({ data }) => {
      if (data.event) events.push(data.event);
      if (data.progress) onProgress?.(data.progress);
      if (data.failed !== undefined) {
        end();
        reject(new Error(explainFailure(data.failed)));
      }
      if (data.done) {
        end();
        document.documentElement.dataset.engineMemory = data.done.memory;
        const refusal = events.find((event) => event.error);
        if (refusal) reject(new Error(refusal.error));
        else if (data.done.code !== 0) reject(new Error(explainFailure(data.done.errors)));
        else resolve({ events, outputs: new Map(data.done.outputs) });
      }
    };
    mine.onerror = (event) => {
      end();
      reject(new Error(explainFailure(event.message)));
    };
    if (isRun) worker = { cancel: () => { end(); reject(new Cancelled()); } };
    mine.postMessage({ module, request, files, watch, outputs, folder: privateFolder(pageID) });
  });
}

function explainFailure(text) {
  if (/memory|allocation|quota/i.test(text)) {
    return "This list is too large for the memory of this browser. Cut it into parts, or use the command: listgate filter. (" + text + ")";
  }
  return "The engine stopped: " + text;
}

// ---- What the person chose

function chosenFile(id) { return byId(id).files[0]; }
function chosenValues(id) { return [...byId(id).selectedOptions].map((option) => option.value).filter(Boolean); }

// readRequest returns what the engine is asked and the files that it may read.
function readRequest(doing) {
  const files = [];
  const list = chosenFile("list");
  if (list) files.push([listName(list), list]);
  const request = {
    do: doing,
    list: list && listName(list),
    categories: [...new Set([byId("category").value, ...chosenValues("more-categories")])].filter(Boolean),
    message: byId("message").value,
    day: byId("day").value,
    businessCountry: byId("business-country").value,
    defaultRegion: byId("default-region").value,
    sheet: byId("sheet").value,
    columns: [...new Set([byId("column").value, ...chosenValues("more-columns")])].filter(Boolean),
    noHeader: byId("no-header").checked,
    regionColumn: byId("region-column").value,
    require: byId("require-column").value === "" ? null : { column: byId("require-column").value, values: byId("require-values").value },
    dedupe: byId("dedupe").checked,
    valid: byId("valid").checked,
    normalize: byId("normalize").value,
    output: byId("output").value,
    now: new Date().toISOString(),
  };
  for (const file of byId("rules").files) files.push(["rules/" + file.name, file]);
  const page = chosenFile("policy-page");
  if (page) {
    request.policyPage = "policy/" + page.name;
    files.push([request.policyPage, page]);
  }
  const suppress = chosenFile("suppress");
  if (suppress) {
    request.suppress = "stop/" + suppress.name;
    request.suppressColumn = byId("suppress-column").value;
    files.push([request.suppress, suppress]);
  }
  return { request, files };
}

function listName(file) { return "list/" + file.name; }

// ---- Looking at the list

async function look() {
  const list = chosenFile("list");
  found = undefined;
  showError("");
  hideAnswer();
  byId("found").replaceChildren();
  if (!list) return;
  byId("found").append(make("p", "Looking at the list…", { className: "help" }));
  const { request, files } = readRequest("look");
  try {
    const { events } = await ask(request, files);
    if (chosenFile("list") !== list) return; // another one was chosen meanwhile
    found = events.find((event) => event.look)?.look;
    showFound();
  } catch (error) {
    if (chosenFile("list") !== list) return;
    byId("found").replaceChildren();
    showError(error.message);
  }
}

function showFound() {
  const box = byId("found");
  box.replaceChildren();
  if (found.doubt) {
    box.append(make("p", found.doubt + " Choose the phone column below.", { className: "bad" }));
  }
  for (const line of found.about) box.append(make("p", line, { className: "facts" }));
  for (const line of found.warnings) box.append(make("p", "Note: " + line, { className: "facts" }));
  if (found.columns.length > 0) box.append(make("div", columnTable(), { className: "scroll" }));
  fillSelect("sheet", found.sheets.map((name) => [name, name]), found.sheet);
  byId("sheet-field").hidden = found.sheets.length < 2;
  const columns = found.columns.map((column) => [String(column.number), columnTitle(column)]);
  fillSelect("column", [["", found.doubt ? "Choose…" : "Found by itself"], ...columns], byId("column").value);
  byId("column-field").hidden = false;
  byId("more-columns").replaceChildren(...columns.map(([value, text]) => make("option", text, { value })));
  const named = found.columns.map((column) => [column.name || String(column.number), columnTitle(column)]);
  fillSelect("region-column", [["", "None"], ...named], byId("region-column").value);
  fillSelect("require-column", [["", "None"], ...named], byId("require-column").value);
  fillSelect("output", [["", "CSV"], ...(found.sheet ? [["xlsx", "Excel workbook"]] : [])], byId("output").value);
  if (found.doubt) byId("column").focus();
}

function columnTitle(column) {
  return column.name ? `${column.number}: ${column.name}` : `Column ${column.number}`;
}

function columnTable() {
  const table = make("table", [make("caption", "The first rows; numbers are masked", { className: "help" })]);
  table.append(make("thead", make("tr", ["Column", "Samples"].map((text) => make("th", text, { scope: "col" })))));
  const body = make("tbody", found.columns.slice(0, 30).map((column) => {
    const chosen = column.phone;
    return make("tr", [
      make("th", columnTitle(column) + (chosen ? " (phone)" : ""), { scope: "row" }),
      make("td", column.samples.filter(Boolean).join("  ·  "), { className: "sample" }),
    ], { className: chosen ? "chosen" : "" });
  }));
  table.append(body);
  if (found.columns.length > 30) table.append(make("tfoot", make("tr", make("td", `and ${found.columns.length - 30} more`))));
  return table;
}

// fillSelect keeps the value where it is still to be had.
function fillSelect(id, options, value) {
  const select = byId(id);
  select.replaceChildren(...options.map(([optionValue, text]) => make("option", text, { value: optionValue })));
  select.value = options.some(([optionValue]) => optionValue === value) ? value : options[0]?.[0] ?? "";
}

// ---- Running

async function run(event) {
  event.preventDefault();
  showError("");
  if (!chosenFile("list")) return showError("Choose a list first.", "list");
  if (!byId("category").value) return showError("Choose the business category: what the business is decides who may be messaged.", "category");
  if (!byId("form").checkValidity()) return showError("The planned day is not a day.", "day");
  hideAnswer();
  const { request, files } = readRequest("filter");
  setRunning(true);
  await forgetOutputs();
  const started = performance.now();
  try {
    const { events, outputs } = await ask(request, files, {
      watch: request.list, outputs: ["out/kept", "out/dropped", "out/report"], onProgress: showProgress, isRun: true,
    });
    const doubt = events.find((e) => e.look?.doubt);
    if (doubt) {
      found = doubt.look;
      showFound();
      return;
    }
    showAnswer(events.find((e) => e.result).result, outputs);
    byId("status").textContent = `Done in ${((performance.now() - started) / 1000).toFixed(1)} s.`;
    byId("answer-title").focus();
  } catch (error) {
    if (error instanceof Cancelled) byId("status").textContent = "Cancelled: nothing was written.";
    else showError(error.message);
  } finally {
    setRunning(false);
  }
}

function setRunning(running) {
  byId("run").disabled = running;
  byId("cancel").hidden = byId("progress").hidden = !running;
  if (running) {
    byId("progress").removeAttribute("value");
    byId("status").textContent = "Filtering…";
  } else if (byId("status").textContent === "Filtering…" || byId("status").textContent.startsWith("Read ")) {
    byId("status").textContent = "";
  }
}

let toldShare = -1;
function showProgress({ read, size }) {
  byId("progress").value = size > 0 ? read / size : 1;
  const share = Math.floor((read / size) * 10) * 10;
  if (share === toldShare) return; // a screen reader hears each tenth once
  toldShare = share;
  byId("status").textContent = `Read ${share} %`;
}

function showError(text, focus) {
  const box = byId("error");
  box.textContent = text;
  box.hidden = text === "";
  if (text !== "") {
    byId("status").textContent = "";
    (focus ? byId(focus) : box).focus();
  }
}

// ---- The answer

function hideAnswer() {
  byId("answer").hidden = true;
  for (const { url } of pages.values()) URL.revokeObjectURL(url);
  pages.clear();
  for (const id of ["kept-rows", "dropped-rows"]) byId(id).dataset.rows = "";
}

function showAnswer(result, outputs) {
  hideAnswer();
  for (const [id, rows] of [["kept-rows", result.kept], ["dropped-rows", result.dropped]]) {
    byId(id).dataset.rows = String(rows);
    byId(id).textContent = number.format(rows);
  }
  byId("ran-with").textContent = result.about.join(" · ");
  byId("verdict-line").replaceChildren(...result.next.map((line) => make("p", line)));
  byId("warnings").replaceChildren(...result.warnings.map((text) => make("li", text)));
  showReasons(result);
  showRegions(result, 12);
  showSamples(result);
  for (const [kind, name] of Object.entries(result.names)) {
    offer("save-" + kind, name, outputs.get("out/" + kind));
  }
  byId("answer").hidden = false;
}

function showReasons(result) {
  byId("reasons").tBodies[0].replaceChildren(...result.reasons.map((reason) => {
    const row = make("tr", [
      make("th", reason.reason, { scope: "row" }),
      make("td", number.format(reason.rows), { className: "amount" }),
      make("td", [make("div", reason.meaning), share(reason.kept ? reason.rows : 0, reason.kept ? 0 : reason.rows, result.rows)]),
    ]);
    row.dataset.reason = reason.reason;
    row.dataset.rows = String(reason.rows);
    return row;
  }));
}

function showRegions(result, most) {
  const largest = Math.max(1, ...result.regions.map((region) => region.kept + region.dropped));
  byId("regions").tBodies[0].replaceChildren(...result.regions.slice(0, most).map((region) => {
    const row = make("tr", [
      make("th", region.name, { scope: "row" }),
      make("td", number.format(region.kept), { className: "amount" }),
      make("td", number.format(region.dropped), { className: "amount" }),
      make("td", share(region.kept, region.dropped, largest)),
    ]);
    row.dataset.region = region.region;
    return row;
  }));
  const button = byId("all-regions");
  button.hidden = result.regions.length <= most;
  button.textContent = `Show all ${result.regions.length} countries`;
  button.onclick = () => {
    showRegions(result, result.regions.length);
    byId("regions").tBodies[0].rows[most].tabIndex = -1;
    byId("regions").tBodies[0].rows[most].focus();
  };
}

// share draws rows kept and dropped as a part of a whole; the figures stand beside it.
function share(kept, dropped, whole) {
  const bar = make("div", [make("i", "", { className: "go" }), make("i", "", { className: "stop" })], { className: "bar", ariaHidden: "true" });
  bar.children[0].style.width = `${(100 * kept) / whole}%`;
  bar.children[1].style.width = `${(100 * dropped) / whole}%`;
  return bar;
}

function showSamples(result) {
  const box = byId("samples");
  box.replaceChildren();
  if (result.samples.length === 0) return;
  box.append(make("h3", "First dropped rows"));
  const table = make("table", make("thead", make("tr", ["Reason", "Country", "Lines", "Samples"].map((text) => make("th", text, { scope: "col" })))));
  table.append(make("tbody", result.samples.map((sample) => make("tr", [
    make("td", sample.reason), make("td", sample.region), make("td", sample.lines.join(", ")),
    make("td", sample.numbers.join("  "), { className: "sample" }),
  ]))));
  box.append(make("div", table, { className: "scroll" }));
}

// offer makes a link save an output; without one it says that there is none.
function offer(id, name, blob) {
  const link = byId(id);
  link.removeAttribute("href");
  link.removeAttribute("download");
  link.setAttribute("aria-disabled", String(!blob));
  if (!blob) return;
  const url = URL.createObjectURL(blob);
  pages.set(id, { name, blob, url });
  link.href = url;
  link.download = name;
}

// ---- Verifying

async function verify(event) {
  event.preventDefault();
  const verdict = byId("verdict");
  const list = chosenFile("verify-list");
  const report = chosenFile("verify-report");
  verdict.className = "";
  if (!list || !report) {
    verdict.textContent = "Choose the list and its report.";
    return;
  }
  verdict.textContent = "Reading…";
  try {
    const request = { do: "verify", list: "list/" + list.name, report: "report/" + report.name, now: new Date().toISOString() };
    const { events } = await ask(request, [[request.list, list], [request.report, report]]);
    const answer = events.find((e) => e.verdict).verdict;
    verdict.className = answer.good ? "good" : "bad";
    verdict.dataset.good = String(answer.good);
    verdict.replaceChildren(...answer.lines.map((line) => make("p", line)));
  } catch (error) {
    verdict.className = "bad";
    verdict.dataset.good = "false";
    verdict.textContent = error.message;
  }
}

// ---- The page's own folder in the browser, where it has one

function privateFolder(id) { return "listgate-" + id; }

// tidy removes the lists that pages which are closed by now left behind. A page holds a lock as long as it is open.
async function tidy() {
  try {
    const root = await navigator.storage.getDirectory();
    navigator.locks.request(privateFolder(pageID), () => new Promise(() => {}));
    const open = new Set((await navigator.locks.query()).held.map((lock) => lock.name));
    for await (const name of root.keys()) {
      if (name.startsWith(privateFolder("")) && !open.has(name)) await root.removeEntry(name, { recursive: true });
    }
  } catch {
    // Opened from a file, a page has no folder, and leaves nothing behind.
  }
}

// forgetOutputs removes what an earlier run of this page wrote.
async function forgetOutputs() {
  try {
    const root = await navigator.storage.getDirectory();
    await root.removeEntry(privateFolder(pageID), { recursive: true });
  } catch {
    // There was none.
  }
}

// ---- Setting up

function showTab(name, focus) {
  for (const tab of ["filter", "verify"]) {
    const selected = tab === name;
    byId("tab-" + tab).setAttribute("aria-selected", String(selected));
    byId("tab-" + tab).tabIndex = selected ? 0 : -1;
    byId("panel-" + tab).hidden = !selected;
  }
  if (focus) byId("tab-" + name).focus();
}

function explainCategory() {
  const category = facts.categories.find((c) => c.name === byId("category").value);
  byId("category-note").textContent = category?.note ?? "";
}

// addCategories offers the categories of rule files that the person chose.
async function addCategories() {
  const { request, files } = readRequest("categories");
  try {
    const { events, outputs } = await ask(request, files);
    const { categories } = events.find((event) => event.categories);
    showRuleFiles(events.find((event) => event.notes)?.notes ?? [], outputs);
    const chosen = byId("category").value;
    fillCategories(categories);
    byId("category").value = chosen;
    showError("");
  } catch (error) {
    showError(error.message, "rules");
  }
}

// showRuleFiles offers the rule files that were made from a policy page: whoever verifies the list needs them, too.
function showRuleFiles(notes, outputs) {
  const links = [...outputs].map(([path, blob]) => {
    const name = path.split("/").pop();
    return make("a", "Save " + name, { href: URL.createObjectURL(blob), download: name });
  });
  byId("policy-files").replaceChildren(...links.flatMap((link) => [link, " "]), ...notes.map((note) => make("div", note)));
}

function fillCategories(categories) {
  const options = () => categories.map((category) => make("option", `${category.title} (${category.name})`, { value: category.name }));
  byId("category").replaceChildren(byId("category").options[0], ...options());
  byId("more-categories").replaceChildren(...options());
}

function setUp() {
  fillCategories(facts.categories);
  byId("message").append(...facts.messages.map((message) => make("option", message, { value: message })));
  for (const id of ["business-country", "default-region"]) {
    byId(id).append(...facts.regions.map((region) => make("option", region.name, { value: region.code })));
  }
  byId("day").value = new Date().toISOString().slice(0, 10);
  byId("foot").textContent = facts.foot;
  const age = (Date.now() - Date.parse(facts.asOf)) / 86400e3;
  if (age > facts.maxAgeDays) {
    byId("old").textContent = `The rules in this page were read ${Math.floor(age)} days ago. Get a newer page, or give it Meta’s policy page as you saved it.`;
    byId("old").hidden = false;
  }
  const drop = byId("drop");
  for (const type of ["dragenter", "dragover"]) {
    drop.addEventListener(type, (event) => { event.preventDefault(); drop.classList.add("over"); });
  }
  for (const type of ["dragleave", "drop"]) drop.addEventListener(type, () => drop.classList.remove("over"));
  drop.addEventListener("drop", (event) => {
    event.preventDefault();
    if (event.dataTransfer.files.length === 0) return;
    byId("list").files = event.dataTransfer.files;
    startOver();
  });
  for (const type of ["dragover", "drop"]) window.addEventListener(type, (event) => event.preventDefault()); // a missed drop opens nothing
  byId("list").addEventListener("change", startOver);
  for (const id of ["sheet", "column", "more-columns", "no-header", "default-region", "region-column"]) byId(id).addEventListener("change", look);
  byId("category").addEventListener("change", explainCategory);
  for (const id of ["rules", "policy-page"]) byId(id).addEventListener("change", addCategories);
  byId("form").addEventListener("change", hideStale);
  byId("form").addEventListener("submit", run);
  byId("cancel").addEventListener("click", () => worker?.cancel());
  byId("verify-form").addEventListener("submit", verify);
  byId("print").addEventListener("click", () => window.print());
  for (const [name, other] of [["filter", "verify"], ["verify", "filter"]]) {
    byId("tab-" + name).addEventListener("click", () => showTab(name));
    byId("tab-" + name).addEventListener("keydown", (event) => {
      if (["ArrowLeft", "ArrowRight"].includes(event.key)) showTab(other, true);
    });
  }
  tidy();
  loadEngine().catch((error) => showError("This browser cannot run the engine: " + error.message));
}

// startOver forgets what was chosen for another list.
function startOver() {
  for (const id of ["sheet", "column", "region-column", "require-column"]) byId(id).value = "";
  look();
}

// hideStale takes an answer away as soon as it is not the answer to what is chosen.
function hideStale() {
  if (!byId("answer").hidden) {
    hideAnswer();
    byId("status").textContent = "Something was changed: filter the list again.";
  }
}

setUp();
