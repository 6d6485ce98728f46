import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Client, credentials, type GrpcObject, loadPackageDefinition, type ServiceClientConstructor } from '@grpc/grpc-js';
import { loadSync } from '@grpc/proto-loader';
import { type BuiltPrograms, buildPrograms } from '../support/built-programs.js';
import { end } from '../support/child-process.js';
import { freePorts } from '../support/free-port.js';

const SERVER = 'test/support/grpc-server.ts';
const PROTO = resolve('test/support/streams.proto');
const WAYS = ['microservice', 'hybrid that inherits', 'hybrid that inherits nothing'] as const;
const PERMISSION_DENIED = 7;
const UNAVAILABLE = 14;

let programs: BuiltPrograms;

beforeAll(async () => {
  programs = await buildPrograms([SERVER]);
}, 60_000);

afterAll(() => programs.remove());

interface Server {
  readonly process: ChildProcess;
  /** Calls a method with one message, and gives what came of it: the texts that were answered, or the code of the refusal. */
  call(method: string): Promise<string | number>;
  stop(): Promise<void>;
}

async function startServer(how: string): Promise<Server> {
  const [port] = await freePorts(1);
  const url = `127.0.0.1:${port}`;
  const child = spawn(process.execPath, [fileURLToPath(programs.main(SERVER)), how, url, PROTO], { stdio: ['pipe', 'pipe', 'inherit'] });
  await once(child.stdout, 'data');
  const { Streams } = loadPackageDefinition(loadSync(PROTO)).streams as GrpcObject;
  const client = new (Streams as ServiceClientConstructor)(url, credentials.createInsecure());
  return {
    process: child,
    call: (method) => answerOf(client, method),
    stop: async () => {
      client.close();
      await end(child);
    },
  };
}

type Call = NodeJS.EventEmitter & { write?(note: object): void; end?(): void };

function answerOf(client: Client, method: string): Promise<string | number> {
  const { requestStream, responseStream } = (client.constructor as ServiceClientConstructor).service[method] ?? {};
  return new Promise((settle) => {
    const texts: string[] = [];
    const done = (error: { code: number } | null, note?: { text: string }) => settle(error?.code ?? note?.text ?? '');
    const send = Reflect.get(client, method) as (...parameters: unknown[]) => Call;
    const given = requestStream ? [] : [{ text: 'hello' }];
    const call = send.call(client, ...given, ...(responseStream ? [] : [done]));
    call.on('data', ({ text }: { text: string }) => texts.push(text));
    call.on('error', ({ code }: { code: number }) => settle(code));
    call.on('end', () => settle(texts.join()));
    if (requestStream) call.write?.({ text: 'hello' });
    if (requestStream) call.end?.();
  });
}

describe.each(WAYS)('a gRPC %s', (how) => {
  let server: Server;

  beforeAll(async () => {
    server = await startServer(how);
  });

  afterAll(() => server.stop());

  it.each(['Unary', 'Answers', 'Method', 'MethodOnce', 'Call', 'CallOnce'])(
    'refuses a caller without credentials in the words of gRPC and goes on (%s)',
    async (method) => {
      expect(await server.call(method)).toBe(PERMISSION_DENIED);
      expect(await server.call(method)).toBe(PERMISSION_DENIED);
      expect(await server.call('OpenUnary')).toBe('open');
      expect(server.process.exitCode).toBeNull();
    },
  );

  it('lets everybody call what is declared open', async () => {
    expect(await server.call('OpenUnary')).toBe('open');
    expect(await server.call('OpenCall')).toBe('open');
  });
});

describe('a gRPC server that listens before the boot has finished', () => {
  it('answers nobody as unavailable, not even where it is open, until the boot has finished', async () => {
    const server = await startServer('early');
    for (const method of ['Unary', 'OpenUnary', 'Call', 'CallOnce', 'OpenCall']) expect(await server.call(method)).toBe(UNAVAILABLE);
    server.process.stdin?.write('boot\n');
    await once(server.process.stdout ?? process.stdin, 'data');
    expect(await server.call('OpenUnary')).toBe('open');
    expect(await server.call('OpenCall')).toBe('open');
    expect(await server.call('Call')).toBe(PERMISSION_DENIED);
    await server.stop();
  });
});
