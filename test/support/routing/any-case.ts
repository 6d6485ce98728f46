import fc from 'fast-check';
import type { AccessRule } from 'nest-service-auth';
import type { AdapterName } from '../adapters.js';
import { anyRoute } from './any-route.js';
import { anyPath, anyTarget } from './any-target.js';
import { type RouterSetting, wholeRoute } from './routed-app.js';

/** A router with rules, and requests to it. */
export interface RoutingCase {
  readonly setting: RouterSetting;
  readonly requests: readonly (readonly [method: string, target: string])[];
}

/** How many rules there are at most. */
export const RULES = 8;

/** The scope that a rule demands, by which it can be recognized. */
export function scopeOf(rule: number): string {
  return `rule-${rule}`;
}

const OPTIONS: Readonly<Record<AdapterName, fc.Arbitrary<RouterSetting['options']>>> = {
  express: fc.record({ 'case sensitive routing': fc.boolean(), 'strict routing': fc.boolean() }),
  fastify: fc.record({
    caseSensitive: fc.boolean(),
    ignoreTrailingSlash: fc.boolean(),
    ignoreDuplicateSlashes: fc.boolean(),
    useSemicolonDelimiter: fc.boolean(),
    maxParamLength: fc.constantFrom(100, 8),
  }),
};

/** Signs that no glob may have, and a slash at the end. */
const FOREIGN = /[()[\]\\^$?{}]|(?<=\/):|(?<=.)\/$/g;

const HOW = fc.constantFrom('as it is', 'as it is', 'as it is', 'in lower case', 'a segment of its own', 'everything below', 'its end');

/** The context of a rule: a path that a request may have, some of it left to the glob. */
function anyContext(paths: fc.Arbitrary<string>): fc.Arbitrary<string> {
  return fc.tuple(paths, HOW, fc.nat(5)).map(([path, how, at]) => {
    const plain = path.replaceAll(FOREIGN, '') || '/';
    const segments = plain.split('/');
    if (how === 'everything below') return `${segments.slice(0, 2 + at).join('/')}/*`;
    if (how === 'its end') return `/**/${segments.at(-1)}`;
    if (how === 'a segment of its own') return segments.with(Math.min(1 + at, segments.length - 1), '*').join('/');
    return how === 'in lower case' ? plain.toLowerCase() : plain;
  });
}

function anyRules(paths: fc.Arbitrary<string>): fc.Arbitrary<AccessRule[]> {
  const httpMethod = fc.constantFrom('all', 'all', 'GET', 'POST');
  const rule = fc.record({ context: anyContext(paths), secured: fc.boolean(), httpMethod });
  return fc
    .array(rule, { minLength: 3, maxLength: RULES })
    .map((rules) => rules.map((each, index) => ({ ...each, ...(each.secured && { scopes: [scopeOf(index)] }) })));
}

/** A router of an adapter with any options, routes and rules, and requests for some of the paths that the rules are about. */
export function anyCase(adapter: AdapterName): fc.Arbitrary<RoutingCase> {
  const anySetting = fc.record({
    adapter: fc.constant(adapter),
    options: OPTIONS[adapter],
    prefix: fc.constantFrom('', 'api', 'Api/x'),
    version: fc.constantFrom(undefined, '1'),
    routes: fc.array(anyRoute, { minLength: 4, maxLength: 10 }),
    rules: fc.constant([]),
  });
  return anySetting.chain((setting) => {
    const path = anyPath(setting.routes.map((route) => wholeRoute(setting, route)));
    return fc.array(path, { minLength: 5, maxLength: 5 }).chain((paths) => {
      const known = fc.constantFrom(...paths);
      const method = fc.constantFrom('GET', 'GET', 'GET', 'GET', 'GET', 'POST', 'POST', 'HEAD', 'DELETE');
      const request = fc.tuple(method, anyTarget(fc.oneof({ weight: 4, arbitrary: known }, { weight: 1, arbitrary: path })));
      return fc.record({
        setting: anyRules(known).map((rules) => ({ ...setting, rules })),
        requests: fc.array(request, { minLength: 60, maxLength: 60 }),
      });
    });
  });
}
