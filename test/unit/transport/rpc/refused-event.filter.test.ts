import 'reflect-metadata';
import type { ExceptionFilter } from '@nestjs/common';
import { EXCEPTION_FILTERS_METADATA } from '@nestjs/common/constants.js';
import { firstValueFrom, type Observable } from 'rxjs';
import { RefusedEventFilters } from '../../../../lib/transport/rpc/refused-event.filter.js';
import { RefusedEvent } from '../../../../lib/transport/rpc/refused-event.js';

const filtersOf = (type: object): unknown => Reflect.getMetadata(EXCEPTION_FILTERS_METADATA, type);

describe('the filter of refused events', () => {
  it('is attached to the classes with message handlers alone, and makes a value of the refusal', async () => {
    class Messages {}
    class Routes {}
    class Gateway {}
    class Plain {}
    const provided: { provide: unknown; useValue: ExceptionFilter }[] = [];
    const module = { addInjectable: (provider: (typeof provided)[number]) => void provided.push(provider) };
    const declared = [
      { type: Messages, kind: 'microservice message' },
      { type: Routes, kind: 'HTTP route' },
      { type: Gateway, kind: 'WebSocket message' },
      { type: Plain },
    ];
    new RefusedEventFilters({ declared } as never, new Map([['a', module]]) as never);
    expect(filtersOf(Messages)).toEqual(provided.map(({ provide }) => provide));
    expect([Routes, Gateway, Plain].map(filtersOf)).toEqual([undefined, undefined, undefined]);

    const body = { status: 'error', code: 'UNAUTHENTICATED', message: 'Unauthorized', statusCode: 401 } as const;
    const values = provided.map(({ useValue }) => useValue.catch(new RefusedEvent(body), {} as never) as Observable<unknown>);
    expect(await Promise.all(values.map((each) => firstValueFrom(each)))).toEqual([body]);
  });
});
