import { importByName } from '../../config/load-by-name.js';
import type { RefusalException } from '../../guard/exceptions.js';
import { explanationIn } from '../../guard/explain.js';
import { withoutStack } from '../../guard/without-stack.js';

/** The class of GraphQL's errors. */
export type GraphqlErrorClass = new (message: string, options: { readonly extensions: Readonly<Record<string, unknown>> }) => Error;

/** `extensions.code` by the status that HTTP would have. */
const CODES: Readonly<Record<number, string>> = {
  400: 'BAD_REQUEST',
  401: 'UNAUTHENTICATED',
  403: 'FORBIDDEN',
  429: 'TOO_MANY_REQUESTS',
  503: 'UNAVAILABLE',
};

/** Makes a class of refusals, so that they can be told from other errors; undefined where the package `graphql` is not installed. */
export async function loadRefusalError(): Promise<GraphqlErrorClass | undefined> {
  const { GraphQLError } = (await importByName('graphql').catch(() => ({}))) as { readonly GraphQLError?: GraphqlErrorClass };
  return GraphQLError && class RefusalError extends GraphQLError {};
}

/** The error that tells a client of a refusal: a code, and with `explain: 'body'` the reason. */
export function refusalError(Class: GraphqlErrorClass, refusal: RefusalException): Error {
  const explanation = explanationIn(refusal);
  const extensions = { code: CODES[refusal.getStatus()] ?? 'FORBIDDEN', ...(explanation && { reason: explanation.join('\n') }) };
  return withoutStack(() => new Class(refusal.message, { extensions }));
}

/** The error with which a subscription ends when its credentials expire. */
export function expiryError(Class: GraphqlErrorClass): Error {
  return withoutStack(() => new Class('Unauthorized', { extensions: { code: 'UNAUTHENTICATED' } }));
}
