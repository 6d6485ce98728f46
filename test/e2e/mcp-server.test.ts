import { HttpsClient } from '../../demo/https-client.js';
import { replay } from '../../demo/replay.js';
import { Agent } from '../../sample/mcp-server/walkthrough/agent.js';
import { walkthrough } from '../../sample/mcp-server/walkthrough/walkthrough.js';
import { McpSample } from '../support/mcp-server.js';
import { ReplayRecorder } from '../support/replay-recorder.js';

let sample: McpSample;
beforeAll(async () => {
  sample = await McpSample.start();
}, 60_000);
afterAll(() => sample.close());

const call = (name: string) => ({ jsonrpc: '2.0', id: 1, method: 'tools/call', params: { name, arguments: { text: 'x' } } });

async function post(token: string | undefined, body: unknown, type = 'application/json'): Promise<[number, string]> {
  const headers = { authorization: `Bearer ${token}`, 'content-type': type, accept: 'application/json, text/event-stream' };
  const response = await fetch(sample.settings.resource, { method: 'POST', headers, body: JSON.stringify(body) });
  return [response.status, await response.text()];
}

/** A user with a token that may read. */
async function reader(user: string): Promise<Agent> {
  const agent = new Agent(sample.settings.resource, user);
  await agent.call('list_notes');
  return agent;
}

it('is discovered by the official client, which logs in, and logs in again for the scopes of a tool', async () => {
  const client = new HttpsClient();
  const report = new ReplayRecorder();
  const interrupted = new AbortController().signal;
  const steps = walkthrough(sample.settings);
  const { asked } = await replay({ steps, variables: {} }, { client, interrupted, cause: async () => undefined, report });
  await client.close();
  expect(report.wrong).toEqual({});
  expect(asked).toBe(steps.length);
}, 60_000);

it.each<[string, unknown]>([
  ['alone', call('add_note')],
  ['in a batch, after one that needs less', [call('list_notes'), call('add_note')]],
])('refuses a tool that needs more than the token has: %s', async (_, body) => {
  const carol = await reader('carol');
  expect((await post(carol.token, body))[0]).toBe(403);
  expect(await carol.call('list_notes')).toEqual([{ type: 'text', text: '' }]);
});

it('runs no tool of a body that it has not read', async () => {
  const dave = await reader('dave');
  expect((await post(dave.token, call('add_note'), 'text/plain'))[0]).toBe(415);
  expect((await post(dave.token, call('add_note'), 'text/plain; application/json'))[0]).toBe(415);
  expect((await post(dave.token, null))[0]).toBe(400);
  expect(await dave.call('list_notes')).toEqual([{ type: 'text', text: '' }]);
});

it('has no tool under the name of a property that every object has', async () => {
  const erin = await reader('erin');
  const [status, body] = await post(erin.token, call('constructor'));
  expect(status).toBe(200);
  expect(body).toContain('"isError":true');
});

it('offers neither streams nor sessions, and answers without a token first', async () => {
  const frank = await reader('frank');
  const { resource } = sample.settings;
  for (const method of ['GET', 'DELETE']) {
    const headers = { authorization: `Bearer ${frank.token}` };
    expect([(await fetch(resource, { method })).status, (await fetch(resource, { method, headers })).status]).toEqual([401, 405]);
  }
});

it('logs no token', async () => {
  const grace = await reader('grace');
  await post(grace.token, call('add_note'));
  const log = sample.logger.lines.join('\n');
  expect(log).toContain('insufficient_scope');
  expect(log).not.toContain('eyJ');
});
