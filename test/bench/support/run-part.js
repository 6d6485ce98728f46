/** One part in a process of its own, so that none changes what another one measures. It reports its rows to `main.js`. */
const [part, mode] = process.argv.slice(2);
const { run } = await import(`../parts/${part}.js`);
process.send?.(await run({ quick: mode === '--quick' }), () => process.exit(0));
