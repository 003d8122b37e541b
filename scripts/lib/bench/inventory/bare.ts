/**
 * The limit: fastify with a single route, over the controller's own TLS or over plain HTTP, which says
 * the text of a file. `node bare.ts DATA_DIR PORT FILE [plain]`
 */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { repository } from '../../../../test/support/cache.ts';

interface Bare {
  get(path: string, handler: () => Promise<string>): void;
  listen(options: { host: string; port: number }): Promise<string>;
}

const [dataDir = '', port = '', file = '', plain] = process.argv.slice(2);
const require = createRequire(join(repository, 'packages/controller/package.json'));
const fastify: (options: object) => Bare = require('fastify');
const trust = (name: string) => readFileSync(join(dataDir, 'trust', name));
const https = { key: trust('server.key'), cert: trust('server.pem') };
const app = fastify(plain === undefined ? { https } : {});
const text = readFileSync(file, 'utf8');
app.get('/', async () => text);
await app.listen({ host: '127.0.0.1', port: Number(port) });
