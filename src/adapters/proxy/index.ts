/** The entry point `runcomfy-models/proxy`: a page's jobs, run by its server. */
export { createProxy } from "./proxy.js";
export type { Proxy } from "./proxy.js";
export type { ProxyLimits, ProxyOptions, ProxyResult, ProxyUploads } from "./proxy-options.js";
export type { SweepOptions, SweepReport } from "./sweep.js";
export type {
  CancelCall,
  ProxyCall,
  ProxyError,
  ProxyErrorCode,
  ProxyFailure,
  ProxyJob,
  ProxyState,
  ProxyUpload,
  ProxyUser,
  ResultCall,
  StatusCall,
  SubmitCall,
  UploadCall,
  UserCall,
} from "./proxy-wire.js";
