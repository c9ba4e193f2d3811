'use strict';

// The flags of each command that Python gets. `package` is in the document instead.
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

// Returns the command's flags as Python takes them.
function flagsOf(command, options) {
  return FLAGS[command]
    .filter((name) => options[name] != null && options[name] !== false)
    .flatMap((name) => (options[name] === true ? [`--${name}`] : [`--${name}`, options[name]]));
}

// Returns an error about an option that the framework takes but this provider doesn't, or null.
function unknownOption(command, options) {
  if (!FLAGS[command]) return null;
  const taken = [...FLAGS[command], ...(IN_THE_DOCUMENT[command] ?? [])];
  const unknown = given(options).find((name) => ![...taken, ...EVERYWHERE].includes(name));
  const choice = taken.length ? `there can be --${taken.join(', --')}` : 'leave it out';
  return unknown ? `sls ${command} has no option --${unknown} here; ${choice}` : null;
}

module.exports = { flagsOf, unknownOption };
