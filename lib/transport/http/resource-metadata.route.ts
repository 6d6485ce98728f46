import type { IncomingMessage, ServerResponse } from 'node:http';
import { Inject, Injectable } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import { RawRoutes } from '../../discovery/raw-routes.js';
import { AuthConfigurationError } from '../../errors.js';
import { metadataPathOf } from '../../http/resource-identifier.js';
import { RESOLVED_OPTIONS, type ResolvedAuthOptions } from '../../resolved-options.js';

/** Any site may read the document: all of it is public. */
const FOR_EVERY_SITE = {
  'Access-Control-Allow-Origin': '*',
  'Access-Control-Allow-Methods': 'GET, HEAD, OPTIONS',
  'Access-Control-Allow-Headers': '*',
  'Access-Control-Max-Age': '86400',
};

/**
 * Serves the metadata of the protected resource at its well-known path, outside the global prefix and the versions, before any guard and
 * any middleware of the application. It is made before the application can register one.
 *
 * @see RFC 9728 §3
 */
@Injectable()
export class ResourceMetadataRoute {
  private document: (() => Buffer) | undefined;

  constructor(
    @Inject(HttpAdapterHost) private readonly host: HttpAdapterHost,
    @Inject(RawRoutes) private readonly rawRoutes: RawRoutes,
    @Inject(RESOLVED_OPTIONS) { resource }: Pick<ResolvedAuthOptions, 'resource'>,
  ) {
    if (resource === undefined) return;
    const path = metadataPathOf(resource.url);
    if (host.httpAdapter) this.register(path);
    // In tests the adapter comes after the modules were made.
    else host.init$.subscribe(() => this.register(path));
  }

  /** Answers with what `document` returns, in JSON; until then every request is answered 503. */
  open(document: () => Buffer): void {
    this.document = document;
  }

  private register(path: string): void {
    const { httpAdapter } = this.host;
    const type = httpAdapter?.getType();
    if (type === 'express') {
      const handler = (request: IncomingMessage, response: ServerResponse) => this.answer(request, response);
      this.rawRoutes.expect(handler);
      httpAdapter.getInstance<ExpressApp>().get(path, handler).options(path, handler);
    } else if (type === 'fastify') this.registerOnFastify(httpAdapter.getInstance(), path);
    else
      throw new AuthConfigurationError(
        'AuthModule options.resource: metadata are served on Express and Fastify only. Leave the option out.',
      );
  }

  private registerOnFastify(fastify: FastifyApp, path: string): void {
    const handler = ({ raw }: FastifyRequest, reply: FastifyReply) => {
      reply.hijack();
      this.answer(raw, reply.raw);
    };
    this.rawRoutes.expect(handler);
    // @fastify/cors would answer the preflight. Nest 12 adds its hook before any module is made, and `config` is how a route refuses it. A
    // version below 11.2 does not know that: in a scope of its own the route has no hooks that are added later.
    fastify.register((scope, _options, done) => {
      scope.route({ method: ['GET', 'HEAD', 'OPTIONS'], url: path, config: { cors: false }, handler });
      done();
    });
  }

  private answer({ method }: IncomingMessage, response: ServerResponse): void {
    const isPreflight = method === 'OPTIONS';
    const body = isPreflight ? undefined : this.document?.();
    const status = statusOf(isPreflight, body);
    // What the application allows its own sites is not said about this document.
    for (const name of response.getHeaderNames()) if (name.startsWith('access-control-')) response.removeHeader(name);
    response.writeHead(status, {
      ...FOR_EVERY_SITE,
      ...(status === 503 && { 'Retry-After': '5' }),
      ...(body !== undefined && { 'Content-Type': 'application/json', 'Content-Length': body.length, 'Cache-Control': 'max-age=300' }),
    });
    response.end(method === 'HEAD' ? undefined : body);
  }
}

function statusOf(isPreflight: boolean, body: Buffer | undefined): number {
  if (isPreflight) return 204;
  return body === undefined ? 503 : 200;
}

type Handler = (request: IncomingMessage, response: ServerResponse) => void;

interface ExpressApp {
  get(path: string, handler: Handler): ExpressApp;
  options(path: string, handler: Handler): ExpressApp;
}

interface FastifyRequest {
  readonly raw: IncomingMessage;
}

interface FastifyReply {
  readonly raw: ServerResponse;
  hijack(): void;
}

interface FastifyApp {
  register(plugin: (scope: FastifyApp, options: unknown, done: () => void) => void): unknown;
  route(options: {
    readonly method: readonly string[];
    readonly url: string;
    readonly config: { readonly cors: false };
    readonly handler: (request: FastifyRequest, reply: FastifyReply) => void;
  }): void;
}
