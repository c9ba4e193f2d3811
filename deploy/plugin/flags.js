'use strict';

// Which flags of a command are handed on to Python; `package` is a part of the document instead.
const FLAGS = {
  package: [],
  deploy: ['dry-run'],
  'deploy function': ['function'],
  info: [],
  invoke: ['function', 'data', 'path'],
  'invoke local': ['function', 'data', 'path'],
  logs: ['function'],
  remove: ['dry-run', 'force'],
};
const IN_THE_DOCUMENT = { package: ['package'], deploy: ['package'] };
const EVERYWHERE = ['stage', 'config', 'param', 'verbose', 'debug', 'help', 'version'];

const given = (options) => Object.keys(options).filter((name) => options[name] != null);

// The command's flags as they are written for Python.
function flagsOf(command, options) {
  return FLAGS[command]
    .filter((name) => options[name] != null && options[name] !== false)
    .flatMap((name) => (options[name] === true ? [`--${name}`] : [`--${name}`, options[name]]));
}

// A sentence about an option that the framework knows and this provider doesn't, or null.
function unknownOption(command, options) {
  if (!FLAGS[command]) return null;
  const taken = [...FLAGS[command], ...(IN_THE_DOCUMENT[command] ?? [])];
  const unknown = given(options).find((name) => ![...taken, ...EVERYWHERE].includes(name));
  const choice = taken.length ? `there can be --${taken.join(', --')}` : 'leave it out';
  return unknown ? `sls ${command} has no option --${unknown} here; ${choice}` : null;
}

module.exports = { flagsOf, unknownOption };
