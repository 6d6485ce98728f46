import { type Trial, type TrialResult, tryAll } from '../support/subgraph/trial.js';

const ENTITIES = '{ _entities(representations: [{ __typename: "Book", id: "5" }]) { ... on Book { price } } }';
const GUARDED =
  "and no guard runs before it. Set fieldResolverEnhancers: ['guards'] in the options of GraphQLModule; or check the caller in the handler, and write @ResourceAuth({ auth: false }) on it.";
const REFERENCE = `is a reference resolver, which answers _entities queries, ${GUARDED}`;
const FIELD = `is a GraphQL field, ${GUARDED}`;
const UNCOVERED = 'is not covered by any declaration:';
const guards = { guards: true };

type Expectation = (result: TrialResult) => void;

/** The boot stops, and says this. */
const stops =
  (...lines: string[]): Expectation =>
  ({ problems }) => {
    for (const line of lines) expect(problems.join('\n')).toContain(line);
  };

/** The boot has nothing to say but that the schema is public, and everybody is answered. */
const answers =
  (data: object): Expectation =>
  ({ problems, warnings, answer }) => {
    expect([...problems, ...warnings.filter((line) => !line.startsWith('Query._service'))]).toEqual([]);
    expect(answer).toMatchObject({ data });
  };

const known = answers({ _entities: [{ price: 12 }] });

const TRIALS: readonly [promise: string, Trial, Expectation][] = [
  ...(['code first', 'schema first'] as const).flatMap((schema): [string, Trial, Expectation][] => [
    [
      `stops for a reference resolver that nothing guards (${schema})`,
      { schema, resolver: 'SilentReference' },
      stops(`SilentReference.byReference: ${REFERENCE}`),
    ],
    [
      `stops for a field of an entity that has no reference resolver (${schema})`,
      { schema, resolver: 'FieldOfEntity' },
      stops(`FieldOfEntity.price: ${FIELD}`),
    ],
    [
      `with guards before fields, stops for a reference resolver that nothing covers (${schema})`,
      { schema, resolver: 'SilentReference', options: guards, query: ENTITIES },
      stops(UNCOVERED, 'SilentReference.byReference'),
    ],
    [`runs a reference resolver that is declared open (${schema})`, { schema, resolver: 'OpenReference', query: ENTITIES }, known],
  ]),
  [
    'stops for an inherited reference resolver, with options that come from a factory',
    { schema: 'schema first', resolver: 'InheritedReference', isAsync: true },
    stops(`InheritedReference.byReference: ${REFERENCE}`),
  ],
  [
    'stops for a field that is named as a reference resolver',
    { schema: 'schema first', resolver: 'NamedReference' },
    stops(`NamedReference.__resolveReference: ${REFERENCE}`),
  ],
  [
    'with guards before fields, stops for a field that is named as a reference resolver',
    { schema: 'schema first', resolver: 'NamedReference', options: guards, query: ENTITIES },
    stops(UNCOVERED, 'NamedReference.__resolveReference'),
  ],
  [
    'with guards before fields that come from a factory, stops for a field of an entity that has no reference resolver',
    { schema: 'schema first', resolver: 'FieldOfEntity', options: guards, isAsync: true, query: ENTITIES },
    stops(UNCOVERED, 'FieldOfEntity.price'),
  ],
  [
    'runs a reference resolver of a class that is declared open, with guards before fields',
    { schema: 'schema first', resolver: 'OpenResolver', options: guards, query: ENTITIES },
    known,
  ],
  [
    'stops for a declaration that should protect a reference resolver, and names the option',
    { schema: 'schema first', resolver: 'ProtectedReference' },
    stops(`ProtectedReference.byReference: ${REFERENCE}`),
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
