import type { AgentEvent } from '@resole/protocol';
import type { Happening } from './record.ts';

/** What an agent's word means for its job. */
export const happeningOf = (event: AgentEvent): Happening => {
  switch (event.type) {
    case 'accepted':
    case 'disarmed':
      return { type: event.type };
    case 'step-started':
      return { type: 'step-started', message: event.step };
    case 'step-done':
      return {
        type: 'step-done',
        message: event.message === undefined ? event.step : `${event.step}: ${event.message}`,
      };
    case 'step-failed':
      return {
        type: 'step-failed',
        message: `${event.step}: ${event.error.message}`,
        error: event.error,
      };
    case 'refused':
      return { type: 'step-failed', message: event.error.message, error: event.error };
    case 'armed':
      return { type: 'armed', ...(event.message === undefined ? {} : { message: event.message }) };
    case 'handing-over':
      return { type: 'handing-over', bootId: event.bootId };
    case 'completed':
      return {
        type: 'completed',
        ...(event.result === undefined ? {} : { result: event.result }),
      };
    case 'came-back':
      return { type: 'old-agent-returned' };
  }
};
