'use strict';

// Every key that serverless.yml may have. What the values may be is checked in Python, with a
// sentence for each that says what to write; deploy/document.py reads the same keys.

const text = { type: 'string' }; // a number or a boolean is taken as YAML writes it
const whole = { type: 'integer' };
const keys = (properties) => ({ type: 'object', properties, additionalProperties: false });
const list = (items) => ({ type: 'array', items });

const PROVIDER = {
  runtime: text,
  region: text,
  tags: { type: 'object', additionalProperties: text },
  environment: { type: 'object', additionalProperties: text },
  secrets: list(text),
  logs: keys({ logset: text, topic: text }),
};

const EVENTS = {
  cos: keys({ bucket: text, event: text, prefix: text, suffix: text }),
  url: keys({ auth: text }),
  timer: keys({ name: text, cron: text, message: text }),
};

const FUNCTION = {
  memorySize: whole,
  timeout: whole,
  role: text,
  retries: whole,
  eventAge: whole,
  concurrency: whole,
  deadLetterQueue: keys({ type: text, name: text }),
};

// The framework's own keys that make sense here; `package`, `resources` and `layers` don't.
const FRAMEWORK = [
  ...['service', 'frameworkVersion', 'configValidationMode', 'useDotenv', 'plugins'],
  ...['custom', 'params', 'deprecationNotificationMode', 'disabledDeprecations'],
];

function declare(handler) {
  handler.defineProvider('tencent', {
    provider: { properties: PROVIDER },
    function: { properties: FUNCTION },
    functionEvents: EVENTS,
  });
}

// A sentence about the first key that nobody reads, or null.
function unknownKey({ provider, functions, ...service }) {
  return first([
    () => unknownIn('', service, [...FRAMEWORK, 'provider', 'functions']),
    () => unknownBelow('provider', provider, { name: text, stage: text, ...PROVIDER }),
    ...entries(functions).map(
      ([key, definition]) =>
        () => unknownInFunction(`functions.${key}`, definition),
    ),
  ]);
}

function unknownInFunction(where, definition) {
  const events = Array.isArray(definition?.events) ? definition.events : [];
  return first([
    () => unknownBelow(where, definition, { ...FUNCTION, events: list() }),
    ...events.map(
      (event, position) =>
        () => unknownInEvent(`${where}.events.${position}`, event),
    ),
  ]);
}

function unknownInEvent(where, event) {
  const kinds = entries(event).map(([kind]) => kind);
  if (kinds.length !== 1 || !EVENTS[kinds[0]]) {
    return (
      `${where}: is ${kinds.join(', ') || 'nothing'}; write one of cos, timer and url, where url ` +
      'is a Function URL and takes the place of the API Gateway, which Tencent has shut down'
    );
  }
  return unknownBelow(where, event, EVENTS);
}

function unknownBelow(where, mapping, properties) {
  return first([
    () => unknownIn(where, mapping, Object.keys(properties)),
    ...entries(mapping).map(([key, inner]) => () => {
      const below = properties[key].properties;
      return below ? unknownBelow(`${where}.${key}`, inner, below) : null;
    }),
  ]);
}

function unknownIn(where, mapping, names) {
  const unknown = entries(mapping).find(([key]) => !names.includes(key));
  if (!unknown) return null;
  const place = where ? `${where}.${unknown[0]}` : unknown[0];
  return `${place}: is no key here; there can be ${[...names].sort().join(', ')}`;
}

const entries = (mapping) =>
  mapping && typeof mapping === 'object' && !Array.isArray(mapping) ? Object.entries(mapping) : [];

function first(questions) {
  for (const question of questions) {
    const answer = question();
    if (answer) return answer;
  }
  return null;
}

// The document for Python: what the configuration says of the keys above.
function documentOf({ service, provider, functions }, options) {
  const functionKeys = [...Object.keys(FUNCTION), 'events'];
  return {
    service,
    stage: options.stage ?? provider.stage,
    region: provider.region,
    provider: pick(provider, Object.keys(PROVIDER).filter((key) => key !== 'region')),
    functions: Object.fromEntries(
      entries(functions).map(([key, definition]) => [key, pick(definition, functionKeys)]),
    ),
    package: { path: options.package ?? '.serverless' },
  };
}

const pick = (mapping, names) =>
  Object.fromEntries(names.map((name) => [name, mapping[name]]).filter(([, found]) => found != null));

module.exports = { declare, documentOf, unknownKey };
