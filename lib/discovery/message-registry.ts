import { Inject, Injectable } from '@nestjs/common';
import { type ClassRef, declaredResource, declaredService } from '../decorators/declaration.js';
import { markHandler, originalOf } from './handler-mark.js';
import { type DiscoveredMethod, MethodCatalog } from './message-handlers.js';

/** What the module knows of a method that another transport than HTTP, or another library, may call. */
export interface MessageEntry {
  /** The class and the method. */
  readonly label: string;
  /** Whether it is declared open; nothing else can be declared for one. */
  readonly isOpen: boolean;
}

/** The handlers of other transports than HTTP, found by their class and function. */
@Injectable()
export class MessageRegistry {
  private readonly byClass = new Map<unknown, WeakMap<object, MessageEntry>>();
  private ready = false;

  constructor(@Inject(MethodCatalog) private readonly catalog: Pick<MethodCatalog, 'methods'>) {
    // From the start: a wrapper may be made, with what its handler has by then, before the boot has finished.
    for (const { handlers } of catalog.methods().filter(isCallable)) for (const handler of handlers) markHandler(handler);
  }

  /** Whether it is worked out what is declared. Until then, nobody may call anything. */
  get isReady(): boolean {
    return this.ready;
  }

  /** Works out what is declared for every handler. */
  load(): void {
    for (const { type, name, handlers } of this.catalog.methods().filter(isCallable)) this.add(type, name, handlers);
    this.ready = true;
  }

  /** Remembers what is declared for a method, under every function that may be named as its handler. */
  add(type: ClassRef, name: string | symbol, handlers: readonly object[]): void {
    const entry = { label: `${type.name}.${String(name)}`, isOpen: declaredFor(type, name)?.auth === false };
    // Nest names the class of a handler by the `constructor` of its object: another one, where a decorator replaced the class.
    for (const owner of new Set<unknown>([type, type.prototype?.constructor])) {
      const entries = this.byClass.get(owner) ?? new WeakMap<object, MessageEntry>();
      for (const handler of handlers) entries.set(handler, stricter(entry, entries.get(handler)));
      this.byClass.set(owner, entries);
    }
    for (const handler of handlers) markHandler(handler);
  }

  /** What is known of a handler; undefined for one that nobody may call. */
  get(type: unknown, handler: object): MessageEntry | undefined {
    const entries = this.byClass.get(type);
    return entries?.get(handler) ?? entries?.get(originalOf(handler) ?? handler);
  }
}

/** What is declared for a method: its own declaration, else its class's. */
export function declaredFor(type: ClassRef, name: string | symbol) {
  const resource = declaredResource(type, name).own;
  if (resource !== undefined) return { by: '@ResourceAuth', auth: resource.auth };
  const service = declaredService(type);
  return service === undefined ? undefined : { by: '@ServiceAuth', auth: service.auth };
}

/** A route alone has a plan, and is nobody else's to open. */
function isCallable({ kind, isRoute }: DiscoveredMethod): boolean {
  return kind !== undefined || !isRoute;
}

/** One function may run for several methods: it is open where all of them are. */
function stricter(entry: MessageEntry, other: MessageEntry | undefined): MessageEntry {
  return other === undefined || !entry.isOpen ? entry : other;
}
