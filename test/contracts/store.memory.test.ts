import { memoryStore } from '../../packages/controller/src/store/memory.ts';
import { storeContract } from './store.ts';

storeContract('memory', (use) => use(memoryStore()));
