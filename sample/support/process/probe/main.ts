import { portFrom } from '../port.js';

/** Ends with 0 if the service in this container is ready: for Docker, whose health check is a program. */
const port = portFrom(process.env, 'HEALTH_PORT', 8080);
const { ok } = await fetch(`http://127.0.0.1:${port}/health/ready`, { signal: AbortSignal.timeout(2_000) });
process.exitCode = ok ? 0 : 1;
