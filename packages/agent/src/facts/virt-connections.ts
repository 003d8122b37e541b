/** libvirt's drivers for the guests of a whole host, as their connections are called (libvirt.org/uri.html). */
export const connections = ['qemu:///system', 'xen:///system', 'lxc:///system'] as const;

export type Connection = (typeof connections)[number];

/**
 * What each connection answers; those without a driver on this host don't, and are left out.
 * @throws what the first one said, where none answers
 */
export const askEach = async <T>(
  ask: (connection: Connection) => Promise<T>,
): Promise<Map<Connection, T>> => {
  const answers = new Map<Connection, T>();
  const refusals: unknown[] = [];
  const asked = await Promise.allSettled(connections.map(ask));
  asked.forEach((each, index) => {
    const connection = connections[index];
    if (each.status === 'rejected') refusals.push(each.reason);
    else if (connection !== undefined) answers.set(connection, each.value);
  });
  if (answers.size === 0) throw refusals[0];
  return answers;
};
