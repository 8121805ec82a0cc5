/** The report of the packages that lie in the folders. */
export declare const describeSurface: (...folders: readonly string[]) => string;
