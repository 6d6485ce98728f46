import type { ModulesContainer } from '@nestjs/core';
import { graphqlModulesIn } from '../../discovery/graphql-modules.js';
import type { AuthRequest } from '../../http/auth-request.js';
import { wireRequest } from '../../http/wire-request.js';
import { type Source, withSource } from './source.js';
import { subscriptionRequest } from './subscription-request.js';
import type { SubscriptionSchema } from './subscriptions.js';

/** A driver of `@nestjs/graphql`, as far as it is needed. */
interface Driver {
  start(options: DriverOptions): unknown;
  generateSchema(options: DriverOptions): unknown;
}

/** What a driver is started with. */
interface DriverOptions {
  readonly schema?: SubscriptionSchema | null;
  readonly context?: unknown;
  /** Apollo's subscriptions. */
  readonly subscriptions?: unknown;
  /** Mercurius's subscriptions. */
  readonly subscription?: unknown;
}

type Options = Readonly<Record<string, unknown>>;

/** The drivers of the application's `GraphQLModule`s. */
function driversIn(modules: ModulesContainer): Driver[] {
  const providers = graphqlModulesIn(modules).flatMap((module) => [...module.providers.values()]);
  return [...new Set(providers.flatMap(({ instance }) => (isDriver(instance) ? [instance] : [])))];
}

/**
 * Lets every context know where its operation came from, with every `context` function of the application. To be called when the
 * drivers are there, and before they start.
 *
 * @param onSchema - gets the schema of each driver before it is served.
 */
export function instrumentDrivers(modules: ModulesContainer, onSchema: (schema: SubscriptionSchema) => void): void {
  for (const driver of driversIn(modules)) {
    const { start } = driver;
    driver.start = (options) => {
      // A gateway has no schema of its own, and calls no resolver of the application.
      if (!isOptions(options?.schema)) return start.call(driver, options);
      onSchema(options.schema);
      return start.call(driver, withSources(options));
    };
  }
}

function withSources(options: DriverOptions): DriverOptions {
  const { subscriptions, subscription } = options;
  return {
    ...options,
    context: contextWith(options.context, sourceFrom),
    ...(isOptions(subscriptions) && { subscriptions: apolloSubscriptions(subscriptions) }),
    ...(Boolean(subscription) && { subscription: mercuriusSubscription(subscription) }),
  };
}

/** Both of Apollo's places for the context of subscriptions; without one, it is that of the requests. */
function apolloSubscriptions(subscriptions: Options): Options {
  const ws = subscriptions['graphql-ws'];
  return {
    ...subscriptions,
    ...('context' in subscriptions && { context: contextWith(subscriptions.context, sourceFrom) }),
    ...(isOptions(ws) && { 'graphql-ws': graphqlWs(ws) }),
  };
}

function graphqlWs(options: Options): Options {
  const { onSubscribe } = options;
  return {
    ...options,
    ...('context' in options && { context: contextWith(options.context, sourceFrom) }),
    ...(typeof onSubscribe === 'function' && { onSubscribe: withContextOfHook(onSubscribe) }),
  };
}

/** The hook may make the context itself. */
function withContextOfHook(onSubscribe: object) {
  return async (...args: readonly unknown[]) => {
    const result: unknown = await Reflect.apply(onSubscribe as () => unknown, undefined, args);
    if (!isOptions(result) || !('contextValue' in result)) return result;
    return { ...result, contextValue: withSource(result.contextValue, sourceFrom(args)) };
  };
}

/** Mercurius makes this context before it knows what the client sends with `connection_init`, and keeps that in it. */
function mercuriusSubscription(subscription: unknown): Options {
  const options = isOptions(subscription) ? subscription : {};
  return { ...options, context: contextWith(options.context, ([socket, request]) => mercuriusSource(socket, Object(request))) };
}

/** The application's context, as a function of what the driver gives it. */
function contextWith(context: unknown, sourceOf: (args: readonly unknown[]) => Source) {
  return async (...args: readonly unknown[]) => {
    const made: unknown = typeof context === 'function' ? await context(...args) : context;
    return withSource(made, sourceOf(args));
  };
}

/** Apollo gives `{ req }` on Express and the request on Fastify, Mercurius the request, and `graphql-ws` its own context. */
function sourceFrom([first]: readonly unknown[]): Source {
  const { req, extra, connectionParams } = Object(first) as Options;
  const { request: upgrade, socket } = Object(extra) as { readonly request?: AuthRequest; readonly socket?: unknown };
  if (upgrade === undefined) {
    const request = wireRequest(Object(req ?? first));
    return { requestOf: () => request };
  }
  // It makes a context for each operation.
  const request = subscriptionRequest(wireRequest(upgrade), connectionParams);
  return { requestOf: () => request, ...closing(socket) };
}

function mercuriusSource(socket: unknown, upgrade: object): Source {
  const wire = wireRequest(upgrade);
  const requests = new WeakMap<object, AuthRequest>();
  const requestOf = (context: object): AuthRequest => {
    const known = requests.get(context);
    if (known !== undefined) return known;
    const request = subscriptionRequest(wire, Reflect.get(context, '_connectionInit'));
    requests.set(context, request);
    return request;
  };
  return { requestOf, ...closing(socket) };
}

function closing(socket: unknown): Pick<Source, 'close'> {
  const { close } = Object(socket) as { readonly close?: unknown };
  return typeof close === 'function' ? { close: (code, reason) => close.call(socket, code, reason) } : {};
}

function isDriver(instance: unknown): instance is Driver {
  const { start, generateSchema, mergeDefaultOptions } = Object(instance) as Options;
  return [start, generateSchema, mergeDefaultOptions].every((each) => typeof each === 'function');
}

function isOptions<T>(value: T): value is T & Options {
  return typeof value === 'object' && value !== null;
}
