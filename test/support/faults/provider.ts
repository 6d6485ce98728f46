import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

/** How the server answers. */
export type Behaviour = keyof typeof BEHAVIOURS;

/** What the server is given. */
export interface ProviderTrial {
  /** 0 for a free one. */
  readonly port: number;
  readonly behaviour: Behaviour;
  /** The key set that it publishes. */
  readonly keys: readonly object[];
}

let trial: ProviderTrial = JSON.parse(process.argv[2] ?? '{}');

type Answering = (response: ServerResponse, truth: object) => void | Promise<void>;

const text =
  (type: string, body: string, status = 200) =>
  (response: ServerResponse) =>
    void response.writeHead(status, { 'content-type': type }).end(body);

const honest: Answering = (response, truth) => text('application/json', JSON.stringify(truth))(response);

const BEHAVIOURS = {
  honest,
  /** Slower than usual, and in time. */
  slow: async (response, truth) => {
    await sleep(300);
    honest(response, truth);
  },
  /** Later than anybody waits. */
  late: async (response, truth) => {
    await sleep(3000);
    honest(response, truth);
  },
  otherIssuer: (response, truth) => honest(response, 'issuer' in truth ? { ...truth, issuer: 'https://other.example' } : truth),
  html: text('text/html', '<!doctype html><title>Sign in</title>'),
  htmlAsJson: text('application/json', '<!doctype html><title>Sign in</title>'),
  emptyObject: text('application/json', '{}'),
  half: (response, truth) => text('application/json', JSON.stringify(truth).slice(0, -3))(response),
  error: text('text/plain', 'internal error', 500),
  unavailable: text('text/plain', 'unavailable', 503),
  redirect: (response) => void response.writeHead(302, { location: 'http://127.0.0.1:9/elsewhere' }).end(),
  /** Octets without an end, as fast as they are read. */
  flood: (response) => {
    const block = Buffer.alloc(65_536, ' ');
    const more = () => {
      while (!response.destroyed && response.write(block));
    };
    response.writeHead(200, { 'content-type': 'application/json' }).on('drain', more);
    more();
  },
  /** An octet now and then, without an end. */
  trickle: (response) => {
    response.writeHead(200, { 'content-type': 'application/json' });
    const timer = setInterval(() => response.write(' '), 50);
    response.on('close', () => clearInterval(timer));
  },
  cut: (response, truth) => {
    response.writeHead(200, { 'content-type': 'application/json', 'content-length': 10_000 });
    response.write(JSON.stringify(truth), () => response.destroy());
  },
  reset: (response) => void response.destroy(),
} satisfies Record<string, Answering>;

async function truthAbout(request: IncomingMessage, origin: string): Promise<object> {
  switch (request.url) {
    case '/.well-known/openid-configuration':
      return { issuer: origin, jwks_uri: `${origin}/jwks` };
    case '/jwks':
      return { keys: trial.keys };
    case '/token':
      return { access_token: randomUUID(), token_type: 'Bearer', expires_in: 1 };
    default:
      return introspect(request);
  }
}

/** Tokens that begin with "good" are active. */
async function introspect(request: IncomingMessage): Promise<object> {
  let body = '';
  for await (const chunk of request) body += chunk;
  const token = new URLSearchParams(body).get('token') ?? '';
  return token.startsWith('good') ? { active: true, sub: 'alice', exp: Math.floor(Date.now() / 1000) + 36_000 } : { active: false };
}

const server = createServer(async (request, response) => {
  response.on('error', () => undefined);
  const { port } = server.address() as AddressInfo;
  await BEHAVIOURS[trial.behaviour](response, await truthAbout(request, `http://localhost:${port}`));
});
server.listen(trial.port, '127.0.0.1');
await once(server, 'listening');
process.on('message', (changes: Partial<ProviderTrial>) => {
  trial = { ...trial, ...changes };
  process.send?.('changed');
});
process.on('disconnect', () => process.exit());
process.send?.({ port: (server.address() as AddressInfo).port });
