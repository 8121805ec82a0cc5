/**
 * The one import of json-schema-to-typescript. The build replaces this file by one that holds the library: the version of a dependency
 * of it that npm would install beside it has a known hole, and the formatter that it loads at once is never used here.
 */
export { compile } from "json-schema-to-typescript";
