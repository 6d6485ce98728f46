import { fork } from 'node:child_process';
import { once } from 'node:events';
import { ADAPTERS, type AdapterName } from '../support/adapters.js';
import { type BuiltPrograms, buildPrograms } from '../support/built-programs.js';
import { createSecret, goodClaims, mint } from '../support/tokens.js';

const MAIN = 'test/support/throttled/main.ts';
const secret = createSecret('HS256');
const tokenOf = async (sub: string) => ({ authorization: `Bearer ${await mint(secret, goodClaims({ sub }))}` });

let programs: BuiltPrograms;
beforeAll(async () => {
  programs = await buildPrograms([MAIN]);
}, 60_000);
afterAll(() => programs.remove());

/** Runs the application; `use` is given a function that asks it and returns the status. */
async function withThrottled(
  adapter: AdapterName,
  by: string,
  use: (get: (headers?: Record<string, string>) => Promise<number>) => Promise<void>,
): Promise<string> {
  const child = fork(programs.main(MAIN), [adapter, by, secret.secret], { stdio: ['ignore', 'pipe', 'pipe', 'ipc'] });
  let log = '';
  for (const stream of [child.stdout, child.stderr]) stream?.on('data', (chunk) => (log += String(chunk)));
  const ended = once(child, 'exit');
  try {
    const started = await Promise.race([once(child, 'message'), ended.then(() => undefined)]);
    if (started === undefined) throw new Error(`The application did not start: ${log}`);
    const [url] = started;
    await use(async (headers = {}) => (await fetch(`${url}/accounts`, { headers })).status);
  } finally {
    if (child.connected) child.disconnect();
    await ended;
  }
  return log;
}

describe.each(ADAPTERS)('on %s, ThrottlerGuard', (adapter) => {
  it('counts by caller after authentication: refused requests do not count', async () => {
    const [alice, bob] = await Promise.all(['alice', 'bob'].map(tokenOf));
    const log = await withThrottled(adapter, 'caller', async (get) => {
      expect([await get(), await get(), await get()]).toEqual([401, 401, 401]);
      expect([await get(alice), await get(alice), await get(alice)]).toEqual([200, 200, 429]);
      expect(await get(bob)).toBe(200);
    });
    expect(log).not.toContain('guardsBefore');
  }, 30_000);

  it('counts by address before authentication: refused requests count', async () => {
    const alice = await tokenOf('alice');
    await withThrottled(adapter, 'address', async (get) => {
      expect([await get(), await get(alice), await get(alice)]).toEqual([401, 200, 429]);
    });
  }, 30_000);
});
