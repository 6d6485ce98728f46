import { createPrivateKey } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { TLSSocket } from 'node:tls';
import { SYSTEM_CLOCK } from '../../../lib/clock.js';
import { AuthConfigurationError, AuthUnavailableError } from '../../../lib/errors.js';
import { requestOfAuthorization } from '../../../lib/http/auth-request.js';
import { createOutgoingClient } from '../../../lib/outgoing/outgoing-client.js';
import { prepareIntrospection } from '../../../lib/strategies/oauth2-introspection/prepare.js';
import { createTestCa, toPkcs12 } from '../../support/certificates.js';
import { startServer, type TestServer } from '../../support/https-server.js';

interface Case {
  readonly id: string;
  /** Where and why we answer otherwise than Ballerina. */
  readonly differs?: string;
  readonly config: { readonly clientConfig?: { readonly secureSocket?: { readonly key?: object } } };
  readonly token: string;
  /** What the endpoint answers to the right credentials. */
  readonly answer?: unknown;
  readonly expected: {
    readonly outcome: 'accepted' | 'rejected' | 'unavailable' | 'boot-error';
    readonly reason?: string;
    readonly username?: string;
    readonly scopes?: string[];
    readonly claims?: object;
    readonly requestBody?: string;
    readonly endpointCalls?: number;
    readonly secondCall?: 'remembered';
  };
}

const { cases } = JSON.parse(readFileSync(new URL('cases.json', import.meta.url), 'utf8')) as { cases: Case[] };

const ADMIN = 'Basic YWRtaW46YWRtaW4=';

describe('Ballerina’s introspection cases', () => {
  let directory: string;
  let plain: TestServer;
  let secure: TestServer;
  let facts: Record<string, unknown>;
  let answer: unknown;
  let bodies: string[];
  /** Whether the last request came with a client certificate that our CA issued. */
  let hadCertificate: boolean;

  beforeAll(async () => {
    directory = mkdtempSync(join(tmpdir(), 'introspection-'));
    // RSA all the way: node-forge, which makes the PKCS#12 file, changes certificates with EC signatures.
    const ca = await createTestCa({ keyType: 'rsa' });
    const [own, client] = await Promise.all([ca.issue(), ca.issue({ cn: 'client', keyType: 'rsa' })]);
    const pkcs12 = join(directory, 'client.p12');
    writeFileSync(pkcs12, toPkcs12(client, 'ballerina'));
    const encrypted = createPrivateKey(client.keyPem).export({
      type: 'pkcs8',
      format: 'pem',
      cipher: 'aes-256-cbc',
      passphrase: 'ballerina',
    });
    plain = await startServer(endpoint);
    secure = await startServer(endpoint, {
      key: own.keyPem,
      cert: own.certPem,
      ca: ca.certPem,
      requestCert: true,
      rejectUnauthorized: false,
    });
    facts = {
      $HTTP: `${plain.url}oauth2/introspect`,
      $HTTPS: `${secure.url}oauth2/introspect`,
      $TOKEN: `${plain.url}oauth2/token`,
      $CA: ca.certPem,
      $CERT: client.certPem,
      $ENCRYPTED_KEY: encrypted,
      $PKCS12: pkcs12,
      $EXP: Math.floor(Date.now() / 1000) + 3600,
    };
  });
  afterAll(async () => {
    await plain.close();
    await secure.close();
    rmSync(directory, { recursive: true });
  });
  async function endpoint(request: IncomingMessage, response: ServerResponse): Promise<void> {
    let body = '';
    for await (const chunk of request) body += chunk;
    bodies.push(body);
    hadCertificate = request.socket instanceof TLSSocket && request.socket.authorized;
    const known = request.headers.authorization === ADMIN;
    response.writeHead(known ? 200 : 401, { 'content-type': 'application/json' });
    response.end(JSON.stringify(known ? answer : { error: 'invalid_client' }));
  }

  /** Puts in what is only known now: addresses, files, times. */
  const filled = (value: unknown): unknown =>
    JSON.parse(JSON.stringify(value), (_key, each) => (typeof each === 'string' ? (facts[each] ?? each) : each));

  async function ask({ config, token, expected }: Case) {
    const surroundings = { createClient: createOutgoingClient, clock: SYSTEM_CLOCK, warn: () => {} };
    const authenticator = await prepareIntrospection(filled(config), 'sts', surroundings);
    const request = requestOfAuthorization(`Bearer ${token}`);
    try {
      const verdict = await authenticator.authenticate(request);
      if (expected.secondCall === 'remembered') expect(authenticator.authenticate(request)).toBe(verdict);
      return verdict;
    } finally {
      await authenticator.close();
    }
  }

  function expectParameters(expected: string): void {
    const parameters = (body: string | undefined) => [...new URLSearchParams(body)].toSorted();
    expect(parameters(bodies[0])).toEqual(parameters(expected));
  }

  const where = (outcome: Case['expected']['outcome']) =>
    cases
      .filter(({ expected }) => expected.outcome === outcome)
      .map((each) => [each.differs === undefined ? each.id : `${each.id} (differs: ${each.differs})`, each] as const);

  beforeEach(() => {
    bodies = [];
    answer = undefined;
  });
  const prepareAnswer = (each: Case) => {
    answer = filled(each.answer ?? { active: true });
    if (each.answer === null) answer = null;
  };

  it.each(where('accepted'))('admits: %s', async (_name, each) => {
    prepareAnswer(each);
    const { claims = {}, username = '', scopes, requestBody } = each.expected;
    expect(await ask(each)).toMatchObject({ outcome: 'accepted', principal: { method: 'introspection', username, scopes, claims } });
    expect(bodies).toHaveLength(1);
    expect(hadCertificate).toBe(each.config.clientConfig?.secureSocket?.key !== undefined);
    if (requestBody !== undefined) expectParameters(requestBody);
  });

  it.each(where('rejected'))('refuses: %s', async (_name, each) => {
    prepareAnswer(each);
    const { reason, endpointCalls = 1 } = each.expected;
    expect(await ask(each)).toMatchObject({ outcome: 'rejected', reason });
    expect(bodies).toHaveLength(endpointCalls);
  });

  it.each(where('unavailable'))('cannot find out: %s', async (_name, each) => {
    prepareAnswer(each);
    await expect(ask(each)).rejects.toBeInstanceOf(AuthUnavailableError);
    expect(bodies).toHaveLength(1);
  });

  it.each(where('boot-error'))('does not boot: %s', async (_name, each) => {
    await expect(ask(each)).rejects.toBeInstanceOf(AuthConfigurationError);
    expect(bodies).toHaveLength(0);
  });
});
