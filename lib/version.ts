/** The version of this library: that of package.json, which a test compares, since a browser has no such file. */
export const VERSION = '0.1.0';
