import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { availableParallelism, loadavg } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { end } from '../../support/child-process.js';
import { type DependentApp, removeDependentProgram, type SeenAnswer, startDependent } from '../../support/faults/dependent-app.js';
import type { FloodName, FloodTrial } from '../../support/faults/flooder.js';
import { statusesOf } from '../../support/faults/load.js';
import { type ProviderProcess, removeProviderProgram, startProvider } from '../../support/faults/provider-process.js';
import { ReplacedFiles, versionOf } from '../../support/faults/replaced-files.js';
import { forkedProgram } from '../../support/forked-program.js';
import { createKey, mint } from '../../support/tokens.js';

/** scrypt of the strength that is recommended: half a second of a processor each. */
const HASH = '$scrypt$ln=17,r=8,p=1$c2FsdHNhbHRzYWx0c2FsdA$aGFzaGhhc2hoYXNoaGFzaGhhc2hoYXNoaGFzaGhhc2g';
/** Milliseconds of each measurement. */
const LASTS = 4000;
/** The application, the flood and the good client: a processor each, and one for the key server. */
const PROCESSES = 4;

const REFUSALS: Readonly<Record<FloodName, readonly number[]>> = {
  'bad signatures': [401],
  'malformed headers': [400, 401],
  'unknown keys': [401],
  'new opaque tokens': [401],
  'huge headers': [0, 431],
  'long tokens': [401],
  'slow bodies': [401],
  // Last: those that wait are hashed later, too.
  'wrong passwords': [401, 429, 503],
};

/** What a good client sees in one measurement. */
interface GoodClient {
  readonly answers: readonly SeenAnswer[];
  /** Milliseconds. */
  readonly p99: number;
  /** Microseconds of a processor that the application used. */
  readonly worked: number;
}

/** How many requests of the flood were answered, and what an answer cost in microseconds: to the good client, and to the flood. */
function costsOf(calm: GoodClient, flooded: GoodClient, received: ReadonlyMap<number, number>) {
  const ofFlood = [...received.values()].reduce((sum, count) => sum + count, 0);
  const good = calm.worked / calm.answers.length;
  const more = Math.max(0, flooded.worked - flooded.answers.length * good);
  return { ofFlood, good, refused: ofFlood === 0 ? 0 : more / ofFlood };
}

describe('a good client beside a flood', () => {
  const flooder = forkedProgram<FloodTrial, object>('test/support/faults/flooder.ts');
  const key = createKey('ES256');
  let provider: ProviderProcess;
  let files: ReplacedFiles;
  let app: DependentApp;
  let token: string;
  beforeAll(async () => {
    provider = await startProvider([key.jwk]);
    files = await ReplacedFiles.create(versionOf(0).texts);
    const paths = { rules: files.path('rules.toml'), users: files.path('users.toml'), apiKeys: files.path('keys.toml') };
    await writeFile(paths.users, `[[auth.users]]\nusername = "alice"\npassword = "${HASH}"\n`);
    app = await startDependent({ provider: provider.url, service: provider.url, files: paths });
    token = await mint(key, { sub: 'alice', exp: Math.floor(Date.now() / 1000) + 36_000 });
  }, 120_000);
  afterAll(async () => {
    await Promise.all([app?.stop(), provider?.kill(), files?.remove()]);
    await Promise.all([flooder.remove(), removeDependentProgram(), removeProviderProgram()]);
  });

  /** What a good client sees: its answers, and the microseconds of a processor that the application used meanwhile. */
  async function goodClient(): Promise<GoodClient> {
    const { worked: start } = await app.operator();
    const answers: SeenAnswer[] = [];
    for (const late = performance.now() + LASTS; performance.now() < late; await sleep(2))
      answers.push(await app.ask('/keys', `Bearer ${token}`));
    const times = answers.map(({ took }) => took).sort((a, b) => a - b);
    const { worked } = await app.operator();
    return { answers, p99: times[Math.floor(times.length * 0.99)] ?? 0, worked: worked - start };
  }

  /** The same beside a flood, with the answers that the flood received in this time, by status. */
  async function beside(flood: FloodName): Promise<{ readonly flooded: GoodClient; readonly received: ReadonlyMap<number, number> }> {
    const { child } = await flooder.start({ port: app.port, flood, token });
    await sleep(500);
    const flooded = await goodClient();
    child.send('over');
    const [received] = (await once(child, 'message')) as [[status: number, count: number][]];
    await end(child, 'SIGKILL');
    return { flooded, received: new Map(received) };
  }

  it.each(Object.keys(REFUSALS) as FloodName[])(
    'of %s is always admitted, and nothing of the flood is',
    async (name) => {
      const hasRoom = availableParallelism() - (loadavg()[0] ?? 0) >= PROCESSES;
      const calm = await goodClient();
      const { flooded, received } = await beside(name);
      const { ofFlood, good, refused } = costsOf(calm, flooded, received);
      console.log(
        `${name}: p99 ${calm.p99.toFixed(1)} → ${flooded.p99.toFixed(1)} ms (compared: ${hasRoom}); ` +
          `a good request costs ${Math.round(good)} µs of a processor, one of the flood ${Math.round(refused)};`,
        received,
      );
      expect([statusesOf(calm.answers), statusesOf(flooded.answers)]).toEqual([[200], [200]]);
      // Nest reads a body before guards run: a slow one has no answer yet.
      if (name !== 'slow bodies') expect(ofFlood).toBeGreaterThan(0);
      expect([...received.keys()].filter((status) => !REFUSALS[name].includes(status))).toEqual([]);
      expect(app.hasEnded).toBe(false);
      // A password is hashed. Everything else costs little more than an admission; this is so on a machine that is busy, too.
      if (name !== 'wrong passwords') expect(refused).toBeLessThan(5 * good);
      if (hasRoom) expect(flooded.p99).toBeLessThan(2 * calm.p99 + 2);
    },
    60_000,
  );
});
