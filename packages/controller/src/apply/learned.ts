import type { Mapping } from '../inventory/merge.ts';

/**
 * Fields of a system that the controller fills in by itself: as its agent enrols, with a BMC that it
 * finds, as a guest is made, as the machine goes out of service. A document that doesn't speak of them
 * leaves them as they are.
 */
const learned = ['hostname', 'machineUuid', 'macs', 'power', 'virtHost', 'decommissioned'];

export const learnedOfSystem = (stored: Mapping, wished: Mapping): readonly string[] =>
  stored.decommissioned === true && !('decommissioned' in wished)
    ? // Which also takes the network boot away.
      [...learned, 'netboot']
    : learned;
