// The process of one instance of a function in JavaScript: `node worker.js HANDLER RESULT_FD`.
// It speaks as worker.py does, which says how.
"use strict";

const fs = require("node:fs");
const path = require("node:path");
const readline = require("node:readline");

const [handlerName, resultFd] = process.argv.slice(2);
const dot = handlerName.lastIndexOf(".");
const known = new Set();

function load() {
  const exported = require(path.resolve(handlerName.slice(0, dot).replaceAll(".", "/")));
  const handler = exported[handlerName.slice(dot + 1)];
  if (typeof handler !== "function") {
    throw new Error(`${handlerName} is no function`);
  }
  return handler;
}

// A handler returns its value or a promise of it, or calls the callback, its third parameter.
function call(handler, event, context) {
  if (handler.length < 3) {
    return handler(event, context);
  }
  return new Promise((resolve, reject) => {
    handler(event, context, (error, value) => (error ? reject(error) : resolve(value)));
  });
}

function newFiles() {
  const found = {};
  for (const file of Object.keys(require.cache)) {
    const isOwn = file.startsWith(process.cwd() + path.sep) && !file.includes("/node_modules/");
    if (isOwn && !known.has(file)) {
      known.add(file);
      // The time is a BigInt, which JSON has no form for: as text, then without the quotes.
      const status = fs.statSync(file, { bigint: true, throwIfNoEntry: false });
      if (status) {
        found[file] = [`${status.mtimeNs}`, `${status.size}`];
      }
    }
  }
  return JSON.stringify(found).replace(/"(\d+)"(?=[,\]])/g, "$1");
}

async function run(handler, problem, line) {
  const { event, context, environment } = JSON.parse(line);
  Object.assign(process.env, environment);
  if (handler === null) {
    console.error(problem);
    return { error: problem, broken: true };
  }
  try {
    const value = await call(handler, event, context);
    return { value: value === undefined ? null : JSON.parse(JSON.stringify(value)) };
  } catch (error) {
    const stack = String((error && error.stack) || error);
    console.error(stack);
    return { error: stack };
  }
}

// Ends soon after the emulator, even if that was killed while a handler runs.
function endWith(parent) {
  setInterval(() => process.ppid === parent || process.exit(1), 1000).unref();
}

async function main() {
  endWith(process.ppid);
  let handler = null;
  let problem = null;
  try {
    handler = load();
  } catch (error) {
    problem = String((error && error.stack) || error);
  }
  for await (const line of readline.createInterface({ input: process.stdin })) {
    const outcome = JSON.stringify(await run(handler, problem, line));
    // What was printed lies in the pipe before this mark: the emulator waits until it has read so far.
    await new Promise((written) => process.stdout.write("\0end of log\0\n", written));
    fs.writeSync(Number(resultFd), `${outcome.slice(0, -1)},"files":${newFiles()}}\n`);
  }
}

main();
