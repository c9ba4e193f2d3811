'use strict';

const { spawn } = require('node:child_process');
const { constants } = require('node:os');
const path = require('node:path');

// The deployer's own packages, and the functions' packages: it writes to the bucket with them.
const LOCKS = ['functions', 'deploy'];
// Secrets of .env that no installer may get; the same as in deploy/configuration/environment.py.
const NOT_INHERITED = [
  ...['CALLBACK_SECRET', 'CALLBACK_SECRET_PREVIOUS'],
  ...['TENCENTCLOUD_SECRET_ID', 'TENCENTCLOUD_SECRET_KEY', 'TENCENTCLOUD_TOKEN'],
];

// Runs `python -m deploy <words>` in the service's folder, with the document on standard input, and
// resolves to its exit status. It first makes the virtual environment, as make does.
async function handOver(folder, words, document) {
  const environment = process.env.VENV || '.venv';
  const installation = ['requirements/install.sh', environment, ...LOCKS];
  // The installer's progress goes to standard error; standard output is for the command's lines.
  const options = { env: withoutSecrets(process.env), stdout: process.stderr };
  const installed = await run('sh', installation, folder, options);
  if (installed !== 0) return installed;
  const python = path.resolve(folder, environment, 'bin', 'python');
  return run(python, ['-m', 'deploy', ...words], folder, { input: JSON.stringify(document) });
}

function withoutSecrets(environment) {
  const kept = Object.entries(environment).filter(([name]) => !NOT_INHERITED.includes(name));
  return Object.fromEntries(kept);
}

function run(program, words, cwd, { input = '', env = process.env, stdout = 'inherit' }) {
  const stay = () => {}; // the child gets Ctrl-C too, and says itself that it was interrupted
  process.on('SIGINT', stay);
  return new Promise((resolve, reject) => {
    const child = spawn(program, words, { cwd, env, stdio: ['pipe', stdout, 'inherit'] });
    child.on('error', reject);
    child.on('close', (status, signal) => resolve(status ?? 128 + constants.signals[signal]));
    child.stdin.on('error', () => {}); // the child ended before it read all: its status says why
    child.stdin.end(input);
  }).finally(() => process.off('SIGINT', stay));
}

module.exports = { NOT_INHERITED, handOver };
