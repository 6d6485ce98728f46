import { type Trial, type TrialResult, tryAll } from '../support/subgraph/trial.js';

const ENTITIES = '{ _entities(representations: [{ __typename: "Book", id: "5" }]) { ... on Book { price } } }';
const GUARDED =
  "Set fieldResolverEnhancers: ['guards'] in the options of GraphQLModule, so that it is refused; or check the caller in the handler, and write @ResourceAuth({ auth: false }) on it to let every message through.";
const REFERENCE = 'answers _entities queries, and no guard runs on it';
const FIELD =
  'is a field without a declaration: the entities Book have no reference resolver, so that an _entities query may reach it, and no guard runs';
const guards = { guards: true };

type Expectation = (result: TrialResult) => void;

/** The boot stops with this alone. */
const stops =
  (problem: string): Expectation =>
  ({ problems }) =>
    expect(problems).toEqual([problem]);

/** The boot goes on, tells of it, and nobody gets what the resolver knows. */
const isRefused =
  (kind: string, handler: string): Expectation =>
  ({ problems, warnings, answer }) => {
    expect(problems).toEqual([]);
    expect(warnings).toContain(`This module does not protect ${kind}s (refused; @ResourceAuth({ auth: false }) opens them): ${handler}`);
    expect(answer.errors?.map(({ message }) => message)).toEqual(['Forbidden']);
    expect(JSON.stringify(answer.data ?? null)).not.toMatch(/12|5/);
  };

/** The boot has nothing to say, and everybody is answered. */
const answers =
  (data: object): Expectation =>
  ({ problems, warnings, answer }) => {
    expect([...problems, ...warnings]).toEqual([]);
    expect(answer).toMatchObject({ data });
  };

const known = answers({ _entities: [{ price: 12 }] });

const TRIALS: readonly [promise: string, Trial, Expectation][] = [
  ...(['code first', 'schema first'] as const).flatMap((schema): [string, Trial, Expectation][] => [
    [
      `stops for a reference resolver that nothing guards (${schema})`,
      { schema, resolver: 'SilentReference' },
      stops(`SilentReference.byReference: ${REFERENCE}. ${GUARDED}`),
    ],
    [
      `stops for a field of an entity that has no reference resolver (${schema})`,
      { schema, resolver: 'FieldOfEntity' },
      stops(`FieldOfEntity.price: ${FIELD}. ${GUARDED}`),
    ],
    [
      `with guards before fields, refuses a reference resolver and tells of it (${schema})`,
      { schema, resolver: 'SilentReference', options: guards, query: ENTITIES },
      isRefused('GraphQL reference resolver', 'SilentReference.byReference'),
    ],
    [`runs a reference resolver that is declared open (${schema})`, { schema, resolver: 'OpenReference', query: ENTITIES }, known],
  ]),
  [
    'stops for an inherited reference resolver, with options that come from a factory',
    { schema: 'schema first', resolver: 'InheritedReference', isAsync: true },
    stops(`InheritedReference.byReference: ${REFERENCE}. ${GUARDED}`),
  ],
  [
    'stops for a field that is named as a reference resolver',
    { schema: 'schema first', resolver: 'NamedReference' },
    stops(`NamedReference.__resolveReference: ${REFERENCE}. ${GUARDED}`),
  ],
  [
    'with guards before fields, refuses a field that is named as a reference resolver',
    { schema: 'schema first', resolver: 'NamedReference', options: guards, query: ENTITIES },
    isRefused('GraphQL reference resolver', 'NamedReference.__resolveReference'),
  ],
  [
    'with guards before fields that come from a factory, refuses a field of an entity',
    { schema: 'schema first', resolver: 'FieldOfEntity', options: guards, isAsync: true, query: ENTITIES },
    isRefused('GraphQL field', 'FieldOfEntity.price'),
  ],
  [
    'runs a reference resolver of a class that is declared open, with guards before fields',
    { schema: 'schema first', resolver: 'OpenResolver', options: guards, query: ENTITIES },
    known,
  ],
  [
    'stops for a declaration that should protect a reference resolver, and names the option',
    { schema: 'schema first', resolver: 'ProtectedReference' },
    stops(
      `ProtectedReference.byReference @ResourceAuth: does not protect a GraphQL reference resolver: this module protects HTTP routes. ${GUARDED}`,
    ),
  ],
  [
    'tells of resolvers that are given as functions, and run without a guard',
    { schema: 'no federation', resolver: 'Books', options: { withFunctions: true } },
    ({ warnings }) =>
      expect(warnings).toEqual([
        'Given to GraphQLModule as functions, where no guard runs: Query.books, Book.note. They must check their callers themselves, or they are open.',
      ]),
  ],
  [
    'gives no principal to an open query',
    { schema: 'schema first', resolver: 'Books', query: '{ books { id } }' },
    answers({ books: [{ id: 'nobody' }] }),
  ],
  [
    'outside of a federation, takes a field to be covered by the query that reaches it',
    { schema: 'no federation', resolver: 'FieldOfEntity', query: '{ books { price } }' },
    answers({ books: [{ price: 1 }] }),
  ],
];

describe.each(['Apollo', 'Mercurius'])('a GraphQL service of %s', (driver) => {
  let results: TrialResult[];

  beforeAll(async () => {
    results = await tryAll(
      driver,
      TRIALS.map(([, trial]) => trial),
    );
  }, 180_000);

  it.each(TRIALS.map(([promise, , expectation], index) => [promise, index, expectation] as const))('%s', (_, index, expectation) => {
    expectation(results[index] as TrialResult);
  });
});
