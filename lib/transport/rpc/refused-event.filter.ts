import { Catch, type ExceptionFilter, Inject, Injectable } from '@nestjs/common';
import { ModulesContainer } from '@nestjs/core';
import { type Observable, of } from 'rxjs';
import { HandlerCatalog } from '../../discovery/handler-catalog.js';
import { attachToClasses } from '../class-enhancers.js';
import type { RefusalBody } from './refusal-body.js';
import { RefusedEvent } from './refused-event.js';

/**
 * Ends a refused event without an error: Nest runs all handlers of one event together, and an error of the first would stop those that
 * wait for an interceptor. A client that sends a request to a handler of events receives the refusal as the answer.
 */
@Catch(RefusedEvent)
class RefusedEventFilter implements ExceptionFilter<RefusedEvent> {
  catch({ body }: RefusedEvent): Observable<RefusalBody> {
    return of(body);
  }
}

/** Attaches the filter to every class with message handlers. */
@Injectable()
export class RefusedEventFilters {
  constructor(@Inject(HandlerCatalog) catalog: HandlerCatalog, @Inject(ModulesContainer) modules: ModulesContainer) {
    const types = catalog.declared.flatMap(({ type, kind }) => (kind === 'microservice message' ? type : []));
    attachToClasses(types, { kind: 'filter', type: RefusedEventFilter, instance: new RefusedEventFilter() }, modules);
  }
}
