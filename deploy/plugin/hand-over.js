'use strict';

const { spawn } = require('node:child_process');
const { constants } = require('node:os');
const path = require('node:path');

// The deployer's own packages and those of the functions, with which it writes to the bucket.
const LOCKS = ['functions', 'deploy'];
// What .env holds that no installer may have: the names of deploy/configuration/environment.py.
const NOT_INHERITED = [
  ...['CALLBACK_SECRET', 'CALLBACK_SECRET_PREVIOUS'],
  ...['TENCENTCLOUD_SECRET_ID', 'TENCENTCLOUD_SECRET_KEY', 'TENCENTCLOUD_TOKEN'],
];

// Runs `python -m deploy <words>` in the service's folder, the document on its standard input;
// resolves to its exit status. The environment it runs in is made first, as make does it.
async function handOver(folder, words, document) {
  const environment = process.env.VENV || '.venv';
  const installation = ['requirements/install.sh', environment, ...LOCKS];
  // Its progress is no data: on standard output there are the command's own lines alone.
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
  const stay = () => {}; // Ctrl-C reaches the child too, which ends in its own words
  process.on('SIGINT', stay);
  return new Promise((resolve, reject) => {
    const child = spawn(program, words, { cwd, env, stdio: ['pipe', stdout, 'inherit'] });
    child.on('error', reject);
    child.on('close', (status, signal) => resolve(status ?? 128 + constants.signals[signal]));
    child.stdin.on('error', () => {}); // it ended without reading: its status says why
    child.stdin.end(input);
  }).finally(() => process.off('SIGINT', stay));
}

module.exports = { NOT_INHERITED, handOver };
