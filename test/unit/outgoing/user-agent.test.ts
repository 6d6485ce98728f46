import { readFileSync } from 'node:fs';
import { USER_AGENT } from '../../../lib/outgoing/user-agent.js';

it('the User-Agent names the package and its version', () => {
  const { name, version } = JSON.parse(readFileSync('package.json', 'utf8'));
  expect(USER_AGENT).toBe(`${name}/${version}`);
});
