/**
 * A process with one idle application, which reports what it holds in memory. Its schemes are those that most applications have.
 *
 * @typedef {{ heap: number, resident: number }} Held - in bytes
 */
import 'reflect-metadata';
import { setTimeout as delay } from 'node:timers/promises';
import { Issuer } from './issuer.js';

const count = Number(process.argv[2]);
const app = await open();
// Some packages are still being loaded when the application listens.
await delay(1000);
for (let round = 0; round < 6; round++) globalThis.gc?.();
const { heapUsed: heap, rss: resident } = process.memoryUsage();
/** @type {Held} */
const held = { heap, resident };
await app.close();
process.send?.(held, () => process.exit(0));

async function open() {
  const { createApp } = await import('./app.js');
  const protection = count === 0 ? {} : await protectionOf(count);
  const opened = await createApp(/** @type {any} */ (protection), 'express');
  await opened.listen(0, '127.0.0.1');
  return opened;
}

/** Of ten schemes six verify tokens with a key, two ask an endpoint, one reads a file of users, and one takes client certificates. */
async function protectionOf(/** @type {number} */ wanted) {
  const { protectWith, writeUsersFile } = await import('../contenders/ours.js');
  const { pem } = new Issuer('RS256');
  const kinds = [
    ...Array.from({ length: 6 }, (_, index) => ({
      jwtValidatorConfig: { issuer: `https://sts-${index}.example.com`, audience: 'orders', signatureConfig: { publicKey: pem } },
    })),
    ...Array.from({ length: 2 }, (_, index) => ({ oauth2IntrospectionConfig: { url: `https://idp-${index}.example.com/introspect` } })),
    { fileUserStoreConfig: { path: writeUsersFile(), allowPlainText: true } },
    { mutualSslConfig: {} },
  ];
  const schemes = Object.fromEntries(kinds.slice(0, wanted).map((kind, index) => [`scheme${index}`, kind]));
  return protectWith({ schemes, defaultAuth: Object.keys(schemes) });
}
