import { Inject, Injectable } from '@nestjs/common';
import { ExternalContextCreator } from '@nestjs/core/helpers/external-context-creator.js';
import type { ClassRef } from '../decorators/declaration.js';

/** A method that a library calls through Nest's `ExternalContextCreator`: a command, a job, a message of a queue. */
export interface ExternalHandler {
  readonly type: ClassRef;
  readonly name: string;
  /** The class and the method. */
  readonly label: string;
  /** The function that is called. */
  readonly functions: readonly [object];
  /** Whether guards run before it: the library decides. */
  readonly hasGuards: boolean;
}

/** Observes which methods libraries call through Nest's external contexts. Libraries make these while the application boots, and later. */
@Injectable()
export class ExternalHandlers {
  private readonly early: ExternalHandler[] = [];
  private readonly seen = new WeakMap<ClassRef, WeakSet<object>>();
  private report = (handler: ExternalHandler): void => void this.early.push(handler);

  constructor(@Inject(ExternalContextCreator) creator: ExternalContextCreator) {
    const create = creator.create;
    creator.create = (instance, callback, methodName, ...rest) => {
      const [, , , , options] = rest;
      const type = instance.constructor as ClassRef;
      const label = `${type.name}.${methodName}`;
      this.note({ type, name: methodName, label, functions: [callback], hasGuards: options?.guards ?? true });
      return create.call(creator, instance, callback, methodName, ...rest);
    };
  }

  /** Reports every handler once: those that are known now, and each other one before its context is made. */
  each(report: (handler: ExternalHandler) => void): void {
    this.report = report;
    for (const handler of this.early.splice(0)) report(handler);
  }

  /** Contexts of request-scoped objects are made for each call. */
  private note(handler: ExternalHandler): void {
    const seen = this.seen.get(handler.type) ?? new WeakSet();
    this.seen.set(handler.type, seen);
    const [callback] = handler.functions;
    if (seen.has(callback)) return;
    this.report(handler);
    seen.add(callback);
  }
}
