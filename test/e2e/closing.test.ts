import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ADAPTERS } from '../support/adapters.js';
import { type BuiltPrograms, buildPrograms } from '../support/built-programs.js';
import { basic } from '../support/users-file.js';

/**
 * How often the closed process may look, every 100 ms, before what still keeps it alive is written down. It counts looks and no time: a
 * process that the machine is too busy to run looks less often.
 */
const TURNS = 20;

/** An application in a process of its own: sends itself `count` requests, closes after a moment, and prints what happened. */
const PROGRAM = (adapter: string, schemes: string, headers: string, count: number) => `
import 'reflect-metadata';
import { Controller, Get, Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { ExpressAdapter } from '@nestjs/platform-express';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import { AuthModule } from 'nest-service-auth';
const HANG = { configKey: 'hangConfig', prepare: () => ({ challenges: [{ scheme: 'Hang' }], authenticate: () => new Promise(() => {}), close: () => new Promise(() => {}) }) };
class HangStrategy { configKey = HANG.configKey; prepare() { return HANG.prepare(); } }
class Things { list() { return 'things'; } }
Get()(Things.prototype, 'list', Object.getOwnPropertyDescriptor(Things.prototype, 'list'));
Controller('things')(Things);
class App {}
Module({ controllers: [Things], imports: [AuthModule.forRoot({ schemes: ${schemes}, defaultAuth: Object.keys(${schemes}), strategies: [HangStrategy] })] })(App);
const app = await NestFactory.create(App, ${adapter === 'fastify' ? 'new FastifyAdapter()' : 'new ExpressAdapter()'}, { logger: false, abortOnError: false });
await app.listen(0, '127.0.0.1');
const url = 'http://127.0.0.1:' + app.getHttpServer().address().port + '/things';
const answers = Array.from({ length: ${count} }, (_, index) => fetch(url, { headers: (${headers})(index) }).then((answer) => answer.status, () => 'cut'));
await new Promise((resolve) => setTimeout(resolve, 300));
const began = Date.now();
await app.close();
const closed = Date.now() - began;
const work = process.cpuUsage();
const statuses = [...new Set(await Promise.all(answers))];
let turns = 0;
let held = [];
setInterval(() => {
  if (++turns === ${TURNS}) held = process.getActiveResourcesInfo();
}, 100).unref();
process.on('exit', () => console.log(JSON.stringify({ closed, worked: process.cpuUsage(work).user / 1e6, statuses, held })));
`;

let library: BuiltPrograms;
let silent: Server;
beforeAll(async () => {
  library = await buildPrograms([]);
  // Accepts connections and never answers.
  silent = createServer((socket) => void socket.on('error', () => undefined).resume()).listen(0, '127.0.0.1');
  await once(silent, 'listening');
}, 60_000);
afterAll(async () => {
  await library.remove();
  silent.close();
});
const silentPort = () => (silent.address() as { port: number }).port;

/** What a program prints. */
interface Report {
  /** Milliseconds that closing took. */
  readonly closed: number;
  /** Seconds of a processor that the process used after that. */
  readonly worked: number;
  readonly statuses: readonly unknown[];
  /** What kept the process alive after all its looks; empty where it had ended before. */
  readonly held: readonly string[];
}

async function run(name: string, program: string): Promise<Report> {
  const file = join(library.folder, `${name}.mjs`);
  writeFileSync(file, program);
  const child = spawn(process.execPath, ['--no-warnings', file], { stdio: ['ignore', 'pipe', 'inherit'], timeout: 50_000 });
  let output = '';
  child.stdout.on('data', (chunk) => {
    output += chunk;
  });
  await once(child, 'close');
  return JSON.parse(output);
}

/** scrypt of the strength that is recommended: half a second of a processor each. */
const HASH = '$scrypt$ln=17,r=8,p=1$c2FsdHNhbHRzYWx0c2FsdA$aGFzaGhhc2hoYXNoaGFzaGhhc2hoYXNoaGFzaGhhc2g';

const HASHING = 'sixty logins wait for their turn';
const CASES: [string, () => [schemes: string, headers: string, count: number]][] = [
  [
    HASHING,
    () => {
      const path = join(tmpdir(), `users-${process.pid}.toml`);
      writeFileSync(path, `[[auth.users]]\nusername = "alice"\npassword = "${HASH}"\n`);
      const schemes = JSON.stringify({ users: { fileUserStoreConfig: { path, failedLogins: false } } });
      return [schemes, `(index) => ({ authorization: 'Basic ' + btoa('alice:' + index) })`, 60];
    },
  ],
  [
    'a key server does not answer, nor its handshake',
    () => {
      const jwks = (protocol: string) => ({
        jwtValidatorConfig: {
          signatureConfig: {
            jwksConfig: { url: `${protocol}://127.0.0.1:${silentPort()}/`, clientConfig: { allowHttp: true, timeout: 20 } },
          },
        },
      });
      const header = Buffer.from('{"alg":"RS256","kid":"k"}').toString('base64url');
      const claims = Buffer.from(JSON.stringify({ exp: Date.now() / 1000 + 600, sub: 'alice' })).toString('base64url');
      return [
        JSON.stringify({ plain: jwks('http'), secure: jwks('https') }),
        `() => ({ authorization: 'Bearer ${header}.${claims}.${'A'.repeat(342)}' })`,
        5,
      ];
    },
  ],
  [
    'an introspection endpoint does not answer',
    () => {
      const oauth2IntrospectionConfig = { url: `https://127.0.0.1:${silentPort()}/`, clientConfig: { timeout: 20 } };
      return [JSON.stringify({ s: { oauth2IntrospectionConfig } }), `(index) => ({ authorization: 'Bearer token' + index })`, 5];
    },
  ],
  [
    'a directory does not answer',
    () => {
      const ldapUserStoreConfig = {
        domainName: 'd',
        connectionUrl: `ldap://127.0.0.1:${silentPort()}`,
        connectionName: 'cn=a',
        connectionPassword: 'b',
        userSearchBase: 'ou=u',
        userNameAttribute: 'uid',
        userNameSearchFilter: '(uid=?)',
        connectionTimeout: 20,
        readTimeout: 20,
        allowPlainLdap: true,
      };
      const header = JSON.stringify({ authorization: basic('alice', 'x') });
      return [JSON.stringify({ s: { ldapUserStoreConfig } }), `() => (${header})`, 5];
    },
  ],
  ["a strategy of the application's own hangs, and does not close", () => [JSON.stringify({ s: { hangConfig: {} } }), '() => ({})', 5]],
];

describe.each(ADAPTERS)('an application on %s', (adapter) => {
  it.each(CASES)(
    'closes within a second, and its process ends by itself, when %s',
    async (name, parts) => {
      const { closed, worked, statuses, held } = await run(`${adapter}-${name.replace(/\W+/g, '-')}`, PROGRAM(adapter, ...parts()));
      // Cut: what the server had not read yet.
      expect(statuses.filter((status) => status !== 503 && status !== 401 && status !== 'cut')).toEqual([]);
      expect(closed).toBeLessThan(1000);
      // In seconds of a processor. What a thread has begun goes on: two hashes of sixty.
      expect(worked).toBeLessThan(5);
      // A hash that a thread has begun keeps the process until it is made. Nothing else may: no socket, no timer.
      if (name !== HASHING) expect(held).toEqual([]);
    },
    60_000,
  );
});
