'use strict';

// Every key that serverless.yml may have. deploy/configuration/document.py reads the same keys.
// Python checks the values, and says for each wrong one what to write instead.

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
  cmq: keys({ topic: text }),
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

// The framework's own keys that have a use here; `package`, `resources` and `layers` have none.
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

// Returns an error about another cloud's provider or the first key that nothing reads; or null.
function unknownKey({ provider, functions, ...service }) {
  const { value } = unknownKeys(service, provider, functions).next();
  return value ?? null;
}

function* unknownKeys(service, provider, functions) {
  const name = provider?.name ?? provider; // `provider: tencent` is short for a mapping
  if (name !== 'tencent') yield `provider.name: is ${name}; write tencent`;
  yield* unknownIn('', service, [...FRAMEWORK, 'provider', 'functions']);
  yield* unknownBelow('provider', provider, { name: text, stage: text, ...PROVIDER });
  for (const [key, definition] of entries(functions)) {
    const where = `functions.${key}`;
    yield* unknownBelow(where, definition, { ...FUNCTION, events: list(text) });
    const events = Array.isArray(definition?.events) ? definition.events : [];
    for (const [position, event] of events.entries()) {
      yield* unknownInEvent(`${where}.events.${position}`, event);
    }
  }
}

function* unknownInEvent(where, event) {
  const kind = entries(event).map(([key]) => key).join(', ');
  if (EVENTS[kind]) yield* unknownBelow(where, event, EVENTS);
  else {
    yield `${where}: is ${kind || 'nothing'}; write one of cos, timer, cmq and url: url is a ` +
      'Function URL, and replaces the API Gateway, which Tencent has shut down';
  }
}

function* unknownBelow(where, mapping, properties) {
  yield* unknownIn(where, mapping, Object.keys(properties));
  for (const [key, inner] of entries(mapping)) {
    const below = properties[key].properties;
    if (below) yield* unknownBelow(`${where}.${key}`, inner, below);
  }
}

function* unknownIn(where, mapping, names) {
  for (const [key] of entries(mapping)) {
    const place = where ? `${where}.${key}` : key;
    const choice = [...names].sort().join(', ');
    if (!names.includes(key)) yield `${place}: is not a key here; there can be ${choice}`;
  }
}

const entries = (mapping) =>
  mapping && typeof mapping === 'object' && !Array.isArray(mapping) ? Object.entries(mapping) : [];

// Returns the document for Python: the configuration's values for the keys above.
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

function pick(mapping, names) {
  const present = names.filter((name) => mapping[name] != null);
  return Object.fromEntries(present.map((name) => [name, mapping[name]]));
}

module.exports = { declare, documentOf, unknownKey };
