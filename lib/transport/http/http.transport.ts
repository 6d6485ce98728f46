import type { ServerResponse } from 'node:http';
import { type ExecutionContext, type HttpException, Inject, Injectable } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import { type AnswerHeaders, isRefusal } from '../../guard/exceptions.js';
import { AnswerFields } from '../../http/answer-fields.js';
import type { AuthRequest } from '../../http/auth-request.js';
import { normalizedPath } from '../../http/request-path.js';
import { canonicalPath } from '../../http/route-pattern.js';
import { routePattern, wireRequest } from '../../http/wire-request.js';
import type { PathPlans, Plan } from '../../plan/plan.js';
import { type HandlerPlan, isRoutePlan, type RoutePlan } from '../../plan/plan.registry.js';
import type { Principal } from '../../principal.js';
import type { ResolvedAuthOptions } from '../../resolved-options.js';
import type { Callers, Transport } from '../transport.js';
import { EventStreams } from './event-streams.js';
import { type HttpRequest, PrincipalKeeper, principalOn } from './principal-keeper.js';

/** Where an HTTP context holds the request: `switchToHttp` makes three functions to return it. */
const REQUEST = 0;
const RESPONSE = 1;

/** Requests to routes. */
@Injectable()
export class HttpTransport implements Transport, Callers {
  static readonly contextType = 'http';
  readonly name = 'http';
  readonly callers: Callers = this;
  /** Keeps callers on requests. */
  readonly principals = new PrincipalKeeper();

  constructor(
    @Inject(HttpAdapterHost) private readonly host: HttpAdapterHost,
    @Inject(EventStreams) private readonly streams: Pick<EventStreams, 'endWithCredential'>,
    @Inject(AnswerFields) private readonly answers: AnswerFields = new AnswerFields(),
  ) {}

  static principalOf(context: ExecutionContext): Principal | undefined {
    return principalOn(context.getArgByIndex(REQUEST));
  }

  prepare({ principalProperty }: Pick<ResolvedAuthOptions, 'principalProperty'>): void {
    this.principals.prepare(this.host, principalProperty);
  }

  requestOf(context: ExecutionContext): AuthRequest {
    return wireRequest(context.getArgByIndex<object>(REQUEST));
  }

  /** Every path must be normalized, and the route's own pattern decides which path the rules are applied to. */
  planByPath(paths: PathPlans, handlerPlan: HandlerPlan, context: ExecutionContext): Plan | undefined {
    const request = context.getArgByIndex<object>(REQUEST);
    const { method = '', url = '' } = wireRequest(request);
    const path = normalizedPath(url);
    if (path === undefined) return undefined;
    const { plan } = handlerPlan;
    if (plan.kind !== 'by-path') return plan;
    const canonical = canonicalPath(path, routePattern(request));
    if (canonical === undefined || !isRoutePlan(handlerPlan)) return undefined;
    return paths.planFor(routedMethod(handlerPlan, method), canonical);
  }

  keep(context: ExecutionContext, principal: Principal | undefined): void {
    const request = context.getArgByIndex<HttpRequest>(REQUEST);
    this.principals.keep(request, principal);
    this.streams.endWithCredential(context, principal);
    if (this.answers.areUsed) this.announce(request, context.getArgByIndex<object>(RESPONSE));
  }

  /** Puts the header fields for an admitted request on its answer, if there are any. */
  announce(request: object, response: object): void {
    const fields = this.answers.of(wireRequest(request));
    if (fields !== undefined) this.putHeaders(response, fields);
  }

  /** Puts the header fields on the answer here, so that every exception filter that writes the body keeps them. */
  refuse(context: ExecutionContext, refusal: HttpException): Promise<never> {
    if (isRefusal(refusal)) this.putHeaders(context.switchToHttp().getResponse(), refusal.headers);
    throw refusal;
  }

  /** Puts header fields on an answer, in place of those of the same name. */
  putHeaders(response: object, headers: AnswerHeaders): void {
    // Typed as one value, but both adapters hand a list on to Node, which sends one header field for each.
    for (const [name, value] of Object.entries(headers)) {
      if (isOfNode(response)) response.setHeader(name, value);
      else this.host.httpAdapter.setHeader(response, name, value as string);
    }
  }
}

/** A middleware of Fastify is given Node's own response, on which the adapter of Nest 11 cannot set a header field. */
function isOfNode(response: object): response is ServerResponse {
  return 'setHeader' in response && !('header' in response);
}

/** The method that the router used: with Fastify, a middleware changes the request's method too late to choose the route. */
function routedMethod({ handler: route }: RoutePlan, method: string): string {
  return route.method === 'ALL' || (route.method === 'GET' && method === 'HEAD') ? method : route.method;
}
