import type { Inspection, Step } from '../../../demo/demo.js';
import { inspection } from '../../../demo/inspection.js';
import { good, step, unauthorized } from '../../../demo/step.js';
import type { Settings } from '../settings.js';
import { Agent } from './agent.js';

const MESSAGE = { jsonrpc: '2.0', id: 1, method: 'tools/list' };

/** What a client goes through, by hand and then with the official client. */
export function walkthrough({ resource, issuer }: Settings): (Step | Inspection)[] {
  const { origin, pathname } = new URL(resource);
  const metadata = `${origin}/.well-known/oauth-protected-resource${pathname}`;
  const challenge = `Bearer realm="api", resource_metadata="${metadata}", scope="notes:read"`;
  const alice = new Agent(resource, 'alice');
  const bob = new Agent(resource, 'bob');
  return [
    step(
      'Without a token: the answer names the metadata and the scope',
      resource,
      { method: 'POST', json: MESSAGE },
      unauthorized(challenge),
    ),
    step(
      'The metadata name the authorization server',
      metadata,
      {},
      good({
        resource,
        authorization_servers: [issuer],
        scopes_supported: ['notes:read', 'notes:write'],
        bearer_methods_supported: ['header'],
        resource_name: 'Notes',
      }),
    ),
    check('The client knows the URL alone: it discovers, registers, logs in and lists the notes', () => alice.call('list_notes'), text('')),
    asked('It has asked for the scope of the challenge, and for a token for this server', alice, { scope: 'notes:read', resource }),
    check(
      'A tool that requires more: the client logs in again and adds the note',
      () => alice.call('add_note', { text: 'milk' }),
      text('alice has 1.'),
    ),
    asked('It has asked for the scopes of the tool', alice, { scope: 'notes:read notes:write', resource }),
    check('The new token lists the notes, too', () => alice.call('list_notes'), text('milk')),
    check('No third login was needed', async () => alice.logins.length, 2),
    check('Another user has other notes', () => bob.call('list_notes'), text('')),
    check('The first token of a user does not add notes', () => statusOf(bob, resource), [
      403,
      `${challenge.split(', scope')[0]}, error="insufficient_scope", scope="notes:read notes:write"`,
    ]),
  ];
}

/** Calls a tool without the client, which would log in again. */
async function statusOf({ token }: Agent, url: string): Promise<unknown> {
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json', accept: 'application/json, text/event-stream' };
  const body = JSON.stringify({ ...MESSAGE, method: 'tools/call', params: { name: 'add_note', arguments: { text: 'x' } } });
  const response = await fetch(url, { method: 'POST', headers, body });
  await response.body?.cancel();
  return [response.status, response.headers.get('www-authenticate')];
}

function text(expected: string): unknown {
  return [{ type: 'text', text: expected }];
}

function asked(title: string, { logins }: Agent, expected: unknown): Inspection {
  return check(title, async () => logins.at(-1), expected);
}

function check(title: string, ask: () => Promise<unknown>, expected: unknown): Inspection {
  return inspection(title, async () => [await ask().catch(String), expected]);
}
