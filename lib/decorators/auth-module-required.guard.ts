import 'reflect-metadata';
import {
  type CanActivate,
  type ExecutionContext,
  Inject,
  Injectable,
  type OnModuleInit,
  ServiceUnavailableException,
} from '@nestjs/common';
import { HttpAdapterHost, ModulesContainer } from '@nestjs/core';
import { AuthConfigurationError } from '../errors.js';
import { answerStreamCall, grpcStatusOf } from '../grpc-call.js';
import { MODULE_LOG } from '../operator/operator-log.js';
import type { ClassRef } from './declaration.js';

/** `AuthModule.forRoot()` provides this token. A global symbol, because an application may have two copies of this package. */
export const AUTH_MODULE = Symbol.for('nest-service-auth:module');

// Nest's own key of a class's guards; Nest 11 and 12 export it from different places.
const GUARDS = '__guards__';

/**
 * A guard of every class that has a declaration: without AuthModule in the application it stops the boot and refuses every call.
 *
 * Nest makes one for each module of each application, so that the same class may be protected in one application and refused in another.
 * A test that makes the class with `new`, or compiles a testing module without starting an application, does not notice it.
 */
@Injectable()
export class AuthModuleRequired implements CanActivate, OnModuleInit {
  private readonly isMet: boolean;
  private hasLogged = false;

  constructor(
    @Inject(ModulesContainer) private readonly modules: ModulesContainer,
    @Inject(HttpAdapterHost) private readonly adapterHost: HttpAdapterHost,
  ) {
    this.isMet = [...modules.values()].some(({ providers }) => providers.has(AUTH_MODULE));
  }

  /** A standalone context serves no requests, so that only an application with an HTTP adapter is stopped. */
  onModuleInit(): void {
    if (!this.isMet && this.adapterHost.httpAdapter) throw new AuthConfigurationError(this.describe());
  }

  canActivate(context: ExecutionContext): boolean | Promise<never> {
    return this.isMet || this.refuse(context);
  }

  private refuse(context: ExecutionContext): false | Promise<never> {
    if (!this.hasLogged) MODULE_LOG.error(`Refused: ${this.describe()}`);
    this.hasLogged = true;
    const refusal = new ServiceUnavailableException();
    if (context.getType() === 'http') throw refusal;
    return answerStreamCall(context, grpcStatusOf(refusal)) ?? false;
  }

  private describe(): string {
    const classes = [...this.modules.values()].flatMap(({ controllers, providers }) => [...controllers.values(), ...providers.values()]);
    const names = new Set(classes.flatMap(({ metatype }) => (isGuarded(metatype) ? [metatype.name] : [])));
    return `AuthModule is not imported, so nothing enforces the @ServiceAuth and @ResourceAuth declarations of ${[...names].join(', ')}. Import AuthModule.forRoot({ schemes }) in the root module of this application. In a test, overrideAuth() of nest-service-auth/testing adds it.`;
  }
}

/** Attaches the guard to a class, once: before the guards that the class has already. */
export function requireAuthModule(type: ClassRef): void {
  if (!isGuarded(type)) Reflect.defineMetadata(GUARDS, [AuthModuleRequired, ...guardsOf(type)], type);
}

/** Removes the guard from the classes of an application that has AuthModule, before Nest builds the routes: it costs no request anything. */
export function dropAuthModuleRequired(modules: ModulesContainer): void {
  for (const { injectables } of modules.values()) injectables.delete(AuthModuleRequired);
}

function isGuarded(type: unknown): type is ClassRef {
  return typeof type === 'function' && guardsOf(type).includes(AuthModuleRequired);
}

function guardsOf(type: object): readonly unknown[] {
  return Reflect.getMetadata(GUARDS, type) ?? [];
}
