import fc from 'fast-check';
import type { AccessRule } from 'nest-service-auth';
import type { AdapterName } from '../support/adapters.js';
import { anyCase, type RoutingCase, RULES, scopeOf } from '../support/routing/any-case.js';
import { filled } from '../support/routing/any-route.js';
import { type Answer, type Ran, type RoutedApp, type RouterSetting, startRouted, wholeRoute } from '../support/routing/routed-app.js';
import { tried } from '../support/runs.js';
import { createSecret, goodClaims, mint } from '../support/tokens.js';

const secret = createSecret('HS256');

/** A caller with every scope, who learns what runs, and one without, who learns which rule decides. */
let full: string;
let bare: string;
beforeAll(async () => {
  full = await mint(secret, goodClaims({ scope: Array.from({ length: RULES }, (_, rule) => scopeOf(rule)).join(' ') }));
  bare = await mint(secret, goodClaims({ scope: 'none' }));
});

/** What a context says, read in another way than the module does. */
function matches({ context, httpMethod }: AccessRule, method: string, path: string): boolean {
  if (httpMethod !== 'all' && httpMethod !== method) return false;
  const [, before = '', below = ''] = /^(.*?)(\/\*)?$/s.exec(context) ?? [];
  const expression = before.replaceAll(/[.+]/g, '\\$&').replaceAll(/\*+/g, (stars) => (stars === '*' ? '[^/]*' : '.*'));
  return new RegExp(`^${expression}${below && '(?:/.*)?'}$`, 's').test(path);
}

/** The decision of the first rule that matches the path which the handler works with. */
function decisionFor(setting: RouterSetting, method: string, { route, params }: Ran): string {
  const declared = setting.routes[route];
  if (declared === undefined) throw new Error('An unknown route ran.');
  const path = filled(wholeRoute(setting, declared), params).replace(/(?<=.)\/$/, '');
  const rule = setting.rules.findIndex((each) => matches(each, method, path));
  return setting.rules[rule]?.secured === true ? `forbidden by ${scopeOf(rule)}` : 'admitted';
}

function outcomeOf({ status, challenge = '' }: Answer): string {
  if (status < 300) return 'admitted';
  return status === 403 ? `forbidden by ${/scope="([^"]*)"/.exec(challenge)?.[1]}` : String(status);
}

/** What must hold of one request. The router runs something, or answers 404; the guard answers 400 to what can be read in two ways. */
async function check(app: RoutedApp, setting: RouterSetting, method: string, target: string): Promise<string> {
  const seen = await app.ask(method, target, full);
  const outcome = outcomeOf(await app.ask(method, target, bare));
  if (seen.status >= 300) {
    expect({ target, outcome }).toEqual({ target, outcome: expect.stringMatching(/^(?:400|404|414)$/) });
    expect({ target, outcome }).toEqual({ target, outcome: String(seen.status) });
  } else if (method !== 'HEAD') {
    const ran: Ran = JSON.parse(seen.body);
    expect({ target, ran, outcome }).toEqual({ target, ran, outcome: decisionFor(setting, method, ran) });
  }
  return outcome;
}

/** One segment that can be divided in two ways: Fastify takes the first text, Express the last, and one of them is spelled otherwise. */
function divisible(adapter: AdapterName): RoutingCase {
  const parts = [
    { kind: 'text', text: '/m/' },
    { kind: 'parameter', name: 'p0' },
    { kind: 'text', text: '-x-' },
    { kind: 'parameter', name: 'p0b' },
  ] as const;
  const paths = ['/m/7-x-A-X-b', '/m/7-X-A-x-b', '/m/7-x-A-x-b'];
  const rules = paths.map((context, index) => ({ context, secured: true, httpMethod: 'all', scopes: [scopeOf(index)] }));
  const setting = { adapter, options: {}, prefix: '', version: undefined, routes: [{ parts, method: 'GET' as const }], rules };
  return { setting, requests: [...paths, '/M/7-x-A-X-b'].map((path) => ['GET', path]) };
}

describe.each(['express', 'fastify'] as const)('the rules by path, on %s', (adapter) => {
  it('decide about what the router runs, however it is set and however the request is spelled', async () => {
    const outcomes = new Set<string>();
    const property = fc.asyncProperty(anyCase(adapter), async ({ setting, requests }) => {
      // Fastify takes no two routes of one pattern.
      const app = await startRouted(setting, secret).catch(() => undefined);
      fc.pre(app !== undefined);
      try {
        for (const [method, target] of requests) outcomes.add((await check(app, setting, method, target)).replace(/\d$/, ''));
      } finally {
        await app.close();
      }
    });
    await fc.assert(property, { ...tried(8), examples: [[divisible(adapter)]] });
    expect([...outcomes]).toEqual(expect.arrayContaining(['admitted', 'forbidden by rule-']));
  });
});
