import fc from 'fast-check';
import type { AdapterName } from '../adapters.js';

/** One part of the pattern of a route. */
export type Part =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'parameter' | 'wildcard' | 'digits'; readonly name: string }
  | { readonly kind: 'optional'; readonly name: string };

/** The pattern of a route, and its method. */
export interface AnyRoute {
  readonly parts: readonly Part[];
  readonly method: 'GET' | 'POST' | 'ALL';
}

/** What a router hands out as the parameters of a request. */
export type Params = Readonly<Record<string, unknown>>;

const TEXTS = ['users', 'Users', 'me', 'a.b', 'x-y', 'ks', 'café', 'v1', '~'];

/** One segment of a pattern: `/users`, `/:p`, `/:p-:q`, `/v:p`, `/:p.json`, `/:p(^\d+$)`. Names are given by its place. */
const segment: fc.Arbitrary<(name: string) => Part[]> = fc.oneof(
  { weight: 6, arbitrary: fc.constantFrom(...TEXTS).map((each) => () => [text(`/${each}`)]) },
  { weight: 3, arbitrary: fc.constant((name: string) => [text('/'), parameter(name)]) },
  {
    weight: 3,
    arbitrary: fc
      .constantFrom('-', '.', '-x-', '-ks-')
      .map((between) => (name: string) => [text('/'), parameter(name), text(between), parameter(`${name}b`)]),
  },
  { weight: 1, arbitrary: fc.constantFrom('v', 'X').map((before) => (name: string) => [text(`/${before}`), parameter(name)]) },
  { weight: 1, arbitrary: fc.constantFrom('.json', '-Ks').map((after) => (name: string) => [text('/'), parameter(name), text(after)]) },
  { weight: 1, arbitrary: fc.constant((name: string): Part[] => [text('/'), { kind: 'digits', name }]) },
);

/** What may end a pattern. */
const ending: fc.Arbitrary<Part[]> = fc.oneof(
  { weight: 6, arbitrary: fc.constant<Part[]>([]) },
  { weight: 2, arbitrary: fc.constant<Part[]>([text('/'), { kind: 'wildcard', name: 'rest' }]) },
  { weight: 2, arbitrary: fc.constant<Part[]>([{ kind: 'optional', name: 'last' }]) },
  { weight: 1, arbitrary: fc.constant<Part[]>([text('/')]) },
);

/** A pattern of one to three segments, as the routers of both adapters know it. */
export const anyRoute: fc.Arbitrary<AnyRoute> = fc.record({
  parts: fc
    .tuple(fc.array(segment, { minLength: 1, maxLength: 3 }), ending)
    .map(([segments, end]) => [...segments.flatMap((make, index) => make(`p${index}`)), ...end]),
  method: fc.constantFrom('GET', 'GET', 'GET', 'POST', 'ALL'),
});

type Written = Readonly<Record<Part['kind'], (word: string) => string>>;

/** How each adapter writes the parts: Express compares texts with what was sent, Fastify with what was sent, decoded. */
const WRITTEN: Readonly<Record<AdapterName, Written>> = {
  express: {
    text: encodeURI,
    parameter: (name) => `:${name}`,
    digits: (name) => `:${name}`,
    wildcard: (name) => `*${name}`,
    optional: (name) => `{/:${name}}`,
  },
  fastify: {
    text: (text) => text,
    parameter: (name) => `:${name}`,
    digits: (name) => `:${name}(^\\d+$)`,
    wildcard: () => '*',
    optional: (name) => `/:${name}?`,
  },
};

/** The pattern as a decorator of an adapter takes it. */
export function declared({ parts }: AnyRoute, adapter: AdapterName): string {
  return parts.map((part) => WRITTEN[adapter][part.kind](part.kind === 'text' ? part.text : part.name)).join('');
}

/** The path that a request for the route has, with these parameters: what the handler works with. */
export function filled({ parts }: AnyRoute, params: Params): string {
  return parts.map((part) => (part.kind === 'text' ? part.text : wordsOf(part, params))).join('');
}

function wordsOf({ kind, name }: Exclude<Part, { kind: 'text' }>, params: Params): string {
  const value = params[name] ?? params[kind === 'wildcard' ? '*' : name] ?? '';
  const words = Array.isArray(value) ? value.join('/') : String(value);
  return kind === 'optional' && words !== '' ? `/${words}` : words;
}

function text(each: string): Part {
  return { kind: 'text', text: each };
}

function parameter(name: string): Part {
  return { kind: 'parameter', name };
}
