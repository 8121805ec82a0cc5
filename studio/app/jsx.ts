/** The names that the bundler writes for each element of a page. */
export { Fragment, h } from "preact";
