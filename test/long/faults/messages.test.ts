import { setTimeout as sleep } from 'node:timers/promises';
import { eventually } from '../../support/eventually.js';
import { Load, statusesOf } from '../../support/faults/load.js';
import { NO_ANSWER, PATIENCE, type RpcApp, RpcClient, removeRpcProgram, startRpcApp } from '../../support/faults/rpc-app.js';
import { type FallibleMessageServer, startMessageServer } from '../../support/message-servers.js';
import { describeIfOnPath } from '../../support/on-path.js';
import { createSecret, goodClaims, mint } from '../../support/tokens.js';

/** Milliseconds that no message takes: a client waits so long, and the machine may be busy. */
const BOUND = PATIENCE + 3000;

interface Fault {
  begin(server: FallibleMessageServer): unknown;
  end(server: FallibleMessageServer): unknown;
  /** Whether events that are sent during the fault are delivered when it is over. */
  readonly keepsEvents: boolean;
}

const FAULTS: Readonly<Record<string, Fault>> = {
  'is killed and started': { begin: (server) => server.kill(), end: (server) => server.restart(), keepsEvents: false },
  'takes connections and does not answer': { begin: (server) => server.freeze(), end: (server) => server.thaw(), keepsEvents: true },
};

/** What becomes of the two bad ones among three events that are delivered late. */
const LATE = ['Messages.happened (rpc happened): bad_signature', 'Messages.happened (rpc happened): expired'];

const secret = createSecret('HS256');
const stranger = createSecret('HS256');
const now = () => Math.floor(Date.now() / 1000);
const tokenOf = async (sub: string, by = secret, exp = now() + 3600) => `Bearer ${await mint(by, goodClaims({ sub, exp }))}`;

describeIfOnPath('nats-server')('a NATS server under load', () => {
  let server: FallibleMessageServer;
  let app: RpcApp;
  let client: RpcClient;
  beforeAll(async () => {
    server = await startMessageServer('nats-server');
    const url = `nats://127.0.0.1:${server.port}`;
    app = await startRpcApp({ server: url, secret: secret.secret });
    client = new RpcClient(url);
  }, 120_000);
  afterAll(async () => {
    await client?.close();
    await app?.stop();
    await server?.stop();
    await removeRpcProgram();
  });

  it.each(Object.keys(FAULTS))(
    'that %s: no answer meanwhile, and the same decisions as before when it is back',
    async (name) => {
      const { begin, end, keepsEvents } = FAULTS[name] as Fault;
      const [good, forged] = [await tokenOf('alice'), await tokenOf('mallory', stranger)];
      const load = new Load({
        good: () => client.ask('guarded', good),
        forged: () => client.ask('guarded', forged),
        nobody: () => client.ask('guarded'),
      });
      const before = await load.during(() => sleep(500));
      await app.report();
      await begin(server);
      // What was sent before may still be answered.
      await sleep(100);
      const during = await load.during(async () => {
        const expiring = await tokenOf('expiring', secret, now() + 2);
        for (const each of [await tokenOf('bob'), forged, expiring]) await client.tell('happened', each).catch(() => undefined);
        await sleep(4000);
      });
      await end(server);
      const ended = performance.now();
      await eventually(async () => (await client.ask('guarded', good)).status === 200, 60);
      const recovery = performance.now() - ended;
      const after = await load.during(() => sleep(500));
      const longest = Math.max(...Object.values(await load.end()));
      const { callers, refused, log } = await app.report();

      for (const phase of [before, after]) {
        expect(statusesOf(phase.good)).toEqual([200]);
        expect([statusesOf(phase.forged), statusesOf(phase.nobody)]).toEqual([[401], [401]]);
      }
      for (const answers of Object.values(during)) expect(statusesOf(answers)).toEqual([NO_ANSWER]);
      expect(longest).toBeLessThan(BOUND);
      expect(recovery).toBeLessThan(BOUND);
      // An event is decided about when it arrives: a token that has expired meanwhile is refused.
      expect([...callers].sort()).toEqual(keepsEvents ? ['alice', 'bob, event'] : ['alice']);
      expect(refused.filter((each) => each.includes('happened')).sort()).toEqual(keepsEvents ? LATE : []);
      expect(app.hasEnded).toBe(false);
      console.log(`${name}: longest ${Math.round(longest)} ms, recovery ${Math.round(recovery)} ms`, {
        callers,
        refused,
        log: log.slice(0, 6),
      });
    },
    120_000,
  );
});
