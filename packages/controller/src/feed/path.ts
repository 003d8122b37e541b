/** Where the live feed is, below the API's address. */
export const FEED_PATH = '/v1/feed';
