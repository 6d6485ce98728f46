import {
  type ArgumentsHost,
  Catch,
  type ExceptionFilter,
  type ExecutionContext,
  type HttpException,
  Inject,
  Injectable,
} from '@nestjs/common';
import { ApplicationConfig, ModulesContainer } from '@nestjs/core';
import { ExecutionContextHost } from '@nestjs/core/helpers/execution-context-host.js';
import { GraphqlModules } from '../../discovery/graphql-modules.js';
import type { Operation } from '../../discovery/handler-catalog.js';
import { type HandlerKind, transportOf } from '../../discovery/handler-kind.js';
import type { Authenticate, RecallEnriched } from '../../guard/call-memory.js';
import type { AuthRequest } from '../../http/auth-request.js';
import { mayUseAmbientCredentials, originsOf } from '../../http/origin.js';
import { MODULE_LOG } from '../../operator/operator-log.js';
import type { Principal } from '../../principal.js';
import type { ResolvedAuthOptions } from '../../resolved-options.js';
import { withoutCrossSite } from '../ambient-credentials.js';
import { CredentialEnds } from '../credential-ends.js';
import { RememberedVerdicts } from '../remembered-verdicts.js';
import type { Callers, OperationFindings, Transport } from '../transport.js';
import { type GraphqlCall, graphqlCall } from './call.js';
import { instrumentDrivers } from './driver.js';
import { type Defaults, GraphqlAudit } from './graphql-audit.js';
import type { LiveEvents } from './live-events.js';
import { expiryError, type GraphqlErrorClass, loadRefusalError, refusalError } from './refusal-error.js';
import { callerOf, keepCaller } from './runs.js';
import { requestIn, sourceOf } from './source.js';
import { type Watcher, watchSubscriptions } from './subscriptions.js';

/** The close code for a client that must authenticate again. @see https://github.com/enisdenjo/graphql-ws/blob/master/PROTOCOL.md */
const UNAUTHORIZED = 4401;

/** Operations, fields and reference resolvers of GraphQL. */
@Injectable()
export class GraphqlTransport implements Transport, Callers {
  static readonly contextType = 'graphql';
  readonly name = 'graphql';
  readonly callers: Callers = this;
  private readonly verdicts = new RememberedVerdicts(
    withoutCrossSite(
      // With any method, such a call may change something: the strictest rule holds for cookies, too.
      (authenticator, request) => authenticator.authenticate(request, 'unsafe'),
      (request) => !mayUseAmbientCredentials(request, this.origins),
    ),
  );
  readonly authenticate: Authenticate = this.verdicts.authenticate;
  readonly recall: RecallEnriched = this.verdicts.recall;
  private origins: ReadonlySet<string> = new Set();
  private defaults: Defaults = { defaultAuth: undefined, unannotated: 'error' };
  private RefusalError: GraphqlErrorClass | undefined;
  private isTold = false;

  constructor(
    @Inject(ModulesContainer) private readonly modules: ModulesContainer,
    @Inject(ApplicationConfig) private readonly config: ApplicationConfig,
    @Inject(CredentialEnds) private readonly ends: CredentialEnds,
  ) {}

  static principalOf(context: ExecutionContext): Principal | undefined {
    const call = graphqlCall(context.getArgs());
    return call && callerOf(call, context.getClass());
  }

  async load(kinds: ReadonlySet<HandlerKind>): Promise<void> {
    if (![...kinds].some((kind) => transportOf(kind) === this.name)) return;
    this.RefusalError = await loadRefusalError();
    if (this.RefusalError !== undefined) this.config.addGlobalFilter(new (quietFilterFor(this.RefusalError))());
  }

  attach(): void {
    instrumentDrivers(this.modules, (schema) => watchSubscriptions(schema, (args) => this.watcherOf(args)));
  }

  prepare(options: ResolvedAuthOptions): void {
    this.origins = new Set(originsOf(options));
    this.defaults = options;
  }

  check(operations: readonly Operation[]): OperationFindings {
    return new GraphqlAudit(new GraphqlModules(this.modules), this.defaults).findings(operations);
  }

  requestOf(context: ExecutionContext): AuthRequest | undefined {
    const call = graphqlCall(context.getArgs());
    const request = call && requestIn(call.context);
    if (request === undefined) this.tellOfMissingRequest(context);
    return request;
  }

  /** A reference resolver has no arguments of its own: authorizers find the reference in their place. */
  contextFor(context: ExecutionContext): ExecutionContext {
    const call = graphqlCall(context.getArgs());
    if (call?.isReference !== true) return context;
    const { root, info } = call;
    const ordered = new ExecutionContextHost([root, root, call.context, info], context.getClass(), context.getHandler());
    ordered.setType(context.getType());
    return ordered;
  }

  keep(context: ExecutionContext, principal: Principal | undefined): void {
    const call = graphqlCall(context.getArgs());
    if (call !== undefined) keepCaller(call, context.getClass(), principal);
  }

  refuse(_: ExecutionContext, refusal: HttpException): Promise<never> {
    throw this.RefusalError === undefined ? refusal : refusalError(this.RefusalError, refusal);
  }

  /** The fields of each event are asked anew, and all of it ends with the credentials with which it began. */
  private watcherOf(args: readonly unknown[]): Watcher {
    const call = graphqlCall(args);
    const principal = callerOf(call);
    const request = call && requestIn(call.context);
    return {
      onEvent: () => request && this.verdicts.forget(request),
      watch: (events) => this.ends.whenEnded(principal, () => this.expire(events, call)),
    };
  }

  private expire(events: LiveEvents, call: GraphqlCall | undefined): void {
    events.end(this.RefusalError === undefined ? new Error('Unauthorized') : expiryError(this.RefusalError));
    // The end of the operation is sent to the client before the end of the connection.
    const source = sourceOf(call?.context);
    setImmediate(() => source?.close?.(UNAUTHORIZED, 'Unauthorized'));
  }

  private tellOfMissingRequest(context: ExecutionContext): void {
    if (this.isTold) return;
    this.isTold = true;
    const handler = `${context.getClass().name}.${context.getHandler().name}`;
    MODULE_LOG.warn(
      `${handler} is refused: the context of the operation does not hold the HTTP request, so that the caller cannot be authenticated. Where code makes the context itself (onSubscribe, executeOperation), put the request into it as req.`,
    );
  }
}

/** Nest logs every error that no filter handles, with its stack: a caller could fill the log. */
function quietFilterFor(RefusalError: GraphqlErrorClass) {
  @Catch(RefusalError)
  class RefusalErrorFilter implements ExceptionFilter {
    catch(error: Error, _: ArgumentsHost): never {
      throw error;
    }
  }
  return RefusalErrorFilter;
}
