// A real S3-compatible server for tests: s3rver from npm, which checks signatures and stores on disk.

import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import S3rver from "@20minutes/s3rver";
import type { S3Config } from "../../../train/publish/s3-store.ts";

type Context = {
  method: string;
  path: string;
  get(header: string): string;
  status: number;
  body: unknown;
  store: {
    getObject(
      bucket: string,
      key: string,
    ): Promise<{ metadata: { etag: string }; content: { destroy(): void } } | null>;
  };
};

/** s3rver predates conditional writes; with `conditionalWrites` they are put in front of it, one write at a time. */
export async function startS3Server(options: {
  conditionalWrites: boolean;
}): Promise<{ config: S3Config; stop: () => Promise<void> }> {
  const directory = await mkdtemp(join(tmpdir(), "edgescope-s3-"));
  const bucket = "bundles";
  const server = new S3rver({
    address: "127.0.0.1",
    port: 0,
    silent: true,
    directory,
    configureBuckets: [{ name: bucket }],
  });
  if (options.conditionalWrites) server.middleware.unshift(conditionalWrites(bucket));
  const { port } = await server.run();
  return {
    config: {
      endpoint: `http://127.0.0.1:${port}`,
      bucket,
      region: "us-east-1",
      accessKeyId: "S3RVER",
      secretAccessKey: "S3RVER",
    },
    stop: async () => {
      await server.close();
      await rm(directory, { recursive: true, force: true });
    },
  };
}

/** If-None-Match: * and If-Match on PUT, as the S3 API reference for PutObject describes them. */
function conditionalWrites(bucket: string) {
  let lastWrite: Promise<void> = Promise.resolve();
  return async (context: Context, next: () => Promise<unknown>): Promise<void> => {
    if (context.method === "PUT") {
      const before = lastWrite;
      const own = Promise.withResolvers<void>();
      lastWrite = own.promise;
      await before;
      try {
        if (!(await refuses(context, bucket))) await next();
      } finally {
        own.resolve();
      }
    } else {
      await next();
    }
  };
}

/** Answers a write whose condition does not hold. */
async function refuses(context: Context, bucket: string): Promise<boolean> {
  const current = await context.store.getObject(bucket, context.path.slice(bucket.length + 2)).catch(() => null);
  current?.content.destroy();
  const ifMatch = context.get("if-match");
  const mustCreate = context.get("if-none-match") === "*";
  if (!(mustCreate && current) && (!ifMatch || current?.metadata.etag === ifMatch)) return false;
  context.status = current ? 412 : 404;
  context.body = `<Error><Code>${current ? "PreconditionFailed" : "NoSuchKey"}</Code></Error>`;
  return true;
}
