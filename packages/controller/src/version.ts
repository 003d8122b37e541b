/** The release that this program belongs to; the test compares it with package.json. */
export const VERSION = '0.1.0';
