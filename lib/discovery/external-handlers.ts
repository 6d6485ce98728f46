import { Inject, Injectable } from '@nestjs/common';
import { ExternalContextCreator } from '@nestjs/core/helpers/external-context-creator.js';
import type { ClassRef } from '../decorators/declaration.js';

/** A method that a library calls through Nest's `ExternalContextCreator`: a command, a job, a message of a queue. */
export interface ExternalHandler {
  readonly type: ClassRef;
  readonly name: string;
  /** The function that is called. */
  readonly handler: object;
  /** Whether guards run before it: the library decides. */
  readonly hasGuards: boolean;
}

/** Sees which methods libraries call through Nest's external contexts. Libraries make them while the application boots, and later. */
@Injectable()
export class ExternalHandlers {
  private readonly early: ExternalHandler[] = [];
  private readonly seen = new WeakMap<ClassRef, WeakSet<object>>();
  private tell = (handler: ExternalHandler): void => void this.early.push(handler);

  constructor(@Inject(ExternalContextCreator) creator: ExternalContextCreator) {
    const create = creator.create;
    creator.create = (instance, callback, methodName, ...rest) => {
      const [, , , , options] = rest;
      this.note({ type: classOf(instance), name: methodName, handler: callback, hasGuards: options?.guards ?? true });
      return create.call(creator, instance, callback, methodName, ...rest);
    };
  }

  /** Tells of every handler once: of those that are known now, and of each other before its context is made. */
  each(tell: (handler: ExternalHandler) => void): void {
    this.tell = tell;
    for (const handler of this.early.splice(0)) tell(handler);
  }

  /** Contexts of request-scoped objects are made for each call. */
  private note(handler: ExternalHandler): void {
    const functions = this.seen.get(handler.type) ?? new WeakSet();
    this.seen.set(handler.type, functions);
    if (functions.has(handler.handler)) return;
    this.tell(handler);
    functions.add(handler.handler);
  }
}

function classOf(instance: object): ClassRef {
  return instance.constructor as ClassRef;
}
