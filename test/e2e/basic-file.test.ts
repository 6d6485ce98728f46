import { readFile, writeFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { Controller, Get, type INestApplication } from '@nestjs/common';
import { hash as argon2 } from '@node-rs/argon2';
import { hash as bcrypt } from '@node-rs/bcrypt';
import { AuthEventSink, AuthService, CurrentPrincipal, type Principal, ResourceAuth, ServiceAuth } from 'nest-service-auth';
import { ADAPTERS, startApp } from '../support/adapters.js';
import { appModule, bootError, RecordingSink } from '../support/app.js';
import { basic, makeUsersFile, type UsersFile } from '../support/users-file.js';

@ServiceAuth({ auth: ['internal'] })
@Controller('internal')
class InternalController {
  @Get()
  who(@CurrentPrincipal() who: Principal) {
    return who;
  }

  @ResourceAuth({ auth: { scopes: 'write' } })
  @Get('write')
  write() {
    return 'written';
  }

  @ResourceAuth({ auth: { permissions: 'stock:count' } })
  @Get('count')
  count() {
    return 'counted';
  }

  @ResourceAuth({ auth: [{ apiKeyConfig: { keys: { 'key-1': [] } } }, 'internal'] })
  @Get('either')
  either(@CurrentPrincipal() who: Principal) {
    return { method: who.method };
  }

  @ResourceAuth({ auth: [{ allOf: [{ apiKeyConfig: { keys: { 'key-1': [] } } }, 'internal'] }] })
  @Get('both')
  both(@CurrentPrincipal() who: Principal) {
    return { scheme: who.scheme };
  }

  @ResourceAuth({ auth: false })
  @Get('open')
  open() {
    return 'open';
  }
}

const FAST = { memoryCost: 64, timeCost: 1, parallelism: 1 };
const alice = async (password: string) => ({ username: 'alice', password: await argon2(password, FAST), scopes: ['read', 'write'] });
const bob = async () => ({ username: 'bob', password: await bcrypt('bob:1', { cost: 4 }), roles: ['clerk'] });

describe.each(ADAPTERS)('Basic over a file on %s', (adapter) => {
  let app: INestApplication;
  let url: string;
  let file: UsersFile;
  beforeAll(async () => {
    file = await makeUsersFile([await alice('alice@1'), await bob()]);
    const auth = {
      schemes: { internal: { fileUserStoreConfig: { path: file.path } } },
      roles: { clerk: ['stock:count'] },
      eventSink: RecordingSink,
    };
    ({ app, url } = await startApp(adapter, appModule({ auth, controllers: [InternalController] })));
  });
  afterAll(async () => {
    await app.close();
    await file.remove();
  });

  const get = (path: string, authorization?: string, more: Record<string, string> = {}) =>
    fetch(`${url}/internal${path}`, { headers: { ...(authorization !== undefined && { authorization }), ...more } });
  const statusOf = async (...args: Parameters<typeof get>) => (await get(...args)).status;

  it('names the user, its scopes and its roles to the handler', async () => {
    const response = await get('', basic('alice', 'alice@1'));
    expect(response.status).toBe(200);
    expect(await response.json()).toEqual({
      scheme: 'internal',
      method: 'basic',
      username: 'alice',
      scopes: ['read', 'write'],
      roles: [],
      permissions: [],
      claims: {},
    });
    expect(await (await get('', basic('bob', 'bob:1'))).json()).toMatchObject({ roles: ['clerk'], permissions: ['stock:count'] });
  });

  it.each([
    ['nothing', undefined],
    ['a wrong password', basic('alice', 'alice@2')],
    ['an unknown user', basic('mallory', 'alice@1')],
    ['no Base64', 'Basic !'],
    ['another scheme', 'Bearer abc'],
  ])('answers %s with 401 and the challenge of RFC 7617, always the same', async (_, authorization) => {
    const response = await get('', authorization);
    expect(response.status).toBe(401);
    expect(response.headers.get('www-authenticate')).toBe('Basic realm="api", charset="UTF-8"');
    expect(await response.json()).toEqual({ message: 'Unauthorized', statusCode: 401 });
  });

  it('asks what a route requires, of remembered logins too', async () => {
    for (let each = 0; each < 2; each++) {
      expect(await statusOf('/write', basic('alice', 'alice@1'))).toBe(200);
      expect(await statusOf('/write', basic('bob', 'bob:1'))).toBe(403);
      expect(await statusOf('/count', basic('bob', 'bob:1'))).toBe(200);
      expect(await statusOf('/count', basic('alice', 'alice@1'))).toBe(403);
    }
  });

  it('goes together with another scheme: either, or both', async () => {
    const key = { 'x-api-key': 'key-1' };
    expect(await (await get('/either', undefined, key)).json()).toEqual({ method: 'api-key' });
    expect(await (await get('/either', basic('bob', 'bob:1'))).json()).toEqual({ method: 'basic' });
    expect(await (await get('/either', basic('bob', 'bob:1'), { 'x-api-key': 'wrong' })).json()).toEqual({ method: 'basic' });
    expect(await (await get('/either', basic('bob', 'wrong'), key)).json()).toEqual({ method: 'api-key' });
    const neither = await get('/either');
    expect([neither.status, neither.headers.get('www-authenticate')]).toEqual([
      401,
      'ApiKey realm="api", Basic realm="api", charset="UTF-8"',
    ]);
    expect(await statusOf('/both', basic('bob', 'bob:1'))).toBe(401);
    expect(await statusOf('/both', undefined, key)).toBe(401);
    expect(await statusOf('/both', basic('bob', 'bob:1'), key)).toBe(200);
  });

  it('tells the operator why, and nobody the password', async () => {
    const { events } = app.get<RecordingSink>(AuthEventSink);
    events.length = 0;
    await get('', basic('alice', 'geheim-4711'));
    expect(JSON.stringify(events)).toContain('bad_credentials');
    expect(JSON.stringify(events)).not.toMatch(/geheim-4711|alice|Z2VoZWlt/);
  });

  it('answers 429 with a time to wait after ten failures in a row, also for users who do not exist, and other users go on', async () => {
    for (const name of ['carol', 'nobody']) {
      for (let each = 0; each < 10; each++) expect(await statusOf('', basic(name, `guess ${each}`))).toBe(401);
      const response = await get('', basic(name, 'guess'));
      expect(response.status).toBe(429);
      const wait = Number(response.headers.get('retry-after'));
      expect(wait).toBeGreaterThan(0);
      expect(wait).toBeLessThanOrEqual(300);
    }
    expect(await statusOf('', basic('alice', 'alice@1'))).toBe(200);
    expect(await statusOf('', basic('bob', 'bob:1'))).toBe(200);
  });

  it('is asked without a request through AuthService too', async () => {
    const service = app.get(AuthService);
    expect(await service.authenticate(basic('bob', 'bob:1'), ['internal'])).toMatchObject({ username: 'bob' });
    await expect(service.authenticate(basic('bob', 'wrong'), ['internal'])).rejects.toMatchObject({ status: 401 });
  });

  it('lets nobody in with a password that was changed, remembered or not', async () => {
    expect(await statusOf('', basic('alice', 'alice@1'))).toBe(200);
    await file.write([await alice('alice@2')]);
    for (let each = 0; each < 300 && (await statusOf('', basic('alice', 'alice@1'))) === 200; each++)
      await new Promise((resolve) => setTimeout(resolve, 50));
    expect(await statusOf('', basic('alice', 'alice@1'))).toBe(401);
    expect(await statusOf('', basic('alice', 'alice@2'))).toBe(200);
    expect(await statusOf('', basic('bob', 'bob:1'))).toBe(401);
  });
});

describe.each(ADAPTERS)('a flood of logins on %s', (adapter) => {
  it('is cut off with 503, and other routes go on', async () => {
    const file = await makeUsersFile([{ username: 'alice', password: await argon2('x', { memoryCost: 65_536, timeCost: 1 }) }]);
    const auth = { schemes: { internal: { fileUserStoreConfig: { path: file.path, failedLogins: false as const } } } };
    const { app, url } = await startApp(adapter, appModule({ auth, controllers: [InternalController] }));
    try {
      let finished = 0;
      const logins = Array.from({ length: 90 }, async (_, each) => {
        const response = await fetch(`${url}/internal`, { headers: { authorization: basic('alice', `guess ${each}`) } });
        finished++;
        return response;
      });
      await Promise.race(logins);
      expect((await fetch(`${url}/internal/open`)).status).toBe(200);
      expect(finished).toBeLessThan(90);
      const answers = await Promise.all(logins);
      expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([401, 503]));
      expect(answers.find(({ status }) => status === 503)?.headers.get('retry-after')).toBe('1');
    } finally {
      await app.close();
      await file.remove();
    }
  });
});

describe('a mistake in the configuration', () => {
  const messageOf = async (fileUserStoreConfig: object) =>
    (
      await bootError(
        'express',
        appModule({ auth: { schemes: { internal: { fileUserStoreConfig } as never } }, controllers: [InternalController] }),
      )
    ).message;

  it.each([
    [
      'a file that is not there',
      { path: 'nowhere/Config.toml' },
      /schemes\.internal\.fileUserStoreConfig\.path: cannot read the file "nowhere\/Config\.toml" \(from .*, the working directory\): there is no such file/,
    ],
    ['a field that is not known', { paths: 'x' }, /fileUserStoreConfig\.paths: is not a known field\. Did you mean "path"\?/],
    ['a path that was not set', { path: undefined }, /fileUserStoreConfig\.path: has no value/],
    ['a limit of none', { failedLogins: { limit: 0 } }, /fileUserStoreConfig\.failedLogins/],
    ['a limit that is misspelt', { failedLogins: { limits: 5 } }, /fileUserStoreConfig\.failedLogins\.limits: .*"limit"/],
    ['a limit that is neither', { failedLogins: true }, /failedLogins: must be an object like .* or false for no limit/],
    ['another place for addresses', { failedLogins: { addressFrom: 'header' } }, /failedLogins\.addressFrom: must be "socket" or/],
    ['a flag that is text', { allowPlainText: 'yes' }, /fileUserStoreConfig\.allowPlainText: must be a boolean/],
  ])('stops the boot: %s', async (_, config, message) => {
    expect(await messageOf(config)).toMatch(message);
  });

  it('stops the boot: addresses from a header that no trusted proxy writes', async () => {
    const file = await makeUsersFile([await bob()]);
    try {
      const message = await messageOf({ path: file.path, failedLogins: { addressFrom: 'x-forwarded-for' } });
      expect(message).toMatch(/failedLogins\.addressFrom: .*trustedProxies/);
    } finally {
      await file.remove();
    }
  });

  it('stops the boot: a password in clear, which is not repeated', async () => {
    const file = await makeUsersFile([{ username: 'alice', password: 'geheim-4711' }]);
    try {
      const message = await messageOf({ path: file.path });
      expect(message).toMatch(/Config\.toml:3: ballerina\.auth\.users\[0\]\.password is not a known hash/);
      expect(message).not.toContain('geheim-4711');
    } finally {
      await file.remove();
    }
  });
});

it('a file of users that is written in two pieces refuses none of them meanwhile', async () => {
  const file = await makeUsersFile([await alice('alice@1'), await bob()]);
  const text = await readFile(file.path, 'utf8');
  const auth = { schemes: { internal: { fileUserStoreConfig: { path: file.path, cacheConfig: { capacity: 1, defaultMaxAge: 0.01 } } } } };
  const { app, url } = await startApp('express', appModule({ auth, controllers: [InternalController] }));
  try {
    const answers = new Set<number>();
    let isDone = false;
    const writing = (async () => {
      await writeFile(file.path, text.slice(0, text.lastIndexOf('[[')));
      await sleep(5000);
      await writeFile(file.path, text);
      await sleep(1000);
    })().finally(() => {
      isDone = true;
    });
    while (!isDone) {
      for (const credentials of [basic('alice', 'alice@1'), basic('bob', 'bob:1')])
        answers.add((await fetch(`${url}/internal`, { headers: { authorization: credentials } })).status);
    }
    await writing;
    expect([...answers]).toEqual([200]);
  } finally {
    await app.close();
    await file.remove();
  }
});
