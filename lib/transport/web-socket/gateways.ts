import 'reflect-metadata';
import { Inject, Injectable } from '@nestjs/common';
import type { ClassRef } from '../../decorators/declaration.js';
import { HandlerCatalog } from '../../discovery/handler-catalog.js';

// The keys of Nest's own metadata.
const PORT = 'port';
const OPTIONS = 'websockets:gateway_options';

/** What Nest asks an adapter to create a server for. */
export interface ServerOptions {
  readonly path?: unknown;
  readonly namespace?: unknown;
}

/** Finds the gateways whose clients connect to a server. */
@Injectable()
export class Gateways {
  private readonly byServer = new WeakMap<object, ClassRef[]>();
  private readonly types: readonly ClassRef[];

  constructor(@Inject(HandlerCatalog) { declared }: HandlerCatalog) {
    const connections = declared.filter(({ kind }) => kind === 'WebSocket connection');
    this.types = [...new Set(connections.map(({ type }) => type))];
  }

  /** Notes which server an adapter has created: several requests may be answered with the same one. @returns the gateways of the server, a list that grows. */
  add(server: object, port: number, options: ServerOptions = {}): readonly ClassRef[] {
    const found = this.types.filter((type) => {
      const given: ServerOptions = Reflect.getMetadata(OPTIONS, type) ?? {};
      return (Reflect.getMetadata(PORT, type) || 0) === port && isSamePlace(given, options);
    });
    const known = this.byServer.get(server) ?? [];
    known.push(...found.filter((type) => !known.includes(type)));
    this.byServer.set(server, known);
    return known;
  }

  /** The gateways of a server that was noted. */
  of(server: object): readonly ClassRef[] {
    return this.byServer.get(server) ?? [];
  }
}

/** Nest makes one server for each port and path, and asks for its namespaces with a slash before their names. */
function isSamePlace(given: ServerOptions, asked: ServerOptions): boolean {
  return given.path === asked.path && namespaceOf(given.namespace) === namespaceOf(asked.namespace);
}

function namespaceOf(namespace: unknown): unknown {
  if (typeof namespace !== 'string') return namespace || '/';
  return namespace.startsWith('/') ? namespace : `/${namespace}`;
}
