import type { ArgumentsHost } from '@nestjs/common';
import { ApplicationConfig, type HttpAdapterHost } from '@nestjs/core';
import { UnauthenticatedException } from 'nest-service-auth';
import { resolveOptions } from '../../../../lib/auth.options.schema.js';
import { HttpTransport } from '../../../../lib/transport/http/http.transport.js';
import { RefusalFilter } from '../../../../lib/transport/http/refusal.filter.js';

function filterThat(calls: string[]) {
  const note = (name: string) => () => void calls.push(name);
  const httpAdapter = { setHeader: note('setHeader'), reply: note('reply'), isHeadersSent: () => false, end: note('end') };
  const config = new ApplicationConfig();
  const host = { httpAdapter } as never as HttpAdapterHost;
  return {
    filter: new RefusalFilter(host, new HttpTransport(host, { endWithCredential: () => undefined }), resolveOptions({}), config),
    config,
  };
}

const hostOf = (type: string) =>
  ({ getType: () => type, getArgByIndex: () => ({}), switchToHttp: () => ({ getResponse: () => ({}) }) }) as never as ArgumentsHost;

describe('the filter of refusals', () => {
  it.each(['rpc', 'ws', 'graphql'])('writes no HTTP answer in a %s context, and leaves it to the filter of that', (type) => {
    const calls: string[] = [];
    expect(filterThat(calls).filter.catch(new UnauthenticatedException({ 'WWW-Authenticate': ['A'] }), hostOf(type))).toBeUndefined();
    expect(calls).toEqual([]);
  });

  it('writes the header fields and the body in an HTTP context', () => {
    const calls: string[] = [];
    filterThat(calls).filter.catch(new UnauthenticatedException({ 'WWW-Authenticate': ['A'] }), hostOf('http'));
    expect(calls).toEqual(['setHeader', 'reply']);
  });

  it('is the first of the global filters, so that it is asked last', () => {
    const { filter, config } = filterThat([]);
    config.useGlobalFilters({ catch() {} });
    expect(config.getGlobalFilters()[0]).toBe(filter);
  });
});
