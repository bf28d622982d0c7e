// A suite in the editor: the YAML language server, over stdio, must find nothing in the suite that `assize init` writes,
// flag each of the mistakes below on its line, and complete what an expectation can hold.
// Takes the place of the server and the folder of the suite.
import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { pathToFileURL } from "node:url";

const [server, folder] = process.argv.slice(2);
const right = readFileSync(`${folder}/own.yaml`, "utf8");

// What is there, and what is written in its place.
const mistakes = [
  ["suite: own", "siute: own"],
  ["title: A case of", "titel: A case of"],
  ["cases:", "case:"],
  ["id: own.alias", "id: [own.alias]"],
  ["title: A user's", "name: A user's"],
  ["proves: get.alias", "prove: get.alias"],
  ["proves: get.alias", "proves: {get: alias}"],
  ["needs: user", "needs: usr"],
  ["needs: user", "needs: [user, mailboxx]"],
  ["steps:", "stepps:"],
  ["- name: get", "- nam: get"],
  ["request:", "requst:"],
  ["method: GET", "methd: GET"],
  ["method: GET", "method: [GET]"],
  ["path:", "paht:"],
  ["headers: {", "header: {"],
  ["expect:", "expects:"],
  ["status: 200", "stauts: 200"],
  ["status: 200", "status: {is: 200}"],
  ["json: {", "jsno: {"],
];

const child = spawn(process.execPath, [server, "--stdio"], { stdio: ["pipe", "pipe", "inherit"] });
const waiting = new Map();
const said = new Map();
let number = 0;

function send(message) {
  const text = JSON.stringify({ jsonrpc: "2.0", ...message });
  child.stdin.write(`Content-Length: ${Buffer.byteLength(text)}\r\n\r\n${text}`);
}

function ask(method, params) {
  send({ id: ++number, method, params });
  return new Promise((resolve) => waiting.set(number, resolve));
}

function take(message) {
  if (message.method === "textDocument/publishDiagnostics") {
    said.get(message.params.uri)?.(message.params.diagnostics);
  } else if (message.method && message.id !== undefined) {
    // Nothing is set: no schema comes from anywhere but the file itself.
    const settings = { validate: true, completion: true, schemaStore: { enable: false } };
    const items = message.params?.items ?? [];
    send({ id: message.id, result: items.map(({ section }) => (section === "yaml" ? settings : {})) });
  } else if (waiting.has(message.id)) {
    waiting.get(message.id)(message.result);
    waiting.delete(message.id);
  }
}

let buffer = Buffer.alloc(0);
child.stdout.on("data", (chunk) => {
  buffer = Buffer.concat([buffer, chunk]);
  for (;;) {
    const end = buffer.indexOf("\r\n\r\n");
    const length = Number(/Content-Length: (\d+)/i.exec(buffer.subarray(0, end))?.[1]);
    if (end < 0 || buffer.length < end + 4 + length) return;
    const text = buffer.subarray(end + 4, end + 4 + length).toString();
    buffer = buffer.subarray(end + 4 + length);
    take(JSON.parse(text));
  }
});

let opened = 0;
function open(text) {
  const uri = `${pathToFileURL(folder)}/edited-${++opened}.yaml`;
  const diagnostics = new Promise((resolve) => said.set(uri, resolve));
  send({ method: "textDocument/didOpen", params: { textDocument: { uri, languageId: "yaml", version: 1, text } } });
  return { uri, diagnostics };
}

function lineOf(text, part) {
  return text.slice(0, text.indexOf(part)).split("\n").length - 1;
}

let failed = 0;
function check(holds, what) {
  if (!holds) failed += 1;
  console.log(`${holds ? "ok    " : "FAILED"} ${what}`);
}

const late = setTimeout(() => {
  console.error("the language server says nothing");
  process.exit(1);
}, 60_000);

const root = String(pathToFileURL(folder));
await ask("initialize", {
  processId: process.pid,
  rootUri: root,
  capabilities: { workspace: { configuration: true }, textDocument: { completion: {} } },
});
send({ method: "initialized", params: {} });

check((await open(right).diagnostics).length === 0, "nothing is wrong with what init writes");
for (const [part, wrong] of mistakes) {
  if (!right.includes(part)) throw new Error(`the suite has no ${part}`);
  const text = right.replace(part, wrong);
  const found = await open(text).diagnostics;
  // A member that is missing is flagged where its object begins.
  const line = lineOf(text, wrong);
  const lines = found.map(({ range }) => range.start.line);
  check(lines.includes(line), `${part} → ${wrong}: ${found.map(({ message }) => message.split("\n")[0]).join("; ")}`);
}
for (const [part, begun, wanted] of [
  ["          - status: 200\n", "          - status: 200\n            \n", ["headers", "schema", "within", "text"]],
  ["    needs: user\n", "    needs: \n", ["user"]],
]) {
  const text = right.replace(part, begun);
  const { uri } = open(text);
  const before = text.slice(0, text.indexOf(begun) + begun.length - 1).split("\n");
  const position = { line: before.length - 1, character: before.at(-1).length };
  const answer = await ask("textDocument/completion", { textDocument: { uri }, position });
  const labels = (answer.items ?? answer).map(({ label }) => label);
  const missing = wanted.filter((one) => !labels.includes(one));
  check(missing.length === 0, `below ${part.trim()}: completed by ${labels.join(", ")}${missing.length ? `; not by ${missing}` : ""}`);
}
clearTimeout(late);
child.kill();
console.log(failed ? `${failed} failed` : `${mistakes.length} mistakes were flagged`);
process.exit(failed ? 1 : 0);
