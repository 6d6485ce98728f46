import { resolve } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import {
  type Client,
  credentials,
  type GrpcObject,
  loadPackageDefinition,
  Metadata,
  type ServerDuplexStream,
  type ServiceClientConstructor,
} from '@grpc/grpc-js';
import { loadSync } from '@grpc/proto-loader';
import { Controller, type INestMicroservice } from '@nestjs/common';
import { GrpcMethod, GrpcStreamCall, GrpcStreamMethod, Transport } from '@nestjs/microservices';
import { AuthService, CurrentPrincipal, type Principal, ResourceAuth, ServiceAuth } from 'nest-service-auth';
import { map, NEVER, type Observable, startWith } from 'rxjs';
import { eventually } from '../support/eventually.js';
import { freePorts } from '../support/free-port.js';
import { authorizationOf, sinkOf, startMicroservice } from '../support/rpc-app.js';

const PROTO = resolve('test/support/streams.proto');

interface Note {
  readonly text: string;
}

@ServiceAuth({ auth: ['sts'] })
@Controller()
class Streams {
  @ResourceAuth({ auth: [{ scheme: 'sts', scopes: ['add_order'] }] })
  @GrpcMethod('Streams', 'Unary')
  unary(_: Note, @CurrentPrincipal() caller: Principal) {
    return { text: caller.username };
  }
  @ResourceAuth({ auth: ['probe'] })
  @GrpcMethod('Streams', 'OpenUnary')
  probe(@CurrentPrincipal() caller: Principal) {
    return { text: caller.username };
  }
  @GrpcMethod('Streams', 'Answers')
  answers(@CurrentPrincipal() caller: Principal) {
    return NEVER.pipe(startWith({ text: caller.username }));
  }
  @GrpcStreamMethod('Streams', 'Method')
  method(notes: Observable<Note>) {
    return notes.pipe(map(({ text }) => ({ text: `${text}!` })));
  }
  @GrpcStreamMethod('Streams', 'MethodOnce')
  methodOnce(notes: Observable<Note>) {
    return notes.pipe(map(({ text }) => ({ text: `${text}!` })));
  }
  @GrpcStreamCall('Streams', 'Call')
  call(call: ServerDuplexStream<Note, Note>) {
    call.write({ text: 'called' });
  }
}

/** The methods whose calls stay open, and the texts that a caller gets of each before it ends. */
const OPEN = {
  Answers: (caller: string) => [caller],
  Method: () => ['hello!'],
  MethodOnce: () => [],
  Call: () => ['called'],
};
const METHODS = Object.keys(OPEN) as (keyof typeof OPEN)[];

/** How the calls of a caller end whose credential has ended. */
const unauthenticated = (caller: string) => METHODS.map((method) => ({ texts: OPEN[method](caller), code: 16 }));

const inSeconds = (seconds: number) => Math.floor(Date.now() / 1000) + seconds;

type Call = NodeJS.EventEmitter & { write?(note: object): void; end?(): void };

/** Calls a method with one message: the texts that came until it ended, and the code by which it ended. */
function ask(client: Client, method: string, metadata: Record<string, string>, endsRequests = true) {
  const { requestStream, responseStream } = (client.constructor as ServiceClientConstructor).service[method] ?? {};
  const fields = new Metadata();
  for (const [name, value] of Object.entries(metadata)) fields.set(name, value);
  return new Promise<{ readonly texts: readonly string[]; readonly code: number }>((settle) => {
    const texts: string[] = [];
    const done = (error: { code: number } | null, note?: Note) => {
      if (note !== undefined) texts.push(note.text);
      settle({ texts, code: error?.code ?? 0 });
    };
    const send = Reflect.get(client, method) as (...parameters: unknown[]) => Call;
    const given = requestStream ? [] : [{ text: 'hello' }];
    const call = send.call(client, ...given, fields, ...(responseStream ? [] : [done]));
    call.on('data', ({ text }: Note) => texts.push(text));
    call.on('error', ({ code }: { code: number }) => settle({ texts, code }));
    call.on('end', () => setImmediate(() => settle({ texts, code: 0 })));
    if (requestStream) call.write?.({ text: 'hello' });
    if (requestStream && endsRequests) call.end?.();
  });
}

describe('calls of gRPC', () => {
  let app: INestMicroservice;
  let client: Client;

  beforeAll(async () => {
    const [port] = await freePorts(1);
    const url = `127.0.0.1:${port}`;
    app = await startMicroservice(
      { transport: Transport.GRPC, options: { url, package: 'streams', protoPath: PROTO } },
      { controllers: [Streams], auth: { revocation: { onUnavailable: 'refuse' } } },
    );
    const { Streams: Service } = loadPackageDefinition(loadSync(PROTO)).streams as GrpcObject;
    client = new (Service as ServiceClientConstructor)(url, credentials.createInsecure());
  });

  afterAll(async () => {
    client?.close();
    await app?.close();
  });

  it('admit the caller of their metadata, whom the handler gets', async () => {
    const authorization = await authorizationOf('john');
    expect(await ask(client, 'Unary', { authorization })).toEqual({ texts: ['john'], code: 0 });
    expect(await ask(client, 'Method', { authorization })).toEqual({ texts: ['hello!'], code: 0 });
    expect(await ask(client, 'MethodOnce', { authorization })).toEqual({ texts: ['hello!'], code: 0 });
    expect(sinkOf(app).admissions.map(({ route }) => route)).toEqual([
      'Streams.unary (rpc Streams.Unary)',
      'Streams.method (rpc Streams.Method)',
      'Streams.methodOnce (rpc Streams.MethodOnce)',
    ]);
  });

  it.each(['Unary', 'Answers', 'Method', 'MethodOnce', 'Call'])(
    'refuse a caller without credentials, or with bad ones (%s)',
    async (method) => {
      expect(await ask(client, method, {})).toEqual({ texts: [], code: 16 });
      expect(await ask(client, method, { authorization: 'Bearer nonsense' })).toEqual({ texts: [], code: 16 });
    },
  );

  it('tell missing scopes, outages and too many attempts apart by their codes', async () => {
    expect(await ask(client, 'Unary', { authorization: await authorizationOf('ann', { scope: 'read' }) })).toEqual({ texts: [], code: 7 });
    const told = (behaviour: object) => ask(client, 'OpenUnary', { authorization: JSON.stringify(behaviour) });
    expect(await told({ unavailable: 'down', later: true })).toEqual({ texts: [], code: 14 });
    expect(await told({ reject: 'locked', retryAfter: 5 })).toEqual({ texts: [], code: 8 });
    expect(await told({ reject: 'ambiguous', status: 400 })).toEqual({ texts: [], code: 3 });
    expect(await told({ accept: {} })).toEqual({ texts: ['somebody'], code: 0 });
  });

  /** Calls each of the methods that stay open, with a token of its own. */
  const askAll = (caller: string, claimsFor: (method: string) => Record<string, unknown>) =>
    METHODS.map(async (method) => ask(client, method, { authorization: await authorizationOf(caller, claimsFor(method)) }, false));

  it(`end with UNAUTHENTICATED when the token expires (${METHODS.join(', ')})`, async () => {
    const ended = askAll('john', () => ({ exp: inSeconds(3) }));
    expect(await Promise.all(ended)).toEqual(unauthenticated('john'));
  }, 15_000);

  it(`end with UNAUTHENTICATED when the token is revoked (${METHODS.join(', ')})`, async () => {
    const auth = app.get(AuthService, { strict: false });
    const admitted = sinkOf(app).admissions.length;
    const ended = askAll('ann', (method) => ({ jti: `of ${method}` }));
    const others = askAll('bea', (method) => ({ jti: `another of ${method}`, exp: inSeconds(5) }));
    await eventually(() => sinkOf(app).admissions.length === admitted + 2 * METHODS.length);
    await wait(200);
    for (const method of METHODS) await auth.revoke({ jti: `of ${method}` });
    expect(await Promise.all(ended)).toEqual(unauthenticated('ann'));
    expect(await Promise.race([...others, 'open'])).toBe('open');
    const again = askAll('ann', (method) => ({ jti: `of ${method}` }));
    expect(await Promise.all(again)).toEqual(METHODS.map(() => ({ texts: [], code: 16 })));
    await Promise.all(others);
  }, 15_000);

  it('are in the policy by their service and method', () => {
    const rows = app.get(AuthService, { strict: false }).policy();
    expect(rows.map(({ operation }) => operation)).toContain('rpc Streams.Unary');
  });
});
