/** Executing steps by the table. */
import type { StepArguments, StepName } from '@resole/protocol';
import type { Executors, Outcome, StepContext } from '../ports.ts';

/** A step whose name and arguments the compiler keeps together. */
type StepOf<Name extends StepName> = {
  [Key in Name]: { step: Key; args: StepArguments<Key> };
}[Name];

/** Executes one step. @returns what it says. */
export const executeStep = <Name extends StepName>(
  executors: Executors,
  step: StepOf<Name>,
  context: StepContext,
): Promise<Outcome> => executors[step.step].execute(step.args, context);
