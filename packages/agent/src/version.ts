/** Version of this agent, as it is told to controllers. A test keeps it equal to package.json's. */
export const AGENT_VERSION = '0.1.0';
