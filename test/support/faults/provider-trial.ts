import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { eventually } from '../eventually.js';
import { createKey, mint, type SigningKey } from '../tokens.js';
import { type DependentApp, type OperatorView, removeDependentProgram, type SeenAnswer, startDependent } from './dependent-app.js';
import { type Answers, Load } from './load.js';
import { type ProviderProcess, removeProviderProgram, startProvider } from './provider-process.js';

/** What is done to a provider, and how it ends. */
export interface Fault {
  begin(provider: ProviderProcess): Promise<void> | void;
  end(provider: ProviderProcess): Promise<void> | void;
  /**
   * How long it lasts, in milliseconds.
   * @defaultValue one second
   */
  readonly lasts?: number;
}

export type Kind = 'known' | 'knownFound' | 'forged' | 'remembered' | 'good' | 'bad' | 'outgoing';

/** What clients and the operator saw of a fault. */
export interface FaultReport {
  readonly before: Answers<Kind>;
  readonly during: Answers<Kind>;
  readonly after: Answers<Kind>;
  /** The statuses of tokens of a key that the provider has only now, while it could not be asked for it, and when it could. */
  readonly newKey: { readonly during: readonly SeenAnswer[]; readonly after: readonly SeenAnswer[] };
  /** Milliseconds from the end of the fault until everything was answered as before: what is asked with each request, and new keys. */
  readonly recovery: { readonly calls: number; readonly keys: number };
  /** Milliseconds, by the kind of request. */
  readonly longest: Readonly<Record<Kind, number>>;
  readonly operator: { readonly during: OperatorView; readonly after: OperatorView };
}

/** An application and a provider, each in a process of its own. */
export interface ProviderTrialBench {
  suffer(fault: Fault): Promise<FaultReport>;
  readonly app: DependentApp;
  readonly provider: ProviderProcess;
  /** The keys that the provider should publish. */
  published(): readonly object[];
  /** The `Authorization` field of a token of the first key, which is good for so many seconds. */
  known(life?: number, claims?: object): Promise<string>;
  /** Requests of every kind. */
  load(): Load<Kind>;
  close(): Promise<void>;
}

/** In seconds; every fault needs a token that is still good afterwards. */
const LIFE = 36_000;

/** Starts both. */
export async function startProviderTrial(): Promise<ProviderTrialBench> {
  const keys = [createKey('ES256')];
  const published = () => keys.map(({ jwk }) => jwk);
  const [service, provider] = await Promise.all([startService(), startProvider(published())]);
  const app = await startDependent({ provider: provider.url, service: addressOf(service) });
  const tokenOf = (key: SigningKey, life = LIFE, claims = {}) => bearer(key, { iss: provider.url, ...claims }, life);
  const first = keys[0] as SigningKey;
  const [known, forged] = [await tokenOf(first), await tokenOf(createKey('ES256', { kid: first.kid }))];
  const startLoad = () => loadOn(app, known, forged);
  return {
    app,
    provider,
    published,
    known: (life, claims) => tokenOf(first, life, claims),
    load: startLoad,
    async suffer(fault) {
      const load = startLoad();
      const before = await load.during(() => pause(500));
      keys.push(createKey('ES256'));
      await app.operator();
      await fault.begin(provider);
      const newer = await tokenOf(keys.at(-1) as SigningKey);
      const askNewer = async () => [await app.ask('/keys', newer), await app.ask('/found', newer)];
      const newKey = { during: [] as SeenAnswer[], after: [] as SeenAnswer[] };
      // What was sent before the fault may still be answered.
      await pause(100);
      const during = await load.during(async () => {
        newKey.during.push(...(await askNewer()));
        await pause(fault.lasts ?? 1000);
        newKey.during.push(...(await askNewer()));
      });
      const seenDuring = await app.operator();
      await fault.end(provider);
      await provider.publish(published());
      const ended = performance.now();
      await eventually(async () => (await statuses(app)).every((status) => status === 200), 60);
      const calls = performance.now() - ended;
      await eventually(async () => (await askNewer()).every(({ status }) => status === 200), 60);
      const recovery = { calls, keys: performance.now() - ended };
      const after = await load.during(() => pause(500));
      newKey.after.push(...(await askNewer()));
      const longest = await load.end();
      return { before, during, after, newKey, recovery, longest, operator: { during: seenDuring, after: await app.operator() } };
    },
    async close() {
      service.close();
      await Promise.all([app.stop(), provider.kill()]);
      await Promise.all([removeDependentProgram(), removeProviderProgram()]);
    },
  };
}

const pause = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds));

let sent = 0;
/** A token that nobody has asked about yet. */
const opaque = (kind: 'good' | 'bad') => `Bearer ${kind}-${++sent}`;

async function bearer(key: SigningKey, claims: object, life: number): Promise<string> {
  return `Bearer ${await mint(key, { ...claims, sub: 'alice', exp: Math.floor(Date.now() / 1000) + life })}`;
}

function loadOn(app: DependentApp, known: string, forged: string): Load<Kind> {
  return new Load({
    known: () => app.ask('/keys', known),
    knownFound: () => app.ask('/found', known),
    forged: () => app.ask(sent % 2 === 0 ? '/keys' : '/found', forged),
    remembered: () => app.ask('/asked', 'Bearer good-remembered'),
    good: () => app.ask('/asked', opaque('good')),
    bad: () => app.ask('/asked', opaque('bad')),
    outgoing: () => app.ask('/out'),
  });
}

async function statuses(app: DependentApp): Promise<number[]> {
  const answers = await Promise.all([app.ask('/asked', opaque('good')), app.ask('/out')]);
  return answers.map(({ status }) => status);
}

/** A service that answers whoever has a token. */
async function startService(): Promise<Server> {
  const server = createServer(({ headers }, response) => {
    response.writeHead(headers.authorization?.startsWith('Bearer ') ? 200 : 401).end('served');
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  return server;
}

function addressOf(server: Server): string {
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}
