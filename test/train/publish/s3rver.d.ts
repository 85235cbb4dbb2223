// The package ships no types; these are the parts the tests use.

declare module "@20minutes/s3rver" {
  type Options = {
    address: string;
    port: number;
    silent: boolean;
    directory: string;
    configureBuckets: { name: string }[];
  };
  export default class S3rver {
    constructor(options: Options);
    middleware: unknown[];
    run(): Promise<{ port: number }>;
    close(): Promise<void>;
  }
}
