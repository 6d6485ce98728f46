import { Readable } from 'node:stream';
import { Controller, Get, Header, Sse, StreamableFile } from '@nestjs/common';
import { AuthService, ResourceAuth, ServiceAuth } from 'nest-service-auth';
import { finalize, interval, map, tap } from 'rxjs';
import { ADAPTERS, type RunningApp, startApp } from '../support/adapters.js';
import { appModule } from '../support/app.js';
import { eventually } from '../support/eventually.js';
import { createSecret, goodClaims, mint } from '../support/tokens.js';

const key = createSecret('HS256');
const { iss, aud } = goodClaims();
let running = 0;
let sent = 0;

/** Counts on until nobody listens. */
function counts() {
  running++;
  sent = 0;
  return interval(50).pipe(
    map((count) => ({ data: `${count}` })),
    tap(() => sent++),
    finalize(() => running--),
  );
}

@ServiceAuth({ auth: ['sts'] })
@Controller()
class Orders {
  @Sse('events')
  events() {
    return counts();
  }
  @ResourceAuth({ auth: false })
  @Sse('open')
  open() {
    return counts();
  }
  @Get('file')
  @Header('content-type', 'text/plain')
  file() {
    return new StreamableFile(Readable.from(slowly()));
  }
}

async function* slowly() {
  for (let line = 0; line < 30; line++) {
    yield `${line}\n`;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

const now = () => Math.floor(Date.now() / 1000);

describe.each(ADAPTERS)('an answer that has begun (%s)', (adapter) => {
  let app: RunningApp;
  beforeAll(async () => {
    const jwtValidatorConfig = { issuer: String(iss), audience: String(aud), signatureConfig: { secret: key.secret }, clockSkew: 0 };
    const auth = { schemes: { sts: { jwtValidatorConfig } }, revocation: { onUnavailable: 'refuse' as const } };
    app = await startApp(adapter, appModule({ auth, controllers: [Orders] }));
  });
  afterAll(() => app.app.close());

  const tokenFor = (claims: Record<string, unknown>) => mint(key, goodClaims(claims));

  /** Reads an answer to its end. @returns when it ended, in milliseconds, and whether it was complete */
  async function read(
    path: string,
    token?: string,
  ): Promise<{ readonly end: number; readonly isComplete: boolean; readonly text: string }> {
    const answer = await fetch(`${app.url}/${path}`, { headers: token === undefined ? {} : { authorization: `Bearer ${token}` } });
    expect(answer.status).toBe(200);
    let text = '';
    try {
      for await (const chunk of answer.body ?? []) text += Buffer.from(chunk).toString();
      return { end: Date.now(), isComplete: true, text };
    } catch {
      return { end: Date.now(), isComplete: false, text };
    }
  }

  it('ends, if it is one of server-sent events, when the token expires; the handler lets go', async () => {
    const exp = now() + 2;
    const { end, isComplete, text } = await read('events', await tokenFor({ exp }));
    expect(end).toBeGreaterThanOrEqual(exp * 1000);
    expect([isComplete, text.includes('data: 1')]).toEqual([false, true]);
    await eventually(() => running === 0);
  });

  it('ends, if it is one of server-sent events, when the token is revoked', async () => {
    const ending = read('events', await tokenFor({ jti: `events-${adapter}` }));
    // The first event has the status before it.
    await eventually(() => running === 1 && sent > 1);
    await app.app.get(AuthService).revoke({ jti: `events-${adapter}` });
    expect((await ending).isComplete).toBe(false);
    await eventually(() => running === 0);
  });

  it('goes on, if it is one of another kind', async () => {
    const exp = now() + 2;
    const { end, isComplete, text } = await read('file', await tokenFor({ exp }));
    expect(end).toBeGreaterThan(exp * 1000);
    expect([isComplete, text.endsWith('29\n')]).toEqual([true, true]);
  });

  it('goes on, if nobody had to authenticate', async () => {
    const token = await tokenFor({ jti: `open-${adapter}` });
    const leave = new AbortController();
    const answer = await fetch(`${app.url}/open`, { headers: { authorization: `Bearer ${token}` }, signal: leave.signal });
    const reader = answer.body?.getReader();
    expect((await reader?.read())?.done).toBe(false);
    await app.app.get(AuthService).revoke({ jti: `open-${adapter}` });
    for (let count = 0; count < 5; count++) expect((await reader?.read())?.done).toBe(false);
    leave.abort();
    await eventually(() => running === 0);
  });
});
