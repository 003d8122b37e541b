/** The folder of this package, from the sources and from the bundle alike: both are one level below. */
import { join } from 'node:path';

export const packageRoot = join(import.meta.dirname, '..');
