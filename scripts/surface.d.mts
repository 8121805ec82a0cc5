/** The report of the package that lies in `folder`. */
export declare const describeSurface: (folder: string) => string;
