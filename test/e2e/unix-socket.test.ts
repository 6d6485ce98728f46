import { X509Certificate } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Controller, Get, Logger } from '@nestjs/common';
import { CurrentPrincipal, type Principal, ServiceAuth } from 'nest-service-auth';
import { ADAPTERS, createApp } from '../support/adapters.js';
import { appModule, RecordingSink } from '../support/app.js';
import { createTestCa } from '../support/certificates.js';
import { RecordingLogger } from '../support/recording-logger.js';
import { basic, makeUsersFile, type UsersFile } from '../support/users-file.js';

@ServiceAuth({ auth: ['users'] })
@Controller('basic')
class BasicController {
  @Get()
  find() {
    return 'found';
  }
}

@ServiceAuth({ auth: ['certificate'] })
@Controller('certificate')
class CertificateController {
  @Get()
  who(@CurrentPrincipal() { username }: Principal) {
    return { username };
  }
}

describe.each(ADAPTERS)('an application behind a Unix socket, on %s,', (adapter) => {
  let folder: string;
  let file: UsersFile;
  let forwarded: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'socket-'));
    file = await makeUsersFile([{ username: 'alice', password: 'right' }]);
    const ca = await createTestCa();
    const { certPem } = await ca.issue({ cn: 'alice' });
    forwarded = `:${new X509Certificate(certPem).raw.toString('base64')}:`;
  });
  afterAll(async () => {
    await rm(folder, { recursive: true });
    await file.remove();
  });

  /** Starts it on a path, and on a port beside it where `use` asks for that. */
  const withSocket = async (trustedProxies: readonly string[], use: (ask: Ask, lines: readonly string[]) => Promise<void>) => {
    const logger = new RecordingLogger();
    const schemes = {
      users: { fileUserStoreConfig: { path: file.path, allowPlainText: true } },
      certificate: { mutualSslConfig: { forwarded: { header: 'client-cert' } } },
    };
    const module = appModule({
      auth: { trustedProxies, schemes, eventSink: RecordingSink },
      controllers: [BasicController, CertificateController],
    });
    const app = await createApp(adapter, module, { logger });
    const socketPath = join(folder, `${trustedProxies.length}.sock`);
    // The adapter for Fastify of Nest 11 takes a path from an object only.
    await app.listen({ path: socketPath } as never);
    try {
      await use((path, headers) => statusAt(socketPath, path, headers), logger.lines);
    } finally {
      await app.close();
      Logger.overrideLogger(false);
    }
  };
  const login = (ask: Ask, password: string, client: string) =>
    ask('/basic', { authorization: basic('alice', password), 'x-forwarded-for': client });

  it('limits failed logins by the forwarded address where the socket is trusted', async () => {
    await withSocket(['unix'], async (ask, lines) => {
      for (let guess = 0; guess < 12; guess++) await login(ask, `guess ${guess}`, '203.0.113.9');
      expect(await login(ask, 'right', '203.0.113.9')).toBe(429);
      expect(await login(ask, 'right', '198.51.100.1')).toBe(200);
      expect(lines.join('\n')).not.toContain('Unix socket');
    });
  });

  it('says how to limit by address where it is not trusted', async () => {
    await withSocket(['127.0.0.1', '::1'], async (ask, lines) => {
      for (let each = 0; each < 3; each++) expect(await login(ask, 'right', '198.51.100.1')).toBe(200);
      expect(lines.filter((line) => line.includes("add 'unix' to trustedProxies"))).toHaveLength(1);
    });
  });

  it('takes a forwarded certificate from a socket that is trusted, and from no other', async () => {
    await withSocket(['unix'], async (ask) => expect(await ask('/certificate', { 'client-cert': forwarded })).toBe(200));
    await withSocket(['127.0.0.1', '::1'], async (ask) => expect(await ask('/certificate', { 'client-cert': forwarded })).toBe(401));
  });
});

type Ask = (path: string, headers: Readonly<Record<string, string>>) => Promise<number>;

function statusAt(socketPath: string, path: string, headers: Readonly<Record<string, string>>): Promise<number> {
  return new Promise((resolve, reject) => {
    const sent = request({ socketPath, path, headers, agent: false }, (answer) => {
      answer.resume().on('end', () => resolve(answer.statusCode ?? 0));
    });
    sent.on('error', reject).end();
  });
}
