import type { HttpException } from '@nestjs/common';
import { withoutStack } from '../../guard/without-stack.js';
import { loadExport } from '../load-export.js';
import { codedRefusal } from '../refusal-code.js';

/** The class of GraphQL's errors. */
export type GraphqlErrorClass = new (message: string, options: { readonly extensions: Readonly<Record<string, unknown>> }) => Error;

/** Makes a class of refusals, so that they differ from other errors; undefined where the package `graphql` is not installed. */
export async function loadRefusalError(): Promise<GraphqlErrorClass | undefined> {
  const GraphQLError = await loadExport<GraphqlErrorClass>('graphql', 'GraphQLError');
  return GraphQLError && class RefusalError extends GraphQLError {};
}

/** The error that a client gets for a refusal: a code, and with `explain: 'body'` the reason. */
export function refusalError(Class: GraphqlErrorClass, refusal: HttpException): Error {
  return withoutStack(() => new Class(refusal.message, { extensions: { ...codedRefusal(refusal) } }));
}

/** The error with which a subscription ends when its credentials expire. */
export function expiryError(Class: GraphqlErrorClass): Error {
  return withoutStack(() => new Class('Unauthorized', { extensions: { code: 'UNAUTHENTICATED' } }));
}
