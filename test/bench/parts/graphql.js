import { Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { GraphQLModule, GraphQLSchemaHost, Query, ResolveField, Resolver } from '@nestjs/graphql';
import { ExpressAdapter } from '@nestjs/platform-express';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import inject from 'light-my-request';
import { sideBySide } from '../support/measure.js';
import { decorate, openProtections, rowsOfProtections } from '../support/protections.js';

/** @typedef {import('../support/protections.js').HandlerProtection} HandlerProtection */

const FIELDS = 100;
const TYPES = 'type Query { orders(first: Int!): [Order!]! } type Order { margin: Int! }';

/**
 * What a guarded field of an operation costs that has authenticated its caller, called as GraphQL calls it; and a whole query with a
 * hundred of them, without the socket.
 *
 * @returns {Promise<import('../report/result.js').Row[]>}
 */
export async function run({ quick }) {
  const { protections, issuer, close } = await openProtections();
  const headers = { authorization: `Bearer ${issuer.mint()}` };
  const request = { method: 'POST', url: '/graphql', headers, payload: { query: `{ orders(first: ${FIELDS}) { margin } }` } };
  const rows = [];
  for (const driver of ['Mercurius', 'Apollo']) rows.push(...(await rowsOfDriver(driver, protections, request, quick)));
  close();
  return rows;
}

async function rowsOfDriver(driver, protections, request, quick) {
  const apps = [];
  const calls = {};
  const queries = {};
  for (const [name, protection] of Object.entries(protections)) {
    const opened = await createApp(driver, protection);
    apps.push(opened.app);
    const { data, errors } = (await dispatch(opened.app, request)).json();
    if (errors !== undefined || data.orders.length !== FIELDS) throw new Error(`${name} answers wrongly: ${JSON.stringify(errors)}`);
    calls[name] = fieldCall(opened);
    queries[name] = async () => dispatch(opened.app, request);
  }
  const fields = rowsOfProtections(driver, 'guarded field', await sideBySide(calls, { quick }));
  const costs = await sideBySide(queries, { quick, counts: 'nothing' });
  for (const app of apps) await app.close();
  const row = { group: driver, situation: `query with ${FIELDS} guarded fields`, unit: 'µs' };
  return [...fields, ...Object.entries(costs).map(([contender, { micros }]) => ({ ...row, contender, value: micros }))];
}

/** One run of the field, with the context that the driver has made and an info of its own. */
function fieldCall({ app, seen }) {
  const type = /** @type {any} */ (app.get(GraphQLSchemaHost).schema.getType('Order'));
  const { resolve } = type.getFields().margin;
  const [context, info] = seen;
  return () => resolve({ id: 1 }, {}, context, { ...info, fieldName: 'margin', parentType: type });
}

function dispatch(app, request) {
  const instance = app.getHttpAdapter().getInstance();
  return app.getHttpAdapter().getType() === 'fastify' ? instance.inject(request) : inject(instance, request);
}

/** @param {string} driver @param {HandlerProtection} protection */
async function createApp(driver, { imports, providers, declare }) {
  let seen = [];
  class Orders {
    orders(_, { first }, ...others) {
      seen = others;
      return Array.from({ length: first }, (_, id) => ({ id }));
    }
    margin({ id }) {
      return id;
    }
  }
  Resolver('Order')(Orders);
  decorate(Orders, 'orders', Query('orders'), declare);
  decorate(Orders, 'margin', ResolveField('margin'), declare);
  const graphql = GraphQLModule.forRoot({
    driver: await driverOf(driver),
    path: '/graphql',
    typeDefs: TYPES,
    fieldResolverEnhancers: ['guards'],
    ...(driver === 'Apollo' && { csrfPrevention: false }),
  });
  class AppModule {}
  Module({ imports: [...imports, graphql], providers: [Orders, ...providers] })(AppModule);
  const adapter = driver === 'Apollo' ? new ExpressAdapter() : new FastifyAdapter();
  const app = await NestFactory.create(AppModule, adapter, { logger: ['error'], abortOnError: false });
  await app.init();
  await app.getHttpAdapter().getInstance().ready?.();
  return {
    app,
    get seen() {
      return seen;
    },
  };
}

async function driverOf(name) {
  if (name === 'Apollo') return (await import('@nestjs/apollo')).ApolloDriver;
  return (await import('@nestjs/mercurius')).MercuriusDriver;
}
