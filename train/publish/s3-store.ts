// An object store over any S3-compatible endpoint (R2's own, AWS, MinIO): signed requests, conditional writes.

import { AwsClient } from "aws4fetch";
import { readAtMost } from "../../src/base/read-at-most.ts";
import { fail, ok, type Failure, type Result } from "../../src/base/result.ts";
import type { ListedObject, ObjectStore } from "../../src/registry/store/object-store.ts";
import { unavailableAs } from "../../src/registry/store/unavailable-as.ts";

export type S3Config = {
  /** Origin of the service; the bucket is addressed in the path, which every implementation understands. */
  endpoint: string;
  bucket: string;
  /** "auto" for R2. */
  region: string;
  accessKeyId: string;
  secretAccessKey: string;
};

const REQUEST_TIMEOUT_MS = 60_000;
const RETRIES = 3;
/** An S3 error document has some hundred bytes, a listing of 1000 keys some hundred thousand. */
const MAX_XML_BYTES = 4 * 1024 * 1024;

const reaching = unavailableAs("the S3 endpoint cannot be reached");

export function createS3Store(config: S3Config): ObjectStore {
  const client = new AwsClient({ ...config, service: "s3", retries: RETRIES });
  const bucketUrl = `${config.endpoint.replace(/\/$/, "")}/${config.bucket}`;
  const request = (path: string, init: RequestInit = {}) =>
    client.fetch(`${bucketUrl}${path}`, { ...init, signal: AbortSignal.timeout(REQUEST_TIMEOUT_MS) });

  return {
    get: (key, maxBytes) =>
      reaching(async () => {
        const response = await request(`/${key}`);
        if (!response.ok) {
          const refusal = await readRefusal(response);
          return refusal.code === "NoSuchKey" ? fail("not_found", "no such object") : unavailable(refusal);
        }
        const bytes = await readAtMost(response.body, maxBytes);
        if (!bytes) return fail("object_too_large", "the object is larger than the caller takes");
        return ok({ bytes, etag: response.headers.get("etag") ?? "" });
      }),
    put: (key, bytes, condition) =>
      reaching(async () => {
        const headers = condition.kind === "create" ? { "if-none-match": "*" } : { "if-match": condition.etag };
        const response = await request(`/${key}`, { method: "PUT", body: bytes, headers });
        if (response.ok) return ok({ etag: response.headers.get("etag") ?? "" });
        const refusal = await readRefusal(response);
        // 409 answers a write that raced another; an If-Match on an object that is gone answers NoSuchKey.
        const conditionFailed = refusal.status === 412 || refusal.status === 409 || refusal.code === "NoSuchKey";
        return conditionFailed
          ? fail("precondition_failed", "the object is not in the state the write expects")
          : unavailable(refusal);
      }),
    remove: (key) =>
      reaching(async () => {
        const response = await request(`/${key}`, { method: "DELETE" });
        if (response.ok) return ok(null);
        const refusal = await readRefusal(response);
        return refusal.code === "NoSuchKey" ? ok(null) : unavailable(refusal);
      }),
    list: (prefix, after) =>
      reaching(async () => {
        const query = new URLSearchParams({
          "list-type": "2",
          prefix,
          ...(after !== undefined && { "start-after": after }),
        });
        const response = await request(`?${query}`);
        return response.ok ? readListing(await readText(response)) : unavailable(await readRefusal(response));
      }),
  };
}

/** Keys of a registry need no escaping in XML, so what is between the tags is the key. */
function readListing(xml: string): Result<{ objects: ListedObject[]; more: boolean }, Failure<"storage_unavailable">> {
  const objects: ListedObject[] = [];
  for (const [, entry] of xml.matchAll(/<Contents>(.*?)<\/Contents>/gs)) {
    const read = (tag: string) => new RegExp(`<${tag}>([^<]*)</${tag}>`).exec(entry)?.[1] ?? "";
    const listed = { key: read("Key"), bytes: Number(read("Size")), writtenAt: Date.parse(read("LastModified")) };
    // What is collected depends on the dates, so a listing that cannot be read is not guessed at.
    if (listed.key === "" || !Number.isFinite(listed.bytes) || !Number.isFinite(listed.writtenAt))
      return fail("storage_unavailable", "the S3 endpoint gave a listing that cannot be read");
    objects.push(listed);
  }
  return ok({ objects, more: /<IsTruncated>true<\/IsTruncated>/.test(xml) });
}

type Refusal = { status: number; code: string };

/** The code of an S3 error document, such as NoSuchKey or SignatureDoesNotMatch. */
async function readRefusal(response: Response): Promise<Refusal> {
  const code = /<Code>([A-Za-z0-9]+)<\/Code>/.exec(await readText(response))?.[1];
  return { status: response.status, code: code ?? "no code" };
}

async function readText(response: Response): Promise<string> {
  return new TextDecoder().decode(await readAtMost(response.body, MAX_XML_BYTES));
}

const unavailable = ({ status, code }: Refusal) =>
  fail("storage_unavailable", `the S3 endpoint answered HTTP ${status} (${code})`);
