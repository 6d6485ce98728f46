/** One run of one resolver. */
export interface GraphqlCall {
  /** The parent object; for a reference resolver the reference. */
  readonly root: unknown;
  /** What the application's `context` function returned; each driver adds to it. */
  readonly context: unknown;
  /** GraphQL makes it for each run of a field. The runs of reference resolvers share that of `_entities`. */
  readonly info: object;
  /** Whether the resolver is called with `(reference, context, info)`. */
  readonly isReference: boolean;
}

/**
 * Reads the arguments of a resolver in each of their orders: `(root, args, context, info)` for fields, `(reference, context, info)` for
 * reference resolvers; undefined for other arguments.
 */
export function graphqlCall(args: readonly unknown[]): GraphqlCall | undefined {
  const [root, second, third, fourth] = [args[0], args[1], args[2], args[3]];
  if (isInfo(fourth)) return { root, context: third, info: fourth, isReference: false };
  // Reference resolvers and type resolvers have no arguments of the query.
  return isInfo(third) ? { root, context: second, info: third, isReference: true } : undefined;
}

/** What GraphQL passes to a resolver about its field. What clients send has no objects of GraphQL's classes, and does not come in these places. */
function isInfo(value: unknown): value is object {
  if (typeof value !== 'object' || value === null) return false;
  const { fieldName, parentType, schema } = value as Readonly<Record<string, unknown>>;
  return typeof fieldName === 'string' && typeof parentType === 'object' && typeof schema === 'object';
}
