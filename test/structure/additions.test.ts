import { readdirSync, readFileSync } from 'node:fs';
import { PRESET_NAMES } from '../../lib/http/forwarded-presets.js';
import { REQUIREMENT_FIELDS } from '../../lib/requirements/every-requirement.js';
import { builtInStrategies } from '../../lib/strategies/built-in.js';

const textOf = (folder: string, ending: string) =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith(ending))
    .map((file) => readFileSync(`${folder}/${file}`, 'utf8'))
    .join('\n');

const DOCS = textOf('docs', '.md');
const FACE = readFileSync('lib/index.ts', 'utf8');
const CONTRACT = textOf('test/contract', '.test.ts');
const PROXIES = readFileSync('docs/mutual-tls.md', 'utf8');
const CONFIG_KEYS = builtInStrategies(() => Promise.reject(new Error('not created'))).map(({ configKey }) => configKey);

describe.each(CONFIG_KEYS)('the strategy behind %s', (configKey) => {
  it('has a contract test in test/contract', () => {
    expect(CONTRACT).toContain(`'${configKey}'`);
  });

  it('has its config exported by lib/index.ts', () => {
    expect(FACE).toMatch(new RegExp(`\\b${configKey}\\b`, 'i'));
  });

  it('is explained in docs/', () => {
    expect(DOCS).toContain(configKey);
  });
});

it.each(REQUIREMENT_FIELDS)('the requirement %s is explained in docs/', (field) => {
  expect(DOCS).toMatch(new RegExp(`\`${field}\`|\\b${field}:`));
});

it.each(PRESET_NAMES)('the preset %s has a row in docs/mutual-tls.md', (name) => {
  expect(PROXIES).toContain(`\n| \`${name}\` |`);
});
