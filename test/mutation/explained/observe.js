/** @type {import('../gate.js').Explanations} */
export default [
  {
    file: 'observe/authenticator-metrics.ts',
    code: 'const readings: Reading[] = [];',
    change: '["Stryker was here"]',
    why: 'OpenTelemetry ignores a value for what is no instrument.',
  },
  {
    file: 'observe/client-telemetry.ts',
    code: 'reason !== undefined',
    change: 'true',
    why: 'OpenTelemetry ignores an attribute without a value.',
  },
  {
    file: 'observe/observation.ts',
    code: 'steps: readonly string[] = []',
    change: '["Stryker was here"]',
    why: 'One step is not listed.',
  },
];
