import { Injectable } from '@nestjs/common';
import { declaredFor } from './declared.js';
import type { Handler } from './handler-catalog.js';
import { HandlerTable, markFunctions } from './handler-table.js';

/** What the module knows of a method that another transport than HTTP, or another library, may call. */
export interface MessageEntry {
  /** The class and the method. */
  readonly label: string;
  /** Whether it is declared open; nothing else can be declared for one. */
  readonly isOpen: boolean;
}

/** What is declared for the handlers of other transports than HTTP. */
@Injectable()
export class MessageRegistry {
  private readonly entries = new HandlerTable<MessageEntry>();
  private ready = false;

  /** Whether the declarations have been read. Until then every call is refused. */
  get isReady(): boolean {
    return this.ready;
  }

  /** Reads what is declared for every handler. A route that is nothing else has a plan, and is left out. */
  load(handlers: readonly Handler[]): void {
    for (const handler of handlers) if (handler.kind !== 'HTTP route') this.add(handler);
    this.ready = true;
  }

  /** Remembers what is declared for a method. A function that runs for several methods is open if all of them are. */
  add({ type, name, label, functions }: Pick<Handler, 'type' | 'name' | 'label' | 'functions'>): void {
    const entry = { label, isOpen: declaredFor(type, name)?.auth === false };
    this.entries.set(type, functions, (known) => (known === undefined || !entry.isOpen ? entry : known));
    markFunctions(functions);
  }

  /** What is known of a handler; undefined for one that must not be called. */
  get(type: unknown, handler: object): MessageEntry | undefined {
    return this.entries.get(type, handler);
  }
}
