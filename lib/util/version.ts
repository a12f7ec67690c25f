/**
 * The version of this library, as in package.json. A test compares them, since a browser has no
 * such file.
 */
export const VERSION = '0.1.0';
