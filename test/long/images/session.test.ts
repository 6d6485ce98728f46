import { readFile } from 'node:fs/promises';
import { connect as connectTcp, createServer } from 'node:net';
import { Agent, request } from 'undici';
import { differences } from '../../../demo/compare.js';
import type { Answer as DemoAnswer } from '../../../demo/https-client.js';
import { SHOP } from '../../../sample/order-management/sts/clients.js';
import { DEMO_LOGIN } from '../../../sample/order-management/sts/grants/demo-login.js';
import { readTranscript } from '../../../sample/order-management/transcript.js';
import { sessionSteps } from '../../../sample/order-management/walkthrough/session.js';
import { readStages, textsOf } from '../../support/deployment/dockerfile.js';
import { environmentOf } from '../../support/deployment/manifests.js';
import { deploymentOf } from '../../support/deployment/mounts.js';
import { Buildah } from '../../support/images/buildah.js';
import { Cluster, SERVICES, type ServiceName } from '../../support/images/cluster.js';
import { describeIfOnPath } from '../../support/on-path.js';

const GATEWAY = 'https://api-gateway:9443/order';
const ITEMS = [{ category: 'electronics', code: 'SOWH1000XM4', qty: 1 }];

describeIfOnPath('buildah')('the images of the order management sample', (program) => {
  const buildah = new Buildah(program);
  const agents: Agent[] = [];
  let cluster: Cluster;

  beforeAll(async () => {
    cluster = await Cluster.start(buildah);
  }, 900_000);
  afterAll(async () => {
    await Promise.all(agents.map((agent) => agent.destroy()));
    await cluster?.stop();
    await cluster?.remove();
    await buildah.remove();
  }, 120_000);

  /** Trusts the CA, and finds the services by their names in the cluster. */
  async function agentOf(certificate?: ServiceName): Promise<Agent> {
    const { caFile, keys } = cluster.certificates;
    const files = certificate === undefined ? undefined : keys[certificate];
    const [ca, cert, key] = await Promise.all(
      [caFile, files?.certFile, files?.keyFile].map((file) => (file === undefined ? undefined : readFile(file, 'utf8'))),
    );
    const lookup = (host: string, _: object, found: (error: null, addresses: { address: string; family: number }[]) => void) =>
      found(null, [{ address: cluster.addressOf(host), family: 4 }]);
    const agent = new Agent({ pipelining: 0, connect: { ca, ...(cert !== undefined && { cert, key }), lookup: lookup as never } });
    agents.push(agent);
    return agent;
  }

  interface Call {
    readonly method: string;
    readonly url: string;
    readonly headers: Readonly<Record<string, string>>;
    readonly json?: unknown;
    readonly form?: Readonly<Record<string, string>>;
    readonly as?: ServiceName;
  }

  async function call({ method, url, headers, json, form, as }: Call): Promise<DemoAnswer> {
    const body = form === undefined ? JSON.stringify(json) : new URLSearchParams(form).toString();
    const answer = await request(url, { method, headers, body: body ?? null, dispatcher: await agentOf(as) });
    return { status: answer.statusCode, headers: answer.headers, body: await answer.body.text() };
  }

  async function login(username: string): Promise<string> {
    const authorization = `Basic ${btoa(`${SHOP.id}:${SHOP.secret}`)}`;
    const headers = { authorization, 'content-type': 'application/x-www-form-urlencoded' };
    const form = { grant_type: DEMO_LOGIN, username };
    return JSON.parse((await call({ method: 'POST', url: 'https://sts:9445/oauth2/token', headers, form })).body).access_token;
  }

  const takeFromStock = (as?: ServiceName) => {
    const headers = { 'content-type': 'application/json' };
    const url = 'https://inventory-service:9091/inventory/decrease';
    return call({ method: 'PUT', url, headers, json: ITEMS, ...(as !== undefined && { as }) });
  };

  it('answer the session of the guide through the gateway, with the tokens of users who have logged in', async () => {
    const tokens: Record<string, string> = { $ALICE: await login('alice'), $BOB: await login('bob') };
    const steps = sessionSteps(await readTranscript(), GATEWAY, { counter: 'ALICE', admin: 'BOB' });
    expect(steps).toHaveLength(7);
    const { PUBLIC_ORDER_URL = '' } = environmentOf(deploymentOf('order-service'));
    for (const { title, method, url, headers, json, expect: expected } of steps) {
      const filled = Object.entries(headers).map(([name, value]) => [name, value.replace(/\$[A-Z]+/, (token) => tokens[token] ?? token)]);
      const answer = await call({ method, url, headers: Object.fromEntries(filled), json });
      const location = { ...expected.headers };
      if (typeof location.location === 'string') location.location = location.location.replace('http://localhost:9090', PUBLIC_ORDER_URL);
      expect({ title, wrong: differences(answer, { ...expected, headers: location }) }).toEqual({ title, wrong: [] });
    }
  });

  it('refuse a token that the STS has not issued', async () => {
    const headers = { authorization: 'Bearer a-token-of-ones-own', 'content-type': 'application/json' };
    expect(await call({ method: 'POST', url: GATEWAY, headers, json: { id: '1', name: 'One', items: ITEMS } })).toMatchObject({
      status: 401,
      body: '',
    });
  });

  it('keep the stock behind mutual TLS: only the certificate of the order service is admitted', async () => {
    expect(await takeFromStock('order-service')).toMatchObject({ status: 200 });
    await expect(takeFromStock()).rejects.toThrow();
    await expect(takeFromStock('api-gateway')).rejects.toThrow();
  });

  describe.each(SERVICES)('%s', (name) => {
    it('runs as user 65532 without privileges, as its deployment says', () => {
      const { config, container } = cluster.pod(name);
      const { runAsUser, runAsGroup } = deploymentOf(name).spec.template.spec.securityContext as Record<string, number>;
      expect(config.User).toBe(`${runAsUser}:${runAsGroup}`);
      expect(container.status('Uid')?.split('\t')).toEqual(Array(4).fill('65532'));
      expect(container.status('Gid')?.split('\t')).toEqual(Array(4).fill('65532'));
      expect(container.status('Groups')?.trim()).toBe('65532');
      expect([container.status('CapPrm'), container.status('CapEff'), container.status('CapAmb')].map(Number)).toEqual([0, 0, 0]);
      expect(container.status('NoNewPrivs')).toBe('1');
    });

    it('can write to no file of its image', async () => {
      const write = `for (const file of ['/app/x', '/tmp/x', '/x', process.argv[1]])
        try { fs.writeFileSync(file, ''); console.log(file); } catch ({ code }) { if (code !== 'EROFS') console.log(file, code); }`;
      expect(await cluster.execute(name, ['node', '-e', write, '/app/package.json'])).toEqual({ exitCode: 0, output: '' });
    });

    it('has a health check that succeeds where the service answers, and fails where it does not', async () => {
      const [kind, ...command] = cluster.pod(name).config.Healthcheck?.Test ?? [];
      expect(kind).toBe('CMD');
      // The check asks at 127.0.0.1, which is the container's own in a cluster.
      const forwarder = createServer((socket) => {
        const service = connectTcp(8080, cluster.addressOf(name));
        for (const each of [socket, service]) each.on('error', () => undefined);
        socket.pipe(service).pipe(socket);
      }).listen(0, '127.0.0.1');
      await new Promise((resolve) => forwarder.once('listening', resolve));
      const HEALTH_PORT = String((forwarder.address() as { port: number }).port);
      const attempts = [];
      // Docker repeats a check that fails: on a busy machine its program may not have its answer in time.
      do attempts.push((await cluster.execute(name, command, { HEALTH_PORT })).exitCode);
      while (attempts.at(-1) !== 0 && attempts.length < 3);
      await new Promise((resolve) => forwarder.close(resolve));
      expect(attempts.at(-1)).toBe(0);
      expect(await cluster.execute(name, command, { HEALTH_PORT })).toMatchObject({ exitCode: 1 });
    });

    it('has no source, no compiler and no npm configuration of the machine that built it', async () => {
      const list = `console.log([...fs.readdirSync('/app'), ...fs.readdirSync('/app/sample/dist/order-management')].join())`;
      const { output } = await cluster.execute(name, ['node', '-e', list]);
      expect(
        output
          .trim()
          .split(',')
          .filter((file) => /^(lib|sample\/.*\.ts|tsconfig.*|\.npmrc|package-lock\.json)$/.test(file)),
      ).toEqual([]);
      const services = SERVICES.filter((other) => output.trim().split(',').includes(other));
      expect(services).toEqual([name]);
      const look = `for (const file of ['/app/node_modules/typescript', '/ca.crt', '/npm-cache', '/usr/local/etc/npmrc'])
        if (fs.existsSync(file) && (fs.statSync(file).size > 0 || !fs.statSync(file).isFile())) console.log(file);`;
      expect(await cluster.execute(name, ['node', '-e', look])).toEqual({ exitCode: 0, output: '' });
    });
  });

  it('end with 0 when they are told to', async () => {
    expect(textsOf(readStages(), 'STOPSIGNAL')).toEqual([]);
    expect(await cluster.stop()).toEqual([0, 0, 0, 0]);
  });
});
