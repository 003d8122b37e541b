// Runs one plugin module in a process of its own: `node host.mjs MODULE EVENT` with the event on
// standard input, or `node host.mjs MODULE` to print which events it has handlers for.
import { text } from 'node:stream/consumers';
import { pathToFileURL } from 'node:url';

const [module, event] = process.argv.slice(2);
const exported = await import(pathToFileURL(module).href);
const handlers = exported.default;
if (typeof handlers !== 'object' || handlers === null) {
  throw new Error('the module has no default export with handlers by event');
}
if (event === undefined) {
  const names = Object.keys(handlers).filter((name) => typeof handlers[name] === 'function');
  process.stdout.write(`\nresole-handlers ${JSON.stringify(names)}\n`);
  process.exit();
}
try {
  await handlers[event](JSON.parse(await text(process.stdin)));
} catch (error) {
  // A refusal is an Error with a message for people; 3 tells it from a module that broke.
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 3;
}
process.exit();
