import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import { type BuiltPrograms, buildPrograms } from '../support/built-programs.js';
import { end } from '../support/child-process.js';
import { createSecret, goodClaims, mint } from '../support/tokens.js';

const MAIN = 'test/support/mcp-nest/main.ts';
const secret = createSecret('HS256');
const tokenWith = (scope: string) => mint(secret, goodClaims({ scope }));

let programs: BuiltPrograms;
let child: ChildProcess;
beforeAll(async () => {
  programs = await buildPrograms([MAIN]);
}, 60_000);
afterEach(() => end(child));
afterAll(() => programs.remove());

/** Starts the server. @returns its URL, or what it wrote where it did not start. */
async function start(tools: 'declared' | 'undeclared'): Promise<string> {
  child = fork(programs.main(MAIN), [secret.secret, tools], { stdio: ['ignore', 'pipe', 'pipe', 'ipc'] });
  let log = '';
  for (const stream of [child.stdout, child.stderr]) stream?.on('data', (chunk) => (log += String(chunk)));
  const started = await Promise.race([once(child, 'message'), once(child, 'exit').then(() => undefined)]);
  return started === undefined ? log : `${started[0]}/mcp`;
}

async function connect(url: string, token: string): Promise<Client> {
  const client = new Client({ name: 'test', version: '1' });
  const transport = new StreamableHTTPClientTransport(new URL(url), { requestInit: { headers: { authorization: `Bearer ${token}` } } });
  await client.connect(transport as Parameters<Client['connect']>[0]);
  return client;
}

describe('tools of @rekog/mcp-nest', () => {
  it('are called with a token only, and each has its own requirements', async () => {
    const url = await start('declared');
    expect((await fetch(url, { method: 'POST', body: '{}' })).status).toBe(401);
    const reader = await connect(url, await tokenWith('notes:read'));
    expect(await reader.callTool({ name: 'who' })).toMatchObject({ content: [{ text: 'john' }] });
    const refused = await reader.callTool({ name: 'write' }).catch((error: unknown) => ({ isError: true, content: String(error) }));
    expect(refused.isError).toBe(true);
    expect(JSON.stringify(refused)).not.toContain('written');
    const writer = await connect(url, await tokenWith('notes:write'));
    expect(await writer.callTool({ name: 'write' })).toMatchObject({ content: [{ text: 'written' }] });
    await Promise.all([reader.close(), writer.close()]);
  }, 30_000);

  it('stop the boot where nothing is declared for them', async () => {
    expect(await start('undeclared')).toContain('Tools.who');
  }, 30_000);
});
