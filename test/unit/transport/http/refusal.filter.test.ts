import type { ArgumentsHost } from '@nestjs/common';
import { ApplicationConfig, type HttpAdapterHost } from '@nestjs/core';
import { type ResponseBody, UnauthenticatedException } from 'nest-service-auth';
import { resolveOptions } from '../../../../lib/auth.options.schema.js';
import { explainInBody } from '../../../../lib/guard/explain.js';
import { HttpTransport } from '../../../../lib/transport/http/http.transport.js';
import { RefusalFilter } from '../../../../lib/transport/http/refusal.filter.js';

function filterThat(calls: string[], responseBody: ResponseBody = 'json', answers: unknown[] = [], hasBegun = false) {
  const note =
    (name: string) =>
    (_: unknown, ...rest: unknown[]) => {
      calls.push(name);
      answers.push(rest);
    };
  const httpAdapter = { setHeader: note('setHeader'), reply: note('reply'), isHeadersSent: () => hasBegun, end: note('end') };
  const config = new ApplicationConfig();
  const host = { httpAdapter } as never as HttpAdapterHost;
  return {
    filter: new RefusalFilter(
      host,
      new HttpTransport(host, { endWithCredential: () => undefined }),
      resolveOptions({ responseBody }),
      config,
    ),
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

  const plain = { message: 'Unauthorized', statusCode: 401 };
  const problem = { type: 'about:blank', title: 'Unauthorized', status: 401 };
  const PROBLEM_TYPE = ['Content-Type', 'application/problem+json'];
  it.each<[ResponseBody, unknown, unknown[]]>([
    ['json', plain, []],
    ['problem', problem, [PROBLEM_TYPE]],
    ['empty', undefined, []],
  ])('writes the body in the form of responseBody, with the explanation for clients: %s', (responseBody, body, type) => {
    const written = (answer: unknown) => (responseBody === 'problem' ? JSON.stringify(answer) : answer);
    const answersTo = (act: 'catch' | 'answer', explanation?: readonly string[]) => {
      const answers: unknown[] = [];
      const { filter } = filterThat([], responseBody, answers);
      const refusal = new UnauthenticatedException({ 'WWW-Authenticate': ['A'] });
      if (explanation !== undefined) explainInBody(refusal, explanation);
      if (act === 'catch') filter.catch(refusal, hostOf('http'));
      else filter.answer(refusal, {});
      return answers;
    };
    const explanation = ['it has expired'];
    const fields = [['WWW-Authenticate', ['A']], ...type];
    const explained = body && { ...Object(body), explanation };
    for (const act of ['catch', 'answer'] as const) {
      expect(answersTo(act)).toEqual([...fields, [written(body), 401]]);
      expect(answersTo(act, explanation)).toEqual([...fields, [written(explained), 401]]);
    }
  });

  it('ends an answer that has begun', () => {
    const calls: string[] = [];
    filterThat(calls, 'json', [], true).filter.catch(new UnauthenticatedException(), hostOf('http'));
    expect(calls).toEqual(['end']);
  });

  it('is the first of the global filters, so that it is asked last', () => {
    const { filter, config } = filterThat([]);
    config.useGlobalFilters({ catch() {} });
    expect(config.getGlobalFilters()[0]).toBe(filter);
  });
});
